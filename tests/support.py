"""What several test modules need: students by hand, scratch folders, and skips by name."""

import io
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import main
from src import DataLoader, RawStudent, Student
from src.support import artifacts

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "raw" / "students.csv"
HEADER = "name,math_score,study_hours\n"

# A browser's Python (Pyodide) runs one process, and its stack is small.
HAS_PROCESSES = sys.platform not in ("emscripten", "wasi")
needs_processes = unittest.skipUnless(HAS_PROCESSES, "needs processes")
needs_posix = unittest.skipUnless(hasattr(os, "fork") and HAS_PROCESSES, "needs POSIX processes")
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


# Alice, Bob and Charlie of the sample.
THREE = [student(85.0, 10.0, "Alice"), student(60.0, 3.0, "Bob"), student(90.0, 12.0, "Charlie")]


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

    def main(
        self, *arguments: str | Path, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run main.py as its user does, from the test's folder; without processes, call it."""
        if not HAS_PROCESSES:
            return self._call_main([str(argument) for argument in arguments])
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

    def _call_main(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        out, err, before = io.StringIO(), io.StringIO(), Path.cwd()
        os.chdir(self.folder)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                status = main.main(arguments)
        finally:
            os.chdir(before)
        return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())

    def assert_refused(
        self, done: subprocess.CompletedProcess[str], status: int, *parts: str
    ) -> None:
        """Expect one error line that holds all the parts, and nothing on stdout."""
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertRegex(done.stderr, r"\Aerror: [^\n]*\n\Z")
        for part in parts:
            self.assertIn(part, done.stderr)
