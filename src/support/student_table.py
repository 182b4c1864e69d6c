"""StudentTable: clean students, stored as columns, used like a list of dictionaries."""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from src.support.errors import DataError, shown
from src.support.rows import Student

COLUMNS = ("name", "math_score", "study_hours", "score_per_hour")
SHOWN_IN_FULL = 20
SHOWN_OF_MORE = 10


class StudentTable(Sequence[Student]):
    """A read-only sequence of students.

    A million dictionaries take 335 MB, the same students as columns 95 MB, names included. The
    columns are `name` (a list) and `math_score`, `study_hours`, `score_per_hour` (arrays of
    doubles), all of one length and in one order.

    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> table = StudentTable([ann])
    >>> table[0]["score_per_hour"], list(table.study_hours), table == [ann]
    (8.0, [10.0], True)
    """

    def __init__(self, students: Iterable[Student] = ()) -> None:
        """Copy the students; DataError names the first that is not a clean student."""
        self.name: list[str] = []
        self.math_score = array("d")
        self.study_hours = array("d")
        self.score_per_hour = array("d")
        for position, student in enumerate(students, start=1):
            try:
                score, hours, ratio = _numbers(student)
                name = student["name"]
            except DataError as error:
                hint = "pass Preprocessor().clean(rows).students"
                raise DataError(f"student {position} {error}; {hint}") from None
            except KeyError as error:
                hint = "pass Preprocessor().clean(rows).students"
                raise DataError(f"student {position} has no {error}; {hint}") from None
            self.name.append(name)
            self.math_score.append(score)
            self.study_hours.append(hours)
            self.score_per_hour.append(ratio)

    @classmethod
    def from_columns(
        cls,
        name: list[str],
        math_score: "array[float]",
        study_hours: "array[float]",
        score_per_hour: "array[float]",
    ) -> "StudentTable":
        """Build a table from equally long columns, without a copy."""
        table = cls()
        table.name, table.math_score = name, math_score
        table.study_hours, table.score_per_hour = study_hours, score_per_hour
        return table

    @classmethod
    def of(cls, students: Iterable[Student], at_least: int = 0) -> "StudentTable":
        """Return students as a table, unchanged if already one; DataError if they are too few."""
        table = students if isinstance(students, StudentTable) else cls(students)
        if len(table) < at_least:
            wanted = "one student" if at_least == 1 else f"{at_least} students"
            raise DataError(f"at least {wanted} needed, not {len(table)}")
        return table

    def take(self, indices: Iterable[int]) -> "StudentTable":
        """Return the students at these indices, in their order."""
        indices = list(indices)
        return StudentTable.from_columns(
            [self.name[index] for index in indices],
            array("d", [self.math_score[index] for index in indices]),
            array("d", [self.study_hours[index] for index in indices]),
            array("d", [self.score_per_hour[index] for index in indices]),
        )

    def without(self, index: slice) -> "StudentTable":
        """Return a table of all the students but those of a slice.

        >>> len(StudentTable().without(slice(0, 1)))
        0
        """
        rest = self[:]
        for column in COLUMNS:
            del getattr(rest, column)[index]
        return rest

    def __len__(self) -> int:
        return len(self.name)

    @overload
    def __getitem__(self, index: int) -> Student: ...
    @overload
    def __getitem__(self, index: slice) -> "StudentTable": ...
    def __getitem__(self, index: int | slice) -> "Student | StudentTable":
        if isinstance(index, slice):
            return StudentTable.from_columns(*(getattr(self, column)[index] for column in COLUMNS))
        return {
            "name": self.name[index],
            "math_score": self.math_score[index],
            "study_hours": self.study_hours[index],
            "score_per_hour": self.score_per_hour[index],
        }

    def __iter__(self) -> Iterator[Student]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StudentTable):
            return all(getattr(self, column) == getattr(other, column) for column in COLUMNS)
        if isinstance(other, list):
            return list(self) == other
        return NotImplemented

    def __repr__(self) -> str:
        """Return the students as a list of dictionaries, one a line; of many, the first."""
        if not self:
            return "[]"
        listed = len(self) if len(self) <= SHOWN_IN_FULL else SHOWN_OF_MORE
        lines = [f" {student!r}" for student in self[:listed]]
        if listed < len(self):
            lines.append(f" ... and {len(self) - listed} more")
        return "[\n" + ",\n".join(lines) + "\n]"


def _numbers(student: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return the three numbers of a clean student; DataError if it is not one."""
    if not isinstance(student, Mapping):
        raise DataError(f"is a {type(student).__name__}, not a dictionary")
    numbers = []
    for column in COLUMNS[1:]:
        value = student[column]
        try:
            number = math.nan if isinstance(value, str) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number) or (column == "study_hours" and number <= 0.0):
            raise DataError(f"has {column} {shown(value)}")
        numbers.append(number)
    score, hours, ratio = numbers
    return score, hours, ratio
