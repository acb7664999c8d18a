"""The exact twins: proved as stated, refuted when off by little or as printed; by other routes."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.interpolate import BSpline

from iclnb.statistics import function_spaces as fs
from iclnb.statistics.function_spaces import exact


@pytest.mark.parametrize(
    ("proof", "near"),
    [
        (exact.refinement, {"printed": True}),
        (exact.near_orthonormal, {"least": Fraction(19, 1000)}),
        (exact.anisotropic_count, {"mixed": True}),
        (exact.mixed_exponent, {"printed": True}),
        (exact.products, {"printed": True}),
        (exact.aggregation, {"sum_of_weights": Fraction(101, 100)}),
        (exact.spikes, {"factor": Fraction(101, 100)}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, near):
    assert proof().holds
    assert not proof(**near).holds


@pytest.mark.claim("kns-refinement-printed")
@pytest.mark.parametrize("m", [1, 2, 5])
def test_the_spline_by_scipy(m):
    element = BSpline.basis_element(np.arange(m + 2), extrapolate=False)
    points = [Fraction(2 * k + 1, 9) for k in range(-3, 5 * m)]
    known = np.nan_to_num(element(np.array(points, float)))
    np.testing.assert_allclose([float(exact.spline(p, m)) for p in points], known, atol=1e-13)


@pytest.mark.claim("kns-refinement-printed")
def test_by_how_much_the_printed_sum_is_off():
    grid = [Fraction(k, 64) for k in range(-128, 256)]
    off = [exact.refined(x, 2, printed=True) - exact.spline(x, 2) for x in grid]
    assert round(float(max(map(abs, off))), 2) == 0.65


@pytest.mark.claim("kns-near-orthonormal")
def test_no_level_falls_below_what_all_keep():
    for level in (2, 3, 6):
        least = fs.gram_eigenvalues(fs.SplineBasis(2, level))[0]
        assert 0.018 < least < 0.021
    found = np.array(exact.gram(2, 3), float)
    np.testing.assert_allclose(found, fs.SplineBasis(2, 3).gram(), atol=1e-14)
    assert float(exact.determinant(2, 3)) == pytest.approx(np.linalg.det(found), rel=1e-10)


@pytest.mark.claim("kns-anisotropic-count")
@pytest.mark.claim("kns-mixed-printed")
@pytest.mark.parametrize("mixed", [False, True])
def test_the_counts(mixed):
    for a, G in (((1, 2, 3, 4), 9), ((2, 3, 7), 14)):
        assert exact.count(a, G, mixed=mixed) == fs.function_count(a, G, mixed=mixed)
    assert exact.count((1, 2, 3, 4), 6, mixed=True) == 289


@pytest.mark.claim("kns-product-printed")
def test_norms_of_products_by_quadrature():
    for frequencies, phases in (([3, 1], [1, 0]), ([2, 0], [0, 0]), ([2, 0], [1, 1])):
        x = (np.arange(16) + 0.3) / 16
        for printed in (False, True):
            size = [2 if r or printed else 1 for r in frequencies]
            shift = [d if r or printed else 0 for r, d in zip(frequencies, phases)]
            angles = [2 * np.pi * r * x - d * np.pi / 2 for r, d in zip(frequencies, shift)]
            known = np.prod([c * np.mean(np.cos(a) ** 2) for c, a in zip(size, angles)])
            found = exact.product_norm(frequencies, phases, printed=printed)
            assert float(found) == pytest.approx(known, abs=1e-12)
