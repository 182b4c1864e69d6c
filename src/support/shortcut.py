"""Leave-one-out for many students: by a model's leverages, once they are checked, or in groups."""

import math
from array import array
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from src.support.errors import DataError, PipelineError
from src.support.numerics import or_none
from src.support.raw_rows import definer
from src.support.student_table import StudentTable

if TYPE_CHECKING:
    from src.model import Regressor

GROUPS = 20
CHECKED_STUDENTS = 50
SORTED_FOR_CHECK = 10_000
TOLERANCE = 1e-9


def fit_and_predict(
    model: "Regressor", training: StudentTable, judged: StudentTable
) -> "array[float]":
    """Return what a copy of the model, fitted on some students, predicts for others."""
    fresh = deepcopy(model)
    vars(fresh).pop("learned", None)
    fresh.fit(training)
    return predictions(fresh, judged)


def predictions(model: "Regressor", table: StudentTable) -> "array[float]":
    """Return the model's prediction for each student; inf if it refuses one."""
    try:
        return array("d", map(model.predict, table.study_hours))
    except DataError:
        scores = [or_none(model.predict, hours) for hours in table.study_hours]
        return array("d", [math.inf if score is None else score for score in scores])


def leverages_of(model: "Regressor", table: StudentTable) -> Sequence[float] | None:
    """Return the model's leverages, or None if it has none that can be used.

    They count only if one class defines leverages, fit and predict.
    """
    owner = definer(model, "leverages")
    if owner is definer(model, "fit") and owner is definer(model, "predict"):
        return model.leverages(table)
    return None


def by_leverages(
    model: "Regressor", table: StudentTable, leverages: Sequence[float]
) -> "array[float]":
    """Return each student's score as a model fitted on all the others predicts it.

    The error of a model fitted on all students grows by 1 / (1 - leverage) for a student who is
    left out (An Introduction to Statistical Learning, equation 5.2). Raises PipelineError if there
    are too few or too many leverages, or if one is impossible.
    """
    _check_range(model, table, leverages)
    fitted = fit_and_predict(model, table, table)
    rows = zip(table.math_score, fitted, leverages, strict=True)
    return array(
        "d", [score - (score - known) / (1.0 - leverage) for score, known, leverage in rows]
    )


def _check_range(model: "Regressor", table: StudentTable, leverages: Sequence[float]) -> None:
    problem = ""
    if len(leverages) != len(table):
        problem = f"{len(leverages)} numbers for {len(table)} students"
    elif not (min(leverages) >= 0.0 and max(leverages) < 1.0 and math.isfinite(sum(leverages))):
        i = next(i for i, leverage in enumerate(leverages) if not 0.0 <= leverage < 1.0)
        problem = f"{leverages[i]} for student {i + 1}, {table.name[i]!r}, not 0 <= leverage < 1"
    if problem:
        name = type(model).__name__
        raise PipelineError(f"{name}.leverages returns {problem}; correct or delete leverages")


def check_leverages(
    model: "Regressor",
    table: StudentTable,
    by_definition: "Callable[[Regressor, StudentTable], array[float]]",
) -> None:
    """Raise PipelineError if, on 50 of the students, the leverages disagree with the definition.

    The students are evenly spaced in the order of study_hours, the least and the most included.
    """
    sample = table.take(_evenly_spaced(table.study_hours))
    defined = by_definition(model, sample)
    shortcut = by_leverages(model, sample, model.leverages(sample) or ())
    largest = max(map(abs, [*sample.math_score, *filter(math.isfinite, defined)]))
    for i, (one, other) in enumerate(zip(defined, shortcut, strict=True)):
        if one != other and not abs(one - other) <= TOLERANCE * largest:
            name = type(model).__name__
            raise PipelineError(
                f"{name}.leverages is wrong: without the student {sample.name[i]!r}"
                f" ({sample.study_hours[i]} hours) fit and predict give {one}, the leverages"
                f" {other}; correct or delete {name}.leverages"
            )


def _evenly_spaced(hours: Sequence[float]) -> list[int]:
    """Return the indices of 50 students, evenly spaced in the order of study_hours.

    Of more than 10,000, every n-th is ordered: to order a million takes half a second.
    """
    step = -(-len(hours) // SORTED_FOR_CHECK)
    extremes = {hours.index(min(hours)), hours.index(max(hours))}
    ordered = sorted(extremes.union(range(0, len(hours), step)), key=lambda i: (hours[i], i))
    last = len(ordered) - 1
    return [ordered[last * k // (CHECKED_STUDENTS - 1)] for k in range(CHECKED_STUDENTS)]


def by_groups(model: "Regressor", table: StudentTable) -> "array[float]":
    """Return each student's score as a model fitted without the student's group predicts it.

    Students are dealt into 20 groups in turn, in the order of study_hours, then math_score, so
    the groups do not depend on the order of the rows (20-fold cross-validation).
    """
    order = sorted(range(len(table)), key=lambda i: (table.study_hours[i], table.math_score[i]))
    ordered = table.take(order)
    left_out = array("d", bytes(8 * len(table)))
    for group in range(GROUPS):
        members = slice(group, None, GROUPS)
        predicted = fit_and_predict(model, ordered.without(members), ordered[members])
        for index, prediction in zip(order[members], predicted, strict=True):
            left_out[index] = prediction
    return left_out
