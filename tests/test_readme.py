"""The README is true: its commands and examples run, and print what it shows."""

import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any

import main
from src import TrainingPipeline
from tests.support import HAS_PROCESSES, ROOT, FolderTestCase

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = r"^```(\w+)\n(.*?)^```$"
BLOCKS = re.findall(BLOCK, README, re.MULTILINE | re.DOTALL)
UNIT_TESTS = "python -m unittest\n"  # the suite cannot run itself


class Readme(FolderTestCase):
    def setUp(self) -> None:
        """Copy what a clone contains, so that the README's commands may write where they like."""
        super().setUp()
        for name in ("main.py", "src", "data", "artifacts"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.folder / name)
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)

    def printed(self, command: str) -> str:
        """Return what a command prints on a terminal: first stderr, then stdout."""
        python, *arguments = shlex.split(command)
        self.assertEqual(python, "python")
        if HAS_PROCESSES:
            done = subprocess.run(
                [sys.executable, *arguments],
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                encoding="utf-8",
                timeout=120,
                check=False,
            )
            return done.stderr + done.stdout
        self.assertEqual(arguments[0], "main.py")
        out, err = io.StringIO(), io.StringIO()
        results = [self.folder / "artifacts"] if "--artifacts" not in arguments else []
        options = [part for path in results for part in ("--artifacts", str(path))]
        with redirect_stdout(out), redirect_stderr(err):
            main.main([*arguments[1:], *options])
        return re.sub(r"saved .*artifacts", "saved artifacts", err.getvalue() + out.getvalue())

    def test_each_command_prints_what_the_block_after_it_shows(self) -> None:
        commands = [pair for pair in pairwise(BLOCKS) if pair[0][0] == "bash"]
        self.assertGreater(len(commands), 2)
        for (_, lines), (language, shown) in commands:
            if lines == UNIT_TESTS:
                continue
            with self.subTest(lines):
                printed = "".join(map(self.printed, lines.splitlines()))
                self.assertNotIn("Traceback", printed)
                if language == "text":
                    self.assertEqual(printed, shown)

    def test_each_program_prints_what_the_block_after_it_shows(self) -> None:
        for (language, code), (after, shown) in pairwise(BLOCKS):
            if language == "python" and after == "text":
                out = io.StringIO()
                with self.subTest(code), redirect_stdout(out):
                    exec(code, {})
                self.assertEqual(out.getvalue(), shown)

    def test_each_example_in_python_prints_what_it_shows(self) -> None:
        examples = "\n".join(code for language, code in BLOCKS if ">>>" in code)
        test = doctest.DocTestParser().get_doctest(
            examples, dict[str, Any](), "README.md", "README.md", 0
        )
        results = doctest.DocTestRunner().run(test)
        self.assertEqual(results.failed, 0)
        self.assertGreater(results.attempted, 0)

    def test_every_other_block_of_python_can_be_read(self) -> None:
        for path in (ROOT / "README.md", ROOT / "artifacts" / "README.md"):
            blocks = re.findall(BLOCK, path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
            for language, code in blocks:
                if language == "python" and ">>>" not in code:
                    compile(code, str(path), "exec")

    def test_the_numbers_worked_out_by_hand_are_those_of_the_artifacts(self) -> None:
        result = TrainingPipeline(artifacts_dir=None).run()
        metrics = result.metrics.to_dict() | result.row_counts
        for row, key in (
            ("training error", "train_mean_absolute_error"),
            ("leave-one-out error", "leave_one_out_mean_absolute_error"),
            ("baseline's error", "baseline_leave_one_out_mean_absolute_error"),
        ):
            *errors, mean = re.findall(r"[\d.]+", README.split(f"| {row} |")[1].split("\n")[0])
            self.assertAlmostEqual(sum(map(float, errors)) / 3, metrics[key])
            self.assertEqual(mean, f"{metrics[key]:.4g}")

    def test_every_key_of_the_two_files_is_explained(self) -> None:
        result = TrainingPipeline(artifacts_dir=None).run()
        keys = {*result.metrics.to_dict(), *result.row_counts, *result.model.to_dict()}
        self.assertEqual(keys - set(re.findall(r"`(\w+)`", README)), set())
