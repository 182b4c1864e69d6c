"""A file's bytes -> lines of text: hashed, decoded, and every error located by its line."""

import codecs
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from src.support.errors import DataError, UsageError, shown, shown_path

CHUNK_BYTES = 1 << 16
OTHER_ENCODINGS = ("cp1252 for Western Europe", "gbk", "shift_jis", "cp949", "cp1251")
# Pattern of non-NUL bytes that reveals UTF-16 without a byte-order mark.
UTF_16_BY_NULS = {b"\1\0\1\0": "utf-16-le", b"\0\1\0\1": "utf-16-be"}


class TextFile:
    """The lines of one file, read once; `sha256` is that of its bytes once all are read."""

    def __init__(
        self, path: Path, encoding: str, on_progress: Callable[[int, int], object] | None = None
    ) -> None:
        """Take the path; nothing is opened yet."""
        self.path, self.encoding, self.on_progress = path, encoding, on_progress
        self.sha256: str | None = None
        self._head = b""

    def __iter__(self) -> Iterator[str]:
        """Return the lines with their ends: LF, CR LF or CR, and no others.

        Raises DataError, naming the line, for bytes that are not in the encoding and for NULs.
        """
        return chain.from_iterable(self._blocks())

    def located(self, cause: str, line: int = 0) -> str:
        """Return the cause of an error after the file, and the line if there is one."""
        return f"{shown_path(self.path)}: " + (f"line {line}: " if line else "") + cause

    def error(self, cause: str, line: int = 0) -> DataError:
        """Return a DataError that names the file, and the line if there is one."""
        return DataError(self.located(cause, line))

    def _blocks(self) -> Iterator[list[str]]:
        """Yield the lines in lists, one list for each block of the file."""
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder(self.encoding)()
        lines_read, bytes_read, pending = 0, 0, ""
        for chunk, size in self._chunks():
            digest.update(chunk)
            self._head = self._head or chunk[:4]
            state = decoder.getstate()  # a decoder that fails may lose the bytes that it had kept
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError:
                decoder.setstate(state)
                line = lines_read + len(_lines(pending + _decodable(decoder, chunk) + "?"))
                hint = self._hint(is_binary=b"\0" in chunk)
                raise self.error(f"not encoded in {self.encoding}; {hint}", line) from None
            if not lines_read and not pending:
                text = text.removeprefix("\ufeff")
            pending += text
            if "\0" in text:
                line = lines_read + len(_lines(pending[: pending.index("\0") + 1]))
                raise self.error(f"a NUL character; {self._hint(is_binary=True)}", line)
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
        """Yield the file's bytes with its size, and at its end an empty chunk."""
        size = 0
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk, size
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise self.error(getattr(error, "strerror", None) or str(error)) from None
        yield b"", size

    def _hint(self, is_binary: bool) -> str:
        """Return what to try if the bytes are not text in this encoding."""
        in_use = codecs.lookup(self.encoding).name
        utf_16 = UTF_16_BY_NULS.get(bytes(map(bool, self._head)))
        if self._head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            utf_16 = "utf-16"
        if utf_16 not in (None, in_use):
            return f"try --encoding {utf_16}"
        if is_binary:
            return "is this a text file?"
        names = [name for name in OTHER_ENCODINGS if codecs.lookup(name.split()[0]).name != in_use]
        others = ", ".join(names[1:])
        return f"try --encoding {names[0]}, or what the program that wrote it uses: {others}"


def checked_encoding(encoding: str) -> str:
    """Return the name of an encoding of text; UsageError if Python does not know it."""
    try:
        b"a".decode(encoding, "replace")
        codecs.getincrementaldecoder(encoding)
    except (LookupError, ValueError):
        problem = f"unknown encoding {shown(encoding)}"
        raise UsageError(f"{problem}; try utf-8, cp1252 or utf-16") from None
    return encoding


def _decodable(decoder: codecs.IncrementalDecoder, chunk: bytes) -> str:
    """Return the text of a chunk before the byte at which decoding fails."""
    text = ""
    with suppress(UnicodeError):
        for position in range(len(chunk)):
            text += decoder.decode(chunk[position : position + 1])
    return text


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()
