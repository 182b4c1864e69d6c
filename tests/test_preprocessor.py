"""Preprocessor: each row is a student or a rejection, with the first reason that holds."""

import copy
import csv
import io
import math
import pickle
import unittest
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from pathlib import Path
from typing import Any
from unittest.mock import patch

from src import Cleaned, DataError, DataLoader, Preprocessor, RawStudent, Rejection
from tests.support import HEADER, THREE

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

    def test_rows_without_the_key_name_or_with_an_empty_one_have_no_names(self) -> None:
        rows = [{"math_score": 1, "study_hours": 1}, row(1.0, 1.0, "")]
        students, rejections = clean(*rows)
        self.assertEqual(([s["name"] for s in students], rejections), (["", ""], []))

    def test_a_name_is_stripped_of_blanks(self) -> None:
        self.assertEqual(clean(row(1.0, 1.0, " Ann\t")).students[0]["name"], "Ann")

    def test_the_columns_line_and_extra_of_a_dict_reader_are_like_any_other(self) -> None:
        text = "line,extra,math_score,study_hours\nA,yes,80,8\nB,no,x,1\n"
        students, rejections = Preprocessor().clean(csv.DictReader(io.StringIO(text)))
        self.assertEqual([*students.math_score], [80.0])
        self.assertEqual(str(rejections[0]), "line 2: math_score 'x' is not a number")

    def test_every_row_is_a_student_or_a_rejection_whatever_a_rule_returns_for_no(self) -> None:
        class Lax(Preprocessor):
            def rejection(self, *row: Any) -> Any:
                return False if row[3] == 1.0 else super().rejection(*row)

        students, rejections = Lax().clean([row(1.0, 1.0), row(1.0, 2.0), row(1.0, 0.0)])
        self.assertEqual((len(students), len(rejections)), (2, 1))

    def test_any_real_number_becomes_a_float(self) -> None:
        students, rejections = clean(row(85, 10), row(Fraction(1, 2), 1.0))
        self.assertEqual(rejections, [])
        self.assertEqual(list(map(repr, students.math_score)), ["85.0", "0.5"])

    def test_a_text_without_a_line_is_read_as_the_loader_reads_a_cell(self) -> None:
        rows = csv.DictReader(io.StringIO(HEADER + "Ann, 85 ,1e1\nBen,NA,1\nCem,1_0,1\n"))
        students, rejections = Preprocessor().clean(rows)
        self.assertEqual((students[0]["math_score"], students[0]["study_hours"]), (85.0, 10.0))
        self.assertEqual(
            list(map(str, rejections)),
            ["line 2: math_score is missing", "line 3: math_score '1_0' is not a number"],
        )

    def test_surplus_cells_of_a_dict_reader_are_extra(self) -> None:
        rows = csv.DictReader(io.StringIO(HEADER + "Ann,1,1,x, \nBen,1,1, \n"))
        students, rejections = Preprocessor().clean(rows)
        self.assertEqual([s["name"] for s in students], ["Ben"])
        self.assertEqual(str(rejections[0]), "line 1: wrong number of fields (extra: 'x')")

    def test_rows_that_were_read_with_a_decimal_comma_are_not_read_again_with_a_point(self) -> None:
        raw = [row("1.5", 2.0), {"name": "Ann", "math_score": "1.5", "study_hours": 2.0}]
        students, rejections = clean(*raw)
        self.assertEqual(len(students), 1)
        self.assertEqual(str(rejections[0]), "line 7: math_score '1.5' is not a number")

    def test_decimals_and_fractions_are_numbers(self) -> None:
        students, rejections = clean(
            row(Decimal("2.5"), Fraction(1, 2)), row(Decimal("NaN"), 1), row(Decimal("sNaN"), 1)
        )
        self.assertEqual((students[0]["math_score"], students[0]["study_hours"]), (2.5, 0.5))
        self.assertEqual([one.reason for one in rejections], ["missing", "missing"])

    def test_a_name_of_another_type_becomes_text(self) -> None:
        self.assertEqual(clean(row(1.0, 1.0, 17)).students[0]["name"], "17")
        for name in (NAN, Decimal("NaN"), Decimal("sNaN")):
            self.assertEqual(
                str(clean(row(1.0, 1.0, name)).rejections[0]), "line 7: name is missing"
            )

    def test_rows_are_not_changed(self) -> None:
        rows = [row(85, 10), row(None, 1.0), row("x", NAN, extra=["y"])]
        before = repr(rows)
        clean(*rows)
        self.assertEqual(repr(rows), before)


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
        odd = [INF, None, "x"]
        scores, all_hours = [85.0, -3.0, 0.0, 1e308, *odd], [8.5, -3.0, 0.0, 5e-324, 1e-5, *odd]
        names = ["A", "", None]
        for extra, name, score, hours in product([None, ["a"]], names, scores, all_hours):
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
        other = {"math_score": 1, "study_hours": 1}
        self.assertEqual(
            clean({"name": "Ann"}, other).rejections[0][1:], ("math_score", None, "missing")
        )

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

    def test_a_bool_an_array_or_a_text_that_was_read_is_not_a_number(self) -> None:
        class Array(list[float]):
            """Like an array of numpy: its comparisons are arrays without one truth value."""

            def __ne__(self, other: object) -> Any:
                return Array(self)

            def __bool__(self) -> bool:
                raise ValueError("the truth value of an array is ambiguous")

        for value in (True, "85", "1,5", "", 1 + 2j, [1.0], Array([math.nan]), Array([])):
            for given, field in ((row(value, 1.0), "math_score"), (row(1.0, value), "study_hours")):
                (rejection,) = clean(given).rejections
                self.assertEqual((rejection.column, rejection.reason), (field, "not a number"))

    def test_an_int_that_no_float_holds_is_not_finite(self) -> None:
        self.assertEqual(clean(row(10**400, 1.0)).rejections[0][2:], (INF, "not finite"))
        self.assertEqual(clean(row(-(10**400), 1.0)).rejections[0][2:], (-INF, "not finite"))

    def test_if_no_row_has_a_numbers_key_the_keys_that_were_found_are_named(self) -> None:
        rows = [{"Hours": 1, "math_score": 2}, {"Hours": 1, "x\x1b": 3}]
        with self.assertRaises(DataError) as caught:
            clean(*rows)
        self.assertEqual(
            str(caught.exception),
            r"no row has the key study_hours (found: Hours, math_score, x\x1b); rename the keys",
        )
        with self.assertRaisesRegex(DataError, "no row has the key math_score or study_hours"):
            clean({}, {"Hours": 1})
        self.assertEqual(len(clean().students), 0)

    def test_a_rule_added_in_a_subclass_or_in_place_holds_for_every_row(self) -> None:
        class AtMostAWeek(Preprocessor):
            def rejection(self, line: int, name: Any, score: Any, hours: Any, extra: Any) -> Any:
                if name == "Total":
                    return Rejection(line, "name", name, "not a student")
                rejection = super().rejection(line, name, score, hours, extra)
                if rejection is None and hours > 168:
                    return Rejection(line, "study_hours", hours, "more than a week")
                return rejection

        rows = [row(1.0, 168.0), row(1.0, 169.0), row(1.0, 1.0, "Total")] * 200
        students, rejections = AtMostAWeek().clean(rows)
        self.assertEqual((len(students), len(rejections)), (200, 400))
        self.assertEqual(str(rejections[0]), "line 7: study_hours 169.0 is more than a week")

        def strict(self: Preprocessor, line: int, *cells: Any) -> Rejection:
            return Rejection(line, "name", cells[0], "not welcome")

        with patch.object(Preprocessor, "rejection", strict):
            self.assertEqual(len(Preprocessor().clean(DataLoader()).rejections), 4)

    def test_what_is_not_a_row_at_all_is_refused_with_the_way_out(self) -> None:
        for rows in ("students.csv", [("Ann", 85, 10)], [None]):
            with self.assertRaisesRegex(DataError, "row 1 is a .*, not a dictionary; for a file"):
                Preprocessor().clean(rows)  # type: ignore[arg-type]
        for rows in (Path("students.csv"), 5, None):
            with self.assertRaisesRegex(DataError, "rows are expected, not .*; for a file pass"):
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

    def test_an_edit_in_place_of_how_the_loader_makes_its_rows_takes_effect(self) -> None:
        each_row = DataLoader.__iter__

        def bonus(self: DataLoader) -> Iterator[RawStudent]:
            for one in each_row(self):
                yield {**one, "study_hours": 5.0}

        with patch.object(DataLoader, "__iter__", bonus):
            students = Preprocessor().clean(DataLoader()).students
        self.assertEqual(list(students.study_hours), [5.0, 5.0, 5.0])

    def test_surplus_cells_count_beside_a_column_called_extra(self) -> None:
        rows = csv.DictReader(io.StringIO("extra,math_score,study_hours\nno,80,8,surplus\n"))
        (rejection,) = Preprocessor().clean(rows).rejections
        self.assertEqual(
            (rejection.value, rejection.reason), (["surplus"], "wrong number of fields")
        )


class WhatCleanReturns(unittest.TestCase):
    def test_its_repr_is_two_counts(self) -> None:
        self.assertEqual(repr(clean(row(1.0, 1.0), {}, {})), "Cleaned(1 students, 2 rejections)")

    def test_it_survives_pickle_and_copy(self) -> None:
        cleaned = clean(row(1.0, 1.0), {})
        self.assertEqual(pickle.loads(pickle.dumps(cleaned)), cleaned)
        self.assertEqual(copy.deepcopy(cleaned), cleaned)
        self.assertIsInstance(copy.copy(Preprocessor()), Preprocessor)
