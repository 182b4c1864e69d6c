"""Files as test cases: NAME.csv has beside it a NAME.json with options and what is expected."""

import itertools
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from src import DataLoader, PipelineError, TrainingPipeline
from tests.helpers import Lowest

FILES = Path(__file__).parent / "files"
Settings = dict[str, Any]  # the DataLoader's arguments, and max_rejected


class Case(NamedTuple):
    """One file, read in one way."""

    path: Path
    options: Settings
    expected: dict[str, Any]


class Outcome(NamedTuple):
    """The result of a run, or its error."""

    students: list[list[Any]]
    rate: float
    rejections: dict[int, str]
    notes: list[str]
    error: str = ""


def all_cases() -> Iterator[Case]:
    for path in sorted(FILES.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield Case(path.with_suffix(".csv"), case["options"], case)


def outcome(path: Path, options: Settings) -> Outcome:
    """Run the classes; the error is without the file's path."""
    settings = dict(options)
    limit = settings.pop("max_rejected", 0.5)
    try:
        loader = DataLoader(path, **settings)
        pipeline = TrainingPipeline(loader, model=Lowest(), artifacts_dir=None, max_rejected=limit)
        result = pipeline.run()
    except PipelineError as error:
        return Outcome([], 0.0, {}, [], str(error).split(f"{path.name}: ")[-1])
    students = [[s["name"], s["math_score"], s["study_hours"]] for s in result.students]
    rate = sum(s["score_per_hour"] for s in result.students) / len(students)
    rejections = {one.line: str(one) for one in result.rejections}
    return Outcome(students, rate, rejections, result.notes)


def command_line(options: Settings) -> list[str]:
    """Return the options of main.py that mean the same."""
    words = []
    for name, value in options.items():
        if name == "columns":
            words += [f"--column={field}={header}" for field, header in value.items()]
        else:
            values = value if isinstance(value, list) else [value]
            words += [f"--{name.replace('_', '-')}={one}" for one in values]
    return words


def as_a_shell(words: list[str], option: str) -> list[str]:
    """Return the words of a command line with a suggestion, instead of options of that name."""
    added = re.sub(r"(^| )(--[\w-]+) ", r"\1\2=", option)
    new = shlex.split(added)
    names = {re.match(r"--column=\w+|--[\w-]+", word)[0] for word in new}  # type: ignore[index]
    return [word for word in words if not any(word.startswith(one + "=") for one in names)] + new


def suggestion(message: str) -> tuple[str, str]:
    """Return what a message says to try, as an option and as an argument; "" if nothing."""
    option, _, argument = message.partition("; try ")[2].partition(" (")
    return option, argument.removesuffix(")")


def followed(message: str, char: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the suggestion's option and arguments, with each of the numbers that are free."""
    option, argument = suggestion(message)
    facts = message.partition("; try ")[0]
    listed = re.findall(r"(?<!\S)(\d+)(?= ['\"])", facts)
    listed += re.findall(r"\d+", "".join(re.findall(r"columns (\d+ and \d+) match", facts)))
    free = [number for number in dict.fromkeys(listed) if f"={number} " not in option]
    count = option.count("NUMBER")
    for numbers in itertools.permutations(free, count) if option else ():
        texts = [option.replace("CHAR", char), argument.replace("CHAR", char)]
        for number in numbers:
            texts = [text.replace("NUMBER", number, 1) for text in texts]
        yield texts[0], eval(f"dict({texts[1]})", {})
