r"""Few variables instead of K^2: rows decouple, and symmetric rows close on one or two numbers.

Each row moves alone and keeps its sum (see `limit`). From S = 0, symmetry leaves

* **one variable** where all K - 1 competitors have the same probability (balanced rows, and the row
  of the dominant feature): the gap z = A - B, with A = (K-1)z/K, B = -z/K;
* **a plane** for an under-represented row k >= 2: (A_k, B_{k,1}), the other K - 2 scores being
  (C - A_k - B_{k,1})/(K-2) with C the conserved row sum (0 from S = 0).

One variable at N = infinity. With the log-odds :math:`\ell = \log\frac{a_k}{1-a_k}
= z + \log\frac{p_k}{1-p_k}`,

.. math:: \dot z = \Big(\frac{K}{K-1}\Big)^2 p_k\, a_k(1-a_k)^2, \qquad
   t = \Big(\frac{K-1}{K}\Big)^2\frac{F(\ell)-F(\ell_0)}{p_k}, \qquad
   F = -\frac1a + 3\log\frac{a}{1-a} + \frac{2}{1-a} + \frac{1}{2(1-a)^2},

and :math:`L_k = \frac{K}{2(K-1)}(1-a_k)^2`. All derived here, for every p_k. K is a real number in
these formulas, so K = 1e9 costs what K = 10 costs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import expit, logit

from iclnb.arguments import check_array, check_integer, check_number
from iclnb.dynamics.stage_wise_training.population import (
    ClassRow,
    class_row_gradient,
    class_row_loss,
)
from iclnb.kinds import guarded

Flow = Callable[[np.ndarray], np.ndarray]


@guarded
def one_row(K: float, p_k: float | None) -> tuple[float, float]:
    """Validate K > 1 and 0 < p_k < 1; p_k defaults to 1/K (balanced)."""
    K = check_number(K, "K", low=1.0, strict=True)
    return K, 1.0 / K if p_k is None else check_number(p_k, "p_k", low=0.0, high=1.0, strict=True)


@guarded
def rare_row(K: float, p1: float) -> tuple[float, float]:
    """Validate K > 2 and 0 < p1 < 1."""
    K = check_number(K, "K", low=2.0, strict=True)
    return K, check_number(p1, "p1", low=0.0, high=1.0, strict=True)


@guarded
def gap_flow(z: ArrayLike, *, K: float, p_k: float) -> np.ndarray:
    r""":math:`\dot z = (K/(K-1))^2 p_k a(1-a)^2` at N = infinity, elementwise in z."""
    K, p_k = one_row(K, p_k)
    odds = np.asarray(z, dtype=np.float64) + logit(p_k)
    return (K / (K - 1)) ** 2 * p_k * expit(odds) * expit(-odds) ** 2


@guarded
def gap_loss(z: ArrayLike, *, K: float, p_k: float) -> np.ndarray:
    r""":math:`L_k = \frac{K}{2(K-1)}(1-a)^2` at N = infinity, elementwise in z."""
    K, p_k = one_row(K, p_k)
    return 0.5 * K / (K - 1) * expit(-np.asarray(z, dtype=np.float64) - logit(p_k)) ** 2


def _one_class(K: float, p_k: float) -> ClassRow:
    """Row with K - 1 equal competitors."""
    K, p_k = one_row(K, p_k)
    return ClassRow(p_k, np.array([(1 - p_k) / (K - 1)]), np.array([K - 1]))


@guarded
def finite_gap_flow(
    z: float, *, K: float, p_k: float, prompt_length: int, noise: float = 0.0
) -> float:
    r""":math:`\dot z = -\frac{K}{K-1}\,\partial L/\partial S_{kk}` at finite N, exact."""
    row = class_row_gradient(
        z, np.zeros(1), _one_class(K, p_k), prompt_length=prompt_length, noise=noise
    )
    return -K / (K - 1) * row.target


@guarded
def finite_gap_loss(
    z: float, *, K: float, p_k: float, prompt_length: int, noise: float = 0.0
) -> float:
    """L_k at finite N, exact, for one class of competitors with gap z."""
    return class_row_loss(
        z, np.zeros(1), _one_class(K, p_k), prompt_length=prompt_length, noise=noise
    )


@guarded
def clock(log_odds: ArrayLike) -> np.ndarray:
    r"""The increasing function F of :math:`\ell = \log(a/(1-a))`, elementwise.

    :math:`F = -(1+e^{-\ell}) + 3\ell + 2(1+e^{\ell}) + \tfrac12(1+e^{\ell})^2`, the integral of
    :math:`1/(a^2(1-a)^3)`.
    """
    odds = np.asarray(log_odds, dtype=np.float64)
    if np.any(np.isnan(odds)):
        raise ValueError("log_odds must not be NaN")
    grown = 1.0 + np.exp(odds)
    return -(1.0 + np.exp(-odds)) + 3.0 * odds + 2.0 * grown + 0.5 * grown**2


@guarded
def time_to_log_odds(
    log_odds: ArrayLike, *, K: float, p_k: float, start: float | None = None
) -> np.ndarray:
    r"""Flow time from log-odds `start` (default: that of p_k, i.e. S = 0) to `log_odds`.

    .. math:: t = ((K-1)/K)^2\,[F(\ell) - F(\ell_0)]/p_k .
    """
    K, p_k = one_row(K, p_k)
    begin = float(logit(p_k)) if start is None else check_number(start, "start")
    return ((K - 1) / K) ** 2 / p_k * (clock(log_odds) - clock(begin))


@guarded
def log_odds_at_time(time: float, *, K: float, p_k: float, start: float | None = None) -> float:
    """Inverse of `time_to_log_odds`: the log-odds reached at a flow time >= 0."""
    K, p_k = one_row(K, p_k)
    time = check_number(time, "time", low=0.0)
    begin = float(logit(p_k)) if start is None else check_number(start, "start")
    goal = float(clock(begin)) + time * p_k * (K / (K - 1)) ** 2
    # F(l) > exp(2l)/2 for l >= 0, hence F(high) > goal.
    high = max(begin, 0.5 * math.log(2.0 * max(goal, 0.0) + 4.0)) + 1.0
    return brentq(lambda odds: float(clock(odds)) - goal, begin - 1e-9, high, xtol=1e-15)


class PlaneAttention(NamedTuple):
    """Attention of an under-represented row: on the target, on feature 1, on all the rest."""

    target: float
    dominant: float
    rest: float


def _plane_row(K: float, p1: float) -> tuple[float, float, float]:
    """Validate K > 2 and 0 < p1 < 1; return K, p1 and the common probability of the others."""
    K, p1 = rare_row(K, p1)
    return K, p1, (1.0 - p1) / (K - 1.0)


@guarded
def plane_rest(state: np.ndarray, *, K: float, row_sum: float = 0.0) -> float:
    """Score of each remaining key, (C - A - B1)/(K - 2), fixed by the conserved row sum C."""
    K = check_number(K, "K", low=2.0, strict=True)
    row_sum = check_number(row_sum, "row_sum")
    return (row_sum - float(state[0]) - float(state[1])) / (K - 2.0)


@guarded
def plane_attention(
    state: np.ndarray, *, K: float, p1: float, row_sum: float = 0.0
) -> PlaneAttention:
    """Attention at state (A, B1), N = infinity, computed from logarithms of the weights."""
    K, p1, q = _plane_row(K, p1)
    target = float(state[0]) + math.log(q)
    dominant = float(state[1]) + math.log(p1)
    rest = plane_rest(state, K=K, row_sum=row_sum) + math.log(q) + math.log(K - 2.0)
    top = max(target, dominant, rest)
    weights = [math.exp(value - top) for value in (target, dominant, rest)]
    total = sum(weights)
    return PlaneAttention(weights[0] / total, weights[1] / total, weights[2] / total)


@guarded
def plane_flow(state: np.ndarray, *, K: float, p1: float, row_sum: float = 0.0) -> np.ndarray:
    r"""(dA/dt, dB1/dt) of an under-represented row at N = infinity.

    With q = (1-p1)/(K-1), attention a (target), b (feature 1), c (the rest), u = b + c,

    .. math:: \dot A = q a\Big(u^2 + b^2 + \frac{c^2}{K-2}\Big), \qquad
              \dot B_1 = -q b\Big(a(u + b) + c\Big(b - \frac{c}{K-2}\Big)\Big).
    """
    K, p1, q = _plane_row(K, p1)
    a, b, c = plane_attention(state, K=K, p1=p1, row_sum=row_sum)
    u = b + c
    pull = q * a * (u * u + b * b + c * c / (K - 2.0))
    push = -q * b * (a * (u + b) + c * (b - c / (K - 2.0)))
    return np.array([pull, push])


@guarded
def plane_loss(state: np.ndarray, *, K: float, p1: float, row_sum: float = 0.0) -> float:
    r""":math:`L_k = \tfrac12[(b+c)^2 + b^2 + c^2/(K-2)]` at N = infinity."""
    _, b, c = plane_attention(state, K=K, p1=p1, row_sum=row_sum)
    return 0.5 * ((b + c) ** 2 + b * b + c * c / (K - 2.0))


def _plane_classes(K: float, p1: float) -> ClassRow:
    """Row with feature 1 and K - 2 equal competitors."""
    K, p1, q = _plane_row(K, p1)
    return ClassRow(q, np.array([p1, q]), np.array([1.0, K - 2.0]))


@guarded
def finite_plane_flow(
    state: np.ndarray,
    *,
    K: float,
    p1: float,
    prompt_length: int,
    noise: float = 0.0,
    row_sum: float = 0.0,
) -> np.ndarray:
    """(dA/dt, dB1/dt) of an under-represented row at finite N, exact."""
    row = class_row_gradient(
        float(state[0]),
        np.array([float(state[1]), plane_rest(state, K=K, row_sum=row_sum)]),
        _plane_classes(K, p1),
        prompt_length=prompt_length,
        noise=noise,
    )
    return np.array([-row.target, -row.classes[0]])


@guarded
def finite_plane_loss(
    state: np.ndarray,
    *,
    K: float,
    p1: float,
    prompt_length: int,
    noise: float = 0.0,
    row_sum: float = 0.0,
) -> float:
    """L_k of an under-represented row at finite N, exact."""
    return class_row_loss(
        float(state[0]),
        np.array([float(state[1]), plane_rest(state, K=K, row_sum=row_sum)]),
        _plane_classes(K, p1),
        prompt_length=prompt_length,
        noise=noise,
    )


@guarded
def descend(flow: Flow, start: ArrayLike, *, step_size: float, steps: int) -> np.ndarray:
    """Discrete gradient descent x <- x + step_size * flow(x); all iterates, (steps + 1, ...)."""
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    steps = check_integer(steps, "steps", least=0)
    state = np.array(start, dtype=np.float64)
    path = np.empty((steps + 1, *state.shape))
    path[0] = state
    for i in range(steps):
        state = state + step_size * np.asarray(flow(state))
        path[i + 1] = state
    return path


class FlowSolution(NamedTuple):
    """A solved flow.

    times (M,) and states (M, n), the solver's steps; at(t), states of shape (len(t), n) between
    them; crossings (one per mark), the first time a mark changes sign, nan if it never does.
    """

    times: np.ndarray
    states: np.ndarray
    at: Callable[[np.ndarray], np.ndarray]
    crossings: np.ndarray


@guarded
def solve_flow(
    flow: Flow,
    start: ArrayLike,
    stop: float,
    *,
    time_unit: float = 1.0,
    marks: Sequence[Callable[[np.ndarray], float]] = (),
    method: str = "DOP853",
    rtol: float = 1e-11,
    atol: float = 1e-12,
) -> FlowSolution:
    r"""Integrate :math:`\dot x = f(x)` from `start` to time `stop`, x of shape (n,).

    The independent variable is :math:`s = \log(1 + t/t_0)`, t_0 = `time_unit`, in which power laws
    and decades of time are smooth. `marks` are functions of the state whose first zero is located
    on the solver's interpolant.

    Raises
    ------
    RuntimeError
        If the solver gives up.
    """
    stop = check_number(stop, "stop", low=0.0, strict=True)
    time_unit = check_number(time_unit, "time_unit", low=0.0, strict=True)
    begin = check_array(np.atleast_1d(start), "start", (None,))
    solution = solve_ivp(
        lambda s, x: time_unit * math.exp(s) * np.asarray(flow(x)),
        (0.0, math.log1p(stop / time_unit)),
        begin,
        method=method,
        rtol=rtol,
        atol=atol,
        events=[(lambda s, x, mark=mark: mark(x)) for mark in marks] or None,
        dense_output=True,
    )
    if not solution.success:
        raise RuntimeError(f"the flow could not be integrated: {solution.message}")
    found = solution.t_events if marks else []
    first = np.array([time_unit * math.expm1(s[0]) if len(s) else math.nan for s in found])
    return FlowSolution(
        time_unit * np.expm1(solution.t),
        solution.y.T,
        lambda t: solution.sol(np.log1p(np.atleast_1d(t) / time_unit)).T,
        first,
    )
