"""Wide spectra: no direction is dropped, no flow takes for ever."""

from types import SimpleNamespace

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations.attention_as_regression import trained


def tasks(*spectrum, noise=0.3):
    turn = np.linalg.qr(np.random.default_rng(8).standard_normal((len(spectrum),) * 2))[0]
    return aar.LinearTasks((turn * spectrum) @ turn.T, np.diag([0.7, 1.9, 1.3]), noise=noise)


@pytest.mark.claim("aar-best-gamma")
@pytest.mark.parametrize("small", [0.2, 1e-5, 1e-9])
def test_the_best_matrix_keeps_directions_of_small_variance(small):
    law = tasks(1.4, small, 0.6)
    n, c = 17, law.signal + 0.09
    right = (1 + 1 / n) * law.input_covariance + c / n * np.linalg.inv(law.task_covariance)
    found = aar.best_gamma(law, prompt_length=n)
    np.testing.assert_allclose(found @ right, np.eye(3), atol=1e-12)


def test_a_stiff_flow_ends_at_the_best_matrix():
    law = aar.LinearTasks(np.diag([1.0, 1e-4]), np.eye(2))
    flow = aar.gradient_flow(
        law, prompt_length=10, start=0.1, direction=np.eye(2), times=[0.0, 1e8]
    )
    last = flow.u[-1] * flow.U[-1]
    best = aar.best_gamma(law, prompt_length=10)
    assert last[0, 0] == pytest.approx(best[0, 0], rel=1e-6)


def test_a_solver_that_stops_early_is_told(monkeypatch):
    stopped = SimpleNamespace(success=False, t=np.array([0.25]), message="no step")
    monkeypatch.setattr(trained, "solve_ivp", lambda *a, **k: stopped)
    with pytest.raises(RuntimeError, match=r"stopped at time 0\.25: no step"):
        aar.gradient_flow(
            tasks(1.0, 0.5, 2.0), prompt_length=9, start=0.2, direction=np.eye(3), times=[0.0, 1.0]
        )
