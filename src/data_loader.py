"""DataLoader: a CSV file -> raw rows."""

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path

from src.errors import DataError, UsageError, shown, shown_path
from src.records import FIELDS, Cell, RawStudent, Record

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "raw" / "students.csv"

CHUNK_BYTES = 1 << 16

# What a spreadsheet or pandas writes where a number is missing, in lower case.
MISSING_MARKS = {"", "-", ".", "na", "n/a", "#na", "#n/a", "#n/a n/a", "<na>", "nan", "-nan"}
MISSING_MARKS |= {"none", "null", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}

# By which of the first four bytes of a file are not NUL, where they are two letters.
UTF_16_BY_NULS = {b"\1\0\1\0": "utf-16-le", b"\0\1\0\1": "utf-16-be"}


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

    def __repr__(self) -> str:
        return f"DataLoader({str(self.path)!r})"

    def load(self) -> list[RawStudent]:
        """Return all rows at once.

        Raises DataError where the file cannot be read as a table of students: the message names
        the file, the line where there is one, and the way out.
        """
        return list(self)

    def __iter__(self) -> Iterator[RawStudent]:
        """Yield one row at a time; once the last is out, `sha256` is that of the file's bytes."""
        for line, name, math_score, study_hours, extra in self.records():
            row: RawStudent = {
                "line": line,
                "name": name,
                "math_score": math_score,
                "study_hours": study_hours,
            }
            if extra:
                row["extra"] = extra
            yield row

    def records(self) -> Iterator[Record]:
        """Yield what __iter__ does, each row as a tuple."""
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
                if self._is_record(header):
                    break
            else:
                raise self._error("the file is empty; its first line must name the columns")
            name_at, score_at, hours_at = self._positions(header)
            # Only a record of another width can be a blank line, unless the delimiter is blank.
            width = -1 if self.delimiter.isspace() else len(header)
            for cells in records:
                line = records.line_num
                extra = None
                if len(cells) != width:
                    if not self._is_record(cells):
                        continue
                    extra = [cell.strip() for cell in cells[len(header) :] if cell.strip()]
                    cells += [""] * (len(header) - len(cells))
                yield (
                    line,
                    "" if name_at is None else cells[name_at].strip() or None,
                    number(cells[score_at]),
                    number(cells[hours_at]),
                    extra,
                )
        except csv.Error as error:
            raise self._malformed(str(error), line + 1, records.line_num) from None

    def _is_record(self, cells: list[str]) -> bool:
        """Tell a record from a line of nothing but blanks."""
        if len(cells) > 1 and not self.delimiter.isspace():
            return True
        return any(cell.strip() for cell in cells)

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

        for delimiter, option in {";": "';'", "\t": "tab", "|": "'|'", ",": "','"}.items():
            if sum(header.count(delimiter) for header in found) >= len(found):
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
        head, lines_read, bytes_read, pending = b"", 0, 0, ""
        self.sha256 = None
        for chunk, size in self._chunks():
            digest.update(chunk)
            head = head or chunk[:4]
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                # The error counts from the bytes that the decoder had kept of the last chunk.
                kept = len(getattr(error, "object", chunk)) - len(chunk)
                with suppress(UnicodeError):
                    pending += decoder.decode(chunk[: max(getattr(error, "start", 0) - kept, 0)])
                line = lines_read + len(_lines(pending + "?"))
                usual = "latin-1" if _same_encoding(self.encoding, "cp1252") else "cp1252"
                is_text = b"\0" not in chunk
                otherwise = f"try --encoding {usual}" if is_text else "is this a text file?"
                hint = self._encoding_hint(head, otherwise)
                raise self._error(f"not encoded in {self.encoding}; {hint}", line) from None
            if not lines_read and not pending:
                text = text.removeprefix("\ufeff")
            pending += text
            if "\0" in text:
                line = lines_read + len(_lines(pending[: pending.index("\0") + 1]))
                hint = self._encoding_hint(head, "is this a text file?")
                raise self._error(f"a NUL character; {hint}", line)
            bytes_read += len(chunk)
            if chunk and self.on_progress is not None:
                self.on_progress(bytes_read, size)
            if chunk and "\n" not in text and "\r" not in text:
                continue  # a line longer than a chunk
            lines = _lines(pending)
            # The last line may go on in the next chunk, if only by the LF of its CR LF.
            pending = lines.pop() if chunk else ""
            lines_read += len(lines)
            yield lines
        self.sha256 = digest.hexdigest()

    def _chunks(self) -> Iterator[tuple[bytes, int]]:
        """Yield the file's bytes beside its size, and at its end an empty chunk."""
        size = 0
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk, size
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise self._error(getattr(error, "strerror", None) or str(error)) from None
        yield b"", size

    def _encoding_hint(self, head: bytes, otherwise: str) -> str:
        """Return the way out that a file's first bytes suggest, if they suggest another one."""
        guess = UTF_16_BY_NULS.get(bytes(map(bool, head)))
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            guess = "utf-16"
        if guess is None or _same_encoding(guess, self.encoding):
            return otherwise
        return f"try --encoding {guess}"

    def _malformed(self, problem: str, first: int, last: int) -> DataError:
        """Return what csv found wrong with the record on these lines, said for its writer."""
        if "end of data" in problem:
            return self._error("a quote is opened here and never closed", first)
        if "limit" in problem:
            limit = csv.field_size_limit()
            cause = f"a cell of more than {limit} characters; is a quote here never closed?"
            return self._error(cause, first)
        began = f" (its record began on line {first})" if first < last else ""
        return self._error(
            f"text after a closing quote{began}; only a delimiter may follow one, and a quote"
            " within quotes is written twice",
            last,
        )

    def _error(self, cause: str, line: int = 0) -> DataError:
        where = f"{shown_path(self.path)}: " + (f"line {line}: " if line else "")
        return DataError(where + cause)


def number(cell: str) -> Cell:
    """Return a cell as a float, None where it is missing, its text where it is neither.

    >>> number(" -8.5e1 "), number("N/A"), number("1_000")
    (-85.0, None, '1_000')
    """
    # float() also takes 1_000, the digits of every script, and nan.
    if cell.isascii() and "_" not in cell:
        try:
            value = float(cell)
        except ValueError:
            pass
        else:
            if value == value:
                return value
    text = cell.strip()
    if text != cell:
        return number(text)
    return None if text.lower() in MISSING_MARKS else text


def _lines(text: str) -> list[str]:
    """Return the lines of text with their ends, be they LF, CR LF or CR, and no others."""
    return io.StringIO(text, newline="").readlines()


def _listed(headers: list[str]) -> str:
    names = ", ".join(shown(header)[1:-1] for header in headers[:20])
    return names if len(headers) <= 20 else f"{names} and {len(headers) - 20} more"


def _quoted(argument: str) -> str:
    from shlex import quote  # needed for a refusal only

    return quote(shown(argument)[1:-1])


def _same_encoding(one: str, other: str) -> bool:
    return codecs.lookup(one).name == codecs.lookup(other).name


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
        raise UsageError(
            f"unknown encoding {shown(encoding)}; try utf-8, cp1252 or utf-16"
        ) from None
    return encoding
