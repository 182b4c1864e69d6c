"""Which line is the header, which column holds which field, and what to try if none does."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import tee
from operator import itemgetter
from typing import NamedTuple

from src.reading.cells import number
from src.reading.text import WORDS, MalformedError, TextFile, Widths, read_records
from src.support.errors import DataError, UsageError, shown
from src.support.students import FIELDS

DELIMITERS = (",", ";", "\t", "|")
SEARCHED_RECORDS = 50
COMPARED_HEADERS, COMPARED_LETTERS = 1000, 100  # more would take too long
LISTED_HEADERS = 20
NUMBER_FIELDS = ("math_score", "study_hours")

# A header is suggested for a field if it has one of these words, singular or plural.
TELLING_WORDS = {
    "name": set[str](),
    "math_score": {"math", "score", "mark", "grade", "point"},
    "study_hours": {"hour", "study", "time"},
}
OTHER_WORDS = "previous past target rank class anxiety minute min sleep job credit"  # misleading
AMOUNT = re.compile(r"(?!(19|20)\d\d )[0-9.,]+ ?[%A-Za-z]{0,6}")  # 85%, 3 hours; no year
FORMS = {"studied": "study", "studying": "study"}  # these only help to choose between two

Record = tuple[int, list[str]]  # the line on which it ends, and its cells, blanks folded
Columns = dict[str, int]  # their positions, by field


class Layout(NamedTuple):
    """How to read the rows of a file."""

    delimiter: str
    header_line: int  # rows come after it; 0 if there is no header
    positions: Columns  # without "name" if there are no names
    widths: Widths  # what has the width that a row should have, to compare the rows with it
    notes: list[str]  # what was found that is not plain

    def column(self, field: str, records: Sequence[list[str]]) -> list[str]:
        """Return the cells of a field; "" if a record is too short to have one."""
        at = self.positions[field]
        try:
            return list(map(itemgetter(at), records))
        except IndexError:
            return [record[at] if at < len(record) else "" for record in records]

    def names(self, records: Sequence[list[str]]) -> list[str | None]:
        """Return the names: None if one is missing, "" if the file has none at all."""
        if "name" not in self.positions:
            return [""] * len(records)
        return [name.strip() or None for name in self.column("name", records)]


def checked_columns(columns: Mapping[str, str | int] | None) -> dict[str, str]:
    """Return which header, or column number, each field has; UsageError for another field."""
    checked = {}
    for field, header in (columns or {}).items():
        if field not in FIELDS:
            raise UsageError(f"unknown field {shown(field)}; the fields are {', '.join(FIELDS)}")
        if isinstance(header, bool) or not isinstance(header, str | int):
            raise UsageError(f"{field} is {shown(header)}, not a header or a column number")
        checked[field] = _folded(str(header))
    return checked


class HeaderSearch:
    """The first records of a file under each delimiter, searched for the wanted columns."""

    def __init__(
        self, file: TextFile, lines: Iterator[str], columns: Mapping[str, str], given: str | None
    ) -> None:
        self.file, self.lines, self.columns, self.given = file, lines, columns, given
        self.wanted = {field: field for field in NUMBER_FIELDS} | dict(columns)
        self.errors: list[DataError] = []

    def layout(self) -> Layout:
        """Return where the header and the columns are; DataError if that is in doubt."""
        tables = {mark: self._records(mark) for mark in self.given or DELIMITERS}
        if all(_is_number(self.wanted[field]) for field in NUMBER_FIELDS):
            at = {field: int(self.wanted[field]) - 1 for field in NUMBER_FIELDS}
            counts = {mark: len(_with_numbers(all, tables[mark], at)) for mark in tables}
            # If several fit equally, the last: decimal commas may look like delimiters.
            records = tables[best := max(reversed(counts), key=counts.__getitem__)]
            if counts[best]:
                first = records.index(_with_numbers(any, records, at)[0])
                # The record above is the header, unless it has NA, 85% or nothing for a number.
                while first and any(
                    position in at.values() and (number(cell) is None or AMOUNT.fullmatch(cell))
                    for position, cell in enumerate(records[first - 1][1])
                ):
                    first -= 1
                return self._layout(best, records, first, at, "first row")
        for mark, records in tables.items():
            for first, (_, cells) in enumerate(records, start=1):
                at, by_text = _locate(self.wanted, cells)
                if by_text and len(at) == len(self.wanted):
                    return self._layout(mark, records, first, at, "header")
        raise self._refusal(tables)

    def _records(self, delimiter: str) -> list[Record]:
        self.lines, lines = tee(self.lines)
        records: list[Record] = []
        try:
            for ends, block in read_records(self.file, lines, delimiter):
                records += zip(ends, [list(map(_folded, cells)) for cells in block], strict=True)
                if len(records) >= SEARCHED_RECORDS:
                    break
        except MalformedError as error:
            self.errors.append(error)
        return records[:SEARCHED_RECORDS]

    def _layout(self, mark: str, records: list[Record], first: int, at: Columns, of: str) -> Layout:
        line, headers = records[first - 1] if first else (0, [])
        rows = records[first:]
        row = headers if of == "header" else _with_numbers(all, rows, at)[0][1]
        # If most rows are wider, they have row names: the header does not tell where names are.
        shift = "NUMBER" if sum(any(r[len(headers) :]) for _, r in rows) > len(rows) / 2 else ""
        name = self.wanted.get("name", "name")
        if "name" not in at and name in headers and not shift:
            at["name"] = headers.index(name)
        elif "name" not in at and _is_number(name):
            at["name"] = int(name) - 1
        elif "name" not in at and "name" in self.wanted:
            problem = f"no column {shown(name)} (found: {_listed(headers)})"
            raise self.file.error(f"{problem}; try --column name={shift or 'HEADER'}")
        self._check(at, records[: max(first - 1, 0)], line, headers)
        notes = []
        if self.given is None and mark != ",":
            notes.append(f"the delimiter is a {WORDS[mark]}")
        if not line:
            notes.append("the file has no header: its first line is data")
        if first > 1:
            lines = "1 line above it was" if first == 2 else f"{first - 1} lines above it were"
            notes.append(f"the header is on line {line}; {lines} skipped")
        other = name if shift and name in headers else _other_name(headers)
        if "name" not in at and other:
            notes.append(f"the column {other!r} was not used; try --column name={shift or other}")
        return Layout(mark, line, at, Widths(row, of), notes)

    def _check(self, at: Columns, above: list[Record], line: int, headers: list[str]) -> None:
        for field, position in at.items():
            text = self.wanted.get(field, "name")
            if headers.count(text) > 1 and headers.index(text) == position:
                problem = f"the column {shown(text)} appears twice in the header"
                raise self.file.error(f"{problem}; try {self._options(at, headers)}", line)
        if len(set(at.values())) < len(at):
            raise self.file.error("two fields are mapped to the same column", line)
        if data := _with_numbers(all, above, at):
            found = f"line {data[0][0]} has numbers in both number columns"
            raise self.file.error(f"{found}, but the header is on line {line}; move it to the top")

    def _refusal(self, tables: dict[str, list[Record]]) -> DataError:
        tables |= {other: self._records(other) for other in DELIMITERS if other not in tables}
        if all(len(records[0][1]) == 1 for records in tables.values() if records):
            tables[" "] = self._records(" ")
        if not any(tables.values()):
            empty = self.file.error("the file is empty; its first line must name the columns")
            return self.errors[0] if self.errors else empty
        rows = []
        for mark, records in tables.items():
            numbers = [sum(map(_has_number, cells[:COMPARED_HEADERS])) for _, cells in records]
            data = next((index for index, count in enumerate(numbers) if count > 1), 0)
            for index, (line, cells) in enumerate(records):
                rank = self._rank(cells, 2 * (index + 1 == data) + (index == 0), numbers[index])
                rows.append((rank, mark, line, cells))
        (found, suggested, _, count, *_), mark, line, headers = max(rows, key=itemgetter(0))
        option = "" if mark in (self.given or DELIMITERS) else f"--delimiter {WORDS[mark]} "
        listed = f"(found: {_listed(headers)})"
        at, _ = _locate(self.wanted, headers)
        missing = [shown(text) for field, text in self.wanted.items() if field not in at]
        problem = f"no column {', '.join(missing)}" if missing else "another delimiter is used"
        if " " in tables and len(headers) == 1 and re.search(r"\w[^\w\s.,]+\w", headers[0]):
            return self.file.error(f"{problem} {listed}; try --delimiter CHAR")
        if not missing and not option:
            return self.file.error(f"no row of the first 50 has numbers in both columns {listed}")
        if count and not found and not suggested:
            at, headers = _by_size(tables[mark], headers), [""] * len(headers)
            problem = f"line {line}: this looks like data, not like a header"
            listed += "; columns can be given by number, from 1; hours are often the smaller ones"
        elif found or suggested:
            below = [r for r in tables[mark] if r[0] > line and len(r[1]) >= len(headers)]
            widths = Widths(headers, "header")
            widths.extras([end for end, _ in below], [cells for _, cells in below])
            widths.check(self.file, option)
        option += self._options(at, headers)
        return self.file.error(f"{problem} {listed}; try {option.rstrip()}")

    def _rank(self, cells: list[str], place: int, numbers: int) -> tuple[int, ...]:
        """Return a key to compare records by: the greater, the more like a header."""
        found, by_text = _locate(self.wanted, cells)
        found = found if by_text else {}
        suggested = len(self._suggestions(found, cells))
        if len(cells) == 1 or (numbers and len(found) + suggested < len(self.wanted)):
            suggested = 0  # a whole line; or data: a student may be called Mark
        return len(found), suggested, place, numbers, numbers == len(cells), len(cells)

    def _suggestions(self, found: Columns, headers: Sequence[str]) -> Columns:
        suggested: Columns = {}
        for field in (field for field in self.wanted if field not in found):
            taken = {headers[at] for at in (*found.values(), *suggested.values())}
            taken |= {"name"} - self.columns.keys()
            free = ["" if one in taken else one[:COMPARED_LETTERS] for one in headers]
            ranks = [_likeness(field, self.wanted[field], one) for one in free[:COMPARED_HEADERS]]
            best = ranks.index(max(ranks))
            others = _words(free[best]) & _words(OTHER_WORDS) - _words(self.wanted[field])
            if any(ranks[best]) and ranks.count(ranks[best]) == 1 and not others:
                suggested[field] = best
        return suggested

    def _options(self, found: Columns, headers: Sequence[str]) -> str:
        positions = {**self._suggestions(found, headers), **found}
        options = []
        for field in (*NUMBER_FIELDS, "name"):
            if (at := positions.get(field)) is not None:
                if field in self.columns or headers[at] != field or headers.count(field) > 1:
                    options.append(f"{field}={self._column(field, at, headers)}")
            elif field in self.wanted:
                options.append(f"{field}=HEADER")
            elif (other := _other_name(headers)) and headers.index(other) not in positions.values():
                options.append(f"name={other}")
        return " ".join(f"--column {option}" for option in options)

    def _column(self, field: str, at: int, headers: Sequence[str]) -> str:
        """Return a header as every shell takes it; the column's number if it is odd, or wanted."""
        header = headers[at] if at < len(headers) else ""
        odd = re.search(r"[^\w .,()?-]", header) or any(map(_is_number, headers))
        if odd or not header or headers.count(header) > 1 or _is_number(self.wanted.get(field, "")):
            return str(at + 1)
        return header if re.fullmatch(r"[\w.-]+", header) else f'"{header}"'


def _locate(wanted: Mapping[str, str], headers: Sequence[str]) -> tuple[Columns, bool]:
    """Return where the wanted columns are in a header, and whether any was found by its text.

    A number is a column's number, counted from 1. It is compared with the headers first only if
    another column is found there by its text, or if there are not so many cells.
    """
    numbers = {f: int(text) - 1 for f, text in wanted.items() if _is_number(text)}
    numbers = {f: position for f, position in numbers.items() if position < len(headers)}
    texts = {f: headers.index(text) for f, text in wanted.items() if text and text in headers}
    by_text = bool(texts.keys() - numbers.keys())
    return numbers | (texts if by_text else {}), by_text


def _likeness(field: str, wanted: str, header: str) -> tuple[float, ...]:
    """Return how well a header fits: how like the wanted one it is, first; 0s if not at all."""
    from difflib import SequenceMatcher  # imported only when needed

    text, plain = (re.sub(r"[\W_]", "", one).lower() for one in (wanted, header))
    words, telling, found = _words(wanted), TELLING_WORDS[field], _words(header)
    ratio = SequenceMatcher(None, text, plain).ratio() if 0 < len(plain) <= 2 * len(text) else 0.0
    common = (words | telling) & {FORMS.get(word, word) for word in found}
    return ratio * (ratio >= 0.8), set() < words <= found, len(common) * bool(telling & found)


def _words(text: str) -> set[str]:
    # HoursStudied_per week -> hour, studied, per, week
    spaced = re.sub(r"([a-z])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", text)
    words = re.findall(r"[^\W\d_]+", spaced.lower())
    return {re.sub(r"(?<=[^s])s$", "", re.sub("ies$", "y", word)) for word in words}


def _by_size(records: list[Record], cells: Sequence[str]) -> Columns:
    """Return a field for each of just two columns of numbers, the smaller for hours; or nothing."""
    columns = {str(at): at for at, cell in enumerate(cells) if _has_number(cell)}
    if len(columns) != 2 or any(sum(map(_has_number, row)) > 2 for _, row in records):
        return {}
    rows = _with_numbers(all, records, columns)
    sums = {at: sum(float(row[at].replace(",", ".")) for _, row in rows) for at in columns.values()}
    return dict(zip(("study_hours", "math_score"), sorted(sums, key=sums.__getitem__), strict=True))


def _other_name(headers: Sequence[str]) -> str | None:
    return next((header for header in headers if header.lower() == "name" != header), None)


def _with_numbers(which: Callable[..., bool], records: list[Record], at: Columns) -> list[Record]:
    """Return the records with a number in all, or any, of the columns but the names."""
    columns = [position for field, position in at.items() if field != "name"]
    return [r for r in records if which(c < len(r[1]) and _has_number(r[1][c]) for c in columns)]


def _has_number(cell: str) -> bool:
    return any(isinstance(number(cell, mark), float) for mark in ".,")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0


def _folded(text: str) -> str:
    return " ".join(text.split())


def _listed(headers: Sequence[str]) -> str:
    names = ", ".join(shown(header)[1:-1] for header in headers[:LISTED_HEADERS])
    more = len(headers) - LISTED_HEADERS
    return names if more <= 0 else f"{names} and {more} more"
