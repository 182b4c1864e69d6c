"""Small files that people really have, each with its right answer, from both sides.

The answer is asked for at the command line and from the classes.
"""

import json
from typing import Any

from src import DataLoader, PipelineError, TrainingPipeline
from tests.support import FolderTestCase

HOURS_SCORES = {"study_hours": "Hours", "math_score": "Scores"}

COMMAS = b"Hours;Scores\n2,5;21\n5;47\n3,2;27,5\n4;2\n"
THOUSANDS = b'Hours,SAT\n4,980\n9,"1,180"\n10,"1,250"\n14,"1,430"\n7,990\n'
UNITS = b'Hours,Scores\n5 hours,85%\n5h 30m,85/100\n1:30,60\n="3",="70"\n3,70\n'
FORM = (
    b'"On average, how many hours do you study?","In math, what was your last score?"\n'
    b"2.5,21\n5.1,47\n"
)
ROW_NAMES = b"Hours,Scores,Comment\n1,2.5,21,\n2,5.1,47,good\n3,3.2,27,\n"
COMMA_IN_HEADER = b"Name,Age, in years,Hours,Scores,Attendance\nAnn,15,10,80,95\nBen,16,8,60,90\n"
GBK = "Name,Hours,Scores\n李雷,2.5,21\n韩梅,5.1,47\n".encode("gbk")
TWICE = b"Name,Hours,Score,Score\nAnn,2.5,21,70\nBen,5.1,47,80\n"
TWO_RATES = (21 / 2.5 + 47 / 5.1) / 2

# content, columns, other settings, what model.json must hold
USABLE: list[tuple[bytes, dict[str, Any], dict[str, str], dict[str, float]]] = [
    (COMMAS, HOURS_SCORES, {"decimal": "comma"}, {"average_score_per_hour": 6.7234375, "n": 4}),
    (FORM, {"study_hours": 1, "math_score": 2}, {}, {"average_score_per_hour": TWO_RATES, "n": 2}),
    (b"sep=;\nHours;Scores\n2.5;21\n5.1;47\n", HOURS_SCORES, {}, {"n": 2}),
    (
        "Study\u00a0Hours,Math\u00a0Score\n2.5,21\n5.1,47\n".encode(),
        {"study_hours": "Study Hours", "math_score": "Math Score"},
        {},
        {"n": 2},
    ),
    (COMMA_IN_HEADER, {"study_hours": 3, "math_score": 4}, {}, {"average_score_per_hour": 7.75}),
    (GBK, HOURS_SCORES, {"encoding": "gbk"}, {"n": 2}),
    (b"1.4,17\n2.5,21\n5.1,47\n", {"study_hours": 1, "math_score": 2}, {}, {"n": 3}),
    (
        b"# exported by an LMS\nCourse: Math 1\nHours,Scores\n2.5,21\n5.1,47\n",
        HOURS_SCORES,
        {},
        {"n": 2},
    ),
    (b"Hours   Scores\n2.5     21\n5.1     47\n", HOURS_SCORES, {"delimiter": "space"}, {"n": 2}),
    (
        TWICE,
        {"study_hours": "Hours", "math_score": 3},
        {},
        {"average_score_per_hour": TWO_RATES},
    ),
]

# content, columns, what the refusal must say, and what it must not
REFUSED: list[tuple[bytes, dict[str, Any], list[str], list[str]]] = [
    (COMMAS, HOURS_SCORES, ["has a decimal comma", "--decimal comma"], []),
    (
        THOUSANDS,
        {"study_hours": "Hours", "math_score": "SAT"},
        ["'1,180'", "--decimal comma", "would read it as 1.18"],
        [],
    ),
    (UNITS, HOURS_SCORES, ["4 of 5 rows were rejected", "'85%'", "'85/100'"], ["--decimal"]),
    (FORM, {}, ["how many hours do you study?", "what was your last score?"], ["--delimiter"]),
    (
        b"number_courses,time_study,Marks\n3,4.508,19.202\n4,0.096,7.734\n4,3.133,13.811\n",
        {},
        ["study_hours=time_study", "math_score=Marks"],
        ["=number_courses"],
    ),
    (
        b"HoursStudied,PreviousScores,SleepHours,Performance\n7,99,9,91.0\n4,82,4,65.0\n",
        {},
        ["study_hours=HoursStudied"],
        ["=SleepHours"],
    ),
    (ROW_NAMES, HOURS_SCORES, ["wider than the header", "cells: 4 here, 3 in the header"], []),
    (COMMA_IN_HEADER, HOURS_SCORES, ["narrower than the header", "cells: 5 here, 6 in"], []),
    (GBK, HOURS_SCORES, ["line 2: not encoded in utf-8", "gbk"], []),
    (
        b"1.4,17\n2.5,21\n5.1,47\n",
        {},
        ["line 1: this looks like data", "by number", "study_hours=1", "math_score=2"],
        [],
    ),
    (b"Hours   Scores\n2.5     21\n", HOURS_SCORES, ["try --delimiter space"], []),
    (b'"Hours" "Scores"\n"2.5" "21"\n', HOURS_SCORES, ["try --delimiter space"], []),
    (TWICE, {"study_hours": "Hours", "math_score": "Score"}, ["twice", "math_score=3"], []),
]


class RealFiles(FolderTestCase):
    def options(self, columns: dict[str, Any], settings: dict[str, str]) -> list[str]:
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [*options, *(f"--column={field}={header}" for field, header in columns.items())]

    def test_a_usable_file_trains_the_right_model(self) -> None:
        for content, columns, settings, expected in USABLE:
            with self.subTest(content[:30], settings=settings):
                path = self.file(content)
                loader = DataLoader(path, columns=columns, **settings)  # type: ignore[arg-type]
                learned = TrainingPipeline(loader, artifacts_dir=None).run().model.learned
                done = self.main(
                    "--data", path, "--artifacts", "out", *self.options(columns, settings)
                )
                self.assertEqual(done.returncode, 0, done.stderr)
                saved = json.loads((self.folder / "out" / "model.json").read_text())
                for model in (learned, saved):
                    self.assertEqual(model["n_students"], expected.get("n", model["n_students"]))
                    rate = model["average_score_per_hour"]
                    self.assertAlmostEqual(rate, expected.get("average_score_per_hour", rate))

    def test_a_doubtful_file_is_refused_with_what_helps(self) -> None:
        for content, columns, parts, absent in REFUSED:
            with self.subTest(content[:30], columns=columns):
                path = self.file(content)
                with self.assertRaises(PipelineError) as caught:
                    loader = DataLoader(path, columns=columns)
                    TrainingPipeline(loader, artifacts_dir=self.folder / "out").run()
                done = self.main("--data", path, "--artifacts", "out", *self.options(columns, {}))
                self.assert_refused(done, 1, *parts)
                self.assertEqual(list(self.folder.glob("out/*")), [])
                suggestion = str(caught.exception).partition("; try ")[2]
                for part in parts:
                    self.assertIn(part, str(caught.exception))
                for part in absent:
                    self.assertNotIn(part, suggestion)

    def test_names_in_another_encoding_are_right(self) -> None:
        columns = {**HOURS_SCORES, "name": "Name"}
        rows = DataLoader(self.file(GBK), columns=columns, encoding="gbk").load()
        self.assertEqual([row["name"] for row in rows], ["李雷", "韩梅"])

    def test_the_lines_of_the_rows_are_those_of_the_file(self) -> None:
        for content, lines in ((USABLE[2][0], [3, 4]), (USABLE[7][0], [4, 5])):
            rows = DataLoader(self.file(content), columns=HOURS_SCORES).load()
            self.assertEqual([row["line"] for row in rows], lines)

    def test_what_was_found_is_noted_on_stderr_and_in_the_result(self) -> None:
        path = self.file(USABLE[7][0])
        result = TrainingPipeline(DataLoader(path, columns=HOURS_SCORES), artifacts_dir=None).run()
        note = "the header is on line 3; 2 lines above it were skipped"
        self.assertEqual(result.notes, [note])
        options = self.options(HOURS_SCORES, {})
        for volume, printed in ((["-v"], f"note: {note}\n"), ([], f"note: {note}\n"), (["-q"], "")):
            done = self.main("--data", path, "--artifacts", "out", *volume, *options)
            self.assertEqual(printed in done.stderr, True)
            self.assertEqual(bool(done.stderr), bool(printed))
