"""The README says what is so: its commands and examples run, and print what it shows."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from src import TrainingPipeline
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
        self.assertEqual(compared, 3)

    def test_each_example_in_python_prints_what_it_shows(self) -> None:
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)
        examples = [code for language, code in BLOCKS if language == "python" and ">>>" in code]
        parser, names = doctest.DocTestParser(), dict[str, Any]()
        test = parser.get_doctest("\n".join(examples), names, "README.md", "README.md", 0)
        results = doctest.DocTestRunner().run(test)
        self.assertEqual(results.failed, 0)
        self.assertEqual(results.attempted, README.count("\n>>> "))
        self.assertGreater(results.attempted, 10)

    def test_only_examples_that_need_another_package_are_not_run(self) -> None:
        for language, code in BLOCKS:
            if language == "python" and ">>>" not in code:
                imported = re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)
                self.assertTrue(set(imported) - set(sys.stdlib_module_names) - {"src"}, code)
                compile(code, "README.md", "exec")

    def test_each_module_imports_only_from_those_before_it(self) -> None:
        listed = re.search(r"in this order: ([\w,\s]+)\.", README)
        assert listed is not None
        order = re.split(r",\s+", listed[1])
        in_src = {path.stem for path in (ROOT / "src").glob("[!_]*.py")}
        self.assertEqual(set(order), in_src | {"main"})
        for number, module in enumerate(order):
            path = ROOT / (f"src/{module}.py" if module in in_src else "main.py")
            source = path.read_text(encoding="utf-8")
            imported = set(re.findall(r"^ {0,4}from src\.(\w+) import", source, re.MULTILINE))
            if module == "report":
                imported.discard("pipeline")  # for the type checker only, and before it anyway
            self.assertLessEqual(imported, set(order[:number]), module)

    def test_the_files_are_about_as_long_as_it_says(self) -> None:
        files = re.findall(r"^\| `([\w/]+\.py)` \| (\d+) \|", README, re.MULTILINE)
        in_src = {f"src/{path.name}" for path in (ROOT / "src").glob("[!_]*.py")}
        self.assertEqual({name for name, _ in files}, in_src | {"main.py"})
        for name, lines in files:
            length = len((ROOT / name).read_text(encoding="utf-8").splitlines())
            self.assertLessEqual(abs(length - int(lines)), 15, name)

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
        self.assertEqual(set(metrics) - set(re.findall(r"`(\w+)`", README)), set())
