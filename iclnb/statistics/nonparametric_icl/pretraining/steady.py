r"""The excess of a fit, its fluctuations of known mean taken off.

In coordinates where :math:`H=E[zz^\top]=I`, with :math:`g=\frac1T\sum_tz_te_t` and
:math:`\ell_t=|z_t|^2`, the excess of the fit on T tasks is
:math:`|g|^2-2\big(\frac1T\sum_t(z_t^\top g)^2-|g|^2\big)` up to third order. As sums over tasks
both terms have mean zero, because :math:`E[ze]=0` and the tasks are independent, but for the
summands in which one task stands everywhere: :math:`\frac1{T^2}\sum e_t^2\ell_t` and
:math:`\frac1{T^3}\sum e_t^2(\ell_t^2-\ell_t)`. So

.. math:: T\,\mathrm{excess}-\Big(T|g|^2-\frac1T\sum_te_t^2\ell_t\Big)
          +2\Big(\sum_t(z_t^\top g)^2-T|g|^2-\frac1{T^2}\sum_te_t^2(\ell_t^2-\ell_t)\Big)
          -\frac1T\sum_t\big(e_t^2\ell_t-E[e_t^2\ell_t\mid\text{inputs}]\big)

has the mean of T times the excess, without using V, and fluctuates far less. Its mean is
:math:`V+c/T+O(T^{-2})`; twice its value less the mean of its values on both halves of the tasks is
free of c. Derived here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, Prompts, check_prompts
from iclnb.statistics.nonparametric_icl.covariances import times_covariance
from iclnb.statistics.nonparametric_icl.pretraining.erm import fit_diagonal, fit_full
from iclnb.statistics.nonparametric_icl.pretraining.sampled import Pretraining
from iclnb.statistics.nonparametric_icl.risk.moments import Moments
from iclnb.statistics.nonparametric_icl.risk.population import (
    moments_risk,
    optimal_diagonal,
    optimal_gamma,
)

_CHUNK = 1024


@guarded
def steady_excess(setting: Pretraining, prompts: Prompts, sizes: Sequence[int]) -> FloatArray:
    r"""T times the excess of the full and of the diagonal fit, shape (sizes, 2).

    Parameters
    ----------
    setting : Pretraining
        Of the prompts; tasks and noise are Gaussian.
    prompts : Prompts
        An even number T of tasks.
    sizes : sequence of int
        Numbers N of features.

    Raises
    ------
    ValueError
        If the number of tasks is odd, or a size is larger than that of the setting.
    """
    needs = ("query", "query_label", "target")
    prompts = check_prompts(prompts, "prompts", setting.functions.d, needs=needs)
    tasks = len(prompts.y)
    if tasks % 2:
        raise ValueError(f"prompts must be an even number of tasks, got {tasks}")
    cases = [
        _Case(setting.moments.truncate(check_integer(N, "sizes")), diagonal)
        for N in sizes
        for diagonal in (False, True)
    ]
    seen = [case.empty() for case in cases]
    for start in range(0, tasks, _CHUNK):
        piece = prompts.rows(slice(start, start + _CHUNK))
        for part, more in zip(seen, _look(setting, piece, cases), strict=True):
            for kept, new in zip(part, more, strict=True):
                kept.append(new)
    half = tasks // 2
    halves = (slice(half), slice(half, None))
    out = []
    for case, part in zip(cases, seen, strict=True):
        keys, queries, expected = (np.concatenate(pieces) for pieces in part)
        data = AttentionData(keys, queries, prompts.query_label)
        whole, *split = (
            case.steady(data.rows(rows), expected[rows]) for rows in (slice(None), *halves)
        )
        out.append(2 * whole - np.mean(split))
    return np.array(out).reshape(-1, 2)


class _Case:
    """One number of features, full or diagonal: whitening, best Gamma, and its statistics."""

    def __init__(self, moments: Moments, diagonal: bool) -> None:
        self.moments, self.diagonal = moments, diagonal
        self.size = moments.cross.shape[0]
        best = optimal_diagonal(moments) if diagonal else optimal_gamma(moments)
        self.best, self.risk = best, moments_risk(moments, best)
        second, gram = moments.second, moments.query_gram
        self.left = cholesky(second * gram if diagonal else second, lower=True)
        self.right = cholesky(gram, lower=True)

    def empty(self) -> tuple[list[FloatArray], list[FloatArray], list[FloatArray]]:
        return [], [], []

    def white(self, keys: FloatArray, queries: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the factors of z where H = I; keys (T, N) or (T, n, N)."""
        if self.diagonal:
            at = queries if keys.ndim == 2 else queries[:, None, :]
            return _solve(self.left, keys * at), np.ones((len(queries), 1))
        return _solve(self.left, keys), _solve(self.right, queries)

    def steady(self, data: AttentionData, expected: FloatArray) -> float:
        """Return T times the excess of the fit on these tasks, steadied."""
        tasks = len(expected)
        fit = (fit_diagonal if self.diagonal else fit_full)(data)
        excess = moments_risk(self.moments, fit.Gamma) - self.risk
        error = data.query_label - data.answers(self.best)
        left, right = self.white(data.keys, data.queries)
        g = (left * error[:, None]).T @ right / tasks
        leverage = np.sum(left**2, axis=1) * np.sum(right**2, axis=1)
        first = tasks * np.sum(g**2)
        second = np.sum(np.sum((left @ g) * right, axis=1) ** 2) - first
        alone = np.mean(error**2 * (leverage**2 - leverage)) / tasks
        return float(tasks * excess - first + 2 * (second - alone) + expected.mean())

    def given_inputs(
        self,
        phi: FloatArray,
        query: FloatArray,
        labels: FloatArray,
        shared: FloatArray,
        own: FloatArray,
    ) -> FloatArray:
        r"""Return :math:`E[e^2\ell]` over tasks and noise, by Wick.

        ``labels`` (T, n, n) are the covariances of the labels, ``shared`` (T, n) theirs with the
        value at the query, ``own`` (T,) the variance of the query's label.
        """
        n = phi.shape[1]
        to_query = query * self.best if self.diagonal else query @ self.best.T
        h = np.einsum("tin,tn->ti", phi, to_query) / n
        answered = np.einsum("tik,tk->ti", labels, h)
        left, right = self.white(phi, query)
        left, scale = left / n, np.sum(right**2, axis=1)
        error = own - 2 * np.sum(h * shared, axis=1) + np.sum(h * answered, axis=1)
        common = np.einsum("tin,ti->tn", left, shared - answered)
        leverage = np.sum((left @ left.transpose(0, 2, 1)) * labels, axis=(1, 2))
        return scale * (leverage * error + 2 * np.sum(common**2, axis=1))


def _solve(root: FloatArray, rows: FloatArray) -> FloatArray:
    flat = rows.reshape(-1, rows.shape[-1])
    return solve_triangular(root, flat.T, lower=True).T.reshape(rows.shape)


def _look(
    setting: Pretraining, prompts: Prompts, cases: Sequence[_Case]
) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
    r"""Return keys, queries and :math:`E[e^2\ell]` given the inputs, case by case."""
    tasks, n, d = prompts.X.shape
    f = setting.functions.evaluate(prompts.X.reshape(-1, d)).reshape(tasks, n, -1)
    query = setting.functions.evaluate(prompts.query)
    cov, noise = setting.variances, setting.noise**2
    weighted = times_covariance(f.reshape(tasks * n, -1), cov).reshape(f.shape)
    labels = weighted @ f.transpose(0, 2, 1)
    labels[:, np.arange(n), np.arange(n)] += noise
    shared = np.einsum("tij,tj->ti", weighted, query)
    own = np.sum(times_covariance(query, cov) * query, axis=1) + noise
    keys = np.einsum("ti,tij->tj", prompts.y, f) / n
    out = []
    for case in cases:
        N = case.size
        expected = case.given_inputs(f[:, :, :N], query[:, :N], labels, shared, own)
        out.append((keys[:, :N], query[:, :N], expected))
    return out
