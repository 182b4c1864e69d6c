"""What a model has learned: one dict of named numbers, checked, saved and loaded."""

import math
from collections.abc import Mapping
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from src.support.artifacts import read_json, to_json, write_files
from src.support.errors import ArtifactError, DataError, NotFittedError, shown, shown_path
from src.support.numerics import as_float

Self = TypeVar("Self", bound="Learned")

FORMAT_VERSION = 1
RESERVED = ("format_version", "model", "formula", "data_sha256")  # keys of model.json


class NotFitted:
    """The value of `learned` until fit sets it: reading it raises NotFittedError."""

    def __get__(self, model: Any, owner: type) -> Any:
        hint = "" if getattr(model, "__dict__", None) else "call fit(students) first; "
        problem = f"{owner.__name__} has not been fitted"
        raise NotFittedError(f"{problem}: {hint}fit must set self.learned")


class Learned:
    """The part that all models share: `learned`, finite numbers by name, and how they are saved."""

    formula: ClassVar[str] = ""
    learned_names: ClassVar[tuple[str, ...]] = ()  # what a saved model must contain at least
    learned: dict[str, float] = NotFitted()  # type: ignore[assignment]

    def __setattr__(self, name: str, value: Any) -> None:
        """Check what fit has learned: only finite numbers can be saved."""
        super().__setattr__(name, _checked(value) if name == "learned" else value)

    def to_dict(self) -> dict[str, Any]:
        """Return what model.json contains: the format, the class's name, and all it learned."""
        formula = {"formula": self.formula} if self.formula else {}
        about = {"format_version": FORMAT_VERSION, "model": type(self).__name__, **formula}
        return about | self.learned

    @classmethod
    def from_dict(cls: type[Self], record: Mapping[str, Any]) -> Self:
        """Return the model that to_dict described; ArtifactError if the record is not one."""
        if not isinstance(record, Mapping):
            raise ArtifactError("not a JSON object")
        for key, expected in {"format_version": FORMAT_VERSION, "model": cls.__name__}.items():
            value = record.get(key)
            if value != expected or isinstance(value, bool):
                raise ArtifactError(f"{key} is {shown(value)}, not {expected!r}")
        if missing := [name for name in cls.learned_names if name not in record]:
            raise ArtifactError(f"{missing[0]} is missing")
        try:
            model = cls()
            model.learned = {name: record[name] for name in record if name not in RESERVED}
        except TypeError as error:
            raise ArtifactError(f"{cls.__name__} must be made without arguments: {error}") from None
        except DataError as error:
            raise ArtifactError(str(error)) from None
        return model

    def save(self, path: str | PathLike[str]) -> None:
        """Write to_dict() as JSON, the whole file or nothing; ArtifactError if that fails."""
        write_files(Path(path).parent, {Path(path).name: to_json(self.to_dict())})

    @classmethod
    def load(cls: type[Self], path: str | PathLike[str]) -> Self:
        """Return the model saved at path; ArtifactError, naming the file, if it is not one."""
        record = read_json(path)
        try:
            return cls.from_dict(record)
        except ArtifactError as error:
            hint = "retrain it, or load it with the class, version and learned_names that saved it"
            raise ArtifactError(f"{shown_path(path)}: {error}; {hint}") from None

    def __repr__(self) -> str:
        learned = (f"{name}={value!r}" for name, value in vars(self).get("learned", {}).items())
        return f"{type(self).__name__}({', '.join(learned)})"


def _checked(learned: Any) -> dict[str, float]:
    if not isinstance(learned, Mapping) or not all(isinstance(name, str) for name in learned):
        raise DataError(f"learned is {shown(learned)}, not a dict of named numbers")
    numbers: dict[str, float] = {}
    for name, value in learned.items():
        if name in RESERVED:
            raise DataError(f"{name} is a reserved key in model.json; choose another name")
        number = as_float(value)
        is_bool = type(value).__name__ in ("bool", "bool_")  # numpy's too
        if is_bool or not math.isfinite(number):
            raise DataError(f"{name} is {shown(value)}, not a finite number")
        numbers[name] = int(value) if isinstance(value, Integral) else number
    return numbers
