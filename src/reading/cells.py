"""What one cell means: a number, missing, or neither."""

from collections.abc import Iterable, Sequence

from src.support.numerics import as_float
from src.support.students import Cell

# What a spreadsheet or pandas writes for a missing number, in lower case.
MISSING_MARKS = {"", "-", ".", "na", "n/a", "#na", "#n/a", "#n/a n/a", "<na>", "nan", "-nan"}
MISSING_MARKS |= {"none", "null", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
SWAP_MARKS = str.maketrans(",.", ".,")  # what float() needs for a decimal comma


class RefusedCell(str):
    """A text that was read from a cell and is not a number, so that it is not read again."""


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
    return None if text.lower() in MISSING_MARKS else RefusedCell(text)


def is_number(cell: str, decimals: str = ".,") -> bool:
    """Return whether a cell is a number with one of these decimal marks."""
    return any(isinstance(number(cell, decimal), float) for decimal in decimals)


class CellReader:
    """Reads the cells of number columns, with a decimal mark and further marks for missing."""

    def __init__(self, decimal: str, missing: Iterable[str | float] = ()) -> None:
        self.decimal = decimal
        self.missing: set[Cell] = {str(mark).strip().lower() for mark in missing}
        self.missing |= {number(m, decimal) if isinstance(m, str) else as_float(m) for m in missing}

    def read(self, cells: Sequence[str]) -> list[Cell]:
        """Return each cell as a float, None if it is missing, or its text if it is not a number."""
        text = "".join(cells)
        is_plain = text.isascii() and not any(character in text for character in "_nN")
        # float() alone reads most cells right: a million rows take 0.5 s less if a block of them
        # is tested at once for all that it takes and `number` does not: other digits, _, nan, inf.
        if is_plain and self.decimal == "." and not self.missing:
            try:
                return [float(cell) if cell else None for cell in cells]
            except ValueError:
                pass
        values = [number(cell, self.decimal) for cell in cells]
        return [None if self._is_missing(value) else value for value in values]

    def _is_missing(self, value: Cell) -> bool:
        return (value.lower() if isinstance(value, str) else value) in self.missing
