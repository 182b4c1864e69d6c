"""JSON in and out, the same bytes every time; both files are written, or neither."""

import json
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: no lock between simultaneous runs
    fcntl = None  # type: ignore[assignment]

from src.support.errors import ArtifactError, as_path, shown_path

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "artifacts"
MODEL_FILE, METRICS_FILE, REPORT_FILE = "model.json", "metrics.json", "report.html"
LOCK_SECONDS = 5  # a run writes for milliseconds


def to_json(record: Mapping[str, Any]) -> str:
    """Return the record as strict JSON, keys in their order; ArtifactError if it cannot be."""
    try:
        return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ArtifactError(f"cannot be written as JSON: {error}") from None


def read_json(path: Path) -> Any:
    """Return what a JSON file contains; ArtifactError, naming the file, if it is not one."""
    try:
        return json.loads(_read(path).decode())
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
    folder = failed = as_path(folder, "artifacts_dir")
    temporary = {folder / name: folder / f"{name}.{os.urandom(4).hex()}.tmp" for name in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # If one file cannot be moved, what is in the stack is called, the last first.
        with _lock(folder) if fcntl else nullcontext(), ExitStack() as undo:
            for failed, text in zip(temporary, texts.values(), strict=True):
                old = _read(failed) if failed.exists() else None
                undo.callback(temporary[failed].unlink, missing_ok=True)
                _write_to_disk(temporary[failed], text.encode())
                undo.callback(_put_back, failed, temporary[failed], old)
            for failed, source in temporary.items():
                source.replace(failed)
            undo.pop_all()  # all were moved
        return
    except FileExistsError as error:
        failed, link = Path(error.filename), "a link to a folder that is missing"
        problem = "a file, not a folder" if failed.exists() else link
    except OSError as error:
        problem = error.strerror or str(error)
    except ValueError as error:  # a NUL in the path
        problem = str(error)
    problem = f"cannot be written: {problem}; choose another folder"
    raise ArtifactError(f"{shown_path(failed)}: {problem}")


def _read(path: Path) -> bytes:
    """Return the bytes of a regular file: to read a FIFO or a device may never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "not a regular file")
    return path.read_bytes()


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let runs that write into one folder wait for each other, so that pairs are never mixed."""
    descriptor, give_up = os.open(folder, os.O_RDONLY), time.monotonic() + LOCK_SECONDS
    try:
        while time.monotonic() < give_up:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.02)
            except OSError:
                break  # a file system without locks
        else:
            raise OSError(0, f"another run has been writing here for {LOCK_SECONDS} seconds")
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
