r"""One interface for every basis: values, Gram matrix, smoothness, truncation, quadrature.

A basis is a finite list of functions :math:`f_1,\dots,f_N` on :math:`[0,1]^d` under the uniform
law. Its quadrature integrates every product of up to `factors` basis functions exactly: that is
what the exact risk needs (four factors, :math:`E f_j^2f_kf_l`).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature, product_rule


@guarded
def check_points(value: ArrayLike, name: str, d: int) -> FloatArray:
    r"""Return points of :math:`[0,1]^d` as an array (points, d).

    One axis is accepted when d = 1.

    Raises
    ------
    TypeError
        If they are not real numbers.
    ValueError
        If the last axis is not d, or a coordinate lies outside [0, 1] or is not finite.
    """
    out = check_array(value, name)
    if d == 1 and out.ndim == 1:
        out = out[:, None]
    check_array(out, name, (None, d))
    if out.min() < 0 or out.max() > 1:
        raise ValueError(f"{name} must lie in the domain [0, 1]^{d}")
    return out


@guarded
class Basis(ABC):
    """Functions on the unit cube of dimension ``d``.

    Attributes
    ----------
    d : int
        d, the number of inputs.
    size : int
        N, the number of functions.
    smoothness : float
        Supremum of the orders of the L2 Sobolev spaces that hold all functions of the family.
    orthonormal : bool
        Whether the functions are orthonormal under the uniform law by construction.
    """

    d: int = 1
    size: int
    smoothness: float = math.inf
    orthonormal: bool = True

    @abstractmethod
    def _values(self, x: FloatArray) -> FloatArray:
        """Values (points, size) at checked points (points, d)."""

    @abstractmethod
    def quadrature(self, factors: int = 4) -> Quadrature:
        """Nodes and weights exact for products of up to ``factors`` basis functions."""

    def evaluate(self, x: ArrayLike) -> FloatArray:
        """Values at the points.

        Parameters
        ----------
        x : array (points, d)
            Points of the unit cube; one axis is accepted when d = 1.

        Returns
        -------
        array (points, size)

        Raises
        ------
        ValueError
            If a point lies outside the unit cube or has the wrong number of coordinates.
        """
        return self._values(check_points(x, "x", self.d))

    def gram(self) -> FloatArray:
        r"""Gram matrix :math:`G_{jk}=\int f_jf_k`, shape (size, size).

        The identity if the basis is orthonormal by construction, else by the exact quadrature.
        """
        if self.orthonormal:
            return np.eye(self.size)
        nodes, weights = self.quadrature(2)
        values = self._values(nodes)
        gram = values.T @ (weights[:, None] * values)
        return 0.5 * (gram + gram.T)

    def truncate(self, size: int) -> Basis:
        """The first ``size`` functions, 1 <= size <= self.size."""
        size = check_integer(size, "size", most=self.size)
        if size == self.size:
            return self
        return CombinedBasis(self, np.eye(size, self.size), orthonormal=self.orthonormal)


@guarded
class OrderedBasis(Basis):
    """The first functions of a family in its order, with or without the constant.

    Parameters
    ----------
    size : int
        N, the number of functions, the constant included if there is one.
    constant : bool
        Put the constant first (default: no constant).
    """

    def __init__(self, size: int, *, constant: bool = False) -> None:
        self.size = check_integer(size, "size")
        self.constant = bool(constant)

    def truncate(self, size: int) -> OrderedBasis:
        size = check_integer(size, "size", most=self.size)
        return type(self)(size, constant=self.constant)


@guarded
class CombinedBasis(Basis):
    r"""Fixed linear combinations :math:`g_k=\sum_jQ_{kj}f_j` of the functions of another basis.

    Parameters
    ----------
    basis : Basis
        The functions :math:`f_j`, J of them.
    matrix : array (N, J)
        Q. Rows of the identity select functions; :math:`G^{-1/2}` orthonormalises.
    orthonormal : bool
        Promise that the combinations are orthonormal (then :meth:`gram` is the identity).
    """

    def __init__(self, basis: Basis, matrix: ArrayLike, *, orthonormal: bool = False) -> None:
        self.basis = basis
        self.matrix = check_array(matrix, "matrix", (None, None))
        if self.matrix.shape[1] != basis.size:
            raise ValueError(f"matrix must have {basis.size} columns, got {self.matrix.shape}")
        self.d = basis.d
        self.size = self.matrix.shape[0]
        self.smoothness = basis.smoothness
        self.orthonormal = orthonormal

    def _values(self, x: FloatArray) -> FloatArray:
        return self.basis._values(x) @ self.matrix.T

    def quadrature(self, factors: int = 4) -> Quadrature:
        return self.basis.quadrature(factors)

    def truncate(self, size: int) -> Basis:
        size = check_integer(size, "size")
        if size > self.size:
            raise ValueError(f"size must be at most {self.size}, got {size}")
        return CombinedBasis(self.basis, self.matrix[:size], orthonormal=self.orthonormal)


@guarded
class TensorBasis(Basis):
    r"""All products :math:`f_{j_1}(x_1)\cdots f_{j_d}(x_d)`, the last index running fastest.

    Parameters
    ----------
    bases : sequence of Basis
        One basis per group of inputs. The size is the product of their sizes and the quadrature
        the product of their rules: both grow exponentially with the number of factors.
    """

    def __init__(self, bases: tuple[Basis, ...] | list[Basis]) -> None:
        self.bases = tuple(bases)
        if not self.bases or not all(isinstance(f, Basis) for f in self.bases):
            raise TypeError("bases must be a non-empty sequence of Basis")
        self.d = sum(f.d for f in self.bases)
        self.size = math.prod(f.size for f in self.bases)
        self.smoothness = min(f.smoothness for f in self.bases)
        self.orthonormal = all(f.orthonormal for f in self.bases)

    def _values(self, x: FloatArray) -> FloatArray:
        cuts = np.cumsum([f.d for f in self.bases])[:-1]
        parts = [f._values(p) for f, p in zip(self.bases, np.split(x, cuts, axis=1))]
        return reduce(lambda a, b: (a[:, :, None] * b[:, None, :]).reshape(len(x), -1), parts)

    def gram(self) -> FloatArray:
        return reduce(np.kron, [f.gram() for f in self.bases])

    def quadrature(self, factors: int = 4) -> Quadrature:
        return product_rule(f.quadrature(factors) for f in self.bases)
