"""The exact twins: proved as stated, refuted when off by little."""

import pytest

from iclnb.features.low_dimensional_gpt2 import exact

NEAR_MISSES = [
    pytest.param(exact.count, {"biases": 12}, marks=pytest.mark.claim("gpt2-count")),
    pytest.param(
        exact.published_count, {"words": 50_256}, marks=pytest.mark.claim("gpt2-published-count")
    ),
    pytest.param(exact.plateau, {"shift": 1}, marks=pytest.mark.claim("gpt2-no-context")),
]


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_proved_as_stated_and_refuted_next_door(twin, wrong):
    assert twin().holds
    assert not twin(**wrong).holds


@pytest.mark.parametrize("degree", [2, 3, 6])
def test_the_plateau_at_other_degrees(degree):
    assert exact.plateau(degree=degree).holds
