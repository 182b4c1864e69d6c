"""Print which exercises are solved, and the next one: `python -m tests.exercises`."""

import unittest
from collections.abc import Sequence

from tests.exercises import EXERCISES, tests_of


def is_solved(number: int) -> bool:
    """Return whether all tests of this exercise pass."""
    result = unittest.TestResult()
    tests_of(number).run(result)
    return result.wasSuccessful()


def report(solved: Sequence[bool]) -> str:
    """Return one line for each exercise, their count, and what to do next."""
    lines = [
        f"{'solved' if done else 'to do':6}  exercise {number}: {task}"
        for number, (task, done) in enumerate(zip(EXERCISES.values(), solved, strict=True), 1)
    ]
    lines += ["", f"{sum(solved)} of {len(solved)} solved"]
    if not all(solved):
        number = solved.index(False) + 1
        lines.append(f"next: complete tests/exercises/exercise_{number}.py, then run")
        lines.append(f"  python -m unittest tests.exercises.exercise_{number}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report([is_solved(number) for number in range(1, len(EXERCISES) + 1)]))
