"""What one cell means: a number, missing, or neither."""

import unittest
from typing import Any

from src.reading.cells import number
from tests.helpers import HEADER, FolderTestCase

INF = float("inf")
MARKS = "NA N/A #N/A #NA NaN -nan nan <NA> null NULL none None - . 1.#IND -1.#IND 1.#QNAN -1.#QNAN"
OTHERS = "abc 1_000 85% 0x1F ٨٥ \uff11 1,5 +nan --1 1e 17/20 2:30 n.a. \u22121"


class Number(unittest.TestCase):
    def test_a_plain_ascii_decimal_number_is_a_float(self) -> None:
        for cell in ("85", "+.5", "5.", "-1e2", "1E-400", "0", "007", "1.180"):
            for text in (cell, f" {cell}\t", f"\u00a0{cell}\u3000", f"\x1c{cell}\n"):
                self.assertEqual(repr(number(text)), repr(float(cell)))

    def test_under_a_decimal_comma_the_comma_is_the_mark_and_the_point_is_none(self) -> None:
        for cell, value in {"1,5": 1.5, ",5": 0.5, "1,": 1.0, "-1,5e1": -15.0, "2": 2.0}.items():
            self.assertEqual(number(cell, ","), value)
        for cell in ("1.5", "1.180,5", "1,180.5", "1,5,5"):
            self.assertEqual(number(cell, ","), cell)

    def test_infinity_and_a_literal_that_overflows_are_inf(self) -> None:
        for cell in ("inf", "Infinity", "1e400", "9" * 400):
            self.assertEqual((number(cell), number(f"-{cell}")), (INF, -INF))

    def test_a_blank_and_the_usual_marks_in_any_letter_case_are_missing(self) -> None:
        for mark in ("", " ", "#N/A N/A", *MARKS.split()):
            for cell in (mark, f" {mark}\u00a0", mark.swapcase()):
                self.assertEqual((number(cell), number(cell, ",")), (None, None), cell)

    def test_other_text_is_kept_without_the_blanks_around_it(self) -> None:
        for cell in ("1 2", "1\x1b", *OTHERS.split()):
            self.assertEqual(number(f" {cell}\t"), cell)


class Columns(FolderTestCase):
    """What a column of a file gives, many cells at a time."""

    def scores(self, *cells: str, **settings: Any) -> list[Any]:
        rows = self.rows(HEADER + "".join(f'Ann,"{cell}",1\n' for cell in cells), **settings)
        return [row["math_score"] for row in rows]

    def test_a_cell_means_the_same_whatever_is_beside_it_and_came_before_it(self) -> None:
        odd = [" ", "\t7 ", "inf", "1e400", *MARKS.split(), *OTHERS.split()]
        expected = [number(cell) for cell in odd]
        self.assertEqual(self.scores(*odd, decimal="."), expected)
        for cell, value in zip(odd, expected, strict=True):
            self.assertEqual(self.scores("1.5", "", cell, "2"), [1.5, None, value, 2.0])
        scores = self.scores(*odd, *(f"{i}.5" for i in range(700)), *odd)
        self.assertEqual(scores, [*expected, *(i + 0.5 for i in range(700)), *expected])

    def test_a_missing_mark_that_is_a_number_stands_for_every_way_to_write_it(self) -> None:
        cells = ["-1", "-1.0", "-1.00", "-1e0", "-01", "1", "-1.5", "x-1"]
        for mark in ("-1", -1, -1.0, ["-1.0"], ["999", "-1"]):
            self.assertEqual(self.scores(*cells, missing=mark), [None] * 5 + [1.0, -1.5, "x-1"])
        self.assertEqual(self.scores("-1,0", "-1", "2,5", missing=-1), [None, None, 2.5])
        self.assertEqual(self.scores("-1,5", "-1,50", "2,5", missing=["-1,5"]), [None, None, 2.5])

    def test_a_missing_mark_that_is_no_number_under_the_files_mark_is_a_text(self) -> None:
        self.assertEqual(self.scores("1,000", "1", "2.5", missing=["1,000"]), [None, 1.0, 2.5])

    def test_missing_marks_that_are_texts_compare_in_any_letter_case(self) -> None:
        cells = ["absent", "ABSENT", " Absent ", "k.A.", "absence", "NA", "", "7"]
        expected = [None] * 4 + ["absence", None, None, 7.0]
        self.assertEqual(self.scores(*cells, missing=["Absent", "K.A. "]), expected)

    def test_missing_marks_are_about_number_columns_only(self) -> None:
        rows = self.rows(HEADER + "absent,1,absent\n-1,1,-1\n", missing=["absent", -1])
        self.assertEqual(
            [(row["name"], row["study_hours"]) for row in rows], [("absent", None), ("-1", None)]
        )
