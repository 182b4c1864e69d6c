"""Whatever stdout and stderr are: no traceback, and the artifacts are written."""

import errno
import io
import itertools
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

import main
from src.showing.terminal import Progress, write
from tests.helpers import HEADER, Done, FolderTestCase, Stream


class FailingBuffer(io.BytesIO):
    """Cannot be written to: a full disk, or a reader who has gone."""

    error = OSError(errno.ENOSPC, "No space left on device")

    def write(self, data: object) -> int:
        raise self.error


class Streams(FolderTestCase):
    def train(self, *options: str, **streams: Stream) -> Done:
        return self.call("--artifacts", "out", *options, **streams)

    def assert_saved(self) -> None:
        names = [path.name for path in sorted((self.folder / "out").iterdir())]
        self.assertEqual(names, ["metrics.json", "model.json"])

    def test_what_the_encoding_lacks_is_escaped(self) -> None:
        path = self.file(HEADER + "Zoë \U0001f600,1,1\nZoë,é,1\n")
        for encoding, name, cell in (("ascii", r"Zo\xeb", r"\xe9"), ("cp1252", "Zoë", "é")):
            done = self.train("--data", str(path), out=Stream(encoding), err=Stream(encoding))
            self.assertEqual(done.returncode, 0)
            self.assertIn(rf"{{'name': '{name} \U0001f600', ", done.stdout)
            self.assertRegex(done.stdout, r"metrics\.json\n\Z")
            self.assertIn(cell, done.stderr)

    def test_no_control_character_of_a_file_a_path_or_an_option_reaches_the_terminal(self) -> None:
        path = self.file(HEADER + "\x1b[31m\u202e\x07,1,1\nA,\x1b]0;x\x07,1\n", "\x1b[31m.csv")
        data, red = ["--data", str(path)], "\x1b[32m"
        for status, options in (
            (0, ["-v", *data]),
            (0, ["--compare", *data]),
            (1, ["--data", red]),
            (1, [*data, "--column", f"math_score={red}"]),
            (1, [*data, "--artifacts", f"{path.name}/{red}"]),
            (1, ["--predict", "5", "--artifacts", red]),
            (2, ["--column", f"{red}=1"]),
            (2, ["--predict", red]),
        ):
            with self.subTest(options):
                done = self.train(*options)
                self.assertEqual(done.returncode, status, done.stderr)
                for line in (done.stdout + done.stderr).splitlines():
                    self.assertTrue(line.isprintable(), line)

    def test_a_reader_who_leaves_is_no_error(self) -> None:
        for number in (errno.EPIPE, errno.EINVAL):  # the latter on Windows
            with patch.object(FailingBuffer, "error", OSError(number, "?")):
                done = self.train(out=Stream(buffer=FailingBuffer()))
                self.assertEqual(done.returncode, 0)
                self.assertNotIn("error", done.stderr)
                self.assert_saved()
                done = self.call("--help", out=Stream(buffer=FailingBuffer()))
                self.assertEqual(done.returncode, 0)

    def test_a_full_disk_is_an_error_under_stdout_only_and_the_artifacts_are_written(self) -> None:
        done = self.train(out=Stream(buffer=FailingBuffer()))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\nerror: standard output: No space left on device\n\Z")
        self.assert_saved()
        done = self.train(err=Stream(buffer=FailingBuffer()))
        self.assertEqual(done.returncode, 0)
        self.assertIn("\nsaved ", done.stdout)

    def test_streams_that_are_closed_are_no_error_and_only_one_that_failed_is_forgotten(
        self,
    ) -> None:
        with redirect_stdout(None), redirect_stderr(None):
            self.assertEqual(main.main(["--artifacts", str(self.folder / "out")]), 0)
        self.assert_saved()
        with redirect_stdout(out := Stream()), redirect_stderr(None):
            main.main(["--compare"])
        self.assertNotIn("rejected", str(out))
        with redirect_stdout(out := Stream()), redirect_stderr(Stream(buffer=FailingBuffer())):
            write(sys.stderr, "x")
            self.assertIsNone(sys.stderr)
            write(sys.stdout, "y")
        self.assertEqual(str(out), "y\n")


class LongRuns(FolderTestCase):
    # Some blocks of bytes in few rows.
    content = "math_score,study_hours,essay\n" + f"1,1,{'x' * 10_000}\n" * 40

    def progress(self, *options: str, terminal: bool = True, step: float = 0.2) -> str:
        """Return what stderr got in a run that looks at the clock every `step` seconds."""
        path, err = self.file(self.content), Stream()
        err.is_terminal = terminal
        with patch("src.showing.terminal.monotonic", itertools.count(0.0, step).__next__):
            return self.call("--artifacts", "out", "--data", path, *options, err=err).stderr

    def test_on_a_terminal_one_line_shows_the_percent_and_is_erased_before_an_error(self) -> None:
        for option in ("--report", "--compare"):
            text = self.progress(option).partition("note")[0]
            lines = [line for line in text.split("\r") if line.strip()]
            self.assertRegex(" ".join(lines), r"\A(reading: \d+ % ){2,}file read; training\Z")
            percents = [int(line.split()[1]) for line in lines[:-1]]
            self.assertEqual(percents, sorted({*percents} - {100}))
            self.assertTrue(text.endswith("\r" + " " * len(lines[-1]) + "\r"))
        self.content += '"'
        shown = r"\rfile read; training\r {19}\rerror: students.csv: line 42: "
        self.assertRegex(self.progress(), shown)

    def test_there_is_none_in_a_short_run_without_a_terminal_or_with_q(self) -> None:
        self.assertNotIn("\r", self.progress(step=0.01))
        self.assertNotIn("\r", self.progress(terminal=False))
        self.assertEqual(self.progress("-q"), "")

    def shown(self, file_size: int, calls: Iterable[tuple[float, int]]) -> list[str]:
        """Return what each call of show has added, and at the end the erasing."""
        now, err, lengths = [0.0], Stream(), [0]
        with redirect_stderr(err), patch("src.showing.terminal.monotonic", lambda: now[0]):
            progress = Progress()
            for now[0], bytes_read in calls:
                progress.show(bytes_read, file_size)
                lengths.append(len(str(err)))
            progress.erase()
        return [str(err)[a:b] for a, b in itertools.pairwise([*lengths, None])]

    def test_it_is_rewritten_at_most_ten_times_a_second_but_at_once_if_all_is_read(self) -> None:
        texts = self.shown(1000, ((n / 100, n) for n in range(300)))
        shown = [n for n, text in enumerate(texts[:-1]) if text]
        self.assertIn(len(shown), range(15, 26))
        self.assertIn(shown[0], range(40, 100))
        self.assertGreaterEqual(min(b - a for a, b in itertools.pairwise(shown)), 10)
        first, second, _ = self.shown(4, [(2.0, 3), (2.01, 4)])
        self.assertEqual(first, "reading: 75 %")
        self.assertRegex(second, r"\A\r +\rfile read; training\Z")

    def test_of_a_pipe_whose_size_is_unknown_the_bytes_are_shown(self) -> None:
        self.assertEqual(self.shown(0, [(1.0, 5 << 20)]), ["reading: 5 MB", "\r             \r"])
