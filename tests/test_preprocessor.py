"""Preprocessor: each row is a student or a rejection, with the first reason that holds."""

import copy
import math
import pickle
import unittest
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product
from typing import Any

from src import Cleaned, DataError, DataLoader, Preprocessor, RawStudent
from tests.support import THREE

NAN, INF = math.nan, math.inf


def clean(*rows: dict[str, Any]) -> Cleaned:
    return Preprocessor().clean(rows)


def row(score: Any, hours: Any, name: Any = "Ann", **more: Any) -> dict[str, Any]:
    return {"line": 7, "name": name, "math_score": score, "study_hours": hours, **more}


class RowsBecomeStudents(unittest.TestCase):
    def test_the_samples_three_students_get_their_score_per_hour(self) -> None:
        rows = [{k: s[k] for k in ("name", "math_score", "study_hours")} for s in THREE]
        self.assertEqual(clean(*rows), (THREE, []))

    def test_a_score_of_zero_and_a_score_below_zero_are_scores(self) -> None:
        self.assertEqual(
            [s["score_per_hour"] for s in clean(row(0.0, 2.0), row(-3.0, 2.0))[0]], [0.0, -1.5]
        )

    def test_duplicates_stay(self) -> None:
        self.assertEqual(len(clean(row(1.0, 1.0), row(1.0, 1.0)).students), 2)

    def test_a_file_without_names_has_students_without_names(self) -> None:
        self.assertEqual(clean(row(1.0, 1.0, "")).students[0]["name"], "")

    def test_any_real_number_becomes_a_float(self) -> None:
        students, rejections = clean(row(85, 10), row(Fraction(1, 2), 1.0))
        self.assertEqual(rejections, [])
        self.assertEqual(list(map(repr, students.math_score)), ["85.0", "0.5"])

    def test_a_name_of_another_type_becomes_text(self) -> None:
        self.assertEqual(clean(row(1.0, 1.0, 17)).students[0]["name"], "17")

    def test_rows_are_not_changed(self) -> None:
        rows = [row(85, 10), row(None, 1.0), row("x", NAN, extra=["y"])]
        before = copy.deepcopy(rows[:2])
        clean(*rows)
        self.assertEqual(rows[:2], before)


class RowsAreRejected(unittest.TestCase):
    def test_the_first_reason_that_holds_counts(self) -> None:
        for given, expected in (
            (row(None, "x", extra=["y"]), "line 7: wrong number of fields (extra: 'y')"),
            (row(None, "x", None), "line 7: name is missing"),
            (row(None, "x"), "line 7: math_score is missing"),
            (row("x", None), "line 7: study_hours is missing"),
            (row("x", "y"), "line 7: math_score 'x' is not a number"),
            (row(INF, "y"), "line 7: study_hours 'y' is not a number"),
            (row(INF, -INF), "line 7: math_score inf is not finite"),
            (row(1.0, -INF), "line 7: study_hours -inf is not finite"),
            (row(1.0, 0.0), "line 7: study_hours 0.0 is not positive"),
            (row(1.0, -0.0), "line 7: study_hours -0.0 is not positive"),
            (row(1.0, -2), "line 7: study_hours -2.0 is not positive"),
            (row(1e308, 1e-10), "line 7: score_per_hour inf is not finite"),
            (row(-1e308, 1e-10), "line 7: score_per_hour -inf is not finite"),
        ):
            with self.subTest(expected):
                students, rejections = clean(given)
                self.assertEqual(list(map(str, rejections)), [expected])
                self.assertEqual(len(students), 0)

    def test_every_combination_of_cells_is_judged_as_the_table_of_reasons_says(self) -> None:
        cells = [85.0, -3.0, 0.0, 5e-324, 1e308, INF, None, "x"]
        for extra, name, score, hours in product([None, ["a"]], ["A", "", None], cells, cells):
            numbers = {"math_score": score, "study_hours": hours}
            reasons = [
                *([("", "wrong number of fields")] if extra else []),
                *([("name", "missing")] if name is None else []),
                *((column, "missing") for column, cell in numbers.items() if cell is None),
                *((column, "not a number") for column, cell in numbers.items() if cell == "x"),
                *((column, "not finite") for column, cell in numbers.items() if cell == INF),
            ]
            if not reasons and hours <= 0:
                reasons = [("study_hours", "not positive")]
            if not reasons and abs(score / hours) == INF:
                reasons = [("score_per_hour", "not finite")]
            students, rejections = clean(
                row(score, hours, name, **({"extra": extra} if extra else {}))
            )
            with self.subTest(name=name, score=score, hours=hours, extra=extra):
                self.assertEqual(len(students) + len(rejections), 1)
                found = [(rejection.column, rejection.reason) for rejection in rejections]
                self.assertEqual(found, reasons[:1])

    def test_the_rejection_holds_line_column_value_and_reason(self) -> None:
        self.assertEqual(clean(row("x", 1.0)).rejections, [(7, "math_score", "x", "not a number")])
        self.assertEqual(clean(row(None, 1.0)).rejections, [(7, "math_score", None, "missing")])
        self.assertEqual(
            clean(row(1.0, 1.0, extra=["a"])).rejections, [(7, "", ["a"], "wrong number of fields")]
        )

    def test_a_row_without_a_line_is_counted_from_one(self) -> None:
        rows = [{"name": "Ann", "math_score": 1, "study_hours": 1}, {"name": "Ben"}, {}]
        self.assertEqual([r.line for r in clean(*rows).rejections], [2, 3])

    def test_nan_none_and_an_absent_key_are_missing(self) -> None:
        class NotAvailable:
            """Like pandas.NA: its comparisons have no truth value."""

            def __ne__(self, other: object) -> Any:
                return self

            def __bool__(self) -> bool:
                raise TypeError

            __hash__ = None  # type: ignore[assignment]

        for missing in (None, NAN, NotAvailable()):
            self.assertEqual(clean(row(missing, 1.0)).rejections[0].reason, "missing")
            self.assertEqual(clean(row(1.0, 1.0, missing)).rejections[0].column, "name")
        self.assertEqual(clean({"name": "Ann"}).rejections[0][1:], ("math_score", None, "missing"))

    def test_rows_of_a_data_frame_have_nan_where_others_have_extra_cells(self) -> None:
        students, rejections = clean(row(1.0, 1.0, extra=NAN), row(1.0, 1.0, extra=["a"]))
        self.assertEqual((len(students), rejections[0].reason), (1, "wrong number of fields"))

    def test_a_comparison_need_not_give_a_bool(self) -> None:
        class NumpyInteger:
            """Like numpy.int64: equal to itself, said in a type of its own."""

            def __ne__(self, other: object) -> Any:
                return 0

            def __str__(self) -> str:
                return "17"

            __hash__ = None  # type: ignore[assignment]

        self.assertEqual(clean(row(1.0, 1.0, NumpyInteger())).students[0]["name"], "17")

    def test_a_blank_name_is_missing(self) -> None:
        self.assertEqual(clean(row(1.0, 1.0, "  ")).rejections[0][1:], ("name", None, "missing"))

    def test_a_bool_or_a_text_is_not_a_number(self) -> None:
        for value in (True, "85", "", 1 + 2j, [1.0]):
            self.assertEqual(clean(row(value, 1.0)).rejections[0].reason, "not a number")

    def test_an_int_that_no_float_holds_is_not_finite(self) -> None:
        self.assertEqual(clean(row(10**400, 1.0)).rejections[0][2:], (INF, "not finite"))
        self.assertEqual(clean(row(-(10**400), 1.0)).rejections[0][2:], (-INF, "not finite"))

    def test_what_is_no_row_at_all_is_refused_with_the_way_out(self) -> None:
        for rows in ("students.csv", [("Ann", 85, 10)], [None]):
            with self.assertRaisesRegex(DataError, "row 1 is a .*, not a dictionary; for a file"):
                Preprocessor().clean(rows)  # type: ignore[arg-type]

    def test_every_row_is_a_student_or_a_rejection_in_the_order_of_the_rows(self) -> None:
        rows = [{**row(1.0, i % 3, f"n{i}"), "line": i} for i in range(30)]
        students, rejections = clean(*rows)
        self.assertEqual([s["name"] for s in students], [f"n{i}" for i in range(30) if i % 3])
        self.assertEqual([r.line for r in rejections], list(range(0, 30, 3)))

    def test_a_subclass_of_the_loader_is_heard(self) -> None:
        class FirstOnly(DataLoader):
            def __iter__(self) -> Iterator[RawStudent]:
                return islice(super().__iter__(), 1)

        self.assertEqual(Preprocessor().clean(FirstOnly()).students, THREE[:1])


class WhatCleanReturns(unittest.TestCase):
    def test_its_repr_is_two_counts(self) -> None:
        self.assertEqual(repr(clean(row(1.0, 1.0), {}, {})), "Cleaned(1 students, 2 rejections)")

    def test_it_survives_pickle_and_copy(self) -> None:
        cleaned = clean(row(1.0, 1.0), {})
        self.assertEqual(pickle.loads(pickle.dumps(cleaned)), cleaned)
        self.assertEqual(copy.deepcopy(cleaned), cleaned)
        self.assertIsInstance(copy.copy(Preprocessor()), Preprocessor)
