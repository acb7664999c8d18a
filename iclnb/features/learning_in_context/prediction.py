r"""In-context predictions from learnt features: linear attention, and ridge in the prompt.

With :math:`\Phi\in R^{n\times m}` the features of a prompt, one example a row,

* linear attention: :math:`\hat y=\tfrac1n y^\top\Phi\,\Gamma\,\phi(x_q)`;
* ridge in the prompt: :math:`\Gamma=(\tfrac1n\Phi^\top\Phi+\lambda I)^{-1}`, a matrix that the
  prompt itself supplies; it minimises :math:`\frac1n\sum(y_i-v^\top\phi(x_i))^2+\lambda|v|^2`;
* pooled ridge: the same with the second moment of the features over many prompts. This is the
  display of the slides after stage 2 with the missing 1/n: they multiply
  :math:`(\frac1{nT_2}F^\top F+\lambda I)^{-1}` by the sum :math:`F_tY_t`, which is n times too
  large.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks
from iclnb.kinds import guarded
from iclnb.prompts import Prompts, check_prompts

from .stage_two import network_data, network_features, sample_network_data

__all__ = [
    "in_context_error",
    "network_attention",
    "pooled_ridge_matrix",
    "prompt_ridge",
    "ridge_from_features",
]


@guarded
def network_attention(
    prompts: Prompts, weights: ArrayLike, *, bias: ArrayLike, Gamma: ArrayLike
) -> FloatArray:
    r""":math:`\frac1n\sum_iy_i\phi(x_i)^\top\Gamma\phi(x_q)` of every prompt, shape (T,)."""
    return network_data(prompts, weights, bias=bias).answers(Gamma)


@guarded
def in_context_error(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma: ArrayLike,
    prompt_length: int,
    n_prompts: int,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
) -> FloatArray:
    """Squared errors of linear attention on fresh prompts, shape (n_prompts,)."""
    data = sample_network_data(
        tasks, weights, bias=bias, n_tasks=n_prompts, prompt_length=prompt_length,
        task_rng=task_rng, input_rng=input_rng, noise_rng=noise_rng,
    )  # fmt: skip
    return (data.query_label - data.answers(Gamma)) ** 2


@guarded
def ridge_from_features(
    features: ArrayLike, y: ArrayLike, query_features: ArrayLike, *, penalty: float
) -> FloatArray:
    r"""Ridge regression of y on features, evaluated at queries.

    Solved in the smaller of the two spaces: with :math:`\Phi^\top\Phi+n\lambda` (m x m) or
    :math:`\Phi\Phi^\top+n\lambda` (n x n).

    Parameters
    ----------
    features : array (n, m)
    y : array (n,)
    query_features : array (q, m)
    penalty : float
        :math:`\lambda>0`, beside the mean of squares.

    Returns
    -------
    array (q,)
    """
    features = check_array(features, "features", (None, None))
    n, m = features.shape
    y = check_array(y, "y", (n,))
    query = check_array(query_features, "query_features", (None, m))
    shift = n * check_number(penalty, "penalty", low=0.0, strict=True)
    wide = n < m
    gram = features @ features.T if wide else features.T @ features
    gram.flat[:: gram.shape[0] + 1] += shift
    factor = cho_factor(gram, lower=True, overwrite_a=True)
    if wide:
        return query @ (features.T @ cho_solve(factor, y))
    return query @ cho_solve(factor, features.T @ y)


@guarded
def prompt_ridge(
    prompts: Prompts, weights: ArrayLike, *, bias: ArrayLike, penalty: float
) -> FloatArray:
    r"""Ridge within every prompt on the network's features, at the prompt's query, shape (T,)."""
    X, y, query, *_ = check_prompts(prompts, "prompts")
    query = network_features(query, weights, bias=bias)
    return np.array(
        [
            ridge_from_features(
                network_features(X[t], weights, bias=bias), y[t], query[t : t + 1], penalty=penalty
            )[0]
            for t in range(X.shape[0])
        ]
    )


@guarded
def pooled_ridge_matrix(
    X: ArrayLike, weights: ArrayLike, *, bias: ArrayLike, penalty: float, chunk: int = 2**14
) -> FloatArray:
    r""":math:`(\frac1N\sum_{i\le N}\phi(x_i)\phi(x_i)^\top+\lambda I)^{-1}`, shape (m, m).

    ``X`` (N, d) pools the inputs of all prompts; use the result as :math:`\Gamma`.
    """
    X = check_array(X, "X", (None, None))
    penalty = check_number(penalty, "penalty", low=0.0, strict=True)
    chunk = check_integer(chunk, "chunk")
    m = check_array(weights, "weights", (None, X.shape[1])).shape[0]
    moment = np.zeros((m, m))
    for start in range(0, X.shape[0], chunk):
        part = network_features(X[start : start + chunk], weights, bias=bias)
        moment += part.T @ part
    moment /= X.shape[0]
    moment.flat[:: m + 1] += penalty
    inverse = cho_solve(cho_factor(moment, lower=True, overwrite_a=True), np.eye(m))
    return 0.5 * (inverse + inverse.T)
