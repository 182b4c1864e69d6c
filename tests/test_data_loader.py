"""DataLoader: any file gives raw rows or one line that says what is wrong and where."""

import copy
import csv
import hashlib
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from src import DataError, DataLoader, UsageError
from src.reading import cells
from src.reading import text as csv_file
from src.reading.cells import NumberReader
from tests.support import HEADER, SAMPLE, FolderTestCase

INF = float("inf")


class LoaderTestCase(FolderTestCase):
    @contextmanager
    def refused(self, *parts: str) -> Iterator[None]:
        """Expect a DataError that names the file and holds all the parts, on one line."""
        with self.assertRaises(DataError) as caught:
            yield
        message = str(caught.exception)
        for part in ("students.csv: ", *parts):
            self.assertIn(part, message)
        self.assertTrue(message.isprintable(), message)
        self.assertLess(len(message), 1000)

    def cells(self, *cells: str) -> list[Any]:
        """Return what the loader makes of each text in the column math_score."""
        rows = self.rows(HEADER + "".join(f'Ann,"{cell}",1\n' for cell in cells))
        return [row["math_score"] for row in rows]


class Rows(LoaderTestCase):
    def test_the_sample_gives_four_typed_rows_with_their_lines(self) -> None:
        self.assertEqual(
            DataLoader().load(),
            [
                {"line": 2, "name": "Alice", "math_score": 85.0, "study_hours": 10.0},
                {"line": 3, "name": "Bob", "math_score": 60.0, "study_hours": 3.0},
                {"line": 4, "name": "Charlie", "math_score": 90.0, "study_hours": 12.0},
                {"line": 5, "name": "Daisy", "math_score": None, "study_hours": 5.0},
            ],
        )

    def test_iterating_gives_the_same_rows_one_at_a_time_and_again(self) -> None:
        loader = DataLoader()
        self.assertEqual(next(iter(loader))["name"], "Alice")
        self.assertEqual(list(loader), loader.load())

    def test_the_usual_marks_in_any_letter_case_are_missing_numbers(self) -> None:
        marks = ["NA", "N/A", "#N/A", "NaN", "null", "none", "-", ".", "na", "n/a", "NULL", "None"]
        marks += ["nan", "-nan", "<NA>", "#NA", "#N/A N/A", "1.#IND", "-1.#QNAN", "", "  ", " na "]
        self.assertEqual(self.cells(*marks), [None] * len(marks))

    def test_a_number_means_the_same_however_many_came_before_it(self) -> None:
        rows = "A,+nan,1\nB,NaN,1\n"
        numbers = "".join(f"C,{i},{i}.5\n" for i in range(20_000))
        scores = [row["math_score"] for row in self.rows(HEADER + rows + numbers + rows)]
        self.assertEqual((scores[:2], scores[-2:]), (["+nan", None], ["+nan", None]))

    def test_a_number_means_the_same_whatever_stands_beside_it(self) -> None:
        meanings = {"85%": "85%", "1_0": "1_0", "٨٥": "٨٥", "+nan": "+nan", "NaN": None, "inf": INF}
        meanings |= {"  ": None, "\u00a07": 7.0, "\t7 ": 7.0, "1,5": "1,5", "1e400": INF, ".": None}
        for most_known in (0, 1000):
            for cell, meaning in meanings.items():
                with self.subTest(cell=cell), patch.object(cells, "MOST_KNOWN", most_known):
                    values = NumberReader(".").read(["1.5", "", cell, "2"])
                    self.assertEqual(values, [1.5, None, meaning, 2.0])
            with patch.object(cells, "MOST_KNOWN", most_known):
                self.assertEqual(NumberReader(",").read(["1,5", ""]), [1.5, None])
                self.assertEqual(NumberReader(",").read(["2", "1.5"]), [2.0, "1.5"])

    def test_a_name_is_missing_only_when_blank(self) -> None:
        rows = self.rows(HEADER + "Null,1,1\nNA,1,1\n  ,1,1\n,1,1\n")
        self.assertEqual([row["name"] for row in rows], ["Null", "NA", None, None])

    def test_a_plain_ascii_decimal_number_is_a_float(self) -> None:
        plain = {"85": 85.0, "+.5": 0.5, "5.": 5.0, "-1e2": -100.0, " 7 ": 7.0, "1E-400": 0.0}
        self.assertEqual(self.cells(*plain), list(plain.values()))

    def test_infinity_and_a_literal_that_overflows_are_inf(self) -> None:
        self.assertEqual(self.cells("inf", "-Infinity", "1e400", "9" * 400), [INF, -INF, INF, INF])

    def test_other_text_is_kept_for_the_message(self) -> None:
        texts = ["abc", "1_000", "85%", "0x1F", "٨٥", "\uff11", "1,5", "+nan", "1 2", "--1", "1e"]
        self.assertEqual(self.cells(*texts), texts)

    def test_blanks_around_cells_are_stripped(self) -> None:
        (row,) = self.rows(
            " name , math_score,study_hours \n\t Ann\u00a0,\u00a085\u3000,\t10\u001c\n"
        )
        self.assertEqual(row, {"line": 2, "name": "Ann", "math_score": 85.0, "study_hours": 10.0})

    def test_absent_cells_are_missing(self) -> None:
        self.assertEqual(
            self.rows(HEADER + "Ann\n,,\n"),
            [
                {"line": 2, "name": "Ann", "math_score": None, "study_hours": None},
                {"line": 3, "name": None, "math_score": None, "study_hours": None},
            ],
        )

    def test_cells_beyond_the_header_are_extra_unless_blank(self) -> None:
        rows = "Eve,1,1\nEve,1,1\nAnn,1,1,, \nBen,1,1, x ,,y\n"
        _, plain, blank, extra = self.rows(HEADER + rows)
        self.assertNotIn("extra", plain)
        self.assertNotIn("extra", blank)
        self.assertEqual(extra["extra"], ["x", "y"])

    def test_a_line_of_nothing_but_blanks_is_skipped_but_counted_as_a_line(self) -> None:
        rows = self.rows("\n  \n" + HEADER + "\nAnn,1,1\n \t\n\nBen,1,1\n\n")
        self.assertEqual([row["line"] for row in rows], [5, 8])

    def test_a_line_of_nothing_but_blank_delimiters_is_skipped_too(self) -> None:
        for delimiter in ("\t", " "):
            blank = delimiter * 2 + "\n"
            content = (blank + HEADER + blank + "Ann,1,1\n" + blank).replace(",", delimiter)
            (row,) = self.rows(content, delimiter=delimiter)
            self.assertEqual((row["line"], row["name"]), (4, "Ann"))
        self.assertEqual(len(self.rows(HEADER + ",,\n")), 1)

    def test_the_line_is_the_physical_one_on_which_the_record_ends(self) -> None:
        rows = self.rows(HEADER + '"Ann\nMary",1,1\n"a\r\nb\rc",1,1\nBen,1,1\n')
        self.assertEqual([row["line"] for row in rows], [3, 6, 7])
        self.assertEqual(rows[1]["name"], "a\r\nb\rc")

    def test_quoted_commas_and_quotes_and_blanks_before_a_quote_are_read(self) -> None:
        rows = self.rows(HEADER + '"Lee, Ann",1,1\n"say ""hi""",  "2", "3"\n')
        self.assertEqual([row["name"] for row in rows], ["Lee, Ann", 'say "hi"'])
        self.assertEqual((rows[1]["math_score"], rows[1]["study_hours"]), (2.0, 3.0))

    def test_every_kind_of_line_end_is_fine_even_mixed(self) -> None:
        lines = ["name,math_score,study_hours", "Ann,1,1", "Ben,2,2"]
        expected = self.rows("\n".join(lines))
        for end in ("\n", "\r\n", "\r"):
            self.assertEqual(self.rows(end.join([*lines, ""])), expected)
        self.assertEqual(self.rows("{}\r\n{}\r{}\n".format(*lines)), expected)

    def test_nothing_else_ends_a_line(self) -> None:
        for character in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            (row,) = self.rows(f"{HEADER}A{character}B,1,1\n")
            self.assertEqual(row["name"], f"A{character}B")

    def test_a_byte_order_mark_that_stands_later_is_a_character(self) -> None:
        for size in (1, 5, 1000):
            with patch.object(csv_file, "CHUNK_BYTES", size):
                self.assertEqual(self.rows(f"{HEADER}\ufeffA,1,1\n")[0]["name"], "\ufeffA")

    def test_a_byte_order_mark_is_fine_even_before_a_quote(self) -> None:
        (row,) = self.rows(b'\xef\xbb\xbf"name",math_score,study_hours\nAnn,1,1\n')
        self.assertEqual(row["name"], "Ann")

    def test_columns_may_stand_in_any_order_among_others(self) -> None:
        (row,) = self.rows("x,study_hours,x,name,math_score\na,10,b,Ann,85\n")
        self.assertEqual(row, {"line": 2, "name": "Ann", "math_score": 85.0, "study_hours": 10.0})

    def test_what_block_a_character_falls_into_does_not_matter(self) -> None:
        content = '\ufeff\r\n name,math_score,study_hours\r\n"Zoë\r\nß",1,1\r\rBen,2,2,é\n'.encode()
        expected = self.rows(content)
        self.assertEqual([row["line"] for row in expected], [4, 6])
        for size in range(1, 9):
            with patch.object(csv_file, "CHUNK_BYTES", size):
                self.assertEqual(self.rows(content), expected)

    def test_a_stored_cell_is_untouched_however_hostile(self) -> None:
        hostile = "\x1b[31m=cmd|'<b>\u202e"
        self.assertEqual(self.rows(f"{HEADER}{hostile},1,1\n")[0]["name"], hostile)


class Settings(LoaderTestCase):
    def test_columns_maps_fields_to_headers_and_makes_the_name_optional(self) -> None:
        columns = {"math_score": "Scores", "study_hours": " Hours "}
        self.assertEqual(
            self.rows("Hours,Scores \n2.5,21\n", columns=columns),
            [{"line": 2, "name": "", "math_score": 21.0, "study_hours": 2.5}],
        )
        (row,) = self.rows("name,Hours,Scores\nAnn,2.5,21\n", columns=columns)
        self.assertEqual(row["name"], "Ann")
        (row,) = self.rows("name,Hours,Scores\n,x,21\n", columns=columns)
        self.assertEqual((row["name"], row["study_hours"]), (None, "x"))
        row, _ = self.rows("Hours,Scores\nx\n1,1\n", columns=columns)
        self.assertEqual((row["name"], row["math_score"]), ("", None))

    def test_a_delimiter_is_one_character_or_its_name(self) -> None:
        for delimiter, between in (
            (";", ";"),
            ("\t", "\t"),
            ("tab", "\t"),
            (r"\t", "\t"),
            ("semicolon", ";"),
            ("bar", "|"),
            ("comma", ","),
            ("space", " "),
            (" ", " "),
        ):
            content = (HEADER + "Ann,85,10\n").replace(",", between)
            (row,) = self.rows(content, delimiter=delimiter)
            self.assertEqual((row["name"], row["math_score"]), ("Ann", 85.0))
        (row,) = self.rows('name math_score study_hours\n"Lee, Ann" "85" 10\n', delimiter=" ")
        self.assertEqual((row["name"], row["math_score"]), ("Lee, Ann", 85.0))
        for row in (" Ann  85    10  ", "Ann 85 10"):
            content = f"  name   math_score study_hours \r\n{row}\n"
            (only,) = self.rows(content, delimiter=" ")
            expected = {"line": 2, "name": "Ann", "math_score": 85.0, "study_hours": 10.0}
            self.assertEqual(only, expected)

    def test_what_is_noted_is_about_the_last_reading(self) -> None:
        loader = DataLoader(self.file("math_score;study_hours\n1;2\n"))
        loader.load()
        loader.load()
        self.assertEqual(loader.notes, ["the delimiter is a semicolon"])

    def test_a_setting_changed_between_two_readings_takes_effect(self) -> None:
        loader = DataLoader(self.file(HEADER + 'Ann,"85,5",10\n'))
        self.assertEqual(loader.load()[0]["math_score"], "85,5")
        loader.decimal = ","
        self.assertEqual(loader.load()[0]["math_score"], 85.5)

    def test_an_encoding_is_any_that_python_knows(self) -> None:
        for encoding in ("utf-8", "cp1252", "utf-16", "utf-16-le", "utf-32", "latin-1"):
            content = f"{HEADER}Zoë,1,1\n".encode(encoding)
            self.assertEqual(self.rows(content, encoding=encoding)[0]["name"], "Zoë")
        content = f"\ufeff{HEADER}Zoë,1,1\n".encode("utf-16-le")
        self.assertEqual(self.rows(content, encoding="utf-16-le")[0]["name"], "Zoë")

    def test_a_setting_that_fits_no_file_is_a_usage_error_of_the_constructor(self) -> None:
        for settings, message in (
            ({"columns": {"score": "S"}}, "unknown field 'score'; the fields are name, "),
            ({"columns": {"name": True}}, "name is True, not a header or a column number"),
            ({"columns": {"name": 1.5}}, "name is 1.5, not a header or a column number"),
            ({"decimal": ";"}, "the decimal mark must be point or comma, not ';'"),
            ({"delimiter": ";;"}, "the delimiter must be one character"),
            ({"delimiter": ""}, "the delimiter must be one character"),
            ({"delimiter": '"'}, "the delimiter must be one character"),
            ({"delimiter": "\r"}, "the delimiter must be one character"),
            ({"delimiter": "\n"}, "the delimiter must be one character"),
            ({"delimiter": "\0"}, "the delimiter must be one character"),
            ({"encoding": "utf-99"}, "unknown encoding 'utf-99'"),
            ({"encoding": "idna"}, "unknown encoding 'idna'"),
            ({"encoding": "punycode"}, "unknown encoding 'punycode'"),
            ({"encoding": "base64"}, "unknown encoding 'base64'"),
            ({"encoding": "a\0b"}, "unknown encoding"),
        ):
            with self.subTest(message), self.assertRaises(UsageError) as caught:
                DataLoader("any.csv", **settings)  # type: ignore[arg-type]
            self.assertIn(message, str(caught.exception))

    def test_the_default_path_is_the_projects_sample_wherever_it_is_called(self) -> None:
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)
        self.assertEqual(DataLoader().path, SAMPLE)
        self.assertEqual(len(DataLoader().load()), 4)

    def test_progress_is_told_in_bytes_of_the_files_size(self) -> None:
        def fail(*_: int) -> None:
            raise OSError("the caller's own")

        with self.assertRaisesRegex(OSError, "the caller's own"):
            DataLoader(on_progress=fail).load()
        calls: list[tuple[int, int]] = []
        path = self.file(HEADER + "Ann,1,1\n" * 10)
        with patch.object(csv_file, "CHUNK_BYTES", 40):
            DataLoader(path, on_progress=lambda *call: calls.append(call)).load()
        size = path.stat().st_size
        self.assertEqual(calls, [(40, size), (80, size), (size, size)])

    def test_sha256_is_of_the_bytes_and_there_once_a_read_is_complete(self) -> None:
        loader = DataLoader()
        self.assertIsNone(loader.sha256)
        rows = iter(loader)
        next(rows)
        self.assertIsNone(loader.sha256)
        list(rows)
        self.assertEqual(loader.sha256, hashlib.sha256(SAMPLE.read_bytes()).hexdigest())
        next(iter(loader))
        self.assertIsNone(loader.sha256)
        large = DataLoader(self.file(HEADER + "Ann,1,1\n" * 20_000))
        large.load()
        self.assertEqual(large.sha256, hashlib.sha256(large.path.read_bytes()).hexdigest())

    def test_it_survives_pickle_and_copy(self) -> None:
        for twin in (pickle.loads(pickle.dumps(DataLoader())), copy.copy(DataLoader())):
            self.assertEqual(twin.load(), DataLoader().load())


class RefusedFiles(LoaderTestCase):
    def test_a_missing_file_a_folder_and_an_impossible_path(self) -> None:
        with self.refused("No such file or directory"):
            DataLoader(self.folder / "students.csv").load()
        (self.folder / "students.csv").mkdir()
        with self.refused("a directory" if os.name == "posix" else "Permission denied"):
            DataLoader(self.folder / "students.csv").load()
        with self.refused("null byte"):
            DataLoader("\0students.csv").load()

    def test_a_disk_that_fails_while_it_is_read(self) -> None:
        path = self.file(HEADER)
        with patch.object(Path, "open") as open_file, self.refused("Input/output error"):
            open_file.return_value.__enter__.side_effect = OSError(5, "Input/output error")
            DataLoader(path).load()

    def test_an_empty_file(self) -> None:
        for content in ("", "\n  \n", "\ufeff", '""\n'):
            with self.refused("the file is empty; its first line must name the columns"):
                self.rows(content)

    def test_bytes_that_are_not_in_the_encoding_name_the_line(self) -> None:
        for before in ("", "Ann,1,1\n", "Ann,1,1\r\n" * 20_000, '"A\nB",1,1\r'):
            line = 2 + len(before.splitlines())
            with self.refused(f"line {line}: not encoded in utf-8; try --encoding cp1252"):
                self.rows(f"{HEADER}{before}Zoë,1,1\n".encode("cp1252"))

    def test_bad_bytes_of_utf_16_name_the_line_too_however_far_they_are(self) -> None:
        for encoding in ("utf-16-le", "utf-16-be"):
            mark = "\ufeff".encode(encoding)
            good, bad = (
                (HEADER + "Ann,1,1\n" * 9000).encode(encoding),
                "\ud800x".encode(encoding, "surrogatepass"),
            )
            with self.refused("line 9002: not encoded in utf-16"):
                self.rows(mark + good + bad, encoding="utf-16")

    def test_what_block_a_bad_byte_falls_into_does_not_matter(self) -> None:
        content = HEADER.encode() + "Ann,1,1 €\n".encode() + b"\xff"
        for size in range(1, len(content) + 1):
            with patch.object(csv_file, "CHUNK_BYTES", size), self.refused("line 3: not enc"):
                self.rows(content)

    def test_a_character_cut_off_at_the_end_of_the_file(self) -> None:
        with self.refused("line 2: not encoded in utf-8"):
            self.rows(HEADER.encode() + b"Zo\xc3")

    def test_a_file_of_another_kind_is_not_said_to_be_in_another_encoding(self) -> None:
        with self.refused("line 1: not encoded in utf-8; is this a text file?"):
            self.rows(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")

    def test_an_encoding_is_not_promised_and_the_one_in_use_not_suggested(self) -> None:
        with self.refused("for Western Europe, or what the program that wrote it uses: gbk, shi"):
            self.rows(HEADER.encode() + b"\xff")
        with self.refused("line 1: not encoded in CP1252; try --encoding utf-8, or what the pr"):
            self.rows(b"\x81" + HEADER.encode(), encoding="CP1252")
        for encoding in ("utf-8", "UTF8", "utf-8-sig"):
            with self.refused("; try --encoding cp1252 for Western Europe, or what"):
                self.rows(HEADER.encode() + b"\xff", encoding=encoding)
        for encoding in ("ascii", "utf-16"):
            with self.refused("; try --encoding utf-8, or what"):
                self.rows((HEADER + "Zoë,1,2\n").encode(), encoding=encoding)

    def test_multibyte_encodings_name_the_line_whatever_block_the_byte_falls_into(self) -> None:
        for encoding, letter in (
            ("euc_kr", "\uac00"),
            ("cp949", "\uac00"),
            ("gbk", "\u738b"),
            ("gb18030", "\u738b"),
            ("shift_jis", "\u3042"),
            ("euc_jp", "\u3042"),
            ("hz", "\u738b"),
            ("utf-8", "\u738b"),
        ):
            good = f"{HEADER}{letter}{letter},1,1\n".encode(encoding)
            for size in (1, 2, 3, 5, 37, 1000):
                with (
                    self.subTest(encoding=encoding, size=size),
                    patch.object(csv_file, "CHUNK_BYTES", size),
                    self.refused(f"line 3: not encoded in {encoding}"),
                ):
                    self.rows(good + b"Ben\xff\xff,1,1\nEve,1,1\n", encoding=encoding)

    def test_utf_32_with_a_byte_order_mark(self) -> None:
        for content in (HEADER.encode("utf-32"), b"\0\0\xfe\xff" + HEADER.encode("utf-32-be")):
            with self.refused("try --encoding utf-32"):
                self.rows(content)
            self.assertEqual(self.rows(content, encoding="utf-32"), [])

    def test_utf_16_without_a_byte_order_mark(self) -> None:
        with self.refused("line 1: not encoded in utf-16; try --encoding utf-16-le"):
            self.rows(HEADER.encode("utf-16-le"), encoding="utf-16")

    def test_utf_16_read_as_utf_8(self) -> None:
        with self.refused("line 1: not encoded in utf-8; try --encoding utf-16"):
            self.rows(HEADER.encode("utf-16"))
        for encoding in ("utf-16-le", "utf-16-be"):
            with self.refused(f"line 1: a NUL character; try --encoding {encoding}"):
                self.rows(HEADER.encode(encoding))
        content = ("é" + HEADER * 5000).encode("utf-16-le")
        with patch.object(csv_file, "CHUNK_BYTES", 4), self.refused("utf-16-le"):
            self.rows(content)
        with self.refused("line 1: not encoded in utf-16; try --encoding utf-16-be"):
            self.rows(HEADER.encode("utf-16-be"), encoding="utf-16")

    def test_a_nul_character_anywhere_names_the_line(self) -> None:
        for content, line in (
            ("\0" + HEADER, 1),
            (HEADER + "Ann,1,1\n\0", 3),
            (HEADER + "Ann,1,1\r" * 20_000 + "Ben\0", 20_002),
        ):
            with self.refused(f"line {line}: a NUL character; is this a text file?"):
                self.rows(content)

    def test_a_quote_that_is_never_closed_names_the_line_where_its_record_begins(self) -> None:
        for content, line in (
            ('"name,math_score,study_hours\nAnn,1,1\n', 1),
            (HEADER + '"Ann,1,1\nBen,1,1\n', 2),
            (HEADER + 'Ann,1,1\n\n"A\nB",1,1\n\n"Ben,1,1\n\n', 7),
        ):
            with self.refused(f"line {line}: a quote is opened here and never closed"):
                self.rows(content)

    def test_text_after_a_closing_quote_names_its_line_and_the_records(self) -> None:
        with self.refused(
            "line 2: text after a closing quote; only a delimiter may follow one, and a quote"
        ):
            self.rows(HEADER + '"Ann"x,1,1\n')
        with self.refused("text after a closing quote (its record began on line 2); only a del"):
            self.rows(HEADER + '"Ann,1,1\n"Ben",1,1\n')

    def test_a_cell_over_the_field_limit_names_the_line_where_its_record_begins(self) -> None:
        limit = csv.field_size_limit()
        self.assertEqual(len(self.rows(f"{HEADER}{'x' * limit},1,1\n")), 1)
        with self.refused(f"line 2: a cell of more than {limit} characters"):
            self.rows(f"{HEADER}{'x' * (limit + 1)},1,1\n")
        with self.refused("line 3: a cell of more than", "is a quote here never closed?"):
            self.rows(HEADER + 'Ann,1,1\n"' + "Ben,1,1\n" * limit)

    def test_a_line_longer_than_many_blocks_is_read_all_the_same(self) -> None:
        wide = HEADER.rstrip() + ",x" * 2000 + "\n"
        with patch.object(csv_file, "CHUNK_BYTES", 10):
            (row,) = self.rows(wide + "Ann,1,1" + ",é" * 2000 + "\r\n")
        self.assertEqual((row["line"], row["study_hours"]), (2, 1.0))

    def test_a_refused_file_has_no_sha256(self) -> None:
        loader = DataLoader(self.file(HEADER + "\0"))
        with self.refused():
            loader.load()
        self.assertIsNone(loader.sha256)
