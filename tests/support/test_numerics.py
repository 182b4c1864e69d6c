"""Sums and means are exact, also at the edges of what a float can hold."""

import itertools
import unittest
from math import inf, nan
from typing import Any

from src import DataError
from src.support.numerics import as_float, finite_sum, mean


class ExactSums(unittest.TestCase):
    def test_a_mean_is_exact_in_any_order_even_if_the_sum_overflows(self) -> None:
        for values, expected in (
            ([1e16, 1.0, -1e16], 1 / 3),
            ([0.1] * 10, 0.1),
            ([1e308] * 8, 1e308),
            ([1.5e308, 1.5e308, -1.5e308], 0.5e308),
            ([1e308, 1e308, 1e-300, -1e308], 0.25e308),
            ([5e-324], 5e-324),
        ):
            orders = itertools.permutations(values) if len(values) < 5 else [values]
            self.assertEqual({mean(order) for order in orders}, {expected})

    def test_a_sum_is_rounded_once_and_neither_it_nor_a_mean_is_infinite(self) -> None:
        self.assertEqual(finite_sum([1e16, 1.0, -1e16, 1e-9]), 1.0 + 1e-9)
        infinite = [inf], [nan], [inf, -inf], [inf, 1.0], [inf, inf]
        for compute, wrong in ((mean, []), (finite_sum, [1e308, 1e308])):
            for values in (wrong, *infinite):
                with self.assertRaises(DataError):
                    compute(values)

    def test_any_real_number_is_a_float_and_anything_else_is_nan(self) -> None:
        values: list[Any] = [True, -(10**400), "5", b"5", None, [], 1j]
        expected = "[1.0, -inf, nan, nan, nan, nan, nan]"
        self.assertEqual(repr([as_float(value) for value in values]), expected)
