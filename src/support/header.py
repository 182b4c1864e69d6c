"""Which line is the header, which column holds which field, and what to try if none does."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, tee
from operator import itemgetter
from typing import NamedTuple

from src.support.cells import number
from src.support.csv_records import WORDS, MalformedError, read_records
from src.support.errors import DataError, UsageError, shown
from src.support.rows import FIELDS
from src.support.text_file import TextFile

DELIMITERS = (",", ";", "\t", "|")
SEARCHED_RECORDS = 50
LISTED_HEADERS = 20
COMPARED_HEADERS = 1000
NUMBER_FIELDS = ("math_score", "study_hours")

# A header is suggested for a field if it has one of these words, singular or plural.
TELLING_WORDS = {
    "name": set[str](),
    "math_score": {"score", "mark", "grade", "point"},
    "study_hours": {"hour", "study", "time"},
}
FORMS = {"studied": "study", "studying": "study"}  # these only help to choose between two

Record = tuple[int, list[str]]  # the line on which it ends, and its cells


class Layout(NamedTuple):
    """How to read the rows of a file."""

    delimiter: str
    header_line: int  # rows come after it; 0 if there is no header
    positions: dict[str, int]  # of the columns, by field; without "name" if there are no names
    width: int  # cells that a row should have
    width_of: str  # what has that width
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


def find_layout(
    file: TextFile, lines: Iterator[str], columns: Mapping[str, str], delimiter: str | None
) -> Layout:
    """Return where the header and the columns are.

    Raises DataError if they are not found, or in doubt; it says what was found and what to try.
    """
    return _Search(file, lines, columns, delimiter).layout()


class _Search:
    """The first records of a file under each delimiter, searched for the wanted columns."""

    def __init__(
        self,
        file: TextFile,
        lines: Iterator[str],
        columns: Mapping[str, str],
        delimiter: str | None,
    ) -> None:
        self.file, self.lines, self.columns, self.given = file, lines, columns, delimiter
        self.wanted = {field: field for field in NUMBER_FIELDS} | dict(columns)
        self.errors: list[DataError] = []

    def layout(self) -> Layout:
        tables = {
            delimiter: self._records(delimiter)
            for delimiter in (DELIMITERS if self.given is None else (self.given,))
        }
        if not any(tables.values()):
            empty = self.file.error("the file is empty; its first line must name the columns")
            raise self.errors[0] if self.errors else empty
        if all(_is_number(self.wanted[field]) for field in NUMBER_FIELDS):
            best = max(tables, key=lambda delimiter: len(self._rows_of_numbers(tables[delimiter])))
            if self._rows_of_numbers(tables[best]):
                return self._by_number(best, tables[best])
        for delimiter, records in tables.items():
            for index, (_, cells) in enumerate(records):
                found, by_text = _locate(self.wanted, cells)
                if by_text and len(found) == len(self.wanted):
                    return self._below_header(delimiter, records[: index + 1], found)
        raise self._refusal(tables)

    def _records(self, delimiter: str) -> list[Record]:
        """Return the first records, up to one that cannot be read under this delimiter."""
        self.lines, lines = tee(self.lines)
        records: list[Record] = []
        try:
            for block in read_records(self.file, lines, delimiter):
                records += zip(*block, strict=True)
                if len(records) >= SEARCHED_RECORDS:
                    break
        except MalformedError as error:
            self.errors.append(error)
        return records[:SEARCHED_RECORDS]

    def _below_header(
        self, delimiter: str, records: Sequence[Record], positions: dict[str, int]
    ) -> Layout:
        """Return the layout for a header, the last of the records, that was found by its texts."""
        line, cells = records[-1]
        headers = list(map(_folded, cells))
        for above, row in records[:-1]:
            if all(_has_number(row, positions[field]) for field in NUMBER_FIELDS):
                raise self.file.error(
                    f"line {above} has numbers in both number columns, but the header is on line"
                    f" {line}; move the header to the top, or delete the lines above it"
                )
        if "name" not in positions and "name" in headers:
            positions["name"] = headers.index("name")
        for field, position in positions.items():
            text = headers[position]
            if text == self.wanted.get(field, "name") and headers.count(text) > 1:
                problem = f"the column {shown(text)} appears twice in the header"
                raise self.file.error(f"{problem}; try {self._options(positions, headers)}", line)
        width = max(index for index, header in enumerate(headers, start=1) if header)
        notes = self._notes(delimiter, len(records) - 1, line, headers, positions)
        return Layout(delimiter, line, positions, width, "header", notes)

    def _by_number(self, delimiter: str, records: Sequence[Record]) -> Layout:
        """Return the layout for columns that were given by number."""
        positions = {field: int(self.wanted[field]) - 1 for field in NUMBER_FIELDS}
        first = next(
            index
            for index, (_, cells) in enumerate(records)
            if any(_has_number(cells, position) for position in positions.values())
        )
        line, cells = records[first - 1] if first else (0, [])
        headers = list(map(_folded, cells))
        name = self.columns.get("name", "name")
        if name in headers:
            positions["name"] = headers.index(name)
        elif _is_number(name):
            positions["name"] = int(name) - 1
        elif "name" in self.columns:
            problem = f"no column {shown(name)} (found: {_listed(headers)})"
            raise self.file.error(
                f"{problem}; try --column name={_other_name(headers) or 'HEADER'}"
            )
        notes = self._notes(delimiter, max(first - 1, 0), line, headers, positions)
        return Layout(delimiter, line, positions, len(records[first][1]), "first row", notes)

    def _rows_of_numbers(self, records: Sequence[Record]) -> list[Record]:
        """Return the records with numbers in both of the columns given by number."""
        columns = [int(self.wanted[field]) - 1 for field in NUMBER_FIELDS]
        return [row for row in records if all(_has_number(row[1], column) for column in columns)]

    def _notes(
        self,
        delimiter: str,
        skipped: int,
        line: int,
        headers: Sequence[str],
        positions: Mapping[str, int],
    ) -> list[str]:
        """Return what was found that is not plain; DataError for two fields on one column."""
        if len(set(positions.values())) < len(positions):
            raise self.file.error("two fields are mapped to the same column", line)
        notes = []
        if self.given is None and delimiter != ",":
            notes.append(f"the delimiter is a {WORDS[delimiter]}")
        if not line:
            notes.append("the file has no header: its first line is data")
        if skipped:
            lines = "1 line above it was" if skipped == 1 else f"{skipped} lines above it were"
            notes.append(f"the header is on line {line}; {lines} skipped")
        if "name" not in positions and (other := _other_name(headers)):
            notes.append(f"the column {shown(other)} was not used; try --column name={other}")
        return notes

    def _refusal(self, tables: dict[str, list[Record]]) -> DataError:
        """Return what was found instead of a header, and what to try."""
        tables |= {other: self._records(other) for other in DELIMITERS if other not in tables}
        if all(len(cells) == 1 for _, cells in chain(*tables.values())):
            tables[" "] = self._records(" ")
        candidates = [
            (self._fit(cells), delimiter, line, cells)
            for delimiter, records in tables.items()
            for line, cells in records
        ]
        fit, delimiter, line, cells = max(candidates, key=itemgetter(0))
        if fit == (0, 0):  # nothing is like a header: show the first line, split at its best
            starts = [(records[0], delimiter) for delimiter, records in tables.items() if records]
            (line, cells), delimiter = max(starts, key=lambda start: _numbers_and_cells(*start[0]))
        in_use = self.given or (delimiter if delimiter in DELIMITERS else "")
        option = "" if delimiter == in_use else f"--delimiter {WORDS[delimiter]} "
        headers = list(map(_folded, cells))
        found = f"(found: {_listed(headers)})"
        data = [index for index in range(len(cells)) if _has_number(cells, index)]
        if fit == (0, 0) and data:
            option += _numbered_columns(tables[delimiter], data)
            return self.file.error(
                f"this looks like data, not like a header {found}; columns can also be given by"
                f" number, counted from 1; try {option}",
                line,
            )
        positions, _ = _locate(self.wanted, cells)
        missing = [shown(text) for field, text in self.wanted.items() if field not in positions]
        problem = f"no column {', '.join(missing)}" if missing else "another delimiter is used"
        option += self._options(positions, headers)
        return self.file.error(f"{problem} {found}; try {option.rstrip()}")

    def _fit(self, cells: list[str]) -> tuple[int, int]:
        """Return how many wanted headers a record has, and how many more it suggests."""
        found, by_text = _locate(self.wanted, cells)
        if not by_text:
            found = {}
        suggested = len(self._suggestions(found, list(map(_folded, cells))))
        has_numbers = any(_has_number(cells, at) for at in range(min(len(cells), COMPARED_HEADERS)))
        if has_numbers and len(found) + suggested < len(self.wanted):
            suggested = 0  # it looks like data: a student may be called Mark
        return len(found), suggested

    def _suggestions(self, found: Mapping[str, int], headers: Sequence[str]) -> dict[str, int]:
        """Return a column for each field that is not found, if one column is the best."""
        taken = set(found.values())
        suggested: dict[str, int] = {}
        for field in (field for field in self.wanted if field not in found):
            ranks = {
                header: _likeness(field, self.columns.get(field), header)
                for index, header in enumerate(headers[:COMPARED_HEADERS])
                if index not in taken
            }
            best = sorted(ranks, key=lambda header: ranks[header], reverse=True)[:2]
            is_one = len(best) == 1 or (best and ranks[best[0]] != ranks[best[1]])
            if is_one and any(ranks[best[0]]):
                suggested[field] = headers.index(best[0])
                taken.add(suggested[field])
        return suggested

    def _options(self, found: Mapping[str, int], headers: Sequence[str]) -> str:
        """Return the --column options for a header: of the fields found, mapped or suggested."""
        positions = {**self._suggestions(found, headers), **found}
        options = []
        for field in (*NUMBER_FIELDS, "name"):
            if (at := positions.get(field)) is not None:
                if field in self.columns or headers[at] != field or headers.count(field) > 1:
                    options.append(_option(field, at, headers))
            elif field in self.wanted:
                options.append(f"{field}=HEADER")
            elif other := _other_name(headers):
                options.append(f"name={other}")
        return " ".join(f"--column {option}" for option in options)


def _locate(wanted: Mapping[str, str], cells: Sequence[str]) -> tuple[dict[str, int], bool]:
    """Return where the wanted columns are in a header, and whether any was found by its text.

    A number is a column's number, counted from 1. It is compared with the headers first only if
    another column is found there by its text, or if there are not so many cells.
    """
    headers = list(map(_folded, cells))
    numbers = {field: int(text) for field, text in wanted.items() if _is_number(text)}
    numbers = {field: n for field, n in numbers.items() if 1 <= n <= len(headers)}
    by_text = any(text in headers for field, text in wanted.items() if field not in numbers)
    found = {}
    for field, text in wanted.items():
        if by_text and text in headers:
            found[field] = headers.index(text)
        elif field in numbers:
            found[field] = numbers[field] - 1
    return found, by_text


def _likeness(field: str, typed: str | None, header: str) -> tuple[float, ...]:
    """Return how well a header fits a field, compared with what was typed first; 0s for not."""
    from difflib import SequenceMatcher  # imported only when needed

    text, words = _plain(typed or field), _words(typed or field)
    telling, found = TELLING_WORDS[field], _words(header)
    ratio = SequenceMatcher(None, text, _plain(header)).ratio() if typed else 0.0
    return (
        text == _plain(header) != "",
        ratio if ratio >= 0.8 else 0.0,
        typed is not None and set() < words <= found,
        len((words | telling) & {FORMS.get(word, word) for word in found})
        if telling & found
        else 0,
    )


def _words(text: str) -> set[str]:
    """Return the words of a text in lower case and singular, also of a CamelCase one.

    >>> sorted(_words("HoursStudied_per week"))
    ['hour', 'per', 'studied', 'week']
    """
    spaced = re.sub(r"([a-z])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", text)
    words = re.findall(r"[^\W\d_]+", spaced.lower())
    return {re.sub(r"(?<=[^s])s$", "", re.sub("ies$", "y", word)) for word in words}


def _numbered_columns(records: Iterable[Record], columns: Sequence[int]) -> str:
    """Return --column options for data without a header; of two columns, hours are the smaller."""
    if len(columns) != 2:
        return "--column study_hours=HEADER --column math_score=HEADER"
    rows = [cells for _, cells in records if all(_has_number(cells, at) for at in columns)]
    sums = {at: sum(float(row[at].replace(",", ".")) for row in rows) for at in columns}
    hours, score = sorted(columns, key=lambda at: sums[at])
    return f"--column study_hours={hours + 1} --column math_score={score + 1}"


def _option(field: str, position: int, headers: Sequence[str]) -> str:
    """Return FIELD=HEADER as every shell takes it, with the column's number for an odd header."""
    header = headers[position]
    odd = re.search(r"[^\w .,()?-]", header) or any(map(_is_number, headers))
    if odd or not header or headers.count(header) > 1:
        return f"{field}={position + 1}"
    return f"{field}={header}" if re.fullmatch(r"[\w.-]+", header) else f'{field}="{header}"'


def _other_name(headers: Sequence[str]) -> str | None:
    """Return a header that is equal to `name` but for case."""
    others = (header for header in headers if header.lower() == "name" != header)
    return next(others, None)


def _has_number(cells: Sequence[str], position: int) -> bool:
    """Return whether there is a number at a position, with either decimal mark."""
    cell = cells[position] if position < len(cells) else ""
    return any(isinstance(number(cell, mark), float) for mark in ".,")


def _numbers_and_cells(line: int, cells: Sequence[str]) -> tuple[int, int]:
    columns = range(min(len(cells), COMPARED_HEADERS))
    return sum(_has_number(cells, column) for column in columns), len(cells)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:10]) < 10**9


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _folded(text: str) -> str:
    """Return text with each run of white space as one blank, and none around it."""
    return " ".join(text.split())


def _listed(headers: Sequence[str]) -> str:
    names = ", ".join(shown(header)[1:-1] for header in headers[:LISTED_HEADERS])
    more = len(headers) - LISTED_HEADERS
    return names if more <= 0 else f"{names} and {more} more"
