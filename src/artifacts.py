"""JSON in and out: deterministic, atomic."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from src.errors import ArtifactError, shown_path

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent / "artifacts"
MODEL_FILE = "model.json"
METRICS_FILE = "metrics.json"


def to_json(record: Mapping[str, Any]) -> str:
    r"""Return the record as text: its own order of keys, full float precision, strict JSON.

    >>> to_json({"b": 0.1, "a": 3})
    '{\n  "b": 0.1,\n  "a": 3\n}\n'
    """
    try:
        return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ArtifactError(f"a value is no JSON: {error}") from None


def read_json(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the object in a JSON file; ArtifactError, naming the file, where there is none."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = "run python main.py first"
        raise ArtifactError(f"{shown_path(path)}: no such file; {hint}") from None
    except OSError as error:
        raise ArtifactError(f"{shown_path(path)}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{shown_path(path)}: not JSON: {error}") from None
    if not isinstance(record, dict):
        raise ArtifactError(f"{shown_path(path)}: not a JSON object")
    return record


def write_files(texts: Mapping[str | os.PathLike[str], str]) -> None:
    """Write all of the files or none: on any failure each path holds what it held before.

    Missing folders are made. Raises ArtifactError, naming the file.
    """
    contents = {Path(path): text.encode() for path, text in texts.items()}
    suffix = f".{os.urandom(4).hex()}.tmp"
    temporary = {path: path.with_name(path.name + suffix) for path in contents}
    old: dict[Path, bytes | None] = {}
    path = Path()
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            old[path] = path.read_bytes() if path.exists() else None
            _write_to_disk(temporary[path], content)
        _move_all(temporary, old)
    except FileExistsError as error:
        raise ArtifactError(f"{shown_path(error.filename)}: a file, not a folder") from None
    except OSError as error:
        failed = shown_path(error.filename2 or path)
        raise ArtifactError(f"{failed}: cannot be written: {error.strerror}") from None
    finally:
        for leftover in temporary.values():
            with suppress(OSError):
                leftover.unlink()


def _write_to_disk(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move_all(temporary: Mapping[Path, Path], old: Mapping[Path, bytes | None]) -> None:
    """Move each temporary file to its path; where one cannot be moved, put the others back."""
    all_moved = False
    try:
        for path, source in temporary.items():
            source.replace(path)
        all_moved = True
    finally:
        if not all_moved:
            for path, source in temporary.items():
                if not source.exists():
                    _put_back(path, source, old[path])


def _put_back(path: Path, temporary: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        _write_to_disk(temporary, content)
        temporary.replace(path)
