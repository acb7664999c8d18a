r"""Legendre polynomials on [0, 1]: an orthonormal basis whose square sum grows like N^2."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre

from iclnb.statistics.nonparametric_icl.basis import Basis, Quadrature
from iclnb.statistics.nonparametric_icl.checks import Array, positive_integer


def gauss_legendre(count: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on [0, 1], exact to degree 2 count - 1."""
    nodes, weights = legendre.leggauss(count)
    return 0.5 * (nodes + 1.0), 0.5 * weights


class LegendreBasis(Basis):
    r""":math:`\sqrt{2j+1}\,P_j(2x-1)` for j = 0, ..., N - 1.

    :math:`\max_x\sum_jf_j(x)^2=\sum_j(2j+1)=N^2`, attained at both ends: the exponent r of the
    bounded-basis assumption is 1.
    """

    def __init__(self, size: int) -> None:
        self.size = positive_integer(size, "size")

    def _values(self, x: Array) -> Array:
        values = legendre.legvander(2.0 * x[:, 0] - 1.0, self.size - 1)
        return values * np.sqrt(2.0 * np.arange(self.size) + 1.0)

    def quadrature(self, factors: int = 4) -> Quadrature:
        degree = positive_integer(factors, "factors") * (self.size - 1)
        nodes, weights = gauss_legendre(degree // 2 + 1)
        return Quadrature(nodes[:, None], weights)

    def truncate(self, size: int) -> LegendreBasis:
        if positive_integer(size, "size") > self.size:
            raise ValueError(f"size must be at most {self.size}, got {size}")
        return LegendreBasis(size)
