"""TrainingPipeline, TrainingResult: load, clean, train, evaluate, save."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from src.artifacts import DEFAULT_FOLDER, METRICS_FILE, MODEL_FILE, to_json, write_files
from src.data_loader import DataLoader
from src.errors import DataError, shown_path
from src.evaluator import Evaluator, Metrics
from src.model import Regressor, StudyModel
from src.preprocessor import Preprocessor
from src.records import Rejection
from src.student_table import StudentTable


class TrainingResult(NamedTuple):
    """All that came out of one run."""

    students: StudentTable
    rejections: list[Rejection]
    model: Regressor
    metrics: Metrics
    seconds: dict[str, float]  # per step

    @property
    def row_counts(self) -> dict[str, int]:
        """Every row of the data, accounted for: read = used + missing + invalid."""
        missing = sum(rejection.reason == "missing" for rejection in self.rejections)
        return {
            "rows_read": len(self.students) + len(self.rejections),
            "rows_used": len(self.students),
            "rows_missing": missing,
            "rows_invalid": len(self.rejections) - missing,
        }

    def rejection_lines(self, most: int | None = None) -> list[str]:
        """Return how many rows were rejected and why each, or the first so many: a line each."""
        rejections = self.rejections[:most]
        if not rejections:
            return []
        lines = [f"rejected {len(self.rejections)} of {self.row_counts['rows_read']} rows:"]
        lines += [f"  {rejection}" for rejection in rejections]
        if more := len(self.rejections) - len(rejections):
            lines.append(f"  ... and {more} more")
        return lines

    def predictions(self) -> list[dict[str, Any]]:
        """Return each student with two more keys, to see whom the model is wrong about.

        `predicted_score` is by the model, which has seen the student; `left_out_score` by a
        model fitted on all the others, None where there are no others.
        """
        n = len(self.students)
        left_out = self.model.left_out_predictions(self.students) if n > 1 else [None]
        predicted = self.model.predict_all(self.students)
        return [
            {**student, "predicted_score": predicted_score, "left_out_score": left_out_score}
            for student, predicted_score, left_out_score in zip(
                self.students, predicted, left_out, strict=True
            )
        ]

    def __repr__(self) -> str:
        """Return the essential on one line: the parts may be a million rows long."""
        counts = ", ".join(f"{name}={count}" for name, count in self.row_counts.items())
        return f"TrainingResult({self.model!r}, {counts}, {self.metrics.verdict!r})"

    def _repr_html_(self) -> str:
        """Return the report, for a notebook to show."""
        from src.report import fragment  # start-up does not need it

        return fragment(self)


class TrainingPipeline:
    """Composes the four parts and runs them in sequence; each may be one of your own.

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
    ) -> None:
        """Take the parts, each with a default; a loader is any iterable of raw rows.

        artifacts_dir is where model.json and metrics.json go; None writes nothing.
        """
        self.loader = DataLoader() if loader is None else loader
        self.preprocessor = Preprocessor() if preprocessor is None else preprocessor
        self.model = StudyModel() if model is None else model
        self.evaluator = Evaluator() if evaluator is None else evaluator
        self.artifacts_dir = None if artifacts_dir is None else Path(artifacts_dir)

    def run(self) -> TrainingResult:
        """Train on all usable rows and save what came out; whatever fails, nothing is saved.

        Raises DataError where the data cannot be used and ArtifactError where nothing can be
        saved.
        """
        seconds: dict[str, float] = {}
        with _timed(seconds, "load and clean"):  # in one pass: a row is cleaned as it is read
            students, rejections = self.preprocessor.clean(self.loader)
        if not students:
            raise self._no_usable_row(rejections)
        with _timed(seconds, "train"):
            self.model.fit(students)
        with _timed(seconds, "evaluate"):
            metrics = self.evaluator.evaluate(self.model, students)
        # A copy, so that the next run does not change this result.
        result = TrainingResult(students, rejections, copy(self.model), metrics, seconds)
        with _timed(seconds, "save"):
            self._save(result)
        return result

    def _save(self, result: TrainingResult) -> None:
        if self.artifacts_dir is None:
            return
        sha256 = getattr(self.loader, "sha256", None)
        origin = {} if sha256 is None else {"data_sha256": sha256}
        metrics = result.metrics.to_dict() | result.row_counts
        model = result.model.to_dict() | origin
        texts = {MODEL_FILE: to_json(model), METRICS_FILE: to_json(metrics)}
        write_files(self.artifacts_dir, texts)

    def _no_usable_row(self, rejections: list[Rejection]) -> DataError:
        path = getattr(self.loader, "path", None)
        where = "" if path is None else f"{shown_path(path)}: "
        if not rejections:
            return DataError(f"{where}no usable row: there are no rows of data at all")
        counts = Counter(rejection.reason for rejection in rejections)
        reasons = ", ".join(f"{count} {reason}" for reason, count in counts.most_common())
        return DataError(f"{where}no usable row: {reasons}; the first: {rejections[0]}")


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = perf_counter()
    yield
    seconds[step] = perf_counter() - start
