r"""Measures at which the bounds are attained: neurons that are signs of a coordinate.

An erf neuron of weight :math:`\omega`, in any direction, has the second moment
:math:`\kappa=\frac2\pi\arcsin\frac{2\omega^2}{1+2\omega^2}=1-O(1/\omega)
=\|\sigma\|_\infty^2-O(1/\omega)`, and neurons in orthogonal directions are uncorrelated. Derived
here.
"""

from __future__ import annotations

import numpy as np

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.measures import Measure, axis_teacher, mix
from iclnb.landscape.mean_field_limit.statistics import Problem

from .saddles import Saddle

__all__ = ["sign_saddle", "steepest_sign_measure"]


@guarded
def steepest_sign_measure(k: int, *, weight: float, share: float, angle: float) -> Saddle:
    r"""Return a measure (no saddle, ``missing`` = 0) that almost attains :func:`sharp_first_bound`.

    The teacher's neurons have the weights :math:`\omega e_j`. One neuron of weight
    :math:`\omega(\cos\varphi\,e_1+\sin\varphi\,e_{k+1})` and mass 1 - ``share`` learns the first
    feature badly; the teacher's other atoms, of total mass ``share``, build the rest. One
    :math:`p_i` is :math:`2L=r^\circ(1-\rho^2)` with :math:`\rho=\arcsin(x\cos\varphi)/\arcsin x`,
    :math:`x=2\omega^2/(1+2\omega^2)`, and the others are zero: every loss below
    :math:`r^\circ/2` has its angle. As :math:`\omega\to\infty`, ``share`` :math:`\to0` the slope
    over :math:`-2L\sqrt{r^\circ-2L}/\varsigma` tends to one, since
    :math:`\|\Sigma\|\to\varsigma^2`.

    Raises
    ------
    ValueError
        If ``weight`` is not positive, ``share`` not in (0, 1) or ``angle`` not in
        :math:`(0,\frac\pi2)`.
    """
    k = check_integer(k, "k")
    weight = check_number(weight, "weight", low=0.0, strict=True)
    share = check_number(share, "share", low=0.0, high=1.0, strict=True)
    angle = check_number(angle, "angle", low=0.0, high=0.5 * np.pi, strict=True)
    problem = Problem(ErfFeatures(), axis_teacher(k, k + 1, weight=weight))
    w = np.zeros((1, k + 1))
    w[0, 0], w[0, k] = weight * np.cos(angle), weight * np.sin(angle)
    mu = Measure(np.eye(1, k), w)
    if k > 1:
        mu = mix(mu, Measure(problem.teacher.a[1:], problem.teacher.w[1:]), share)
    return Saddle(problem, mu, 0)


@guarded
def sign_saddle(k: int, m: int, *, weight: float, share: float = 0.0) -> Saddle:
    r"""Return the saddle whose m useless features are signs of idle coordinates.

    The idle neurons have equal mass and orthonormal outer weights; the k - m learnt features are
    the teacher's atoms with total mass ``share``. Then
    :math:`K^\top\Sigma K=(1-\mathrm{share})^2\kappa m^{-2}I_m` and the best curvature is
    :math:`-4mL^2/[(1-\mathrm{share})^2\kappa]`: :func:`missing_second_bound` is attained as
    :math:`\kappa\to1`, ``share`` :math:`\to0`.

    Raises
    ------
    ValueError
        If ``m`` is not in 1..k, or ``share`` is not positive although m < k.
    """
    k, m = check_integer(k, "k"), check_integer(m, "m")
    if m > k:
        raise ValueError(f"m must be at most k, got {m} > {k}")
    weight = check_number(weight, "weight", low=0.0, strict=True)
    share = check_number(share, "share", low=0.0, high=1.0, strict=m < k)
    problem = Problem(ErfFeatures(), axis_teacher(k, k + m))
    w = np.zeros((m, k + m))
    w[:, k:] = weight * np.eye(m)
    mu = Measure(np.eye(k)[:m], w)
    if m < k:
        mu = mix(mu, Measure(problem.teacher.a[m:], problem.teacher.w[m:]), share)
    return Saddle(problem, mu, m)
