r"""The laws of the phase times for many features, and the published bounds.

Each `predict_*` is the leading law of the function of `phases` of the same name, or of the mark of
that name in `PhaseTimes` (prefix `rare` where both kinds of rows have one).

Derivation of the laws of an under-represented row, N = infinity, q = (1-p_1)/(K-1). After a
transient of order K the key of feature 1 holds :math:`b = a_1 \ll 1`, the target
:math:`a_k \ll 1`, so
:math:`\dot B_1 \approx -q b^2`, :math:`\dot b \approx -q b^3`, hence
:math:`b = (K/(2(1-p_1)t))^{1/2}`. With :math:`b \to 0`, :math:`a_k = e^{A}/K` and
:math:`\dot A = q a_k`, hence :math:`e^{-A} = 1 - s`, :math:`s = (1-p_1)t/K^2`: growth ends at
:math:`s = 1`. The switch :math:`\dot A = |\dot B_1|` reads :math:`a_k = b^2`, that is
:math:`1/(1-s) = 1/(2s)`, :math:`s = 1/3`, where :math:`b = (3/(2K))^{1/2}`. Since
:math:`b = p_1 e^{B_1}/(1-p_1)`, the mark
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

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_number
from iclnb.dynamics.stage_wise_training.reduced import one_row, rare_row
from iclnb.kinds import guarded


@guarded
def predict_half_time(K: float) -> float:
    r"""Balanced law :math:`\frac{(K-1)^2}{K}\big(K + 3\log(K-1) + \tfrac32\big)`, error O(1).

    From :math:`F(1/K) = -K - 3\log(K-1) + \tfrac52 + O(1/K)`. The scale is K^2, without log K.
    """
    K, _ = one_row(K, None)
    return (K - 1) ** 2 / K * (K + 3.0 * math.log(K - 1) + 1.5)


@guarded
def predict_growth_time(K: float) -> float:
    """Balanced law K^2 + 3 K log K of `growth_time`, relative error O(1/K)."""
    K, _ = one_row(K, None)
    return K**2 + 3.0 * K * math.log(K)


@guarded
def predict_convergence_time(accuracy: float, *, K: float, p_k: float | None = None) -> float:
    r"""Law :math:`\frac{1 - 1/K}{4 p_k \varepsilon}` of `convergence_time` after growth.

    From :math:`F \approx \tfrac12(1-a)^{-2}`; relative error O(sqrt(eps)), with eps the
    accuracy. Balanced: K/(4 eps)(1 - 1/K); dominant: 1/(4 p_1 eps), whatever K. No logarithm.
    """
    K, p_k = one_row(K, p_k)
    return (1.0 - 1.0 / K) / (4.0 * p_k * check_number(accuracy, "accuracy", low=0.0, strict=True))


@guarded
def predict_rare_half_time(K: float, p1: float) -> float:
    r"""Law :math:`K^2/(1-p_1)` of the marks `half` and `growth`; next factor 1 + (2/K)^(1/2)."""
    K, p1 = rare_row(K, p1)
    return K**2 / (1.0 - p1)


@guarded
def predict_switch_time(K: float, p1: float) -> float:
    r"""Law :math:`K^2/(3(1-p_1))` of the mark `switch`: one third of the growth time."""
    return predict_rare_half_time(K, p1) / 3.0


@guarded
def predict_corridor_time(K: float, p1: float, *, c: float) -> float:
    r"""Law :math:`K^{1+2c}(1-p_1)/(2p_1^2)` of the mark B1 = -c log K, before growth ends."""
    K, p1 = rare_row(K, p1)
    c = check_number(c, "c", low=0.0, strict=True)
    return K ** (1.0 + 2.0 * c) * (1.0 - p1) / (2.0 * p1**2)


@guarded
def predict_dominant_score_at_half(K: float, p1: float) -> float:
    r"""Law :math:`-\tfrac12\log(2K) + \log\frac{1-p_1}{p_1}` of B1 at the end of growth.

    The error is :math:`-(\log K + O(1))/\sqrt{2K}`: while A grows, :math:`dB_1 = -(b/u)\,dA`, with
    :math:`b/u = (2K)^{-1/2}`.
    """
    K, p1 = rare_row(K, p1)
    return -0.5 * math.log(2.0 * K) + math.log((1.0 - p1) / p1)


@guarded
def predict_dominant_attention(times: ArrayLike, *, K: float, p1: float) -> np.ndarray:
    r"""Law :math:`a_1 = (K/(2(1-p_1)t))^{1/2}` between the transient and the end of growth.

    From :math:`\dot b = -q b^3 (1-b)^2`; relative error 2b + O(b^2 log b).
    """
    K, p1 = rare_row(K, p1)
    times = np.asarray(times, dtype=np.float64)
    if not np.all(times > 0):
        raise ValueError("times must be positive")
    return np.sqrt(K / (2.0 * (1.0 - p1) * times))


@guarded
def predict_rare_convergence_time(accuracy: float, *, K: float, p1: float) -> float:
    r"""Law :math:`\frac{K}{4(1-p_1)\varepsilon}` of `converged` after growth, K large."""
    K, p1 = rare_row(K, p1)
    return K / (4.0 * (1.0 - p1) * check_number(accuracy, "accuracy", low=0.0, strict=True))


@guarded
def local_slope(function: Callable[[float], float], low: float, high: float) -> float:
    r"""Local exponent :math:`\log(f(high)/f(low))/\log(high/low)`."""
    low = check_number(low, "low", low=0.0, strict=True)
    high = check_number(high, "high", low=low, strict=True)
    return math.log(function(high) / function(low)) / math.log(high / low)


@guarded
def bound_growth_time(K: float) -> float:
    """K^2 log K: end of growth, balanced and under-represented rows, up to a constant."""
    K, _ = one_row(K, None)
    return K**2 * math.log(K)


@guarded
def bound_convergence_time(accuracy: float, *, K: float) -> float:
    """(K/eps) log(K eps^(-1/2)), eps the accuracy: convergence after growth, up to a constant."""
    K, _ = one_row(K, None)
    accuracy = check_number(accuracy, "accuracy", low=0.0, strict=True)
    return K / accuracy * math.log(K / math.sqrt(accuracy))


@guarded
def bound_dominant_time(accuracy: float) -> float:
    r""":math:`\varepsilon^{-1}\log\varepsilon^{-1/2}`: the dominant feature, up to a constant.

    :math:`\varepsilon` is ``accuracy``, below 1.
    """
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=1.0, strict=True)
    return -0.5 * math.log(accuracy) / accuracy


@guarded
def bound_corridor_time(K: float) -> float:
    """K^1.98 log K: B1 falls to -0.49 log K (phase I of four), up to a constant."""
    K, _ = one_row(K, None)
    return K**1.98 * math.log(K)


@guarded
def bound_takeoff_time(K: float) -> float:
    """K^1.5 log K: A from (log K)/2 to log K (phase III of four), up to a constant."""
    K, _ = one_row(K, None)
    return K**1.5 * math.log(K)
