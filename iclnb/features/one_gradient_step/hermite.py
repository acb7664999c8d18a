r"""Hermite polynomials of the probabilists, and the Hermite coefficients of a biased ReLU.

:math:`\mathrm{He}_0=1`, :math:`\mathrm{He}_1(x)=x`,
:math:`\mathrm{He}_{i+1}(x)=x\,\mathrm{He}_i(x)-i\,\mathrm{He}_{i-1}(x)`, with
:math:`E[\mathrm{He}_i(g)\mathrm{He}_j(g)]=i!\,1\{i=j\}` for :math:`g\sim N(0,1)`. A function has
the Hermite coefficients :math:`F_i=E[F(g)\mathrm{He}_i(g)]`, so that
:math:`F=\sum_iF_i\mathrm{He}_i/i!`, and :math:`F_i=E[F^{(i)}(g)]` where the derivative exists. For
unit vectors :math:`u,v` and :math:`x\sim N(0,I)`,

.. math:: E[F(u^\top x)\,G(v^\top x)]=\sum_i\frac{F_iG_i}{i!}\langle u,v\rangle^i .
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded

__all__ = [
    "evaluate_hermite",
    "factorials",
    "hermite_polynomials",
    "normal_density",
    "relu_coefficients",
    "square_coefficients",
    "squared_relu_coefficients",
]


#: The largest degree: 171! is beyond float64.
HIGHEST_DEGREE = 170


@guarded
def factorials(degree: int) -> FloatArray:
    """Return ``(0!, 1!, ..., degree!)``, exact in float64 up to 22!; degree at most 170."""
    degree = check_integer(degree, "degree", least=0, most=HIGHEST_DEGREE)
    return np.array([math.factorial(i) for i in range(degree + 1)], dtype=np.float64)


def _degree(degree: int, most: int) -> int:
    if degree > most:
        raise ValueError(f"coefficients must be of degree at most {most}, got {degree}")
    return degree


@guarded
def normal_density(x: FloatArray) -> FloatArray:
    """Density of N(0, 1)."""
    return np.exp(-0.5 * np.square(x)) / math.sqrt(2 * math.pi)


@guarded
def hermite_polynomials(x: ArrayLike, degree: int) -> FloatArray:
    r"""Return :math:`\mathrm{He}_0(x),\dots`, up to ``degree``, shape ``(degree + 1, *x.shape)``.

    Parameters
    ----------
    x : array
        Any shape, finite.
    degree : int
        From 0 to 170.

    Raises
    ------
    ValueError
        If a value is beyond float64.
    """
    points = check_array(x, "x")
    degree = check_integer(degree, "degree", least=0, most=HIGHEST_DEGREE)
    values = np.empty((degree + 1, *points.shape))
    values[0] = 1.0
    if degree >= 1:
        values[1] = points
    with np.errstate(over="ignore", invalid="ignore"):
        for i in range(1, degree):
            values[i + 1] = points * values[i] - i * values[i - 1]
    if not np.all(np.isfinite(values)):
        raise ValueError(f"x is too large: a polynomial of degree {degree} there is beyond float64")
    return values


@guarded
def evaluate_hermite(coefficients: ArrayLike, x: ArrayLike) -> FloatArray:
    r"""Return :math:`F(x)=\sum_{i=0}^P\frac{F_i}{i!}\mathrm{He}_i(x)` by Clenshaw's recurrence.

    Parameters
    ----------
    coefficients : array (..., P + 1)
        :math:`F_0,\dots,F_P` on the last axis, P at most 170; the other axes broadcast with those
        of ``x``.
    x : array
        Points.

    Returns
    -------
    array
        Shape of ``coefficients[..., 0]`` broadcast with ``x``.
    """
    c = check_array(coefficients, "coefficients")
    points = check_array(x, "x")
    if c.ndim == 0:
        raise ValueError("coefficients must have at least one axis")
    _degree(c.shape[-1] - 1, HIGHEST_DEGREE)
    c = c / factorials(c.shape[-1] - 1)
    ahead = behind = np.zeros(np.broadcast_shapes(c.shape[:-1], points.shape))
    for i in range(c.shape[-1] - 1, -1, -1):
        ahead, behind = c[..., i] + points * ahead - (i + 1) * behind, ahead
    return ahead


@guarded
def relu_coefficients(bias: ArrayLike, degree: int) -> FloatArray:
    r"""Hermite coefficients :math:`a_i(b)` of :math:`z\mapsto\max(z+b,0)`, i = 0..degree.

    .. math:: a_0=\varphi(b)+b\Phi(b),\quad a_1=\Phi(b),\quad
              a_i=\mathrm{He}_{i-2}(-b)\,\varphi(b)\ (i\ge2),

    with the density :math:`\varphi` and the distribution function :math:`\Phi` of N(0, 1). At
    b = 0, :math:`a_{i+2}=(1-i)a_i`: all odd coefficients from the third on vanish. The
    coefficients of the
    derivative :math:`1\{z+b>0\}` are :math:`a_{i+1}`.

    Returns
    -------
    array (degree + 1, *bias.shape)
        Derived here; the values at b = 0 are classical.
    """
    b = check_array(bias, "bias")
    degree = check_integer(degree, "degree", least=0, most=HIGHEST_DEGREE)
    density = normal_density(b)
    values = np.empty((degree + 1, *b.shape))
    values[0] = density + b * ndtr(b)
    if degree >= 1:
        values[1] = ndtr(b)
    if degree >= 2:
        values[2:] = hermite_polynomials(-b, degree - 2) * density
    return values


@guarded
def squared_relu_coefficients(bias: ArrayLike, degree: int) -> FloatArray:
    r"""Hermite coefficients of :math:`z\mapsto\max(z+b,0)^2`.

    :math:`(1+b^2)\Phi(b)+b\varphi(b)`, then :math:`2a_{i-1}(b)`, because the derivative is twice
    the ReLU. Shape ``(degree + 1, *bias.shape)``. Derived here.
    """
    b = check_array(bias, "bias")
    degree = check_integer(degree, "degree", least=0, most=HIGHEST_DEGREE)
    values = np.empty((degree + 1, *b.shape))
    values[0] = (1 + b * b) * ndtr(b) + b * normal_density(b)
    if degree >= 1:
        values[1:] = 2 * relu_coefficients(b, degree - 1)
    return values


@guarded
def square_coefficients(coefficients: ArrayLike) -> FloatArray:
    r"""Hermite coefficients of the square of :math:`F=\sum_{i\le P}F_i\mathrm{He}_i/i!`.

    By :math:`\mathrm{He}_i\mathrm{He}_j=\sum_kk!\binom ik\binom jk\mathrm{He}_{i+j-2k}`,

    .. math:: e_l=l!\sum_{i+j-2k=l}\frac{F_iF_j}{k!\,(i-k)!\,(j-k)!} .

    Parameters
    ----------
    coefficients : array (P + 1,)
        P at most 85.

    Returns
    -------
    array (2P + 1,)
    """
    c = check_array(coefficients, "coefficients", (None,))
    degree = _degree(c.size - 1, HIGHEST_DEGREE // 2)
    out = np.zeros(2 * degree + 1)
    for i in range(degree + 1):
        for j in range(degree + 1):
            for k in range(min(i, j) + 1):
                weight = math.factorial(k) * math.factorial(i - k) * math.factorial(j - k)
                out[i + j - 2 * k] += c[i] * c[j] / weight
    return out * factorials(2 * degree)
