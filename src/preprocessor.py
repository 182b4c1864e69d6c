"""Preprocessor: raw rows -> clean students + rejections."""

import math
from array import array
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, NamedTuple

from src.records import Rejection
from src.student_table import StudentTable

INFINITY = math.inf


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
        for row in raw_rows:
            name, score, hour = row.get("name"), row.get("math_score"), row.get("study_hours")
            # Nearly every row of a file is clean: to see that at once is worth a third of the
            # time of this method. What does not pass here, good or bad, is judged below.
            if not (
                type(score) is float
                and type(hour) is float
                and 0.0 < hour < math.inf
                and -math.inf < (ratio := score / hour) < math.inf
                and type(name) is str
                and not name.isspace()
                and "extra" not in row
            ):
                verdict = _judge(row, position=len(names) + len(rejections) + 1)
                if isinstance(verdict, Rejection):
                    rejections.append(verdict)
                    continue
                name, score, hour, ratio = verdict
            names.append(name)
            scores.append(score)
            hours.append(hour)
            ratios.append(ratio)
        return Cleaned(StudentTable.from_columns(names, scores, hours, ratios), rejections)


def _judge(row: Mapping[str, Any], position: int) -> tuple[str, float, float, float] | Rejection:
    """Return the cells of the student that a row makes, or the first reason why it makes none."""
    line = row.get("line", position)
    if row.get("extra"):
        return Rejection(line, "", row["extra"], "wrong number of fields")
    numbers = {column: _number(row.get(column)) for column in ("math_score", "study_hours")}
    cells: dict[str, Any] = {"name": _name(row.get("name"))} | numbers
    for column, value in cells.items():
        if value is None:
            return Rejection(line, column, None, "missing")
    for column, value in numbers.items():
        if not isinstance(value, float):
            return Rejection(line, column, value, "not a number")
    for column, value in numbers.items():
        if math.isinf(value):
            return Rejection(line, column, value, "not finite")
    name, score, hours = cells.values()
    if hours <= 0:
        return Rejection(line, "study_hours", hours, "not positive")
    ratio = score / hours
    if math.isinf(ratio):
        return Rejection(line, "score_per_hour", ratio, "not finite")
    return name, score, hours, ratio


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
    """Tell whether value is None or, as NaN and pandas.NA, not equal to itself."""
    return value is None or (value == value) is not True
