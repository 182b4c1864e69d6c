"""Exercise 5: compute the largest error.

The Evaluator computes the mean of the errors. A mean can hide one prediction that is very wrong.
Give an Evaluator a metric of its own.

Complete both methods.

- `largest_error` takes true and predicted scores in the same order and returns the largest
  |true - predicted|. `zip(y_true, y_pred, strict=True)` makes the pairs, and raises an error if
  there are more scores of one kind than of the other.
- `left_out_largest_error` returns the largest error of predictions by models that have not seen the
  student. `self.left_out_predictions(model, students)` makes these predictions, one for each
  student, by cross-validation. Compare them with the students' true scores: a student is a
  dictionary with the key `math_score`.

Run the tests below with `python -m unittest tests.exercises.exercise_5`. README.md, in this folder,
says how to do the exercise in a notebook.
"""

import unittest
from collections.abc import Collection, Sequence

from src import Evaluator, MeanScoreBaseline, Regressor, Student
from tests.helpers import student


class LargestErrorEvaluator(Evaluator):
    """An Evaluator that can also compute the largest error."""

    def largest_error(self, y_true: Collection[float], y_pred: Collection[float]) -> float:
        return self.mean_absolute_error(y_true, y_pred)  # change this line

    def left_out_largest_error(self, model: Regressor, students: Sequence[Student]) -> float:
        return 0.0  # change this line


class TestLargestErrorEvaluator(unittest.TestCase):
    def setUp(self) -> None:
        self.evaluator = LargestErrorEvaluator()

    def test_the_largest_error_counts_and_not_the_mean(self) -> None:
        message = "the errors are 10, 30 and 5, so the largest one is 30"
        largest = self.evaluator.largest_error([50.0, 60.0, 70.0], [60.0, 90.0, 75.0])
        self.assertEqual(largest, 30.0, message)

    def test_a_prediction_that_is_too_low_is_as_wrong_as_one_that_is_too_high(self) -> None:
        message = "the errors are 40 and 10: the sign does not count, see abs()"
        self.assertEqual(self.evaluator.largest_error([50.0, 60.0], [10.0, 70.0]), 40.0, message)

    def test_two_true_scores_and_one_prediction_are_an_error(self) -> None:
        message = "two true scores and one prediction must raise a ValueError"
        with self.assertRaises(ValueError, msg=message):
            self.evaluator.largest_error([50.0, 60.0], [50.0])

    def test_a_left_out_error_is_that_of_a_model_that_has_not_seen_the_student(self) -> None:
        students = [student(10.0, 5.0), student(40.0, 5.0), student(100.0, 5.0)]
        message = (
            "the mean score of the two other students is 70, 55 and 25, for true scores of 10, "
            "40 and 100: the left-out errors are 60, 15 and 75"
        )
        largest = self.evaluator.left_out_largest_error(MeanScoreBaseline(), students)
        self.assertEqual(largest, 75.0, message)
