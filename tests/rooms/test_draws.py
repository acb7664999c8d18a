"""Random vectors: orthonormality, norms, invariance under rotations, bad input."""

import numpy as np
import pytest

from iclnb.draws import orthonormal_rows, sphere_rows


def rng_of(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 5), (4, 4)])
def test_rows_are_orthonormal(rows, columns):
    v = orthonormal_rows(rows, columns, rng_of(0))
    np.testing.assert_allclose(v @ v.T, np.eye(rows), atol=1e-14, rtol=0)
    np.testing.assert_array_equal(v, orthonormal_rows(rows, columns, rng_of(0)))


def test_the_law_is_that_of_haar():
    """Trace and its square of a Haar matrix have means 0 and 1; without signs neither holds."""
    rng = rng_of(1)
    traces = np.array([np.trace(orthonormal_rows(3, 3, rng)) for _ in range(4000)])
    assert abs(traces.mean()) < 5 / np.sqrt(4000)
    assert abs((traces**2).mean() - 1.0) < 5 * np.sqrt(2.0 / 4000)
    unsigned = [np.trace(np.linalg.qr(rng.standard_normal((3, 3)))[0]) for _ in range(4000)]
    assert abs(np.mean(unsigned)) > 5 / np.sqrt(4000)


def test_the_sphere():
    x = sphere_rows(20_000, 4, rng_of(2))
    np.testing.assert_allclose(np.sum(x**2, axis=1), 1.0, atol=1e-14, rtol=0)
    second = x.T @ x / len(x)
    # the variance of x_i^2 is 3/24 - 1/16 = 1/16, that of x_i x_j is 1/24
    assert np.abs(second - np.eye(4) / 4).max() < 5 / 4 / np.sqrt(len(x))


@pytest.mark.parametrize("draw", [orthonormal_rows, sphere_rows])
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((0, 3, rng_of(0)), ValueError),
        ((2, 0, rng_of(0)), ValueError),
        ((2.0, 3, rng_of(0)), TypeError),
        ((2, 3, 0), TypeError),
    ],
)
def test_bad_input(draw, arguments, error):
    with pytest.raises(error):
        draw(*arguments)


def test_more_orthonormal_rows_than_columns():
    with pytest.raises(ValueError, match="rows must be at most 2"):
        orthonormal_rows(3, 2, rng_of(0))
