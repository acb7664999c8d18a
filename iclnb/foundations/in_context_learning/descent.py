r"""Gradient descent on the examples of a prompt: one matrix for all steps, or a layer for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.foundations.in_context_learning.arguments import check_step_size, prompt_arrays, psd_root
from iclnb.kinds import guarded


@guarded
def gradient_descent_gamma(
    X: ArrayLike, *, layers: int, step_size: float | None = None, preconditioner: ArrayLike = 1.0
) -> FloatArray:
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
    step_size : float, optional
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
    X = check_array(X, "X", (None, None))
    factor = psd_root(preconditioner, "preconditioner", X.shape[1])
    _, singular, Vt = np.linalg.svd(np.linalg.qr(X @ factor, mode="r"))
    e = np.zeros(X.shape[1])
    e[: len(singular)] = singular**2 / len(X)
    layers, step_size = check_integer(layers, "layers"), check_step_size(step_size, e[0])
    x = step_size * e
    slow, fast = (x > 0) & (x < 1), x >= 1
    gain = np.full_like(e, step_size * layers)
    with np.errstate(over="ignore", invalid="ignore"):
        gain[slow] = -np.expm1(layers * np.log1p(-x[slow])) / e[slow]  # no cancellation at small e
        gain[fast] = (1 - (1 - x[fast]) ** layers) / e[fast]
        Gamma = (factor @ Vt.T * gain) @ (factor @ Vt.T).T
    if not np.isfinite(Gamma).all():
        raise ValueError(
            f"step_size={step_size} with layers={layers} leaves the floating point numbers"
        )
    return Gamma


@guarded
def gradient_descent_forward(
    X: ArrayLike, y: ArrayLike, query: ArrayLike, *, layers: int, step_size: float | None = None
) -> FloatArray:
    r"""Gradient descent in the forward pass: one layer of linear attention for each step.

    Every layer applies :math:`\Gamma = \eta I` to the residual labels :math:`r`, at first
    :math:`y`, for all tokens:

    .. math::
        \hat y \leftarrow \hat y + \frac{\eta}{n} \sum_j r_j x_j^\top x_q , \qquad
        r_i \leftarrow r_i - \frac{\eta}{n} \sum_j r_j x_j^\top x_i .

    Arguments and errors as in :func:`linear_attention` and :func:`gradient_descent_gamma`. Returns
    the predictions after each layer, shape (L, ...); those after layer :math:`l` are the answers of
    ``gradient_descent_gamma(X, layers=l, step_size=...)``. Source: the construction of von Oswald
    et al. 2023, in the normalisation of this module.
    """
    X, y, query = prompt_arrays(X, y, query)
    layers = check_integer(layers, "layers")
    step_size = check_step_size(step_size, np.linalg.norm(X, 2) ** 2 / len(X))
    predictions = np.zeros((layers + 1, *query.shape[:-1]))
    with np.errstate(over="ignore", invalid="ignore"):
        for layer in range(layers):
            update = step_size * (X.T @ y) / len(X)
            predictions[layer + 1] = predictions[layer] + query @ update
            y = y - X @ update
    if not np.isfinite(predictions).all():
        raise ValueError(
            f"step_size={step_size} with layers={layers} leaves the floating point numbers"
        )
    return predictions[1:]
