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
from pathlib import Path
from time import sleep
from typing import Any
from unittest.mock import patch

from src import ArtifactError
from src.support import artifacts
from src.support.artifacts import read_json, to_json, write_files
from tests.support import ROOT, FolderTestCase, needs_fifo, needs_flock, needs_posix

OLD = {"model.json": b"old model\n", "metrics.json": b"old metrics\n"}
NEW = {"model.json": b"new model\n", "metrics.json": b"new metrics\n"}


class Faults:
    """Counts the disk operations of write_files, and lets one of them fail."""

    def __init__(self, failing: int, error: BaseException) -> None:
        self.failing = failing
        self.error = error
        self.count = 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.failing:
            raise self.error

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            self.step()
            return function(*arguments, **named)

        return wrapper

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            result = function(*arguments, **named)
            self.step()
            return result

        return wrapper

    @contextmanager
    def injected(self, when: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Iterator[None]:
        class FaultyFile(io.FileIO):
            write = when(io.FileIO.write)
            flush = when(io.FileIO.flush)

        def open_file(path: Path, mode: str, **settings: Any) -> FaultyFile:
            return FaultyFile(path, mode.replace("b", ""))

        with ExitStack() as stack:
            for name in ("mkdir", "read_bytes", "replace"):
                stack.enter_context(patch.object(Path, name, when(getattr(Path, name))))
            stack.enter_context(patch.object(Path, "open", when(open_file)))
            stack.enter_context(patch.object(os, "fsync", when(os.fsync)))
            yield


class Writing(FolderTestCase):
    def write(self, contents: dict[str, bytes]) -> None:
        write_files(self.folder, {name: content.decode() for name, content in contents.items()})

    def test_all_files_hold_the_new_text_and_nothing_else_is_there(self) -> None:
        for before in ({}, OLD, {"model.json": b""}):
            for name, content in before.items():
                self.file(content, name)
            self.write(NEW)
            self.assertEqual(self.files(), NEW)

    def each_fault(self, old: dict[str, bytes], error: BaseException, when: str) -> int:
        """Let one operation after the other fail, until none is left; return how many were."""
        # A file whose opening was interrupted is closed by the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        for failing in range(1, 100):
            for name in NEW:
                (self.folder / name).unlink(missing_ok=True)
            for name, content in old.items():
                self.file(content, name)
            faults = Faults(failing, error)
            try:
                with faults.injected(getattr(faults, when)):
                    self.write(NEW)
            except (ArtifactError, KeyboardInterrupt) as raised:
                with self.subTest(operation=failing):
                    self.assertEqual(self.files(), old)
                    if isinstance(raised, ArtifactError):
                        self.assertIn(": cannot be written: No space left", str(raised))
            else:
                self.assertEqual(self.files(), NEW)
                return failing - 1
        raise AssertionError("it never ends")

    def test_whatever_operation_fails_the_old_pair_stays_and_no_temporary_file(self) -> None:
        full = OSError(errno.ENOSPC, "No space left on device")
        self.assertGreaterEqual(self.each_fault(OLD, full, "before"), 12)
        self.assertGreaterEqual(self.each_fault({}, full, "before"), 10)
        self.assertGreaterEqual(self.each_fault({"model.json": b"old\n"}, full, "before"), 11)

    def test_whenever_it_is_interrupted_the_pair_is_the_old_one_and_no_temporary_file(self) -> None:
        self.assertGreaterEqual(self.each_fault(OLD, KeyboardInterrupt(), "before"), 12)
        self.assertGreaterEqual(self.each_fault(OLD, KeyboardInterrupt(), "after"), 12)
        self.assertGreaterEqual(self.each_fault({}, KeyboardInterrupt(), "after"), 10)

    def test_a_refused_second_move_puts_the_first_file_back(self) -> None:
        for old in (OLD, {}):
            for name, content in old.items():
                self.file(content, name)
            replace = Path.replace

            def refuse(source: Path, target: Path) -> Path:
                if target.name == "metrics.json":
                    raise PermissionError(
                        errno.EPERM, "Operation not permitted", source, None, target
                    )
                return replace(source, target)  # noqa: B023

            with (
                patch.object(Path, "replace", refuse),
                self.assertRaisesRegex(ArtifactError, "metrics.json: cannot be written: Operation"),
            ):
                self.write(NEW)
            self.assertEqual(self.files(), old)
            for name in old:
                (self.folder / name).unlink()

    def test_a_refused_first_move_names_its_file(self) -> None:
        def refuse(source: Path, target: Path) -> Path:
            raise PermissionError(errno.EPERM, "Operation not permitted", source, None, target)

        with (
            patch.object(Path, "replace", refuse),
            self.assertRaisesRegex(ArtifactError, "model.json: cannot be written: Operation"),
        ):
            self.write(NEW)
        self.assertEqual(self.files(), {})

    def test_missing_folders_are_made(self) -> None:
        write_files(self.folder / "a" / "b", {"model.json": "{}\n"})
        self.assertEqual((self.folder / "a" / "b" / "model.json").read_text(), "{}\n")

    def test_a_file_where_a_folder_is_needed_is_named(self) -> None:
        path = self.file("", "results")
        with self.assertRaisesRegex(ArtifactError, "results: cannot be written: a file, not a f"):
            write_files(path, {"model.json": "{}\n"})
        with self.assertRaisesRegex(ArtifactError, "Not a directory"):
            write_files(path / "deeper", {"model.json": "{}\n"})

    def test_a_folder_where_a_file_is_needed_is_named(self) -> None:
        (self.folder / "metrics.json").mkdir()
        self.file(OLD["model.json"], "model.json")
        with self.assertRaisesRegex(
            ArtifactError, "metrics.json: cannot be written: not a regular"
        ):
            self.write(NEW)
        self.assertEqual(self.files(), {"model.json": OLD["model.json"]})

    @needs_fifo
    def test_a_fifo_at_one_of_the_names_is_refused_not_read(self) -> None:
        for name in NEW:
            os.mkfifo(self.folder / name)
            with self.assertRaisesRegex(ArtifactError, f"{name}: .*: not a regular file; choose"):
                self.write(NEW)
            with self.assertRaisesRegex(ArtifactError, "cannot be read: not a regular file"):
                read_json(self.folder / name)
            done = self.main("--artifacts", ".", "--predict", "5")
            self.assert_refused(
                done, 1, "model.json", "not a regular" if name == "model.json" else "no such file"
            )
            self.assert_refused(self.main("--artifacts", "."), 1, name, "not a regular file")
            (self.folder / name).unlink()

    def test_a_link_to_a_device_is_refused_not_read(self) -> None:
        if not Path("/dev/zero").exists():
            self.skipTest("needs /dev/zero")
        self.symlink(self.folder / "model.json", Path("/dev/zero"))
        with self.assertRaisesRegex(ArtifactError, "cannot be read: not a regular file"):
            read_json(self.folder / "model.json")
        with self.assertRaisesRegex(ArtifactError, "model.json: .*: not a regular file"):
            self.write(NEW)

    def test_a_link_to_nothing_as_the_folder_is_named_as_such(self) -> None:
        self.symlink(self.folder / "out", self.folder / "absent")
        for folder in (self.folder / "out", self.folder / "out" / "deeper"):
            with self.assertRaisesRegex(ArtifactError, "out.*a link to a folder that is missing"):
                write_files(folder, NEW)  # type: ignore[arg-type]

    @needs_flock
    def test_a_lock_that_another_run_keeps_is_given_up_with_an_error(self) -> None:
        self.write(OLD)
        descriptor = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        fcntl = artifacts.fcntl
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with (
            patch.object(artifacts, "LOCK_SECONDS", 0.05),
            self.assertRaisesRegex(ArtifactError, "another run has been writing here for 0.05 sec"),
        ):
            self.write(NEW)
        self.assertEqual(self.files(), OLD)

    @needs_posix
    def test_the_files_have_the_mode_that_the_umask_gives(self) -> None:
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        self.write(NEW)
        for name in NEW:
            self.assertEqual(stat.S_IMODE((self.folder / name).stat().st_mode), 0o640)

    @needs_flock
    def test_two_writers_at_once_never_mix_their_pairs(self) -> None:
        replace = Path.replace
        first_moved = threading.Event()

        def slow_replace(source: Path, target: Path) -> Path:
            """Let the first writer linger between its two moves."""
            result = replace(source, target)
            if threading.current_thread() is first and target.name == "model.json":
                first_moved.set()
                sleep(0.1)
            return result

        first = threading.Thread(target=self.write, args=(OLD,))
        with patch.object(Path, "replace", slow_replace):
            first.start()
            first_moved.wait(10)
            self.write(NEW)
            first.join()
        self.assertEqual(self.files(), NEW)

    def test_without_locks_the_files_are_written_all_the_same(self) -> None:
        with patch.object(artifacts, "fcntl", None):
            self.write(NEW)
        self.assertEqual(self.files(), NEW)

    @needs_flock
    def test_on_a_file_system_without_locks_too(self) -> None:
        with patch("fcntl.flock", side_effect=OSError(errno.ENOLCK, "No locks available")):
            self.write(OLD)
        self.assertEqual(self.files(), OLD)

    def test_an_impossible_path_is_an_artifact_error(self) -> None:
        with self.assertRaisesRegex(ArtifactError, "cannot be written: .*null"):
            write_files("a\0b", {"model.json": ""})

    @needs_posix
    def test_what_a_kill_leaves_behind_hinders_no_later_run(self) -> None:
        for name, content in OLD.items():
            self.file(content, name)
        program = (
            "import os, sys; from src.support.artifacts import write_files\n"
            "os.fsync = lambda file: os.kill(os.getpid(), 9) if os.fstat(file).st_size else None\n"
            "write_files(sys.argv[1], {'model.json': 'new'})"
        )
        killed = subprocess.run([sys.executable, "-c", program, self.folder], cwd=ROOT, check=False)
        self.assertEqual(killed.returncode, -9)
        left = set(self.files()) - set(OLD)
        self.assertEqual(len(left), 1)
        self.assertEqual({name: self.files()[name] for name in OLD}, OLD)
        self.write(NEW)
        self.assertEqual({name: self.files()[name] for name in NEW}, NEW)


class Json(FolderTestCase):
    def test_the_text_is_strict_ordered_indented_and_ends_with_one_newline(self) -> None:
        self.assertEqual(
            to_json({"b": 0.1, "a": 3, "ß": "é"}), '{\n  "b": 0.1,\n  "a": 3,\n  "ß": "é"\n}\n'
        )
        for value in (float("nan"), float("inf"), {1, 2}):
            with self.assertRaises(ArtifactError):
                to_json({"a": value})

    def test_what_was_written_is_read_back(self) -> None:
        record = {"a": 0.1, "b": 3, "c": "é"}
        write_files(self.folder, {"a.json": to_json(record)})
        self.assertEqual(read_json(self.folder / "a.json"), record)
        self.assertNotIn(b"\r", (self.folder / "a.json").read_bytes())
