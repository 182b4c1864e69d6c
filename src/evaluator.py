"""Evaluator, Metrics: how far off a model is, on students it knows and on ones it does not."""

import math
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple, TypeVar

from src.errors import DataError
from src.model import MeanScoreBaseline, Regressor, mean
from src.records import Student
from src.student_table import StudentTable

Result = TypeVar("Result")


class Metrics(NamedTuple):
    """Six figures about one model and one set of students; None where one is undefined.

    An *_error is in score points, and lower is better; a *_score has no unit, is at most 1, and
    higher is better. `train_*` is on the students the model was fitted on, `leave_one_out_*` on
    each student as predicted from all the others.
    """

    train_mean_absolute_error: float | None
    train_root_mean_squared_error: float | None
    train_r2_score: float | None  # 0: no better than the mean of these very scores
    leave_one_out_mean_absolute_error: float | None  # the headline
    baseline_leave_one_out_mean_absolute_error: float | None  # guessing the others' mean score
    skill_score: float | None  # 1 - model / baseline; below 0: worse than guessing

    @property
    def verdict(self) -> str:
        """Model against baseline in plain words; errors that differ by rounding alone are equal."""
        model = self.leave_one_out_mean_absolute_error
        baseline = self.baseline_leave_one_out_mean_absolute_error
        if model is None or baseline is None:
            return "There is no verdict: leave-one-out needs two students and finite errors."
        if math.isclose(model, baseline, rel_tol=1e-9, abs_tol=1e-9):
            comparison = "as good as"
        else:
            comparison = "better than" if model < baseline else "worse than"
        return f"The model is {comparison} guessing the mean score."

    def __repr__(self) -> str:
        """Return a figure a line, to six digits."""
        lines = (f"  {name}={figure(value)}" for name, value in self._asdict().items())
        return "Metrics(\n" + ",\n".join(lines) + "\n)"

    def to_dict(self) -> dict[str, float]:
        """Return the figures that are defined, by name."""
        return {name: value for name, value in self._asdict().items() if value is not None}


class Evaluator:
    """Computes metrics. All sums are exact, so that the order of the students does not matter.

    Each metric takes the true and the predicted scores, in one order, and raises DataError where
    there are none, where one has more than the other, or where the result does not fit a float.
    """

    def mean_absolute_error(self, y_true: Collection[float], y_pred: Collection[float]) -> float:
        """Return the mean of |true - predicted|, in score points.

        >>> Evaluator().mean_absolute_error([80.0, 60.0], [70.0, 60.0])
        5.0
        """
        return _finite(_sum(abs(y - p) for y, p in _pairs(y_true, y_pred)) / len(y_true))

    def root_mean_squared_error(
        self, y_true: Collection[float], y_pred: Collection[float]
    ) -> float:
        """Return the square root of the mean of (true - predicted)^2, in score points.

        >>> Evaluator().root_mean_squared_error([80.0, 60.0], [73.0, 59.0])
        5.0
        """
        return _root_of_mean(_squared_errors(y_true, y_pred), len(y_true))

    def r2_score(self, y_true: Collection[float], y_pred: Collection[float]) -> float:
        """Return 1 - sse / sst, the share of the scores' variation that is predicted.

        It is 0 for guessing the mean of y_true and below 0 for worse. Raises DataError also
        where the true scores are all equal.

        >>> Evaluator().r2_score([80.0, 60.0], [80.0, 70.0])
        0.5
        """
        return _r2_score(_squared_errors(y_true, y_pred), y_true)

    def evaluate(self, model: Regressor, students: Iterable[Student]) -> Metrics:
        """Return all six figures for a model that was fitted on these students."""
        table = StudentTable.of(students)
        scores = table.math_score
        error = _or_none(self._left_out_error, model, table)
        baseline_error = _or_none(self._left_out_error, MeanScoreBaseline(), table)
        predicted = _or_none(model.predict_all, table)
        sse = _or_none(_squared_errors, scores, predicted)
        return Metrics(
            _or_none(self.mean_absolute_error, scores, predicted),
            _or_none(_root_of_mean, sse, len(scores)),
            _or_none(_r2_score, sse, scores),
            error,
            baseline_error,
            _or_none(_score, error, baseline_error, scores),
        )

    def _left_out_error(self, model: Regressor, table: StudentTable) -> float:
        return self.mean_absolute_error(table.math_score, model.left_out_predictions(table))


def figure(value: float | None) -> str:
    """Return a figure as it is shown, to six digits.

    >>> figure(56.5), figure(113 / 3), figure(None)
    ('56.5', '37.6667', 'undefined')
    """
    return "undefined" if value is None else f"{value:.6g}"


def _squared_errors(y_true: Collection[float], y_pred: Collection[float]) -> float:
    """Return the sum of the squared errors, which two metrics share."""
    return _finite(_sum((y - p) * (y - p) for y, p in _pairs(y_true, y_pred)))


def _root_of_mean(sse: float, n: int) -> float:
    return math.sqrt(sse / n)


def _r2_score(sse: float, y_true: Collection[float]) -> float:
    average = mean(y_true)
    return _score(sse, _sum((y - average) * (y - average) for y in y_true), y_true)


def _sum(values: Iterable[float]) -> float:
    """Return the exact sum, infinite where no float holds it."""
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf


def _score(error: float, reference: float, y_true: Collection[float]) -> float:
    """Return 1 - error / reference; DataError where that is undefined or does not fit a float."""
    # Where all are equal the reference should be 0, but rounding may leave it at 1e-17.
    if not reference or _all_equal(y_true):
        raise DataError("a score requires true scores that are not all equal")
    return 1.0 - _finite(error / _finite(reference))


def _all_equal(values: Collection[float]) -> bool:
    first = next(iter(values))
    return all(value == first for value in values)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise DataError("the errors, or their sum, do not fit a float")
    return value


def _or_none(compute: Callable[..., Result], *arguments: object) -> Result | None:
    """Return compute(*arguments), or None where that, or an argument of it, is undefined."""
    if None in arguments:
        return None
    try:
        return compute(*arguments)
    except DataError:
        return None


def _pairs(y_true: Collection[float], y_pred: Collection[float]) -> Iterable[tuple[float, float]]:
    if not len(y_true) or len(y_true) != len(y_pred):
        raise DataError(
            "a metric requires as many predictions as true scores, at least one:"
            f" {len(y_true)} true, {len(y_pred)} predicted"
        )
    return zip(y_true, y_pred, strict=True)
