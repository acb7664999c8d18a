"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
from scipy.interpolate import BSpline

from iclnb.statistics import function_spaces as fs
from iclnb.statistics.function_spaces import cosine_products, splines


def spline(x, degree):
    """The cardinal spline of scipy, zero outside of its support."""
    return np.nan_to_num(BSpline.basis_element(np.arange(degree + 2), extrapolate=False)(x))


@pytest.mark.claim("kns-refinement-printed")
@pytest.mark.parametrize("m", [2, 3])
def test_the_printed_sum_by_scipy(m):
    """The sum is that of the print; with the centred spline of order m it is that spline."""
    x = np.array([0.3, 0.9, 1.7, 2.45])
    printed = sum(math.comb(m, r) * spline(2 * x - r + m / 2, m) for r in range(m + 1))
    found = splines.refined_as_printed(x, m)
    np.testing.assert_allclose(found, printed / 2 ** (m - 1), rtol=1e-12)
    x = np.array([-0.8, -0.15, 0.3, 0.9])
    centred = spline(x + m / 2, m - 1)
    np.testing.assert_allclose(splines.refined_as_printed(x, m, order_m=True), centred, rtol=1e-12)


@pytest.mark.claim("kns-near-orthonormal")
def test_gram_eigenvalues_by_quadrature():
    """Every value is a root of the characteristic polynomial, and all are there."""
    basis = fs.SplineBasis(2, 1)
    nodes, weights = basis.quadrature(2)
    values = basis.evaluate(nodes)
    gram = values.T @ (weights[:, None] * values)
    norms = np.sqrt(weights @ values**2)
    for scaled, unit_norm in ((gram, False), (gram / norms / norms[:, None], True)):
        found = fs.gram_eigenvalues(basis, unit_norm=unit_norm)
        assert np.all(np.diff(found) > 0)
        assert len(found) == basis.size
        for value in found:
            singular = scaled - value * np.eye(basis.size)
            assert abs(np.linalg.det(singular)) < 1e-12 * np.linalg.det(scaled)


@pytest.mark.claim("kns-product-printed")
def test_norms_of_products_by_hand():
    """A cosine has mean square 1/2; with frequency zero it is one."""
    used = [2, 0, 0, 1]
    assert cosine_products.product_norm(used) == pytest.approx(1.0, rel=1e-13)
    assert cosine_products.product_norm(used, as_printed=True) == pytest.approx(4.0, rel=1e-13)


@pytest.mark.claim("kns-aggregation")
@pytest.mark.parametrize(("m", "k", "finer"), [(1, 0, 2), (2, 1, 2), (3, 2, 1)])
def test_weights_by_least_squares(m, k, finer):
    """The coarse splines, by scipy, fitted by the fine ones; the sums over the coarse ones."""
    x = np.linspace(0.003, 0.997, 211)

    def level(j):
        shifts = range(-m, 2**j)
        return np.column_stack([2 ** (j / 2) * spline(2**j * x - b, m) for b in shifts])

    fitted = np.linalg.lstsq(level(k + finer), level(k), rcond=None)[0]
    found = fs.aggregation_weights(m, k, finer)
    np.testing.assert_allclose(found, fitted, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), 2 ** (-finer / 2), rtol=1e-13)
    trace = np.sum(found**2) * 2.0 ** (-k * 3.4)
    assert trace <= (1 + m) * 2**k * 2.0 ** (-k * 3.4)


@pytest.mark.claim("kns-besov-rate")
def test_variances_of_the_levels_by_hand():
    found = fs.besov_variances(1, [2, 0], 0.7, summable=False)
    np.testing.assert_allclose(found, [2**-4.8] * 5 + [1.0] * 2, rtol=1e-13)
    found = fs.besov_variances(1, [2, 0], 0.7)
    np.testing.assert_allclose(found, [2**-4.8 / 9] * 5 + [1.0] * 2, rtol=1e-13)
