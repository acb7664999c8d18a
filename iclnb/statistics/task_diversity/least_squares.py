r"""Least squares in the :math:`d(d+1)` unknowns of Gamma, for several labels of the same prompts.

With fewer prompts than unknowns, through the n x n matrix :math:`(x_t^\top x_u)(h_t^\top h_u)`.
With more, through the normal matrix as long as it is small, else by conjugate gradients that see
it through products only, preconditioned by its mean over the queries; prompts are taken some at a
time, so that what is held stays in the processor's cache.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, check_attention_data

_LARGE = 8192
"""Unknowns from which on the normal matrix is not formed: 512 MB."""

_ROWS = 128


@guarded
def ridgeless(data: AttentionData, *, penalty: float = 0.0) -> FloatArray:
    r"""Minimise :math:`\frac1n\sum_t(y_t-x_t^\top\Gamma h_t)^2+\frac cd\|\Gamma\|_F^2`.

    Parameters
    ----------
    data : AttentionData
        Keys h (n, d+1), queries (n, d), and labels.
    penalty : float
        :math:`c\ge0`; zero is least-norm least squares.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the iteration does not converge: the data do not determine Gamma.
    """
    H, X, y, _ = check_attention_data(data, "data")
    return solutions(H, X, y[:, None], penalty, dense_below=0)[0]


@guarded
def solutions(
    H: ArrayLike, X: ArrayLike, y: ArrayLike, penalty: float, *, dense_below: int = _LARGE
) -> FloatArray:
    r"""Gamma (p, d, d+1) for each column of labels, the display of :func:`ridgeless` for each.

    Parameters
    ----------
    H, X : arrays (n, d+1), (n, d)
        Keys and queries.
    y : array (n, p)
        Labels.
    penalty : float
        :math:`c\ge0`.
    dense_below : int
        With more prompts than unknowns and at least so many of these: by conjugate gradients.

    Raises
    ------
    numpy.linalg.LinAlgError
        As :func:`ridgeless`.
    """
    X = check_array(X, "X", (None, None))
    H, y = check_array(H, "H", (len(X), None)), check_array(y, "y", (len(X), None))
    penalty = check_number(penalty, "penalty", low=0.0)
    dense_below = check_integer(dense_below, "dense_below", least=0)
    n, d = X.shape
    unknowns, ridge = d * H.shape[1], n / d * penalty
    if n <= unknowns:
        kernel = (X @ X.T) * (H @ H.T)
        kernel.flat[:: n + 1] += ridge
        weights = _positive_solve(kernel, y)
        return np.array([X.T @ (w[:, None] * H) for w in weights.T])
    if unknowns >= dense_below:
        return _conjugate(H, X, y, ridge)
    normal = ridge * np.eye(unknowns)
    for start in range(0, n, 1024):
        cut = slice(start, start + 1024)
        z = (X[cut, :, None] * H[cut, None, :]).reshape(-1, unknowns)
        normal += z.T @ z
    right = [(X.T @ (column[:, None] * H)).ravel() for column in y.T]
    return _positive_solve(normal, np.transpose(right)).T.reshape(-1, d, H.shape[1])


def _conjugate(H: FloatArray, X: FloatArray, y: FloatArray, ridge: float) -> FloatArray:
    """All columns in step; arrays of unknowns are (d, p, d+1)."""
    (n, d), (_, p), keys = X.shape, y.shape, H.shape[1]
    mean = (H.T @ H) * (np.sum(X**2) / (d * n)) + ridge * np.eye(keys)
    factor = cho_factor(mean)
    pieces = [(X[i : i + _ROWS], H[i : i + _ROWS], i) for i in range(0, n, _ROWS)]

    def ahead(G: FloatArray) -> FloatArray:
        return cho_solve(factor, G.reshape(-1, keys).T).T.reshape(d, p, keys)

    def inner(a: FloatArray, b: FloatArray) -> FloatArray:
        return np.einsum("dpk,dpk->p", a, b)

    def gathered(step: FloatArray | None) -> FloatArray:
        """The normal matrix times a step, or without one the right side."""
        out = np.zeros((d, p * keys))
        for x, h, i in pieces:
            if step is None:
                w = y[i : i + _ROWS]
            else:
                w = np.matmul((x @ step.reshape(d, -1)).reshape(-1, p, keys), h[:, :, None])[
                    :, :, 0
                ]
            out += x.T @ (w[:, :, None] * h[:, None, :]).reshape(len(x), -1)
        return out.reshape(d, p, keys)

    left = gathered(None)
    Gamma, step = np.zeros_like(left), ahead(left)
    square = start = inner(left, step)
    for _ in range(20 * d * keys):
        if np.all(square <= 1e-20 * start):
            return Gamma.transpose(1, 0, 2)
        image = gathered(step) + ridge * step
        length = np.divide(square, inner(step, image), out=np.zeros(p), where=square > 0)
        Gamma += length[:, None] * step
        left -= length[:, None] * image
        solved = ahead(left)
        square, before = inner(left, solved), square
        step = solved + np.divide(square, before, out=np.zeros(p), where=before > 0)[:, None] * step
    raise np.linalg.LinAlgError("the conjugate gradients do not converge")


def _positive_solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    try:
        return cho_solve(cho_factor(matrix), right)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(matrix, right, rcond=1e-12)[0]
