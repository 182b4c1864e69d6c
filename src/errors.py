"""The error family, and how text from outside is shown in a message.

Whatever this project raises on purpose is a PipelineError, so that one `except` at the edge of
a program catches all of it and lets a bug through.
"""

import os
from contextlib import suppress
from pathlib import Path
from reprlib import Repr

_short = Repr()
_short.maxstring = _short.maxother = 80


class PipelineError(Exception):
    """Any error that is not a bug: its message is one line for a human."""


class DataError(PipelineError, ValueError):
    """The data cannot be read, or is not enough for what was asked."""


class ArtifactError(PipelineError):
    """A file of results cannot be read or written."""


class NotFittedError(PipelineError, ValueError, AttributeError):
    """A model was asked for what only fit() can teach it."""


class UsageError(PipelineError, ValueError):
    """An argument makes no sense, whatever the data."""


def printable(text: str) -> str:
    r"""Return text with everything that could act on a terminal written as an escape.

    >>> print(printable("a\tb\x1b[31m"))
    a\tb\x1b[31m
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(value: object) -> str:
    r"""Return the repr of a value, escaped as repr does and cut in the middle where it is long.

    >>> print(shown("a\tb"))
    'a\tb'
    """
    return _short.repr(value)


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path as messages show it: relative where it lies below the current directory.

    >>> shown_path(Path.cwd() / "data" / "students.csv") == str(Path("data", "students.csv"))
    True
    """
    with suppress(ValueError, OSError):  # it lies elsewhere, or the current directory is gone
        path = Path(path).relative_to(Path.cwd())
    return printable(str(path))
