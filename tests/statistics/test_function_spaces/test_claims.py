"""The claims of the chapter by other routes than its certificates."""

import math

import numpy as np
import pytest
from scipy.interpolate import BSpline

from iclnb.statistics import function_spaces as fs
from iclnb.statistics.function_spaces import cosine_products


@pytest.mark.claim("kns-refinement-printed")
def test_refinement_by_scipy():
    for m in (1, 2, 3, 4):
        element = BSpline.basis_element(np.arange(m + 2), extrapolate=False)

        def spline(x, element=element):
            return np.nan_to_num(element(x))

        x = np.linspace(-2, m + 3, 1001) + 1e-9
        right = sum(math.comb(m + 1, k) * spline(2 * x - k) for k in range(m + 2)) / 2**m
        np.testing.assert_allclose(right, spline(x), atol=1e-12)
        printed = sum(math.comb(m, r) * spline(2 * x - r + m / 2) for r in range(m + 1)) * 2 ** (
            1 - m
        )
        assert np.abs(printed - spline(x)).max() > 0.4


@pytest.mark.claim("kns-near-orthonormal")
def test_gram_range_by_the_symbol():
    """Inner shifts: eigenvalues of the banded Toeplitz matrix lie in the range of its symbol."""
    theta = np.linspace(0, np.pi, 721)
    for m, lowest in ((1, 1 / 3), (2, 2 / 15), (3, 17 / 315)):
        overlaps = [fs.cardinal_bspline(m + 1 + k, 2 * m + 1) for k in range(-m, m + 1)]
        symbol = sum(g * np.cos(k * theta) for k, g in zip(range(-m, m + 1), overlaps))
        assert abs(symbol.min() - lowest) < 1e-12
        gram = fs.SplineBasis(m, 6).gram()
        inner = np.linalg.eigvalsh(gram[m:-m, m:-m])
        assert lowest - 1e-12 < inner[0]
        assert inner[-1] < 1 + 1e-12
        whole = [fs.gram_eigenvalues(fs.SplineBasis(m, a))[0] for a in (5, 6, 7)]
        assert np.ptp(whole) < 1e-3 * whole[0]


@pytest.mark.claim("kns-anisotropic-count")
def test_anisotropic_count_in_closed_form():
    for a in ((1, 2, 3, 4), (1, 1), (0.5, 3)):
        for G in (0, 1, 5, 12):
            want = math.prod(2 ** (math.floor(G / ai + 1e-9) + 1) - 1 for ai in a)
            assert fs.function_count(a, G, mixed=False) == want
    assert abs(fs.rate_exponent((1, 2, 3, 4), mixed=False) - 12 / 25) < 1e-15


@pytest.mark.claim("kns-product-printed")
def test_products_of_cosines():
    x = np.random.default_rng(0).random((200000, 4))
    used = [3, 0, 0, 0]
    printed = cosine_products.cosine_product(x, used, as_printed=True)
    right = cosine_products.cosine_product(x, used)
    np.testing.assert_allclose(printed, 2**1.5 * right)
    assert abs(np.mean(right**2) - 1) < 0.01
    # The corrected product is a function of the basis; a sine has the phase one.
    basis = fs.FourierBasis(7, constant=True)
    np.testing.assert_allclose(right, basis.evaluate(x[:, 0])[:, 5], atol=1e-12)
    sine = cosine_products.cosine_product(x[:, :1], [2], [1.0])
    np.testing.assert_allclose(sine, basis.evaluate(x[:, 0])[:, 4], atol=1e-12)
    # All frequencies positive: successive products stay at distance sqrt 2.
    steps = [cosine_products.cosine_product(x[:, :d], [1] * d) for d in (1, 2)]
    assert abs(np.mean((steps[1] - steps[0]) ** 2) - 2) < 0.03
    assert cosine_products.product_norm([0]) == 1.0
    with pytest.raises(ValueError, match="frequencies"):
        cosine_products.product_norm([-1])
    with pytest.raises(ValueError, match="phases"):
        cosine_products.cosine_product(x, used, [0.0])


@pytest.mark.claim("kns-mixed-printed")
def test_the_mixed_count_of_two_inputs_in_closed_form():
    """a = (1, 2): the sum over l_2 of 2^l_2 (2^(G - 2 l_2 + 1) - 1) tends to 2^(G + 2)."""
    for G in (4, 10, 20):
        by_hand = sum(2**k * (2 ** (G - 2 * k + 1) - 1) for k in range(G // 2 + 1))
        assert fs.function_count((1, 2), G, mixed=True) == by_hand
    # one bit of accuracy doubles the count: the exponent is the minimum, not the maximum
    assert abs(np.log2(fs.function_count((1, 2), 40, mixed=True)) - 42) < 0.01
    assert fs.rate_exponent((1, 2), mixed=True) == 1.0
