"""Kernels: closed form against Gauss-Hermite quadrature, derivatives against differences."""

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    LOGISTIC,
    TANH,
    Activation,
    ErfFeatures,
    GaussianFeatures,
    Nodes,
    ProbitFeatures,
    SampledFeatures,
    SineFeatures,
    gauss_hermite,
    sample,
)

RNG = np.random.default_rng(5)
EXACT = [ErfFeatures(), ProbitFeatures(), GaussianFeatures(), SineFeatures()]
MODELS = [
    *EXACT,
    SampledFeatures(LOGISTIC, sample(3, 60, rng=RNG)),
    SampledFeatures(TANH, sample(3, 60, rng=RNG)),
]
NAMES = ["erf", "probit", "gaussian", "sine", "logistic", "tanh"]


def _weights(model, d, n, scale, seed):
    width = d + 1 if isinstance(model, SineFeatures) else d
    return scale * np.random.default_rng(seed).standard_normal((n, width))


@pytest.mark.claim("mfl-kernels")
@pytest.mark.parametrize("model", EXACT, ids=NAMES[:4])
def test_the_kernel_is_the_covariance(model):
    nodes = gauss_hermite(2, 120)
    w, v = _weights(model, 2, 6, 0.5, 0), _weights(model, 2, 5, 0.5, 1)
    by_quadrature = (model.evaluate(nodes.x, w) * nodes.weights[:, None]).T @ model.evaluate(
        nodes.x, v
    )
    np.testing.assert_allclose(model.kernel(w, v), by_quadrature, atol=1e-13, rtol=0)


@pytest.mark.claim("mfl-kernels")
@pytest.mark.parametrize("model", EXACT, ids=NAMES[:4])
def test_the_kernel_of_wide_weights_by_sampling(model):
    """Weights of size 2 in dimension 7: within 4.5 standard errors of a Monte-Carlo mean."""
    w, v = _weights(model, 7, 3, 2.0, 2), _weights(model, 7, 4, 2.0, 3)
    x = np.random.default_rng(4).standard_normal((40_000, 7))
    product = model.evaluate(x, w)[:, :, None] * model.evaluate(x, v)[:, None, :]
    error = product.std(axis=0) / np.sqrt(len(x))
    assert np.all(np.abs(product.mean(axis=0) - model.kernel(w, v)) < 4.5 * error)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_derivatives_are_those_of_the_kernel(model):
    w, v = _weights(model, 3, 4, 1.0, 6), _weights(model, 3, 5, 1.0, 7)
    rng = np.random.default_rng(8)
    m, along_v = rng.standard_normal((4, 5)), rng.standard_normal(v.shape)
    along_w, h = rng.standard_normal(w.shape), 1e-5
    pair = model.pair(w, v)

    def difference(function):
        return (function(h) - function(-h)) / (2.0 * h)

    gradient = np.stack(
        [
            difference(lambda e, u=u: np.sum(m * model.kernel(w + e * u, v), axis=1))
            for u in np.eye(w.shape[1])
        ],
        axis=1,
    )
    np.testing.assert_allclose(pair.grad(m), gradient, atol=1e-8)
    np.testing.assert_allclose(
        pair.slope(along_v), difference(lambda e: model.kernel(w, v + e * along_v)), atol=1e-8
    )
    np.testing.assert_allclose(
        pair.mixed(m, along_v),
        difference(lambda e: model.pair(w, v + e * along_v).grad(m)),
        atol=2e-8,
    )
    np.testing.assert_allclose(
        pair.hess(m, along_w),
        difference(lambda e: model.pair(w + e * along_w, v).grad(m)),
        atol=2e-8,
    )


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_the_kernel_is_symmetric_and_positive(model):
    w, v = _weights(model, 3, 6, 1.0, 9), _weights(model, 3, 2, 1.0, 10)
    np.testing.assert_allclose(model.kernel(w, v), model.kernel(v, w).T, atol=1e-15)
    assert np.linalg.eigvalsh(model.kernel(w, w))[0] > -1e-14


def test_nearly_parallel_large_weights_keep_their_digits():
    """Sign-like neurons: kappa(w, w) = 1 - (2/pi) arctan(sqrt(1 + 4q) / (2q)), from the series."""
    w = np.array([[1e4, 0.0]])
    q = 1e8
    expected = 1.0 - 2.0 / np.pi * np.arctan(np.sqrt(1.0 + 4.0 * q) / (2.0 * q))
    assert abs(ErfFeatures().kernel(w, w)[0, 0] - expected) < 1e-12


def test_sampled_features_converge_to_the_exact_model():
    probit = Activation(
        function=lambda t: ProbitFeatures().evaluate(t[..., None], np.ones((1, 1)))[..., 0],
        derivative=lambda t: np.exp(-t * t / 2) / np.sqrt(2 * np.pi),
        second_derivative=lambda t: -t * np.exp(-t * t / 2) / np.sqrt(2 * np.pi),
        sup_norm=1.0,
    )
    w, v = _weights(ProbitFeatures(), 2, 4, 0.5, 11), _weights(ProbitFeatures(), 2, 3, 0.5, 12)
    ours, exact = SampledFeatures(probit, gauss_hermite(2, 60)), ProbitFeatures()
    m, omega = np.ones((4, 3)), np.ones((3, 2))
    np.testing.assert_allclose(ours.kernel(w, v), exact.kernel(w, v), atol=1e-10)
    np.testing.assert_allclose(ours.pair(w, v).grad(m), exact.pair(w, v).grad(m), atol=1e-9)
    np.testing.assert_allclose(
        ours.pair(w, v).mixed(m, omega), exact.pair(w, v).mixed(m, omega), atol=1e-8
    )


def test_the_probit_is_close_to_the_logistic():
    t = np.linspace(-12, 12, 20_001)
    probit = ProbitFeatures().evaluate(t[:, None] / 1.702, np.ones((1, 1)))[:, 0]
    assert 0.0094 < np.max(np.abs(probit - LOGISTIC.function(t))) < 0.0095


def test_bad_features():
    with pytest.raises(TypeError, match="activation must be an Activation"):
        SampledFeatures("softplus", gauss_hermite(1, 4))
    with pytest.raises(ValueError, match="sum to one"):
        SampledFeatures(TANH, Nodes(np.ones((2, 1)), np.ones(2)))
    with pytest.raises(ValueError, match=r"nodes\.weights must have shape"):
        SampledFeatures(TANH, Nodes(np.ones((2, 1)), np.ones(1)))
    with pytest.raises(ValueError, match="columns like the nodes"):
        SampledFeatures(TANH, gauss_hermite(2, 4)).kernel(np.ones((1, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="v must have shape"):
        ErfFeatures().kernel(np.ones((1, 3)), np.ones((1, 2)))
    with pytest.raises(ValueError, match="w must be finite"):
        ErfFeatures().kernel(np.array([[np.nan]]), np.ones((1, 1)))
    with pytest.raises(ValueError, match="weights and the bias"):
        SineFeatures().kernel(np.ones((1, 1)), np.ones((1, 1)))
    with pytest.raises(ValueError, match="million"):
        gauss_hermite(20, 10)
    with pytest.raises(TypeError, match="rng"):
        sample(2, 3, rng=0)
