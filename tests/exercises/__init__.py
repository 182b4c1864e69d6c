"""Six exercises. README.md in this folder explains them; `python -m tests.exercises` lists them."""

import importlib
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from src import UsageError

# The class or function that exercise_1.py, exercise_2.py, ... ask for, and what it must do.
EXERCISES = {
    "CappedModel": "cap the predictions at 0 and 100",
    "FirstOfEachName": "refuse a name that came before",
    "three_worst": "find the three worst predictions",
    "MedianModel": "learn the median",
    "LargestErrorEvaluator": "compute the largest error",
    "NearestStudent": "predict the score of the nearest student",
}


def tests_of(number: int) -> unittest.TestSuite:
    """Return the tests of an exercise, or one that fails if its file cannot be imported."""
    folder = Path(__file__).resolve().parent
    root = str(folder.parent.parent)
    return unittest.TestLoader().discover(str(folder), f"exercise_{number}.py", root)


def check(solution: Any) -> None:
    """Run the tests of an exercise on your class or function, wherever you have written it."""
    name = getattr(solution, "__name__", repr(solution))
    if name not in EXERCISES:
        raise UsageError(f"{name} is not one of {', '.join(EXERCISES)}")
    number = [*EXERCISES].index(name) + 1
    exercise = importlib.import_module(f"tests.exercises.exercise_{number}")
    with mock.patch.object(exercise, name, solution):
        unittest.TextTestRunner(sys.stdout).run(tests_of(number))
