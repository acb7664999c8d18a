"""The claims of the chapter by other routes than its certificates."""

import math

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import learning_the_basis as lb
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis import readouts

NOISE = math.sqrt(0.1)


@pytest.mark.claim("kns-best-keys")
def test_best_keys_on_sampled_prompts():
    """Keys f/w by hand, on prompts; the true basis with its best Gamma has a third more risk."""
    functions = fs.random_trigonometric_basis(3, 3, 10, np.random.default_rng(4))
    sigma = np.array([1.0, 0.8, 0.6])
    x, weights = fs.FourierBasis(120).quadrature(4)
    f = functions.evaluate(x)
    keys = ni.best_key_features(f, sigma, noise=NOISE)
    best = ni.quadrature_moments(keys, f, weights, sigma, prompt_length=32, noise=NOISE, queries=f)
    plain = ni.quadrature_moments(f, f, weights, sigma, prompt_length=32, noise=NOISE)
    gamma = ni.optimal_gamma(best)
    rngs = [np.random.default_rng(k) for k in range(3)]
    prompts = ni.sample_function_prompts(
        functions,
        sigma,
        n_tasks=20000,
        prompt_length=32,
        noise=NOISE,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), rngs)),
    )
    values = functions.evaluate(prompts.X.reshape(-1, 1))
    w = values**2 @ sigma + 0.1
    S = np.einsum("ti,tik->tk", prompts.y, (values / w[:, None]).reshape(20000, 32, 3)) / 32
    loss = (
        np.einsum("tk,tk->t", S @ gamma, functions.evaluate(prompts.query)) - prompts.target
    ) ** 2
    assert abs(loss.mean() - ni.optimal_risk(best)) < 4 * loss.std() / math.sqrt(20000)
    assert ni.optimal_risk(best) < 0.75 * ni.optimal_risk(plain)


@pytest.mark.claim("kns-learned-basis")
def test_readouts():
    """A readout of the true span is nearly Bayes; outside the span there is a floor."""
    basis = fs.random_trigonometric_basis(3, 3, 10, np.random.default_rng(0))
    sigma = np.array([1.0, 0.8, 0.6])
    x, w = basis.quadrature(4)
    rngs = map(np.random.default_rng, range(3))
    prompts = ni.sample_function_prompts(
        basis,
        sigma,
        n_tasks=512,
        prompt_length=32,
        noise=NOISE,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), rngs)),
    )
    mix = np.random.default_rng(5).normal(size=(3, 3))

    def risk(way, n):
        settings = {"noise": NOISE, "draws": 60, "n_queries": 20}
        rng = np.random.default_rng(n)
        return readouts.readout_risk(way, basis, sigma, prompt_length=n, rng=rng, **settings)

    same = readouts.pretrained_readout(
        lambda v: basis.evaluate(v) @ mix, prompts, x, w, noise=NOISE
    )
    bayes = readouts.Readout(basis.evaluate, sigma, 0.1**0.5)
    scratch = readouts.scratch_readout(fs.FourierBasis(40), variance=2.4, noise=NOISE)
    assert 1.0 <= risk(same, 32).mean / risk(bayes, 32).mean < 1.1
    assert risk(scratch, 32).mean > 10 * risk(same, 32).mean
    # One of three directions missing: no prompt removes its variance.
    lame = readouts.pretrained_readout(
        lambda v: basis.evaluate(v)[:, :2], prompts, x, w, noise=NOISE
    )
    missed = lb.missed_variance(basis.evaluate(x), basis.evaluate(x)[:, :2], w, sigma)
    assert abs(missed - 0.6) < 1e-12
    found = risk(lame, 256)
    assert found.mean > missed - 4 * found.error
    assert risk(scratch, 256).mean < 0.1
    curve = readouts.risk_curve(bayes, basis, sigma, prompt_lengths=[8, 64], noise=NOISE, seed=1)
    again = readouts.risk_curve(bayes, basis, sigma, prompt_lengths=[8, 64], noise=NOISE, seed=1)
    np.testing.assert_array_equal(curve, again)
    assert curve[1] < curve[0]


@pytest.mark.claim("kns-best-keys")
def test_nothing_is_gained_on_steps_of_unequal_variance():
    """There v is not constant, but vf = Bf: the matrix can do what the keys do."""
    steps, variances = fs.SplineBasis(0, 2), np.array([1.0, 0.5, 0.2, 0.05])
    nodes, weights = steps.quadrature(4)
    f = steps.evaluate(nodes)
    v = (f**2) @ variances
    assert v.max() > 10 * v.min()
    keys = ni.best_key_features(f, variances, noise=NOISE)
    plain = ni.quadrature_moments(f, f, weights, variances, prompt_length=4, noise=NOISE)
    other = ni.quadrature_moments(
        keys, f, weights, variances, prompt_length=4, noise=NOISE, queries=f
    )
    for n in (1, 4, 64):
        assert ni.optimal_risk(other.at(prompt_length=n)) == pytest.approx(
            ni.optimal_risk(plain.at(prompt_length=n)), rel=1e-12
        )


def test_answers_of_a_readout_are_the_posterior_mean():
    rng = np.random.default_rng(3)
    basis, spread = fs.FourierBasis(4), np.array([1.0, 0.5, 0.3, 0.2])
    X, y, points = rng.random((6, 1)), rng.normal(size=6), rng.random((5, 1))
    way = lb.Readout(basis.evaluate, spread, NOISE)
    mean = ni.posterior(basis.evaluate(X), y, spread, noise=NOISE).mean
    np.testing.assert_allclose(
        lb.readout_answers(way, X, y, points), basis.evaluate(points) @ mean, rtol=1e-10
    )
    with pytest.raises(ValueError, match="y"):
        lb.readout_answers(way, X, y[:-1], points)
    with pytest.raises(ValueError, match="points"):
        lb.readout_answers(way, X, y, np.ones((2, 3)))
