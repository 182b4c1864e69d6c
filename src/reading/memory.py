"""Raw rows of any kind, dictionaries or a loader's, as the blocks of columns that rules take."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from numbers import Real
from typing import Any

from src.reading.cells import number
from src.support.errors import DataError, shown
from src.support.numerics import as_float
from src.support.students import BLOCK_ROWS, Block, RawStudent

LISTED_KEYS = 20
HINT = "for a file pass DataLoader(path), for a DataFrame frame.to_dict('records')"


def each_row(loader: Any) -> Iterator[RawStudent]:
    """Yield the rows of a loader's blocks, one at a time."""
    for block in loader.blocks():
        for line, name, score, hours, extra in zip(*block, strict=True):
            row = RawStudent(line=line, name=name, math_score=score, study_hours=hours)
            yield {**row, "extra": extra} if extra else row


def as_blocks(raw_rows: Iterable[Mapping[str, Any]]) -> Iterator[Block]:
    """Yield the rows in blocks of columns, as a DataLoader reads them."""
    if not isinstance(raw_rows, Iterable):
        raise DataError(f"rows are expected, not {type(raw_rows).__name__}; {HINT}")
    if type(raw_rows).__iter__ is each_row:  # else someone has changed how its rows are made
        yield from raw_rows.blocks()  # type: ignore[attr-defined]
        return
    records = _records(raw_rows)
    while block := list(islice(records, BLOCK_ROWS)):
        yield tuple(zip(*block, strict=True))  # type: ignore[misc]


def _records(raw_rows: Iterable[Mapping[Any, Any]]) -> Iterator[tuple[Any, ...]]:
    position, absent, keys = 0, {"math_score", "study_hours"}, dict[str, None]()
    for position, row in enumerate(raw_rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError(f"row {position} is a {type(row).__name__}, not a dictionary; {HINT}")
        if absent:
            absent -= row.keys()
            keys |= dict.fromkeys(map(str, islice(row, LISTED_KEYS)))
        yield _record(row, position)
    if position and absent:
        problem = f"no row has the key {' or '.join(sorted(absent))}"
        found = ", ".join(shown(key)[1:-1] for key in islice(keys, LISTED_KEYS))
        raise DataError(f"{problem} (found: {found}); rename the keys")


def _record(row: Mapping[Any, Any], position: int) -> tuple[Any, ...]:
    line, name = row.get("line"), row.get("name", "")  # "": there are no names
    was_read = isinstance(line, int)  # by a loader, so a text is not a number
    extra = row.get(None, row.get("extra"))  # csv.DictReader keeps surplus cells under None
    cells = extra if isinstance(extra, list) else []
    return (
        line if was_read else position,
        None if is_missing(name) or str(name).isspace() else str(name).strip(),
        _cell(row.get("math_score"), was_read),
        _cell(row.get("study_hours"), was_read),
        [cell for cell in cells if not isinstance(cell, str) or cell.strip()],
    )


def _cell(value: Any, was_read: bool) -> Any:
    """Return what a value means: a float, None if it is missing, or itself."""
    if isinstance(value, str):
        return value if was_read else number(value)
    is_number = isinstance(value, Real) or type(value).__name__ == "Decimal"
    if is_number and not isinstance(value, bool):
        value = as_float(value)
    return None if is_missing(value) else value


def is_missing(value: Any) -> bool:
    """Return whether value is None, or not equal to itself like NaN, or neither like pandas.NA."""
    if value is None or hasattr(value, "__len__"):  # an array is not missing
        return value is None
    try:
        return bool(value != value)
    except (TypeError, ValueError, ArithmeticError):
        return True
