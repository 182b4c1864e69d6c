"""Rows of any kind as raw students; what they mean is tested with the Preprocessor."""

import unittest
from itertools import repeat
from typing import Any

from src import DataLoader
from src.reading.memory import raw_students


class RawStudents(unittest.TestCase):
    def test_each_row_gets_a_line_a_name_a_score_and_hours(self) -> None:
        nan = float("nan")
        rows: list[Any] = [
            {"line": 7, "name": " Ann ", "math_score": 85, "study_hours": "10", "x": 1},
            {"name": " ", "math_score": nan, "study_hours": "1,5", None: ["a", " "]},
        ]
        expected = [
            {"line": 7, "name": "Ann", "math_score": 85.0, "study_hours": 10.0},
            {"line": 2, "name": None, "math_score": None, "study_hours": "1,5", "extra": ["a"]},
        ]
        self.assertEqual(list(raw_students(rows)), expected)

    def test_rows_are_taken_one_at_a_time(self) -> None:
        row = next(raw_students(repeat({"math_score": 1, "study_hours": 2})))  # without end
        self.assertEqual(row, {"line": 1, "name": "", "math_score": 1.0, "study_hours": 2.0})

    def test_those_of_a_loader_stay_as_they_were_read(self) -> None:
        self.assertEqual(list(raw_students(DataLoader())), DataLoader().load())
