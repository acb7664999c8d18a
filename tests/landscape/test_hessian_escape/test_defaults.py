"""What a run near a saddle takes when nothing is said: seen in what it hands on."""

from types import SimpleNamespace

import numpy as np
import pytest

from iclnb.landscape.hessian_escape import (
    Hessian,
    escape_time,
    law,
    linearised,
    lowest,
    mirror,
    tilted,
)
from iclnb.landscape.hessian_escape import one_neuron as one
from iclnb.landscape.mean_field_limit import ErfFeatures
from iclnb.landscape.strict_saddle import axis_saddle, missing_feature_saddle

ERF = ErfFeatures()


class Seen(Exception):
    """Raised by a stand-in once it was called."""


@pytest.fixture(scope="module")
def place():
    saddle = missing_feature_saddle(ERF, 2, 1, rng=np.random.default_rng(3), mixed=False)
    hessian = Hessian(saddle.problem, saddle.mu)
    return saddle, hessian, lowest(hessian, rng=np.random.default_rng(0))


def test_a_neuron_is_at_rest_at_the_weight_of_its_teacher_two():
    assert one.neuron_loss(2.0, 0.0) == pytest.approx(0.0, abs=1e-15)
    assert one.neuron_loss(2.1, 0.0) > 1e-6
    path = one.neuron_path(2.0, 0.0, time=3.0)
    assert path[0].shape == (401, 2)
    np.testing.assert_allclose(path[0], [[2.0, 0.0]] * 401, atol=1e-12)
    here, there = (one.neuron_curvature(1.3, weight=u) for u in (2.0, 2.2))
    assert one.neuron_curvature(1.3) == here != there


def test_a_neuron_has_escaped_when_a_twentieth_of_the_loss_is_gone(monkeypatch):
    start = 0.1, 1.5
    (when,) = one.neuron_escape_times([start[0]], [start[1]])
    loss = one.neuron_path(*start, time=float(when), steps=4000)[1]
    assert loss[-1] == pytest.approx(0.95, abs=1e-4)  # read between steps of a tenth
    steps, move = [], one._runge_kutta
    monkeypatch.setattr(one, "_runge_kutta", lambda w, u, t: steps.append(t) or move(w, u, t))
    one.neuron_escape_times([start[0]], [start[1]])
    assert len(steps) == 600
    assert sum(steps) == pytest.approx(60.0)


def test_an_escape_is_followed_for_forty_in_800_steps(place, monkeypatch):
    saddle, hessian, pair = place
    kept = {}

    def grown(*_, **options):
        kept.update(options)
        times, level = np.array([0.0, 1.0, 2.0]), hessian.stats.loss
        loss = level * np.array([1.0, 0.98, 0.9])
        return SimpleNamespace(times=times, loss=loss, amplitude=np.array([0.5, 1.0, 2.0]))

    monkeypatch.setattr(law, "growth", grown)
    found = law.escape_run(saddle.problem, hessian, pair, pair.field, epsilon=0.01)
    assert kept["steps"] == 800
    assert kept["time"] * -pair.value == pytest.approx(40.0)
    # a twentieth of the loss is gone three eighths of the way from 0.98 to 0.9
    assert found[0] == pytest.approx(-pair.value * 1.375)
    assert escape_time([0.0, 1.0], [1.0, 0.9], 1.0) == pytest.approx(0.5)


def test_the_rate_is_that_of_300_steps(place, monkeypatch):
    saddle, hessian, pair = place
    kept = {}

    def stop(*_, **options):
        kept.update(options)
        raise Seen

    monkeypatch.setattr(linearised, "growth", stop)
    with pytest.raises(Seen):
        linearised.rate_errors(saddle.problem, hessian, pair, [1e-3])
    assert (kept["steps"], kept["every"], kept["epsilon"]) == (300, 300, 1e-3)


def test_the_fates_start_three_tenths_within_the_mirror_and_1e_10_beside_it(monkeypatch):
    saddle = axis_saddle(ERF, 2, 1, rng=np.random.default_rng(1))
    hessian, starts = Hessian(saddle.problem, saddle.mu), []

    def kept(problem, start, clock, **_):
        starts.append((start, clock))
        if len(starts) == 2:
            raise Seen

    monkeypatch.setattr(mirror, "integrate", kept)
    with pytest.raises(Seen):
        mirror.mirror_fates(saddle, rng=np.random.default_rng(2))

    def apart(one, other):
        square = np.sum((one.a - other.a) ** 2) + np.sum((one.w - other.w) ** 2)
        return np.sqrt(square)

    (within, clock), (beside, _) = starts
    assert not within.w[:, 0].any()  # the first coordinate
    assert beside.w[:, 0].any()
    speed = -lowest(hessian, rng=np.random.default_rng(0)).value
    np.testing.assert_allclose(clock * speed, np.linspace(0.0, 200.0, 101), rtol=1e-9)
    weighted = np.sqrt(
        saddle.mu.p @ np.sum((within.a - saddle.mu.a) ** 2, axis=1)
        + saddle.mu.p @ np.sum((within.w - saddle.mu.w) ** 2, axis=1)
    )
    assert weighted == pytest.approx(0.3, rel=1e-9)
    size = apart(within, beside) / np.sqrt(saddle.mu.n)
    assert size == pytest.approx(1e-10, rel=1e-3)


def test_nearly_all_of_the_mass_lies_on_one_of_the_two_tilted_neurons():
    _, mu = tilted.tilted_pair(2.0, 0.7)
    np.testing.assert_allclose(mu.p, [0.98, 0.02], rtol=1e-12)
    scan, same = tilted.tilt_scan(2.0, [0.7]), tilted.tilt_scan(2.0, [0.7], share=0.98)
    np.testing.assert_array_equal(scan, same)
    assert np.ptp([scan[0], tilted.tilt_scan(2.0, [0.7], share=0.97)[0]]) > 1e-6
