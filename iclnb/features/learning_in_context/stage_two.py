r"""Stage II: ridge regression for the matrix of linear attention, by three routes.

Prompt t enters through its correlation with the features and through the features of its query,

.. math:: g_t=\frac1n\sum_iy_{ti}\phi(x_{ti})\in R^m,\qquad f_t=\phi(x_{tq})\in R^m,

and :math:`\hat y_t=g_t^\top\Gamma f_t`. The matrix minimises (slides, stage 2)

.. math:: \frac1T\sum_t(y_t-g_t^\top\Gamma f_t)^2+\lambda\lVert\Gamma\rVert_F^2 .

* primal: the normal equations of size :math:`m^2`, for small m;
* dual: :math:`\Gamma=G^\top\mathrm{diag}(\alpha)F`,
  :math:`\alpha=((GG^\top)\circ(FF^\top)+\lambda TI)^{-1}y`, by Cholesky, for small T;
* iterative: conjugate gradients on the primal equations without forming them, preconditioned by
  :math:`\Gamma\mapsto T\,S_g\Gamma S_f+\lambda T\Gamma`, :math:`S_g=G^\top G/T`,
  :math:`S_f=F^\top F/T`, inverted in the eigenbases. The query is independent of the prompt, hence
  :math:`E[(g\otimes f)(g\otimes f)^\top]=E[gg^\top]\otimes E[ff^\top]` exactly.

Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve, eigh

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.features.one_gradient_step.tasks import (
    SingleIndexTasks,
    sample_single_index_prompts,
    sample_tasks,
)
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, Prompts, check_attention_data, check_prompts

__all__ = [
    "IterativeRidge",
    "network_data",
    "network_features",
    "ridge_dual",
    "ridge_iterative",
    "ridge_objective",
    "ridge_primal",
    "sample_network_data",
]


@guarded
def network_features(X: ArrayLike, weights: ArrayLike, *, bias: ArrayLike) -> FloatArray:
    r""":math:`\phi(x)=\max(Wx+b,0)`: X (..., d), weights (m, d), bias (m,) to (..., m)."""
    w = check_array(weights, "weights", (None, None))
    X = check_array(X, "X")
    if X.ndim == 0 or X.shape[-1] != w.shape[1]:
        raise ValueError(f"X must have {w.shape[1]} entries on its last axis, got {X.shape}")
    b = check_array(bias, "bias")
    if b.shape not in ((), w.shape[:1]):
        raise ValueError(f"bias must be a number or of shape {w.shape[:1]}")
    out = X @ w.T
    out += b
    return np.maximum(out, 0.0, out=out)


@guarded
def network_data(prompts: Prompts, weights: ArrayLike, *, bias: ArrayLike) -> AttentionData:
    """Keys, queries and labels of given prompts, in the features of the network."""
    prompts = check_prompts(prompts, "prompts", needs=("query", "query_label"))
    features = network_features(prompts.X, weights, bias=bias)
    keys = np.matmul(prompts.y[:, None, :], features)[:, 0] / prompts.X.shape[1]
    queries = network_features(prompts.query, weights, bias=bias)
    return AttentionData(keys, queries, prompts.query_label, prompts.target)


@guarded
def sample_network_data(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    n_tasks: int,
    prompt_length: int,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
    chunk: int = 2**14,
) -> AttentionData:
    """:func:`network_data` of fresh prompts, one for each task, a chunk at a time."""
    n_tasks = check_integer(n_tasks, "n_tasks")
    prompt_length = check_integer(prompt_length, "prompt_length")
    chunk = max(1, check_integer(chunk, "chunk") // prompt_length)
    parts = []
    for start in range(0, n_tasks, chunk):
        drawn = sample_tasks(tasks, min(chunk, n_tasks - start), task_rng)
        prompts = sample_single_index_prompts(
            tasks, drawn, prompt_length, input_rng=input_rng, noise_rng=noise_rng
        )
        parts.append(network_data(prompts, weights, bias=bias))
    return AttentionData(*(np.concatenate(column) for column in zip(*parts)))


def _checked(
    data: AttentionData, penalty: float
) -> tuple[tuple[FloatArray, FloatArray, FloatArray], float]:
    G, F, y, _ = check_attention_data(data, "data")
    return (G, F, y), check_number(penalty, "penalty", low=0.0, strict=True)


@guarded
def ridge_objective(data: AttentionData, Gamma: ArrayLike, *, penalty: float) -> float:
    r""":math:`\frac1T\sum_t(y_t-g_t^\top\Gamma f_t)^2+\lambda\lVert\Gamma\rVert_F^2`."""
    (G, F, y), penalty = _checked(data, penalty)
    Gamma = check_array(Gamma, "Gamma", (G.shape[1], F.shape[1]))
    residual = y - np.sum((G @ Gamma) * F, axis=1)
    return float(np.mean(residual**2) + penalty * np.sum(Gamma**2))


@guarded
def ridge_primal(data: AttentionData, *, penalty: float) -> FloatArray:
    r"""Ridge by the :math:`m^2\times m^2` normal equations: memory :math:`m^4`, so for small m.

    Parameters
    ----------
    data : AttentionData
    penalty : float
        :math:`\lambda>0`, beside the mean of squares.

    Returns
    -------
    array (m, m)
        :math:`\Gamma`, the correlation (key) on its left.
    """
    (G, F, y), penalty = _checked(data, penalty)
    design = (G[:, :, None] * F[:, None, :]).reshape(G.shape[0], -1)
    normal = design.T @ design
    normal.flat[:: normal.shape[0] + 1] += penalty * G.shape[0]
    solution = cho_solve(cho_factor(normal, lower=True, overwrite_a=True), design.T @ y)
    return solution.reshape(G.shape[1], F.shape[1])


@guarded
def ridge_dual(data: AttentionData, *, penalty: float) -> FloatArray:
    """Ridge by the T x T kernel of the prompts and Cholesky; see :func:`ridge_primal`."""
    (G, F, y), penalty = _checked(data, penalty)
    kernel = (G @ G.T) * (F @ F.T)
    kernel.flat[:: kernel.shape[0] + 1] += penalty * G.shape[0]
    alpha = cho_solve(cho_factor(kernel, lower=True, overwrite_a=True), y)
    return (G * alpha[:, None]).T @ F


class IterativeRidge(NamedTuple):
    """Solution (m, m), number of iterations, and relative residual of the normal equations."""

    Gamma: FloatArray
    iterations: int
    residual: float


@guarded
def ridge_iterative(
    data: AttentionData,
    *,
    penalty: float,
    tol: float = 1e-8,
    iterations: int = 1000,
    precondition: bool = True,
) -> IterativeRidge:
    """Ridge by (preconditioned) conjugate gradients; see :func:`ridge_primal`.

    Parameters
    ----------
    tol : float
        Stop when the residual of the normal equations falls below this share of their right side.
    iterations : int
        Iterations after which to give up.
    precondition : bool
        With the Kronecker preconditioner of the module, or plain.

    Raises
    ------
    RuntimeError
        If the tolerance is not reached.
    """
    (G, F, y), penalty = _checked(data, penalty)
    tol = check_number(tol, "tol", low=0.0, high=1.0, strict=True)
    iterations = check_integer(iterations, "iterations")
    T = G.shape[0]
    right = (G * y[:, None]).T @ F
    scale = np.linalg.norm(right)
    solution = np.zeros_like(right)
    if scale == 0:
        return IterativeRidge(solution, 0, 0.0)
    if precondition:
        left_values, left = eigh(G.T @ G / T)
        right_values, turn = eigh(F.T @ F / T)
        outer = np.maximum(left_values, 0.0)[:, None] * np.maximum(right_values, 0.0)[None, :]
        divisor = T * (outer + penalty)

    def apply(matrix: FloatArray) -> FloatArray:
        return (G * np.sum((G @ matrix) * F, axis=1)[:, None]).T @ F + penalty * T * matrix

    def solve(matrix: FloatArray) -> FloatArray:
        if not precondition:
            return matrix.copy()  # the residual itself is changed in place
        return left @ ((left.T @ matrix @ turn) / divisor) @ turn.T

    residual = right.copy()
    direction = solved = solve(residual)
    inner = np.sum(residual * solved)
    for count in range(1, iterations + 1):
        image = apply(direction)
        rate = inner / np.sum(direction * image)
        solution += rate * direction
        residual -= rate * image
        size = float(np.linalg.norm(residual) / scale)
        if size <= tol:
            return IterativeRidge(solution, count, size)
        solved = solve(residual)
        inner, before = np.sum(residual * solved), inner
        direction = solved + (inner / before) * direction
    raise RuntimeError(
        f"conjugate gradients reached {size:.2e} after {iterations} iterations: raise tol or"
        " iterations"
    )
