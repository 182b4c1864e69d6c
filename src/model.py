"""Regressor (what a model must do), StudyModel, MeanScoreBaseline, MODELS."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from src.support.errors import DataError, shown
from src.support.learned import Learned
from src.support.numerics import as_float, mean
from src.support.students import Student, StudentTable


class Regressor(Learned, ABC):
    """A model that predicts a student's math score from the study hours, and from nothing else.

    A model of your own is a subclass with two methods: `fit`, which stores all that it learns as
    named numbers in `self.learned` and returns self, and `predict`, which reads them there. It
    takes no constructor arguments. Evaluation, saving and loading are inherited. Optional are a
    `formula`, and `learned_names`: what a saved model must contain.

    >>> class BestScore(Regressor):
    ...     def fit(self, students):
    ...         self.learned = {"best": max(student["math_score"] for student in students)}
    ...         return self
    ...     def predict(self, study_hours):
    ...         return self.learned["best"]
    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> BestScore().fit([ann]).predict(7.0)
    80.0
    """

    @abstractmethod
    def fit(self, students: Iterable[Student]) -> "Regressor":
        """Learn from the students, forget what was learned before, and return self.

        DataError if they are too few or similar. StudentTable.of(students) makes a table of them.
        """

    @abstractmethod
    def predict(self, study_hours: float) -> float:
        """Return the math score to expect after so many hours."""

    def leverages(self, students: Iterable[Student]) -> Sequence[float] | None:
        """Return one number per student, a shortcut for leaving each out; None for no shortcut.

        The error on student i of a model fitted without i is 1 / (1 - leverage_i) times the error
        of the model fitted on all (An Introduction to Statistical Learning, equation 5.2).
        """
        return None


class StudyModel(Regressor):
    """Each hour of study earns the same score: the average over students of score per hour.

    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> ben = {"name": "Ben", "math_score": 60.0, "study_hours": 6.0, "score_per_hour": 10.0}
    >>> model = StudyModel().fit([ann, ben])
    >>> model.average_score_per_hour, model.predict(5.0)
    (9.0, 45.0)
    """

    formula = "math_score = average_score_per_hour * study_hours"
    learned_names = ("average_score_per_hour", "n_students", "study_hours_min", "study_hours_max")

    @property
    def average_score_per_hour(self) -> float:
        """What was learned, in score points per hour; NotFittedError before fit."""
        return self.learned["average_score_per_hour"]

    def fit(self, students: Iterable[Student]) -> "StudyModel":
        """Learn the mean of score_per_hour; DataError if there is no student."""
        table = StudentTable.of(students, at_least=1)
        self.learned = {
            "average_score_per_hour": mean(table.score_per_hour),
            "n_students": len(table),
            "study_hours_min": min(table.study_hours),
            "study_hours_max": max(table.study_hours),
        }
        return self

    def predict(self, study_hours: float) -> float:
        """Return the score; DataError unless hours and score are finite, hours not negative."""
        hours = study_hours if type(study_hours) is float else as_float(study_hours)
        score = self.learned["average_score_per_hour"] * hours
        if hours < 0.0 or not math.isfinite(score):
            raise _no_prediction(study_hours)
        return score

    def leverages(self, students: Iterable[Student]) -> Sequence[float]:
        """Return 1 / n for each of n students: each has the same share in the mean."""
        n = len(StudentTable.of(students))
        return [1 / n] * n


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
        """Learn the mean of math_score; DataError if there is no student."""
        table = StudentTable.of(students, at_least=1)
        self.learned = {"mean_score": mean(table.math_score), "n_students": len(table)}
        return self

    def predict(self, study_hours: float) -> float:
        """Return the mean score; DataError unless study_hours is finite and not negative."""
        hours = study_hours if type(study_hours) is float else as_float(study_hours)
        if not 0.0 <= hours < math.inf:
            raise _no_prediction(study_hours)
        return self.learned["mean_score"]

    def leverages(self, students: Iterable[Student]) -> Sequence[float]:
        """Return 1 / n for each of n students: each has the same share in the mean."""
        n = len(StudentTable.of(students))
        return [1 / n] * n


def _no_prediction(study_hours: object) -> DataError:
    rule = "hours must be finite and not negative, and the score finite"
    return DataError(f"no prediction for {shown(study_hours)} hours: {rule}")


# The models that `--model` and `--predict` know. One in a file of its own is added in
# src/__init__.py: MODELS["LineModel"] = LineModel
MODELS: dict[str, type[Regressor]] = {m.__name__: m for m in (StudyModel, MeanScoreBaseline)}
