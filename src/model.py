"""Regressor (what a model must do), StudyModel, LineModel, MeanScoreBaseline, MODELS.

>>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
>>> ben = {"name": "Ben", "math_score": 60.0, "study_hours": 6.0, "score_per_hour": 10.0}
>>> StudyModel().fit([ann, ben]).predict(5.0)  # 9 points per hour
45.0
>>> LineModel().fit([ann, ben]).predict(5.0)  # 30 points, and 5 more per hour
55.0
>>> MeanScoreBaseline().fit([ann, ben]).predict(5.0)
70.0
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from math import inf, isfinite
from os import PathLike

from src.support.artifacts import read_json
from src.support.errors import ArtifactError, DataError, as_path, short_repr, shown_path
from src.support.learned import Learned
from src.support.numerics import as_float, finite_sum, mean
from src.support.students import Student, StudentTable


class Regressor(Learned, ABC):
    """A model that predicts a student's math score from the study hours, and from nothing else.

    A model of your own is a subclass with two methods: `fit`, which stores all that it learns as
    named numbers, or lists of numbers, in `self.learned` and returns self, and `predict`, which
    reads them there. It has no other attributes and no constructor arguments; a `formula` is
    optional. Evaluation, saving and loading are inherited.

    >>> class BestScore(Regressor):
    ...     def fit(self, students):
    ...         self.learned = {"best": max(student["math_score"] for student in students)}
    ...         return self
    ...     def predict(self, study_hours):
    ...         return self.learned["best"]
    >>> BestScore().fit([{"math_score": 60.0}, {"math_score": 80.0}]).predict(7.0)
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

    def fit_fresh(self, students: StudentTable, left_out: slice = slice(0)) -> "Regressor":
        """Return a new model, fitted on a copy of the students without a slice of them.

        Nothing learned before can leak, and what to_dict lacks is lost, as it is in a saved file.
        """
        fresh = type(self)()
        fresh.fit(students.training_copy(left_out))
        return type(self).from_dict(fresh.to_dict())


class StudyModel(Regressor):
    """Each hour of study earns the same score: the average over students of score per hour."""

    formula = "math_score = average_score_per_hour * study_hours"

    @property
    def average_score_per_hour(self) -> float:
        """What was learned, in score points per hour; NotFittedError before fit."""
        return float(self.learned["average_score_per_hour"])

    def fit(self, students: Iterable[Student]) -> "StudyModel":
        """Learn the mean of score_per_hour; DataError if there is no student."""
        table = StudentTable.of(students, at_least=1)
        self.learned = {"average_score_per_hour": mean(table.score_per_hour), **_seen(table)}
        return self

    def predict(self, study_hours: float) -> float:
        """Return the score; DataError unless hours and score are finite, hours not negative."""
        hours = study_hours if type(study_hours) is float else as_float(study_hours)
        score: float = self.learned["average_score_per_hour"] * hours
        if hours < 0.0 or not isfinite(score):
            raise _no_prediction(study_hours)
        return score


class LineModel(Regressor):
    """The line of least squares (An Introduction to Statistical Learning, equation 3.4)."""

    formula = "math_score = intercept + slope * study_hours"

    def fit(self, students: Iterable[Student]) -> "LineModel":
        """Learn the score without any study and per hour; DataError if all hours are equal."""
        table = StudentTable.of(students, at_least=1)
        mean_hours, mean_score = mean(table.study_hours), mean(table.math_score)
        from_mean = [hours - mean_hours for hours in table.study_hours]
        squares = finite_sum(distance * distance for distance in from_mean)
        if not squares or min(table.study_hours) == max(table.study_hours):
            raise DataError("a line requires students with different study hours")
        pairs = zip(from_mean, table.math_score, strict=True)
        slope = finite_sum(distance * (score - mean_score) for distance, score in pairs) / squares
        intercept = mean_score - slope * mean_hours
        self.learned = {"intercept": intercept, "slope": slope, **_seen(table)}
        return self

    def predict(self, study_hours: float) -> float:
        """Return the score; DataError unless hours and score are finite, hours not negative."""
        hours = study_hours if type(study_hours) is float else as_float(study_hours)
        score: float = self.learned["intercept"] + self.learned["slope"] * hours
        if hours < 0.0 or not isfinite(score):
            raise _no_prediction(study_hours)
        return score


class MeanScoreBaseline(Regressor):
    """The guess to beat: the mean score, whatever the hours."""

    formula = "math_score = mean_score"

    def fit(self, students: Iterable[Student]) -> "MeanScoreBaseline":
        """Learn the mean of math_score; DataError if there is no student."""
        table = StudentTable.of(students, at_least=1)
        self.learned = {"mean_score": mean(table.math_score), "n_students": len(table)}
        return self

    def predict(self, study_hours: float) -> float:
        """Return the mean score; DataError unless study_hours is finite and not negative."""
        hours = study_hours if type(study_hours) is float else as_float(study_hours)
        if not 0.0 <= hours < inf:
            raise _no_prediction(study_hours)
        score: float = self.learned["mean_score"]
        return score


def _seen(table: StudentTable) -> dict[str, float]:
    """Return how many students a model was fitted on, and the range of their hours."""
    hours = table.study_hours
    return {"n_students": len(table), "study_hours_min": min(hours), "study_hours_max": max(hours)}


def _no_prediction(study_hours: object) -> DataError:
    rule = "hours must be finite and not negative, and the score finite"
    return DataError(f"no prediction for {short_repr(study_hours)} hours: {rule}")


# The models that --model, --compare and --predict know. One in a file of its own is added in
# src/__init__.py: MODELS["CurveModel"] = CurveModel
KNOWN: list[type[Regressor]] = [StudyModel, LineModel, MeanScoreBaseline]
MODELS = {model.__name__: model for model in KNOWN}


def load_model(path: str | PathLike[str]) -> Regressor:
    """Return the model saved at path, of the class that the file names; else ArtifactError."""
    record = read_json(as_path(path))
    name = record.get("model") if isinstance(record, dict) else None
    for model in MODELS.values():
        if model.__name__ == name:
            return model.load(path)
    problem = f"its model is {short_repr(name)}, not one of {', '.join(MODELS)}"
    raise ArtifactError(f"{shown_path(path)}: {problem}; add its class to MODELS")
