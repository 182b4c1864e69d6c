"""DataLoader: a CSV file -> raw rows."""

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain, dropwhile, islice
from pathlib import Path

from src.reading.advice import not_found, shifted
from src.reading.cells import CellReader
from src.reading.dialect import PREVIEWED_LINES, Dialect, find
from src.reading.memory import RawStudents
from src.reading.records import Record, Widths, read_records
from src.reading.settings import Columns, Missing, checked_settings
from src.reading.text import FormatError, Progress, checked_encoding, read_lines
from src.support.errors import DataError, UsageError, as_path
from src.support.gate import Source
from src.support.students import RawStudent

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "raw" / "students.csv"
BLOCK = 256  # rows


class DataLoader(Source):
    """Reads students from a CSV file, one row at a time, without validating them.

    The whole file is never in memory, and each iteration reads it anew.

    >>> DataLoader().load()[0]
    {'line': 2, 'name': 'Alice', 'math_score': 85.0, 'study_hours': 10.0}
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = DEFAULT_PATH,
        *,
        columns: Columns = None,
        delimiter: str | None = None,
        decimal: str | None = None,
        encoding: str = "utf-8",
        missing: Missing = (),
        on_progress: Progress | None = None,
    ) -> None:
        """Take the file's path and how to read it; UsageError for an invalid setting.

        `columns` maps a field to its header, or to its column's number from 1; `delimiter` and
        `decimal` are a character or its name (comma, tab, point ...), and None finds it; `missing`
        lists more texts for a missing number. `on_progress` gets the bytes read and the size.
        """
        self.path: Path = as_path(path)
        self.settings = checked_settings(columns, delimiter, decimal, missing)
        self.encoding, self.on_progress = checked_encoding(encoding), on_progress
        self.is_decimal_given = decimal is not None

    def __init_subclass__(cls) -> None:
        """Refuse a load of one's own: the pipeline iterates, so it would not see it."""
        super().__init_subclass__()
        if "load" in cls.__dict__:
            problem = f"the pipeline would ignore {cls.__name__}.load"
            raise UsageError(f"{problem}; write __iter__, with super().__iter__()")

    def load(self) -> list[RawStudent]:
        """Return all rows at once; DataError names the file, the line and a way out."""
        return list(self)

    def __iter__(self) -> Iterator[RawStudent]:
        """Return the rows, one at a time; after the last, sha256 is the hash of the bytes."""
        self.sha256, self.notes = None, []
        return RawStudents.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[list[RawStudent]]:
        digest = sha256()
        try:
            lines = read_lines(self.path, self.encoding, digest, self.on_progress)
            first_lines = list(islice(lines, PREVIEWED_LINES))
            dialect = find(first_lines, self.settings)
            if dialect is None:
                raise not_found(first_lines, self.settings)
            self.decimal, self.whole_decimals = dialect.decimal, dialect.whole_decimals
            reader = CellReader(dialect.decimal, self.settings.missing)
            widths = Widths(dialect.header, dialect.positions.values(), dialect.delimiter)
            records = read_records(chain(first_lines, lines), dialect.delimiter)
            data = dropwhile(lambda record: record[0] <= dialect.rows_after, records)
            while block := list(islice(data, BLOCK)):
                yield _rows(block, dialect, reader, widths)
            if error := widths.shift():
                raise shifted(first_lines, self.settings, error)
        except FormatError as error:
            raise DataError(f"{self.prefix}{error}") from None
        self.notes, self.sha256 = [*dialect.notes, *widths.notes()], digest.hexdigest()


def _column(at: int, records: Sequence[list[str]]) -> list[str]:
    try:
        return [cells[at] for cells in records]
    except IndexError:  # a record that ends before it
        return [cells[at] if at < len(cells) else "" for cells in records]


def _rows(
    block: list[Record], dialect: Dialect, reader: CellReader, widths: Widths
) -> list[RawStudent]:
    """Return a block of records as rows; numbers are read a column at a time."""
    lines, records = zip(*block, strict=True)
    extras = widths.extras(lines, records)
    columns = {field: _column(at, records) for field, at in dialect.positions.items()}
    names = [cell.strip() or None for cell in columns.get("name", ())] or [""] * len(block)
    scores, hours = reader.read(columns["math_score"]), reader.read(columns["study_hours"])
    rows: list[RawStudent] = [
        {"line": line, "name": name, "math_score": score, "study_hours": hour}
        for line, name, score, hour in zip(lines, names, scores, hours, strict=True)
    ]
    if any(extras):
        for row, extra in zip(rows, extras, strict=True):
            if extra:
                row["extra"] = extra
    return rows
