r"""How far the flow is from its linearisation, as the perturbation shrinks.

Lemma 4.1 (second-hand; on the slides without proof) has :math:`\partial_tv_t=-Hv_t+O(\epsilon)`, so
that :math:`v_t-e^{-tH}v_0=O(\epsilon)` at fixed time. The growth rate along the lowest eigenvector
inherits the error :math:`O(\epsilon)`, unless a symmetry of the flow maps the direction to its
negative: then the rate is an even function of :math:`\epsilon` and the error is
:math:`O(\epsilon^2)`. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.flow import rk4
from iclnb.landscape.mean_field_limit.statistics import Problem

from .escape import growth, linear_growth
from .operator import Hessian, VelocityField
from .spectrum import EigenPair

__all__ = ["linear_error", "rate_errors"]


@guarded
def linear_error(
    problem: Problem,
    hessian: Hessian,
    field: VelocityField,
    *,
    epsilon: float,
    time: float,
    steps: int,
    linear_time: float | None = None,
) -> float:
    r"""Return :math:`\|v_t-e^{-sH}v_0\|/\|e^{-sH}v_0\|` in :math:`L^2(\mu^\dagger)`.

    Parameters
    ----------
    field : VelocityField
        :math:`v_0`; the flow starts from :math:`\theta^\dagger+\epsilon v_0`.
    epsilon : float
        :math:`\epsilon`.
    time, steps : float, int
        Length t of the run and its number of Runge-Kutta steps.
    linear_time : float, optional
        s; the same as ``time`` if left out (another value is for a negative control).
    """
    epsilon = check_number(epsilon, "epsilon", low=0.0, strict=True)
    time = check_number(time, "time", low=0.0, strict=True)
    steps = check_integer(steps, "steps")
    end = check_number(time if linear_time is None else linear_time, "linear_time", low=0.0)
    start = hessian.mu.moved(epsilon * field[0], epsilon * field[1])
    last = rk4(problem, start, step_size=time / steps, steps=steps, every=steps).measure(-1)
    (linear,) = linear_growth(hessian, field, [end])
    gap = VelocityField(
        (last.a - hessian.mu.a) / epsilon - linear.a, (last.w - hessian.mu.w) / epsilon - linear.w
    )
    return float(np.sqrt(hessian.inner(gap, gap) / hessian.inner(linear, linear)))


@guarded
def rate_errors(
    problem: Problem, hessian: Hessian, pair: EigenPair, epsilon: ArrayLike, *, steps: int = 300
) -> FloatArray:
    r"""Return :math:`|\text{rate}/|\lambda|-1|` of the growth along an eigenvector.

    Each run lasts :math:`3/|\lambda|`.

    Parameters
    ----------
    pair : EigenPair
        Eigenvalue :math:`\lambda<0` and eigenvector of H.
    epsilon : array, shape (E,)
        Sizes of the perturbation.
    steps : int
        Runge-Kutta steps of each run.

    Raises
    ------
    ValueError
        If the eigenvalue is not negative.
    """
    epsilon = check_array(epsilon, "epsilon", (None,))
    if not pair.value < 0.0:
        raise ValueError("pair must have a negative eigenvalue")
    speed = -pair.value
    rates = [
        growth(
            problem, hessian, pair.field, epsilon=e, time=3.0 / speed, steps=steps, every=steps
        ).rate
        for e in epsilon
    ]
    return np.abs(np.array(rates) / speed - 1.0)
