"""A learner's change of a model, a rule or a metric makes few tests fail."""

import os
import re
import subprocess
import sys
from typing import Any

from tests.helpers import FolderTestCase, needs_processes, needs_time


@needs_time
@needs_processes
class Changes(FolderTestCase):
    def assert_few_fail(self, most: int, file: str, changes: dict[str, str]) -> None:
        """Change a copy of the project, and run the suite there."""
        self.copy_project()
        path = self.folder / "src" / file
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            self.assertEqual(text.count(old), 1, f"{file} should have once: {old}")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        # The copy of this test is skipped there.
        environment = {**os.environ, "STUDENT_PIPELINE_THOROUGH": ""}
        options: Any = {"cwd": self.folder, "env": environment, "stdin": subprocess.DEVNULL}
        command = [sys.executable, "-m", "unittest"]
        done = subprocess.run(
            command, **options, capture_output=True, encoding="utf-8", check=False
        )
        self.assertRegex(done.stderr, r"\nRan [1-9]\d* tests? in ")
        failed = {*re.findall(r"^(?:FAIL|ERROR): (\S+ \(\S+\))", done.stderr, re.MULTILINE)}
        self.assertLessEqual(len(failed), most, "\n".join(sorted(failed)))

    def test_the_ratio_of_sums_in_the_models_fit(self) -> None:
        ratio = "mean(table.math_score) / mean(table.study_hours)"
        self.assert_few_fail(12, "model.py", {"mean(table.score_per_hour)": ratio})

    def test_a_cap_in_the_models_predict(self) -> None:
        score = 'self.learned["average_score_per_hour"] * hours'
        self.assert_few_fail(8, "model.py", {score: f"min({score}, 100.0)"})

    def test_a_new_reason_for_a_rejection(self) -> None:
        rule = "        if hours <= 0.0:\n"
        new = "        if hours > 168.0:\n"
        new += '            return Rejection(line, "study_hours", hours, "more than a week")\n'
        self.assert_few_fail(2, "preprocessor.py", {rule: new + rule})

    def test_a_new_metric(self) -> None:
        field, value = "    train_r2_score: float | None", "            train_r2_score="
        new = {field: f"    train_largest_score: float | None\n{field}"}
        new[value] = f"            train_largest_score=max(scores),\n{value}"
        self.assert_few_fail(4, "evaluator.py", new)
