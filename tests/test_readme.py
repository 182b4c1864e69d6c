"""The READMEs are true: what they show is what is printed, and they explain all there is.

After a change that is meant, this writes into them what is printed now:

    python -m tests.test_readme
"""

import difflib
import inspect
import io
import os
import re
import shlex
import shutil
import sys
import unittest
import zipfile
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from math import fsum
from operator import mul, truediv
from pathlib import Path
from statistics import fmean, median
from typing import Any
from unittest import mock

import src
from src import DataLoader, Evaluator, LineModel, Preprocessor, StudyModel, TrainingPipeline
from tests import test_exercises as solutions
from tests.exercises.__main__ import report
from tests.helpers import HEADER, ROOT, SAMPLE, FolderTestCase, Lowest, variant
from tests.reading.cases import all_cases, outcome
from tests.showing.test_command_line import WRONG_OPTIONS

FOLDERS = (".", "data", "src", "artifacts", "tests", "tests/exercises")
READMES = {folder: (ROOT / folder / "README.md").read_text("utf-8") for folder in FOLDERS}

# A block to run, and the output that is shown right after it.
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.M | re.S)
RUN_AND_SHOWN = re.compile(BLOCK.pattern + r"(?:(\n\n```text\n)(.*?)^```$)?", re.M | re.S)
NOT_HERE = re.compile(r"^(import|from) (dask|mlflow|numpy|pandas|sklearn)\b|unpack_archive", re.M)


class Printed(FolderTestCase):
    """What the commands and examples of the READMEs print in a copy of the project."""

    def setUp(self) -> None:
        super().setUp()
        self.copy_project()
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)

    def refreshed(self, readme: str) -> str:
        """Return a README with the outputs that its blocks have now; they run in their order."""
        names: dict[str, Any] = {}  # shared, as in a notebook
        last_code = ""

        def run_again(block: re.Match[str]) -> str:
            nonlocal last_code
            language, content, fence, shown = block.groups()
            if language == "bash":
                printed = "".join(self.printed(line, last_code) for line in content.splitlines())
            elif NOT_HERE.search(content):
                return block[0]
            else:
                last_code, printed = content, self.executed(content, names)
            if shown is None:
                return block[0]
            return f"```{language}\n{content}```{fence}{printed.rstrip()}\n```"

        return RUN_AND_SHOWN.sub(run_again, readme)

    def executed(self, code: str, names: dict[str, Any]) -> str:
        with redirect_stdout(io.StringIO()) as out, mock.patch.object(sys, "path", [*sys.path]):
            exec(compile(code, "README.md", "exec"), names)
        return out.getvalue()

    def printed(self, command: str, last_code: str) -> str:
        """Return what a command prints: first stderr, then stdout; "" if it is not run here."""
        _, *words = shlex.split(command)
        if words[0] == "main.py":
            own_folder = {"--artifacts", "--compare"} & {*words}
            done = self.call(*words[1:], *([] if own_folder else ["--artifacts", "artifacts"]))
            self.assertEqual(done.returncode, int("error:" in done.stderr), command)
            return done.stderr + done.stdout.replace(os.sep, "/")
        if words == ["-m", "tests.exercises"]:
            return report([False] * 6)  # before any is solved
        return self.executed(last_code, {}) if words == ["try_it.py"] else ""

    def test_what_the_readmes_show_is_what_is_printed(self) -> None:
        changes = ""
        for folder, readme in READMES.items():
            names = (f"{folder}/README.md", "printed now")
            texts = (text.splitlines(keepends=True) for text in (readme, self.refreshed(readme)))
            changes += "".join(difflib.unified_diff(*texts, *names, n=1))
        hint = "if this change is meant, python -m tests.test_readme writes it into the READMEs"
        if changes:
            self.fail(f"{hint}\n{changes}")

    def test_the_lines_for_a_browser_find_the_project_in_its_zip(self) -> None:
        (code,) = (code for _, code in BLOCK.findall(READMES["."]) if "unpack_archive" in code)
        for top in ("", "student-pipeline-main/"):  # as zipped by hand, and as downloaded
            with zipfile.ZipFile("project.zip", "w") as archive:
                for name in ("main.py", "src/__init__.py"):
                    archive.write(name, f"{top}{name}")
            with mock.patch.object(sys, "path", [*sys.path]):
                exec(compile(code, "README.md", "exec"), {})
                self.assertEqual(Path(sys.path[0]), Path("project", top))
            shutil.rmtree("project")


class Explained(FolderTestCase):
    def assert_explained(self, names: set[str], folder: str) -> None:
        explained = set(re.findall(r"`([\w-]+)", READMES[folder]))
        self.assertEqual(names - explained, set(), f"explain them in {folder}/README.md")

    def test_every_key_option_and_argument(self) -> None:
        keys = {"data_sha256"}
        for model in src.MODELS.values():
            result = TrainingPipeline(model=model(), artifacts_dir=None).run()
            keys |= {*result.model.to_dict(), *result.metrics.to_dict(), *result.row_counts}
        self.assert_explained(keys, "artifacts")
        options = set(re.findall(r"--?[a-z][\w-]*", self.call("--help").stdout))
        arguments = {*inspect.signature(DataLoader).parameters}
        arguments |= {"model", "artifacts_dir", "max_rejected", "min_skill"}
        self.assert_explained(options | arguments, "data")

    def test_every_file_of_the_source_and_every_module_of_tests(self) -> None:
        for folder in ("reading", "showing", "support"):
            (row,) = re.findall(rf"^\| `{folder}/` .*$", READMES["src"], re.M)
            files = {path.name for path in (ROOT / "src" / folder).glob("[!_]*.py")}
            self.assertEqual(set(re.findall(r"`(\w+\.py)`", row)), files, "in src/README.md")
        modules = {path.name for path in (ROOT / "tests").glob("[!_]*.py")}
        self.assertLessEqual(modules, {*re.findall(r"`(\w+\.py)`", READMES["tests"])})

    def test_every_place_for_a_new_line_is_there(self) -> None:
        for name, path in re.findall(r"`(\w+)` in `([\w/]+\.py)`", READMES["src"]):
            self.assertRegex((ROOT / "src" / path).read_text("utf-8"), rf"\b{name}\b", path)
        for name, attribute in re.findall(r"`([A-Z]\w+)\.(\w+)`", READMES["src"]):
            self.assertTrue(hasattr(getattr(src, name), attribute), f"{name}.{attribute}")

    def test_every_exercise(self) -> None:
        pattern = r"^### (\d)\. (.*)\n\n\[(.*)\]\((.*)\): "
        shown = re.findall(pattern, READMES["tests/exercises"], re.M)
        for number, (name, task) in enumerate(solutions.EXERCISES.items(), 1):
            file = f"exercise_{number}.py"
            self.assertEqual(shown.pop(0), (str(number), task.capitalize(), file, file))
            content = (solutions.FOLDER / file).read_text(encoding="utf-8")
            self.assertTrue(content.startswith(f'"""Exercise {number}: {task}.\n'), file)
            self.assertRegex(content, rf"\n(class|def) {name}\(")

    def test_every_link_and_path_leads_somewhere_and_the_first_page_to_all_others(self) -> None:
        for folder, readme in READMES.items():
            links = re.findall(r"\]\(([^)]+)\)", readme)
            if folder == ".":
                self.assertLessEqual({f"{other}/README.md" for other in FOLDERS[1:]}, {*links})
            for link in links:
                file, _, anchor = link.partition("#")
                target = ROOT / folder / (file or "README.md")
                self.assertTrue(target.exists(), f"{folder}/README.md: {link}")
                if anchor:
                    headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.M)
                    anchors = [re.sub(r"[^\w -]", "", one).lower() for one in headings]
                    self.assertIn(anchor.replace("-", " "), anchors)
            for path in re.findall(r"`((?:src|tests|data)/[\w/.]*)`", readme):
                self.assertTrue((ROOT / path).exists(), f"{folder}/README.md: {path}")


class Written(FolderTestCase):
    def test_the_first_page_is_short_and_has_the_command_for_the_tests_alone(self) -> None:
        words = re.sub(r"^```.*?^```$", "", READMES["."], flags=re.M | re.S).split()
        self.assertLessEqual(len(words), 1100)
        self.assertIn(("bash", "python -m unittest\n"), BLOCK.findall(READMES["."]))

    def test_every_command_can_be_typed_on_windows_and_every_python_block_compiled(self) -> None:
        for folder, readme in READMES.items():
            for language, content in BLOCK.findall(readme):
                if language == "bash":
                    self.assertRegex(content, r"\A((python|git diff) [^'\\$|&<>]*\n)+\Z")
                else:
                    compile(content, f"{folder}/README.md", "exec")


def shown(*numbers: float) -> str:
    return " ".join(f"{round(number, 2):g}" for number in numbers)


def and_mean(numbers: list[float]) -> str:
    return shown(*numbers, fmean(numbers))


def errors_of(model: src.Regressor, file: str = "students.csv") -> tuple[float, float]:
    """Return the training error and the left-out error."""
    columns = {"math_score": "Scores", "study_hours": "Hours"} if file == "scores.csv" else {}
    loader = DataLoader(SAMPLE.with_name(file), columns=columns)
    metrics: Any = TrainingPipeline(loader, model=model, artifacts_dir=None).run().metrics
    return metrics.train_mean_absolute_error, metrics.left_out_mean_absolute_error


def distances(scores: Iterable[float], predictions: Iterable[float]) -> list[float]:
    return [abs(score - one) for score, one in zip(scores, predictions, strict=True)]


def others(values: list[float]) -> list[float]:
    """Return for each of three values the mean of the two others."""
    return [(fsum(values) - one) / 2 for one in values]


class Numbers(unittest.TestCase):
    """The numbers in the text follow from those of the sample, or are those of a run."""

    def setUp(self) -> None:
        lines = [line.split(",") for line in SAMPLE.read_text("utf-8").split()[1:4]]
        self.scores, self.hours = ([float(line[column]) for line in lines] for column in (1, 2))
        self.rates, self.known = (
            [*map(truediv, self.scores, self.hours)],
            [12 * one for one in self.hours],
        )
        self.unseen = [*map(mul, others(self.rates), self.hours)]
        self.errors = distances(self.scores, self.known)
        self.left_out = distances(self.scores, self.unseen)
        self.by_mean = distances(self.scores, others(self.scores))

    def assert_numbers(self, folder: str, expected: str) -> None:
        """Expect the numbers in the text, without blocks and headings, in their order."""
        text = re.sub(r"^(```.*?^```|#).*?$", "", READMES[folder], flags=re.M | re.S)
        self.assertEqual(re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)", text), expected.split())

    def test_those_of_the_first_page_follow_from_scores_and_hours(self) -> None:
        train, error, baseline = map(shown, map(fmean, (self.errors, self.left_out, self.by_mean)))
        capped = distances(self.scores, [min(100.0, one) for one in self.unseen])
        alice = (self.hours[0], self.known[0], self.scores[0])
        self.assert_numbers(
            ".",
            f"""3.10 1 2 3 3.10 {train} {shown(*self.rates)} 12 12 12 {shown(*alice, *self.errors)}
            {train} {error} {shown(*self.rates[1:])} 2 {shown(others(self.rates)[0])}
            {shown(self.unseen[0], *self.left_out)} {error} {baseline} {shown(*self.scores[1:])} 2
            {shown(others(self.scores)[0], self.by_mean[0])} {error} {baseline}
            {shown(self.scores[1], self.hours[1])} 5 12 5
            {shown(self.known[0])} 100 100 {error} {shown(fmean(capped))} 100.0""",
        )

    def test_those_of_the_exercises_follow_from_scores_and_hours_or_are_those_of_runs(self) -> None:
        table = f"""{and_mean(self.scores)} {shown(*self.hours)} {and_mean(self.rates)}
            12 {shown(*self.known)} {and_mean(self.errors)} {shown(*others(self.rates))}
            {shown(*self.unseen)} {and_mean(self.left_out)} {shown(*others(self.scores))}
            {and_mean(self.by_mean)}"""
        points, time, rates = fsum(self.scores), fsum(self.hours), [*self.rates, 50 / 0.1]
        result: Any = TrainingPipeline(artifacts_dir=None).run()
        exact = result.metrics.train_mean_absolute_error * 3 / 2
        baseline = shown(result.metrics.baseline_left_out_mean_absolute_error)
        train, error = shown(*errors_of(StudyModel())).split()
        capped, capped_left_out = shown(*errors_of(solutions.CappedModel())).split()
        nearest = "{:.1f} {:.2f}".format(*errors_of(solutions.NearestStudent(), "scores.csv"))
        rate = solutions.MedianModel().fit(result.students).predict(1.0)
        evaluator, students = solutions.LargestErrorEvaluator(), result.predictions()
        predicted = [row["predicted_score"] for row in students]
        largest = evaluator.largest_error(self.scores, predicted)
        largest_left_out = evaluator.left_out_largest_error(result.model, result.students)
        worst = map(solutions.left_out_error, solutions.three_worst(result))
        (held_out,) = re.findall(r"^StudyModel \S+ (\S+) (\S+)$", READMES["tests/exercises"], re.M)
        self.assert_numbers(
            "tests/exercises",
            f"""{train} {error} {baseline} {table} {shown(fsum(self.rates))} 3 12 12
            {train} {error} {baseline} 1 {error} {baseline} {shown(result.metrics.skill_score)}
            60 3 90 12 {shown(errors_of(LineModel())[1])}
            6 {nearest} {shown(*errors_of(StudyModel(), "scores.csv"))}
            200 {Evaluator().folds(students[:1] * 201)} 1 {train} 3 2 {shown(exact)}
            50 0.1 {shown(rates[3], fmean(rates), median(rates))}
            {shown(points + 50, time + 0.1, (points + 50) / (time + 0.1))}
            {shown(fmean(self.rates), median(self.rates), points, time, points / time)} 4
            {held_out[1]} {held_out[0]} 7 1 0 1 {error} 1 {capped_left_out}
            {train} {capped} {error} {capped_left_out} {baseline} {shown(*worst)}
            {shown(rate)} 12 {train} {shown(*errors_of(solutions.MedianModel()))}
            {shown(largest, largest_left_out)} {nearest}""",
        )


GOOD = "A,60,3\nB,70,4\nC,90,5\n"
# A file, and options; each message must be in the tables of data/README.md.
BAD_FILES: list[tuple[str | bytes, str]] = [
    ("", ""),
    (b"PK\3\4\0\xff", ""),
    (HEADER + "A\0,1,2\n", ""),
    (HEADER + '"A,1,2\n', ""),
    (HEADER + '"A"x,1,2\n', ""),
    ("math_score,study_hours\n" + "1" * 200_000 + ",1\n", ""),
    (HEADER, ""),
    (HEADER + GOOD * 2 + "D,1,2,3\nE,,1\nF,abc,1\nG,inf,1\nH,1,0\n", ""),
    (HEADER + "A,60,3\nB,70,3\n", "--model LineModel"),
    ("2,math_score,1\n5,60,3\n6,70,4\n", "--column study_hours=1"),
    (HEADER + ",60,3\n,70,4\n", ""),
    ("Name,NAME,math_score,study_hours\nA,B,60,3\nC,D,70,4\n", ""),
    ('{"format_version": 1, "model": "StudyModel"}', "--predict 5 --artifacts ."),
    ('{"format_version": 1, "model": "Other"}', "--predict 5 --artifacts ."),
    ("{", "--predict 5 --artifacts ."),
]
ARGPARSES_OWN = r"\Aerror: argument -\S+: (not allowed with|expected at least|invalid float)"
WRONG_FOR_A_GOOD_FILE = (
    "--data nothing.csv, --data ., --delimiter semicolon, --min-skill 0.99, --artifacts marks.csv, "
    "--compare --report, --predict 5 --artifacts nowhere, --predict -1 --artifacts out, "
    "--predict 99 --artifacts out"
)
ANN = {"name": "Ann", "math_score": 60, "study_hours": 6}


def run(**parts: Any) -> object:
    return TrainingPipeline([ANN], artifacts_dir=None, **parts).run()


MISTAKES_IN_A_PROGRAM: list[Callable[[], object]] = [
    lambda: Preprocessor().clean([{"score": 60, "hours": 6}]),
    lambda: Preprocessor().clean([["Ann", 60, 6]]),  # type: ignore[list-item]
    lambda: Preprocessor().clean(5),  # type: ignore[arg-type]
    lambda: TrainingPipeline(model=StudyModel),  # type: ignore[arg-type]
    lambda: StudyModel().predict(5.0),
    lambda: setattr(StudyModel(), "rate", 5.0),
    lambda: setattr(StudyModel(), "learned", {"model": 5.0}),
    lambda: setattr(StudyModel(), "learned", {"rate": "fast"}),
    lambda: setattr(StudyModel(), "learned", 5.0),
    lambda: variant("Listed", Lowest, rates=[]),
    lambda: type("Loud", (DataLoader,), {"load": None}),
    lambda: run(
        model=variant(
            "Forgetful", Lowest, fit=lambda self, students: setattr(self, "learned", {})
        )()
    ),
    lambda: run(model=variant("Wordy", Lowest, predict=lambda self, hours: "60 points")()),
    lambda: run(preprocessor=type("No", (Preprocessor,), {"rejection": lambda self, row: False})()),
    lambda: Evaluator().left_out_predictions(StudyModel(), []),
    lambda: StudyModel().fit([ANN]),  # type: ignore[list-item]
]


class Messages(FolderTestCase):
    def messages(self) -> list[str]:
        """Return what is printed on stderr for the mistakes, and what the errors say."""
        done = [self.call("--artifacts", "out")]
        wrong = [words for words, _ in WRONG_OPTIONS]
        typed = [(content, options.split()) for content, options in BAD_FILES]
        typed += [(HEADER + GOOD, options.split()) for options in WRONG_FOR_A_GOOD_FILE.split(", ")]
        for content, words in [*typed, *((HEADER + GOOD, words) for words in wrong)]:
            self.file(content, "model.json" if "--predict" in words else "marks.csv")
            file = [] if {"--data", "--predict"} & {*words} else ["--data", "marks.csv"]
            folder = [] if {"--artifacts", "--compare"} & {*words} else ["--artifacts", "out"]
            done.append(self.call(*words, *file, *folder))
            if done[-1].returncode:
                self.assert_refused(done[-1], 2 if words in wrong else 1)
        lines = [line for one in done for line in one.stderr.splitlines()]
        with mock.patch("os.fsync"):
            found = [outcome(case.path, case.options) for case in all_cases()]
        lines += [line for one in found for line in [one.error, *one.notes] if line]
        for mistake in MISTAKES_IN_A_PROGRAM:
            with self.assertRaises(src.PipelineError) as caught:
                mistake()
            lines.append(str(caught.exception))
        return lines

    def test_every_message_is_explained_and_every_explained_message_is_printed(self) -> None:
        messages, known = self.messages(), [r"\Arejected \d+ of \d+ rows:\Z", ARGPARSES_OWN]
        _, tables = READMES["data"].split("## Messages")
        for row in re.findall(r"^\| (`.*?) \| ", tables, re.M):
            texts = re.findall("`(.*?)`", row)  # "…" is for what differs
            known.append("|".join(".*".join(map(re.escape, text.split("…"))) for text in texts))
            self.assertTrue(any(re.search(known[-1], one) for one in messages), row)
        for message in messages:
            self.assertTrue(any(re.search(one, message) for one in known), message)


if __name__ == "__main__":
    case = Printed()
    case.setUp()
    for folder, readme in READMES.items():
        refreshed = case.refreshed(readme)
        (ROOT / folder / "README.md").write_text(refreshed, encoding="utf-8", newline="\n")
    case.doCleanups()
