"""What the first stage takes when it is not told: seen in what it does."""

import numpy as np
import pytest

from iclnb.features import one_gradient_step as ogs
from iclnb.features.one_gradient_step import runs

TASKS = ogs.SingleIndexTasks(
    ogs.random_subspace(5, 2, np.random.default_rng(0)),
    ogs.FiniteLaw([ogs.Link([0.2, 0.5, 1.0, -0.7])]),
)
SIZES = {"neurons": 4, "n_tasks": 300, "prompt_length": 7}


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def test_the_first_step_ends_at_rows_of_seven_tenths():
    found = runs.stage_one(TASKS, np.random.default_rng(1), **SIZES)
    weights = found[1]
    assert np.sqrt(np.mean(np.sum(weights**2, axis=1))) == pytest.approx(0.7)
    np.testing.assert_allclose(np.sum(found[0] ** 2, axis=1), 1.0)


@pytest.mark.parametrize(
    ("run", "group"),
    [
        (lambda rng: runs.stage_one(TASKS, rng, **SIZES), 256),
        (lambda rng: runs.alignment_run(TASKS.law, rng, d=5, r=2, **SIZES), 64),
    ],
)
def test_tasks_share_their_inputs_in_groups(run, group, monkeypatch):
    kept = {}

    def stop(*_, **options):
        kept.update(options)
        raise Seen

    monkeypatch.setattr(runs, "shared_design_gradient", stop)
    with pytest.raises(Seen):
        run(np.random.default_rng(1))
    assert kept["group"] == group
    assert np.all(np.asarray(kept.get("bias", 0.0)) == 0.0)
