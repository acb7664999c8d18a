r"""The law of the escape time.

With one negative direction u of eigenvalue :math:`\lambda`, a unit perturbation v of size
:math:`\epsilon` has the part :math:`c\,\epsilon`, :math:`c=\langle u,v\rangle_\mu`, along it, and

.. math:: |\lambda|\,t_{\rm escape}=\log\frac1{|c|\,\epsilon}+\kappa+o(1):

all other parts have decayed, or stayed of size :math:`\epsilon`, by the time at which the loss
moves; what is left follows the unstable manifold, one curve, so that :math:`\kappa` is a number of
its end (and of the fraction of the loss that counts as escaped). Where the perturbation is a
uniform direction in the plane, :math:`|c|=|\cos\varphi|`, the law of the time is

.. math:: \Pr(|\lambda|\,t_{\rm escape}>s)=\frac2\pi\arcsin\min(1,e^{s_0-s}),\qquad
          s_0=\log\frac1\epsilon+\kappa ,

with mean :math:`s_0+\log2` and the earliest value :math:`s_0`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.statistics import Problem

from .escape import escape_time, growth
from .operator import Hessian, VelocityField
from .spectrum import EigenPair

__all__ = ["Escape", "escape_law", "escape_run"]


class Escape(NamedTuple):
    r"""Measured :math:`|\lambda|t`, :math:`\log\frac1{|c|\epsilon}`, and last loss over the first.

    ``time`` is infinite if the loss did not fall by the fraction asked.
    """

    time: float
    logarithm: float
    remaining: float


@guarded
def escape_run(
    problem: Problem,
    hessian: Hessian,
    pair: EigenPair,
    field: VelocityField,
    *,
    epsilon: float,
    time: float = 40.0,
    steps: int = 800,
    fraction: float = 0.05,
) -> Escape:
    r"""Follow one perturbation of a saddle until it has escaped.

    Parameters
    ----------
    pair : EigenPair
        Lowest eigenvalue (negative) and eigenvector of H.
    field : VelocityField
        The perturbation, unit norm, not orthogonal to the eigenvector.
    epsilon : float
        Its size.
    time : float
        Length of the run, in units of :math:`1/|\lambda|`.
    steps : int
        Runge-Kutta steps.
    fraction : float
        Part of the saddle's loss that has to be gone.

    Raises
    ------
    ValueError
        If the eigenvalue is not negative.
    """
    if not pair.value < 0.0:
        raise ValueError("pair must have a negative eigenvalue")
    time = check_number(time, "time", low=0.0, strict=True)
    speed, level = -pair.value, hessian.stats.loss
    out = growth(
        problem, hessian, pair.field, epsilon=epsilon, time=time / speed, steps=steps, field=field
    )
    return Escape(
        speed * escape_time(out.times, out.loss, level, fraction=fraction),
        -float(np.log(abs(out.amplitude[0]))),
        float(out.loss[-1]) / level,
    )


@guarded
def escape_law(times: ArrayLike, *, earliest: float) -> FloatArray:
    r"""Return :math:`\Pr(|\lambda|t_{\rm escape}\le s)` for a uniform direction in the plane.

    Parameters
    ----------
    times : array_like
        s, in units of :math:`1/|\lambda|`.
    earliest : float
        :math:`s_0`, the time of a start along the eigenvector.
    """
    times = check_array(times, "times")
    earliest = check_number(earliest, "earliest")
    return 1.0 - 2.0 / np.pi * np.arcsin(np.exp(np.minimum(earliest - times, 0.0)))
