"""Hermite expansions, links and their laws, moments on the sphere."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    alignment_law,
    bivariate_normal_cdf,
    coefficient_mean,
    coefficient_second_moment,
    evaluate_hermite,
    gradient_moments,
    hermite_polynomials,
    label_variance,
    mean_square,
    mixed_moment,
    mixed_moment_vector,
    noise_to_signal,
    projection_quadrature,
    radius_moment,
    relu_coefficients,
    relu_kernel,
    relu_kernel_slope,
    sphere_moment,
    sphere_quadrature,
    square_coefficients,
    squared_relu_coefficients,
    tasks_for_alignment,
)


def gauss(function, low=-13.0):
    """Integral against the normal density from `low`, by Gauss-Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    half = (13.0 - low) / 2
    z = low + half * (nodes + 1)
    return half * weights @ (function(z) * norm.pdf(z))


def test_polynomials_are_orthogonal():
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    values = hermite_polynomials(nodes, 8)
    gram = (values * weights) @ values.T / math.sqrt(2 * math.pi)
    expected = np.diag([math.factorial(i) for i in range(9)]).astype(float)
    np.testing.assert_allclose(gram / np.sqrt(np.outer(np.diag(expected), np.diag(expected))),
                               np.eye(9), atol=1e-11)  # fmt: skip


def test_evaluation_agrees_with_numpy():
    rng = np.random.default_rng(0)
    c, x = rng.normal(size=7), rng.normal(size=(3, 5))
    classical = c / [math.factorial(i) for i in range(7)]
    np.testing.assert_allclose(
        evaluate_hermite(c, x), np.polynomial.hermite_e.hermeval(x, classical), rtol=1e-12
    )
    table = rng.normal(size=(3, 1, 7))
    values = evaluate_hermite(table, x)
    for t in range(3):
        np.testing.assert_allclose(values[t], evaluate_hermite(table[t, 0], x[t]), rtol=1e-12)


@pytest.mark.parametrize("bias", [-1.3, 0.0, 0.7])
def test_relu_coefficients_by_quadrature(bias):
    a, q = relu_coefficients(bias, 7), squared_relu_coefficients(bias, 7)
    for i in range(8):
        first = gauss(lambda z, i=i: (z + bias) * hermite_polynomials(z, i)[i], -bias)
        second = gauss(lambda z, i=i: (z + bias) ** 2 * hermite_polynomials(z, i)[i], -bias)
        assert abs(a[i] - first) < 1e-11
        assert abs(q[i] - second) < 1e-11


def test_relu_without_bias():
    a = relu_coefficients(0.0, 8)
    known = [0.3989, 0.5, 0.3989, 0.0, -0.3989, 0.0, 1.1968, 0.0, -5.984]
    np.testing.assert_allclose(a, known, atol=5e-4)
    i = np.arange(7)
    np.testing.assert_allclose(a[2:], ((1 - i) * a[:7]) * (i != 1), atol=1e-15)


def test_coefficients_of_a_square():
    c = np.array([0.3, -1.0, 0.5, 2.0])
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(
        evaluate_hermite(square_coefficients(c), x), evaluate_hermite(c, x) ** 2, atol=1e-12
    )


def test_link_properties():
    link = Link([0.4, 0.0, 3.0, -1.0, 0.0])
    assert (link.degree, link.exponent) == (3, 2)
    assert abs(link.variance - (9 / 2 + 1 / 6)) < 1e-14
    assert abs(link.normalised().variance - 1) < 1e-14
    assert abs(gauss(lambda z: link(z) ** 2) - link.variance - 0.16) < 1e-9
    assert abs(Link.pure(4).variance - 1) < 1e-14


def test_a_link_is_the_law_that_has_it_always():
    link, rng = Link([0.4, 0.0, 3.0, -1.0]), np.random.default_rng(0)
    law = FiniteLaw([link])
    assert (link.degree, link.exponent) == (law.degree, law.exponent)
    for one, other in zip(link.nodes(), law.nodes()):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(link.sample(3, rng), law.sample(3, rng))
    assert abs(label_variance(link) - link.variance) < 1e-14
    assert alignment_law(link, d=6, r=2, n_tasks=9.0, prompt_length=4) == alignment_law(
        law, d=6, r=2, n_tasks=9.0, prompt_length=4
    )
    with pytest.raises(TypeError, match="draws"):
        link.sample(2.0, rng)


@pytest.mark.parametrize(
    "call",
    [
        label_variance, mean_square, coefficient_mean,
        lambda law: alignment_law(law, d=6, r=2, n_tasks=9.0, prompt_length=4),
        lambda law: tasks_for_alignment(law, 0.5, d=6, r=2, prompt_length=4),
        lambda law: noise_to_signal(law, d=6, r=2, prompt_length=4),
        lambda law: gradient_moments(law, d=6, r=2, prompt_length=4, rho2=0.5),
        lambda law: SingleIndexTasks(np.eye(2, 6), law),
    ],
)  # fmt: skip
def test_what_is_no_law_is_named(call):
    for wrong in ([0.0, 0.0, 1.0], "He_2", None):
        with pytest.raises(TypeError, match=r"^law must be a LinkLaw, got"):
            call(wrong)


def test_bad_links():
    for zero in ([1.0], [2.0, 0.0, 0.0]):
        with pytest.raises(ValueError, match="zero variance"):
            Link(zero)
    with pytest.raises(ValueError, match="exponent 4 is above the degree 3"):
        SphereLaw(4, 3)
    with pytest.raises(ValueError, match="finite"):
        Link([0.0, np.nan])
    with pytest.raises(TypeError, match="links"):
        FiniteLaw([np.ones(3)])
    with pytest.raises(ValueError, match="probabilities"):
        FiniteLaw([Link.pure(2)], [0.9])
    with pytest.raises(TypeError, match="rng"):
        SphereLaw(2, 3).sample(3, 0)


def test_law_nodes_match_samples_and_moments():
    for q in (1, 2, 3, 6):
        law = SphereLaw(2, 1 + q)
        table, weights = law.nodes()
        units = table[:, 2:] / np.sqrt([math.factorial(i) for i in range(2, 2 + q)])
        assert abs(weights.sum() - 1) < 1e-14
        np.testing.assert_allclose((units * weights[:, None]).T @ units, np.eye(q) / q, atol=1e-14)
        assert abs(weights @ units[:, 0] ** 4 - 3 / (q * (q + 2))) < 1e-14
        if q > 1:
            mixed = weights @ (units[:, 0] ** 2 * units[:, 1] ** 2)
            assert abs(mixed - 1 / (q * (q + 2))) < 1e-14
        assert abs(weights @ (units[:, 0] ** 3)) < 1e-14
    drawn = law.sample(40000, np.random.default_rng(1))
    second = coefficient_second_moment(law)
    error = np.std(drawn[:, 3] ** 2) / 200
    assert abs(np.mean(drawn[:, 3] ** 2) - second[3, 3]) < 4 * error
    assert abs(mean_square(law) - 1) < 1e-14
    mixture = FiniteLaw([Link.pure(2), Link([1.0, 0, 0, 2.0])], [0.25, 0.75])
    np.testing.assert_allclose(
        coefficient_mean(mixture), [0.75, 0, 0.25 * math.sqrt(2), 1.5], rtol=1e-14
    )
    assert (mixture.exponent, mixture.degree) == (2, 3)
    assert abs(label_variance(mixture) - (0.25 + 0.75 * (1 + 4 / 6) - 0.75**2)) < 1e-14
    chosen = mixture.sample(20000, np.random.default_rng(2))
    assert abs(np.mean(chosen[:, 0] == 1) - 0.75) < 4 * 0.0031


@pytest.mark.parametrize("r", [1, 2, 3, 7])
def test_sphere_moments(r):
    t, weights = sphere_quadrature(r, 12)
    for p in range(13):
        assert abs(weights @ t**p - sphere_moment(p, r)) < 1e-13
    rng = np.random.default_rng(r)
    beta = sphere_rows(200_000, r, rng)
    u, v = rng.normal(size=r), rng.normal(size=r)
    for i, l in ((1, 1), (2, 2), (3, 1), (2, 4), (1, 2), (0, 4)):
        args = (i, l, r, u @ u, v @ v, u @ v)
        sample = (beta @ u) ** i * (beta @ v) ** l
        assert abs(sample.mean() - mixed_moment(*args)) < 5 * sample.std() / 447 + 1e-12
        along = mixed_moment_vector(*args)
        vector = sample[:, None] * beta
        error = 5 * vector.std(axis=0) / 447 + 1e-12
        assert np.all(np.abs(vector.mean(0) - along.along_u * u - along.along_v * v) < error)


def test_projection_quadrature():
    x, weights = projection_quadrature(9, 3, 6)
    assert abs(weights @ x - 3 / 9) < 1e-14
    assert abs(weights @ x**3 - radius_moment(6, 3) / radius_moment(6, 9)) < 1e-14
    np.testing.assert_array_equal(projection_quadrature(4, 4, 5)[0], [1.0])
    with pytest.raises(ValueError, match="r must not exceed d"):
        projection_quadrature(3, 4, 2)


def test_bivariate_normal():
    points = [(0.3, -0.8, 0.6), (-1.0, -0.2, -0.9), (0.0, 0.5, 0.3), (0.0, -0.5, 0.3), (0, 0, 0.7)]
    for p, q, rho in points:
        expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([p, q])
        assert abs(bivariate_normal_cdf(p, q, rho) - expected) < 1e-7
        sharp = quad(
            lambda x, q=q, rho=rho: norm.pdf(x) * norm.cdf((q - rho * x) / np.sqrt(1 - rho**2)),
            -12, p, epsabs=1e-14, limit=200,
        )[0]  # fmt: skip
        assert abs(bivariate_normal_cdf(p, q, rho) - sharp) < 1e-12
    assert bivariate_normal_cdf(0.3, 0.5, 1.0) == norm.cdf(0.3)
    assert abs(bivariate_normal_cdf(0.3, 0.5, -1.0) - (norm.cdf(0.3) - norm.cdf(-0.5))) < 1e-15
    with pytest.raises(ValueError, match="rho"):
        bivariate_normal_cdf(0, 0, 1.1)


def test_relu_kernel_by_quadrature_and_difference():
    rng = np.random.default_rng(3)
    w, b = rng.normal(size=(4, 2)), rng.normal(size=4)
    w[3], b[3] = 2 * w[0], -b[0]
    kernel = relu_kernel(w, bias=b)
    norms = np.linalg.norm(w, axis=1)
    p = b / norms
    for j, k in ((0, 1), (1, 2), (2, 0)):
        rho = w[j] @ w[k] / (norms[j] * norms[k])
        tau = np.sqrt(1 - rho**2)

        def given(x, k=k, rho=rho, tau=tau):
            mean = rho * x + p[k]
            return mean * norm.cdf(mean / tau) + tau * norm.pdf(mean / tau)

        value = gauss(lambda x, j=j, given=given: (x + p[j]) * given(x), -p[j])
        assert abs(norms[j] * norms[k] * value - kernel[j, k]) < 1e-11
    square = norms**2 * squared_relu_coefficients(p, 0)[0]
    np.testing.assert_allclose(np.diag(kernel), square, rtol=1e-13)
    both = gauss(lambda z: (z + p[0]) * np.maximum(z + p[3], 0), max(-p[0], -p[3]))
    assert abs(norms[0] * norms[3] * both - kernel[0, 3]) < 1e-11
    slope = relu_kernel_slope(w, bias=b)
    step = 1e-5
    for j in range(4):
        for axis in range(2):
            shift = np.zeros_like(w)
            shift[j, axis] = step
            up, down = relu_kernel(w + shift, bias=b), relu_kernel(w - shift, bias=b)
            difference = (up - down)[j] / (2 * step)
            expected = slope.own[j] * w[j, axis] + slope.other[j] * w[:, axis]
            expected[j] *= 2
            keep = [k for k in range(4) if {j, k} != {0, 3}]
            np.testing.assert_allclose(difference[keep], expected[keep], atol=1e-8)


def test_arc_cosine_kernel():
    rng = np.random.default_rng(4)
    w = rng.normal(size=(6, 3))
    norms = np.linalg.norm(w, axis=1)
    angle = np.arccos(np.clip((w @ w.T) / np.outer(norms, norms), -1, 1))
    expected = np.outer(norms, norms) * (np.sin(angle) + (np.pi - angle) * np.cos(angle))
    np.testing.assert_allclose(relu_kernel(w, bias=0.0), expected / (2 * np.pi), atol=1e-8)


def test_bad_input():
    for function in (relu_kernel, relu_kernel_slope):
        with pytest.raises(ValueError, match="weights must have no zero row"):
            function([[1.0, 2.0], [0.0, 0.0]], bias=0.1)
    with pytest.raises(ValueError, match="coefficients must have at least one axis"):
        evaluate_hermite(1.5, [0.5])
    with pytest.raises(ValueError, match="order must be even, got 3"):
        radius_moment(3, 2)
    with pytest.raises(TypeError, match="links must be a non-empty sequence of Link"):
        FiniteLaw([])
