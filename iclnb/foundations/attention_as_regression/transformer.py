r"""Attention on the token matrix of the slides, softmax and linear, one layer or many.

.. math::
    E=\begin{pmatrix}\phi(x_1)&\dots&\phi(x_n)&\phi(x_q)\\y_1&\dots&y_n&0\end{pmatrix}
      \in R^{(k+1)\times(n+1)} .

Softmax attention gives column j the output :math:`W_VE\,\mathrm{softmax}(E^\top W_K^\top W_QE_{:,j}
/\lambda)`; linear attention has no softmax, the mean over the n examples in its place, and leaves
the query out of the keys. Source of E and of the softmax layer: slides, "Connection to soft-max
attention". The layers that carry out gradient descent are those of von Oswald et al. (2023) and Ahn
et al. (2023), in the normalisation of this book; the matrices are derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.foundations.in_context_learning.arguments import prompt_arrays, psd_root
from iclnb.kinds import guarded


class AttentionWeights(NamedTuple):
    """Values ``V`` (r, k + 1), and ``KQ`` (k + 1, k + 1), the product of keys and queries."""

    V: FloatArray
    KQ: FloatArray


@guarded
def token_matrix(features: ArrayLike, y: ArrayLike, query: ArrayLike) -> FloatArray:
    """Return E of shape (k + 1, n + 1).

    Parameters
    ----------
    features : array_like, shape (n, k)
        Features of the examples, one example a row.
    y : array_like, shape (n,)
        Labels.
    query : array_like, shape (k,)
        Features of the query; its label slot is zero.
    """
    features, y, query = prompt_arrays(features, y, query)
    check_array(query, "query", (None,))
    return np.vstack([np.column_stack([features.T, query]), np.append(y, 0.0)])


@guarded
def special_weights(
    Gamma: ArrayLike, *, right: ArrayLike | None = None, corner: float = 0.0
) -> AttentionWeights:
    r"""The special matrices of the slides.

    .. math:: W_V=(0_{1\times k}\;\;1),\qquad
              W_K^\top W_Q=\begin{pmatrix}\Gamma&*\\0_{1\times k}&*\end{pmatrix} .

    ``Gamma`` has shape (k, k); ``right`` of shape (k,) and ``corner`` fill the two stars, which
    meet the empty label slot of the query and change nothing.
    """
    Gamma = check_array(Gamma, "Gamma", (None, None))
    k = len(Gamma)
    check_array(Gamma, "Gamma", (k, k))
    KQ = np.zeros((k + 1, k + 1))
    KQ[:k, :k] = Gamma
    KQ[:k, k] = 0.0 if right is None else check_array(right, "right", (k,))
    KQ[k, k] = check_number(corner, "corner")
    return AttentionWeights(np.eye(1, k + 1, k), KQ)


@guarded
def softmax_attention(
    E: ArrayLike, matrices: AttentionWeights, *, temperature: float, query_as_key: bool = True
) -> FloatArray:
    r"""Softmax attention at the last column, :math:`W_VE\,\mathrm{softmax}(\cdot/\lambda)`.

    Parameters
    ----------
    E : array_like, shape (k + 1, n + 1)
        Tokens.
    matrices : AttentionWeights
        Values of r rows, and the product of keys and queries.
    temperature : float
        :math:`\lambda>0`.
    query_as_key : bool
        Whether the query is one of the keys, as the first line of the slides' display says.

    Returns
    -------
    ndarray, shape (r,)
    """
    E = check_array(E, "E", (None, None))
    V = check_array(matrices.V, "matrices.V", (None, len(E)))
    KQ = check_array(matrices.KQ, "matrices.KQ", (len(E), len(E)))
    temperature = check_number(temperature, "temperature", low=0.0, strict=True)
    keys = E if query_as_key else E[:, :-1]
    return V @ keys @ softmax(keys.T @ KQ @ E[:, -1] / temperature)


@guarded
def linear_layer(
    E: ArrayLike, matrices: AttentionWeights, *, query_as_key: bool = False
) -> FloatArray:
    r"""One layer of linear attention with its residual connection.

    :math:`E\leftarrow E+\frac1nW_VE_{\mathrm{keys}}\,(E_{\mathrm{keys}}^\top W_{KQ}E)`, for all
    columns at once; the keys are the n examples, and the query if it is asked for. ``V`` must be
    square here. Shape (k + 1, n + 1).
    """
    E = check_array(E, "E", (None, None))
    V = check_array(matrices.V, "matrices.V", (len(E), len(E)))
    KQ = check_array(matrices.KQ, "matrices.KQ", (len(E), len(E)))
    keys = E if query_as_key else E[:, :-1]
    return E + V @ keys @ (keys.T @ KQ @ E) / (E.shape[1] - 1)


@guarded
def descent_weights(
    d: int, *, step_size: float, preconditioner: ArrayLike = 1.0
) -> AttentionWeights:
    r"""Matrices with which one linear layer is one step of preconditioned gradient descent.

    :math:`W_V=\mathrm{diag}(0,\dots,0,-1)` and
    :math:`W_{KQ}=\mathrm{diag}(\eta M,0)`: the label slot of example i turns from :math:`r_i` into
    :math:`r_i-\eta\,x_i^\top Mc(r)`, that of the query from :math:`-\hat y` into
    :math:`-\hat y-\eta\,x_q^\top Mc(r)`.
    """
    d = check_integer(d, "d")
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    factor = psd_root(preconditioner, "preconditioner", d)
    V, KQ = np.zeros((d + 1, d + 1)), np.zeros((d + 1, d + 1))
    V[d, d] = -1.0
    KQ[:d, :d] = step_size * factor @ factor.T
    return AttentionWeights(V, KQ)


@guarded
def forward_pass(
    X: ArrayLike,
    y: ArrayLike,
    query: ArrayLike,
    matrices: AttentionWeights,
    *,
    layers: int,
    query_as_key: bool = False,
) -> FloatArray:
    """Answers after each of L equal linear layers: minus the query's label slot, shape (L,)."""
    E = token_matrix(X, y, query)
    answers = np.zeros(check_integer(layers, "layers"))
    for layer in range(len(answers)):
        with np.errstate(over="ignore", invalid="ignore"):
            E = linear_layer(E, matrices, query_as_key=query_as_key)
        if not np.isfinite(E).all():
            raise ValueError(f"layers={layers} leave the floating point numbers")
        answers[layer] = -E[-1, -1]
    return answers
