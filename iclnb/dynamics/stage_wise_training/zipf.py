r"""Features of many frequencies: one clock for the learning times of all of them.

Population flow, infinitely long prompts (:math:`N=\infty`), orthonormal features, :math:`Q(0)=0`.
With :math:`a_n \propto p_n e^{S_{kn}}` row :math:`k` obeys (derived in this package)

.. math:: \dot S_{kn} = p_k\, a_n\,(1\{n=k\} - a_n + \|a\|^2 - a_k).

**The target-free clock** (derived here).  While the target is small (:math:`a_k \ll 1`) its own
terms drop out.  In the time :math:`\tau = p_k t` the other scores obey

.. math:: \frac{dB_n}{d\tau} = a_n(\|a\|^2 - a_n), \quad a_n = \frac{p_n e^{B_n}}{Z},
          \quad Z = \sum_m p_m e^{B_m},

the same equation for every query, and the target grows as
:math:`dA/d\tau = a_k = p_k e^{A}/Z(\tau)`.  Hence

.. math:: e^{-A} = 1 - p_k \Phi(\tau), \quad \Phi(\tau) = \int_0^\tau \frac{ds}{Z(s)},
          \quad t_k = \Phi^{-1}(1/p_k)/p_k .

One equation gives the learning time of every feature.  :math:`\sum_n B_n` is conserved, so
:math:`a` tends to the uniform weights and :math:`Z` falls from 1 to :math:`K (\prod_m p_m)^{1/K}`.
With :math:`\Phi` as the independent variable,
:math:`dB_n/d\Phi = p_n e^{B_n}(\|a\|^2-a_n)` and :math:`d\tau/d\Phi = Z`: no inversion is needed.

**The tail** (derived here).  Once :math:`a_k` is near 1, :math:`L_k \approx (1-a_k)^2/2` and
:math:`d(1-a_k)/dt \approx -p_k (1-a_k)^3`, hence :math:`L_k \approx 1/(4 p_k t)`, and

.. math:: t_k(\varepsilon) \approx \frac{\bar Z_k}{p_k^2} + \frac{1}{4 p_k \varepsilon},
          \quad \bar Z_k = p_k^2 t_k,

so that the local exponent of :math:`t_k(\varepsilon)` in :math:`1/p_k` falls from 2 (rare features,
growth dominates) to 1 (small :math:`\varepsilon`, tail dominates): no single power law.

Not covered: the clock is an approximation without a proved error.  It neglects the target's
part in the normalisation, which is not small for the most frequent features (their learning time
comes out up to a factor 2 too short), and finite :math:`N`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from iclnb.dynamics.stage_wise_training.data import (
    check_positive_integer,
    check_probabilities,
    check_real,
)

FloatArray = NDArray[np.float64]

_RTOL, _ATOL = 1e-10, 1e-12


class ClockTimes(NamedTuple):
    """Predictions of the target-free clock, one entry per feature."""

    time: FloatArray
    r""":math:`t_k = \Phi^{-1}(1/p_k)/p_k`."""
    clock: FloatArray
    r""":math:`\tau_k = \Phi^{-1}(1/p_k)`."""
    mean_normaliser: FloatArray
    r""":math:`\bar Z_k = p_k^2 t_k`, the mean of :math:`Z` over the clock up to :math:`\tau_k`."""


class RowTimes(NamedTuple):
    """Measured times of one row of the exact flow (``nan`` where not reached)."""

    half: float
    """First time at which :math:`a_k = 1/2`; 0 if it starts there."""
    loss: float
    r"""First time at which :math:`L_k = \varepsilon`; 0 if it starts below."""


def clock_times(p: ArrayLike) -> ClockTimes:
    r"""Learning times of all features from the one target-free equation.

    Parameters
    ----------
    p : array (K,)
        Frequencies, positive, sum 1, in any order.

    Returns
    -------
    ClockTimes
        ``time`` :math:`t_k=\Phi^{-1}(1/p_k)/p_k` in flow time (learning rate times steps).

    Raises
    ------
    ValueError
        If ``p`` is not a frequency vector.

    Notes
    -----
    For equal frequencies :math:`B\equiv0`, :math:`Z\equiv1`, and :math:`t_k = K^2`.
    """
    p = check_probabilities(p)

    def flow(_: float, state: FloatArray) -> FloatArray:
        weight = p * np.exp(state[:-1])
        total = weight.sum()
        a = weight / total
        return np.append(weight * (a @ a - a), total)

    targets, position = np.unique(1 / p, return_inverse=True)
    solution = solve_ivp(
        flow, (0.0, targets[-1]), np.zeros(p.size + 1), t_eval=targets,
        method="LSODA", rtol=_RTOL, atol=_ATOL,
    )  # fmt: skip
    tau = solution.y[-1][position]
    return ClockTimes(tau / p, tau, tau * p)


def row_times(p: ArrayLike, k: int, *, epsilon: float, t_max: float = 1e9) -> RowTimes:
    r"""Times at which row ``k`` of the exact :math:`N=\infty` flow reaches its two marks.

    Integrates :math:`\dot S_{kn} = p_k a_n(1\{n=k\}-a_n+\|a\|^2-a_k)` from :math:`S=0`; the loss is
    :math:`L_k = \tfrac12[(1-a_k)^2 + \sum_{m\ne k} a_m^2]`.

    Parameters
    ----------
    p : array (K,)
        Frequencies.
    k : int
        The query, ``0 <= k < K``.
    epsilon : float
        Loss level, in (0, 1/8): at :math:`a_k=1/2` the loss exceeds 1/8, so the half comes
        first.
    t_max : float
        Flow time after which the integration gives up.

    Raises
    ------
    ValueError
        If an argument lies outside its domain.
    """
    p = check_probabilities(p)
    k = check_positive_integer(k, "k", least=0)
    if k >= p.size:
        raise ValueError(f"k must lie in 0..{p.size - 1}, got {k}")
    epsilon = check_real(epsilon, "epsilon", above=0.0, below=0.125)
    t_max = check_real(t_max, "t_max", above=0.0)
    target = np.eye(p.size)[k]

    def attention(s: FloatArray) -> FloatArray:
        weight = p * np.exp(s - s.max())
        return weight / weight.sum()

    def flow(_: float, s: FloatArray) -> FloatArray:
        a = attention(s)
        return a * (target - a + a @ a - a[k])

    def half(_: float, s: FloatArray) -> float:
        return attention(s)[k] - 0.5

    def level(_: float, s: FloatArray) -> float:
        return 0.5 * np.sum((attention(s) - target) ** 2) - epsilon

    start = np.zeros(p.size)
    if level(0.0, start) <= 0:
        return RowTimes(0.0, 0.0)
    level.terminal = True  # type: ignore[attr-defined]
    solution = solve_ivp(
        flow, (0.0, t_max * p[k]), start,
        events=[half, level], method="LSODA", rtol=_RTOL, atol=_ATOL,
    )  # fmt: skip
    times = [hit[0] / p[k] if len(hit) else np.nan for hit in solution.t_events]
    if half(0.0, start) >= 0:
        times[0] = 0.0
    return RowTimes(*times)


def crossover_time(p: ArrayLike, *, epsilon: float) -> FloatArray:
    r"""Growth plus tail: :math:`t_k(\varepsilon) \approx \bar Z_k/p_k^2 + 1/(4p_k\varepsilon)`.

    The first term is the clock's :math:`t_k`, the second the leading tail; corrections of relative
    order :math:`\sqrt\varepsilon` and :math:`1/K` are not included.

    Raises
    ------
    ValueError
        If ``p`` is not a frequency vector or ``epsilon`` not in (0, 1/8).
    """
    p = check_probabilities(p)
    epsilon = check_real(epsilon, "epsilon", above=0.0, below=0.125)
    return clock_times(p).time + 1 / (4 * p * epsilon)
