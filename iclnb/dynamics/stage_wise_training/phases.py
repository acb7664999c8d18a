r"""When things happen: phase marks, their times, their laws for many features, published bounds.

Time is flow time, step size times steps. **Balanced and dominant rows** (one variable, closed
form): `half_time`, `growth_time`, `convergence_time`. **Under-represented rows** (the plane):
`phase_times`, whose marks are zeros located along the flow. Each `predict_*` is the leading law of
the function of the same name, or of the mark of that name in `PhaseTimes` (prefix `rare` where both
rows have one).

Derivation of the laws of an under-represented row, N = infinity, q = (1-p_1)/(K-1). After a
transient of order K the key of feature 1 holds :math:`b = a_1 \ll 1`, the target
:math:`a_k \ll 1`, so
:math:`\dot B_1 \approx -q b^2`, :math:`\dot b \approx -q b^3`, hence
:math:`b = (K/(2(1-p_1)t))^{1/2}`. With :math:`b \to 0`, :math:`a_k = e^{A}/K` and
:math:`\dot A = q a_k`, hence :math:`e^{-A} = 1 - \tau`, :math:`\tau = (1-p_1)t/K^2`: growth ends at
:math:`\tau = 1`. The switch :math:`\dot A = |\dot B_1|` reads :math:`a_k = b^2`, that is
:math:`1/(1-\tau) = 1/(2\tau)`, :math:`\tau = 1/3`. Since :math:`b = p_1 e^{B_1}/(1-p_1)`, the mark
:math:`B_1 = -c\log K` is passed at :math:`t = K^{1+2c}(1-p_1)/(2p_1^2)`, as long as that lies
before the end of growth, where :math:`B_1 = -\tfrac12\log(2K) + \log\frac{1-p_1}{p_1}`. The
corrections are of relative order K^(-1/2): with :math:`a_k = (1-b)e^A/K`, the growth time gains
:math:`\int_0^T b\,dt = T\sqrt{2/K}`.

Bounds: second-hand (Huang, Cheng and Liang, arXiv 2310.05249; full text not available). The
`bound_*` functions give the expression inside O(.), with step size 1; the constants are unknown.
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
    plane_attention,
    plane_flow,
    plane_loss,
    solve_flow,
    time_to_log_odds,
)


def _one_row(K: float, p_k: float | None) -> tuple[float, float]:
    """Validate K > 1; p_k defaults to 1/K (balanced)."""
    K = check_number(K, "K", low=1.0, strict=True)
    return K, 1.0 / K if p_k is None else check_number(p_k, "p_k", low=0.0, high=1.0, strict=True)


def _rare(K: float, p1: float) -> tuple[float, float]:
    """Validate K > 2 and 0 < p1 < 1."""
    K = check_number(K, "K", low=2.0, strict=True)
    return K, check_number(p1, "p1", low=0.0, high=1.0, strict=True)


def half_time(K: float, *, p_k: float | None = None) -> float:
    r"""Time of :math:`a_k = 1/2`, one class of competitors, N = infinity; p_k defaults to 1/K.

    :math:`T = ((K-1)/K)^2\,[4 - F(p_k)]/p_k`; negative when p_k > 1/2, where a_k starts above.
    """
    K, p_k = _one_row(K, p_k)
    return float(time_to_log_odds(0.0, K=K, p_k=p_k))


def predict_half_time(K: float) -> float:
    r"""Balanced law :math:`\frac{(K-1)^2}{K}\big(K + 3\log(K-1) + \tfrac32\big)`, error O(1).

    From :math:`F(1/K) = -K - 3\log(K-1) + \tfrac52 + O(1/K)`. The scale is K^2, without log K.
    """
    K, _ = _one_row(K, None)
    return (K - 1) ** 2 / K * (K + 3.0 * math.log(K - 1) + 1.5)


def growth_time(K: float, *, p_k: float | None = None) -> float:
    r"""Time of :math:`A_k = \log K` (gap :math:`\frac{K}{K-1}\log K`), one class, N = infinity."""
    K, p_k = _one_row(K, p_k)
    odds = K / (K - 1) * math.log(K) + math.log(p_k / (1.0 - p_k))
    return float(time_to_log_odds(odds, K=K, p_k=p_k))


def predict_growth_time(K: float) -> float:
    """Balanced law K^2 + 3 K log K of `growth_time`, relative error O(1/K)."""
    K, _ = _one_row(K, None)
    return K**2 + 3.0 * K * math.log(K)


def convergence_time(accuracy: float, *, K: float, p_k: float | None = None) -> float:
    r"""Time of :math:`L_k = \varepsilon`, i.e. :math:`1-a_k = \sqrt{2\varepsilon(K-1)/K}`.

    One class of competitors, N = infinity; p_k defaults to 1/K. Negative if L_k starts below eps.

    Raises
    ------
    ValueError
        Unless 0 < eps < K/(2(K-1)), the loss at a_k = 0.
    """
    K, p_k = _one_row(K, p_k)
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=0.5 * K / (K - 1), strict=True)
    miss = math.sqrt(2.0 * accuracy * (K - 1) / K)
    return float(time_to_log_odds(math.log1p(-miss) - math.log(miss), K=K, p_k=p_k))


def predict_convergence_time(accuracy: float, *, K: float, p_k: float | None = None) -> float:
    r"""Law :math:`\frac{1 - 1/K}{4 p_k \varepsilon}` of `convergence_time` after growth, eps -> 0.

    From :math:`F \approx \tfrac12(1-a)^{-2}`; relative error O(sqrt(eps)). Balanced:
    K/(4 eps)(1 - 1/K); dominant: 1/(4 p_1 eps), whatever K. No logarithm of eps.
    """
    K, p_k = _one_row(K, p_k)
    return (1.0 - 1.0 / K) / (4.0 * p_k * check_number(accuracy, "accuracy", low=0.0, strict=True))


class PhaseTimes(NamedTuple):
    r"""Marks of an under-represented row (nan: not reached).

    switch: :math:`\dot A` overtakes :math:`|\dot B_1|`; half: a_k = 1/2 (the p-weighted attention
    of N = infinity); half_growth: A = (log K)/2; growth: A = log K; corridor_start, corridor_end:
    B1 = -c log K for the two c; converged: L_k = accuracy; dominant_score_at_half: B1 when a_k = 1/2.
    """

    switch: float
    half: float
    half_growth: float
    growth: float
    corridor_start: float
    corridor_end: float
    converged: float
    dominant_score_at_half: float

    def in_steps(self, step_size: float) -> PhaseTimes:
        r"""Return the marks in steps of gradient descent, :math:`t/\eta`; the score stays.

        A step of size :math:`\eta` on the scores lasts :math:`\eta` of flow time. Small steps follow
        the flow; :func:`.descent.exact_descent` says what larger ones do.
        """
        eta = check_number(step_size, "step_size", low=0.0, strict=True)
        *times, score = self
        return PhaseTimes(*(time / eta for time in times), score)


def rare_trajectory(
    K: float,
    p1: float,
    *,
    stop: float,
    prompt_length: int | None = None,
    noise: float = 0.0,
    marks: tuple[Callable[[np.ndarray], float], ...] = (),
) -> FlowSolution:
    """Flow of (A_k, B_{k,1}) of an under-represented row from S = 0 up to time `stop`.

    `prompt_length` None means infinitely long prompts (then the noise has no effect).
    """
    flow, _ = _rare_functions(K, p1, prompt_length, noise)
    return solve_flow(flow, np.zeros(2), stop, time_unit=(K - 1.0) / (1.0 - p1), marks=marks)


def _rare_functions(
    K: float, p1: float, prompt_length: int | None, noise: float
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], float]]:
    """Flow and loss of the plane at the given prompt length."""
    K, p1 = _rare(K, p1)
    noise = check_number(noise, "noise", low=0.0)
    if prompt_length is None:
        return (lambda x: plane_flow(x, K=K, p1=p1)), (lambda x: plane_loss(x, K=K, p1=p1))
    N = check_integer(prompt_length, "prompt_length")
    options = {"K": K, "p1": p1, "prompt_length": N, "noise": noise}
    return (lambda x: finite_plane_flow(x, **options)), (lambda x: finite_plane_loss(x, **options))


def phase_times(
    K: float,
    p1: float,
    *,
    accuracy: float = 1e-2,
    corridor: tuple[float, float] = (0.49, 0.51),
    prompt_length: int | None = None,
    noise: float = 0.0,
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
    prompt_length, noise
        As in `rare_trajectory`.
    stop : float, optional
        End of the integration; default 20 K^2/(1-p1) + 4 K/((1-p1) eps).
    """
    flow, loss = _rare_functions(K, p1, prompt_length, noise)
    accuracy = check_number(accuracy, "accuracy", low=0.0, strict=True)
    start_c, end_c = (check_number(c, "corridor", low=0.0, strict=True) for c in corridor)
    log_k = math.log(K)
    if stop is None:
        stop = (20.0 * K**2 + 4.0 * K / accuracy) / (1.0 - p1)

    def overtake(x: np.ndarray) -> float:
        pull, push = flow(x)
        return (pull - abs(push)) / (pull + abs(push))

    marks = (
        overtake,
        lambda x: plane_attention(x, K=K, p1=p1).target - 0.5,
        lambda x: x[0] - 0.5 * log_k,
        lambda x: x[0] - log_k,
        lambda x: x[1] + start_c * log_k,
        lambda x: x[1] + end_c * log_k,
        lambda x: math.log(loss(x) / accuracy),
    )
    path = rare_trajectory(K, p1, stop=stop, prompt_length=prompt_length, noise=noise, marks=marks)
    times = [float(t) for t in path.crossings]
    score = math.nan if math.isnan(times[1]) else float(path.at(times[1])[0, 1])
    return PhaseTimes(*times, score)


def predict_rare_half_time(K: float, p1: float) -> float:
    r"""Law :math:`K^2/(1-p_1)` of the marks `half` and `growth`; next factor 1 + (2/K)^(1/2)."""
    K, p1 = _rare(K, p1)
    return K**2 / (1.0 - p1)


def predict_switch_time(K: float, p1: float) -> float:
    r"""Law :math:`K^2/(3(1-p_1))` of the mark `switch`: one third of the growth time."""
    return predict_rare_half_time(K, p1) / 3.0


def predict_corridor_time(K: float, p1: float, *, c: float) -> float:
    r"""Law :math:`K^{1+2c}(1-p_1)/(2p_1^2)` of the mark B1 = -c log K, before growth ends."""
    K, p1 = _rare(K, p1)
    c = check_number(c, "c", low=0.0, strict=True)
    return K ** (1.0 + 2.0 * c) * (1.0 - p1) / (2.0 * p1**2)


def predict_dominant_score_at_half(K: float, p1: float) -> float:
    r"""Law :math:`-\tfrac12\log(2K) + \log\frac{1-p_1}{p_1}` of B1 at the end of growth.

    The error is :math:`-(\log K + O(1))/\sqrt{2K}`: while A grows, :math:`dB_1 = -(b/u)\,dA`, with
    :math:`b/u = (2K)^{-1/2}`.
    """
    K, p1 = _rare(K, p1)
    return -0.5 * math.log(2.0 * K) + math.log((1.0 - p1) / p1)


def predict_dominant_attention(times: np.ndarray, *, K: float, p1: float) -> np.ndarray:
    r"""Law :math:`a_1 = (K/(2(1-p_1)t))^{1/2}` between the transient and the end of growth.

    From :math:`\dot b = -q b^3 (1-b)^2`; relative error 2b + O(b^2 log b).
    """
    K, p1 = _rare(K, p1)
    times = np.asarray(times, dtype=np.float64)
    if not np.all(times > 0):
        raise ValueError("times must be positive")
    return np.sqrt(K / (2.0 * (1.0 - p1) * times))


def predict_rare_convergence_time(accuracy: float, *, K: float, p1: float) -> float:
    r"""Law :math:`\frac{K}{4(1-p_1)\varepsilon}` of `converged` after growth, K large, eps -> 0."""
    K, p1 = _rare(K, p1)
    return K / (4.0 * (1.0 - p1) * check_number(accuracy, "accuracy", low=0.0, strict=True))


def local_slope(function: Callable[[float], float], low: float, high: float) -> float:
    r"""Local exponent :math:`\log(f(high)/f(low))/\log(high/low)`."""
    low = check_number(low, "low", low=0.0, strict=True)
    high = check_number(high, "high", low=low, strict=True)
    return math.log(function(high) / function(low)) / math.log(high / low)


def bound_growth_time(K: float) -> float:
    """K^2 log K: end of growth, balanced and under-represented rows, up to a constant."""
    K, _ = _one_row(K, None)
    return K**2 * math.log(K)


def bound_convergence_time(accuracy: float, *, K: float) -> float:
    """(K/eps) log(K eps^(-1/2)): convergence after growth, up to a constant."""
    K, _ = _one_row(K, None)
    accuracy = check_number(accuracy, "accuracy", low=0.0, strict=True)
    return K / accuracy * math.log(K / math.sqrt(accuracy))


def bound_dominant_time(accuracy: float) -> float:
    """log(eps^(-1/2))/eps, eps < 1: the one phase of the dominant feature, up to a constant."""
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=1.0, strict=True)
    return -0.5 * math.log(accuracy) / accuracy


def bound_corridor_time(K: float) -> float:
    """K^1.98 log K: B1 falls to -0.49 log K (phase I of four), up to a constant."""
    K, _ = _one_row(K, None)
    return K**1.98 * math.log(K)


def bound_takeoff_time(K: float) -> float:
    """K^1.5 log K: A from (log K)/2 to log K (phase III of four), up to a constant."""
    K, _ = _one_row(K, None)
    return K**1.5 * math.log(K)
