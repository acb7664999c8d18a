"""The setting of the experiment and of its courses, when nothing is said."""

import numpy as np
import pytest

from iclnb import scale
from iclnb.landscape.three_transformers import (
    companion,
    disturb,
    experiment,
    paper,
    setting,
    training,
)
from iclnb.landscape.three_transformers.layer import Weights


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def stand_in(monkeypatch, module, name):
    kept = {}

    def stop(*args, **options):
        kept.update(options, args=args)
        raise Seen

    monkeypatch.setattr(module, name, stop)
    return kept


def test_a_course_has_the_steps_and_records_of_the_stored_ones(monkeypatch):
    monkeypatch.setattr(paper, "draw", lambda *_: "trial")
    kept = stand_in(monkeypatch, paper, "train")
    with pytest.raises(Seen):
        paper.course("a", "attention", 0)
    stored = scale.stored("three-transformers").results["points"][0]["result"]["steps"]
    assert (kept["steps"], kept["records"]) == (stored[-1], len(stored))
    assert (kept["steps"], kept["records"]) == (1000, 61)
    used = kept["optimiser"]
    assert (used.step_size, used.gamma_step_size, used.momentum) == (0.002, 0.002, 0.9)
    assert kept["batches"] == training.Batches(10, 1000, single=True)


def test_the_exact_flow_has_100_neurons_of_20_inputs_and_five_features():
    problem, start = companion.exact_trial(3)
    assert (start.n, start.k, start.w.shape[1]) == (100, 5, 20)
    assert (problem.teacher.n, problem.teacher.k) == (10, 5)


def test_a_batch_is_one_set_of_a_thousand_inputs_at_rates_of_one_and_two_hundredths():
    assert training.Batches().inputs == 1000
    assert not training.Batches().single
    given = training.Optimiser()
    assert (given.step_size, given.gamma_step_size, given.momentum) == (0.01, 0.02, 0.9)


def test_panels_are_recorded_26_times(monkeypatch):
    monkeypatch.setattr(experiment, "draw", lambda *_: "trial")
    kept = stand_in(monkeypatch, experiment, "train")
    with pytest.raises(Seen):
        experiment.run_panels(seeds=[0], steps=5, panels=["a"])
    assert kept["records"] == 26


def test_a_disturbance_moves_a_hundredth_every_25_steps():
    said = disturb.Disturbance()
    assert (said.every, said.share, said.epsilon) == (25, 0.01, 0.01)


def test_the_field_is_a_sum_of_64_waves_of_length_one():
    """Drawn again from the same stream, wave by wave."""
    rng = np.random.default_rng(1)
    a, w = 3 * rng.standard_normal((5, 2)), 0.4 * rng.standard_normal((5, 3))
    found = disturb.gaussian_field(Weights(a, w), rng=np.random.default_rng(8))
    sizes = [np.sqrt(np.mean(x**2)) for x in (a, w)]
    theta = np.concatenate([a / sizes[0], w / sizes[1]], axis=1)
    stream = np.random.default_rng(8)
    omega = stream.standard_normal((5, 64)) / np.sqrt(5)
    phase, c = stream.uniform(0, 2 * np.pi, 64), stream.standard_normal((64, 5))
    value = np.zeros((5, 5))
    for j in range(64):
        value += np.outer(np.cos(theta @ omega[:, j] + phase[j]), c[j]) / np.sqrt(32)
    np.testing.assert_allclose(found[0], sizes[0] * value[:, :2], rtol=1e-9)
    np.testing.assert_allclose(found[1], sizes[1] * value[:, 2:], rtol=1e-9)


def test_the_standard_setting_is_that_of_its_draw():
    """Sizes from the arrays; spread and noise of the start drawn again from its stream."""
    trial = setting.draw(setting.Setting(), 0)
    assert (trial.x.shape, trial.true.shape) == ((4000, 20), (4000, 5))
    assert (trial.start.n, trial.start.k, trial.teacher.n) == (500, 5, 10)
    np.testing.assert_allclose(np.linalg.norm(trial.teacher.w, axis=1), 2.0)
    np.testing.assert_allclose(trial.Gamma, np.eye(5))
    stream = scale.rng(0, "three transformers: start")
    q = np.linalg.qr(stream.standard_normal((20, 5)))[0]
    w = 0.5 * stream.standard_normal((500, 20))
    np.testing.assert_allclose(trial.start.w, w, rtol=1e-12)
    raw = w @ q + 0.3 * stream.standard_normal((500, 5))
    turned = raw @ np.linalg.lstsq(raw, trial.start.a, rcond=None)[0]  # made orthonormal
    np.testing.assert_allclose(trial.start.a, turned, atol=1e-9)
