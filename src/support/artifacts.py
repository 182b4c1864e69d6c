"""JSON in and out, the same bytes every time; both files are written, or neither."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: no lock between simultaneous runs
    fcntl = None  # type: ignore[assignment]

from src.support.errors import ArtifactError, shown_path

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent.parent / "artifacts"
MODEL_FILE = "model.json"
METRICS_FILE = "metrics.json"
REPORT_FILE = "report.html"

LOCK_SECONDS = 5.0  # a run writes for milliseconds


def to_json(record: Mapping[str, Any]) -> str:
    """Return the record as text: its own order of keys, full float precision, strict JSON."""
    try:
        return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ArtifactError(f"cannot be written as JSON: {error}") from None


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return what a JSON file contains; ArtifactError, naming the file, if it is not one."""
    try:
        _require_regular_file(Path(path))
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = "no such file; run python main.py first, with the same --artifacts"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except RecursionError:
        problem = "not JSON: nested too deeply"
    except ValueError as error:  # also not UTF-8, or a number of too many digits
        problem = f"not JSON: {error}"
    raise ArtifactError(f"{shown_path(path)}: {problem}")


def write_files(folder: str | os.PathLike[str], texts: Mapping[str, str]) -> None:
    """Write all of the texts, by file name, or keep the old files and raise ArtifactError."""
    folder = path = Path(folder)
    suffix = f".{os.urandom(4).hex()}.tmp"
    temporary = {folder / name: folder / f"{name}{suffix}" for name in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder):
            old = {}
            for path, text in zip(temporary, texts.values(), strict=True):
                _require_regular_file(path, or_nothing=True)
                old[path] = path.read_bytes() if path.exists() else None
                _write_to_disk(temporary[path], text.encode())
            with ExitStack() as undo:  # if one file cannot be moved, the others are put back
                for path, source in temporary.items():
                    undo.callback(_put_back, path, source, old[path])
                    source.replace(path)
                undo.pop_all()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        problem = getattr(error, "strerror", None) or error
        if isinstance(error, FileExistsError):
            is_file = Path(error.filename).exists()
            problem = "a file, not a folder" if is_file else "a link to a folder that is missing"
        failed = shown_path(getattr(error, "filename2", None) or path)
        hint = "choose another folder with --artifacts"
        raise ArtifactError(f"{failed}: cannot be written: {problem}; {hint}") from None
    finally:
        for leftover in temporary.values():
            with suppress(OSError, ValueError):
                leftover.unlink()


def _require_regular_file(path: Path, or_nothing: bool = False) -> None:
    """Raise OSError for a FIFO or a device: to read one may never end."""
    if not path.is_file() and (path.exists() or not or_nothing):
        path.stat()  # raises FileNotFoundError, or what else is wrong
        raise OSError(0, "not a regular file")


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let runs that write into one folder wait for each other, so that pairs are never mixed."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    problem = f"another run has been writing here for {LOCK_SECONDS:g} seconds"
                    raise OSError(0, problem) from None
                time.sleep(0.02)
            except OSError:
                break  # a file system without locks
        yield
    finally:
        os.close(descriptor)


def _write_to_disk(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put_back(path: Path, temporary: Path, content: bytes | None) -> None:
    if temporary.exists():
        return  # it was not moved
    if content is None:
        path.unlink()
    else:
        _write_to_disk(temporary, content)
        temporary.replace(path)
