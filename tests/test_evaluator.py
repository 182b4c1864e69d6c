"""The metrics, on tables solved by hand, where they are undefined, and cross-validation."""

import copy
import math
import pickle
import unittest
from collections.abc import Callable, Iterable
from operator import sub
from typing import Any

from src import Evaluator, MeanScoreBaseline, Metrics, Student, StudentTable
from src.support.errors import DataError, NotFittedError, PipelineError
from tests.helpers import OWN, Lowest, student, variant


def fixed(predict: Callable[[float], Any]) -> Any:
    """Return a fitted model that learns nothing and predicts by a function of the hours."""
    fixed = variant("Fixed", Lowest, predict=lambda self, hours: predict(hours))()
    fixed.learned = {}
    return fixed


def refuse(*_: object) -> Any:
    raise DataError("not these")


class Wrapping(int):
    """Like an element of numpy's uint8 array: its differences wrap around at 256."""

    def __sub__(self, other: int) -> "Wrapping":
        return Wrapping(int.__sub__(self, other) % 256)


class MetricFunctions(unittest.TestCase):
    def setUp(self) -> None:
        self.mae: Callable[[Any, Any], float] = Evaluator().mean_absolute_error
        self.rmse: Callable[[Any, Any], float] = Evaluator().root_mean_squared_error
        self.r2: Callable[[Any, Any], float] = Evaluator().r2_score

    def test_tables_solved_by_hand_in_floats_whatever_the_elements_are(self) -> None:
        for y_true, y_pred, mae, rmse, r2 in (
            ([80.0, 60.0], [73.0, 59.0], 4.0, 5.0, 0.75),
            ([1.0, 2.0, 3.0], (1, 2, 3), 0.0, 0.0, 1.0),
            ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 2 / 3, math.sqrt(2 / 3), 0.0),
            ([0, 2], [2.0, 0.0], 2.0, 2.0, -3.0),
            ([Wrapping(0), Wrapping(2)], [Wrapping(2), Wrapping(0)], 2.0, 2.0, -3.0),
        ):
            self.assertEqual(self.mae(y_true, y_pred), mae)
            self.assertEqual(self.rmse(y_true, y_pred), rmse)
            self.assertEqual(self.r2(y_true, y_pred), r2)

    def test_sums_are_exact(self) -> None:
        # sum() drops the second and the third, even on Python 3.12 and newer; fsum rounds once.
        errors = [1.0, 2.0**-53, 2.0**-106]
        self.assertEqual(self.mae(errors, [0.0] * 3), (1.0 + 2.0**-52) / 3)
        roots = [1.0, 2.0**-26.5, 2.0**-53]
        squares = math.fsum(root * root for root in roots)
        self.assertGreater(squares, 1.0)
        self.assertEqual(self.rmse(roots, [0.0] * 3), math.sqrt(squares / 3))

    def test_what_is_undefined_is_a_data_error(self) -> None:
        scores = [1e153, 3.1e154, 2e154]  # their squares overflow, those of the errors do not
        for metrics, y_true, y_pred, problem in (
            ([self.mae, self.rmse, self.r2], [], [], "no pairs of scores"),
            ([self.mae, self.rmse, self.r2], [], [1.0], "no pairs of scores"),
            ([self.mae, self.rmse, self.r2], [1.0, 2.0], [1.0], "no pairs of scores"),
            # The mean of three times 0.1 is not exactly 0.1: rounding must not decide.
            ([self.r2], [0.1] * 3, [1.0] * 3, "all true scores are equal"),
            ([self.r2], [5e-324, 1e-323], [1.0] * 2, "all true scores are equal"),
            ([self.mae, self.rmse, self.r2], [math.inf, 1.0], [1.0, 1.0], ""),
            ([self.mae, self.rmse, self.r2], [math.nan, 1.0], [1.0, 1.0], ""),
            ([self.mae, self.rmse, self.r2], [1.7e308, 1.0], [-1.7e308, 1.0], ""),
            ([self.rmse, self.r2], [1e154, 1.2e154, 1e200], [0.0] * 3, ""),
            ([self.rmse, self.r2], [1e154, 1e200, 1.2e154], [0.0] * 3, ""),
            ([self.r2], scores, [0.999 * score for score in scores], ""),
        ):
            for metric in metrics:
                with self.assertRaisesRegex(DataError, problem):
                    metric(y_true, y_pred)


class Evaluation(unittest.TestCase):
    def metrics(self, model: Any, students: list[Student], **methods: Any) -> Metrics:
        metrics: Metrics = variant("Own", Evaluator, **methods)().evaluate(model, students)
        return metrics

    def check(self, metrics: Metrics, verdict: str = "", **expected: float | None) -> None:
        for name, value in expected.items():
            self.assertAlmostEqual(metrics._asdict()[name], value, 12, name)
        if verdict:
            self.assertEqual(metrics.verdict, f"The model is {verdict} guessing the mean score.")

    def test_the_metrics_of_three_students_by_hand_whatever_iterable_they_are(self) -> None:
        model, table, students = Lowest().fit(OWN), StudentTable(OWN), copy.deepcopy(OWN)
        for given in (iter(OWN), table, students):
            self.check(
                Evaluator().evaluate(model, given),
                "better than",
                # Predicted 12, 15, 21 for 11, 20, 60.
                train_mean_absolute_error=(1 + 5 + 39) / 3,
                train_root_mean_squared_error=math.sqrt((1 + 25 + 1521) / 3),
                # The scores are 58, 31 and 89 thirds off their mean: 12246/9 squared and added.
                train_r2_score=1 - 1547 * 9 / 12246,
                left_out_mean_absolute_error=(10 + 5 + 39) / 3,
                baseline_left_out_mean_absolute_error=(29 + 15.5 + 44.5) / 3,
                skill_score=1 - 54 / 89,
                folds=3,
            )
        self.assertEqual((table, students, model.learned), (OWN, OWN, {"lowest": 11.0}))

    def test_the_baseline_is_as_good_as_itself(self) -> None:
        metrics = self.metrics(MeanScoreBaseline().fit(OWN), OWN)
        self.check(metrics, "as good as", skill_score=0.0)
        self.assertEqual(pickle.loads(pickle.dumps(metrics)), metrics)
        self.assertIsInstance(pickle.loads(pickle.dumps(Evaluator())), Evaluator)

    def test_of_one_student_only_the_errors_in_training_are_defined(self) -> None:
        metrics = self.metrics(Lowest().fit(OWN), OWN[:1])
        defined = {"train_mean_absolute_error": 1.0, "train_root_mean_squared_error": 1.0}
        self.assertEqual(metrics.to_dict(), metrics.to_dict() | defined)
        undefined = {"train_r2_score", "left_out_mean_absolute_error", "skill_score", "folds"}
        self.assertFalse(undefined & metrics.to_dict().keys())
        self.assertRegex(metrics.verdict, "There is no verdict: .*two students")

    def test_of_scores_that_are_all_equal_r2_and_skill_are_undefined(self) -> None:
        # The mean of seven times 0.7 is not exactly 0.7: rounding must not decide.
        students = [student(0.7, hours) for hours in range(1, 8)]
        metrics = self.metrics(Lowest().fit(students), students)
        undefined = {"train_r2_score": None, "skill_score": None}
        self.check(metrics, "worse than", left_out_mean_absolute_error=4.0, **undefined)

    def test_errors_that_differ_by_a_billionth_of_the_largest_score_are_equal(self) -> None:
        for scale in (1e-9, 1.0, 1e9):  # the baseline's error is 1.0 for scores of 1, 2 and 3
            students = [student(scale * score, score) for score in (1.0, 2.0, 3.0)]
            for error, verdict in (
                (1 + 2e-9, "as good as"),
                (1 - 2e-9, "as good as"),
                (1 + 4e-9, "worse than"),
                (1 - 4e-9, "better than"),
            ):
                model = fixed(lambda hours, error=error, scale=scale: scale * (hours + error))
                self.check(self.metrics(model, students), verdict)
            exact = self.metrics(fixed(lambda hours, scale=scale: scale * hours), students)
            self.check(exact, train_r2_score=1.0, skill_score=1.0)
        zeros = [student(0.0, 1.0), student(0.0, 2.0)]
        self.check(self.metrics(fixed(lambda hours: 0.0), zeros), "as good as")

    def test_a_metric_that_does_not_fit_a_float_is_undefined_and_the_others_stay(self) -> None:
        huge = [student(1e200, 1.0), student(3e200, 2.0)]
        undefined = {"train_root_mean_squared_error": None, "train_r2_score": None}
        metrics = self.metrics(fixed(lambda hours: 0.0), huge)
        self.check(metrics, baseline_left_out_mean_absolute_error=2e200, **undefined)
        tiny = [student(score, 1.0) for score in (1e-200, 2e-200, 3e-200)]
        metrics = self.metrics(fixed(lambda hours: 1e200), tiny)
        self.check(metrics, "worse than", left_out_mean_absolute_error=1e200, skill_score=None)

    def test_without_one_of_the_two_errors_there_is_no_verdict_and_no_skill(self) -> None:
        def picky(self: Any, students: Iterable[Student]) -> Any:
            return Lowest.fit(self, StudentTable.of(students, at_least=3))

        far = [student(-0.8e308, 1.0), student(0.8e308, 2.0)]
        for model, students, whose in (
            (fixed(lambda hours: math.inf), OWN, "model's"),
            (fixed(lambda hours: math.nan), OWN, "model's"),
            (fixed(refuse), OWN, "model's"),
            (variant("Picky", Lowest, fit=picky)().fit(OWN), OWN, "model's"),
            (fixed(lambda hours: 0.0), far, "baseline's"),
        ):
            metrics = self.metrics(model, students)
            self.assertIn(f"There is no verdict: the {whose} left-out error", metrics.verdict)
            mine, other = "left_out_mean_absolute_error", "baseline_left_out_mean_absolute_error"
            defined = metrics.to_dict().keys() & {mine, other, "skill_score"}
            self.assertEqual(defined, {other if whose == "model's" else mine})

    def test_a_subclass_that_overrides_a_method_is_honoured(self) -> None:
        def largest_error(self: Evaluator, *scores: Any) -> float:
            return max(map(abs, map(sub, *scores)))

        own = {"mean_absolute_error": largest_error, "r2_score": lambda *_: 3.0}
        own |= {"root_mean_squared_error": lambda *_: 2.0}
        self.check(
            self.metrics(Lowest().fit(OWN), OWN, **own),
            train_mean_absolute_error=39.0,
            train_root_mean_squared_error=2.0,
            train_r2_score=3.0,
            left_out_mean_absolute_error=39.0,
            baseline_left_out_mean_absolute_error=44.5,
        )
        perfect = {"left_out_predictions": lambda *_: [11.0, 20.0, 60.0]}
        metrics = self.metrics(Lowest().fit(OWN), OWN, **perfect)
        self.check(metrics, left_out_mean_absolute_error=0.0)

    def test_a_metric_of_ones_own_that_is_not_a_finite_number_is_not_saved(self) -> None:
        for value in (math.inf, math.nan, "good", None):
            own = {"r2_score": lambda *_, value=value: value}
            metrics = self.metrics(Lowest().fit(OWN), OWN, **own)
            self.assertNotIn("train_r2_score", metrics.to_dict())
            self.assertIn("skill_score", metrics.to_dict())
        odd = self.metrics(Lowest().fit(OWN), OWN, mean_absolute_error=lambda *_: math.nan)
        self.assertIsNone(odd.left_out_mean_absolute_error)

    def test_only_the_hours_reach_predict_once_for_each_student(self) -> None:
        asked: list[object] = []
        self.metrics(fixed(lambda hours: asked.append(hours) or 0.0), OWN)
        self.assertEqual(asked, [1.0, 4.0, 10.0] * 2)  # in training and left out

    def test_a_predict_that_fails_or_returns_no_number_names_class_and_hours(self) -> None:
        empty: dict[str, float] = {}
        for fault, part in (
            (lambda hours: None, "returns None"),
            (lambda hours: "60", "returns '60'"),
            (lambda hours: [hours], r"returns \[4.0\]"),
            (lambda hours: 1j * hours, "returns 4j"),
            (lambda hours: empty["rate"], "reads 'rate'"),
            (lambda hours: hours / 0.0, "ZeroDivisionError"),
            (lambda hours: math.log(-hours), "ValueError"),
            (lambda hours: [][int(hours)], "IndexError"),
            (lambda hours: next(iter(())), "StopIteration"),
        ):
            at_four = fixed(lambda hours, fault=fault: fault(hours) if hours == 4.0 else 0.0)
            for use in (Evaluator().evaluate, Evaluator().left_out_predictions):
                with self.assertRaisesRegex(PipelineError, rf"Fixed\.predict\(4.0\) .*{part}"):
                    use(at_four, OWN)
        with self.assertRaisesRegex(NotFittedError, "Lowest has not been fitted"):
            Evaluator().evaluate(Lowest(), OWN)


class CrossValidation(unittest.TestCase):
    def test_each_fit_is_of_a_fresh_model_and_what_it_returns_is_not_used(self) -> None:
        def add(self: Any, students: Any) -> str:
            """Add to what has been learned, if that is possible."""
            known = self.learned["lowest"] if hasattr(self, "learned") else 0.0
            self.learned = {"lowest": known + len(students)}
            return "nothing of use"

        fitted, new = (variant("Hoarder", Lowest, fit=add)() for _ in range(2))
        fitted.fit(OWN)
        for model in (fitted, new):
            self.assertEqual([*Evaluator().left_out_predictions(model, OWN)], [3.0, 6.0, 12.0])
        self.assertEqual(fitted.learned, {"lowest": 3})

    def test_a_number_of_folds_that_is_not_possible_names_the_method(self) -> None:
        for n in (0, 1, 4, None, 2.0):
            wrong = variant("Own", Evaluator, folds=lambda self, students, n=n: n)()
            with self.assertRaisesRegex(PipelineError, r"Own\.folds returns .*from 2 to 3"):
                wrong.left_out_predictions(Lowest(), OWN)

    def test_a_refused_prediction_and_one_that_no_float_holds_is_inf(self) -> None:
        answers = {1.0: lambda: 10**400, 4.0: refuse, 10.0: lambda: math.nan}
        halves = variant("Halves", Evaluator, folds=lambda self, students: 2)()
        left_out = halves.left_out_predictions(fixed(lambda hours: answers[hours]()), iter(OWN))
        self.assertEqual(repr([*left_out]), "[inf, inf, nan]")

    def test_a_fit_that_refuses_and_fewer_than_two_students_are_data_errors(self) -> None:
        refusing = variant("Refusing", Lowest, fit=refuse)
        few = "too few students: {}, at least 2"
        for model, n, problem in ((refusing, 3, "not these"), (Lowest, 0, few), (Lowest, 1, few)):
            with self.assertRaisesRegex(DataError, problem.format(n)):
                Evaluator().left_out_predictions(model(), OWN[:n])
