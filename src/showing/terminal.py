"""What is printed: streams that break, and the progress line."""

import errno
import sys
from contextlib import suppress
from time import monotonic
from typing import TextIO

from src.support.errors import PipelineError


def write(stream: TextIO | None, text: str, end: str = "\n") -> None:
    """Print text at once; PipelineError if stdout fails for another reason than a gone reader."""
    if stream is None:
        return
    try:
        print(text, end=end, file=stream, flush=True)
    except UnicodeEncodeError:  # escape what the encoding lacks
        write(stream, text.encode(stream.encoding, "backslashreplace").decode(stream.encoding), end)
    except OSError as error:
        # Forget the stream, as what is in its buffer must not fail again when Python exits.
        is_stdout = stream is sys.stdout
        setattr(sys, "stdout" if is_stdout else "stderr", None)
        with suppress(OSError):
            stream.close()
        # A broken pipe is EINVAL on Windows.
        if is_stdout and error.errno not in (errno.EPIPE, errno.EINVAL):
            raise PipelineError(f"standard output: {error.strerror}") from None


class Progress:
    """Progress line on stderr, shown after 0.5 s."""

    def __init__(self) -> None:
        self.due, self.width = monotonic() + 0.5, 0

    def show(self, bytes_read: int, file_size: int) -> None:
        """Rewrite the line, at most ten times a second."""
        is_read = bytes_read == file_size
        if monotonic() >= self.due or (is_read and self.width):
            self.erase()
            done = f"{100 * bytes_read // file_size} %" if file_size else f"{bytes_read >> 20} MB"
            line = "file read; training" if is_read else f"reading: {done}"
            self.due, self.width = monotonic() + 0.12, len(line)
            write(sys.stderr, line, end="")

    def erase(self) -> None:
        """Erase the line, with blanks: not every terminal knows how to erase."""
        if self.width:
            write(sys.stderr, f"\r{' ' * self.width}\r", end="")
