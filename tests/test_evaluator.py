"""The metrics, on tables solved by hand, and where they are undefined."""

import copy
import math
import pickle
import random
import unittest
from collections.abc import Iterable

from src import (
    DataError,
    Evaluator,
    MeanScoreBaseline,
    Metrics,
    Regressor,
    Student,
    StudentTable,
    StudyModel,
)
from tests.support import THREE, student


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
                with self.assertRaisesRegex(DataError, "as many predictions as true scores"):
                    metric(y_true, y_pred)  # type: ignore[operator]

    def test_r2_score_of_scores_that_are_all_equal_is_a_data_error(self) -> None:
        # The mean of three times 0.1 is not exactly 0.1: rounding must not decide.
        self.assertNotEqual(math.fsum([0.1] * 3) / 3, 0.1)
        for scores in ([5.0], [0.1] * 3, [5e-324, 1e-323]):
            with self.assertRaisesRegex(DataError, "not all equal"):
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

    def test_r2_is_undefined_where_only_the_scores_own_squares_overflow(self) -> None:
        # The errors are small enough to be squared, the scores' distances from their mean are not.
        scores = [1e153, 3.1e154, 2e154]
        with self.assertRaises(DataError):
            Evaluator().r2_score(scores, [0.999 * score for score in scores])


class Evaluation(unittest.TestCase):
    def test_the_samples_six_figures(self) -> None:
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

    def test_a_list_a_table_and_any_iterable_give_the_same_figures_and_stay_as_they_are(
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
        self.assertEqual(metrics, (0.0, 0.0, None, None, None, None))
        self.assertIn("There is no verdict", metrics.verdict)
        self.assertEqual(list(metrics.to_dict()), list(Metrics._fields[:2]))

    def test_of_scores_that_are_all_equal_r2_and_skill_are_undefined(self) -> None:
        students = [student(0.7, hours) for hours in (1, 2, 3, 4, 5, 6, 7)]
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertIsNone(metrics.train_r2_score)
        self.assertIsNone(metrics.skill_score)
        self.assertEqual(metrics.verdict, "The model is worse than guessing the mean score.")

    def test_a_model_that_is_exactly_right_has_no_error_and_skill_one(self) -> None:
        students = [student(7.0 * hours, hours) for hours in (1.0, 2.0, 4.0)]
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertEqual(metrics[:4], (0.0, 0.0, 1.0, 0.0))
        self.assertEqual(
            (metrics.skill_score, metrics.verdict[:24]), (1.0, "The model is better than")
        )

    def test_two_errors_that_differ_by_rounding_alone_are_as_good_as_each_other(self) -> None:
        students = [student(1.0, 49.0)] * 2
        metrics = Evaluator().evaluate(StudyModel().fit(students), students)
        self.assertGreater(metrics.leave_one_out_mean_absolute_error or 0.0, 0.0)
        self.assertEqual(metrics.verdict, "The model is as good as guessing the mean score.")
        for model, baseline, word in ((10.0, 10.00001, "better"), (1e12, 1e12 + 1e-3, "as good")):
            figures = Metrics(None, None, None, model, baseline, None)
            self.assertIn(f"The model is {word}", figures.verdict)

    def test_a_figure_that_does_not_fit_a_float_is_undefined_and_the_others_stay(self) -> None:
        large = [student(1e200, 1.0), student(3e200, 2.0)]
        metrics = Evaluator().evaluate(StudyModel().fit(large), large)
        self.assertIsNone(metrics.train_root_mean_squared_error)
        self.assertIsNone(metrics.train_r2_score)
        self.assertEqual(metrics.baseline_leave_one_out_mean_absolute_error, 2e200)
        overflowing = [student(1e308, 1.0), student(1.0, 1e3)]
        metrics = Evaluator().evaluate(StudyModel().fit(overflowing), overflowing)
        self.assertEqual(metrics[:4], (None,) * 4)

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

    def test_a_model_that_cannot_be_evaluated_before_fit_says_so(self) -> None:
        with self.assertRaisesRegex(AttributeError, "StudyModel has learned nothing yet"):
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

    def test_the_repr_is_a_figure_a_line(self) -> None:
        lines = repr(Evaluator().evaluate(StudyModel().fit(THREE[:1]), THREE[:1])).splitlines()
        self.assertEqual(lines[1], "  train_mean_absolute_error=0,")
        self.assertEqual(lines[-2:], ["  skill_score=undefined", ")"])

    def test_metrics_survive_pickle_and_copy(self) -> None:
        metrics = Evaluator().evaluate(StudyModel().fit(THREE), THREE)
        self.assertEqual(pickle.loads(pickle.dumps(metrics)), metrics)
        self.assertEqual(
            copy.copy(metrics).verdict, "The model is worse than guessing the mean score."
        )
        self.assertIsInstance(pickle.loads(pickle.dumps(Evaluator())), Evaluator)
