r"""The staircase: a flow that meets one saddle after another.

The teacher reads one coordinate per feature. The inner weights of the start are small in these
coordinates, each on a scale of its own, so that the features are found one at a time and the loss
rests near :math:`m r^\circ/2` in between. A coordinate of scale exactly zero stays zero: the atoms
never leave :math:`\{w_c=0\}`, and the loss never falls below the level. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.flow import integrate
from iclnb.landscape.mean_field_limit.measures import axis_teacher, correlated_start
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics

from .bounds import residual_spectrum

__all__ = ["Staircase", "staircase"]


class Staircase(NamedTuple):
    r"""Times (T,), :math:`L/(r^\circ/2)` (T,), and the :math:`p_i/r^\circ` (T, k), increasing."""

    times: FloatArray
    level: FloatArray
    spectrum: FloatArray


@guarded
def staircase(
    scales: ArrayLike,
    *,
    times: ArrayLike,
    rng: np.random.Generator,
    neurons: int = 60,
    idle: int = 5,
    weight: float = 2.0,
) -> Staircase:
    r"""Return the exact flow from a start that hardly sees the coordinates of the features.

    Parameters
    ----------
    scales : array, shape (k,)
        Size of the inner weights in the coordinate of each feature; zero is allowed.
    times : array, shape (T,)
        The first is the start.
    neurons, idle : int
        Number of atoms, and of further coordinates, whose scale is one.
    weight : float
        Inner weights of the teacher.

    Raises
    ------
    ValueError
        If a scale is negative.
    """
    scales = check_array(scales, "scales", (None,))
    if np.any(scales < 0.0):
        raise ValueError("scales must not be negative")
    k, idle = len(scales), check_integer(idle, "idle")
    teacher = axis_teacher(k, k + idle, weight=check_number(weight, "weight"))
    problem = Problem(ErfFeatures(), teacher)
    sizes = np.concatenate([scales, np.ones(idle)])
    check_generator(rng, "rng")
    start = correlated_start(neurons, k, k + idle, rng=rng, input_scale=sizes)
    run = integrate(problem, start, times)
    spectrum = [
        residual_spectrum(statistics(problem, run.measure(i))) for i in range(len(run.times))
    ]
    return Staircase(run.times, run.loss / (0.5 * problem.r0), np.array(spectrum) / problem.r0)
