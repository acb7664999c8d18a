r"""Teachers of unequal strength: the landscape of principal component analysis.

Let :math:`S_0=\mathrm{diag}(r_1,\dots,r_{k_0})` and let the learner have k features. At a point
with :math:`PB=0` the learnt features span a subset I of the eigen-directions and
:math:`L=\frac12\sum_{j\notin I}r_j`. With :math:`h=(f_i/\sqrt{r_i})_{i\in I}` (so that
:math:`\Sigma=I`) the direction that puts the missing feature j into the slot of i has

.. math:: \frac{d^2L}{du^2}=\frac{d^2L}{ds^2}=-r_j(r_j-r_i),

negative iff the missing feature is the stronger one: the only stable point learns the k strongest
features, and a flow can leave every other one. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.statistics import Statistics, statistics_of

__all__ = ["subset_saddle", "swap_curvature", "swap_direction"]


def _strengths(strengths: ArrayLike) -> FloatArray:
    out = check_array(strengths, "strengths", (None,))
    if np.any(out <= 0.0):
        raise ValueError("strengths must be positive")
    return out


def _subset(strengths: FloatArray, learnt: ArrayLike) -> np.ndarray:
    index = np.asarray(learnt)
    if index.ndim != 1 or index.size == 0 or not np.issubdtype(index.dtype, np.integer):
        raise ValueError("learnt must be a non-empty list of indices")
    if len(set(index.tolist())) != len(index) or index.min() < 0 or index.max() >= len(strengths):
        raise ValueError("learnt must be distinct indices of strengths")
    return index


@guarded
def subset_saddle(strengths: ArrayLike, learnt: ArrayLike) -> Statistics:
    r"""Return the covariances of the point that has learnt exactly the features ``learnt``.

    Parameters
    ----------
    strengths : array, shape (k0,)
        Eigenvalues :math:`r_j>0` of :math:`S_0`.
    learnt : sequence of int
        The subset I; its size is the learner's number of features.
    """
    s = _strengths(strengths)
    index = _subset(s, learnt)
    c = np.zeros((len(s), len(index)))
    c[index, np.arange(len(index))] = np.sqrt(s[index])
    return statistics_of(np.diag(s), c, np.eye(len(index)))


@guarded
def swap_direction(strengths: ArrayLike, learnt: ArrayLike, out: int, into: int) -> FloatArray:
    """Return the R (k, k0) that puts the missing feature ``into`` in the slot of ``out``."""
    s = _strengths(strengths)
    index = _subset(s, learnt)
    if out not in index.tolist() or into in index.tolist() or not 0 <= into < len(s):
        raise ValueError("out must be a learnt and into a missing feature")
    r = np.zeros((len(index), len(s)))
    r[int(np.flatnonzero(index == out)[0]), into] = 1.0
    return r


@guarded
def swap_curvature(strengths: ArrayLike, out: int, into: int) -> float:
    r"""Return :math:`-r_j(r_j-r_i)` for i = ``out``, j = ``into``."""
    s = _strengths(strengths)
    if not (0 <= out < len(s) and 0 <= into < len(s)):
        raise ValueError("out and into must be indices of strengths")
    return -float(s[into] * (s[into] - s[out]))
