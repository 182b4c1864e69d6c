"""Whatever bytes a file holds: a result with every row accounted for, or one line that says why."""

import json
import math
import random
from collections.abc import Callable
from unittest.mock import patch

from src import DataLoader, PipelineError, TrainingPipeline
from src.reading import text as csv_file
from tests.support import HEADER, FolderTestCase

CELLS = [
    *("85", "10", "0", "-1", "1e400", "1e308", "5e-324", "inf", "nan", "NA", "", " ", "-", "1_0"),
    *("abc", "٣", "\xa07\xa0", '"8"', '"a,b"', '"a\nb"', '"', '""', '"x"y', "\0", "\ufeff", "\r"),
    *("\x1b[31m", "\u202e", "\x85", "\u2028", "<b>", "=1+1", "é", "1,2,3", "é" * 70, "9" * 400),
]
ENDS = ["\n", "\r\n", "\r", "\n\n", "", " \n", ",\n"]
SETTINGS: list[dict[str, object]] = [
    {},
    {"delimiter": ";"},
    {"decimal": "comma"},
    {"columns": {"math_score": 1, "study_hours": "2"}},
    {"columns": {"math_score": "name", "study_hours": 3}},
    {"encoding": "cp1252"},
    {"encoding": "utf-16"},
    {"columns": {"math_score": "name", "name": "math_score"}},
]


def structured(rng: random.Random) -> bytes:
    """Return a table of plausible and of hostile cells."""
    header = rng.choice([HEADER, HEADER, HEADER, '"name", math_score,study_hours\r\n', ""])
    lines = [
        ",".join(rng.choice(CELLS[: rng.choice([4, len(CELLS)])]) for _ in range(3))
        + rng.choice(ENDS)
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


class AnyFile(FolderTestCase):
    def assert_accounted_for(self, content: bytes, settings: dict[str, object]) -> bool:
        """Train on the file; tell whether that gave a result."""
        limit = settings.pop("max_rejected", 0.5)
        loader = DataLoader(self.file(content), **settings)  # type: ignore[arg-type]
        try:
            result = TrainingPipeline(loader, artifacts_dir=self.folder, max_rejected=limit).run()
        except PipelineError as error:
            self.assertTrue(str(error).isprintable(), str(error))
            self.assertIn("students.csv: ", str(error))
            return False
        metrics = json.loads((self.folder / "metrics.json").read_text())
        counts = [metrics[f"rows_{kind}"] for kind in ("read", "used", "missing", "invalid")]
        self.assertEqual(counts[0], sum(counts[1:]))
        self.assertEqual(counts[0], len(loader.load()))
        self.assertTrue(all(map(math.isfinite, metrics.values())))
        self.assertTrue(all(str(rejection).isprintable() for rejection in result.rejections))
        return True

    def each_ends_well(self, make: Callable[[random.Random], bytes], least: int) -> None:
        """Make 500 files; a fair part of them must be usable, and a fair part not."""
        rng = random.Random(20_000)
        results = 0
        for number in range(500):
            content = make(rng)
            settings = dict(rng.choice(SETTINGS[: rng.choice([1, 1, 1, len(SETTINGS)])]))
            settings["max_rejected"] = rng.choice([0.5, 1])
            with (
                self.subTest(number=number, content=content, settings=settings),
                patch.object(csv_file, "CHUNK_BYTES", rng.choice([1, 7, 1 << 16])),
                patch("os.fsync"),
            ):
                results += self.assert_accounted_for(content, settings)
        self.assertGreater(results, least)
        self.assertGreater(500 - results, least)

    def test_a_table_of_hostile_cells_ends_in_a_result_or_a_pipeline_error(self) -> None:
        self.each_ends_well(structured, 20)

    def test_a_mutated_file_ends_in_a_result_or_a_pipeline_error(self) -> None:
        self.each_ends_well(mutated, 100)

    def test_thousands_of_bad_rows_are_all_told_and_cost_little(self) -> None:
        kinds = [",1,1", "A,x,1", "A,1,0", "A,inf,1", "A,1,1,1", "A,1e308,1e-9", "A,1,1"]
        content = HEADER + "".join(f"{kinds[i % 7]}\n" for i in range(70_000))
        path = self.file(content)
        loader = DataLoader(path)
        result = TrainingPipeline(loader, artifacts_dir=None, max_rejected=1).run()
        self.assertEqual(
            result.row_counts,
            {
                "rows_read": 70_000,
                "rows_used": 10_000,
                "rows_missing": 10_000,
                "rows_invalid": 50_000,
            },
        )
        self.assertEqual([r.line for r in result.rejections[-2:]], [70_000 - 1, 70_000])
        done = self.main("--data", path, "--artifacts", "out", "--max-rejected", "0.9")
        lines = done.stderr.splitlines()
        self.assertEqual((done.returncode, len(lines)), (0, 12))
        self.assertEqual(lines[-1], "  ... and 59990 more")
