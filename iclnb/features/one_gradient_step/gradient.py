r"""The gradient of stage I on sampled prompts, two matrix products a chunk.

For prompts t = 1..T of n examples, :math:`\phi=\max(Wx+b,0)`, :math:`\Gamma=\mathrm{diag}(\gamma)`,
:math:`A_{tj}=\frac1n\sum_iy_{ti}\phi_j(x_{ti})`, :math:`f_t=\sum_j\gamma_jA_{tj}\phi_j(x_{tq})`,

.. math:: \nabla_{w_j}\frac1T\sum_t(y_{tq}-f_t)^2=-\frac{2\gamma_j}T\sum_te_t\Big[
   \phi_j(x_{tq})\tfrac1n\sum_iy_{ti}1\{w_j^\top x_{ti}+b_j>0\}x_{ti}
   +A_{tj}1\{w_j^\top x_{tq}+b_j>0\}x_{tq}\Big],

with the residual :math:`e_t=y_{tq}-f_t`, or :math:`e_t=y_{tq}` when the prediction is dropped (the
limit of small :math:`\gamma`). All examples of a chunk of tasks pass through one product with
:math:`W^\top`, and one product with the inputs sums them up: the memory does not depend on T.
Derived here; automatic differentiation agrees (tests).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts, check_prompts

from .tasks import SingleIndexTasks, sample_single_index_prompts, sample_tasks

__all__ = ["Network", "first_step", "prompt_gradient", "streamed_gradient"]


class Network(NamedTuple):
    """Checked weights (m, d), biases (m,) and diagonal of Gamma (m,)."""

    weights: FloatArray
    bias: FloatArray
    Gamma_diagonal: FloatArray


_PIECE = 2**20
"""Numbers that :func:`prompt_gradient` holds at a time: features of examples, or of gradients."""


def check_network(
    weights: ArrayLike, bias: ArrayLike, Gamma_diagonal: ArrayLike, d: int
) -> Network:
    """Return the network, numbers broadcast to all neurons, or raise ValueError."""
    w = check_array(weights, "weights", (None, d))
    b, g = check_array(bias, "bias"), check_array(Gamma_diagonal, "Gamma_diagonal")
    for name, value in (("bias", b), ("Gamma_diagonal", g)):
        if value.shape not in ((), w.shape[:1]):
            raise ValueError(f"{name} must be a number or of shape {w.shape[:1]}")
    return Network(w, np.broadcast_to(b, w.shape[:1]), np.broadcast_to(g, w.shape[:1]))


@guarded
def prompt_gradient(
    prompts: Prompts,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma_diagonal: ArrayLike,
    keep_prediction: bool = False,
) -> FloatArray:
    """Mean gradient over the given prompts, shape (m, d); see the module for the formula.

    Parameters
    ----------
    prompts : Prompts
        X (T, n, d), y (T, n), queries (T, d), targets (T,).
    weights : array (m, d)
    bias, Gamma_diagonal : array (m,) or a number
    keep_prediction : bool
        Residual y_q - f, or y_q alone (default).

    Raises
    ------
    ValueError
        If shapes do not agree or a value is not finite.
    """
    prompts = check_prompts(prompts, "prompts", needs=("query", "query_label"))
    X, y, query, query_label, *_ = prompts
    net = check_network(weights, bias, Gamma_diagonal, X.shape[2])
    total = np.zeros(net.weights.shape)
    piece = max(1, _PIECE // max(X.shape[1] * len(net.weights), net.weights.size))
    for start in range(0, len(X), piece):
        here = slice(start, start + piece)
        total += _summed(net, X[here], y[here], query[here], query_label[here], keep_prediction)
    return -2 * net.Gamma_diagonal[:, None] * total / len(X)


def _summed(
    net: Network,
    X: FloatArray,
    y: FloatArray,
    query: FloatArray,
    query_label: FloatArray,
    keep_prediction: bool,
) -> FloatArray:
    """Sum over prompts, before the factor of the outer weights.

    The labels of the inputs that a neuron sees, times these inputs, give both the neuron's mean
    feature and its gradient: one product a prompt, and no feature of an example is formed.
    """
    n = X.shape[1]
    labels = np.multiply(-net.bias < X @ net.weights.T, y[:, :, None])
    pulled = np.matmul(labels.transpose(0, 2, 1), X) / n
    mean = np.einsum("tjd,jd->tj", pulled, net.weights) + net.bias * labels.mean(axis=1)
    at_query = query @ net.weights.T + net.bias
    query_features = np.maximum(at_query, 0.0)
    residual = query_label
    if keep_prediction:
        residual = query_label - (mean * query_features) @ net.Gamma_diagonal
    total = np.einsum("tj,tjd->jd", residual[:, None] * query_features, pulled)
    return total + np.where(at_query > 0, residual[:, None] * mean, 0.0).T @ query


@guarded
def streamed_gradient(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma_diagonal: ArrayLike,
    n_tasks: int,
    prompt_length: int,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
    keep_prediction: bool = False,
    chunk: int = 2**14,
) -> FloatArray:
    r"""Gradient over fresh tasks with one prompt each, shape (m, d).

    Parameters
    ----------
    n_tasks, prompt_length : int
        Tasks and examples a prompt, at least one.
    task_rng, input_rng, noise_rng : Generator
        Directions and links; inputs; label noise (read only if there is noise).
    keep_prediction : bool
        Residual y_q - f, or y_q alone (default).
    chunk : int
        Examples held at a time (at least one prompt). Changes the rounding, and which numbers a
        task is made of, but no law.
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    prompt_length = check_integer(prompt_length, "prompt_length")
    chunk = max(1, check_integer(chunk, "chunk") // prompt_length)
    net = check_network(weights, bias, Gamma_diagonal, tasks.d)
    check_generator(task_rng, "task_rng")
    total = np.zeros(net.weights.shape)
    for start in range(0, n_tasks, chunk):
        size = min(chunk, n_tasks - start)
        drawn = sample_tasks(tasks, size, task_rng)
        prompts = sample_single_index_prompts(
            tasks, drawn, prompt_length, input_rng=input_rng, noise_rng=noise_rng
        )
        total += size * prompt_gradient(
            prompts,
            net.weights,
            bias=net.bias,
            Gamma_diagonal=net.Gamma_diagonal,
            keep_prediction=keep_prediction,
        )
    return total / n_tasks


@guarded
def first_step(
    weights: ArrayLike,
    gradient: ArrayLike,
    *,
    step_size: float | None = None,
    decay: float | None = None,
    rms: float | None = None,
) -> FloatArray:
    r"""Weights after stage I.

    :math:`W-\eta_1(G+\lambda_1W)`; the default decay :math:`\lambda_1=1/\eta_1` cancels the start
    and leaves :math:`-\eta_1G`. Instead of a step size, ``rms`` chooses it such that the root mean
    square of the row norms of :math:`-\eta_1G` is ``rms``; then ``decay`` must not be given.

    Raises
    ------
    ValueError
        If not exactly one of ``step_size`` and ``rms`` is given, or ``rms`` with a zero gradient.
    """
    w = check_array(weights, "weights", (None, None))
    g = check_array(gradient, "gradient", w.shape)
    if (step_size is None) == (rms is None):
        raise ValueError("exactly one of step_size and rms must be given")
    if rms is not None:
        if decay is not None:
            raise ValueError("decay must not be given beside rms")
        size = np.sqrt(np.mean(np.sum(g**2, axis=1)))
        if size == 0:
            raise ValueError("gradient must not be zero when rms is given")
        return -g * (check_number(rms, "rms", low=0.0, strict=True) / size)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    if decay is None:
        return -step_size * g
    return w - step_size * (g + check_number(decay, "decay", low=0.0) * w)
