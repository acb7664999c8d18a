r"""Leaving a saddle: the linearised velocity, its growth, and what prevents it.

Near a critical measure :math:`\mu^\dagger` the flow is
:math:`(\mathrm{id}+\epsilon v_t)\#\mu^\dagger` with :math:`\partial_tv_t=-Hv_t+O(\epsilon)` (Lemma
4.1, second-hand). Along the eigenvector of :math:`\lambda<0` the amplitude grows as
:math:`e^{|\lambda|t}` and the loss falls by
:math:`\frac{|\lambda|}2\epsilon^2e^{2|\lambda|t}`. A random perturbation of size :math:`\epsilon`
and overlap c with that eigenvector is of order one after
:math:`|\lambda|^{-1}\log\frac1{|c|\epsilon}`. Perturbations that share a symmetry of the teacher
with the saddle have c = 0 exactly, and stay: with coordinates that are exact zeros in floating
point, reflections survive the rounding, in a rotated frame they do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.flow import rk4
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem

from .operator import Hessian, VelocityField

__all__ = [
    "Growth",
    "amplitude",
    "escape_time",
    "growth",
    "linear_growth",
    "perturbation",
    "reflection_defect",
    "symmetric_perturbation",
]


class Growth(NamedTuple):
    """Amplitude of the perturbation and loss at the times, and the mean growth rate."""

    times: FloatArray
    amplitude: FloatArray
    loss: FloatArray
    rate: float


@guarded
def perturbation(
    hessian: Hessian, *, rng: np.random.Generator, inner_only: bool = False
) -> VelocityField:
    r"""Return a Gaussian velocity field of unit norm in :math:`L^2(\mu)`, independent per atom."""
    rng = check_generator(rng, "rng")
    a = rng.standard_normal(hessian.mu.a.shape) * (0.0 if inner_only else 1.0)
    field = VelocityField(a, rng.standard_normal(hessian.mu.w.shape))
    size = np.sqrt(hessian.inner(field, field))
    return VelocityField(field.a / size, field.w / size)


@guarded
def amplitude(hessian: Hessian, direction: VelocityField, mu: Measure) -> float:
    r"""Return :math:`\langle v,\theta-\theta^\dagger\rangle_\mu` for the moved measure ``mu``."""
    moved = VelocityField(mu.a - hessian.mu.a, mu.w - hessian.mu.w)
    return hessian.inner(direction, moved)


@guarded
def linear_growth(
    hessian: Hessian, field: VelocityField, times: ArrayLike, *, full: bool = False
) -> list[VelocityField]:
    r"""Return :math:`e^{-tH}v`, the solution of the linearised equation, from the dense matrix."""
    times = check_array(times, "times", (None,))
    values, vectors = np.linalg.eigh(hessian.dense(full=full))
    start = vectors.T @ hessian.to_vector(field)
    return [hessian.to_field(vectors @ (np.exp(-values * t) * start)) for t in times]


@guarded
def growth(
    problem: Problem,
    hessian: Hessian,
    direction: VelocityField,
    *,
    epsilon: float,
    time: float,
    steps: int,
    every: int = 1,
    field: VelocityField | None = None,
) -> Growth:
    r"""Follow the flow from :math:`\theta^\dagger+\epsilon v` and measure the growth along v.

    The method is Runge-Kutta of fixed step, whose error is relative to the perturbation (an
    adaptive one controls it relative to :math:`\theta^\dagger`, which hides small perturbations).
    It is stable if the step is below 2.7 over the largest eigenvalue of H.

    Parameters
    ----------
    direction : VelocityField
        v, unit norm; usually the lowest eigenvector.
    epsilon : float
        Size of the perturbation.
    time : float
        Length of the run.
    steps, every : int
        Number of steps, and how often the state is recorded.
    field : VelocityField, optional
        Another perturbation than v (for instance a random one); measured along v all the same.

    Returns
    -------
    Growth
        ``rate`` is :math:`\log|\text{last}/\text{first amplitude}|/\text{time}`.
    """
    epsilon = check_number(epsilon, "epsilon", low=0.0, strict=True)
    time = check_number(time, "time", low=0.0, strict=True)
    steps = check_integer(steps, "steps")
    field = direction if field is None else field
    moved = hessian.mu.moved(epsilon * field.a, epsilon * field.w)
    run = rk4(problem, moved, step_size=time / steps, steps=steps, every=every)
    size = np.array([amplitude(hessian, direction, run.measure(i)) for i in range(len(run.times))])
    if size[0] == 0.0 or size[-1] == 0.0:
        raise ValueError("field must have a component along direction")
    rate = float(np.log(abs(size[-1] / size[0]))) / time
    return Growth(run.times, size, run.loss, rate)


@guarded
def escape_time(
    times: ArrayLike, loss: ArrayLike, saddle_loss: float, *, fraction: float = 0.05
) -> float:
    r"""Return the first time at which the loss is below :math:`(1-\mathrm{fraction})L^\dagger`.

    Linear interpolation between the given times; infinite if it does not happen.
    """
    times = check_array(times, "times", (None,))
    loss = check_array(loss, "loss", (None,))
    if loss.shape != times.shape:
        raise ValueError("loss must have one entry per time")
    fraction = check_number(fraction, "fraction", low=0.0, high=1.0)
    level = (1.0 - fraction) * check_number(saddle_loss, "saddle_loss", low=0.0)
    below = np.flatnonzero(loss < level)
    if below.size == 0:
        return float(np.inf)
    i = int(below[0])
    if i == 0:
        return float(times[0])
    share = (loss[i - 1] - level) / (loss[i - 1] - loss[i])
    return float(times[i - 1] + share * (times[i] - times[i - 1]))


@guarded
def reflection_defect(mu: Measure, coordinate: int) -> float:
    r"""Return :math:`\max_i|w_{ic}|`: zero iff every atom lies on the mirror."""
    if not 0 <= coordinate < mu.w.shape[1]:
        raise ValueError("coordinate must be an index of the inner weights")
    return float(np.max(np.abs(mu.w[:, coordinate])))


@guarded
def symmetric_perturbation(
    hessian: Hessian, coordinate: int, *, rng: np.random.Generator
) -> VelocityField:
    r"""Return a random unit perturbation that leaves :math:`w_c` of every atom where it is."""
    field = perturbation(hessian, rng=rng)
    if not 0 <= coordinate < field.w.shape[1]:
        raise ValueError("coordinate must be an index of the inner weights")
    w = field.w.copy()
    w[:, coordinate] = 0.0
    field = VelocityField(field.a, w)
    size = np.sqrt(hessian.inner(field, field))
    return VelocityField(field.a / size, field.w / size)
