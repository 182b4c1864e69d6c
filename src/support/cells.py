"""What one cell means: a number, missing, or neither; and numbers in another notation."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from src.support.errors import shown
from src.support.rows import Cell, Rejection, StudentTable

# What a spreadsheet or pandas writes for a missing number, in lower case.
MISSING_MARKS = {"", "-", ".", "na", "n/a", "#na", "#n/a", "#n/a n/a", "<na>", "nan", "-nan"}
MISSING_MARKS |= {"none", "null", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
MOST_KNOWN = 12_000  # texts; if there are more, they hardly repeat
SWAP_MARKS = str.maketrans(",.", ".,")  # what float() needs for a decimal comma


def number(cell: str, decimal: str = ".") -> Cell:
    """Return a cell as a float, None if it is missing, or its text if it is not a number."""
    text = cell.strip()
    # float() also takes 1_000, the digits of every script, and nan.
    if text.isascii() and "_" not in text:
        try:
            value = float(text if decimal == "." else text.translate(SWAP_MARKS))
            if value == value:
                return value
        except ValueError:
            pass
    return None if text.lower() in MISSING_MARKS else text


class NumberReader(dict[str, Cell]):
    """The cells of number columns by their text, and the decimal marks in them."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal
        self.other = "," if decimal == "." else "."
        self.option = f'--decimal {MARKS[self.other]} (decimal="{self.other}")'
        self.with_mark = 0  # numbers that were written with the decimal mark
        self.with_other_mark = 0  # cells that would be numbers with the other one
        self.examples: dict[bool, str] = {}  # such cells, by: may it have a thousands separator?

    def __missing__(self, cell: str) -> Cell:
        """Read a new text. Most repeat: a million rows take 0.3 s less if each is read once."""
        value = self[cell] = number(cell, self.decimal)
        return value

    def read(self, cells: Sequence[str]) -> list[Cell]:
        """Return number(cell) for each cell."""
        self.with_mark += "".join(cells).count(self.decimal)
        if len(self) < MOST_KNOWN:
            values = list(map(self.__getitem__, cells))
        else:
            values = [number(cell, self.decimal) for cell in cells]
        for cell, value in zip(cells, values, strict=True):
            if type(value) is not float and cell:
                self.with_mark -= cell.count(self.decimal)
                if isinstance(value, str) and isinstance(number(cell, self.other), float):
                    self.with_other_mark += 1
                    self.examples.setdefault(bool(THOUSANDS.fullmatch(value)), value)
        return values


MARKS = {".": "point", ",": "comma"}
THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?")
# The first that a cell matches explains it.
NOTATIONS = {
    "a thousands separator": THOUSANDS,
    "a percent sign": re.compile(r".*[0-9]\s*%"),
    "a unit or other text": re.compile(r"\W*[0-9].*"),
}


def numbers_of(loader: Any, students: StudentTable, rejected: Iterable[Rejection]) -> NumberReader:
    """Return a loader's counts; for rows in memory, count decimals as numbers with a point."""
    numbers = getattr(loader, "numbers", None)
    if isinstance(numbers, NumberReader):
        return numbers
    numbers = NumberReader(".")
    numbers.option = 'DataLoader(path, decimal=",")'
    columns = (students.math_score, students.study_hours)
    numbers.with_mark = sum(not value.is_integer() for column in columns for value in column)
    numbers.read([one.value for one in rejected if isinstance(one.value, str)])
    return numbers


def notation_hints(numbers: NumberReader, rejections: Iterable[Rejection]) -> list[str]:
    """Return how rejected numbers seem to be written; the last hint may end with an option."""
    examples: dict[str, str] = {}
    for rejection in rejections:
        cell = rejection.value
        if rejection.reason == "not a number" and isinstance(cell, str):
            kinds = [kind for kind, pattern in NOTATIONS.items() if pattern.fullmatch(cell)]
            if kinds and not isinstance(number(cell, numbers.other), float):
                examples.setdefault(kinds[0], cell)
    hints = [f"{shown(cell)} has {kind}: clean such cells first" for kind, cell in examples.items()]
    if example := numbers.examples.get(False):
        hint = f"{shown(example)} has a decimal {MARKS[numbers.other]}"
        if not numbers.with_mark:
            hint += f", no number has a decimal {MARKS[numbers.decimal]}"
        if numbers.with_other_mark > numbers.with_mark:
            hint += f"; try {numbers.option}"
        hints.append(hint)
    elif example := numbers.examples.get(True):
        value = number(example, numbers.other)
        hint = f"{shown(example)} may have a thousands separator: remove it"
        hints.append(f"{hint}; {numbers.option} would read it as {value}")
    return hints
