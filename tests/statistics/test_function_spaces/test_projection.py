"""What a span leaves over."""

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs

RULE = fs.SplineBasis(3, 6).quadrature(8)


def test_the_span_of_a_family_leaves_nothing_of_it_and_all_of_the_rest():
    far = fs.span_distances(fs.FourierBasis(7, constant=True), fs.FourierBasis(12), rule=RULE)
    np.testing.assert_allclose(far, [0] * 6 + [1] * 6, atol=1e-12)
    doubled = fs.CombinedBasis(fs.FourierBasis(6), np.vstack([np.eye(6), np.ones((1, 6))]))
    np.testing.assert_allclose(
        fs.span_distances(doubled, fs.FourierBasis(8), rule=RULE), [0] * 6 + [1] * 2, atol=1e-12
    )


@pytest.mark.parametrize("level", [1, 3, 5])
def test_steps_take_the_mean_of_each_cell(level):
    """The mean of a sine over a cell is its middle value times sin(pi j/N)/(pi j/N)."""
    N, j = 2**level, 3
    far = fs.span_distances(fs.SplineBasis(0, level), fs.FourierBasis(2 * j), rule=RULE)
    middles = (np.arange(N) + 0.5) / N
    at = fs.FourierBasis(2 * j).evaluate(middles)[:, -2:]
    expected = 1 - np.mean(at**2, axis=0) * np.sinc(j / N) ** 2
    np.testing.assert_allclose(far[-2:], expected, atol=1e-9)


def test_the_rest_is_orthogonal_to_the_span():
    basis, functions = fs.SplineBasis(2, 3), fs.FourierBasis(20)
    beta = np.random.default_rng(0).normal(size=20)
    nodes, weights = RULE
    best = fs.best_approximation(basis, functions, beta, rule=RULE, points=nodes)
    rest = functions.evaluate(nodes) @ beta - best
    np.testing.assert_allclose(basis.evaluate(nodes).T @ (weights * rest), 0, atol=1e-12)
    assert 0.1 < weights @ rest**2 < weights @ (functions.evaluate(nodes) @ beta) ** 2


@pytest.mark.claim("kns-spline-rate")
@pytest.mark.parametrize("s", [0.6, 2.0])
def test_the_rate_of_steps_by_their_closed_form(s):
    """A pair of frequency j leaves 1 - sinc(j/N)^2 on average over sine and cosine."""
    j = np.arange(1.0, 2e5)
    left = [np.sum(j ** (-2 * s - 1) * (1 - np.sinc(j / N) ** 2)) for N in (128, 256)]
    assert abs(np.log2(left[0] / left[1]) - 2 * min(s, 1)) < 0.02
    few = fs.paired_power_law(256, s) @ fs.span_distances(
        fs.SplineBasis(0, 4), fs.FourierBasis(512), rule=fs.SplineBasis(3, 7).quadrature(10)
    )
    at = j[:256]
    assert abs(few / np.sum(at ** (-2 * s - 1) * (1 - np.sinc(at / 16) ** 2)) - 1) < 0.02


def test_bad_input():
    basis, functions = fs.SplineBasis(0, 2), fs.FourierBasis(4)
    with pytest.raises(TypeError, match="basis"):
        fs.span_distances("steps", functions, rule=RULE)
    with pytest.raises(TypeError, match="functions"):
        fs.span_distances(basis, np.eye(3), rule=RULE)
    with pytest.raises(ValueError, match="coefficients"):
        fs.best_approximation(basis, functions, [1.0], rule=RULE, points=[0.5])
    with pytest.raises(ValueError, match="x"):
        fs.best_approximation(basis, functions, np.ones(4), rule=RULE, points=[1.5])
