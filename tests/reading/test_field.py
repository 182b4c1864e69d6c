"""Small files that people really have: each is read rightly, or refused with what helps."""

from unittest.mock import patch

from src import DataLoader
from tests.helpers import FolderTestCase
from tests.reading.cases import Case, Outcome, all_cases, command_line, outcome, suggestion


class Files(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        patcher = patch("os.fsync")  # nobody pulls the plug
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_each_file_is_read_rightly_or_refused_with_what_helps_by_the_classes(self) -> None:
        for case in all_cases():
            with self.subTest(case.path.stem, options=case.options):
                found = outcome(case.path, case.options)
                if "error" in case.expected:
                    self.assert_error(case, found)
                else:
                    self.assertEqual(found.error, "")
                    self.assert_result(case, found)

    def assert_error(self, case: Case, found: Outcome) -> None:
        self.assertTrue(found.error, found)
        for part in case.expected["error"]:
            self.assertIn(part, found.error)
        for part in case.expected.get("absent", []):
            self.assertNotIn(part, found.error)
        tried = case.expected.get("suggestion", suggestion(found.error)[0])
        self.assertEqual(suggestion(found.error)[0], tried, found.error)

    def assert_result(self, case: Case, found: Outcome) -> None:
        expected = case.expected
        self.assertEqual(found.students, expected.get("students", found.students))
        self.assertEqual(len(found.students), expected.get("n", len(found.students)))
        self.assertAlmostEqual(found.rate, expected.get("rate", found.rate))
        self.assertEqual(list(found.rejections), expected.get("rejected", []))
        for part in expected.get("why", []):
            self.assertIn(part, "\n".join(found.rejections.values()))
        parts = expected.get("notes", [])
        self.assertEqual(len(found.notes), len(parts), found.notes)
        for part, note in zip(parts, found.notes, strict=True):
            self.assertIn(part, note)
        if "lines" in expected:
            rows = DataLoader(case.path, **case.options)
            self.assertEqual([row["line"] for row in rows], expected["lines"])

    def test_the_command_line_says_the_same_and_saves_nothing_if_it_is_refused(self) -> None:
        for number, case in enumerate(all_cases()):
            with self.subTest(case.path.stem, options=case.options):
                expected, out = outcome(case.path, case.options), self.folder / str(number)
                arguments = ["--data", case.path, "--artifacts", out, *command_line(case.options)]
                done = self.call(*map(str, arguments))
                if expected.error:
                    self.assert_refused(done, 1, f"{case.path.name}: {expected.error}\n")
                    self.assertFalse(out.exists())
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(out.exists())
                for text in [*expected.rejections.values(), *expected.notes]:
                    self.assertIn(text, done.stderr)
                for student in expected.students:
                    self.assertIn(
                        f"'math_score': {student[1]}, 'study_hours': {student[2]}", done.stdout
                    )
