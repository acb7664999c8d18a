r"""Spline bases on the unit cube: one level, tensor products, and the multi-resolution family.

The tensor-product spline of level :math:`a\in\mathbb N^d` and shift b is
:math:`M_{a,b}(x)=\prod_jN_m(2^{a_j}x_j-b_j)` (slides, "Tensor product B-spline"). On one axis the
shifts with support in [0, 1] are :math:`b=-m,\dots,2^a-1`: :math:`2^a+m` functions, here times
:math:`2^{a/2}`. Isotropic smoothness uses levels (a, ..., a); anisotropic smoothness
:math:`\alpha` takes :math:`a_j\approx a\,\min_i\alpha_i/\alpha_j`.

The union of levels is linearly dependent, since each level is contained in the next (refinement):
its rank is the size of the finest level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import Basis, TensorBasis
from iclnb.statistics.function_spaces.polynomials import gauss_legendre
from iclnb.statistics.function_spaces.splines import active_splines, cardinal_bspline


def _cellwise(cells: int, degree: int) -> Quadrature:
    """Gauss-Legendre on every one of ``cells`` equal cells, exact for piecewise ``degree``."""
    nodes, weights = gauss_legendre(degree // 2 + 1)
    grid = (np.arange(cells)[:, None] + nodes) / cells
    return Quadrature(grid.reshape(-1, 1), np.tile(weights / cells, cells))


@guarded
class SplineBasis(Basis):
    r"""All B-splines of one level on [0, 1]: :math:`2^{a/2}N_m(2^ax-b)`, b = -m..2^a - 1.

    Parameters
    ----------
    degree : int
        m >= 0.
    resolution : int
        a >= 0; the size is :math:`2^a+m`.
    """

    orthonormal = False

    def __init__(self, degree: int, resolution: int) -> None:
        self.degree = check_integer(degree, "degree", least=0)
        self.resolution = check_integer(resolution, "resolution", least=0)
        self.size = 2**self.resolution + self.degree
        self.smoothness = self.degree + 0.5

    def _values(self, x: FloatArray) -> FloatArray:
        scaled = x[:, 0] * 2**self.resolution
        cell = np.minimum(scaled.astype(np.int64), 2**self.resolution - 1)
        active = active_splines(scaled - cell, self.degree) * 2 ** (self.resolution / 2)
        values = np.zeros((len(x), self.size))
        np.put_along_axis(values, cell[:, None] + np.arange(self.degree + 1), active, axis=1)
        return values

    def quadrature(self, factors: int = 4) -> Quadrature:
        return _cellwise(2**self.resolution, check_integer(factors, "factors") * self.degree)


@guarded
class MultiresolutionSplines(Basis):
    r"""The functions :math:`2^{|a|/2}M_{a,b}` of several levels, level after level.

    Inside a level the places b stand in lexicographic order: the last coordinate runs fastest, as
    in :class:`.basis.TensorBasis`.

    Parameters
    ----------
    degree : int
        m >= 0.
    resolutions : sequence of tuples of int
        The levels :math:`a\in\mathbb N^d`, all of one length d.
    """

    orthonormal = False

    def __init__(self, degree: int, resolutions: Sequence[Sequence[int]]) -> None:
        self.degree = check_integer(degree, "degree", least=0)
        self.resolutions = tuple(
            tuple(check_integer(a, "resolutions", least=0) for a in levels)
            for levels in resolutions
        )
        lengths = {len(levels) for levels in self.resolutions}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError("resolutions must be tuples of one positive length, at least one")
        self.blocks = tuple(
            TensorBasis([SplineBasis(self.degree, a) for a in levels])
            for levels in self.resolutions
        )
        self.d = lengths.pop()
        self.size = sum(block.size for block in self.blocks)
        self.smoothness = self.degree + 0.5

    def _values(self, x: FloatArray) -> FloatArray:
        return np.hstack([block._values(x) for block in self.blocks])

    def quadrature(self, factors: int = 4) -> Quadrature:
        finest = np.max(np.array(self.resolutions), axis=0)
        axes = [SplineBasis(self.degree, int(a)) for a in finest]
        return TensorBasis(axes).quadrature(factors)


@guarded
def isotropic_levels(d: int, highest: int) -> tuple[tuple[int, ...], ...]:
    """Levels (k, ..., k) for k = 0..highest, as in KNS Definition 4.3."""
    d = check_integer(d, "d")
    highest = check_integer(highest, "highest", least=0)
    return tuple((k,) * d for k in range(highest + 1))


@guarded
def anisotropic_level(smoothness: Sequence[float], resolution: int) -> tuple[int, ...]:
    r"""The level :math:`a_j=\lfloor k\min_i\alpha_i/\alpha_j\rfloor` for smoothness :math:`\alpha`.

    Coordinates that are smoother are resolved less: :math:`2^{-\alpha_ja_j}` is balanced over j.
    """
    alpha = check_array(smoothness, "smoothness", (None,))
    if alpha.min() <= 0:
        raise ValueError("smoothness must be positive")
    resolution = check_integer(resolution, "resolution", least=0)
    # The tiny addition keeps exact ratios from falling below an integer by rounding.
    return tuple(math.floor(resolution * alpha.min() / a + 1e-12) for a in alpha)


@guarded
def periodic_gram_range(degree: int) -> tuple[float, float]:
    r"""Smallest and largest eigenvalue of the Gram matrix of the shifts of :math:`N_m` on the line.

    .. math:: g(\theta)=\sum_kN_{2m+1}(m+1+k)\cos k\theta,\qquad g(0)=1,\quad
              g(\pi)=\sum_k(-1)^kN_{2m+1}(m+1+k).

    The symbol decreases on :math:`[0,\pi]`, so these two are its range: [1/3, 1], [2/15, 1],
    [17/315, 1], [62/2835, 1] for m = 1..4. Source: derived here; the values are classical.
    """
    degree = check_integer(degree, "degree", least=0)
    shifts = np.arange(-degree, degree + 1)
    values = cardinal_bspline(degree + 1 + shifts, 2 * degree + 1)
    return float(np.sum((-1.0) ** shifts * values)), float(np.sum(values))
