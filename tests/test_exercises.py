"""A solution to each exercise of the README, and all that the README says of it.

A solution is a change of a copy of the project. The exercise's own test is taken from the README:
it fails before the change and passes after it. To see a solution, read the test of its number.
"""

import ast
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from src import MODELS, Evaluator
from tests.support import HEADER, ROOT, THREE, FolderTestCase, needs_processes

README = (ROOT / "README.md").read_text(encoding="utf-8")

RATIO = "math.fsum(table.math_score) / math.fsum(table.study_hours)"

MEDIAN_MODEL = '''"""MedianModel: the median rate."""

from statistics import median

from src.model import StudyModel
from src.support.students import StudentTable


class MedianModel(StudyModel):
    def fit(self, students):
        table = StudentTable.of(students)
        super().fit(table)
        self.learned = {**self.learned, "average_score_per_hour": median(table.score_per_hour)}
        return self
'''

MAX_ERROR = '''\
    def max_error(self, y_true: Floats, y_pred: Floats) -> float:
        """Return the largest |true - predicted|, in score points."""
        return finite(max(map(abs, _errors(y_true, y_pred))))

'''

TOTAL = """\
        if name == "Total":
            return Rejection(line, "name", name, "not a student")
"""
A_WEEK = """\
        if study_hours > 168:
            return Rejection(line, "study_hours", study_hours, "more than a week")
"""

LINE_MODEL = '''"""LineModel: a straight line."""

from math import fsum

from src.model import Regressor
from src.support.errors import DataError
from src.support.students import StudentTable


class LineModel(Regressor):
    formula = "math_score = intercept + slope * study_hours"

    def fit(self, students):
        table = StudentTable.of(students, at_least=1)
        n = len(table)
        mean_h, mean_s = fsum(table.study_hours) / n, fsum(table.math_score) / n
        squares = fsum((h - mean_h) ** 2 for h in table.study_hours)
        if not squares:
            raise DataError("a line requires students with different hours")
        pairs = zip(table.study_hours, table.math_score)
        slope = fsum((h - mean_h) * (s - mean_s) for h, s in pairs) / squares
        self.learned = {"intercept": mean_s - slope * mean_h, "slope": slope}
        return self

    def predict(self, study_hours):
        return self.learned["intercept"] + self.learned["slope"] * study_hours
'''

LEVERAGES = """
    def leverages(self, students):
        hours = StudentTable.of(students).study_hours
        mean_h = fsum(hours) / len(hours)
        squares = fsum((h - mean_h) ** 2 for h in hours)
        return [1 / len(hours) + (h - mean_h) ** 2 / squares for h in hours]
"""

HELD_OUT = '''"""The error on held-out students."""

from src.evaluator import Evaluator


def held_out_error(model, held_out):
    predicted = [model.predict(hours) for hours in held_out.study_hours]
    return Evaluator().mean_absolute_error(held_out.math_score, predicted)
'''


def readme_test(number: int) -> str:
    """Return the test that the README gives for an exercise."""
    exercise = re.split(r"^### \d+\. ", README, flags=re.MULTILINE)[number]
    (code,) = re.findall(r"^```python\n(.*?)^```$", exercise, re.MULTILINE | re.DOTALL)
    return code


class SolutionsInThisProcess(unittest.TestCase):
    """Solutions that add a module: their tests pass, also in a browser, which has no processes."""

    def setUp(self) -> None:
        median, line, held_out = dict[str, Any](), dict[str, Any](), ModuleType("src.held_out")
        exec(MEDIAN_MODEL, median)
        exec(LINE_MODEL + LEVERAGES, line)
        exec(HELD_OUT, vars(held_out))
        added = {"MedianModel": median["MedianModel"], "LineModel": line["LineModel"]}
        for patch in (
            mock.patch.dict(MODELS, added),
            mock.patch.dict(sys.modules, {"src.held_out": held_out}),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def test_the_median_the_line_and_the_held_out_students_pass_their_tests(self) -> None:
        for number in (2, 5, 6):
            module, result = ModuleType("test_mine"), unittest.TestResult()
            exec(readme_test(number), vars(module))
            unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
            self.assertEqual(result.failures + result.errors, [])
            self.assertTrue(result.testsRun)

    def test_the_leverages_of_the_line_add_up_to_its_two_parameters(self) -> None:
        model = MODELS["LineModel"]()
        leverages = model.leverages(THREE)
        assert leverages is not None
        self.assertAlmostEqual(sum(leverages), 2.0)
        model.fit(THREE)
        left_out = Evaluator().left_out_predictions(model, THREE)
        for student, leverage, prediction in zip(THREE, leverages, left_out, strict=True):
            error = student["math_score"] - model.predict(student["study_hours"])
            expected = student["math_score"] - error / (1 - leverage)
            self.assertAlmostEqual(prediction, expected)


@needs_processes
class Exercises(FolderTestCase):
    """Each exercise as a reader does it: the test, the change of a file, the program."""

    def setUp(self) -> None:
        super().setUp()
        self.copy_project()
        lines = "".join(f"N{i},{i * 37 % 101},{1 + i * 7 % 41}\n" for i in range(230))
        self.many = self.file(HEADER + lines, "many.csv")

    def python(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def run_main(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return self.python("main.py", "--artifacts", "out", *arguments)

    def saved(self, *arguments: str | Path) -> dict[str, Any]:
        """Run the changed program; return what it saved in both files."""
        done = self.run_main(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        results = self.folder / "out"
        texts = [(results / name).read_text("utf-8") for name in ("model.json", "metrics.json")]
        return {**json.loads(texts[0]), **json.loads(texts[1])}

    def failing(self, *modules: str) -> set[str]:
        """Run test modules of the copy; return the names of the tests that fail."""
        done = self.python("-m", "unittest", *(f"tests.{module}" for module in modules))
        self.assertRegex(done.stderr, r"(?m)^Ran [1-9]")
        return set(re.findall(r"^(?:FAIL|ERROR): (\w+)", done.stderr, re.MULTILINE))

    def begin(self, number: int) -> None:
        """Save the exercise's test; it fails before the change."""
        self.file(readme_test(number), "tests/test_mine.py")
        self.assertNotEqual(self.failing("test_mine"), set())

    def assert_only_these_fail(self, *expected: str) -> None:
        """Expect the exercise's test to pass, and those to fail that the README names."""
        rooms = ("preprocessor", "model", "evaluator", "pipeline")
        modules = [f"test_{name}" for name in (*rooms, "rows", "doctests", "mine")]
        self.assertEqual(self.failing(*modules), set(expected))
        for name in expected:
            self.assertIn(f"`{name}`", README)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that is there exactly once."""
        text = (self.folder / path).read_text(encoding="utf-8")
        self.assertEqual(text.count(old), 1, f"{path} no longer contains once: {old}")
        self.file(text.replace(old, new), path)

    def method(self, path: str, class_name: str, name: str) -> tuple[ast.FunctionDef, list[str]]:
        """Return a method of the copy, parsed, and all lines of its file."""
        text = (self.folder / path).read_text(encoding="utf-8")
        nodes = [
            node
            for owner in ast.parse(text).body
            if isinstance(owner, ast.ClassDef) and owner.name == class_name
            for node in owner.body
            if isinstance(node, ast.FunctionDef) and node.name == name
        ]
        self.assertEqual(len(nodes), 1, f"{path} has no {class_name}.{name}")
        return nodes[0], text.splitlines(keepends=True)

    def add_model(self, name: str, source: str) -> None:
        """Put a model into a file of its own and register it."""
        self.file(source, f"src/{name.lower()}.py")
        text = (self.folder / "src" / "__init__.py").read_text(encoding="utf-8")
        added = f'from src.{name.lower()} import {name}\n\nMODELS["{name}"] = {name}\n'
        self.file(text + added, "src/__init__.py")

    def test_1_the_ratio_of_sums_moves_both_errors_and_needs_no_leverages(self) -> None:
        self.begin(1)
        self.edit("src/model.py", "mean(table.score_per_hour)", RATIO)
        saved = self.saved()
        self.assertEqual(saved["average_score_per_hour"], 9.4)
        self.assertAlmostEqual(saved["train_mean_absolute_error"], 21.2)
        self.assertAlmostEqual(saved["leave_one_out_mean_absolute_error"], 31.66, places=2)
        done = self.run_main("--data", self.many)
        self.assert_refused(done, 1, "StudyModel.leverages is wrong", "delete StudyModel.leverages")
        node, lines = self.method("src/model.py", "StudyModel", "leverages")
        del lines[node.lineno - 1 : node.end_lineno]
        self.file("".join(lines), "src/model.py")
        self.assertEqual(self.saved("--data", self.many)["left_out_groups"], 20)
        learned = "test_study_model_learns_the_mean_score_per_hour"
        self.assertIn(learned, self.failing("test_model"))
        self.assertIn(f"`{learned}`", README)
        unmoved = ("test_data_loader", "test_header", "test_preprocessor", "test_artifacts")
        self.assertEqual(self.failing("test_mine", *unmoved), set())

    def test_2_the_median_lowers_the_training_error_only(self) -> None:
        self.begin(2)
        self.add_model("MedianModel", MEDIAN_MODEL)
        saved = self.saved("--model", "MedianModel")
        self.assertEqual(saved["average_score_per_hour"], 8.5)
        self.assertEqual(saved["train_mean_absolute_error"], 15.5)
        self.assertEqual(saved["leave_one_out_mean_absolute_error"], 56.5)
        self.assertEqual(self.run_main("--predict", "4").stdout, "34.0\n")
        saved = self.saved("--model", "MedianModel", "--data", self.many)
        self.assertEqual(saved["left_out_groups"], 20)
        self.assertEqual(self.failing("test_mine"), set())

    def test_3_a_metric_is_a_method_a_field_and_a_line(self) -> None:
        self.begin(3)
        path = "src/evaluator.py"
        node, lines = self.method(path, "Evaluator", "r2_score")
        lines.insert(node.lineno - 1, MAX_ERROR)
        self.file("".join(lines), path)
        field = "    train_r2_score: float"
        self.edit(path, field, f"    train_max_error: float | None\n{field}")
        line = "            train_r2_score="
        value = "or_none(self.max_error, scores, predicted)"
        self.edit(path, line, f"            train_max_error={value},\n{line}")
        self.assertEqual(self.saved()["train_max_error"], 54.0)
        self.assert_only_these_fail(
            "test_of_one_student_leave_one_out_r2_and_skill_are_undefined",
            "test_an_undefined_metric_is_omitted_never_null",
            "test_the_two_files_say_exactly_this_in_this_order",
        )

    def test_4_a_reason_is_an_if(self) -> None:
        self.begin(4)
        path = "src/preprocessor.py"
        node, lines = self.method(path, "Preprocessor", "rejection")
        first, last = node.body[1], node.body[-1]  # the first of all is the docstring
        lines.insert(last.lineno - 1, A_WEEK)
        lines.insert(first.lineno - 1, TOTAL)
        self.file("".join(lines), path)
        data = self.file(HEADER + "A,10,168\nB,10,169\nTotal,20,10\nC,9,9\n")
        self.assertEqual(
            self.run_main("--data", data).stderr,
            "rejected 2 of 4 rows:\n"
            "  line 3: study_hours 169.0 is more than a week\n"
            "  line 4: name 'Total' is not a student\n",
        )
        self.assertEqual(self.saved("--data", data)["rows_invalid"], 2)
        self.assertEqual(self.failing("test_mine"), set())

    def test_5_a_straight_line_and_then_its_leverages(self) -> None:
        self.begin(5)
        self.add_model("LineModel", LINE_MODEL)
        saved = self.saved("--model", "LineModel")
        self.assertEqual(f"{saved['intercept']:.2f} {saved['slope']:.3f}", "50.04 3.396")
        self.assertAlmostEqual(saved["leave_one_out_mean_absolute_error"], 3.77, places=2)
        done = self.run_main("--predict", "5")
        self.assertEqual((done.stdout[:5], done.stderr), ("67.01", ""))
        of_many = ("--model", "LineModel", "--data", self.many)
        self.assertEqual(self.saved(*of_many)["left_out_groups"], 20)
        only_with_leverages = "test_with_leverages_300_students_are_left_out_one_by_one"
        self.assertEqual(self.failing("test_mine"), {only_with_leverages})
        wrong = LEVERAGES.replace("1 / len(hours) +", "")
        self.file(LINE_MODEL + wrong, "src/linemodel.py")
        self.assert_refused(self.run_main(*of_many), 1, "LineModel.leverages is wrong")
        self.file(LINE_MODEL + LEVERAGES, "src/linemodel.py")
        self.assertNotIn("left_out_groups", self.saved(*of_many))
        same = self.file(HEADER + "A,10,2\nB,20,2\n")
        done = self.run_main("--model", "LineModel", "--data", same)
        self.assert_refused(done, 1, "a line requires students with different hours")
        self.assertEqual(self.failing("test_mine"), set())

    def test_6_on_held_out_students_the_line_overfits(self) -> None:
        self.add_model("LineModel", LINE_MODEL)
        self.begin(6)
        self.file(HELD_OUT, "src/held_out.py")
        self.assertEqual(self.failing("test_mine"), set())

    def test_what_is_added_makes_no_other_test_fail(self) -> None:
        self.add_model("MedianModel", MEDIAN_MODEL)
        self.add_model("LineModel", LINE_MODEL + LEVERAGES)
        self.file(HELD_OUT, "src/held_out.py")
        node, lines = self.method("src/preprocessor.py", "Preprocessor", "rejection")
        lines.insert(node.body[-1].lineno - 1, A_WEEK)
        lines.insert(node.body[1].lineno - 1, TOTAL)
        self.file("".join(lines), "src/preprocessor.py")
        self.file(readme_test(5), "tests/test_mine.py")
        self.assert_only_these_fail()
