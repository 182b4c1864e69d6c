"""Exercise 6: predict the score of the nearest student.

Write a model of a new kind. It learns no rate and no line: it remembers the hours and the score of
every student, and for new hours it predicts the score of the student whose hours are nearest. If
two students are equally near, the earlier one counts.

Complete both methods.

- `fit` stores two lists in `self.learned`, of numbers in the order of the students. A model can
  have no other attribute, because only `learned` is saved. Import StudentTable from `src`, too:
  `table = StudentTable.of(students)` has the columns `table.study_hours` and `table.math_score`,
  which can be stored as they are.
- `predict` finds the nearest hours in one list and returns the score at the same position in the
  other. `min(range(n), key=...)` returns the first position with the smallest distance.

Run the tests below with `python -m unittest tests.exercises.exercise_6`. README.md, in this folder,
says how to do the exercise in a notebook.

The last test shows overfitting: on data/raw/scores.csv, the error is 0 on the students that the
model was fitted on, because each is nearest to itself, but not on students that it has not seen.
"""

import unittest
from collections.abc import Iterable

from src import DataLoader, Regressor, Student, TrainingPipeline
from tests.helpers import SAMPLE, student


class NearestStudent(Regressor):
    """Predicts the score of the student with the nearest hours."""

    def fit(self, students: Iterable[Student]) -> "NearestStudent":
        self.learned = {"hours": [], "scores": []}  # change this line
        return self

    def predict(self, study_hours: float) -> float:
        return 0.0  # change this line


class TestNearestStudent(unittest.TestCase):
    def setUp(self) -> None:
        self.model = NearestStudent()

    def test_the_score_of_the_nearest_student_is_predicted(self) -> None:
        self.model.fit([student(80.0, 10.0), student(50.0, 4.0), student(60.0, 5.0)])
        for hours, score in ((1.0, 50.0), (4.2, 50.0), (4.8, 60.0), (10.0, 80.0), (99.0, 80.0)):
            message = f"10, 4, 5 hours: nearest to {hours:g} is the student with {score:g} points"
            self.assertEqual(self.model.predict(hours), score, message)

    def test_of_two_equally_near_students_the_earlier_one_counts(self) -> None:
        self.model.fit([student(80.0, 10.0), student(50.0, 4.0), student(70.0, 10.0)])
        message = "the hours are 10, 4 and 10: the first student, with 80 points, counts"
        self.assertEqual(self.model.predict(7.0), 80.0, message)
        self.assertEqual(self.model.predict(10.0), 80.0, message)

    def test_a_second_fit_forgets_the_first(self) -> None:
        self.model.fit([student(80.0, 10.0)])
        self.model.fit([student(50.0, 4.0)])
        message = "after a second fit, on one student with 50 points, only this one counts"
        self.assertEqual(self.model.predict(10.0), 50.0, message)

    def test_fit_returns_the_model(self) -> None:
        model = self.model.fit([student(80.0, 10.0)])
        self.assertIs(model, self.model, "fit must end with: return self")

    def test_it_overfits(self) -> None:
        columns = {"math_score": "Scores", "study_hours": "Hours"}
        loader = DataLoader(SAMPLE.with_name("scores.csv"), columns=columns)
        metrics = TrainingPipeline(loader, model=self.model, artifacts_dir=None).run().metrics
        message = "no two students have equal hours, so each student is nearest to itself"
        self.assertEqual(metrics.train_mean_absolute_error, 0.0, message)
        message = "predicted from the nearest other student, the mean error is 4.04"
        self.assertAlmostEqual(metrics.left_out_mean_absolute_error, 4.04, 2, message)
