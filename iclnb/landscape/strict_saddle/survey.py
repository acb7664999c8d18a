r"""Random measures against the bounds on the slope, and random saddles against those on curvature.

All derivatives are negative numbers in the units of :math:`L`, one entry per measure, so that a
bound holds where ``slope <= bound``. Derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_instance,
    check_integer,
    check_number,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.model import FeatureModel
from iclnb.landscape.mean_field_limit.measures import (
    Measure,
    mix,
    random_measure,
    whitened_teacher,
    with_unit_moment,
)
from iclnb.landscape.mean_field_limit.statistics import Problem, Statistics, covariance, statistics

from .anisotropic import subset_saddle, swap_curvature, swap_direction
from .bounds import (
    printed_first_bound,
    residual_spectrum,
    sharp_first_bound,
    spectral_first_bound,
)
from .descent import curvature_direction, steepest_descent
from .path import path_loss
from .saddles import missing_feature_saddle

__all__ = [
    "CurvatureSurvey",
    "SlopeSurvey",
    "SwapSurvey",
    "curvature_survey",
    "random_covariances",
    "random_problem",
    "slope_survey",
    "swap_survey",
]


IntArray = NDArray[np.intp]


class SlopeSurvey(NamedTuple):
    r"""One entry per measure; ``level`` is :math:`L/(r^\circ/2)`, the rest are derivatives.

    ``smallest`` is the deliberately wrong spectral bound with the least eigenvalue of
    :math:`\Sigma` in the place of its norm.
    """

    level: FloatArray
    slope: FloatArray
    spectral: FloatArray
    smallest: FloatArray
    sharp: FloatArray
    printed: FloatArray


class CurvatureSurvey(NamedTuple):
    r"""One entry per saddle: :math:`k`, :math:`m`, :math:`L/(r^\circ/2)`, L, best curvature."""

    k: FloatArray
    missing: FloatArray
    level: FloatArray
    loss: FloatArray
    curvature: FloatArray


class SwapSurvey(NamedTuple):
    r"""All swaps of one learner: the learnt sets I, feature out, feature in, loss, curvature.

    ``learnt`` has shape (n, k); ``curvature`` is a second difference of the loss, ``predicted`` is
    :math:`-r_j(r_j-r_i)`.
    """

    learnt: IntArray
    out: IntArray
    into: IntArray
    loss: FloatArray
    curvature: FloatArray
    predicted: FloatArray


@guarded
def random_problem(
    features: FeatureModel, k: int, *, rng: np.random.Generator, outer: float = 1.0
) -> tuple[Problem, Measure]:
    r"""Return a random isotropic teacher of k features and a measure at a random loss.

    The teacher has 3k atoms in 3 to 7 dimensions. The measure is a mixture of k + 3 Gaussian atoms
    of random size with the teacher under a random rotation, of random share, so that losses below
    and above :math:`r^\circ/2` occur; :math:`\int|a|^2d\mu=\mathrm{outer}^2`.
    """
    k = check_integer(k, "k")
    outer = check_number(outer, "outer", low=0.0, strict=True)
    rng = check_generator(rng, "rng")
    d = int(rng.integers(3, 8))
    teacher = whitened_teacher(
        check_instance(features, "features", FeatureModel),
        rng.standard_normal((3 * k, k)),
        2.0 * rng.standard_normal((3 * k, d)),
    )
    mu = random_measure(k + 3, k, d, rng=rng, spread=10.0 ** rng.uniform(-1.0, 1.0))
    turned = teacher.push(np.linalg.qr(rng.standard_normal((k, k)))[0])
    mu = with_unit_moment(mix(mu, turned, rng.uniform(0.0, 0.95)))
    return Problem(features, teacher), mu.push(outer * np.eye(k))


def _slopes(stats: Statistics, r0: float, sup_norm: float) -> tuple[float, ...]:
    spectrum, sizes = residual_spectrum(stats), np.linalg.eigvalsh(stats.sig)
    return (
        stats.loss / (0.5 * r0),
        steepest_descent(stats).value,
        spectral_first_bound(spectrum, r0, sigma_norm=float(sizes[-1])),
        spectral_first_bound(spectrum, r0, sigma_norm=float(sizes[0])),
        float(sharp_first_bound(stats.loss, r0, sup_norm=sup_norm)),
        float(printed_first_bound(stats.loss, r0, sup_norm=sup_norm)),
    )


@guarded
def slope_survey(
    features: FeatureModel, k: int, *, count: int, rng: np.random.Generator, outer: float = 1.0
) -> SlopeSurvey:
    r"""Return the steepest slope :math:`-\|PB\|_*` and its bounds at ``count`` random measures.

    Parameters
    ----------
    outer : float
        :math:`(\int|a|^2d\mu)^{1/2}`; the bounds in L alone assume at most one.
    """
    features, rng = check_instance(features, "features", FeatureModel), check_generator(rng, "rng")
    rows = []
    for _ in range(check_integer(count, "count")):
        problem, mu = random_problem(features, k, rng=rng, outer=outer)
        rows.append(_slopes(statistics(problem, mu), problem.r0, features.sup_norm))
    return SlopeSurvey(*np.array(rows).T)


@guarded
def curvature_survey(
    features: FeatureModel,
    sizes: Sequence[int],
    *,
    count: int,
    rng: np.random.Generator,
    outer: float = 1.0,
) -> CurvatureSurvey:
    r"""Return the best curvature at ``count`` random saddles for each k in ``sizes``, m = 1..k.

    ``outer`` is :math:`(\int|a|^2d\mu)^{1/2}`, as in :func:`slope_survey`.
    """
    rng, outer = check_generator(rng, "rng"), check_number(outer, "outer", low=0.0, strict=True)
    rows = []
    for k in sizes:
        for m in range(1, k + 1):
            for _ in range(check_integer(count, "count")):
                saddle = missing_feature_saddle(features, k, m, rng=rng)
                stats = statistics(saddle.problem, saddle.mu.push(outer * np.eye(k)))
                level = stats.loss / (0.5 * saddle.problem.r0)
                rows.append((k, m, level, stats.loss, curvature_direction(stats).value))
    if not rows:
        raise ValueError("sizes must hold at least one number of features")
    return CurvatureSurvey(*np.array(rows).T)


@guarded
def random_covariances(
    features: FeatureModel, m: int, *, count: int, rng: np.random.Generator
) -> FloatArray:
    r"""Return :math:`\Sigma_{\mu,\mu}` of random measures with m features, shape (count, m, m).

    Gaussian atoms, m to 2m + 3 of them, of sizes from 0.1 to 1000 and random probabilities;
    :math:`\int|a|^2d\mu=1`.
    """
    features, m = check_instance(features, "features", FeatureModel), check_integer(m, "m")
    rng = check_generator(rng, "rng")
    out = []
    for _ in range(check_integer(count, "count")):
        n, d = int(rng.integers(m, 2 * m + 4)), int(rng.integers(m, m + 5))
        mu = random_measure(n, m, d, rng=rng, spread=10.0 ** rng.uniform(-1.0, 3.0))
        mu = with_unit_moment(Measure(mu.a, mu.w, rng.dirichlet(np.ones(n))))
        out.append(covariance(features, mu, mu))
    return np.array(out)


@guarded
def swap_survey(strengths: ArrayLike, k: int, *, step_size: float = 1e-3) -> SwapSurvey:
    r"""Return every swap at every point that has learnt k features of unequal strength exactly.

    The curvature is :math:`[L(u)-2L(0)+L(-u)]/u^2` with u = ``step_size`` along the path of
    :func:`swap_direction`, of truncation error :math:`O(u^2)`; a negative u is the path of -R.

    Raises
    ------
    ValueError
        If ``k`` is not below the number of strengths.
    """
    s = check_array(strengths, "strengths", (None,))
    k, step_size = (
        check_integer(k, "k"),
        check_number(step_size, "step_size", low=0.0, high=1.0, strict=True),
    )
    if k >= len(s):
        raise ValueError(f"k must be below the number of strengths, got {k} of {len(s)}")
    learnt, rows = [], []
    for chosen in combinations(range(len(s)), k):
        stats = subset_saddle(s, chosen)
        for out in chosen:
            for into in sorted(set(range(len(s))) - set(chosen)):
                R = swap_direction(s, chosen, out, into)
                sides = sum(path_loss(stats, x, step_size / (1.0 + step_size)) for x in (R, -R))
                second = (sides - 2.0 * stats.loss) / step_size**2
                learnt.append(chosen)
                rows.append((out, into, stats.loss, second, swap_curvature(s, out, into)))
    out, into, loss, second, predicted = np.array(rows).T
    whole = np.array(learnt, dtype=np.intp)
    return SwapSurvey(whole, out.astype(np.intp), into.astype(np.intp), loss, second, predicted)
