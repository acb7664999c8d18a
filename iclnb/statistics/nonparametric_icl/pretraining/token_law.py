r"""V of the sandwich law, exactly, if every token of a prompt is the query of the others.

A prompt has n + 1 tokens. With :math:`S_q` the mean of :math:`y_i\phi(x_i)` over the tokens other
than q, and :math:`e_q=y_q-S_q^\top\Gamma^*\phi(x_q)`, the score of a task is the mean of its
:math:`z_qe_q`, and

.. math:: V=E\Big|\tfrac1{n+1}\sum_qz_qe_q\Big|^2_{H^{-1}}
          =\frac1{(n+1)^2n^2}\sum_{q,r}\sum_{i\ne q}\sum_{k\ne r}
          E\big[e_qe_ry_iy_k\,a(x_i,x_k)\,b(x_q,x_r)\big],

:math:`a=\phi^\top A^{-1}\phi`, :math:`b=\phi^\top G^{-1}\phi`; H is that of one query. The answers
in e are sums over tokens again. A sum over up to six tokens is split by which of them are the same,
and over the pairings of the Gaussian labels (Wick); each part is an integral of a product of
functions of two inputs, in which every input stands an even number of times: it is summed input by
input, each with at most two neighbours left. Derived here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_instance
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import check_covariance, times_covariance
from iclnb.statistics.nonparametric_icl.risk.moments import Moments
from iclnb.statistics.nonparametric_icl.risk.population import optimal_gamma

_Factor = tuple[FloatArray, int, int]

_PAIRINGS = (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2)))


@guarded
def every_token_sandwich(moments: Moments, functions: Basis, task_covariance: ArrayLike) -> float:
    r"""V of the full Gamma for features that are the first functions of the task.

    Parameters
    ----------
    moments : Moments
        Of N features, with a finite prompt length n; a prompt has n + 1 tokens.
    functions : Basis
        The J task functions; the features are the first N.
    task_covariance : array (J,) or (J, J)
        Of the Gaussian coefficients; that of the moments.

    Raises
    ------
    ValueError
        If there are more features than functions, or the prompt length is infinite.
    """
    functions = check_instance(functions, "functions", Basis)
    cov = check_covariance(task_covariance, "task_covariance", functions.size)
    size = moments.cross.shape[0]
    if size > functions.size:
        raise ValueError(f"moments must have at most {functions.size} features")
    if math.isinf(moments.prompt_length):
        raise ValueError("prompt_length must be finite")
    n = int(moments.prompt_length)
    nodes, w = functions.quadrature(8)
    f = functions.evaluate(nodes)
    phi = f[:, :size]
    kappa = times_covariance(f, cov) @ f.T
    tau = kappa + moments.noise**2 * np.eye(len(f))  # of a label with itself, on the diagonal
    a = phi @ np.linalg.solve(moments.second, phi.T)
    b = phi @ np.linalg.solve(moments.query_gram, phi.T)
    h = phi @ optimal_gamma(moments) @ phi.T
    q, r, i, k, other, more = range(6)
    cases: tuple[tuple[float, tuple[int, ...], list[_Factor]], ...] = (
        (1.0, (q, r, i, k), []),
        (-2.0 / n, (q, other, i, k), [(h, other, r)]),
        (1.0 / n**2, (other, more, i, k), [(h, other, q), (h, more, r)]),
    )
    total = 0.0
    for factor, labels, answers in cases:
        edges = [(a, i, k), (b, q, r), *answers]
        apart = {(q, i), (r, k), *((v, u) for _, u, v in answers)}
        for blocks in _partitions(4 + len(answers), apart):
            count = math.perm(n + 1, max(blocks) + 1)
            for pairs in _PAIRINGS if count else ():
                joined = [(blocks[labels[u]], blocks[labels[v]]) for u, v in pairs]
                same = [(tau if u == v else kappa, u, v) for u, v in joined]
                rest = [(M, blocks[u], blocks[v]) for M, u, v in edges]
                total += factor * count * _integral(rest + same, w)
    return float(total / (n * (n + 1)) ** 2)


def _partitions(size: int, apart: set[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Partitions of range(size), as the block of each, that keep the pairs ``apart``."""
    found: list[tuple[int, ...]] = [()]
    for new in range(size):
        found = [
            (*old, block)
            for old in found
            for block in range(max(old, default=-1) + 2)
            if all(old[u] != block for u, v in apart if v == new)
        ]
    return found


def _integral(factors: Sequence[_Factor], w: FloatArray) -> float:
    """The integral of a product of functions of two inputs, (matrix, input, input)."""
    inputs = {u for _, *pair in factors for u in pair}
    at = {u: w.copy() for u in inputs}
    edges: dict[tuple[int, int], FloatArray] = {}

    def multiply(matrix: FloatArray, u: int, v: int) -> None:
        if u == v:
            at[u] *= np.diag(matrix)
            return
        key, turned = ((u, v), matrix) if u < v else ((v, u), matrix.T)
        edges[key] = edges[key] * turned if key in edges else turned

    for factor in factors:
        multiply(*factor)
    total = 1.0
    while inputs:
        u = min(inputs, key=lambda u: sum(u in key for key in edges))
        inputs.remove(u)
        near = [
            (key[1], edges.pop(key)) if key[0] == u else (key[0], edges.pop(key).T)
            for key in [key for key in edges if u in key]
        ]
        if len(near) == 2:
            (v, left), (x, right) = near
            multiply((left.T * at[u]) @ right, v, x)
        elif near:
            v, matrix = near[0]
            at[v] *= at[u] @ matrix
        else:
            total *= float(at[u].sum())
    return total
