"""What a model has learned: one dict of named numbers, checked, saved and loaded."""

import math
from array import array
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from numbers import Integral
from os import PathLike
from typing import Any, ClassVar, TypeVar

from src.support import errors
from src.support.artifacts import read_json, to_json, write_files
from src.support.errors import ArtifactError, DataError, PipelineError, as_path, short_repr
from src.support.numerics import as_float

Self = TypeVar("Self", bound="Learned")

FORMAT_VERSION = 1
RESERVED = ("format_version", "model", "formula", "data_sha256")  # keys of model.json


class Learned:
    """The part that all models share: `learned`, numbers by name, and how they are saved."""

    formula: ClassVar[str] = ""

    @cached_property  # called only if nothing has been set
    def learned(self) -> dict[str, Any]:
        """Numbers, or lists of numbers, by name; NotFittedError until fit sets it."""
        problem = f"{type(self).__name__} has not been fitted"
        raise errors.NotFittedError(f"{problem}: call fit(students), which must set self.learned")

    def __init_subclass__(cls) -> None:
        """Start a new predict without a formula; PipelineError for what fit could change."""
        super().__init_subclass__()
        if "predict" in cls.__dict__ and "formula" not in cls.__dict__:
            cls.formula = ""
        for name, value in cls.__dict__.items():
            can_change = type(value).__hash__ is None or isinstance(value, Learned)
            if can_change and not name.startswith("__"):
                problem = f"{cls.__name__}.{name} is a {type(value).__name__}"
                raise PipelineError(f"{problem}, which fit could change unsaved; use a tuple")

    def __setattr__(self, name: str, value: Any) -> None:
        """Set learned to a checked copy, or raise DataError; PipelineError for any other name."""
        if name != "learned":
            problem = f"{type(self).__name__}.{name} cannot be set: only self.learned is saved"
            raise PipelineError(f"{problem}; store {name} in self.learned, or on the class")
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise DataError(f"learned is {short_repr(value)}, not a dict of named numbers")
        if reserved := [key for key in RESERVED if key in value]:
            raise DataError(f"{reserved[0]} is a reserved key in model.json; choose another name")
        super().__setattr__(name, {key: _number(key, one) for key, one in value.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return what model.json contains: the format, the class's name, and all it learned."""
        about: dict[str, Any] = {"format_version": FORMAT_VERSION, "model": type(self).__name__}
        return about | ({"formula": self.formula} if self.formula else {}) | self.learned

    @classmethod
    def from_dict(cls: type[Self], record: Mapping[str, Any]) -> Self:
        """Return the model that to_dict described; ArtifactError if the record is not one."""
        if not isinstance(record, Mapping):
            raise ArtifactError("not a JSON object")
        for key, expected in {"format_version": FORMAT_VERSION, "model": cls.__name__}.items():
            value = record.get(key)
            if value != expected or isinstance(value, bool):
                raise ArtifactError(f"{key} is {short_repr(value)}, not {expected!r}")
        model = cls()
        try:
            model.learned = {name: record[name] for name in record if name not in RESERVED}
        except DataError as error:
            raise ArtifactError(str(error)) from None
        return model

    def save(self, path: str | PathLike[str]) -> None:
        """Write to_dict() as JSON, the whole file or nothing; ArtifactError if that fails."""
        file = as_path(path)
        write_files(file.parent, {file.name: to_json(self.to_dict())})

    @classmethod
    def load(cls: type[Self], path: str | PathLike[str]) -> Self:
        """Return the model saved at path; ArtifactError, naming the file, if it is not one."""
        record = read_json(as_path(path))
        try:
            model = cls.from_dict(record)
            predicted_score(model, 1.0)
        except (PipelineError, TypeError) as error:  # TypeError: a list for a number
            hint = "retrain it, or load it with the class that saved it"
            raise ArtifactError(f"{errors.shown_path(as_path(path))}: {error}; {hint}") from None
        return model

    def __repr__(self) -> str:
        learned = self.__dict__.get("learned", {}).items()
        numbers = (f"{name}={short_repr(value)}" for name, value in learned)
        return f"{type(self).__name__}({', '.join(numbers)})"


def predicted_scores(model: Any, study_hours: Collection[float]) -> "array[float]":
    """Return the model's prediction for each of these hours; inf for one that it refuses."""
    with suppress(TypeError, ValueError, ArithmeticError, LookupError):
        # A million predictions take 0.1 s less if nothing stands between.
        scores = array("d", map(model.predict, study_hours))
        if len(scores) == len(study_hours):  # map ends if predict raises StopIteration
            return scores
    return array("d", [predicted_score(model, hours) for hours in study_hours])


def predicted_score(model: Any, study_hours: float) -> float:
    """Return model.predict(study_hours), inf if refused or too large; PipelineError if it fails."""
    where = f"{type(model).__name__}.predict({short_repr(study_hours)})"
    try:
        score = model.predict(study_hours)
    except DataError:
        return math.inf
    except PipelineError:
        raise
    except KeyError as error:
        raise PipelineError(f"{where} reads {error}, which is not in self.learned") from error
    except (ArithmeticError, LookupError, ValueError, StopIteration) as error:
        raise PipelineError(f"{where} fails: {type(error).__name__}: {error}") from error
    number = as_float(score)
    if number != number and not isinstance(score, float):  # nan is a float
        raise PipelineError(f"{where} returns {short_repr(score)}, not a number")
    return number


def _number(name: str, value: Any) -> Any:
    """Return a finite number as an int or a float, and a list of them as a list."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return [_number(name, one) for one in value]
    is_bool = type(value).__name__ in ("bool", "bool_")  # numpy's too
    if is_bool or not math.isfinite(as_float(value)):
        raise DataError(f"{name} is {short_repr(value)}, not a finite number")
    return int(value) if isinstance(value, Integral) else as_float(value)
