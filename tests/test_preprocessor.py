"""Preprocessor: each row is a student or a rejection, with the first reason that holds."""

import copy
import csv
import pickle
import unittest
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import product
from math import inf, nan
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

from src import Cleaned, DataLoader, Preprocessor, RawStudent, Rejection
from src.support.errors import DataError, PipelineError
from tests.helpers import OWN, FolderTestCase, variant

RAW = [{k: v for k, v in one.items() if k != "score_per_hour"} for one in OWN]


def clean(*rows: dict[str, Any]) -> Cleaned:
    return Preprocessor().clean(rows)


def row(score: Any, hours: Any, name: Any = "Ann", **more: Any) -> dict[str, Any]:
    return {"line": 7, "name": name, "math_score": score, "study_hours": hours, **more}


def unclear(error: type[Exception]) -> Any:
    """Return what is not equal to itself, in an answer that has no truth value."""
    value = MagicMock()
    value.__ne__.return_value, value.__bool__.side_effect = value, error
    return value


NOT_AVAILABLE, ARRAY = unclear(TypeError), unclear(ValueError)  # of pandas, of numpy


class RowsBecomeStudents(unittest.TestCase):
    def test_a_student_has_the_score_per_hour_whatever_the_score_and_duplicates_stay(self) -> None:
        rows = copy.deepcopy(RAW)
        cleaned = copy.copy(Preprocessor()).clean(rows)
        self.assertEqual((rows, cleaned), (RAW, (OWN, [])))  # the rows are not changed
        self.assertEqual(pickle.loads(pickle.dumps(cleaned)), cleaned)
        students = clean(row(0.0, 2.0), row(-3.0, 2.0), row(-3.0, 2.0)).students
        self.assertEqual([*students.score_per_hour], [0.0, -1.5, -1.5])

    def test_a_name_is_stripped_text_and_empty_if_there_are_no_names(self) -> None:
        names = (row(1.0, 1.0, name) for name in (" Ann\t", 17, "Null", "NA", ""))
        students = clean(*names, {"math_score": 1, "study_hours": 1}).students
        self.assertEqual(students.name, ["Ann", "17", "Null", "NA", "", ""])

    def test_any_real_number_becomes_a_float(self) -> None:
        students, rejections = clean(row(85, Fraction(1, 2)), row(Decimal("2.5"), 1.0))
        self.assertEqual(repr([*students.math_score, students.study_hours[0]]), "[85.0, 2.5, 0.5]")
        for number, value in ((10**400, inf), (-(10**400), -inf), ("1e400", inf)):
            rejections += clean(row(number, 1.0)).rejections
            self.assertEqual(rejections[-1], (7, "math_score", value, "not finite"))
        self.assertEqual(len(rejections), 3)

    def test_of_a_dict_reader_texts_are_read_rows_counted_and_surplus_cells_extra(self) -> None:
        # Columns called line and extra are like any other.
        lines = ["name,math_score,study_hours,line,extra", "Ann, 85.5 ,1e1,A,yes", "Ben,n/a,1"]
        lines += ["Cem,1_0,1", "Dan,,1", "Eve,1,1,B,no,x, ", "Fay,1,1,B,no, "]
        students, rejections = Preprocessor().clean(csv.DictReader(lines))
        self.assertEqual((students.name, students[0]["math_score"]), (["Ann", "Fay"], 85.5))
        expected = [
            (2, "math_score", None, "missing"),
            (3, "math_score", "1_0", "not a number"),
            (4, "math_score", None, "missing"),
            (5, "", ["x"], "wrong number of fields"),
        ]
        self.assertEqual(rejections, expected)


class RowsAreRejected(unittest.TestCase):
    def test_every_combination_of_cells_is_judged_by_the_first_reason_that_holds(self) -> None:
        odd = [inf, -inf, None, "x"]
        scores: list[Any] = [85.0, -3.0, 0.0, 1e308, *odd]
        all_hours: list[Any] = [8.5, -3.0, 0.0, 5e-324, 1e-5, *odd]
        for extra, name, score, hours in product([[], ["a"]], ["A", "", None], scores, all_hours):
            numbers = {"math_score": score, "study_hours": hours}.items()
            reasons: list[tuple[str, Any, str]] = [
                *([("", extra, "wrong number of fields")] if extra else []),
                *([("name", None, "missing")] if name is None else []),
                *((column, None, "missing") for column, cell in numbers if cell is None),
                *((column, "x", "not a number") for column, cell in numbers if cell == "x"),
                *((column, cell, "not finite") for column, cell in numbers if cell in odd[:2]),
            ]
            if not reasons and hours <= 0:
                reasons = [("study_hours", hours, "not positive")]
            if not reasons and abs(score / hours) == inf:
                reasons = [("score_per_hour", score / hours, "not finite")]
            given = row(score, hours, name, **({"extra": extra} if extra else {}))
            students, rejections = clean(given)
            self.assertEqual(rejections, [(7, *reason) for reason in reasons[:1]], given)
            self.assertEqual(len(students), not reasons, given)

    def test_nan_none_an_absent_key_and_a_name_of_blanks_are_missing(self) -> None:
        for nothing in (None, nan, NOT_AVAILABLE, Decimal("NaN"), Decimal("sNaN")):
            # A DataFrame has nan where others have extra cells.
            given = (row(nothing, 1.0), row(1.0, 1.0, nothing), row(1.0, 1.0, extra=nan))
            columns = [(one.column, one.value, one.reason) for one in clean(*given).rejections]
            self.assertEqual(columns, [(c, None, "missing") for c in ("math_score", "name")])
        rejections = clean({"name": "Ann"}, *RAW, row(1.0, 1.0, " \t")).rejections
        self.assertEqual([one.column for one in rejections], ["math_score", "name"])

    def test_a_bool_an_array_or_another_text_is_not_a_number(self) -> None:
        for value in (True, "85%", "1,5", "٨٥", 1 + 2j, [1.0], ARRAY):
            for given, field in ((row(value, 1.0), "math_score"), (row(1.0, value), "study_hours")):
                (rejection,) = clean(given).rejections
                self.assertEqual((rejection.column, rejection.reason), (field, "not a number"))

    def test_if_no_row_has_a_numbers_key_the_keys_that_were_found_are_named(self) -> None:
        found = r"study_hours \(found: Hours, math_score, x\\x1b\); rename the keys$"
        with self.assertRaisesRegex(DataError, f"^no row has the key {found}"):
            clean({"Hours": 1, "math_score": 2}, {"Hours": 1, "x\x1b": 3})
        with self.assertRaisesRegex(DataError, "no row has the key math_score or study_hours"):
            clean({}, {"Hours": 1})
        self.assertEqual(clean(), ([], []))

    def test_what_is_not_a_row_at_all_is_refused_with_the_way_out(self) -> None:
        wrong: list[Any] = ["students.csv", [("Ann", 85, 10)], [None], Path("students.csv"), 5]
        problem = "(row 1 is a .*, not a dictionary|rows are expected, not .*); for a file pass"
        for rows in (*wrong, None):
            with self.assertRaisesRegex(DataError, problem):
                Preprocessor().clean(rows)


class RulesOfOnesOwn(unittest.TestCase):
    """Each rule and the feature is one method, which a learner may edit or override."""

    def test_a_rule_added_in_a_subclass_or_in_place_holds_for_every_row(self) -> None:
        rule = Preprocessor.rejection

        def no_guests(self: Preprocessor, row: RawStudent) -> Rejection | None:
            if row["name"] in ("Guest", "Daisy"):
                return Rejection(row["line"], "name", row["name"], "not a student")
            return rule(self, row)

        rows = [row(1.0, 8.0), row(1.0, 0.0), row(None, 1.0, "Guest")] * 200
        cleaned = variant("NoGuests", Preprocessor, rejection=no_guests)().clean(rows)
        self.assertEqual(repr(cleaned), "Cleaned(200 students, 400 rejections)")
        reasons = {one.reason for one in cleaned.rejections}
        self.assertEqual(reasons, {"not positive", "not a student"})
        with patch.object(Preprocessor, "rejection", no_guests):
            (rejection,) = Preprocessor().clean(DataLoader()).rejections
        self.assertEqual(str(rejection), "line 5: name 'Daisy' is not a student")

    def test_a_rejection_that_is_neither_a_rejection_nor_none_is_a_pipeline_error(self) -> None:
        for answer in (False, True, "too young", (7, "name", "Ann", "missing"), 0):
            lax = variant("Lax", Preprocessor, rejection=lambda self, row, answer=answer: answer)
            with self.assertRaisesRegex(PipelineError, r"Lax\.rejection returns .*Rejection or No"):
                lax().clean(RAW)

    def test_a_rule_that_lets_a_row_without_a_number_pass_is_a_pipeline_error(self) -> None:
        lax = variant("Lax", Preprocessor, rejection=lambda self, row: None)
        with self.assertRaisesRegex(PipelineError, "Lax accepts a row without a number"):
            lax().clean([{"math_score": None, "study_hours": 2}])

    def test_a_score_per_hour_of_ones_own_is_the_one_that_is_judged_and_kept(self) -> None:
        def above_ten(self: Preprocessor, row: Any) -> float:
            return inf if row["math_score"] == 20.0 else row["math_score"] - 10.0

        own = variant("Own", Preprocessor, score_per_hour=above_ten)
        with patch.object(Preprocessor, "score_per_hour", above_ten):
            in_place = Preprocessor().clean(RAW)
        for students, rejections in (own().clean(RAW), in_place):
            self.assertEqual([*students.score_per_hour], [1.0, 50.0])
            self.assertEqual(rejections, [(2, "score_per_hour", inf, "not finite")])


class RowsOfALoader(FolderTestCase):
    def test_a_cell_that_was_refused_is_not_read_again_and_a_mended_one_is(self) -> None:
        path = self.file("name;math_score;study_hours\nAnn;1.5;2\nBen;2.5;2\nCem;3,5;2\n")

        def mend(rows: Iterable[Any]) -> Iterator[Any]:
            for one in rows:
                mended = {"math_score": "7.5"} if one["name"] == "Ben" else {}
                yield {**one, **mended}

        own = {"__iter__": lambda self: mend(DataLoader.__iter__(self))}
        for kind, rows_of, scores in (
            (DataLoader, iter, [3.5]),
            (DataLoader, partial(map, dict), [3.5]),
            (DataLoader, mend, [7.5, 3.5]),
            (variant("Mending", DataLoader, **own), iter, [7.5, 3.5]),
        ):
            students, rejections = Preprocessor().clean(rows_of(kind(path, decimal=",")))
            self.assertEqual([*students.math_score], scores)
            self.assertEqual(rejections[0], (2, "math_score", "1.5", "not a number"))
