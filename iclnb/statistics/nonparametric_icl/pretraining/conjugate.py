r"""The same empirical risk minimiser by preconditioned conjugate gradients.

The normal matrix :math:`H=\frac1T\sum_t(S_tS_t^\top)\otimes(\psi_t\psi_t^\top)` is never formed:
one product is

.. math:: \Gamma\mapsto\tfrac1TS^\top\mathrm{diag}\big((S\Gamma)\circ\Psi\,1\big)\Psi ,

of cost O(T N N'). Keys and queries are independent given the task, and nearly so without it, so
:math:`\hat A\otimes\hat G`, :math:`\hat A=S^\top S/T`, :math:`\hat G=\Psi^\top\Psi/T`, is a
preconditioner that keeps the number of products small. Alone (one product) it is consistent but
several times less accurate: a preconditioner, never an estimator.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, check_attention_data


class ConjugateFit(NamedTuple):
    """Gamma (N, N'), its training loss, products used, and the last relative residual."""

    Gamma: FloatArray
    train_loss: float
    iterations: int
    residual: float


@guarded
def fit_conjugate(
    data: AttentionData,
    *,
    penalty: float = 0.0,
    tol: float = 1e-12,
    iterations: int = 500,
) -> ConjugateFit:
    r"""Minimise the empirical risk (plus :math:`\rho\|\Gamma\|_F^2`) over all Gamma.

    Parameters
    ----------
    data : AttentionData
        T tasks; T x (N + N') numbers are all that is held.
    penalty : float
        :math:`\rho\ge0`.
    tol : float
        Stop when the preconditioned residual has fallen by this factor.
    iterations : int
        Largest number of products with H.

    Raises
    ------
    ValueError
        If T < N N' and the ridge is zero (the minimiser is not unique; :func:`.erm.fit_full` then
        takes the one of least norm), or keys or queries are linearly dependent.
    RuntimeError
        If the tolerance is not reached.
    """
    data = check_attention_data(data, "data")
    S, Psi, y = data.keys, data.queries, data.query_label
    T, unknowns = len(y), S.shape[1] * Psi.shape[1]
    penalty = check_number(penalty, "penalty", low=0.0)
    tol = check_number(tol, "tol", low=0.0, strict=True)
    iterations = check_integer(iterations, "iterations")
    if unknowns > T and penalty == 0:
        raise ValueError(f"underdetermined: {T} tasks for {unknowns} unknowns and no penalty")
    try:
        left = cho_factor(S.T @ S / T + np.sqrt(penalty) * np.eye(S.shape[1]))
        right = cho_factor(Psi.T @ Psi / T + np.sqrt(penalty) * np.eye(Psi.shape[1]))
    except np.linalg.LinAlgError as error:
        raise ValueError("keys or queries are linearly dependent") from error

    def product(Gamma: FloatArray) -> FloatArray:
        answers = np.einsum("tl,tl->t", S @ Gamma, Psi)
        return S.T @ (answers[:, None] * Psi) / T + penalty * Gamma

    def precondition(Gamma: FloatArray) -> FloatArray:
        return cho_solve(right, cho_solve(left, Gamma).T).T

    Gamma = np.zeros((S.shape[1], Psi.shape[1]))
    residual = S.T @ (y[:, None] * Psi) / T
    direction = z = precondition(residual)
    size = first = float(np.sum(residual * z))
    done = 0
    while size > tol**2 * first:
        if done == iterations:
            raise RuntimeError(
                f"no convergence to tol = {tol:g} in {iterations} iterations: raise either"
            )
        image = product(direction)
        step = size / float(np.sum(direction * image))
        Gamma = Gamma + step * direction
        residual = residual - step * image
        z = precondition(residual)
        size, before = float(np.sum(residual * z)), size
        direction = z + size / before * direction
        done += 1
    error = y - np.einsum("tl,tl->t", S @ Gamma, Psi)
    relative = float(np.sqrt(size / first)) if first > 0 else 0.0
    return ConjugateFit(Gamma, float(np.mean(error**2)), done, relative)
