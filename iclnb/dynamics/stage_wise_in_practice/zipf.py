r"""Features of many frequencies: one clock for the learning times of all of them.

Population flow, infinitely long prompts (:math:`N=\infty`), orthonormal features, :math:`Q(0)=0`.
Split row :math:`k` into its target, of odds :math:`o=a_k/(1-a_k)`, and its competitors, of relative
weights :math:`s_m=a_m/(1-a_k)` with :math:`\rho_j=\sum_{m\ne k}s_m^j`.  In the time
:math:`\tau=p_kt` the flow :math:`\dot S_{kn}=p_ka_n(1\{n=k\}-a_n+\|a\|^2-a_k)` gives exactly

.. math:: \frac{d\log o}{d\tau}=(1-a_k)^2\,[\,a_k(1+\rho_2)^2+\rho_3-\rho_2^2\,].

**Growth.**  While :math:`a_k\ll1` the competitors do not feel the target.  They obey one equation
for all queries,

.. math:: \frac{dB_n}{d\tau}=a_n(\|a\|^2-a_n), \quad a_n=\frac{p_ne^{B_n}}{Z},
          \quad Z=\sum_mp_me^{B_m}, \quad \rho=\|a\|^2,

whose normaliser changes as :math:`d\log Z/d\tau=\rho^2-\sum a_n^3`.  So :math:`y=oZ` has
:math:`dy/d\tau=y^2(1+\rho)^2/Z`, hence :math:`1/y=1/p_k-\Phi(\tau)` and growth ends at

.. math:: \tau_k=\Phi^{-1}(1/p_k), \qquad \Phi(\tau)=\int_0^\tau\frac{(1+\rho)^2}{Z}\,d\tau'.

With :math:`\Phi` as the independent variable no inversion is needed.  :math:`\sum_nB_n` is
conserved, so :math:`a` tends to uniform weights and :math:`Z` falls from 1 to
:math:`K(\prod_mp_m)^{1/K}`.

**Saturation.**  Once the competitors are nearly equal :math:`\rho` stands still, the last two terms
cancel, and :math:`(1+\rho)^2\tau=F(\log o)+` const with :math:`F'=1/(a^2(1-a)^3)` by :math:`a`
(:func:`.reduced.clock`).  The pole of :math:`F` at small odds is what growth has counted already,
as :math:`1/p_k`; the rest of :math:`F` is added, and

.. math:: t_k(o)=\frac1{p_k}\Big[\tau_k+\frac{F(\log o)-F(\log\frac{p_k}{1-p_k})-1/p_k}
          {(1+\rho_k)^2}\Big], \qquad L_k=\tfrac12(1-a_k)^2(1+\rho_k),

with :math:`\rho_k` at :math:`\tau_k` (all derived here).  Leading terms:
:math:`t_k(\varepsilon)\approx\bar Z_k/p_k^2+1/(4p_k\varepsilon)`, :math:`\bar Z_k=p_k\tau_k`: the
local exponent in :math:`1/p_k` falls from 2 (growth) to 1 (tail), so no power law holds throughout.

Not covered: no error bound is proved.  A feature that starts among the heaviest is predicted worst
(it is its own heaviest key), and finite :math:`N` is left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from iclnb.arguments import FloatArray, check_integer, check_number, check_probabilities
from iclnb.dynamics.stage_wise_training.reduced import clock
from iclnb.kinds import guarded

_RTOL, _ATOL = 1e-10, 1e-12


class GrowthClock(NamedTuple):
    r"""End of growth of every feature, arrays (K,).

    tau : :math:`\tau_k`; spread : :math:`\rho_k=\|a\|^2` there;
    normaliser : :math:`\bar Z_k=p_k\tau_k`, the mean of :math:`Z/(1+\rho)^2` over :math:`\Phi`.
    """

    tau: FloatArray
    spread: FloatArray
    normaliser: FloatArray


class RowTimes(NamedTuple):
    """Measured times of one row of the exact flow (``nan`` where not reached)."""

    half: float
    """First time at which :math:`a_k = 1/2`; 0 if it starts there."""
    loss: float
    r"""First time at which :math:`L_k = \varepsilon`; 0 if it starts below."""


def _reached(solution: Any) -> None:
    if not solution.success:
        raise RuntimeError(f"the flow could not be integrated: {solution.message}")


@guarded
def growth_clock(p: ArrayLike) -> GrowthClock:
    r"""Solve the equation of the competitors once and read off :math:`\tau_k` for all features.

    Parameters
    ----------
    p : array (K,)
        Frequencies, positive, sum 1, in any order.

    Raises
    ------
    ValueError
        If ``p`` is not a probability vector.
    RuntimeError
        If the equation could not be integrated to its end.

    Notes
    -----
    For equal frequencies :math:`B\equiv0`, :math:`\rho=1/K`, :math:`\tau_k=K/(1+1/K)^2`.
    """
    p = check_probabilities(p, "p", positive=True)

    def flow(_: float, state: FloatArray) -> FloatArray:
        weight = p * np.exp(state[:-1])
        total = weight.sum()
        a = weight / total
        rho = a @ a
        return np.append(weight * (rho - a), total) / (1 + rho) ** 2

    targets, position = np.unique(1 / p, return_inverse=True)
    solution = solve_ivp(
        flow, (0.0, targets[-1]), np.zeros(p.size + 1), t_eval=targets,
        method="LSODA", rtol=_RTOL, atol=_ATOL,
    )  # fmt: skip
    _reached(solution)
    weight = p[:, None] * np.exp(solution.y[:-1])
    spread = np.sum((weight / weight.sum(axis=0)) ** 2, axis=0)[position]
    tau = solution.y[-1][position]
    return GrowthClock(tau, spread, tau * p)


def _times(p: FloatArray, grown: GrowthClock, log_odds: ArrayLike) -> FloatArray:
    """The formula t_k(o) of the module; zero where the odds are reached at the start."""
    begin = np.log(p) - np.log1p(-p)
    saturation = (clock(log_odds) - clock(begin) - 1 / p) / (1 + grown.spread) ** 2
    return np.where(begin < log_odds, (grown.tau + saturation) / p, 0.0)


@guarded
def predict_half_times(p: ArrayLike) -> FloatArray:
    """Predicted flow times of :math:`a_k=1/2`, shape (K,), 0 where it starts there.

    Raises
    ------
    ValueError
        If ``p`` is not a probability vector.
    """
    p = check_probabilities(p, "p", positive=True)
    return _times(p, growth_clock(p), 0.0)


@guarded
def predict_loss_times(p: ArrayLike, *, accuracy: float) -> FloatArray:
    r"""Predicted flow times of :math:`L_k=\varepsilon`, shape (K,), for :math:`\varepsilon` < 1/8.

    Raises
    ------
    ValueError
        If ``p`` is not a probability vector or ``accuracy`` not in (0, 1/8).
    """
    p = check_probabilities(p, "p", positive=True)
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=0.125, strict=True)
    grown = growth_clock(p)
    miss = np.sqrt(2 * accuracy / (1 + grown.spread))
    return _times(p, grown, np.log1p(-miss) - np.log(miss))


@guarded
def leading_loss_times(p: ArrayLike, *, accuracy: float) -> FloatArray:
    r"""The two leading terms, :math:`\bar Z_k/p_k^2+1/(4p_k\varepsilon)`, shape (K,).

    Corrections are of relative order :math:`\sqrt\varepsilon`, :math:`p_k\log(1/p_k)` and
    :math:`\rho_k`.  Raises as :func:`predict_loss_times`.
    """
    p = check_probabilities(p, "p", positive=True)
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=0.125, strict=True)
    return growth_clock(p).tau / p + 1 / (4 * p * accuracy)


@guarded
def row_times(p: ArrayLike, k: int, *, accuracy: float, stop: float = 1e9) -> RowTimes:
    r"""Times at which row ``k`` of the exact :math:`N=\infty` flow reaches its two marks.

    Integrates :math:`\dot S_{kn} = p_k a_n(1\{n=k\}-a_n+\|a\|^2-a_k)` from :math:`S=0`; the loss is
    :math:`L_k = \tfrac12[(1-a_k)^2 + \sum_{m\ne k} a_m^2]`.

    Parameters
    ----------
    p : array (K,)
        Frequencies.
    k : int
        The query, ``0 <= k < K``.
    accuracy : float
        Loss level, in (0, 1/8): at :math:`a_k=1/2` the loss exceeds 1/8, so the half comes
        first.
    stop : float
        Flow time after which the integration gives up.

    Raises
    ------
    ValueError
        If an argument lies outside its domain.
    """
    p = check_probabilities(p, "p", positive=True)
    k = check_integer(k, "k", least=0)
    if k >= p.size:
        raise ValueError(f"k must lie in 0..{p.size - 1}, got {k}")
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=0.125, strict=True)
    stop = check_number(stop, "stop", low=0.0, strict=True)
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
        return 0.5 * np.sum((attention(s) - target) ** 2) - accuracy

    start = np.zeros(p.size)
    if level(0.0, start) <= 0:
        return RowTimes(0.0, 0.0)
    level.terminal = True  # type: ignore[attr-defined]
    solution = solve_ivp(
        flow, (0.0, stop * p[k]), start,
        events=[half, level], method="LSODA", rtol=_RTOL, atol=_ATOL,
    )  # fmt: skip
    _reached(solution)
    times = [hit[0] / p[k] if len(hit) else np.nan for hit in solution.t_events]
    if half(0.0, start) >= 0:
        times[0] = 0.0
    return RowTimes(*times)
