"""Lines -> records -> rows: quotes, blanks, line numbers, and widths."""

import csv
import re
from typing import Any
from unittest.mock import patch

from src import DataError, DataLoader
from src.reading import text
from tests.helpers import HEADER, FolderTestCase

HOURS_SCORES = {"study_hours": "Hours", "math_score": "Scores"}


class RecordsTestCase(FolderTestCase):
    def refusal(self, content: str | bytes, **settings: Any) -> str:
        with self.assertRaises(DataError) as caught:
            self.rows(content, **settings)
        message = str(caught.exception)
        self.assertTrue(message.isprintable(), message)
        return message.partition("students.csv: ")[2]


class Records(RecordsTestCase):
    def names(self, content: str | bytes, **settings: Any) -> list[Any]:
        return [row["name"] for row in self.rows(content, **settings)]

    def lines(self, content: str | bytes, **settings: Any) -> list[int]:
        return [row["line"] for row in self.rows(content, **settings)]

    def test_the_line_is_the_physical_one_on_which_the_record_ends(self) -> None:
        content = HEADER + '"Ann\nMary",1,1\n"a\r\nb\rc",1,1\n\n \nBen,1,1\n'
        self.assertEqual(self.lines(content), [3, 6, 9])
        self.assertEqual(self.names(content)[1], "a\r\nb\rc")

    def test_quoted_delimiters_and_quotes_are_read_and_blanks_before_a_quote(self) -> None:
        row, _ = self.rows(HEADER + '"Lee, ""Al""",  "2", "3"\nBen,1,1\n', delimiter="comma")
        self.assertEqual(tuple(row.values()), (2, 'Lee, "Al"', 2.0, 3.0))
        (row,) = self.rows('name math_score study_hours\n"Lee, Ann" "85" 10\n')
        self.assertEqual(tuple(row.values()), (2, "Lee, Ann", 85.0, 10.0))

    def test_every_kind_of_line_end_is_fine_even_mixed(self) -> None:
        lines = ["name,math_score,study_hours", "Ann,1,1", "Ben,2,2"]
        expected = self.rows("\n".join(lines))
        for content in ("{}\n{}\n{}\n", "{}\r\n{}\r\n{}\r\n", "{}\r{}\r{}\r", "{}\r\n{}\r{}\n"):
            self.assertEqual(self.rows(content.format(*lines)), expected)

    def test_nothing_else_ends_a_line(self) -> None:
        for character in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            self.assertEqual(self.names(f"{HEADER}A{character}B,1,1\n"), [f"A{character}B"])

    def test_records_of_nothing_but_blank_cells_are_skipped_and_not_counted(self) -> None:
        blank = "\n", "  \n", ",,\n", ' ,"",\t\n', ",,,,,,\n"
        content = "".join(blank) + HEADER + "".join(blank) + "Ann,1,1\n" + "".join(blank)
        for mark in ",;\t|":
            self.assertEqual(self.lines(content.replace(",", mark)), [12])
        self.assertEqual(self.lines(content.replace(",", " ")), [12])
        self.assertEqual(self.rows(HEADER + ",,\n"), [])

    def test_runs_of_blanks_and_tabs_count_as_one_and_at_both_ends_as_none(self) -> None:
        content = " name \tmath_score   study_hours \r\n\tAnn\t\t85 \t 10  \r\nBen 60 3\r\n"
        rows = [tuple(row.values()) for row in self.rows(content)]
        self.assertEqual(rows, [(2, "Ann", 85.0, 10.0), (3, "Ben", 60.0, 3.0)])

    def test_under_blanks_all_cells_of_a_row_narrower_than_the_header_are_missing(self) -> None:
        first, second = self.rows("name math_score study_hours\n60 3\nAnn 85 10\n")
        self.assertEqual(tuple(first.values()), (2, None, None, None))
        self.assertEqual(tuple(second.values()), (3, "Ann", 85.0, 10.0))

    def test_a_stored_name_is_untouched_however_hostile(self) -> None:
        hostile = "\x1b[31m=cmd|'<b>\u202e"
        self.assertEqual(self.names(f"{HEADER}{hostile},1,1\n"), [hostile])

    def test_a_quote_that_is_never_closed_names_the_line_where_its_record_begins(self) -> None:
        for content, line in (
            ('"name,math_score,study_hours\nAnn,1,1\n', 1),
            (HEADER + '"Ann,1,1\nBen,1,1\n', 2),
            (HEADER + 'Ann,1,1\n\n"A\nB",1,1\n\n"Ben,1,1\n\n', 7),
            (HEADER + "Ann,1,1\n" * 200 + '"Ben,1,1\n' + "Cem,1,1\n" * 200, 202),
        ):
            self.assertRegex(self.refusal(content), f"^line {line}: a quote .* never closed")

    def test_text_after_a_closing_quote_names_its_line_and_where_its_record_begins(self) -> None:
        for content, pattern in (
            (HEADER + '"Ann"x,1,1\n', "^line 2: text after a closing quote;"),
            (HEADER + '"Ann,1,1\n"Ben",1,1\n', "^line 3: text after a closing quote .*line 2"),
            ('"na"me,math_score\n', "^line 1: text after a closing quote"),
        ):
            self.assertRegex(self.refusal(content), pattern)

    def test_quotes_that_fit_under_another_delimiter_are_fine(self) -> None:
        self.assertEqual(self.names('"name";"math_score";"study_hours"\n"A";"1";"2"\n'), ["A"])

    def test_a_cell_over_the_field_limit_names_the_line_where_its_record_begins(self) -> None:
        limit = csv.field_size_limit()
        self.assertEqual(len(self.rows(f"{HEADER}{'x' * limit},1,1\n")), 1)
        content = f"{HEADER}Ann,1,1\n{'x' * (limit + 1)},1,1\n"
        self.assertRegex(self.refusal(content), "^line 3: a cell")
        content = HEADER + 'Ann,1,1\n"' + "Ben,1,1\n" * (limit // 8 + 1)
        self.assertRegex(self.refusal(content), "^line 3: .*quote")


class Widths(RecordsTestCase):
    def assert_widths(self, *cases: str) -> None:
        """Check "header: row row = how many rows there are, or how the columns are shifted"."""
        shifted = r".*line (\d+): the rows are (\w+) .*cells: (\d+) here, (\d+) in.*"
        for case in cases:
            lines, expected = case.split(" = ")
            content = lines.replace(": ", "\n").replace(" ", "\n") + "\n"
            try:
                found = str(len(self.rows(content, columns=HOURS_SCORES)))
            except DataError as error:
                found = re.sub(shifted, r"\2, line \1: \3 not \4", str(error))
            self.assertEqual(found, expected, case)

    def test_it_is_refused_if_no_row_has_the_headers_width(self) -> None:
        self.assert_widths(
            "Hours,Scores,x: 1,2 3,4 = narrower, line 2: 2 not 3",
            "Hours,Scores,x: 1,2 3,4 5,6,7 = 3",
            "Hours,Scores: 1 = narrower, line 2: 1 not 2",
            "Hours,Scores: 1,2,3 4,5,6 = wider, line 2: 3 not 2",
            "Hours,Scores,x: 1,2,, 3,4 = 2",
            "Hours,Scores: = 0",
        )

    def test_it_is_refused_if_more_rows_are_longer_than_have_it(self) -> None:
        self.assert_widths(
            "Hours,Scores: 1,2 1,2 1,2,note = 3",
            "Hours,Scores: 1,2 1,2,note = 2",
            "Hours,Scores: 1,2 1,2,note 1,2, = wider, line 3: 3 not 2",
            "Hours,Scores,x: 1,2,3, 1,2,3,4 1,2,3 = wider, line 3: 4 not 3",
            "Hours,Scores: 1 2,3,x 2,3,x = wider, line 3: 3 not 2",
        )

    def test_rows_that_are_longer_only_by_blank_cells_are_not_shifted(self) -> None:
        self.assert_widths("Hours,Scores: 1,2, 4,5, = 2", "Hours,Scores: 1,2,, 4,5 6 = 3")

    def test_blank_header_cells_at_the_end_do_not_count(self) -> None:
        self.assert_widths(
            "Hours,Scores,,: 1,2 3,4 = 2",
            "Hours,Scores,,: 1,2,, 3,4,, = 2",
            "Hours,Scores,,: 1,2, 3,4 = 2",
            "Hours,Scores,: 9,1,2 9,3,4 = wider, line 2: 3 not 2",
        )

    def test_the_usual_cause_and_the_columns_with_numbers_are_named(self) -> None:
        message = self.refusal(HEADER + "1,Ann,85,5\n2,Ben,70,3\n")
        for part in ("comma inside a header", "a row name without a header", "3 '70', 4 '3'"):
            self.assertIn(part, message)

    def test_numbers_are_not_suggested_if_numbers_were_given(self) -> None:
        content = "a,h,s\n1,2,3\n1,2,3,x\n1,2,3,x,y\n1,2,3,x,y,z\n"
        message = self.refusal(content, columns={"study_hours": 2, "math_score": 3})
        self.assertIn("wider than the header", message)
        self.assertNotIn("NUMBER", message)

    def test_cells_beyond_the_headers_width_that_are_not_blank_are_extra(self) -> None:
        rows = "Eve,1,1\nEve,1,1\nAnn,1,1,, \nBen,1,1, x ,,y\n"
        _, plain, blank, extra = self.rows(HEADER + rows)
        self.assertNotIn("extra", plain)
        self.assertNotIn("extra", blank)
        self.assertEqual(extra["extra"], ["x", "y"])

    def test_without_a_header_the_usual_width_counts_for_extra_too(self) -> None:
        columns = {"study_hours": 2, "math_score": 3}
        rows = self.rows("15,1,2\n16,3,4\n17,5,6,note\n", columns=columns)
        self.assertEqual([row.get("extra") for row in rows], [None, None, ["note"]])
        content = "Age, in years,Hours,Scores\n15,1,2\n16,3,4\n18,3,4\n17,5,6,note\n"
        rows = self.rows(content, columns=columns)
        self.assertEqual([row["study_hours"] for row in rows], [1.0, 3.0, 3.0, 5.0])
        self.assertEqual(rows[-1].get("extra"), ["note"])

    def test_a_row_that_ends_before_a_used_column_has_a_missing_cell_and_is_noted(self) -> None:
        loader = DataLoader(self.file(HEADER + "Ann,1,2\nBen\nCem,3,4\nDia,5\n"))
        rows = [tuple(row.values())[1:] for row in loader]
        expected = [("Ann", 1.0, 2.0), ("Ben", None, None), ("Cem", 3.0, 4.0), ("Dia", 5.0, None)]
        self.assertEqual(rows, expected)
        (note,) = loader.notes
        self.assertRegex(note, "line 3 .* 2 .*narrower.*1 .*3 ")

    def test_a_row_that_ends_behind_the_used_columns_is_not_noted(self) -> None:
        loader = DataLoader(self.file("study_hours,math_score,comment\n2,31\n4,52,late\n"))
        self.assertEqual(len(loader.load()), 2)
        self.assertEqual(loader.notes, [])

    def test_a_header_of_very_many_columns_and_short_rows_cost_no_more_than_their_bytes(
        self,
    ) -> None:
        wide = "Hours,Scores" + ",x" * 5_000 + "\n"
        message = self.refusal(wide + "1,2\n" * 300, columns=HOURS_SCORES)
        self.assertIn("cells: 2 here, 5002 in the header", message)
        self.assertLess(len(message), 5000)
        with patch.object(text, "CHUNK_BYTES", 1000):
            (row,) = self.rows(wide + "1,2" + ",é" * 5_000 + "\r\n", columns=HOURS_SCORES)
        self.assertEqual((row["line"], row["math_score"]), (2, 2.0))
