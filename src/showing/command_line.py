"""The command line: its options, and what they do."""

import math
import sys
from argparse import ArgumentError, ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from src.data_loader import DEFAULT_PATH, DataLoader
from src.model import MODELS, load_model
from src.pipeline import TrainingPipeline
from src.reading.cells import is_number
from src.showing.summary import comparison, rejection_lines, summary
from src.showing.terminal import Progress, write
from src.support.artifacts import DEFAULT_FOLDER, METRICS_FILE, MODEL_FILE, REPORT_FILE, write_files
from src.support.errors import PipelineError, UsageError, printable, shown_path, suggestion
from src.support.learned import predicted_score
from src.support.numerics import as_float


def run(argv: list[str] | None = None) -> int:
    """Do what the options say and return the exit status; SystemExit(2) for a wrong option."""
    words = sys.argv[1:] if argv is None else argv
    # A blank keeps argparse from taking -1e3 for an option.
    marked = [f" {word}" if word.startswith("-") and is_number(word) else word for word in words]
    try:
        parser = _parser()
        options, unknown = parser.parse_known_args(marked)
        if options.help:
            write(sys.stdout, parser.format_help(), end="")
            return 0
        if unknown:
            hint = "" if unknown[0].startswith("-") else ": a file is given with --data FILE"
            raise ArgumentError(None, f"unrecognized arguments: {' '.join(unknown)}{hint}")
        for column in options.column or []:
            if "=" not in column:
                raise ArgumentError(None, f"argument --column: {column!r} is not FIELD=HEADER")
        lines, results = predict(options) if options.predict else train(options)
        for line in [] if options.q else lines + _notes_on_ignored(options, words):
            write(sys.stderr, line)
        write(sys.stdout, results, end="")
    except ArgumentError as error:
        write(sys.stderr, f"error: {printable(str(error))}; see python main.py --help")
        sys.exit(2)
    except PipelineError as error:
        write(sys.stderr, f"error: {error}")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> ArgumentParser:
    # All are in groups: for others argparse asks for the terminal's width, 3 ms of a run's 46.
    parser = ArgumentParser(prog="main.py", allow_abbrev=False, add_help=False, exit_on_error=False)
    add = parser.add_argument_group("the file").add_argument
    add("--data", default=DEFAULT_PATH, metavar="CSV", help="students' file (default: the sample)")
    add("--column", action="append", metavar="FIELD=HEADER", help="header or number: math_score=2")
    add("--delimiter", metavar="CHAR", help="such as tab, semicolon or ; (default: found)")
    add("--decimal", metavar="CHAR", help="decimal mark: point or comma (default: found)")
    add("--encoding", default="utf-8", metavar="NAME", help="encoding of the file (default: utf-8)")
    add("--missing", action="append", metavar="TEXT", help="text that means missing, such as -1")
    add("--max-rejected", type=float, default=0.5, metavar="SHARE", help="0 to 1 (default: 0.5)")
    group = parser.add_argument_group("the run")
    add = group.add_argument
    add("--model", choices=MODELS, metavar="NAME", help=f"one of {', '.join(MODELS)}")
    add("--min-skill", type=float, metavar="SCORE", help="lowest skill_score to save, at most 1")
    add("--artifacts", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="output folder")
    add("--report", action="store_true", help="also write report.html")
    add("-h", "--help", action="store_true", help="show this and exit")
    add = group.add_mutually_exclusive_group().add_argument
    add("--compare", action="store_true", help="compare all models; save nothing")
    add("--predict", type=_hours, nargs="+", metavar="HOURS", help="print the saved model's scores")
    add = group.add_mutually_exclusive_group().add_argument
    add("-q", action="store_true", help="print only errors, and predictions or the comparison")
    add("-v", action="store_true", help="also list every rejected row and the time of each step")
    return parser


def _hours(text: str) -> float:
    if not is_number(text, ".") or math.isinf(float(text)):
        raise ArgumentTypeError(f"{text.strip()!r} is not a plain finite number")
    return float(text) + 0.0  # -0 is 0


def _notes_on_ignored(options: Namespace, words: list[str]) -> list[str]:
    typed = dict.fromkeys(word.partition("=")[0] for word in words if word.startswith("--"))
    ignored = ["--artifacts", "--report", "--min-skill", "--model"] if options.compare else []
    if options.predict:
        ignored = [option for option in typed if option not in ("--predict", "--artifacts")]
    return [f"note: {option} was ignored" for option in typed if option in ignored]


def predict(options: Namespace) -> tuple[list[str], str]:
    """Return notes, and the saved model's prediction for each of the hours, one a line."""
    model, notes, predictions = load_model(options.artifacts / MODEL_FILE), [], ""
    least = as_float(model.learned.get("study_hours_min", -math.inf))
    most = as_float(model.learned.get("study_hours_max", math.inf))
    for hours in options.predict:
        score = predicted_score(model, hours)
        if not math.isfinite(score):
            model.predict(hours)  # a model that refuses the hours says why
            raise PipelineError(f"{type(model).__name__}.predict({hours}) is {score}")
        if hours < least or hours > most:
            notes.append(f"note: {hours} is outside the range seen in training ({least} to {most})")
        predictions += f"{score}\n"
    return notes, predictions


def train(options: Namespace) -> tuple[list[str], str]:
    """Run the pipeline, or compare all models; return lines for stderr, and what was found."""
    progress = Progress()
    is_shown = not options.q and sys.stderr is not None and sys.stderr.isatty()
    loader = DataLoader(
        options.data,
        columns=dict(column.split("=", 1) for column in options.column or []),
        delimiter=options.delimiter,
        decimal=options.decimal,
        encoding=options.encoding,
        missing=options.missing or [],
        on_progress=progress.show if is_shown else None,
    )
    pipeline = TrainingPipeline(
        loader,
        model=MODELS[options.model]() if options.model else None,
        artifacts_dir=options.artifacts,
        max_rejected=options.max_rejected,
        min_skill=options.min_skill,
    )
    try:
        found = pipeline.compare() if options.compare else pipeline.run()
    finally:
        progress.erase()
    students, rejections = pipeline.cleaned
    lines = rejection_lines(rejections, len(students) + len(rejections), options.v)
    lines += [f"note: {printable(note)}" for note in pipeline.notes]
    if isinstance(found, dict):
        return lines, comparison(found)
    names = [MODEL_FILE, METRICS_FILE]
    if options.report:
        from src.showing.report import page  # imported only when needed

        write_files(options.artifacts, {REPORT_FILE: page(found)})
        names.append(REPORT_FILE)
    if "worse" in found.metrics.verdict or "as good" in found.metrics.verdict:
        hint = suggestion("--compare", "TrainingPipeline(...).compare()")
        lines.append(f"note: other models may do better{hint}")
    if options.v:
        lines += [f"{step}: {seconds:.3f} s" for step, seconds in found.seconds.items()]
    saved = [f"saved {shown_path(options.artifacts / name)}\n" for name in names]
    return lines, "" if options.q else "".join([summary(found), "\n", *saved])
