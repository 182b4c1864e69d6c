"""The two kinds of row, and the rejection of a row that cannot become a student.

A raw row is what a file says; a student is what a model may learn from.
"""

from typing import Any, Literal, NamedTuple, TypedDict

from src.errors import shown

FIELDS = ("name", "math_score", "study_hours")

Cell = float | str | None

# A raw row on its way inside: line, name, math_score, study_hours, extra. As a dictionary it
# would make a whole run an eighth longer.
Record = tuple[int, str | None, Cell, Cell, list[str] | None]

Reason = Literal["wrong number of fields", "missing", "not a number", "not finite", "not positive"]


class _Extra(TypedDict, total=False):
    extra: list[str]


class RawStudent(_Extra):
    """One record of a file, judged by nobody yet.

    `line` is the physical line on which the record ends, counted from 1 with the header. A number
    is a float, None where it is missing, and its text where it is neither. `extra`, where there
    are any, are the cells beyond the header's width.
    """

    line: int
    name: str | None
    math_score: Cell
    study_hours: Cell


class Student(TypedDict):
    """One clean row: finite numbers, study_hours above zero, and the engineered feature.

    score_per_hour holds the score, the very thing to predict: it may be shown and averaged in
    fit, but is never an input of predict.
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
    value: Any  # what stood there; for a wrong number of fields the extra cells
    reason: Reason

    def __str__(self) -> str:
        """Return one line for a human; what came from outside is escaped and kept short."""
        if self.reason == "wrong number of fields":
            return f"line {self.line}: {self.reason} (extra: {shown(self.value)[1:-1]})"
        if self.reason == "missing":
            return f"line {self.line}: {self.column} is missing"
        return f"line {self.line}: {self.column} {shown(self.value)} is {self.reason}"
