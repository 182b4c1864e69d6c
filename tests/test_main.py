"""main.py as a process of its own, where that is the point."""

import ast
import runpy
import shlex
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.helpers import ROOT, Done, FolderTestCase, needs_posix, needs_processes

MAIN = str(ROOT / "main.py")
DAISY = "rejected 1 of 4 rows:\n  line 5: math_score is missing\n"
NAMES = {"model.json", "metrics.json"}


class OlderPython(unittest.TestCase):
    def test_it_gets_one_line_with_the_version_it_needs_from_files_that_it_can_read(self) -> None:
        for start in ("main.py", "src/__init__.py"):
            with (
                patch("sys.version_info", (3, 9, 1)),
                patch("sys.version", "3.9.1 (old)"),
                patch("sys.path", sys.path[:]),
                patch.dict("sys.modules"),
                self.assertRaises(SystemExit) as stop,
            ):
                for name in [name for name in sys.modules if name.partition(".")[0] == "src"]:
                    del sys.modules[name]
                runpy.run_path(str(ROOT / start), run_name="__main__")
            message = "error: Python 3.10 or newer is needed, this is 3.9.1"
            self.assertEqual(stop.exception.code, message)
            ast.parse((ROOT / start).read_text(encoding="utf-8"), feature_version=(3, 6))


@needs_processes
class WholeProcesses(FolderTestCase):
    def run_words(self, *words: str) -> Done:
        options: Any = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "encoding": "utf-8"}
        return subprocess.run(words, capture_output=True, check=False, **options)

    def python(self, *arguments: str) -> Done:
        return self.run_words(sys.executable, *arguments)

    def saved(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("out/*")}

    def test_from_any_folder_and_without_options_the_projects_own_paths_are_used(self) -> None:
        self.copy_project()
        project, self.folder = self.folder, self.folder / "data"
        shutil.rmtree(project / "artifacts")
        done = self.python(str(project / "main.py"))
        self.assertEqual((done.returncode, done.stderr[: len(DAISY)]), (0, DAISY))
        for name in NAMES:
            self.assertIn(f"\nsaved {project / 'artifacts' / name}\n", done.stdout)
            self.assertTrue((project / "artifacts" / name).exists())

    def test_without_its_folder_on_the_path_and_never_in_the_encoding_of_the_locale(self) -> None:
        strict = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning"]
        is_safe_path = "-P" if sys.version_info >= (3, 11) else "-I"
        for option, *words in (["-I", "--report"], [is_safe_path, "--predict", "5"]):
            done = self.python(*strict, option, MAIN, "--artifacts", "out", *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("Error", done.stderr)

    def test_a_plain_run_imports_nothing_that_only_a_rare_branch_needs(self) -> None:
        program = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); import main\n"
            "main.main(['-q', '--artifacts', 'out']); print(*sys.modules)"
        )
        loaded = set(self.python("-S", "-c", program).stdout.split())
        self.assertIn("src.pipeline", loaded)
        rare = {"dataclasses", "decimal", "difflib", "html", "inspect", "src.showing.report"}
        self.assertEqual(loaded & (rare | {"statistics", "subprocess", "tempfile"}), set())

    @needs_posix
    def test_broken_and_closed_streams_are_no_error_and_a_full_disk_is_one_line(self) -> None:
        train = shlex.join([sys.executable, MAIN, "--artifacts", "out"])
        full = "error: standard output: No space left on device\n"
        gone = "import os, sys; reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1); "
        gone += "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        predict = [MAIN, "--artifacts", "out", "-q", "--predict", "5"]
        for command, status, errors in (
            (f"{train} >&- 2>&-", 0, ""),
            (f"{train} --help >&-", 0, ""),
            (shlex.join([sys.executable, "-c", gone, *predict]), 0, ""),
            (f"{train} -q --predict 5 >/dev/full", 1, full),
        ):
            if "/dev/full" in command and not Path("/dev/full").exists():
                continue
            with self.subTest(command):
                done = self.run_words("sh", "-c", command)
                self.assertEqual((done.returncode, done.stderr), (status, errors))
        self.assertEqual(self.saved().keys(), NAMES)

    @needs_posix
    def test_a_signal_while_it_writes_ends_a_run_quietly_with_the_old_artifacts_unless_ignored(
        self,
    ) -> None:
        (self.folder / "out").mkdir()
        for name in NAMES:
            (self.folder / "out" / name).write_bytes(b"old")
        # These tests may run under nohup, or in the background, where Ctrl-C is ignored.
        for signal, at_first, status, errors in (
            ("SIGINT", "default_int_handler", 130, ""),
            ("SIGTERM", "SIG_DFL", 143, ""),
            ("SIGHUP", "SIG_DFL", 129, ""),
            ("SIGHUP", "SIG_IGN", 0, DAISY),
        ):
            self.assertEqual(self.saved(), dict.fromkeys(NAMES, b"old"))
            done = self.python(
                "-c",
                "import os, runpy, signal, sys\n"
                f"signal.signal(signal.{signal}, signal.{at_first})\n"
                f"os.fsync = lambda file: os.kill(os.getpid(), signal.{signal})\n"
                "sys.argv = ['main.py', '--artifacts', 'out']\n"
                f"runpy.run_path({MAIN!r}, run_name='__main__')",
            )
            self.assertEqual((done.returncode, done.stderr[: len(DAISY)]), (status, errors))
            self.assertEqual(bool(done.stdout), not status)
        self.assertNotIn(b"old", self.saved().values())
