"""What every model must do, and what ours learn."""

import copy
import json
import math
import pickle
import random
import statistics
import unittest
from collections.abc import Iterable

from src import (
    ArtifactError,
    DataError,
    MeanScoreBaseline,
    NotFittedError,
    Regressor,
    Student,
    StudentTable,
    StudyModel,
)
from src.errors import shown
from src.model import mean
from tests.support import THREE, FolderTestCase, student


class MedianModel(Regressor):
    """A learner's own model: two methods."""

    def fit(self, students: Iterable[Student]) -> "MedianModel":
        ratios = [s["score_per_hour"] for s in students]
        self.learned = {"median_score_per_hour": statistics.median(ratios)}
        return self

    def predict(self, study_hours: float) -> float:
        return self.learned["median_score_per_hour"] * study_hours


MODELS: tuple[type[Regressor], ...] = (StudyModel, MeanScoreBaseline, MedianModel)


class Contract(FolderTestCase):
    """One contract, run over every model."""

    def test_fit_returns_self(self) -> None:
        for model in MODELS:
            fitted = model()
            self.assertIs(fitted.fit(THREE), fitted)

    def test_fit_takes_a_list_a_table_or_any_iterable_and_does_not_change_it(self) -> None:
        for model in MODELS:
            students = copy.deepcopy(THREE)
            table = StudentTable(THREE)
            expected = model().fit(students).learned
            self.assertEqual(model().fit(table).learned, expected)
            self.assertEqual(model().fit(iter(THREE)).learned, expected)
            self.assertEqual((students, table), (THREE, THREE))

    def test_before_fit_the_error_names_the_class_and_the_cure(self) -> None:
        for model in MODELS:
            message = f"{model.__name__} has learned nothing yet; call fit\\(students\\) first"
            for use in (
                lambda m: m.predict(1.0),
                lambda m: m.learned,
                lambda m: m.to_dict(),
                lambda m: m.save(self.folder / "m.json"),
            ):
                with self.assertRaisesRegex(NotFittedError, message):
                    use(model())
        self.assertEqual(self.files(), {})
        self.assertFalse(hasattr(StudyModel(), "average_score_per_hour"))

    def test_a_second_fit_forgets_the_first(self) -> None:
        for model in MODELS:
            fitted = model().fit([student(1.0, 1.0), student(5.0, 2.0)])
            self.assertEqual(fitted.fit(THREE).learned, model().fit(THREE).learned)

    def test_left_out_predictions_need_no_fit_and_change_nothing(self) -> None:
        for model in MODELS:
            fresh = model()
            predictions = fresh.left_out_predictions(THREE)
            with self.assertRaises(NotFittedError):
                fresh.learned  # noqa: B018
            fitted = model().fit([student(1.0, 1.0), student(5.0, 2.0)])
            learned = dict(fitted.learned)
            self.assertEqual(fitted.left_out_predictions(iter(THREE)), predictions)
            self.assertEqual(fitted.learned, learned)

    def test_left_out_predictions_are_those_of_models_fitted_on_all_the_others(self) -> None:
        rng = random.Random(5)
        students = [student(rng.uniform(0, 100), rng.uniform(0.1, 40)) for _ in range(50)]
        for model in MODELS:
            predictions = model().left_out_predictions(students)
            for index, prediction in enumerate(predictions):
                others = model().fit(students[:index] + students[index + 1 :])
                expected = others.predict(students[index]["study_hours"])
                self.assertTrue(math.isclose(prediction, expected, rel_tol=1e-12))
            self.assertEqual(len(predictions), 50)

    def test_left_out_predictions_require_two_students(self) -> None:
        for model in MODELS:
            for students in ([], THREE[:1]):
                with self.assertRaisesRegex(DataError, "requires at least two students, not"):
                    model().left_out_predictions(students)

    def test_saving_and_loading_gives_the_same_model(self) -> None:
        for model in MODELS:
            fitted = model().fit(THREE)
            fitted.save(self.folder / "model.json")
            loaded = model.load(str(self.folder / "model.json"))
            self.assertEqual(loaded.to_dict(), fitted.to_dict())
            self.assertEqual(repr(loaded.predict(7.0)), repr(fitted.predict(7.0)))
            self.assertEqual(model.from_dict(fitted.to_dict()).learned, fitted.learned)

    def test_models_survive_pickle_and_copy_fitted_or_not(self) -> None:
        for model in MODELS:
            for twin in (pickle.loads(pickle.dumps(model())), copy.deepcopy(model())):
                self.assertIsNone(twin._parameters)
            fitted = model().fit(THREE)
            for twin in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
                self.assertEqual(twin.learned, fitted.learned)

    def test_the_repr_names_the_class_and_what_was_learned(self) -> None:
        self.assertEqual(repr(StudyModel()), "StudyModel()")
        self.assertEqual(repr(MedianModel().fit(THREE)), "MedianModel(median_score_per_hour=8.5)")

    def test_a_regressor_without_fit_or_predict_cannot_be_made(self) -> None:
        with self.assertRaises(TypeError):
            Regressor()  # type: ignore[abstract]


class OurModels(unittest.TestCase):
    def test_study_model_learns_the_mean_score_per_hour(self) -> None:
        # (85/10 + 60/3 + 90/12) / 3 = (8.5 + 20 + 7.5) / 3 = 36 / 3
        model = StudyModel().fit(THREE)
        self.assertEqual(model.average_score_per_hour, 12.0)
        self.assertEqual([model.predict(h) for h in (10, 3, 12)], [120.0, 36.0, 144.0])
        self.assertEqual(
            model.learned,
            {
                "average_score_per_hour": 12.0,
                "n_students": 3,
                "study_hours_min": 3.0,
                "study_hours_max": 12.0,
            },
        )

    def test_study_model_leaves_each_of_the_three_out(self) -> None:
        # (20 + 7.5) / 2 * 10, (8.5 + 7.5) / 2 * 3, (8.5 + 20) / 2 * 12
        self.assertEqual(list(StudyModel().left_out_predictions(THREE)), [137.5, 24.0, 171.0])

    def test_the_baseline_guesses_the_mean_score_whatever_the_hours(self) -> None:
        baseline = MeanScoreBaseline().fit(THREE[:2])
        self.assertEqual([baseline.predict(h) for h in (0, 1, 1e300)], [72.5] * 3)
        self.assertEqual(list(MeanScoreBaseline().left_out_predictions(THREE)), [75.0, 87.5, 72.5])

    def test_hours_must_be_finite_and_not_negative(self) -> None:
        for model in (StudyModel().fit(THREE), MeanScoreBaseline().fit(THREE)):
            self.assertGreaterEqual(model.predict(0), 0.0)
            for hours in (-1.0, -5e-324, math.inf, -math.inf, math.nan, 10**400):
                with self.assertRaisesRegex(DataError, "hours must be finite and not negative"):
                    model.predict(hours)

    def test_a_score_that_does_not_fit_a_float_is_not_predicted(self) -> None:
        with self.assertRaisesRegex(DataError, "no prediction for 1e[+]308 hours"):
            StudyModel().fit(THREE).predict(1e308)
        with self.assertRaisesRegex(DataError, "no prediction for 1e[+]308 hours"):
            StudyModel().fit([student(-85.0, 10.0)]).predict(1e308)

    def test_fit_requires_a_student(self) -> None:
        for model in (StudyModel(), MeanScoreBaseline()):
            with self.assertRaisesRegex(DataError, "requires at least one student, not 0"):
                model.fit([])

    def test_fit_refuses_students_that_are_not_finite(self) -> None:
        for scores in ([math.nan], [math.inf], [math.inf, -math.inf]):
            for model in (StudyModel(), MeanScoreBaseline()):
                with self.assertRaisesRegex(DataError, "not all finite"):
                    model.fit([student(score, 1.0) for score in scores])

    def test_the_mean_is_exact_in_any_order_even_where_the_sum_overflows(self) -> None:
        for values, expected in (
            ([1e16, 1.0, -1e16], 1 / 3),
            ([0.1] * 10, 0.1),
            ([1.7e308, 1.7e308, 1.7e308], 1.7e308),
            ([1.7e308, 1.7e308, -1.7e308], 1.7e308 / 3),
            ([5e-324], 5e-324),
        ):
            self.assertEqual({mean(values), mean(values[::-1])}, {expected})

    def test_a_subclass_that_fits_or_predicts_otherwise_is_evaluated_by_its_own_methods(
        self,
    ) -> None:
        class Capped(StudyModel):
            def predict(self, study_hours: float) -> float:
                return min(super().predict(study_hours), 100.0)

        class Zero(MeanScoreBaseline):
            def predict(self, study_hours: float) -> float:
                return 0.0

        class Renamed(StudyModel):
            """Changes nothing, and keeps the shortcuts."""

        capped = Capped().fit(THREE)
        self.assertEqual(list(capped.predict_all(THREE)), [100.0, 36.0, 100.0])
        self.assertEqual(list(capped.left_out_predictions(THREE)), [100.0, 24.0, 100.0])
        self.assertEqual(list(Zero().left_out_predictions(THREE)), [0.0] * 3)
        self.assertEqual(list(Renamed().left_out_predictions(THREE)), [137.5, 24.0, 171.0])

        class Best(StudyModel):
            def fit(self, students: Iterable[Student]) -> "Best":
                best = max(s["score_per_hour"] for s in students)
                self.learned = {"average_score_per_hour": best}
                return self

        self.assertEqual(list(Best().left_out_predictions(THREE)), [200.0, 25.5, 240.0])

    def test_a_fitted_model_refits_by_definition_from_nothing(self) -> None:
        class Hoarder(MedianModel):
            """Adds to what it learned, where it can."""

            def fit(self, students: Iterable[Student]) -> "Hoarder":
                known = 0.0 if self._parameters is None else self.learned["n"]
                self.learned = {"n": known + len(list(students)), "median_score_per_hour": 1.0}
                return self

            def predict(self, study_hours: float) -> float:
                return self.learned["n"]

        self.assertEqual(list(Hoarder().fit(THREE).left_out_predictions(THREE)), [2.0] * 3)


class SavedModels(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.path = self.folder / "model.json"
        self.good = StudyModel().fit(THREE).to_dict()

    def refused(self, content: str | bytes, *parts: str) -> None:
        self.file(content, "model.json")
        with self.assertRaises(ArtifactError) as caught:
            StudyModel.load(self.path)
        for part in ("model.json: ", *parts):
            self.assertIn(part, str(caught.exception))
        self.assertTrue(str(caught.exception).isprintable())

    def test_the_saved_model_is_flat_and_in_order(self) -> None:
        self.assertEqual(
            self.good,
            {
                "format_version": 1,
                "model": "StudyModel",
                "formula": "math_score = average_score_per_hour * study_hours",
                "average_score_per_hour": 12.0,
                "n_students": 3,
                "study_hours_min": 3.0,
                "study_hours_max": 12.0,
            },
        )
        self.assertEqual(
            list(self.good)[:4], ["format_version", "model", "formula", "average_score_per_hour"]
        )
        self.assertEqual(
            MedianModel().fit(THREE).to_dict(),
            {"format_version": 1, "model": "MedianModel", "median_score_per_hour": 8.5},
        )

    def test_an_integer_where_a_float_is_meant_is_fine(self) -> None:
        self.file(json.dumps({**self.good, "average_score_per_hour": 12}), "model.json")
        self.assertEqual(repr(StudyModel.load(self.path).predict(2.0)), "24.0")

    def test_a_file_that_is_not_a_saved_model_is_refused_by_name(self) -> None:
        for content, part in (
            ("", "not JSON"),
            ("{", "not JSON"),
            (b"\xff", "not JSON: not UTF-8"),
            ("1" * 5000, "not JSON: not UTF-8, or a number of too many digits"),
            ("[" * 100_000, "not JSON: nested too deeply"),
            ('{"a":' * 100_000, "not JSON"),
            ("[1]", "not a JSON object"),
            ("null", "not a JSON object"),
            ("{}", "format_version is None, not 1; train it anew, or"),
        ):
            with self.subTest(content[:20]):
                self.refused(content, part)

    def test_another_model_or_version_is_refused(self) -> None:
        self.refused(json.dumps({**self.good, "format_version": 2}), "format_version is 2, not 1")
        self.refused(json.dumps({**self.good, "format_version": True}), "format_version is True")
        self.refused(
            json.dumps({**self.good, "model": "\x1b"}), r"model is '\x1b', not 'StudyModel'"
        )
        self.refused(json.dumps(MeanScoreBaseline().fit(THREE).to_dict()), "'MeanScoreBaseline'")

    def test_a_number_that_is_missing_or_no_finite_float_is_refused(self) -> None:
        for name in list(self.good)[3:]:
            rest = {key: value for key, value in self.good.items() if key != name}
            self.refused(json.dumps(rest), f"{name} is missing; train it anew")
            for value in (True, None, "12", math.nan, math.inf, 10**400, [12.0]):
                self.refused(
                    json.dumps({**self.good, name: value}),
                    f"{name} is {shown(value)}, not a finite number",
                )
        self.refused(json.dumps({**self.good, "x\x1b": "y"}), r"x\x1b is 'y', not a finite number")
        for wrong in ([], None, 5, "x"):
            with self.assertRaisesRegex(ArtifactError, "not a JSON object"):
                StudyModel.from_dict(wrong)  # type: ignore[arg-type]

    def test_a_missing_file_says_to_train_first(self) -> None:
        with self.assertRaisesRegex(ArtifactError, "no such file; run python main.py first"):
            StudyModel.load(self.path)

    def test_a_folder_is_refused(self) -> None:
        with self.assertRaisesRegex(ArtifactError, "Is a directory"):
            StudyModel.load(self.folder)

    def test_what_could_not_be_loaded_again_cannot_be_learned(self) -> None:
        model = MedianModel()
        for value in (math.nan, -math.inf, 10**400, True, None, "1", object()):
            with self.assertRaisesRegex(DataError, "score is .*, not a finite number"):
                model.learned = {"score": value}  # type: ignore[dict-item]
        for name in ("model", "format_version", "formula", "data_sha256"):
            with self.assertRaisesRegex(DataError, f"{name} says something else in model.json"):
                model.learned = {name: 1.0}
        with self.assertRaises(NotFittedError):
            model.save(self.path)
        self.assertEqual(self.files(), {})
