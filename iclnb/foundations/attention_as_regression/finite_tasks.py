r"""What fitting one matrix on finitely many tasks costs: the constant of 1/T, exactly.

Pretraining is least squares of the queries' labels on :math:`z=c\otimes x`, with
:math:`c=\frac1nX^\top y` and the query x. With :math:`e=y_q-c^\top\Gamma^*x` at the best matrix the
excess risk is, to leading order, the sandwich :math:`\frac1T\mathrm{tr}(H^{-1}V)` with
:math:`H=E[zz^\top]=A\otimes\Sigma_x`, :math:`V=E[e^2zz^\top]`. Over the query

.. math:: \mathrm{tr}(H^{-1}V)=E\Big[c^\top A^{-1}c\,
          \big((d+2)\,u^\top\Sigma_xu+\sigma^2d\big)\Big],\qquad u=w-\Gamma^{*\top}c .

Given the task, c is a mean of n independent products xy of jointly normal variables, so that its
fourth moments are sums over the partitions of four places; over the task they are polynomials of
degree four, integrated exactly by three Gauss-Hermite nodes in each direction. Derived here.
"""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.foundations.attention_as_regression.risk import (
    LinearTasks,
    best_gamma,
    correlation_moment,
    population_risk,
)
from iclnb.foundations.in_context_learning.pretraining import answers, pretrained_gamma
from iclnb.kinds import guarded
from iclnb.prompts import Prompts, check_prompts

NODES = 3
"""Gauss-Hermite nodes in each direction: exact for polynomials of degree five."""


class _Correlations:
    r"""Moments of c given the task: S = xy with :math:`E[xy]=m`, :math:`Ey^2=v`."""

    def __init__(self, inputs: FloatArray, m: FloatArray, v: float, n: int) -> None:
        self.inputs, self.m, self.v, self.n = inputs, m, v, n
        self.second = v * inputs + 2 * np.outer(m, m)

    def square(self, P: FloatArray) -> float:
        """E[c'Pc]."""
        n, m = self.n, self.m
        return float(m @ P @ m * (1 - 1 / n) + np.sum(P * self.second) / n)

    def cubic(self, P: FloatArray, h: FloatArray) -> float:
        """E[(c'Pc)(h'c)]."""
        n, m, M = self.n, self.m, self.second
        falling = n * (n - 1)
        distinct = falling * (n - 2) * (m @ P @ m) * (h @ m)
        pairs = falling * (np.sum(P * M) * (h @ m) + 2 * (m @ P @ M @ h))
        return float(distinct + pairs + n * (h @ self._third(P))) / n**3

    def quartic(self, P: FloatArray, Q: FloatArray) -> float:
        """E[(c'Pc)(c'Qc)]."""
        n, m, M = self.n, self.m, self.second
        p, q, tp, tq = m @ P @ m, m @ Q @ m, np.sum(P * M), np.sum(Q * M)
        four = p * q
        three = tp * q + p * tq + 4 * (m @ P @ M @ Q @ m)
        two = tp * tq + 2 * np.trace(P @ M @ Q @ M)
        two += 2 * (self._third(P) @ Q @ m) + 2 * (self._third(Q) @ P @ m)
        falling = [prod(range(n - k + 1, n + 1)) for k in range(5)]
        return (
            float(
                falling[4] * four + falling[3] * three + falling[2] * two + n * self._fourth(P, Q)
            )
            / float(n) ** 4
        )

    def _third(self, P: FloatArray) -> FloatArray:
        """E[(S'PS) S]."""
        m, S = self.m, self.inputs
        return 6 * (m @ P @ m) * m + 3 * self.v * (np.sum(P * S) * m + 2 * (S @ P @ m))

    def _fourth(self, P: FloatArray, Q: FloatArray) -> float:
        """E[(S'PS)(S'QS)]."""
        m, S, v = self.m, self.inputs, self.v
        p, q, tp, tq = m @ P @ m, m @ Q @ m, np.sum(P * S), np.sum(Q * S)
        mixed = tp * q + tq * p + 4 * (m @ P @ S @ Q @ m)
        return 24 * p * q + 12 * v * mixed + 3 * v**2 * (tp * tq + 2 * np.trace(P @ S @ Q @ S))


@guarded
def pretraining_constant(tasks: LinearTasks, *, prompt_length: int) -> float:
    r"""Return :math:`\lim_TT\,E[R(\hat\Gamma_T)-R(\Gamma^*)]`, the sandwich of the module.

    Parameters
    ----------
    tasks : LinearTasks
        The law of normal tasks and inputs, the same in pretraining and in the test.
    prompt_length : int
        n >= 1.

    Raises
    ------
    ValueError
        If the second moment of c is singular: tasks and noise are zero.

    Notes
    -----
    The labels of the queries carry the noise of the others, and one query of a prompt is used. The
    limit is that of the expansion; the mean itself need not exist for few tasks.
    """
    n, d = check_integer(prompt_length, "prompt_length"), tasks.d
    inputs, noise = tasks.input_covariance, tasks.noise
    A = correlation_moment(tasks, prompt_length=n)
    if np.linalg.matrix_rank(A, hermitian=True) < d:
        raise ValueError("tasks must have a signal or noise")
    P = np.linalg.inv(A)
    Gamma = best_gamma(tasks, prompt_length=n)
    Q, G = Gamma @ inputs @ Gamma.T, Gamma @ inputs
    values, vectors = np.linalg.eigh(tasks.task_covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    x, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    total = 0.0
    for place in product(range(NODES), repeat=d):
        w = root @ x[list(place)]
        law = _Correlations(inputs, inputs @ w, float(w @ inputs @ w) + noise**2, n)
        missed = (w @ inputs @ w) * law.square(P) - 2 * law.cubic(P, G @ w) + law.quartic(P, Q)
        total += np.prod(weights[list(place)]) * missed
    return float((d + 2) * total + noise**2 * d * d)


@guarded
def excess_estimate(tasks: LinearTasks, prompts: Prompts) -> float:
    r"""Return T times the excess risk of a matrix fitted on T prompts, with less variance.

    The leading order of the excess is :math:`|\frac1T\sum_te_tz_t|^2` in the norm of
    :math:`H^{-1}`; its mean is that of :math:`\frac1{T^2}\sum_te_t^2|z_t|^2`, which is put in its
    place. So the mean is that of T times the excess, and :func:`pretraining_constant` is not used.

    Parameters
    ----------
    tasks : LinearTasks
        The law of the prompts.
    prompts : Prompts
        T prompts of it, with the labels of their queries.
    """
    X, y, x, label, *_ = check_prompts(prompts, "prompts", needs=("query", "query_label"))
    T, n = X.shape[:2]
    best = best_gamma(tasks, prompt_length=n)
    fitted, least = (
        population_risk(tasks, G, prompt_length=n) for G in (pretrained_gamma(prompts), best)
    )
    c, e = np.einsum("tid,ti->td", X, y) / n, label - answers(prompts, best)
    keys = np.linalg.solve(correlation_moment(tasks, prompt_length=n), c.T).T
    queries = np.linalg.solve(tasks.input_covariance, x.T).T
    leading = np.sum((e * keys.T @ queries / T) * (e * c.T @ x / T))
    replaced = np.mean(e**2 * np.sum(keys * c, axis=1) * np.sum(queries * x, axis=1))
    return float(T * (fitted - least - leading) + replaced)
