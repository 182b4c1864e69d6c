"""The error family, and how text from outside appears in a message."""

import os
from contextlib import suppress
from pathlib import Path
from reprlib import Repr

_short = Repr()
_short.maxstring = _short.maxother = 80


class PipelineError(Exception):
    """Any expected error, its message one printable line; bugs stay uncaught."""

    def __str__(self) -> str:
        """Return the message; control characters that came from outside are escaped."""
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


def shown(value: object) -> str:
    """Return the repr of a value on one line, cut in the middle if it is long."""
    if isinstance(value, int) and value.bit_length() > 10_000:
        return "<int of too many digits>"  # Python refuses to print it
    return printable(_short.repr(value))


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path as messages show it: relative if it lies below the current directory."""
    with suppress(ValueError, OSError):  # it lies elsewhere, or the current directory is gone
        here = Path.cwd()
        path = path if here == Path(here.anchor) else Path(path).relative_to(here)
    return printable(str(path))
