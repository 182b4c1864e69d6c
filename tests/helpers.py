"""What several test modules need: students by hand, scratch folders, and skips by name."""

import io
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import main
from src import DataLoader, RawStudent, Regressor, Student, StudentTable
from src.support import artifacts

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "raw" / "students.csv"
HEADER = "name,math_score,study_hours\n"
Done = subprocess.CompletedProcess[str]

# A browser's Python (Pyodide) runs one process, and its stack is small.
HAS_PROCESSES = sys.platform not in ("emscripten", "wasi")
needs_processes = unittest.skipUnless(HAS_PROCESSES, "needs processes")
needs_posix = unittest.skipUnless(hasattr(os, "fork") and HAS_PROCESSES, "needs POSIX processes")
needs_time = unittest.skipUnless(
    os.environ.get("STUDENT_PIPELINE_THOROUGH"), "needs time: STUDENT_PIPELINE_THOROUGH is not set"
)
needs_stack = unittest.skipUnless(HAS_PROCESSES, "needs a deep stack")
needs_fifo = unittest.skipUnless(hasattr(os, "mkfifo") and HAS_PROCESSES, "needs os.mkfifo")
needs_flock = unittest.skipUnless(artifacts.fcntl and HAS_PROCESSES, "needs fcntl.flock")


def student(score: float, hours: float, name: str = "Ann") -> Student:
    return {
        "name": name,
        "math_score": score,
        "study_hours": hours,
        "score_per_hour": score / hours,
    }


# Numbers of the tests' own, solved by hand for the model below. Errors on the students that it was
# fitted on: 1, 5, 39; left out: 10, 5, 39; of the mean of the two others: 29, 15.5, 44.5.
OWN = [student(11.0, 1.0, "Ada"), student(20.0, 4.0, "Ben"), student(60.0, 10.0, "Cem")]
OWN_CSV = HEADER + "Ada,11,1\nBen,20,4\nCem,60,10\n"


class Lowest(Regressor):
    """A model of the tests' own: the lowest score, and a point more for each hour."""

    formula = "math_score = lowest + study_hours"

    def fit(self, students: Iterable[Student]) -> "Lowest":
        table = StudentTable.of(students, at_least=1)
        self.learned = {"lowest": min(table.math_score)}
        return self

    def predict(self, study_hours: float) -> float:
        lowest: float = self.learned["lowest"]
        return lowest + study_hours


def variant(name: str, base: type, **members: Any) -> Any:
    """Return a subclass with members of its own."""
    return type(name, (base,), members)


class Stream(io.TextIOWrapper):
    """What sys.stdout and sys.stderr are, but its str is the text that was written."""

    is_terminal = False

    def __init__(self, encoding: str = "utf-8", buffer: io.BytesIO | None = None) -> None:
        super().__init__(buffer or io.BytesIO(), encoding=encoding, newline="\n")

    def isatty(self) -> bool:
        return self.is_terminal

    def __str__(self) -> str:
        if self.closed:
            return ""
        self.flush()
        value: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]
        return value.decode(self.encoding)


class FolderTestCase(unittest.TestCase):
    """A test with a folder of its own, gone afterwards."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name).resolve()

    def file(self, content: str | bytes, name: str = "students.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def copy_project(self) -> None:
        """Copy what a clone contains; the copy is writable, even if the checkout is not."""
        caches = shutil.ignore_patterns("__pycache__")
        for name in ("src", "tests", "data", "artifacts"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=caches)
        for name in ("main.py", "README.md", ".gitignore"):
            if (ROOT / name).exists():  # a ZIP may come without hidden files
                shutil.copy(ROOT / name, self.folder)
        for path in self.folder.rglob("*"):
            path.chmod(path.stat().st_mode | stat.S_IWUSR)

    def rows(self, content: str | bytes, **settings: object) -> list[RawStudent]:
        return DataLoader(self.file(content), **settings).load()  # type: ignore[arg-type]

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def symlink(self, path: Path, target: Path) -> None:
        """Make a symbolic link, or skip the test on a system that does not let one do so."""
        try:
            path.symlink_to(target)
        except OSError as error:
            self.skipTest(f"needs symbolic links: {error.strerror}")

    def main(self, *arguments: str | Path, environment: dict[str, str] | None = None) -> Done:
        """Run main.py as its user does, from the test's folder; without processes, call it."""
        if not HAS_PROCESSES:
            return self.call(*arguments)
        return subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )

    def call(self, *arguments: str | Path, out: Any = None, err: Any = None) -> Done:
        """Call main in this process, from the test's folder; much quicker than a process."""
        streams, before = (out or Stream(), err or Stream()), Path.cwd()
        os.chdir(self.folder)
        try:
            with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
                status = main.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        finally:
            os.chdir(before)
        return subprocess.CompletedProcess(arguments, status, *map(str, streams))

    def assert_refused(self, done: Done, status: int, *parts: str) -> None:
        """Expect one error line that holds all the parts, and nothing on stdout."""
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertRegex(done.stderr, r"\Aerror: [^\n]*\n\Z")
        for part in parts:
            self.assertIn(part, done.stderr)
