"""The second variation: differences of the first, autograd, and the matrix-free operator."""

import numpy as np
import pytest

from iclnb.landscape.hessian_escape import (
    Hessian,
    VelocityField,
    negative_features,
    second_variation,
)
from iclnb.landscape.mean_field_limit import (
    LOGISTIC,
    ErfFeatures,
    GaussianFeatures,
    Measure,
    ProbitFeatures,
    Problem,
    SampledFeatures,
    SineFeatures,
    SingularCovarianceError,
    first_variation,
    mix,
    particle_gradients,
    sample,
    sampling_bias,
    whitened_teacher,
)
from iclnb.landscape.strict_saddle import missing_feature_saddle

MODELS = [
    ErfFeatures(),
    ProbitFeatures(),
    GaussianFeatures(),
    SineFeatures(),
    SampledFeatures(LOGISTIC, sample(4, 60, rng=np.random.default_rng(0))),
]
EVERY = pytest.mark.parametrize("features", MODELS, ids=lambda f: type(f).__name__)


def _case(features, seed=0, k=2, k0=3, n=5):
    rng = np.random.default_rng(seed)
    teacher = whitened_teacher(features, rng.standard_normal((8, k0)), rng.standard_normal((8, 4)))
    p = rng.uniform(0.5, 1.5, n)
    mu = Measure(rng.standard_normal((n, k)), rng.standard_normal((n, 4)), p / p.sum())
    v = VelocityField(rng.standard_normal(mu.a.shape), rng.standard_normal(mu.w.shape))
    return Problem(features, teacher), mu, v


@EVERY
def test_the_kernel_is_the_derivative_of_the_first_variation(features):
    """d/ds dL/dmu[(1-s) mu + s nu](theta) = int d2L (theta, .) d(nu - mu), and more."""
    problem, mu, _ = _case(features)
    _, nu, _ = _case(features, seed=4)
    to_nu = second_variation(problem, mu, nu.a, nu.w, nu.a, nu.w) @ nu.p
    to_mu = second_variation(problem, mu, nu.a, nu.w, mu.a, mu.w) @ mu.p
    first = first_variation(problem, mu, nu.a, nu.w)
    # int d2L dmu = - dL/dmu : the loss does not feel the scale of the features
    np.testing.assert_allclose(to_mu, -first, atol=1e-12 * np.max(np.abs(first)))
    s = 1e-5
    one, two = (
        (first_variation(problem, mix(mu, nu, x), nu.a, nu.w) - first) / x for x in (s, 2 * s)
    )
    scale = np.max(np.abs(to_nu))
    np.testing.assert_allclose(2 * one - two, to_nu - to_mu, atol=1e-5 * scale)


@EVERY
def test_the_kernel_is_symmetric_and_gives_the_sampling_bias(features):
    problem, mu, _ = _case(features)
    full = second_variation(problem, mu, mu.a, mu.w, mu.a, mu.w)
    np.testing.assert_allclose(full, full.T, atol=1e-12 * np.max(np.abs(full)))
    assert abs(mu.p @ full @ mu.p) < 1e-12 * np.max(np.abs(full))
    bias = sampling_bias(problem, mu)
    assert abs(0.5 * mu.p @ np.diag(full) - bias) < 1e-12 * np.max(np.abs(full))


@EVERY
def test_the_operator_is_the_derivative_of_the_velocity(features):
    """Moving all atoms by eps v changes the gradient at atom i by eps (H + H') v."""
    problem, mu, v = _case(features)
    h = 1e-5
    up, down = (particle_gradients(problem, mu.moved(x * v.a, x * v.w)) for x in (h, -h))
    out = Hessian(problem, mu).apply_full(v)
    scale = max(np.max(np.abs(out.a)), np.max(np.abs(out.w)))
    np.testing.assert_allclose(out.a, (up.a - down.a) / (2 * h), atol=1e-7 * scale)
    np.testing.assert_allclose(out.w, (up.w - down.w) / (2 * h), atol=1e-7 * scale)


@EVERY
def test_the_local_part_is_the_hessian_of_the_first_variation(features):
    problem, mu, v = _case(features)
    out, h = Hessian(problem, mu).apply_local(v), 1e-4
    for u_a, u_w in ((v.a, v.w), (np.ones_like(v.a), 0.5 * v.w)):

        def value(x, y, u_a=u_a, u_w=u_w):
            return first_variation(problem, mu, mu.a + x * v.a + y * u_a, mu.w + x * v.w + y * u_w)

        by_difference = (value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h * h)
        ours = np.sum(out.a * u_a, axis=1) + np.sum(out.w * u_w, axis=1)
        np.testing.assert_allclose(ours, by_difference, atol=1e-5 * np.max(np.abs(ours)))


def test_the_kernel_part_is_the_mixed_derivative_of_the_kernel():
    problem, mu, v = _case(ErfFeatures())
    h, out = 1e-4, Hessian(problem, mu).apply(v)
    u = VelocityField(np.ones_like(v.a), np.cos(v.w))

    def kernel(x, y):
        return second_variation(
            problem, mu, mu.a + x * u.a, mu.w + x * u.w, mu.a + y * v.a, mu.w + y * v.w
        )

    mixed = (kernel(h, h) - kernel(h, -h) - kernel(-h, h) + kernel(-h, -h)) / (4 * h * h)
    ours = np.sum(out.a * u.a, axis=1) + np.sum(out.w * u.w, axis=1)
    np.testing.assert_allclose(mixed @ mu.p, ours, atol=1e-6 * np.max(np.abs(ours)))


@pytest.mark.claim("esc-second-variation")
def test_the_full_second_variation_against_autograd(torch_erf):
    """The particles' Hessian is p_i p_j H + delta_ij p_i H', away from a critical point."""
    problem, mu, _ = _case(ErfFeatures(), n=6)
    hessian = Hessian(problem, mu)
    weight = np.concatenate([np.repeat(mu.p, 2), np.repeat(mu.p, 4)])
    theirs = torch_erf(problem, mu).hessian() / np.sqrt(np.outer(weight, weight))
    scale = np.max(np.abs(theirs))
    np.testing.assert_allclose(hessian.dense(full=True), theirs, atol=1e-12 * scale)
    # negative control: without the local block it is another matrix
    assert np.max(np.abs(hessian.dense() - theirs)) > 1e-3 * scale


@pytest.mark.claim("esc-blocks-agree")
def test_at_a_saddle_the_kernel_is_the_whole(torch_erf):
    """N times the particles' Hessian is H/N exactly, with uniform weights."""
    saddle = missing_feature_saddle(
        ErfFeatures(), 2, 1, rng=np.random.default_rng(1), teacher_neurons=6, idle_neurons=6
    )
    hessian = Hessian(saddle.problem, saddle.mu)
    np.testing.assert_allclose(saddle.mu.p, 1.0 / 12.0)
    theirs = 12.0 * torch_erf(saddle.problem, saddle.mu).hessian()
    np.testing.assert_allclose(hessian.dense(), theirs, atol=1e-12 * np.max(np.abs(theirs)))
    np.testing.assert_allclose(hessian.dense(full=True), hessian.dense(), atol=1e-14)


@pytest.mark.claim("esc-negative-directions")
@pytest.mark.parametrize(("k", "m"), [(1, 1), (2, 1), (3, 2), (3, 3)])
def test_the_negative_part_of_the_kernel(k, m):
    """d2L + F F' is positive, with m^2 columns in F; one column less is not enough."""
    saddle = missing_feature_saddle(ErfFeatures(), k, m, rng=np.random.default_rng([k, m]))
    rng = np.random.default_rng(0)
    a = rng.standard_normal((60, k))
    w = rng.standard_normal((60, saddle.mu.w.shape[1]))
    kernel = second_variation(saddle.problem, saddle.mu, a, w, a, w)
    f = negative_features(saddle.problem, saddle.mu, a, w)
    assert f.shape == (60, m * m)
    scale = np.max(np.abs(kernel))
    assert np.linalg.eigvalsh(kernel + f @ f.T)[0] > -1e-12 * scale
    assert np.linalg.eigvalsh(kernel + f[:, 1:] @ f[:, 1:].T)[0] < -1e-4 * scale


def test_bad_hessians():
    problem, mu, v = _case(ErfFeatures())
    hessian = Hessian(problem, mu)
    with pytest.raises(ValueError, match=r"v\.w must have shape"):
        hessian.apply(VelocityField(v.a, v.a))
    with pytest.raises(ValueError, match=r"v\.a must be finite"):
        hessian.apply(VelocityField(v.a * np.nan, v.w))
    with pytest.raises(ValueError, match="entries"):
        hessian.to_field(np.ones(3))
    with pytest.raises(SingularCovarianceError, match="singular"):
        Hessian(problem, mu.push(np.zeros((2, 2))))
    with pytest.raises(ValueError, match="positive weight"):
        Hessian(problem, Measure(mu.a, mu.w, [0.5, 0.5, 0.0, 0.0, 0.0]))
    with pytest.raises(ValueError, match="a2 must have shape"):
        second_variation(problem, mu, mu.a, mu.w, mu.w, mu.w)
    with pytest.raises(TypeError, match="problem"):
        Hessian(mu, mu)
