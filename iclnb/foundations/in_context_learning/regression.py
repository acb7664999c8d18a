r"""Linear attention, and the matrices that turn it into regression on the prompt.

A prompt holds :math:`n` examples :math:`(x_i, y_i)` and a query :math:`x_q`. Linear attention
answers

.. math::
    \hat y(\Gamma) = \frac1n \sum_{i=1}^n y_i\, x_i^\top \Gamma\, x_q = c^\top \Gamma x_q ,
    \qquad S = X^\top X/n , \quad c = X^\top y/n ,

and each method of this module is one choice of the matrix :math:`\Gamma`: least squares
:math:`S^{-1}`, ridge regression :math:`(S + \Lambda)^{-1}`, and :math:`L` gradient steps
:math:`\eta \sum_{l<L} (I - \eta S)^l`. A penalty :math:`\Lambda` stands beside the *mean* of
squares, as everywhere in this library; beside their sum it would be :math:`P = n\Lambda`.

Where the :math:`1/n` stands: since
:math:`(X^\top X + n\Lambda)^{-1} = \frac1n (S + \Lambda)^{-1}`,

.. math::
    y^\top X (X^\top X + n\Lambda)^{-1} x_q = \frac1n \sum_i y_i\, x_i^\top (S + \Lambda)^{-1} x_q ,

which is the display of the slides on the ICL risk (Suzuki 2024), and it is right. Their later
display on stage 2 of the single-index algorithm multiplies a normalised inverse,
:math:`(\cdot/n + \lambda I)^{-1}`, by the sum :math:`\sum_i y_i x_i` where the mean is meant: it
lacks this :math:`1/n` and is :math:`n` times too large.

Not covered: features other than the inputs themselves. A :math:`\Gamma` computed from the prompt is
what a pretrained :math:`\Gamma` stands in for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from iclnb.arguments import FloatArray, check_array
from iclnb.foundations.in_context_learning.arguments import prompt_arrays, psd_root
from iclnb.kinds import guarded


@guarded
def linear_attention(X: ArrayLike, y: ArrayLike, query: ArrayLike, Gamma: ArrayLike) -> FloatArray:
    r"""Answer of linear attention, :math:`\frac1n \sum_i y_i\, x_i^\top \Gamma\, x_q`.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Inputs of the examples: the keys.
    y : array_like, shape (n,)
        Labels of the examples: the values.
    query : array_like, shape (..., d)
        One query or an array of them.
    Gamma : array_like, shape (d, d)
        Any real matrix; the key stands on its left, the query on its right.

    Returns
    -------
    ndarray, shape (...)
        One prediction for each query; a float64 for a single one.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a finite real array of the stated shape.

    Notes
    -----
    Source: slides, model B-2, with the features :math:`\phi(x) = x`; Ahn et al. 2024.
    """
    X, y, query = prompt_arrays(X, y, query)
    Gamma = check_array(Gamma, "Gamma", (X.shape[1], X.shape[1]))
    return query @ (Gamma.T @ (X.T @ y)) / len(X)


@guarded
def least_squares_gamma(X: ArrayLike) -> FloatArray:
    r"""Matrix of least squares, :math:`\Gamma = (X^\top X/n)^{-1}`.

    It is :func:`ridge_gamma` without a penalty: ``X`` of shape (n, d) must have full column rank,
    the result of shape (d, d) is symmetric and positive definite, the errors are the same. Derived
    here: the normal equations, divided by :math:`n`.
    """
    return ridge_gamma(X, penalty=0.0)


@guarded
def ridge_gamma(X: ArrayLike, *, penalty: ArrayLike) -> FloatArray:
    r"""Matrix of ridge regression, :math:`\Gamma = (X^\top X/n + \Lambda)^{-1}`.

    The penalty stands beside the mean of squares,
    :math:`\frac1n \sum_i (y_i - w^\top x_i)^2 + w^\top \Lambda w`, as on the slides.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Inputs of the examples.
    penalty : float or array_like, shape (d, d)
        :math:`\Lambda`, symmetric positive semidefinite, beside the mean of squares; a number means
        that multiple of the identity.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric and positive definite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, or :math:`X^\top X + n\Lambda` is singular.

    Notes
    -----
    Source: slides, page on the ICL risk. Computed from the triangular factor of :math:`X` stacked
    on a root of :math:`n\Lambda`, so that :math:`X^\top X` is never formed.
    """
    X = check_array(X, "X", (None, None))
    root = np.sqrt(len(X)) * psd_root(penalty, "penalty", X.shape[1])
    stacked = np.vstack([X, root.T])
    if np.linalg.matrix_rank(stacked) < X.shape[1]:
        raise ValueError("X has not full column rank, and the penalty does not make up for it")
    inverse = solve_triangular(np.linalg.qr(stacked, mode="r"), np.eye(X.shape[1]))
    return len(X) * (inverse @ inverse.T)


@guarded
def ridge_prediction(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, *, penalty: ArrayLike
) -> FloatArray:
    r"""Ridge regression in its textbook form, :math:`y^\top X (X^\top X + n\Lambda)^{-1} x_q`.

    It equals ``linear_attention(X, y, query, ridge_gamma(X, penalty=penalty))`` for every prompt.
    Arguments, result and errors as there; it solves the normal equations and knows no
    :math:`\Gamma`.
    """
    X, y, query = prompt_arrays(X, y, query)
    root = psd_root(penalty, "penalty", X.shape[1])
    gram = X.T @ X + len(X) * (root @ root.T)
    if np.linalg.matrix_rank(gram, hermitian=True) < len(gram):
        raise ValueError("X has not full column rank, and the penalty does not make up for it")
    return query @ np.linalg.solve(gram, X.T @ y)
