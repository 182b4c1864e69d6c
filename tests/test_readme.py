"""The README is true: its commands and examples run, and print what it shows."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from math import fsum
from pathlib import Path
from typing import Any
from unittest import mock

from src import TrainingPipeline
from tests.support import HAS_PROCESSES, ROOT, THREE, FolderTestCase, needs_processes

README = (ROOT / "README.md").read_text(encoding="utf-8")
OTHERS = [ROOT / folder / "README.md" for folder in ("artifacts", "tests")]
# Not run here: the suite cannot run itself, and the benchmark takes minutes.
NOT_RUN = ("python -m unittest", "python -m tests.benchmark")


def blocks(text: str) -> list[tuple[str, str, str]]:
    """Return each block's language and content, and the output shown right after it, or ""."""
    block = r"^```(\w+)\n(.*?)^```$"
    output = r"(?:\n\n```text\n(.*?)^```$)?"
    return re.findall(block + output, text, re.MULTILINE | re.DOTALL)


def cells(row: str) -> list[str]:
    """Return the cells of a row of the README's table of numbers, without its label."""
    label = re.escape(f"| {row} |")
    (rest,) = re.findall(f"^{label}(.*)\\|$", README, re.MULTILINE)
    return [cell.strip(" *") for cell in rest.split("|")]


class Readme(FolderTestCase):
    def setUp(self) -> None:
        """Copy what a clone contains, so that the README's commands may write where they like."""
        super().setUp()
        self.copy_project()
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
                stdin=subprocess.DEVNULL,
                timeout=120,
                check=False,
            )
        else:
            self.assertEqual(arguments.pop(0), "main.py")
            folder = [] if "--artifacts" in arguments else ["--artifacts", "artifacts"]
            done = self.main(*arguments, *folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stderr + done.stdout.replace(os.sep, "/")

    def test_each_command_prints_what_the_block_after_it_shows(self) -> None:
        commands = [
            (content, shown)
            for language, content, shown in blocks(README)
            if language == "bash" and not content.startswith(NOT_RUN)
        ]
        self.assertEqual(commands[0][0], "python main.py\n")
        for content, shown in commands:
            with self.subTest(content):
                printed = "".join(map(self.printed, content.splitlines()))
                self.assertEqual(printed, shown or printed)

    def test_the_command_that_runs_the_tests_stands_alone(self) -> None:
        self.assertIn(("bash", "python -m unittest\n", ""), blocks(README))

    def test_each_example_in_python_prints_what_it_shows(self) -> None:
        names = dict[str, Any]()  # shared, as in a notebook
        for language, code, shown in blocks(README):
            if language != "python" or not shown:
                continue
            with self.subTest(code):
                out, err = io.StringIO(), io.StringIO()
                with redirect_stdout(out), redirect_stderr(err):
                    exec(compile(code, "README.md", "exec"), names)
                self.assertEqual((out.getvalue(), err.getvalue()), (shown, ""))

    @needs_processes
    def test_the_model_to_change_runs_as_a_file_beside_main(self) -> None:
        language, code, shown = next(block for block in blocks(README) if "class" in block[1])
        self.assertEqual(language, "python")
        self.file(code, "try_it.py")
        self.assertEqual(self.printed("python try_it.py"), shown)

    def test_every_block_of_python_can_be_compiled(self) -> None:
        for text in (README, *(path.read_text(encoding="utf-8") for path in OTHERS)):
            for language, code, _ in blocks(text):
                if language == "python":
                    with self.subTest(code):
                        compile(code, "README.md", "exec")

    def test_the_lines_for_a_browser_find_the_project_in_its_zip(self) -> None:
        (code,) = (code for _, code, _ in blocks(README) if "unpack_archive" in code)
        for top in ("", "student-pipeline-main/"):  # as zipped by hand, and as downloaded
            with self.subTest(top), mock.patch.object(sys, "path", [*sys.path]):
                with zipfile.ZipFile("project.zip", "w") as archive:
                    archive.write("main.py", f"{top}main.py")
                    archive.write("src/__init__.py", f"{top}src/__init__.py")
                exec(compile(code, "README.md", "exec"), {})
                self.assertEqual(Path(sys.path[0]), Path("project", top))
                shutil.rmtree("project")

    def test_the_numbers_worked_out_by_hand_are_those_of_the_artifacts(self) -> None:
        result = TrainingPipeline(artifacts_dir=None).run()
        metrics = result.metrics.to_dict()
        rate = result.model.learned["average_score_per_hour"]
        self.assertIn(f"36 / 3 = **{rate:g}**", README)
        for row, key in (
            ("training error", "train_mean_absolute_error"),
            ("leave-one-out error", "leave_one_out_mean_absolute_error"),
            ("baseline's error", "baseline_leave_one_out_mean_absolute_error"),
        ):
            *errors, mean = cells(row)
            self.assertAlmostEqual(fsum(map(float, errors)) / 3, metrics[key])
            self.assertEqual(mean, f"{metrics[key]:.4g}")

    def test_the_table_of_numbers_can_be_worked_out_from_scores_and_hours(self) -> None:
        scores = [student["math_score"] for student in THREE]
        hours = [student["study_hours"] for student in THREE]
        rates = [score / hour for score, hour in zip(scores, hours, strict=True)]
        rate = fsum(rates) / 3
        rates_of_others = [(fsum(rates) - own) / 2 for own in rates]
        scores_of_others = [(fsum(scores) - own) / 2 for own in scores]
        predicted = [rate * hour for hour in hours]
        left_out = [other * hour for other, hour in zip(rates_of_others, hours, strict=True)]
        for row, expected in {
            "score": scores,
            "hours": hours,
            "predicted, 12 * hours": predicted,
            "training error": [abs(y - p) for y, p in zip(scores, predicted, strict=True)],
            "rate of the two others": rates_of_others,
            "left out, rate * hours": left_out,
            "leave-one-out error": [abs(y - p) for y, p in zip(scores, left_out, strict=True)],
            "mean score of the two others": scores_of_others,
            "baseline's error": [abs(y - p) for y, p in zip(scores, scores_of_others, strict=True)],
        }.items():
            self.assertEqual(cells(row)[:3], [f"{value:g}" for value in expected], row)
        self.assertEqual(cells("score")[3], f"{fsum(scores) / 3:.2f}")
        with_outlier = (fsum(rates) + 50 / 0.1) / 4, (fsum(scores) + 50) / (fsum(hours) + 0.1)
        sentence = "the first becomes {:g}, the second 285 / 25.1 = {:.2f}".format(*with_outlier)
        self.assertIn(sentence, " ".join(README.split()))
        self.assertIn(f"235 / 25 = {fsum(scores) / fsum(hours):g}", README)

    def test_every_key_of_the_two_files_is_explained(self) -> None:
        result = TrainingPipeline(artifacts_dir=None).run()
        keys = {*result.metrics.to_dict(), *result.row_counts, *result.model.to_dict()}
        self.assertEqual(keys - set(re.findall(r"`(\w+)`", README)), set())

    def test_every_link_leads_somewhere(self) -> None:
        headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}
        for path in (ROOT / "README.md", *OTHERS):
            for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
                file, _, anchor = target.partition("#")
                with self.subTest(target):
                    self.assertTrue((path.parent / file).exists())
                    self.assertIn(anchor, {"", *anchors})
