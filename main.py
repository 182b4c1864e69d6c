"""Train a model of math score by study hours: load, clean, train, evaluate, save."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - an older Python must get as far as this line
    sys.exit("error: Python 3.10 or newer is needed, this is " + sys.version.split()[0])

try:
    import argparse
    import math
    import os
    import signal
    from io import TextIOWrapper
    from pathlib import Path
    from time import monotonic
    from typing import NoReturn, TextIO

    from src.artifacts import (
        DEFAULT_FOLDER,
        METRICS_FILE,
        MODEL_FILE,
        REPORT_FILE,
        write_files,
    )
    from src.data_loader import DEFAULT_PATH, DataLoader, number
    from src.errors import PipelineError, UsageError, printable, shown_path
    from src.evaluator import figure
    from src.model import StudyModel
    from src.pipeline import TrainingPipeline, TrainingResult
    from src.records import FIELDS
except KeyboardInterrupt:
    sys.exit(130)

SHOWN_REJECTIONS = 10


def main(argv: "list[str] | None" = None) -> int:
    """Run the command line and return the exit status; a wrong option is a SystemExit of 2."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        arguments = parse(argv)
        if arguments.predict:
            predict(arguments)
        else:
            train(arguments)
    except PipelineError as error:
        write(sys.stderr, f"error: {error}")
        return 2 if isinstance(error, UsageError) else 1
    except OSError as error:  # only stdout's: files are wrapped where they are opened
        write(sys.stderr, f"error: standard output: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


class Parser(argparse.ArgumentParser):
    """argparse's, with an error of one line and output that any stream survives."""

    def print_help(self, file: object = None) -> None:
        """Print the help to stdout."""
        write(sys.stdout, self.format_help(), end="")

    def error(self, message: str) -> NoReturn:
        """Exit with status 2 after one line."""
        write(sys.stderr, f"error: {printable(message)}; see python main.py --help")
        sys.exit(2)


def parse(argv: "list[str] | None") -> argparse.Namespace:
    """Return the options; SystemExit with status 2 where they make no sense."""
    # All options are in groups: one added to the parser itself makes argparse ask for the width
    # of the terminal each time: 3 ms of the 46 that a whole run on four rows would take.
    parser = Parser(prog="main.py", description=__doc__, allow_abbrev=False, add_help=False)
    add_training_options(parser)
    parser.add_argument_group("asking the saved model").add_argument(
        "--predict",
        type=study_hours,
        nargs="+",
        metavar="HOURS",
        help="train nothing; print the score for each number of hours",
    )
    both = parser.add_argument_group("both")
    both.add_argument(
        "--artifacts",
        type=Path,
        default=DEFAULT_FOLDER,
        metavar="DIR",
        help="the folder of what is saved (default: artifacts, beside main.py)",
    )
    both.add_argument("-h", "--help", action="help", help="show this and exit")
    volume = both.add_mutually_exclusive_group()
    volume.add_argument("-q", action="store_true", help="only errors, and the predictions")
    volume.add_argument("-v", action="store_true", help="also every rejection, and the seconds")
    arguments = parser.parse_args(argv)
    if len(dict(arguments.column)) < len(arguments.column):
        parser.error("argument --column: a field is given twice")
    return arguments


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which file to read, and how."""
    group = parser.add_argument_group("training")
    group.add_argument(
        "--data", type=Path, metavar="CSV", help="the students' file (default: the sample)"
    )
    group.add_argument(
        "--column",
        type=field_and_header,
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help=f"the header of a field in that file; the fields are {', '.join(FIELDS)}",
    )
    group.add_argument(
        "--delimiter", default=",", metavar="CHAR", help="between cells (default: comma); or tab"
    )
    group.add_argument(
        "--encoding", default="utf-8", metavar="NAME", help="that the file is in (default: utf-8)"
    )
    group.add_argument("--report", action="store_true", help="also write report.html")


def field_and_header(text: str) -> "tuple[str, str]":
    """Return the two sides of FIELD=HEADER."""
    field, equals, header = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=HEADER")
    return field, header


def study_hours(text: str) -> float:
    """Return the plain finite number that text is."""
    hours = number(text)
    if not isinstance(hours, float) or math.isinf(hours):
        raise argparse.ArgumentTypeError(f"{text!r} is not a plain finite number")
    return hours


def predict(arguments: argparse.Namespace) -> None:
    """Print the saved model's prediction for each of the hours, one a line."""
    model = StudyModel.load(arguments.artifacts / MODEL_FILE)
    predictions = [model.predict(hours) for hours in arguments.predict]
    for prediction in predictions:
        write(sys.stdout, str(prediction))
    if arguments.q:
        return
    if arguments.data is not None or arguments.column or arguments.report:
        write(sys.stderr, "note: --predict asks the saved model; what is for training was ignored")
    least, most = model.learned["study_hours_min"], model.learned["study_hours_max"]
    for hours in arguments.predict:
        if not least <= hours <= most:
            seen = f"the {least} to {most} hours that the model has seen"
            write(sys.stderr, f"note: {hours} hours lie outside {seen}")


def train(arguments: argparse.Namespace) -> None:
    """Run the pipeline, save what it made, and then show it."""
    progress = Progress()
    shows_progress = not arguments.q and sys.stderr is not None and sys.stderr.isatty()
    loader = DataLoader(
        DEFAULT_PATH if arguments.data is None else arguments.data,
        columns=dict(arguments.column) or None,
        delimiter=arguments.delimiter,
        encoding=arguments.encoding,
        on_progress=progress.show if shows_progress else None,
    )
    try:
        result = TrainingPipeline(loader, artifacts_dir=arguments.artifacts).run()
    finally:
        progress.wipe()
    names = [MODEL_FILE, METRICS_FILE]
    if arguments.report:
        from src.report import page  # for this option only

        write_files(arguments.artifacts, {REPORT_FILE: page(result)})
        names.append(REPORT_FILE)
    if arguments.q:
        return
    lines = result.rejection_lines(None if arguments.v else SHOWN_REJECTIONS)
    if lines:
        write(sys.stderr, "\n".join(lines))
    write(sys.stdout, summary(result))
    for name in names:
        write(sys.stdout, f"saved {shown_path(arguments.artifacts / name)}")
    if arguments.v:
        for step, seconds in result.seconds.items():
            write(sys.stderr, f"{step}: {seconds:.3f} s")


def summary(result: TrainingResult) -> str:
    """Return the cleaned data, the model, its errors beside the baseline's, and the verdict."""
    metrics = result.metrics
    learned = "\n".join(f"  {name} = {value}" for name, value in result.model.learned.items())
    return f"""\
{result.students}

Model: {result.model.formula}
{learned}

Mean absolute error, in score points:
{figure(metrics.train_mean_absolute_error):>11}  on the students it was fitted on
{figure(metrics.leave_one_out_mean_absolute_error):>11}  on students it has not seen (leave-one-out)
{figure(metrics.baseline_leave_one_out_mean_absolute_error):>11}  guessing the others' mean score
{metrics.verdict}
"""


class Progress:
    """How far a run is, on one line of stderr, from half a second on."""

    def __init__(self) -> None:
        """Start the clock."""
        self.due = monotonic() + 0.5
        self.width = 0

    def show(self, bytes_read: int, file_size: int) -> None:
        """Rewrite the line, at most ten times a second."""
        all_read = bytes_read == file_size
        if monotonic() < self.due and not (all_read and self.width):
            return
        self.wipe()
        self.due = monotonic() + 0.12
        done = f"{100 * bytes_read // file_size} %" if file_size else f"{bytes_read >> 20} MB"
        line = "all read, training" if all_read else f"reading: {done}"
        self.width = len(line)
        write(sys.stderr, line, end="")

    def wipe(self) -> None:
        """Leave the line as if nothing had been there."""
        if self.width:
            # Spaces, as not every terminal knows how to erase.
            write(sys.stderr, f"\r{' ' * self.width}\r", end="")


def write(stream: "TextIO | None", text: str, end: str = "\n") -> None:
    """Print text at once. A stream that is closed, or that its reader has left, is no error."""
    if stream is None:
        return
    try:
        print(text, end=end, file=stream, flush=True)
    except OSError as error:
        # What is still in the buffer must not fail again when Python exits.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise


if __name__ == "__main__":
    # So that a run that is told to end cleans up after itself.
    signal.signal(signal.SIGTERM, lambda stop, frame: sys.exit(128 + stop))
    sys.exit(main())
