"""Training on prompts: its gradient, its invariants, its stages against the exact path."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from iclnb.dynamics.stage_wise_in_practice import minibatch, sgd
from iclnb.dynamics.stage_wise_in_practice.runs import exact_run, sgd_run, stage_marks
from iclnb.dynamics.stage_wise_training.attention import grouped_attention, weights_from_scores
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    orthonormal_features,
    sample_token_prompts,
)
from iclnb.dynamics.stage_wise_training.descent import (
    descend_scores,
    exact_descent,
    first_crossing,
)
from iclnb.dynamics.stage_wise_training.limit import limit_attention
from iclnb.dynamics.stage_wise_training.phases import phase_times
from iclnb.dynamics.stage_wise_training.population import population_gradient
from iclnb.dynamics.stage_wise_training.reduced import descend, finite_plane_flow

SMALL = DataModel(np.array([0.4, 0.3, 0.2, 0.1]), 6, 0.7)
CHAPTER = DataModel.imbalanced(20, 0.5, prompt_length=100)


def streams(seed):
    names = ("task_rng", "token_rng", "noise_rng")
    children = np.random.SeedSequence(seed).spawn(3)
    return {name: np.random.default_rng(child) for name, child in zip(names, children)}


def config(**change):
    base = sgd.SGDConfig(SMALL, d=6, batch_size=8, step_size=1.0, steps=20, seed=0)
    return dataclasses.replace(base, **change)


# The gradient


@pytest.mark.parametrize("noise", [0.0, 0.7])
def test_hand_gradient_is_the_automatic_one(noise):
    model = DataModel(SMALL.p, 9, noise)
    rng = np.random.default_rng(1)
    features = orthonormal_features(4, 7, rng)
    prompts = sample_token_prompts(model, features, 12, **streams(2))
    scores = 1.5 * rng.standard_normal((4, 4))
    matrix = torch.tensor(weights_from_scores(scores, features), requires_grad=True)
    sgd.prompt_loss(matrix, prompts).backward()
    automatic = matrix.grad.numpy()
    hand = minibatch.batch_gradient(scores, minibatch.aggregate(prompts, 4))
    # The automatic gradient leaves the span of the features nowhere: tokens and queries lie in it.
    assert_allclose(weights_from_scores(hand, features), automatic, rtol=0, atol=1e-12)
    # Control: key and query exchanged.
    wrong = weights_from_scores(hand.T, features)
    assert np.abs(wrong - automatic).max() > 1e-2


def mean_gradient_deviation(model, expected, *, tokenwise):
    """Deviation of the mean of 400 minibatch gradients in standard errors, largest entry."""
    features = orthonormal_features(4, 6, np.random.default_rng(0)) if tokenwise else None
    oracle = minibatch.minibatch_oracle(model, 500, seed=11, features=features)
    draws = np.array([oracle(SCORES) for _ in range(400)])
    error = draws.std(axis=0, ddof=1) / np.sqrt(len(draws))
    return np.abs((draws.mean(axis=0) - expected) / error).max()


SCORES = np.random.default_rng(3).standard_normal((4, 4))


@pytest.mark.parametrize("tokenwise", [True, False])
def test_minibatch_gradient_is_unbiased(tokenwise):
    exact = population_gradient(SCORES, SMALL)
    assert mean_gradient_deviation(SMALL, exact, tokenwise=tokenwise) < 4.5
    # Controls: the label noise forgotten; one token more.
    silent = population_gradient(SCORES, DataModel(SMALL.p, 6, 0.0))
    longer = population_gradient(SCORES, DataModel(SMALL.p, 7, 0.7))
    assert mean_gradient_deviation(SMALL, silent, tokenwise=tokenwise) > 8
    assert mean_gradient_deviation(SMALL, longer, tokenwise=tokenwise) > 8


def test_aggregate_counts_and_averages():
    prompts = sample_token_prompts(SMALL, np.eye(4), 5, **streams(0))
    batch = minibatch.aggregate(prompts, 4)
    for b in range(5):
        for m in range(4):
            own = prompts.y[b][prompts.tokens[b] == m]
            assert batch.counts[b, m] == own.size
            assert batch.means[b, m] == pytest.approx(own.mean() if own.size else 0.0, abs=1e-14)


def test_attention_map_at_exact_frequencies_is_the_limit():
    counts = np.array([[4, 3, 2, 1], [40, 30, 20, 10]])
    expected = limit_attention(SCORES, SMALL.p)
    assert_allclose(minibatch.attention_map(SCORES, counts), expected, atol=1e-14)
    counts = minibatch.sample_batch(SMALL, 7, **streams(1)).counts
    rows = [grouped_attention(row, counts).mean(axis=0) for row in SCORES]
    assert_allclose(minibatch.attention_map(SCORES, counts), rows, atol=0)


# The loop


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_torch_on_the_matrix_is_numpy_on_the_scores(momentum):
    run = config(optimiser=sgd.heavy_ball(momentum), tokenwise=False)
    trained = sgd.train(run)
    prompts = np.random.SeedSequence(0).spawn(2)[1]
    oracle = minibatch.minibatch_oracle(SMALL, 8, seed=prompts)
    path = descend_scores(oracle, np.zeros((4, 4)), step_size=1.0, steps=20, momentum=momentum)
    assert_allclose(trained.path.scores, path.scores, atol=1e-12)
    assert_allclose(
        weights_from_scores(path.scores[-1], trained.features), trained.Gamma, atol=1e-12
    )
    assert np.abs(path.scores[-1]).max() > 0.1


def test_runs_repeat_and_seeds_matter():
    first, again, other = (sgd.train(config(seed=s)).path.scores for s in (5, 5, 6))
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_threads_do_not_change_a_run():
    before = torch.get_num_threads()
    runs = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            runs.append(sgd.train(config(data_model=CHAPTER, d=24, batch_size=64)).path.scores)
    finally:
        torch.set_num_threads(before)
    assert_allclose(runs[0], runs[1], atol=1e-13)


def test_records_do_not_change_a_run():
    every = sgd.train(config()).path
    some = sgd.train(config(), record=[0, 7, 20]).path
    assert np.array_equal(some.scores, every.scores[[0, 7, 20]])


def test_row_sums_are_conserved_by_descent_and_not_by_adam():
    def drift(path):
        return np.abs(path.scores.sum(axis=2)).max()

    for factory in (sgd.gradient_descent, sgd.heavy_ball(0.9)):
        assert drift(sgd.train(config(optimiser=factory)).path) < 1e-13
    assert drift(sgd.train(config(optimiser=sgd.adam, step_size=0.05)).path) > 1e-2


# The stages


@pytest.fixture(scope="module")
def exact():
    return exact_run(20, 100, steps=600)


def test_exact_marks(exact):
    # Independent route: descent in the plane of one rare row, and the flow by an adaptive solver.
    def growth(rate):
        path = descend(
            lambda x: finite_plane_flow(x, K=20, p1=0.5, prompt_length=100),
            np.zeros(2), step_size=rate, steps=int(1500 / rate),
        )  # fmt: skip
        return rate * first_crossing(np.arange(len(path)), path[:, 0], np.log(20))

    flow = phase_times(20, 0.5, prompt_length=100, accuracy=0.05)
    coarse, fine = growth(5.0), growth(2.5)
    assert 5 * exact["growth"] == pytest.approx(coarse, rel=2e-4)  # records are 10 steps apart
    assert (coarse - flow.growth) / (fine - flow.growth) == pytest.approx(2, abs=0.05)
    assert 2 * fine - coarse == pytest.approx(flow.growth, rel=1e-4)
    assert 5 * exact["switch"] == pytest.approx(flow.switch, rel=1e-2)
    assert 5 * exact["rare"] == pytest.approx(flow.converged, rel=1e-2)
    # Control: infinitely long prompts differ by more.
    endless = phase_times(20, 0.5, accuracy=0.05)
    assert abs(endless.growth / flow.growth - 1) > 0.05


@pytest.mark.claim("hcl-sgd-follows")
def test_sgd_follows_the_exact_path(exact):
    runs = [sgd_run(seed, 20, 100, steps=600) for seed in (0, 1, 2)]
    for run in runs:
        assert run["growth"] == pytest.approx(exact["growth"], rel=0.08)
        assert run["rare"] == pytest.approx(exact["rare"], rel=0.08)
        assert run["rare"] / run["dominant"] > 5
        assert run["dominant"] < run["switch"] < run["growth"] < run["rare"]
    # Control: the exact path of another imbalance is no prediction.
    other = exact_run(20, 100, p1=0.6, steps=500)
    assert all(abs(run["growth"] / other["growth"] - 1) > 0.08 for run in runs)


@pytest.mark.claim("hcl-sgd-larger")
def test_tokens_and_counts_give_the_same_stages(exact):
    # The same marks from token-level training in torch.
    record = sorted({*range(21), *range(0, 601, 10)})
    trained = sgd.train(sgd.SGDConfig(CHAPTER, 24, 64, 5.0, 600, 0), record=record)
    marks = stage_marks(trained.path, CHAPTER)
    assert marks.growth == pytest.approx(exact["growth"], rel=0.08)
    assert marks.rare / marks.dominant > 5


def test_stage_marks_on_balanced_data_have_no_gap():
    # Control of the ratio: without imbalance all features are learned at one time.
    model = DataModel.balanced(6, prompt_length=90)
    path = exact_descent(model, step_size=2.0, steps=120)
    marks = stage_marks(path, model, dominant_loss=0.05, rare_loss=0.05)
    assert marks.rare / marks.dominant == pytest.approx(1, abs=1e-9)


# Bad input


@pytest.mark.parametrize(
    ("change", "error", "name"),
    [
        ({"d": 3}, ValueError, "d"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": 2.5}, TypeError, "batch_size"),
        ({"step_size": 0.0}, ValueError, "step_size"),
        ({"step_size": np.nan}, ValueError, "step_size"),
        ({"steps": 0}, ValueError, "steps"),
        ({"seed": -1}, ValueError, "seed"),
        ({"optimiser": "adam"}, TypeError, "optimiser"),
        ({"data_model": SMALL.p}, TypeError, "data_model"),
    ],
)
def test_bad_configuration(change, error, name):
    with pytest.raises(error, match=name):
        config(**change)


@pytest.mark.parametrize("record", [[], [0, 0], [3, 2], [-1], [21], [0.5]])
def test_bad_schedule(record):
    wrong = TypeError if record == [0.5] else ValueError
    with pytest.raises(wrong, match="record"):
        sgd.train(config(), record=record)


def test_bad_arguments():
    batch = minibatch.sample_batch(SMALL, 3, **streams(0))
    with pytest.raises(ValueError, match="scores"):
        minibatch.batch_gradient(np.zeros((3, 3)), batch)
    with pytest.raises(ValueError, match="counts"):
        minibatch.attention_map(np.zeros((4, 4)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match="batch_size"):
        minibatch.minibatch_oracle(SMALL, 0, seed=0)
    with pytest.raises(ValueError, match="momentum"):
        sgd.heavy_ball(1.0)
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, 1\), got -0\.1"):
        sgd.heavy_ball(-0.1)
    with pytest.raises(ValueError, match="features"):
        sgd.train_population(SMALL, 2 * np.eye(4), step_size=1.0, steps=1)
    with pytest.raises(ValueError, match="equal rare"):
        stage_marks(exact_descent(SMALL, step_size=1.0, steps=1), SMALL)
