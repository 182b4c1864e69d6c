"""Raw rows (what a file contains), students (what a model may learn from), and rejections."""

from array import array
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any, NamedTuple, TypedDict

from src.support.errors import DataError, short_repr

FIELDS = ("name", "math_score", "study_hours")
STUDENT_KEYS = (*FIELDS, "score_per_hour")
SHOWN_IN_FULL, SHOWN_OF_MORE = 20, 10

Cell = float | str | None


class RawStudent(TypedDict, total=False):
    """One record of a file, not validated yet."""

    line: int  # the physical line on which the record ends, counted from 1 with the header
    name: str | None  # None if it is missing, "" if there are no names
    math_score: Cell  # a float, None if it is missing, or the text if it is not a number
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
            return f"line {self.line}: {self.reason} (extra: {short_repr(self.value)[1:-1]})"
        value = "" if self.reason == "missing" else f" {short_repr(self.value)}"
        return f"line {self.line}: {self.column}{value} is {self.reason}"


class StudentTable(Sequence[Student]):
    """A read-only sequence of students: a million take 95 MB, as dictionaries 335 MB.

    The columns are `name` (a list), `math_score`, `study_hours` and `score_per_hour` (arrays).
    """

    def __init__(self, students: Iterable[Student] = ()) -> None:
        """Copy the students; DataError names the first that is not a clean student."""
        self.name, self.math_score = list[str](), array("d")
        self.study_hours, self.score_per_hour = array("d"), array("d")
        columns = self._columns()
        for position, student in enumerate(students, start=1):
            try:
                values = [student[key] for key in STUDENT_KEYS]  # type: ignore[literal-required]
                _, score, hours, ratio = values
                is_clean = isfinite(score) and isfinite(hours) and isfinite(ratio) and hours > 0.0
            except (TypeError, KeyError, OverflowError):
                is_clean = False
            if not is_clean:
                problem = f"student {position} is not clean: {short_repr(student)}"
                raise DataError(f"{problem}; pass Preprocessor().clean(rows).students")
            for column, value in zip(columns, values, strict=True):
                column.append(value)

    @classmethod
    def of(cls, students: Iterable[Student], at_least: int = 0) -> "StudentTable":
        """Return students as a table, unchanged if already one; DataError if they are too few."""
        table = students if isinstance(students, StudentTable) else cls(students)
        if len(table) < at_least:
            raise DataError(f"too few students: {len(table)}, at least {at_least} needed")
        return table

    @classmethod
    def from_columns(cls, *columns: Any) -> "StudentTable":
        """Return a table of these four columns, of one length and in the order of a Student."""
        table = cls()
        table.name, table.math_score, table.study_hours, table.score_per_hour = columns
        return table

    def training_copy(self, left_out: slice = slice(0)) -> "StudentTable":
        """Return a copy to learn from, without a slice of the students and without their names."""
        numbers = [column[:] for column in self._columns()[1:]]
        for column in numbers:
            del column[left_out]
        # A name is personal data and not a feature, so no model can learn one.
        return StudentTable.from_columns([""] * len(numbers[0]), *numbers)

    def _columns(self) -> list[Any]:
        return [self.name, self.math_score, self.study_hours, self.score_per_hour]

    def __len__(self) -> int:
        return len(self.name)

    def __getitem__(self, index: Any) -> Any:
        """Return a student, or the table of a slice."""
        values = [column[index] for column in self._columns()]
        if isinstance(index, slice):
            return StudentTable.from_columns(*values)
        return dict(zip(STUDENT_KEYS, values, strict=True))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StudentTable):
            return self._columns() == other._columns()
        return list(self) == other if isinstance(other, list) else NotImplemented

    def __repr__(self) -> str:
        """Return the students as a list of dictionaries, one a line; of many, the first."""
        shown = self if len(self) <= SHOWN_IN_FULL else self[:SHOWN_OF_MORE]
        lines = [f" {student!r}" for student in shown]
        if len(shown) < len(self):
            lines.append(f" ... and {len(self) - len(shown)} more")
        return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
