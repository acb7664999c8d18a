r"""A flow with a plateau, a power and an exponential: errors on many scales.

One feature, the sign of the first coordinate, of strength one. The inner weights are frozen: one
neuron reads the first coordinate and has the share :math:`1/\varrho` of the mass; J idle ones are
the signs of other coordinates, with masses :math:`p_i\propto r^{-i}`. All activations are
orthonormal and bounded by one. With :math:`c_i=p_ia_i`, :math:`\Sigma=\sum_ic_i^2` and
:math:`B=c_0/\Sigma` the flow of the outer weights and the loss are

.. math:: \dot a_0=B(1-Bc_0),\qquad \dot a_i=-B^2c_i,\qquad L=\frac12\Big(1-\frac{c_0^2}\Sigma\Big).

At the start the neuron of the feature has the share s of :math:`\sum_ip_ia_i^2=1`, the idle ones
have equal shares of the rest. If s is small the flow rests near the saddle :math:`L=\frac12`. Near
the end :math:`B^2\to\varrho`, every idle weight decays at the rate :math:`\varrho p_i`, and the sum
over the scales is

.. math:: L\approx\frac{\varrho(1-s)}{2J}\sum_ip_ie^{-2\varrho p_iT}
          \approx\frac{1-s}{4J\log r}\,\frac1T

as long as T lies between the inverses of the largest and of the smallest :math:`2\varrho p_i`;
after that it is an exponential. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from iclnb.arguments import FloatArray, check_increasing, check_integer, check_number
from iclnb.kinds import guarded

from .decay import loss_bound

__all__ = ["RegimeFlow", "regime_constant", "regime_flow"]

_MARGIN = 0.25  # the theorem is applied from L = r_0/4 on, half-way down


class RegimeFlow(NamedTuple):
    r"""Times (T,), the loss, its envelope by the theorem, and the idle masses (J,).

    The envelope is :func:`~.decay.loss_bound` since the loss was :math:`r_0/4`, and NaN before.
    """

    times: FloatArray
    loss: FloatArray
    envelope: FloatArray
    masses: FloatArray


@guarded
def regime_flow(
    times: ArrayLike, *, scales: int, ratio: float = 2.0, start: float = 0.5, factor: float = 4.0
) -> RegimeFlow:
    r"""Integrate the flow of the outer weights.

    Parameters
    ----------
    times : array, shape (T,)
        Increasing, the first zero.
    scales : int
        J, the number of idle neurons.
    ratio : float
        :math:`\varrho>1`.
    start : float
        s, in (0, 1).
    factor : float
        :math:`r>1`, from one mass to the next.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    RuntimeError
        If the flow could not be integrated.
    """
    times = check_increasing(times, "times", entries=2, frozen=True)
    if times[0] != 0.0:
        raise ValueError("times must begin at zero")
    scales = check_integer(scales, "scales")
    ratio = check_number(ratio, "ratio", low=1.0, strict=True)
    start = check_number(start, "start", low=0.0, high=1.0, strict=True)
    factor = check_number(factor, "factor", low=1.0, strict=True)
    masses = factor ** -np.arange(scales, dtype=np.float64)
    masses *= (1.0 - 1.0 / ratio) / masses.sum()
    p = np.concatenate([[1.0 / ratio], masses])
    shares = np.concatenate([[start], np.full(scales, (1.0 - start) / scales)])

    def loss(a: FloatArray) -> FloatArray:
        """By the idle part, so that a small loss has all its digits."""
        square = (p[:, None] * a.reshape(len(p), -1)) ** 2
        return 0.5 * square[1:].sum(axis=0) / square.sum(axis=0)

    def velocity(_: float, a: FloatArray) -> FloatArray:
        c = p * a
        b = c[0] / (c @ c)
        out = -b * b * c
        out[0] = 2.0 * b * loss(a)[0]
        return out

    def half(_: float, a: FloatArray) -> float:
        return float(loss(a)[0]) - _MARGIN

    out = solve_ivp(
        velocity,
        (0.0, times[-1]),
        np.sqrt(shares / p),
        "LSODA",
        t_eval=times,
        events=half,
        rtol=1e-9,
        atol=1e-13,
    )
    if not out.success:
        raise RuntimeError(f"the flow could not be integrated: {out.message}")
    curve = loss(out.y)
    begun = float(out.t_events[0][0]) if out.t_events[0].size else 0.0
    first, envelope = min(_MARGIN, float(curve[0])), np.full(len(times), np.nan)
    if curve[-1] <= _MARGIN:
        inside = times >= begun
        since = times[inside] - begun
        envelope[inside] = loss_bound(since, first, 1.0, ratio=ratio, sup_norm=1.0)
    return RegimeFlow(times, curve, envelope, masses)


@guarded
def regime_constant(*, scales: int, start: float, factor: float) -> float:
    r"""Return :math:`\frac{1-s}{4J\log r}`, to which :math:`T\,L(T)` stays close.

    The sum over the masses is taken as an integral in :math:`\log p`, and B at its final value.
    """
    scales = check_integer(scales, "scales")
    start = check_number(start, "start", low=0.0, high=1.0, strict=True)
    factor = check_number(factor, "factor", low=1.0, strict=True)
    return (1.0 - start) / (4.0 * scales * float(np.log(factor)))
