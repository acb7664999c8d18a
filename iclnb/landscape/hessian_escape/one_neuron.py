r"""One neuron, two inputs: a line of saddles that is a mirror, and the way down on either side.

One true feature, :math:`f^\circ(x)=\mathrm{erf}(u\,x_1)`, and a learner of one neuron with outer
weight 1 and inner weights :math:`w=(w_1,w_2)`. The outer weight does not move, since the flow
conserves :math:`\int aa^\top d\mu`. With :math:`\kappa_{12}=\kappa(w,w^\circ)`,

.. math:: L(w)=\tfrac12\Big(r_0-\frac{\kappa_{12}^2}{\kappa(w,w)}\Big),\qquad
          \kappa(w,w')=\tfrac2\pi\arcsin\frac{2w^\top w'}{\sqrt{(1+2|w|^2)(1+2|w'|^2)}} ,

and the flow is :math:`\dot w=-\nabla L`. On the line :math:`w_1=0` the neuron does not hear the
teacher: :math:`L=r_0/2`, no slope, and the curvature

.. math:: \lambda(w_2)=-\frac{c_1^2}{\kappa_2},\qquad
          c_1=\frac2\pi\frac{2u}{\sqrt{(1+2w_2^2)(1+2u^2)}},\quad
          \kappa_2=\tfrac2\pi\arcsin\frac{2w_2^2}{1+2w_2^2},

in the direction of :math:`w_1` only. The two minima are :math:`\pm(u,0)`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded

__all__ = ["NeuronPath", "neuron_curvature", "neuron_escape_times", "neuron_loss", "neuron_path"]

_TWO_OVER_PI = 2.0 / np.pi


class NeuronPath(NamedTuple):
    """The neuron at some times: ``w`` (m, 2), and the loss over :math:`r_0/2`, shape (m,)."""

    w: FloatArray
    loss: FloatArray


def _arcsine(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (2/pi) arcsin z and its derivative."""
    return _TWO_OVER_PI * np.arcsin(z), _TWO_OVER_PI / np.sqrt(1.0 - z**2)


def _loss_and_gradient(w: FloatArray, u: float) -> tuple[FloatArray, FloatArray]:
    """Return the loss over r0/2 and the gradient of the loss; ``w`` has shape (..., 2)."""
    size = 1.0 + 2.0 * np.sum(w**2, axis=-1)
    true = 1.0 + 2.0 * u**2
    z = 2.0 * u * w[..., 0] / np.sqrt(size * true)
    cross, slope = _arcsine(z)
    own, own_slope = _arcsine(1.0 - 1.0 / size)
    r0 = _arcsine(np.asarray(1.0 - 1.0 / true))[0]
    along = np.zeros_like(w)
    along[..., 0] = 2.0 * u / np.sqrt(size * true)
    d_cross = slope[..., None] * (along - 2.0 * (z / size)[..., None] * w)
    d_own = own_slope[..., None] * 4.0 * w / (size**2)[..., None]
    readout = (cross / own)[..., None]
    return 1.0 - cross**2 / (own * r0), -readout * d_cross + 0.5 * readout**2 * d_own


@guarded
def neuron_loss(w1: ArrayLike, w2: ArrayLike, *, weight: float = 2.0) -> FloatArray:
    r"""Return :math:`L(w)/(r_0/2)`.

    Parameters
    ----------
    w1, w2 : array_like
        Inner weights, of shapes that broadcast; not both zero.
    weight : float
        u, positive.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    u = check_number(weight, "weight", low=0.0, strict=True)
    w1, w2 = np.broadcast_arrays(check_array(w1, "w1"), check_array(w2, "w2"))
    if np.any((w1 == 0) & (w2 == 0)):
        raise ValueError("w1 and w2 must not both be zero: the neuron has no output there")
    return _loss_and_gradient(np.stack([w1, w2], axis=-1), u)[0]


@guarded
def neuron_curvature(w2: float, *, weight: float = 2.0) -> float:
    r"""Return :math:`\lambda(w_2)<0`, the curvature of the loss at the saddle :math:`(0,w_2)`.

    Raises
    ------
    TypeError, ValueError
        If ``w2`` is zero or ``weight`` not positive.
    """
    u = check_number(weight, "weight", low=0.0, strict=True)
    w2 = check_number(w2, "w2")
    if w2 == 0:
        raise ValueError("w2 must not be zero")
    size = 1.0 + 2.0 * w2**2
    slope = _TWO_OVER_PI * 2.0 * u / np.sqrt(size * (1.0 + 2.0 * u**2))
    return float(-(slope**2) / _arcsine(np.asarray(1.0 - 1.0 / size))[0])


def _runge_kutta(w: FloatArray, u: float, step: float) -> FloatArray:
    def velocity(at: FloatArray) -> FloatArray:
        return -_loss_and_gradient(at, u)[1]

    one = velocity(w)
    two = velocity(w + 0.5 * step * one)
    three = velocity(w + 0.5 * step * two)
    four = velocity(w + step * three)
    return w + step / 6.0 * (one + 2.0 * two + 2.0 * three + four)


@guarded
def neuron_path(
    w1: float, w2: float, *, time: float, steps: int = 400, weight: float = 2.0
) -> NeuronPath:
    r"""Return the flow from :math:`(w_1,w_2)` at ``steps + 1`` equal times from 0 to ``time``.

    Runge-Kutta steps of fixed length; :math:`w_1=0` stays exactly zero.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its domain.
    """
    u = check_number(weight, "weight", low=0.0, strict=True)
    time = check_number(time, "time", low=0.0, strict=True)
    steps = check_integer(steps, "steps")
    at = np.array([check_number(w1, "w1"), check_number(w2, "w2")])
    if not np.any(at):
        raise ValueError("w1 and w2 must not both be zero: the neuron has no output there")
    w = [at]
    for _ in range(steps):
        w.append(_runge_kutta(w[-1], u, time / steps))
    path = np.array(w)
    return NeuronPath(path, _loss_and_gradient(path, u)[0])


@guarded
def neuron_escape_times(
    w1: ArrayLike,
    w2: ArrayLike,
    *,
    level: float = 0.95,
    time: float = 60.0,
    steps: int = 600,
    weight: float = 2.0,
) -> FloatArray:
    r"""Return the times at which the loss falls to ``level`` times :math:`r_0/2`.

    Parameters
    ----------
    w1, w2 : array_like
        Starts, of shapes that broadcast; not both zero.
    level : float
        In (0, 1).
    time, steps : float, int
        Length of the run and its steps; the time is read between them by linear interpolation.
    weight : float
        u, positive.

    Returns
    -------
    array
        Zero where the start is below the level, infinite where the loss does not fall to it.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its domain.
    """
    u = check_number(weight, "weight", low=0.0, strict=True)
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    time, steps = check_number(time, "time", low=0.0, strict=True), check_integer(steps, "steps")
    before = neuron_loss(w1, w2, weight=u)
    w = np.stack(np.broadcast_arrays(np.asarray(w1, float), np.asarray(w2, float)), axis=-1)
    out = np.where(before <= level, 0.0, np.inf)
    for i in range(steps):
        w = _runge_kutta(w, u, time / steps)
        after = _loss_and_gradient(w, u)[0]
        falls = np.isinf(out) & (after <= level)
        share = (before - level) / np.where(falls, before - after, 1.0)
        out = np.where(falls, (i + share) * time / steps, out)
        before = after
    return out
