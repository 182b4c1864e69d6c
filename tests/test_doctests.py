"""Every example in a docstring prints what it shows."""

import doctest
import importlib
import unittest

from tests.helpers import ROOT


class DocstringExamples(unittest.TestCase):
    def test_every_example_prints_what_it_shows(self) -> None:
        for path in sorted((ROOT / "src").rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            with self.subTest(module=name):
                module = importlib.import_module(name.removesuffix(".__init__"))
                self.assertEqual(doctest.testmod(module).failed, 0)
