"""TrainingPipeline: all parts in sequence, every number true, one pair of artifacts."""

import copy
import hashlib
import json
import math
import pickle
import random
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from decimal import Decimal
from fractions import Fraction
from itertools import product
from statistics import fmean, pvariance
from typing import Any
from unittest.mock import patch

from src import DataLoader, Evaluator, Preprocessor, TrainingPipeline, TrainingResult
from src.model import MODELS, MeanScoreBaseline, StudyModel
from src.support.errors import DataError, PipelineError, UsageError
from src.support.students import Rejection, Student, StudentTable
from tests.helpers import (
    HEADER,
    OWN,
    OWN_CSV,
    ROOT,
    SAMPLE,
    FolderTestCase,
    Lowest,
    student,
    variant,
)

RAW: list[Any] = [{k: v for k, v in one.items() if k != "score_per_hour"} for one in OWN]


class PipelineTestCase(FolderTestCase):
    def run_on(self, source: Any, model: Any = None, **parts: Any) -> TrainingResult:
        parts = {"artifacts_dir": self.folder / "out", "model": model or Lowest(), **parts}
        return TrainingPipeline(source, **parts).run()

    def saved(self, name: str) -> dict[str, Any]:
        record = json.loads((self.folder / "out" / name).read_text(encoding="utf-8"))
        assert isinstance(record, dict)
        return record

    def written(self) -> dict[str, bytes]:
        out = self.folder / "out"
        return {path.name: path.read_bytes() for path in out.iterdir()} if out.exists() else {}


class Sources(PipelineTestCase):
    def test_the_two_files_of_the_seeds_students_say_exactly_this_in_this_order(self) -> None:
        result = TrainingPipeline(artifacts_dir=self.folder / "out").run()
        # Predicted 120, 36, 144 for 85, 60, 90: off by 35, 24, 54. The scores are 20/3, -55/3
        # and 35/3 off their mean. Left out 137.5, 24, 171; the others' mean is 75, 87.5, 72.5.
        metrics = {
            "train_mean_absolute_error": (35 + 24 + 54) / 3,
            "train_root_mean_squared_error": math.sqrt((35**2 + 24**2 + 54**2) / 3),
            "train_r2_score": 1 - 4717 / (4650 / 9),
            "left_out_mean_absolute_error": (52.5 + 36 + 81) / 3,
            "baseline_left_out_mean_absolute_error": (10 + 27.5 + 17.5) / 3,
            "skill_score": 1 - 56.5 / (55 / 3),
            "folds": 3,
        }
        metrics |= {"rows_read": 4, "rows_used": 3, "rows_missing": 1, "rows_invalid": 0}
        self.assertEqual([*self.saved("metrics.json").items()], [*metrics.items()])
        seed = b"name,math_score,study_hours\nAlice,85,10\nBob,60,3\nCharlie,90,12\nDaisy,,5\n"
        self.assertEqual(SAMPLE.read_bytes(), seed)
        model = result.model.to_dict() | {"data_sha256": hashlib.sha256(seed).hexdigest()}
        self.assertEqual([*self.saved("model.json").items()], [*model.items()])
        self.assertEqual(model["average_score_per_hour"], 12.0)

    def test_the_result_holds_students_rejections_model_metrics_notes_and_seconds(self) -> None:
        content = "About students\n" + OWN_CSV + "Dan,,5\n"
        result = self.run_on(DataLoader(self.file(content)))
        self.assertEqual(result.students, OWN)
        self.assertEqual([str(one) for one in result.rejections], ["line 6: math_score is missing"])
        self.assertEqual(result.model.predict(2.0), 13.0)
        self.assertEqual(result.metrics.left_out_mean_absolute_error, 18.0)
        self.assertEqual(len(result.notes), 1, result.notes)  # of the line above the header
        self.assertEqual([*result.seconds], ["load and clean", "train", "evaluate", "save"])
        self.assertTrue(all(seconds >= 0 for seconds in result.seconds.values()))
        counts = "rows_read=4, rows_used=3, rows_missing=1, rows_invalid=0"
        self.assertRegex(repr(result), rf"\ATrainingResult\(Lowest\(lowest=11.0\), {counts}.*\)\Z")
        for twin in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
            self.assertEqual((twin.students, twin.metrics), (result.students, result.metrics))
            self.assertEqual(twin.predictions(), result.predictions())

    def test_any_iterable_of_rows_is_a_loader_and_has_no_data_sha256(self) -> None:
        for rows in (RAW, (row for row in RAW)):
            self.assertEqual(self.run_on(rows).students, OWN)
            self.assertNotIn("data_sha256", self.saved("model.json"))

    def test_nothing_is_saved_if_a_run_fails_or_if_artifacts_dir_is_none(self) -> None:
        self.run_on(RAW)
        before = self.written()
        with self.assertRaises(DataError):
            self.run_on(DataLoader(self.file(OWN_CSV + "Dan\0,1,1\n")))
        with patch("src.support.artifacts.write_files", side_effect=AssertionError):
            self.assertEqual(self.run_on(RAW[:2], artifacts_dir=None).students, OWN[:2])
        self.assertEqual(self.written(), before)


def learning(rate: Callable[[list[float], list[float]], Any]) -> Any:
    """Return a fit that learns what a function of the scores and the hours returns."""

    def fit(self: Any, students: Iterable[Student]) -> None:
        table = StudentTable.of(students)
        self.learned = {"average_score_per_hour": rate([*table.math_score], [*table.study_hours])}

    return fit


# What a learner may make of fit and predict.
EDITS: dict[str, dict[str, Any]] = {
    "ratio of the sums": {"fit": learning(lambda s, h: math.fsum(s) / math.fsum(h))},
    "half of the students": {"fit": learning(lambda s, h: fmean(s[: len(s) // 2]) / h[0])},
    "number and order": {"fit": learning(lambda s, h: s[0] - s[-1] / len(s) + h[1])},
    "only of many": {"fit": learning(lambda s, h: 3.0 if len(s) > 199 else min(s))},
    "the first 1500": {"fit": learning(lambda s, h: fmean(s[:1500]) / fmean(h[:1500]))},
    "a list": {
        "fit": learning(lambda s, h: sorted(s)[-2:]),
        "predict": lambda self, hours: self.learned["average_score_per_hour"][hours < 9],
    },
    "a cap": {"predict": lambda self, hours: min(70.0, self.average_score_per_hour * hours)},
    "a root": {"predict": lambda self, hours: 9 + self.average_score_per_hour * math.sqrt(hours)},
}


def truth(kind: Any, students: list[Student]) -> tuple[dict[str, float], list[float], list[float]]:
    """Return the metrics, and each student's prediction in training and left out."""

    def predictions(known: list[Student], asked: list[Student]) -> list[float]:
        model = kind()
        model.fit(known)
        return [model.predict(one["study_hours"]) for one in asked]

    scores, n = [one["math_score"] for one in students], len(students)
    folds = n if n <= 200 else 5
    trained, unseen, guesses = predictions(students, students), [0.0] * n, [0.0] * n
    for fold in range(folds):
        others = [one for i, one in enumerate(students) if i % folds != fold]
        unseen[fold::folds] = predictions(others, students[fold::folds])
        guess = fmean(one["math_score"] for one in others)
        guesses[fold::folds] = [guess for _ in guesses[fold::folds]]
    train, left_out, baseline = (
        [abs(score - one) for score, one in zip(scores, predicted, strict=True)]
        for predicted in (trained, unseen, guesses)
    )
    metrics = {
        "train_mean_absolute_error": fmean(train),
        "train_root_mean_squared_error": math.sqrt(fmean(one**2 for one in train)),
        "train_r2_score": 1 - fmean(one**2 for one in train) / pvariance(scores),
        "left_out_mean_absolute_error": fmean(left_out),
        "baseline_left_out_mean_absolute_error": fmean(baseline),
        "skill_score": 1 - fmean(left_out) / fmean(baseline),
        "folds": folds,
    }
    return metrics, trained, unseen


class EveryNumberIsTrue(PipelineTestCase):
    """Whatever line of a model is edited: the numbers are what a few lines of arithmetic say."""

    def assert_close(self, found: Iterable[Any], expected: Iterable[Any], about: object) -> None:
        for one, other in zip(found, expected, strict=True):
            self.assertTrue(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9), about)

    def test_with_fit_or_predict_edited_in_place_or_in_a_subclass(self) -> None:
        for n, (edit, methods) in product((3, 200, 201, 2000), EDITS.items()):
            students = [student(0.5 + 37 * i % 101, 1 + 7 * i % 41 / 2) for i in range(n)]
            subclass, in_place = variant("Own", StudyModel, **methods), patch.multiple
            metrics, trained, unseen = truth(subclass, students)
            edited = in_place(StudyModel, **methods)
            for kind, context in ((subclass, nullcontext()), (StudyModel, edited)):
                with context:
                    result = self.run_on(students, kind())
                    predictions = result.predictions()
                    loaded = kind.load(self.folder / "out" / "model.json")
                    again = [loaded.predict(one["study_hours"]) for one in students]
                saved, about = self.saved("metrics.json"), (n, edit, kind)
                self.assert_close([saved[key] for key in metrics], metrics.values(), about)
                self.assertEqual(saved, saved | result.metrics.to_dict(), about)
                better = "better" if metrics["skill_score"] > 0 else "worse"
                self.assertIn(f"is {better} than guessing", result.metrics.verdict, about)
                self.assert_close([one["predicted_score"] for one in predictions], trained, about)
                self.assert_close([one["left_out_score"] for one in predictions], unseen, about)
                self.assert_close(again, trained, about)

    def test_each_model_is_compared_on_the_same_students_by_left_out_error(self) -> None:
        for pairs in (
            [(12, 5), (15, 8), (9, 2), (18, 12), (11, 6)],
            [(90, 1), (70, 4), (65, 5), (40, 9)],  # a negative slope
        ):
            students = [student(*pair) for pair in pairs]
            found = TrainingPipeline(students, artifacts_dir=None).compare()
            self.assertEqual({*found}, {*MODELS})
            for name, metrics in found.items():
                expected, *_ = truth(MODELS[name], students)
                judged = [metrics.to_dict()[key] for key in expected]
                self.assert_close(judged, expected.values(), (name, pairs))
            errors = [metrics.left_out_mean_absolute_error for metrics in found.values()]
            self.assertEqual(errors, sorted(errors))
        # Without the last student all hours are equal, so that a line is undefined, and last.
        students = [student(50.0, 4.0), student(60.0, 4.0), student(70.0, 8.0)]
        *_, (name, metrics) = TrainingPipeline(students, artifacts_dir=None).compare().items()
        self.assertEqual((name, metrics.left_out_mean_absolute_error), ("LineModel", None))

    def test_what_is_judged_is_what_is_saved(self) -> None:
        rounded = variant("Own", Lowest, to_dict=lambda self: Lowest.to_dict(self) | {"lowest": 10})
        model = rounded()
        result = self.run_on(RAW, model)
        self.assertEqual(result.metrics.train_mean_absolute_error, (0 + 6 + 40) / 3)
        self.assertEqual([one["predicted_score"] for one in result.predictions()], [11, 14, 20])
        self.assertEqual((model.learned, self.saved("model.json")["lowest"]), ({"lowest": 10}, 10))

    def test_what_a_fit_adds_to_learned_is_checked_too(self) -> None:
        for more in ({"rate": math.nan}, {"model": 5}, {"rate": "x"}):

            def careless(self: Any, students: Any, more: dict[str, Any] = more) -> None:
                Lowest.fit(self, students).learned.update(more)

            with self.assertRaisesRegex(PipelineError, "(rate|model) is "):
                self.run_on(RAW, variant("Careless", Lowest, fit=careless)())
        self.assertEqual(self.written(), {})

    def test_a_fit_may_do_what_it_wants_with_its_students_which_have_no_names(self) -> None:
        names: set[str] = set()

        def destructive(self: Any, students: Any) -> None:
            Lowest.fit(self, students)
            names.update(students.name)
            students.name.clear()
            for column in (students.math_score, students.study_hours):
                column[:] = type(column)("d", [7.0])

        result = self.run_on(RAW, variant("Own", Lowest, fit=destructive)())
        expected = self.run_on(RAW)
        self.assertEqual((result.students, result.metrics, names), (OWN, expected.metrics, {""}))
        self.assertEqual(result.predictions(), expected.predictions())

    def test_a_prediction_that_is_refused_or_undefined_is_none_and_errors_are_omitted(self) -> None:
        def careful(self: Any, hours: float) -> float:
            if hours > self.learned["lowest"] - 10.0:
                raise DataError("more than has been seen")
            return Lowest.predict(self, hours)

        for rows, predict, scores in (
            (RAW, Lowest.predict, [(12.0, 21.0), (15.0, 15.0), (21.0, 21.0)]),
            (RAW, careful, [(12.0, 21.0), (None, None), (None, None)]),
            (RAW[:1], Lowest.predict, [(12.0, None)]),
        ):
            found = self.run_on(rows, variant("Own", Lowest, predict=predict)()).predictions()
            self.assertEqual([{**one, **OWN[i]} for i, one in enumerate(found)], found)
            pairs = [(one["predicted_score"], one["left_out_score"]) for one in found]
            self.assertEqual(pairs, scores)
            saved, is_undefined = self.saved("metrics.json"), any(None in pair for pair in pairs)
            self.assertEqual("left_out_mean_absolute_error" not in saved, is_undefined)
            self.assertNotIn(None, saved.values())

    def test_an_evaluator_that_fits_the_model_it_judges_does_not_change_the_result(self) -> None:
        def fitting(self: Evaluator, model: Any, students: Any) -> Any:
            rests = [[one for one in students if one != out] for out in students]
            fits = zip(rests, students.study_hours, strict=True)
            return [model.fit(rest).predict(hours) for rest, hours in fits]

        rows = RAW[::-1]  # the last to be left out is the lowest
        evaluator = variant("Own", Evaluator, left_out_predictions=fitting)()
        result, expected = self.run_on(rows, evaluator=evaluator), self.run_on(rows)
        self.assertEqual((result.metrics, result.model.learned), (expected.metrics, {"lowest": 11}))
        for _ in range(2):
            self.assertEqual(result.predictions(), expected.predictions())

    def test_an_evaluator_may_return_any_sequence_of_left_out_predictions(self) -> None:
        class Ambiguous(list[float]):
            def __bool__(self) -> bool:
                raise ValueError("the truth value of an array is ambiguous")

        def ones(self: Evaluator, model: Any, students: Any) -> Any:
            return Ambiguous([1.0] * len(students))

        result = self.run_on(RAW, evaluator=variant("Own", Evaluator, left_out_predictions=ones)())
        self.assertEqual([row["left_out_score"] for row in result.predictions()], [1.0] * 3)
        self.assertIn("left-out error", result._repr_html_())

    def test_another_run_does_not_change_the_result_of_the_first(self) -> None:
        pipeline = TrainingPipeline(RAW, model=Lowest(), artifacts_dir=self.folder / "out")
        pipeline = pickle.loads(pickle.dumps(pipeline))
        first = pipeline.run()
        other = self.file(HEADER + "Ben,20,4\nCem,60,10\n")
        pipeline.loader = DataLoader(other)
        self.assertEqual(pipeline.run().students, OWN[1:])
        pipeline.model.learned["lowest"] = 0.0
        self.assertEqual((first.students, first.model.learned), (OWN, {"lowest": 11.0}))
        digest = hashlib.sha256(other.read_bytes()).hexdigest()
        self.assertEqual(self.saved("model.json").get("data_sha256"), digest)

    def test_scores_too_large_to_add_up_give_what_is_right(self) -> None:
        rows = [student(1e308 + i * 1e292, 1) for i in range(3)]
        result = self.run_on(rows, MeanScoreBaseline())
        self.assertAlmostEqual(result.model.predict(1.0) / 1e308, 1.0)
        self.assertEqual(result.metrics.skill_score, 0.0)
        self.assertTrue(all(map(math.isfinite, self.saved("metrics.json").values())))


class Gates(PipelineTestCase):
    """Dropping bad rows is right; training on whatever happens to be left is not."""

    def run_lines(self, lines: Iterable[str], limit: float = 0.5, **settings: Any) -> Any:
        content = "\n".join(["math_score,study_hours", *lines, ""])
        return self.run_on(DataLoader(self.file(content), **settings), max_rejected=limit)

    def notes(self, *lines: str, **settings: Any) -> str:
        return "; ".join(self.run_lines(lines, **settings).notes)

    def test_models_of_ones_own_are_compared_with_max_rejected_and_without_min_skill(self) -> None:
        def refuse(self: object, students: object) -> None:
            raise DataError("not these students")

        refusing = variant("Refusing", Lowest, fit=refuse)
        models = {"first": refusing, "second": MeanScoreBaseline, "third": Lowest}
        pipeline = TrainingPipeline(RAW, artifacts_dir=self.folder / "out", min_skill=0.9)
        found = pipeline.compare(models)
        self.assertEqual([*found], ["third", "second", "first"])
        self.assertEqual(found["third"], self.run_on(RAW, artifacts_dir=None).metrics)
        self.assertEqual((found["first"].to_dict(), self.written()), ({}, {}))
        self.assertEqual(found["first"].verdict, "not these students")
        with self.assertRaisesRegex(DataError, "1 of 4 rows were rejected"):
            TrainingPipeline([*RAW, {}], max_rejected=0.2, artifacts_dir=None).compare()
        wrong: list[Any] = [[StudyModel], StudyModel, {"a": StudyModel()}, {"a": "StudyModel"}]
        for one in wrong:
            with self.assertRaisesRegex(UsageError, "models"):
                pipeline.compare(one)

    def test_a_model_below_min_skill_is_not_saved_and_both_numbers_are_named(self) -> None:
        skill = r"0\.393258"  # 35 / 89
        for rows, least, found in ((RAW, 0.4, skill), (RAW, 1, skill), (RAW[:1], -5, "undefined")):
            with self.assertRaisesRegex(PipelineError, rf"{found}\b.* {least}\b"):
                self.run_on(rows, min_skill=least)
        self.assertEqual(self.written(), {})
        exactly = self.run_on(RAW, min_skill=-2).metrics.skill_score
        self.assertEqual(self.run_on(RAW, min_skill=exactly).metrics.skill_score, exactly)
        wrong: list[Any] = [1.1, math.inf, math.nan, "x", [0.5]]
        for least in wrong:
            with self.assertRaisesRegex(UsageError, "min_skill"):
                TrainingPipeline(RAW, min_skill=least)

    def test_more_than_the_allowed_share_of_rejected_rows_is_refused(self) -> None:
        rows = [*RAW, {**RAW[0], "math_score": None}, {"name": "Eve"}, {"study_hours": "?"}]
        first = r"the first: line 4: math_score is missing; try --max-rejected 1 \(max_rejected=1\)"
        for limit in (0, 0.4, 0.49):
            with self.assertRaisesRegex(DataError, rf"^3 of 6 rows .* \(3 missing\); {first}$"):
                self.run_on(rows, max_rejected=limit)
        for given, limit in ((rows, 0.5), ([*rows, {}, {}], 1), (RAW, 0)):
            self.assertEqual(self.run_on(given, max_rejected=limit).students, OWN)
        # Exactly the limit is allowed, whatever its rounding.
        rows = [{**RAW[0], "math_score": None if i < 29 else 50} for i in range(100)]
        with self.assertRaisesRegex(DataError, "29 of 100 rows were rejected"):
            self.run_on(rows, max_rejected=0.289)
        for limit in (0.29, Fraction(29, 100), Decimal("0.29")):
            self.assertEqual(len(self.run_on(rows, max_rejected=limit).students), 71)

    def test_a_limit_that_is_not_a_share_is_a_usage_error_which_suggests_one(self) -> None:
        wrong: dict[Any, str] = dict.fromkeys((-0.1, 101, math.nan, "x", None), "")
        for limit, share in (wrong | {20: "0.2", 1.5: "0.015", 100: "1"}).items():
            cure = f"; try --max-rejected {share} (max_rejected={share})" if share else ""
            problem = re.escape(f"max_rejected is a share from 0 to 1, not {limit!r}{cure}")
            with self.assertRaisesRegex(UsageError, f"^{problem}$"):
                TrainingPipeline(RAW, max_rejected=limit)

    def test_a_refusal_says_how_many_why_and_which_was_the_first_and_what_to_do(self) -> None:
        nothing, no_cure = r"students\.csv: no usable row", "((?!; try ).)*$"
        whole = [f"{i},{i}" for i in range(1, 60)]
        marked = ["1,2.5", '"1,180",5', '"2,5",6', '"3,5",6', '"4,5",6']
        for lines, problem in (
            ([], f"{nothing}: the file has a header but no"),
            ([",1", "x,1", ",1"], rf"{nothing}; 3 of 3 rows .* \(2 missing, 1 not a number\)"),
            ([",1"], f"{nothing}; .*; the first: line 2: math_score is missing{no_cure}"),
            # More numbers with the other mark than decimals: what is left is not a fair sample.
            ([*whole, *marked], r" 4 of 64 rows were rejected \(4 not a number\); the first: "),
            (marked, "'1,180' has a thousands separator.*'2,5' has a decimal comma; try --dec"),
            # A notation that explains most of the rejections ends the message.
            (["1.5,1", '"1,180",2', "1 180,2", "?,2"], f"separator.* plain numbers{no_cure}"),
            (["1.5,1", "85%,2", "17/20,2", "?,2"], f"fraction.* plain numbers{no_cure}"),
            (["1.5,1", "85%,2", "?,2"], r"; try --max-rejected 1 \(max_rejected=1\)$"),
        ):
            with self.assertRaisesRegex(DataError, problem):
                self.run_lines(lines)
        with self.assertRaisesRegex(DataError, nothing):
            self.run_lines([",1"], limit=1)
        with self.assertRaisesRegex(DataError, "^no usable row: there are no rows"):
            self.run_on([])
        self.assertEqual(self.written(), {})

    def test_fewer_numbers_with_the_other_mark_are_rejected_like_others(self) -> None:
        comma, whole = ['"2,5",5', '"3,5",5'], ["1,2", "2,2"]
        for lines, limit, settings, mark in (
            (["1,2.5", *comma[:1]], 0.5, {}, "comma$"),
            (["1,2.5", "1,2.0", *comma], 0.5, {}, "comma$"),  # 2.0 shows the mark too
            (["1,2.5", *comma], 1, {}, "comma; try --decimal comma"),
            ([*whole, *comma[:1]], 0.5, {"decimal": "point"}, "comma; try --decimal comma"),
            ([*whole, "2.5,5"], 0.5, {"decimal": "comma"}, "point; try --decimal point"),
        ):
            notes = self.run_lines(lines, limit, **settings).notes
            self.assertRegex("; ".join(notes), f"5' has a decimal {mark}")
        # Rows in memory are judged by their numbers, and have no option.
        rows = [*RAW, {**RAW[0], "math_score": "4,5"}]
        with self.assertRaisesRegex(DataError, "1 of 4 rows .*'4,5' has a decimal comma$"):
            self.run_on(rows)
        rows.append({**RAW[0], "math_score": 0.5})
        self.assertEqual(self.run_on(rows).notes, ["'4,5' has a decimal comma"])

    def test_other_notations_are_named_with_an_example(self) -> None:
        thousands = ('"1,180"', '"1,180,000"', "1 180", "1\u00a0180", "1\u2019180")
        for kind, cells in {
            "thousands separator": (*thousands, "-1 180", "1 180.5", "1'180"),
            "percent sign": ("85%", "8.5 %"),
            "fraction": ("17/20", "17 / 20"),
            "range or date": ("20-24", "5-Jun", "20 to 24", "1/2/2024"),
            "time": ("2:30", "2h 30m", "1:30:00"),
            "quotes": ('"""3"""', '"=""3"""', "“3”"),
            "unit": ("5 hours", "$5", "5h"),
        }.items():
            for cell in cells:
                notes = self.notes("1.5,1", "2.5,1", f"{cell},1")
                self.assertRegex(notes, rf"^['\"].*['\"] (has|is) .*{kind}", cell)
        for cell in ("abc", "", "?"):
            self.assertEqual(self.notes("1.5,1", "1.5,1", f"{cell},1"), "", cell)
        # Only a text that is not a number gets a hint.
        ben = Rejection(2, "name", "7 dwarfs", "not a student")
        rule = {"rejection": lambda self, row: ben if row["name"] == "Ben" else None}
        result = self.run_on(RAW, preprocessor=variant("Own", Preprocessor, **rule)())
        self.assertEqual((result.rejections, result.notes), ([ben], []))

    def test_scores_below_zero_are_noted_with_the_lowest_and_a_way_to_say_missing(self) -> None:
        for other, lowest in (("-1.5", "-1.5"), ("-0.5", "-1")):
            notes = self.notes("5,1", "-1,2", f"{other},2")
            cure = re.escape(f'{lowest} (missing=["{lowest}"])')
            self.assertRegex(notes, rf"^2 .* {lowest}\b.*; try --missing={cure}$")
        self.assertIn("-0.5", self.notes("5,1", "-0.5,2"))
        self.assertEqual(self.notes("5,1", "-1,2", "6,2", missing=["-1"]), "")


class Parts(PipelineTestCase):
    def test_a_learners_own_preprocessor_and_evaluator_take_part(self) -> None:
        def mending(self: Preprocessor, raw_rows: Iterable[Any]) -> Any:
            rows = ({**row, "math_score": row["math_score"].replace(",", ".")} for row in raw_rows)
            students, rejections = Preprocessor.clean(self, rows)
            return [*students], rejections  # lists will do

        rows = [{"math_score": "80,5", "study_hours": 10}, {"math_score": "60,5", "study_hours": 5}]
        result = self.run_on(rows, preprocessor=variant("Own", Preprocessor, clean=mending)())
        self.assertEqual([*result.students.math_score], [80.5, 60.5])
        # Halves: the second is left out alone, then the first with the third: 15, 21 and 30.
        halves = variant("Halves", Evaluator, folds=lambda self, students: 2)()
        predictions = self.run_on(RAW, evaluator=halves).predictions()
        self.assertEqual([one["left_out_score"] for one in predictions], [21, 15, 30])
        self.assertEqual(self.saved("metrics.json")["left_out_mean_absolute_error"], 45 / 3)
        self.assertEqual(self.saved("metrics.json")["folds"], 2)

    def test_another_thing_or_a_class_in_place_of_a_part_is_a_usage_error(self) -> None:
        parts: dict[str, Any] = {"loader": DataLoader, "preprocessor": Preprocessor}
        parts |= {"model": StudyModel, "evaluator": Evaluator}
        for part, kind in parts.items():
            with self.assertRaisesRegex(UsageError, rf"{part} is .*{kind.__name__}.*instance"):
                TrainingPipeline(**{part: kind})
        others = ("preprocessor", "model", "evaluator", "artifacts_dir")
        for part, value in product(others, (5, OWN, {"text"})):
            with self.assertRaisesRegex(UsageError, f"{part} is "):
                TrainingPipeline(RAW, **{part: value}).run()


class Reproducibility(PipelineTestCase):
    def test_in_any_order_rows_give_the_same_bytes_above_200_but_for_left_out_errors(self) -> None:
        rng = random.Random(3)
        for kind, n in product(MODELS.values(), (50, 300)):
            rows = [student(10 ** rng.uniform(-9, 2), rng.uniform(1e-9, 9)) for _ in range(n)]
            written = []
            for _ in range(3):
                rng.shuffle(rows)
                self.run_on(rows, kind())
                lines = b"".join(self.written().values()).splitlines()
                hidden = b"left_out|skill" if n > 200 else b"nothing"
                written.append([line for line in lines if not re.search(hidden, line)])
            self.assertEqual(written[1:], written[:-1])

    def test_elsewhere_and_under_any_hash_seed_locale_and_time_zone_the_same_bytes(self) -> None:
        path = self.file(OWN_CSV)
        self.run_on(DataLoader(path), StudyModel())
        expected = self.written()
        for environment in (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "de_DE.UTF-8"},
        ):
            arguments = ("--data", path, "--artifacts", "out", "-q")
            done = self.main(*arguments, environment=environment)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.assertEqual(self.written(), expected)

    def test_nothing_but_the_standard_library_is_imported(self) -> None:
        for path in [ROOT / "main.py", *ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]:
            source = path.read_text(encoding="utf-8")
            modules = re.findall(r"^ *(?:import|from) (\w+)", source, re.MULTILINE)
            self.assertLessEqual({*modules}, {*sys.stdlib_module_names, "src", "tests", "main"})

    def test_git_changes_no_line_end_of_data_and_artifacts_and_ignores_the_report(self) -> None:
        for folder in ("data", "artifacts"):
            attributes = (ROOT / folder / ".gitattributes").read_text(encoding="utf-8")
            self.assertIn("\n* -text\n", attributes)
        self.assertIn("artifacts/report.html", (ROOT / ".gitignore").read_text(encoding="utf-8"))
