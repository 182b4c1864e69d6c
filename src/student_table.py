"""StudentTable: clean students, kept as columns and read as dictionaries."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from src.errors import DataError
from src.records import Student

SHOWN_IN_FULL = 20
SHOWN_OF_MORE = 10


class StudentTable(Sequence[Student]):
    """A read-only sequence of students.

    A million dictionaries take 335 MB, the same students as columns 95, names included. The
    columns are `name` (a list) and `math_score`, `study_hours`, `score_per_hour` (arrays of
    doubles), all of one length and in one order.

    >>> ann = {"name": "Ann", "math_score": 80.0, "study_hours": 10.0, "score_per_hour": 8.0}
    >>> table = StudentTable([ann])
    >>> table[0]["score_per_hour"], list(table.study_hours), table == [ann]
    (8.0, [10.0], True)
    """

    def __init__(self, students: Iterable[Student] = ()) -> None:
        """Copy the students; DataError names the first that is no student."""
        self.name: list[str] = []
        self.math_score = array("d")
        self.study_hours = array("d")
        self.score_per_hour = array("d")
        try:
            for student in students:
                self.math_score.append(student["math_score"])
                self.study_hours.append(student["study_hours"])
                self.score_per_hour.append(student["score_per_hour"])
                self.name.append(student["name"])
        except (KeyError, TypeError, OverflowError) as error:
            problem = f"no {error}" if isinstance(error, KeyError) else error
            raise DataError(
                f"student {len(self.name) + 1} cannot be used: {problem};"
                " Preprocessor().clean(rows).students can"
            ) from None

    @classmethod
    def from_columns(cls, name: list[str], *numbers: "array[float]") -> "StudentTable":
        """Return a table that takes over all its columns, of one length and in their order."""
        table = cls()
        table.name = name
        table.math_score, table.study_hours, table.score_per_hour = numbers
        return table

    @classmethod
    def of(cls, students: Iterable[Student]) -> "StudentTable":
        """Return students as a table: themselves where they are one already."""
        return students if isinstance(students, StudentTable) else cls(students)

    def __len__(self) -> int:
        return len(self.name)

    @overload
    def __getitem__(self, index: int) -> Student: ...
    @overload
    def __getitem__(self, index: slice) -> "StudentTable": ...
    def __getitem__(self, index: int | slice) -> "Student | StudentTable":
        if isinstance(index, slice):
            return StudentTable.from_columns(*(column[index] for column in vars(self).values()))
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
            return vars(self) == vars(other)
        if isinstance(other, list):
            return list(self) == other
        return NotImplemented

    def __repr__(self) -> str:
        """Return the students as a list of dictionaries, one a line; of many, the first."""
        if not self:
            return "[]"
        shown = len(self) if len(self) <= SHOWN_IN_FULL else SHOWN_OF_MORE
        lines = [f" {student!r}" for student in self[:shown]]
        if shown < len(self):
            lines.append(f" ... and {len(self) - shown} more")
        return "[\n" + ",\n".join(lines) + "\n]"
