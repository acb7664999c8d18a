r"""Walsh and Haar bases: functions that are constant on dyadic cells.

Walsh functions have :math:`f_j^2=1`, so that every task variance :math:`v(x)=\sum_j\lambda_j` is
constant; Haar functions are the wavelets of degree 0. Cells are half open,
:math:`[k/2^L,(k+1)/2^L)`, and the point 1 belongs to the last cell.
"""

from __future__ import annotations

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import Basis, OrderedBasis
from iclnb.statistics.function_spaces.trigonometric import midpoints


def _cells(x: FloatArray, level: int) -> np.ndarray:
    """Index of the dyadic cell of width 2^-level that holds x[:, 0]."""
    return np.minimum((x[:, 0] * 2**level).astype(np.int64), 2**level - 1)


@guarded
class WalshBasis(OrderedBasis):
    r"""Walsh functions in Paley order, :math:`w_j(x)=\prod_b(-1)^{j_bx_{b+1}}`, binary digits.

    Parameters
    ----------
    size : int
        N; the functions are :math:`w_1,\dots,w_N`, or :math:`w_0=1,\dots` with `constant`.
    constant : bool
        Put the constant first (default: no constant).
    """

    smoothness = 0.5

    @property
    def _index(self) -> np.ndarray:
        return np.arange(self.size) + (0 if self.constant else 1)

    @property
    def level(self) -> int:
        """Number of binary digits that the functions read."""
        return int(self._index[-1]).bit_length()

    def _values(self, x: FloatArray) -> FloatArray:
        cells = _cells(x, self.level)
        parity = np.zeros((len(x), self.size), dtype=np.int64)
        for b in range(self.level):
            digit = (cells >> (self.level - 1 - b)) & 1
            parity ^= digit[:, None] & (self._index[None, :] >> b)
        return 1.0 - 2.0 * (parity & 1)

    def quadrature(self, factors: int = 4) -> Quadrature:
        check_integer(factors, "factors")
        return midpoints(2**self.level)


@guarded
class HaarBasis(Basis):
    r"""Haar functions :math:`2^{a/2}(1_{[0,1/2)}-1_{[1/2,1)})(2^ax-b)`, level by level.

    Parameters
    ----------
    size : int
        N, ordered by level a = 0, 1, ... and within it by b = 0..2^a - 1; no constant.
    """

    smoothness = 0.5

    def __init__(self, size: int) -> None:
        self.size = check_integer(size, "size")

    def _values(self, x: FloatArray) -> FloatArray:
        values = np.zeros((len(x), self.size))
        rows = np.arange(len(x))
        for a in range(self.size.bit_length()):
            half = _cells(x, a + 1)
            column = 2**a - 1 + (half >> 1)
            inside = column < self.size
            values[rows[inside], column[inside]] = 2 ** (a / 2) * (1.0 - 2.0 * (half[inside] & 1))
        return values

    def quadrature(self, factors: int = 4) -> Quadrature:
        check_integer(factors, "factors")
        return midpoints(2 ** self.size.bit_length())

    def truncate(self, size: int) -> HaarBasis:
        return HaarBasis(check_integer(size, "size", most=self.size))
