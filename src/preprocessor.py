"""Preprocessor: raw rows -> students and rejections; the rules of a row."""

from collections.abc import Iterable, Mapping
from itertools import compress
from math import isinf
from typing import Any, NamedTuple

from src.reading.memory import as_blocks
from src.support.students import Rejection, StudentTable


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

        Rows need not come from a file: any real number is a number, NaN is missing, and so is an
        absent key. A row without an integer `line` is counted from 1, and its texts are read as
        numbers. DataError if a row is not a dictionary, or if no row has math_score or study_hours.

        >>> rows = [{"name": "Ann", "math_score": 80, "study_hours": 10}, {"name": "Ben"}]
        >>> students, rejections = Preprocessor().clean(rows)
        >>> students[0]["score_per_hour"]
        8.0
        >>> print(rejections[0])
        line 2: math_score is missing
        """
        students = StudentTable()
        rejections: list[Rejection] = []
        for block in as_blocks(raw_rows):  # up to 256 rows, as columns
            verdicts = list(map(self.rejection, *block))
            accepted = [not verdict for verdict in verdicts]
            _, names, scores, hours, _ = block
            students.name.extend(compress(names, accepted))
            students.math_score.extend(compress(scores, accepted))
            students.study_hours.extend(compress(hours, accepted))
            rejections.extend(filter(None, verdicts))
        return Cleaned(students, rejections)

    def rejection(
        self, line: int, name: str | None, math_score: Any, study_hours: Any, extra: Any
    ) -> Rejection | None:
        """Return the first reason for rejecting this row; None if it is a student.

        These are all the rules. To add one, add an `if`, here or in a subclass. Every real number
        has become a float; None is missing; anything else is not a number.

        >>> print(Preprocessor().rejection(9, "Eve", 70.0, 0.0, None))
        line 9: study_hours 0.0 is not positive
        """
        if extra:
            return Rejection(line, "", extra, "wrong number of fields")
        if name is None:
            return Rejection(line, "name", None, "missing")
        if math_score is None:
            return Rejection(line, "math_score", None, "missing")
        if study_hours is None:
            return Rejection(line, "study_hours", None, "missing")
        if type(math_score) is not float:
            return Rejection(line, "math_score", math_score, "not a number")
        if type(study_hours) is not float:
            return Rejection(line, "study_hours", study_hours, "not a number")
        if isinf(math_score):
            return Rejection(line, "math_score", math_score, "not finite")
        if isinf(study_hours):
            return Rejection(line, "study_hours", study_hours, "not finite")
        if study_hours <= 0.0:
            return Rejection(line, "study_hours", study_hours, "not positive")
        if isinf(math_score / study_hours):
            return Rejection(line, "score_per_hour", math_score / study_hours, "not finite")
        return None
