"""The command line, called and run as its users do."""

import ast
import errno
import importlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import main
from src import MeanScoreBaseline, StudyModel
from src.showing.terminal import write
from tests.support import (
    HEADER,
    ROOT,
    SAMPLE,
    THREE,
    FolderTestCase,
    needs_fifo,
    needs_posix,
    needs_processes,
)


class Stream(io.TextIOWrapper):
    """What sys.stdout and sys.stderr are, but with its bytes kept."""

    def __init__(self, encoding: str = "utf-8", terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def text(self) -> str:
        self.flush()
        value = self.buffer.getvalue()  # type: ignore[attr-defined]
        assert isinstance(value, bytes)
        return value.decode(self.encoding)


class FailingStream(Stream):
    """A stream on which every write fails: a full disk, or a reader who has gone."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


DAISY = "  line 5: math_score is missing\n"


class CommandLine(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)
        self.out, self.err = Stream(), Stream()

    def call(self, *arguments: str | Path) -> int:
        """Call main in this process; what it prints is in self.out and self.err."""
        with patch("sys.stdout", self.out), patch("sys.stderr", self.err):
            return main.main(list(map(str, arguments)))

    def train(self, *arguments: str | Path) -> int:
        return self.call("--artifacts", "out", *arguments)

    def errors(self) -> str:
        return self.err.text() if self.err else ""


class Training(CommandLine):
    def test_the_cleaned_data_the_model_the_errors_the_verdict_and_the_files(self) -> None:
        self.assertEqual(self.train(), 0)
        self.assertEqual(
            self.out.text(),
            """\
[
 {{'name': 'Alice', 'math_score': 85.0, 'study_hours': 10.0, 'score_per_hour': 8.5}},
 {{'name': 'Bob', 'math_score': 60.0, 'study_hours': 3.0, 'score_per_hour': 20.0}},
 {{'name': 'Charlie', 'math_score': 90.0, 'study_hours': 12.0, 'score_per_hour': 7.5}}
]

3 students, scores from 60.0 to 90.0, study hours from 3.0 to 12.0

Model: math_score = average_score_per_hour * study_hours
  average_score_per_hour = 12.0
  n_students = 3
  study_hours_min = 3.0
  study_hours_max = 12.0

Mean absolute error, in score points:
    37.6667  on the students it was fitted on
       56.5  on students it has not seen (leave-one-out)
    18.3333  guessing the others' mean score
The model is worse than guessing the mean score.

saved {}
saved {}
""".format(Path("out", "model.json"), Path("out", "metrics.json")),
        )
        self.assertEqual(self.errors(), "rejected 1 of 4 rows:\n  line 5: math_score is missing\n")

    def test_the_verdict_is_in_plain_words(self) -> None:
        for rows, verdict in (
            ("A,10,1\nB,20,2\nC,90,9\n", "The model is better than guessing the mean score."),
            ("A,10,1\nB,10,1\n", "The model is as good as guessing the mean score."),
            (
                "A,10,1\n",
                "There is no verdict: leave-one-out needs at least two students.",
            ),
        ):
            self.out = Stream()
            self.assertEqual(self.train("--data", self.file(HEADER + rows)), 0)
            self.assertIn(verdict, self.out.text())
        self.assertIn("\n  undefined  on students it has not seen", self.out.text())

    def test_of_many_rows_and_rejections_the_first_ten_are_shown_and_the_rest_counted(self) -> None:
        rows = "".join(f"N{i},1,1\n,1,1\n" for i in range(30))
        self.assertEqual(self.train("--data", self.file(HEADER + rows)), 0)
        self.assertEqual(self.out.text().count("{'name'"), 10)
        self.assertIn("\n ... and 20 more\n]\n", self.out.text())
        lines = self.errors().splitlines()
        self.assertEqual((lines[0], len(lines)), ("rejected 30 of 60 rows:", 12))
        self.assertEqual(lines[-1], "  ... and 20 more")

    def test_of_ten_rejections_all_are_shown_and_no_rest_is_counted(self) -> None:
        self.train("--data", self.file(HEADER + "N,1,1\n,1,1\n" * 10))
        lines = self.errors().splitlines()
        self.assertEqual((len(lines), lines[-1]), (11, "  line 21: name is missing"))

    def test_v_adds_every_rejection_and_the_seconds_of_each_step_to_stderr(self) -> None:
        rows = "A,1,1\n" + ",1,1\n" * 30
        path = self.file(HEADER + rows)
        self.assertEqual(self.train("-v", "--max-rejected", "1", "--data", path), 0)
        lines = self.errors().splitlines()
        self.assertEqual(lines[:2], ["rejected 30 of 31 rows:", "  line 3: name is missing"])
        self.assertEqual(lines[30], "  line 32: name is missing")
        self.assertRegex("\n".join(lines[31:]), r"\Aload and clean: 0.\d\d\d s\ntrain: .*\neval")
        self.assertNotIn(" s\n", self.out.text())

    def test_the_model_is_chosen_by_name(self) -> None:
        self.assertEqual(self.train("--model", "MeanScoreBaseline"), 0)
        self.assertIn("\nModel: math_score = mean_score\n", self.out.text())
        self.assertIn("The model is as good as guessing the mean score.", self.out.text())

    def test_students_left_out_in_groups_are_mentioned(self) -> None:
        class Renamed(StudyModel):
            def predict(self, study_hours: float) -> float:
                return 50.0

        rows = "".join(f"N{i},{i % 90},{1 + i % 7}\n" for i in range(201))
        with patch.dict("src.model.MODELS", {"Renamed": Renamed}):
            path = self.file(HEADER + rows)
            self.assertEqual(self.train("--model", "Renamed", "--data", path), 0)
        self.assertIn("has not seen (left out in 20 groups)\n", self.out.text())

    def test_too_many_rejected_rows_are_refused_unless_allowed(self) -> None:
        path = self.file(HEADER + "A,1,1\nB,,1\nC,x,1\n")
        self.assertEqual(self.train("--data", path), 1)
        self.assertEqual(
            self.errors(),
            "error: students.csv: 2 of 3 rows were rejected (1 missing, 1 not a number); the"
            " first: line 3: math_score is missing; --max-rejected 1 (max_rejected=1) trains on"
            " the other 1\n",
        )
        self.assertFalse((self.folder / "out").exists())
        self.assertEqual(self.train("--data", path, "--max-rejected", "1"), 0)

    def test_q_leaves_nothing_but_the_files(self) -> None:
        self.assertEqual(self.train("-q"), 0)
        self.assertEqual(self.out.text() + self.errors(), "")
        self.assertEqual(len(list((self.folder / "out").iterdir())), 2)

    def test_report_adds_a_page_and_says_so(self) -> None:
        self.assertEqual(self.train("--report"), 0)
        self.assertTrue(self.out.text().endswith(f"saved {Path('out', 'report.html')}\n"))
        html = (self.folder / "out" / "report.html").read_text(encoding="utf-8")
        self.assertTrue(html.startswith("<!DOCTYPE html>"))
        self.assertIn("<svg", html)
        self.assertEqual(self.train("--report", "-q"), 0)
        self.assertEqual((self.folder / "out" / "report.html").read_text(encoding="utf-8"), html)

    def test_a_report_that_cannot_be_written_is_an_error(self) -> None:
        (self.folder / "out" / "report.html").mkdir(parents=True)
        self.assertEqual(self.train("--report"), 1)
        self.assertIn(
            f"error: {Path('out', 'report.html')}: cannot be written: not a regular file;"
            " choose another folder with --artifacts",
            self.errors(),
        )

    def test_no_rejection_nothing_on_stderr(self) -> None:
        self.assertEqual(self.train("--data", self.file(HEADER + "A,1,1\n")), 0)
        self.assertEqual(self.errors(), "")

    def test_files_of_other_shapes_are_one_command_away(self) -> None:
        for content, options in (
            ("Hours,Scores\n2.5,21\n", ["math_score=Scores", "study_hours=Hours"]),
            ("school;x;studytime;x;G3\nGP;1;2;3;6\n", ["math_score=G3", "study_hours=studytime"]),
            ("Zoë\tmath_score\tstudy_hours\n\t1\t1\n".encode("cp1252"), ["math_score=math_score"]),
            ("name,math_score,study_hours\nZoë,1,1\n".encode("cp1252"), []),
        ):
            arguments = [part for option in options for part in ("--column", option)]
            if b";" in (content.encode() if isinstance(content, str) else content):
                arguments += ["--delimiter", ";"]
            if isinstance(content, bytes):
                arguments += ["--encoding", "cp1252"]
                arguments += ["--delimiter", "tab"] if b"\t" in content else []
            with self.subTest(arguments):
                self.assertEqual(self.train("--data", self.file(content), *arguments), 0)
                self.assertEqual(self.errors(), "")

    def test_bad_data_is_one_error_line_and_status_one(self) -> None:
        for content, message in (
            (
                HEADER,
                "error: students.csv: no usable row: the file has a header but no rows\n",
            ),
            (
                HEADER + '"',
                "error: students.csv: line 2: a quote is opened here and never closed\n",
            ),
        ):
            self.err = Stream()
            self.assertEqual(self.train("--data", self.file(content)), 1)
            self.assertEqual((self.out.text(), self.errors()), ("", message))

    def test_the_programs_own_error_is_a_traceback(self) -> None:
        with (
            patch("main.TrainingPipeline", side_effect=ZeroDivisionError),
            self.assertRaises(ZeroDivisionError),
        ):
            self.train()

    def test_an_interrupt_ends_quietly_with_130(self) -> None:
        with patch("main.TrainingPipeline", side_effect=KeyboardInterrupt):
            self.assertEqual(self.train(), 130)
        self.assertEqual(self.out.text() + self.errors(), "")


class Predicting(CommandLine):
    def setUp(self) -> None:
        super().setUp()
        (self.folder / "out").mkdir()
        StudyModel().fit(THREE).save(self.folder / "out" / "model.json")

    def test_one_prediction_a_line_and_nothing_is_trained(self) -> None:
        before = (self.folder / "out" / "model.json").stat().st_mtime_ns
        self.assertEqual(self.train("--predict", "5", "3.0", "1e1"), 0)
        self.assertEqual((self.out.text(), self.errors()), ("60.0\n36.0\n120.0\n", ""))
        self.assertEqual((self.folder / "out" / "model.json").stat().st_mtime_ns, before)

    def test_an_answer_outside_the_hours_seen_says_so_on_stderr_unless_q(self) -> None:
        self.assertEqual(self.train("--predict", "0", "5", "20"), 0)
        self.assertEqual(
            self.errors(),
            "note: 0.0 hours is outside the range seen in training (3.0 to 12.0)\n"
            "note: 20.0 hours is outside the range seen in training (3.0 to 12.0)\n",
        )
        self.out, self.err = Stream(), Stream()
        self.assertEqual(self.train("--predict", "3", "12"), 0)
        self.assertEqual(self.errors(), "")
        self.out, self.err = Stream(), Stream()
        self.assertEqual(self.train("-q", "--predict", "20"), 0)
        self.assertEqual((self.out.text(), self.errors()), ("240.0\n", ""))

    def test_the_class_that_the_file_names_predicts_and_no_range_is_noted_if_it_kept_none(
        self,
    ) -> None:
        self.assertEqual(self.train("-q", "--model", "MeanScoreBaseline"), 0)
        self.assertEqual(self.train("--predict", "1000"), 0)
        self.assertEqual((self.out.text(), self.errors()), ("78.33333333333333\n", ""))

    def test_a_model_that_no_class_here_made_is_refused(self) -> None:
        path = self.folder / "out" / "model.json"
        for name, message in (
            ("Other\x1b", r"model is 'Other\\x1b', not 'StudyModel'"),
            (5, "model is 5, not 'StudyModel'"),
            ([], r"model is \[\], not 'StudyModel'"),
        ):
            path.write_text(json.dumps({"format_version": 1, "model": name}), encoding="utf-8")
            self.err = Stream()
            self.assertEqual(self.train("--predict", "5"), 1)
            self.assertRegex(self.errors(), rf"\Aerror: out.model.json: {message}.*; ?retrain it")

    @needs_processes
    def test_no_file_is_opened_in_the_encoding_of_the_locale(self) -> None:
        strict = {"PYTHONWARNDEFAULTENCODING": "1", "PYTHONWARNINGS": "error::EncodingWarning"}
        for arguments in (["--report"], ["--predict", "5"]):
            done = self.main("--artifacts", "out", *arguments, environment=strict)
            self.assertEqual((done.returncode, done.stderr.count("Error")), (0, 0), done.stderr)

    def test_the_formula_of_a_model_is_escaped(self) -> None:
        with patch.object(StudyModel, "formula", "red \x1b[31m"):
            self.assertEqual(self.train(), 0)
        self.assertIn("Model: red \\x1b[31m\n", self.out.text())

    def test_a_saved_model_that_lacks_what_predict_needs_now_is_refused(self) -> None:
        predict = patch.object(StudyModel, "predict", lambda self, h: self.learned["slope"] * h)
        with predict:
            self.assertEqual(self.train("--predict", "5"), 1)
        path = Path("out", "model.json")
        message = f"error: {path}: cannot predict ('slope'); retrain it\n"
        self.assertEqual(self.errors(), message)
        self.err = Stream()
        with patch.object(StudyModel, "predict", lambda self, h: self.table[h]):
            self.assertEqual(self.train("--predict", "5"), 1)
        self.assertIn("('StudyModel' object has no attribute 'table'); retrain it", self.errors())

    def test_a_model_may_be_registered_by_any_name(self) -> None:
        with patch.dict(main.MODELS, {"mean": MeanScoreBaseline}):
            del main.MODELS["MeanScoreBaseline"]
            self.assertEqual(self.train("-q", "--model", "mean"), 0)
            self.assertEqual(self.train("--predict", "1000"), 0)
        self.assertEqual((self.out.text(), self.errors()), ("78.33333333333333\n", ""))

    def test_an_option_of_training_beside_predict_is_ignored_and_that_is_said(self) -> None:
        ignored = ("--data", "absent.csv", "--max-rejected", "0.1", "--model", "MeanScoreBaseline")
        self.assertEqual(self.train(*ignored, "--predict", "5"), 0)
        names = ("--data", "--model", "--max-rejected")
        notes = "".join(f"note: {name} was ignored\n" for name in names)
        self.assertEqual(self.errors(), notes)

    def test_hours_that_the_model_cannot_answer_are_an_error_and_nothing_is_printed(self) -> None:
        for hours in ("-1", "1e308"):
            self.err = Stream()
            self.assertEqual(self.train("--predict", "5", hours), 1)
            self.assertEqual(self.out.text(), "")
            self.assertRegex(self.errors(), r"\Aerror: no prediction for .* hours: [^\n]*\n\Z")

    def test_without_a_model_it_says_to_train_first(self) -> None:
        self.assertEqual(self.call("--artifacts", "absent", "--predict", "5"), 1)
        self.assertEqual(
            self.errors(),
            f"error: {Path('absent', 'model.json')}: no such file; run python main.py first, with"
            " the same --artifacts\n",
        )

    def test_a_model_from_elsewhere_is_refused(self) -> None:
        (self.folder / "out" / "model.json").write_text('{"format_version": 2}')
        self.assertEqual(self.train("--predict", "5"), 1)
        self.assertRegex(
            self.errors(), r"\Aerror: out.model.json: format_version is 2, not 1; retrain it"
        )


class Usage(CommandLine):
    def test_a_command_line_that_makes_no_sense_is_one_error_line_and_status_two(self) -> None:
        for arguments, message in (
            (["--bogus"], "unrecognized arguments: --bogus"),
            (["--dat", "x.csv"], "unrecognized arguments: --dat"),
            (["\x1b[31m"], r"unrecognized arguments: \x1b[31m"),
            (["-q", "-v"], "not allowed with"),
            (["--predict"], "--predict: expected at least one argument"),
            (["--predict", "abc"], "'abc' is not a plain finite number"),
            (["--predict", "nan"], "'nan' is not a plain finite number"),
            (["--predict", "5", "inf"], "'inf' is not a plain finite number"),
            (["--predict", "1e400"], "'1e400' is not a plain finite number"),
            (["--predict", "1_0"], "'1_0' is not a plain finite number"),
            (["--column", "name"], "'name' is not FIELD=HEADER"),
            (["--model", "x\x1b"], r"argument --model: invalid choice: 'x\x1b' (choose from"),
            (["--max-rejected", "x"], "argument --max-rejected: invalid float value: 'x'"),
        ):
            with self.subTest(arguments):
                self.err = Stream()
                with self.assertRaises(SystemExit) as caught:
                    self.call(*arguments)
                self.assertEqual((caught.exception.code, self.out.text()), (2, ""))
                self.assertRegex(self.errors(), r"\Aerror: [^\n]*; see python main.py --help\n\Z")
                self.assertIn(message, self.errors())

    def test_a_setting_that_fits_no_file_is_one_error_line_and_status_two(self) -> None:
        for arguments, message in (
            (["--column", "score=S"], "unknown field 'score'"),
            (["--delimiter", "::"], "the delimiter must be one character"),
            (["--decimal", "dot"], "the decimal mark must be point or comma, not 'dot'"),
            (["--encoding", "utf-99"], "unknown encoding 'utf-99'"),
            (["--encoding", "\x1b"], r"unknown encoding '\\x1b'"),
            (["--max-rejected", "1.5"], "max_rejected must be from 0 to 1, not 1.5"),
        ):
            self.err = Stream()
            self.assertEqual(self.train(*arguments), 2)
            self.assertRegex(self.errors(), rf"\Aerror: {message}[^\n]*\n\Z")

    def test_an_option_given_twice_counts_as_the_last_one_says(self) -> None:
        path = self.file("Hours,Scores\n1,2\n")
        options = ["math_score=x", "study_hours=Hours", "math_score=Scores"]
        arguments = [part for option in options for part in ("--column", option)]
        self.assertEqual(self.train("--data", path, *arguments), 0)

    def test_the_default_folder_is_the_projects_own(self) -> None:
        self.assertEqual(main.parse([]).artifacts, ROOT / "artifacts")

    def test_help_names_every_option(self) -> None:
        with self.assertRaises(SystemExit) as caught:
            self.call("--help")
        self.assertEqual(caught.exception.code, 0)
        self.assertIn("--predict HOURS", self.out.text())
        self.assertIn("--report", self.out.text())
        for option in (
            "--data",
            "--artifacts",
            "--column",
            "--delimiter",
            "--decimal",
            "--encoding",
            "--model",
            "--max-rejected",
            "-q",
            "-v",
        ):
            self.assertIn(option, self.out.text())


class Streams(CommandLine):
    """Whatever stdout and stderr are, the artifacts are written and there is no traceback."""

    def assert_saved(self) -> None:
        self.assertEqual(len(list((self.folder / "out").iterdir())), 2)

    def test_a_name_that_the_encoding_lacks_is_escaped(self) -> None:
        self.out, self.err = Stream("ascii"), Stream("ascii")
        content = HEADER + "Zoë \U0001f600,1,1\nZoë,é,1\n"
        self.assertEqual(self.train("--data", self.file(content)), 0)
        self.assertIn(r"{'name': 'Zo\xeb \U0001f600', ", self.out.text())
        self.assertIn(r"math_score '\xe9' is not a number", self.errors())

    def test_no_control_character_of_the_data_reaches_the_terminal(self) -> None:
        content = HEADER + "\x1b[31m\u202e\x07,1,1\nA,\x1b]0;x\x07,1\n"
        self.assertEqual(self.train("--data", self.file(content, "\x1b[31m.csv")), 0)
        self.assertEqual(self.train("--data", "\x1b[32m.csv"), 1)
        for line in (self.out.text() + self.errors()).splitlines():
            self.assertTrue(line.isprintable(), line)

    def test_a_reader_who_leaves_is_no_error(self) -> None:
        for error in (BrokenPipeError(errno.EPIPE, "Broken pipe"), OSError(errno.EINVAL, "?")):
            self.out, self.err = FailingStream(error), Stream()
            self.assertEqual(self.train(), 0)
            self.assertEqual(self.errors(), "rejected 1 of 4 rows:\n" + DAISY)
            self.assert_saved()

    def test_a_full_disk_under_stdout_is_an_error_with_the_artifacts_written(self) -> None:
        self.out = FailingStream(OSError(errno.ENOSPC, "No space left on device"))
        self.assertEqual(self.train(), 1)
        self.assertTrue(self.errors().endswith("error: standard output: No space left on device\n"))
        self.assert_saved()

    def test_a_full_disk_under_stderr_hinders_nothing(self) -> None:
        self.err = FailingStream(OSError(errno.ENOSPC, "No space left on device"))
        self.assertEqual(self.train(), 0)
        self.assertIn("Alice", self.out.text())

    def test_only_the_stream_that_failed_is_forgotten(self) -> None:
        full = OSError(errno.ENOSPC, "No space left on device")
        with patch("sys.stdout", self.out), patch("sys.stderr", FailingStream(full)):
            write(sys.stderr, "x")
            self.assertIsNone(sys.stderr)
            write(sys.stdout, "y")
            self.assertIs(sys.stdout, self.out)
        self.assertEqual(self.out.text(), "y\n")

    def test_streams_that_are_closed_are_no_error(self) -> None:
        self.out = self.err = None  # type: ignore[assignment]
        self.assertEqual(self.train(), 0)
        self.assert_saved()

    @needs_processes
    def test_a_whole_process_whose_reader_leaves_ends_quietly(self) -> None:
        for arguments in (["--artifacts", "out"], ["--help"]):
            with subprocess.Popen(
                [sys.executable, str(ROOT / "main.py"), *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as run:
                assert run.stdout is not None and run.stderr is not None
                run.stdout.close()
                errors = run.stderr.read().decode().replace("\r\n", "\n")
            self.assertEqual(run.returncode, 0, errors)
            self.assertIn(errors, ("", "rejected 1 of 4 rows:\n" + DAISY))

    @needs_posix
    def test_whole_processes_with_closed_or_full_streams_end_quietly_too(self) -> None:
        train = shlex.join([sys.executable, str(ROOT / "main.py"), "--artifacts", "out"])
        for command, status in (
            (f"{train} >&-", 0),
            (f"{train} 2>&-", 0),
            (f"{train} >&- 2>&-", 0),
            (f"{train} --help >&-", 0),
            *([(f"{train} >/dev/full 2>/dev/null", 1)] if Path("/dev/full").exists() else []),
        ):
            with self.subTest(command):
                done = subprocess.run(
                    ["sh", "-c", command], capture_output=True, text=True, check=False
                )
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertIn(done.stderr, ("", "rejected 1 of 4 rows:\n" + DAISY))


class LongRuns(CommandLine):
    def progress(self, *arguments: str, terminal: bool = True, seconds: float = 0.2) -> str:
        """Train on five blocks of a file, so many seconds apart; return what stderr got."""
        self.err = Stream(terminal=terminal)
        path = self.file(HEADER + "Ann,1,1\n" * 50)
        size = path.stat().st_size
        with (
            patch("src.reading.text.CHUNK_BYTES", size // 5 + 1),
            patch("src.showing.terminal.monotonic", side_effect=[n * seconds for n in range(100)]),
        ):
            self.assertEqual(self.train("--data", path, *arguments), 0)
        return self.errors()

    def test_on_a_terminal_one_line_shows_how_far_it_is_and_is_erased(self) -> None:
        text = self.progress(seconds=0.15)
        lines = [line for line in text.split("\r") if line.strip()]
        self.assertRegex(" ".join(lines), r"\A(reading: \d+ % )+file read; training\Z")
        self.assertTrue(text.endswith("\r" + " " * len(lines[-1]) + "\r"))

    def test_it_is_not_there_before_half_a_second(self) -> None:
        self.assertEqual(self.progress(seconds=0.01), "")

    def test_it_is_rewritten_at_most_ten_times_a_second(self) -> None:
        progress = main.Progress()
        ticks = [n / 100 for n in range(300)]
        with (
            patch("sys.stderr", self.err),
            patch("src.showing.terminal.monotonic", iter(ticks).__next__),
        ):
            progress.due = 0.0
            for n in range(100):
                progress.show(n, 1000)
        # Each call looks at the clock once, twice when it writes: some 1.1 seconds went by.
        self.assertIn(self.errors().count("reading"), range(8, 12))

    def test_there_is_none_if_stderr_is_not_a_terminal_or_with_q(self) -> None:
        self.assertEqual(self.progress(terminal=False), "")
        self.assertEqual(self.progress("-q"), "")

    def test_of_a_pipe_whose_size_is_unknown_the_bytes_are_told(self) -> None:
        progress = main.Progress()
        progress.due = 0.0
        with patch("sys.stderr", self.err):
            progress.show(5 << 20, 0)
            progress.erase()
        self.assertEqual(self.errors(), "reading: 5 MB\r             \r")

    def test_an_error_erases_the_line_first(self) -> None:
        self.err = Stream(terminal=True)
        path = self.file(HEADER + "Ann,1,1\n" * 50 + '"')
        with patch("src.showing.terminal.monotonic", side_effect=[0.0, 1.0, 1.0, 2.0, 2.0]):
            self.assertEqual(self.train("--data", path), 1)
        self.assertRegex(
            self.errors(), r"\Afile read; training\r {19}\rerror: students.csv: line 52"
        )

    @needs_fifo
    def test_an_interrupt_in_the_middle_is_quiet_and_leaves_the_old_artifacts(self) -> None:
        self.assertEqual(self.train(), 0)
        before = self.artifacts()
        os.mkfifo(self.folder / "pipe.csv")
        run = subprocess.Popen(
            [sys.executable, ROOT / "main.py", "--artifacts", "out", "--data", "pipe.csv"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A background job of a script ignores Ctrl-C, and so would its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        with (self.folder / "pipe.csv").open("w", encoding="utf-8") as pipe:
            pipe.write(HEADER + "Ann,1,1\n" * 100_000)
            pipe.flush()
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=60)
        self.assertEqual((run.returncode, out, err), (130, "", ""))
        self.assertEqual(self.artifacts(), before)

    def artifacts(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}

    def stopped(self, stop: str, start: str = "") -> "subprocess.CompletedProcess[str]":
        """Run main.py, and send it the signal as soon as it writes a file to the disk."""
        program = (
            f"import os, runpy, signal, sys\n{start}\n"
            f"os.fsync = lambda file: os.kill(os.getpid(), signal.{stop})\n"
            "sys.argv = ['main.py', '--artifacts', 'out']\n"
            f"runpy.run_path({str(ROOT / 'main.py')!r}, run_name='__main__')"
        )
        return subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )

    @needs_posix
    def test_a_run_told_to_end_while_it_writes_leaves_the_old_artifacts_and_no_others(self) -> None:
        self.assertEqual(self.train("-q", "--data", self.file(HEADER + "A,1,1\n")), 0)
        before = self.artifacts()
        for stop, status in (("SIGTERM", 143), ("SIGHUP", 129)):
            # These tests may run under nohup themselves.
            done = self.stopped(stop, start=f"signal.signal(signal.{stop}, signal.SIG_DFL)")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (status, "", ""))
            self.assertEqual(self.artifacts(), before)

    @needs_posix
    def test_a_signal_that_nohup_ignores_stays_ignored(self) -> None:
        done = self.stopped("SIGHUP", start="signal.signal(signal.SIGHUP, signal.SIG_IGN)")
        self.assertEqual((done.returncode, done.stderr), (0, "rejected 1 of 4 rows:\n" + DAISY))
        self.assertEqual(set(self.artifacts()), {"model.json", "metrics.json"})


class AnyDirectory(CommandLine):
    @needs_processes
    def test_from_anywhere_the_sample_is_read_and_paths_below_are_shown_relative(self) -> None:
        done = self.main("--artifacts", self.folder / "a" / "b")
        self.assertIn(f"saved {Path('a', 'b', 'model.json')}\n", done.stdout)
        done = self.main("--artifacts", "x", "--data", SAMPLE)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_older_python_is_told_so_in_one_line(self) -> None:
        with (
            patch("sys.version_info", (3, 9, 1)),
            patch("sys.version", "3.9.1 (old)"),
            self.assertRaises(SystemExit) as caught,
        ):
            importlib.reload(main)
        self.assertEqual(
            caught.exception.code, "error: Python 3.10 or newer is needed, this is 3.9.1"
        )

    def test_its_source_can_be_read_by_the_older_pythons_that_are_told_so(self) -> None:
        ast.parse((ROOT / "main.py").read_text(encoding="utf-8"), feature_version=(3, 6))

    @needs_processes
    def test_python_without_the_scripts_folder_on_its_path_works(self) -> None:
        for options in (["-P"] if sys.version_info >= (3, 11) else [], ["-I"]):
            command = [sys.executable, *options, str(ROOT / "main.py"), "--artifacts", "out", "-q"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    @needs_processes
    def test_a_plain_run_imports_nothing_that_only_a_rare_branch_needs(self) -> None:
        program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import main; print(*sys.modules)"
        done = subprocess.run(
            [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True
        )
        loaded = set(done.stdout.split())
        rare = {
            "dataclasses",
            "difflib",
            "html",
            "inspect",
            "src.showing.report",
            "tempfile",
        }
        self.assertEqual(loaded & rare, set())
