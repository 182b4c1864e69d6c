"""The types of rows, rejections as text, and the table of students."""

import copy
import math
import pickle
import unittest
from collections.abc import Iterator

from src import DataError, Evaluator, Rejection, Student, StudentTable, StudyModel
from tests.support import THREE, student


class RejectionText(unittest.TestCase):
    def test_each_reason_has_its_sentence(self) -> None:
        for rejection, expected in (
            (
                Rejection(4, "", ["x", "y"], "wrong number of fields"),
                "line 4: wrong number of fields (extra: 'x', 'y')",
            ),
            (Rejection(5, "math_score", None, "missing"), "line 5: math_score is missing"),
            (
                Rejection(7, "math_score", "abc", "not a number"),
                "line 7: math_score 'abc' is not a number",
            ),
            (
                Rejection(8, "study_hours", float("inf"), "not finite"),
                "line 8: study_hours inf is not finite",
            ),
            (
                Rejection(9, "study_hours", 0.0, "not positive"),
                "line 9: study_hours 0.0 is not positive",
            ),
            (
                Rejection(9, "score_per_hour", float("inf"), "not finite"),
                "line 9: score_per_hour inf is not finite",
            ),
        ):
            self.assertEqual(str(rejection), expected)

    def test_what_a_file_said_is_escaped(self) -> None:
        text = str(Rejection(2, "math_score", "\x1b[31m\u202e\n", "not a number"))
        self.assertEqual(text, r"line 2: math_score '\x1b[31m\u202e\n' is not a number")

    def test_it_survives_pickle_and_copy(self) -> None:
        rejection = Rejection(5, "math_score", None, "missing")
        self.assertEqual(pickle.loads(pickle.dumps(rejection)), rejection)
        self.assertEqual(copy.deepcopy(rejection), rejection)


class StudentTableTest(unittest.TestCase):
    def setUp(self) -> None:
        self.table = StudentTable(THREE)

    def test_it_reads_as_a_sequence_of_student_dictionaries(self) -> None:
        self.assertEqual(len(self.table), 3)
        self.assertEqual(self.table[0], THREE[0])
        self.assertEqual(self.table[-1], THREE[2])
        self.assertEqual(list(self.table), THREE)
        self.assertEqual(list(reversed(self.table)), THREE[::-1])
        self.assertIn(THREE[1], self.table)
        self.assertEqual(self.table.index(THREE[1]), 1)
        with self.assertRaises(IndexError):
            self.table[3]

    def test_a_slice_is_a_table(self) -> None:
        self.assertIsInstance(self.table[1:], StudentTable)
        self.assertEqual(self.table[1:], THREE[1:])
        self.assertEqual(self.table[::-1], THREE[::-1])

    def test_it_equals_a_table_or_a_list_of_the_same_students(self) -> None:
        self.assertEqual(self.table, THREE)
        self.assertEqual(self.table, StudentTable(iter(THREE)))
        self.assertNotEqual(self.table, THREE[:2])
        self.assertNotEqual(self.table, StudentTable(THREE[:2]))
        self.assertNotEqual(self.table, "three students")

    def test_its_columns_are_compact_arrays_in_the_order_of_the_students(self) -> None:
        self.assertEqual(self.table.name, ["Alice", "Bob", "Charlie"])
        self.assertEqual(self.table.math_score.tolist(), [85.0, 60.0, 90.0])
        self.assertEqual(self.table.study_hours.tolist(), [10.0, 3.0, 12.0])
        self.assertEqual(self.table.score_per_hour.tolist(), [8.5, 20.0, 7.5])
        self.assertEqual(self.table.score_per_hour.itemsize, 8)

    def test_it_cannot_be_changed_through_its_students(self) -> None:
        self.table[0]["math_score"] = 0.0
        self.assertEqual(self.table, THREE)
        with self.assertRaises(TypeError):
            self.table[0] = THREE[1]  # type: ignore[index]

    def test_its_repr_is_the_list_of_dictionaries_one_a_line(self) -> None:
        alice = "{'name': 'Alice', 'math_score': 85.0, 'study_hours': 10.0, 'score_per_hour': 8.5}"
        self.assertEqual(repr(self.table[:1]), f"[\n {alice}\n]")
        self.assertEqual(eval(repr(self.table)), THREE)
        self.assertEqual(repr(StudentTable()), "[]")

    def test_of_more_than_twenty_students_the_repr_shows_ten_and_how_many_more(self) -> None:
        self.assertEqual(len(repr(StudentTable([student(1, 1)] * 20)).splitlines()), 22)
        lines = repr(StudentTable([student(1, 1)] * 21)).splitlines()
        self.assertEqual((len(lines), lines[-2]), (13, " ... and 11 more"))

    def test_what_is_not_a_student_is_refused_with_its_number(self) -> None:
        good = student(1, 1)
        for wrong, message in (
            ({"name": "Ann"}, "has no 'math_score'"),
            ({key: good[key] for key in list(good)[1:]}, "has no 'name'"),  # type: ignore[literal-required]
            ({**good, "math_score": "85"}, "has math_score '85'"),
            ({**good, "math_score": 10**400}, "has math_score 1000"),
            ({**good, "score_per_hour": math.inf}, "has score_per_hour inf"),
            ({**good, "score_per_hour": 1.0001}, "has score_per_hour 1.0001"),
            ({**good, "study_hours": -1.0}, "has study_hours -1.0"),
            ({**good, "study_hours": math.inf, "score_per_hour": 0.0}, "has study_hours inf"),
            ({**good, "study_hours": 0}, "has study_hours 0"),
            (5, "is a int, not a dictionary"),
        ):
            with self.assertRaisesRegex(
                DataError,
                f"student 2 {message}.*; pass Preprocessor\\(\\).clean\\(rows\\).students",
            ):
                StudentTable([good, wrong])  # type: ignore[list-item]

    def test_hours_that_are_not_positive_are_a_data_error_everywhere(self) -> None:
        students = [*THREE, {**THREE[0], "study_hours": -1.0}]
        model = StudyModel().fit(THREE)
        for use in (
            lambda: StudyModel().fit(students),  # type: ignore[arg-type]
            lambda: model.leverages(students),  # type: ignore[arg-type]
            lambda: Evaluator().evaluate(model, students),  # type: ignore[arg-type]
            lambda: Evaluator().left_out_predictions(model, students),  # type: ignore[arg-type]
        ):
            with self.assertRaisesRegex(DataError, "student 4 has study_hours -1.0"):
                use()

    def test_a_key_error_of_the_callers_own_comes_out_as_it_is(self) -> None:
        def broken() -> Iterator[Student]:
            yield THREE[0]
            raise KeyError("theirs")

        with self.assertRaisesRegex(KeyError, "theirs"):
            StudentTable(broken())

    def test_an_attribute_of_ones_own_does_not_hinder(self) -> None:
        self.table.school = "North"  # type: ignore[attr-defined]
        self.assertEqual(self.table[1:], THREE[1:])
        self.assertEqual(self.table, StudentTable(THREE))
        self.assertIn("Bob", repr(self.table))

    def test_students_can_be_taken_by_index_or_left_out_by_slice(self) -> None:
        self.assertEqual(self.table.take([2, 0, 0]), [THREE[2], THREE[0], THREE[0]])
        self.assertEqual(self.table.without(slice(0, None, 2)), [THREE[1]])
        self.assertEqual(self.table, THREE)

    def test_of_returns_a_table_as_it_is(self) -> None:
        self.assertIs(StudentTable.of(self.table), self.table)
        self.assertEqual(StudentTable.of(THREE), self.table)

    def test_it_survives_pickle_and_copy(self) -> None:
        for twin in (pickle.loads(pickle.dumps(self.table)), copy.deepcopy(self.table)):
            self.assertEqual(twin, self.table)
