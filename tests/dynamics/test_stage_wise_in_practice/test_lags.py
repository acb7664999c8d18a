"""When the rare features are learned, in units of the dominant one."""

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_in_practice import Stages, learning_lag
from iclnb.dynamics.stage_wise_in_practice.claims import CLAIMS


def test_the_lag_of_a_run():
    run = Stages(np.arange(5), np.array([0.5, 0.9, 0.9, 0.9, 0.9]), np.linspace(0, 1, 5))
    assert learning_lag(run, level=0.7) == pytest.approx((0.7 * 4) / 0.5)
    with pytest.raises(ValueError, match="level"):
        learning_lag(run, level=0.95)
    with pytest.raises(ValueError, match="level"):
        learning_lag(run, level=1.5)


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS)
    assert {(c.part, c.chapter) for c in CLAIMS} == {("dynamics", "stage-wise-in-practice")}
