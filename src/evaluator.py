"""Evaluator, Metrics: errors on training students and on left-out students."""

import math
from array import array
from collections.abc import Iterable, Sequence
from operator import mul, sub
from typing import NamedTuple

from src.model import MeanScoreBaseline, Regressor
from src.support.errors import DataError, PipelineError
from src.support.learned import predicted_scores
from src.support.numerics import as_float, finite_sum, floats, mean, or_none, require_finite
from src.support.students import Student, StudentTable


class Metrics(NamedTuple):
    """How good a model is on one set of students; None if a metric is undefined.

    An *_error is in score points, and lower is better; a *_score is at most 1, and higher is
    better. `train_*` is on the students of the fit, `left_out_*` on students not seen by it.
    """

    train_mean_absolute_error: float | None
    train_root_mean_squared_error: float | None
    train_r2_score: float | None  # 0: no better than the mean of these very scores
    left_out_mean_absolute_error: float | None  # the number to look at
    baseline_left_out_mean_absolute_error: float | None  # the mean score of the other students
    skill_score: float | None  # 1 - model / baseline; below 0: worse than guessing
    folds: int | None  # as many as students: leave-one-out; None: too few students
    verdict: str  # one sentence that compares the model with the baseline

    def to_dict(self) -> dict[str, float]:
        """Return the metrics that are defined and finite, by name."""
        return {key: one for key, one in self._asdict().items() if math.isfinite(as_float(one))}


class Evaluator:
    """Computes metrics. All sums are exact, so the order of the students changes no sum.

    Each metric takes true and predicted scores, in the same order; DataError if there are none, if
    one has more than the other, or if the result is too large for a float.
    """

    def mean_absolute_error(self, y_true: Sequence[float], y_pred: Sequence[float]) -> float:
        """Return the mean of |true - predicted|, in score points.

        >>> Evaluator().mean_absolute_error([80.0, 60.0], [70.0, 60.0])
        5.0
        """
        return finite_sum(map(abs, _errors(y_true, y_pred))) / len(y_true)

    def root_mean_squared_error(self, y_true: Sequence[float], y_pred: Sequence[float]) -> float:
        """Return the square root of the mean of (true - predicted)^2, in score points.

        >>> Evaluator().root_mean_squared_error([80.0, 60.0], [73.0, 59.0])
        5.0
        """
        return math.sqrt(_sum_of_squares(_errors(y_true, y_pred)) / len(y_true))

    def r2_score(self, y_true: Sequence[float], y_pred: Sequence[float]) -> float:
        """Return 1 - sse / sst: 0 for guessing the mean score; DataError if all are equal.

        >>> Evaluator().r2_score([80.0, 60.0], [80.0, 70.0])
        0.5
        """
        sse, scores = _sum_of_squares(_errors(y_true, y_pred)), floats(y_true)
        average = mean(scores)
        return _skill(sse, _sum_of_squares(score - average for score in scores), scores)

    def folds(self, students: Sequence[Student]) -> int:
        """Return into how many folds the students are dealt: one for each, above 200 only 5."""
        return len(students) if len(students) <= 200 else 5

    def left_out_predictions(self, model: Regressor, students: Iterable[Student]) -> "array[float]":
        """Return each student's score as predicted by a model that has not seen the student.

        Cross-validation (An Introduction to Statistical Learning, section 5.1): the students are
        dealt out in turn to the folds; for each fold, a fresh model is fitted on the others.
        inf if predict refuses, or on overflow; DataError if fit refuses, or below two students.
        """
        table = StudentTable.of(students, at_least=2)
        folds, left_out = self.folds(table), array("d", [math.nan]) * len(table)
        if not isinstance(folds, int) or folds not in range(2, len(table) + 1):
            rule = f"a number of folds from 2 to {len(table)}"
            raise PipelineError(f"{type(self).__name__}.folds returns {folds!r}, not {rule}")
        for first in range(folds):
            fold = slice(first, None, folds)
            fresh = model.fit_fresh(table, left_out=fold)
            left_out[fold] = predicted_scores(fresh, table.study_hours[fold])
        return left_out

    def evaluate(self, model: Regressor, students: Iterable[Student]) -> Metrics:
        """Return all metrics of a model that was fitted on these students; None for undefined."""
        table = StudentTable.of(students)
        scores, predicted = table.math_score, predicted_scores(model, table.study_hours)
        # or_none returns None if a result, or an argument of it, is undefined.
        error = or_none(self._left_out_error, model, table)
        baseline_error = or_none(self._left_out_error, MeanScoreBaseline(), table)
        return Metrics(
            train_mean_absolute_error=or_none(self.mean_absolute_error, scores, predicted),
            train_root_mean_squared_error=or_none(self.root_mean_squared_error, scores, predicted),
            train_r2_score=or_none(self.r2_score, scores, predicted),
            left_out_mean_absolute_error=error,
            baseline_left_out_mean_absolute_error=baseline_error,
            skill_score=or_none(_skill, error, baseline_error, scores),
            folds=self.folds(table) if len(table) > 1 else None,
            verdict=_verdict(error, baseline_error, scores),
        )

    def _left_out_error(self, model: Regressor, table: StudentTable) -> float:
        left_out = self.left_out_predictions(model, table)
        return require_finite(self.mean_absolute_error(table.math_score, left_out))


def _errors(y_true: Sequence[float], y_pred: Sequence[float]) -> Iterable[float]:
    """Return true - predicted for each pair, in floats whatever the numbers are."""
    if not len(y_true) or len(y_true) != len(y_pred):
        raise DataError(f"no pairs of scores: {len(y_true)} true and {len(y_pred)} predicted ones")
    return map(sub, floats(y_true), floats(y_pred))


def _sum_of_squares(errors: Iterable[float]) -> float:
    values = array("d", errors)
    return finite_sum(map(mul, values, values))


def _skill(error: float, reference: float, y_true: "array[float]") -> float:
    """Return 1 - error / reference; DataError if all true scores are equal, or on overflow."""
    # If they are equal, the reference should be 0, but rounding may leave it at 1e-17.
    if not reference or all(score == y_true[0] for score in y_true):
        raise DataError("undefined when all true scores are equal")
    return 1.0 - require_finite(error / reference)


def _verdict(error: float | None, baseline_error: float | None, y_true: "array[float]") -> str:
    """Return one sentence that compares the model with the baseline."""
    if len(y_true) < 2:
        return "There is no verdict: to leave one out, at least two students are needed."
    if error is None or baseline_error is None:
        whose = "model" if error is None else "baseline"
        return f"There is no verdict: the {whose}'s left-out error is undefined."
    comparison = "better than" if error < baseline_error else "worse than"
    if abs(error - baseline_error) <= 1e-9 * max(map(abs, y_true)):
        comparison = "as good as"
    return f"The model is {comparison} guessing the mean score."
