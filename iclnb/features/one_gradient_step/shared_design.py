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
from iclnb.kinds import guarded

from .gradient import check_network
from .hermite import evaluate_hermite
from .tasks import SingleIndexTasks, noisy, sample_tasks

__all__ = ["shared_design_gradient", "shared_prompt_gradient"]


@guarded
def shared_prompt_gradient(
    X: ArrayLike,
    y: ArrayLike,
    query: ArrayLike,
    query_label: ArrayLike,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma_diagonal: ArrayLike,
    keep_prediction: bool = False,
) -> FloatArray:
    """Mean gradient of K tasks on the same inputs, shape (m, d).

    Parameters
    ----------
    X : array (n, d)
        Inputs of all K prompts.
    y : array (K, n)
        Labels, one task a row.
    query : array (K, d)
    query_label : array (K,)
    weights, bias, Gamma_diagonal, keep_prediction
        As in :func:`~.gradient.prompt_gradient`.
    """
    X = check_array(X, "X", (None, None))
    prompt_length, d = X.shape
    y = check_array(y, "y", (None, prompt_length))
    K = y.shape[0]
    query = check_array(query, "query", (K, d))
    query_label = check_array(query_label, "query_label", (K,))
    net = check_network(weights, bias, Gamma_diagonal, d)
    active = X @ net.weights.T + net.bias
    at_query = query @ net.weights.T + net.bias
    query_features = np.maximum(at_query, 0.0)
    mean = y @ np.maximum(active, 0.0) / prompt_length
    residual = query_label
    if keep_prediction:
        residual = query_label - (mean * query_features) @ net.Gamma_diagonal
    coefficients = y.T @ (residual[:, None] * query_features)
    total = np.where(active > 0, coefficients, 0.0).T @ X / prompt_length
    total += np.where(at_query > 0, residual[:, None] * mean, 0.0).T @ query
    return -2 * net.Gamma_diagonal[:, None] * total / K


@guarded
def shared_design_gradient(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma_diagonal: ArrayLike,
    n_tasks: int,
    prompt_length: int,
    group: int,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
    keep_prediction: bool = False,
) -> FloatArray:
    """Gradient over ``n_tasks`` tasks in groups of ``group`` that share their inputs, shape (m, d).

    The last group holds what remains. ``group=1`` is the estimator with independent prompts. The
    other arguments are those of :func:`~.gradient.streamed_gradient`.
    """
    n_tasks, group = check_integer(n_tasks, "n_tasks"), check_integer(group, "group")
    prompt_length = check_integer(prompt_length, "prompt_length")
    check_generator(input_rng, "input_rng")
    net = check_network(weights, bias, Gamma_diagonal, tasks.d)
    total = np.zeros(net.weights.shape)
    for start in range(0, n_tasks, group):
        size = min(group, n_tasks - start)
        drawn = sample_tasks(tasks, size, task_rng)
        X = input_rng.standard_normal((prompt_length, tasks.d))
        query = input_rng.standard_normal((size, tasks.d))
        index = np.column_stack([drawn.directions @ X.T, np.sum(drawn.directions * query, 1)])
        y = evaluate_hermite(drawn.coefficients[:, None, :], index)
        y = noisy(y, tasks.noise, noise_rng)
        total += size * shared_prompt_gradient(
            X, y[:, :prompt_length], query, y[:, prompt_length], net.weights,
            bias=net.bias, Gamma_diagonal=net.Gamma_diagonal, keep_prediction=keep_prediction,
        )  # fmt: skip
    return total / n_tasks
