"""What a run and a comparison print."""

import re
import unittest
from typing import Any

from src import Rejection, TrainingPipeline, TrainingResult
from src.showing.summary import comparison, rejection_lines, summary
from tests.helpers import OWN, Lowest, student, variant


def run(students: list[Any] = OWN, model: Any = None) -> TrainingResult:
    return TrainingPipeline(students, model=model or Lowest(), artifacts_dir=None).run()


class Result(unittest.TestCase):
    def test_the_students_the_ranges_the_model_the_errors_and_the_verdict_in_this_order(
        self,
    ) -> None:
        parts = (
            "[\n {'name': 'Ada', 'math_score': 11.0, 'study_hours': 1.0, 'score_per_hour': 11.0},",
            " {'name': 'Cem', 'math_score': 60.0, 'study_hours': 10.0, 'score_per_hour': 6.0}\n]",
            "3 students, scores from 11 to 60, study hours from 1 to 10",
            "Model: math_score = lowest + study_hours",
            "  lowest = 11.0",
            "         15  on the students it was fitted on",
            "         18  on left-out students",
            "    29.6667  baseline: the mean score of the other students",
            "Left-out: each student is predicted by a model fitted on all the others.",
            "The model is better than guessing the mean score.",
        )
        self.assertRegex(summary(run()), "(?s)" + r"\n.*".join(map(re.escape, parts)))

    def test_numbers_have_at_most_six_digits_but_students_and_what_was_learned_all(self) -> None:
        text = summary(run([student(1234567.0, 0.123456789), student(1 / 3, 2.0)]))
        self.assertIn("scores from 0.333333 to 1.23457e+06, study hours from 0.123457 to 2\n", text)
        self.assertIn("'math_score': 0.3333333333333333", text)
        self.assertIn("\n  lowest = 0.3333333333333333\n", text)
        one_student = summary(run(OWN[:1]))
        self.assertIn("\n1 student, ", one_student)
        self.assertEqual(one_student.count("\n  undefined  "), 2)

    def test_of_more_than_20_students_10_are_shown_and_above_200_they_are_in_groups(self) -> None:
        for n, shown in ((20, 20), (21, 10), (200, 10), (201, 10)):
            how = "student" if n <= 200 else "of 5 groups of students"
            text = summary(run([student(float(i), 1.0) for i in range(n)]))
            self.assertEqual(text.count("{'name': "), shown)
            self.assertEqual(f"{n - 10} more\n]" in text, n > 20)
            self.assertIn(f"\nLeft-out: each {how} is predicted by ", text)

    def test_at_most_ten_values_of_a_list_are_shown_and_text_is_escaped(self) -> None:
        def fit(self: Lowest, students: object) -> Lowest:
            lists = {"ten": range(10), "eleven": range(11)}
            self.learned = {"lowest": 1.0, "\x1b[32m": 2.0, **lists}
            return self

        text = summary(run(model=variant("Red", Lowest, fit=fit, formula="\x1b[31m")()))
        self.assertIn("Model: \\x1b[31m\n", text)
        self.assertIn("\n  \\x1b[32m = 2.0\n", text)
        self.assertIn("\n  ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n", text)
        self.assertRegex(text, r"\n  eleven = \[0, 1, .*, 8, 9, .*1 more\]\n")
        self.assertIn("\nModel: Own\n", summary(run(model=variant("Own", Lowest, formula="")())))


class Lines(unittest.TestCase):
    def test_up_to_ten_rejections_are_shown_below_their_count_of_more_ten_or_all(self) -> None:
        for count, in_full, shown, last in (
            (10, False, 10, "  line 2: name is missing"),
            (12, False, 10, "  ... and 2 more"),
            (12, True, 12, "  line 2: name is missing"),
        ):
            rejections = [Rejection(2, "name", None, "missing")] * count
            first, *lines = rejection_lines(rejections, 99, in_full)
            self.assertEqual((first, lines[-1]), (f"rejected {count} of 99 rows:", last))
            self.assertEqual(lines.count("  line 2: name is missing"), shown)
        self.assertEqual(rejection_lines([], 99), [])

    def test_a_comparison_is_right_aligned_has_six_digits_and_names_are_escaped(self) -> None:
        metrics = run().metrics
        long = metrics._replace(train_mean_absolute_error=1234567.0, skill_score=1e-9 / 3)
        header, *rows = comparison({"A": metrics, "ALonger\x1b": long}).splitlines()[-3:]
        self.assertEqual({len(header)}, {len(row.replace("\\x1b", "\x1b")) for row in rows})
        self.assertEqual(rows[0].split(), ["A", "15", "18", "0.393258"])
        self.assertEqual(rows[1].split(), ["ALonger\\x1b", "1.23457e+06", "18", "3.33333e-10"])
