"""Training on prompts that are drawn once."""

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_in_practice import (
    asked_share,
    batch_gradient,
    fixed_descent,
    query_share,
)
from iclnb.dynamics.stage_wise_training import (
    DataModel,
    descend_scores,
    exact_descent,
    first_crossing,
    imbalanced,
    zipf,
)

MODEL = DataModel(zipf(5, 1.0), 12, 0.3)


def run(n_prompts=40, seed=1, **change):
    return fixed_descent(MODEL, n_prompts, seed=seed, **{"step_size": 1.5, "steps": 30, **change})


def test_the_loss_of_the_same_prompts_is_descended():
    fixed = run()
    # A second route: the loss prompt by prompt, with the attention written out.
    counts, means, query, target = fixed.batch

    def loss(scores):
        weight = counts * np.exp(scores[query])
        prediction = np.sum(weight * means, axis=1) / weight.sum(axis=1)
        return 0.5 * np.mean((prediction - target) ** 2)

    at = fixed.path.scores[10]
    gradient, h = np.empty((5, 5)), 1e-5
    for k, n in np.ndindex(5, 5):
        moved = h * np.outer(np.eye(5)[k], np.eye(5)[n])
        gradient[k, n] = (loss(at + moved) - loss(at - moved)) / (2 * h)
    np.testing.assert_allclose(fixed.path.scores[11], at - 1.5 * gradient, atol=1e-9)
    losses = [loss(s) for s in fixed.path.scores]
    assert np.all(np.diff(losses) < 0)
    np.testing.assert_allclose(fixed.path.scores.sum(axis=2), 0, atol=1e-13)


def test_a_run_repeats_and_another_seed_has_other_prompts():
    assert np.array_equal(run().path.scores, run().path.scores)
    assert not np.array_equal(run().batch.target, run(seed=2).batch.target)
    some = run(record=[0, 7, 30]).path
    assert np.array_equal(some.scores, run().path.scores[[0, 7, 30]])


def test_shares_of_the_queries():
    prompts = run(n_prompts=4000).batch
    np.testing.assert_allclose(asked_share(prompts).sum(), 1, rtol=1e-14)
    for k in range(5):
        own = prompts.query_token == k
        assert asked_share(prompts)[k] == own.mean()
        assert query_share(prompts)[k] == pytest.approx(np.sum(prompts.target[own] ** 2) / 4000)
        # y^2 has mean 1 and variance 2, and the feature is asked with probability p_k.
        error = np.sqrt(3 * MODEL.p[k] / 4000)
        assert abs(query_share(prompts)[k] - MODEL.p[k]) < 4 * error


def test_the_pace_at_the_start():
    """The first speed of the own score for long prompts is the module's formula."""
    model = DataModel(np.array([0.5, 0.3, 0.2]), 10**6)
    fixed = fixed_descent(model, 60, seed=0, step_size=1.0, steps=1)
    prompts = fixed.batch
    pull = -batch_gradient(np.zeros((3, 3)), prompts)
    expected = np.zeros(3)
    for y, values, k in zip(prompts.target, prompts.means, prompts.query_token):
        expected[k] += model.p[k] * (y - values @ model.p) ** 2 / 60
    np.testing.assert_allclose(np.diag(pull), expected, rtol=0.02)
    # Controls: the other features left out, and the answers too.
    for share in (query_share(prompts), asked_share(prompts)):
        assert np.max(np.abs(model.p * share / expected - 1)) > 0.1


def test_a_feature_that_nobody_asks_for_is_not_learned():
    # The prompts are long enough to show every feature that is asked for.
    fixed = fixed_descent(DataModel(imbalanced(30, 0.8), 2000), 25, seed=0, step_size=1.0, steps=5)
    never = asked_share(fixed.batch) == 0
    assert 0 < never.sum() < 30
    assert np.all(fixed.path.scores[-1][never] == 0)
    assert np.all(np.diag(fixed.path.scores[-1])[~never] != 0)


@pytest.mark.claim("hcl-fixed-prompts")
@pytest.mark.parametrize(("K", "seed"), [(8, 11), (10, 12)])
def test_the_share_of_the_query_sets_the_time(K, seed):
    model = DataModel(imbalanced(K, 0.5), 100)
    ratios, plain, counted = [], [], []
    exact = exact_descent(model, step_size=5.0, steps=110)
    time = first_crossing(exact.steps, exact.target()[:, 1], np.log(K))
    for i in range(3):
        fixed = fixed_descent(model, 1000, seed=seed + 10 * i, step_size=5.0, steps=500)
        seen = [
            first_crossing(fixed.path.steps, fixed.path.target()[:, k], np.log(K))
            for k in range(1, K)
        ]
        late = np.log(np.array(seen) / time)
        plain += list(late)
        ratios += list(late + np.log(query_share(fixed.batch)[1:] / model.p[1]))
        counted += list(late + np.log(asked_share(fixed.batch)[1:] / model.p[1]))
    assert np.std(ratios) < 0.6 * np.std(plain)
    assert abs(np.mean(ratios)) < 0.1
    # Control: counting the questions explains less.
    assert np.std(counted) > 0.6 * np.std(plain)


def test_infinitely_many_prompts_are_the_population():
    model = DataModel(imbalanced(6, 0.5), 60)
    fixed = fixed_descent(model, 30000, seed=3, step_size=3.0, steps=40)
    exact = exact_descent(model, step_size=3.0, steps=40)
    assert np.abs(fixed.path.scores[-1] - exact.scores[-1]).max() < 0.2
    few = fixed_descent(model, 100, seed=3, step_size=3.0, steps=40)
    assert np.abs(few.path.scores[-1] - exact.scores[-1]).max() > 0.4


def test_bad_input():
    with pytest.raises(ValueError, match="n_prompts"):
        run(n_prompts=0)
    with pytest.raises(ValueError, match="seed"):
        run(seed=-1)
    with pytest.raises(ValueError, match="step_size"):
        run(step_size=0.0)
    with pytest.raises(ValueError, match="start"):
        descend_scores(lambda s: s, np.zeros((2, 3)), step_size=1.0, steps=1)
