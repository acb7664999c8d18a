r"""The in-context risk of linear attention, its dependence on the prompt length, and its optimum.

Given the task, the correlation :math:`g=\frac1n\sum_iy_i\phi(x_i)` has mean
:math:`B=E[y\phi\mid\text{task}]`, and the query is independent of it. With

.. math:: M=E[BB^\top],\quad K=E[\phi\phi^\top],\quad V=E[y^2\phi\phi^\top],

the risk at prompts of n examples, the noise of the query not counted, is for every matrix

.. math:: R_n(\Gamma)=E[F^2]-2\,\mathrm{tr}(\Gamma^\top M)+\mathrm{tr}(\Gamma^\top M\Gamma K)
   +\tfrac1n\mathrm{tr}(\Gamma^\top(V-M)\Gamma K),

affine in 1/n, and ridge with infinitely many prompts of n examples solves
:math:`G_n\Gamma K+\lambda\Gamma=M`, :math:`G_n=M+\frac1n(V-M)`. M and K are closed forms. For V
the tasks are averaged exactly, which leaves a polynomial in :math:`|P_{\mathcal S}x|^2`; the power
:math:`|P_{\mathcal S}x|^{2k}` changes the law of the radius from :math:`\chi_r` to
:math:`\chi_{r+2k}`, so that

.. math:: V=w_0K+\sum_{k=1}^Pw_k\,
   E\big[\phi\phi^\top\,\big|\,|P_{\mathcal S}x|\sim\chi_{r+2k}\big],\qquad
   w_k=(2k-1)!!\,[z^{2k}]\,E[y^2\mid\langle\beta,x\rangle=z],

which is averaged over sampled inputs without weights. Derived here.
"""

from __future__ import annotations

import math
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

from .hermite import square_coefficients
from .links import LinkLaw, mean_square
from .population import signal_second_moment
from .relu_kernel import relu_kernel
from .stage_two import network_features
from .tasks import SingleIndexTasks

__all__ = [
    "AttentionMoments",
    "ContextRisk",
    "attention_moments",
    "best_attention",
    "context_risk",
]


class AttentionMoments(NamedTuple):
    """E F^2 and the matrices M, K, V of the module, each (m, m)."""

    target: float
    signal: FloatArray
    kernel: FloatArray
    spread: FloatArray


def attention_moments(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    samples: int,
    rng: np.random.Generator,
    chunk_rows: int = 2**14,
) -> AttentionMoments:
    """All that the risk of linear attention on given features depends on.

    Parameters
    ----------
    weights : array (m, d)
        Rows that are not zero.
    bias : array (m,) or a number
    samples : int
        Inputs over which V is averaged, at each of P laws of the radius.
    rng : Generator
        Of these inputs.
    """
    samples, chunk = check_integer(samples, "samples"), check_integer(chunk_rows, "chunk_rows")
    check_generator(rng, "rng")
    signal = signal_second_moment(tasks, weights, bias=bias).value
    kernel = relu_kernel(weights, bias=bias)
    shares = _radius_weights(tasks.law)
    drawn = np.zeros_like(signal)
    for start in range(0, samples, chunk):
        X = rng.standard_normal((min(chunk, samples - start), tasks.d))
        inside = X @ tasks.basis.T
        square = np.sum(inside**2, axis=1)
        longer = square.copy()
        for share in shares[1:]:
            longer += rng.chisquare(2, longer.size)
            factor = np.sqrt(longer / square) - 1
            moved = X + (factor[:, None] * inside) @ tasks.basis
            features = network_features(moved, weights, bias=bias)
            drawn += share * (features.T @ features)
    spread = (shares[0] + tasks.noise**2) * kernel + drawn / samples
    return AttentionMoments(mean_square(tasks.law), signal, kernel, spread)


def _radius_weights(law: LinkLaw) -> FloatArray:
    """The weights w_0, ..., w_P of the module; they sum to E y^2 of a noiseless label."""
    table, chances = law.nodes()
    square = sum(p * square_coefficients(c) for c, p in zip(table, chances))
    weights = np.zeros(law.degree + 1)
    for order in range(0, square.size, 2):
        powers = np.polynomial.hermite_e.herme2poly(np.eye(order + 1)[order])[::2]
        for k, power in enumerate(powers):
            odd = math.prod(range(1, 2 * k, 2))
            weights[k] += square[order] / math.factorial(order) * power * odd
    return weights


def best_attention(moments: AttentionMoments, *, n: float, penalty: float) -> FloatArray:
    r"""Ridge of stage II with infinitely many prompts of n examples, shape (m, m).

    Solves :math:`G_n\Gamma K+\lambda\Gamma=M` in the eigenbases of :math:`G_n` and K.

    Parameters
    ----------
    n : float
        Examples in a pretraining prompt, at least one; ``inf`` allowed.
    penalty : float
        :math:`\lambda>0`.
    """
    share = _share(n)
    penalty = check_number(penalty, "penalty", low=0.0, strict=True)
    left_values, left = eigh(moments.signal + share * (moments.spread - moments.signal))
    right_values, right = eigh(moments.kernel)
    outer = np.maximum(left_values, 0.0)[:, None] * np.maximum(right_values, 0.0)[None, :]
    return left @ ((left.T @ moments.signal @ right) / (outer + penalty)) @ right.T


def _share(n: float) -> float:
    if not (isinstance(n, (int, float, np.integer, np.floating)) and n >= 1):
        raise ValueError(f"n must be at least one, got {n!r}")
    return 0.0 if np.isinf(n) else 1 / float(n)


class ContextRisk(NamedTuple):
    """The risk ``limit + slope / n`` at test prompts of n examples."""

    limit: float
    slope: float

    def at(self, n: ArrayLike) -> FloatArray:
        """Risk at prompts of n examples, n >= 1 of any shape."""
        n = check_array(n, "n")
        if np.any(n < 1):
            raise ValueError("n must be at least one")
        return self.limit + self.slope / n


def context_risk(moments: AttentionMoments, Gamma: ArrayLike) -> ContextRisk:
    """Limit and slope of the risk of a given matrix; see the module for the formula."""
    Gamma = check_array(Gamma, "Gamma", moments.signal.shape)
    known = moments.signal @ Gamma @ moments.kernel
    drawn = moments.spread @ Gamma @ moments.kernel
    limit = moments.target - 2 * np.sum(Gamma * moments.signal) + np.sum(Gamma * known)
    return ContextRisk(float(limit), float(np.sum(Gamma * (drawn - known))))
