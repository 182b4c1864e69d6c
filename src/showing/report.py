"""The report as HTML: it loads nothing, and text from outside is escaped."""

import math
import re
from contextlib import suppress
from heapq import nlargest
from html import escape
from typing import Any

from src.model import MeanScoreBaseline, Regressor
from src.pipeline import TrainingResult
from src.showing.summary import rejection_lines
from src.support.errors import PipelineError, printable
from src.support.learned import predicted_score, predicted_scores

MOST_POINTS, MOST_RESIDUALS, LINE_STEPS = 1000, 60, 150
RIGHT, TOP, BOTTOM = 400, 28, 270  # of the axes, in a drawing of 440 by 320
STYLE = """
.report { max-width: 72em; margin: auto; font: 16px/1.4 system-ui; overflow-wrap: anywhere; }
.report div { display: grid; grid: auto / repeat(auto-fit, minmax(min(100%, 26em), 1fr)); }
.report .errors { grid: auto / repeat(auto-fit, minmax(13em, 1fr)); }
.report .errors b { display: block; font-size: 3em; line-height: 1; }
.report b { color: #e8590c; }
.report :is(.baseline, .errors :last-child b) { color: #1c7ed6; }
.report section { min-width: 0; overflow-x: auto; padding-right: 1em; }
.report :is(th, td) { padding: 0.2em 1em 0.2em 0; text-align: right; overflow-wrap: normal; }
.report tr > :first-child { text-align: left; min-width: 4em; overflow-wrap: anywhere; }
.report td + td { white-space: nowrap; }
"""
MEANINGS = {  # the first three are shown large; a metric that is not listed, by its name
    "train_mean_absolute_error": "on students it was fitted on",
    "left_out_mean_absolute_error": "on left-out students",
    "baseline_left_out_mean_absolute_error": "baseline: the others' mean score",
    "train_root_mean_squared_error": "root mean squared error on students it was fitted on",
    "train_r2_score": "R² on students it was fitted on: 1 is perfect, 0 is guessing their mean",
    "skill_score": "skill on left-out students: 1 is perfect, 0 is the baseline",
    "folds": "folds: groups of students, each predicted by a model fitted on the others",
}


def page(result: TrainingResult) -> str:
    """Return the report as one self-contained page."""
    return f"""<!DOCTYPE html><html lang="en" style="color-scheme:light dark"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Report: {_escaped(result.source)}</title>
{fragment(result)}</html>
"""


def fragment(result: TrainingResult) -> str:
    """Return the report as HTML, to be shown within a page or a notebook."""
    model, values = result.model, result.metrics.to_dict()
    metrics = [[MEANINGS.get(k, k), _number(values.get(k), 4)] for k in MEANINGS | values]
    errors = "".join(f"<p><b>{value}</b>{meaning}</p>\n" for meaning, value in metrics[:3])
    learned = {k: _number(v) for k, v in model.learned.items() if isinstance(v, int | float)}
    formula = re.sub(r"\b[^\W\d]\w*", lambda m: learned.get(m[0], m[0]), model.formula or "")
    rejections = rejection_lines(result.rejections, result.row_counts["rows_read"])
    return f"""<article class="report"><style>{STYLE}</style>
<h1>Math scores predicted from study hours: {_escaped(result.source or "rows in memory")}</h1>
<h2>{_escaped(result.metrics.verdict)}</h2>
<h3>Mean absolute error, in score points</h3><div class="errors">{errors}</div>
<div><section><h3>Students and predictions</h3>{scatter_plot(result)}</section>
<section><h3>Model: {_escaped(formula or "no formula")}</h3><p>{_escaped(repr(model))}</p>
<h3>Other metrics</h3>{_table([["metric", "value"], *metrics[3:]])}</section>
<section><h3>Students about whom it is most wrong</h3>{_most_wrong(result)}</section>
<section><h3>Rejected rows</h3><p>{_escaped(*rejections or ["none"])}</p>
<h3>Notes</h3><p>{_escaped(*result.notes or ["none"])}</p></section></div></article>
"""


def _most_wrong(result: TrainingResult) -> str:
    students, left_out = result.students, result.left_out_predictions()
    guesses = left_out or predicted_scores(result.model, students.study_hours)
    errors = [abs(a - b) for a, b in zip(students.math_score, guesses, strict=True)]
    worst = nlargest(10, range(len(errors)), key=lambda i: min(math.inf, errors[i]))  # no nan
    columns: dict[str, Any] = {"name": students.name} if any(students.name) else {}
    columns |= {"hours": students.study_hours, "score": students.math_score, "predicted": guesses}
    columns["left-out error" if left_out else "training error"] = errors
    cells = ([column[i] for column in columns.values()] for i in worst)
    return _table([[*columns], *([_text(cell) for cell in row] for row in cells)])


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else _number(cell)


def _table(rows: list[list[str]]) -> str:
    header, *lines = ("".join(f"<td>{_escaped(cell)}</td>" for cell in row) for row in rows)
    header = header.replace("<td>", '<th scope="col">').replace("</td>", "</th>")
    return "<table>" + "".join(f"<tr>{line}</tr>\n" for line in (header, *lines)) + "</table>"


def _number(value: float | None, digits: int = 6) -> str:
    """Return the first digits, or all before the point: 1234567 rather than 1.23457e+06."""
    if value is None or not math.isfinite(value):
        return "undefined"
    return f"{value:.0f}" if 10 ** (digits - 1) <= abs(value) < 1e12 else f"{value:.{digits}g}"


def _escaped(*lines: str) -> str:
    return "<br/>".join(escape(printable(line)) for line in lines)


def scatter_plot(result: TrainingResult) -> str:
    """Return the scores by study hours, and both models, as SVG; of many students, every nth."""
    sample = result.students[:: -(-len(result.students) // MOST_POINTS)]
    predicted = predicted_scores(result.model, sample.study_hours)
    x = _Axis(list(sample.study_hours), 0.04, 52, RIGHT)
    y = _Axis([*sample.math_score, *filter(math.isfinite, predicted)], 0.08, BOTTOM, TOP)
    if not all(1e-306 < axis.high - axis.low < 1e306 for axis in (x, y)):
        return "<p>No plot: the numbers are too small, or too far apart, to be drawn.</p>"
    x.start = max(52, *(12 + 8 * len(text) for text in y.ticks().values()))
    dots, thin = "", ""
    for hours, score, guess in zip(sample.study_hours, sample.math_score, predicted, strict=True):
        dots += f'<circle cx="{x.at(hours)}" cy="{y.at(score)}" r="3"/>'
        if len(sample) <= MOST_RESIDUALS and math.isfinite(guess):
            thin += f"M{x.at(hours)} {y.at(score)}V{y.at(guess)}"
    baseline = MeanScoreBaseline().fit(result.students)
    return f"""<svg viewBox="0 0 440 320" fill="currentColor" font-size="13">
{_grid(x, y)}<g fill-opacity="0.6">{dots}</g><path d="{thin}" stroke="currentColor"/>
<path d="{_line(result.model, x, y)}" fill="none" stroke="#e8590c" stroke-width="3"/>
<path d="{_line(baseline, x, y)}" stroke="#1c7ed6" stroke-width="3" stroke-dasharray="7 5"/></svg>
<p>{len(sample)} of {len(result.students)} students. {"Thin lines: the errors." if thin else ""}
Solid line: <b>{_escaped(type(result.model).__name__)}</b>.
Dashed line: <b class="baseline">the mean score</b>.</p>"""


class _Axis:
    """A range a little wider than the values, not across zero, and where its ends are drawn."""

    def __init__(self, values: list[float], margin: float, start: int, end: int) -> None:
        extra = (max(values) - min(values)) * margin or (abs(values[0]) or 1.0) / 10
        self.low, self.high = min(values) - min(extra, abs(min(values))), max(values) + extra
        self.start, self.end = start, end

    def at(self, value: float) -> str:
        share = (value - self.low) / (self.high - self.low)
        return f"{self.start + share * (self.end - self.start):.1f}"

    def ticks(self) -> dict[str, str]:
        """Return where the round numbers are, at most six, and how they are written."""
        least = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(least))
        step = next(n * power for n in (1, 2, 5, 10, 20) if n * power >= least)
        numbers = range(math.ceil(self.low / step), math.floor(self.high / step) + 1)
        return {self.at(n * step): f"{n * step:.12g}" for n in numbers}


def _grid(x: _Axis, y: _Axis) -> str:
    text = '<text x="{}" y="{}" dy="4" text-anchor="{}">{}</text>\n'.format
    texts = text(2, 8, "start", "math score (points)") + text(RIGHT, 308, "end", "study hours (h)")
    texts += "".join(text(at, BOTTOM + 14, "middle", tick) for at, tick in x.ticks().items())
    texts += "".join(text(x.start - 6, at, "end", tick) for at, tick in y.ticks().items())
    lines = "".join(f"M{at} {TOP}V{BOTTOM}" for at in x.ticks())
    lines += "".join(f"M{x.start} {at}H{RIGHT}" for at in y.ticks())
    return f'{texts}<path d="{lines}" stroke="currentColor" stroke-width="0.2"/>\n'


def _line(model: Regressor, x: _Axis, y: _Axis) -> str:
    """Return a path through the predictions, with gaps where there is none or it is outside."""
    path, pen = "", "M"
    for step in range(LINE_STEPS + 1):
        hours, score = x.low + (x.high - x.low) * step / LINE_STEPS, math.nan
        with suppress(PipelineError):  # a model of one's own may fail at hours not in the data
            score = predicted_score(model, hours)
        is_inside = y.low <= score <= y.high
        path += f"{pen}{x.at(hours)} {y.at(score)}" if is_inside else ""
        pen = "L" if is_inside else "M"
    return path
