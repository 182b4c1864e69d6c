"""The report: HTML and SVG, nothing loaded from elsewhere, text from outside escaped."""

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from src.support.errors import DataError, printable
from src.support.numerics import format_metric
from src.support.students import SHOWN_OF_MORE, rejection_lines

if TYPE_CHECKING:
    from src.model import Regressor
    from src.pipeline import TrainingResult

MOST_POINTS = 1000
MOST_RESIDUALS = 60
LINE_STEPS = 40
LEFT, RIGHT, TOP, BOTTOM = 76, 546, 34, 328  # of the plot, in a drawing of 560 by 380

# Both can be seen on white and on black.
MODEL_STROKE = 'stroke="#e8590c" stroke-width="2.5"'
BASELINE_STROKE = 'stroke="#1c7ed6" stroke-width="2.5" stroke-dasharray="7 5"'

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root { color-scheme: light dark; }</style>
<title>Training report</title>
"""

STYLE = """
.report { max-width: 48rem; margin: 0 auto; font: 15px/1.5 system-ui, sans-serif; }
.report table { font-size: 13px; text-align: right; font-variant-numeric: tabular-nums; }
.report th, .report td { padding: 0.2rem 0.8rem 0.2rem 0; }
.report p { overflow-wrap: anywhere; }
.report tr :first-child { text-align: left; }
.report .wide { overflow-x: auto; }
.report svg { display: block; width: 100%; max-width: 560px; height: auto; }
.report text { fill: currentColor; font: 13px system-ui, sans-serif; }
"""


def page(result: "TrainingResult") -> str:
    """Return the report as one self-contained page."""
    return f"{PAGE}{fragment(result)}</html>\n"


def fragment(result: "TrainingResult") -> str:
    """Return the report as HTML to be shown within a page or a notebook."""
    metrics, formula = result.metrics, result.model.formula or ""
    for name, value in result.model.learned.items():
        formula = re.sub(rf"\b{re.escape(name)}\b", f"{value:.6g}", formula)
    facts = [result.source, repr(result.model), formula, *result.notes]
    if metrics.left_out_groups:
        facts.append(f"students were left out in {metrics.left_out_groups} groups")
    scores = [[name, format_metric(value)] for name, value in metrics.to_dict().items()]
    rejections = rejection_lines(result.rejections, result.row_counts["rows_read"])
    rows = result.predictions(SHOWN_OF_MORE)
    students = [[row.pop("name"), *map(format_metric, row.values())] for row in rows]
    more = len(result.students) - SHOWN_OF_MORE
    header = ["name", "score", "hours", "score per hour", "predicted", "left out"]
    return f"""<div class="report">
<style>{STYLE}</style>
<p><strong>{metrics.verdict}</strong></p>
<p>{"<br>".join(_escaped(fact) for fact in facts if fact)}</p>
{scatter_plot(result)}
{_table([["metric", ""], *scores])}
<p>{"<br>".join(map(_escaped, rejections or ["no row was rejected"]))}</p>
{_table([header, *students])}
<p>{f"... and {more} more" if more > 0 else ""}</p>
</div>
"""


def _table(rows: Iterable[Sequence[object]]) -> str:
    lines = ("".join(f"<td>{_escaped(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f'<div class="wide"><table>\n{body}</table></div>'


def scatter_plot(result: "TrainingResult") -> str:
    """Return an SVG: study_hours, math_score, the model's line, the baseline's, and residuals."""
    every = -(-len(result.students) // MOST_POINTS)
    sample = result.students[::every]
    predicted = [_prediction(result.model, hours) for hours in sample.study_hours]
    x = _Axis.over(sample.study_hours, LEFT, RIGHT)
    known = [score for score in predicted if score is not None]
    y = _Axis.over([*sample.math_score, *known], BOTTOM, TOP)
    if x is None or y is None:
        return "<p>No plot: the numbers are too far apart to be drawn.</p>"
    points, residuals = "", ""
    columns = (sample.study_hours, sample.math_score, predicted)
    for hours, score, prediction in zip(*columns, strict=True):
        points += f'<circle cx="{x.at(hours)}" cy="{y.at(score)}" r="3.5"/>'
        if prediction is not None and len(sample) <= MOST_RESIDUALS:
            residuals += f"M{x.at(hours)} {y.at(score)}V{y.at(prediction)}"
    shown = f"{len(sample)} of {len(result.students)} students" if every > 1 else "students"
    return f"""<svg viewBox="0 0 560 380" role="img" aria-label="study hours and scores">
{_grid(x, y)}
<path d="{residuals}" stroke="currentColor" stroke-opacity="0.5"/>
<g fill="currentColor" fill-opacity="0.55">{points}</g>
<path d="{_line(result.model, x, y)}" fill="none" {MODEL_STROKE}/>
<path d="{_line(result.baseline, x, y)}" fill="none" {BASELINE_STROKE}/>
<g><circle cx="{LEFT + 5}" cy="14" r="3.5" fill="currentColor" fill-opacity="0.55"/>
<text x="{LEFT + 15}" y="18">{shown}</text>
<path d="M{LEFT + 200} 14h24" {MODEL_STROKE}/>
<text x="{LEFT + 230}" y="18">{_escaped(type(result.model).__name__)}</text>
<path d="M{LEFT + 340} 14h24" {BASELINE_STROKE}/>
<text x="{LEFT + 370}" y="18">mean score</text></g>
</svg>"""


def _prediction(model: "Regressor", hours: float) -> float | None:
    with suppress(DataError, ArithmeticError, ValueError):
        score = model.predict(hours)
        return score if math.isfinite(score) else None
    return None


class _Axis(NamedTuple):
    """Round numbers from one end to the other, and where they are in the drawing."""

    ticks: list[float]
    start: int
    end: int

    @classmethod
    def over(cls, values: Sequence[float], start: int, end: int) -> "_Axis | None":
        """Return an axis on which all the values fit; None if no float can span them."""
        low, high = min(values), max(values)
        all_equal = high - low <= 1e-9 * max(abs(low), abs(high))
        margin = (abs(high) or 10.0) / 10 if all_equal else (high - low) / 10
        if not 1e-290 < margin < 1e290:
            return None
        low = 0.0 if 0.0 <= low <= 3.0 * (high - low) else low - margin
        return cls(ticks(low, high + margin), start, end)

    def at(self, value: float) -> str:
        """Return where a value is, to five digits."""
        low, high = self.ticks[0], self.ticks[-1]
        return f"{self.start + (value - low) / (high - low) * (self.end - self.start):.5g}"


def ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers, the first at most low and the last at least high."""
    magnitude = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(n * magnitude for n in (1, 2, 5, 10) if (high - low) / (n * magnitude) <= 5)
    return [n * step for n in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _grid(x: _Axis, y: _Axis) -> str:
    grid = "".join(f"M{x.at(tick)} {BOTTOM}V{TOP}" for tick in x.ticks)
    grid += "".join(f"M{LEFT} {y.at(tick)}H{RIGHT}" for tick in y.ticks)
    texts = [(f'x="{x.at(tick)}" y="{BOTTOM + 18}"', f"{tick:.8g}") for tick in x.ticks]
    texts.append(('x="311" y="372"', "study hours (h)"))
    texts.append(('transform="translate(14 181) rotate(-90)"', "math score (points)"))
    marks = "".join(f'<text {at} text-anchor="middle">{text}</text>' for at, text in texts)
    for tick in y.ticks:
        at = f'x="{LEFT - 6}" y="{y.at(tick)}" dy="4" text-anchor="end"'
        marks += f"<text {at}>{tick:.8g}</text>"
    return f'<g><path d="{grid}" stroke-opacity="0.15" stroke="currentColor"/>{marks}</g>'


def _line(model: "Regressor", x: _Axis, y: _Axis) -> str:
    low, high = max(x.ticks[0], 0.0), x.ticks[-1]
    path, pen = "", "M"
    for step in range(LINE_STEPS + 1):
        hours = low + (high - low) * step / LINE_STEPS
        score = _prediction(model, hours)
        if score is None or not y.ticks[0] <= score <= y.ticks[-1]:
            pen = "M"  # begin anew after a gap
        else:
            path += f"{pen}{x.at(hours)} {y.at(score)}"
            pen = "L"
    return path


def _escaped(text: object) -> str:
    return escape(printable(str(text)))
