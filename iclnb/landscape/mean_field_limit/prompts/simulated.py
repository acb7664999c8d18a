r"""Finite prompts: simulated, and the exact size of the first correction.

The attention :math:`\Sigma^{-1}` that is best for infinitely long prompts is best to first order in
1/n too (the loss is stationary in it), so that

.. math::
   n\,[L^n(\mu)-L(\mu)-\tfrac{\tau^2}2]\to\tfrac12\big[\mathrm{tr}(M\Sigma^{-1})
     -\mathrm{tr}(C\Sigma^{-1}C^\top)\big],\qquad M=\mathbb E[|f^\circ|^2hh^\top]+\tau^2\Sigma,

the variance of a mean over n pairs, read through the attention. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.sampled import sample
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, Statistics

__all__ = ["prompt_constant", "simulated_prompt_loss"]


@guarded
def prompt_constant(stats: Statistics, moment: ArrayLike, *, noise: float = 0.0) -> float:
    r"""Return :math:`\lim_nn[L^n(\mu)-L(\mu)-\tau^2/2]`.

    Parameters
    ----------
    moment : array, shape (k, k)
        :math:`\mathbb E[|f^\circ|^2hh^\top]`, see
        :func:`~iclnb.landscape.mean_field_limit.prompts.finite_prompt.fourth_moment`.
    noise : float
        :math:`\tau`.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    k = len(stats.require_regular().sig)
    noise = check_number(noise, "noise", low=0.0)
    full = check_array(moment, "moment", (k, k)) + noise**2 * stats.sig
    spread = np.trace(np.linalg.solve(stats.sig, full)) - np.sum(stats.b * stats.c)
    return 0.5 * float(spread)


@guarded
def simulated_prompt_loss(
    problem: Problem,
    mu: Measure,
    Gamma: ArrayLike,
    prompt_length: int,
    *,
    n_prompts: int,
    rng: np.random.Generator,
    noise: float = 0.0,
) -> float:
    r"""Return the mean of :math:`\frac12(y_q-\hat y)^2` over simulated prompts.

    Each prompt draws its task :math:`v\sim N(0,I)`, n labelled inputs and a query of law
    :math:`N(0,I_d)`; labels, the query's too, carry noise of standard deviation :math:`\tau`.

    Parameters
    ----------
    Gamma : array, shape (k, k)
        Attention.
    prompt_length, n_prompts : int
        Labelled pairs of a prompt; number of prompts.
    noise : float
        :math:`\tau`.
    """
    Gamma = check_array(Gamma, "Gamma", (mu.k, mu.k))
    prompt_length, n_prompts = (
        check_integer(prompt_length, "prompt_length"),
        check_integer(n_prompts, "n_prompts"),
    )
    noise, rng = check_number(noise, "noise", low=0.0), check_generator(rng, "rng")
    x = sample(mu.w.shape[1], n_prompts * (prompt_length + 1), rng=rng).x
    h = mu.features(problem.features, x).reshape(n_prompts, prompt_length + 1, mu.k)
    f0 = problem.teacher.features(problem.features, x).reshape(n_prompts, prompt_length + 1, -1)
    y = np.einsum("pnk,pk->pn", f0, rng.standard_normal((n_prompts, f0.shape[2])))
    y = y + noise * rng.standard_normal(y.shape)
    guess = (
        np.einsum(
            "pn,pnk,kl,pl->p",
            y[:, :prompt_length],
            h[:, :prompt_length],
            Gamma,
            h[:, prompt_length],
        )
        / prompt_length
    )
    return float(np.mean(0.5 * (y[:, prompt_length] - guess) ** 2))
