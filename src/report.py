"""Pictures of a result: HTML and SVG.

Nothing is loaded from elsewhere, nothing moves, and whatever came from a file is escaped.
"""

import math
from collections.abc import Collection, Sequence
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from src.errors import DataError, printable
from src.evaluator import Metrics, figure
from src.model import MeanScoreBaseline, Regressor

if TYPE_CHECKING:
    from src.pipeline import TrainingResult

NUMBERS: Final = ("math_score", "study_hours", "score_per_hour")
SHOWN_ROWS = 10
MOST_POINTS = 1000
LINE_STEPS = 40

# The drawing's units: those of the viewBox, pixels where there is room for all of it.
WIDTH, HEIGHT = 560, 380
LEFT, RIGHT, TOP, BOTTOM = 76, 14, 34, 52

# Both stand out on white and on black.
MODEL_STROKE = 'stroke="#e8590c" stroke-width="2.5"'
BASELINE_STROKE = 'stroke="#1c7ed6" stroke-width="2.5" stroke-dasharray="7 5"'

STYLE = """
.report { max-width: 48rem; font: 15px/1.5 system-ui, sans-serif; }
.report table { border-collapse: collapse; margin: 0.8rem 0; font-size: 13px; }
.report table th, .report table td { padding: 0.2rem 0.8rem 0.2rem 0; text-align: left; }
.report table th { border-bottom: 1px solid; font-weight: 600; }
.report p, .report td:first-child { overflow-wrap: anywhere; }
.report table .number { text-align: right; font-variant-numeric: tabular-nums; }
.report .wide { overflow-x: auto; }
.report svg { display: block; width: 100%; max-width: 560px; height: auto; }
.report svg text { fill: currentColor; font: 13px system-ui, sans-serif; }
"""

PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 48rem; font-family: system-ui, sans-serif; }
"""


def page(result: "TrainingResult") -> str:
    """Return the report as one self-contained page."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Training report</title>
<style>{PAGE_STYLE}</style>
</head>
<body>
<h1>Training report</h1>
{fragment(result)}</body>
</html>
"""


def fragment(result: "TrainingResult") -> str:
    """Return the report as HTML to be shown within a page or a notebook."""
    metrics = result.metrics
    formula = f"<br>{_escaped(result.model.formula)}" if result.model.formula else ""
    rejected, *lines = result.rejection_lines(SHOWN_ROWS) or ["no row was rejected"]
    students = [
        [student["name"], *(figure(student[column]) for column in NUMBERS)]
        for student in result.students[:SHOWN_ROWS]
    ]
    if len(result.students) > SHOWN_ROWS:
        students.append([f"... and {len(result.students) - SHOWN_ROWS} more", "", "", ""])
    return f"""<div class="report">
<style>{STYLE}</style>
<p><strong>{metrics.verdict}</strong></p>
<p>{_escaped(repr(result.model))}{formula}</p>
{scatter_plot(result)}
{_table(["", "model", "baseline"], _metrics_beside_the_baseline(metrics))}
{_table([rejected], [[line] for line in lines])}
{_table(["name", *NUMBERS], students)}
</div>
"""


def _metrics_beside_the_baseline(metrics: Metrics) -> list[list[str]]:
    rows = [[name, figure(value), ""] for name, value in metrics._asdict().items()]
    (*train, left_out, baseline, skill) = rows
    return [[*left_out[:2], baseline[1]], skill, *train]


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table whose first column is text and whose others are numbers."""
    lines = []
    for tag, cells in [("th", header), *(("td", row) for row in rows)]:
        first, *others = (_escaped(str(cell)) for cell in cells)
        numbers = "".join(f'<{tag} class="number">{number}</{tag}>' for number in others)
        lines.append(f"<tr><{tag}>{first}</{tag}>{numbers}</tr>")
    return '<div class="wide"><table>\n' + "\n".join(lines) + "\n</table></div>"


def scatter_plot(result: "TrainingResult") -> str:
    """Return an SVG of study_hours against math_score, with the model's line and the baseline's.

    Of more than a thousand students it shows every n-th, and says so.
    """
    every = -(-len(result.students) // MOST_POINTS)
    sample = result.students[::every]
    baseline = MeanScoreBaseline().fit(result.students)
    x = _Axis.over(sample.study_hours, LEFT, WIDTH - RIGHT)
    y = _Axis.over(sample.math_score, HEIGHT - BOTTOM, TOP)
    if x is None or y is None:
        return "<p>No picture: the numbers lie too far apart to be drawn.</p>"
    shown = f"{len(sample)} of {len(result.students)} students" if every > 1 else "students"
    points = "".join(
        f'<circle cx="{x.at(hours)}" cy="{y.at(score)}" r="3.5"/>'
        for hours, score in zip(sample.study_hours, sample.math_score, strict=True)
    )
    return f"""<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="study hours and scores">
<clipPath id="plot"><rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" \
height="{HEIGHT - TOP - BOTTOM}"/></clipPath>
{_grid(x, y)}
<g fill="currentColor" fill-opacity="0.55">{points}</g>
{_line(result.model, x, y, MODEL_STROKE)}
{_line(baseline, x, y, BASELINE_STROKE)}
{_legend(shown, type(result.model).__name__)}
</svg>"""


class _Axis(NamedTuple):
    """Round numbers from one end to the other, and where they stand in the drawing."""

    ticks: list[float]
    start: int
    end: int

    @classmethod
    def over(cls, values: Collection[float], start: int, end: int) -> "_Axis | None":
        """Return an axis on which all the values fit; None where no float can span them."""
        low, high = min(values), max(values)
        all_equal = high - low <= 1e-9 * max(abs(low), abs(high))
        margin = (abs(high) or 10.0) / 10 if all_equal else (high - low) / 10
        if not 1e-290 < margin < 1e290:
            return None
        near_zero = 0.0 <= low <= 3.0 * (high - low)
        return cls(ticks(0.0 if near_zero else low - margin, high + margin), start, end)

    def at(self, value: float) -> str:
        """Return where a value stands, to five digits."""
        low, high = self.ticks[0], self.ticks[-1]
        return f"{self.start + (value - low) / (high - low) * (self.end - self.start):.5g}"


def ticks(low: float, high: float) -> list[float]:
    """Return some five round numbers, the first at most low and the last at least high.

    >>> ticks(3.0, 12.0)
    [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
    """
    magnitude = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(n * magnitude for n in (1, 2, 5, 10) if (high - low) / (n * magnitude) <= 5)
    return [n * step for n in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _grid(x: _Axis, y: _Axis) -> str:
    lines = [
        f'<path d="M{x.at(tick)} {y.start}V{y.end}"/><text x="{x.at(tick)}" y="{y.start + 18}"'
        f' text-anchor="middle">{tick:.8g}</text>'
        for tick in x.ticks
    ]
    lines += [
        f'<path d="M{x.start} {y.at(tick)}H{x.end}"/><text x="{x.start - 6}" y="{y.at(tick)}"'
        f' dy="4" text-anchor="end">{tick:.8g}</text>'
        for tick in y.ticks
    ]
    middle_x, middle_y = (x.start + x.end) / 2, (y.start + y.end) / 2
    titles = (
        f'<text x="{middle_x}" y="{HEIGHT - 8}" text-anchor="middle">study hours (h)</text>'
        f'<text transform="translate(14 {middle_y}) rotate(-90)" text-anchor="middle">math score'
        " (points)</text>"
    )
    return f'<g stroke-opacity="0.15" stroke="currentColor">{"".join(lines)}</g>{titles}'


def _line(model: Regressor, x: _Axis, y: _Axis, style: str) -> str:
    """Return what a model predicts for the hours of the axis, as far as it falls on the plot."""
    low, high = max(x.ticks[0], 0.0), x.ticks[-1]
    points = []
    for step in range(LINE_STEPS + 1):
        hours = low + (high - low) * step / LINE_STEPS
        with suppress(DataError, ArithmeticError, ValueError):  # a model without an answer here
            at = y.at(model.predict(hours))
            if math.isfinite(float(at)):
                points.append(f"{x.at(hours)} {at}")
    path = "L".join(points)
    return f'<path d="M{path}" fill="none" clip-path="url(#plot)" {style}/>' if points else ""


def _legend(students: str, model: str) -> str:
    return f"""<g>
<circle cx="{LEFT + 5}" cy="14" r="3.5" fill="currentColor" fill-opacity="0.55"/>
<text x="{LEFT + 15}" y="18">{students}</text>
<path d="M{LEFT + 200} 14h24" {MODEL_STROKE}/>
<text x="{LEFT + 230}" y="18">{model}</text>
<path d="M{LEFT + 340} 14h24" {BASELINE_STROKE}/>
<text x="{LEFT + 370}" y="18">mean score</text>
</g>"""


def _escaped(text: str) -> str:
    return escape(printable(text))
