"""JSON in and out, deterministic; files written whole and together, or not at all."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: two runs at once into one folder are not kept apart
    fcntl = None  # type: ignore[assignment]

from src.errors import ArtifactError, shown_path

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent / "artifacts"
MODEL_FILE = "model.json"
METRICS_FILE = "metrics.json"
REPORT_FILE = "report.html"


def to_json(record: Mapping[str, Any]) -> str:
    r"""Return the record as text: its own order of keys, full float precision, strict JSON.

    >>> to_json({"b": 0.1, "a": 3})
    '{\n  "b": 0.1,\n  "a": 3\n}\n'
    """
    try:
        return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ArtifactError(f"a value is no JSON: {error}") from None


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return what a JSON file holds; ArtifactError, naming the file, where it holds none."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = "no such file; run python main.py first, with the same --artifacts"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except RecursionError:
        problem = "not JSON: nested too deeply"
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error}"
    except ValueError:
        problem = "not JSON: not UTF-8, or a number of too many digits"
    raise ArtifactError(f"{shown_path(path)}: {problem}")


def write_json(path: str | os.PathLike[str], record: Mapping[str, Any]) -> None:
    """Write one record as write_files does."""
    path = Path(path)
    write_files(path.parent, {path.name: to_json(record)})


def write_files(folder: str | os.PathLike[str], texts: Mapping[str, str]) -> None:
    """Write all of the texts, by file name, into the folder, or none of them.

    On any failure each file holds what it held before. A missing folder is made, its parents
    too. Raises ArtifactError, naming what cannot be written.
    """
    folder = path = Path(folder)
    suffix = f".{os.urandom(4).hex()}.tmp"
    temporary = {folder / name: folder / f"{name}{suffix}" for name in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _one_run_at_a_time(folder):
            old = {}
            for path, text in zip(temporary, texts.values(), strict=True):
                old[path] = path.read_bytes() if path.exists() else None
                _write_to_disk(temporary[path], text.encode())
            _move_all(temporary, old)
    except FileExistsError:
        raise ArtifactError(f"{shown_path(folder)}: a file, not a folder") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        problem = getattr(error, "strerror", None) or error
        failed = shown_path(getattr(error, "filename2", None) or path)
        raise ArtifactError(f"{failed}: cannot be written: {problem}") from None
    finally:
        for leftover in temporary.values():
            with suppress(OSError, ValueError):
                leftover.unlink()


@contextmanager
def _one_run_at_a_time(folder: Path) -> Iterator[None]:
    """Let runs that write into one folder wait for each other, so that pairs are never mixed."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_to_disk(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move_all(temporary: Mapping[Path, Path], old: Mapping[Path, bytes | None]) -> None:
    """Move each temporary file to its path; where one cannot be moved, put the others back."""
    with ExitStack() as undo:
        for path, source in temporary.items():
            undo.callback(_put_back, path, source, old[path])
            source.replace(path)
        undo.pop_all()


def _put_back(path: Path, temporary: Path, content: bytes | None) -> None:
    if temporary.exists():
        return  # it was not moved
    if content is None:
        path.unlink()
    else:
        _write_to_disk(temporary, content)
        temporary.replace(path)
