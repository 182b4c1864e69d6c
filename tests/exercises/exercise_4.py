"""Exercise 4: learn the median.

StudyModel learns the mean of all score_per_hour. One student with an extreme value, an outlier,
changes the mean a lot and the median hardly at all. The median is the value in the middle of the
sorted values; of an even number of values it is the mean of the two in the middle.

Complete `fit`: it learns the median of score_per_hour in place of the mean.

- Add `import statistics` to the imports, and StudentTable to those from `src`.
- `table = StudentTable.of(students)` has the column `table.score_per_hour`, and
  `statistics.median` computes its median.
- A model keeps what it has learned in one dictionary. `predict`, which is inherited, reads
  `self.learned["average_score_per_hour"]`. Assign the whole dictionary:
  `self.learned = {"average_score_per_hour": ...}`. The name stays, because `predict` reads it; the
  other numbers that StudyModel keeps are not needed.
- `fit` returns `self`.

Run the tests below with `python -m unittest tests.exercises.exercise_4`. README.md, in this folder,
says how to do the exercise in a notebook.
"""

import unittest
from collections.abc import Iterable

from src import Student, StudyModel
from tests.helpers import student


class MedianModel(StudyModel):
    """A StudyModel that learns the median score per hour."""

    def fit(self, students: Iterable[Student]) -> StudyModel:
        return super().fit(students)  # change this line


# Students who get 7, 30 and 8 points per hour; the mean is 15.
THREE = [student(70.0, 10.0), student(30.0, 1.0), student(80.0, 10.0)]


class TestMedianModel(unittest.TestCase):
    def setUp(self) -> None:
        self.model = MedianModel()

    def test_of_three_values_the_one_in_the_middle_is_learned(self) -> None:
        self.model.fit(THREE)
        message = "the median of 7, 30 and 8 is 8 points per hour, and the mean is 15"
        self.assertEqual(self.model.predict(1.0), 8.0, message)

    def test_of_four_values_the_mean_of_the_two_in_the_middle_is_learned(self) -> None:
        self.model.fit([*THREE, student(20.0, 2.0)])
        message = "the median of 7, 30, 8 and 10 is 9, the mean of 8 and 10"
        self.assertEqual(self.model.predict(1.0), 9.0, message)

    def test_a_second_fit_forgets_the_first(self) -> None:
        self.model.fit(THREE)
        self.model.fit([student(60.0, 10.0)])
        message = "after a second fit, on one student with 6 points per hour, only 6 counts"
        self.assertEqual(self.model.predict(1.0), 6.0, message)

    def test_fit_returns_the_model(self) -> None:
        self.assertIs(self.model.fit(THREE), self.model, "fit must end with: return self")
