"""What several test modules need: students by hand, files in a scratch folder, whole processes."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from src import DataLoader, RawStudent, Student

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "raw" / "students.csv"
HEADER = "name,math_score,study_hours\n"


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

    def rows(self, content: str | bytes, **settings: object) -> list[RawStudent]:
        return DataLoader(self.file(content), **settings).load()  # type: ignore[arg-type]

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def main(
        self, *arguments: str | Path, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run main.py in a process of its own, as its user does, from the test's folder."""
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

    def assert_refused(
        self, done: subprocess.CompletedProcess[str], status: int, *parts: str
    ) -> None:
        """One error line that holds all the parts, nothing on stdout."""
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertRegex(done.stderr, r"\Aerror: [^\n]*\n\Z")
        for part in parts:
            self.assertIn(part, done.stderr)
