"""Regressor (what a model must do), StudyModel, MeanScoreBaseline."""

import math
import sys
from abc import ABC, abstractmethod
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from operator import mul
from os import PathLike
from typing import Any, ClassVar, TypeVar

from src.artifacts import read_json, write_json
from src.errors import ArtifactError, DataError, NotFittedError, printable, shown, shown_path
from src.records import Student
from src.student_table import StudentTable

Self = TypeVar("Self", bound="Regressor")

FORMAT_VERSION = 1
ABOUT = ("format_version", "model", "formula", "data_sha256")  # what is not learned
LARGEST = sys.float_info.max


class Regressor(ABC):
    """A model that predicts a student's math score from the study hours, and from nothing else.

    A model of your own is a subclass with two methods: `fit`, which stores what it learns as
    named floats in `self.learned` and returns self, and `predict`, which reads them there.
    Being evaluated, saved and loaded is inherited.

    >>> class LongestStudent(Regressor):
    ...     def fit(self, students):
    ...         longest = max(students, key=lambda student: student["study_hours"])
    ...         self.learned = {"score": longest["math_score"]}
    ...         return self
    ...     def predict(self, study_hours):
    ...         return self.learned["score"]
    >>> LongestStudent().predict(7.0)
    Traceback (most recent call last):
    src.errors.NotFittedError: LongestStudent has learned nothing yet; call fit(students) first
    """

    formula: ClassVar[str] = ""
    learned_names: ClassVar[tuple[str, ...]] = ()  # what a saved model must hold at least
    _parameters: dict[str, float] | None = None

    @property
    def learned(self) -> dict[str, float]:
        """What the last fit has learned, by name; NotFittedError before the first."""
        if self._parameters is None:
            name = type(self).__name__
            raise NotFittedError(f"{name} has learned nothing yet; call fit(students) first")
        return self._parameters

    @learned.setter
    def learned(self, learned: dict[str, float]) -> None:
        for name, value in learned.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not abs(value) <= LARGEST:
                raise DataError(f"{printable(name)} is {shown(value)}, not a finite number")
            if name in ABOUT:
                raise DataError(f"{name} says something else in model.json; choose another name")
        self._parameters = learned

    @abstractmethod
    def fit(self: Self, students: Iterable[Student]) -> Self:
        """Learn from the students, forget what was learned before, and return self.

        The students may be gone after one walk over them: StudentTable.of(students) keeps them.
        Raise DataError where they are too few or too much alike to learn from.
        """

    @abstractmethod
    def predict(self, study_hours: float) -> float:
        """Return the math score to expect after so many hours."""

    def predict_all(self, students: Iterable[Student]) -> "array[float]":
        """Return each student's score as this model predicts it from the hours alone."""
        return array("d", map(self.predict, StudentTable.of(students).study_hours))

    def left_out_predictions(self, students: Iterable[Student]) -> "array[float]":
        """Return each student's score as predicted by a model fitted on all the others.

        This is the definition, n fits of n - 1 students (An Introduction to Statistical
        Learning, section 5.1.2); a model with a shortcut overrides it. The model itself need
        not be fitted and does not change. Raises DataError for fewer than two students.
        """
        table = _at_least(2, students)
        predictions = array("d")
        for index, hours in enumerate(table.study_hours):
            model = copy(self)
            model._parameters = None
            model.fit([*table[:index], *table[index + 1 :]])
            predictions.append(model.predict(hours))
        return predictions

    def _predicts_as(self, model: "type[Regressor]") -> bool:
        """Tell whether a subclass has left fit and predict as they are: shortcuts rely on that."""
        return type(self).fit is model.fit and type(self).predict is model.predict

    def to_dict(self) -> dict[str, Any]:
        """Return what model.json says: the format, the class's name, and all that was learned."""
        formula = {"formula": self.formula} if self.formula else {}
        return {
            "format_version": FORMAT_VERSION,
            "model": type(self).__name__,
            **formula,
            **self.learned,
        }

    @classmethod
    def from_dict(cls: type[Self], record: Mapping[str, Any]) -> Self:
        """Return the model that to_dict described; ArtifactError where it described none."""
        if not isinstance(record, Mapping):
            raise ArtifactError("not a JSON object")
        for key, expected in {"format_version": FORMAT_VERSION, "model": cls.__name__}.items():
            value = record.get(key)
            if value != expected or isinstance(value, bool):
                raise ArtifactError(f"{key} is {shown(value)}, not {expected!r}")
        if missing := [name for name in cls.learned_names if name not in record]:
            raise ArtifactError(f"{missing[0]} is missing")
        model = cls()
        try:
            model.learned = {name: record[name] for name in record if name not in ABOUT}
        except DataError as error:
            raise ArtifactError(str(error)) from None
        return model

    def save(self, path: str | PathLike[str]) -> None:
        """Write to_dict() as JSON, whole or not at all; ArtifactError where that fails."""
        write_json(path, self.to_dict())

    @classmethod
    def load(cls: type[Self], path: str | PathLike[str]) -> Self:
        """Return the model saved at path; ArtifactError, naming the file, where there is none."""
        record = read_json(path)
        try:
            return cls.from_dict(record)
        except ArtifactError as error:
            hint = "train it anew, or load it with the class and version that saved it"
            raise ArtifactError(f"{shown_path(path)}: {error}; {hint}") from None

    def __repr__(self) -> str:
        learned = (f"{name}={value!r}" for name, value in (self._parameters or {}).items())
        return f"{type(self).__name__}({', '.join(learned)})"


class StudyModel(Regressor):
    """Each hour of study earns the same score: the average over students of score per hour.

    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> ben = {"name": "Ben", "math_score": 60.0, "study_hours": 6.0, "score_per_hour": 10.0}
    >>> model = StudyModel().fit([ann, ben])
    >>> model.average_score_per_hour, model.predict(5.0)
    (9.0, 45.0)
    >>> list(model.left_out_predictions([ann, ben]))
    [100.0, 48.0]
    """

    formula = "math_score = average_score_per_hour * study_hours"
    learned_names = ("average_score_per_hour", "n_students", "study_hours_min", "study_hours_max")

    @property
    def average_score_per_hour(self) -> float:
        """What was learned, in score points per hour; NotFittedError before fit."""
        return self.learned["average_score_per_hour"]

    def fit(self, students: Iterable[Student]) -> "StudyModel":
        """Learn the mean of score_per_hour; DataError without a student."""
        table = _at_least(1, students)
        self.learned = {
            "average_score_per_hour": mean(table.score_per_hour),
            "n_students": len(table),
            "study_hours_min": min(table.study_hours),
            "study_hours_max": max(table.study_hours),
        }
        return self

    def predict(self, study_hours: float) -> float:
        """Return the score; DataError unless hours and score are finite, hours not negative."""
        rate = self.learned["average_score_per_hour"]
        if 0.0 <= study_hours <= LARGEST and math.isfinite(score := rate * study_hours):
            return score
        raise _unpredictable(study_hours)

    def predict_all(self, students: Iterable[Student]) -> "array[float]":
        """Return what Regressor does, faster; infinite where no float holds a score."""
        if not self._predicts_as(StudyModel):
            return super().predict_all(students)
        rate = self.average_score_per_hour
        return array("d", (rate * hours for hours in StudentTable.of(students).study_hours))

    def left_out_predictions(self, students: Iterable[Student]) -> "array[float]":
        """Return what the definition in Regressor does, in one pass instead of n fits.

        A prediction that no float holds is infinite.
        """
        if not self._predicts_as(StudyModel):
            return super().left_out_predictions(students)
        table = _at_least(2, students)
        return array("d", map(mul, _means_without_each(table.score_per_hour), table.study_hours))


class MeanScoreBaseline(Regressor):
    """The guess to beat: the mean score, whatever the hours.

    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> ben = {"name": "Ben", "math_score": 60.0, "study_hours": 6.0, "score_per_hour": 10.0}
    >>> MeanScoreBaseline().fit([ann, ben]).predict(5.0)
    70.0
    """

    formula = "math_score = mean_score"
    learned_names = ("mean_score", "n_students")

    def fit(self, students: Iterable[Student]) -> "MeanScoreBaseline":
        """Learn the mean of math_score; DataError without a student."""
        table = _at_least(1, students)
        self.learned = {"mean_score": mean(table.math_score), "n_students": len(table)}
        return self

    def predict(self, study_hours: float) -> float:
        """Return the mean score; DataError unless study_hours is finite and not negative."""
        mean_score = self.learned["mean_score"]
        if 0.0 <= study_hours <= LARGEST:
            return mean_score
        raise _unpredictable(study_hours)

    def left_out_predictions(self, students: Iterable[Student]) -> "array[float]":
        """Return what the definition in Regressor does, in one pass instead of n fits."""
        if not self._predicts_as(MeanScoreBaseline):
            return super().left_out_predictions(students)
        return array("d", _means_without_each(_at_least(2, students).math_score))


def mean(values: Collection[float]) -> float:
    """Return the mean of one or more floats, whatever their order; DataError if it is not finite.

    >>> mean([0.1] * 10), mean([1e308, 1e308])
    (0.1, 1e+308)
    """
    try:
        result = math.fsum(values) / len(values)
    except OverflowError:
        # The sum does not fit a float. The mean may, and fractions find it, if slowly.
        from statistics import mean as exact_mean

        result = exact_mean(values)
    except ValueError:  # infinities of both signs
        result = math.nan
    if not math.isfinite(result):
        raise DataError("the mean of values that are not all finite")
    return result


def _means_without_each(values: Collection[float]) -> Iterator[float]:
    """Yield for each value the mean of all the others, m - (value - m) / (n - 1)."""
    m = mean(values)
    others = len(values) - 1
    return (m - (value - m) / others for value in values)


def _at_least(n: int, students: Iterable[Student]) -> StudentTable:
    table = StudentTable.of(students)
    if len(table) < n:
        wanted = "at least one student" if n == 1 else "at least two students"
        raise DataError(f"a model requires {wanted}, not {len(table)}")
    return table


def _unpredictable(study_hours: float) -> DataError:
    return DataError(
        f"no prediction for {shown(study_hours)} hours: hours must be finite and not negative,"
        " and the score finite"
    )
