"""The report: everything escaped, nothing loaded, the same bytes, whatever the result."""

import math
import re
import unittest
from typing import Any
from xml.etree import ElementTree

from src import TrainingPipeline, TrainingResult
from src.showing.report import fragment, page, scatter_plot, ticks
from tests.test_pipeline import TopScore

NAMESPACE = "{http://www.w3.org/2000/svg}"


def result(*students: tuple[str, Any, Any], model: Any = None) -> TrainingResult:
    rows = [{"name": n, "math_score": s, "study_hours": h} for n, s, h in students]
    return TrainingPipeline(rows or None, model=model, artifacts_dir=None).run()


def drawing(plot: str) -> ElementTree.Element:
    """Parse the SVG, which must be well-formed, and every coordinate of it a number."""
    root = ElementTree.fromstring(plot.replace("<svg ", f'<svg xmlns="{NAMESPACE[1:-1]}" ', 1))
    for element in root.iter():
        for name in ("cx", "cy", "x", "y", "d"):
            for part in re.split(r"[MLHVh\s]+", element.get(name, "0")):
                assert part == "" or math.isfinite(float(part)), (name, element.get(name))
    return root


class Page(unittest.TestCase):
    def test_it_shows_the_verdict_the_metrics_beside_the_baseline_rejections_and_students(
        self,
    ) -> None:
        text = page(result())
        for part in (
            "The model is worse than guessing the mean score.",
            "average_score_per_hour=12.0",
            "<tr><td>leave_one_out_mean_absolute_error</td><td>56.5</td></tr>",
            "<tr><td>baseline_leave_one_out_mean_absolute_error</td><td>18.3333</td></tr>",
            "students.csv",
            "math_score = 12 * study_hours",
            "rejected 1 of 4 rows:",
            "line 5: math_score is missing",
            "<tr><td>Bob</td><td>60</td><td>3</td><td>20</td><td>36</td><td>24</td></tr>",
        ):
            self.assertIn(part, text)

    def test_the_notebook_shows_the_same(self) -> None:
        self.assertEqual(result()._repr_html_(), fragment(result()))
        self.assertIn(fragment(result()), page(result()))

    def test_the_same_result_gives_the_same_bytes(self) -> None:
        self.assertEqual(page(result()), page(result()))

    def test_nothing_runs_and_nothing_is_loaded_from_elsewhere(self) -> None:
        for hostile in ("<script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>", "\"&'>"):
            text = page(result((hostile, 1, 1), ("B", hostile, 1), (hostile, 2, 2)))
            self.assertNotIn(hostile, text)
            for tag in ("<script", "<img", "<link", "<iframe", "http", "url(h", "@import"):
                self.assertNotIn(tag, text.replace("&lt;", ""))

    def test_control_characters_are_escaped(self) -> None:
        text = page(result(("\x1b[31m\u202eA", 1, 1)))
        self.assertIn(r"\x1b[31m\u202eA", text)
        self.assertTrue(text.replace("\n", "").isprintable())

    def test_of_many_rows_the_first_ten_are_shown_and_the_rest_counted(self) -> None:
        many = result(*[("A", i, 1) for i in range(25)], *[("B", None, 1)] * 25)
        self.assertIn("<p>... and 15 more</p>", page(many))
        self.assertEqual(page(many).count("math_score is missing"), 10)
        self.assertIn("no row was rejected", page(result(("A", 1, 1))))

    def test_a_learners_own_model_is_shown_too(self) -> None:
        text = page(result(model=TopScore()))
        self.assertIn("TopScore(top_score=90.0)", text)
        self.assertIn(">TopScore</text>", text)


class Plot(unittest.TestCase):
    def test_each_student_is_a_point_and_each_model_a_line(self) -> None:
        root = drawing(scatter_plot(result()))
        self.assertEqual(len(root.findall(f"{NAMESPACE}g[@fill]/{NAMESPACE}circle")), 3)
        residuals, *lines = root.findall(f"{NAMESPACE}path")
        self.assertEqual(residuals.get("d", "").count("M"), 3)
        self.assertEqual([line.get("stroke") for line in lines], ["#e8590c", "#1c7ed6"])
        self.assertIn("study hours (h)", [text.text for text in root.iter(f"{NAMESPACE}text")])

    def test_points_and_baseline_stand_where_the_axes_say(self) -> None:
        root = drawing(scatter_plot(result(("A", 0, 0.5), ("B", 100, 9.5))))
        first, last = root.findall(f"{NAMESPACE}g[@fill]/{NAMESPACE}circle")
        grid = {text.text: text for text in root.findall(f"{NAMESPACE}g/{NAMESPACE}text")}
        self.assertEqual(last.get("cy"), grid["100"].get("y"))
        self.assertLess(float(first.get("cx", "")), float(last.get("cx", "")))
        self.assertGreater(float(first.get("cy", "")), float(last.get("cy", "")))

    def test_the_lines_are_what_the_models_predict(self) -> None:
        root = drawing(scatter_plot(result(("A", 50, 5), ("B", 100, 10))))
        (_, last) = root.findall(f"{NAMESPACE}g[@fill]/{NAMESPACE}circle")
        _, model, baseline = (path.get("d", "") for path in root.findall(f"{NAMESPACE}path"))
        points = [tuple(map(float, p.split())) for p in model[1:].split("L")]
        (x0, y0), (x1, y1) = points[0], points[-1]
        slope = (y1 - y0) / (x1 - x0)
        on_line = y0 + slope * (float(last.get("cx", "")) - x0)
        self.assertAlmostEqual(on_line, float(last.get("cy", "")), delta=0.1)
        heights = {point.split()[1] for point in baseline[1:].split("L")}
        self.assertEqual(len(heights), 1)
        first, last = root.findall(f"{NAMESPACE}g[@fill]/{NAMESPACE}circle")
        middle = (float(first.get("cy", "")) + float(last.get("cy", ""))) / 2
        self.assertAlmostEqual(float(heights.pop()), middle, delta=0.1)

    def test_the_formula_is_shown_with_the_numbers_that_were_learned(self) -> None:
        class Named(TopScore):
            formula = "math_score = top_score; no top_scores"

        self.assertIn("math_score = 90; no top_scores", page(result(model=Named())))

    def test_a_model_without_a_formula_is_shown_by_its_numbers(self) -> None:
        class Plain(TopScore):
            formula = None  # type: ignore[assignment]

        self.assertIn(
            "<p>Plain(top_score=100.0)</p>",
            page(result(("A", 50, 5), ("B", 100, 10), model=Plain())),
        )

    def test_a_model_without_a_prediction_for_some_hours_is_drawn_for_the_others(self) -> None:
        class Logarithm(TopScore):
            def predict(self, study_hours: float) -> float:
                return 10.0 * math.log(study_hours - 2.0)

        class Silent(TopScore):
            def predict(self, study_hours: float) -> float:
                return math.nan if study_hours < 5.0 else math.inf

        for model, drawn in ((Logarithm(), True), (Silent(), False)):
            root = drawing(scatter_plot(result(("A", 50, 5), ("B", 100, 10), model=model)))
            _, line, _ = root.findall(f"{NAMESPACE}path")
            self.assertEqual(bool(line.get("d")), drawn)

    def test_it_is_readable_in_the_dark_and_stays_within_its_axes(self) -> None:
        self.assertIn("color-scheme: light dark", page(result()))
        for students in ([], [("A", 50, 5), ("B", 1, 100)], [("A", 1, 9), ("B", 99, 10)]):
            root = drawing(scatter_plot(result(*students)))
            for circle in root.findall(f"{NAMESPACE}g[@fill]/{NAMESPACE}circle"):
                self.assert_within(float(circle.get("cx", "")), float(circle.get("cy", "")))
            for path in root.findall(f"{NAMESPACE}path")[1:]:
                for point in re.split("[ML]", path.get("d", ""))[1:]:
                    self.assert_within(*map(float, point.split()))
            for residual in root.findall(f"{NAMESPACE}path")[0].get("d", "").split("M")[1:]:
                x, y, prediction = map(float, re.split("[ V]", residual))
                self.assert_within(x, y)
                self.assert_within(x, prediction)

    def assert_within(self, x: float, y: float) -> None:
        self.assertTrue(76 <= x <= 546 and 34 <= y <= 328, (x, y))

    def test_a_line_that_leaves_the_plot_begins_anew_where_it_comes_back(self) -> None:
        class Spike(TopScore):
            def predict(self, study_hours: float) -> float:
                return 1e6 if 6 < study_hours < 7 else 50.0

        root = drawing(scatter_plot(result(("A", 50, 5), ("B", 100, 10), model=Spike())))
        _, line, _ = root.findall(f"{NAMESPACE}path")
        self.assertEqual(line.get("d", "").count("M"), 2)

    def test_the_axes_are_round_begin_at_zero_if_it_is_near_and_cover_the_predictions(self) -> None:
        # Predicted scores go up to 144, scores to 90; hours from 3 to 12 are near 0.
        texts = [t.text for t in drawing(scatter_plot(result())).iter(f"{NAMESPACE}text")]
        self.assertEqual(texts[:4], ["0", "5", "10", "15"])
        self.assertEqual(texts[6:11], ["0", "50", "100", "150", "200"])
        texts = [
            t.text
            for t in drawing(scatter_plot(result(("A", 50, 101), ("B", 50, 105)))).iter(
                f"{NAMESPACE}text"
            )
        ]
        self.assertEqual(texts[0], "100")
        near = scatter_plot(result(("A", 50, 10), ("B", 50, 20)))
        self.assertEqual(next(t.text for t in drawing(near).iter(f"{NAMESPACE}text")), "0")

    def test_of_more_than_sixty_students_no_residuals_are_drawn(self) -> None:
        for n, drawn in ((60, 60), (61, 0)):
            plot = scatter_plot(result(*[("A", i, 1 + i) for i in range(n)]))
            residuals = drawing(plot).findall(f"{NAMESPACE}path")[0].get("d", "")
            self.assertEqual(residuals.count("M"), drawn)

    def test_students_left_out_in_groups_are_mentioned(self) -> None:
        many = result(*[("A", i % 97, 1 + i % 31) for i in range(201)], model=TopScore())
        self.assertIn("students were left out in 20 groups", page(many))

    def test_what_a_model_says_of_itself_is_escaped(self) -> None:
        class Hostile(TopScore):
            formula = "<script>"

            def __repr__(self) -> str:
                return "<img src=x>"

        Hostile.__name__ = "<b>"
        text = page(result(model=Hostile()))
        for part in ("<script>", "<img", "<b>"):
            self.assertNotIn(part, text)
        for part in ("&lt;script&gt;", "&lt;img src=x&gt;", "&lt;b&gt;</text>"):
            self.assertIn(part, text)

    def test_of_many_students_a_fixed_sample_is_drawn_and_that_is_said(self) -> None:
        many = result(*[("A", i % 97, 1 + i % 31) for i in range(5001)])
        plot = scatter_plot(many)
        self.assertEqual(plot, scatter_plot(many))
        self.assertIn(">834 of 5001 students</text>", plot)
        self.assertEqual(len(drawing(plot).findall(f"{NAMESPACE}g[@fill]/{NAMESPACE}circle")), 834)
        self.assertLess(len(page(many)), 100_000)

    def test_whatever_the_numbers_the_plot_can_be_drawn(self) -> None:
        for students in (
            [("A", 85, 10)],
            [("A", 0, 10)],
            [("A", 50, 1), ("B", 50, 2)],
            [("A", 0.1 + 0.2, 1), ("B", 0.3, 1)],
            [("A", -5, 1), ("B", 5, 2)],
            [("A", 1e200, 1), ("B", -1e200, 1e-50)],
            [("A", 50 + 1e-7, 1), ("B", 50 + 9e-7, 1)],
        ):
            with self.subTest(students):
                drawing(scatter_plot(result(*students)))

    def test_numbers_too_far_apart_or_too_small_are_not_drawn_and_that_is_said(self) -> None:
        for students in ([("A", 1e308, 1), ("B", -1e308, 1)], [("A", 5e-324, 1)]):
            self.assertIn("No plot: ", scatter_plot(result(*students)))

    def test_ticks_are_round_few_and_cover_the_range(self) -> None:
        for low, high, expected in (
            (3.0, 12.0, [2, 4, 6, 8, 10, 12]),
            (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
            (-7.0, 93.0, [-20, 0, 20, 40, 60, 80, 100]),
            (55.0, 56.0, [55.0, 55.2, 55.4, 55.6, 55.8, 56.0]),
        ):
            for tick, value in zip(ticks(low, high), expected, strict=True):
                self.assertAlmostEqual(tick, value)
