"""Finding how a file is written: lines in, one value out. Each test is a rule of the dialect."""

import unittest
from typing import Any

from src import DataError
from src.reading.dialect import Dialect, find
from src.reading.settings import checked_settings
from tests.helpers import HEADER

HOURS_SCORES = {"study_hours": "Hours", "math_score": "Scores"}
BOTH = "math_score;study_hours\n"
DATA = '31,2 31,x x,2 85%,x x,3h NA,x x,- ,x x, "2,5",x x,3%'
HEADERS_WITH_DIGITS = "2024 score|2023/24|2023_score|100% score|#1 score|0-100|1st exam"
ADA, BEN = "Ada,31,2\n", "Ben,52,4\n"


def at(math_score: Any, study_hours: Any, **others: Any) -> dict[str, Any]:
    return {"math_score": math_score, "study_hours": study_hours, **others}


class DialectTestCase(unittest.TestCase):
    def search(self, content: str, columns: Any = None, **settings: Any) -> Dialect | None:
        settings = {"delimiter": None, "decimal": None, "missing": (), **settings}
        return find(content.splitlines(keepends=True), checked_settings(columns, **settings))

    def dialect(self, content: str, columns: Any = None, **settings: Any) -> Dialect:
        found = self.search(content, columns, **settings)
        self.assertIsNotNone(found, content)
        assert found is not None
        return found

    def places(self, content: str, columns: Any = None, **settings: Any) -> dict[str, int]:
        return self.dialect(content, columns, **settings).positions

    def notes(self, content: str, columns: Any = None, **settings: Any) -> str:
        return "; ".join(self.dialect(content, columns, **settings).notes)

    def refusal(self, content: str, columns: Any = None) -> str:
        with self.assertRaises(DataError) as caught:
            self.search(content, columns)
        return str(caught.exception)


class Headers(DialectTestCase):
    def test_headers_match_by_their_letters_and_digits(self) -> None:
        for score in ("math_score", "Math Score", "MathScore", "MATH-SCORE ", "math\u00a0score"):
            for hours in ("Study Hours:", '"study\nhours"', "(study_hours)", "\uff33tudy hours"):
                self.assertEqual(self.places(f"x,{score},{hours}\n1,2,3\n"), at(1, 2))
        self.assertIsNone(self.search("math_scores,study_hours\n1,2\n"))

    def test_headers_of_any_script_match_whatever_their_case(self) -> None:
        columns = at("großer balken", "часы")
        self.assertEqual(self.places("GROSSER_BALKEN,ЧАСЫ!\n1,2\n", columns), at(0, 1))

    def test_combining_marks_are_letters(self) -> None:
        self.assertEqual(self.places("गणित,गणत,घंटे\n", at("(गणत)", "(घंटे)")), at(1, 2))

    def test_a_header_without_letters_and_digits_matches_an_equal_text_only(self) -> None:
        self.assertEqual(self.places("?,%,#\n", at("%", "#")), at(1, 2))
        self.assertIsNone(self.search("?,!,#\n", at("%", "#")))

    def test_an_equal_text_wins_over_a_like_one(self) -> None:
        content = "Math Score,math_score,study_hours\n"
        self.assertEqual(self.places(content), at(1, 2))
        self.assertEqual(self.places(content, {"math_score": "Math  Score"}), at(0, 2))

    def test_columns_that_match_equally_well_are_an_error_that_gives_their_numbers(self) -> None:
        for header in ("math_score,x,Study Hours,STUDY-HOURS", "x,math_score" + ",study_hours" * 2):
            message = self.refusal(f"title\n{header}\nA,1,2,3\n")
            for part in ("line 2", "3 and 4", "'study_hours'", "; try --column study_hours=NUMBER"):
                self.assertIn(part, message)

    def test_two_fields_on_one_column_of_the_file_are_refused(self) -> None:
        for columns in (at("HOURS", "Hours"), at(2, "Hours")):
            self.assertIn("two fields", self.refusal("x,Hours\n1,2\n", columns))

    def test_whole_numbers_are_column_numbers_first_and_a_note_says_so(self) -> None:
        content = "Hours,3,2\n1,20,30\n"
        self.assertEqual(self.places(content, at("2", "Hours")), at(1, 0))
        self.assertRegex(self.notes(content, at("2", "Hours")), "2 .*column 3 .*2")
        self.assertEqual(self.notes("Hours,2\n1,20\n", at(2, "Hours")), "")

    def test_a_number_beyond_the_width_is_a_headers_text(self) -> None:
        self.assertEqual(self.places("x,2024,2023\n1,2,3\n", at("2024", 2023)), at(1, 2))
        self.assertEqual(self.places("Hours,7\n1,20\n", at(7, "Hours")), at(1, 0))
        self.assertIsNone(self.search("a,b\n1,2\n", at(7, 1)))
        # Beyond the width of the likeliest table, not of any line that is long enough.
        self.assertIsNone(self.search("a,b,c\n1,2,3\n1,2,3\n7,8,9,10,x\n", at(5, 4)))

    def test_the_name_is_optional(self) -> None:
        self.assertEqual(self.places(HEADER + ADA), at(1, 2, name=0))
        self.assertEqual(self.places("Student,math_score,study_hours\n" + ADA), at(1, 2))
        self.assertEqual(self.places("math_score,study_hours,N A M E\n1,2,A\n"), at(0, 1, name=2))

    def test_a_name_that_the_mapping_asks_for_must_be_there(self) -> None:
        content = "Student,math_score,study_hours\n" + ADA
        for name in ("student", 1):
            self.assertEqual(self.places(content, {"name": name}), at(1, 2, name=0))
        self.assertIsNone(self.search(content, {"name": "Pupil"}))

    def test_with_two_headers_called_name_there_are_no_names_and_a_note(self) -> None:
        content = "name,math_score,study_hours,Name \nAda,31,2,Lee\n"
        self.assertEqual(self.places(content)["name"], 0)  # an equal text wins
        content = content.replace("name,", "NAME,")
        self.assertEqual(self.places(content), at(1, 2))
        self.assertRegex(self.notes(content), "1 and 4 .*no names")

    def test_if_all_previewed_names_are_blank_there_are_no_names_and_a_note(self) -> None:
        content = HEADER + ",31,2\n ,52,4\n"
        self.assertEqual(self.places(content), at(1, 2))
        self.assertRegex(self.notes(content), "blank.*no names")
        for named, columns in ((content, {"name": "name"}), (content + ADA, {}), (HEADER, {})):
            self.assertEqual(self.places(named, columns), at(1, 2, name=0))

    def test_under_row_names_the_header_does_not_tell_where_the_names_are(self) -> None:
        content = "name;math_score;study_hours\n1;Ann;85;5\n2;Ben;70;3\n"
        self.assertEqual(self.places(content, at(3, 4)), at(2, 3))
        self.assertEqual(self.places(content, at(3, 4, name=2)), at(2, 3, name=1))


class WhereTheHeaderIs(DialectTestCase):
    def test_lines_above_the_header_are_skipped_with_a_note(self) -> None:
        for above, line, note in (
            ("# exported\nCourse: Math 1\n", 3, "on line 3; .*2 lines"),
            ("sep=,\n", 2, "on line 2; .*1 line "),
            ('"a title, of\ntwo lines"\n\n', 4, "on line 4; .*1 line "),
        ):
            found = self.dialect(above + "Hours,Scores\n2.5,21\n", HOURS_SCORES)
            self.assertEqual(found.rows_after, line)
            self.assertRegex(found.notes[0], note)
        self.assertEqual(self.notes("\n \n,,\n" + HEADER), "")

    def test_it_is_the_earliest_line_under_any_of_the_four_delimiters(self) -> None:
        table, other = "name;study_hours;math_score\nAda;2;31\n", HEADER + ADA
        self.assertEqual(self.dialect(table + other).delimiter, ";")
        self.assertEqual(self.dialect(other + table).delimiter, ",")
        self.assertEqual(self.dialect(table + other, delimiter=",").rows_after, 3)

    def test_for_one_line_it_is_the_first_delimiter_in_the_order(self) -> None:
        for first, second in (",;", ";\t", "\t|"):
            content = f"s{second}h{second}x{first}h\n"  # has a first column and h under either
            for delimiter in (first, second):
                self.dialect(content, at(1, "h"), delimiter=delimiter)
            self.assertEqual(self.dialect(content, at(1, "h")).delimiter, first)

    def test_blanks_delimit_only_if_no_other_delimiter_finds_a_header(self) -> None:
        blanks = "  name study_hours \t math_score\n Ada  2\t31 \n"
        self.assertEqual(self.dialect(blanks).delimiter, " ")
        self.assertIn("blanks", self.notes(blanks))
        self.assertEqual(self.dialect(blanks + HEADER + ADA).delimiter, ",")
        self.assertEqual(self.dialect(blanks + HEADER + ADA, delimiter="space").rows_after, 1)

    def test_a_delimiter_other_than_a_comma_is_noted_unless_it_was_given(self) -> None:
        for mark, word in ((";", "semicolon"), ("\t", "tab"), ("|", "bar")):
            content = (HEADER + ADA).replace(",", mark)
            self.assertEqual(self.dialect(content).delimiter, mark)
            self.assertIn(word, self.notes(content))
            self.assertEqual(self.notes(content, delimiter=mark), "")
        self.assertEqual(self.notes(HEADER + "A;B,1,2\n"), "")

    def test_a_given_delimiter_is_the_only_one_that_is_tried(self) -> None:
        self.assertIsNone(self.search(HEADER, delimiter=";"))
        self.assertEqual(self.dialect(HEADER.replace(",", ":"), delimiter=":").delimiter, ":")

    def test_100_lines_are_searched_and_a_record_that_they_cut_off_is_ignored(self) -> None:
        for above in ("title\n" * 99, '"a title of\ntwo lines"\n' * 49 + "title\n"):
            self.assertEqual(self.dialect(above + HEADER).rows_after, 100)
        self.assertEqual(self.dialect(HEADER + 'Ada,"3,5",2\nBen,"1.5,\n').decimal, ",")

    def test_data_above_the_header_is_refused_and_both_lines_are_named(self) -> None:
        for line, above in ((1, "1,2\n"), (1, '"1,5",2\n'), (3, "x,y\n7,\n1,2,x\n")):
            message = self.refusal(above + "Hours,Scores\n3,4\n", HOURS_SCORES)
            self.assertRegex(message, f"line {line} has numbers in both .*line {line + 1};")
        for above in ("Class 9,2\n", "2\n", "1;2\n"):
            self.dialect(above + "Hours,Scores\n3,4\n", HOURS_SCORES)

    def test_if_one_field_is_given_by_number_the_header_rule_holds_for_the_others(self) -> None:
        content = "Klasse;9\nAda;x\nname;Punkte;Stunden;study_hours\nAda;31;9;2\n"
        self.assertEqual(self.places(content, {"math_score": 2}), at(1, 3, name=0))
        self.assertEqual(self.dialect(content, {"math_score": 2}).rows_after, 3)
        self.assertIsNone(self.search(content, {"math_score": 5}))


class ByNumber(DialectTestCase):
    def assert_data_after(self, line: int, content: str, has_header: bool, **others: Any) -> None:
        found = self.dialect(content, at(2, 3), **others)
        self.assertEqual(found.rows_after, line, content)
        self.assertEqual("no header" not in "; ".join(found.notes), has_header)

    def test_the_first_record_of_the_usual_width_is_the_header(self) -> None:
        for above in ("", "Report\n", "Report,9b\n\n", "Class 9b of 2024,,\n"):
            content = above + "name,s,h\n" + ADA + BEN
            self.assert_data_after(above.count("\n") + 1, content, has_header=True)
            self.assertEqual(self.places(content, at(2, 3)), at(1, 2, name=0))
            self.assertEqual(bool(self.notes(content, at(2, 3))), bool(above))

    def test_it_is_data_if_one_of_the_two_is_a_number_an_amount_missing_or_blank(self) -> None:
        for cells in DATA.split():
            self.assert_data_after(0, f"Ada,{cells}\n{BEN}{ADA}", has_header=False)
        content = "Ada,absent,ill\n" + BEN + ADA
        self.assert_data_after(0, content, has_header=False, missing=["Absent", "ill"])

    def test_a_digit_in_a_header_does_not_make_it_data(self) -> None:
        for header in HEADERS_WITH_DIGITS.split("|"):
            self.assert_data_after(1, f"name,{header},Hours\n{ADA}{BEN}", has_header=True)

    def test_numbers_in_both_columns_are_data_however_wide_the_record_is(self) -> None:
        self.assert_data_after(0, "Ada,31,2,late\n" + ADA + BEN, has_header=False)

    def test_records_above_are_skipped_with_a_note(self) -> None:
        for above, note in (
            ("Report\n", "no header: .*1 line "),
            ("a\nb\n", "no header: .*2 lines"),
        ):
            self.assert_data_after(above.count("\n"), above + ADA + BEN, has_header=False)
            self.assertRegex(self.notes(above + ADA + BEN, at(2, 3)), note)

    def test_the_likeliest_table_has_most_numbers_in_records_of_one_width(self) -> None:
        rows = "Lee, Ada;31;2\nBen;52;4\nCem;66;5\n"
        for others, delimiter in (("", ";"), ("a,b,c\n" * 4, ";"), ("1,2,3\n" * 4, ",")):
            self.assertEqual(self.dialect(others + rows, at(2, 3)).delimiter, delimiter)

    def test_of_equals_it_has_more_cells_that_are_numbers(self) -> None:
        for row in ("2,5;21", "2,5\t21", "7,5|30|x|9", "2, 21", "2,5 21"):
            delimiter = next(mark for mark in ";\t| ," if mark in row.replace(", ", ","))
            self.assertEqual(self.dialect(f"{row}\n" * 3, at(2, 1)).delimiter, delimiter, row)

    def test_of_equals_in_that_too_comma_and_blanks_come_last(self) -> None:
        for mark in ";\t|":
            self.assertEqual(self.dialect(f"a,b{mark}c,d\n" * 2, at(2, 1)).delimiter, mark)
        self.assertEqual(self.dialect("a,b c\nd,e f\n", at(2, 1)).delimiter, ",")

    def test_names_are_where_the_header_says_or_at_a_given_number(self) -> None:
        self.assertEqual(self.places(ADA + BEN, at(2, 3)), at(1, 2))
        self.assertEqual(self.places(ADA + BEN, at(2, 3, name=1)), at(1, 2, name=0))
        self.assertEqual(self.places("N,s,h\n" + ADA, at(2, 3, name="N")), at(1, 2, name=0))
        self.assertIsNone(self.search(ADA + BEN, at(2, 3, name="N")))


class DecimalMark(DialectTestCase):
    def mark(self, *cells: str, **settings: Any) -> str:
        """Return the mark that is found for scores of these texts, and hours of 1."""
        content = BOTH + "".join(f"{cell};1\n" for cell in cells)
        return self.dialect(content, **settings).decimal

    def test_a_number_only_with_one_mark_is_evidence_for_it(self) -> None:
        for cells in ("1,5", "1,5 2", "-,5", "8,", "1,5e3", "0,125", "1,5 x NA 2:30"):
            self.assertEqual(self.mark(*cells.split()), ",", cells)
        for cells in ("1.5", "2", "", "1,5 2.5", "1,5,5", "2,5h"):
            self.assertEqual(self.mark(*cells.split()), ".", cells)

    def test_a_cell_in_the_shape_of_thousands_is_evidence_for_neither(self) -> None:
        for cell in ("1,180", "12.345.678", "1.180", "12,345,678"):
            marks = self.mark(cell), self.mark(cell, "2,5"), self.mark(cell, "2.5")
            self.assertEqual(marks, (".", ",", "."))

    def test_a_comma_is_noted_and_a_given_mark_is_not_searched_for(self) -> None:
        self.assertIn("comma", self.notes(BOTH + "1,5;2\n", delimiter=";"))
        self.assertEqual(self.notes(BOTH + "1,5;2\n", delimiter=";", decimal="comma"), "")
        self.assertEqual(self.mark("1,5", decimal="."), ".")
        self.assertEqual(self.mark("1.5", decimal="comma"), ",")

    def test_only_the_number_columns_count(self) -> None:
        content = "math_score;study_hours;height\n1.5;2;1,75\n"
        self.assertEqual(self.dialect(content).decimal, ".")
        self.assertEqual(self.dialect(content, {"math_score": "height"}).decimal, ",")

    def test_thousands_read_as_decimals_are_noted_if_their_column_has_no_other(self) -> None:
        for rows, cell in (("1.180;2\n980;3\n", "1.180"), ("1,180;2,5\n980;3\n", "1,180")):
            self.assertIn(f"'{cell}' was read as 1.18", self.notes(BOTH + rows))
        for rows in ("1.180;2\n980.5;3\n", "0.125;2\n", "1,180;2\n"):
            self.assertNotIn("was read as", self.notes(BOTH + rows))
