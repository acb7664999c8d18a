"""What a run takes when it is not told: seen in what it hands on."""

import inspect

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_in_practice import Stages, learning_lag, runs, scaled_descent, zipf
from iclnb.dynamics.stage_wise_in_practice.exact import floors
from iclnb.dynamics.stage_wise_training import DataModel

RECORDED = sorted({*range(41), *range(0, 1501, 10)})
"""Every one of the first forty steps, then every tenth of 1500."""


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def test_a_run_takes_1500_steps_of_5_on_batches_of_64(monkeypatch):
    kept = {}

    def oracle(model, size, *, seed):
        kept.update(model=model, size=size, seed=seed)

    def stop(_, start, **options):
        kept.update(options, start=start)
        raise Seen

    monkeypatch.setattr(runs, "minibatch_oracle", oracle)
    monkeypatch.setattr(runs, "descend_scores", stop)
    with pytest.raises(Seen):
        runs.sgd_run(7, 6, 40)
    same = DataModel.imbalanced(6, 0.5, prompt_length=40, noise=0.0)
    np.testing.assert_array_equal(kept["model"].p, same.p)
    assert (kept["model"].noise, kept["size"], kept["seed"]) == (0.0, 64, 7)
    assert (kept["step_size"], kept["steps"], list(kept["record"])) == (5.0, 1500, RECORDED)
    assert not kept["start"].any()


def test_exact_descent_takes_the_same(monkeypatch):
    kept = {}

    def stop(model, **options):
        kept.update(options, model=model)
        raise Seen

    monkeypatch.setattr(runs, "exact_descent", stop)
    with pytest.raises(Seen):
        runs.exact_run(6, 40)
    assert (kept["step_size"], kept["steps"], list(kept["record"])) == (5.0, 1500, RECORDED)
    np.testing.assert_allclose(kept["model"].p, [0.5, *[0.1] * 5], rtol=1e-12)
    ours, theirs = (inspect.signature(f).parameters for f in (runs.exact_run, runs.sgd_run))
    for name in set(ours) & set(theirs):
        assert ours[name].default == theirs[name].default, name


def test_the_lag_is_read_at_nine_tenths():
    steps = np.array([0, 10, 20, 40])
    run = Stages(steps, np.array([0.1, 0.8, 1.0, 1.0]), np.array([0.0, 0.2, 0.4, 1.0]))
    # straight lines: 0.9 lies halfway from 10 to 20, and five sixths of the way from 20 to 40
    assert learning_lag(run) == pytest.approx((20 + 20 * 5 / 6) / 15)


def test_the_scale_of_values_starts_at_one():
    path = scaled_descent([0.6, 0.3, 0.1], step_size=0.1, steps=1)
    assert path.value_scale[0] == 1.0
    assert not path.scores[0].any()


def test_a_row_is_given_up_at_a_thousand_million(monkeypatch):
    kept = {}

    def stop(_, span, *args, **options):
        kept.update(span=span)
        raise Seen

    monkeypatch.setattr(zipf, "solve_ivp", stop)
    with pytest.raises(Seen):
        zipf.row_times([0.6, 0.4], 1, accuracy=0.01)
    assert kept["span"] == pytest.approx((0.0, 0.4 * 1e9))  # in time over p_k


def test_the_floor_is_proved_for_all_tokens_and_refuted_for_one_fewer():
    assert floors.loss_floor().holds
    assert not floors.loss_floor(1).holds
