"""The two kinds of row, and the rejection of a row that cannot become a student.

A raw row is what a file contains; a student is what a model may learn from.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

from src.support.errors import shown

FIELDS = ("name", "math_score", "study_hours")
BLOCK_ROWS = 256

Cell = float | str | None

# Internal form of some hundreds of raw rows, as columns: line, name, math_score, study_hours,
# extra. Reading a million rows takes 0.4 s less than with a tuple for each row.
Block = tuple[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]]


class _Extra(TypedDict, total=False):
    extra: list[str]


class RawStudent(_Extra):
    """One record of a file, not validated yet.

    `line` is the physical line on which the record ends, counted from 1 with the header. A number
    is a float, None if it is missing, or the raw text if it is not a number. `extra`, if there are
    any, lists the cells beyond the header's width.
    """

    line: int
    name: str | None
    math_score: Cell
    study_hours: Cell


class Student(TypedDict):
    """One clean row: finite numbers, study_hours above zero, and the score per hour.

    score_per_hour is computed from the score, the value to predict: it may be shown, and averaged
    in fit, but it is never an input of predict.
    """

    name: str
    math_score: float
    study_hours: float
    score_per_hour: float


class Rejection(NamedTuple):
    """Why one row cannot become a student.

    >>> print(Rejection(7, "math_score", "abc", "not a number"))
    line 7: math_score 'abc' is not a number
    """

    line: int
    column: str  # the field at fault; "" for a wrong number of fields
    value: Any  # the cell's value; for a wrong number of fields the extra cells
    reason: str

    def __str__(self) -> str:
        """Return one line; text from outside is escaped and kept short."""
        if self.reason == "wrong number of fields":
            return f"line {self.line}: {self.reason} (extra: {shown(self.value)[1:-1]})"
        value = "" if self.reason == "missing" else f" {shown(self.value)}"
        return f"line {self.line}: {self.column}{value} is {self.reason}"


def rejection_lines(
    rejections: Sequence[Rejection], rows_read: int, most: int | None = None
) -> list[str]:
    """Return one line per rejection, at most `most`, after a count; nothing if there are none."""
    lines = [f"rejected {len(rejections)} of {rows_read} rows:"] if rejections else []
    lines += [f"  {rejection}" for rejection in rejections[:most]]
    if most is not None and len(rejections) > most:
        lines.append(f"  ... and {len(rejections) - most} more")
    return lines
