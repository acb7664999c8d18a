r"""Bias and spread of N particles against N, in independent groups of runs.

A *group* is a mean (or a standard deviation) over a few runs: small enough that there are many of
them for an interval, large enough that its value is positive and has a logarithm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure, correlated_start
from iclnb.landscape.mean_field_limit.particles.chaos import chaos_runs, split_bias
from iclnb.landscape.mean_field_limit.statistics import Problem, loss
from iclnb.landscape.mean_field_limit.variation import first_variation

__all__ = ["correlated_law", "initial_bias", "scan_bias", "scan_spread"]

Start = Callable[[int, np.random.Generator], Measure]


@guarded
def correlated_law(k: int, d: int) -> Start:
    r"""Return ``start(n, rng)``: n independent draws with :math:`a=w_{1:k}+\xi`.

    :math:`w\sim N(0,I_d)`, :math:`\xi\sim0.3\,N(0,I_k)`: a fixed law, whatever n; see
    :func:`~iclnb.landscape.mean_field_limit.measures.correlated_start`.

    Raises
    ------
    ValueError
        If ``d < k``.
    """
    k, d = check_integer(k, "k"), check_integer(d, "d")
    if d < k:
        raise ValueError(f"d must be at least k, got {d} < {k}")

    def start(n: int, rng: np.random.Generator) -> Measure:
        return correlated_start(n, k, d, rng=rng, mixing=np.eye(k, d))

    return start


@guarded
def scan_bias(
    problem: Problem,
    sampler: Start,
    time: float,
    sizes: Sequence[int],
    *,
    groups: int,
    runs: int,
    rng: np.random.Generator,
    rtol: float = 1e-4,
) -> FloatArray:
    r"""Return means of the split bias at ``time`` over ``runs`` starts, ``(groups, len(sizes))``.

    Parameters
    ----------
    sampler : callable
        ``sampler(n, rng)`` draws n independent particles.
    sizes : sequence of int
        Numbers of particles, even.
    """
    time = check_number(time, "time", low=0.0, strict=True)
    groups, runs = check_integer(groups, "groups"), check_integer(runs, "runs")
    streams = check_generator(rng, "rng").spawn(groups * runs)
    out = np.empty((groups * runs, len(sizes)))
    for i, stream in enumerate(streams):
        for j, n in enumerate(sizes):
            out[i, j] = split_bias(problem, sampler(n, stream), [0.0, time], rtol=rtol)[-1]
    return out.reshape(groups, runs, len(sizes)).mean(axis=1)


@guarded
def scan_spread(
    problem: Problem,
    sampler: Start,
    time: float,
    sizes: Sequence[int],
    *,
    groups: int,
    runs: int,
    rng: np.random.Generator,
    rtol: float = 1e-4,
) -> FloatArray:
    r"""Return standard deviations of L over ``runs`` starts, shape ``(groups, len(sizes))``.

    The small-sample factor of a standard deviation is the same for every N and does not touch an
    exponent.
    """
    time = check_number(time, "time", low=0.0, strict=True)
    groups = check_integer(groups, "groups")
    if check_integer(runs, "runs") < 2:
        raise ValueError("runs must be at least 2")
    streams = check_generator(rng, "rng").spawn(groups * runs)
    columns = [
        chaos_runs(problem, sampler, [0.0, time], neurons=n, rngs=streams, rtol=rtol)[:, -1]
        for n in sizes
    ]
    values = np.stack(columns, axis=1).reshape(groups, runs, len(sizes))
    return values.std(axis=1, ddof=1)


@guarded
def initial_bias(
    problem: Problem, mu: Measure, neurons: int, *, draws: int, rng: np.random.Generator
) -> float:
    r"""Return N times the mean of :math:`L(\mu_N)-L(\mu)-\int\frac{\delta L}{\delta\mu}d\mu_N`.

    The linear part has mean zero; subtracting it removes the spread of order :math:`N^{-1/2}`.
    :math:`\mu_N` is the law of n independent draws from :math:`\mu`: the atoms of :math:`\mu` with
    multinomial masses.
    """
    neurons, draws = check_integer(neurons, "neurons"), check_integer(draws, "draws")
    rng = check_generator(rng, "rng")
    limit, linear = loss(problem, mu), first_variation(problem, mu, mu.a, mu.w)
    masses = rng.multinomial(neurons, mu.p, size=draws) / neurons
    values = [loss(problem, Measure(mu.a, mu.w, p)) - limit - p @ linear for p in masses]
    return float(neurons * np.mean(values))
