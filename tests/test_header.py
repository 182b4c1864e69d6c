"""Finding the columns: found, not guessed, and every suggestion leads further."""

import re
import shlex
from typing import Any
from unittest.mock import patch

from src import DataError, DataLoader, TrainingPipeline
from src.reading import text as csv_file
from tests.support import HEADER, FolderTestCase

HOURS_SCORES = {"study_hours": "Hours", "math_score": "Scores"}


class HeaderTestCase(FolderTestCase):
    def loaded(self, content: str | bytes, **settings: Any) -> tuple[list[Any], list[str]]:
        """Return (line, name, score, hours) of each row, and the loader's notes."""
        loader = DataLoader(self.file(content), **settings)
        return [tuple(row.values())[:4] for row in loader.load()], loader.notes

    def refusal(self, content: str | bytes, **settings: Any) -> str:
        with self.assertRaises(DataError) as caught:
            DataLoader(self.file(content), **settings).load()
        message = str(caught.exception)
        self.assertTrue(message.isprintable(), message)
        self.assertLess(len(message), 1000)
        return message.partition("students.csv: ")[2]

    def suggestion(self, message: str) -> str:
        return message.partition("; try ")[2]

    def follow(self, suggestion: str, **settings: Any) -> dict[str, Any]:
        """Return the settings that a shell makes of a suggestion, on top of those in use."""
        words = shlex.split(suggestion)
        options = dict(settings)
        columns = dict(settings.get("columns", {}))
        for option, value in zip(words[::2], words[1::2], strict=True):
            if option == "--column":
                field, _, header = value.partition("=")
                columns[field] = header
            else:
                options[option.removeprefix("--")] = value
        return {**options, "columns": columns}


class Header(HeaderTestCase):
    def test_white_space_in_a_header_is_folded(self) -> None:
        content = '"Study\u00a0\nHours ",\u3000Math\tScore\n2.5,21\n'
        rows, _ = self.loaded(
            content, columns={"study_hours": " Study  Hours", "math_score": "Math Score"}
        )
        self.assertEqual(rows, [(3, "", 21.0, 2.5)])

    def test_lines_above_the_header_are_skipped_and_noted(self) -> None:
        for above, note in (
            ("# exported\nCourse: Math 1\n", "the header is on line 3; 2 lines above it were skip"),
            ("sep=,\n", "the header is on line 2; 1 line above it was skipped"),
            ('"a title, of\ntwo lines"\n\n', "the header is on line 4; 1 line above it was sk"),
        ):
            rows, notes = self.loaded(above + "Hours,Scores\n2.5,21\n", columns=HOURS_SCORES)
            self.assertEqual([row[1:] for row in rows], [("", 21.0, 2.5)])
            self.assertEqual(rows[0][0], above.count("\n") + 2)
            self.assertIn(note, notes[0])

    def test_a_header_below_the_first_fifty_records_is_not_found(self) -> None:
        content = "title\n" * 49 + "Hours,Scores\n1,2\n"
        self.assertEqual(len(self.loaded(content, columns=HOURS_SCORES)[0]), 1)
        self.assertIn("no column", self.refusal("title\n" + content, columns=HOURS_SCORES))

    def test_data_above_the_header_is_refused_and_both_lines_named(self) -> None:
        message = self.refusal("1,2\nHours,Scores\n3,4\n", columns=HOURS_SCORES)
        self.assertIn(
            "line 1 has numbers in both number columns, but the header is on line 2", message
        )
        rows, _ = self.loaded("Class 9,2\nHours,Scores\n3,4\n", columns=HOURS_SCORES)
        self.assertEqual(rows, [(3, "", 4.0, 3.0)])

    def test_the_delimiter_is_the_first_of_four_under_which_there_is_a_header(self) -> None:
        for delimiter, word in ((";", "semicolon"), ("\t", "tab"), ("|", "bar")):
            rows, notes = self.loaded(
                HEADER.replace(",", delimiter) + f"A{delimiter}1{delimiter}2\n"
            )
            self.assertEqual((rows, notes), ([(2, "A", 1.0, 2.0)], [f"the delimiter is a {word}"]))
        rows, notes = self.loaded(HEADER + "A;B,1,2\n")
        self.assertEqual((rows, notes), ([(2, "A;B", 1.0, 2.0)], []))

    def test_a_given_delimiter_is_the_only_one_tried_and_is_not_noted(self) -> None:
        message = self.refusal(HEADER, delimiter=";")
        self.assertEqual(self.suggestion(message), "--delimiter comma")
        self.assertEqual(self.loaded(HEADER.replace(",", ";"), delimiter=";")[1], [])

    def test_the_name_is_optional_unless_it_is_mapped(self) -> None:
        self.assertEqual(self.loaded("math_score,study_hours\n1,2\n")[0], [(2, "", 1.0, 2.0)])
        message = self.refusal("math_score,study_hours\n1,2\n", columns={"name": "Student"})
        self.assertIn("no column 'Student' (found: math_score, study_hours); try", message)
        self.assertEqual(self.suggestion(message), "--column name=HEADER")

    def test_a_name_in_other_letters_is_noted_and_part_of_every_suggestion(self) -> None:
        rows, notes = self.loaded("NAME,math_score,study_hours\nA,1,2\n")
        self.assertEqual(rows, [(2, "", 1.0, 2.0)])
        self.assertEqual(notes, ["the column 'NAME' was not used; try --column name=NAME"])
        message = self.refusal("Name,Marks,study_hours\nA,1,2\n")
        self.assertEqual(self.suggestion(message), "--column math_score=Marks --column name=Name")

    def test_a_used_header_that_appears_twice_is_refused_and_its_number_suggested(self) -> None:
        for field in ("name", "math_score", "study_hours"):
            content = f"name,math_score,study_hours, {field} \nA,1,2,3\n"
            message = self.refusal(content)
            self.assertIn(f"line 1: the column '{field}' appears twice in the header", message)
            settings = self.follow(self.suggestion(message))
            self.assertEqual(self.loaded(content, **settings)[0][0][2:], (1.0, 2.0))

    def test_two_fields_on_one_column_are_refused(self) -> None:
        for columns in (
            {"math_score": "Hours", "study_hours": "Hours"},
            {"math_score": "1", "study_hours": 1},
            {"math_score": 2, "study_hours": 1, "name": "2"},
        ):
            message = self.refusal("Hours,Scores\n1,2\n", columns=columns)
            self.assertIn("two fields are mapped to the same column", message)


class ColumnNumbers(HeaderTestCase):
    def test_both_by_number_with_a_header_without_one_and_below_a_title(self) -> None:
        for above, lines, notes in (
            ("", 0, ["the file has no header: its first line is data"]),
            ("Hours,Scores\n", 1, []),
            ("Report\nHours,Scores\n", 2, ["the header is on line 2; 1 line above it was skipped"]),
        ):
            rows, found = self.loaded(
                above + "1,2\n3,4\n", columns={"study_hours": 1, "math_score": "2"}
            )
            expected = [(lines + 1, "", 2.0, 1.0), (lines + 2, "", 4.0, 3.0)]
            self.assertEqual((rows, found), (expected, notes))

    def test_a_row_without_a_number_is_a_row_not_the_header(self) -> None:
        columns = {"math_score": "2", "study_hours": "3"}
        for header in ("name,score [pt],hours\n", "name,1st exam,2nd_hours\n", ""):
            for row in (
                "Ann,,\n",
                "Ann,85%,3 hours\n",
                "Ann,absent,\n",
                "Ann,50%,1h\nEve,,2h\n",
                "Ann,NA,N/A\n" * 20,
                "Ann,-,~3\n",
            ):
                with self.subTest(header=header, row=row):
                    rows, _ = self.loaded(f"{header}{row}Bob,60,5\nCid,70,6\n", columns=columns)
                    self.assertEqual(len(rows), row.count("\n") + 2)
                    self.assertEqual(rows[-1][1:], ("Cid" if header else "", 70.0, 6.0))

    def test_a_year_in_a_header_does_not_make_it_a_row(self) -> None:
        for header in ("2024 score", "2023/24", "2023_score", "100% score", "#1 score", "0-100"):
            content = f"name,{header},Hours\nAnn,85,5\nBen,70,3\n"
            rows, notes = self.loaded(content, columns={"math_score": 2, "study_hours": 3})
            self.assertEqual((rows, notes), ([(2, "Ann", 85.0, 5.0), (3, "Ben", 70.0, 3.0)], []))

    def test_a_short_row_before_the_first_numbers_does_not_set_the_width(self) -> None:
        for row in ("Zoe,NA\n", "Zoe,80\n"):
            content = f"name,s,h\n{row}Ann,85,5\nBen,70,3\n"
            rows, _ = self.loaded(content, columns={"math_score": 2, "study_hours": 3})
            self.assertEqual(
                [one[1:] for one in rows[1:]], [("Ann", 85.0, 5.0), ("Ben", 70.0, 3.0)]
            )

    def test_row_names_are_known_by_all_rows_not_by_the_first(self) -> None:
        content = (
            "name;math_score;study_hours\n1;Ann;85;\n2;Ben;70;3\n3;Cid;60;2\n4;Dan;60;2\nTotal\n"
        )
        rows, notes = self.loaded(content, columns={"math_score": 3, "study_hours": 4})
        self.assertEqual([row[1] for row in rows], [""] * 5)
        self.assertIn("the column 'name' was not used; try --column name=NUMBER", notes)
        # One row with a cell more, or a blank cell after each row, shifts nothing.
        for rest in (
            "Ann,85,5\nBen,70,3,note\n",
            "Ann,85,5,\nBen,70,3,\n",
            "Ann,85,5,\nBen,70,3,note\n",
        ):
            columns = {"math_score": 2, "study_hours": 3}
            rows, _ = self.loaded("name,h,s\n" + rest, columns=columns)
            self.assertEqual([row[1] for row in rows], ["Ann", "Ben"])

    def test_a_header_narrower_than_the_rows_does_not_tell_which_column_has_the_names(self) -> None:
        columns: dict[str, Any] = {"math_score": 2, "study_hours": "4"}
        for header in ("math_score,name,study_hours\n", "name,name\n"):
            content = header + "1,80,Ann,8\n2,60,Ben,6\n"
            rows, notes = self.loaded(content, columns=columns)
            self.assertEqual(rows, [(2, "", 80.0, 8.0), (3, "", 60.0, 6.0)])
            self.assertEqual(notes, ["the column 'name' was not used; try --column name=NUMBER"])
            named, notes = self.loaded(content, columns={**columns, "name": 3})
            self.assertEqual(([row[1] for row in named], notes), (["Ann", "Ben"], []))
        content = content.replace("name,name", "Name")
        _, notes = self.loaded(content, columns=columns)
        self.assertEqual(notes, ["the column 'Name' was not used; try --column name=NUMBER"])
        message = self.refusal(content, columns={**columns, "name": "Name"})
        self.assertTrue(message.endswith("; try --column name=NUMBER"), message)
        rows, _ = self.loaded("a,b,c,5,6\n", columns={"math_score": "4", "study_hours": "5"})
        self.assertEqual(rows, [(1, "", 5.0, 6.0)])

    def test_hours_are_guessed_from_all_rows_not_from_the_first(self) -> None:
        message = self.refusal("10,3\n5,60\n5,80\n")
        self.assertIn("try --column math_score=2 --column study_hours=1", message)

    def test_a_header_with_years_is_not_guessed_to_be_data_with_two_numbers(self) -> None:
        message = self.refusal("Name,2023,2024,Study Hours\nAnn,70,80,10\nBob,50,60,5\n")
        self.assertIn("try --column math_score=HEADER --column study_hours=HEADER", message)

    def test_names_are_looked_up_in_the_header_or_given_by_number(self) -> None:
        for content, name in (("name,h,s\nA,1,2\n", None), ("A,1,2\n", 1), ("N,h,s\nA,1,2\n", "N")):
            columns: dict[str, Any] = {"study_hours": 2, "math_score": 3}
            if name is not None:
                columns["name"] = name
            self.assertEqual(self.loaded(content, columns=columns)[0][0][1:], ("A", 2.0, 1.0))
        message = self.refusal("A,1,2\n", columns={**columns, "name": "Student"})
        self.assertIn("no column 'Student' (found: ); try --column name=NUMBER", message)

    def test_the_delimiter_is_the_one_that_gives_most_numbers(self) -> None:
        rows, notes = self.loaded(
            "2,5;21\n5;47\n3,2;27\n", columns={"study_hours": 1, "math_score": 2}
        )
        self.assertEqual([row[2:] for row in rows], [(21.0, "2,5"), (47.0, 5.0), (27.0, "3,2")])
        self.assertIn("the delimiter is a semicolon", notes)

    def test_a_number_is_compared_with_the_headers_if_another_is_found_by_text(self) -> None:
        content = "Hours,3,2\n1,20,30\n"
        columns = {"study_hours": "Hours", "math_score": "2"}
        self.assertEqual(self.loaded(content, columns=columns)[0], [(2, "", 30.0, 1.0)])

    def test_a_number_beyond_the_cells_is_a_header(self) -> None:
        columns = {"study_hours": 2023, "math_score": "2024"}
        rows, _ = self.loaded("2023,2024\n1,2\n", columns=columns)
        self.assertEqual(rows, [(2, "", 2.0, 1.0)])
        message = self.refusal("a,b\n1,2\n", columns={"study_hours": 1, "math_score": 7})
        self.assertIn("no column '7' (found: a, b)", message)

    def test_if_no_row_has_numbers_in_both_columns_that_is_said(self) -> None:
        message = self.refusal("2024,a\nx,y\n", columns={"study_hours": 1, "math_score": 2})
        self.assertEqual(
            message, "no row of the first 50 has numbers in both columns (found: 2024, a)"
        )

    def test_zero_is_not_a_column(self) -> None:
        message = self.refusal("a,b\n1,2\n", columns={"study_hours": 0, "math_score": 1})
        self.assertIn("no column '0' (found: a, b)", message)


class Widths(HeaderTestCase):
    def widths(self, header: str, *rows: str) -> "str | int":
        """Return how many rows there are, or why the columns are not trusted."""
        content = "\n".join([header, *rows, ""])
        loader = DataLoader(self.file(content), columns=HOURS_SCORES)
        try:
            return len(loader.load())
        except DataError as error:
            return re.sub(
                r".*the rows are (\w+) .*cells: (\d+) here, (\d+) in.*", r"\1 \2 \3", str(error)
            )

    def test_rows_that_are_wider_or_narrower_throughout_are_refused(self) -> None:
        for header, rows, expected in (
            ("Hours,Scores", ["1,2", "3,4"], 2),
            ("Hours,Scores,x", ["1,2", "3,4"], "narrower 2 3"),
            ("Hours,Scores,x", ["1,2", "3,4", "5,6,7"], 3),
            ("Hours,Scores", ["1,2,3", "4,5,6"], "wider 3 2"),
            ("Hours,Scores", ["1,2,", "4,5,"], 2),
            ("Hours,Scores", ["1,2,,", "4,5", "6"], 3),
            ("Hours,Scores,x", ["1,2,3,", "1,2,3,4", "1,2,3"], "wider 4 3"),
            ("Hours,Scores", ["1,2", "1,2", "1,2,note"], 3),
            ("Hours,Scores", ["1,2", "1,2,note"], 2),
            ("Hours,Scores", ["1,2", "1,2,note", "1,2,"], "wider 3 2"),
            ("Hours,Scores", ["1,2,"], 1),
            ("Hours,Scores,x", ["1,2,,", "3,4"], 2),
            ("Hours,Scores,,", ["1,2", "3,4"], 2),
            ("Hours,Scores,,", ["1,2,,", "3,4,,"], 2),
            ("Hours,Scores,", ["9,1,2", "9,3,4"], "wider 3 2"),
            ("Hours,Scores", ["1"], "narrower 1 2"),
            ("Hours,Scores", [], 0),
        ):
            with self.subTest(header=header, rows=rows):
                self.assertEqual(self.widths(header, *rows), expected)

    def test_rows_that_blank_cells_make_longer_throughout_are_noted(self) -> None:
        header = "name,math_score,study_hours,comment\n"
        shifted, note = "Ann,80,7,5,\nBen,60,3,5,\n", "no row is as wide as the header"
        for rows, expected in ((shifted, True), ("Ann,80,7,\nBen,60,3,x,\n", False)):
            loader = DataLoader(self.file(header + rows))
            loader.load()
            self.assertEqual(any(note in text for text in loader.notes), expected)

    def test_a_suggestion_does_not_hide_that_the_columns_are_shifted(self) -> None:
        for header in ("score*,hours*", '"score/100","hours/week"', "Score,Hours"):
            message = self.refusal(f"{header}\n1,80,8\n2,70,5\n3,60,4\n")
            self.assertIn("line 2: the rows are wider than the header", message)
        message = self.refusal("Hours,Score*,note\n" + "1,2\n" * 60)
        self.assertIn("try --column math_score=2 --column study_hours=Hours", message)

    def test_decimal_commas_do_not_pass_for_delimiters_if_another_one_fits(self) -> None:
        for mark in (";", "\t", "|"):
            content = "Punkte;Name;Stunden\n80,5;Ann;7,5\n60,5;Ben;3,5\n".replace(";", mark)
            columns = {"math_score": 1, "study_hours": 3}
            rows = DataLoader(self.file(content), columns=columns, decimal="comma").load()
            self.assertEqual([row["math_score"] for row in rows], [80.5, 60.5])
            self.assertEqual([row["study_hours"] for row in rows], [7.5, 3.5])

    def test_a_line_that_is_not_taken_apart_is_no_header(self) -> None:
        for mark in (";", "\t"):
            content = "Student;Quiz Score;Exam Score;Stunden\nAnn;80,5;81;5,5\n".replace(";", mark)
            message = self.refusal(content)
            self.assertIn("(found: Student, Quiz Score, Exam Score, Stunden)", message)
            self.assertIn("--column math_score=HEADER --column study_hours=HEADER", message)

    def test_a_header_that_is_about_something_else_is_not_suggested(self) -> None:
        for header in (
            "Hours Studied,Previous Scores,Performance Index",
            "Study Hours,GPA,GradeClass",
            "Study Hours,Math score rank,Result",
        ):
            self.assertIn("--column math_score=HEADER", self.refusal(header + "\n"))
        for header in ("Score,Study time (minutes)", "Score,Time taken (min)", "Score,Sleep hours"):
            self.assertIn("--column study_hours=HEADER", self.refusal(header + "\n"))
        message = self.refusal("Previous Scores,Hours\n", columns={"math_score": "previous score"})
        self.assertIn('math_score="Previous Scores"', message)

    def test_of_two_equal_headers_none_is_suggested(self) -> None:
        message = self.refusal("Student,Hours,Score,Hours,Score\nAnn,1,2,3,4\n")
        self.assertIn("--column math_score=HEADER --column study_hours=HEADER", message)
        message = self.refusal("Student,English,,Math,\n,Hours,Score,Hours,Score\nAnn,1,2,3,4\n")
        self.assertNotRegex(message, r"=\d")

    def test_numbers_with_decimal_commas_are_found_without_a_header(self) -> None:
        for mark in (";", "\t"):
            content = "2,5;41,5\n3,5;52,5\n5,5;63,5\n".replace(";", mark)
            self.assertIn("try --column math_score=2 --column study_hours=1", self.refusal(content))

    def test_the_delimiter_under_which_there_are_numbers_is_suggested(self) -> None:
        content = "name;study_hours, weekly;math_score, final\nAnn;5;80\nBen;4;60\n"
        self.assertIn('math_score="math_score, final"', self.refusal(content))

    def test_the_score_of_another_subject_is_not_suggested(self) -> None:
        for header in ("Student;Math;Reading Score;Hours", "Name,Maths,English Marks,Hours"):
            self.assertIn("--column math_score=HEADER", self.refusal(header + "\n"))

    def test_shifted_columns_that_blanks_align_are_suggested_with_their_delimiter(self) -> None:
        content = '"name" "score" "hours"\n"1" "Ann" 80 8\n"2" "Ben" 60 5\n"3" "Cem" 90 7\n'
        self.assertIn("from 1; try --delimiter space --column study_hours=", self.refusal(content))

    def test_a_delimiter_that_is_not_known_is_asked_for(self) -> None:
        headers: dict[str, dict[str, str]] = {
            "name,math_score,study_hours": {},
            "Name,Score,Hours": {"name": "Name", "math_score": "Score", "study_hours": "Hours"},
        }
        for mark in ":^/~":
            for header, columns in headers.items():
                content = f"{header}\nAnn,80,8\nBen,60,6\n".replace(",", mark)
                self.assertTrue(
                    self.refusal(f"{content}Lee, Al{mark}5,5{mark}1\n").endswith("CHAR")
                )
                self.assertTrue(self.refusal(content).endswith("; try --delimiter CHAR"))
                loader = DataLoader(self.file(content), columns=columns, delimiter=mark)
                self.assertEqual([row["name"] for row in loader], ["Ann", "Ben"])
        for content in ("math_score\n5\n", "8.5\n", "Score\n5\n"):
            self.assertNotIn("--delimiter", self.refusal(content))

    def test_a_number_of_any_length_is_a_text_if_it_is_no_columns_number(self) -> None:
        long = "0000000001" + "9" * 5000
        message = self.refusal("name,math_score,study_hours\n", columns={"math_score": long})
        self.assertIn("no column '0000", message)

    def test_of_headers_in_another_language_those_above_the_numbers_are_listed(self) -> None:
        for title in ("Klasse 9b", "Klasse 9b, Mathe;2024", "Klasse 9b;;", "Klasse 9b\n\nMathe"):
            message = self.refusal(f"{title}\nKind;Punkte;Stunden\n" + "Anna;7,5;12,5\n" * 3)
            self.assertIn("(found: Kind, Punkte, Stunden)", message)

    def test_the_line_of_the_first_odd_row_is_named(self) -> None:
        for header, rows, line in (
            ("Hours,Scores", ["1,2", "1,2,", "3,4,x", "3,4,y", "5,6,z"], 4),
            ("Hours,Scores,x", ["1,2", "3"], 2),
            ("Hours,Scores", ["1", "2,3,x", "2,3,x"], 3),
        ):
            content = "\n".join([header, *rows, ""])
            message = self.refusal(content, columns=HOURS_SCORES)
            self.assertTrue(message.startswith(f"line {line}: the rows are "), message)

    def test_a_delimiter_at_the_end_of_every_line_shifts_nothing(self) -> None:
        rows, notes = self.loaded("name,math_score,study_hours,\nAnn,85,5,\nBen,70,3,\n")
        self.assertEqual((rows, notes), ([(2, "Ann", 85.0, 5.0), (3, "Ben", 70.0, 3.0)], []))
        message = self.refusal("name,math_score,study_hours,\n1,Ann,85,5\n2,Ben,70,3\n")
        self.assertIn("the rows are wider than the header", message)

    def test_columns_given_by_number_are_compared_with_the_first_row(self) -> None:
        content = "Age, in years,Hours,Scores\n15,1,2\n16,3,4\n17,5,6,note\n"
        rows = DataLoader(self.file(content), columns={"study_hours": 2, "math_score": 3}).load()
        self.assertEqual([row["study_hours"] for row in rows], [1.0, 3.0, 5.0])
        self.assertEqual(rows[2]["extra"], ["note"])

    def test_a_very_wide_header_costs_no_more_than_its_bytes(self) -> None:
        rows = DataLoader(self.file("Hours,Scores" + ",x" * 10_000 + "\n" + "1,2\n" * 10))
        rows.columns = HOURS_SCORES
        with self.assertRaisesRegex(DataError, "cells: 2 here, 10002 in the header"):
            rows.load()


class Suggestions(HeaderTestCase):
    def test_what_was_typed_comes_first_then_whole_words_or_else_header(self) -> None:
        for header, columns, expected in (
            ("name,math_score,hours", {}, "--column study_hours=hours"),
            ("Math Score,study_hours", {}, '--column math_score="Math Score"'),
            ("Hours,Scores", {}, "--column math_score=Scores --column study_hours=Hours"),
            ("a,b,c", {}, "--column math_score=HEADER --column study_hours=HEADER"),
            # typed, but for a letter or a case
            (
                "Punkte,Std",
                {"math_score": "punkte", "study_hours": "Std"},
                "--column math_score=Punkte --column study_hours=Std",
            ),
            (
                "Hours,Score,Scored",
                {"math_score": "Scor", "study_hours": "Hours"},
                "--column math_score=Score --column study_hours=Hours",
            ),
            (
                "Hours,Performance Index",
                {"math_score": "performance", "study_hours": "Hours"},
                '--column math_score="Performance Index" --column study_hours=Hours',
            ),
            # whole words only, also in CamelCase and snake_case
            (
                "number_courses,time_study,Marks",
                {},
                "--column math_score=Marks --column study_hours=time_study",
            ),
            (
                "SleepHours,HoursStudied,Points",
                {},
                "--column math_score=Points --column study_hours=HoursStudied",
            ),
            (
                "sleep hours,hours of studying,Grade",
                {},
                '--column math_score=Grade --column study_hours="hours of studying"',
            ),
            (
                "Remarks,Underscore,Timetable",
                {},
                "--column math_score=HEADER --column study_hours=HEADER",
            ),
            # of two that are equally good none
            ("Score 1,Score 2,Hours", {}, "--column math_score=HEADER --column study_hours=Hours"),
            (
                "math score,reading score,Hours",
                {},
                '--column math_score="math score" --column study_hours=Hours',
            ),
            # one header is not suggested for two fields
            ("study score,b", {}, '--column math_score="study score" --column study_hours=HEADER'),
            (
                "Score,Score,Hours",
                {"study_hours": "Scores", "math_score": "x"},
                "--column math_score=HEADER --column study_hours=HEADER",
            ),
            (
                "Marks,NAME,Hours",
                {"math_score": "name"},
                "--column math_score=NAME --column study_hours=Hours",
            ),
            ("name,a,study_hours", {"math_score": "NAME"}, "--column math_score=HEADER"),
            (
                "a,Marks,Name",
                {"study_hours": 3},
                "--column math_score=Marks --column study_hours=3",
            ),
            (",Hours", {"math_score": ""}, "--column math_score=HEADER --column study_hours=Hours"),
            # what a shell would take apart is given by number
            ("Hours,Score %", {}, "--column math_score=2 --column study_hours=Hours"),
            ("Hours,$core points", {}, "--column math_score=2 --column study_hours=Hours"),
            ("Hours,it's a score", {}, "--column math_score=2 --column study_hours=Hours"),
            (
                "Hours,Score (max. 20)?",
                {},
                '--column math_score="Score (max. 20)?" --column study_hours=Hours',
            ),
            ("Hours,\x1b[31mScore", {}, "--column math_score=2 --column study_hours=Hours"),
            ("Hours,Score,3", {}, "--column math_score=2 --column study_hours=1"),
        ):
            with self.subTest(header):
                columns = dict(columns)
                message = self.refusal(header + "\n", columns=columns)
                self.assertEqual(self.suggestion(message), expected)

    def test_every_suggestion_leads_further_as_a_shell_takes_it(self) -> None:
        row = "2.5,21,4,7,8\n5.1,47,6,7,8\n"
        for header, settings in (
            ("Hours,Scores,a,b,c", {}),
            ("Study Hours,Math Score,a,b,c", {}),
            ("Hours (h/week),Score %,a,b,c", {}),
            ("Hours,Score,Score,b,c", {"columns": {"study_hours": "Hours", "math_score": "Score"}}),
            ("HoursStudied,Marks,SleepHours,b,c", {}),
            ("study_hours,math_score,a,b,c", {"delimiter": ";"}),
            ("Hours,2,1,b,Score", {}),
            (
                '"On average, how many hours do you study?","In math, what was your score?",a,b,c',
                {},
            ),
        ):
            for delimiter in ",;|\t":
                content = header + "\n" + row
                if '"' not in header:
                    content = content.replace(",", delimiter)
                if delimiter == settings.get("delimiter"):
                    continue
                with self.subTest(content=content):
                    message = self.refusal(content, **settings)
                    followed = self.follow(self.suggestion(message), **settings)
                    result = TrainingPipeline(
                        DataLoader(self.file(content), **followed), artifacts_dir=None
                    ).run()
                    self.assertEqual(list(result.students.study_hours), [2.5, 5.1])
                    if header != "Hours,2,1,b,Score":
                        self.assertEqual(list(result.students.math_score), [21.0, 47.0])

    def test_following_header_literally_says_header_again(self) -> None:
        message = self.refusal("a,b\n1,2\n")
        followed = self.follow(self.suggestion(message))
        again = self.refusal("a,b\n1,2\n", **followed)
        self.assertIn("no column 'HEADER', 'HEADER' (found: a, b)", again)
        self.assertEqual(self.suggestion(again), self.suggestion(message))

    def test_columns_aligned_by_blanks_suggest_the_delimiter_space(self) -> None:
        content = "Hours   Scores\n2.5     21\n5.1     47\n"
        message = self.refusal(content, columns=HOURS_SCORES)
        self.assertIn("--delimiter space", self.suggestion(message))
        for columns in (HOURS_SCORES, {}):
            message = self.refusal(content, columns=columns)
            followed = self.follow(self.suggestion(message), columns=columns)
            self.assertEqual(len(self.loaded(content, **followed)[0]), 2)

    def test_blanks_between_decimal_commas_suggest_the_delimiter_space(self) -> None:
        content = "math_score study_hours\n85,5 5,5\n70,1 3,2\n"
        self.assertEqual(self.suggestion(self.refusal(content)), "--delimiter space")

    def test_data_without_a_header_suggests_column_numbers(self) -> None:
        for content, expected in (
            ("1.4,17\n2.5,21\n", "--column math_score=2 --column study_hours=1"),
            ("Ann;85;10\nBen;60;3\n", "--column math_score=2 --column study_hours=3"),
            ("2,5;21\n5;47\n", "--column math_score=2 --column study_hours=1"),
            ("1,2,3\n", "--column math_score=HEADER --column study_hours=HEADER"),
        ):
            message = self.refusal(content)
            self.assertIn("line 1: this looks like data, not like a header (found: ", message)
            self.assertEqual(self.suggestion(message), expected)
            if "HEADER" not in expected:
                followed = self.follow(expected)
                self.assertGreater(len(self.loaded(content, **followed)[0]), 0)

    def test_what_was_found_is_listed_in_short_and_escaped(self) -> None:
        self.assertIn("s, t)", self.refusal(",".join("abcdefghijklmnopqrst") + "\n"))
        self.assertIn(r"(found: \x1b[31m, b)", self.refusal("\x1b[31m,b\n"))
        self.assertIn(
            "s, t and 6 more)", self.refusal(",".join("abcdefghijklmnopqrstuvwxyz") + "\n")
        )
        self.assertIn("xxx...xxx", self.refusal("x" * 100_000 + ",b\n"))

    def test_quotes_that_fit_under_no_delimiter_are_the_error(self) -> None:
        self.assertIn("line 1: a quote is opened here", self.refusal('"name,math_score\n'))
        self.assertIn("line 1: text after a closing quote", self.refusal('"na"me,math_score\n'))
        rows, _ = self.loaded('"name";"math_score";"study_hours"\n"A";"1";"2"\n')
        self.assertEqual(rows, [(2, "A", 1.0, 2.0)])

    def test_what_block_a_line_falls_into_does_not_matter(self) -> None:
        content = (
            'title\n"name";"math_score"\n;study_hours\n' + HEADER.replace(",", ";") + "A;1;2\n"
        )
        for size in (1, 3, 1000):
            with patch.object(csv_file, "CHUNK_BYTES", size):
                rows, notes = self.loaded(content)
                self.assertEqual(rows, [(5, "A", 1.0, 2.0)])
                self.assertIn("the header is on line 4; 3 lines above it were skipped", notes)
