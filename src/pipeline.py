"""TrainingPipeline, TrainingResult: load, clean, train, evaluate, save."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from src.data_loader import DataLoader
from src.evaluator import Evaluator, Metrics
from src.model import MeanScoreBaseline, Regressor, StudyModel
from src.preprocessor import Preprocessor
from src.support.artifacts import DEFAULT_FOLDER, METRICS_FILE, MODEL_FILE, to_json, write_files
from src.reading.cells import notation_hints
from src.support.errors import DataError, PipelineError, UsageError, shown, shown_path
from src.support.numerics import as_float, finite, or_none
from src.support.students import Rejection, StudentTable
from src.support.shortcut import predictions


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

    @property
    def baseline(self) -> Regressor:
        """Return a MeanScoreBaseline that was fitted on the same students."""
        return MeanScoreBaseline().fit(self.students)

    def predictions(self, most: int | None = None) -> list[dict[str, Any]]:
        """Return each student, or the first `most`, with predicted_score and left_out_score."""
        model = deepcopy(self.model)  # left_out_predictions of one's own may fit it
        if self.metrics.left_out_groups:
            vars(model)["leverages"] = None  # so that it is left out as it was evaluated
        left_out = or_none(self.evaluator.left_out_predictions, model, self.students)
        rows = []
        for i, student in enumerate(self.students[:most]):
            predicted = or_none(self.model.predict, student["study_hours"])
            unseen = None if left_out is None else or_none(finite, left_out[i])
            rows.append({**student, "predicted_score": predicted, "left_out_score": unseen})
        return rows

    def __repr__(self) -> str:
        """Return a one-line summary: the parts may be a million rows long."""
        counts = ", ".join(f"{name}={count}" for name, count in self.row_counts.items())
        return f"TrainingResult({self.model!r}, {counts}, {self.metrics.verdict!r})"

    def _repr_html_(self) -> str:
        """Return the report, for a notebook to show."""
        from src.showing.report import fragment  # imported only when needed

        return fragment(self)


class TrainingPipeline:
    """Composes the four parts and runs them in sequence; you can pass your own.

    >>> result = TrainingPipeline(artifacts_dir=None).run()
    >>> result.model.average_score_per_hour, result.metrics.leave_one_out_mean_absolute_error
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
    ) -> None:
        """Take the parts, each with a default; a loader is any iterable of raw rows.

        artifacts_dir is the folder for model.json and metrics.json; None writes nothing.
        max_rejected is the largest share of the rows that may be rejected, from 0 to 1.
        """
        self.loader = DataLoader() if loader is None else loader
        self.preprocessor = Preprocessor() if preprocessor is None else preprocessor
        self.model = StudyModel() if model is None else model
        if isinstance(model, type):
            raise UsageError(f"model is a class; pass a model: {model.__name__}()")
        self.evaluator = Evaluator() if evaluator is None else evaluator
        self.artifacts_dir = None if artifacts_dir is None else Path(artifacts_dir)
        self.max_rejected = as_float(max_rejected)
        if not 0.0 <= self.max_rejected <= 1.0:
            raise UsageError(f"max_rejected must be from 0 to 1, not {shown(max_rejected)}")

    def run(self) -> TrainingResult:
        """Train on all usable rows and save the results; if anything fails, nothing is saved."""
        seconds: dict[str, float] = {}
        with _timed(seconds, "load and clean"):  # in one pass: a row is cleaned as it is read
            cleaned, rejections = self.preprocessor.clean(self.loader)
            students = StudentTable.of(cleaned)
        notes, checksum = self._check_rejections(students, rejections), students.checksum()
        with _timed(seconds, "train"):
            self.model.fit(students)
        if students.checksum() != checksum:
            raise PipelineError(f"{type(self.model).__name__}.fit changes its students; copy them")
        model = deepcopy(self.model)  # so that neither evaluate nor another run changes the result
        predicted = predictions(model, students[:20]).tobytes()
        with _timed(seconds, "evaluate"):
            metrics = self.evaluator.evaluate(self.model, students)
        if predictions(model, students[:20]).tobytes() != predicted:
            raise PipelineError(f"{type(model).__name__}.fit must keep all it learns in learned")
        result = TrainingResult(
            students, rejections, model, metrics, notes, seconds, self.evaluator, self._source()
        )
        with _timed(seconds, "save"):
            self._save(result)
        return result

    def _check_rejections(self, students: StudentTable, rejections: list[Rejection]) -> list[str]:
        """Return notes on the data; DataError if the rows that are left are not a fair sample."""
        rejected, read = len(rejections), len(students) + len(rejections)
        # If 7,5 is not a number because points are expected, only whole numbers are left.
        hints, only_whole = notation_hints(self.loader, students, rejections)
        is_fair = rejected / (read or 1) <= self.max_rejected and not only_whole
        if students and (is_fair or self.max_rejected == 1):
            return [*getattr(self.loader, "notes", ()), *hints]
        source = self._source()
        where = f"{source}: " if source else ""
        if not read:
            nothing = "the file has a header but no rows" if source else "there are no rows"
            raise DataError(f"{where}no usable row: {nothing}")
        counts = Counter(rejection.reason for rejection in rejections).most_common()
        reasons = ", ".join(f"{count} {reason}" for reason, count in counts)
        problem = f"{rejected} of {read} rows were rejected ({reasons}); the first: {rejections[0]}"
        if students:
            problem += f"; --max-rejected 1 (max_rejected=1) trains on the other {len(students)}"
        else:
            problem = f"no usable row; {problem}"
        raise DataError("; ".join([where + problem, *hints]))

    def _source(self) -> str:
        path = getattr(self.loader, "path", None)
        return "" if path is None else shown_path(path)

    def _save(self, result: TrainingResult) -> None:
        model, metrics = result.model.to_dict(), result.metrics.to_dict() | result.row_counts
        if (sha256 := getattr(self.loader, "sha256", None)) is not None:
            model["data_sha256"] = sha256
        texts = {MODEL_FILE: to_json(model), METRICS_FILE: to_json(metrics)}
        if self.artifacts_dir is not None:
            write_files(self.artifacts_dir, texts)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = perf_counter()
    yield
    seconds[step] = perf_counter() - start
