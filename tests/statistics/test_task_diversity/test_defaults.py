"""What a run on a pool takes when nothing is said: seen in what it hands on."""

import numpy as np
import pytest

from iclnb.statistics.task_diversity import pool_runs


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def test_a_run_is_measured_on_4096_prompts(monkeypatch):
    kept = []

    def stop(draws, length, **options):
        kept.append((draws, length))
        raise Seen

    trained = None, np.zeros(40)
    monkeypatch.setattr(pool_runs, "train_transformer", lambda *_, **__: trained)
    monkeypatch.setattr(pool_runs, "sample_linear_prompts", stop)
    with pytest.raises(Seen):
        pool_runs.pool_run(3, 0, d=4, prompt_length=5)
    assert kept == [(4096, 5)]


def test_the_loss_is_averaged_over_forty_pieces(monkeypatch):
    trained = None, np.arange(80.0)
    monkeypatch.setattr(pool_runs, "train_transformer", lambda *_, **__: trained)
    monkeypatch.setattr(pool_runs, "transformer_predictions", lambda _, prompts: 0 * prompts.y)
    found = pool_runs.pool_run(None, 0, draws=2, d=3, prompt_length=4, steps=80)
    np.testing.assert_allclose(found["loss"], np.arange(0.5, 80.0, 2.0))
