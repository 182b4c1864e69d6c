"""Exercise 1: cap the predictions at 0 and 100.

Nobody gets more than 100 points in a test, or fewer than 0. StudyModel does not know this: for
Charlie's 12 hours it predicts 144 points.

Complete `predict`: it returns what StudyModel predicts, but 100 for a higher score, and 0 for a
lower one. `super().predict(study_hours)` is StudyModel's prediction; min() and max() can cap it.

Run the tests below with `python -m unittest tests.exercises.exercise_1`. README.md, in this folder,
says how to do the exercise in a notebook.
"""

import unittest

from src import StudyModel
from tests.helpers import student


class CappedModel(StudyModel):
    """A StudyModel that predicts scores from 0 to 100 only."""

    def predict(self, study_hours: float) -> float:
        return super().predict(study_hours)  # change this line


class TestCappedModel(unittest.TestCase):
    def setUp(self) -> None:
        self.model = CappedModel()

    def test_a_score_above_100_becomes_100(self) -> None:
        self.model.fit([student(50.0, 5.0), student(80.0, 8.0)])
        message = "10 points per hour are 120 points in 12 hours, so predict must return 100"
        self.assertEqual(self.model.predict(12.0), 100.0, message)

    def test_a_score_below_0_becomes_0(self) -> None:
        self.model.fit([student(-10.0, 5.0)])
        message = "-2 points per hour are -8 points in 4 hours, so predict must return 0"
        self.assertEqual(self.model.predict(4.0), 0.0, message)

    def test_a_score_between_0_and_100_stays(self) -> None:
        self.model.fit([student(50.0, 5.0), student(80.0, 8.0)])
        message = "10 points per hour are 60 points in 6 hours, and 60 needs no cap"
        self.assertEqual(self.model.predict(6.0), 60.0, message)
