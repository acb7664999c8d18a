"""The exact twin: proved as stated, refuted when off by little."""

import pytest

from iclnb.features.information_exponent import exact
from iclnb.features.one_gradient_step import relu_coefficients


@pytest.mark.claim("ie-blind-degrees")
def test_blind_from_three_on_and_not_from_one():
    assert exact.blind().holds
    assert not exact.blind(first=1).holds
    assert not exact.blind(offset=2).holds


def test_its_pieces_are_those_of_the_library():
    assert [exact.hermite(i) for i in (0, 1, 4)] == [[1], [0, 1], [3, 0, -6, 0, 1]]
    by_moments = sum(c * exact.half_moment(k + 1) for k, c in enumerate(exact.hermite(1)) if c)
    assert float(by_moments) == pytest.approx(relu_coefficients(0.0, 1)[1], abs=1e-15)
    with pytest.raises(ValueError, match="power must be even"):
        exact.half_moment(3)
