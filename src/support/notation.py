"""Numbers in another notation: what cells that are not numbers look like, and what to try."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from src.support.cells import THOUSANDS, NumberReader, number
from src.support.errors import shown
from src.support.rows import Rejection
from src.support.student_table import StudentTable

MARKS = {".": "point", ",": "comma"}
# Each is searched for in the cells that no earlier one explains.
NOTATIONS = {
    "a thousands separator": THOUSANDS,
    "a percent sign": re.compile(r".*[0-9]\s*%"),
    "a unit or other text": re.compile(r"\W*[0-9].*"),
}


class Notation(NamedTuple):
    """How the numbers of a file seem to be written."""

    hints: list[str]  # the last may suggest an option
    is_other: bool  # there are decimals with the other decimal mark, and none with the one in use

    @classmethod
    def of(cls, loader: Any, students: StudentTable, rejections: Sequence[Rejection]) -> "Notation":
        """Return what a loader has counted, or else what the rows say, and hints on it."""
        numbers = getattr(loader, "numbers", None)
        if not isinstance(numbers, NumberReader):
            numbers = _counted(students, rejections)
        hints = _hints(numbers, rejections)
        option = f'--decimal {MARKS[numbers.other]} (decimal="{numbers.other}")'
        if THOUSANDS.fullmatch(numbers.example):
            value = number(numbers.example, numbers.other)
            example = f"{shown(numbers.example)} may have a thousands separator: remove it"
            hints.append(f"{example}; {option} would read it as {value}")
        elif numbers.example:
            example = f"{shown(numbers.example)} has a decimal {MARKS[numbers.other]}"
            if not numbers.with_mark:
                example += f", no number has a decimal {MARKS[numbers.decimal]}"
            hints.append(example)
            if numbers.with_other_mark > numbers.with_mark:
                hints.append(f"try {option}")
        return cls(
            ["; ".join(hints)] if hints else [],
            numbers.with_other_mark > 0 and numbers.with_mark == 0,
        )


def _counted(students: StudentTable, rejections: Iterable[Rejection]) -> NumberReader:
    """Return counts for rows in memory: a number that is not whole has a decimal point."""
    numbers = NumberReader(".")
    columns = (students.math_score, students.study_hours)
    numbers.with_mark = sum(not value.is_integer() for column in columns for value in column)
    numbers.read([str(rejection.value) for rejection in rejections])
    return numbers


def _hints(numbers: NumberReader, rejections: Iterable[Rejection]) -> list[str]:
    """Return an example of each notation, but for the other decimal mark, that needs cleaning."""
    cells = [rejection.value for rejection in rejections if isinstance(rejection.value, str)]
    cells = [cell for cell in cells if not isinstance(number(cell, numbers.other), float)]
    hints = []
    for kind, pattern in NOTATIONS.items():
        found = next((cell for cell in cells if pattern.fullmatch(cell)), None)
        if found is not None:
            hints.append(f"{shown(found)} has {kind}: clean such cells first")
            cells = [cell for cell in cells if not pattern.fullmatch(cell)]
    return hints
