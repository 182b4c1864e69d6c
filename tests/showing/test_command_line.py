"""The command line: what each option does, and what the answer to a wrong one is."""

import math
import os
import re
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any
from unittest.mock import patch

import main
from src import MODELS, DataError, LineModel, MeanScoreBaseline, Regressor, StudentTable
from tests import helpers
from tests.helpers import HEADER, OWN, OWN_CSV, Done, FolderTestCase, Lowest, student, variant

MODEL = Path("out", "model.json")
# What is typed, and a part of the message.
WRONG_OPTIONS = (
    (["--bogus"], "--bogus"),
    (["--dat", "x.csv"], "--dat"),
    (["-q", "-v"], "not allowed with"),
    (["--compare", "--predict", "5"], "not allowed with"),
    (["--predict"], "--predict: expected at least one argument"),
    (["--predict", "five"], "'five' is not a plain finite number"),
    (["--predict", "5", "1e400"], "'1e400' is not a plain finite number"),
    (["--predict", "-1,5"], "'-1,5' is not a plain finite number"),
    (["--column", "name"], "'name' is not FIELD=HEADER"),
    (["--column", "grade=2"], "'grade'"),
    (["--column", "math_score=0"], "counted from 1"),
    (["--column", "math_score=study_hours"], "study_hours"),
    (["--delimiter", "::"], "'::'"),
    (["--decimal", "dot"], "'dot'"),
    (["--encoding", "\x1b"], r"unknown encoding '\x1b'"),
    (["--model", "x\x1b"], r"invalid choice: 'x\x1b' (choose from"),
    (["--max-rejected", "x"], "argument --max-rejected: invalid float value: 'x'"),
    (["--max-rejected", "20"], "; try --max-rejected 0.2 ("),
    (["--min-skill", "nan"], "nan"),
    (["x\x1b.csv"], r"x\x1b.csv: a file is given with --data FILE"),
    (["--missing=-1", "x.csv", "-q"], "x.csv: a file is given with --data FILE"),
)


def failing_with(error: BaseException) -> Callable[..., Any]:
    def method(*_: object) -> None:
        raise error

    return method


Worse = variant("Worse", Lowest, predict=lambda self, hours: 0.0)
Refusing = variant("Refusing", Lowest, fit=failing_with(DataError("too many")))
NeedsThree = variant(
    "NeedsThree", Lowest, fit=lambda self, s: Lowest.fit(self, StudentTable.of(s, at_least=3))
)
FAILING_AT_5 = (
    variant("Divided", Lowest, predict=lambda self, hours: 1.0 / (hours - 5.0)),
    variant("Grown", Lowest, predict=lambda self, hours: math.exp(200.0 * hours)),
    variant("Worded", Lowest, predict=lambda self, hours: 1.0 if hours < 5.0 else "many"),
    variant("Endless", Lowest, predict=lambda self, hours: 1.0 if hours < 5.0 else math.inf),
)


class CommandLine(FolderTestCase):
    """Finds the tests' own students in students.csv, and their model in MODELS."""

    def setUp(self) -> None:
        super().setUp()
        self.models(Lowest)
        self.file(OWN_CSV)

    def models(self, *models: type[Regressor], alone: bool = False) -> None:
        named = patch.dict(MODELS, {model.__name__: model for model in models}, clear=alone)
        named.start()
        self.addCleanup(named.stop)

    def train(self, *options: str | Path, model: str = "Lowest") -> Done:
        parts = ("--data", "students.csv", "--model", model, "--artifacts", "out")
        return self.call(*parts, *options)

    def saved(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("out/*")}


class Training(CommandLine):
    def test_the_files_are_saved_and_named_last_the_report_if_it_is_asked_for(self) -> None:
        done = self.train()
        names = f"\nsaved {MODEL}\nsaved {Path('out', 'metrics.json')}\n"
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.endswith(names))
        self.assertEqual(set(self.saved()), {"model.json", "metrics.json"})
        names += f"saved {Path('out', 'report.html')}\n"
        self.assertTrue(self.train("--report").stdout.endswith(names))
        self.assertTrue(self.saved()["report.html"].startswith(b"<!DOCTYPE html>"))

    def test_a_note_names_compare_if_the_model_is_not_better_than_guessing(self) -> None:
        self.models(Worse)
        for name, is_noted in (("Lowest", False), ("Worse", True), ("MeanScoreBaseline", True)):
            done = self.train(model=name)
            self.assertEqual("; try --compare (" in done.stderr, is_noted, name)

    def test_q_leaves_only_the_files_and_the_report(self) -> None:
        self.file(HEADER + "Ada,-1,1\nBen,20,x\nCem,60,10\n")
        done = self.train("-q", "--report", model="MeanScoreBaseline")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(len(self.saved()), 3)

    def test_v_adds_every_rejection_and_the_seconds_of_each_step_to_stderr(self) -> None:
        self.file(OWN_CSV + ",1,1\n" * 30)
        plain, verbose = (self.train("--max-rejected", "1", *option) for option in ([], ["-v"]))
        self.assertEqual(plain.stderr.count("name is missing"), 10)
        self.assertEqual(verbose.stderr.count("name is missing"), 30)
        self.assertTrue(verbose.stderr.startswith("rejected 30 of 33 rows:\n  line 5: name is "))
        seconds = re.findall(r"^(.+): \d+\.\d{3} s$", verbose.stderr, re.MULTILINE)
        self.assertEqual(seconds, ["load and clean", "train", "evaluate", "save"])
        self.assertEqual(verbose.stdout, plain.stdout)

    def test_what_cannot_be_used_is_one_error_line_and_nothing_is_saved(self) -> None:
        rejected = HEADER + "Ada,1,1\nBen,,1\nCem,x,1\n"
        absent = Path("a", "x.csv")
        for content, options, parts in (
            (HEADER + '"', [], ["error: students.csv: line 2: "]),
            (rejected, [], ["students.csv: 2 of 3 rows", "; try --max-rejected 1 ("]),
            (rejected, ["--max-rejected", "0.66"], ["2 of 3 rows"]),
            (
                HEADER + "A,-1,1\nB,x,1\n",
                ["--missing", "-1", "--missing=x"],
                ["2 of 2 rows", "missing"],
            ),
            # 1 - 18 / (89 / 3) is 0.39326: the left-out errors are those of tests/helpers.py.
            (OWN_CSV, ["--min-skill", "0.394", "--report"], ["0.393258", "0.394"]),
            ("", ["--data", absent], [f"{absent}: no such file in {self.folder / 'a'}"]),
        ):
            self.file(content)
            with self.subTest(parts):
                self.assert_refused(self.train(*options), 1, *parts)
        self.assertEqual(self.saved(), {})
        (self.folder / "out" / "report.html").mkdir(parents=True)
        self.file(OWN_CSV)
        done, path = self.train("--report", "-q"), Path("out", "report.html")
        self.assert_refused(done, 1, f"error: {path}: cannot be written: ")

    def test_what_the_options_allow_is_trained_on(self) -> None:
        for content, options in (
            (HEADER + "Ada,1,1\nBen,,1\nCem,x,1\n", "--max-rejected 0.67"),
            (OWN_CSV, "--min-skill 0.393"),
            (OWN_CSV, "--min-skill -1e3"),
            ("Hours,Scores\n2,21\n", "--column math_score=x --column=study_hours=1"),
            ("a=b;math_score;study_hours\n1;;2\n", "--delimiter ; --column math_score=a=b"),
        ):
            with self.subTest(options):
                self.file(content)
                last = ["--column", "math_score=Scores"] if "=x" in options else []  # it counts
                self.assertEqual(self.train(*options.split(), *last).returncode, 0)

    def test_a_bug_keeps_its_traceback_and_an_interrupt_is_quiet_and_keeps_the_old_files(
        self,
    ) -> None:
        self.train()
        before = self.saved()
        for error in (ZeroDivisionError(), FileNotFoundError()):
            self.models(variant("Buggy", Lowest, fit=failing_with(error)))
            with self.subTest(error), self.assertRaises(type(error)):
                self.train(model="Buggy")
        self.models(variant("Interrupted", Lowest, fit=failing_with(KeyboardInterrupt())))
        done = self.train(model="Interrupted")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (130, "", ""))
        self.assertEqual(self.saved(), before)


class Comparing(CommandLine):
    def compare(self, *options: str) -> Done:
        return self.call("--data", "students.csv", "--compare", *options)

    def test_a_row_for_each_of_models_best_first_and_nothing_is_saved(self) -> None:
        # The mean of 11, 20 and 60 is 91 / 3: off by 58, 31 and 89 thirds.
        self.models(Worse, MeanScoreBaseline, Refusing, NeedsThree, Lowest, alone=True)
        done = self.compare()
        expected = """model training left-out skill
            Lowest 15 18 0.393258
            MeanScoreBaseline 19.7778 29.6667 0
            Worse 30.3333 30.3333 -0.0224719
            Refusing too many
            NeedsThree 15 undefined undefined"""
        rows = [line.split() for line in done.stdout.splitlines()]
        self.assertEqual(rows[-6:], [line.split() for line in expected.splitlines()])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(set(self.files()), {"students.csv"})

    def test_rejections_and_notes_are_shown_and_options_of_saving_ignored_unless_q(self) -> None:
        self.file(OWN_CSV + "Dan,-1,1\nEve,,1\n")
        saving = ["--artifacts", "out", "--report", "--min-skill=1", "--model", "Lowest"]
        loud, quiet = self.compare(*saving), self.compare(*saving, "-q")
        names = ("--artifacts", "--report", "--min-skill", "--model")
        ignored = "".join(f"note: {name} was ignored\n" for name in names)
        self.assertRegex(
            loud.stderr, rf"\Arejected 1 of 5 rows:\n.*\nnote: .* below 0.*\n{ignored}\Z"
        )
        self.assertEqual((quiet.stderr, quiet.stdout), ("", loud.stdout))
        self.assertEqual((loud.returncode, set(self.files())), (0, {"students.csv"}))


class Predicting(CommandLine):
    def setUp(self) -> None:
        super().setUp()
        # score = 10 + hours
        self.save(LineModel().fit([student(11.0, 1.0), student(15.0, 5.0)]))

    def save(self, model: Regressor) -> None:
        (self.folder / "out").mkdir(exist_ok=True)
        model.save(self.folder / MODEL)

    def predict(self, *hours: str) -> Done:
        return self.call("--artifacts", "out", "--predict", *hours)

    def assert_predicted(self, done: Done, *scores: float, notes: str = "") -> None:
        shown = "".join(f"{score!r}\n" for score in scores)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, shown, notes))

    def test_one_prediction_a_line_with_all_its_digits_and_nothing_is_trained(self) -> None:
        before = self.saved()
        done = self.predict("5", "3.0", "1e0", "4.123456789")
        self.assert_predicted(done, 15.0, 13.0, 11.0, 10.0 + 4.123456789)
        self.assertEqual(self.saved(), before)

    def test_hours_outside_those_seen_in_training_are_noted_unless_q(self) -> None:
        text = "note: {} is outside the range seen in training (1.0 to 5.0)\n"
        notes = "".join(map(text.format, (0.5, 0.0, 20.0)))
        done = self.predict("0.5", "3", "-0", "20")
        self.assert_predicted(done, 10.5, 13.0, 10.0, 30.0, notes=notes)
        self.assert_predicted(self.predict("20", "-q"), 30.0)
        self.save(Lowest().fit(OWN))  # it has kept no hours
        self.assert_predicted(self.predict("-5", "1000"), 6.0, 1011.0)

    def test_a_model_of_ones_own_predicts_if_it_is_in_models_under_any_name(self) -> None:
        self.models(alone=True)
        MODELS["own"] = Lowest
        self.assertEqual(self.train(model="own").returncode, 0)
        self.assert_predicted(self.predict("2"), 13.0)

    def test_a_predict_that_refuses_or_fails_is_an_error_and_nothing_is_printed(self) -> None:
        self.assert_refused(self.predict("5", "-1e3"), 1, "no prediction for -1000.0 hours")
        self.file(HEADER + "Ada,50,5\n")
        self.models(*FAILING_AT_5)
        for model in FAILING_AT_5:
            start = f"error: {model.__name__}.predict(5.0) "
            if model.__name__ != "Endless":  # in training that is an undefined prediction
                self.assert_refused(self.train(model=model.__name__), 1, start)
            self.save(model().fit(OWN))
            self.assert_refused(self.predict("2", "5"), 1, start)

    def test_a_saved_model_that_does_not_fit_the_code_is_refused(self) -> None:
        del MODELS["LineModel"]  # the patch of setUp puts it back
        self.assert_refused(self.predict("5"), 1, str(MODEL), "'LineModel'", "MODELS")
        self.save(Lowest().fit(OWN))
        with patch.object(Lowest, "predict", lambda self, hours: self.learned["slope"] * hours):
            self.assert_refused(self.predict("5"), 1, f"{MODEL}: ", "'slope'", "retrain it")

    def test_other_options_are_ignored_with_a_note_unless_q(self) -> None:
        typed = "--data=absent.csv --max-rejected 0.1 --missing=-1 --missing=x --report"
        names = ("--data", "--max-rejected", "--missing", "--report")
        notes = "".join(f"note: {name} was ignored\n" for name in names)
        self.assert_predicted(self.predict("5", *typed.split()), 15.0, notes=notes)
        self.assert_predicted(self.predict("5", "-q", *typed.split()), 15.0)


class Usage(CommandLine):
    def test_a_wrong_option_is_one_error_line_and_status_two(self) -> None:
        for arguments, message in WRONG_OPTIONS:
            with self.subTest(arguments):
                self.assert_refused(self.call(*arguments, "--artifacts", "out"), 2, message)
        self.assertNotIn("--data", self.call("--bogus").stderr)
        self.assertEqual(self.saved(), {})

    def test_help_names_every_option(self) -> None:
        done = self.call("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        names = (
            "--data CSV, --artifacts DIR, --column FIELD=HEADER, --delimiter CHAR, --decimal CHAR, "
            "--encoding NAME, --missing TEXT, --model NAME, --max-rejected SHARE, -q, -v, "
            "--min-skill SCORE, --compare, --predict HOURS, --report"
        )
        for option in names.split(", "):
            self.assertIn(f" {option} ", done.stdout.replace("\n", " \n"))


class ShownPaths(CommandLine):
    def test_they_are_relative_below_the_current_directory_and_whole_elsewhere(self) -> None:
        done = self.train("--artifacts", self.folder / "a" / "b")
        self.assertIn(f"\nsaved {Path('a', 'b', 'model.json')}\n", done.stdout)
        path = self.folder / "absent.csv"
        for folder in (self.folder / "a", Path(self.folder.anchor)):
            self.folder = folder
            self.assert_refused(self.train("--data", path), 1, f"error: {path}: ")

    @helpers.needs_posix
    def test_a_current_directory_that_is_gone_is_no_reason_for_another_message(self) -> None:
        self.addCleanup(os.chdir, Path.cwd())
        gone = self.folder / "gone"
        gone.mkdir()
        os.chdir(gone)
        gone.rmdir()
        with redirect_stderr(err := helpers.Stream()):
            self.assertEqual(main.main(["--data", "absent.csv"]), 1)
        self.assertRegex(str(err), r"\Aerror: absent.csv: no such file[^\n]*\n\Z")
