"""Lines of text -> records: lists of cells, and whether their widths can be trusted."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress, islice

from src.support.errors import DataError, UsageError, shown
from src.support.rows import BLOCK_ROWS
from src.support.text_file import TextFile

# Words for characters that shells treat differently; options take both.
CHARACTERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " ", "point": "."}
WORDS = {character: word for word, character in CHARACTERS.items()}

Records = tuple[Sequence[int], list[list[str]]]  # the lines on which they end, and their cells


def checked_delimiter(delimiter: str | None) -> str | None:
    """Return the delimiter's character, None to find it; UsageError if it cannot be one."""
    if delimiter is None:
        return None
    character = CHARACTERS.get(delimiter, "\t" if delimiter == "\\t" else delimiter)
    if len(character) != 1 or character in '"\r\n\0':
        problem = "the delimiter must be one character, not a quote or line break"
        raise UsageError(f"{problem}: {shown(delimiter)}")
    return character


def checked_decimal(decimal: str) -> str:
    """Return the decimal mark's character; UsageError if it is neither comma nor point."""
    character = CHARACTERS.get(decimal, decimal)
    if character not in (",", "."):
        raise UsageError(f"the decimal mark must be point or comma, not {shown(decimal)}")
    return character


class MalformedError(DataError):
    """The file's quotes do not fit together, at least not under this delimiter."""


def read_records(
    file: TextFile, lines: Iterable[str], delimiter: str, after: int = 0
) -> Iterator[Records]:
    """Yield the records that end after a line, in blocks; blank lines are skipped.

    Raises MalformedError, naming the line, if a quote is never closed or text follows one.
    """
    if delimiter == " ":  # columns that are aligned by blanks
        lines = (re.sub(" +", " ", line.strip(" \r\n")) + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)
    line, problem, blank = 0, "", delimiter.isspace()
    while not problem:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, BLOCK_ROWS))  # keeps the rows before an error
        except csv.Error as error:
            problem = str(error)
        ends = _line_numbers(line, 0 if problem else reader.line_num, rows)
        if not rows:
            break
        line = ends[-1]
        if blank or ends[0] <= after or min(map(len, rows)) < 2:
            wanted = [
                end > after and ((len(row) > 1 and not blank) or any(map(str.strip, row)))
                for end, row in zip(ends, rows, strict=True)
            ]
            ends, rows = list(compress(ends, wanted)), list(compress(rows, wanted))
        yield ends, rows
    if problem:
        raise _malformed(file, problem, line + 1, reader.line_num)


def _line_numbers(line: int, last: int, rows: Sequence[list[str]]) -> Sequence[int]:
    """Return the line on which each record ends; the one before the first ended on `line`."""
    if last - line == len(rows):  # the usual case: no line breaks within quotes
        return range(line + 1, last + 1)
    breaks = (" ".join(row).replace("\r\n", "\n").replace("\r", "\n").count("\n") for row in rows)
    return list(accumulate((1 + count for count in breaks), initial=line))[1:]


def _malformed(file: TextFile, problem: str, first: int, last: int) -> MalformedError:
    """Return what csv found wrong with the record on these lines."""
    if "end of data" in problem:
        return MalformedError(file.located("a quote is opened here and never closed", first))
    if "limit" in problem:
        cause = f"a cell of more than {csv.field_size_limit()} characters"
        return MalformedError(file.located(f"{cause}; is a quote here never closed?", first))
    began = f" (its record began on line {first})" if first < last else ""
    rule = "only a delimiter may follow one, and a quote within quotes is written twice"
    return MalformedError(file.located(f"text after a closing quote{began}; {rule}", last))


class Widths:
    """Compares the rows' widths with the header's: if they differ, columns may be shifted."""

    def __init__(self, width: int, of: str = "header") -> None:
        """Take the width that the rows should have, and what has it."""
        self.width, self.of = width, of
        self.exact = self.longer = self.longer_by_text = 0
        self.odd_row: tuple[int, int] | None = None  # line and width of the first that tells

    def extras(self, lines: Sequence[int], rows: Sequence[list[str]]) -> Sequence[list[str] | None]:
        """Count these rows' widths; return, for each, the cells beyond the width with text."""
        if set(map(len, rows)) == {self.width}:
            self.exact += len(rows)
            return [None] * len(rows)
        return [self._extra(line, cells) for line, cells in zip(lines, rows, strict=True)]

    def _extra(self, line: int, cells: list[str]) -> list[str] | None:
        extra = [cell.strip() for cell in cells[self.width :] if cell.strip()]
        self.exact += len(cells) == self.width
        self.longer += len(cells) > self.width
        self.longer_by_text += bool(extra)
        tells = self.odd_row is None or (extra and self.longer_by_text == 1)
        if len(cells) != self.width and tells:
            self.odd_row = line, len(cells)
        return extra or None

    def check(self, file: TextFile) -> None:
        """Raise DataError, after the last row, if the columns cannot be trusted."""
        too_wide = self.longer_by_text and self.longer > self.exact
        if self.odd_row and (too_wide or not self.exact + self.longer):
            line, width = self.odd_row
            raise file.error(
                f"the rows are {'wider' if too_wide else 'narrower'} than the {self.of}, so columns"
                f" may be shifted: {width} cells here, {self.width} in the {self.of}; is there a"
                " comma inside a header, or are there row names without a header? Give the"
                " columns by number, counted from 1: --column study_hours=NUMBER"
                " --column math_score=NUMBER",
                line,
            )
