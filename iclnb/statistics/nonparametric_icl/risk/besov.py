r"""Besov tasks on the splines of one level: the exact risk of the best matrix."""

from __future__ import annotations

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.spectra import besov_variances
from iclnb.statistics.function_spaces.spline_bases import MultiresolutionSplines, SplineBasis
from iclnb.statistics.nonparametric_icl.risk.moments import Moments, quadrature_moments


@guarded
def besov_moments(
    alpha: float,
    *,
    degree: int,
    resolution: int,
    levels: int,
    prompt_length: float,
    noise: float,
    summable: bool = False,
) -> Moments:
    r"""Moments for the splines of level K as features; the tasks have further levels.

    The tasks are sums of the splines of all levels 0 to K + ``levels``, with independent
    coefficients of the variances :func:`.besov_variances`, :math:`2^{-k(2\alpha+1)}` on level k
    (Kim, Nakamaki & Suzuki, Assumption 4, without its logarithm unless ``summable``).

    Parameters
    ----------
    alpha : float
        The smoothness :math:`\alpha>0`.
    degree : int
        m, of all splines.
    resolution : int
        K, the level of the features; there are :math:`2^K+m`.
    levels : int
        How many levels beyond K the tasks have, at least 0.
    prompt_length : int or ``math.inf``
        n.
    noise : float
        :math:`\sigma\ge0`.
    summable : bool
        Whether the variance of level k has the factor :math:`(k+1)^{-2}`.
    """
    alpha = check_number(alpha, "alpha", low=0.0, strict=True)
    resolution = check_integer(resolution, "resolution", least=0)
    finest = resolution + check_integer(levels, "levels", least=0)
    scales = list(range(finest + 1))
    tasks = MultiresolutionSplines(degree, [(k,) for k in scales])
    nodes, weights = SplineBasis(degree, finest).quadrature(4)
    return quadrature_moments(
        SplineBasis(degree, resolution).evaluate(nodes),
        tasks.evaluate(nodes),
        weights,
        besov_variances(degree, scales, alpha, summable=summable),
        prompt_length=prompt_length,
        noise=noise,
    )
