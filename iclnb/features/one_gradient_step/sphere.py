r"""Moments and quadratures of the uniform law on a sphere.

:math:`\beta` is uniform on the unit sphere of an r-dimensional space. With
:math:`\mathcal N_p=r(r+2)\cdots(r+p-2)`, for even p, and any u, v of that space,

.. math:: E\langle u,\beta\rangle^i\langle v,\beta\rangle^l
   =\frac1{\mathcal N_{i+l}}\sum_k\frac{i!\,l!}
   {k!\,(\frac{i-k}2)!\,(\frac{l-k}2)!\,2^{(i+l)/2-k}}
   |u|^{i-k}|v|^{l-k}\langle u,v\rangle^k,

the sum over k of the parity of i and l (the moment vanishes if their parities differ): Wick's
formula for Gaussians, divided by the moment of their radius.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh_tridiagonal

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded

__all__ = [
    "MixedMoment",
    "mixed_moment",
    "mixed_moment_vector",
    "projection_quadrature",
    "radius_moment",
    "sphere_moment",
    "sphere_quadrature",
]


@guarded
def radius_moment(order: int, r: int) -> float:
    r"""Return :math:`\mathcal N_p=E\chi_r^p=r(r+2)\cdots(r+p-2)` for even p (one for p = 0)."""
    order = check_integer(order, "order", least=0)
    r = check_integer(r, "r")
    if order % 2:
        raise ValueError(f"order must be even, got {order}")
    return float(math.prod(range(r, r + order, 2)))


@guarded
def sphere_moment(order: int, r: int) -> float:
    r"""Return :math:`\mu_p=E\langle e,\beta\rangle^p=(p-1)!!/\mathcal N_p`; zero for odd p."""
    order = check_integer(order, "order", least=0)
    if order % 2:
        check_integer(r, "r")
        return 0.0
    return float(math.prod(range(1, order, 2))) / radius_moment(order, r)


class MixedMoment(NamedTuple):
    r"""Coefficients of :math:`u` and of :math:`v` in a vector moment."""

    along_u: FloatArray
    along_v: FloatArray


def _terms(i: int, l: int) -> list[tuple[int, float]]:
    if (i + l) % 2:
        return []
    out = []
    for k in range(i % 2, min(i, l) + 1, 2):
        below = math.factorial(k) * math.factorial((i - k) // 2) * math.factorial((l - k) // 2)
        count = math.factorial(i) * math.factorial(l) / (below * 2.0 ** ((i + l) // 2 - k))
        out.append((k, count))
    return out


@guarded
def mixed_moment(i: int, l: int, r: int, uu: ArrayLike, vv: ArrayLike, uv: ArrayLike) -> FloatArray:
    r""":math:`E\langle u,\beta\rangle^i\langle v,\beta\rangle^l` from the inner products.

    Parameters
    ----------
    i, l : int
        Exponents, at least zero.
    r : int
        Dimension of the space of :math:`\beta`.
    uu, vv, uv : array
        :math:`|u|^2`, :math:`|v|^2`, :math:`\langle u,v\rangle`, broadcast against each other.
    """
    i, l = check_integer(i, "i", least=0), check_integer(l, "l", least=0)
    uu, vv, uv = np.asarray(uu), np.asarray(vv), np.asarray(uv)
    total = np.zeros(np.broadcast_shapes(uu.shape, vv.shape, uv.shape))
    for k, count in _terms(i, l):
        total += count * uu ** ((i - k) // 2) * vv ** ((l - k) // 2) * uv**k
    return total / radius_moment(i + l, r) if (i + l) % 2 == 0 else total


@guarded
def mixed_moment_vector(
    i: int, l: int, r: int, uu: ArrayLike, vv: ArrayLike, uv: ArrayLike
) -> MixedMoment:
    r""":math:`E[\beta\langle u,\beta\rangle^i\langle v,\beta\rangle^l]` as coefficients of u and v.

    It is :math:`\frac1{i+1}\nabla_uE\langle u,\beta\rangle^{i+1}\langle v,\beta\rangle^l`.
    """
    i, l = check_integer(i, "i", least=0), check_integer(l, "l", least=0)
    uu, vv, uv = np.asarray(uu), np.asarray(vv), np.asarray(uv)
    shape = np.broadcast_shapes(uu.shape, vv.shape, uv.shape)
    along_u, along_v = np.zeros(shape), np.zeros(shape)
    for k, count in _terms(i + 1, l):
        p, q = (i + 1 - k) // 2, (l - k) // 2
        if p:
            along_u += count * 2 * p * uu ** (p - 1) * vv**q * uv**k
        if k:
            along_v += count * k * uu**p * vv**q * uv ** (k - 1)
    if (i + 1 + l) % 2 == 0:
        scale = (i + 1) * radius_moment(i + 1 + l, r)
        along_u, along_v = along_u / scale, along_v / scale
    return MixedMoment(along_u, along_v)


def _beta_rule(count: int, power: float, other: float) -> tuple[FloatArray, FloatArray]:
    r"""Gauss nodes for the density proportional to :math:`x^{power}(1-x)^{other}` on [0, 1].

    Golub and Welsch's method on the shifted Jacobi recurrence, normalised: no factor overflows for
    large powers, and small nodes keep their relative accuracy.
    """
    k = np.arange(count, dtype=np.float64)
    s = power + other
    diagonal = np.full(count, (power + 1) / (s + 2))
    k = k[1:]
    diagonal[1:] = (2 * k * (k + s + 1) + s * (power + 1)) / ((2 * k + s) * (2 * k + s + 2))
    square = np.empty(count - 1)
    square[:1] = (1 + power) * (1 + other) / ((2 + s) ** 2 * (3 + s))
    k = k[1:]
    above = k * (k + power) * (k + other) * (k + s)
    square[1:] = above / ((2 * k + s) ** 2 * (2 * k + s + 1) * (2 * k + s - 1))
    nodes, vectors = eigh_tridiagonal(diagonal, np.sqrt(square))
    return nodes, vectors[0] ** 2


@guarded
def sphere_quadrature(r: int, degree: int) -> tuple[FloatArray, FloatArray]:
    r"""Nodes and weights for :math:`\langle e,\beta\rangle`, exact for polynomials of ``degree``.

    The law on [-1, 1] has a density proportional to :math:`(1-t^2)^{(r-3)/2}`; for r = 1 it is
    one half at either end.
    """
    r = check_integer(r, "r")
    degree = check_integer(degree, "degree", least=0)
    if r == 1:
        return np.array([-1.0, 1.0]), np.array([0.5, 0.5])
    nodes, weights = _beta_rule(degree // 2 + 1, (r - 3) / 2, (r - 3) / 2)
    return 2 * nodes - 1, weights


@guarded
def projection_quadrature(d: int, r: int, degree: int) -> tuple[FloatArray, FloatArray]:
    r"""Nodes and weights for :math:`\rho^2=|P_{\mathcal S}w|^2`, w uniform on the sphere of R^d.

    :math:`\rho^2\sim\mathrm{Beta}(r/2,(d-r)/2)`; exact for polynomials of ``degree`` in
    :math:`\rho^2`.

    Raises
    ------
    ValueError
        If r > d.
    """
    d, r = check_integer(d, "d"), check_integer(r, "r")
    degree = check_integer(degree, "degree", least=0)
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    if r == d:
        return np.ones(1), np.ones(1)
    nodes, weights = _beta_rule(degree // 2 + 1, r / 2 - 1, (d - r) / 2 - 1)
    return np.clip(nodes, 0.0, 1.0), weights
