"""Rows of any kind, a loader's or any dictionaries, as raw students."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from numbers import Real
from typing import Any

from src.reading.cells import RefusedCell, number
from src.support.errors import DataError, short_repr
from src.support.numerics import as_float
from src.support.students import RawStudent

HINT = "for a file pass DataLoader(path), for a DataFrame frame.to_dict('records')"


class RawStudents(chain[RawStudent]):
    """The rows of a DataLoader as they were read, which nobody can have changed since."""


def raw_students(raw_rows: Iterable[Mapping[Any, Any]]) -> Iterator[RawStudent]:
    """Return the rows as a DataLoader reads them; DataError if rows or keys are not as needed."""
    if not isinstance(raw_rows, Iterable):
        raise DataError(f"rows are expected, not {type(raw_rows).__name__}; {HINT}")
    rows: Any = iter(raw_rows)
    # A million rows take 0.8 s less if those of a file are not looked at again.
    return rows if isinstance(rows, RawStudents) else _raw_students(rows)


def _raw_students(rows: Iterable[Mapping[Any, Any]]) -> Iterator[RawStudent]:
    position, keys = 0, dict[str, None]()
    for position, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError(f"row {position} is a {type(row).__name__}, not a dictionary; {HINT}")
        keys |= dict.fromkeys(key for key in row if isinstance(key, str))
        line, extra = row.get("line"), row.get(None, row.get("extra"))  # None: csv.DictReader's
        student: RawStudent = {
            "line": line if isinstance(line, int) else position,
            "name": _name(row.get("name", "")),
            "math_score": _cell(row.get("math_score")),
            "study_hours": _cell(row.get("study_hours")),
        }
        if isinstance(extra, list) and any(str(cell).strip() for cell in extra):
            student["extra"] = [cell for cell in extra if str(cell).strip()]
        yield student
    absent = [key for key in ("math_score", "study_hours") if key not in keys]
    if position and absent:
        found = ", ".join(short_repr(key)[1:-1] for key in list(keys)[:20])
        problem = f"no row has the key {' or '.join(absent)}"
        raise DataError(f"{problem} (found: {found}); rename the keys")


def _name(name: Any) -> str | None:
    if isinstance(name, str):
        return name.strip() or (None if name else "")  # "": there are no names
    return None if _is_missing(name) else str(name)


def _cell(value: Any) -> Any:
    """Return what a value means: a float, None if it is missing, or itself."""
    if isinstance(value, str):
        return value if isinstance(value, RefusedCell) else number(value)
    if _is_missing(value):
        return None
    is_number = isinstance(value, Real) or type(value).__name__ == "Decimal"
    return as_float(value) if is_number and not isinstance(value, bool) else value


def _is_missing(value: Any) -> bool:
    """Return whether value is None, or not equal to itself like NaN, or neither like pandas.NA."""
    try:
        return value is None or bool(value != value)
    except ValueError:  # an array
        return False
    except (TypeError, ArithmeticError):
        return True
