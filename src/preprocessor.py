"""Preprocessor: raw rows -> students and rejections; the rules of a row."""

from array import array
from collections.abc import Iterable, Mapping
from math import isfinite, isinf
from typing import Any, NamedTuple

from src.reading.memory import raw_students
from src.support.errors import PipelineError, short_repr
from src.support.students import RawStudent, Rejection, StudentTable


class Cleaned(NamedTuple):
    """The accepted and the rejected rows."""

    students: StudentTable
    rejections: list[Rejection]

    def __repr__(self) -> str:
        """Return the two counts: either part may be a million rows long."""
        return f"Cleaned({len(self.students)} students, {len(self.rejections)} rejections)"


class Preprocessor:
    """Rejects the rows that cannot be used, with the reason, and adds score_per_hour."""

    def clean(self, raw_rows: Iterable[Mapping[str, Any]]) -> Cleaned:
        """Return the students among the rows, and a rejection for every other row.

        Rows need not come from a file: any real number is a number, NaN and an absent key are
        missing, a text is read as a cell of a file, and rows without an integer `line` are counted.
        DataError if a row is not a dictionary, or if no row has math_score, or none study_hours.
        A rule that compares rows needs a subclass whose clean resets its memory, then calls this.

        >>> rows = [{"name": "Ann", "math_score": 80, "study_hours": 10}, {"name": "Ben"}]
        >>> students, rejections = Preprocessor().clean(rows)
        >>> students[0]["score_per_hour"]
        8.0
        >>> print(rejections[0])
        line 2: math_score is missing
        """
        names, rejections = list[str | None](), list[Rejection]()
        scores, hours, scores_per_hour = array("d"), array("d"), array("d")
        for row in raw_students(raw_rows):
            rejection = self.rejection(row)
            if rejection is None:
                try:
                    names.append(row["name"])
                    scores.append(row["math_score"])  # type: ignore[arg-type]
                    hours.append(row["study_hours"])  # type: ignore[arg-type]
                    scores_per_hour.append(self.score_per_hour(row))
                except TypeError as error:
                    problem = f"accepts a row without a number: {short_repr(row)}"
                    raise PipelineError(f"{type(self).__name__} {problem}") from error
            elif isinstance(rejection, Rejection):
                rejections.append(rejection)
            else:
                problem = f"returns {short_repr(rejection)}, not a Rejection or None"
                raise PipelineError(f"{type(self).__name__}.rejection {problem}")
        return Cleaned(StudentTable.from_columns(names, scores, hours, scores_per_hour), rejections)

    def score_per_hour(self, row: RawStudent) -> float:
        """Return the new feature, in score points per hour; its row has two finite numbers."""
        return row["math_score"] / row["study_hours"]  # type: ignore[operator]

    def rejection(self, row: RawStudent) -> Rejection | None:
        """Return the first reason for rejecting this row; None if it is a student.

        These are all the rules. To add one, add an `if`, here or in a subclass. Every real number
        has become a float; None is missing; anything else is not a number.

        >>> row = {"line": 9, "name": "Eve", "math_score": 70.0, "study_hours": 0.0}
        >>> print(Preprocessor().rejection(row))
        line 9: study_hours 0.0 is not positive
        """
        line, score, hours = row["line"], row["math_score"], row["study_hours"]
        if "extra" in row:
            return Rejection(line, "", row["extra"], "wrong number of fields")
        if row["name"] is None:
            return Rejection(line, "name", None, "missing")
        if score is None:
            return Rejection(line, "math_score", None, "missing")
        if hours is None:
            return Rejection(line, "study_hours", None, "missing")
        if not isinstance(score, float):
            return Rejection(line, "math_score", score, "not a number")
        if not isinstance(hours, float):
            return Rejection(line, "study_hours", hours, "not a number")
        if isinf(score):
            return Rejection(line, "math_score", score, "not finite")
        if isinf(hours):
            return Rejection(line, "study_hours", hours, "not finite")
        if hours <= 0.0:
            return Rejection(line, "study_hours", hours, "not positive")
        if not isfinite(self.score_per_hour(row)):
            return Rejection(line, "score_per_hour", self.score_per_hour(row), "not finite")
        return None
