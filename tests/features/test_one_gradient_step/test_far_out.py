"""High degrees: exact up to 170, refused by name beyond."""

import numpy as np
import pytest
from scipy.special import eval_hermitenorm

from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs
from iclnb.features.one_gradient_step.hermite import factorials


@pytest.mark.parametrize("degree", [24, 96, 170])
def test_a_high_polynomial(degree):
    x = np.array([-3.7, 0.2, 5.1])
    found = ogs.hermite_polynomials(x, degree)[degree]
    np.testing.assert_allclose(found, eval_hermitenorm(degree, x), rtol=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ogs.hermite_polynomials(0.3, 171),
        lambda: ogs.relu_coefficients(0.3, 171),
        lambda: ogs.squared_relu_coefficients(0.3, 400),
        lambda: factorials(171),
    ],
)
def test_a_degree_beyond_float64_is_refused_by_name(call):
    with pytest.raises(ValueError, match="degree must be at most 170"):
        call()


@pytest.mark.parametrize(
    "call", [lambda c: ogs.evaluate_hermite(c, 0.3), lambda c: ogs.square_coefficients(c)]
)
def test_so_are_as_many_coefficients(call):
    with pytest.raises(ValueError, match="coefficients must be of degree at most"):
        call(np.ones(172))


def test_a_point_where_the_polynomial_is_beyond_float64():
    with pytest.raises(ValueError, match="x is too large"):
        ogs.hermite_polynomials([0.1, 1e4], 150)


def test_distances_are_of_the_points_not_of_their_place():
    x, z = np.random.default_rng(2).standard_normal((2, 5, 3))
    kernel = lic.gaussian_kernel(0.8)
    np.testing.assert_allclose(kernel(x + 1e7, z + 1e7), kernel(x, z), rtol=1e-7)
