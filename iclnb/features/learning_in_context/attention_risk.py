r"""The in-context risk of linear attention, its dependence on the prompt length, and its optimum.

Given the task, the correlation :math:`g=\frac1n\sum_iy_i\phi(x_i)` has mean
:math:`B=E[y\phi\mid\text{task}]`, and the query is independent of it. With

.. math:: M=E[BB^\top],\quad K=E[\phi\phi^\top],\quad V=E[y^2\phi\phi^\top],

the risk at prompts of n examples, the noise of the query not counted, is for every matrix

.. math:: R_n(\Gamma)=E[F^2]-2\,\mathrm{tr}(\Gamma^\top M)+\mathrm{tr}(\Gamma^\top M\Gamma K)
   +\tfrac1n\mathrm{tr}(\Gamma^\top(V-M)\Gamma K),

affine in 1/n, and ridge with infinitely many prompts of n examples solves
:math:`G_n\Gamma K+\lambda\Gamma=M`, :math:`G_n=M+\frac1n(V-M)`. M and K are closed forms. In V
the tasks are averaged exactly, :math:`E[y^2\mid x]=v(|P_{\mathcal S}x|)`, and the inputs are
sampled, half of them with :math:`|P_{\mathcal S}x|\sim\chi_{r+2P}` in place of :math:`\chi_r`, so
that the weights :math:`2v(\rho)/(1+\rho^{2P}/E\chi_r^{2P})` are positive and bounded. Derived
here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_integer,
    check_number,
)
from iclnb.features.one_gradient_step.hermite import evaluate_hermite, square_coefficients
from iclnb.features.one_gradient_step.links import LinkLaw, check_law, mean_square
from iclnb.features.one_gradient_step.population import signal_second_moment
from iclnb.features.one_gradient_step.relu_kernel import relu_kernel
from iclnb.features.one_gradient_step.sphere import radius_moment, sphere_quadrature
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks
from iclnb.kinds import guarded

from .stage_two import network_features

__all__ = [
    "AttentionMoments",
    "ContextRisk",
    "attention_moments",
    "best_attention",
    "context_risk",
    "label_square",
]


@guarded
def label_square(law: LinkLaw, radius: ArrayLike, r: int, *, noise: float = 0.0) -> FloatArray:
    r""":math:`v(\rho)=E[y^2\mid|P_{\mathcal S}x|=\rho]` over tasks and noise.

    Parameters
    ----------
    law : LinkLaw
    radius : array
        :math:`\rho\ge0`, any shape.
    r : int
        Dimension of the subspace.
    noise : float
        :math:`\tau\ge0`.

    Raises
    ------
    ValueError
        If a radius is negative.
    """
    check_law(law, "law")
    radius = check_array(radius, "radius")
    if np.any(radius < 0):
        raise ValueError("radius must not be negative")
    noise = check_number(noise, "noise", low=0.0)
    table, chances = law.nodes()
    square = sum(p * square_coefficients(c) for c, p in zip(table, chances))
    nodes, weights = sphere_quadrature(r, 2 * law.degree)
    total = np.full(radius.shape, noise**2)
    for node, weight in zip(nodes, weights):
        total += weight * evaluate_hermite(square, radius * node)
    return total


class AttentionMoments(NamedTuple):
    """E F^2 and the matrices M, K, V of the module, each (m, m)."""

    target: float
    signal: FloatArray
    kernel: FloatArray
    spread: FloatArray


@guarded
def attention_moments(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    draws: int,
    rng: np.random.Generator,
    chunk: int = 2**14,
) -> AttentionMoments:
    """All that the risk of linear attention on given features depends on.

    Parameters
    ----------
    weights : array (m, d)
        Rows that are not zero.
    bias : array (m,) or a number
    draws : int
        Inputs over which V is averaged, at least two.
    rng : Generator
        Of these inputs.
    """
    draws, chunk = (
        check_integer(draws, "draws", least=2),
        check_integer(chunk, "chunk"),
    )
    check_generator(rng, "rng")
    signal = signal_second_moment(tasks, weights, bias=bias).value
    spread = np.zeros_like(signal)
    order = 2 * tasks.law.degree
    for start in range(0, draws, chunk):
        X = rng.standard_normal((min(chunk, draws - start), tasks.d))
        inside = X @ tasks.subspace.T
        square = np.sum(inside**2, axis=1)
        longer = square[::2] + rng.chisquare(order, square[::2].size)
        X[::2] += (np.sqrt(longer / square[::2]) - 1)[:, None] * (inside[::2] @ tasks.subspace)
        square[::2] = longer
        long = square[::2].size / square.size  # one half, if their number is even
        share = 1 / (1 - long + long * (square**tasks.law.degree / radius_moment(order, tasks.r)))
        share *= label_square(tasks.law, np.sqrt(square), tasks.r, noise=tasks.noise)
        features = network_features(X, weights, bias=bias)
        spread += (features * share[:, None]).T @ features
    kernel = relu_kernel(weights, bias=bias)
    return AttentionMoments(mean_square(tasks.law), signal, kernel, spread / draws)


@guarded
def best_attention(
    moments: AttentionMoments, *, prompt_length: float, penalty: float
) -> FloatArray:
    r"""Ridge of stage II with infinitely many prompts of n examples, shape (m, m).

    Solves :math:`G_n\Gamma K+\lambda\Gamma=M` in the eigenbases of :math:`G_n` and K.

    Parameters
    ----------
    prompt_length : float
        Examples in a pretraining prompt, at least one; ``inf`` allowed.
    penalty : float
        :math:`\lambda>0`.
    """
    share = _share(prompt_length)
    penalty = check_number(penalty, "penalty", low=0.0, strict=True)
    left_values, left = eigh(moments.signal + share * (moments.spread - moments.signal))
    right_values, right = eigh(moments.kernel)
    outer = np.maximum(left_values, 0.0)[:, None] * np.maximum(right_values, 0.0)[None, :]
    return left @ ((left.T @ moments.signal @ right) / (outer + penalty)) @ right.T


def _share(prompt_length: float) -> float:
    if not (
        isinstance(prompt_length, (int, float, np.integer, np.floating)) and prompt_length >= 1
    ):
        raise ValueError(f"prompt_length must be at least one, got {prompt_length!r}")
    return 0.0 if np.isinf(prompt_length) else 1 / float(prompt_length)


class ContextRisk(NamedTuple):
    """The risk ``limit + slope / prompt_length`` at test prompts of n examples."""

    limit: float
    slope: float

    def at(self, prompt_length: ArrayLike) -> FloatArray:
        """Risk at prompts of n examples, n >= 1 of any shape."""
        prompt_length = check_array(prompt_length, "prompt_length")
        if np.any(prompt_length < 1):
            raise ValueError("prompt_length must be at least one")
        return self.limit + self.slope / prompt_length


@guarded
def context_risk(moments: AttentionMoments, Gamma: ArrayLike) -> ContextRisk:
    """Limit and slope of the risk of a given matrix; see the module for the formula."""
    Gamma = check_array(Gamma, "Gamma", moments.signal.shape)
    known = moments.signal @ Gamma @ moments.kernel
    drawn = moments.spread @ Gamma @ moments.kernel
    limit = moments.target - 2 * np.sum(Gamma * moments.signal) + np.sum(Gamma * known)
    return ContextRisk(float(limit), float(np.sum(Gamma * (drawn - known))))
