"""TrainingPipeline: all parts in sequence, every row accounted for, one pair of artifacts."""

import copy
import hashlib
import json
import math
import os
import pickle
import random
import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

from src import (
    ArtifactError,
    Cleaned,
    DataError,
    DataLoader,
    Evaluator,
    MeanScoreBaseline,
    PipelineError,
    Preprocessor,
    Regressor,
    Rejection,
    Student,
    StudentTable,
    StudyModel,
    TrainingPipeline,
    TrainingResult,
    UsageError,
)
from src.showing.report import page
from tests.support import HEADER, ROOT, SAMPLE, THREE, FolderTestCase, student

ROWS = [
    {"name": "Alice", "math_score": 85, "study_hours": 10},
    {"name": "Bob", "math_score": 60, "study_hours": 3},
    {"name": "Charlie", "math_score": 90, "study_hours": 12},
]


class TopScore(Regressor):
    """A learner's own model, with nothing but the two methods."""

    def fit(self, students: Iterable[Student]) -> "TopScore":
        self.learned = {"top_score": max(s["math_score"] for s in students)}
        return self

    def predict(self, study_hours: float) -> float:
        return self.learned["top_score"]


class PipelineTestCase(FolderTestCase):
    def run_on(self, source: Any = None, **parts: Any) -> TrainingResult:
        return TrainingPipeline(source, artifacts_dir=self.folder / "out", **parts).run()

    def saved(self, name: str) -> dict[str, Any]:
        record = json.loads((self.folder / "out" / name).read_text(encoding="utf-8"))
        assert isinstance(record, dict)
        return record


class Sample(PipelineTestCase):
    def test_the_result_holds_students_rejections_model_metrics_and_seconds(self) -> None:
        result = self.run_on()
        self.assertEqual(result.students, THREE)
        self.assertEqual(list(map(str, result.rejections)), ["line 5: math_score is missing"])
        self.assertEqual(result.model.predict(2.0), 24.0)
        self.assertEqual(result.metrics.leave_one_out_mean_absolute_error, 56.5)
        self.assertEqual(list(result.seconds), ["load and clean", "train", "evaluate", "save"])
        self.assertTrue(all(seconds >= 0 for seconds in result.seconds.values()))

    def test_the_two_files_say_exactly_this_in_this_order(self) -> None:
        self.run_on()
        # How the metrics are computed is worked out in test_evaluator and test_model.
        self.assertEqual(
            list(self.saved("metrics.json").items()),
            [
                ("train_mean_absolute_error", 113 / 3),
                ("train_root_mean_squared_error", math.sqrt(4717 / 3)),
                ("train_r2_score", 1 - 4717 / (4650 / 9)),
                ("leave_one_out_mean_absolute_error", 56.5),
                ("baseline_leave_one_out_mean_absolute_error", 55 / 3),
                ("skill_score", 1 - 56.5 / (55 / 3)),
                ("rows_read", 4),
                ("rows_used", 3),
                ("rows_missing", 1),
                ("rows_invalid", 0),
            ],
        )
        self.assertEqual(
            list(self.saved("model.json").items()),
            [
                ("format_version", 1),
                ("model", "StudyModel"),
                ("formula", "math_score = average_score_per_hour * study_hours"),
                ("average_score_per_hour", 12.0),
                ("n_students", 3),
                ("study_hours_min", 3.0),
                ("study_hours_max", 12.0),
                ("data_sha256", hashlib.sha256(SAMPLE.read_bytes()).hexdigest()),
            ],
        )

    def test_the_samples_bytes_are_the_seeds(self) -> None:
        self.assertEqual(
            SAMPLE.read_bytes(),
            b"name,math_score,study_hours\nAlice,85,10\nBob,60,3\nCharlie,90,12\nDaisy,,5\n",
        )

    def test_no_students_name_and_no_path_is_saved(self) -> None:
        self.run_on(DataLoader(self.file(HEADER + "Zebedee,1,1\n", "private.csv")))
        text = "".join(path.read_text() for path in (self.folder / "out").iterdir())
        for secret in ("Zebedee", "private", "csv", str(self.folder)):
            self.assertNotIn(secret, text)


class Sources(PipelineTestCase):
    def test_a_list_of_rows_is_a_loader_and_has_no_data_sha256(self) -> None:
        self.assertEqual(self.run_on(ROWS).students, THREE)
        self.assertNotIn("data_sha256", self.saved("model.json"))

    def test_every_row_is_counted_once(self) -> None:
        path = self.file(HEADER + "A,1,1\nB,,1\nC,x,1\nD,1,0\nE,1,1,1\n,1,1\n\nF,2,2\n")
        result = self.run_on(DataLoader(path), max_rejected=0.8)
        expected = {"rows_read": 7, "rows_used": 2, "rows_missing": 2, "rows_invalid": 3}
        self.assertEqual(result.row_counts, expected)
        self.assertEqual({k: self.saved("metrics.json")[k] for k in expected}, expected)

    def test_no_usable_row_is_an_error_that_says_how_many_and_why(self) -> None:
        for content, message in (
            (HEADER, "students.csv: no usable row: the file has a header but no rows"),
            (
                HEADER + "A,,1\nB,x,1\nC,,1\n",
                "students.csv: no usable row; 3 of 3 rows were rejected (2 missing, 1 not a"
                " number); the first: line 2: math_score is missing",
            ),
        ):
            with self.assertRaises(DataError) as caught:
                self.run_on(DataLoader(self.file(content)))
            self.assertIn(message, str(caught.exception))
        with self.assertRaisesRegex(DataError, "^no usable row: there are no rows"):
            self.run_on([])
        self.assertFalse((self.folder / "out").exists())

    def test_artifacts_dir_none_writes_nothing(self) -> None:
        before = {path: path.stat().st_mtime_ns for path in (ROOT / "artifacts").iterdir()}
        TrainingPipeline(artifacts_dir=None).run()
        after = {path: path.stat().st_mtime_ns for path in (ROOT / "artifacts").iterdir()}
        self.assertEqual(after, before)

    def test_whatever_fails_before_the_end_nothing_is_saved(self) -> None:
        self.run_on()
        before = {name: self.saved(name) for name in ("model.json", "metrics.json")}
        with self.assertRaises(PipelineError):
            self.run_on(DataLoader(self.file(HEADER + "Ann,1,1\nBen\0,1,1\n")))
        (self.folder / "out" / "metrics.json").unlink()
        (self.folder / "out" / "metrics.json").mkdir()
        with self.assertRaises(ArtifactError):
            self.run_on(ROWS)
        self.assertEqual(self.saved("model.json"), before["model.json"])


class Gate(PipelineTestCase):
    """Dropping bad rows is right; training on whatever happens to be left is not."""

    def refusal(self, content: str, columns: Any = None, **settings: Any) -> str:
        limit = settings.pop("max_rejected", 0.5)
        loader = DataLoader(self.file(content), columns=columns, **settings)
        with self.assertRaises(DataError) as caught:
            self.run_on(loader, max_rejected=limit)
        self.assertFalse((self.folder / "out").exists())
        return str(caught.exception).partition("students.csv: ")[2]

    def test_more_than_the_allowed_share_of_rejected_rows_is_refused(self) -> None:
        rows = [*ROWS, {**ROWS[0], "math_score": None}, {"name": "Eve"}, {"study_hours": "x"}]
        self.assertEqual(len(self.run_on(rows).students), 3)  # half of them is allowed
        for limit in (0, 0.4, 0.49):
            with self.assertRaisesRegex(
                DataError,
                r"^3 of 6 rows were rejected \(3 missing\); the first: line 4: math_score is"
                r" missing; --max-rejected 1 \(max_rejected=1\) trains on the other 3$",
            ):
                self.run_on(rows, max_rejected=limit)
        self.assertEqual(len(self.run_on([*rows, {}, {}], max_rejected=1).students), 3)
        self.assertEqual(len(self.run_on(ROWS, max_rejected=0).students), 3)

    def test_a_limit_that_is_not_a_share_is_a_usage_error(self) -> None:
        for limit in (-0.1, 1.1, math.nan, "x", None):
            with self.assertRaisesRegex(UsageError, "max_rejected must be from 0 to 1, not"):
                TrainingPipeline(ROWS, max_rejected=limit)  # type: ignore[arg-type]

    def test_decimals_that_all_have_the_other_mark_are_refused_whatever_their_share(self) -> None:
        whole = "".join(f"{i},{i}\n" for i in range(1, 60))
        for decimal, odd, mark, option in (
            ("point", '"2,5",5\n', "comma", 'try --decimal comma (decimal=",")'),
            ("comma", "2.5,5\n", "point", 'try --decimal point (decimal=".")'),
        ):
            message = self.refusal(f"study_hours,math_score\n{whole}{odd}", decimal=decimal)
            self.assertIn("1 of 60 rows were rejected (1 not a number)", message)
            self.assertIn(f"has a decimal {mark}, all accepted numbers are whole", message)
            self.assertTrue(message.endswith(option), message)
            loader = DataLoader(self.folder / "students.csv", decimal=decimal)
            self.assertEqual(self.run_on(loader, max_rejected=1).row_counts["rows_used"], 59)
            (self.folder / "out" / "model.json").unlink()
            (self.folder / "out" / "metrics.json").unlink()
            (self.folder / "out").rmdir()

    def test_a_decimal_in_a_rejected_row_does_not_tell_that_the_file_uses_its_mark(self) -> None:
        whole = "".join(f"Bob;{i * 2};{i}\n" for i in range(1, 60))
        message = self.refusal(f"name;math_score;study_hours\nAnn;80.5;10,5\n{whole}")
        self.assertIn("'10,5' has a decimal comma, all accepted numbers are whole", message)

    def test_one_number_with_the_mark_in_use_tells_that_the_file_uses_it(self) -> None:
        content = 'study_hours,math_score\n2.0,4\n"2,5",5\n3,6\n'
        result = self.run_on(DataLoader(self.file(content)))
        self.assertEqual(result.row_counts["rows_used"], 2)
        self.assertEqual(result.notes, ["'2,5' has a decimal comma"])

    def test_an_option_is_suggested_only_if_it_would_reject_fewer_cells(self) -> None:
        content = 'study_hours,math_score\n2.5,4.5\n"2,5","4,5"\n"3,5",7\n'
        result = self.run_on(DataLoader(self.file(content)), max_rejected=0.9)
        self.assertEqual(
            result.notes,
            ["'4,5' has a decimal comma; try --decimal comma (decimal=\",\")"],
        )
        content = 'study_hours,math_score\n2.5,4.5\n"2,5","4,5"\n3.5,7\n'
        result = self.run_on(DataLoader(self.file(content)))
        self.assertEqual(result.notes, ["'4,5' has a decimal comma"])

    def test_the_example_of_a_decimal_is_one_that_has_no_thousands_separator(self) -> None:
        content = 'study_hours,math_score\n2,4\n3,5\n"1,180",5\n"2,5",6\n'
        message = self.refusal(content)
        self.assertIn("'2,5' has a decimal comma, all accepted numbers are whole", message)

    def test_rows_in_memory_are_judged_by_their_numbers(self) -> None:
        rows: list[dict[str, Any]] = [{**row, "study_hours": 2} for row in ROWS]
        odd = {"name": "Eve", "math_score": "4,5", "study_hours": 2}
        with self.assertRaisesRegex(
            DataError, "'4,5' has a decimal comma, all accepted numbers are"
        ):
            self.run_on([*rows, odd])
        self.assertEqual(len(self.run_on([*rows, odd, {**rows[0], "math_score": 0.5}]).students), 4)

    def test_other_notations_are_named_with_an_example(self) -> None:
        for cell, hint in (
            (
                '"1,180"',
                "'1,180' may have a thousands separator: remove it; --decimal comma"
                ' (decimal=",") would read it as 1.18',
            ),
            ('"1,180,000"', "'1,180,000' has a thousands separator: clean such cells first"),
            ("1 180", "'1 180' has a thousands separator"),
            ("1\u00a0180", "has a thousands separator"),
            ("1\u2019180", "has a thousands separator"),
            ("-1 180", "'-1 180' has a thousands separator"),
            ("1 180.5", "'1 180.5' has a thousands separator"),
            ("1'180", '"1\'180" has a thousands separator'),
            ("85%", "'85%' has a percent sign: clean such cells first"),
            ("8.5 %", "'8.5 %' has a percent sign"),
            ("5 hours", "'5 hours' has a unit or other text: clean such cells first"),
            ("5h 30m", "has a unit"),
            ("85/100", "has a unit"),
            ('"=""3"""', "has a unit"),
            ("1:30", "has a unit"),
            ("$5", "has a unit"),
        ):
            content = f"math_score,study_hours\n1.5,1\n1.5,1\n{cell},1\n"
            with self.subTest(cell):
                result = self.run_on(DataLoader(self.file(content)))
                self.assertIn(hint, "; ".join(result.notes))
        for cell in ("abc", "", "?", "٨٥"):
            content = f"math_score,study_hours\n1.5,1\n1.5,1\n{cell},1\n"
            self.assertEqual(self.run_on(DataLoader(self.file(content))).notes, [])

    def test_no_usable_row_suggests_the_option_that_helps(self) -> None:
        message = self.refusal('study_hours,math_score\n"2,5","4,5"\n')
        self.assertIn("no usable row; 1 of 1 rows were rejected", message)
        self.assertNotIn("--max-rejected", message)
        self.assertTrue(message.endswith('try --decimal comma (decimal=",")'))

    def test_a_preprocessor_that_mends_decimal_commas_passes_the_gate(self) -> None:
        class Mending(Preprocessor):
            def clean(self, raw_rows: Iterable[Any]) -> Cleaned:
                point = str.maketrans(",", ".")
                return super().clean(
                    {**row, "math_score": float(str(row["math_score"]).translate(point))}
                    for row in raw_rows
                )

        loader = DataLoader(self.file(HEADER + 'Ann,"80,5",10\nBob,"60,5",5\n'))
        result = TrainingPipeline(loader, Mending(), artifacts_dir=None).run()
        self.assertEqual(list(result.students.math_score), [80.5, 60.5])


class Project(PipelineTestCase):
    def test_the_default_folders_are_the_projects_own_from_anywhere(self) -> None:
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.folder)
        self.assertEqual(TrainingPipeline().artifacts_dir, ROOT / "artifacts")

    def test_nothing_but_the_standard_library_is_imported(self) -> None:
        for path in [ROOT / "main.py", *ROOT.glob("src/**/*.py"), *ROOT.glob("tests/*.py")]:
            source = path.read_text(encoding="utf-8")
            for module in re.findall(r"^ *(?:import|from) (\w+)", source, re.MULTILINE):
                self.assertIn(module, {*sys.stdlib_module_names, "src", "tests", "main"}, path)

    def test_git_changes_no_line_end_of_data_and_artifacts_and_ignores_the_report(self) -> None:
        for folder in ("data", "artifacts"):
            attributes = (ROOT / folder / ".gitattributes").read_text(encoding="utf-8")
            self.assertIn("\n* -text\n", attributes)
        self.assertIn("artifacts/report.html", (ROOT / ".gitignore").read_text(encoding="utf-8"))


class Parts(PipelineTestCase):
    def test_a_learners_own_model_is_trained_evaluated_and_saved(self) -> None:
        result = self.run_on(model=TopScore())
        # 90 for each: off by 5, 30, 0; left out: 90, 90, 85, off by 5, 30, 5.
        self.assertEqual(result.metrics.train_mean_absolute_error, 35 / 3)
        self.assertEqual(result.metrics.leave_one_out_mean_absolute_error, 40 / 3)
        self.assertEqual(
            result.metrics.verdict, "The model is better than guessing the mean score."
        )
        saved = self.saved("model.json")
        self.assertEqual(list(saved), ["format_version", "model", "top_score", "data_sha256"])
        self.assertEqual((saved["model"], saved["top_score"]), ("TopScore", 90.0))
        loaded = TopScore.load(self.folder / "out" / "model.json")
        self.assertEqual(loaded.predict(1.0), 90.0)

    def test_a_learners_own_preprocessor_and_evaluator_take_part(self) -> None:
        class First(Preprocessor):
            def clean(self, raw_rows: Any) -> Any:
                return super().clean(list(raw_rows)[:2])

        class Blind(Evaluator):
            def evaluate(self, model: Any, students: Any) -> Any:
                metrics = super().evaluate(model, students)
                return metrics._replace(**dict.fromkeys(metrics.to_dict()))

        result = self.run_on(preprocessor=First(), evaluator=Blind())
        self.assertEqual(result.students, THREE[:2])
        self.assertEqual(next(iter(self.saved("metrics.json"))), "rows_read")

    def test_the_hint_for_rows_in_memory_names_the_loader_that_reads_decimal_commas(self) -> None:
        rows = [{"math_score": "80,5", "study_hours": 8}, *ROWS]
        self.assertEqual(
            self.run_on(rows, max_rejected=1).notes,
            [
                "'80,5' has a decimal comma, all accepted numbers are whole;"
                ' try DataLoader(path, decimal=",")'
            ],
        )

    def test_only_a_text_that_is_not_a_number_gets_a_hint_on_its_notation(self) -> None:
        class Strict(Preprocessor):
            def rejection(self, line: int, name: str | None, *cells: Any) -> Rejection | None:
                if name == "7 dwarfs":
                    return Rejection(line, "name", name, "not a student")
                return super().rejection(line, name, *cells)

        odd = [{**ROWS[0], "math_score": True}, {**ROWS[0], "name": "7 dwarfs"}]
        result = self.run_on([*ROWS, *odd], preprocessor=Strict())
        self.assertEqual((len(result.rejections), result.notes), (2, []))

    def test_a_clean_of_ones_own_may_return_lists_and_keep_rows_without_a_name(self) -> None:
        class Plain(Preprocessor):
            def clean(self, raw_rows: Any) -> Any:
                students = [{**THREE[0], "name": None}, *THREE[1:]]
                return students, super().clean(raw_rows).rejections

        result = self.run_on(preprocessor=Plain())
        self.assertEqual(result.metrics, self.run_on().metrics)
        self.assertEqual(result.row_counts["rows_missing"], 1)
        self.assertIn("<td>None</td>", page(result))

    def test_a_share_of_exactly_the_limit_is_allowed_whatever_its_rounding(self) -> None:
        rows = [{**ROWS[0], "math_score": None if i < 29 else 50} for i in range(100)]
        for limit in (0.29, Fraction(29, 100), Decimal("0.29")):
            self.assertEqual(len(self.run_on(rows, max_rejected=limit).students), 71)
        with self.assertRaisesRegex(DataError, "29 of 100 rows were rejected"):
            self.run_on(rows, max_rejected=0.289)

    def test_a_class_in_place_of_a_model_is_refused_with_the_way_out(self) -> None:
        with self.assertRaisesRegex(UsageError, r"model is a class; .*: StudyModel\(\)"):
            TrainingPipeline(model=StudyModel)  # type: ignore[arg-type]

    def test_a_fit_that_changes_its_students_is_refused_and_nothing_is_saved(self) -> None:
        class Greedy(StudyModel):
            def fit(self, students: Any) -> "Greedy":
                hours = StudentTable.of(students).study_hours
                for i in range(len(hours)):
                    hours[i] = math.sqrt(hours[i])
                super().fit(students)
                return self

        class Generous(StudyModel):
            def fit(self, students: Any) -> "Generous":
                StudentTable.of(students).math_score[0] += 1.0
                super().fit(students)
                return self

        class Forgetful(StudyModel):
            def fit(self, students: Any) -> "Forgetful":
                StudentTable.of(students).name.pop()
                super().fit(students)
                return self

        for rows in (ROWS, ROWS * 80):
            for model in (Greedy(), Generous(), Forgetful()):
                with self.assertRaisesRegex(PipelineError, "fit changes its students; copy them"):
                    self.run_on(rows, model=model)
        self.assertFalse((self.folder / "out").exists())

    def test_an_evaluator_that_fits_the_model_does_not_change_the_result(self) -> None:
        class Fitting(Evaluator):
            def left_out_predictions(self, model: Any, students: Any) -> Any:
                table, left_out = StudentTable.of(students), []
                for i in range(len(table)):
                    model.fit(table.without(slice(i, i + 1)))
                    left_out.append(model.predict(table.study_hours[i]))
                return left_out

            def evaluate(self, model: Any, students: Any) -> Any:
                metrics = super().evaluate(model, students)
                model.fit(students[:2])
                return metrics

        result, expected = self.run_on(evaluator=Fitting()), self.run_on()
        for _ in range(2):
            self.assertEqual(result.predictions(), expected.predictions())
            self.assertEqual(result.model.learned, expected.model.learned)
        self.assertEqual(result.metrics, expected.metrics)

    def test_a_model_that_keeps_what_it_learned_elsewhere_is_refused(self) -> None:
        class Helped(TopScore):
            inner = StudyModel()  # shared by all copies

            def fit(self, students: Iterable[Student]) -> "Helped":
                self.learned = self.inner.fit(students).learned
                return self

            def predict(self, study_hours: float) -> float:
                return min(100.0, self.inner.predict(study_hours))

        with self.assertRaisesRegex(PipelineError, "Helped.fit must keep all it learns in learned"):
            self.run_on(model=Helped())

    def test_without_the_baselines_leverages_predictions_are_left_out_as_they_were_judged(
        self,
    ) -> None:
        rows = [{"math_score": 37 * i % 101, "study_hours": 1 + 7 * i % 41} for i in range(250)]
        with patch.object(MeanScoreBaseline, "leverages", Regressor.leverages):
            result = self.run_on(rows)
        predictions = result.predictions()
        error = sum(abs(row["math_score"] - row["left_out_score"]) for row in predictions) / 250
        self.assertAlmostEqual(error, result.metrics.leave_one_out_mean_absolute_error or 0.0)

    def test_predictions_show_whom_the_model_is_wrong_about(self) -> None:
        predictions = self.run_on().predictions()
        self.assertEqual(
            predictions[1], {**THREE[1], "predicted_score": 36.0, "left_out_score": 24.0}
        )
        self.assertEqual([p["left_out_score"] for p in predictions], [137.5, 24.0, 171.0])
        (only,) = self.run_on(ROWS[:1]).predictions()
        self.assertEqual((only["predicted_score"], only["left_out_score"]), (85.0, None))
        with patch.object(Evaluator, "left_out_predictions", lambda *_: [math.inf, 1.0, 2.0]):
            scores = [row["left_out_score"] for row in self.run_on().predictions()]
        self.assertEqual(scores, [None, 1.0, 2.0])

    def test_another_run_does_not_change_the_result_of_the_first(self) -> None:
        pipeline = TrainingPipeline(ROWS, artifacts_dir=None)
        first = pipeline.run()
        pipeline.loader = ROWS[:1]
        pipeline.run()
        pipeline.model.learned["average_score_per_hour"] = 0.0
        self.assertEqual(first.model.learned["average_score_per_hour"], 12.0)
        self.assertEqual(first.predictions()[0]["predicted_score"], 120.0)

    def test_the_result_and_the_pipeline_survive_pickle_and_copy(self) -> None:
        result = self.run_on()
        twin = pickle.loads(pickle.dumps(result))
        self.assertEqual((twin.students, twin.metrics), (result.students, result.metrics))
        self.assertEqual(copy.copy(result).row_counts, result.row_counts)
        pipeline = pickle.loads(pickle.dumps(TrainingPipeline(artifacts_dir=None)))
        self.assertEqual(pipeline.run().metrics, result.metrics)

    def test_the_repr_of_a_result_is_one_line(self) -> None:
        text = repr(self.run_on())
        self.assertRegex(text, r"\ATrainingResult\(StudyModel\(average_score_per_hour=12.0.*\)\Z")
        self.assertIn("rows_read=4, rows_used=3, rows_missing=1, rows_invalid=0", text)


class Numbers(PipelineTestCase):
    """At the edge of what a float holds."""

    def test_an_undefined_metric_is_omitted_never_null(self) -> None:
        self.run_on(ROWS[:1])
        keys = ["train_mean_absolute_error", "train_root_mean_squared_error"]
        counts = ["rows_read", "rows_used", "rows_missing", "rows_invalid"]
        self.assertEqual(list(self.saved("metrics.json")), keys + counts)
        self.run_on([{**row, "math_score": 50} for row in ROWS])
        self.assertNotIn("train_r2_score", self.saved("metrics.json"))
        self.assertNotIn("skill_score", self.saved("metrics.json"))

    def test_scores_too_large_to_add_up_or_to_square_give_what_is_right(self) -> None:
        class Large(Preprocessor):
            def clean(self, raw_rows: Any) -> Cleaned:
                return Cleaned(StudentTable(student(1e308 + 1e292 * i, 1.0) for i in range(3)), [])

        result = self.run_on(preprocessor=Large())
        self.assertAlmostEqual(result.model.predict(1.0) / 1e308, 1.0)
        self.assertIsNotNone(result.metrics.leave_one_out_mean_absolute_error)
        self.assertTrue(all(map(math.isfinite, self.saved("metrics.json").values())))

    def test_hours_so_small_that_the_ratio_overflows_are_rejected(self) -> None:
        result = self.run_on([*ROWS, {"name": "E", "math_score": 100, "study_hours": 5e-324}])
        self.assertEqual(
            list(map(str, result.rejections)), ["line 4: score_per_hour inf is not finite"]
        )


class Reproducibility(PipelineTestCase):
    def written(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}

    def test_the_same_rows_in_any_order_give_the_same_bytes(self) -> None:
        rng = random.Random(3)
        rows = [
            {"math_score": 10 ** rng.uniform(-9, 2), "study_hours": rng.uniform(1e-9, 9)}
            for _ in range(500)
        ]
        self.run_on(rows)
        first = self.written()
        for _ in range(5):
            rng.shuffle(rows)
            self.run_on(rows)
            self.assertEqual(self.written(), first)

    def test_a_file_in_another_order_changes_its_sha256_and_nothing_else(self) -> None:
        lines = [f"N{i},{i * 0.7},{i * 0.3 + 0.1}\n" for i in range(50)]
        self.run_on(DataLoader(self.file(HEADER + "".join(lines))))
        first, first_model = self.written(), self.saved("model.json")
        self.run_on(DataLoader(self.file(HEADER + "".join(reversed(lines)))))
        self.assertEqual(self.written()["metrics.json"], first["metrics.json"])
        model = self.saved("model.json")
        self.assertNotEqual(model.pop("data_sha256"), first_model.pop("data_sha256"))
        self.assertEqual(model, first_model)

    def test_elsewhere_and_under_any_hash_seed_locale_and_time_zone_the_same_bytes(self) -> None:
        self.run_on()
        expected = self.written()
        for environment in (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "de_DE.UTF-8"},
        ):
            done = self.main("--artifacts", "out", "-q", environment=environment)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.assertEqual(self.written(), expected)
