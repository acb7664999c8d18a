r"""Legendre polynomials on [0, 1]: an orthonormal basis whose square sum grows like N^2."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import OrderedBasis


@guarded
def gauss_legendre(n_nodes: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on [0, 1], exact to degree 2 count - 1."""
    nodes, weights = legendre.leggauss(check_integer(n_nodes, "n_nodes"))
    return 0.5 * (nodes + 1.0), 0.5 * weights


@guarded
class LegendreBasis(OrderedBasis):
    r""":math:`\sqrt{2j+1}\,P_j(2x-1)` for j = 0, ..., N - 1, or 1, ..., N without the constant.

    With the constant :math:`\max_x\sum_jf_j(x)^2=\sum_j(2j+1)=N^2`, attained at both ends: the
    exponent r of the bounded-basis assumption is 1.

    Parameters
    ----------
    size : int
        N, the number of functions.
    constant : bool
        Put the constant 1 first (default).
    """

    def __init__(self, size: int, *, constant: bool = True) -> None:
        super().__init__(size, constant=constant)

    @property
    def degree(self) -> int:
        """Highest degree."""
        return self.size - 1 if self.constant else self.size

    def _values(self, x: FloatArray) -> FloatArray:
        values = legendre.legvander(2.0 * x[:, 0] - 1.0, self.degree)
        values *= np.sqrt(2.0 * np.arange(self.degree + 1) + 1.0)
        return values if self.constant else values[:, 1:]

    def quadrature(self, factors: int = 4) -> Quadrature:
        degree = check_integer(factors, "factors") * self.degree
        nodes, weights = gauss_legendre(degree // 2 + 1)
        return Quadrature(nodes[:, None], weights)
