r"""Saddles that can be written down.

* :func:`missing_feature_saddle`: m true features replaced by useless ones, uncorrelated with all
  true features. Then :math:`PB=0`, :math:`L=m r^\circ/2` exactly, :math:`\Sigma` is regular, and
  the atoms include the teacher's, so that :math:`R=\|d\mu^\circ_w/d\mu_w\|_\infty` is finite.
* :func:`axis_saddle`: the same for a teacher that reads one coordinate per feature; the atoms do
  not look at the missing coordinates at all.
* :func:`zero_feature_saddle`: a learnt feature identically zero. The loss is not continuous there.
* :func:`weak_critical_point`: one neuron, at rest, which does not move although
  :math:`\|PB\|_*>0`: critical on its own support only. The theorem excludes it by full support.

Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize, root

from iclnb.arguments import check_array, check_generator, check_instance, check_integer
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.model import FeatureModel
from iclnb.landscape.mean_field_limit.measures import (
    Measure,
    axis_teacher,
    whitened_teacher,
    with_unit_moment,
)
from iclnb.landscape.mean_field_limit.statistics import Problem
from iclnb.landscape.mean_field_limit.variation import particle_gradients

__all__ = [
    "Saddle",
    "axis_saddle",
    "missing_feature_saddle",
    "weak_critical_point",
    "zero_feature_saddle",
]

_FAR = 1e3  # where a gradient is small because the weights are large, not because they rest


class Saddle(NamedTuple):
    """A problem and a critical measure of it, with ``missing`` true features not learnt."""

    problem: Problem
    mu: Measure
    missing: int


@guarded
def missing_feature_saddle(
    features: FeatureModel,
    k: int,
    m: int,
    *,
    rng: np.random.Generator,
    signal: int | None = None,
    idle: int | None = None,
    teacher_neurons: int | None = None,
    idle_neurons: int | None = None,
    mixed: bool = True,
) -> Saddle:
    r"""Return a random saddle of a random isotropic teacher, with m of k features missing.

    The inputs split into ``signal`` coordinates, which the teacher reads, and ``idle`` ones. Half
    of the mass lies on the teacher's atoms, with outer weights that rebuild k - m random orthogonal
    combinations of the true features; the other half reads idle coordinates only, and builds the m
    useless features. For an odd activation neurons of the two groups are exactly uncorrelated.

    Parameters
    ----------
    features : FeatureModel
        Odd (``features.odd``).
    signal, idle : int
        Coordinates of each kind; 2k and 2m if left out.
    teacher_neurons, idle_neurons : int
        Atoms of each kind; 3k and 3m if left out.
    mixed : bool
        Apply a random invertible matrix to the learnt features (always scaled to unit moment). The
        landscape is invariant under it, the gradient flow is not: without it the flow commutes with
        the reflection of the idle coordinates, under which the escaping direction is odd, so that
        its growth rate is right to second order in the perturbation instead of first.

    Raises
    ------
    ValueError
        If ``m`` is not in 1..k, the activation is not odd, or there are too few atoms.
    """
    if not check_instance(features, "features", FeatureModel).odd:
        raise ValueError("features must be odd: only then are the idle features uncorrelated")
    k, m = check_integer(k, "k"), check_integer(m, "m")
    if m > k:
        raise ValueError(f"m must be at most k, got {m} > {k}")
    signal = check_integer(2 * k if signal is None else signal, "signal")
    idle = check_integer(2 * m if idle is None else idle, "idle")
    n0 = check_integer(3 * k if teacher_neurons is None else teacher_neurons, "teacher_neurons")
    n1 = check_integer(3 * m if idle_neurons is None else idle_neurons, "idle_neurons")
    if n0 < k or n1 < m:
        raise ValueError("teacher_neurons and idle_neurons must be at least k and m")
    rng = check_generator(rng, "rng")
    w0 = np.concatenate([rng.standard_normal((n0, signal)), np.zeros((n0, idle))], axis=1)
    w1 = np.concatenate([np.zeros((n1, signal)), rng.standard_normal((n1, idle))], axis=1)
    teacher = whitened_teacher(features, rng.standard_normal((n0, k)), w0)
    kept = np.linalg.qr(rng.standard_normal((k, k)))[0][:, m:]
    useless = whitened_teacher(features, rng.standard_normal((n1, m)), w1)
    a = np.zeros((n0 + n1, k))
    a[:n0, m:] = teacher.a @ kept
    a[n0:, :m] = useless.a
    p = np.concatenate([np.full(n0, 0.5 / n0), np.full(n1, 0.5 / n1)])
    mu = Measure(a, np.concatenate([w0, w1]), p)
    if mixed:
        mu = mu.push(np.eye(k) + 0.3 * rng.standard_normal((k, k)) / np.sqrt(k))
    return Saddle(Problem(features, teacher), with_unit_moment(mu), m)


@guarded
def axis_saddle(
    features: FeatureModel,
    k: int,
    m: int,
    *,
    rng: np.random.Generator,
    idle: int = 2,
    idle_neurons: int | None = None,
    weight: float = 2.0,
    outer: float = 1.0,
) -> Saddle:
    r"""Return a saddle of :func:`axis_teacher` that does not look at the first m coordinates.

    The first m features are missing and every atom has :math:`w_c=0` exactly for c < m, a set which
    the flow does not leave: from inside it the loss cannot fall below :math:`mr^\circ/2`. The last
    ``idle`` coordinates feed the m useless features.

    Parameters
    ----------
    features : FeatureModel
        Odd (``features.odd``).
    idle, idle_neurons : int
        Idle coordinates (at least m) and atoms on them; 3m atoms if left out.
    weight, outer : float
        Passed to :func:`axis_teacher`.
    """
    if not check_instance(features, "features", FeatureModel).odd:
        raise ValueError("features must be odd: only then are the idle features uncorrelated")
    k, m, idle = check_integer(k, "k"), check_integer(m, "m"), check_integer(idle, "idle")
    if m > k or idle < m:
        raise ValueError("m must be at most k and at most idle")
    n1 = check_integer(3 * m if idle_neurons is None else idle_neurons, "idle_neurons")
    rng = check_generator(rng, "rng")
    teacher = axis_teacher(k, k + idle, weight=weight, outer=outer)
    w1 = np.concatenate([np.zeros((n1, k)), rng.standard_normal((n1, idle))], axis=1)
    useless = whitened_teacher(features, rng.standard_normal((n1, m)), w1)
    a = np.concatenate([np.eye(k)[m:], np.concatenate([useless.a, np.zeros((n1, k - m))], axis=1)])
    w = np.concatenate([teacher.w[m:], w1])
    return Saddle(Problem(features, teacher), with_unit_moment(Measure(a, w)), m)


@guarded
def zero_feature_saddle(problem: Problem, m: int) -> Saddle:
    r"""Return the teacher with its last m features set to zero: :math:`\Sigma_{\mu,\mu}` singular.

    There :math:`L(\mu)=mr^\circ/2` by the pseudo-inverse, while :math:`L((1-s)\mu+sR\#\mu^\circ)=0`
    for every s > 0 and R = I. With a ridge :math:`\lambda` in :math:`\Sigma_s` the curvature
    along R = projection onto the missing features is
    :math:`-(r^\circ)^2m/\lambda`, which diverges as the ridge is removed.
    """
    k = problem.teacher.k
    if check_integer(m, "m") > k:
        raise ValueError(f"m must be at most k, got {m} > {k}")
    keep = np.diag((np.arange(k) < k - m).astype(np.float64))
    return Saddle(problem, problem.teacher.push(keep), m)


@guarded
def weak_critical_point(problem: Problem, w: ArrayLike) -> Saddle:
    r"""Return the single neuron at rest that is found from the inner weights ``w`` (k = 1).

    With one atom of outer weight 1 the loss is
    :math:`L(w)=\frac12[r^\circ-g_0(w)^2/\kappa(w,w)]`; it is minimised, then polished to a zero of
    the gradient.

    Raises
    ------
    ValueError
        If the teacher has more than one feature, ``w`` has not its dimension or is zero, or no
        point at rest is reached from it: the weights run away where ever larger ones fit better.
    """
    if problem.teacher.k != 1:
        raise ValueError("problem.teacher must have exactly one feature")
    start = check_array(w, "w", (problem.teacher.w.shape[1],))
    if not np.any(start):
        raise ValueError("w must not be zero: that neuron has no direction")
    one = np.ones((1, 1))

    def value(v):
        grad = particle_gradients(problem, Measure(one, v[None, :]))
        return grad.loss, grad.w[0]

    rough = minimize(value, start, jac=True, method="BFGS", options={"gtol": 1e-9})
    fine = root(lambda v: value(v)[1], rough.x, tol=1e-14)
    ran_away = np.linalg.norm(fine.x) > _FAR * max(1.0, np.linalg.norm(start))
    if ran_away or not np.max(np.abs(value(fine.x)[1])) < 1e-10:
        raise ValueError(f"w must lead to a point at rest; it led to {fine.x}")
    return Saddle(problem, Measure(one, fine.x[None, :]), 0)
