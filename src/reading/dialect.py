"""How a file is written: the dialect, found once in its first lines and then used for every row."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from src.reading.cells import CellReader, is_number, number
from src.reading.records import BLANKS, Record, read_records
from src.reading.settings import NUMBER_FIELDS, WORDS, Settings, column_number
from src.reading.text import FormatError
from src.support.errors import short_repr, try_settings
from src.support.notation import MARKED, OTHER, is_amount, is_grouped, notation

PREVIEWED_LINES = 100
DELIMITERS = (",", ";", "\t", "|", BLANKS)

Lines = Sequence[str]


class Dialect(NamedTuple):
    """How the rows of a file are to be read."""

    delimiter: str
    rows_after: int  # the line after which the data begins
    header: list[str]  # its cells or, without one, as many as most records have
    positions: dict[str, int]  # of the fields; without "name" if there are no names
    decimal: str
    whole_decimals: int  # cells of the first rows that show the mark, such as 80.0
    notes: list[str]  # what was found that is not plain CSV


class Table:
    """The first records of a file under one delimiter; blanks in cells are folded."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self.delimiter, self.records = delimiter, list[Record]()
        with suppress(FormatError):  # also a record that the last line cuts off
            for line, cells in read_records(lines, delimiter):
                self.records.append((line, [" ".join(cell.split()) for cell in cells]))
        widths = Counter(len(cells) for _, cells in self.records if len(cells) > 1)
        # The usual width is what most records have, if it is above 1.
        self.width = max(widths, key=lambda width: (widths[width], width), default=0)
        self.usual = [cells for _, cells in self.records if len(cells) == self.width]

    def first(self, columns: Sequence[int] = ()) -> int:
        """Return the first record of the usual width, or with numbers in both columns."""
        for index, (_, cells) in enumerate(self.records):
            numbers = [at for at in columns if at < len(cells) and is_number(cells[at])]
            is_filled = sum(map(bool, cells)) > 1 or numbers
            if len(numbers) == 2 or (len(cells) == self.width and is_filled):
                return index
        # None has two filled cells.
        return [cells for _, cells in self.records].index(self.usual[0])


def find(lines: Lines, settings: Settings) -> Dialect | None:
    """Return how a file is written; None if no header fits, FormatError if it is in doubt."""
    return _by_number(lines, settings) or _by_header(lines, settings)


def likeliest_table(lines: Lines, delimiter: str | None = None) -> Table:
    """Return the table, of the delimiter or any, with two columns of numbers and most records.

    Blanks count only if all commas are then in decimals, and commas only if not.
    """
    tables = {one: Table(lines, one) for one in delimiter or DELIMITERS}
    if delimiter is None:
        with_marks = [c for row in tables[BLANKS].usual for c in row if {*c} & {*",;|"}]
        are_decimals = all(notation(cell) == MARKED["comma"] for cell in with_marks)
        if with_marks:
            del tables["," if are_decimals else BLANKS]

    def likeliness(table: Table) -> tuple[int, bool, int, bool]:
        columns, mark = zip(*table.usual, strict=True), table.delimiter
        n_numbers = [sum(is_number(c) or is_grouped(c) for c in cells) for cells in columns]
        n_columns = sum(2 * n > len(table.usual) for n in n_numbers)
        return min(n_columns, 2), mark != BLANKS, len(table.usual), mark != ","

    return max(tables.values(), key=likeliness)


def locate(text: str, header: Sequence[str], by_number: bool = True) -> list[int]:
    """Return the column with a number, or the headers that match a text best by their letters."""
    if by_number and 0 < column_number(text) <= len(header):
        return [column_number(text) - 1]
    key = _letters(text)
    equal = [at for at, cell in enumerate(header) if cell == text]
    return equal or [at for at, cell in enumerate(header) if key and _letters(cell) == key]


def _letters(text: str) -> str:
    """Return a header's letters and digits, however they are written."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum() or unicodedata.category(c)[0] == "M")


def _by_number(lines: Lines, settings: Settings) -> Dialect | None:
    """Return the dialect of the likeliest table if both number fields are given by number."""
    columns = settings.number_columns
    table = likeliest_table(lines, settings.delimiter) if columns else None
    if table is None or max(columns) >= table.width:
        return None  # then they are headers
    index = table.first(columns)
    pair = [table.records[index][1][at] for at in columns]
    is_data = any(is_amount(cell) or is_number(cell) for cell in pair)
    is_data |= None in CellReader(".", settings.missing).read(pair)
    is_data |= not {notation(cell) for cell in pair} & {"", OTHER}  # such as 2:30 and 17/20
    return _dialect(table, index, settings, has_header=not is_data)


def _by_header(lines: Lines, settings: Settings) -> Dialect | None:
    """Return the dialect of the earliest line that has all the wanted headers."""
    tables = [Table(lines, delimiter) for delimiter in settings.delimiter or DELIMITERS]
    records = [
        (table.delimiter == BLANKS, line, order, index)  # blanks only if no other delimiter fits
        for order, table in enumerate(tables)
        for index, (line, cells) in enumerate(table.records)
        if sum(map(bool, cells)) > 1
    ]
    by_number = not settings.number_columns
    for _, _, order, index in sorted(records):
        if dialect := _dialect(tables[order], index, settings, by_number=by_number):
            return dialect
    return None


def _dialect(
    table: Table, index: int, settings: Settings, has_header: bool = True, by_number: bool = True
) -> Dialect | None:
    """Return the dialect with a record as header, or as first data; None if it lacks a column."""
    line, header = table.records[index]
    if not has_header:
        line, header = line - 1, ["?"] * table.width
    wanted = settings.wanted
    places = {f: locate(text, header, by_number or f == "name") for f, text in wanted.items()}
    if not all(places.values()):
        return None
    positions = _positions(places, line, settings)
    numbers = [positions[field] for field in NUMBER_FIELDS]
    for above, cells in table.records[:index]:
        if len(cells) > max(numbers) and all(is_number(cells[at]) for at in numbers):
            problem = f"line {above} has numbers in both number columns, but the header is on line"
            raise FormatError(f"{problem} {line}; move it to the top")
    rows = [cells for _, cells in table.records[index + has_header :]]
    notes = _notes(table, index, has_header, settings)
    names = [at for at in locate("name", header) if at not in positions.values()]
    if names and "name" not in positions:
        if problem := _no_names(names, rows):
            notes.append(problem)
        else:
            positions["name"] = names[0]
    columns = [[row[at] for row in rows if at < len(row)] for at in numbers]
    decimal, n_whole = _decimal_mark(columns, settings.decimal, notes)
    if settings.number_columns and by_number:
        header = ["?"] * table.width  # blank cells at the end of its header count, too
    return Dialect(table.delimiter, line, header, positions, decimal, n_whole, notes)


def _positions(places: dict[str, list[int]], line: int, settings: Settings) -> dict[str, int]:
    """Return where the wanted columns are; FormatError if that is not clear."""
    positions = {field: found[0] for field, found in places.items()}
    for field, found in places.items():
        if len(found) > 1:
            asked = short_repr(settings.wanted[field])
            problem = f"the columns {_numbers(found)} match {asked} equally well"
            given = {other: str(positions[other] + 1) for other in settings.columns}
            raise FormatError(problem + try_settings(given | {field: "NUMBER"}), line)
    if len({*positions.values()}) < len(positions):
        fields = ", ".join(f"{field} is column {at + 1}" for field, at in positions.items())
        raise FormatError(f"two fields are mapped to the same column: {fields}", line)
    return positions


def _numbers(columns: Sequence[int]) -> str:
    return " and ".join(str(at + 1) for at in columns)


def _notes(table: Table, index: int, has_header: bool, settings: Settings) -> list[str]:
    """Return what differs from a plain CSV file with its header on the first line."""
    notes, (line, cells) = [], table.records[index]
    if settings.delimiter is None and table.delimiter != ",":
        word = "blanks" if table.delimiter == BLANKS else f"a {WORDS[table.delimiter]}"
        notes.append(f"the delimiter is {word}")
    skipped = f"{index} line{'s were' if index > 1 else ' was'} skipped"
    if not has_header:
        first = f"above its data {skipped}" if index else "its first line is data"
        notes.append(f"the file has no header: {first}")
    elif index:
        notes.append(f"the header is on line {line}; above it {skipped}")
    for text in filter(column_number, settings.columns.values() if has_header else ()):
        others = [at + 1 for at, cell in enumerate(cells) if cell == text]
        if others and int(text) not in others and int(text) <= len(cells):
            other = f"column {others[0]} is headed {text}"
            notes.append(f"{text} was taken as a column number, but {other}")
    return notes


def _no_names(columns: list[int], rows: list[list[str]]) -> str:
    """Return why none of the columns that are headed name is used; "" if the first is."""
    if len(columns) > 1:
        return f"columns {_numbers(columns)} are headed name: no names are used"
    if rows and all(row[columns[0] : columns[0] + 1] == [""] for row in rows):
        return f"column {_numbers(columns)} is blank: no names are used"
    return ""


def _decimal_mark(columns: list[list[str]], given: str | None, notes: list[str]) -> tuple[str, int]:
    """Return the decimal mark, and how many whole numbers show it; add notes."""
    clear = [cell for column in columns for cell in column if not is_grouped(cell)]
    evidence = {mark: [c for c in clear if mark in c and is_number(c, mark)] for mark in ",."}
    decimal = given or ("," if evidence[","] and not evidence["."] else ".")
    if decimal == "," and not given:
        notes.append("the decimal mark is a comma")
    for column in columns:
        grouped = [c for c in column if is_grouped(c) and is_number(c, decimal)]
        if grouped and not any(cell in evidence[decimal] for cell in column):
            problem = f"{short_repr(grouped[0])} was read as {number(grouped[0], decimal)}"
            notes.append(f"{problem}; remove the {WORDS[decimal]} if it separates thousands")
    n_whole = sum(float(c.replace(",", ".")).is_integer() for c in evidence[decimal])
    return decimal, n_whole
