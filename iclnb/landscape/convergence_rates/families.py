r"""Measures whose density ratio is known, and measures at which the bounds are sharp.

* :func:`dictionary_measure`: random; its inner weights include the teacher's, with other outer
  weights, so that :math:`\varrho` is finite for the w-marginals and infinite for the neurons.
* :func:`slow_measure`: :math:`-dL/dt\cdot\varrho/\delta^2\to1`.
* :func:`diffuse_measure`: :math:`-dL/dt\sim c\,L^2` with L as small as desired.
* :func:`steep_measure`: the speed below the first saddle, at any loss.

Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_instance, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.model import FeatureModel
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.measures import (
    Measure,
    axis_teacher,
    whitened_teacher,
    with_unit_moment,
)
from iclnb.landscape.mean_field_limit.statistics import Problem
from iclnb.landscape.strict_saddle.saddles import Saddle

from .decay import decay
from .effective import effective_ratio

__all__ = [
    "DecaySurvey",
    "Pair",
    "decay_survey",
    "dictionary_measure",
    "diffuse_measure",
    "reweighted",
    "slow_measure",
    "steep_measure",
]


class Pair(NamedTuple):
    """A problem and a measure."""

    problem: Problem
    mu: Measure


class DecaySurvey(NamedTuple):
    r"""One entry per measure: the fields of :class:`~.decay.Decay`, :math:`r_0`, and
    :math:`\varrho_v` with the ridge of the survey and its :math:`\delta_v`."""

    rate: FloatArray
    outer: FloatArray
    delta: FloatArray
    ratio: FloatArray
    loss: FloatArray
    r0: FloatArray
    effective: FloatArray
    effective_delta: FloatArray


@guarded
def dictionary_measure(
    features: FeatureModel, k: int, *, rng: np.random.Generator, outer: float = 1.0
) -> Pair:
    r"""Return a random isotropic teacher of 3k neurons and a measure on a dictionary with them.

    The dictionary holds the teacher's inner weights and 2k others, random probabilities, and the
    teacher's outer weights under a random rotation plus noise of random size, scaled to
    :math:`\int|a|^2d\mu=\mathrm{outer}^2`.
    """
    k, rng = check_integer(k, "k"), check_generator(rng, "rng")
    outer = check_number(outer, "outer", low=0.0, strict=True)
    d = int(rng.integers(k, k + 5))
    teacher = whitened_teacher(
        check_instance(features, "features", FeatureModel),
        rng.standard_normal((3 * k, k)),
        2.0 * rng.standard_normal((3 * k, d)),
    )
    w = np.concatenate([teacher.w, 2.0 * rng.standard_normal((2 * k, d))])
    turned = teacher.a @ np.linalg.qr(rng.standard_normal((k, k)))[0]
    size = np.sqrt(np.mean(turned**2)) * 10.0 ** rng.uniform(-2.0, 1.0)
    a = np.concatenate([turned, np.zeros((2 * k, k))]) + size * rng.standard_normal((5 * k, k))
    p = rng.dirichlet(np.full(5 * k, 2.0))
    mu = with_unit_moment(Measure(a, w, p))
    return Pair(Problem(features, teacher), mu.push(outer * np.eye(k)))


@guarded
def decay_survey(
    features: FeatureModel,
    k: int,
    *,
    count: int,
    rng: np.random.Generator,
    outer: float = 1.0,
    relative_penalty: float = 1e-8,
) -> DecaySurvey:
    r"""Return decay and bounds at ``count`` measures of :func:`dictionary_measure`.

    ``relative_penalty`` is that of :func:`~.effective.effective_ratio`.
    """
    rng = check_generator(rng, "rng")
    rows = []
    for _ in range(check_integer(count, "count")):
        problem, mu = dictionary_measure(features, k, rng=rng, outer=outer)
        eff = effective_ratio(problem, mu, relative_penalty=relative_penalty)
        rows.append((*decay(problem, mu), problem.r0, eff.ratio, eff.delta))
    return DecaySurvey(*np.array(rows).T)


@guarded
def slow_measure(ratio: float, epsilon: float) -> Pair:
    r"""Return a measure at which the first decay theorem is an equality up to :math:`O(\epsilon)`.

    One feature, one teacher neuron :math:`w^\circ=2e_1`. The share :math:`1/\varrho` of the mass
    has inner weight :math:`w^\circ`, the rest :math:`2e_2`; the outer weights are
    :math:`\epsilon^2` and :math:`\epsilon` over the masses. Close to the saddle z vanishes on
    the idle neuron, and as the outer weights tend to zero :math:`\nabla_a\sim1/|a|` outgrows
    :math:`\nabla_w`.

    Parameters
    ----------
    ratio : float
        :math:`\varrho>1`.
    epsilon : float
        In (0, 1).
    """
    ratio = check_number(ratio, "ratio", low=1.0, strict=True)
    epsilon = check_number(epsilon, "epsilon", low=0.0, high=1.0, strict=True)
    teacher = axis_teacher(1, 2, weight=2.0)
    p = np.array([1.0 / ratio, 1.0 - 1.0 / ratio])
    a = np.array([[epsilon**2], [epsilon]]) / p[:, None]
    return Pair(Problem(ErfFeatures(), teacher), Measure(a, 2.0 * np.eye(2), p))


@guarded
def diffuse_measure(idle: int, *, ratio: float, weight: float) -> Pair:
    r"""Return a measure that is wrong in many small ways: :math:`-dL/dt` of order :math:`L^2`.

    One feature; share :math:`1/\varrho` of the mass on the teacher's neuron, the rest on
    M = ``idle`` neurons of other coordinates, half of :math:`\int|a|^2d\mu=1` on each part. For
    sign-like neurons (``weight`` large) and M large

    .. math:: L\to\frac{\varrho-1}{2M},\qquad -\frac{dL}{dt}\to16L^2,

    :math:`4\varrho` times the bound :math:`4L^2(r_0-2L)/\varrho`. Each idle neuron carries 1/M of
    the error, so that its own velocity is small.
    """
    idle = check_integer(idle, "idle")
    ratio = check_number(ratio, "ratio", low=1.0, strict=True)
    teacher = axis_teacher(1, idle + 1, weight=check_number(weight, "weight", low=0.0, strict=True))
    share = 1.0 / ratio
    p = np.concatenate([[share], np.full(idle, (1.0 - share) / idle)])
    a = np.concatenate([[0.5 / share], np.full(idle, 0.5 / (1.0 - share))]) ** 0.5
    return Pair(Problem(ErfFeatures(), teacher), Measure(a[:, None], weight * np.eye(idle + 1), p))


@guarded
def steep_measure(angle: float, *, ratio: float, weight: float) -> Pair:
    r"""Return a measure that is nearly as slow as its loss allows.

    One feature, one teacher neuron of weight W = ``weight``. The share :math:`1-1/\varrho` of the
    mass has an inner weight turned away from it by ``angle`` and all of
    :math:`\int|a|^2d\mu=1`; the rest is at the teacher's neuron with outer weight zero. For
    sign-like neurons the features have the second moment :math:`\Sigma=1-1/\varrho`, only the
    teacher's neuron feels a force, and

    .. math:: -\frac{dL}{dt}\Big/\frac{4L^2(r_0-2L)}\varrho\to\frac1{1-1/\varrho},\qquad
       L\to\frac12-\frac12\big(1-\tfrac{2\alpha}\pi\big)^2

    with the angle :math:`\alpha`, as W grows (at least as the square root of :math:`\varrho`).

    Parameters
    ----------
    angle : float
        In :math:`(0,\frac\pi2)`.
    ratio : float
        :math:`\varrho>1`.
    weight : float
        Positive.
    """
    angle = check_number(angle, "angle", low=0.0, high=0.5 * np.pi, strict=True)
    ratio = check_number(ratio, "ratio", low=1.0, strict=True)
    teacher = axis_teacher(1, 2, weight=check_number(weight, "weight", low=0.0, strict=True))
    p = np.array([1.0 / ratio, 1.0 - 1.0 / ratio])
    a = np.array([[0.0], [p[1] ** -0.5]])
    w = weight * np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    return Pair(Problem(ErfFeatures(), teacher), Measure(a, w, p))


@guarded
def reweighted(saddle: Saddle, share: float) -> Saddle:
    r"""Return a saddle with the given share of the mass on the teacher's neurons.

    ``saddle`` is one of :func:`~iclnb.landscape.strict_saddle.saddles.missing_feature_saddle`. It
    stays critical: the useful and the useless features are scaled separately, an invertible map.
    :math:`\int|a|^2d\mu=1`, and :math:`\varrho=1/\mathrm{share}` for a uniform teacher.
    """
    share = check_number(share, "share", low=0.0, high=1.0, strict=True)
    n0 = saddle.problem.teacher.n
    if saddle.mu.n <= n0 or np.any(saddle.mu.w[:n0] != saddle.problem.teacher.w):
        raise ValueError("saddle must hold the teacher's neurons first, then idle ones")
    p = saddle.mu.p.copy()
    p[:n0] *= share / p[:n0].sum()
    p[n0:] *= (1.0 - share) / p[n0:].sum()
    return saddle._replace(mu=with_unit_moment(Measure(saddle.mu.a, saddle.mu.w, p)))
