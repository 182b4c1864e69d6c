"""Raw rows of any kind, dictionaries or a loader's, in the one form that the rules take."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from src.support.cells import is_missing, number, real_number
from src.support.errors import DataError, printable
from src.support.rows import Block

BLOCK_ROWS = 256
LISTED_KEYS = 20

Row = tuple[int, str | None, Any, Any, Any]


def as_blocks(raw_rows: Iterable[Mapping[str, Any]]) -> Iterator[Block]:
    """Yield the rows in blocks of columns: line, name, math_score, study_hours, extra.

    A DataLoader yields them directly. A subclass with an __iter__ of its own is asked for that.
    """
    if definer(raw_rows, "blocks") is definer(raw_rows, "__iter__"):
        yield from raw_rows.blocks()  # type: ignore[attr-defined]
        return
    records = _from_dictionaries(raw_rows)
    while block := list(islice(records, BLOCK_ROWS)):
        lines, names, scores, hours, extras = zip(*block, strict=True)
        yield lines, names, scores, hours, extras


def definer(instance: object, name: str) -> object:
    """Return what defines an attribute in use: the instance, or one of its classes; or None.

    >>> definer([], "append"), definer([], "blocks")
    (<class 'list'>, None)
    """
    if name in getattr(instance, "__dict__", ()):
        return instance
    return next((one for one in type(instance).__mro__ if name in vars(one)), None)


def _from_dictionaries(raw_rows: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield each dictionary as a record; DataError, at the end, if no row has a number's key."""
    absent = {"math_score", "study_hours"}
    keys: dict[str, None] = {}
    position = 0
    for position, row in enumerate(raw_rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError(
                f"row {position} is a {type(row).__name__}, not a dictionary; for a file pass"
                " DataLoader(path), for a DataFrame frame.to_dict('records')"
            )
        if absent:
            absent -= row.keys()
            keys.update((str(key), None) for key in list(row)[:LISTED_KEYS])
        yield _record(row, position)
    if position and absent:
        found = printable(", ".join(list(keys)[:LISTED_KEYS]))
        raise DataError(
            f"no row has the key {' or '.join(sorted(absent))} (found: {found}); rename the keys"
        )


def _record(row: Mapping[Any, Any], position: int) -> Row:
    line = row.get("line")  # a row that has one was read by a loader: a text is not a number
    read = real_number if line is not None else _read
    extra = row.get("extra", row.get(None))  # csv.DictReader keeps surplus cells under None
    if isinstance(extra, list):
        extra = [cell for cell in extra if not (isinstance(cell, str) and not cell.strip())]
    return (
        position if line is None else line,
        _name(row.get("name")),
        read(row.get("math_score")),
        read(row.get("study_hours")),
        None if is_missing(extra) else extra,  # in rows of a DataFrame NaN means none
    )


def _read(value: Any) -> Any:
    return number(value) if isinstance(value, str) else real_number(value)


def _name(value: Any) -> str | None:
    """Return the name; None if it is missing. "" means that there are no names at all."""
    if is_missing(value) or str(value).isspace():
        return None
    return str(value)
