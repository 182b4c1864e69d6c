"""A CSV file's bytes -> lines of text -> records; every error is located by its line."""

import codecs
import csv
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from src.support.errors import DataError, UsageError, shown, shown_path
from src.support.students import BLOCK_ROWS

Progress = Callable[[int, int], object]  # gets the bytes read and the file's size

CHUNK_BYTES = 1 << 16
OTHER_ENCODINGS = ("utf-8", "cp1252 for Western Europe", "gbk", "shift_jis", "cp949", "cp1251")
# Patterns of non-NUL bytes that reveal UTF-16 without a byte-order mark, and UTF-32 with one.
BY_NULS = {b"\1\0\1\0": "utf-16-le", b"\0\1\0\1": "utf-16-be"}
BY_NULS |= {b"\1\1\0\0": "utf-32", b"\0\0\1\1": "utf-32"}

UNDECODED = "\udfff"  # replaces bytes that cannot be decoded; no decoder returns it
ON_ERROR = "mark undecoded bytes"
codecs.register_error(ON_ERROR, lambda error: (UNDECODED, error.end))  # type: ignore[attr-defined]


class TextFile:
    """The lines of one file, read once; `sha256` is that of its bytes once all are read."""

    def __init__(self, path: Path, encoding: str, on_progress: Progress | None = None) -> None:
        self.path, self.encoding, self.on_progress = path, encoding, on_progress
        self.sha256: str | None = None
        self._head = b""

    def error(self, cause: str, line: int = 0, kind: type[DataError] = DataError) -> DataError:
        """Return an error that names the file, and the line if there is one."""
        return kind(f"{shown_path(self.path)}: " + (f"line {line}: " if line else "") + cause)

    def __iter__(self) -> Iterator[str]:
        """Yield the lines with their ends; DataError names the line of a byte that is wrong."""
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder(self.encoding)(ON_ERROR)
        problems = {UNDECODED: f"not encoded in {self.encoding}", "\0": "a NUL character"}
        lines_read, bytes_read, pending = 0, 0, ""
        for chunk, size in self._chunks():
            digest.update(chunk)
            self._head = self._head or chunk[:4]
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError:  # UTF-16 without a byte-order mark
                text = UNDECODED
            if not lines_read and not pending:
                text = text.removeprefix("\ufeff")
            pending += text
            for mark, problem in problems.items():
                if mark in text:
                    line = lines_read + len(_lines(pending[: pending.index(mark) + 1]))
                    raise self.error(f"{problem}; {self._hint(text)}", line)
            bytes_read += len(chunk)
            if chunk and self.on_progress is not None:
                self.on_progress(bytes_read, size)
            if chunk and "\n" not in text and "\r" not in text:
                continue  # a line longer than a chunk
            lines = _lines(pending)
            # The last line may go on in the next chunk, if only by the LF of its CR LF.
            pending = lines.pop() if chunk else ""
            lines_read += len(lines)
            yield from lines
        self.sha256 = digest.hexdigest()

    def _chunks(self) -> Iterator[tuple[bytes, int]]:
        """Yield the file's bytes with its size, and at its end an empty chunk."""
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk, size
                yield b"", size
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise self.error(getattr(error, "strerror", None) or str(error)) from None

    def _hint(self, text: str) -> str:
        in_use = codecs.lookup(self.encoding).name
        utf = BY_NULS.get(bytes(map(bool, self._head)))
        if not utf and self._head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            utf = "utf-16"
        if utf not in (None, in_use):
            return f"try --encoding {utf}"
        if "\0" in text:
            return "is this a text file?"
        first, *rest = (one for one in OTHER_ENCODINGS if not in_use.startswith(one.split()[0]))
        return f"try --encoding {first}, or what the program that wrote it uses: {', '.join(rest)}"


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


# Words for characters that shells treat differently; options take both.
CHARACTERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
CHARACTERS |= {"point": ".", "\\t": "\t"}
WORDS = {character: word for word, character in reversed(CHARACTERS.items())}

# Blocks of records: the lines on which they end, and their cells.
Records = Iterator[tuple[list[int], list[list[str]]]]


def checked_settings(delimiter: str | None, decimal: str, encoding: str) -> tuple[str | None, str]:
    """Return the two characters, None for a delimiter to be found; UsageError if one is wrong."""
    try:
        b"a".decode(encoding, ON_ERROR)
    except (LookupError, ValueError):
        problem = f"unknown encoding {shown(encoding)}"
        raise UsageError(f"{problem}; try utf-8, cp1252 or utf-16") from None
    mark = None if delimiter is None else CHARACTERS.get(delimiter, delimiter)
    if mark is not None and (len(mark) != 1 or mark in '"\r\n\0'):
        problem = "the delimiter must be one character, not a quote or line break"
        raise UsageError(f"{problem}: {shown(delimiter)}")
    if (point := CHARACTERS.get(decimal, decimal)) not in (",", "."):
        raise UsageError(f"the decimal mark must be point or comma, not {shown(decimal)}")
    return mark, point


class MalformedError(DataError):
    """The file's quotes do not fit together, at least not under this delimiter."""


def read_records(file: TextFile, lines: Iterable[str], delimiter: str, after: int = 0) -> Records:
    """Yield the records that end after a line, but for blank ones; MalformedError for quotes."""
    if delimiter == " ":  # columns that are aligned by blanks
        lines = (re.sub(" +", " ", line.strip(" \r\n")) + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)
    line, is_blank = 0, delimiter.isspace()
    ends, rows = list[int](), list[list[str]]()
    try:
        for row in reader:
            line = reader.line_num
            if line > after and ((len(row) > 1 and not is_blank) or any(map(str.strip, row))):
                ends.append(line)
                rows.append(row)
                if len(rows) == BLOCK_ROWS:
                    yield ends, rows
                    ends, rows = [], []
    except csv.Error as error:
        yield ends, rows
        cause = _malformed(str(error), line + 1, reader.line_num)
        raise file.error(*cause, MalformedError) from None
    yield ends, rows


def _malformed(problem: str, first: int, last: int) -> tuple[str, int]:
    if "end of data" in problem:
        return "a quote is opened here and never closed", first
    if "limit" in problem:
        limit = csv.field_size_limit()
        return f"a cell of more than {limit} characters; is a quote here never closed?", first
    began = f" (its record began on line {first})" if first < last else ""
    rule = "only a delimiter may follow one, and a quote within quotes is written twice"
    return f"text after a closing quote{began}; {rule}", last


class Widths:
    """Compares the rows' widths with the header's: if they differ, columns may be shifted."""

    def __init__(self, cells: Sequence[str], of: str) -> None:
        self.width = max(i for i, cell in enumerate(cells, start=1) if cell or of != "header")
        self.of, self.full, self.exact, self.longer = of, len(cells), 0, 0
        self.first: dict[str, tuple[int, int]] = {}  # "wider": line and width of the first

    def extras(self, lines: Sequence[int], rows: Sequence[list[str]]) -> list[list[str] | None]:
        """Count these rows' widths; return, for each, the cells beyond the width with text."""
        if set(map(len, rows)) == {self.width}:
            self.exact += len(rows)
            return [None] * len(rows)
        extras: list[list[str] | None] = []
        for line, cells in zip(lines, rows, strict=True):
            extras.append([cell.strip() for cell in cells[self.width :] if cell.strip()] or None)
            self.exact += len(cells) in (self.width, self.width if extras[-1] else self.full)
            self.longer += len(cells) > self.width
            if extras[-1] or len(cells) < self.width:
                kind = "wider" if extras[-1] else "narrower"
                self.first.setdefault(kind, (line, len(cells)))
        return extras

    def check(self, file: TextFile, option: str = "") -> None:
        """Raise DataError, after the last row, if the columns cannot be trusted."""
        kind = "wider" if self.longer > self.exact else "narrower"
        if kind in self.first and not (kind == "narrower" and self.exact + self.longer):
            line, width = self.first[kind]
            raise file.error(
                f"the rows are {kind} than the {self.of}, so columns may be shifted (cells: {width}"
                f" here, {self.width} in the {self.of}); is there a comma inside a header or a"
                " number, or a row name without a header? Columns can be given by number, from 1;"
                f" try {option}--column study_hours=NUMBER --column math_score=NUMBER",
                line,
            )
