"""Artifacts: the same text each time, and never a half-written or half-replaced pair."""

import errno
import io
import os
import stat
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from src import ArtifactError
from src.support import artifacts
from src.support.artifacts import read_json, to_json, write_files
from tests.helpers import ROOT, FolderTestCase, needs_fifo, needs_flock, needs_posix

OLD = {"model.json": b"old model\n", "metrics.json": b"old metrics\n"}
NEW = {"model.json": b"new model\n", "metrics.json": b"new metrics\n"}


@contextmanager
def failing(number: int, error: Callable[[], BaseException], is_before: bool) -> Iterator[None]:
    """Let one of the disk operations of write_files fail, before or after it is done."""
    numbers = count(1)

    def faulty(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            is_failing = next(numbers) == number
            if is_failing and is_before:
                raise error()
            result = function(*arguments, **named)
            if is_failing:
                raise error()
            return result

        return wrapper

    class FaultyFile(io.FileIO):
        write, flush = faulty(io.FileIO.write), faulty(io.FileIO.flush)

    def open_file(path: Path, mode: str, **_: object) -> FaultyFile:
        return FaultyFile(path, mode.replace("b", ""))

    with ExitStack() as stack:
        for name in ("mkdir", "read_bytes", "replace"):
            stack.enter_context(patch.object(Path, name, faulty(getattr(Path, name))))
        stack.enter_context(patch.object(Path, "open", faulty(open_file)))
        stack.enter_context(patch.object(os, "fsync", faulty(lambda file: None)))
        yield


class Writing(FolderTestCase):
    def write(self, contents: dict[str, bytes]) -> None:
        write_files(self.folder, {name: content.decode() for name, content in contents.items()})

    def refused(self, problem: str, folder: Any = None) -> None:
        with self.assertRaisesRegex(ArtifactError, problem):
            write_files(folder or self.folder, dict.fromkeys(NEW, "{}\n"))

    def each_fault(self, old: dict[str, bytes], error: Any, is_before: bool) -> int:
        """Let one operation after the other fail, until none is left; return how many were."""
        for number in range(1, 100):
            for name in NEW:
                (self.folder / name).unlink(missing_ok=True)
            for name, content in old.items():
                self.file(content, name)
            try:
                with failing(number, error, is_before):
                    self.write(NEW)
            except KeyboardInterrupt:
                self.assertEqual(self.files(), old, number)
            except ArtifactError as raised:
                self.assertEqual(self.files(), old, number)
                self.assertIn(": cannot be written: No space left", str(raised))
            else:
                self.assertEqual(self.files(), NEW)
                return number - 1
        raise AssertionError("it never ends")

    def test_whatever_fails_the_old_pair_stays_and_no_temporary_file(self) -> None:
        caught = warnings.catch_warnings()  # interrupted files are closed by the collector
        caught.__enter__()
        self.addCleanup(caught.__exit__)
        warnings.simplefilter("ignore", ResourceWarning)
        full = partial(OSError, errno.ENOSPC, "No space left on device")
        for old, error, is_before, at_least in (
            (OLD, full, True, 12),
            ({}, full, True, 10),
            ({"model.json": b""}, full, True, 11),
            (OLD, KeyboardInterrupt, True, 12),
            (OLD, KeyboardInterrupt, False, 12),
            ({}, KeyboardInterrupt, False, 10),
        ):
            self.assertGreaterEqual(self.each_fault(old, error, is_before), at_least)

    def test_missing_folders_are_made_and_what_cannot_be_one_is_named(self) -> None:
        write_files(self.folder / "a" / "b", {"model.json": "{}\n"})
        self.assertEqual((self.folder / "a" / "b" / "model.json").read_text(), "{}\n")
        path = self.file("", "results")
        self.refused("results: cannot be written: a file, not a folder", path)
        self.refused("Not a directory", path / "deeper")
        self.refused("cannot be written: .*null", "a\0b")

    def test_a_folder_at_one_of_the_names_is_refused(self) -> None:
        self.file(OLD["model.json"], "model.json")
        (self.folder / "metrics.json").mkdir()
        self.refused("metrics.json: cannot be written: not a regular file; choose")
        self.assertEqual(self.files(), {"model.json": OLD["model.json"]})
        with self.assertRaisesRegex(ArtifactError, "cannot be read: not a regular file"):
            read_json(self.folder / "metrics.json")

    @needs_fifo
    def test_a_fifo_at_one_of_the_names_is_refused_not_read(self) -> None:
        for name in NEW:
            os.mkfifo(self.folder / name)
            self.refused(f"{name}: .*: not a regular file; choose")
            with self.assertRaisesRegex(ArtifactError, "cannot be read: not a regular file"):
                read_json(self.folder / name)
            (self.folder / name).unlink()

    def test_a_link_to_nothing_as_the_folder_is_named_as_such(self) -> None:
        self.symlink(self.folder / "out", self.folder / "absent")
        for folder in (self.folder / "out", self.folder / "out" / "deeper"):
            self.refused("out.*a link to a folder that is missing", folder)

    @needs_flock
    def test_a_run_waits_for_another_and_gives_up_with_an_error_after_some_seconds(self) -> None:
        fcntl: Any = artifacts.fcntl
        self.write(OLD)
        descriptor = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        with patch.object(artifacts, "LOCK_SECONDS", 0.05):
            self.refused("another run has been writing here for 0.05 seconds")
        self.assertEqual(self.files(), OLD)
        release = threading.Timer(0.1, fcntl.flock, (descriptor, fcntl.LOCK_UN))
        release.start()
        self.write(NEW)
        release.join()
        self.assertEqual(self.files(), NEW)

    @needs_flock
    def test_without_locks_the_files_are_written_all_the_same(self) -> None:
        with patch("fcntl.flock", side_effect=OSError(errno.ENOLCK, "No locks available")):
            self.write(OLD)
        self.assertEqual(self.files(), OLD)
        with patch.object(artifacts, "fcntl", None):
            self.write(NEW)
        self.assertEqual(self.files(), NEW)

    @needs_posix
    def test_the_files_have_the_mode_that_the_umask_gives(self) -> None:
        self.addCleanup(os.umask, os.umask(0o027))
        self.write(NEW)
        for name in NEW:
            self.assertEqual(stat.S_IMODE((self.folder / name).stat().st_mode), 0o640)

    @needs_posix
    def test_what_a_kill_leaves_behind_hinders_no_later_run(self) -> None:
        self.write(OLD)
        program = (
            "import os, sys; from src.support.artifacts import write_files\n"
            "os.fsync = lambda file: os.kill(os.getpid(), 9) if os.fstat(file).st_size else None\n"
            "write_files(sys.argv[1], {'model.json': 'new'})"
        )
        killed = subprocess.run([sys.executable, "-c", program, self.folder], cwd=ROOT, check=False)
        self.assertEqual(killed.returncode, -9)
        left = self.files()
        self.assertEqual((left | OLD, len(left)), (left, 3))
        self.write(NEW)
        self.assertEqual(self.files(), left | NEW)

    def test_json_is_strict_ordered_indented_ends_with_a_newline_and_is_read_back(self) -> None:
        record = {"b": 0.1, "a": 3, "ß": "é"}
        text = '{\n  "b": 0.1,\n  "a": 3,\n  "ß": "é"\n}\n'
        self.assertEqual(to_json(record), text)
        write_files(self.folder, {"a.json": text})
        self.assertEqual(self.files(), {"a.json": text.encode()})
        self.assertEqual(read_json(self.folder / "a.json"), record)
        for value in (float("nan"), float("inf"), {1, 2}):
            with self.assertRaises(ArtifactError):
                to_json({"a": value})
