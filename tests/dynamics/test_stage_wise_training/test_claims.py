"""Claims that no identity of the modules holds already."""

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_training import DataModel, phase_times, population_gradient
from iclnb.dynamics.stage_wise_training.claims import CLAIMS


@pytest.mark.claim("hcl-monotone")
def test_every_target_score_grows_everywhere():
    """Random scores, probabilities, lengths; one token or label noise are where it stops."""
    rng = np.random.default_rng(5)
    for _ in range(40):
        K = int(rng.integers(2, 9))
        model = DataModel(rng.dirichlet(np.full(K, 3.0)), prompt_length=int(rng.integers(2, 30)))
        gradient = population_gradient(rng.normal(scale=4.0, size=(K, K)), model)
        assert np.all(np.diag(gradient) < 0)
    alone = DataModel.balanced(3, prompt_length=1)  # one token takes all attention whatever Q
    assert np.all(population_gradient(rng.normal(size=(3, 3)), alone) == 0)
    noisy = DataModel.balanced(3, prompt_length=6, noise=2.0)
    assert np.diag(population_gradient(12.0 * np.eye(3), noisy)).max() > 0


@pytest.mark.claim("hcl-corridor-late")
def test_the_corridor_is_not_reached_at_small_sizes_unless_the_dominant_feature_is_heavy():
    for K in (20.0, 100.0, 1000.0):
        rare = phase_times(K, 0.3)
        assert not rare.corridor_start < rare.half
        heavy = phase_times(K, 0.7)
        assert heavy.corridor_start < heavy.half


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 10
    assert {(c.part, c.chapter) for c in CLAIMS} == {("dynamics", "stage-wise-training")}
