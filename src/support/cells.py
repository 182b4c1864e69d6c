"""What one cell means: a number, missing, or text that is neither."""

import re
from collections.abc import Sequence
from contextlib import suppress
from numbers import Real
from typing import Any

from src.support.numerics import as_float
from src.support.rows import Cell

# What a spreadsheet or pandas writes for a missing number, in lower case.
MISSING_MARKS = {"", "-", ".", "na", "n/a", "#na", "#n/a", "#n/a n/a", "<na>", "nan", "-nan"}
MISSING_MARKS |= {"none", "null", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}

THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?")

# With a decimal comma, comma and point change roles before float() reads a cell.
SWAP_MARKS = str.maketrans(",.", ".,")


def number(cell: str, decimal: str = ".") -> Cell:
    """Return a cell as a float, None if it is missing, or its text if it is not a number.

    >>> number(" -8.5e1 "), number("N/A"), number("1_000"), number("2,5", ",")
    (-85.0, None, '1_000', 2.5)
    """
    # float() also takes 1_000, the digits of every script, and nan.
    if cell.isascii() and "_" not in cell:
        try:
            value = float(cell if decimal == "." else cell.translate(SWAP_MARKS))
        except ValueError:
            pass
        else:
            if value == value:
                return value
    text = cell.strip()
    if text != cell:
        return number(text, decimal)
    return None if text.lower() in MISSING_MARKS else text


class NumberReader:
    """Reads columns of number cells, and counts which decimal marks they are written with."""

    def __init__(self, decimal: str) -> None:
        """Take the decimal mark, a point or a comma."""
        self.decimal = decimal
        self.other = "," if decimal == "." else "."
        self.with_mark = 0  # numbers that were written with the decimal mark
        self.with_other_mark = 0  # cells that would be numbers with the other one
        self.example = ""  # such a cell, if possible one without a thousands separator

    def read(self, cells: Sequence[str]) -> list[Cell]:
        """Return number(cell) for each cell: faster, as most are plain numbers.

        `extend` keeps what it had read when float() raised, so an odd cell costs no more than
        itself: reading a million rows, 2 % of them odd, takes 0.4 s less than cell by cell.
        """
        joined, values = "".join(cells), list[Cell]()
        if self.decimal != "." or "_" in joined or not joined.isascii():
            return [self._read_one(cell) for cell in cells]
        self.with_mark += joined.count(".")
        rest = map(float, cells)
        while len(values) < len(cells):
            with suppress(ValueError):
                values.extend(rest)
                break
            odd = cells[len(values)]
            self.with_mark -= odd.count(".")
            values.append(self._read_one(odd))
        if "nan" in joined.lower():
            return [None if value != value else value for value in values]
        return values

    def _read_one(self, cell: str) -> Cell:
        value = number(cell, self.decimal)
        if isinstance(value, float):
            self.with_mark += self.decimal in cell
        elif isinstance(value, str) and isinstance(number(cell, self.other), float):
            self.with_other_mark += 1
            is_clearer = THOUSANDS.fullmatch(self.example) and not THOUSANDS.fullmatch(value)
            if is_clearer or not self.example:
                self.example = value
        return value


def real_number(value: Any) -> Any:
    """Return what a cell of a row in memory means: a float, None if missing, or itself.

    >>> real_number(5), real_number(float("nan")), real_number(True)
    (5.0, None, True)
    """
    if is_missing(value):
        return None
    is_number = isinstance(value, Real) or type(value).__name__ == "Decimal"
    return as_float(value) if is_number and not isinstance(value, bool) else value


def is_missing(value: Any) -> bool:
    """Return whether value is None, or not equal to itself like NaN, or neither like pandas.NA."""
    if value is None:
        return True
    if isinstance(value, str) or hasattr(value, "__len__"):  # an array is not missing
        return False
    try:
        return bool(value != value)
    except (TypeError, ValueError, ArithmeticError):
        return True
