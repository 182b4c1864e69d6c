"""Whatever bytes a file holds: a result with every row accounted for, or one line that says why."""

import json
import math
import os
import random
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from src import DataLoader, PipelineError, TrainingPipeline
from src.reading import text
from tests.helpers import HEADER, FolderTestCase, Lowest
from tests.reading.cases import followed, outcome

FILES = 2000 if os.environ.get("STUDENT_PIPELINE_THOROUGH") else 60  # of each kind

CELLS = [
    *("85", "10", "0", "-1", "1e400", "1e308", "5e-324", "inf", "nan", "NA", "", " ", "-", "1_0"),
    *("abc", "٣", "\xa07\xa0", '"8"', '"a,b"', '"a\nb"', '"', '""', '"x"y', "\0", "\ufeff", "\r"),
    *("\x1b[31m", "\u202e", "\x85", "\u2028", "<b>", "=1+1", "é", "1,2,3", "é" * 70, "9" * 400),
    *("2,5", "1.180", "1 250,5", "85%", "17/20", "2:30", "5-Jun", "study_hours", "A;1;2", "7\t8"),
]
ENDS = ["\n", "\r\n", "\r", "\n\n", "", " \n", ",\n"]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"delimiter": ";"},
    {"delimiter": "space", "missing": ["-1", "abc"]},
    {"decimal": "comma"},
    {"columns": {"math_score": 1, "study_hours": "2"}},
    {"columns": {"math_score": "85", "name": 3}},
    {"encoding": "cp1252"},
    {"encoding": "utf-16"},
    {"columns": {"math_score": "name", "name": "math_score"}},
]
HEADERS = {
    "name": ["name", "Name", " NAME "],
    "math_score": ["math_score", "Math Score", "MathScore", "MATH-SCORE:"],
    "study_hours": ["study_hours", "Study Hours", "studyhours?", "study\u00a0hours"],
}
NAMES = ["Ada", "Zoë", "Lee, Al", "O'Neil", "李雷", "Null", "Max; Jr", 'Al "X"']


def structured(rng: random.Random) -> bytes:
    """Return a table of plausible and of hostile cells."""
    most = rng.choice([[4], [4, 4, 8], [4, len(CELLS)]])
    header = rng.choice([HEADER, HEADER, HEADER, '"name", math_score,study_hours\r\n', ""])
    lines = [
        ",".join(rng.choice(CELLS[: rng.choice(most)]) for _ in range(3)) + rng.choice(ENDS)
        for _ in range(rng.randrange(12))
    ]
    return (header + "".join(lines)).encode(rng.choice(["utf-8", "utf-8", "utf-16"]))


def mutated(rng: random.Random) -> bytes:
    """Return a good file with some bytes changed, dropped, added or moved."""
    content = bytearray((HEADER + "Ann,85,10\nBen,60,3\n\nCem,90.5,12\n" * 3).encode())
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(content))
        change = rng.randrange(4)
        if change == 0:
            content[at] = rng.randrange(256)
        elif change == 1:
            del content[at : at + rng.randrange(1, 9)]
        elif change == 2:
            content[at:at] = rng.choice([b'"', b",", b"\r", b"\n", b"\0", b"\xff", b"1e999", b"_"])
        else:
            content[at:at] = content[: rng.randrange(20)]
    return bytes(content)


def written(rng: random.Random) -> tuple[bytes, dict[str, Any], list[list[Any]]]:
    """Return a file in any dialect, what to tell the DataLoader about it, and its students."""
    fields = rng.sample(list(HEADERS), 3)
    fields[rng.randrange(4) :] += ["other"]
    mark, decimal = rng.choice([",", ";", "\t", "|"]), rng.choice(".,")
    rows, students = [], []
    for _ in range(rng.randrange(3, 9)):
        name = rng.choice(NAMES)
        score, hours = rng.randrange(1, 1000) / 10, rng.randrange(1, 100) / 10
        students.append([name, score, hours])
        numbers = [str(number).replace(".", decimal) for number in (score, hours)]
        cells = {"name": name, "math_score": numbers[0], "study_hours": numbers[1], "other": "x"}
        rows.append([cells[field] for field in fields])
    by_number = rng.random() < 0.4
    headers = [rng.choice(HEADERS.get(field, ["Age"])) for field in fields]
    if not by_number or rng.random() < 0.5:
        rows.insert(0, headers)
    settings: dict[str, Any] = {"encoding": rng.choice(["utf-8", "utf-8-sig", "utf-16"])}
    if by_number:
        settings["columns"] = {field: fields.index(field) + 1 for field in HEADERS}
    lines = [
        mark.join(
            '"{}"'.format(c.replace('"', '""'))
            if mark in c or '"' in c or rng.random() < 0.2
            else c
            for c in row
        )
        for row in rows
    ]
    above = rng.choice([[], [], ["Klasse 9b"], ["", mark * 3], ["# exported", f"sep={mark}"]])
    end = rng.choice(["\n", "\r\n", "\r"])
    content = end.join([*above, *lines, *rng.choice([[], [""], [mark * 3, mark]])])
    return content.encode(settings["encoding"]), settings, students


@patch("os.fsync")
class AnyFile(FolderTestCase):
    def assert_accounted_for(self, content: bytes, settings: dict[str, Any], limit: float) -> bool:
        """Train on the file; tell whether that gave a result."""
        path = self.file(content)
        loader = DataLoader(path, **settings)
        try:
            pipeline = TrainingPipeline(
                loader, model=Lowest(), artifacts_dir=self.folder, max_rejected=limit
            )
            result = pipeline.run()
        except PipelineError as error:
            self.assertTrue(str(error).isprintable(), str(error))
            self.assertEqual(str(error).count("students.csv: "), 1, str(error))
            for _, arguments in list(followed(str(error), ":"))[:2]:
                again = outcome(path, settings | {"max_rejected": limit} | arguments)
                self.assertNotEqual(again.error or None, str(error).partition("students.csv: ")[2])
            return False
        metrics = json.loads((self.folder / "metrics.json").read_text())
        counts = [metrics[f"rows_{kind}"] for kind in ("read", "used", "missing", "invalid")]
        self.assertEqual(counts[0], sum(counts[1:]))
        self.assertEqual(counts[0], len(loader.load()))
        self.assertTrue(all(map(math.isfinite, metrics.values())))
        self.assertTrue(all(str(rejection).isprintable() for rejection in result.rejections))
        self.assertTrue(all(note.isprintable() for note in result.notes), result.notes)
        return True

    def each_ends_well(self, make: Callable[[random.Random], bytes], least: float) -> None:
        """Make files; this share of them at least must be usable, and as many not."""
        rng = random.Random(20_000)
        results = 0
        for number in range(FILES):
            content = make(rng)
            settings = rng.choice(SETTINGS[: rng.choice([1, 1, 1, len(SETTINGS)])])
            limit, block = rng.choice([0.5, 1]), rng.choice([1, 7, 1 << 16])
            with (
                self.subTest(number=number, content=content, settings=settings, limit=limit),
                patch.object(text, "CHUNK_BYTES", block),
            ):
                results += self.assert_accounted_for(content, settings, limit)
        self.assertGreater(results, least * FILES)
        self.assertGreater(FILES - results, least * FILES)

    def test_a_table_of_hostile_cells_ends_in_a_result_or_a_pipeline_error(self, _: object) -> None:
        self.each_ends_well(structured, 0.04)

    def test_a_mutated_file_ends_in_a_result_or_a_pipeline_error(self, _: object) -> None:
        self.each_ends_well(mutated, 0.2)

    def test_a_good_file_is_read_rightly_however_it_is_written(self, _: object) -> None:
        rng = random.Random(20_000)
        for number in range(FILES):
            content, settings, students = written(rng)
            with self.subTest(number=number, content=content, settings=settings):
                rows = DataLoader(self.file(content), **settings).load()
                found = [[row["name"], row["math_score"], row["study_hours"]] for row in rows]
                self.assertEqual(found, students)
                self.assertFalse(any("extra" in row for row in rows))

    def test_thousands_of_bad_rows_are_all_counted_and_cost_little(self, _: object) -> None:
        kinds = [",1,1", "A,x,1", "A,1,0", "A,inf,1", "A,1,1,1", "A,1e308,1e-9", "A,1,1"]
        path = self.file(HEADER + "".join(f"{kinds[i % 7]}\n" for i in range(7_000)))
        pipeline = TrainingPipeline(
            DataLoader(path), model=Lowest(), artifacts_dir=None, max_rejected=1
        )
        result = pipeline.run()
        counts = {
            "rows_read": 7_000,
            "rows_used": 1_000,
            "rows_missing": 1_000,
            "rows_invalid": 5_000,
        }
        self.assertEqual(result.row_counts, counts)
        self.assertEqual([r.line for r in result.rejections[-2:]], [6_999, 7_000])
        done = self.call("--data", path, "--artifacts", "out", "--max-rejected", "0.9")
        lines = done.stderr.splitlines()
        self.assertEqual(done.returncode, 0)
        self.assertEqual(sum(line.startswith("  line ") for line in lines), 10)
        self.assertIn("  ... and 5990 more", lines)
