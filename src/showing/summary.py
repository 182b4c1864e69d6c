"""The terminal's text: rejections, the result of a run, the comparison of models."""

from collections.abc import Mapping
from typing import Any

from src.evaluator import Metrics
from src.pipeline import TrainingResult
from src.support.errors import printable
from src.support.students import SHOWN_OF_MORE, Rejection


def six_digits(value: float | None) -> str:
    """Return a number as it is shown, with at most six digits."""
    return "undefined" if value is None else f"{value:.6g}"


def rejection_lines(rejections: list[Rejection], read: int, in_full: bool = False) -> list[str]:
    """Return a count, then the first rejections, or all, one a line; nothing if there are none."""
    most = len(rejections) if in_full else SHOWN_OF_MORE
    lines = [f"rejected {len(rejections)} of {read} rows:"]
    lines += [f"  {rejection}" for rejection in rejections[:most]]
    if len(rejections) > most:
        lines.append(f"  ... and {len(rejections) - most} more")
    return lines if rejections else []


def summary(result: TrainingResult) -> str:
    """Return the cleaned data, the model, its errors next to the baseline's, and the verdict."""
    metrics, students, model = result.metrics, result.students, result.model
    scores, hours, n = students.math_score, students.study_hours, len(students)
    is_in_groups = metrics.folds not in (None, n)
    each = f"each of {metrics.folds} groups of students" if is_in_groups else "each student"
    learned = (f"\n  {printable(name)} = {_shown(one)}" for name, one in model.learned.items())
    baseline_error = metrics.baseline_left_out_mean_absolute_error
    return f"""{students}

{n} student{"s" * (n > 1)}, scores from {six_digits(min(scores))} to {six_digits(max(scores))}, \
study hours from {six_digits(min(hours))} to {six_digits(max(hours))}

Model: {printable(model.formula or type(model).__name__)}{"".join(learned)}

Mean absolute error, in score points:
{six_digits(metrics.train_mean_absolute_error):>11}  on the students it was fitted on
{six_digits(metrics.left_out_mean_absolute_error):>11}  on left-out students
{six_digits(baseline_error):>11}  baseline: the mean score of the other students
Left-out: {each} is predicted by a model fitted on all the others.
{metrics.verdict}
"""


def _shown(value: Any) -> str:
    """Return what was learned with all its digits, but at most ten values of a list."""
    more = len(value) - SHOWN_OF_MORE if isinstance(value, list) else 0
    return f"{str(value[:SHOWN_OF_MORE])[:-1]}, ... and {more} more]" if more > 0 else str(value)


def comparison(models: Mapping[str, Metrics]) -> str:
    """Return a table of models, one a line: both errors and the skill, or why there are none."""
    width = max([5, *map(len, models)])
    lines = [
        "Mean absolute error, in score points, on training and on left-out students; skill: 1 is",
        "perfect, 0 is as good as guessing the mean score of the other students.\n",
        f"{'model':{width}} {'training':>11} {'left-out':>11} {'skill':>11}",
    ]
    for name, metrics in models.items():
        errors = (metrics.train_mean_absolute_error, metrics.left_out_mean_absolute_error)
        cells = [f"{six_digits(one):>11}" for one in (*errors, metrics.skill_score)]
        shown = f"  {metrics.verdict}" if errors == (None, None) else " ".join(cells)
        lines.append(f"{printable(name):{width}} {shown}")
    return "\n".join([*lines, ""])
