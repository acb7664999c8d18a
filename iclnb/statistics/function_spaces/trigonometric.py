r"""Cosine and Fourier bases on [0, 1].

.. math:: \text{cosine: } \sqrt2\cos(\pi jx),\ j\ge1;\qquad
          \text{Fourier: } \sqrt2\cos(2\pi kx),\ \sqrt2\sin(2\pi kx),\ k\ge1,

each preceded by the constant 1 if asked for. Both are orthonormal under the uniform law. Only the
Fourier pair with equal variances gives a task a variance :math:`v(x)` that does not depend on x.
"""

from __future__ import annotations

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.draws import orthonormal_rows
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import CombinedBasis, OrderedBasis


@guarded
def midpoints(n_nodes: int) -> Quadrature:
    """The midpoint rule on [0, 1] with ``n_nodes`` equal cells."""
    n_nodes = check_integer(n_nodes, "n_nodes")
    nodes = (np.arange(n_nodes) + 0.5) / n_nodes
    return Quadrature(nodes[:, None], np.full(n_nodes, 1.0 / n_nodes))


@guarded
class CosineBasis(OrderedBasis):
    r""":math:`\sqrt2\cos(\pi jx)` for j = 1, 2, ...

    Parameters
    ----------
    size : int
        N, the number of functions, the constant included if there is one.
    constant : bool
        Put the constant 1 first (default: no constant).
    """

    @property
    def frequencies(self) -> FloatArray:
        """The j of each function (0 for the constant), shape (size,)."""
        return np.arange(self.size, dtype=np.float64) + (0 if self.constant else 1)

    def _values(self, x: FloatArray) -> FloatArray:
        values = np.sqrt(2.0) * np.cos(np.pi * (x * self.frequencies))
        if self.constant:
            values[:, 0] = 1.0
        return values

    def quadrature(self, factors: int = 4) -> Quadrature:
        # The midpoint rule with Q cells integrates cos(pi m x) exactly for 0 <= m < 2Q.
        highest = int(self.frequencies[-1])
        return midpoints(check_integer(factors, "factors") * highest // 2 + 1)


@guarded
class FourierBasis(OrderedBasis):
    r""":math:`\sqrt2\cos(2\pi kx),\sqrt2\sin(2\pi kx)` for k = 1, 2, ..., in this order.

    Parameters
    ----------
    size : int
        N, the number of functions; a pair may be cut in the middle.
    constant : bool
        Put the constant 1 first (default: no constant).
    """

    @property
    def frequencies(self) -> FloatArray:
        """The k of each function (0 for the constant), shape (size,)."""
        index = np.arange(self.size) - (1 if self.constant else 0)
        return np.where(index < 0, 0, index // 2 + 1).astype(np.float64)

    def _values(self, x: FloatArray) -> FloatArray:
        angle = 2 * np.pi * (x * self.frequencies)
        values = np.empty_like(angle)
        first = 1 if self.constant else 0
        values[:, first::2] = np.sqrt(2.0) * np.cos(angle[:, first::2])
        values[:, first + 1 :: 2] = np.sqrt(2.0) * np.sin(angle[:, first + 1 :: 2])
        if self.constant:
            values[:, 0] = 1.0
        return values

    def quadrature(self, factors: int = 4) -> Quadrature:
        # Equally spaced nodes integrate exp(2 pi i m x) exactly for |m| < Q.
        highest = int(self.frequencies[-1])
        return midpoints(check_integer(factors, "factors") * highest + 1)


@guarded
def random_trigonometric_basis(
    size: int, lowest: int, highest: int, rng: np.random.Generator
) -> CombinedBasis:
    """Random orthonormal trigonometric polynomials with frequencies lowest..highest.

    The span is uniform among the subspaces of dimension ``size`` of those frequencies: a basis
    that a learner cannot know beforehand.
    """
    lowest = check_integer(lowest, "lowest")
    highest = check_integer(highest, "highest", least=lowest)
    available = 2 * (highest - lowest + 1)
    size = check_integer(size, "size")
    if size > available:
        raise ValueError(f"size must be at most {available}, got {size}")
    matrix = np.zeros((size, 2 * highest))
    matrix[:, 2 * (lowest - 1) :] = orthonormal_rows(size, available, rng)
    return CombinedBasis(FourierBasis(2 * highest), matrix, orthonormal=True)
