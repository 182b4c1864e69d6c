"""Exact sums and means, and what is not finite."""

import math
from array import array
from collections.abc import Callable, Collection, Iterable
from typing import Any

from src.support.errors import DataError


def finite_sum(values: Iterable[float]) -> float:
    """Return the exact sum, rounded once; DataError if it is not finite."""
    try:
        return require_finite(math.fsum(values))
    except (OverflowError, ValueError):  # too large, or infinities of both signs
        return require_finite(math.nan)


def mean(values: Collection[float]) -> float:
    """Return the mean of floats in any order; DataError if there are none, or one is not finite."""
    if not len(values):
        raise DataError("there is no mean of no values")
    try:
        return finite_sum(values) / len(values)
    except DataError:  # the mean may fit a float; to divide by a power of two is exact
        return finite_sum(value / 2.0**64 for value in values) / len(values) * 2.0**64


def as_float(value: Any) -> float:
    """Return any real number, or what numpy has for one, as a float; nan for anything else."""
    try:
        return math.nan if isinstance(value, str | bytes) else float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError):
        return math.nan


def floats(values: Collection[Any]) -> "array[float]":
    """Return an array as it is, other numbers as floats: with numpy's uint8, 1 - 2 is 255."""
    return values if isinstance(values, array) else array("d", map(float, values))


def require_finite(value: float) -> float:
    """Return value; DataError if it is inf or nan."""
    if not math.isfinite(value):
        raise DataError("not finite: too large for a float, or not a number")
    return value


def or_none(compute: Callable[..., Any], *arguments: Any) -> Any:
    """Return compute(*arguments), or None if it, or an argument, is undefined."""
    try:
        return None if any(argument is None for argument in arguments) else compute(*arguments)
    except DataError:
        return None
