"""What to say if columns are not found: the facts that a person needs, and what to try."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress

from src.reading.cells import CellReader, is_number
from src.reading.dialect import Lines, Table, find, likeliest_table, locate
from src.reading.records import read_records
from src.reading.settings import NUMBER_FIELDS, WORDS, Settings
from src.reading.text import FormatError
from src.support.errors import short_repr, suggestion, try_settings

# They tell, if only two columns hold numbers, which is which.
TELLING_WORDS = {
    "study_hours": {"hour", "study", "time"},
    "math_score": {"math", "score", "mark", "grade", "point"},
}


def not_found(lines: Lines, settings: Settings) -> FormatError:
    """Return an error that names what was not found, and lists the columns that hold numbers."""
    given, other = settings.delimiter, ""
    with suppress(FormatError):
        if given and (dialect := find(lines, settings._replace(delimiter=None))):
            problem = "the columns are found with another delimiter, not with this one"
            return FormatError(problem + try_settings({}, WORDS[dialect.delimiter]))
    table = likeliest_table(lines, given)
    if given and not table.width:
        table = likeliest_table(lines)
        other = WORDS[table.delimiter]
    if not table.width:
        return _one_column(lines, given or ",")
    header = table.records[table.first()][1]
    wanted = settings.wanted
    found = {field: at[0] for field, text in wanted.items() if (at := locate(text, header))}
    missing = {field: text for field, text in wanted.items() if field not in found}
    columns = [at for at in range(table.width) if at not in found.values()]
    numeric = [at for at in _numeric(table, settings) if at not in found.values()]
    suggested = {field: str(found[field] + 1) for field in settings.columns if field in found}
    suggested |= dict.fromkeys(missing, "NUMBER") | _certain(missing, numeric, header)
    hint = try_settings(suggested, other) if len(columns) >= len(missing) else ""
    return FormatError(_facts(table, columns, numeric, missing) + hint)


def shifted(lines: Lines, settings: Settings, error: FormatError) -> FormatError:
    """Complete an error about rows whose columns seem to be shifted: list them by number."""
    cause = "is there a comma inside a header or a number, or a row name without a header?"
    table = likeliest_table(lines, settings.delimiter)
    numeric = _numeric(table, settings)
    if settings.number_columns or len(numeric) < 2:
        return FormatError(f"{error}; {cause}")
    facts = f"columns with numbers, each with an example: {_listed(numeric, table.usual[-1])}"
    hint = try_settings(dict.fromkeys(NUMBER_FIELDS, "NUMBER"))
    return FormatError(f"{error}; {cause} {facts}{hint}")


def _one_column(lines: Lines, delimiter: str) -> FormatError:
    for line, cells in read_records(lines, delimiter):  # or what is malformed
        problem = f"there is only one column: {short_repr(cells[0])}"
        if re.search(r"\w[^\w\s.,;|'\"-]+\w", cells[0]):
            hint = suggestion("--delimiter CHAR", 'delimiter="CHAR"')
            problem += f"; if a character separates the columns, name it{hint}"
        return FormatError(problem, line)
    return FormatError("the file is empty; its first line must name the columns")


def _numeric(table: Table, settings: Settings) -> list[int]:
    """Return the columns with numbers in most of their cells that are not missing."""
    first = table.first()
    first += not any(map(is_number, table.records[first][1]))  # or it is data
    rows = [cells for _, cells in table.records[first:] if len(cells) == table.width]
    reader, numeric = CellReader(".", settings.missing), []
    for at, column in enumerate(zip(*rows, strict=True)):
        n_filled = len(rows) - reader.read(column).count(None)
        if 2 * sum(map(is_number, column)) > n_filled:
            numeric.append(at)
    return numeric


def _facts(table: Table, columns: list[int], numeric: list[int], missing: dict[str, str]) -> str:
    """Return what was not found, and which columns there are."""
    line, header = table.records[table.first()]
    asked = (f"{field} (header {short_repr(text)})" for field, text in missing.items())
    problem = f"not found: {', '.join(asked)}" if missing else "no row has numbers in both columns"
    if any(map(is_number, header)):
        cells = _listed(range(len(header)), header)
        return f"{problem}; line {line} looks like data, not like a header: {cells}"
    facts = f"{problem}; columns with numbers: {_listed(numeric, header) or 'none'}"
    if "name" in missing or len(numeric) < len(missing):
        others = [at for at in columns if at not in numeric]
        facts += f"; other columns: {_listed(others, header, table.usual[-1])}"
    return facts


def _listed(columns: Sequence[int], texts: list[str], example: Sequence[str] = ()) -> str:
    listed = []
    for at in columns[:20]:
        cell = f" (such as {short_repr(example[at])})" if example else ""
        listed.append(f"{at + 1} {short_repr(texts[at])}{cell}")
    more = len(columns) - len(listed)
    return ", ".join(listed) + (f" and {more} more" if more else "")


def _certain(missing: Iterable[str], numeric: list[int], header: list[str]) -> dict[str, str]:
    """Return the missing fields' columns if as many hold numbers and each tells which it is."""
    told = {}
    for at in numeric:
        words = re.findall("[A-Z]?[a-z]+|[A-Z]+", header[at])  # HoursStudied_per week has four
        singular = {word.lower().removesuffix("s") for word in words}
        told[at] = [field for field in TELLING_WORDS if TELLING_WORDS[field] & singular]
    if sorted(told.values()) != sorted([field] for field in missing if field != "name"):
        return {}
    return {fields[0]: str(at + 1) for at, fields in told.items()}
