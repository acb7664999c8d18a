r"""The gradient of stage I with inputs shared by several tasks: unbiased, and much cheaper.

K tasks read the same inputs :math:`x_1,\dots,x_n`, each with labels and with a query of its own:

.. math:: \nabla_{w_j}=-\frac{2\gamma_j}{K}\Big[\frac1n\sum_i1\{w_j^\top x_i+b_j>0\}\,x_i
   \sum_ky_{ki}e_k\phi_j(x_{kq})+\sum_ke_kA_{kj}1\{w_j^\top x_{kq}+b_j>0\}x_{kq}\Big],

so that two products of size n m d and two of size n K m replace K times two of size n m d.

Sampling law. Each task, taken alone, has exactly the law of an independent prompt, so the expected
gradient is the same. Tasks of one group are independent given their inputs, but share these: the
covariance of the estimate has, beside the :math:`1/T_1` of independent prompts, a term of order
:math:`K/(nT_1)` from pairs of tasks in one group, which signal-free directions feel as well. Groups
are independent. Not the procedure of the paper, which draws all inputs afresh.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer

from .gradient import check_network
from .hermite import evaluate_hermite
from .tasks import SingleIndexTasks, noisy, sample_tasks

__all__ = ["shared_design_gradient", "shared_prompt_gradient"]


def shared_prompt_gradient(
    X: ArrayLike,
    labels: ArrayLike,
    queries: ArrayLike,
    targets: ArrayLike,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    gamma: ArrayLike,
    keep_prediction: bool = False,
) -> FloatArray:
    """Mean gradient of K tasks on the same inputs, shape (m, d).

    Parameters
    ----------
    X : array (n, d)
        Inputs of all K prompts.
    labels : array (K, n)
        Labels, one task a row.
    queries : array (K, d)
    targets : array (K,)
    weights, bias, gamma, keep_prediction
        As in :func:`~.gradient.prompt_gradient`.
    """
    X = check_array(X, "X", (None, None))
    n, d = X.shape
    labels = check_array(labels, "labels", (None, n))
    K = labels.shape[0]
    queries = check_array(queries, "queries", (K, d))
    targets = check_array(targets, "targets", (K,))
    net = check_network(weights, bias, gamma, d)
    active = X @ net.weights.T + net.bias
    at_query = queries @ net.weights.T + net.bias
    query_features = np.maximum(at_query, 0.0)
    mean = labels @ np.maximum(active, 0.0) / n
    residual = targets
    if keep_prediction:
        residual = targets - (mean * query_features) @ net.gamma
    coefficients = labels.T @ (residual[:, None] * query_features)
    total = np.where(active > 0, coefficients, 0.0).T @ X / n
    total += np.where(at_query > 0, residual[:, None] * mean, 0.0).T @ queries
    return -2 * net.gamma[:, None] * total / K


def shared_design_gradient(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    gamma: ArrayLike,
    T1: int,
    n: int,
    group: int,
    task_rng: np.random.Generator,
    data_rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
    keep_prediction: bool = False,
) -> FloatArray:
    """Gradient over ``T1`` tasks in groups of ``group`` that share their inputs, shape (m, d).

    The last group holds what remains. ``group=1`` is the estimator with independent prompts. The
    other arguments are those of :func:`~.gradient.streamed_gradient`.
    """
    T1, n, group = (
        check_integer(T1, "T1"), check_integer(n, "n"), check_integer(group, "group"),
    )  # fmt: skip
    check_generator(data_rng, "data_rng")
    net = check_network(weights, bias, gamma, tasks.d)
    total = np.zeros(net.weights.shape)
    for start in range(0, T1, group):
        size = min(group, T1 - start)
        drawn = sample_tasks(tasks, size, task_rng)
        X = data_rng.standard_normal((n, tasks.d))
        queries = data_rng.standard_normal((size, tasks.d))
        index = np.column_stack([drawn.directions @ X.T, np.sum(drawn.directions * queries, 1)])
        labels = evaluate_hermite(drawn.coefficients[:, None, :], index)
        labels = noisy(labels, tasks.noise, noise_rng)
        total += size * shared_prompt_gradient(
            X, labels[:, :n], queries, labels[:, n], net.weights,
            bias=net.bias, gamma=net.gamma, keep_prediction=keep_prediction,
        )  # fmt: skip
    return total / T1
