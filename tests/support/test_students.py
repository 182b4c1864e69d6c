"""The types of rows, rejections as text, and the table of students."""

import copy
import pickle
import unittest
from math import inf, nan
from typing import Any

from src import DataError, Evaluator, Rejection, StudentTable
from tests.helpers import OWN, Lowest, student


class StudentTableTest(unittest.TestCase):
    def setUp(self) -> None:
        self.table = StudentTable(OWN)

    def test_a_rejection_has_a_sentence_for_each_reason_in_which_text_is_escaped(self) -> None:
        for column, value, reason, expected in (
            ("", ["x", "y"], "wrong number of fields", "wrong number of fields (extra: 'x', 'y')"),
            ("math_score", None, "missing", "math_score is missing"),
            ("math_score", "\x1b\n", "not a number", r"math_score '\x1b\n' is not a number"),
            ("study_hours", inf, "not finite", "study_hours inf is not finite"),
            ("study_hours", 0.0, "not positive", "study_hours 0.0 is not positive"),
        ):
            rejection = Rejection(4, column, value, reason)
            self.assertEqual(str(rejection), f"line 4: {expected}")
            for twin in (pickle.loads(pickle.dumps(rejection)), copy.deepcopy(rejection)):
                self.assertEqual(twin, rejection)

    def test_it_reads_as_a_sequence_of_student_dictionaries_and_has_compact_columns(self) -> None:
        self.assertEqual((len(self.table), len(StudentTable())), (3, 0))
        self.assertEqual((self.table[0], self.table[-1]), (OWN[0], OWN[2]))
        self.assertEqual((list(self.table), list(reversed(self.table))), (OWN, OWN[::-1]))
        self.assertEqual((OWN[1] in self.table, self.table.index(OWN[1])), (True, 1))
        with self.assertRaises(IndexError):
            self.table[3]
        self.assertEqual(self.table.name, ["Ada", "Ben", "Cem"])
        self.assertEqual(self.table.score_per_hour.tolist(), [11.0, 5.0, 6.0])
        self.assertEqual(self.table.score_per_hour.itemsize, 8)
        self.assertIs(StudentTable.of(self.table, at_least=3), self.table)
        with self.assertRaisesRegex(DataError, "too few students: 3, at least 4"):
            StudentTable.of(OWN, at_least=4)

    def test_it_equals_a_table_or_a_list_of_the_same_students(self) -> None:
        for same in (OWN, StudentTable(iter(OWN)), copy.deepcopy(self.table)):
            self.assertEqual(self.table, same)
        self.assertEqual(pickle.loads(pickle.dumps(self.table)), OWN)
        renamed, other = student(60.0, 10.0), student(60.0, 12.0, "Cem")
        for end in ([], [renamed], [other]):
            self.assertNotEqual(self.table, [*OWN[:2], *end])
            self.assertNotEqual(self.table, StudentTable([*OWN[:2], *end]))
        self.assertNotEqual(self.table, "three")

    def test_nothing_that_it_returns_changes_it_neither_a_student_nor_a_slice(self) -> None:
        part = self.table[1:]
        self.assertIsInstance(part, StudentTable)
        self.assertEqual((part, self.table[::-1]), (OWN[1:], OWN[::-1]))
        part.math_score[0] = self.table[0]["math_score"] = 0.0
        with self.assertRaises(TypeError):
            self.table[0] = OWN[1]  # type: ignore[index]
        # A copy to learn from has no names, and may leave out a slice.
        nameless = [{**one, "name": ""} for one in OWN]
        training = self.table.training_copy()
        self.assertEqual(training, nameless)
        training.math_score[0] = 0.0
        self.assertEqual(self.table.training_copy(slice(0, None, 2)), nameless[1:2])
        self.assertEqual(self.table, OWN)

    def test_its_repr_lists_the_dictionaries_and_of_more_than_twenty_only_ten(self) -> None:
        ada = "{'name': 'Ada', 'math_score': 11.0, 'study_hours': 1.0, 'score_per_hour': 11.0}"
        self.assertEqual(repr(self.table[:1]), f"[\n {ada}\n]")
        self.assertEqual(eval(repr(self.table)), OWN)
        self.assertEqual(repr(StudentTable()), "[]")
        self.assertEqual(len(repr(StudentTable(OWN[:1] * 20)).splitlines()), 22)
        lines = repr(StudentTable(OWN[:1] * 21)).splitlines()
        self.assertEqual((len(lines), lines[-2]), (13, " ... and 11 more"))

    def test_what_is_not_a_student_is_refused_everywhere_with_its_number(self) -> None:
        good: dict[str, Any] = {**OWN[0], "score_per_hour": -2.5}  # any that is finite
        self.assertEqual(StudentTable([OWN[0], good]), [OWN[0], good])  # type: ignore[list-item]
        fields = ("math_score", nan), ("math_score", "85"), ("score_per_hour", inf)
        hours = (("study_hours", value) for value in (-1.0, 0, inf, None))
        huge = ((key, 10**400) for key in ("math_score", "study_hours", "score_per_hour"))
        others = [{**good, key: value} for key, value in (*fields, *hours, *huge)]
        cure = r"student 2 .*; pass Preprocessor\(\).clean\(rows\).students"
        for wrong in ({"name": "Ann"}, {key: good[key] for key in [*good][1:]}, *others, 5, None):
            students: Any = [OWN[0], wrong]
            for use in (StudentTable, Lowest().fit):
                with self.assertRaisesRegex(DataError, cure):
                    use(students)
            for method in (Evaluator().evaluate, Evaluator().left_out_predictions):
                with self.assertRaisesRegex(DataError, cure):
                    method(Lowest(), students)
