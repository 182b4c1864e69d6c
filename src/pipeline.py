"""TrainingPipeline, TrainingResult: load, clean, train, evaluate, save."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from time import perf_counter
from typing import Any, NamedTuple

from src.data_loader import DataLoader
from src.evaluator import Evaluator, Metrics
from src.model import MODELS, Regressor, StudyModel
from src.preprocessor import Cleaned, Preprocessor
from src.support.artifacts import DEFAULT_FOLDER, METRICS_FILE, MODEL_FILE, to_json, write_files
from src.support.errors import DataError, UsageError, short_repr
from src.support.gate import Source, checked_share, notes_on_sample, require_skill
from src.support.learned import predicted_scores
from src.support.numerics import as_float, floats, or_none, require_finite
from src.support.students import Rejection, StudentTable


class TrainingResult(NamedTuple):
    """The results of one run."""

    students: StudentTable
    rejections: list[Rejection]
    model: Regressor
    metrics: Metrics
    notes: list[str]  # what is unusual in the data, and hints
    seconds: dict[str, float]  # per step
    evaluator: Evaluator  # the one that was used
    source: str  # the file's path; "" for rows in memory

    @property
    def row_counts(self) -> dict[str, int]:
        """Return the counts of the rows: read = used + missing + invalid."""
        missing = sum(rejection.reason == "missing" for rejection in self.rejections)
        return {
            "rows_read": len(self.students) + len(self.rejections),
            "rows_used": len(self.students),
            "rows_missing": missing,
            "rows_invalid": len(self.rejections) - missing,
        }

    def left_out_predictions(self) -> Any:
        """Return each student's score by a model that has not seen the student; None if refused."""
        model = deepcopy(self.model)  # an evaluator may fit it
        return or_none(floats, or_none(self.evaluator.left_out_predictions, model, self.students))

    def predictions(self) -> list[dict[str, Any]]:
        """Return each student with predicted_score and left_out_score; None if undefined."""
        predicted = predicted_scores(self.model, self.students.study_hours)
        left_out = self.left_out_predictions() or [None] * len(predicted)
        rows: list[dict[str, Any]] = [{**student} for student in self.students]
        for row, score, left_out_score in zip(rows, predicted, left_out, strict=True):
            row["predicted_score"] = or_none(require_finite, score)
            row["left_out_score"] = or_none(require_finite, left_out_score)
        return rows

    def __repr__(self) -> str:
        # The parts may be a million rows long.
        counts = ", ".join(f"{name}={count}" for name, count in self.row_counts.items())
        return f"TrainingResult({self.model!r}, {counts}, {self.metrics.verdict!r})"

    def _repr_html_(self) -> str:
        from src.showing.report import fragment  # when a notebook shows it

        return fragment(self)


class TrainingPipeline:
    """Composes the four parts and runs them in sequence; you can pass your own.

    >>> result = TrainingPipeline(artifacts_dir=None).run()
    >>> result.model.average_score_per_hour, result.metrics.left_out_mean_absolute_error
    (12.0, 56.5)
    """

    def __init__(
        self,
        loader: Iterable[Mapping[str, Any]] | None = None,
        preprocessor: Preprocessor | None = None,
        model: Regressor | None = None,
        evaluator: Evaluator | None = None,
        *,
        artifacts_dir: str | os.PathLike[str] | None = DEFAULT_FOLDER,
        max_rejected: float = 0.5,
        min_skill: float | None = None,
    ) -> None:
        """Take the parts, each with a default; a loader is any iterable of raw rows.

        artifacts_dir is the folder for model.json and metrics.json; None writes nothing.
        max_rejected is the largest share of the rows that may be rejected, from 0 to 1, and
        min_skill the lowest skill_score of a model that may be saved, at most 1.
        """
        self.loader = _part("loader", loader, Iterable, DataLoader)
        self.preprocessor = _part("preprocessor", preprocessor, Preprocessor, Preprocessor)
        self.model: Regressor = _part("model", model, Regressor, StudyModel)
        self.evaluator: Evaluator = _part("evaluator", evaluator, Evaluator, Evaluator)
        self.artifacts_dir = artifacts_dir
        self.max_rejected = checked_share(max_rejected)
        self.min_skill = None if min_skill is None else as_float(min_skill)
        if self.min_skill is not None and not self.min_skill <= 1.0:
            raise UsageError(f"min_skill is {short_repr(min_skill)}, not a number up to 1")
        # What the last run or comparison has read:
        self.cleaned, self.notes = Cleaned(StudentTable(), []), list[str]()

    def run(self) -> TrainingResult:
        """Train on all usable rows and save the results; if anything fails, nothing is saved."""
        seconds: dict[str, float] = {}
        with _timed(seconds, "load and clean"):  # in one pass: a row is cleaned as it is read
            students, rejections = self._load_and_clean()
        with _timed(seconds, "train"):
            model = self._fitted(students)
        with _timed(seconds, "evaluate"):
            metrics = self.evaluator.evaluate(deepcopy(model), students)  # it may fit its model
        require_skill(metrics.skill_score, self.min_skill)
        parts = (students, rejections, model, metrics, self.notes, seconds)
        result = TrainingResult(*parts, self.evaluator, self._source.name)
        with _timed(seconds, "save"):
            self._save(result)
        return result

    def _fitted(self, students: StudentTable) -> Regressor:
        try:
            model = self.model.fit_fresh(students)
        except DataError as error:
            raise DataError(f"{self._source.prefix}{error}") from None
        self.model.learned = model.learned
        return model

    def compare(self, models: Mapping[str, type[Regressor]] = MODELS) -> dict[str, Metrics]:
        """Return each model's metrics on the same students, by left-out error; save nothing.

        Undefined errors come last. A model that refuses the students has its reason as verdict.
        """
        kinds = [*models.values()] if isinstance(models, Mapping) else [None]
        if not all(isinstance(kind, type) and issubclass(kind, Regressor) for kind in kinds):
            raise UsageError(f"models is {short_repr(models)}, not model classes by their names")
        students, _ = self._load_and_clean()
        metrics = {name: self._judged(model, students) for name, model in models.items()}
        errors = {name: one.left_out_mean_absolute_error for name, one in metrics.items()}
        by_error = sorted(metrics, key=lambda name: (errors[name] is None, errors[name] or 0.0))
        return {name: metrics[name] for name in by_error}

    def _judged(self, model: type[Regressor], students: StudentTable) -> Metrics:
        try:
            return self.evaluator.evaluate(model().fit_fresh(students), students)
        except DataError as error:
            undefined = dict.fromkeys(Metrics._fields) | {"verdict": str(error)}
            return Metrics(**undefined)  # type: ignore[arg-type]

    def _load_and_clean(self) -> Cleaned:
        self._source = self.loader if isinstance(self.loader, Source) else Source()
        students, rejections = self.preprocessor.clean(self.loader)
        self.cleaned = Cleaned(StudentTable.of(students), rejections)
        notes = notes_on_sample(self._source, *self.cleaned, self.max_rejected)
        self.notes = [*self._source.notes, *notes]
        return self.cleaned

    def _save(self, result: TrainingResult) -> None:
        model, metrics = result.model.to_dict(), result.metrics.to_dict() | result.row_counts
        if self._source.sha256 is not None:
            model["data_sha256"] = self._source.sha256
        texts = {MODEL_FILE: to_json(model), METRICS_FILE: to_json(metrics)}
        if self.artifacts_dir is not None:
            write_files(self.artifacts_dir, texts)


def _part(name: str, part: Any, kind: type, default: type) -> Any:
    if part is None or isinstance(part, kind):
        return default() if part is None else part
    raise UsageError(f"{name} is {short_repr(part)}, not an instance of {kind.__name__}")


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = perf_counter()
    yield
    seconds[step] = perf_counter() - start
