"""Untied matrices, a learned value scale, and Adam with and without the noise of sampling."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iclnb.dynamics.stage_wise_in_practice import sgd
from iclnb.dynamics.stage_wise_in_practice.minibatch import minibatch_oracle
from iclnb.dynamics.stage_wise_in_practice.untied import random_start, untied_descent
from iclnb.dynamics.stage_wise_in_practice.value_scale import (
    scaled_descent,
    scaled_gradient,
    scaled_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    imbalanced,
    orthonormal_features,
    zipf,
)
from iclnb.dynamics.stage_wise_training.descent import (
    descend_scores,
    exact_descent,
    first_crossing,
)
from iclnb.dynamics.stage_wise_training.limit import (
    limit_attention,
    limit_gradient,
    limit_loss,
    limit_loss_per_query,
)
from iclnb.dynamics.stage_wise_training.population import population_gradient

P = imbalanced(20, 0.5)


def stage_ratio(path, p=P):
    """Time of mean rare attention 1/2 over the time of dominant attention 0.9, N = infinity."""
    a = np.array([np.diag(limit_attention(s, p)) for s in path.scores])
    dominant = first_crossing(path.steps, a[:, 0], 0.9)
    return first_crossing(path.steps, a[:, 1:].mean(axis=1), 0.5) / dominant


def oracle(scores):
    return limit_gradient(scores, P)


# Untied query and key matrices


def start(K=6, rank=4, scale=0.8, seed=0):
    return random_start(K, rank, spread=scale, rng=np.random.default_rng(seed))


@pytest.mark.claim("hcl-untied-conservation")
def test_untied_step_is_minus_the_gradient():
    p = zipf(6, 1.0)
    x, y = start()
    run = untied_descent(lambda s: limit_gradient(s, p), x, y, step_size=1.0, steps=1)
    h = 1e-5
    rng = np.random.default_rng(1)
    for moved, other in (("queries", y), ("keys", x)):
        base = x if moved == "queries" else y
        step = getattr(run, moved)[1] - base
        u = rng.standard_normal(base.shape)

        def loss(shift, base=base, u=u, other=other, moved=moved):
            z = base + shift * u
            return limit_loss(z.T @ other if moved == "queries" else other.T @ z, p)

        slope = (loss(h) - loss(-h)) / (2 * h)
        assert -np.sum(step * u) == pytest.approx(slope, rel=1e-7)
    swapped = np.sum((run.keys[1] - y) * u) + np.sum((run.queries[1] - x) * u)
    assert abs(-swapped - slope) > 1e-4


@pytest.mark.claim("hcl-untied-conservation")
def test_untied_sum_of_keys_is_conserved():
    model = DataModel(zipf(6, 1.0), 8, 0.5)
    x, y = start()
    for gradient in (
        lambda s: population_gradient(s, model),
        minibatch_oracle(model, 5, seed=0),
    ):
        run = untied_descent(gradient, x, y, step_size=2.0, steps=60)
        assert_allclose(run.key_sum(), np.tile(run.key_sum()[0], (61, 1)), atol=1e-13)
        # Controls: neither the sum of the queries nor the row sums of S are.
        assert np.abs(run.queries.sum(axis=2) - x.sum(axis=1)).max() > 1e-2
        sums = run.path().scores.sum(axis=2)
        assert np.abs(sums - sums[0]).max() > 1e-2


def test_untied_balance():
    p = zipf(6, 1.0)
    x, y = start()

    def run(rate):
        return untied_descent(
            lambda s: limit_gradient(s, p), x, y, step_size=rate, steps=int(40 / rate)
        )

    # One step, exactly.
    first = run(1.0)
    g = limit_gradient(x.T @ y, p)
    expected = (y @ g.T) @ (y @ g.T).T - (x @ g) @ (x @ g).T
    change = first.balance()[1] - first.balance()[0]
    assert_allclose(change, expected, atol=1e-14)
    assert np.abs(change + expected).max() > 1e-4
    # Over a fixed flow time the drift is proportional to the step.
    drift = [np.abs(r.balance()[-1] - r.balance()[0]).max() for r in (run(0.2), run(0.1))]
    assert drift[0] / drift[1] == pytest.approx(2, abs=0.1)
    # Control: the sum of the two Gram matrices is no invariant.
    gram = first.queries @ first.queries.transpose(0, 2, 1)
    total = 2 * gram - first.balance()
    assert np.abs(total[-1] - total[0]).max() > 0.1


def test_untied_rows_are_coupled():
    x, y = start(K=20, rank=24, scale=0.3)
    other = x.copy()
    other[:, 0] *= 2  # only the query vector of feature 1 differs
    runs = [untied_descent(oracle, z, y, step_size=2.0, steps=50).path().scores for z in (x, other)]
    assert np.abs(runs[0][-1, 1:] - runs[1][-1, 1:]).max() > 1e-3
    # Control: rows of one merged matrix ignore each other.
    merged = []
    for z in (x, other):
        run = descend_scores(oracle, z.T @ y, step_size=2.0, steps=50)
        merged.append(run.scores[-1, 1:])
    assert_allclose(merged[0], merged[1], atol=1e-14)


def test_untied_stages_are_sharper_the_smaller_the_start():
    record = range(0, 2401, 6)
    tied = stage_ratio(descend_scores(oracle, np.zeros((20, 20)), step_size=2.0, steps=1000))
    ratios = []
    for scale in (1.0, 0.3, 0.1, 0.01):
        x, y = start(K=20, rank=24, scale=scale)
        run = untied_descent(oracle, x, y, step_size=2.0, steps=2400, record=record)
        ratios.append(stage_ratio(run.path()))
    assert tied == pytest.approx(9.92, abs=0.1)
    assert tied < ratios[0]
    assert np.all(np.diff(ratios) > 0)
    assert_allclose(ratios, [15, 24, 30, 36], rtol=0.1)


def test_untied_low_rank_solves_the_task():
    x, y = start(K=20, rank=5, scale=0.3)
    run = untied_descent(oracle, x, y, step_size=2.0, steps=2500, record=[0, 2500])
    before, after = (limit_loss_per_query(s, P).max() for s in run.path().scores)
    assert after < 0.05 < before
    # Control: rank 1 cannot separate twenty features.
    x, y = start(K=20, rank=1, scale=0.3)
    run = untied_descent(oracle, x, y, step_size=2.0, steps=2500, record=[2500])
    assert limit_loss_per_query(run.path().scores[0], P).max() > 0.3


# A learned value scale


def test_scaled_gradient():
    rng = np.random.default_rng(0)
    p = zipf(5, 1.0)
    scores, scale = rng.standard_normal((5, 5)), 1.3
    gradient = scaled_gradient(scores, scale, p)

    def loss(s, nu):
        return p @ scaled_loss_per_query(s, nu, p)

    h = 1e-5
    u = rng.standard_normal((5, 5))
    slope = (loss(scores + h * u, scale) - loss(scores - h * u, scale)) / (2 * h)
    assert np.sum(gradient.scores * u) == pytest.approx(slope, rel=1e-7)
    assert abs(np.sum(gradient.scores.T * u) - slope) > 1e-4
    slope = (loss(scores, scale + h) - loss(scores, scale - h)) / (2 * h)
    assert gradient.value_scale == pytest.approx(slope, rel=1e-7)
    assert_allclose(gradient.scores.sum(axis=1), 0, atol=1e-15)


def test_scale_one_is_the_fixed_model():
    scores = np.random.default_rng(0).standard_normal((20, 20))
    assert_allclose(scaled_gradient(scores, 1.0, P).scores, limit_gradient(scores, P), atol=1e-15)
    assert_allclose(
        scaled_loss_per_query(scores, 1.0, P), limit_loss_per_query(scores, P), atol=1e-14
    )
    assert np.abs(scaled_gradient(scores, 1.1, P).scores - limit_gradient(scores, P)).max() > 1e-4


@pytest.mark.parametrize("p", [P, zipf(7, 1.0)])
def test_scale_one_is_stationary_at_the_start_only(p):
    K = len(p)
    assert abs(scaled_gradient(np.zeros((K, K)), 1.0, p).value_scale) < 1e-16
    assert scaled_gradient(np.zeros((K, K)), 0.9, p).value_scale < -1e-3
    assert abs(scaled_gradient(np.eye(K), 1.0, p).value_scale) > 1e-3


def test_learned_scale_overshoots_and_unlearns():
    run = scaled_descent(P, step_size=2.0, steps=3000, record=range(0, 3001, 5))
    loss = [scaled_loss_per_query(s, c, P)[0] for s, c in zip(run.scores, run.value_scale)]
    attention = [limit_attention(s, P)[0, 0] for s in run.scores]
    dip = int(np.argmin(loss[:100]))
    peak = dip + int(np.argmax(loss[dip:]))
    assert run.value_scale.max() > 1.5
    assert loss[dip] < 1e-4
    assert loss[peak] > 100 * loss[dip]
    assert loss[-1] < loss[peak] / 10
    assert max(attention[: dip + 1]) > 0.9
    assert min(attention[dip:]) < 0.65
    # Another start of the scale ends on the same path.
    for initial in (0.1, 1.8):
        other = scaled_descent(P, step_size=2.0, steps=3000, start=initial, record=[3000])
        assert other.value_scale[0] == pytest.approx(run.value_scale[-1], rel=1e-3)
    # Control: with the scale fixed, the loss of the dominant feature falls without end.
    fixed = descend_scores(oracle, np.zeros((20, 20)), step_size=2.0, steps=1000)
    losses = [limit_loss_per_query(s, P)[0] for s in fixed.scores[::20]]
    assert np.all(np.diff(losses) < 0)


# Adam

MODEL = DataModel(P, 100)
HAAR = orthonormal_features(20, 24, np.random.default_rng(0))


def test_descent_does_not_see_the_basis_and_adam_does():
    model = DataModel(zipf(4, 1.0), 12)
    features = orthonormal_features(4, 6, np.random.default_rng(1))
    for factory, rate, blind in (
        (sgd.gradient_descent, 1.0, True),
        (sgd.heavy_ball(0.9), 0.2, True),
        (sgd.adam, 0.05, False),
    ):
        runs = [
            sgd.train_population(model, v, optimiser=factory, step_size=rate, steps=15).path.scores
            for v in (np.eye(4), features)
        ]
        assert (np.abs(runs[0] - runs[1]).max() < 1e-12) == blind


def adam_ratio(gradient, features, steps):
    trained = sgd.run_optimiser(gradient, features, optimiser=sgd.adam, step_size=0.01, steps=steps)
    return stage_ratio(trained.path)


@pytest.mark.claim("hcl-adam-stages")
def test_adam_erases_the_stages_only_in_the_basis_of_the_features():
    def exact(scores):
        return population_gradient(scores, MODEL)

    sampled = {seed: minibatch_oracle(MODEL, 64, seed=seed) for seed in range(4)}
    assert adam_ratio(exact, np.eye(20), 230) < 1.2
    assert adam_ratio(exact, HAAR, 170) > 4
    for seed in (0, 1):
        assert 1.4 < adam_ratio(sampled[seed], np.eye(20), 430) < 2.5
    for seed in (2, 3):
        assert adam_ratio(sampled[seed], HAAR, 300) > 4


def test_gradient_descent_and_momentum_keep_the_stages():
    for rate, momentum in ((5.0, 0.0), (0.5, 0.9)):
        path = descend_scores(
            oracle, np.zeros((20, 20)), step_size=rate, steps=320, momentum=momentum
        )
        assert stage_ratio(path) > 8
        sampled = descend_scores(
            minibatch_oracle(MODEL, 64, seed=3), np.zeros((20, 20)),
            step_size=rate, steps=340, momentum=momentum,
        )  # fmt: skip
        assert stage_ratio(sampled) > 8
    # Control: features of nearly one frequency have no stages.
    p = np.array([0.3, 0.24, 0.23, 0.23])
    path = exact_descent(DataModel(p, 40), step_size=2.0, steps=200)
    assert stage_ratio(path, p) < 2


# Bad input


def test_bad_input():
    x, y = start()
    with pytest.raises(ValueError, match="keys must have shape"):
        untied_descent(oracle, x, y[:, 1:], step_size=1.0, steps=1)
    with pytest.raises(ValueError, match="finite"):
        untied_descent(oracle, x * np.nan, y, step_size=1.0, steps=1)
    with pytest.raises(ValueError, match="step_size"):
        untied_descent(oracle, x, y, step_size=-1.0, steps=1)
    with pytest.raises(ValueError, match="spread"):
        start(scale=0.0)
    with pytest.raises(ValueError, match="start"):
        scaled_descent(P, step_size=1.0, steps=1, start=np.nan)
    with pytest.raises(ValueError, match="p must"):
        scaled_descent([0.5, 0.6], step_size=1.0, steps=1)
    with pytest.raises(ValueError, match="scores"):
        scaled_gradient(np.zeros((3, 3)), 1.0, P)
