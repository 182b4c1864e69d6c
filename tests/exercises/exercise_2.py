"""Exercise 2: refuse a name that came before.

The rules of a Preprocessor look at one row at a time. This rule compares rows, so it needs a
memory: the names of the students so far.

Complete both methods.

- `clean` is called once for all rows. Give the object an empty memory there, such as a set:
  `self.names = set()`.
- `rejection` is called for each row and returns a Rejection, or None for a student. Ask the other
  rules first: `super().rejection(row)`. If they accept the row and its name is in the memory,
  return `Rejection(row["line"], "name", row["name"], "a repeated name")`. Otherwise, add the name
  of an accepted row to the memory.

The name "" means that a file has no names. It is never refused.

Run the tests below with `python -m unittest tests.exercises.exercise_2`. README.md, in this folder,
says how to do the exercise in a notebook.
"""

import unittest
from collections.abc import Iterable, Mapping
from typing import Any

from src import Cleaned, Preprocessor, RawStudent, Rejection


class FirstOfEachName(Preprocessor):
    """Also rejects a student whose name is that of an earlier student."""

    def clean(self, raw_rows: Iterable[Mapping[str, Any]]) -> Cleaned:
        # Your line goes here.
        return super().clean(raw_rows)

    def rejection(self, row: RawStudent) -> Rejection | None:
        return super().rejection(row)  # change this line


class TestFirstOfEachName(unittest.TestCase):
    def setUp(self) -> None:
        self.preprocessor = FirstOfEachName()

    def rejections(self, *rows: tuple[str, float | None]) -> str:
        """Return the rejections of rows with these names and scores, a line each."""
        students = [{"name": name, "math_score": score, "study_hours": 9} for name, score in rows]
        return "\n".join(map(str, self.preprocessor.clean(students).rejections))

    def test_the_second_row_of_a_name_is_rejected(self) -> None:
        message = "row 3 repeats the name Ann: rejection must return a Rejection for it alone"
        expected = "line 3: name 'Ann' is a repeated name"
        self.assertEqual(self.rejections(("Ann", 80), ("Ben", 60), ("Ann", 70)), expected, message)

    def test_the_memory_is_empty_at_the_beginning_of_each_clean(self) -> None:
        self.rejections(("Ann", 80))
        message = "this is the first Ann of a second clean: clean must begin with an empty memory"
        self.assertEqual(self.rejections(("Ann", 80)), "", message)

    def test_rows_without_a_name_are_accepted(self) -> None:
        message = 'the name "" means that there are no names: it must not be refused'
        self.assertEqual(self.rejections(("", 80), ("", 60)), "", message)

    def test_only_the_names_of_accepted_rows_are_remembered(self) -> None:
        message = "the first Ann has no score and is no student, so the second one is accepted"
        expected = "line 1: math_score is missing"
        self.assertEqual(self.rejections(("Ann", None), ("Ann", 70)), expected, message)
