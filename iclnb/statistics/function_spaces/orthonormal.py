r"""From a basis to an orthonormal one, and how large its square sum gets.

Löwdin's choice :math:`\psi=G^{-1/2}f` treats all functions alike; Gram-Schmidt (the inverse
Cholesky factor) keeps the spans of the first k functions. :math:`\sum_j\psi_j(x)^2=f(x)^\top
G^{-1}f(x)` is the same for both. KNS Assumption 1 asks for its supremum to be
:math:`\lesssim N^{2r}`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis, CombinedBasis

DEPENDENCE = 1e-12


@guarded
def gram_eigenvalues(basis: Basis, *, unit_norm: bool = False) -> FloatArray:
    """Eigenvalues of the Gram matrix, ascending, shape (size,).

    Parameters
    ----------
    unit_norm : bool
        First scale every function to norm one.
    """
    gram = basis.gram()
    if unit_norm:
        norms = np.sqrt(np.diag(gram))
        gram = gram / np.outer(norms, norms)
    return np.linalg.eigvalsh(gram)


@guarded
def basis_rank(basis: Basis, *, tol: float = DEPENDENCE) -> int:
    """Number of linearly independent functions: Gram eigenvalues above tolerance x largest."""
    tol = check_number(tol, "tol", low=0.0)
    eigenvalues = gram_eigenvalues(basis)
    return int(np.sum(eigenvalues > tol * eigenvalues[-1]))


@guarded
def orthonormalised(basis: Basis, *, gram_schmidt: bool = False) -> CombinedBasis:
    r"""The basis :math:`G^{-1/2}f`, or with `gram_schmidt` :math:`L^{-1}f`, :math:`G=LL^\top`.

    Raises
    ------
    ValueError
        If the functions are linearly dependent (an eigenvalue of G below 1e-12 of the largest), as
        the union of spline levels is.
    """
    gram = basis.gram()
    eigenvalues, vectors = np.linalg.eigh(gram)
    if eigenvalues[0] <= DEPENDENCE * eigenvalues[-1]:
        rank = int(np.sum(eigenvalues > DEPENDENCE * eigenvalues[-1]))
        raise ValueError(f"basis is linearly dependent: rank {rank} of {basis.size}")
    if gram_schmidt:
        factor = np.linalg.cholesky(gram)
        matrix = solve_triangular(factor, np.eye(basis.size), lower=True)
    else:
        matrix = (vectors / np.sqrt(eigenvalues)) @ vectors.T
    return CombinedBasis(basis, matrix, orthonormal=True)


@guarded
def square_sum(basis: Basis, x: ArrayLike) -> FloatArray:
    r""":math:`f(x)^\top G^{-1}f(x)`, the square sum of any orthonormal basis of the span.

    Shape (points,); its mean over the domain is the size N.

    Raises
    ------
    ValueError
        If the basis is linearly dependent or a point lies outside the domain.
    """
    return np.sum(orthonormalised(basis).evaluate(x) ** 2, axis=1)


@guarded
def square_sum_supremum(basis: Basis, *, points_per_axis: int = 2001) -> float:
    """Largest value of :func:`square_sum` on a regular grid that contains the end points (d = 1).

    Raises
    ------
    ValueError
        If the basis has more than one input.
    """
    if basis.d != 1:
        raise ValueError(f"basis must have one input, got {basis.d}")
    count = check_integer(points_per_axis, "points_per_axis", least=2)
    return float(square_sum(basis, np.linspace(0.0, 1.0, count)).max())
