"""The rejection, said to a human."""

import copy
import pickle
import unittest

from src import Rejection


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
