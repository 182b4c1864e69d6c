"""Train a model that predicts the math score from the study hours."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - an older Python must get as far as this line
    sys.exit("error: Python 3.10 or newer is needed, this is " + sys.version.split()[0])

import argparse
import math
import signal
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent))  # python -P and -I leave it out

from src import MODELS, DataLoader, PipelineError, TrainingPipeline, TrainingResult, UsageError
from src.data_loader import DEFAULT_PATH
from src.support import artifacts
from src.reading.cells import number
from src.support.errors import printable, shown, shown_path
from src.support.numerics import format_metric
from src.support.students import FIELDS, rejection_lines
from src.showing.terminal import Progress, write


def main(argv: "list[str] | None" = None) -> int:
    """Run the command line and return the exit status; SystemExit(2) for a wrong option."""
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
    """ArgumentParser with one-line errors and output that a closed stream cannot crash."""

    def print_help(self, file: object = None) -> None:
        """Print the help to stdout."""
        write(sys.stdout, self.format_help(), end="")

    def error(self, message: str) -> NoReturn:
        """Exit with status 2 after one line."""
        write(sys.stderr, f"error: {printable(message)}; see python main.py --help")
        sys.exit(2)


def parse(argv: "list[str] | None") -> argparse.Namespace:
    """Return the options; SystemExit with status 2 if they make no sense."""
    # All options are in groups: one added to the parser itself makes argparse ask for the width
    # of the terminal each time: 3 ms of the 46 that a whole run on four rows would take.
    parser = Parser(prog="main.py", description=__doc__, allow_abbrev=False, add_help=False)
    add = parser.add_argument_group("training").add_argument
    text = "the students' file (default: the sample)"
    add("--data", type=Path, default=DEFAULT_PATH, metavar="CSV", help=text)
    text = "header, or column number, of a field in the file; the fields are " + ", ".join(FIELDS)
    add("--column", type=column, action="append", default=[], metavar="FIELD=HEADER", help=text)
    text = "cell separator: comma, semicolon, tab, bar, space or a character (default: found)"
    add("--delimiter", metavar="CHAR", help=text)
    add("--decimal", default=".", metavar="CHAR", help="decimal mark: point (default) or comma")
    add("--encoding", default="utf-8", metavar="NAME", help="encoding of the file (default: utf-8)")
    add("--model", choices=MODELS, default="StudyModel", metavar="NAME", help=", ".join(MODELS))
    text = "largest share of rows that may be rejected, 0 to 1 (default: 0.5)"
    add("--max-rejected", type=float, default=0.5, metavar="SHARE", help=text)
    add("--report", action="store_true", help="also write report.html")
    add = parser.add_argument_group("prediction").add_argument
    text = "print the saved model's score for each number of hours; train nothing"
    add("--predict", type=study_hours, nargs="+", metavar="HOURS", help=text)
    general = parser.add_argument_group("general")
    add, folder = general.add_argument, artifacts.DEFAULT_FOLDER
    text = "output folder (default: artifacts, beside main.py)"
    add("--artifacts", type=Path, default=folder, metavar="DIR", help=text)
    add("-h", "--help", action="help", help="show this and exit")
    add = general.add_mutually_exclusive_group().add_argument
    add("-q", action="store_true", help="print only errors and predictions")
    add("-v", action="store_true", help="also list every rejected row and the time of each step")
    return parser.parse_args(argv)


def column(text: str) -> "tuple[str, str]":
    """Return the two sides of FIELD=HEADER."""
    field, equals, header = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not FIELD=HEADER")
    return field, header


def study_hours(text: str) -> float:
    """Return the plain finite number in text."""
    hours = number(text)
    if not isinstance(hours, float) or math.isinf(hours):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a plain finite number")
    return hours


def predict(arguments: argparse.Namespace) -> None:
    """Print the saved model's prediction for each of the hours, one a line."""
    path = arguments.artifacts / artifacts.MODEL_FILE
    record = artifacts.read_json(path)
    name = str(record.get("model")) if isinstance(record, dict) else ""
    models = {model.__name__: model for model in MODELS.values()}
    model = models.get(name, models["StudyModel"]).load(path)
    try:
        write(sys.stdout, "\n".join([str(model.predict(hours)) for hours in arguments.predict]))
    except (KeyError, AttributeError) as error:  # fit has changed since, or keeps more than learned
        raise PipelineError(f"{shown_path(path)}: cannot predict ({error}); retrain it") from None
    if arguments.q:
        return
    for name, default in vars(parse([])).items():
        if name not in ("predict", "artifacts", "v") and getattr(arguments, name) != default:
            write(sys.stderr, f"note: --{name.replace('_', '-')} was ignored")
    least = model.learned.get("study_hours_min", -math.inf)
    most = model.learned.get("study_hours_max", math.inf)
    for hours in arguments.predict:
        if not least <= hours <= most:
            seen = f"the range seen in training ({least} to {most})"
            write(sys.stderr, f"note: {hours} hours is outside {seen}")


def train(arguments: argparse.Namespace) -> None:
    """Run the pipeline, save its results, and then show them."""
    progress = Progress()
    settings = {name: getattr(arguments, name) for name in ("delimiter", "decimal", "encoding")}
    show = progress.show if not arguments.q and sys.stderr and sys.stderr.isatty() else None
    settings |= {"columns": dict(arguments.column), "on_progress": show}
    loader = DataLoader(arguments.data, **settings)
    model, limit = MODELS[arguments.model](), arguments.max_rejected
    folder = arguments.artifacts
    pipeline = TrainingPipeline(loader, model=model, artifacts_dir=folder, max_rejected=limit)
    try:
        result = pipeline.run()
    finally:
        progress.erase()
    names = [artifacts.MODEL_FILE, artifacts.METRICS_FILE]
    if arguments.report:
        from src.showing.report import page  # imported only when needed

        artifacts.write_files(folder, {artifacts.REPORT_FILE: page(result)})
        names.append(artifacts.REPORT_FILE)
    if arguments.q:
        return
    lines = rejection_lines(result.rejections, result.row_counts["rows_read"], arguments.v)
    for line in [*lines, *(f"note: {printable(note)}" for note in result.notes)]:
        write(sys.stderr, line)
    write(sys.stdout, summary(result))
    for name in names:
        write(sys.stdout, f"saved {shown_path(folder / name)}")
    if arguments.v:
        for step, seconds in result.seconds.items():
            write(sys.stderr, f"{step}: {seconds:.3f} s")


def summary(result: TrainingResult) -> str:
    """Return the cleaned data, the model, its errors next to the baseline's, and the verdict."""
    metrics, students, model = result.metrics, result.students, result.model
    learned = "\n".join(f"  {printable(name)} = {value}" for name, value in model.learned.items())
    scores, hours = students.math_score, students.study_hours
    groups = metrics.left_out_groups
    method = "leave-one-out" if groups is None else f"left out in {groups} groups"
    train = format_metric(metrics.train_mean_absolute_error)
    unseen = format_metric(metrics.leave_one_out_mean_absolute_error)
    guess = format_metric(metrics.baseline_leave_one_out_mean_absolute_error)
    return f"""\
{students}

{len(students)} student{"s" * (len(students) > 1)}, scores from {min(scores)} to {max(scores)}, \
study hours from {min(hours)} to {max(hours)}

Model: {printable(model.formula or type(model).__name__)}
{learned}

Mean absolute error, in score points:
{train:>11}  on the students it was fitted on
{unseen:>11}  on students it has not seen ({method})
{guess:>11}  guessing the others' mean score
{metrics.verdict}
"""


if __name__ == "__main__":
    # End on SIGTERM and SIGHUP as on Ctrl-C: clean up. What nohup ignores stays ignored.
    for name in ("SIGTERM", "SIGHUP"):
        stop = getattr(signal, name, None)
        if stop is not None and signal.getsignal(stop) is not signal.SIG_IGN:
            signal.signal(stop, lambda number, frame: sys.exit(128 + number))
    sys.exit(main())
