"""The exercises: a solution to each, and the report on them."""

import io
import unittest
from contextlib import redirect_stdout
from statistics import median
from typing import Any
from unittest import mock

from src import Evaluator, Preprocessor, Regressor, Rejection, StudentTable, StudyModel, UsageError
from tests.exercises import EXERCISES, check
from tests.exercises.__main__ import is_solved, report
from tests.helpers import ROOT

FOLDER = ROOT / "tests" / "exercises"
STUB = "# change this line"


class CappedModel(StudyModel):
    def predict(self, study_hours: float) -> float:
        return min(max(super().predict(study_hours), 0.0), 100.0)


class FirstOfEachName(Preprocessor):
    def clean(self, raw_rows: Any) -> Any:
        self.names = set[str | None]()
        return super().clean(raw_rows)

    def rejection(self, row: Any) -> Rejection | None:
        rejection, name = super().rejection(row), row["name"]
        if rejection is None and name in self.names:
            return Rejection(row["line"], "name", name, "a repeated name")
        if rejection is None and name:
            self.names.add(name)
        return rejection


def left_out_error(row: dict[str, Any]) -> float:
    return abs(row["math_score"] - row["left_out_score"])


def three_worst(result: Any) -> list[dict[str, Any]]:
    rows = [row for row in result.predictions() if row["left_out_score"] is not None]
    return sorted(rows, key=left_out_error, reverse=True)[:3]


class MedianModel(StudyModel):
    def fit(self, students: Any) -> StudyModel:
        table = StudentTable.of(students)
        self.learned = {"average_score_per_hour": median(table.score_per_hour)}
        return self


class LargestErrorEvaluator(Evaluator):
    def largest_error(self, y_true: Any, y_pred: Any) -> float:
        return max(abs(true - pred) for true, pred in zip(y_true, y_pred, strict=True))

    def left_out_largest_error(self, model: Regressor, students: Any) -> float:
        table = StudentTable.of(students)
        return self.largest_error(table.math_score, self.left_out_predictions(model, table))


class NearestStudent(Regressor):
    def fit(self, students: Any) -> "NearestStudent":
        table = StudentTable.of(students)
        self.learned = {"hours": table.study_hours, "scores": table.math_score}
        return self

    def predict(self, study_hours: float) -> float:
        pairs = zip(self.learned["hours"], self.learned["scores"], strict=True)
        return min(pairs, key=lambda pair: abs(pair[0] - study_hours))[1]


def checked(solution: Any) -> str:
    with redirect_stdout(io.StringIO()) as output:
        check(solution)
    return output.getvalue()


class Solutions(unittest.TestCase):
    """With a solution in place of its stub, the tests of an exercise pass; with the stub, not."""

    def assert_solved_by(self, solution: Any) -> None:
        number = [*EXERCISES].index(solution.__name__) + 1
        path = FOLDER / f"exercise_{number}.py"
        if STUB not in path.read_text(encoding="utf-8"):
            self.skipTest(f"{path.name} is being solved: it has no line with {STUB!r}")
        self.assertRegex(checked(solution), r"\nOK\n\Z")
        hint = f"{path.name} passes its tests: if you have solved it, delete each {STUB!r} in it"
        self.assertFalse(is_solved(number), hint)

    def test_1_the_prediction_between_0_and_100(self) -> None:
        self.assert_solved_by(CappedModel)

    def test_2_a_rule_that_remembers_names(self) -> None:
        self.assert_solved_by(FirstOfEachName)

    def test_3_the_three_largest_left_out_errors(self) -> None:
        self.assert_solved_by(three_worst)

    def test_4_the_median_in_place_of_the_mean(self) -> None:
        self.assert_solved_by(MedianModel)

    def test_5_a_metric_in_a_subclass_of_evaluator(self) -> None:
        self.assert_solved_by(LargestErrorEvaluator)

    def test_6_a_model_that_has_learned_two_lists(self) -> None:
        self.assert_solved_by(NearestStudent)


class Progress(unittest.TestCase):
    def test_the_next_exercise_is_the_first_that_is_not_solved(self) -> None:
        text = report([True, True, False, True, False, False])
        self.assertIn("\n3 of 6 solved\nnext: complete tests/exercises/exercise_3.py,", text)
        self.assertRegex(text, r"\n  python -m unittest tests\.exercises\.exercise_3\Z")
        self.assertRegex(report([True] * 6), r"\n6 of 6 solved\Z")
        with mock.patch.dict("sys.modules", {"tests.exercises.exercise_1": None}):
            self.assertFalse(is_solved(1))

    def test_check_shows_why_a_test_fails_and_refuses_what_no_exercise_asks_for(self) -> None:
        text = checked(type("MedianModel", (StudyModel,), {"predict": lambda self, hours: -1.0}))
        self.assertRegex(text, r"AssertionError: -1\.0 != .* the median of 7, 30")
        self.assertRegex(text, r"\nFAILED \(failures=\d\)\n\Z")
        for other in (StudyModel, StudyModel()):
            with self.assertRaisesRegex(UsageError, r"^StudyModel\S* is not one of CappedModel, "):
                check(other)

    def test_a_plain_run_of_the_tests_does_not_run_the_exercises(self) -> None:
        plain = unittest.TestLoader().discover(str(FOLDER), top_level_dir=str(ROOT))
        self.assertEqual(plain.countTestCases(), 0)
