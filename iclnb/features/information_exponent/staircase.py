r"""The staircase: a high-degree monomial is easy to find when lower ones lead to it.

For distinct coordinates :math:`x_1,\dots,x_k` of a Gaussian input and a unit vector w,

.. math:: E\Big[\prod_{i\in A}x_i\;\sigma(w^\top x)\Big]=a_{|A|}\prod_{i\in A}w_i

with the Hermite coefficients :math:`a_i` of :math:`\sigma`. The flow on the sphere that ascends
:math:`C(w)=\sum_Af_Aa_{|A|}\prod_{i\in A}w_i` closes in the coordinates of the target:
:math:`\dot w_i=\partial_iC-w_i\sum_jw_j\partial_jC`. The target :math:`x_1+x_1x_2+x_1x_2x_3` has
information exponent one, :math:`x_1x_2x_3` has three. Derived here, after the staircase property of
Abbe, Boix-Adsera and Misiakiewicz (second-hand).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from iclnb.arguments import FloatArray, check_array, check_increasing, check_integer, check_number
from iclnb.kinds import guarded

__all__ = ["MonomialTarget", "StaircasePath", "staircase_flow"]


@guarded
@dataclass(frozen=True)
class MonomialTarget:
    r""":math:`\sum_Af_A\prod_{i\in A}x_i`.

    Parameters
    ----------
    terms : mapping
        Tuples of distinct coordinates, from zero on, to coefficients; no empty tuple.
    """

    terms: Mapping[tuple[int, ...], float]

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("terms must not be empty")
        for support, value in self.terms.items():
            if not support or len(set(support)) != len(support):
                raise ValueError(f"terms must have distinct coordinates, got {support}")
            for i in support:
                check_integer(i, "coordinate", least=0)
            check_number(value, "coefficient")

    @classmethod
    def staircase(cls, steps: int) -> MonomialTarget:
        """x_1 + x_1 x_2 + ... up to ``steps`` factors."""
        steps = check_integer(steps, "steps")
        return cls({tuple(range(k)): 1.0 for k in range(1, steps + 1)})

    @classmethod
    def product(cls, factors: int) -> MonomialTarget:
        """x_1 x_2 ... alone."""
        return cls({tuple(range(check_integer(factors, "factors"))): 1.0})

    @property
    def coordinates(self) -> int:
        """Number of coordinates that occur, or are skipped below one that does."""
        return 1 + max(i for support in self.terms for i in support)

    @property
    def exponent(self) -> int:
        """Information exponent: least number of factors of a term that is not zero."""
        return min(len(support) for support, value in self.terms.items() if value != 0)

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Value at x (..., d)."""
        x = check_array(x, "x")
        return sum(v * np.prod(x[..., list(support)], axis=-1) for support, v in self.terms.items())

    def correlation_gradient(self, w: ArrayLike, neuron: ArrayLike) -> FloatArray:
        r""":math:`\partial_iC`, shape (coordinates,)."""
        w, a = check_array(w, "w", (None,)), check_array(neuron, "neuron", (None,))
        if max(len(support) for support in self.terms) >= a.size:
            raise ValueError("neuron must have a coefficient for every number of factors")
        out = np.zeros(self.coordinates)
        for support, value in self.terms.items():
            for i in support:
                out[i] += value * a[len(support)] * np.prod([w[j] for j in support if j != i])
        return out


class StaircasePath(NamedTuple):
    r"""Times (K,), coordinates (K, k); ``crossings[i]`` is when \|w_i\| first reached the level."""

    times: FloatArray
    coordinates: FloatArray
    crossings: FloatArray


@guarded
def staircase_flow(
    target: MonomialTarget,
    neuron: ArrayLike,
    *,
    d: int,
    times: ArrayLike,
    level: float = 0.3,
    start: ArrayLike | None = None,
) -> StaircasePath:
    r"""The flow from a start, by an explicit Runge-Kutta method of order eight.

    A sign of :math:`w_i` counts as a sign of :math:`x_i`. On a product of k factors
    :math:`(w_i^2)^\cdot=2C(1-kw_i^2)`, where C rises: from :math:`C<0` the coordinates shrink until
    one of them crosses zero, and C with it. Only from magnitudes of which the two least are equal
    does the flow end at zero.

    Parameters
    ----------
    target : MonomialTarget
    neuron : array
        Hermite coefficients :math:`a_0,a_1,\dots` up to the greatest number of factors.
    d : int
        Dimension, at least the number of coordinates.
    times : array (K,)
        Increasing, from zero on.
    level : float
        In (0, 1); a coordinate that never reaches it has an infinite crossing time.
    start : array (k,), optional
        :math:`w` in the coordinates of the target, of norm at most one; :math:`w_i=d^{-1/2}` by
        default.

    Raises
    ------
    ValueError
        On bad times, too few coefficients of the neuron, or a start outside the ball.
    RuntimeError
        If the solver does not reach the last time.
    """
    d = check_integer(d, "d", least=target.coordinates)
    times = check_increasing(times, "times", entries=2, low=0.0)
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    a = check_array(neuron, "neuron", (None,))

    def speed(_: float, w: FloatArray) -> FloatArray:
        slope = target.correlation_gradient(w, a)
        return slope - (w @ slope) * w

    def event(i: int):
        return lambda _, w: abs(w[i]) - level

    k = target.coordinates
    w0 = np.full(k, d**-0.5) if start is None else check_array(start, "start", (k,))
    if w0 @ w0 > 1 + 1e-12:
        raise ValueError("start must have norm at most one")
    solution = solve_ivp(
        speed, (0.0, times[-1]), w0, method="DOP853", t_eval=times,
        events=[event(i) for i in range(k)], rtol=1e-10, atol=1e-12,
    )  # fmt: skip
    if not solution.success:
        raise RuntimeError(f"the flow could not be integrated: {solution.message}")
    first = [float(t[0]) if t.size else np.inf for t in solution.t_events]
    first = np.where(np.abs(w0) >= level, 0.0, first)
    return StaircasePath(times, solution.y.T, first)
