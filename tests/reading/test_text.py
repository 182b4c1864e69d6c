"""A file's bytes -> lines of text; every error names the line."""

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

from src import DataError, DataLoader, UsageError
from src.reading import text
from tests.helpers import HEADER, FolderTestCase

BLOCKS = (1, 2, 3, 5, 37, 1000)


class TextTestCase(FolderTestCase):
    def refusal(self, content: str | bytes, block: int = 1 << 16, **settings: Any) -> str:
        """Return why a file is refused, if it is read in blocks of so many bytes."""
        with patch.object(text, "CHUNK_BYTES", block), self.assertRaises(DataError) as caught:
            self.rows(content, **settings)
        message = str(caught.exception)
        self.assertTrue(message.isprintable(), message)
        return message.partition("students.csv: ")[2]

    def names(self, content: str | bytes, block: int = 1 << 16, **settings: Any) -> list[Any]:
        with patch.object(text, "CHUNK_BYTES", block):
            return [row["name"] for row in self.rows(content, **settings)]


class Encodings(TextTestCase):
    def test_any_encoding_of_text_that_python_knows_can_be_given(self) -> None:
        for encoding in ("utf-8", "cp1252", "utf-16", "utf-16-le", "utf-32", "mac-roman"):
            content = f"{HEADER}Zoë,1,1\n".encode(encoding)
            self.assertEqual(self.names(content, encoding=encoding), ["Zoë"])

    def test_any_other_is_a_usage_error(self) -> None:
        for encoding in ("utf-99", "idna", "punycode", "base64", "a\0b", "", None, 8):
            with self.subTest(encoding), self.assertRaisesRegex(UsageError, "encoding"):
                DataLoader("any.csv", encoding=encoding)  # type: ignore[arg-type]

    def test_a_byte_order_mark_is_fine_even_before_a_quote(self) -> None:
        content = '\ufeff"name",math_score,study_hours\nAnn,1,1\n'
        self.assertEqual(self.names(content), ["Ann"])
        for encoding in ("utf-16-le", "utf-16-be"):
            self.assertEqual(self.names(content.encode(encoding), encoding=encoding), ["Ann"])

    def test_later_in_the_file_it_is_a_character(self) -> None:
        for block in BLOCKS:
            self.assertEqual(self.names(f"{HEADER}\ufeffA,1,1\n", block), ["\ufeffA"])

    def test_what_block_a_character_falls_into_does_not_matter(self) -> None:
        content = '\ufeff\r\n name,math_score,study_hours\r\n"Zoë\r\nß",1,1\r\rBen,2,2,é\n'.encode()
        expected = self.rows(content)
        self.assertEqual([row["line"] for row in expected], [4, 6])
        for block in range(1, 9):
            with patch.object(text, "CHUNK_BYTES", block):
                self.assertEqual(self.rows(content), expected)

    def test_bytes_that_are_not_in_the_encoding_name_the_line(self) -> None:
        for before in ("", "Ann,1,1\n", "Ann,1,1\r\n" * 20_000, '"A\nB",1,1\r'):
            line = 2 + len(before.splitlines())
            message = self.refusal(f"{HEADER}{before}Zoë,1,1\n".encode("cp1252"))
            self.assertTrue(message.startswith(f"line {line}: not encoded in utf-8"), message)
        self.assertTrue(self.refusal(HEADER.encode() + b"Zo\xc3").startswith("line 2: not encoded"))

    def test_the_advice_is_honest_and_ends_with_an_encoding_to_try(self) -> None:
        message = self.refusal(HEADER.encode() + b"\xff")
        for part in ("the program that wrote the file", "gbk", "shift_jis", "cp949", "cp1251"):
            self.assertIn(part, message)
        self.assertTrue(message.endswith('; try --encoding cp1252 (encoding="cp1252")'), message)

    def test_the_encoding_in_use_is_not_suggested(self) -> None:
        for encoding in ("utf-8", "UTF8", "utf-8-sig"):
            message = self.refusal(HEADER.encode() + b"\xff", encoding=encoding)
            self.assertIn("; try --encoding cp1252 ", message)
        for encoding in ("CP1252", "windows-1252"):
            message = self.refusal(b"\x81" + HEADER.encode(), encoding=encoding)
            self.assertIn("; try --encoding utf-8 ", message)

    def test_a_byte_order_mark_or_a_pattern_of_nuls_names_utf_16(self) -> None:
        for named in ("utf-16", "utf-16-le", "utf-16-be"):
            content = HEADER.encode(named)
            for used in ("utf-8", "utf-16") if named != "utf-16" else ("utf-8",):
                for block in (4, 1000):
                    message = self.refusal(content, block, encoding=used)
                    self.assertRegex(message, f"^line 1: .*; try --encoding {named} ")
            self.assertEqual(self.names(content, encoding=named), [])
        content = ("é" + HEADER * 5000).encode("utf-16-le")
        self.assertIn("; try --encoding utf-16-le ", self.refusal(content, 4))

    def test_a_bad_byte_names_its_line_whatever_block_it_falls_into(self) -> None:
        for encoding, letter in (
            ("euc_kr", "가"),
            ("cp949", "가"),
            ("gbk", "王"),
            ("gb18030", "王"),
            ("hz", "王"),
            ("shift_jis", "あ"),
            ("euc_jp", "あ"),
            ("utf-8", "王"),
        ):
            good = f"{HEADER}{letter}{letter},1,1\n".encode(encoding)
            for block in BLOCKS:
                with self.subTest(encoding=encoding, block=block):
                    content = good + b"Ben\xff\xff,1,1\nEve,1,1\n"
                    message = self.refusal(content, block, encoding=encoding)
                    self.assertTrue(message.startswith("line 3: not encoded in"), message)
        for encoding in ("utf-16-le", "utf-16-be"):
            good = "\ufeff".encode(encoding) + (HEADER + "Ann,1,1\n" * 9000).encode(encoding)
            bad = "\ud800x".encode(encoding, "surrogatepass")
            message = self.refusal(good + bad, encoding="utf-16")
            self.assertTrue(message.startswith("line 9002: not encoded in utf-16"), message)


class NotText(TextTestCase):
    def test_a_nul_character_names_the_line(self) -> None:
        for content, line in (
            ("\0" + HEADER, 1),
            (HEADER + "Ann,1,1\n\0", 3),
            (HEADER + "Ann,1,1\r" * 20_000 + "Ben\0", 20_002),
        ):
            for block in (7, 1 << 16) if len(content) < 100 else (1 << 16,):
                message = self.refusal(content, block)
                self.assertTrue(message.startswith(f"line {line}: a NUL character"), message)
                self.assertNotIn("; try ", message)

    def test_a_packed_file_or_one_of_an_office_program_should_be_saved_as_csv(self) -> None:
        for start in (b"PK\3\4\x14\0\x06\0", b"\x1f\x8b\x08\0", b"\xd0\xcf\x11\xe0\xa1\xb1"):
            message = self.refusal(start + b"\0\xff\xfe" * 20)
            self.assertIn("not a text file", message)
            self.assertIn("save it as CSV", message)
            self.assertNotIn("; try ", message)

    def test_another_kind_of_file_is_not_said_to_be_in_another_encoding(self) -> None:
        message = self.refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        self.assertIn("is this a text file?", message)
        self.assertNotIn("; try ", message)


class Files(TextTestCase):
    def load(self, path: Path | str) -> str:
        with self.assertRaises(DataError) as caught:
            DataLoader(path).load()
        return str(caught.exception)

    def test_a_missing_file_names_the_folder_that_was_searched(self) -> None:
        message = self.load(self.folder / "students.csv")
        self.assertIn("students.csv: no such file", message)
        self.assertIn(str(self.folder), message)

    def test_a_folder_and_an_impossible_path_are_one_line(self) -> None:
        (self.folder / "students.csv").mkdir()
        reason = "a directory" if os.name == "posix" else "Permission denied"
        self.assertIn(reason, self.load(self.folder / "students.csv"))
        self.assertIn("null", self.load("\0students.csv"))

    def test_a_disk_that_fails_while_the_file_is_read(self) -> None:
        path = self.file(HEADER)
        with patch.object(Path, "open") as open_file:
            open_file.return_value.__enter__.side_effect = OSError(5, "Input/output error")
            self.assertIn("students.csv: Input/output error", self.load(path))

    def test_an_empty_file_is_told_what_its_first_line_must_be(self) -> None:
        for content in ("", "\n  \n", "\ufeff", '""\n'):
            self.assertIn("the file is empty", self.refusal(content))
