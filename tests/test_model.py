"""What every model must do, and what ours learn."""

import copy
import itertools
import json
import math
import pickle
import pydoc
import statistics
import unittest
from collections.abc import Iterable
from fractions import Fraction

from src import (
    ArtifactError,
    DataError,
    MeanScoreBaseline,
    NotFittedError,
    Regressor,
    Student,
    StudentTable,
    StudyModel,
    TrainingPipeline,
)
from src.support.errors import shown
from src.support.numerics import mean
from tests.support import THREE, FolderTestCase, needs_stack, student


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
            message = f"{model.__name__} has not been fitted: call fit\\(students\\) first"
            for use in (
                lambda m: m.predict(1.0),
                lambda m: m.learned,
                lambda m: m.to_dict(),
                lambda m: m.save(self.folder / "m.json"),
            ):
                with self.assertRaisesRegex(NotFittedError, message):
                    use(model())
        self.assertEqual(self.files(), {})
        with self.assertRaisesRegex(NotFittedError, "StudyModel has not been fitted: call fit"):
            StudyModel().average_score_per_hour  # noqa: B018
        self.assertFalse(hasattr(StudyModel(), "average_score_per_hour"))
        self.assertFalse(hasattr(StudyModel, "learned"))
        self.assertIn("average_score_per_hour", pydoc.render_doc(StudyModel))

    def test_a_second_fit_forgets_the_first(self) -> None:
        for model in MODELS:
            fitted = model().fit([student(1.0, 1.0), student(5.0, 2.0)])
            self.assertEqual(fitted.fit(THREE).learned, model().fit(THREE).learned)

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
                self.assertFalse(hasattr(twin, "learned"))
            fitted = model().fit(THREE)
            for twin in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
                self.assertEqual(twin.learned, fitted.learned)

    def test_the_repr_names_the_class_and_what_was_learned(self) -> None:
        self.assertEqual(repr(StudyModel()), "StudyModel()")
        self.assertEqual(repr(MedianModel().fit(THREE)), "MedianModel(median_score_per_hour=8.5)")

    def test_a_regressor_without_fit_or_predict_cannot_be_made(self) -> None:
        with self.assertRaises(TypeError):
            Regressor()  # type: ignore[abstract]


class Number:
    """Like numpy.float32: a real number that is neither int nor float."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Learned(unittest.TestCase):
    def test_any_finite_real_number_is_stored_as_a_float_or_an_int(self) -> None:
        model = MedianModel()
        model.learned = {"a": Number(2.5), "b": Fraction(1, 2), "c": 7, "d": 10**20}  # type: ignore[dict-item]
        self.assertEqual(
            repr(model.learned), "{'a': 2.5, 'b': 0.5, 'c': 7, 'd': 100000000000000000000}"
        )

    def test_a_key_that_is_not_a_text_or_something_else_than_a_dict_is_refused(self) -> None:
        for learned, message in (
            ({1: 2.0}, "learned is {1: 2.0}, not a dict of named"),
            ([1.0], "not a dict"),
        ):
            with self.assertRaisesRegex(DataError, message):
                MedianModel().learned = learned  # type: ignore[assignment]

    def test_a_fit_that_sets_attributes_but_not_learned_is_told_so(self) -> None:
        class Forgetful(MedianModel):
            def fit(self, students: Iterable[Student]) -> "Forgetful":
                self.median = 8.5
                return self

        with self.assertRaisesRegex(NotFittedError, "Forgetful.*: fit must set self.learned"):
            Forgetful().fit(THREE).predict(1.0)

        class Silent(MedianModel):
            def fit(self, students: Iterable[Student]) -> "Silent":
                return self

        with self.assertRaisesRegex(NotFittedError, "Silent .*; fit must set self.learned"):
            Silent().fit(THREE).to_dict()
        with self.assertRaisesRegex(NotFittedError, "Silent .*; fit must set self.learned"):
            TrainingPipeline(model=Silent(), artifacts_dir=None).run()

    def test_a_prediction_is_a_float_whatever_real_number_the_hours_are(self) -> None:
        for hours in (5, Number(5.0), Fraction(5), True + 4):
            for model, expected in (
                (StudyModel(), "60.0"),
                (MeanScoreBaseline(), "78.33333333333333"),
            ):
                self.assertEqual(repr(model.fit(THREE).predict(hours)), expected)  # type: ignore[arg-type]

    def test_leverages_are_one_nth_each(self) -> None:
        for model in (StudyModel(), MeanScoreBaseline()):
            self.assertEqual(list(model.leverages(iter(THREE)) or ()), [1 / 3] * 3)
        self.assertIsNone(MedianModel().leverages(THREE))

    def test_a_model_whose_init_needs_arguments_is_saved_but_not_loaded(self) -> None:
        class Scaled(MedianModel):
            def __init__(self, scale: float) -> None:
                self.scale = scale

        record = Scaled(2.0).fit(THREE).to_dict()
        self.assertEqual(record["median_score_per_hour"], 8.5)
        with self.assertRaisesRegex(
            ArtifactError, "Scaled must be made without arguments: .*scale"
        ):
            Scaled.from_dict(record)


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

    def test_the_baseline_guesses_the_mean_score_whatever_the_hours(self) -> None:
        baseline = MeanScoreBaseline().fit(THREE[:2])
        self.assertEqual([baseline.predict(h) for h in (0, 1, 1e300)], [72.5] * 3)

    def test_hours_must_be_finite_and_not_negative(self) -> None:
        for model in (StudyModel().fit(THREE), MeanScoreBaseline().fit(THREE)):
            self.assertGreaterEqual(model.predict(0), 0.0)
            for hours in (-1.0, -5e-324, math.inf, -math.inf, math.nan, 10**400, 10**5000, "5"):
                with self.assertRaisesRegex(DataError, "hours must be finite and not negative"):
                    model.predict(hours)

    def test_a_score_that_does_not_fit_a_float_is_not_predicted(self) -> None:
        with self.assertRaisesRegex(DataError, "no prediction for 1e[+]308 hours"):
            StudyModel().fit(THREE).predict(1e308)
        with self.assertRaisesRegex(DataError, "no prediction for 1e[+]308 hours"):
            StudyModel().fit([student(-85.0, 10.0)]).predict(1e308)

    def test_fit_requires_a_student(self) -> None:
        for model in (StudyModel(), MeanScoreBaseline()):
            with self.assertRaisesRegex(DataError, "too few students: 0, at least 1 needed"):
                model.fit([])

    def test_fit_refuses_students_that_are_not_finite(self) -> None:
        for scores in ([math.nan], [math.inf], [math.inf, -math.inf]):
            for model in (StudyModel(), MeanScoreBaseline()):
                with self.assertRaisesRegex(DataError, "student 1 has math_score (nan|inf)"):
                    model.fit([student(score, 1.0) for score in scores])

    def test_the_mean_is_exact_in_any_order_even_if_the_sum_overflows(self) -> None:
        for values, expected in (
            ([1e16, 1.0, -1e16], 1 / 3),
            ([0.1] * 10, 0.1),
            ([1e308, 1e308], 1e308),
            ([1.5e308, 1.5e308, -1.5e308], 0.5e308),
            ([1e308, 1e308, 1e-300, -1e308], 0.25e308),
            ([5e-324], 5e-324),
        ):
            orders = itertools.permutations(values) if len(values) < 5 else [values]
            self.assertEqual({mean(order) for order in orders}, {expected})

    def test_the_mean_of_nothing_is_a_data_error(self) -> None:
        with self.assertRaisesRegex(DataError, "cannot average: there is no value"):
            mean([])

    def test_the_mean_of_infinities_of_both_signs_is_a_data_error(self) -> None:
        for values in ([math.inf, -math.inf], [math.inf, 1.0], [math.nan]):
            with self.assertRaisesRegex(DataError, "cannot average: a value is not finite"):
                mean(values)


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
            (b"\xff", "not JSON: 'utf-8' codec can't decode byte 0xff"),
            ("1" * 5000, "not JSON: Exceeds the limit"),
            ("[1]", "not a JSON object"),
            ("null", "not a JSON object"),
            ("{}", "format_version is None, not 1; retrain it, or"),
        ):
            with self.subTest(content[:20]):
                self.refused(content, part)

    @needs_stack
    def test_a_file_that_is_nested_without_end_is_refused(self) -> None:
        self.refused("[" * 100_000, "not JSON: nested too deeply")
        self.refused('{"a":' * 100_000, "not JSON")

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
            self.refused(json.dumps(rest), f"{name} is missing; retrain it")
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
        with self.assertRaisesRegex(ArtifactError, "not a regular file"):
            StudyModel.load(self.folder)

    def test_what_could_not_be_loaded_again_cannot_be_learned(self) -> None:
        model = MedianModel()
        numpy_bool = type("bool_", (Number,), {})(1.0)
        odd = (True, numpy_bool, None, "1", object())
        for value in (math.nan, -math.inf, 10**400, 10**5000, *odd):
            with self.assertRaisesRegex(DataError, "score is .*, not a finite number"):
                model.learned = {"score": value}  # type: ignore[dict-item]
        for name in ("model", "format_version", "formula", "data_sha256"):
            with self.assertRaisesRegex(DataError, f"{name} is a reserved key in model.json"):
                model.learned = {name: 1.0}
        with self.assertRaises(NotFittedError):
            model.save(self.path)
        self.assertEqual(self.files(), {})
