r"""When things happen: phase marks and their times, along exact courses.

Time is flow time, step size times steps. **Balanced and dominant rows** (one variable, closed
form): `half_time`, `growth_time`, `convergence_time`. **Under-represented rows** (the plane):
`phase_times`, whose marks are zeros located along the flow. The laws of these times for many
features, and the published bounds, stand in `laws`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from iclnb.arguments import check_integer, check_number
from iclnb.dynamics.stage_wise_training.reduced import (
    FlowSolution,
    finite_plane_flow,
    finite_plane_loss,
    one_row,
    plane_attention,
    plane_flow,
    plane_loss,
    rare_row,
    solve_flow,
    time_to_log_odds,
)
from iclnb.kinds import guarded


@guarded
def half_time(K: float, *, p_k: float | None = None) -> float:
    r"""Time of :math:`a_k = 1/2`, one class of competitors, N = infinity; p_k defaults to 1/K.

    :math:`T = ((K-1)/K)^2\,[4 - F(p_k)]/p_k`; negative when p_k > 1/2, where a_k starts above.
    """
    K, p_k = one_row(K, p_k)
    return float(time_to_log_odds(0.0, K=K, p_k=p_k))


@guarded
def growth_time(K: float, *, p_k: float | None = None) -> float:
    r"""Time of :math:`A_k = \log K` (gap :math:`\frac{K}{K-1}\log K`), one class, N = infinity."""
    K, p_k = one_row(K, p_k)
    odds = K / (K - 1) * math.log(K) + math.log(p_k / (1.0 - p_k))
    return float(time_to_log_odds(odds, K=K, p_k=p_k))


@guarded
def convergence_time(accuracy: float, *, K: float, p_k: float | None = None) -> float:
    r"""Time of :math:`L_k = \varepsilon`, i.e. :math:`1-a_k = \sqrt{2\varepsilon(K-1)/K}`.

    One class of competitors, N = infinity; p_k defaults to 1/K; :math:`\varepsilon` is
    ``accuracy``. Negative if L_k starts below it.

    Raises
    ------
    ValueError
        Unless 0 < accuracy < K/(2(K-1)), the loss at a_k = 0.
    """
    K, p_k = one_row(K, p_k)
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=0.5 * K / (K - 1), strict=True)
    miss = math.sqrt(2.0 * accuracy * (K - 1) / K)
    return float(time_to_log_odds(math.log1p(-miss) - math.log(miss), K=K, p_k=p_k))


class PhaseTimes(NamedTuple):
    r"""Marks of an under-represented row (nan: not reached).

    switch: :math:`\dot A` exceeds :math:`|\dot B_1|`; overtake: a_k exceeds a_1; half: a_k = 1/2
    (these two with the p-weighted attention of N = infinity); half_growth: A = (log K)/2; growth:
    A = log K; corridor_start, corridor_end: B1 = -c log K for the two c; converged: L_k is the
    accuracy; dominant_score_at_half: B1 when a_k = 1/2; dominant_attention_at_switch: a_1 then.
    """

    switch: float
    overtake: float
    half: float
    half_growth: float
    growth: float
    corridor_start: float
    corridor_end: float
    converged: float
    dominant_score_at_half: float
    dominant_attention_at_switch: float

    def in_steps(self, step_size: float) -> PhaseTimes:
        r"""Return the marks in steps of gradient descent, :math:`t/\eta`; what is no time stays.

        A step of size :math:`\eta` on the scores lasts :math:`\eta` of flow time. Small steps
        follow the flow; :func:`.descent.exact_descent` says what larger ones do.
        """
        eta = check_number(step_size, "step_size", low=0.0, strict=True)
        return PhaseTimes(*(time / eta for time in self[:-2]), *self[-2:])


@guarded
def rare_trajectory(
    K: float,
    p1: float,
    *,
    stop: float,
    prompt_length: int | None = None,
    noise: float = 0.0,
    push: float = 1.0,
    marks: tuple[Callable[[np.ndarray], float], ...] = (),
) -> FlowSolution:
    """Flow of (A_k, B_{k,1}) of an under-represented row from S = 0 up to time `stop`.

    `prompt_length` None means infinitely long prompts (then the noise has no effect). `push`
    multiplies the speed of B_{k,1}: 1 is gradient flow, 0 freezes the dominant key's score; values
    other than 1 are models of a wrong mechanism, for controls.
    """
    K, p1 = rare_row(K, p1)
    options = {
        "K": K, "p1": p1, "noise": check_number(noise, "noise", low=0.0),
        "push": check_number(push, "push", low=0.0),
        "prompt_length": None if prompt_length is None
        else check_integer(prompt_length, "prompt_length"),
    }  # fmt: skip
    unit = (K - 1.0) / (1.0 - p1)
    return solve_flow(
        lambda x: rare_flow(x, **options), np.zeros(2), stop, time_unit=unit, marks=marks
    )


@guarded
def rare_flow(
    state: np.ndarray,
    *,
    K: float,
    p1: float,
    prompt_length: int | None = None,
    noise: float = 0.0,
    push: float = 1.0,
) -> np.ndarray:
    """(dA/dt, dB1/dt) of an under-represented row; arguments as in `rare_trajectory`."""
    noise, push = check_number(noise, "noise", low=0.0), check_number(push, "push")
    if prompt_length is None:
        rise, fall = plane_flow(state, K=K, p1=p1)
    else:
        rise, fall = finite_plane_flow(state, K=K, p1=p1, prompt_length=prompt_length, noise=noise)
    return np.array([rise, push * fall])


@guarded
def rare_loss(
    state: np.ndarray,
    *,
    K: float,
    p1: float,
    prompt_length: int | None = None,
    noise: float = 0.0,
) -> float:
    """Loss of an under-represented row; arguments as in `rare_trajectory`."""
    if prompt_length is None:
        return plane_loss(state, K=K, p1=p1)
    return finite_plane_loss(state, K=K, p1=p1, prompt_length=prompt_length, noise=noise)


@guarded
def phase_times(
    K: float,
    p1: float,
    *,
    accuracy: float = 1e-2,
    corridor: tuple[float, float] = (0.49, 0.51),
    prompt_length: int | None = None,
    noise: float = 0.0,
    push: float = 1.0,
    stop: float | None = None,
) -> PhaseTimes:
    """Times of the phase marks of an under-represented row, S = 0 at time 0.

    Parameters
    ----------
    K : float
        Number of features, > 2 (real; 1e9 is as cheap as 10).
    p1 : float
        Probability of the dominant feature; the others share the rest equally. p1 = 1/K is balanced
        (the switch is then nan: dA/dt leads from the start).
    accuracy : float
        Loss level of the mark `converged` (nan below the loss floor of finite N, or above the
        initial loss).
    corridor : pair of floats
        The two c of the marks B1 = -c log K. For p1 < 1/(1 + sqrt 2) the line c = 0.49 is crossed
        before growth ends only at astronomically large K.
    prompt_length, noise, push
        As in `rare_trajectory`.
    stop : float, optional
        End of the integration; default 20 K^2/(1-p1) + 4 K/((1-p1) accuracy).
    """
    K, p1 = rare_row(K, p1)
    options = {"K": K, "p1": p1, "prompt_length": prompt_length, "noise": noise}
    accuracy = check_number(accuracy, "accuracy", low=0.0, strict=True)
    start_c, end_c = (check_number(c, "corridor", low=0.0, strict=True) for c in corridor)
    log_k = math.log(K)
    if stop is None:
        stop = (20.0 * K**2 + 4.0 * K / accuracy) / (1.0 - p1)

    def lead(x: np.ndarray) -> float:
        rise, fall = rare_flow(x, push=push, **options)
        return (rise - abs(fall)) / (rise + abs(fall))

    odds = math.log(p1) - math.log((1.0 - p1) / (K - 1.0))
    marks = (
        lead,
        lambda x: x[0] - x[1] - odds,
        lambda x: plane_attention(x, K=K, p1=p1).target - 0.5,
        lambda x: x[0] - 0.5 * log_k,
        lambda x: x[0] - log_k,
        lambda x: x[1] + start_c * log_k,
        lambda x: x[1] + end_c * log_k,
        lambda x: math.log(rare_loss(x, **options) / accuracy),
    )
    path = rare_trajectory(stop=stop, push=push, marks=marks, **options)
    times = [float(t) for t in path.crossings]

    def state(t: float) -> np.ndarray:
        return np.full(2, math.nan) if math.isnan(t) else path.at(t)[0]

    turned, score = state(times[0]), float(state(times[2])[1])
    seen = math.nan if np.isnan(turned[0]) else plane_attention(turned, K=K, p1=p1).dominant
    return PhaseTimes(*times, score, seen)
