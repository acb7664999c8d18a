"""The hand-derived gradients against automatic ones, and against the exact model."""

import numpy as np
import pytest
import torch

from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import three_transformers as tt

N, K, D = 12, 3, 5


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((44, D))
    weights = tt.Weights(3.0 * rng.standard_normal((N, K)), rng.standard_normal((N, D)))
    gamma = np.eye(K) + 0.3 * rng.standard_normal((K, K))
    return x, weights, gamma, rng


def _torch_features(x, a, w):
    return torch.sigmoid(torch.tensor(x) @ w.T) @ a / len(a)


def _automatic(x, weights, gamma, loss):
    """Return the particle gradients and that of gamma of ``loss(h, gamma)``."""
    leaves = [torch.tensor(v, requires_grad=True) for v in (*weights, gamma)]
    value = loss(_torch_features(x, leaves[0], leaves[1]), leaves[2])
    grads = torch.autograd.grad(value, leaves, allow_unused=True)
    a, w, g = (None if g is None else g.numpy() for g in grads)
    return float(value.detach()), N * a, N * w, g


def _check_gradients(x, weights, gamma, loss, objective):
    layer = tt.Layer(len(x), N)
    pull = objective(layer.features(x, weights))
    grad = layer.pull(x, weights, pull.features)
    value, a, w, g = _automatic(x, weights, gamma, loss)
    assert abs(pull.loss - value) < 1e-12 * value
    assert np.allclose(grad.a, a, rtol=0, atol=1e-11 * np.abs(a).max())
    assert np.allclose(grad.w, w, rtol=0, atol=1e-11 * np.abs(w).max())
    expected = np.zeros((K, K)) if g is None else g
    assert np.allclose(pull.Gamma, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("k0", [2, 3, 5])
def test_token_objectives_by_autograd(data, k0):
    x, weights, gamma, rng = data
    f = np.tanh(rng.standard_normal((len(x), k0)))
    t = torch.tensor(f)

    def joint(h, g):
        c = t.T @ h / len(x)
        return 0.5 * torch.sum((t - h @ (c @ g).T) ** 2) / len(x)

    def static(h, _):
        return joint(h, torch.linalg.inv(h.T @ h / len(x)))

    _check_gradients(x, weights, gamma, joint, lambda h: tt.token_joint(f, h, gamma))
    _check_gradients(x, weights, gamma, static, lambda h: tt.token_static(f, h))


def test_prompt_objectives_by_autograd(data):
    x, weights, gamma, rng = data
    prompts, n = 4, 10
    labels, targets = rng.standard_normal((prompts, n)), rng.standard_normal(prompts)
    cut = prompts * n

    def joint(h, g):
        c = torch.einsum("pi,pik->pk", torch.tensor(labels), h[:cut].reshape(prompts, n, K)) / n
        answer = torch.einsum("pk,kl,pl->p", c, g, h[cut:])
        return 0.5 * torch.mean((answer - torch.tensor(targets)) ** 2)

    def static(h, _):
        return joint(h, torch.linalg.inv(h[:cut].T @ h[:cut] / cut))

    def by_hand(h):
        return tt.prompt_joint(h[:cut], labels, h[cut:], targets, gamma)

    _check_gradients(x, weights, gamma, joint, by_hand)
    _check_gradients(
        x, weights, gamma, static, lambda h: tt.prompt_static(h[:cut], labels, h[cut:], targets)
    )


def test_the_batch_is_the_exact_model_of_its_own_law(data):
    x, weights, gamma, rng = data
    features = mf.SampledFeatures(mf.LOGISTIC, mf.Nodes(x, np.full(len(x), 1 / len(x))))
    teacher = mf.whitened_teacher(
        features, rng.standard_normal((6, K)), rng.standard_normal((6, D))
    )
    problem, mu = mf.Problem(features, teacher), mf.Measure(weights.a, weights.w)
    f, layer = teacher.features(features, x), tt.Layer(len(x), N)
    for exact, objective in (
        (mf.particle_gradients(problem, mu), tt.token_static),
        (mf.joint_gradients(problem, mu, gamma), lambda f, h: tt.token_joint(f, h, gamma)),
    ):
        pull = objective(f, layer.features(x, weights))
        grad = layer.pull(x, weights, pull.features)
        assert abs(pull.loss - exact.loss) < 1e-12
        assert np.allclose(grad.a, exact.a, rtol=0, atol=1e-11)
        assert np.allclose(grad.w, exact.w, rtol=0, atol=1e-11)
    stats = mf.statistics(problem, mu)
    h = layer.features(x, weights)
    inner = tt.token_joint(f, h, gamma).Gamma
    assert np.allclose(inner, mf.inner_gradient(stats, gamma), rtol=0, atol=1e-12)


@pytest.mark.claim("tt-envelope")
def test_static_is_attention_at_its_best(data):
    x, weights, gamma, rng = data
    f, h = rng.standard_normal((len(x), 4)), tt.Layer(len(x), N).features(x, weights)
    best = np.linalg.inv(h.T @ h / len(h))
    joint, static = tt.token_joint(f, h, best), tt.token_static(f, h)
    assert np.allclose(joint.features, static.features, rtol=0, atol=1e-12)
    assert np.abs(joint.Gamma).max() < 1e-12
    away = tt.token_joint(f, h, gamma)
    assert np.abs(away.features - static.features).max() > 1e-3


def test_blocks_and_single_precision():
    rng = np.random.default_rng(1)
    x, g = rng.standard_normal((1203, D)), rng.standard_normal((1203, K))
    weights = tt.Weights(rng.standard_normal((N, K)), rng.standard_normal((N, D)))
    double, single = tt.Layer(1203, N), tt.Layer(1203, N, single=True)
    h, h32 = double.features(x, weights), single.features(x, weights)
    expected = mf.LOGISTIC.function(x @ weights.w.T) @ weights.a / N
    assert np.allclose(h, expected, rtol=0, atol=1e-14)
    assert np.allclose(h32, expected, rtol=0, atol=1e-5)
    assert h32.dtype == np.float64
    exact, rough = double.pull(x, weights, g), single.pull(x, weights, g)
    for one, other in zip(exact, rough):
        assert np.allclose(one, other, rtol=0, atol=1e-4 * np.abs(one).max())


def test_bad_input(data):
    x, weights, gamma, _ = data
    layer = tt.Layer(len(x), N)
    with pytest.raises(ValueError, match="inputs"):
        tt.Layer(0, 3)
    with pytest.raises(ValueError, match="x must have shape"):
        layer.features(x[1:], weights)
    with pytest.raises(ValueError, match=r"weights\.w"):
        layer.features(x, tt.Weights(weights.a, np.full((N, D), np.nan)))
    h = layer.features(x, weights)
    with pytest.raises(ValueError, match="g must have shape"):
        layer.pull(x, weights, np.zeros((3, K)))
    with pytest.raises(ValueError, match="h must have shape"):
        tt.token_static(np.zeros((3, 2)), h)
    with pytest.raises(ValueError, match="Gamma"):
        tt.token_joint(h, h, np.eye(K + 1))
    with pytest.raises(ValueError, match="target"):
        tt.prompt_joint(h[:40], np.zeros((4, 10)), h[40:], np.zeros(3), gamma)
    with pytest.raises(ValueError, match="query"):
        tt.prompt_static(h[:40], np.zeros((4, 10)), h[39:], np.zeros(4))
