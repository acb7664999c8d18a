r"""The tail of the exact flow: how the loss falls when nothing is in the way.

No theorem with a finite :math:`\varrho` covers a flow of particles, whose inner weights move. What
is measured here is the local exponent :math:`d\log L/d\log t` of such a flow; the theorem's bound,
were :math:`\varrho` finite, is a power -1. Observed, not derived.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.flow import integrate
from iclnb.landscape.mean_field_limit.measures import (
    correlated_start,
    whitened_teacher,
    with_unit_moment,
)
from iclnb.landscape.mean_field_limit.statistics import Problem
from iclnb.landscape.mean_field_limit.variation import dissipation, particle_gradients

from .decay import accelerated_decay_bound
from .effective import effective_ratio

__all__ = ["Tail", "tail_flow"]


class Tail(NamedTuple):
    r"""Times (T,), :math:`L/(r_0/2)`, :math:`\varrho_v`, the unrepresented part of the teacher, and
    :math:`\frac{dL}{dt}` over the bound :math:`4L^2(r_0-2L)/\varrho_v` (NaN above the phase)."""

    times: FloatArray
    level: FloatArray
    effective: FloatArray
    residual: FloatArray
    slack: FloatArray


@guarded
def tail_flow(
    times: ArrayLike,
    *,
    rng: np.random.Generator,
    k: int = 3,
    d: int = 8,
    neurons: int = 80,
    teacher_neurons: int = 10,
) -> Tail:
    r"""Return the exact flow from a generic start towards a random isotropic teacher.

    The learner starts at :func:`~iclnb.landscape.mean_field_limit.measures.correlated_start` with
    :math:`\int|a|^2d\mu=1`, which the flow keeps.

    Parameters
    ----------
    times : array, shape (T,)
        Increasing, the first positive; the flow starts at time zero.
    """
    times = check_array(times, "times", (None,), frozen=True)
    if times[0] <= 0.0:
        raise ValueError("times must be positive")
    rng, n0 = check_generator(rng, "rng"), check_integer(teacher_neurons, "teacher_neurons")
    raw = rng.standard_normal((n0, k)), rng.standard_normal((n0, d))
    problem = Problem(ErfFeatures(), whitened_teacher(ErfFeatures(), *raw))
    start = with_unit_moment(correlated_start(neurons, k, d, rng=rng))
    run = integrate(problem, start, np.concatenate([[0.0], times]), rtol=1e-5, atol=1e-8)
    rows = []
    for i in range(1, len(run.times)):
        mu = run.measure(i)
        eff = effective_ratio(problem, mu)
        floor = float(accelerated_decay_bound(run.loss[i], problem.r0, eff.ratio, sup_norm=1.0))
        rate = dissipation(mu, particle_gradients(problem, mu))
        rows.append((eff.ratio, eff.residual, rate / floor if floor > 0.0 else np.nan))
    return Tail(times, run.loss[1:] / (0.5 * problem.r0), *np.array(rows).T)
