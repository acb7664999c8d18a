"""What exactness costs: one gradient of the chapter's size, by three routes.

Run with ``pytest benchmarks/bench_stage_wise_in_practice.py --benchmark-only``. Setting: 20
features, p_1 = 1/2, 100 tokens. A sampled route stores, as extra information, its relative error
on two entries of a rare row (the target's and a rare competitor's), so that times can be compared
at equal accuracy: the error falls as the inverse square root of the number of prompts, hence the
time to one per cent is time x (error/0.01)^2, extrapolated. The exact route is accurate to about
1e-14.
"""

import numpy as np
import pytest
import torch

from iclnb.dynamics.stage_wise_in_practice import minibatch, sgd
from iclnb.dynamics.stage_wise_training.attention import gradient_given_counts
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    orthonormal_features,
    sample_counts,
    sample_token_prompts,
)
from iclnb.dynamics.stage_wise_training.limit import limit_gradient
from iclnb.dynamics.stage_wise_training.population import population_gradient
from iclnb.dynamics.stage_wise_training.reduced import finite_plane_flow

K, BATCH, ROW = 20, 64, 5
ENTRIES = {"target": (ROW, ROW), "competitor": (ROW, 7)}
MODEL = DataModel.imbalanced(K, 0.5, prompt_length=100)
SCORES = 1.5 * (np.eye(K) - 1 / K)
EXACT = population_gradient(SCORES, MODEL)


def streams():
    names = ("task_rng", "token_rng", "noise_rng")
    return {n: np.random.default_rng(c) for n, c in zip(names, np.random.SeedSequence(0).spawn(3))}


def report(benchmark, draw, repeats):
    """Relative error of one call on the entries, and the time to one per cent by repetition."""
    draws = np.array([draw() for _ in range(repeats)])
    for name, (k, n) in ENTRIES.items():
        error = float(draws[:, k, n].std(ddof=1) / abs(EXACT[k, n]))
        benchmark.extra_info[f"relative error, {name}"] = error
        if benchmark.stats is not None:
            seconds = benchmark.stats.stats.median * (error / 0.01) ** 2
            benchmark.extra_info[f"seconds to one per cent, {name}"] = seconds
            if name == "target":
                benchmark.extra_info.update(seconds=seconds, unit="to 1 %")


@pytest.fixture
def features():
    return orthonormal_features(K, 24, np.random.default_rng(0))


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_exact(benchmark):
    gradient = benchmark(population_gradient, SCORES, MODEL)
    assert gradient.shape == (K, K)


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_exact_one_rare_row(benchmark):
    benchmark(finite_plane_flow, np.array([1.0, -0.3]), K=K, p1=0.5, prompt_length=100)


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_infinite_prompts(benchmark):
    benchmark(limit_gradient, SCORES, MODEL.p)


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_monte_carlo_over_counts(benchmark):
    """2000 prompts, the task averaged by hand, one query row at a time."""
    rng = np.random.default_rng(0)

    def draw():
        counts = sample_counts(MODEL, 2000, rng)
        rows = [gradient_given_counts(SCORES[k], counts, k).mean(axis=0) for k in range(K)]
        return MODEL.p[:, None] * np.array(rows)

    benchmark(draw)
    report(benchmark, draw, 60)


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_minibatch_of_counts(benchmark):
    oracle = minibatch.minibatch_oracle(MODEL, BATCH, seed=0)
    benchmark(oracle, SCORES)
    report(benchmark, lambda: oracle(SCORES), 4000)


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_minibatch_of_tokens(benchmark, features):
    oracle = minibatch.minibatch_oracle(MODEL, BATCH, seed=0, features=features)
    benchmark(oracle, SCORES)
    report(benchmark, lambda: oracle(SCORES), 4000)


@pytest.mark.benchmark(group="gradient of softmax attention, K = 20")
def test_minibatch_by_automatic_derivative(benchmark, features):
    rngs = streams()
    matrix = torch.tensor(features.T @ SCORES.T @ features, requires_grad=True)

    def draw():
        matrix.grad = None
        sgd.prompt_loss(matrix, sample_token_prompts(MODEL, features, BATCH, **rngs)).backward()
        return features @ matrix.grad.numpy().T @ features.T

    benchmark(draw)
    benchmark.extra_info["peer"] = True
    report(benchmark, draw, 1500)
