r"""How far weights lie in the subspace, and what their singular values show.

.. math:: \mathrm{align}(G)=\frac{\lVert GP_{\mathcal S}\rVert_F^2}{\lVert G\rVert_F^2},\qquad
   \mathrm{align}_j=\frac{|P_{\mathcal S}g_j|^2}{|g_j|^2},

both in [0, 1]; a random direction has r/d on average. Rows of G are neurons.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_orthonormal_rows
from iclnb.kinds import guarded

__all__ = [
    "alignment",
    "neuron_alignment",
    "normalise_rows",
    "project_rows",
    "singular_values",
    "subspace_overlap",
    "top_subspace",
]


def _pair(weights: ArrayLike, subspace: ArrayLike) -> tuple[FloatArray, FloatArray]:
    w = check_array(weights, "weights", (None, None))
    return w, check_orthonormal_rows(subspace, "subspace", (None, w.shape[1]))


@guarded
def alignment(weights: ArrayLike, subspace: ArrayLike) -> float:
    """Share of the squared Frobenius norm inside the span of the rows of ``subspace``.

    Raises
    ------
    ValueError
        If the weights are all zero.
    """
    w, subspace = _pair(weights, subspace)
    total = np.sum(w**2)
    if total == 0:
        raise ValueError("weights must not all be zero")
    return float(np.sum((w @ subspace.T) ** 2) / total)


@guarded
def neuron_alignment(weights: ArrayLike, subspace: ArrayLike) -> FloatArray:
    """Share of each row's squared norm inside the subspace, shape (m,); no row may be zero."""
    w, subspace = _pair(weights, subspace)
    total = np.sum(w**2, axis=1)
    if np.any(total == 0):
        raise ValueError("weights must have no zero row")
    return np.sum((w @ subspace.T) ** 2, axis=1) / total


@guarded
def project_rows(weights: ArrayLike, subspace: ArrayLike) -> FloatArray:
    """Rows projected on the subspace, shape (m, d)."""
    w, subspace = _pair(weights, subspace)
    return w @ subspace.T @ subspace


@guarded
def normalise_rows(weights: ArrayLike, *, norm: float = 1.0) -> FloatArray:
    """Rows scaled to the given norm; this drops what the norms of one gradient step tell."""
    w = check_array(weights, "weights", (None, None))
    size = np.linalg.norm(w, axis=1, keepdims=True)
    if np.any(size == 0):
        raise ValueError("weights must have no zero row")
    return norm * w / size


@guarded
def singular_values(weights: ArrayLike) -> FloatArray:
    """Singular values, descending, shape (min(m, d),)."""
    return np.linalg.svd(check_array(weights, "weights", (None, None)), compute_uv=False)


@guarded
def top_subspace(weights: ArrayLike, r: int) -> FloatArray:
    """Span of the r leading right singular vectors: orthonormal rows (r, d).

    Raises
    ------
    ValueError
        If r exceeds the number of singular values.
    """
    w, r = check_array(weights, "weights", (None, None)), check_integer(r, "r")
    if r > min(w.shape):
        raise ValueError(f"r must not exceed {min(w.shape)}, got {r}")
    return np.linalg.svd(w, full_matrices=False)[2][:r]


@guarded
def subspace_overlap(first: ArrayLike, second: ArrayLike) -> float:
    r"""Mean squared cosine of the principal angles, :math:`\lVert UV^\top\rVert_F^2/r`.

    ``first`` (r, d) and ``second`` (r, d) have orthonormal rows; one means the same subspace.
    """
    u, v = _pair(first, second)
    _pair(second, first)
    if u.shape != v.shape:
        raise ValueError(f"subspaces must have one shape, got {u.shape} and {v.shape}")
    return float(np.sum((u @ v.T) ** 2) / u.shape[0])
