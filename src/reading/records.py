"""Lines of text -> records, and how many cells they have."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from src.reading.text import FormatError

BLANKS = " "  # the delimiter of columns that are aligned by blanks and tabs
Record = tuple[int, list[str]]  # the line on which it ends, and its cells


def read_records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Yield the records that are not blank; FormatError if the quotes do not fit together."""
    is_aligned = delimiter == BLANKS
    if is_aligned:
        lines = (re.sub("[ \t]+", " ", line.strip(" \t\r\n")) + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=not is_aligned, strict=True)
    line = 0
    try:
        for cells in reader:
            line = reader.line_num
            if "".join(cells).strip():
                yield line, cells
    except csv.Error as error:
        first, last = line + 1, reader.line_num
        if "end of data" in str(error):
            raise FormatError("a quote is opened here and never closed", first) from None
        if "limit" in str(error):
            raise FormatError("a cell is too long; is a quote here never closed?", first) from None
        began = f" (its record began on line {first})" if first < last else ""
        problem = f"text after a closing quote{began}; a quote within quotes is written twice"
        raise FormatError(problem, last) from None


class Widths:
    """Compares the rows' widths with the header's: if they differ, columns may be shifted."""

    def __init__(self, header: Sequence[str], used: Iterable[int], delimiter: str) -> None:
        filled = [i for i, cell in enumerate(header, start=1) if cell]
        self.full, self.used = len(header), max(used) + 1
        self.width = max([self.used, *filled])  # blank cells at the end do not count
        self.is_aligned = delimiter == BLANKS
        self.exact = self.longer = self.short = 0
        self.first: dict[str, tuple[int, int]] = {}  # "wider": line and width of the first

    def extras(self, lines: Sequence[int], records: Sequence[list[str]]) -> list[list[str]]:
        """Count the widths, and return each record's cells beyond the width."""
        if set(map(len, records)) == {self.width}:
            self.exact += len(records)
            return [[]] * len(records)
        return [self._extra(line, cells) for line, cells in zip(lines, records, strict=True)]

    def _extra(self, line: int, cells: list[str]) -> list[str]:
        width = len(cells)
        extra = [cell.strip() for cell in cells[self.width :] if cell.strip()]
        self.exact += width in (self.width, self.width if extra else self.full)
        self.longer += width > self.width
        self.short += width < self.used
        is_narrow = width < self.width
        kinds = {"wider": bool(extra), "narrower": is_narrow, "short": width < self.used}
        for kind in (kind for kind, is_kind in kinds.items() if is_kind):
            self.first.setdefault(kind, (line, width))
        if is_narrow and self.is_aligned:  # a missing cell moves all others
            cells.clear()
        return extra

    def shift(self) -> FormatError | None:
        """Return an error, to be completed, if the rows' columns seem to be shifted."""
        kind = "wider" if self.longer > self.exact else "narrower"
        if kind not in self.first or (kind == "narrower" and self.exact + self.longer):
            return None
        line, width = self.first[kind]
        problem = f"the rows are {kind} than the header, so columns may be shifted"
        return FormatError(f"{problem} (cells: {width} here, {self.width} in the header)", line)

    def notes(self) -> list[str]:
        """Return a note on rows that end before a column that is used."""
        if not self.short:
            return []
        line, width = self.first["short"]
        first = f"the first of {self.short} rows that are " if self.short > 1 else ""
        cells = f"cells: {width} here, {self.width} in the header"
        return [f"line {line} is {first}narrower than the header ({cells})"]
