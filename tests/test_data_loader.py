"""DataLoader: a CSV file -> raw rows."""

import copy
import hashlib
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from src import DataError, DataLoader, RawStudent, UsageError
from src.reading import text
from tests.helpers import HEADER, OWN_CSV, SAMPLE, FolderTestCase


class Rows(FolderTestCase):
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

    def test_iterating_gives_the_same_rows_one_at_a_time_and_reads_the_file_anew(self) -> None:
        loader = DataLoader(self.file(OWN_CSV))
        self.assertEqual(next(iter(loader))["name"], "Ada")
        self.assertEqual(list(loader), loader.load())
        self.file(OWN_CSV + "Dan,7,7\n")
        self.assertEqual(len(loader.load()), 4)

    def test_a_cell_is_a_float_none_if_it_is_missing_or_its_text(self) -> None:
        row, other = self.rows(HEADER + "Ann, 1.5 ,NA\nBen,abc,inf\n")
        self.assertEqual(row, {"line": 2, "name": "Ann", "math_score": 1.5, "study_hours": None})
        self.assertEqual((other["math_score"], other["study_hours"]), ("abc", float("inf")))

    def test_a_name_is_missing_only_if_it_is_blank(self) -> None:
        rows = self.rows(HEADER + "Null,1,1\nNA,1,1\n \u00a0 ,1,1\n,1,1\n\tAnn\u3000,1,1\n")
        self.assertEqual([row["name"] for row in rows], ["Null", "NA", None, None, "Ann"])

    def test_without_names_each_name_is_an_empty_text(self) -> None:
        rows = self.rows("math_score,study_hours\n1,2\n,\n3,\n")
        self.assertEqual([row["name"] for row in rows], ["", ""])

    def test_columns_may_be_in_any_order_among_others_with_empty_cells(self) -> None:
        (row,) = self.rows("x,study_hours,x,name,math_score,y\n,10,,Ann,85,\n")
        self.assertEqual(row, {"line": 2, "name": "Ann", "math_score": 85.0, "study_hours": 10.0})

    def test_a_file_with_a_header_only_has_no_rows(self) -> None:
        self.assertEqual(self.rows(HEADER), [])
        self.assertEqual(self.rows(HEADER.rstrip()), [])

    def test_the_dialect_of_the_first_lines_is_used_for_every_row(self) -> None:
        for first, expected in (
            ("1,5;2\n", (302, "", 5.5, "6.5")),
            ("1;2\n", (302, "", "5,5", 6.5)),
        ):
            rows = self.rows("math_score;study_hours\n" + first + "3;4\n" * 299 + "5,5;6.5\n")
            self.assertEqual(tuple(rows[-1].values()), expected)

    def test_a_header_below_the_first_100_lines_is_not_found(self) -> None:
        self.assertEqual(len(self.rows("title\n" * 99 + OWN_CSV)), 3)
        with self.assertRaisesRegex(DataError, "'title'"):
            self.rows("title\n" * 100 + OWN_CSV)

    def test_a_record_that_the_preview_cuts_off_is_read_like_any_other(self) -> None:
        for line in range(98, 102):
            content = HEADER + "Ann,1,1\n" * (line - 2) + '"Ben\nLee",2,2\nCem,3,3\n'
            rows = self.rows(content)[-2:]
            self.assertEqual([row["name"] for row in rows], ["Ben\nLee", "Cem"])
            self.assertEqual(rows[0]["line"], line + 1)


class Settings(FolderTestCase):
    def test_columns_maps_fields_to_headers_or_to_numbers(self) -> None:
        content = "Wer,Hours,Scores\nAnn,2.5,21\n"
        for columns in (
            {"name": "Wer", "math_score": "Scores", "study_hours": " hours "},
            {"name": 1, "math_score": "3", "study_hours": 2},
        ):
            (row,) = self.rows(content, columns=columns)
            self.assertEqual(tuple(row.values()), (2, "Ann", 21.0, 2.5))

    def test_an_invalid_setting_is_a_usage_error_before_the_file_is_opened(self) -> None:
        wrong = {"delimiter": ";;", "decimal": ";", "encoding": "utf-99", "missing": None}
        for name, value in {**wrong, "columns": {"math_score": "study_hours"}}.items():
            with self.subTest(name), self.assertRaises(UsageError):
                DataLoader("no such file", **{name: value})  # type: ignore[arg-type]

    def test_a_path_that_is_not_one_is_a_usage_error_that_names_the_argument(self) -> None:
        for path in (3, None, ["a"], b"a"):
            with self.subTest(path), self.assertRaisesRegex(UsageError, "path"):
                DataLoader(path)  # type: ignore[arg-type]

    def test_a_tilde_in_the_path_is_the_home_folder(self) -> None:
        path = self.file(OWN_CSV)
        with patch.dict(os.environ, {"HOME": str(self.folder), "USERPROFILE": str(self.folder)}):
            loader = DataLoader(f"~/{path.name}")
        self.assertEqual(len(loader.load()), 3)

    def test_the_default_path_is_the_projects_sample_wherever_it_is_called(self) -> None:
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)
        self.assertEqual(DataLoader().path, SAMPLE)
        self.assertEqual(len(DataLoader().load()), 4)

    def test_progress_is_reported_in_bytes_of_the_files_size(self) -> None:
        calls: list[tuple[int, int]] = []
        path = self.file(HEADER + "Ann,1,1\n" * 10)
        with patch.object(text, "CHUNK_BYTES", 40):
            DataLoader(path, on_progress=lambda *call: calls.append(call)).load()
        size = path.stat().st_size
        self.assertEqual(calls, [(40, size), (80, size), (size, size)])

    def test_an_error_of_the_progress_function_is_the_callers_own(self) -> None:
        def fail(*_: int) -> None:
            raise OSError("the caller's own")

        with self.assertRaisesRegex(OSError, "the caller's own"):
            DataLoader(on_progress=fail).load()


class WhatIsKnownAfterwards(FolderTestCase):
    def test_sha256_is_of_the_bytes_and_there_once_a_read_is_complete(self) -> None:
        loader = DataLoader(self.file("\ufeff" + HEADER + "Ann,1,1\r\n" * 20_000))
        self.assertIsNone(loader.sha256)
        rows = iter(loader)
        next(rows)
        self.assertIsNone(loader.sha256)
        list(rows)
        self.assertEqual(loader.sha256, hashlib.sha256(loader.path.read_bytes()).hexdigest())
        next(iter(loader))
        self.assertIsNone(loader.sha256)

    def test_a_refused_file_has_no_sha256_and_no_notes(self) -> None:
        loader = DataLoader(self.file("math_score;study_hours\n1;2\n"))
        loader.load()
        for content in ("math_score;study_hours\n1;2\n\0", "a;b\n1;2\n"):
            self.file(content)
            with self.assertRaises(DataError):
                loader.load()
            self.assertIsNone(loader.sha256)
            self.assertEqual(list(loader.notes), [])

    def test_notes_are_what_the_last_reading_found_that_is_not_plain_csv(self) -> None:
        loader = DataLoader(self.file("title\nmath_score;study_hours\n1,5;2\n3\n4;5\n"))
        self.assertEqual(list(loader.notes), [])
        for _ in range(2):
            loader.load()
            expected = "semicolon\n.* on line 2;.*\n.*comma\nline 4 .*$"
            self.assertRegex("\n".join(loader.notes), expected)
        self.file(OWN_CSV)
        loader.load()
        self.assertEqual(loader.notes, [])


class Subclasses(FolderTestCase):
    def test_one_changes_the_rows_in_iter_and_load_is_that_list(self) -> None:
        class Best(DataLoader):
            def __iter__(self) -> Iterator[RawStudent]:
                return (row for row in super().__iter__() if row["math_score"] == 60.0)

        self.assertEqual([row["name"] for row in Best(self.file(OWN_CSV)).load()], ["Cem"])

    def test_one_that_defines_load_is_refused_when_it_is_made(self) -> None:
        with self.assertRaisesRegex(UsageError, "Best.load.*__iter__"):
            type("Best", (DataLoader,), {"load": lambda self: []})

    def test_it_survives_pickle_and_copy(self) -> None:
        loader = DataLoader()
        for twin in (pickle.loads(pickle.dumps(loader)), copy.copy(loader), copy.deepcopy(loader)):
            self.assertEqual(twin.load(), loader.load())
