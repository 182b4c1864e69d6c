"""Whatever a message says to try leads further, in a shell and in a notebook."""

from unittest.mock import patch

from src import TrainingPipeline, UsageError
from tests.helpers import HEADER, OWN_CSV, FolderTestCase
from tests.reading.cases import (
    Settings,
    all_cases,
    as_a_shell,
    command_line,
    followed,
    outcome,
    suggestion,
)

# Content of a file, how it is read, and the character that CHAR stands for.
OTHERS: list[tuple[str | bytes, Settings, str]] = [
    *(((HEADER + "Ann,80,8\nBen,60,6\n").replace(",", mark), {}, mark) for mark in ":^/~"),
    ("Name:Score:Hours\nAnn:80:8\nBen:60:6\n", {}, ":"),
    (OWN_CSV, {"delimiter": ";"}, ""),
    (OWN_CSV.replace(",", "\t"), {"delimiter": "space", "columns": {"name": "Who"}}, ""),
    ("name;h;s\nAnn;8;80\nBen;6;60\n", {"delimiter": "comma"}, ""),
    (OWN_CSV.encode("utf-16"), {}, ""),
    (OWN_CSV.encode("utf-16-be"), {}, ""),
    (OWN_CSV.encode("utf-32"), {}, ""),
    (OWN_CSV.replace("Ada", "Zoë").encode("cp1252"), {}, ""),
    (OWN_CSV.replace("Ada", "Zoë").encode(), {"encoding": "ascii"}, ""),
    (b"\x81" + OWN_CSV.encode(), {"encoding": "CP1252"}, ""),
    (OWN_CSV.encode("utf-16-be"), {"encoding": "utf-16"}, ""),
    (HEADER + 'Ann,"1,5",2\nBen,"2,5",3\nCem,3.5,4\n', {}, ""),
    (HEADER + "Ann,1.5,2\nBen,2.5,3\n", {"decimal": "comma"}, ""),
    (HEADER + "Ann,x,1\nBen,y,2\nCem,3,4\n", {}, ""),
    (HEADER + "Ann,x,1\nBen,y,2\nCem,3,4\n", {"max_rejected": 0.1}, ""),
    (HEADER + "Ann,-1,1\nBen,-9,2\nCem,absent,4\nDan,5,4\n", {"missing": ["absent"]}, ""),
    (",Hours\n1,2\n", {"columns": {"math_score": ""}}, ""),
    ("Hours,2,1,b,Score\n2.5,21,4,7,8\n", {}, ""),
    (
        "Score,hours,hours\n1,2,3\n",
        {"columns": {"math_score": "Score", "study_hours": "hours"}},
        "",
    ),
    ("study_hours,a,a,b\n1,2,3,x\n", {"columns": {"math_score": "a", "name": "b"}}, ""),
]


class Suggestions(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        patcher = patch("os.fsync")  # nobody pulls the plug
        patcher.start()
        self.addCleanup(patcher.stop)

    def assert_leads_further(self, content: str | bytes, options: Settings, char: str) -> int:
        """Follow each suggestion with each of the listed numbers; return how many there were."""
        path, count = self.file(content), 0
        before = outcome(path, options)
        for message in [before.error] if before.error else before.notes:
            if "; try " not in message:
                continue
            self.assertRegex(message, r"; try [^;]+ \(.+\)\Z")
            choices = list(followed(message, char))
            self.assertTrue(choices, message)
            for index, (option, arguments) in enumerate(choices):
                words = command_line(options)
                shell = as_a_shell(words, option)
                self.assertNotEqual(sorted(shell), sorted(words), message)  # in use already
                notebook = outcome(path, options | arguments)
                self.assertNotEqual(notebook, before, message)
                self.assertNotEqual(notebook.error or None, message)
                if index:
                    continue  # a shell is told the same
                done = self.call("--data", path, "--artifacts", "out", *shell)
                if notebook.error:
                    self.assert_refused(done, 1, f": {notebook.error}\n")
                else:
                    self.assertEqual(done.returncode, 0, done.stderr)
                    for text in [*notebook.rejections.values(), *notebook.notes]:
                        self.assertIn(text, done.stderr)
            count += len(choices)
        return count

    def test_each_suggestion_about_a_file_leads_further(self) -> None:
        count = 0
        for case in all_cases():
            with self.subTest(case.path.stem, options=case.options):
                content, char = case.path.read_bytes(), case.expected.get("char", "")
                count += self.assert_leads_further(content, case.options, char)
        self.assertGreater(count, 150)

    def test_each_other_suggestion_leads_further(self) -> None:
        for content, options, char in OTHERS:
            with self.subTest(content=content, options=options):
                self.assertGreater(self.assert_leads_further(content, options, char), 0)

    def test_the_one_about_a_percentage_is_the_share(self) -> None:
        with self.assertRaises(UsageError) as caught:
            TrainingPipeline(max_rejected=20)
        self.assertEqual(
            suggestion(str(caught.exception)), ("--max-rejected 0.2", "max_rejected=0.2")
        )
        done = self.call(
            "--data", self.file(OWN_CSV), "--max-rejected", "0.2", "--artifacts", "out"
        )
        self.assertEqual(done.returncode, 0)

    def test_the_one_about_other_models_is_a_comparison(self) -> None:
        path = self.file(HEADER + "Ada,50,1\nBen,50,9\nCem,51,5\n")
        done = self.call("--data", path, "--artifacts", "out")
        option, argument = suggestion(done.stderr.rstrip())
        self.assertEqual((option, argument), ("--compare", "TrainingPipeline(...).compare()"))
        again = self.call("--data", path, option)
        self.assertEqual(again.returncode, 0)
        self.assertNotIn("; try ", again.stderr)
