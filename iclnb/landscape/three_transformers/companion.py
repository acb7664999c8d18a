r"""The exact flow beside SGD: the same comparison without batches, momentum and step size.

Erf features, for which the covariances are closed forms, and equal flow time for both models. The
flow of :math:`L(\mu,\Gamma)` with :math:`\dot\Gamma=-c\,\nabla_\Gamma L` tends to the flow of
:math:`L(\mu)` as :math:`c\to\infty`. Along it, for every c > 0,

.. math:: \int aa^\top d\mu-\tfrac1c\,(\Gamma\Gamma^\top+\Gamma^\top\Gamma)

is constant: the loss does not change under :math:`h\to Rh,\ \Gamma\to R^{-\top}\Gamma R^{-1}`, and
for R = I + X with symmetric X this is the conserved quantity. Derived here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.flow import Trajectory, integrate, integrate_joint
from iclnb.landscape.mean_field_limit.measures import Measure, correlated_start, whitened_teacher
from iclnb.landscape.mean_field_limit.statistics import Problem, covariance, statistics

__all__ = ["Comparison", "compare", "conserved", "exact_trial", "two_timescale_loss"]


class Comparison(NamedTuple):
    r"""Errors over :math:`\frac12\mathrm{tr}S_0` at ``times`` (T,).

    ``static`` (T,); ``attention`` (c, T): :math:`L(\mu)` along the joint flows of each speed;
    ``own`` (c, T): :math:`L(\mu,\Gamma)` along them; ``joint``: the flows themselves.
    """

    times: FloatArray
    static: FloatArray
    attention: FloatArray
    own: FloatArray
    joint: tuple[Trajectory, ...]


@guarded
def exact_trial(
    seed: int, *, d: int = 20, k: int = 5, k0: int = 5, neurons: int = 100
) -> tuple[Problem, Measure]:
    r"""Return a problem with :math:`S_0=I` and a start with :math:`\Sigma=I`, both of erf neurons.

    The teacher has ten neurons (or ``k0``, if more) of norm 2.
    """
    d, k, n = (
        check_integer(d, "d"),
        check_integer(k, "k"),
        check_integer(neurons, "neurons"),
    )
    features = ErfFeatures()
    rng = scale.rng(seed, "three transformers: exact flow")
    w0 = rng.standard_normal((max(10, k0), d))
    w0 *= 2.0 / np.linalg.norm(w0, axis=1, keepdims=True)
    teacher = whitened_teacher(features, rng.standard_normal((len(w0), k0)), w0)
    teacher = teacher.push(np.eye(k0) / np.sqrt(covariance(features, teacher, teacher)[0, 0]))
    start = correlated_start(n, k, d, rng=rng, input_scale=0.5)
    values, vectors = np.linalg.eigh(covariance(features, start, start))
    return Problem(features, teacher), start.push(vectors @ np.diag(values**-0.5) @ vectors.T)


@guarded
def two_timescale_loss(problem: Problem, run: Trajectory) -> FloatArray:
    r"""Return :math:`L(\mu_t)` along a joint flow, which records :math:`L(\mu_t,\Gamma_t)`."""
    return np.array([statistics(problem, run.measure(i)).loss for i in range(len(run.times))])


@guarded
def conserved(run: Trajectory, speed: float, *, sign: float = -1.0) -> FloatArray:
    r"""Return :math:`\int aa^\top d\mu_t-\frac1c(\Gamma\Gamma^\top+\Gamma^\top\Gamma)`, (T, k, k).

    ``sign`` is the one before the second term; any but -1 gives something that is not conserved.

    Raises
    ------
    ValueError
        If the flow has no attention, or ``speed`` is not positive.
    """
    if run.Gamma is None:
        raise ValueError("run must be a joint flow")
    speed = check_number(speed, "speed", low=0.0, strict=True)
    moment = np.einsum("tnk,n,tnl->tkl", run.a, run.p, run.a)
    transposed = np.swapaxes(run.Gamma, 1, 2)
    return moment + sign / speed * (run.Gamma @ transposed + transposed @ run.Gamma)


@guarded
def compare(
    problem: Problem, start: Measure, times: ArrayLike, *, speeds: Iterable[float] = (1.0,)
) -> Comparison:
    r"""Run the static flow and the joint flows of the given speeds.

    ``times`` are increasing, the first is the start; :math:`\Gamma=\Sigma^{-1}` there.
    """
    power = 0.5 * float(np.trace(problem.s0))
    static = integrate(problem, start, times)
    Gamma = np.linalg.inv(statistics(problem, start).require_regular().sig)
    runs = tuple(integrate_joint(problem, start, Gamma, times, speed=c) for c in speeds)
    losses = np.array([two_timescale_loss(problem, run) for run in runs])
    own = np.array([run.loss for run in runs])
    return Comparison(static.times, static.loss / power, losses / power, own / power, runs)
