"""The error family, and text and paths from outside in a message."""

import copy
import os
import pickle
from pathlib import Path
from typing import Any
from unittest.mock import patch

from src import ArtifactError, DataError, NotFittedError, PipelineError, UsageError
from src.support.errors import as_path, short_repr, shown_path
from tests.helpers import FolderTestCase


class Errors(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)

    def test_an_error_is_the_built_in_that_fits_in_one_printable_line_also_as_a_copy(self) -> None:
        for kind, parents in (
            (DataError, (PipelineError, ValueError)),
            (ArtifactError, (PipelineError,)),
            (NotFittedError, (PipelineError, ValueError, AttributeError)),
            (UsageError, (PipelineError, ValueError)),
        ):
            self.assertEqual(kind.__bases__, parents)
            error = kind("Zoë\x1b[31m\n\u202e\udc80")
            for twin in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
                self.assertEqual((type(twin), str(twin)), (kind, r"Zoë\x1b[31m\n\u202e\udc80"))

    def test_a_value_is_shown_on_one_line_shortened_in_the_middle(self) -> None:
        self.assertEqual(short_repr("a\nb"), r"'a\nb'")
        for long in ("x" * 100_000, 10**4000, 10**5000):  # Python refuses to print the last
            self.assertLess(len(short_repr(long)), 100)

    def test_a_path_below_the_current_directory_is_relative_unless_that_is_the_root(self) -> None:
        path = self.folder / "a" / "b.csv"
        self.assertEqual(shown_path(path), str(Path("a", "b.csv")))
        for elsewhere in (self.folder.parent / "b.csv", Path("../b.csv")):
            self.assertEqual(shown_path(elsewhere), str(elsewhere))
        for here in ({"side_effect": FileNotFoundError}, {"return_value": Path(path.anchor)}):
            with patch.object(Path, "cwd", **here):
                self.assertEqual(shown_path(path), str(path))

    def test_a_tilde_is_expanded_and_what_is_not_a_path_is_a_usage_error(self) -> None:
        with patch.dict(os.environ, {"HOME": str(self.folder), "USERPROFILE": str(self.folder)}):
            self.assertEqual(as_path("~/s.csv"), self.folder / "s.csv")
            self.assertEqual(as_path(Path("~")), self.folder)
        for path in ("a~b.csv", "~no-such-user-7/s.csv" if os.name == "posix" else "a"):
            self.assertEqual(as_path(path), Path(path))
        wrong: list[Any] = [None, 5, ["s.csv"]]
        for path in wrong:
            with self.assertRaisesRegex(UsageError, "artifacts_dir is .*, not a path"):
                as_path(path, "artifacts_dir")
