r"""Prompts of n pairs: the loss exactly, and its distance to the limit.

With :math:`y_i=v^\top f^\circ(x_i)+\varepsilon_i`, :math:`v\sim(0,I)`,
:math:`\varepsilon\sim(0,\tau^2)`, the prediction
:math:`\frac1n\sum_iy_ih(x_i)^\top\Gamma h(x)` has the loss

.. math::
   L^n(\mu,\Gamma)=L(\mu,\Gamma)+\frac{\tau^2}2
      +\frac1{2n}\big[\mathrm{tr}(\Gamma^\top M\Gamma\Sigma)
         -\mathrm{tr}(C\Gamma\Sigma\Gamma^\top C^\top)\big],
   \qquad M=\mathbb E[|f^\circ|^2hh^\top]+\tau^2\Sigma ,

a quadratic in :math:`\Gamma`. With :math:`Q_n=(1-\frac1n)C^\top C+\frac1nM` its minimiser is
:math:`\Gamma_n=Q_n^{-1}C^\top C\Sigma^{-1}` and

.. math:: L^n(\mu)=\tfrac12\mathrm{tr}S_0+\tfrac{\tau^2}2
          -\tfrac12\mathrm{tr}\big(C^\top C\,Q_n^{-1}\,C^\top C\,\Sigma^{-1}\big).

Derived here. The source (App. C.4, second-hand) states :math:`|L^n-L|\lesssim\sqrt{\log k/n}`; at a
fixed measure the difference is of order 1/n. The term needs the fourth moment M, which is not a
function of the kernel: it is taken over given nodes of the inputs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.attention import joint_loss
from iclnb.landscape.mean_field_limit.features.sampled import Nodes
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, Statistics

__all__ = ["FinitePrompt", "finite_prompt_loss", "fourth_moment", "optimal_finite_prompt"]


class FinitePrompt(NamedTuple):
    r"""Minimum of :math:`L^n(\mu,\cdot)` and the attention (k, k) that attains it."""

    loss: float
    Gamma: FloatArray


@guarded
def fourth_moment(problem: Problem, mu: Measure, nodes: Nodes) -> FloatArray:
    r"""Return :math:`\sum_s\rho_s|f^\circ(x_s)|^2h(x_s)h(x_s)^\top`, shape ``(k, k)``.

    Parameters
    ----------
    nodes : Nodes
        Inputs and probabilities, from a quadrature rule or a sample.
    """
    x = check_array(nodes.x, "nodes.x", (None, None))
    if np.shape(nodes.weights) != (len(x),):
        raise ValueError("nodes.weights must have one entry per node")
    h = mu.features(problem.features, x)
    f0 = problem.teacher.features(problem.features, x)
    return (h * (nodes.weights * np.sum(f0**2, axis=1))[:, None]).T @ h


@guarded
def finite_prompt_loss(
    stats: Statistics,
    Gamma: ArrayLike,
    moment: ArrayLike,
    prompt_length: int,
    *,
    noise: float = 0.0,
) -> float:
    r"""Return :math:`L^n(\mu,\Gamma)`.

    Parameters
    ----------
    stats : Statistics
        Covariances of the measure.
    Gamma : array, shape (k, k)
        Attention.
    moment : array, shape (k, k)
        :math:`\mathbb E[|f^\circ|^2hh^\top]`, see :func:`fourth_moment`.
    prompt_length : int
        Pairs in the prompt.
    noise : float
        :math:`\tau`, standard deviation of the labels' noise.
    """
    k = len(stats.sig)
    Gamma, moment = check_array(Gamma, "Gamma", (k, k)), check_array(moment, "moment", (k, k))
    prompt_length, noise = (
        check_integer(prompt_length, "prompt_length"),
        check_number(noise, "noise", low=0.0),
    )
    full = moment + noise**2 * stats.sig
    value = stats.c @ Gamma
    spread = np.sum((full @ Gamma @ stats.sig) * Gamma) - np.sum((value @ stats.sig) * value)
    return joint_loss(stats, Gamma) + 0.5 * noise**2 + 0.5 * float(spread) / prompt_length


@guarded
def optimal_finite_prompt(
    stats: Statistics, moment: ArrayLike, prompt_length: int, *, noise: float = 0.0
) -> FinitePrompt:
    r"""Return :math:`\min_\Gamma L^n(\mu,\Gamma)` and its minimiser; arguments as above.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    k = len(stats.require_regular().sig)
    moment = check_array(moment, "moment", (k, k))
    prompt_length, noise = (
        check_integer(prompt_length, "prompt_length"),
        check_number(noise, "noise", low=0.0),
    )
    gram = stats.c.T @ stats.c
    q = (1.0 - 1.0 / prompt_length) * gram + (moment + noise**2 * stats.sig) / prompt_length
    Gamma = np.linalg.solve(q, np.linalg.solve(stats.sig, gram).T)
    gain = float(np.sum(gram * Gamma.T))
    return FinitePrompt(0.5 * float(np.trace(stats.s0)) + 0.5 * noise**2 - 0.5 * gain, Gamma)
