"""A solver that gives up is told: no flow of the library hands out half a path as a whole one."""

import importlib
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from iclnb.dynamics.stage_wise_in_practice import growth_clock, row_times
from iclnb.dynamics.stage_wise_training import solve_flow
from iclnb.features.information_exponent import MonomialTarget, staircase_flow
from iclnb.foundations.attention_as_regression import LinearTasks, gradient_flow
from iclnb.landscape.convergence_rates import dictionary_flow, regime_flow
from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Problem,
    axis_teacher,
    integrate,
    random_measure,
)
from tools.notebooks import ROOT

TIMES = [0.0, 0.3, 0.7]
PROBLEM = Problem(ErfFeatures(), axis_teacher(2, 3))
MEASURE = random_measure(5, 2, 3, rng=np.random.default_rng(4))
P = np.array([0.6, 0.3, 0.1])
TARGET = MonomialTarget({(0,): 0.8, (0, 1): 0.6})

#: A small valid call of each function that integrates, under the module whose solver it uses.
CALLS: dict[tuple[str, str], Callable[[], object]] = {
    ("dynamics.stage_wise_training.reduced", "solve_flow"): lambda: solve_flow(
        lambda x: -x, [1.5], stop=2.5, time_unit=0.5
    ),
    ("dynamics.stage_wise_in_practice.zipf", "growth_clock"): lambda: growth_clock(P),
    ("dynamics.stage_wise_in_practice.zipf", "row_times"): lambda: row_times(P, 1, accuracy=0.01),
    ("features.information_exponent.staircase", "staircase_flow"): lambda: staircase_flow(
        TARGET, [0.0, 0.5, 0.3], d=8, times=TIMES, level=0.5
    ),
    ("landscape.convergence_rates.regimes", "regime_flow"): lambda: regime_flow(TIMES, scales=3),
    ("landscape.convergence_rates.dictionary", "dictionary_flow"): lambda: dictionary_flow(
        PROBLEM, MEASURE, TIMES
    ),
    ("landscape.mean_field_limit.flow", "integrate"): lambda: integrate(PROBLEM, MEASURE, TIMES),
    ("foundations.attention_as_regression.trained", "gradient_flow"): lambda: gradient_flow(
        LinearTasks(np.diag([1.3, 0.7]), np.eye(2)),
        prompt_length=7,
        start=0.1,
        direction=np.diag([0.6, 0.8]),
        times=TIMES,
    ),
}


def uses(text: str) -> int:
    return text.count("= solve_ivp(")


def test_the_list_of_calls_is_whole():
    found = {}
    for path in sorted((ROOT / "iclnb").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "iclnb").with_suffix("").parts)
        if "solve_ivp" in (text := path.read_text(encoding="utf-8")):
            assert uses(text) == text.count("solve_ivp(") > 0, name
            found[name] = uses(text)
    listed = [module for module, _ in CALLS]
    assert found == {module: listed.count(module) for module in listed}


@pytest.mark.parametrize(("module", "name"), CALLS)
def test_a_solver_that_gives_up_is_told(module, name, monkeypatch):
    CALLS[module, name]()
    stopped = SimpleNamespace(success=False, message="no step is left", t=np.array([0.25]))
    home = importlib.import_module(f"iclnb.{module}")
    monkeypatch.setattr(home, "solve_ivp", lambda *given, **named: stopped)
    with pytest.raises(RuntimeError, match="no step is left"):
        CALLS[module, name]()
