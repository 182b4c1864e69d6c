"""Every example in a docstring prints what it shows."""

import doctest
import importlib
import unittest

from tests.support import ROOT

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "src").rglob("*.py")
    if path.name != "__init__.py"
)


class DocstringExamples(unittest.TestCase):
    def test_every_example_prints_what_it_shows(self) -> None:
        attempted = 0
        for name in MODULES:
            with self.subTest(module=name):
                results = doctest.testmod(importlib.import_module(name))
                self.assertEqual(results.failed, 0)
                attempted += results.attempted
        self.assertGreater(attempted, 0)
