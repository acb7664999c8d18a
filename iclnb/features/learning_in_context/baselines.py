r"""Learning a task from its prompt alone: kernel ridge regression and a two-layer network.

Kernel ridge: :math:`\hat y(x)=k(x,X)(k(X,X)+n\lambda I)^{-1}y`. A polynomial kernel of degree P
holds every polynomial of degree P in d variables, so without noise it interpolates once
:math:`n\ge\binom{d+P}P`: its cost in d.

Two-layer network: one large gradient step on the first layer, then ridge for the second (after
Damian et al. 2022 and Ba et al. 2022, known second-hand). With signs :math:`a_j` and unit start,

.. math:: w_j=\eta\,a_j\frac1n\sum_iy_i1\{\langle w_j^0,x_i\rangle+b_j^0>0\}x_i .
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step.hermite import evaluate_hermite
from iclnb.features.one_gradient_step.tasks import (
    SingleIndexTasks,
    sample_single_index_prompts,
    sample_tasks,
)
from iclnb.kinds import guarded

from .prediction import ridge_from_features
from .stage_two import network_features

Kernel = Callable[[FloatArray, FloatArray], FloatArray]
Learner = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]

__all__ = [
    "Kernel",
    "Learner",
    "big_step_network",
    "gaussian_kernel",
    "kernel_lower_bound",
    "kernel_ridge",
    "learner_errors",
    "polynomial_dimension",
    "polynomial_kernel",
]


@guarded
def polynomial_kernel(degree: int) -> Kernel:
    r""":math:`k(x,x')=(1+\langle x,x'\rangle/d)^p`."""
    degree = check_integer(degree, "degree")
    return lambda x, z: (1 + x @ z.T / x.shape[1]) ** degree


@guarded
def gaussian_kernel(length: float = 1.0) -> Kernel:
    r""":math:`k(x,x')=\exp(-|x-x'|^2/(2d\ell^2))` with :math:`\ell>0`."""
    length = check_number(length, "length", low=0.0, strict=True)

    def kernel(x: FloatArray, z: FloatArray) -> FloatArray:
        origin = z.mean(axis=0)  # the expanded square loses the digits of what both have in common
        x, z = x - origin, z - origin
        square = np.sum(x**2, 1)[:, None] + np.sum(z**2, 1)[None, :] - 2 * x @ z.T
        return np.exp(-np.maximum(square, 0.0) / (2 * x.shape[1] * length**2))

    return kernel


@guarded
def polynomial_dimension(d: int, degree: int) -> int:
    r"""Polynomials of degree P in d variables: :math:`\binom{d+P}P`."""
    d, degree = check_integer(d, "d"), check_integer(degree, "degree", least=0)
    return math.comb(d + degree, degree)


@guarded
def kernel_ridge(
    kernel: Kernel, X: ArrayLike, y: ArrayLike, query: ArrayLike, *, penalty: float
) -> FloatArray:
    r"""Kernel ridge regression, evaluated at queries.

    Parameters
    ----------
    kernel : callable
        (n, d), (q, d) to (n, q).
    X, y, query : arrays (n, d), (n,), (q, d)
    penalty : float
        :math:`\lambda>0`, beside the mean of squares.

    Returns
    -------
    array (q,)
    """
    X = check_array(X, "X", (None, None))
    y = check_array(y, "y", (X.shape[0],))
    query = check_array(query, "query", (None, X.shape[1]))
    penalty = check_number(penalty, "penalty", low=0.0, strict=True)
    gram = np.array(kernel(X, X))
    gram.flat[:: gram.shape[0] + 1] += X.shape[0] * penalty
    return kernel(query, X) @ cho_solve(cho_factor(gram, lower=True, overwrite_a=True), y)


@guarded
def kernel_lower_bound(d: int, prompt_length: int) -> float:
    r"""What every kernel method with a rotation-invariant kernel loses on :math:`\mathrm{He}_2`.

    For the tasks :math:`\mathrm{He}_2(\langle\beta,x\rangle)/\sqrt2`, without noise,

    .. math:: R\ge\Big(1-\frac1d\Big)\max\Big(0,1-\frac{n-1}{d(d+1)/2-1}\Big),

    whatever the kernel and the penalty. The answer lies in the span of :math:`k(x_i,\cdot)`, n
    functions that do not depend on the labels. By invariance the subspace of the tasks may be taken
    at random, so that :math:`\beta` is uniform on the whole sphere; then one direction of function
    space has the share 1/d of :math:`E[FF^\top]`, and the rest is spread evenly over
    :math:`d(d+1)/2-1` others. Derived here; the rate :math:`d^2` is classical.
    """
    d, prompt_length = check_integer(d, "d", least=2), check_integer(prompt_length, "prompt_length")
    return (1 - 1 / d) * max(0.0, 1 - (prompt_length - 1) / (d * (d + 1) / 2 - 1))


@guarded
def learner_errors(
    tasks: SingleIndexTasks,
    learner: Learner,
    *,
    prompt_length: int,
    n_prompts: int,
    n_queries: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Mean squared errors of a learner that sees nothing but one prompt, shape (prompts,).

    Parameters
    ----------
    learner : callable
        X (n, d), y (n,), queries (q, d) to predictions (q,).
    prompt_length, n_prompts, n_queries : int
        Examples in a prompt, prompts (a fresh task each), and queries for each prompt.
    rng : Generator
        Tasks, inputs and noise; three streams are spawned. The queries' noise is not counted.
    """
    prompt_length, n_queries = (
        check_integer(prompt_length, "prompt_length"),
        check_integer(n_queries, "n_queries"),
    )
    task_rng, input_rng, noise_rng = check_generator(rng, "rng").spawn(3)
    errors = np.empty(check_integer(n_prompts, "n_prompts"))
    for t in range(errors.size):
        drawn = sample_tasks(tasks, 1, task_rng)
        prompt = sample_single_index_prompts(
            tasks, drawn, prompt_length, input_rng=input_rng, noise_rng=noise_rng
        )
        at = input_rng.standard_normal((n_queries, tasks.d))
        truth = evaluate_hermite(drawn.coefficients[0], at @ drawn.directions[0])
        errors[t] = np.mean((learner(prompt.X[0], prompt.y[0], at) - truth) ** 2)
    return errors


@guarded
def big_step_network(
    X: ArrayLike,
    y: ArrayLike,
    query: ArrayLike,
    *,
    neurons: int,
    penalty: float,
    rng: np.random.Generator,
    rms: float = 1.0,
    bias_range: float = 1.0,
) -> FloatArray:
    r"""Two-layer ReLU network: one large step on the first layer, ridge for the second.

    Parameters
    ----------
    X, y, query : arrays (n, d), (n,), (q, d)
    neurons : int
        Neurons m.
    penalty : float
        Ridge penalty of the second layer, positive.
    rng : Generator
        Start, signs, and the biases, uniform in ``[-bias_range, bias_range]`` before and, drawn
        anew, after the step.
    rms : float
        Root mean square norm of the rows after the step; it stands for the step size.

    Returns
    -------
    array (q,)

    Raises
    ------
    ValueError
        If an argument is out of its domain or the gradient vanishes.
    """
    X = check_array(X, "X", (None, None))
    n, d = X.shape
    y = check_array(y, "y", (n,))
    query = check_array(query, "query", (None, d))
    neurons = check_integer(neurons, "neurons")
    rms = check_number(rms, "rms", low=0.0, strict=True)
    bias_range = check_number(bias_range, "bias_range", low=0.0)
    check_number(penalty, "penalty", low=0.0, strict=True)
    check_generator(rng, "rng")
    start = sphere_rows(neurons, d, rng)
    signs = rng.choice((-1.0, 1.0), neurons)
    bias = rng.uniform(-bias_range, bias_range, neurons)
    step = signs[:, None] * (((X @ start.T + bias) > 0) * y[:, None]).T @ X / n
    size = np.sqrt(np.mean(np.sum(step**2, axis=1)))
    if size == 0:
        raise ValueError("the gradient of the first layer vanishes")
    weights = step * (rms / size)
    bias = rng.uniform(-bias_range, bias_range, neurons)
    return ridge_from_features(
        network_features(X, weights, bias=bias), y,
        network_features(query, weights, bias=bias), penalty=penalty,
    )  # fmt: skip
