"""Raw rows (what a file contains), students (what a model may learn from), and rejections."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from operator import truediv
from typing import Any, NamedTuple, TypedDict, overload
from zlib import crc32

from src.support.errors import DataError, shown
from src.support.numerics import as_float

FIELDS = ("name", "math_score", "study_hours")
BLOCK_ROWS = 256
SHOWN_IN_FULL, SHOWN_OF_MORE = 20, 10

Cell = float | str | None

# Internal form of up to 256 raw rows, as columns: line, name, math_score, study_hours, extra. A
# million rows take 0.2 s less than with a tuple for each row.
Block = tuple[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]]


class RawStudent(TypedDict, total=False):
    """One record of a file, not validated yet."""

    line: int  # the physical line on which the record ends, counted from 1 with the header
    name: str | None  # None if it is missing, "" if the file has no names
    math_score: Cell  # a float, None if it is missing, or the raw text if it is not a number
    study_hours: Cell
    extra: list[str]  # the cells beyond the header's width; absent if there are none


class Student(TypedDict):
    """One clean row: finite numbers, study_hours above zero, and the score per hour."""

    name: str
    math_score: float
    study_hours: float
    score_per_hour: float  # made from the score, so never an input of predict


class Rejection(NamedTuple):
    """Why one row cannot become a student."""

    line: int
    column: str  # the field at fault; "" for a wrong number of fields
    value: Any  # the cell's value; for a wrong number of fields the extra cells
    reason: str

    def __str__(self) -> str:
        if self.reason == "wrong number of fields":
            return f"line {self.line}: {self.reason} (extra: {shown(self.value)[1:-1]})"
        value = "" if self.reason == "missing" else f" {shown(self.value)}"
        return f"line {self.line}: {self.column}{value} is {self.reason}"


def rejection_lines(rejections: list[Rejection], read: int, in_full: bool = False) -> list[str]:
    """Return a count, then the first rejections, or all, one a line; nothing if there are none."""
    most = len(rejections) if in_full else SHOWN_OF_MORE
    lines = [f"rejected {len(rejections)} of {read} rows:"] if rejections else []
    lines += [f"  {rejection}" for rejection in rejections[:most]]
    if len(rejections) > most:
        lines.append(f"  ... and {len(rejections) - most} more")
    return lines


class StudentTable(Sequence[Student]):
    """A read-only sequence of students: a million take 87 MB, as dictionaries 335 MB.

    The columns are `name` (a list), `math_score`, `study_hours` and `score_per_hour` (arrays).

    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> table = StudentTable([ann])
    >>> table[0]["score_per_hour"], list(table.study_hours), table == [ann]
    (8.0, [10.0], True)
    """

    def __init__(self, students: Iterable[Student] = ()) -> None:
        """Copy the students; DataError names the first that is not a clean student."""
        self.name: list[str] = []
        self.math_score, self.study_hours = array("d"), array("d")
        for position, student in enumerate(students, start=1):
            if problem := _problem(student):
                hint = "pass Preprocessor().clean(rows).students"
                raise DataError(f"student {position} {problem}; {hint}")
            self.name.append(student["name"])
            self.math_score.append(student["math_score"])
            self.study_hours.append(student["study_hours"])

    @classmethod
    def of(cls, students: Iterable[Student], at_least: int = 0) -> "StudentTable":
        """Return students as a table, unchanged if already one; DataError if they are too few."""
        table = students if isinstance(students, StudentTable) else cls(students)
        if len(table) < at_least:
            raise DataError(f"too few students: {len(table)}, at least {at_least} needed")
        return table

    @classmethod
    def from_columns(cls, *columns: Any) -> "StudentTable":
        """Build a table from its stored columns, of one length and in the order of FIELDS."""
        table = cls()
        table.name, table.math_score, table.study_hours = columns
        return table

    @property
    def score_per_hour(self) -> "array[float]":
        """Each student's math_score / study_hours, in score points per hour: a new array."""
        return array("d", map(truediv, self.math_score, self.study_hours))

    def checksum(self) -> int:
        """Return a number that changes with a score, with hours, or with the count of names."""
        return crc32(self.study_hours, crc32(self.math_score, len(self.name)))

    def take(self, indices: Sequence[int]) -> "StudentTable":
        """Return the students at these indices, in their order."""
        name, *numbers = ([column[i] for i in indices] for column in self._columns())
        return StudentTable.from_columns(name, *(array("d", values) for values in numbers))

    def without(self, index: slice) -> "StudentTable":
        """Return all the students but those of a slice."""
        rest = self[:]
        for column in rest._columns():
            del column[index]
        return rest

    def _columns(self) -> list[Any]:
        return [getattr(self, field) for field in FIELDS]

    def __len__(self) -> int:
        return len(self.name)

    @overload
    def __getitem__(self, index: int) -> Student: ...
    @overload
    def __getitem__(self, index: slice) -> "StudentTable": ...
    def __getitem__(self, index: int | slice) -> "Student | StudentTable":
        if isinstance(index, slice):
            return StudentTable.from_columns(*(column[index] for column in self._columns()))
        name, score, hours = (column[index] for column in self._columns())
        ratio = score / hours
        return {"name": name, "math_score": score, "study_hours": hours, "score_per_hour": ratio}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StudentTable):
            return self._columns() == other._columns()
        return list(self) == other if isinstance(other, list) else NotImplemented

    def __repr__(self) -> str:
        """Return the students as a list of dictionaries, one a line; of many, the first."""
        if not self:
            return "[]"
        listed = len(self) if len(self) <= SHOWN_IN_FULL else SHOWN_OF_MORE
        lines = [f" {student!r}" for student in self[:listed]]
        if listed < len(self):
            lines.append(f" ... and {len(self) - listed} more")
        return "[\n" + ",\n".join(lines) + "\n]"


def _problem(student: Any) -> str:
    """Return why this is not a clean student; "" if it is one."""
    if not isinstance(student, Mapping):
        return f"is a {type(student).__name__}, not a dictionary"
    if missing := [key for key in (*FIELDS, "score_per_hour") if key not in student]:
        return f"has no {missing[0]!r}"
    score, hours, ratio = (as_float(student[key]) for key in (*FIELDS[1:], "score_per_hour"))
    if not math.isfinite(score):
        wrong = "math_score"
    elif not 0.0 < hours < math.inf:
        wrong = "study_hours"
    elif not math.isclose(ratio, score / hours, rel_tol=1e-6):
        wrong = "score_per_hour"
    else:
        return ""
    return f"has {wrong} {shown(student[wrong])}"
