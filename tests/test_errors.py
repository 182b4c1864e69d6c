"""The error family, and text from outside in a message."""

import copy
import os
import pickle
import unittest
from pathlib import Path
from unittest.mock import patch

from src import ArtifactError, DataError, NotFittedError, PipelineError, UsageError
from src.support.errors import printable, shown, shown_path
from tests.support import FolderTestCase


class ErrorFamily(unittest.TestCase):
    def test_every_error_is_a_pipeline_error_and_the_built_in_that_fits(self) -> None:
        for error, built_ins in (
            (DataError, (ValueError,)),
            (ArtifactError, ()),
            (NotFittedError, (ValueError, AttributeError)),
            (UsageError, (ValueError,)),
        ):
            with self.subTest(error=error.__name__):
                for built_in in (PipelineError, *built_ins):
                    self.assertTrue(issubclass(error, built_in))

    def test_errors_survive_pickle_and_copy(self) -> None:
        for error in (DataError("a"), ArtifactError("b"), NotFittedError("c"), UsageError("d")):
            for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
                self.assertEqual((type(twin), str(twin)), (type(error), str(error)))


class TextFromOutside(unittest.TestCase):
    def test_nothing_that_acts_on_a_terminal_is_shown_raw(self) -> None:
        for text, expected in (
            ("Zoë", "Zoë"),
            ("a\nb", r"a\nb"),
            ("\x1b[31m", r"\x1b[31m"),
            ("\u202eevil", r"\u202eevil"),
            ("\udc80", r"\udc80"),
        ):
            self.assertEqual(printable(text), expected)

    def test_a_long_value_is_shortened_in_the_middle(self) -> None:
        self.assertLess(len(shown("x" * 100_000)), 100)
        self.assertIn("...", shown("x" * 100_000))


class Paths(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)

    def test_a_path_below_the_current_directory_is_shown_relative_to_it(self) -> None:
        self.assertEqual(shown_path(self.folder / "a" / "b.csv"), str(Path("a", "b.csv")))

    def test_a_path_elsewhere_is_shown_as_it_is(self) -> None:
        self.assertEqual(
            shown_path(self.folder.parent / "b.csv"), str(self.folder.parent / "b.csv")
        )
        self.assertEqual(shown_path("../b.csv"), str(Path("../b.csv")))

    def test_a_path_is_shown_as_it_is_if_the_current_directory_is_gone_or_the_root(self) -> None:
        path = self.folder / "b.csv"
        with patch.object(Path, "cwd", side_effect=FileNotFoundError):
            self.assertEqual(shown_path(path), str(path))
        with patch.object(Path, "cwd", return_value=Path(path.anchor)):
            self.assertEqual(shown_path(path), str(path))

    def test_a_number_that_python_does_not_print_is_shown_by_its_type(self) -> None:
        self.assertEqual(shown(10**5000), "<int of too many digits>")

    def test_an_error_is_one_printable_line_whatever_came_from_outside(self) -> None:
        for error in (DataError("a\x1b\nb"), UsageError("a\x1b\nb")):
            self.assertEqual(str(error), r"a\x1b\nb")
