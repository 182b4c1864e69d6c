"""Preprocessor: raw rows -> clean students + rejections."""

import math
from array import array
from collections.abc import Iterable, Mapping
from itertools import count
from numbers import Real
from typing import Any, NamedTuple

from src.data_loader import DataLoader
from src.errors import DataError
from src.records import Record, Rejection
from src.student_table import StudentTable


class Cleaned(NamedTuple):
    """What became of the rows: each is in one of the two."""

    students: StudentTable
    rejections: list[Rejection]

    def __repr__(self) -> str:
        """Return the two counts: either part may be a million rows long."""
        return f"Cleaned({len(self.students)} students, {len(self.rejections)} rejections)"


class Preprocessor:
    """Drops the rows that cannot be used, saying why, and adds the feature score_per_hour."""

    def clean(self, raw_rows: Iterable[Mapping[str, Any]]) -> Cleaned:
        """Judge each row once; a row without a `line` is counted from 1.

        Rows need not come from a file: an int is a number, NaN is missing, and an absent key is
        too.

        >>> rows = [{"name": "Ann", "math_score": 80, "study_hours": 10}, {"name": "Ben"}]
        >>> students, rejections = Preprocessor().clean(rows)
        >>> students[0]["score_per_hour"]
        8.0
        >>> print(rejections[0])
        line 2: math_score is missing
        """
        names: list[str] = []
        scores, hours, ratios = array("d"), array("d"), array("d")
        rejections: list[Rejection] = []
        for line, name, score, hour, extra in _records(raw_rows):
            # All that makes a student, in one breath: to look for a reason first, as _rejection
            # does, would take a quarter longer on a million rows (2.0 s instead of 1.6).
            if (
                type(score) is float
                and type(hour) is float
                and 0.0 < hour < math.inf
                and -math.inf < (ratio := score / hour) < math.inf
                and name is not None
                and not extra
            ):
                names.append(name)
                scores.append(score)
                hours.append(hour)
                ratios.append(ratio)
            else:
                rejections.append(_rejection(line, name, score, hour, extra))
        return Cleaned(StudentTable.from_columns(names, scores, hours, ratios), rejections)


def _rejection(line: int, name: str | None, score: Any, hours: Any, extra: Any) -> Rejection:
    """Return the first reason why a row, of which one is known to hold, makes no student."""
    if extra:
        return Rejection(line, "", extra, "wrong number of fields")
    for column, value in (("name", name), ("math_score", score), ("study_hours", hours)):
        if value is None:
            return Rejection(line, column, None, "missing")
    for column, value in (("math_score", score), ("study_hours", hours)):
        if type(value) is not float:
            return Rejection(line, column, value, "not a number")
    for column, value in (("math_score", score), ("study_hours", hours)):
        if math.isinf(value):
            return Rejection(line, column, value, "not finite")
    if hours <= 0.0:
        return Rejection(line, "study_hours", hours, "not positive")
    return Rejection(line, "score_per_hour", score / hours, "not finite")


def _records(raw_rows: Iterable[Mapping[str, Any]]) -> Iterable[Record]:
    """Return the rows as records; a DataLoader, unless a subclass, has them without a detour."""
    if type(raw_rows) is DataLoader:
        return raw_rows.records()
    return map(_record, raw_rows, count(1))


def _record(row: Mapping[str, Any], position: int) -> Record:
    if not isinstance(row, Mapping):
        raise DataError(
            f"row {position} is a {type(row).__name__}, not a dictionary; for a file take"
            " DataLoader(path), for a DataFrame frame.to_dict('records')"
        )
    extra = row.get("extra")  # in rows of a DataFrame NaN, where there is none
    return (
        row.get("line", position),
        _name(row.get("name")),
        _number(row.get("math_score")),
        _number(row.get("study_hours")),
        None if _is_missing(extra) else extra,
    )


def _name(value: Any) -> str | None:
    """Return the name; None where it is missing. "" stands where a file has no names at all."""
    if _is_missing(value) or str(value).isspace():
        return None
    return str(value)


def _number(value: Any) -> Any:
    """Return any real number as a float, None where it is missing, the rest as it is."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None if _is_missing(value) else value
    try:
        number = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]
    return None if math.isnan(number) else number


def _is_missing(value: Any) -> bool:
    """Tell whether value is None, or not equal to itself as NaN, or neither as pandas.NA."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):
        return True
