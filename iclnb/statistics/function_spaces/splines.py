r"""The cardinal B-spline and its refinement, right and as printed.

:math:`N_m` is the (m+1)-fold convolution of :math:`1_{[0,1]}`: degree m, support [0, m+1]
(KNS Definition 4.3; the slides, "Tensor product B-spline"). On the cell [k, k+1] it is a polynomial
in :math:`t=x-k\in[0,1]`, built here from

.. math:: m\,N_m(x)=x\,N_{m-1}(x)+(m+1-x)\,N_{m-1}(x-1)

in exact rational arithmetic.

Refinement: :math:`N_m(x)=2^{-m}\sum_{k=0}^{m+1}\binom{m+1}kN_m(2x-k)`. KNS Lemma C.2 prints
:math:`2^{-m+1}\sum_{r=0}^m\binom mrN_m(2x-r+\tfrac m2)`, which is false for this :math:`N_m`; it is
true for the centred spline of order m, :math:`N_{m-1}(x+\tfrac m2)`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded


@guarded
@lru_cache(maxsize=32)
def spline_pieces(degree: int) -> FloatArray:
    r"""Coefficients of the polynomial pieces, shape (m+1, m+1).

    Row k holds :math:`c_0,\dots,c_m` with :math:`N_m(k+t)=\sum_ic_it^i` for :math:`0\le t\le1`.
    """
    degree = check_integer(degree, "degree", least=0)
    pieces = [[Fraction(1)]]
    for m in range(1, degree + 1):
        wider = [[Fraction(0)] * (m + 1) for _ in range(m + 1)]
        for k in range(m + 1):
            left = pieces[k] if k < m else []
            right = pieces[k - 1] if k > 0 else []
            for i, c in enumerate(left):
                wider[k][i] += c * k / m
                wider[k][i + 1] += c / m
            for i, c in enumerate(right):
                wider[k][i] += c * (m + 1 - k) / m
                wider[k][i + 1] -= c / m
        pieces = wider
    out = np.array([[float(c) for c in row] for row in pieces])
    out.setflags(write=False)
    return out


@guarded
def active_splines(t: FloatArray, degree: int) -> FloatArray:
    r"""Values of the m+1 splines that are not zero at offset t of a cell.

    Parameters
    ----------
    t : array (points,)
        Offsets in [0, 1].

    Returns
    -------
    array (points, m+1)
        Column i is :math:`N_m(m-i+t)`: the spline whose support starts m - i cells to the left.
    """
    pieces = spline_pieces(degree)[::-1]
    values = np.broadcast_to(pieces[:, degree], (len(t), degree + 1)).copy()
    for i in range(degree - 1, -1, -1):
        values *= t[:, None]
        values += pieces[:, i]
    return values


@guarded
def cardinal_bspline(x: ArrayLike, degree: int) -> FloatArray:
    r"""The cardinal B-spline :math:`N_m(x)` at any real points.

    Parameters
    ----------
    x : array of any shape
        Real points; zero is returned outside [0, m+1].
    degree : int
        m >= 0. For m = 0 the cell is half open, [0, 1).

    Raises
    ------
    ValueError
        If a point is not finite or the degree is negative.
    """
    degree = check_integer(degree, "degree", least=0)
    x = np.asarray(x, dtype=np.float64)
    if not np.all(np.isfinite(x)):
        raise ValueError("x must be finite")
    # The nearer half, by the symmetry N_m(x) = N_m(m + 1 - x), keeps the pieces' rounding small.
    inside = (x >= 0) & (x < degree + 1)
    folded = np.where(inside, np.minimum(x, degree + 1 - x) if degree else x, 0.0)
    cell = np.minimum(np.floor(folded), degree).astype(np.int64)
    offset = folded - cell
    pieces = spline_pieces(degree)
    value = pieces[cell, degree]
    for i in range(degree - 1, -1, -1):
        value = value * offset + pieces[cell, i]
    return np.where(inside, value, 0.0)


@guarded
def refined(x: ArrayLike, degree: int) -> FloatArray:
    r""":math:`2^{-m}\sum_{k=0}^{m+1}\binom{m+1}kN_m(2x-k)`, which equals :math:`N_m(x)`."""
    x = np.asarray(x, dtype=np.float64)
    terms = [comb(degree + 1, k) * cardinal_bspline(2 * x - k, degree) for k in range(degree + 2)]
    return 2.0**-degree * np.sum(terms, axis=0)


@guarded
def aggregation_weights(degree: int, resolution: int, levels: int) -> FloatArray:
    r"""The splines of level k in those of a finer level k', shape (finer size, coarser size).

    .. math:: \phi_{k,b}=\sum_{b'}W_{b'b}\,\phi_{k',b'},\quad
              \phi_{k,b}(x)=2^{k/2}\mathcal N_m(2^kx-b),

    by the refinement, level by level. The weights are not negative, and those of one fine spline
    add up to :math:`2^{(k-k')/2}` (KNS, Proposition C.10, as a bound). Coefficients
    :math:`\beta` of the coarse level are aggregated into :math:`W\beta` on the finer one.

    Parameters
    ----------
    degree : int
        m >= 0.
    resolution : int
        The level :math:`k\ge0`.
    levels : int
        By how many levels the other one is finer, :math:`k'-k\ge0`.

    Raises
    ------
    ValueError
        If an argument is negative.
    """
    degree = check_integer(degree, "degree", least=0)
    resolution = check_integer(resolution, "resolution", least=0)
    levels = check_integer(levels, "levels", least=0)
    out = np.eye(2**resolution + degree)
    for level in range(resolution, resolution + levels):
        step = np.zeros((2 ** (level + 1) + degree, 2**level + degree))
        for column in range(step.shape[1]):
            for j in range(degree + 2):
                row = 2 * (column - degree) + j + degree
                if 0 <= row < len(step):
                    step[row, column] = 2.0 ** (-degree - 0.5) * comb(degree + 1, j)
        out = step @ out
    return out


@guarded
def refined_as_printed(x: ArrayLike, degree: int, *, order_m: bool = False) -> FloatArray:
    r"""The right side of KNS Lemma C.2 as printed.

    .. math:: 2^{-m+1}\sum_{r=0}^m\binom mr\,\iota(2x-r+\tfrac m2)

    Parameters
    ----------
    degree : int
        m >= 1.
    order_m : bool
        False: :math:`\iota=N_m`, as the paper defines it; the identity is false. True:
        :math:`\iota(x)=N_{m-1}(x+\frac m2)`, the centred spline of order m; then it holds.
    """
    degree = check_integer(degree, "degree")
    x = np.asarray(x, dtype=np.float64)
    total = np.zeros_like(x)
    for r in range(degree + 1):
        argument = 2 * x - r + degree / 2
        value = centred_bspline(argument, degree) if order_m else cardinal_bspline(argument, degree)
        total = total + comb(degree, r) * value
    return 2.0 ** (1 - degree) * total


@guarded
def centred_bspline(x: ArrayLike, order: int) -> FloatArray:
    r"""The centred spline of order m, :math:`N_{m-1}(x+\tfrac m2)`, for m >= 1."""
    order = check_integer(order, "order")
    return cardinal_bspline(np.asarray(x, dtype=np.float64) + order / 2, order - 1)
