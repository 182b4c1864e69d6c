"""A solution to each exercise of the README, and the numbers that the README says it gives.

A solution is an edit of a copy of the project, made and run as a reader would.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from src import DataError, DataLoader, Evaluator, Preprocessor, Regressor, StudentTable, StudyModel
from tests.support import HEADER, ROOT, FolderTestCase, needs_processes

RATIO = """
        table = StudentTable.of(students, at_least=1)
        self.learned = {
            "average_score_per_hour": sum(table.math_score) / sum(table.study_hours),
"""
MEAN = """
        table = StudentTable.of(students, at_least=1)
        self.learned = {
            "average_score_per_hour": mean(table.score_per_hour),
"""
LEVERAGES = '''
    def leverages(self, students: Iterable[Student]) -> Sequence[float]:
        """Return 1 / n for each of n students: each has the same share in the mean."""
        n = len(StudentTable.of(students))
        return [1 / n] * n


class MeanScoreBaseline'''

MAX_ERROR = '''\
    def max_error(self, y_true: Floats, y_pred: Floats) -> float:
        """Return the largest |true - predicted|, in score points."""
        return finite(max(map(abs, _errors(y_true, y_pred))))
'''

MEDIAN_MODEL = '''"""MedianModel: the median rate."""

from statistics import median

from src.model import StudyModel
from src.support.rows import StudentTable


class MedianModel(StudyModel):
    def fit(self, students):
        table = StudentTable.of(students)
        super().fit(table)
        self.learned = {**self.learned, "average_score_per_hour": median(table.score_per_hour)}
        return self
'''

LINE_MODEL = '''"""LineModel: a straight line."""

from math import fsum

from src.model import Regressor
from src.support.errors import DataError
from src.support.rows import StudentTable


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

LINE_LEVERAGES = """
    def leverages(self, students):
        hours = StudentTable.of(students).study_hours
        mean_h = fsum(hours) / len(hours)
        squares = fsum((h - mean_h) ** 2 for h in hours)
        return [1 / len(hours) + (h - mean_h) ** 2 / squares for h in hours]
"""


@needs_processes
class Exercises(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        shutil.copy(ROOT / "main.py", self.folder)
        shutil.copytree(ROOT / "src", self.folder / "src")
        shutil.copytree(ROOT / "data", self.folder / "data")
        lines = "".join(f"N{i},{(i * 37) % 101},{1 + (i * 7) % 41}\n" for i in range(230))
        self.many = self.file(HEADER + lines, "many.csv")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that is there exactly once."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        self.assertEqual(text.count(old), 1, f"{path} no longer contains: {old}")
        file.write_text(text.replace(old, new), encoding="utf-8")

    def add_model(self, name: str, source: str) -> None:
        """Put a model into a file of its own and register it."""
        self.file(source, f"src/{name.lower()}.py")
        old = "from src.pipeline import"
        self.edit("src/__init__.py", old, f"from src.{name.lower()} import {name}\n{old}")
        old = "__all__ = "
        self.edit("src/__init__.py", old, f'MODELS["{name}"] = {name}\n\n{old}')

    def run_main(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "main.py", "--artifacts", "out", *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def saved(self, *arguments: str | Path) -> dict[str, float]:
        """Run the edited program; return what it saved in both files."""
        done = self.run_main(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        texts = [
            (self.folder / "out" / f"{name}.json").read_text() for name in ("model", "metrics")
        ]
        return {**json.loads(texts[0]), **json.loads(texts[1])}

    def test_the_ratio_of_sums_moves_both_numbers_and_needs_no_leverages(self) -> None:
        self.edit("src/model.py", MEAN, RATIO)
        saved = self.saved()
        self.assertEqual(saved["average_score_per_hour"], 9.4)
        self.assertAlmostEqual(saved["leave_one_out_mean_absolute_error"], 31.66, places=2)
        done = self.run_main("--data", self.many)
        self.assert_refused(done, 1, "StudyModel.leverages is wrong", "delete StudyModel.leverages")
        self.edit("src/model.py", LEVERAGES, "\nclass MeanScoreBaseline")
        self.assertEqual(self.saved("--data", self.many)["left_out_groups"], 20)

    def test_the_median_lowers_the_training_error_only(self) -> None:
        self.add_model("MedianModel", MEDIAN_MODEL)
        saved = self.saved("--model", "MedianModel")
        self.assertEqual(saved["average_score_per_hour"], 8.5)
        self.assertEqual(saved["train_mean_absolute_error"], 15.5)
        self.assertEqual(saved["leave_one_out_mean_absolute_error"], 56.5)
        saved = self.saved("--model", "MedianModel", "--data", self.many)
        self.assertEqual(saved["left_out_groups"], 20)

    def test_a_metric_is_a_method_a_field_and_a_line(self) -> None:
        field = "    train_r2_score: float | None"
        self.edit("src/evaluator.py", field, f"    train_max_error: float | None\n{field}")
        line = "            train_r2_score="
        value = "or_none(self.max_error, scores, predicted)"
        self.edit("src/evaluator.py", line, f"            train_max_error={value},\n{line}")
        method = "    def r2_score("
        self.edit("src/evaluator.py", method, f"{MAX_ERROR}\n{method}")
        saved = self.saved()
        self.assertEqual(saved["train_max_error"], 54.0)
        keys = list(saved)
        before = keys[keys.index("train_max_error") - 1]
        self.assertEqual(before, "train_root_mean_squared_error")

    def test_a_reason_is_an_if(self) -> None:
        self.edit(
            "src/preprocessor.py",
            "        return None\n",
            "        if study_hours > 168:\n"
            '            return Rejection(line, "study_hours", study_hours, "more than a week")\n'
            "        return None\n",
        )
        self.edit(
            "src/preprocessor.py",
            "        if extra:\n",
            '        if name == "Total":\n'
            '            return Rejection(line, "name", name, "not a student")\n'
            "        if extra:\n",
        )
        path = self.file(HEADER + "A,10,168\nB,10,169\nTotal,20,10\nC,9,9\n")
        done = self.run_main("--data", path)
        self.assertEqual(
            done.stderr,
            "rejected 2 of 4 rows:\n"
            "  line 3: study_hours 169.0 is more than a week\n"
            "  line 4: name 'Total' is not a student\n",
        )
        self.assertEqual(self.saved("--data", path)["rows_invalid"], 2)

    def test_a_straight_line_and_then_its_leverages(self) -> None:
        self.add_model("LineModel", LINE_MODEL)
        saved = self.saved("--model", "LineModel")
        self.assertEqual(f"{saved['intercept']:.2f} {saved['slope']:.3f}", "50.04 3.396")
        self.assertAlmostEqual(saved["leave_one_out_mean_absolute_error"], 3.77, places=2)
        done = self.run_main("--predict", "5")
        self.assertEqual((done.stdout[:5], done.stderr), ("67.01", ""))
        in_groups = self.saved("--model", "LineModel", "--data", self.many)
        self.assertEqual(in_groups["left_out_groups"], 20)
        self.file(LINE_MODEL + LINE_LEVERAGES, "src/linemodel.py")
        one_by_one = self.saved("--model", "LineModel", "--data", self.many)
        self.assertNotIn("left_out_groups", one_by_one)
        path = self.file(HEADER + "A,10,2\nB,20,2\n")
        done = self.run_main("--model", "LineModel", "--data", path)
        self.assert_refused(done, 1, "a line requires students with different hours")
        wrong = LINE_LEVERAGES.replace("1 / len(hours) +", "")
        self.file(LINE_MODEL + wrong, "src/linemodel.py")
        done = self.run_main("--model", "LineModel", "--data", self.many)
        self.assert_refused(done, 1, "LineModel.leverages is wrong")


class HeldOut(FolderTestCase):
    def test_held_out_students_judge_the_line_and_the_rate(self) -> None:
        names = dict[str, type[Regressor]]()
        exec(LINE_MODEL, names)
        columns = {"math_score": "Scores", "study_hours": "Hours"}
        loader = DataLoader(ROOT / "data" / "raw" / "scores.csv", columns=columns)
        students = Preprocessor().clean(loader).students
        known, held_out = students[:16], students[16:]
        errors = []
        for model in (StudyModel(), names["LineModel"]()):
            model.fit(known)
            predicted = [model.predict(hours) for hours in held_out.study_hours]
            errors.append(Evaluator().mean_absolute_error(held_out.math_score, predicted))
        self.assertEqual([round(error, 2) for error in errors], [3.82, 4.55])
        self.assertIsInstance(known, StudentTable)
        with self.assertRaises(DataError):
            names["LineModel"]().fit([students[0]])
