"""The metrics, on tables solved by hand, and where they are undefined."""

import copy
import math
import pickle
import random
import unittest
from array import array
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from unittest.mock import patch

from src import (
    DataError,
    Evaluator,
    MeanScoreBaseline,
    PipelineError,
    Regressor,
    Student,
    StudentTable,
    StudyModel,
)
from tests.support import THREE, student


class Zero(MeanScoreBaseline):
    """Predicts nothing at all."""

    def predict(self, study_hours: float) -> float:
        return 0.0


class Wrapping:
    """Like an element of numpy's uint8 array: its differences wrap around at 256."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __sub__(self, other: "Wrapping") -> "Wrapping":
        return Wrapping((self.value - other.value) % 256)

    def __abs__(self) -> int:
        return self.value

    def __float__(self) -> float:
        return float(self.value)


class MetricFunctions(unittest.TestCase):
    def test_hand_solved_tables(self) -> None:
        for y_true, y_pred, mae, rmse, r2 in (
            ([80.0, 60.0], [73.0, 59.0], 4.0, 5.0, 0.75),
            ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 0.0, 0.0, 1.0),
            ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 2 / 3, math.sqrt(2 / 3), 0.0),
            ([0.0, 2.0], [2.0, 0.0], 2.0, 2.0, -3.0),
        ):
            evaluator = Evaluator()
            self.assertEqual(evaluator.mean_absolute_error(y_true, y_pred), mae)
            self.assertEqual(evaluator.root_mean_squared_error(y_true, y_pred), rmse)
            self.assertEqual(evaluator.r2_score(y_true, y_pred), r2)

    def test_they_compute_in_floats_whatever_the_elements_are(self) -> None:
        evaluator = Evaluator()
        true, predicted = [Wrapping(1), Wrapping(200)], [Wrapping(2), Wrapping(100)]
        self.assertEqual(evaluator.mean_absolute_error(true, predicted), 50.5)  # type: ignore[arg-type]
        self.assertEqual(
            evaluator.root_mean_squared_error([Wrapping(0)], [Wrapping(100)]),  # type: ignore[list-item]
            100.0,
        )
        self.assertEqual(
            evaluator.r2_score([Wrapping(0), Wrapping(2)], [Wrapping(2), Wrapping(0)]),  # type: ignore[list-item]
            -3.0,
        )

    def test_sums_are_exact(self) -> None:
        # sum() drops the second and the third, even on Python 3.12 and newer; fsum rounds once.
        errors = [1.0, 2.0**-53, 2.0**-106]
        mean = (1.0 + 2.0**-52) / 3
        self.assertEqual(Evaluator().mean_absolute_error(errors, [0.0] * 3), mean)
        roots = [1.0, 2.0**-26.5, 2.0**-53]
        squares = math.fsum(root * root for root in roots)
        self.assertGreater(squares, 1.0)
        self.assertEqual(
            Evaluator().root_mean_squared_error(roots, [0.0] * 3), math.sqrt(squares / 3)
        )

    def metrics(self) -> Iterable[object]:
        evaluator = Evaluator()
        return (
            evaluator.mean_absolute_error,
            evaluator.root_mean_squared_error,
            evaluator.r2_score,
        )

    def test_nothing_or_unequal_lengths_is_a_data_error(self) -> None:
        for metric in self.metrics():
            for y_true, y_pred in (([], []), ([1.0], []), ([], [1.0]), ([1.0, 2.0], [1.0])):
                with self.assertRaisesRegex(DataError, "no pairs of scores"):
                    metric(y_true, y_pred)  # type: ignore[operator]

    def test_r2_score_of_scores_that_are_all_equal_is_a_data_error(self) -> None:
        # The mean of three times 0.1 is not exactly 0.1: rounding must not decide.
        self.assertNotEqual(math.fsum([0.1] * 3) / 3, 0.1)
        for scores in ([5.0], [0.1] * 3, [5e-324, 1e-323]):
            with self.assertRaisesRegex(DataError, "all true scores are equal"):
                Evaluator().r2_score(scores, [1.0] * len(scores))

    def test_a_result_that_does_not_fit_a_float_is_a_data_error(self) -> None:
        for metric in self.metrics():
            for y_true, y_pred in (
                ([math.inf, 1.0], [1.0, 1.0]),
                ([math.nan, 1.0], [1.0, 1.0]),
                ([1.7e308, 1.0], [-1.7e308, 1.0]),
            ):
                with self.assertRaises(DataError):
                    metric(y_true, y_pred)  # type: ignore[operator]
        evaluator = Evaluator()
        for metric in (evaluator.root_mean_squared_error, evaluator.r2_score):
            with self.assertRaises(DataError):
                metric([1e200, 0.0], [0.0, 0.0])
        with self.assertRaises(DataError):
            evaluator.r2_score([1.3e154] * 2 + [0.0], [0.0, 0.0, 0.0])

    def test_squares_that_overflow_raise_in_any_order(self) -> None:
        for scores in ([1e154, 1.2e154, 1e200], [1e154, 1e200, 1.2e154], [1e308] * 3):
            with self.assertRaises(DataError):
                Evaluator().root_mean_squared_error(scores, [0.0] * 3)

    def test_r2_is_undefined_if_only_the_scores_own_squares_overflow(self) -> None:
        # The errors are small enough to be squared, the scores' distances from their mean are not.
        scores = [1e153, 3.1e154, 2e154]
        with self.assertRaises(DataError):
            Evaluator().r2_score(scores, [0.999 * score for score in scores])


class Evaluation(unittest.TestCase):
    def test_the_samples_six_metrics(self) -> None:
        metrics = Evaluator().evaluate(StudyModel().fit(THREE), THREE)
        # Predicted 120, 36, 144 for 85, 60, 90: off by 35, 24, 54.
        self.assertEqual(metrics.train_mean_absolute_error, 113 / 3)
        self.assertEqual(
            metrics.train_root_mean_squared_error, math.sqrt((35**2 + 24**2 + 54**2) / 3)
        )
        # The scores are off their mean 235/3 by 20/3, -55/3, 35/3: 4650/9 squared and added.
        self.assertAlmostEqual(metrics.train_r2_score or 0, 1 - 4717 / (4650 / 9), places=12)
        # Left out: 137.5, 24, 171, off by 52.5, 36, 81.
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 169.5 / 3)
        # The others' mean: 75, 87.5, 72.5, off by 10, 27.5, 17.5.
        self.assertEqual(metrics.baseline_leave_one_out_mean_absolute_error, 55 / 3)
        self.assertEqual(metrics.skill_score, 1 - 56.5 / (55 / 3))
        self.assertEqual(metrics.verdict, "The model is worse than guessing the mean score.")

    def test_leave_one_out_error_is_n_over_n_minus_1_times_the_training_error(self) -> None:
        rng = random.Random(4)
        for n in (2, 3, 10, 100):
            students = [student(rng.uniform(0, 100), rng.uniform(1, 40)) for _ in range(n)]
            metrics = Evaluator().evaluate(StudyModel().fit(students), students)
            expected = (metrics.train_mean_absolute_error or 0.0) * n / (n - 1)
            self.assertAlmostEqual(metrics.leave_one_out_mean_absolute_error or 0.0, expected)

    def test_a_list_a_table_and_any_iterable_give_the_same_metrics_and_stay_as_they_are(
        self,
    ) -> None:
        model, table = StudyModel().fit(THREE), StudentTable(THREE)
        expected = Evaluator().evaluate(model, THREE)
        self.assertEqual(Evaluator().evaluate(model, table), expected)
        self.assertEqual(Evaluator().evaluate(model, iter(THREE)), expected)
        self.assertEqual(table, THREE)

    def test_any_model_is_evaluated_beside_the_same_baseline(self) -> None:
        metrics = Evaluator().evaluate(MeanScoreBaseline().fit(THREE), THREE)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 55 / 3)
        self.assertEqual(
            (metrics.skill_score, metrics.verdict[:23]), (0.0, "The model is as good as")
        )

    def test_of_one_student_leave_one_out_r2_and_skill_are_undefined(self) -> None:
        metrics = Evaluator().evaluate(StudyModel().fit(THREE[:1]), THREE[:1])
        self.assertEqual(
            metrics.to_dict(),
            {"train_mean_absolute_error": 0.0, "train_root_mean_squared_error": 0.0},
        )
        self.assertEqual(
            metrics.verdict, "There is no verdict: leave-one-out needs at least two students."
        )

    def test_of_scores_that_are_all_equal_r2_and_skill_are_undefined(self) -> None:
        students = [student(0.7, hours) for hours in (1, 2, 3, 4, 5, 6, 7)]
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertIsNone(metrics.train_r2_score)
        self.assertIsNone(metrics.skill_score)
        self.assertEqual(metrics.verdict, "The model is worse than guessing the mean score.")

    def test_a_model_that_is_exactly_right_has_no_error_and_skill_one(self) -> None:
        students = [student(7.0 * hours, hours) for hours in (1.0, 2.0, 4.0)]
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertEqual(metrics.train_r2_score, 1.0)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 0.0)
        self.assertEqual(
            (metrics.skill_score, metrics.verdict[:24]), (1.0, "The model is better than")
        )

    def test_two_errors_that_differ_by_rounding_alone_are_as_good_as_each_other(self) -> None:
        students = [student(1.0, 49.0)] * 2
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertGreater(metrics.leave_one_out_mean_absolute_error or 0.0, 0.0)
        self.assertEqual(metrics.verdict, "The model is as good as guessing the mean score.")

    def test_an_error_that_is_a_little_lower_is_better(self) -> None:
        class Wiser(MeanScoreBaseline):
            def predict(self, study_hours: float) -> float:
                return super().predict(study_hours) + (1e-4 if study_hours > 5 else -1e-4)

        students = [student(40.0, 4.0), student(50.0, 5.0), student(60.0, 6.0)]
        metrics = Evaluator().evaluate(Wiser().fit(students), students)
        self.assertEqual(metrics.verdict, "The model is better than guessing the mean score.")

    def test_two_errors_of_zero_are_as_good_as_each_other(self) -> None:
        students = [student(0.0, 1.0), student(0.0, 2.0)]
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 0.0)
        self.assertEqual(metrics.verdict, "The model is as good as guessing the mean score.")

    def test_a_metric_of_ones_own_that_is_not_finite_is_not_saved(self) -> None:
        class Endless(Evaluator):
            def r2_score(self, y_true: Any, y_pred: Any) -> float:
                return math.inf

        metrics = Endless().evaluate(StudyModel().fit(THREE), THREE)
        self.assertEqual(metrics.train_r2_score, math.inf)
        self.assertNotIn("train_r2_score", metrics.to_dict())
        self.assertIn("skill_score", metrics.to_dict())

    def test_a_predict_that_forgets_to_return_is_told_so(self) -> None:
        class Forgetful(StudyModel):
            def predict(self, study_hours: float) -> float:
                super().predict(study_hours)
                return None  # type: ignore[return-value]

        model = Forgetful().fit(THREE)
        with self.assertRaisesRegex(PipelineError, "Forgetful.predict returns None, not a number"):
            Evaluator().evaluate(model, THREE)

        def sometimes(self: StudyModel, hours: float) -> float:
            return None if hours > 39.0 else hours  # type: ignore[return-value]

        with (
            patch.object(Forgetful, "predict", sometimes),
            self.assertRaisesRegex(PipelineError, "Forgetful.predict returns None, not a number"),
        ):
            Evaluator().left_out_predictions(model, many(230))

    def test_an_error_of_ones_own_that_is_nan_is_undefined(self) -> None:
        class Odd(Evaluator):
            def mean_absolute_error(self, y_true: Any, y_pred: Any) -> float:
                return math.nan

        metrics = Odd().evaluate(StudyModel().fit(THREE), THREE)
        self.assertIsNone(metrics.leave_one_out_mean_absolute_error)
        self.assertIn("There is no verdict", metrics.verdict)

    def test_only_numbers_are_saved_of_the_metrics(self) -> None:
        metrics = Evaluator().evaluate(StudyModel().fit(THREE), THREE)
        text = metrics._replace(skill_score="good")  # type: ignore[arg-type]
        self.assertEqual(metrics.to_dict().keys() - text.to_dict().keys(), {"skill_score"})

    def test_errors_of_tiny_scores_are_compared_with_the_scores(self) -> None:
        students = [student(1e-10, 1.0), student(2e-10, 2.0), student(9e-10, 9.0)]
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertEqual(metrics.verdict, "The model is better than guessing the mean score.")

    def test_a_metric_that_does_not_fit_a_float_is_undefined_and_the_others_stay(self) -> None:
        large = [student(1e200, 1.0), student(3e200, 2.0)]
        metrics = Evaluator().evaluate(StudyModel().fit(large), large)
        self.assertIsNone(metrics.train_root_mean_squared_error)
        self.assertIsNone(metrics.train_r2_score)
        self.assertEqual(metrics.baseline_leave_one_out_mean_absolute_error, 2e200)
        overflowing = [student(1e308, 1.0), student(1.0, 1e3)]
        metrics = Evaluator().evaluate(StudyModel().fit(overflowing), overflowing)
        self.assertEqual(metrics.to_dict(), {})
        self.assertEqual(
            metrics.verdict,
            "There is no verdict: the model's leave-one-out error is undefined.",
        )

    def test_what_a_model_cannot_learn_from_fewer_students_is_undefined(self) -> None:
        class Picky(StudyModel):
            def fit(self, students: Iterable[Student]) -> "Picky":
                table = StudentTable.of(students)
                if len(table) < 3:
                    raise DataError("three students at least")
                super().fit(table)
                return self

        metrics = Evaluator().evaluate(Picky().fit(THREE), THREE)
        self.assertEqual(metrics.train_mean_absolute_error, 113 / 3)
        self.assertIsNone(metrics.leave_one_out_mean_absolute_error)
        self.assertIsNone(metrics.skill_score)
        self.assertEqual(metrics.baseline_leave_one_out_mean_absolute_error, 55 / 3)
        self.assertNotIn("two students", metrics.verdict)

    def test_a_baseline_without_an_error_gives_no_verdict_either(self) -> None:
        students = [student(-0.8e308, 1.0), student(0.8e308, 2.0)]
        metrics = Evaluator().evaluate(Zero().fit(students), students)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 0.8e308)
        self.assertIsNone(metrics.baseline_leave_one_out_mean_absolute_error)
        self.assertIsNone(metrics.skill_score)
        self.assertEqual(
            metrics.verdict,
            "There is no verdict: the baseline's leave-one-out error is undefined.",
        )

    def test_a_skill_that_does_not_fit_a_float_is_undefined(self) -> None:
        students = [student(1e-200, 1.0), student(2e-200, 1.0), student(3e-200, 1.0)]

        class Far(Zero):
            def predict(self, study_hours: float) -> float:
                return 1e200

        metrics = Evaluator().evaluate(Far().fit(students), students)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 1e200)
        self.assertIsNone(metrics.skill_score)
        self.assertEqual(metrics.verdict, "The model is worse than guessing the mean score.")

    def test_a_subclass_that_overrides_a_metric_or_the_left_out_predictions_is_honoured(
        self,
    ) -> None:
        class Own(Evaluator):
            def mean_absolute_error(self, y_true: Any, y_pred: Any) -> float:
                return max(abs(t - p) for t, p in zip(y_true, y_pred, strict=True))

            def root_mean_squared_error(self, y_true: Any, y_pred: Any) -> float:
                return 2.0

            def r2_score(self, y_true: Any, y_pred: Any) -> float:
                return 3.0

        metrics = Own().evaluate(StudyModel().fit(THREE), THREE)
        self.assertEqual(metrics.train_mean_absolute_error, 54.0)
        self.assertEqual(metrics.train_root_mean_squared_error, 2.0)
        self.assertEqual(metrics.train_r2_score, 3.0)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 81.0)
        self.assertEqual(metrics.baseline_leave_one_out_mean_absolute_error, 27.5)

        class Perfect(Evaluator):
            def left_out_predictions(self, model: Any, students: Any) -> Any:
                return [s["math_score"] for s in students]

        metrics = Perfect().evaluate(StudyModel().fit(THREE), THREE)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 0.0)

    def test_a_model_that_cannot_be_evaluated_before_fit_says_so(self) -> None:
        with self.assertRaisesRegex(AttributeError, "StudyModel has not been fitted"):
            Evaluator().evaluate(StudyModel(), THREE)

    def test_only_the_hours_reach_a_models_predict(self) -> None:
        asked: list[object] = []

        class Spy(Regressor):
            def fit(self, students: Iterable[Student]) -> "Spy":
                self.learned = {}
                return self

            def predict(self, study_hours: float) -> float:
                asked.append(study_hours)
                return 0.0

        Evaluator().evaluate(Spy().fit(THREE), THREE)
        self.assertEqual(asked, [10.0, 3.0, 12.0] * 2)

    def test_metrics_survive_pickle_and_copy(self) -> None:
        metrics = Evaluator().evaluate(StudyModel().fit(THREE), THREE)
        self.assertEqual(pickle.loads(pickle.dumps(metrics)), metrics)
        self.assertEqual(
            copy.copy(metrics).verdict, "The model is worse than guessing the mean score."
        )
        self.assertIsInstance(pickle.loads(pickle.dumps(Evaluator())), Evaluator)


def many(n: int, seed: int = 5) -> list[Student]:
    rng = random.Random(seed)
    return [student(rng.uniform(0, 100), rng.uniform(0.1, 40), f"S{i}") for i in range(n)]


class Ratio(StudyModel):
    """The ratio of the sums, with the leverages of another model inherited."""

    def fit(self, students: Iterable[Student]) -> "Ratio":
        table = StudentTable.of(students)
        rate = math.fsum(table.math_score) / math.fsum(table.study_hours)
        hours = {"study_hours_min": min(table.study_hours), "study_hours_max": 0.0}
        self.learned = {"average_score_per_hour": rate, "n_students": len(table), **hours}
        return self


class Capped(StudyModel):
    def predict(self, study_hours: float) -> float:
        return min(super().predict(study_hours), 100.0)


class LeftOut(unittest.TestCase):
    """Leave-one-out is true for every model, whatever a learner has changed."""

    def by_definition(self, model: Regressor, students: list[Student]) -> list[float]:
        predictions = []
        for index, one in enumerate(students):
            others = copy.deepcopy(model).fit(students[:index] + students[index + 1 :])
            predictions.append(others.predict(one["study_hours"]))
        return predictions

    def by_groups(self, model: Regressor, students: list[Student]) -> list[float]:
        order = sorted(
            range(len(students)),
            key=lambda i: (students[i]["study_hours"], students[i]["math_score"]),
        )
        predictions = [0.0] * len(students)
        for group in range(20):
            members = set(order[group::20])
            others = [one for i, one in enumerate(students) if i not in members]
            fitted = copy.deepcopy(model).fit(others)
            for i in members:
                predictions[i] = fitted.predict(students[i]["study_hours"])
        return predictions

    def assert_close(self, found: Iterable[float], expected: Iterable[float]) -> None:
        for one, other in zip(found, expected, strict=True):
            self.assertAlmostEqual(one, other, delta=1e-6)

    def test_each_of_the_three_is_left_out(self) -> None:
        # (20 + 7.5) / 2 * 10, (8.5 + 7.5) / 2 * 3, (8.5 + 20) / 2 * 12
        for model, expected in (
            (StudyModel(), [137.5, 24.0, 171.0]),
            (MeanScoreBaseline(), [75.0, 87.5, 72.5]),
            (Capped(), [100.0, 24.0, 100.0]),
            (Zero(), [0.0, 0.0, 0.0]),
            # 150 / 15 * 10, 175 / 22 * 3, 145 / 13 * 12
            (Ratio(), [100.0, 175 / 22 * 3, 145 / 13 * 12]),
        ):
            found = Evaluator().left_out_predictions(model, iter(THREE))
            self.assert_close(found, expected)

    def test_the_numbers_of_an_edited_model_are_what_arithmetic_says(self) -> None:
        # Ratio of sums: 235 / 25 = 9.4. Left out: off by 15, 36.14 and 43.85.
        metrics = Evaluator().evaluate(Ratio().fit(THREE), THREE)
        self.assertAlmostEqual(metrics.leave_one_out_mean_absolute_error or 0, 31.66, places=2)
        # A cap at 100: off by 15, 24, 10; left out by 15, 36, 10.
        metrics = Evaluator().evaluate(Capped().fit(THREE), THREE)
        self.assertEqual(metrics.train_mean_absolute_error, 49 / 3)
        self.assertEqual(metrics.leave_one_out_mean_absolute_error, 61 / 3)

    def test_up_to_two_hundred_students_it_is_the_definition_for_every_model(self) -> None:
        for n in (2, 40, 200):
            students = many(n)
            for model in (StudyModel(), MeanScoreBaseline(), Ratio(), Capped()):
                metrics = Evaluator().evaluate(copy.deepcopy(model).fit(students), students)
                self.assertIsNone(metrics.left_out_groups)
                found = Evaluator().left_out_predictions(model, students)
                self.assertEqual(list(found), self.by_definition(model, students))

    def test_beyond_two_hundred_students_leverages_agree_with_the_definition(self) -> None:
        students = many(230)
        for model in (StudyModel(), MeanScoreBaseline()):
            found = Evaluator().left_out_predictions(model, students)
            self.assert_close(found, self.by_definition(model, students))
            metrics = Evaluator().evaluate(copy.deepcopy(model).fit(students), students)
            self.assertIsNone(metrics.left_out_groups)

    def test_a_subclass_with_another_fit_or_predict_is_left_out_in_twenty_groups(self) -> None:
        students = many(230)
        for model in (Ratio(), Capped(), Zero()):
            found = Evaluator().left_out_predictions(model, students)
            self.assert_close(found, self.by_groups(model, students))
            metrics = Evaluator().evaluate(copy.deepcopy(model).fit(students), students)
            self.assertEqual(metrics.left_out_groups, 20)
            self.assertEqual(list(metrics.to_dict())[-1], "left_out_groups")
            guessed = self.by_groups(MeanScoreBaseline(), students)
            scores = [one["math_score"] for one in students]
            self.assertAlmostEqual(
                metrics.baseline_leave_one_out_mean_absolute_error or 0,
                Evaluator().mean_absolute_error(scores, guessed),
            )

    def test_groups_do_not_depend_on_the_order_of_the_rows(self) -> None:
        students = many(500)
        for one in students[:100]:
            one["study_hours"], one["score_per_hour"] = 7.0, one["math_score"] / 7.0
        expected = Evaluator().evaluate(Ratio().fit(students), students)
        random.Random(1).shuffle(students)
        self.assertEqual(Evaluator().evaluate(Ratio().fit(students), students), expected)

    def test_a_subclass_that_changes_neither_keeps_the_shortcut(self) -> None:
        class Renamed(StudyModel):
            pass

        students = many(230)
        metrics = Evaluator().evaluate(Renamed().fit(students), students)
        self.assertIsNone(metrics.left_out_groups)

    def test_a_predict_replaced_on_the_instance_is_honoured(self) -> None:
        students = many(230)
        model = StudyModel().fit(students)
        vars(model)["predict"] = lambda hours: 1.0
        self.assertEqual(Evaluator().evaluate(model, students).left_out_groups, 20)

    def test_a_fit_or_predict_edited_in_place_makes_the_leverages_an_error(self) -> None:
        students = many(2500)
        for name, method in (("fit", Ratio.fit), ("predict", lambda self, hours: min(50.0, hours))):
            with (
                patch.object(StudyModel, name, method),
                self.assertRaisesRegex(
                    PipelineError,
                    r"StudyModel.leverages is wrong: without the student 'S\d+' .*"
                    r"fit and predict give .*, the leverages .*; correct or delete",
                ),
            ):
                Evaluator().evaluate(StudyModel().fit(students), students)

    def test_an_edit_of_fit_that_leaves_some_out_makes_the_leverages_an_error(self) -> None:
        students = [student(10.0 * (1 + i % 97) + i % 7, 1.0 + i % 97) for i in range(300)]
        for i, score in ((150, 0.0), (151, 9000.0), (152, 4.0)):
            students[i] = student(score, students[i]["study_hours"])
        edits: list[Callable[[Student], bool]] = [
            lambda one: one["math_score"] != 0.0,
            lambda one: one["math_score"] < 9000.0,
            lambda one: one["score_per_hour"] > 0.0,
            lambda one: one["score_per_hour"] < 100.0,
        ]
        fits: list[Callable[[list[Student]], Iterable[Student]]] = [
            *(partial(filter, keeps) for keeps in edits),
            lambda table: table[len(table) // 100 :],  # trimmed
            lambda table: table[:100],
            lambda table: table[::2] if len(table) > 150 else table,
        ]
        original = StudyModel.fit
        for part in fits:

            def edited(self: StudyModel, table: Any, part: Any = part) -> StudyModel:
                ranked = sorted(table, key=lambda one: one["score_per_hour"])
                return original(self, list(part(ranked)))

            with (
                patch.object(StudyModel, "fit", edited),
                self.assertRaisesRegex(PipelineError, "StudyModel.leverages is wrong"),
            ):
                Evaluator().left_out_predictions(StudyModel(), students)

    def test_an_edit_that_acts_only_on_many_students_makes_the_leverages_an_error(self) -> None:
        fit, predict = StudyModel.fit, StudyModel.predict

        def ranked(table: Any) -> list[Student]:
            return sorted(table, key=lambda one: one["score_per_hour"])

        def rate_by_hours(self: StudyModel, table: Any) -> StudyModel:
            fit(self, table)
            if len(table) > 500:
                self.learned |= {f"at {one['study_hours']}": one["math_score"] for one in table}
            return self

        def capped(self: StudyModel, hours: float) -> float:
            most = 100.0 if self.learned["n_students"] >= 1000 else math.inf
            return min(predict(self, hours), most)

        def known(self: StudyModel, hours: float) -> float:
            return self.learned.get(f"at {hours}", predict(self, hours))

        edits: list[dict[str, Any]] = [
            {"fit": lambda self, table: fit(self, ranked(table)[len(table) // 300 :])},
            {"fit": lambda self, table: fit(self, list(table)[:1000])},
            {"fit": lambda self, table: fit(self, table[::2] if len(table) > 500 else table)},
            {"fit": rate_by_hours, "predict": known},
            {"predict": capped},
        ]
        for n in (2500, 15_000):
            students = StudentTable(many(n))
            for edit in edits:
                with (
                    patch.multiple(StudyModel, **edit),
                    self.assertRaisesRegex(PipelineError, "StudyModel.leverages is wrong"),
                ):
                    Evaluator().left_out_predictions(StudyModel(), students)

    def test_without_the_baselines_leverages_both_are_left_out_in_the_same_groups(self) -> None:
        students = many(230)
        scores = [one["math_score"] for one in students]
        with patch.object(MeanScoreBaseline, "leverages", Regressor.leverages):
            metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertEqual(metrics.left_out_groups, 20)
        for model, error in (
            (StudyModel(), metrics.leave_one_out_mean_absolute_error),
            (MeanScoreBaseline(), metrics.baseline_leave_one_out_mean_absolute_error),
        ):
            expected = Evaluator().mean_absolute_error(scores, self.by_groups(model, students))
            self.assertAlmostEqual(error or 0.0, expected)

    def test_leverages_may_be_any_iterable_of_numbers(self) -> None:
        students = many(230)
        expected = Evaluator().left_out_predictions(StudyModel(), students)
        for kind in (iter, tuple, partial(array, "d")):

            def shares(self: StudyModel, students: Iterable[Student], kind: Any = kind) -> Any:
                n = len(list(students))
                return kind([1 / n] * n)

            with patch.object(StudyModel, "leverages", shares):
                found = Evaluator().left_out_predictions(StudyModel(), students)
            self.assertEqual(list(found), list(expected))

    def test_leverages_that_are_a_little_wrong_are_found_whatever_the_scale(self) -> None:
        for scale in (1e-6, 1.0, 1e6):
            students = [student(scale * (50 + i % 7), 1.0 + i % 9) for i in range(300)]

            def off(self: StudyModel, students: Iterable[Student]) -> list[float]:
                n = len(list(students))
                return [(1 + 1e-5) / n] * n

            with (
                patch.object(StudyModel, "leverages", off),
                self.assertRaisesRegex(PipelineError, "StudyModel.leverages is wrong"),
            ):
                Evaluator().left_out_predictions(StudyModel(), students)
            Evaluator().left_out_predictions(StudyModel(), students)

    def test_a_cap_that_only_the_most_hours_reach_is_found_too(self) -> None:
        students = [student(50.0, 1.0 + i / 10_000) for i in range(25_000)]
        students[777] = student(50.0, 40.0)
        predict = StudyModel.predict

        def capped(self: StudyModel, hours: float) -> float:
            return min(predict(self, hours), 500.0)

        with (
            patch.object(StudyModel, "predict", capped),
            self.assertRaisesRegex(PipelineError, r"\(40.0 hours\)"),
        ):
            Evaluator().left_out_predictions(StudyModel(), students)

    def test_leverages_that_are_impossible_are_an_error_that_names_the_student(self) -> None:
        for leverages, message in (
            ([0.5] * 229, "returns 229 numbers for 230 students"),
            ([0.5] * 5 + [1.0] + [0.5] * 224, "returns 1.0 for student 6, 'S5', not 0 <= lev"),
            ([0.5] * 5 + [-0.1] + [0.5] * 224, "returns -0.1 for student 6"),
            ([math.nan] + [0.5] * 229, "returns nan for student 1"),
            ([0.5] * 100 + [math.nan] + [0.5] * 129, "returns nan for student 101"),
            (0.5, "returns 0.5, not numbers; correct or delete leverages"),
            ([None] * 230, r"returns \[None, .*, not numbers; correct or delete leverages"),
            ("half" * 230, "returns 920 numbers for 230 students"),
            ("h" * 230, "returns 'hhh.*', not numbers; correct or delete leverages"),
        ):
            with (
                patch.object(StudyModel, "leverages", lambda self, students, it=leverages: it),
                self.assertRaisesRegex(PipelineError, f"StudyModel.leverages {message}"),
            ):
                Evaluator().left_out_predictions(StudyModel(), many(230))

    def test_a_student_without_a_prediction_does_not_hide_that_leverages_are_wrong(self) -> None:
        def refuses(self: StudyModel, hours: float) -> float:
            if hours > 39.0:
                raise DataError("more hours than a week of work")
            return min(50.0, hours)

        with (
            patch.object(StudyModel, "predict", refuses),
            self.assertRaisesRegex(PipelineError, "StudyModel.leverages is wrong"),
        ):
            Evaluator().left_out_predictions(StudyModel(), many(2500))

    def test_leverages_that_cannot_be_checked_are_an_error(self) -> None:
        fit = StudyModel.fit

        def demanding(self: StudyModel, students: Any) -> StudyModel:
            return fit(self, StudentTable.of(students, at_least=240))

        with patch.object(StudyModel, "fit", demanding):  # 200 are too few, 2,499 are not
            found = Evaluator().left_out_predictions(StudyModel(), many(2500))
        self.assertEqual(
            list(found), list(Evaluator().left_out_predictions(StudyModel(), many(2500)))
        )

        def demanding_more(self: StudyModel, students: Any) -> StudyModel:
            return fit(self, StudentTable.of(students, at_least=2500))

        with (
            patch.object(StudyModel, "fit", demanding_more),
            self.assertRaisesRegex(
                PipelineError, "StudyModel.leverages cannot be checked: too few .*; delete Study"
            ),
        ):
            students = many(2500)
            Evaluator().evaluate(StudyModel().fit(students), students)

    def test_leverages_for_some_sizes_only_are_an_error(self) -> None:
        def shares(self: StudyModel, students: Any) -> list[float] | None:
            return [1 / 230] * 230 if len(students) == 230 else None

        with (
            patch.object(StudyModel, "leverages", shares),
            self.assertRaisesRegex(PipelineError, "StudyModel.leverages is wrong"),
        ):
            Evaluator().left_out_predictions(StudyModel(), many(230))

    def test_an_evaluation_does_not_change_the_model(self) -> None:
        students = many(230)
        for model in (StudyModel().fit(students), Ratio().fit(students)):
            before = dict(vars(model))
            Evaluator().evaluate(model, students)
            self.assertEqual(vars(model), before)

    def test_the_model_need_not_be_fitted_and_does_not_change(self) -> None:
        for students in (THREE, many(230)):
            for kind in (StudyModel, Ratio):
                fresh, fitted = kind(), kind().fit(THREE[:1])
                learned = dict(fitted.learned)
                predictions = Evaluator().left_out_predictions(fresh, students)
                self.assertFalse(hasattr(fresh, "learned"))
                again = Evaluator().left_out_predictions(fitted, students)
                self.assertEqual((list(again), fitted.learned), (list(predictions), learned))

    def test_nothing_that_a_model_learned_before_is_used(self) -> None:
        class Hoarder(MeanScoreBaseline):
            """Adds to what it has learned, if it can."""

            def fit(self, students: Iterable[Student]) -> "Hoarder":
                known = self.learned["mean_score"] if hasattr(self, "learned") else 0.0
                self.learned = {"mean_score": known + len(list(students))}
                return self

        model = Hoarder().fit(THREE)
        self.assertEqual(list(Evaluator().left_out_predictions(model, THREE)), [2.0] * 3)

    def test_scores_far_apart_are_left_out_exactly(self) -> None:
        students = [student(score, 1.0) for score in (1e17, 1.0, 2.0)]
        found = Evaluator().left_out_predictions(MeanScoreBaseline(), students)
        self.assertEqual(found[0], 1.5)

    def test_a_prediction_that_no_float_holds_is_inf(self) -> None:
        students = [student(1e308, 1.0), student(1.0, 1e3)]
        self.assertEqual(
            list(Evaluator().left_out_predictions(StudyModel(), students)), [1e-3, math.inf]
        )

    def test_fewer_than_two_students_cannot_be_left_out(self) -> None:
        for students in ([], THREE[:1]):
            with self.assertRaisesRegex(DataError, "too few students: ., at least 2 needed"):
                Evaluator().left_out_predictions(StudyModel(), students)

    def test_what_a_fit_gets_is_a_table_as_in_training(self) -> None:
        seen: list[type] = []

        class Spy(MeanScoreBaseline):
            def fit(self, students: Iterable[Student]) -> "Spy":
                seen.append(type(students))
                super().fit(students)
                return self

        for students in (THREE, many(230)):
            Evaluator().left_out_predictions(Spy(), students)
        self.assertEqual(set(seen), {StudentTable})
