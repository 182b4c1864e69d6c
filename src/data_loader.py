"""DataLoader: a CSV file -> raw rows."""

import os
from collections.abc import Iterator, Mapping
from itertools import tee
from pathlib import Path

from src.reading.cells import NumberReader
from src.reading.text import Progress, TextFile, checked_settings, read_records
from src.reading.dialect import HeaderSearch, checked_columns
from src.reading.memory import each_row
from src.support.students import Block, RawStudent

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "raw" / "students.csv"


class DataLoader:
    """Reads students from a CSV file, one row at a time, without validating them.

    The whole file is never in memory, and each iteration reads it anew.

    >>> DataLoader().load()[0]
    {'line': 2, 'name': 'Alice', 'math_score': 85.0, 'study_hours': 10.0}
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = DEFAULT_PATH,
        *,
        columns: Mapping[str, str | int] | None = None,
        delimiter: str | None = None,
        decimal: str = ".",
        encoding: str = "utf-8",
        on_progress: Progress | None = None,
    ) -> None:
        """Take the file's path and how to read it; UsageError for an invalid setting.

        `columns` maps a field to its header in the file, or to its column's number, counted from
        1. `delimiter` is one character or its name (comma, semicolon, tab, bar, space); None finds
        it. `decimal` is the decimal mark, a point or a comma. `on_progress(bytes_read, file_size)`
        is called after each block of the file; the size of a pipe is 0.
        """
        self.path = Path(path)
        self.columns = checked_columns(columns)
        self.delimiter, self.decimal = checked_settings(delimiter, decimal, encoding)
        self.encoding, self.on_progress = encoding, on_progress
        # What the last iteration has found out about the file; sha256 only if it was complete.
        self.sha256: str | None = None
        self.notes: list[str] = []

    def load(self) -> list[RawStudent]:
        """Return all rows at once; DataError names the file, the line and a way out."""
        return list(self)

    __iter__ = each_row  # one row at a time; after the last, sha256 is the hash of the bytes

    def blocks(self) -> Iterator[Block]:
        """Read the file and yield up to 256 rows at a time, as columns, for the Preprocessor."""
        self.sha256 = None
        file = TextFile(self.path, self.encoding, self.on_progress)
        first_lines, lines = tee(file)
        layout = HeaderSearch(file, first_lines, self.columns, self.delimiter).layout()
        del first_lines  # else tee would keep every line
        self.notes = layout.notes
        self.numbers = NumberReader(self.decimal)  # also tells how decimals were written
        for ends, records in read_records(file, lines, layout.delimiter, layout.header_line):
            yield (
                ends,
                layout.names(records),
                self.numbers.read(layout.column("math_score", records)),
                self.numbers.read(layout.column("study_hours", records)),
                layout.widths.extras(ends, records),
            )
        layout.widths.check(file)
        if layout.widths.longer and not layout.widths.exact:
            self.notes.append("no row is as wide as the header: is the header shifted?")
        self.sha256 = file.sha256
