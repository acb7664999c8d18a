r"""Gradient flow on the sphere: how long it takes to find a direction.

A unit vector w ascends :math:`C(w)=E[\sigma_*(\beta^\top x)\sigma(w^\top x)]` on the sphere. With
:math:`s=\langle w,\beta\rangle` and Hermite coefficients :math:`c_i` of the link, :math:`a_i` of
the neuron,

.. math:: \dot s=(1-s^2)\sum_{i\ge1}\frac{c_ia_i}{(i-1)!}s^{i-1},

so from :math:`s_0\asymp d^{-1/2}` the time is bounded for Q = 1, :math:`\log d` for Q = 2 and
:math:`d^{(Q-2)/2}` beyond. In context, w ascends :math:`E_\beta[B(w)^2]`, of order
:math:`\rho^{2Q}` in :math:`\rho=|P_{\mathcal S}w|`: the exponent doubles. Derived here; the
supervised statement is classical (Ben Arous, Gheissari and Jagannath 2021, second-hand).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.features.one_gradient_step.hermite import factorials
from iclnb.features.one_gradient_step.sphere import sphere_moment
from iclnb.kinds import guarded

__all__ = [
    "FlowCourse",
    "flow_course",
    "flow_time",
    "in_context_flow_time",
    "overlap_speed",
    "pure_correlation",
    "pure_flow_time",
]


def _segment(start: float, end: float) -> tuple[float, float]:
    start = check_number(start, "start", low=0.0, high=1.0, strict=True)
    end = check_number(end, "end", low=0.0, high=1.0, strict=True)
    if start >= end:
        raise ValueError(f"start must be below end, got {start} >= {end}")
    return start, end


@guarded
def overlap_speed(link: ArrayLike, neuron: ArrayLike, s: ArrayLike) -> FloatArray:
    r""":math:`\dot s` of the flow, at any overlaps s in [-1, 1].

    Parameters
    ----------
    link, neuron : array (P + 1,), array (at least P + 1,)
        :math:`c_i` and :math:`a_i`; further coefficients of the neuron do not matter.
    s : array
    """
    c = check_array(link, "link", (None,))
    a = check_array(neuron, "neuron", (None,))
    if a.size < c.size:
        raise ValueError(f"neuron must have at least {c.size} coefficients, got {a.size}")
    s = check_array(s, "s")
    if np.any(np.abs(s) > 1):
        raise ValueError("s must lie in [-1, 1]")
    products = (c * a[: c.size])[1:] / factorials(c.size - 1)[: c.size - 1]
    return (1 - s * s) * np.polynomial.polynomial.polyval(s, products)


@guarded
def pure_correlation(exponent: int, s: ArrayLike, *, r: int | None = None) -> FloatArray:
    r"""What a flow climbs, for link and neuron :math:`\mathrm{He}_Q/\sqrt{Q!}`: the landscape.

    For one task the correlation :math:`B=s^Q`; in context, with ``r``,
    :math:`E_\beta[B^2]=\mu_{2Q}\rho^{2Q}`.

    Parameters
    ----------
    exponent : int
        Q, at least one.
    s : array
        Overlaps in [-1, 1]; with ``r`` the lengths :math:`\rho` inside of the subspace.
    r : int, optional
        Dimension of the subspace.
    """
    exponent = check_integer(exponent, "exponent")
    s = check_array(s, "s")
    if np.any(np.abs(s) > 1):
        raise ValueError("s must lie in [-1, 1]")
    return s**exponent if r is None else sphere_moment(2 * exponent, r) * s ** (2 * exponent)


@guarded
def flow_time(link: ArrayLike, neuron: ArrayLike, *, start: float, end: float) -> float:
    r"""Time :math:`\int_{s_0}^{s_1}ds/\dot s`, by quadrature in :math:`\log s`.

    Infinite if the flow stops or turns back on the way (checked on a grid of 4001 points).

    Parameters
    ----------
    start, end : float
        :math:`0<s_0<s_1<1`.
    """
    start, end = _segment(start, end)
    grid = np.exp(np.linspace(math.log(start), math.log(end), 4001))
    if np.any(overlap_speed(link, neuron, grid) <= 0):
        return math.inf
    value, _ = quad(
        lambda u: math.exp(u) / float(overlap_speed(link, neuron, math.exp(u))),
        math.log(start), math.log(end), epsabs=0.0, epsrel=1e-10, limit=400,
    )  # fmt: skip
    return value


@guarded
def pure_flow_time(exponent: int, *, start: float, end: float) -> float:
    r"""Time of :math:`\dot s=Qs^{Q-1}(1-s^2)`, link and neuron :math:`\mathrm{He}_Q/\sqrt{Q!}`.

    .. math:: t=\tfrac1Q\,[I_{Q-1}]_{s_0}^{s_1},\qquad I_k=I_{k-2}-\frac{s^{1-k}}{k-1},\quad
              I_0=\operatorname{artanh}s,\quad I_1=\log\frac s{\sqrt{1-s^2}} .
    """
    exponent = check_integer(exponent, "exponent")
    start, end = _segment(start, end)

    def primitive(s: float) -> float:
        k = exponent - 1
        total = 0.0
        while k >= 2:
            total -= s ** (1 - k) / (k - 1)
            k -= 2
        if k == 0:
            return total + math.atanh(s)
        return total + math.log(s) - 0.5 * math.log1p(-s * s)

    return (primitive(end) - primitive(start)) / exponent


@guarded
def in_context_flow_time(exponent: int, *, r: int, start: float, end: float) -> float:
    r"""Time of the flow on :math:`E_\beta[B^2]=\mu_{2Q}\rho^{2Q}`, pure link and neuron.

    :math:`\dot\rho=2Q\mu_{2Q}\rho^{2Q-1}(1-\rho^2)` with :math:`\mu_{2Q}=(2Q-1)!!/(r(r+2)\cdots)`:
    :func:`pure_flow_time` of exponent 2Q, over :math:`\mu_{2Q}`.

    Parameters
    ----------
    start, end : float
        :math:`\rho=|P_{\mathcal S}w|`; :math:`\sqrt{r/d}` is typical at the start.
    """
    exponent = check_integer(exponent, "exponent")
    moment = sphere_moment(2 * exponent, r)
    return pure_flow_time(2 * exponent, start=start, end=end) / moment


class FlowCourse(NamedTuple):
    """Times (K,) and overlaps (K,) of a flow; the time of the start itself is left out."""

    times: FloatArray
    overlaps: FloatArray


@guarded
def flow_course(
    exponent: int, *, start: float, end: float = 0.95, records: int = 80, r: int | None = None
) -> FlowCourse:
    r"""The course of a flow, at log-odds of s whose distances from the start are geometric.

    Parameters
    ----------
    exponent : int
        Q of link and neuron.
    start, end : float
        :math:`0<s_0<s_1<1`.
    records : int
        K, at least one.
    r : int, optional
        For the flow in context on a subspace of that dimension; without it, that of one task.
    """
    start, end = _segment(start, end)
    records = check_integer(records, "records")
    first, last = math.log(start / (1 - start)), math.log(end / (1 - end))
    odds = first + (last - first) * np.geomspace(1e-4, 1, records)
    overlaps = np.append(1 / (1 + np.exp(-odds[:-1])), end)
    if r is None:
        times = [pure_flow_time(exponent, start=start, end=s) for s in overlaps]
    else:
        times = [in_context_flow_time(exponent, r=r, start=start, end=s) for s in overlaps]
    return FlowCourse(np.array(times), overlaps)
