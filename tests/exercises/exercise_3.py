"""Exercise 3: find the three worst predictions.

`TrainingPipeline(artifacts_dir=None).run()` returns a TrainingResult. Its method `predictions()`
returns a list of dictionaries, one for each student:

    {"name": "Alice", "math_score": 85.0, "study_hours": 10.0, "score_per_hour": 8.5,
     "predicted_score": 120.0, "left_out_score": 137.5}

The left-out score is predicted by a model that has not seen the student. The left-out error is the
difference between it and `math_score`, without the sign: abs() removes it.

Complete `three_worst`: it returns the three dictionaries with the largest left-out errors, the
largest one first. A `left_out_score` can be None, if the model could not predict it; such a student
is not in the list. sorted() with `key` and `reverse=True` orders the others, and the slice `[:3]`
keeps three.

Run the tests below with `python -m unittest tests.exercises.exercise_3`. README.md, in this folder,
says how to do the exercise in a notebook.
"""

import unittest
from types import SimpleNamespace
from typing import Any

from src import MeanScoreBaseline, TrainingPipeline, TrainingResult


def three_worst(result: TrainingResult) -> list[dict[str, Any]]:
    """Return the three predictions with the largest left-out errors, the largest first."""
    return result.predictions()  # change this line


class TestThreeWorst(unittest.TestCase):
    def worst(self, **left_out_scores: float | None) -> str:
        """Return the worst three names if all have 50 points and these left-out scores."""
        rows = [
            {"name": name, "math_score": 50.0, "predicted_score": 50.0, "left_out_score": score}
            for name, score in left_out_scores.items()
        ]
        result: Any = SimpleNamespace(predictions=lambda: rows)
        return ", ".join(row["name"] for row in three_worst(result))

    def test_the_three_largest_left_out_errors_come_first(self) -> None:
        message = "the left-out errors of Ann, Ben, Cem and Dia are 5, 30, 20 and 40"
        worst = self.worst(Ann=55.0, Ben=20.0, Cem=70.0, Dia=90.0)
        self.assertEqual(worst, "Dia, Ben, Cem", message)

    def test_a_student_without_a_left_out_score_is_not_in_the_list(self) -> None:
        message = "Ann's left_out_score is None, so only Ben and Cem can be in the list"
        self.assertEqual(self.worst(Ann=None, Ben=55.0, Cem=70.0), "Cem, Ben", message)

    def test_a_left_out_score_of_zero_is_a_score(self) -> None:
        message = "Ann's left_out_score is 0.0, an error of 50; only None means that there is none"
        self.assertEqual(self.worst(Ann=0.0, Ben=55.0, Cem=70.0), "Ann, Cem, Ben", message)

    def test_it_works_on_a_real_result(self) -> None:
        scores = {"Ann": 50, "Ben": 10, "Cem": 60, "Dia": 100, "Eva": 70}
        rows = [
            {"name": name, "math_score": score, "study_hours": 5} for name, score in scores.items()
        ]
        result = TrainingPipeline(rows, model=MeanScoreBaseline(), artifacts_dir=None).run()
        message = "farthest from the mean score of the other four are Ben, Dia and Eva"
        worst = ", ".join(row["name"] for row in three_worst(result))
        self.assertEqual(worst, "Ben, Dia, Eva", message)
