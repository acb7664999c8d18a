"""The room `evidence`: the search for the smallest change that turns a verdict."""

import math

import numpy as np
import pytest

from iclnb.evidence import bound
from iclnb.evidence.resolving import Notices, smallest


@pytest.mark.parametrize("edge", [3.3e-15, 7.7e-9, 0.0431, 1.234, 86.5, 6.1e8, 9.5e8, 1e9])
def test_an_edge_is_found_to_three_digits(edge):
    found = smallest(lambda e: e >= edge)
    assert found == pytest.approx(edge, rel=2e-4)
    assert found >= edge


def test_what_turns_at_no_size_or_beyond_the_largest_is_none():
    assert smallest(lambda e: False) is None
    assert smallest(lambda e: e > 1.3e9) is None


def test_what_turns_at_once_is_nought():
    assert smallest(lambda e: True) == 0.0
    assert smallest(lambda e: e > 0) == 0.0  # and the search ends
    assert bound([0.0, 0.0], 0.0).notices.value == 0.0


@pytest.mark.parametrize("start", np.geomspace(0.011, 0.019, 7))
def test_a_window_of_a_quarter_of_its_size_is_not_stepped_over(start):
    """The grid is as fine as that: a verdict that turns, and turns back a quarter further on."""
    found = smallest(lambda e: start <= e <= 1.2501 * start)
    assert found == pytest.approx(start, rel=2e-4)


def test_the_larger_of_both_sides_is_said():
    either = Notices("factor", 0.0312, 0.0189)
    assert either.value == 0.031
    assert (either.size, either.unit) == (1.0, "")  # a change of a number has neither
    assert math.isclose(float(either.record()["value"]), 0.031)
