"""The README says what is so: its commands and examples run, and print what it shows."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from tests.support import ROOT, FolderTestCase

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
# The test suite cannot run itself, and the benchmark is no test.
NOT_RUN = ("python -m unittest", "python -m tests.benchmark")


class Readme(FolderTestCase):
    def setUp(self) -> None:
        """Copy what a clone holds, so that the README's commands may write where they like."""
        super().setUp()
        for name in ("main.py", "src", "data", "artifacts"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.folder / name)

    def run_command(self, command: str) -> str:
        """Return what the command prints on a terminal, stdout and stderr in one."""
        shim = self.folder.parent / f"{self.folder.name}-bin"
        shim.mkdir(exist_ok=True)
        self.addCleanup(shutil.rmtree, shim, ignore_errors=True)
        (shim / "python").unlink(missing_ok=True)
        (shim / "python").symlink_to(sys.executable)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{shim}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return done.stdout

    def test_each_command_runs_and_prints_what_the_block_after_it_shows(self) -> None:
        compared = 0
        for (language, command), (after, shown) in pairwise(BLOCKS):
            if language != "bash" or command.startswith(NOT_RUN):
                continue
            with self.subTest(command):
                printed = self.run_command(command)
                self.assertNotIn("Traceback", printed)
                if after == "text":
                    self.assertEqual(printed, shown)
                    compared += 1
        self.assertGreaterEqual(compared, 2)

    def test_each_example_in_python_prints_what_it_shows(self) -> None:
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)
        examples = "\n".join(code for language, code in BLOCKS if language == "python")
        test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", "README.md", 0)
        results = doctest.DocTestRunner().run(test)
        self.assertEqual(results.failed, 0)
        self.assertEqual(results.attempted, README.count("\n>>> "))
        self.assertGreater(results.attempted, 5)
