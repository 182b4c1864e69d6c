"""Evaluator, Metrics: errors on training students and on left-out students."""

import math
from array import array
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from operator import sub
from typing import NamedTuple

from src.model import MeanScoreBaseline, Regressor
from src.support import shortcut
from src.support.errors import DataError
from src.support.numerics import as_float, finite, finite_sum, floats, mean, or_none
from src.support.students import Student, StudentTable

Floats = Collection[float]
Students = Iterable[Student]

ONE_BY_ONE_UP_TO = 200  # students; more take too long to leave out one by one


class Metrics(NamedTuple):
    """How good a model is on one set of students; None if a metric is undefined.

    An *_error is in score points, and lower is better; a *_score is at most 1, and higher is
    better. `train_*` is on the students the model was fitted on, `leave_one_out_*` on each student
    as predicted by a model fitted on all the others.
    """

    train_mean_absolute_error: float | None
    train_root_mean_squared_error: float | None
    train_r2_score: float | None  # 0: no better than the mean of these very scores
    leave_one_out_mean_absolute_error: float | None  # the number to look at
    baseline_leave_one_out_mean_absolute_error: float | None  # guessing the others' mean score
    skill_score: float | None  # 1 - model / baseline; below 0: worse than guessing
    left_out_groups: int | None  # None: students were left out one by one
    verdict: str  # one sentence that compares the model with the baseline

    def to_dict(self) -> dict[str, float]:
        """Return the metrics that are defined and finite, by name."""
        return {key: one for key, one in self._asdict().items() if math.isfinite(as_float(one))}


class Evaluator:
    """Computes metrics. All sums are exact, so the order of the students does not matter.

    Each metric takes the true and the predicted scores, in the same order, and raises DataError if
    there are none, if one has more than the other, or if the result is too large for a float.
    """

    def mean_absolute_error(self, y_true: Floats, y_pred: Floats) -> float:
        """Return the mean of |true - predicted|, in score points.

        >>> Evaluator().mean_absolute_error([80.0, 60.0], [70.0, 60.0])
        5.0
        """
        return finite_sum(map(abs, _errors(y_true, y_pred))) / len(y_true)

    def root_mean_squared_error(self, y_true: Floats, y_pred: Floats) -> float:
        """Return the square root of the mean of (true - predicted)^2, in score points.

        >>> Evaluator().root_mean_squared_error([80.0, 60.0], [73.0, 59.0])
        5.0
        """
        squares = (error * error for error in _errors(y_true, y_pred))
        return math.sqrt(finite_sum(squares) / len(y_true))

    def r2_score(self, y_true: Floats, y_pred: Floats) -> float:
        """Return 1 - sse / sst: 0 for guessing the mean of y_true, below 0 for worse.

        Raises DataError also if the true scores are all equal.

        >>> Evaluator().r2_score([80.0, 60.0], [80.0, 70.0])
        0.5
        """
        sse = finite_sum(error * error for error in _errors(y_true, y_pred))
        scores = floats(y_true)
        average = mean(scores)
        sst = finite_sum((score - average) * (score - average) for score in scores)
        return _skill(sse, sst, scores)

    def left_out_predictions(self, model: Regressor, students: Students) -> Sequence[float]:
        """Return each student's score as predicted by a model that has not seen the student.

        Leave-one-out cross-validation (An Introduction to Statistical Learning, section 5.1.2).
        More than 200 students are left out by the model's leverages, a shortcut, or in 20 groups.
        inf for a prediction that is refused or overflows. The model need not be fitted.
        Raises DataError for fewer than two students, or if a fit refuses the others; PipelineError
        if the leverages are wrong.
        """
        table = StudentTable.of(students, at_least=2)
        if len(table) <= ONE_BY_ONE_UP_TO:
            return _one_by_one(model, table, range(len(table)))
        leverages = shortcut.leverages_of(model, table)
        if leverages is None:
            return shortcut.by_groups(model, table)
        shortcut.check_leverages(model, table, _one_by_one)
        return shortcut.by_leverages(model, table, leverages)

    def evaluate(self, model: Regressor, students: Students) -> Metrics:
        """Return all metrics of a model that was fitted on these students; None for undefined."""
        table = StudentTable.of(students)
        scores = table.math_score
        groups, candidates = None, [deepcopy(model), MeanScoreBaseline()]
        many = len(table) > ONE_BY_ONE_UP_TO
        if many and any(shortcut.leverages_of(one, table) is None for one in candidates):
            groups = shortcut.GROUPS
            for one in candidates:  # both without leverages, so that their groups are the same
                vars(one)["leverages"] = None
        # or_none returns None if a result, or an argument of it, is undefined.
        error, baseline_error = (or_none(self._left_out_error, one, table) for one in candidates)
        predicted = shortcut.predictions(model, table)
        return Metrics(
            train_mean_absolute_error=or_none(self.mean_absolute_error, scores, predicted),
            train_root_mean_squared_error=or_none(self.root_mean_squared_error, scores, predicted),
            train_r2_score=or_none(self.r2_score, scores, predicted),
            leave_one_out_mean_absolute_error=error,
            baseline_leave_one_out_mean_absolute_error=baseline_error,
            skill_score=or_none(_skill, error, baseline_error, scores),
            left_out_groups=groups,
            verdict=_verdict(error, baseline_error, scores),
        )

    def _left_out_error(self, model: Regressor, table: StudentTable) -> float:
        predicted = self.left_out_predictions(model, table)
        return finite(self.mean_absolute_error(table.math_score, predicted))


def _one_by_one(model: Regressor, table: StudentTable, indices: Iterable[int]) -> "array[float]":
    """Return, for each of these students, what a model fitted on all the others predicts."""
    left_out = array("d")
    for i in indices:
        others, student = table.without(slice(i, i + 1)), table[i : i + 1]
        left_out += shortcut.fit_and_predict(model, others, student)
    return left_out


def _errors(y_true: Floats, y_pred: Floats) -> Iterable[float]:
    """Return true - predicted for each pair, in floats whatever the numbers are."""
    if not len(y_true) or len(y_true) != len(y_pred):
        raise DataError(f"no pairs of scores: {len(y_true)} true and {len(y_pred)} predicted ones")
    return map(sub, floats(y_true), floats(y_pred))


def _skill(error: float, reference: float, y_true: "array[float]") -> float:
    """Return 1 - error / reference; DataError if all true scores are equal, or on overflow."""
    # If they are equal the reference should be 0, but rounding may leave it at 1e-17.
    if not reference or all(score == y_true[0] for score in y_true):
        raise DataError("undefined when all true scores are equal")
    return 1.0 - finite(error / reference)


def _verdict(error: float | None, baseline_error: float | None, y_true: "array[float]") -> str:
    """Return one sentence that compares the model with the baseline."""
    if len(y_true) < 2:
        return "There is no verdict: leave-one-out needs at least two students."
    if error is None or baseline_error is None:
        whose = "model" if error is None else "baseline"
        return f"There is no verdict: the {whose}'s leave-one-out error is undefined."
    comparison = "better than" if error < baseline_error else "worse than"
    if abs(error - baseline_error) <= 1e-9 * max(map(abs, y_true)):
        comparison = "as good as"
    return f"The model is {comparison} guessing the mean score."
