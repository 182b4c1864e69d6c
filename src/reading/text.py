"""A file's bytes -> lines of text; every error is located by its line."""

import codecs
import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from src.support.errors import DataError, UsageError, short_repr, suggestion

Progress = Callable[[int, int], object]  # gets the bytes read and the file's size

CHUNK_BYTES = 1 << 16
BY_NULS = {b"\1\0\1\0": "utf-16-le", b"\0\1\0\1": "utf-16-be"}  # which of 4 bytes are not NUL
BY_NULS |= {b"\1\1\0\0": "utf-32", b"\0\0\1\1": "utf-32"}  # with a byte-order mark
PACKED = (b"PK\3\4", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")  # zip, gzip, old Office files

UNDECODED = "\udfff"  # replaces bytes that cannot be decoded; no decoder returns it
ON_ERROR = "mark undecoded bytes"
codecs.register_error(ON_ERROR, lambda error: (UNDECODED, error.end))  # type: ignore[attr-defined]


class FormatError(DataError):
    """What is wrong with a file, and on which line if there is one; the loader adds its path."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)


def checked_encoding(encoding: str) -> str:
    """Return the encoding; UsageError if it is not one of text."""
    try:
        b"a".decode(encoding, ON_ERROR)
    except (LookupError, ValueError, TypeError):
        problem = f"unknown encoding {short_repr(encoding)}"
        raise UsageError(f"{problem}; for example utf-8, cp1252 or utf-16") from None
    return encoding


def read_lines(path: Path, encoding: str, digest: Any, on_progress: Any) -> Iterator[str]:
    """Yield a file's lines with their ends, and hash its bytes; FormatError names a bad line."""
    decoder = codecs.getincrementaldecoder(encoding)(ON_ERROR)
    head, pending, lines_read, bytes_read = b"", "", 0, 0
    for chunk, size in _chunks(path):
        digest.update(chunk)
        head = head or chunk[:4]
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError:  # UTF-16 without a byte-order mark
            text = UNDECODED
        if not lines_read and not pending:
            text = text.removeprefix("\ufeff")
        pending += text
        if wrong := [pending.index(mark) for mark in (UNDECODED, "\0") if mark in text]:
            line = lines_read + len(_lines(pending[: min(wrong) + 1]))
            raise _not_text(head, pending[min(wrong)], "\0" in text, encoding, line)
        bytes_read += len(chunk)
        if chunk and on_progress is not None:
            on_progress(bytes_read, size)
        if chunk and "\n" not in text and "\r" not in text:
            continue  # a line longer than a chunk
        lines = _lines(pending)
        # The last line may go on in the next chunk, if only by the LF of its CR LF.
        pending = lines.pop() if chunk else ""
        lines_read += len(lines)
        yield from lines


def _chunks(path: Path) -> Iterator[tuple[bytes, int]]:
    """Yield the file's bytes with its size, and at its end an empty chunk."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            while chunk := file.read(CHUNK_BYTES):
                yield chunk, size
            yield b"", size
    except FileNotFoundError:
        folder = path.parent
        with suppress(OSError):  # the current directory is gone
            folder = folder.absolute()
        raise FormatError(f"no such file in {folder}") from None
    except OSError as error:
        raise FormatError(error.strerror or str(error)) from None
    except ValueError as error:  # a NUL in the path
        raise FormatError(str(error)) from None


def _not_text(head: bytes, wrong: str, has_nuls: bool, encoding: str, line: int) -> FormatError:
    """Return what is wrong with the first character that is not text, and what to try."""
    if head.startswith(PACKED):
        return FormatError("not a text file but a packed one, such as .xlsx or .gz: save it as CSV")
    problem = "a NUL character" if wrong == "\0" else f"not encoded in {encoding}"
    in_use = codecs.lookup(encoding).name
    has_mark = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    other = BY_NULS.get(bytes(map(bool, head))) or ("utf-16" if has_mark else None)
    if other in (None, in_use):
        if has_nuls:
            return FormatError(f"{problem}; is this a text file?", line)
        other = "utf-8" if in_use == "cp1252" else "cp1252"
        problem += "; the program that wrote the file decides how it is encoded: gbk, shift_jis,"
        problem += " cp949, cp1251, ... or, in Western Europe, cp1252"
    return FormatError(problem + suggestion(f"--encoding {other}", f'encoding="{other}"'), line)


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()
