"""What one cell means: a number, missing, or neither; and numbers in another notation."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from src.support.errors import shown
from src.support.students import Cell, Rejection, StudentTable

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
    """The cells of number columns by their text."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal

    def __missing__(self, cell: str) -> Cell:
        """Read a new text. Most repeat: a million rows take 0.3 s less if each is read once."""
        value = self[cell] = number(cell, self.decimal)
        return value

    def read(self, cells: Sequence[str]) -> list[Cell]:
        """Return number(cell) for each cell."""
        if len(self) < MOST_KNOWN:
            return list(map(self.__getitem__, cells))
        return [number(cell, self.decimal) for cell in cells]


MARKS = {".": "point", ",": "comma"}
THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,'\u2019\s]\d{3})+([.,]\d+)?")
# The first that a cell matches explains it.
NOTATIONS = {
    "a thousands separator": THOUSANDS,
    "a percent sign": re.compile(r".*[0-9]\s*%"),
    "a unit or other text": re.compile(r"\W*[0-9].*"),
}


def notation_hints(
    loader: Any, students: StudentTable, rejections: Iterable[Rejection]
) -> tuple[list[str], bool]:
    """Return how rejected numbers seem to be written, and whether every decimal was rejected.

    The last hint may end with an option.
    """
    decimal, known = getattr(loader, "decimal", "."), getattr(loader, "numbers", {})
    other = "," if decimal == "." else "."
    examples: dict[str, str] = {}
    decimals: list[str] = []  # with the other mark
    for rejection in rejections:
        cell = rejection.value
        if rejection.reason == "not a number" and isinstance(cell, str):
            if isinstance(number(cell, other), float):
                decimals.append(cell)
            elif kinds := [kind for kind, text in NOTATIONS.items() if text.fullmatch(cell)]:
                examples.setdefault(kinds[0], cell)
    hints = [f"{shown(cell)} has {kind}: clean such cells first" for kind, cell in examples.items()]
    if not decimals:
        return hints, False
    option = f'--decimal {MARKS[other]} (decimal="{other}")'
    if not hasattr(loader, "decimal"):  # rows in memory
        option = 'DataLoader(path, decimal=",")'
    marked = {value for text, value in known.items() if decimal in text}  # such as 80.0
    n_mark = sum(
        not (score.is_integer() and hours.is_integer()) or score in marked or hours in marked
        for score, hours in zip(students.math_score, students.study_hours, strict=True)
    )
    plain = [cell for cell in decimals if not THOUSANDS.fullmatch(cell)]
    if plain:
        hint = f"{shown(plain[0])} has a decimal {MARKS[other]}"
        if not n_mark:
            hint += ", all accepted numbers are whole"
        if len(decimals) > n_mark:
            hint += f"; try {option}"
    else:
        hint = f"{shown(decimals[0])} may have a thousands separator: remove it"
        hint += f"; {option} would read it as {number(decimals[0], other)}"
    return [*hints, hint], not n_mark
