r"""Matrix factorisation, with which the slides compare: :math:`f(U)=\|UU^\top-M\|_F^2`.

Symmetric :math:`M\succeq0` (d, d) with eigenvectors :math:`v_j` and eigenvalues :math:`\rho_j`,
U (d, k), every entry of M seen. Where :math:`\nabla f=4(UU^\top-M)U=0` the columns of U span
eigenvectors of M with their own lengths, :math:`UU^\top=\sum_{i\in I}\rho_iv_iv_i^\top`, up to a
rotation of the columns, and :math:`f=\sum_{j\notin I}\rho_j^2`. The curvature is
:math:`-4\rho_j` where a missing :math:`v_j` grows in an empty column, and
:math:`-4\rho_i(\rho_j-\rho_i)` where the column of i turns towards it. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

__all__ = ["factor_curvature", "factor_loss", "factor_slope"]


def _checked(matrix: ArrayLike, U: ArrayLike) -> tuple[FloatArray, FloatArray]:
    matrix = check_array(matrix, "matrix", (None, None))
    if matrix.shape[0] != matrix.shape[1] or not np.allclose(matrix, matrix.T, atol=1e-12):
        raise ValueError("matrix must be symmetric")
    return matrix, check_array(U, "U", (len(matrix), None))


@guarded
def factor_loss(matrix: ArrayLike, U: ArrayLike) -> float:
    r"""Return :math:`f(U)=\|UU^\top-M\|_F^2`.

    Parameters
    ----------
    matrix : array, shape (d, d)
        M, symmetric.
    U : array, shape (d, k)
        The factor.

    Raises
    ------
    ValueError
        If ``matrix`` is not symmetric or a shape does not match.
    """
    matrix, U = _checked(matrix, U)
    return float(np.sum((U @ U.T - matrix) ** 2))


@guarded
def factor_slope(matrix: ArrayLike, U: ArrayLike) -> FloatArray:
    r"""Return :math:`\nabla f=4(UU^\top-M)U`, of the shape of U; arguments of factor_loss."""
    matrix, U = _checked(matrix, U)
    return 4.0 * (U @ U.T - matrix) @ U


@guarded
def factor_curvature(matrix: ArrayLike, U: ArrayLike, direction: ArrayLike) -> float:
    r"""Return :math:`\frac{d^2}{ds^2}f(U+sV)` at zero, with V = ``direction`` of the shape of U.

    It is :math:`2\|UV^\top+VU^\top\|_F^2+4\langle UU^\top-M,VV^\top\rangle`.
    """
    matrix, U = _checked(matrix, U)
    V = check_array(direction, "direction", U.shape)
    cross, error = U @ V.T, U @ U.T - matrix
    return float(2.0 * np.sum((cross + cross.T) ** 2) + 4.0 * np.sum(error * (V @ V.T)))
