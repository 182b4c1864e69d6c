"""DataLoader: a CSV file -> raw rows."""

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from src.errors import DataError, UsageError, printable, shown_path
from src.records import FIELDS, RawStudent

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "raw" / "students.csv"

CHUNK_BYTES = 1 << 16
LONGEST_LINE = 1 << 22

# What a spreadsheet or pandas writes where a number is missing, in lower case.
MISSING_MARKS = {"", "-", ".", "na", "n/a", "#na", "#n/a", "#n/a n/a", "<na>", "nan", "-nan"}
MISSING_MARKS |= {"none", "null", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}


class DataLoader:
    """Reads students from a CSV file, each record as a typed dictionary, judging none.

    Iterate over it for a file of any size: one row is in memory at a time, and each iteration
    reads the file anew.

    >>> DataLoader().load()[0]
    {'line': 2, 'name': 'Alice', 'math_score': 85.0, 'study_hours': 10.0}
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = DEFAULT_PATH,
        *,
        columns: Mapping[str, str] | None = None,
        delimiter: str = ",",
        encoding: str = "utf-8",
        on_progress: Callable[[int, int], object] | None = None,
    ) -> None:
        r"""Take the file's path and how to read it; nothing is opened yet.

        `columns` maps a field to the header it has in the file. `delimiter` is one character, or
        `tab` or `\t`. `on_progress(bytes_read, file_size)` is called after each block of the
        file; the size of a pipe is 0. Raises UsageError for a setting that fits no file.
        """
        self.path = Path(path)
        self.columns = None if columns is None else _checked_columns(columns)
        self.delimiter = _checked_delimiter(delimiter)
        self.encoding = _checked_encoding(encoding)
        self.on_progress = on_progress
        self.sha256: str | None = None

    def load(self) -> list[RawStudent]:
        """Return all rows at once.

        Raises DataError where the file cannot be read as a table of students: the message names
        the file, the line where there is one, and the way out.
        """
        return list(self)

    def __iter__(self) -> Iterator[RawStudent]:
        """Yield one row at a time; once the last is out, `sha256` is that of the file's bytes."""
        records = csv.reader(
            chain.from_iterable(self._blocks()),
            delimiter=self.delimiter,
            skipinitialspace=self.delimiter != " ",
            strict=True,
        )
        line = 0
        try:
            for header in records:
                line = records.line_num
                if _is_record(header):
                    break
            else:
                raise self._error("the file is empty; its first line must name the columns")
            name_at, score_at, hours_at = self._positions(header)
            width = len(header)
            for cells in records:
                line = records.line_num
                if len(cells) == width:
                    try:  # a whole row of plain cells: four times as fast as _raw_student
                        yield {
                            "line": line,
                            "name": "" if name_at is None else cells[name_at].strip() or None,
                            "math_score": parse_number(cells[score_at]),
                            "study_hours": parse_number(cells[hours_at]),
                        }
                        continue
                    except ValueError:
                        pass
                if _is_record(cells):
                    yield _raw_student(line, cells, width, (name_at, score_at, hours_at))
        except csv.Error as error:
            raise self._malformed(str(error), line + 1, records.line_num) from None

    def _positions(self, header: list[str]) -> tuple[int | None, int, int]:
        """Return where name, math_score and study_hours stand; None for a name that need not."""
        found = [cell.strip() for cell in header]
        wanted = {field: field for field in FIELDS} | (self.columns or {})
        if self.columns is not None and "name" not in self.columns and "name" not in found:
            del wanted["name"]
        if missing := [field for field in wanted if wanted[field] not in found]:
            raise self._error(
                f"no column {', '.join(repr(wanted[field]) for field in missing)}"
                f" (found: {_listed(found)}); {self._column_hint(missing, found)}"
            )
        for column in wanted.values():
            if found.count(column) > 1:
                raise self._error(
                    f"the column {column!r} stands twice in the header; rename one of the two"
                )
        name_at = found.index(wanted["name"]) if "name" in wanted else None
        return name_at, found.index(wanted["math_score"]), found.index(wanted["study_hours"])

    def _column_hint(self, missing: list[str], found: list[str]) -> str:
        """Return what to do where the header lacks fields: another delimiter, or a mapping."""
        from difflib import get_close_matches  # needed for a refusal only

        if len(found) == 1:
            for delimiter, option in {";": "';'", "\t": "tab", "|": "'|'", ",": "','"}.items():
                if delimiter in found[0]:
                    return f"try --delimiter {option}"
        headers = {header.lower(): header for header in reversed(found)}
        options = []
        for field in missing:
            if close := get_close_matches(field, headers, n=1, cutoff=0.5):
                options.append(f"{field}={headers[close[0]]}")
            elif field != "name" or self.columns is not None:
                options.append(f"{field}=HEADER")
        # A mapping makes the name optional, even one that changes nothing.
        return "try " + " ".join(
            f"--column {_quoted(option)}" for option in options or ["math_score=math_score"]
        )

    def _blocks(self) -> Iterator[list[str]]:
        """Yield the file's lines, a block at a time: hashed, decoded and checked on the way."""
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder(self.encoding)()
        lines_read, rest = 0, ""
        self.sha256 = None
        for chunk in self._chunks():
            digest.update(chunk)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                before = getattr(error, "object", b"")[: getattr(error, "start", 0)]
                good = rest + before.decode(self.encoding, "replace")
                raise self._undecodable(chunk, lines_read + len(_lines(good + "?"))) from None
            if not lines_read and not rest:
                text = text.removeprefix("\ufeff")
            text = rest + text
            lines = _lines(text)
            if "\0" in text:
                line = lines_read + len(_lines(text[: text.index("\0") + 1]))
                raise self._error("a NUL character; if this is UTF-16, try --encoding utf-16", line)
            # The last line may go on in the next chunk, if only by the LF of its CR LF.
            rest = lines.pop() if chunk and lines else ""
            lines_read += len(lines)
            if len(rest) > LONGEST_LINE:
                raise self._error("a line without end; is this a text file?", lines_read + 1)
            yield lines
        self.sha256 = digest.hexdigest()

    def _chunks(self) -> Iterator[bytes]:
        """Yield the file's bytes, and at its end an empty chunk."""
        try:
            with self.path.open("rb") as file:
                size, bytes_read = os.fstat(file.fileno()).st_size, 0
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
                    bytes_read += len(chunk)
                    if self.on_progress is not None:
                        self.on_progress(bytes_read, size)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise self._error(getattr(error, "strerror", None) or str(error)) from None
        yield b""

    def _undecodable(self, chunk: bytes, line: int) -> DataError:
        utf_16 = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        other = "utf-16" if utf_16 else "cp1252" if self.encoding != "cp1252" else "latin-1"
        return self._error(f"not encoded in {self.encoding}; try --encoding {other}", line)

    def _malformed(self, problem: str, first: int, last: int) -> DataError:
        """Return what csv found wrong with the record on these lines, said for its writer."""
        if "end of data" in problem:
            return self._error("a quote is opened here and never closed", first)
        if "limit" in problem:
            limit = csv.field_size_limit()
            cause = f"a cell of more than {limit} characters; is a quote here never closed?"
            return self._error(cause, first)
        began = f" (the record began on line {first})" if first < last else ""
        cause = f"text after a closing quote{began}; a quote within quotes is written twice"
        return self._error(cause, last)

    def _error(self, cause: str, line: int = 0) -> DataError:
        where = f"{shown_path(self.path)}: " + (f"line {line}: " if line else "")
        return DataError(where + cause)


def parse_number(text: str) -> float:
    """Return the plain ASCII decimal number that text is; ValueError where it is none.

    >>> parse_number("-8.5e1")
    -85.0
    """
    # float() also takes 1_000, the digits of every script, and nan.
    if text.isascii() and "_" not in text:
        number = float(text)
        if number == number:
            return number
    raise ValueError(text)


def _raw_student(
    line: int, cells: list[str], width: int, positions: tuple[int | None, int, int]
) -> RawStudent:
    """Return the row that any record makes, however ragged."""
    name, score, hours = (
        cells[at].strip() if at is not None and at < len(cells) else "" for at in positions
    )
    row: RawStudent = {
        "line": line,
        "name": "" if positions[0] is None else name or None,
        "math_score": _number_cell(score),
        "study_hours": _number_cell(hours),
    }
    if extra := [cell.strip() for cell in cells[width:] if cell.strip()]:
        row["extra"] = extra
    return row


def _number_cell(text: str) -> float | str | None:
    if text.lower() in MISSING_MARKS:
        return None
    try:
        return parse_number(text)
    except ValueError:
        return text


def _is_record(cells: list[str]) -> bool:
    """Tell a record from a line of nothing but blanks."""
    return len(cells) > 1 or bool(cells and cells[0].strip())


def _lines(text: str) -> list[str]:
    """Return the lines of text with their ends, be they LF, CR LF or CR, and no others."""
    return io.StringIO(text, newline="").readlines()


def _listed(headers: list[str]) -> str:
    shown = ", ".join(printable(header) for header in headers[:20])
    return shown if len(headers) <= 20 else f"{shown} and {len(headers) - 20} more"


def _quoted(argument: str) -> str:
    from shlex import quote  # needed for a refusal only

    return quote(printable(argument))


def _checked_columns(columns: Mapping[str, str]) -> dict[str, str]:
    trimmed = {field: header.strip() for field, header in columns.items()}
    for field in trimmed:
        if field not in FIELDS:
            raise UsageError(f"unknown field {field!r}; the fields are {', '.join(FIELDS)}")
    headers = [trimmed.get(field, field) for field in FIELDS]
    for header in headers:
        if headers.count(header) > 1:
            raise UsageError(f"two fields on one column {header!r}")
    return trimmed


def _checked_delimiter(delimiter: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise UsageError(f"a delimiter is one character, no quote and no line end: {delimiter!r}")
    return delimiter


def _checked_encoding(encoding: str) -> str:
    try:
        b"a".decode(encoding, "replace")
    except (LookupError, ValueError):
        raise UsageError(f"unknown encoding {encoding!r}; try utf-8, cp1252 or utf-16") from None
    return encoding
