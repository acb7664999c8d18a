r"""A slice of the landscape with two parameters: tops, saddles and valleys, and the flow, exactly.

Two true features :math:`f_1,f_2` of strength :math:`r_0`, and two functions :math:`g_1,g_2` of the
same strength that are correlated with nothing. The learner has

.. math:: h_1=\cos v\,f_1+\sin v\,g_1,\qquad h_2=\sin u\,f_2+\cos u\,g_2 ,

so that :math:`C=r_0\,\mathrm{diag}(\cos v,\sin u)`, :math:`\Sigma=r_0I` and

.. math:: L=\frac{r_0}2(\sin^2v+\cos^2u).

Gradient flow in (u, v) is :math:`\tan u=\tan u(0)\,e^{r_0t}`, :math:`\tan v=\tan v(0)\,e^{-r_0t}`.
A top misses two features, a saddle one, a valley none, at the levels :math:`r_0,\frac{r_0}2,0`. It
is a slice in the space of features, not of neurons. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded


class SlicePath(NamedTuple):
    """The flow at some times: ``u``, ``v`` and the ``loss``, each of shape (m,)."""

    u: FloatArray
    v: FloatArray
    loss: FloatArray


@guarded
def slice_loss(u: ArrayLike, v: ArrayLike, *, r0: float = 1.0) -> FloatArray:
    r"""Return :math:`\frac{r_0}2(\sin^2v+\cos^2u)`.

    Parameters
    ----------
    u, v : array_like
        Angles, of shapes that broadcast.
    r0 : float
        Strength of each feature, positive.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    r0 = check_number(r0, "r0", low=0.0, strict=True)
    u, v = check_array(u, "u"), check_array(v, "v")
    return 0.5 * r0 * (np.sin(v) ** 2 + np.cos(u) ** 2)


@guarded
def slice_flow(u0: float, v0: float, times: ArrayLike, *, r0: float = 1.0) -> SlicePath:
    r"""Return the gradient flow from :math:`(u_0,v_0)`.

    Parameters
    ----------
    u0, v0 : float
        The start, in :math:`(-\frac\pi2,\frac\pi2)`.
    times : array_like, shape (m,)
        Not negative.
    r0 : float
        Strength of each feature, positive.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    u0, v0 = (
        check_number(x, name, low=-np.pi / 2, high=np.pi / 2, strict=True)
        for x, name in ((u0, "u0"), (v0, "v0"))
    )
    r0 = check_number(r0, "r0", low=0.0, strict=True)
    t = check_array(times, "times", (None,))
    if np.any(t < 0):
        raise ValueError("times must not be negative")
    u = np.arctan2(np.sin(u0), np.cos(u0) * np.exp(-r0 * t))
    v = np.arctan2(np.sin(v0) * np.exp(-r0 * t), np.cos(v0))
    return SlicePath(u, v, slice_loss(u, v, r0=r0))


@guarded
def slice_escape_time(u0: float, *, r0: float = 1.0) -> float:
    r"""Return the time at which the flow from :math:`u_0` is half-way down from the saddle.

    :math:`\frac1{r_0}\log\frac1{\tan|u_0|}`, where :math:`u=\frac\pi4`; infinite at :math:`u_0=0`,
    on the mirror, and zero beyond :math:`\frac\pi4`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    u0 = check_number(u0, "u0", low=-np.pi / 2, high=np.pi / 2, strict=True)
    r0 = check_number(r0, "r0", low=0.0, strict=True)
    if u0 == 0:
        return float("inf")
    return max(0.0, -float(np.log(np.tan(abs(u0)))) / r0)
