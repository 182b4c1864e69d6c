"""The error family, and how text from outside appears in a message."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from reprlib import Repr

_short = Repr()
_short.maxstring = _short.maxother = 80


class PipelineError(Exception):
    """Any expected error, its message one printable line; bugs stay uncaught."""

    def __str__(self) -> str:
        return printable(super().__str__())


class DataError(PipelineError, ValueError):
    """The data cannot be read, or is not enough for what was asked."""


class ArtifactError(PipelineError):
    """A file of results cannot be read or written."""


class NotFittedError(PipelineError, ValueError, AttributeError):
    """The model has not been fitted."""


class UsageError(PipelineError, ValueError):
    """An invalid argument."""


def printable(text: str) -> str:
    """Return text with control characters written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def short_repr(value: object) -> str:
    """Return the repr of a value on one line, cut in the middle if it is long."""
    try:
        return printable(_short.repr(value))
    except ValueError:  # Python refuses to print an int of so many digits
        return f"<{type(value).__name__} with too many digits>"


def suggestion(option: str, argument: str) -> str:
    """Return the end of a message: what to try, as an option and as an argument of the class."""
    return f"; try {option} ({argument})"


def try_settings(columns: Mapping[str, str], delimiter: str = "") -> str:
    """Return the suggestion to give fields by column number, a delimiter by its word, or both."""
    options = [f"--column {field}={number}" for field, number in columns.items()]
    pairs = ", ".join(f'"{field}": {number}' for field, number in columns.items())
    arguments = [f"columns={{{pairs}}}"] if pairs else []
    if delimiter:
        options.insert(0, f"--delimiter {delimiter}")
        arguments.insert(0, f'delimiter="{delimiter}"')
    return suggestion(" ".join(options), ", ".join(arguments))


def as_path(path: str | os.PathLike[str], argument: str = "path") -> Path:
    """Return a path with ~ expanded; UsageError, naming the argument, if it is not one."""
    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"{argument} is {short_repr(path)}, not a path")
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's refuses unknown users


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path as messages show it: relative if it lies below the current directory."""
    with suppress(ValueError, OSError):  # it lies elsewhere, or the current directory is gone
        here = Path.cwd()
        path = path if here == Path(here.anchor) else Path(path).relative_to(here)
    return printable(str(path))
