r"""In-context regression with linear attention, and the number prompt of the slides.

A prompt holds :math:`n` examples :math:`(x_i, y_i)` and a query :math:`x_q`. Linear attention
answers

.. math::
    \hat y(\Gamma) = \frac1n \sum_{i=1}^n y_i\, x_i^\top \Gamma\, x_q = c^\top \Gamma x_q ,
    \qquad S = X^\top X/n , \quad c = X^\top y/n ,

and each method of this module is one choice of the matrix :math:`\Gamma`: least squares
:math:`S^{-1}`, ridge regression :math:`(S + P/n)^{-1}`, and :math:`L` gradient steps
:math:`\eta \sum_{l<L} (I - \eta S)^l`.

Where the :math:`1/n` stands: since :math:`(X^\top X + P)^{-1} = \frac1n (S + P/n)^{-1}`,

.. math::
    y^\top X (X^\top X + P)^{-1} x_q = \frac1n \sum_i y_i\, x_i^\top (S + P/n)^{-1} x_q .

With :math:`P = n\Lambda` this is the display of the slides on the ICL risk (Suzuki 2024), and it is
right. Their later display on stage 2 of the single-index algorithm multiplies a normalised inverse,
:math:`(\cdot/n + \lambda I)^{-1}`, by the sum :math:`\sum_i y_i x_i` where the mean is meant: it
lacks this :math:`1/n` and is :math:`n` times too large.

Not covered: features other than the inputs themselves, softmax, and how :math:`\Gamma` is learnt. A
:math:`\Gamma` computed from the prompt is what a pretrained :math:`\Gamma` stands in for.
"""

from operator import index
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve_triangular

Array = NDArray[np.float64]


class NumberPrompt(NamedTuple):
    """Examples ``X`` (5, 2) with labels ``y`` (5,), and the ``query`` (2,)."""

    X: Array
    y: Array
    query: Array


def number_prompt() -> NumberPrompt:
    """Return the prompt 1,1 -> 2; 2,3 -> 5; 8,13 -> 21; 6,0 -> 6; 10,1 -> 11; 5,27 -> ?

    Each label is the sum of its two numbers, so the sought answer is 32. Source: slides, page
    "In-context learning".
    """
    X = np.array([[1.0, 1.0], [2.0, 3.0], [8.0, 13.0], [6.0, 0.0], [10.0, 1.0]])
    y = np.array([2.0, 5.0, 21.0, 6.0, 11.0])
    return NumberPrompt(X, y, np.array([5.0, 27.0]))


def linear_attention(X: ArrayLike, y: ArrayLike, query: ArrayLike, Gamma: ArrayLike) -> Array:
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
    X, y, query = _prompt(X, y, query)
    Gamma = _real(Gamma, "Gamma", (X.shape[1], X.shape[1]))
    return query @ (Gamma.T @ (X.T @ y)) / len(X)


def least_squares_gamma(X: ArrayLike) -> Array:
    r"""Matrix of least squares, :math:`\Gamma = (X^\top X/n)^{-1}`.

    It is :func:`ridge_gamma` without a penalty: ``X`` of shape (n, d) must have full column rank,
    the result of shape (d, d) is symmetric and positive definite, the errors are the same. Derived
    here: the normal equations, divided by :math:`n`.
    """
    return ridge_gamma(X, penalty=0.0)


def ridge_gamma(X: ArrayLike, *, penalty: ArrayLike) -> Array:
    r"""Matrix of ridge regression, :math:`\Gamma = (X^\top X/n + P/n)^{-1}`.

    The penalty stands beside the *sum* of squares,
    :math:`\sum_i (y_i - w^\top x_i)^2 + w^\top P w`. In the form of the slides
    :math:`P = n\Lambda`, so that :math:`\Gamma = (X^\top X/n + \Lambda)^{-1}`.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Inputs of the examples.
    penalty : float or array_like, shape (d, d)
        :math:`P`, symmetric positive semidefinite; a number means that multiple of the identity.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric and positive definite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, or :math:`X^\top X + P` is singular.

    Notes
    -----
    Source: slides, page on the ICL risk. Computed from the triangular factor of :math:`X` stacked
    on a root of :math:`P`, so that :math:`X^\top X` is never formed.
    """
    X = _real(X, "X", (None, None))
    stacked = np.vstack([X, _root(penalty, "penalty", X.shape[1]).T])
    if np.linalg.matrix_rank(stacked) < X.shape[1]:
        raise ValueError("X has not full column rank, and the penalty does not make up for it")
    inverse = solve_triangular(np.linalg.qr(stacked, mode="r"), np.eye(X.shape[1]))
    return len(X) * (inverse @ inverse.T)


def ridge_prediction(X: ArrayLike, y: ArrayLike, query: ArrayLike, *, penalty: ArrayLike) -> Array:
    r"""Ridge regression in its textbook form, :math:`y^\top X (X^\top X + P)^{-1} x_q`.

    It equals ``linear_attention(X, y, query, ridge_gamma(X, penalty=P))`` for every prompt.
    Arguments, result and errors as there; it solves the normal equations and knows no
    :math:`\Gamma`.
    """
    X, y, query = _prompt(X, y, query)
    root = _root(penalty, "penalty", X.shape[1])
    gram = X.T @ X + root @ root.T
    if np.linalg.matrix_rank(gram, hermitian=True) < len(gram):
        raise ValueError("X has not full column rank, and the penalty does not make up for it")
    return query @ np.linalg.solve(gram, X.T @ y)


def gradient_descent_gamma(
    X: ArrayLike, *, layers: int, step: float | None = None, preconditioner: ArrayLike = 1.0
) -> Array:
    r"""Matrix of :math:`L` steps of gradient descent from zero.

    Gradient descent on :math:`\frac1{2n}\|y - Xw\|^2`, preconditioned by :math:`M`, is
    :math:`w \leftarrow w + \eta M (c - S w)`. From :math:`w = 0` it reaches
    :math:`w_L = \Gamma_L c` with

    .. math::
        \Gamma_L = \sum_{l<L} (I - \eta M S)^l\, \eta M
          = F U \operatorname{diag}\!\Big(\frac{1 - (1 - \eta e_j)^L}{e_j}\Big) U^\top F^\top ,

    where :math:`M = F F^\top` and :math:`F^\top S F = U \operatorname{diag}(e) U^\top`; a vanishing
    :math:`e_j` contributes :math:`\eta L`. For :math:`M = S^{-1}`, :math:`\eta = 1`, one step is
    least squares.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Inputs of the examples.
    layers : int
        Number of steps :math:`L`, at least 1.
    step : float, optional
        :math:`\eta > 0`; by default :math:`1/\max_j e_j`, that is one over the largest eigenvalue
        of :math:`S` if there is no preconditioner. Above :math:`2/\max_j e_j` the steps diverge.
    preconditioner : float or array_like, shape (d, d)
        :math:`M`, symmetric positive semidefinite; a number means that multiple of the identity.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric and, for steps up to :math:`2/\max_j e_j`, positive semidefinite.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, if the default step is infinite, or if the steps leave the
        range of floating point numbers.

    Notes
    -----
    Source of the reading: von Oswald et al. 2023 (plain) and Ahn et al. 2023 (preconditioned). The
    closed form is derived here.
    """
    X = _real(X, "X", (None, None))
    factor = _root(preconditioner, "preconditioner", X.shape[1])
    _, singular, Vt = np.linalg.svd(np.linalg.qr(X @ factor, mode="r"))
    e = np.zeros(X.shape[1])
    e[: len(singular)] = singular**2 / len(X)
    layers, step = _layers(layers), _step(step, e[0])
    x = step * e
    slow, fast = (x > 0) & (x < 1), x >= 1
    gain = np.full_like(e, step * layers)
    with np.errstate(over="ignore", invalid="ignore"):
        gain[slow] = -np.expm1(layers * np.log1p(-x[slow])) / e[slow]  # no cancellation at small e
        gain[fast] = (1 - (1 - x[fast]) ** layers) / e[fast]
        Gamma = (factor @ Vt.T * gain) @ (factor @ Vt.T).T
    if not np.isfinite(Gamma).all():
        raise ValueError(f"step={step} with layers={layers} leaves the floating point numbers")
    return Gamma


def gradient_descent_forward(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, *, layers: int, step: float | None = None
) -> Array:
    r"""Gradient descent in the forward pass: one layer of linear attention for each step.

    Every layer applies :math:`\Gamma = \eta I` to the residual labels :math:`r`, at first
    :math:`y`, for all tokens:

    .. math::
        \hat y \leftarrow \hat y + \frac{\eta}{n} \sum_j r_j x_j^\top x_q , \qquad
        r_i \leftarrow r_i - \frac{\eta}{n} \sum_j r_j x_j^\top x_i .

    Arguments and errors as in :func:`linear_attention` and :func:`gradient_descent_gamma`. Returns
    the predictions after each layer, shape (L, ...); those after layer :math:`l` are the answers of
    ``gradient_descent_gamma(X, layers=l, step=step)``. Source: the construction of von Oswald et
    al. 2023, in the normalisation of this module.
    """
    X, y, query = _prompt(X, y, query)
    layers, step = _layers(layers), _step(step, np.linalg.norm(X, 2) ** 2 / len(X))
    predictions = np.zeros((layers + 1, *query.shape[:-1]))
    with np.errstate(over="ignore", invalid="ignore"):
        for layer in range(layers):
            update = step * (X.T @ y) / len(X)
            predictions[layer + 1] = predictions[layer] + query @ update
            y = y - X @ update
    if not np.isfinite(predictions).all():
        raise ValueError(f"step={step} with layers={layers} leaves the floating point numbers")
    return predictions[1:]


def _real(value: ArrayLike, name: str, shape: tuple) -> Array:
    """Return the finite real array; in ``shape`` None is any length, a first ``...`` any axes."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers")
    tail = shape[1:] if shape[:1] == (...,) else shape
    axes = array.shape[-len(tail) :] if tail is not shape else array.shape
    fits = len(axes) == len(tail) and all(t in (None, a) for t, a in zip(tail, axes))
    if not fits or array.size == 0:
        expected = str(shape).replace("None", "any").replace("Ellipsis", "...")
        raise ValueError(f"{name} must have shape {expected}, not {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    return array.astype(np.float64)


def _prompt(X: ArrayLike, y: ArrayLike, query: ArrayLike) -> tuple[Array, Array, Array]:
    X = _real(X, "X", (None, None))
    return X, _real(y, "y", (len(X),)), _real(query, "query", (..., X.shape[1]))


def _root(matrix: ArrayLike, name: str, d: int) -> Array:
    """F with F F^T = matrix, which must be symmetric and positive semidefinite."""
    M = _real(matrix, name, () if np.ndim(matrix) == 0 else (d, d))
    M = M * np.eye(d) if M.ndim == 0 else M
    eigenvalues, vectors = np.linalg.eigh(M)
    tolerance = 1e-12 * np.abs(M).max()
    if np.abs(M - M.T).max() > tolerance or eigenvalues[0] < -tolerance:
        raise ValueError(f"{name} must be symmetric and positive semidefinite")
    return vectors * np.sqrt(np.clip(eigenvalues, 0.0, None))


def _layers(layers: int) -> int:
    try:
        count = index(layers)
    except TypeError as error:
        raise TypeError("layers must be an integer") from error
    if isinstance(layers, bool) or count < 1:
        raise ValueError(f"layers must be an integer of at least 1, not {layers}")
    return count


def _step(step: float | None, largest: float) -> float:
    if step is None:
        if largest == 0:
            raise ValueError("step has no default where X vanishes")
        return float(1 / largest)
    value = float(_real(step, "step", ()))
    if value <= 0:
        raise ValueError(f"step must be positive, not {step}")
    return value
