"""What a DataLoader is told is checked before the file is opened."""

import unittest
from fractions import Fraction
from typing import Any

from src import UsageError
from src.reading.settings import Settings, checked_settings


def checked(**settings: Any) -> Settings:
    defaults = {"columns": None, "delimiter": None, "decimal": None, "missing": ()}
    return checked_settings(**{**defaults, **settings})


class CheckedSettings(unittest.TestCase):
    def assert_refused(self, pattern: str, **settings: Any) -> None:
        with self.subTest(settings=settings), self.assertRaisesRegex(UsageError, pattern):
            checked(**settings)

    def test_nothing_is_known_by_default(self) -> None:
        self.assertEqual(checked(), Settings({}, None, None, ()))

    def test_a_character_may_be_given_as_a_word(self) -> None:
        words = {"comma": ",", "semicolon": ";", "tab": "\t", r"\t": "\t", "bar": "|", "space": " "}
        for word, character in {**words, "point": ".", ";": ";", "^": "^"}.items():
            self.assertEqual(checked(delimiter=word).delimiter, character)
        for word, mark in {"point": ".", "comma": ",", ".": ".", ",": ","}.items():
            self.assertEqual(checked(decimal=word).decimal, mark)

    def test_a_delimiter_is_one_character_and_no_quote_or_line_break(self) -> None:
        for delimiter in (";;", "", '"', "\r", "\n", "\0", "Comma", 3.5, ["a", "b"]):
            self.assert_refused("delimiter must be one character", delimiter=delimiter)

    def test_a_decimal_mark_is_a_point_or_a_comma(self) -> None:
        for decimal in (";", "", ",.", "dot", 5):
            self.assert_refused("decimal mark must be point or comma", decimal=decimal)

    def test_a_column_is_a_header_or_a_number_from_one(self) -> None:
        columns = {"name": " Wer  ist es? ", "math_score": 2, "study_hours": "03"}
        expected = {"name": "Wer ist es?", "math_score": "2", "study_hours": "3"}
        self.assertEqual(checked(columns=columns).columns, expected)
        for number in (0, -1, "0", "-3", "+0"):
            self.assert_refused("math_score.* from 1", columns={"math_score": number})
        for column in (True, 1.5, None, ["Scores"]):
            self.assert_refused("math_score.* not a header", columns={"math_score": column})
        for header in ("1" * 5000, "٢"):  # not numbers of columns
            self.assertEqual(checked(columns={"name": header}).columns, {"name": header})

    def test_columns_is_a_dictionary_of_the_fields(self) -> None:
        self.assert_refused("'score'.*name, math_score, study_hours", columns={"score": "S"})
        for columns in (["Scores"], "Scores", 3):
            self.assert_refused("columns is .*, not a dictionary", columns=columns)

    def test_two_fields_mapped_to_one_header_or_number_are_refused(self) -> None:
        self.assert_refused("", columns={"math_score": "Hours", "study_hours": " Hours"})
        self.assert_refused("", columns={"math_score": 2, "study_hours": "2"})
        self.assert_refused("", columns={"math_score": "02", "name": 2})

    def test_a_field_that_is_not_mapped_counts_as_mapped_to_its_own_name(self) -> None:
        self.assert_refused("study_hours", columns={"math_score": "study_hours"})
        self.assert_refused("name", columns={"math_score": "name"})
        swapped = {"math_score": "name", "name": "math_score"}
        self.assertEqual(checked(columns=swapped).columns, swapped)

    def test_one_text_or_number_that_means_missing_counts_as_a_list_of_one(self) -> None:
        for missing, mark in (("-1", "-1"), (-1, "-1"), (999.0, "999.0"), (Fraction(1, 2), "1/2")):
            self.assertEqual([*map(str, checked(missing=missing).missing)], [mark])
        self.assertEqual([*map(str, checked(missing=iter(["-1", 9])).missing)], ["-1", "9"])
        for wrong in (None, object()):
            self.assert_refused("missing is .*, not a list", missing=wrong)
