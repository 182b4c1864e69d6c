"""The report: what it shows, where the plot's points and lines are, and that text is escaped."""

import math
import re
import unittest
from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Any
from xml.etree import ElementTree

from src import DataError, Evaluator, MeanScoreBaseline, Metrics, Regressor, Rejection, StudentTable
from src.pipeline import TrainingResult
from src.showing.report import fragment, page
from tests.helpers import OWN, Lowest, student, variant

LEFT, RIGHT, TOP, BOTTOM = 52.0, 400.0, 28.0, 270.0  # the axes, if the labels are short


def trained(students: Sequence[Any] = OWN, model: Any = None, **parts: Any) -> TrainingResult:
    """Return what a run on these students returns, whatever the rules about rows are."""
    table, model = StudentTable(students), model or Lowest()
    metrics = parts.setdefault("evaluator", Evaluator()).evaluate(model.fit(table), table)
    parts = {"rejections": [], "notes": [], "seconds": {}, "source": ""} | parts
    return TrainingResult(**{"students": table, "model": model, "metrics": metrics} | parts)


class Report:
    """The parts of a report: it must be well-formed, and every coordinate a number."""

    def __init__(self, students: Sequence[Any] = OWN, model: Any = None, **parts: Any) -> None:
        root = ElementTree.fromstring(fragment(trained(students, model, **parts)))
        root.remove(root[0])  # the style
        self.text = " ".join(" ".join(root.itertext()).split())
        self.tables = [[*table] for table in root.iter("table")]
        self.metrics, self.most_wrong = (
            [[cell.text or "" for cell in row] for row in table] for table in self.tables
        )
        at = [
            (one.tag, one.text or "", *map(one.get, ("cx", "cy", "x", "y"))) for one in root.iter()
        ]
        self.points = [(float(x), float(y)) for tag, _, x, y, *_ in at if tag == "circle"]
        self.labels = [(text, float(x), float(y)) for tag, text, *_, x, y in at if tag == "text"]
        paths = [one.get("d", "").split("M")[1:] for one in root.iter("path")] or [[]] * 4
        self.thin = [tuple(map(float, re.split("[ V]", one))) for one in paths[1]]
        self.model, self.baseline = (  # the pieces of a line, as lists of points
            [[tuple(map(float, point.split())) for point in piece.split("L")] for piece in line]
            for line in paths[2:]
        )


def usual_if(is_usual: Callable[[float], bool], otherwise: Callable[[float], Any]) -> Regressor:
    """Return a model that predicts what Lowest predicts, but otherwise at unusual hours."""

    def predict(self: Lowest, hours: float) -> Any:
        return Lowest.predict(self, hours) if is_usual(hours) else otherwise(hours)

    return variant("Own", Lowest, predict=predict)()


class Shown(unittest.TestCase):
    def test_the_file_the_verdict_and_the_three_errors_come_first(self) -> None:
        start = (
            "Math scores predicted from study hours: {} The model is better than guessing the mean "
            "score. Mean absolute error, in score points 15 on students it was fitted on 18 on "
            "left-out students 29.67 baseline: the others' mean score "
        )
        self.assertTrue(Report(source="m.csv").text.startswith(start.format("m.csv")))
        self.assertTrue(Report().text.startswith(start.format("rows in memory")))
        self.assertIn("m.csv</title>", page(trained(source="m.csv")))

    def test_the_metrics_are_shown_by_their_meaning_and_new_ones_by_their_name(self) -> None:
        class WithLargest(Metrics):
            def to_dict(self) -> dict[str, float]:
                return super().to_dict() | {"largest_error": 39.0}

        class Largest(Evaluator):
            def evaluate(self, model: Regressor, students: Any) -> Metrics:
                return WithLargest(*super().evaluate(model, students))

        rows = dict(Report(evaluator=Largest()).metrics)
        # Squared errors 1, 25 and 1521; the scores' squared distances from 91 / 3 are 4082 / 3.
        for meaning, value in (
            ("root mean squared error on students it was fitted on", "22.71"),  # sqrt(1547 / 3)
            ("R² on students it was fitted on", "-0.1369"),  # 1 - 1547 * 3 / 4082
            ("skill on left-out students", "0.3933"),  # 1 - 18 * 3 / 89
            ("folds: groups of students", "3"),
            ("largest_error", "39"),
        ):
            self.assertEqual([rows[one] for one in rows if one.startswith(meaning)], [value])
        self.assertNotRegex(" ".join(rows), "mean_|train_|left_out_|skill_|baseline:")

    def test_the_formula_is_shown_with_the_numbers_that_were_learned(self) -> None:
        def fit(self: Lowest, students: object) -> Lowest:
            self.learned = {"e": -2, "lowest": 1e20, "hours": [1.0], "": 3}
            return self

        odd = variant("Odd", Lowest, fit=fit, formula="lowest * e ** lowests + 2lowest of hours")
        for model, shown in (
            (Lowest, "Model: math_score = 11 + study_hours Lowest(lowest=11.0)"),
            (odd, "Model: 1e+20 * -2 ** lowests + 2lowest of hours Odd(e=-2, lowest=1e+20,"),
            (variant("Plain", Lowest, formula=""), "Model: no formula Plain(lowest=11.0)"),
        ):
            self.assertIn(shown, Report(model=model()).text)

    def test_numbers_below_a_trillion_are_written_without_an_exponent(self) -> None:
        # Left out, the first is predicted as 2000000.5 + 2, the second as 1000037 + 1e-300.
        rows = Report([student(1000037.0, 2.0), student(2000000.5, 1e-300)]).most_wrong
        self.assertIn(["Ann", "2", "1000037", "2000002", "999966"], rows)
        self.assertIn(["Ann", "1e-300", "2000000", "1000037", "999964"], rows)
        self.assertEqual(
            Report([student(-1000037.0, 1e12)]).most_wrong[1][1:3], ["1e+12", "-1000037"]
        )

    def test_the_ten_students_about_whom_the_model_is_most_wrong_are_listed(self) -> None:
        expected = [  # left out, they are predicted as 11 + 10, 20 + 1 and 11 + 4
            ["name", "hours", "score", "predicted", "left-out error"],
            ["Cem", "10", "60", "21", "39"],
            ["Ada", "1", "11", "21", "10"],
            ["Ben", "4", "20", "15", "5"],
        ]
        self.assertEqual(Report().most_wrong, expected)
        nameless = [student(one["math_score"], one["study_hours"], "") for one in OWN]
        self.assertEqual(Report(nameless).most_wrong, [row[1:] for row in expected])
        many = [student(90.0 if n == 7 else 10.0, 1.0, f"S{n}") for n in range(20)]
        names = [row[0] for row in Report(many).most_wrong]
        self.assertEqual(names, ["name", *(f"S{n}" for n in (7, 0, 1, 2, 3, 4, 5, 6, 8, 9))])
        for table in Report().tables:
            kinds = [{(cell.tag, cell.get("scope")) for cell in row} for row in table]
            self.assertEqual(kinds, [{("th", "col")}] + [{("td", None)}] * (len(table) - 1))

    def test_what_is_undefined_is_said_to_be_and_comes_first(self) -> None:
        report = Report(OWN[2:])  # one student: nothing can be left out
        self.assertRegex(
            report.text, "There is no verdict: .* 10 on .* undefined on .* undefined b"
        )
        self.assertEqual([row[1] for row in report.metrics[2:5]], ["undefined"] * 3)
        self.assertEqual(report.most_wrong[0][-1], "training error")
        self.assertEqual(report.most_wrong[1:], [["Cem", "10", "60", "70", "10"]])

        def refuse(hours: float) -> float:
            raise DataError("not for me")

        for otherwise in (refuse, lambda hours: math.nan):
            report = Report(model=usual_if(lambda hours: hours != 4.0, otherwise))
            self.assertEqual(report.most_wrong[1], ["Ben", "4", "20", "undefined", "undefined"])
            self.assertEqual(report.most_wrong[2][0], "Cem")
            self.assertEqual((len(report.points), len(report.thin)), (3, 2))

    def test_rejected_rows_and_notes_are_listed(self) -> None:
        rejected = [Rejection(n, "math_score", None, "missing") for n in range(2, 14)]
        text = Report(rejections=rejected, notes=["no names", "skipped"]).text
        self.assertIn("Rejected rows rejected 12 of 15 rows: line 2: math_score is missing", text)
        self.assertIn(" line 11: math_score is missing ... and 2 more Notes no names skipped", text)
        self.assertTrue(Report().text.endswith("Rejected rows none Notes none"))

    def test_text_from_outside_is_escaped(self) -> None:
        hostile = "</p><script>alert(1)</script>\x1b[31m\u202e\"'&amp;"
        result = trained(
            [student(1.0, 1.0, hostile), student(2.0, 1.0, hostile)],
            model=variant(hostile, Lowest, formula=hostile, __repr__=lambda self: hostile)(),
            notes=[hostile],
            rejections=[Rejection(2, hostile, None, "missing")],
            source=hostile,
        )
        result = result._replace(metrics=result.metrics._replace(verdict=hostile))
        shown = "</p><script>alert(1)</script>\\x1b[31m\\u202e\"'&amp;"
        text = "".join(ElementTree.fromstring(fragment(result)).itertext())
        # The title, the verdict, the class, its formula and repr, two names, a row, and a note.
        self.assertEqual(text.count(shown), 9)
        self.assertNotIn("<script", page(result))
        self.assertTrue(page(result).replace("\n", "").isprintable())

    def test_the_page_needs_nothing_from_elsewhere_and_a_notebook_shows_the_same(self) -> None:
        text = page(trained())
        self.assertNotRegex(text, r"(?i)<script|<img|<link|<iframe|https?:|url\(|@import|\son\w+=")
        for part in ('<meta charset="utf-8">', "width=device-width", "color-scheme:light dark"):
            self.assertIn(part, text)
        self.assertIn(fragment(trained()), text)
        self.assertEqual(trained()._repr_html_(), fragment(trained()))


class Plot(unittest.TestCase):
    """By hand: hours 1 to 10 and 4 % of 9 on both sides, 0.64 to 10.36, are 9.72 h on 348 wide;

    scores 11 to 60 and 8 % of 49 on both sides, 7.08 to 63.92, are 56.84 points on 242 high.
    """

    def test_students_predictions_and_round_numbers_are_where_they_should_be(self) -> None:
        report = Report()
        # 0.36, 3.36 and 9.36 of 9.72 hours; 3.92, 12.92 and 52.92 of 56.84 points.
        self.assertEqual(report.points, [(64.9, 253.3), (172.3, 215.0), (387.1, 44.7)])
        # 12, 15 and 21 are 4.92, 7.92 and 13.92 of 56.84 points above the lowest.
        expected = [(64.9, 253.3, 249.1), (172.3, 215.0, 236.3), (387.1, 44.7, 210.7)]
        self.assertEqual(report.thin, expected)
        (model,), (baseline,) = report.model, report.baseline
        # At both ends 11.64 and 21.36, which is 4.56 and 14.28 of 56.84 points.
        self.assertEqual([model[0], model[-1]], [(52.0, 250.6), (400.0, 209.2)])
        for x, y in model:
            self.assertAlmostEqual(y, 250.6 - (x - 52) * 41.4 / 348, delta=0.11)
        # The mean score, 91 / 3, is 23.25 of 56.84 points above the lowest.
        self.assertEqual([baseline[0], baseline[-1]], [(52.0, 171.0), (400.0, 171.0)])
        self.assertEqual({y for _, y in baseline}, {171.0})
        self.assertIn("Solid line: Lowest . Dashed line: the mean score .", report.text)
        labels = {("math score (points)", 2.0, 8.0), ("study hours (h)", 400.0, 308.0)}
        # 2 hours are 1.36 of 9.72, 20 points are 12.92 of 56.84.
        for number, x in (("2", 100.7), ("4", 172.3), ("6", 243.9), ("8", 315.5), ("10", 387.1)):
            labels.add((number, x, BOTTOM + 14))
        for number, y in (("20", 215.0), ("40", 129.8), ("60", 44.7)):
            labels.add((number, LEFT - 6, y))
        self.assertEqual(set(report.labels), labels)

    def test_thin_lines_are_for_at_most_60_students_and_at_most_1000_are_drawn(self) -> None:
        for n, points, lines in ((60, 60, 60), (61, 61, 0), (1001, 501, 0), (3000, 1000, 0)):
            report = Report([student(90.0 if i % 2 else 10.0, 1.0 + i % 81) for i in range(n)])
            self.assertEqual((len(report.points), len(report.thin)), (points, lines))
            self.assertIn(f" {points} of {n} students. ", report.text)
            self.assertEqual("Thin lines: the errors." in report.text, bool(lines))
            # The dashed line is the mean of all, also of those that are not drawn: about 50.
            self.assertAlmostEqual(report.baseline[0][0][1], (TOP + BOTTOM) / 2, delta=10)

    def test_the_axes_fit_the_data_and_do_not_cross_zero(self) -> None:
        for low, high in ((3.0, 12.0), (0.1, 20.0), (100.0, 101.0), (1e-5, 2e-5)):
            (first, lowest), (last, _) = Report([student(0.0, low), student(9.0, high)]).points
            self.assertTrue(LEFT < first < LEFT + 15 and RIGHT - 15 < last < RIGHT, (low, high))
            self.assertEqual(lowest, BOTTOM)

    def test_labels_differ_and_do_not_run_into_each_other_or_out_of_the_drawing(self) -> None:
        for score, step in ((5e6, 5e6), (-1000000.5, -9e4), (1000000.0, 0.1), (1.5e-300, 1e-300)):
            rows = [student(score + n * step, 100000.0 + n) for n in range(9)]
            labels = Report(rows, MeanScoreBaseline()).labels
            self.assertEqual(len({text for text, *_ in labels}), len(labels))
            below = sorted((x, 8 * len(text)) for text, x, y in labels if y == BOTTOM + 14)
            for (x, width), (next_x, next_width) in pairwise([(0.0, 0), *below, (440.0, 0)]):
                self.assertGreater(next_x - x, (width + next_width) / 2)
            for text, x, y in labels:
                if y not in (8.0, 308.0, BOTTOM + 14):  # at the left, below the title
                    self.assertTrue(8 * len(text) < x and y > 8 + 13, text)

    def test_whatever_the_numbers_everything_is_drawn_within_the_axes_or_nothing(self) -> None:
        for numbers in (
            [(85.0, 10.0)],
            [(0.0, 10.0)],
            [(0.1 + 0.2, 1.0), (0.3, 1.0)],
            [(-5.0, 1.0), (5.0, 2.0)],
            [(1e-300, 3.0), (2e-300, 5.0)],
            [(1e200, 1.0), (-1e200, 1e-50)],
            [(50 + 1e-7, 1.0), (50 + 9e-7, 1.0 + 1e-9)],
        ):
            for model in (Lowest(), MeanScoreBaseline()):
                report = Report([student(*pair) for pair in numbers], model)
                self.assertEqual(len(report.points), len(numbers))
                ends = [(x, predicted) for x, _, predicted in report.thin]
                for x, y in chain(*report.model, *report.baseline, report.points, ends):
                    self.assertTrue(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM, (numbers, x, y))
        for numbers in ([(1e308, 1.0), (-1e308, 1.0)], [(5e-324, 1.0)]):
            report = Report([student(*pair) for pair in numbers], MeanScoreBaseline())
            self.assertIn("No plot: ", report.text)

    def test_where_a_model_of_ones_own_has_no_prediction_on_the_plot_its_line_has_a_gap(
        self,
    ) -> None:
        # From 5 hours on, where only one student is. That is 4.36 of 9.72, or 156 of 348 wide.
        for otherwise in (
            lambda hours: [][7],
            lambda hours: math.log(-hours),
            lambda hours: 10**400,
            lambda hours: (-hours) ** 0.5,
            lambda hours: None,
            lambda hours: math.nan,
            lambda hours: 1e6 if hours < 8 else 20.0,
        ):
            model = usual_if(lambda hours: hours < 5 or hours == 10.0, otherwise)
            report = Report(model=model)
            self.assertEqual(report.thin, Report().thin)
            first, *more = report.model
            self.assertAlmostEqual(first[-1][0], LEFT + 156, delta=3)
        # 8 hours are 7.36 of 9.72, and 20 points 12.92 of 56.84.
        self.assertAlmostEqual(more[0][0][0], LEFT + 263.5, delta=3)
        self.assertEqual({y for _, y in more[0]}, {215.0})
