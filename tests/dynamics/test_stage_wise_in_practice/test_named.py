"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest
import torch._dynamo  # noqa: F401 - optimisers load it: once, not in every process of the audit

from iclnb.dynamics.stage_wise_in_practice import sgd
from iclnb.dynamics.stage_wise_in_practice.minibatch import minibatch_oracle
from iclnb.dynamics.stage_wise_in_practice.runs import sgd_run
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.dynamics.stage_wise_training.population import (
    population_gradient,
    population_loss_per_query,
)


def crossing(steps, values, level):
    """Where a line through the recorded points first meets a level from below."""
    at = int(np.argmax(values > level))
    share = (level - values[at - 1]) / (values[at] - values[at - 1])
    return steps[at - 1] + share * (steps[at] - steps[at - 1])


@pytest.mark.claim("hcl-sgd-follows")
@pytest.mark.claim("hcl-sgd-larger")
def test_marks_of_sampled_descent_by_a_loop():
    model = DataModel.imbalanced(5, 0.4, prompt_length=30, noise=0.3)
    oracle, scores = minibatch_oracle(model, 16, seed=3), [np.zeros((5, 5))]
    for _ in range(400):
        scores.append(scores[-1] - 4.0 * oracle(scores[-1]))
    steps = np.unique([*range(31), *range(0, 401, 10)])
    kept = np.array(scores)[steps]
    losses = np.array([population_loss_per_query(s, model) for s in kept])
    target = np.array([np.diag(s)[1:].mean() for s in kept])
    found = sgd_run(
        3, 5, 30, p1=0.4, noise=0.3, batch_size=16, step_size=4.0, steps=400, early=30, every=10
    )
    assert found["growth"] == pytest.approx(crossing(steps, target, math.log(5)), rel=1e-9)
    assert found["dominant"] == pytest.approx(crossing(steps, -losses[:, 0], -0.02), rel=1e-9)
    assert found["rare"] == pytest.approx(
        crossing(steps, -losses[:, 1:].mean(axis=1), -0.05), rel=1e-9
    )


@pytest.mark.claim("hcl-adam-stages")
def test_three_steps_of_adam_by_hand():
    model = DataModel(np.array([0.5, 0.3, 0.2]), 7, 0.4)
    scores, first, second = np.zeros((3, 3)), 0.0, 0.0
    path = [scores]
    for k in range(1, 4):
        gradient = population_gradient(scores, model)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        scaled = np.sqrt(second / (1 - 0.999**k)) + 1e-8
        scores = scores - 0.05 * first / (1 - 0.9**k) / scaled
        path.append(scores)
    found = sgd.train_population(model, np.eye(3), optimiser=sgd.adam, step_size=0.05, steps=3)
    np.testing.assert_allclose(found.path.scores, path, rtol=1e-10, atol=1e-12)
