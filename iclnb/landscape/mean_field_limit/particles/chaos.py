r"""Propagation of chaos: N particles against their limit.

If the atoms are N independent draws from :math:`\mu`, then at time zero, to leading order,

.. math::
   N\,(\mathbb E[L(\mu_N)]-L(\mu))\to\tfrac12\int\frac{\delta^2L}{\delta\mu^2}(\theta,\theta)d\mu,
   \qquad \sqrt N\,\mathrm{sd}(L(\mu_N))\to
   \Big(\int\big(\tfrac{\delta L}{\delta\mu}\big)^2d\mu\Big)^{1/2},

because :math:`\int\frac{\delta L}{\delta\mu}d\mu=0` and
:math:`\iint\frac{\delta^2L}{\delta\mu^2}d\mu\,d\mu=0`. Derived here. The constants along the
flow: :mod:`~iclnb.landscape.mean_field_limit.particles.particle_scan`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.flow import integrate
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics
from iclnb.landscape.mean_field_limit.variation import first_variation, witness

__all__ = [
    "BiasSpread",
    "bias_and_spread",
    "chaos_runs",
    "resample",
    "sampling_bias",
    "sampling_spread",
]


class BiasSpread(NamedTuple):
    """Bias against a reference, its standard error, and the spread, each of shape (T,)."""

    bias: FloatArray
    error: FloatArray
    spread: FloatArray


@guarded
def resample(mu: Measure, neurons: int, *, rng: np.random.Generator) -> Measure:
    r"""Return n independent draws from :math:`\mu`, equally weighted."""
    index = check_generator(rng, "rng").choice(mu.n, size=check_integer(neurons, "neurons"), p=mu.p)
    return Measure(mu.a[index], mu.w[index])


@guarded
def sampling_bias(problem: Problem, mu: Measure) -> float:
    r"""Return :math:`\frac12\int\frac{\delta^2L}{\delta\mu^2}(\theta,\theta)d\mu`.

    The diagonal of the second variation is
    :math:`-\mathrm{tr}(T\Sigma^{-1}T^\top)+|Ba|^2\kappa(w,w)`, :math:`T=z(w)a^\top-(Ba)g(w)^\top`.
    """
    stats = statistics(problem, mu).require_regular()
    own = problem.features.kernel(mu.w, mu.w)
    z, ba = witness(problem, mu, mu.w), mu.a @ stats.b.T
    t = z[:, :, None] * mu.a[:, None, :] - ba[:, :, None] * (own @ mu.outer)[:, None, :]
    quadratic = np.einsum("ipk,kl,ipl->i", t, np.linalg.inv(stats.sig), t)
    return 0.5 * float(mu.p @ (np.sum(ba**2, axis=1) * np.diag(own) - quadratic))


@guarded
def sampling_spread(problem: Problem, mu: Measure) -> float:
    r"""Return :math:`(\int(\delta L/\delta\mu)^2d\mu)^{1/2}`."""
    value = first_variation(problem, mu, mu.a, mu.w)
    return float(np.sqrt(mu.p @ value**2))


@guarded
def chaos_runs(
    problem: Problem,
    sampler: Callable[[int, np.random.Generator], Measure],
    times: ArrayLike,
    *,
    neurons: int,
    rngs: Sequence[np.random.Generator],
    rtol: float = 1e-6,
) -> FloatArray:
    """Return the losses ``(len(rngs), T)`` of independent flows of ``neurons`` particles.

    Parameters
    ----------
    sampler : callable
        ``sampler(neurons, rng)`` draws so many independent particles of the initial law.
    rngs : sequence of generators
        One per replicate.
    """
    neurons = check_integer(neurons, "neurons")
    if len(rngs) == 0:
        raise ValueError("rngs must not be empty")
    return np.array(
        [
            integrate(problem, sampler(neurons, check_generator(r, "rngs")), times, rtol=rtol).loss
            for r in rngs
        ]
    )


@guarded
def bias_and_spread(losses: ArrayLike, reference: ArrayLike) -> BiasSpread:
    """Return mean minus reference, the mean's standard error, and the standard deviation.

    Parameters
    ----------
    losses : array, shape (replicates, T), at least two replicates
    reference : array, shape (T,)
        Loss of a much larger system.
    """
    reference = check_array(reference, "reference", (None,))
    losses = check_array(losses, "losses", (None, len(reference)))
    if len(losses) < 2:
        raise ValueError("losses must have at least two replicates")
    spread = losses.std(axis=0, ddof=1)
    return BiasSpread(losses.mean(axis=0) - reference, spread / np.sqrt(len(losses)), spread)
