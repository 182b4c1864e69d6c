"""Every example in a docstring runs, and their number is known."""

import doctest
import importlib
import unittest

from tests.support import ROOT

MODULES = sorted(f"src.{path.stem}" for path in (ROOT / "src").glob("[!_]*.py"))
EXAMPLES = 32


class DocstringExamples(unittest.TestCase):
    def test_every_example_prints_what_it_says(self) -> None:
        attempted = 0
        for name in MODULES:
            with self.subTest(module=name):
                results = doctest.testmod(importlib.import_module(name))
                self.assertEqual(results.failed, 0)
                attempted += results.attempted
        self.assertEqual(attempted, EXAMPLES, "update EXAMPLES when one comes or goes")
