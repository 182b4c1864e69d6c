"""Leave-one-out for many students: by a model's leverages, once they are checked, or in groups."""

import math
from array import array
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from src.support.errors import DataError, PipelineError, shown
from src.support.numerics import or_none
from src.support.students import StudentTable

if TYPE_CHECKING:
    from src.model import Regressor

Floats = Sequence[float]

GROUPS = 20
CHECKED_STUDENTS = 200  # fewer would miss edits of fit that matter only to many
BLOCK = 10_000


def fit_and_predict(model: "Regressor", train: StudentTable, test: StudentTable) -> "array[float]":
    """Return what a copy of the model, fitted on some students, predicts for others."""
    fresh = deepcopy(model)
    vars(fresh).pop("learned", None)
    fresh.fit(train)
    return predictions(fresh, test)


def predictions(model: "Regressor", table: StudentTable) -> "array[float]":
    """Return the model's prediction for each student; inf if it refuses one."""
    try:
        return array("d", map(model.predict, table.study_hours))
    except TypeError:
        if any(model.predict(hours) is None for hours in table.study_hours):
            name = type(model).__name__
            raise PipelineError(f"{name}.predict returns None, not a number") from None
        raise
    except DataError:
        scores = [or_none(model.predict, hours) for hours in table.study_hours]
        return array("d", [math.inf if score is None else score for score in scores])


def _definer(instance: object, name: str) -> object:
    """Return what defines an attribute in use: the instance, or one of its classes; or None."""
    return next((one for one in (instance, *type(instance).__mro__) if name in vars(one)), None)


def leverages_of(model: "Regressor", table: StudentTable) -> Floats | None:
    """Return the model's leverages; None if not one class defines leverages, fit and predict."""
    name, owner = type(model).__name__, _definer(model, "leverages")
    if owner is not _definer(model, "fit") or owner is not _definer(model, "predict"):
        return None
    leverages = model.leverages(table)
    if leverages is None:
        return None
    try:
        if not isinstance(leverages, Sequence):
            leverages = array("d", leverages)
        problem = f"{len(leverages)} numbers for {len(table)} students"
        if len(leverages) == len(table):
            if min(leverages) >= 0.0 and max(leverages) < 1.0 and math.isfinite(sum(leverages)):
                return leverages
            i = next(i for i, leverage in enumerate(leverages) if not 0.0 <= leverage < 1.0)
            student = f"student {i + 1}, {table.name[i]!r}"
            problem = f"{leverages[i]} for {student}, not 0 <= leverage < 1"
    except TypeError:
        problem = f"{shown(leverages)}, not numbers"
    raise PipelineError(f"{name}.leverages returns {problem}; correct or delete leverages")


def by_leverages(model: "Regressor", table: StudentTable, leverages: Floats) -> Floats:
    """Return each student's score as a model fitted on all the others predicts it."""
    left_out = fit_and_predict(model, table, table)
    for start in range(0, len(table), BLOCK):  # in place, as a million more take 8 MB
        part = slice(start, start + BLOCK)
        rows = zip(table.math_score[part], left_out[part], leverages[part], strict=True)
        left_out[part] = array("d", [y - (y - fitted) / (1.0 - lever) for y, fitted, lever in rows])
    return left_out


def check_leverages(model: "Regressor", table: StudentTable, define: Callable[..., Floats]) -> None:
    """Raise PipelineError if, for some students, the leverages disagree with the definition."""
    # Evenly spaced by study_hours. Only every n-th is ordered: to order a million takes a second.
    hours, step = table.study_hours, -(-len(table) // BLOCK)
    ends = {hours.index(min(hours)), hours.index(max(hours))}
    ordered = sorted(sorted(ends.union(range(0, len(table), step))), key=hours.__getitem__)
    gap = (len(ordered) - 1) / (CHECKED_STUDENTS - 1)
    picked = {ordered[round(gap * k)] for k in range(CHECKED_STUDENTS)}
    for value in (table.math_score.__getitem__, lambda i: table.math_score[i] / hours[i]):
        picked |= {min(ordered, key=value), max(ordered, key=value)}  # fit may drop outliers
    name = f"{type(model).__name__}.leverages"
    # All of 200 students are left out; of up to 10,000 two, as fit may depend on how many it gets.
    for indices, left_out in ((sorted(picked), picked), (sorted(ordered), ends)):
        sample = table.take(indices)
        positions = [position for position, i in enumerate(indices) if i in left_out]
        try:
            defined = define(model, sample, positions)
        except DataError as error:
            if left_out is picked:  # they are too few, or too similar
                continue
            raise PipelineError(f"{name} cannot be checked: {error}; delete {name}") from None
        shortcut = by_leverages(model, sample, leverages_of(model, sample) or [0.0] * len(sample))
        largest = max(map(abs, [*sample.math_score, *filter(math.isfinite, defined)]))
        for i, one in zip(positions, defined, strict=True):
            other = shortcut[i]
            if one != other and not abs(one - other) <= 1e-9 * largest:
                student = f"{sample.name[i]!r} ({sample.study_hours[i]} hours)"
                why = f"fit and predict give {one}, the leverages {other}; correct or delete {name}"
                raise PipelineError(f"{name} is wrong: without the student {student} {why}")


def by_groups(model: "Regressor", table: StudentTable) -> Floats:
    """Return each student's score as a model fitted without the student's group predicts it."""
    order = sorted(range(len(table)), key=lambda i: (table.study_hours[i], table.math_score[i]))
    ordered, left_out = table.take(order), [0.0] * len(table)
    for group in range(GROUPS):
        members = slice(group, None, GROUPS)
        predicted = fit_and_predict(model, ordered.without(members), ordered[members])
        for index, prediction in zip(order[members], predicted, strict=True):
            left_out[index] = prediction
    return left_out
