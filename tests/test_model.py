"""What every model must do, what ours learn by hand, and how a model is saved and loaded."""

import copy
import json
import math
import pickle
import pydoc
import unittest
from array import array
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any
from unittest.mock import patch

from src.model import MODELS, LineModel, MeanScoreBaseline, Regressor, StudyModel, load_model
from src.support.errors import ArtifactError, DataError, NotFittedError, PipelineError, short_repr
from src.support.students import StudentTable
from tests.helpers import OWN, FolderTestCase, Lowest, needs_stack, student, variant

# The seed's three students.
ALICE, BOB, CHARLIE = student(85.0, 10.0), student(60.0, 3.0), student(90.0, 12.0)
KINDS: tuple[Any, ...] = (StudyModel, LineModel, MeanScoreBaseline)


class Contract(FolderTestCase):
    """One contract, run over every model of MODELS, a learner's too, and the tests' own."""

    models: tuple[type[Regressor], ...] = (*MODELS.values(), Lowest)

    def test_fit_returns_self_forgets_the_last_and_learns_no_name_nor_changes_students(
        self,
    ) -> None:
        renamed: Any = [{**one, "name": f"{one['name']} II"} for one in OWN]
        for model in self.models:
            students, table, fitted = copy.deepcopy(OWN), StudentTable(OWN), model()
            fitted.fit([student(1.0, 1.0), student(5.0, 2.0)])
            self.assertIs(fitted.fit(students), fitted)
            for same in (table, iter(OWN), renamed):
                self.assertEqual(model().fit(same).to_dict(), fitted.to_dict())
            self.assertEqual((students, table), (OWN, OWN))

    def test_before_fit_the_error_names_the_class_and_the_cure(self) -> None:
        for model in self.models:
            new: Any = model()
            save = partial(new.save, self.folder / "m.json")
            for use in (partial(new.predict, 1.0), lambda new=new: new.learned, new.to_dict, save):
                with self.assertRaisesRegex(NotFittedError, rf"{model.__name__} .*call fit\("):
                    use()
            self.assertEqual(repr(new), f"{model.__name__}()")
            self.assertIn("learned", pydoc.render_doc(model))  # help() reads it from the class
        self.assertEqual(self.files(), {})
        silent = variant("Silent", Lowest, fit=lambda self, students: self)
        with self.assertRaisesRegex(NotFittedError, "Silent .*must set self.learned"):
            silent().fit(OWN).to_dict()

    def test_saved_and_loaded_pickled_or_copied_it_has_learned_and_predicts_the_same(self) -> None:
        copies: list[Callable[[Any], Any]] = [
            lambda model: pickle.loads(pickle.dumps(model)),
            copy.deepcopy,
            copy.copy,
        ]
        for model in self.models:
            fitted, path = model().fit(OWN), self.folder / "model.json"
            fitted.save(path)
            twins = [model.load(str(path)), model.from_dict(fitted.to_dict())]
            for twin in (*twins, *(twin(fitted) for twin in copies)):
                self.assertEqual(twin.to_dict(), fitted.to_dict())
                self.assertEqual(repr(twin.predict(7.0)), repr(fitted.predict(7.0)))
            for copied in copies:
                self.assertFalse(hasattr(copied(model()), "learned"))

    def test_a_regressor_without_fit_or_predict_cannot_be_made(self) -> None:
        for half in ({"fit": Lowest.fit}, {"predict": Lowest.predict}):
            with self.assertRaises(TypeError):
                variant("Half", Regressor, **half)()


class OnlyLearned(unittest.TestCase):
    """A model is what it has learned: there is nothing else that a fit could set."""

    def test_a_fit_that_sets_another_attribute_is_told_which_and_why(self) -> None:
        for name, on_class in (("seen", {}), ("bonus", {"bonus": 0})):
            generous = variant("Generous", Lowest, **on_class)()
            with self.assertRaisesRegex(PipelineError, rf"Generous\.{name} .*only self.learned is"):
                setattr(generous, name, 30)

    def test_a_class_that_holds_what_a_fit_could_change_cannot_be_made(self) -> None:
        containers: list[Any] = [[], {}, set(), deque(), array("d"), bytearray()]
        for value in (*containers, Lowest()):
            with self.assertRaisesRegex(PipelineError, r"Hoarder\.seen .*fit could change"):
                variant("Hoarder", Lowest, seen=value)

    def test_what_a_model_is_told_is_a_number_text_or_tuple_on_its_class(self) -> None:
        told = {"scale": 2.0, "weights": (0.5, 1.5), "title": "scaled"}
        told["predict"] = lambda self, hours: self.scale * self.weights[0] + hours
        self.assertEqual(variant("Told", Lowest, **told)().fit(OWN).predict(4.0), 5.0)

    def test_learned_takes_and_copies_any_finite_real_number_and_lists_of_them(self) -> None:
        model, scores = Lowest(), [1, Decimal(2)]
        given = {"a": Decimal("2.5"), "b": Fraction(1, 2), "c": 10**20, "list": scores}
        model.learned = given = {**given, "tuple": (0.5,), "array": array("d", [3])}
        scores.append(3)
        given["more"] = []
        kept = {"a": 2.5, "b": 0.5, "c": 10**20, "list": [1, 2.0], "tuple": [0.5], "array": [3.0]}
        self.assertEqual(repr(model.learned), repr(kept))

    def test_learned_takes_nothing_that_could_not_be_loaded_again(self) -> None:
        model, numpy_bool = Lowest(), variant("bool_", float)(1.0)
        values: list[Any] = [math.nan, -math.inf, 10**400, 10**5000, True, numpy_bool, None, "1"]
        for value in (*values, object(), {"b": 1.0}):
            for learned in ({"rate": value}, {"rate": [1.0, value]}):
                with self.assertRaisesRegex(DataError, "rate is .*, not a finite number"):
                    model.learned = learned
        for name in ("model", "format_version", "formula", "data_sha256"):
            with self.assertRaisesRegex(DataError, f"{name} is a reserved key in model.json"):
                model.learned = {name: 1.0}
        for wrong in ({1: 2.0}, [1.0], 5, None):
            with self.assertRaisesRegex(DataError, "learned is .*, not a dict"):
                model.learned = wrong  # type: ignore[assignment]
        self.assertFalse(hasattr(model, "learned"))

    def test_a_formula_belongs_to_the_predict_beside_it(self) -> None:
        capped = variant("Capped", StudyModel, predict=lambda self, hours: 5.0)
        scaled = variant("Scaled", capped, predict=lambda self, hours: 5.0, formula="score = 5")
        median = variant("Median", StudyModel, fit=StudyModel.fit)
        for model, formula in ((capped, None), (scaled, "score = 5"), (median, StudyModel.formula)):
            self.assertEqual(model().fit(OWN).to_dict().get("formula"), formula)


class OurModels(unittest.TestCase):
    def test_study_model_learns_the_mean_score_per_hour(self) -> None:
        # (8 + 10 + 15) / 3; the ratio of the sums would be 170 / 18.
        model = StudyModel().fit([student(80.0, 10.0), student(60.0, 6.0), student(30.0, 2.0)])
        self.assertEqual(model.average_score_per_hour, 11.0)
        self.assertEqual([model.predict(hours) for hours in (0, 3, 5)], [0.0, 33.0, 55.0])
        self.assertFalse(hasattr(StudyModel(), "average_score_per_hour"))

    def test_line_model_learns_the_line_with_the_least_squared_errors(self) -> None:
        # From the means 25/3 and 235/3: slope (100 + 880 + 385) / (25 + 256 + 121) = 455/134,
        # that is 50.0373 + 3.3955 * hours, and 67.0149 for 5 hours.
        model = LineModel().fit([ALICE, BOB, CHARLIE])
        self.assertAlmostEqual(model.learned["intercept"], 6705 / 134, places=12)
        self.assertAlmostEqual(model.learned["slope"], 455 / 134, places=12)
        self.assertAlmostEqual(model.predict(5), 8980 / 134, places=12)
        for two in ([student(80.0, 2.0), student(50.0, 8.0)], [student(7.0, 1e-9), ALICE]):
            for one in two:
                predicted = LineModel().fit(two).predict(one["study_hours"])
                self.assertAlmostEqual(predicted, one["math_score"], places=12)

    def test_a_line_requires_students_with_different_hours(self) -> None:
        # The mean of three times 0.1 is not exactly 0.1: rounding must not decide.
        for hours in ([5.0], [4.0, 4.0], [0.1] * 3, [1e-200, 2e-200]):
            with self.assertRaisesRegex(DataError, "different study hours"):
                LineModel().fit([student(1.0 + i, one) for i, one in enumerate(hours)])

    def test_the_baseline_predicts_the_mean_score_whatever_the_hours(self) -> None:
        baseline = MeanScoreBaseline().fit([ALICE, BOB])
        self.assertEqual([baseline.predict(hours) for hours in (0, 1, 1e300)], [72.5] * 3)

    def test_a_prediction_is_a_float_whatever_real_number_the_hours_are(self) -> None:
        for model in (kind().fit(OWN) for kind in KINDS):
            for hours in (5, Decimal(5), Fraction(5), True + 4):
                self.assertEqual(repr(model.predict(hours)), repr(model.predict(5.0)))

    def test_hours_must_be_finite_and_not_negative_and_so_must_be_the_score(self) -> None:
        # With a slope below 0, a learner's cap at 100 changes nothing here.
        for kind in KINDS:
            model = kind().fit([student(-85.0, 10.0), student(0.0, 1.0)])
            wrong = (-1.0, -5e-324, math.inf, -math.inf, math.nan, 10**400, 10**5000, "5")
            for hours in wrong if kind is MeanScoreBaseline else (*wrong, 1e308):
                with self.assertRaisesRegex(DataError, "hours must be finite and not negative"):
                    model.predict(hours)

    def test_fit_refuses_no_students_and_numbers_that_are_not_finite(self) -> None:
        for kind, score in product(KINDS, (math.nan, math.inf)):
            with self.assertRaisesRegex(DataError, "student 1 .*(nan|inf)"):
                kind().fit([student(score, 1.0)])
            with self.assertRaisesRegex(DataError, "too few students: 0, at least 1"):
                kind().fit([])


GOOD: dict[str, Any] = {
    "format_version": 1,
    "model": "StudyModel",
    "formula": "math_score = average_score_per_hour * study_hours",
    "average_score_per_hour": 9.5,
    "n_students": 2,
    "study_hours_min": 1.0,
    "study_hours_max": 3.0,
}


class SavedModels(FolderTestCase):
    def refused(self, content: Any, *parts: str) -> None:
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path = self.file(text, "model.json")
        with self.assertRaises(ArtifactError) as caught:
            StudyModel.load(path)
        for part in ("model.json: ", *parts):
            self.assertIn(part, str(caught.exception))
        self.assertTrue(str(caught.exception).isprintable())

    def test_our_models_save_their_class_formula_and_numbers_flat_and_in_this_order(self) -> None:
        students = [student(9.5, 1.0), student(28.5, 3.0)]
        self.assertEqual([*StudyModel().fit(students).to_dict().items()], [*GOOD.items()])
        record = LineModel().fit(students).to_dict()
        self.assertEqual([*record], [*[*GOOD][:3], "intercept", "slope", *[*GOOD][4:]])
        self.assertEqual(record["formula"], "math_score = intercept + slope * study_hours")

    def test_a_file_is_loaded_if_the_model_can_predict_from_it_and_else_refused(self) -> None:
        rate = "average_score_per_hour"
        for change in ({rate: 12}, {"n_students": [1, 2]}, {"more": -1}):
            path = self.file(json.dumps(GOOD | change), "model.json")
            self.assertIsInstance(StudyModel.load(path).predict(2.0), float)
        self.refused({key: GOOD[key] for key in GOOD if key != rate}, f"'{rate}'", "retrain it")
        self.refused({**GOOD, rate: [12.0]}, "retrain it")
        for name in [*GOOD][3:]:
            for value in (True, None, "12", math.nan, math.inf, 10**400):
                self.refused({**GOOD, name: value}, f"{name} is {short_repr(value)}, not a fi")
        self.refused({**GOOD, "x\x1b": "y"}, r"x\x1b is 'y', not a finite number")

    def test_what_is_not_a_json_object_is_refused_by_name(self) -> None:
        self.refused(b"\xff", "not JSON: 'utf-8' codec can't decode byte 0xff")
        for kind, contents in {
            "JSON": ("", "{", "1" * 5000),
            "a JSON object": ("[1]", "5"),
        }.items():
            for content in contents:
                self.refused(content, f"not {kind}")
                with self.assertRaisesRegex(ArtifactError, "model.json: "):
                    load_model(self.folder / "model.json")
        for load in (StudyModel.load, load_model):
            with self.assertRaisesRegex(ArtifactError, "no such file; run python main.py first"):
                load(self.folder / "absent.json")
        wrong: list[Any] = [[], None, 5, "x"]
        for record in wrong:
            with self.assertRaisesRegex(ArtifactError, "not a JSON object"):
                StudyModel.from_dict(record)

    @needs_stack
    def test_a_file_that_is_nested_without_end_is_refused(self) -> None:
        self.refused("[" * 100_000, "not JSON: nested too deeply")
        self.refused('{"a":' * 100_000, "not JSON")

    def test_another_model_or_version_is_refused(self) -> None:
        self.refused({}, "format_version is None, not 1; retrain it")
        for version in (2, True):
            self.refused({**GOOD, "format_version": version}, f"format_version is {version}, not 1")
        self.refused({**GOOD, "model": "\x1b"}, r"model is '\x1b', not 'StudyModel'")
        self.refused(MeanScoreBaseline().fit(OWN).to_dict(), "'MeanScoreBaseline'")

    def test_load_model_returns_a_model_of_the_class_that_the_file_names(self) -> None:
        path = self.folder / "model.json"
        for kind in KINDS:
            kind().fit(OWN).save(path)
            self.assertIs(type(load_model(str(path))), kind)
        Lowest().fit(OWN).save(path)
        with self.assertRaisesRegex(ArtifactError, "model.json: .*'Lowest'.*MODELS"):
            load_model(path)
        with patch.dict(MODELS, {"low": Lowest}):
            self.assertEqual(load_model(path).predict(4.0), 15.0)
