"""What a DataLoader is told about a file, checked before the file is opened."""

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from numbers import Real
from typing import Any, NamedTuple

from src.support.errors import UsageError, short_repr
from src.support.students import FIELDS

NUMBER_FIELDS = ("study_hours", "math_score")
# Words for characters that shells treat differently; options take both.
CHARACTERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
CHARACTERS |= {"point": ".", "\\t": "\t"}
WORDS = {character: word for word, character in reversed(CHARACTERS.items())}

Columns = Mapping[str, str | int] | None
Missing = str | float | Iterable[str | float]


class Settings(NamedTuple):
    """How a file is written; what is None is to be found."""

    columns: dict[str, str]  # a header, or a column number from 1, by field
    delimiter: str | None
    decimal: str | None
    missing: tuple[str | float, ...]

    @property
    def wanted(self) -> dict[str, str]:
        """Return the header, or column number, of each field that must be found."""
        return {field: field for field in NUMBER_FIELDS} | self.columns

    @property
    def number_columns(self) -> list[int]:
        """Return the number fields' columns, from 0, if both are given by number; else []."""
        columns = [column_number(self.wanted[field]) - 1 for field in NUMBER_FIELDS]
        return columns if min(columns) >= 0 else []


def checked_settings(
    columns: Columns, delimiter: str | None, decimal: str | None, missing: Missing
) -> Settings:
    """Return the settings with characters for words; UsageError names an invalid one."""
    mark, point = (
        None if one is None else CHARACTERS.get(str(one), str(one)) for one in (delimiter, decimal)
    )
    if mark is not None and (len(mark) != 1 or mark in '"\r\n\0'):
        problem = "the delimiter must be one character, not a quote or line break"
        raise UsageError(f"{problem}: {short_repr(delimiter)}")
    if point not in (None, ",", "."):
        raise UsageError(f"the decimal mark must be point or comma, not {short_repr(decimal)}")
    is_list = isinstance(missing, Iterable) and not isinstance(missing, str)
    marks: list[Any] = [*missing] if is_list else [missing]  # type: ignore[misc]
    if not all(isinstance(mark, str | Real) for mark in marks):
        raise UsageError(f"missing is {short_repr(missing)}, not a list of texts or numbers")
    return Settings(_checked_columns(columns), mark, point, tuple(marks))


def _checked_columns(columns: Columns) -> dict[str, str]:
    if columns is not None and not isinstance(columns, Mapping):
        example = '{"math_score": "Scores", "study_hours": 2}'
        raise UsageError(f"columns is {short_repr(columns)}, not a dictionary such as {example}")
    checked = {}
    for field, header in (columns or {}).items():
        if field not in FIELDS:
            names = ", ".join(FIELDS)
            raise UsageError(f"unknown field {short_repr(field)}; the fields are {names}")
        text = " ".join(header.split()) if isinstance(header, str) else short_repr(header)
        if isinstance(header, bool) or not isinstance(header, str | int):
            raise UsageError(f"columns: {field} is {text}, not a header or a column number")
        if re.fullmatch("-[0-9]+|[+-]?0+", text):
            raise UsageError(f"columns: {field} is {text}, but columns are counted from 1")
        checked[field] = str(column_number(text) or text)
    for one, other in combinations(FIELDS, 2):
        if (header := checked.get(one, one)) == checked.get(other, other):
            raise UsageError(f"columns: {one} and {other} are both {short_repr(header)}")
    return checked


def column_number(header: str) -> int:
    """Return the column that a header stands for if it is a whole number; else 0."""
    return int(header) if re.fullmatch("[0-9]{1,9}", header) else 0
