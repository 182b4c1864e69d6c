"""If no header fits: the facts that a person needs, and numbers to try. Lines in, message out."""

import unittest
from typing import Any

from src.reading.advice import not_found
from src.reading.settings import checked_settings
from tests.reading.cases import suggestion

NUMBERS = "--column study_hours=NUMBER --column math_score=NUMBER"


class AdviceTestCase(unittest.TestCase):
    def message(self, content: str, columns: Any = None, **settings: Any) -> str:
        settings = {"delimiter": None, "decimal": None, "missing": (), **settings}
        lines = content.splitlines(keepends=True)
        message = str(not_found(lines, checked_settings(columns, **settings)))
        self.assertTrue(message.isprintable(), message)
        return message

    def facts(self, content: str, columns: Any = None, **settings: Any) -> str:
        return self.message(content, columns, **settings).partition("; try ")[0]

    def suggested(self, content: str, columns: Any = None, **settings: Any) -> str:
        return suggestion(self.message(content, columns, **settings))[0]


class Facts(AdviceTestCase):
    def test_the_fields_not_found_are_named_and_the_headers_that_were_asked_for(self) -> None:
        content = "study_hours,Marks,x\n2,31,a\n"
        self.assertIn("'math_score'", self.facts(content))
        self.assertNotIn("study_hours", self.facts(content))
        asked = self.facts(content, {"math_score": "Punkte", "name": "Kind"}).partition(";")[0]
        self.assertRegex(asked, "math_score.*'Punkte'.*name.*'Kind'")

    def test_columns_with_numbers_in_most_cells_that_are_not_missing_are_listed(self) -> None:
        cases = {"1 2 x": 1, "NA - 7": 1, "2,5 3": 1, "1 2 x y": 0, "NA -": 0, "5h 7%": 0}
        for cells, listed in cases.items():
            content = "id;Mood;Marks\n" + "".join(f"1;a;{cell}\n" for cell in cells.split())
            self.assertEqual("3 'Marks'" in self.facts(content).partition("other")[0], bool(listed))
            self.assertIn("1 'id'", self.facts(content))

    def test_what_missing_names_counts_as_missing_there_too(self) -> None:
        content = "id,z,Marks\n1,2,absent\n1,2,Absent\n1,2,7\n"
        self.assertNotIn("'Marks'", self.facts(content))
        self.assertIn("3 'Marks'", self.facts(content, missing=["absent"]))

    def test_up_to_20_are_listed_and_how_many_more(self) -> None:
        for n, more in (
            (20, "20 'q20'"),
            (21, "20 'q20' and 1 more"),
            (30, "20 'q20' and 10 more"),
        ):
            content = ",".join(f"q{i}" for i in range(1, n + 1)) + "\n" + ",".join("5" * n) + "\n"
            self.assertTrue(self.facts(content).endswith(more), self.facts(content))

    def test_columns_of_fields_that_were_found_are_left_out(self) -> None:
        facts = self.facts("id,study_hours,name,Marks\n1,2,Ada,31\n")
        self.assertTrue(facts.endswith("1 'id', 4 'Marks'"), facts)
        self.assertNotIn("study", self.facts("study_hours,grade\n2,B\n4,A\n"))

    def test_if_fewer_than_are_needed_the_others_are_listed_with_an_example_each(self) -> None:
        facts = self.facts("When,How long?,Result\n1/2,2:30,31\n2/2,3:30,52\n")
        self.assertRegex(facts, "3 'Result'.*1 'When' .*'2/2'.*2 'How long\\?' .*'3:30'")

    def test_a_header_with_a_number_looks_like_data_and_all_its_cells_are_listed(self) -> None:
        facts = self.facts("title\nAda,2.5,x,31\nBen,4,y,52\n")
        self.assertRegex(facts, "line 2 looks like data.* 1 'Ada', 2 '2.5', 3 'x', 4 '31'$")
        self.assertIn("line 1 looks like data", self.facts('"2,5";x\n'))
        self.assertNotIn("looks like data", self.facts("85%,x\n"))

    def test_the_header_is_the_first_record_of_the_usual_width_with_two_filled_cells(self) -> None:
        content = "Klasse 9b,,\n,Mathe,\nKind,Punkte,Stunden\nAda,31,2\nBen,52,4\n"
        for above in ("", "a,b\n"):
            self.assertIn("2 'Punkte', 3 'Stunden'", self.facts(above + content))

    def test_the_likeliest_table_is_shown(self) -> None:
        for mark in ";\t|":
            content = "Stunden, ca.;Punkte, max. 10\n4,5;5,5\n7,0;8,0\n".replace(";", mark)
            self.assertIn("1 'Stunden, ca.', 2 'Punkte, max. 10'", self.facts(content))

    def test_long_headers_are_shortened_and_control_characters_escaped(self) -> None:
        facts = self.facts(f"{'x' * 300},\x1b[31mScore\n1,2\n")
        self.assertRegex(facts, r"1 'x+\.\.\.x+', 2 '\\x1b\[31mScore'")
        self.assertLess(len(facts), 300)

    def test_an_empty_file_is_told_what_its_first_line_must_be(self) -> None:
        for content in ("", "\n  \n", '""\n', ",,\n"):
            self.assertRegex(self.message(content), "empty.*first line must name the columns$")


class WhatToTry(AdviceTestCase):
    def test_just_two_columns_with_numbers_and_a_telling_word_each_get_their_numbers(self) -> None:
        telling = "Hours,Scores;study_time,final mark;HoursPerWeek,LastGrade;TIME,MATH;study,points"
        for header in telling.split(";"):
            expected = "--column study_hours=2 --column math_score=3"
            self.assertEqual(self.suggested(f"x,{header}\na,2,31\nb,4,52\n"), expected, header)
        swapped = self.suggested("Score,x,Hours\n31,a,2\n")
        self.assertEqual(swapped, "--column study_hours=3 --column math_score=1")

    def test_else_the_word_number_stands_for_one_that_is_listed(self) -> None:
        doubtful = "Hours,Result;Stunden,Punkte;Score 1,Score 2;Study score,Result"
        for header in [*doubtful.split(";"), "Hours,Study score", "Underscore,Timetable"]:
            self.assertEqual(self.suggested(f"x,{header}\na,2,31\n"), NUMBERS, header)
        for content in ("Age,Hours,Score\n15,2,31\n", "a,b\nx,y\n", "2,31\n4,52\n"):
            self.assertEqual(self.suggested(content), NUMBERS, content)

    def test_one_field_gets_the_number_of_the_only_other_column_if_it_has_a_telling_word(
        self,
    ) -> None:
        for header, row, expected in (
            ("x,study_hours,final_score", "a,2,31", "--column math_score=3"),
            ("x,math_score,Studying time", "a,2,31", "--column study_hours=3"),
            ("x,study_hours,cgpa", "a,2,31", "--column math_score=NUMBER"),
            ("x,study_hours,Time", "a,2,31", "--column math_score=NUMBER"),
            ("id,study_hours,Score", "1,2,31", "--column math_score=NUMBER"),
        ):
            self.assertEqual(self.suggested(f"{header}\n{row}\n"), expected)

    def test_a_field_that_was_found_is_repeated_only_if_it_was_given(self) -> None:
        for given in ("Hours", 2, "HOURS"):
            suggested = self.suggested("id,Hours,Score\n1,2,31\n", {"study_hours": given})
            self.assertRegex(
                suggested, "^--column study_hours=(Hours|2) --column math_score=NUMBER$"
            )
        suggested = self.suggested("study_hours,Score,x\n2,31,a\n", {"name": "Kind"})
        self.assertEqual(suggested, "--column math_score=2 --column name=NUMBER")

    def test_nothing_is_suggested_if_no_column_is_left(self) -> None:
        content = "math_score,study_hours\n1,2\n"
        self.assertEqual(self.suggested(content, {"name": "Student"}), "")

    def test_both_forms_are_given(self) -> None:
        for header, arguments in (
            ("Hours,Score", 'columns={"study_hours": 1, "math_score": 2}'),
            ("a,b", 'columns={"study_hours": NUMBER, "math_score": NUMBER}'),
        ):
            self.assertEqual(suggestion(self.message(f"{header}\n2,31\n"))[1], arguments)

    def test_if_another_delimiter_than_the_given_one_finds_the_header_it_is_suggested(self) -> None:
        for given in (",", "tab", "space", ":"):
            message = self.message("math_score;study_hours\n1;2\n", delimiter=given)
            expected = ("--delimiter semicolon", 'delimiter="semicolon"')
            self.assertEqual(suggestion(message), expected)
        suggested = self.suggested("math_score  study_hours\n1 2\n", delimiter=",")
        self.assertEqual(suggested, "--delimiter space")

    def test_if_the_given_one_shows_no_table_another_is_suggested_with_the_numbers(self) -> None:
        option, argument = suggestion(self.message("Hours;Score\n2;31\n", delimiter=","))
        columns = "--column study_hours=1 --column math_score=2"
        self.assertEqual(option, f"--delimiter semicolon {columns}")
        self.assertRegex(argument, '^delimiter="semicolon", columns={"study_hours": 1')

    def test_a_delimiter_that_is_not_known_is_asked_for(self) -> None:
        for mark in ":^/~":
            content = f"math_score{mark}study_hours\n1{mark}2\n"
            self.assertEqual(self.suggested(content), "--delimiter CHAR")
        for content in ("math_score\n5\n", "8.5\n", "Score\n5\n", '"a,b"\n"1,2"\n'):
            self.assertEqual(self.suggested(content), "", content)
