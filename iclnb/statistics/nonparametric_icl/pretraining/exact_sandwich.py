r"""V of the sandwich law exactly, for Gaussian tasks and noise.

.. math:: V=E\big[e^2\,z^\top H^{-1}z\big],\qquad
          z^\top H^{-1}z=\sum_r\frac1{n^2}\sum_{i,k}y_iy_k\,a_r(x_i,x_k)\,q_r(x_q),\qquad
          e=y_q-\frac1n\sum_ly_l\,h(x_l,x_q),

with :math:`h(x,x_q)=\phi(x)^\top\Gamma^*\phi(x_q)`. For the full Gamma one r is enough,
:math:`a=\phi^\top A^{-1}\phi` and :math:`q=\phi^\top G^{-1}\phi`; for a diagonal one
:math:`a_{jk}=(A\circ G)^{-1}_{jk}\phi_j\phi_k` and :math:`q_{jk}=\phi_j\phi_k`. Given the inputs
the labels are Gaussian: fourth moments are sums over pairings (Wick), with
:math:`\kappa=f^\top\Sigma f` for labels of different examples and :math:`\tau=\kappa+\sigma^2` for
a label with itself. The inputs are independent: each sum over i, k, l, m is split by which indices
are equal, and each part is an integral, taken by a rule that is exact for eight functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_instance
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import check_covariance, times_covariance
from iclnb.statistics.nonparametric_icl.risk.moments import Moments
from iclnb.statistics.nonparametric_icl.risk.population import optimal_diagonal, optimal_gamma


class _Law(NamedTuple):
    """Weights of the nodes, the covariance of values and of a label with itself, h, n, noise."""

    w: FloatArray
    kappa: FloatArray
    tau: FloatArray
    h: FloatArray
    n: int
    noise: float


@guarded
def exact_sandwich(
    moments: Moments, functions: Basis, task_covariance: ArrayLike, *, diagonal: bool = False
) -> float:
    r"""V for features that are the first functions of the task.

    Parameters
    ----------
    moments : Moments
        Of N features, with a finite prompt length.
    functions : Basis
        The J task functions; the features are the first N.
    task_covariance : array (J,) or (J, J)
        Of the Gaussian coefficients; that of the moments.
    diagonal : bool
        The diagonal problem instead of the full one.

    Raises
    ------
    ValueError
        If there are more features than functions, or the prompt length is infinite.
    """
    functions = check_instance(functions, "functions", Basis)
    cov = check_covariance(task_covariance, "task_covariance", functions.size)
    if moments.cross.shape[0] > functions.size:
        raise ValueError(f"moments must have at most {functions.size} features")
    if math.isinf(moments.prompt_length):
        raise ValueError("prompt_length must be finite")
    nodes, w = functions.quadrature(8)
    f = functions.evaluate(nodes)
    phi = f[:, : moments.cross.shape[0]]
    Gamma = np.diag(optimal_diagonal(moments)) if diagonal else optimal_gamma(moments)
    kappa, noise = times_covariance(f, cov) @ f.T, moments.noise**2
    law = _Law(
        w, kappa, np.diag(kappa) + noise, phi @ Gamma @ phi.T, int(moments.prompt_length), noise
    )
    return float(sum(_part(law, a, w * q) for a, q in _products(moments, phi, diagonal)))


def _products(
    moments: Moments, phi: FloatArray, diagonal: bool
) -> Iterator[tuple[FloatArray, FloatArray]]:
    r"""Yield the :math:`a_r` and :math:`q_r` at the nodes."""
    if not diagonal:
        q = np.sum(phi.T * np.linalg.solve(moments.query_gram, phi.T), axis=0)
        yield phi @ np.linalg.solve(moments.second, phi.T), q
        return
    inverse = np.linalg.inv(moments.second * moments.query_gram)
    inverse[np.abs(inverse) < 1e-14 * np.abs(inverse).max()] = 0.0  # exact zeros, but for rounding
    for j in range(len(inverse)):
        for k in range(j + 1):
            if inverse[j, k]:
                a = inverse[j, k] * np.outer(phi[:, j], phi[:, k])
                yield (a if j == k else a + a.T), phi[:, j] * phi[:, k]


def _part(law: _Law, a: FloatArray, wq: FloatArray) -> float:
    """Return the mean of one product form times the square of the error."""
    w, kappa, tau, h, n, noise = law
    two, three, four = n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3)
    aa = np.diag(a)
    mean, own = w @ (a * kappa) @ w, w @ (tau * aa)  # of two examples, of one with itself

    # The square of the value at the query, and the noise of its label: indices i, k.
    seen = (kappa * wq) @ kappa
    both = (n * own + two * mean) * (wq @ np.diag(kappa) + noise * wq.sum())
    both += 2 * (n * w @ (aa * np.diag(seen)) + two * w @ (a * seen) @ w)

    # The value at the query with an answer: i, k, l.
    cross = (kappa * wq) @ h.T
    at = np.diag(cross)
    mixed = 3 * n * w @ (aa * tau * at)
    mixed += two * (own * (w @ at) + 2 * w @ (aa[:, None] * kappa * cross) @ w)
    mixed += 2 * two * w @ (a * (2 * kappa * at[:, None] + tau[:, None] * cross.T)) @ w
    mixed += three * (mean * (w @ at) + 2 * w @ (a * ((kappa * w) @ cross.T)) @ w)

    # Two answers: i, k, l, m.
    b = (h * wq) @ h.T
    bb, mean_b = np.diag(b), w @ (b * kappa) @ w
    around_a = np.sum((kappa * w) @ a * (kappa * w), axis=1)
    around_b = np.sum((kappa * w) @ b * (kappa * w), axis=1)
    pairs = own * (w @ (bb * tau)) + 2 * w @ (aa[:, None] * kappa**2 * bb) @ w
    pairs += 2 * w @ (a * b * (2 * kappa**2 + np.outer(tau, tau))) @ w
    pairs += 6 * w @ (((aa * tau)[:, None] * b + (bb * tau)[:, None] * a) * kappa) @ w
    triples = own * mean_b + 2 * w @ (aa * around_b)
    triples += mean * (w @ (bb * tau)) + 2 * w @ (bb * around_a)
    triples += 8 * w @ (((a * kappa) @ w) * ((b * kappa) @ w))
    triples += 4 * w @ (tau * np.sum((a * w) @ kappa * (b * w), axis=1))
    chain = mean * mean_b + 2 * np.sum(((a * w) @ (kappa * w)) * ((b * w) @ (kappa * w)).T)
    squares = 3 * n * w @ (aa * bb * tau**2) + two * pairs + three * triples + four * chain
    return both / n**2 - 2 * mixed / n**3 + squares / n**4
