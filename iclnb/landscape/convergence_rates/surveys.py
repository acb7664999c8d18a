r"""Stuck flows with and without renewal, and the smallest eigenvalue against the density ratio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.hessian_escape.operator import Hessian
from iclnb.landscape.hessian_escape.spectrum import density_ratio, lowest
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.measures import axis_teacher, correlated_start
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics
from iclnb.landscape.strict_saddle.bounds import missing_second_bound
from iclnb.landscape.strict_saddle.descent import curvature_direction
from iclnb.landscape.strict_saddle.extremal import sign_saddle
from iclnb.landscape.strict_saddle.saddles import missing_feature_saddle

from .birth_death import Renewal, renewed_flow, seeded
from .families import Pair, reweighted

__all__ = [
    "RatioSurvey",
    "StuckFlows",
    "ratio_survey",
    "sign_survey",
    "stuck_flows",
    "stuck_start",
]


class StuckFlows(NamedTuple):
    r"""Times (T,); :math:`L/(r_0/2)`, :math:`\varrho_v` and residual, shape (seeds, T)."""

    times: FloatArray
    level: FloatArray
    effective: FloatArray
    residual: FloatArray


class RatioSurvey(NamedTuple):
    r"""One row per saddle, one column per share of the mass on the teacher's neurons.

    ``ratio`` is :math:`\varrho`, ``lowest`` is :math:`\lambda_{\min}(H)`, ``curvature`` is the best
    second derivative over :math:`\varrho`, and ``level`` is :math:`-4mL^2/(\varrho\varsigma^2)`.
    """

    ratio: FloatArray
    lowest: FloatArray
    curvature: FloatArray
    level: FloatArray


@guarded
def stuck_start(*, rng: np.random.Generator, neurons: int = 40, k: int = 2, d: int = 5) -> Pair:
    r"""Return a start in the mirror :math:`w_k=0`: feature k is not representable, ever.

    The teacher is :func:`~iclnb.landscape.mean_field_limit.measures.axis_teacher` with weight 2.
    """
    sizes = np.ones(check_integer(d, "d"))
    problem = Problem(ErfFeatures(), axis_teacher(k, d, weight=2.0))
    sizes[k - 1] = 0.0
    rng = check_generator(rng, "rng")
    return Pair(problem, correlated_start(neurons, k, d, rng=rng, input_scale=sizes))


@guarded
def stuck_flows(
    renewal: Renewal, *, n_seeds: int, periods: int, rng: np.random.Generator
) -> StuckFlows:
    r"""Return the flows from ``n_seeds`` stuck starts under one birth-death process.

    The starts depend on ``rng`` alone, not on the process.
    """
    runs, scale = [], 1.0
    for child in check_generator(rng, "rng").spawn(check_integer(n_seeds, "n_seeds")):
        first, second = child.spawn(2)
        problem, mu = stuck_start(rng=first)
        scale = 0.5 * problem.r0
        runs.append(renewed_flow(problem, mu, periods=periods, renewal=renewal, rng=second))
    times, loss, effective, residual = (np.array(x) for x in zip(*runs))
    return StuckFlows(times[0], loss / scale, effective, residual)


@guarded
def ratio_survey(
    sizes: Sequence[tuple[int, int]], shares: ArrayLike, *, rng: np.random.Generator
) -> RatioSurvey:
    r"""Return :math:`\lambda_{\min}` at saddles of k features with m missing, by share.

    Parameters
    ----------
    sizes : sequence of (k, m)
    shares : array, shape (S,)
        In (0, 1); :math:`\varrho=1/\mathrm{share}`.
    """
    rng, shares = check_generator(rng, "rng"), check_array(shares, "shares", (None,))
    rows = []
    for k, m in sizes:
        base = missing_feature_saddle(ErfFeatures(), k, m, rng=rng)
        for share in shares:
            share = check_number(share, "shares", low=0.0, high=1.0)
            problem, mu, _ = reweighted(base, share)
            stats, rho = statistics(problem, mu), density_ratio(mu, problem.teacher)
            value = lowest(Hessian(problem, mu), rng=np.random.default_rng(0)).value
            level = float(missing_second_bound(stats.loss, m, sup_norm=1.0))
            rows.append((rho, value, curvature_direction(stats, tol=1e-6).value / rho, level / rho))
    if not rows:
        raise ValueError("sizes must hold at least one (k, m)")
    return RatioSurvey(*np.array(rows).T.reshape(4, len(sizes), len(shares)))


@guarded
def sign_survey(sizes: Sequence[int], share: float, *, weight: float) -> RatioSurvey:
    r"""Return :math:`\lambda_{\min}` at sign-like saddles that miss all of their features.

    The useless neurons of :func:`~iclnb.landscape.strict_saddle.extremal.sign_saddle` carry all of
    the outer weights; the ``share`` of the mass lies on the teacher's neurons, with outer weight
    zero. Idle neurons of large ``weight`` hardly turn, and the bound of the level is attained as
    ``weight`` grows and ``share`` tends to zero.

    Parameters
    ----------
    sizes : sequence of int
        Numbers k = m of features.
    share : float
        In (0, 1); :math:`\varrho=1/\mathrm{share}`.
    weight : float
        Positive.
    """
    share = check_number(share, "share", low=0.0, high=1.0, strict=True)
    rows = []
    for k in sizes:
        problem, mu, m = sign_saddle(k, k, weight=weight)
        mu = seeded(mu, problem.teacher.w, share)
        stats, rho = statistics(problem, mu), density_ratio(mu, problem.teacher)
        value = lowest(Hessian(problem, mu), rng=np.random.default_rng(0)).value
        level = float(missing_second_bound(stats.loss, m, sup_norm=1.0))
        rows.append((rho, value, curvature_direction(stats, tol=1e-6).value / rho, level / rho))
    if not rows:
        raise ValueError("sizes must hold at least one k")
    return RatioSurvey(*np.array(rows).T.reshape(4, len(rows), 1))
