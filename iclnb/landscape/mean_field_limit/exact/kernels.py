r"""Covariances of two neurons under Gaussian inputs, by their derivatives in the covariance.

The preactivations u, v are Gaussian with variances A, B and covariance c; Price's theorem gives
:math:`\partial_c\mathbb E\sigma(u)\sigma(v)=\mathbb E\sigma'(u)\sigma'(v)`, and at c = 0 the mean
of the product is the product of the means. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, vanishes
from iclnb.kinds import guarded

__all__ = ["kernels", "sine"]

HALF = Fraction(1, 2)


def _determinant(A: Any, B: Any, c: Any, factor: Number) -> Any:
    r"""Return det(I + factor S): a mean of exp(-factor (u^2 + v^2)/2) is one over its root."""
    return (1 + factor * A) * (1 + factor * B) - factor * c * factor * c


def _arcsine(x: Draw, prefactor: Number, force: Number, true: int, shown: int) -> Pair:
    r"""Return the squares, times :math:`\pi^2`, of both derivatives of an arcsine kernel.

    The display is ``prefactor`` over pi times the arcsine of
    :math:`\varsigma c/\sqrt{(1+\varsigma A)(1+\varsigma B)}` with :math:`\varsigma` ``shown``; A
    and B are such that the roots are p and q. The product of the derivatives has the mean ``force``
    over pi and the root of a determinant. Both are positive.
    """
    p, q, c = x.vector(3)
    A, B = ((root * root - 1) / shown for root in (p, q))
    z = Jet(shown * c, shown, order=1) / (p * q)
    slope = prefactor * prefactor * z[1] * z[1] / (1 - z[0] * z[0])
    return slope, Fraction(force) * force / _determinant(A, B, c, true)


@guarded
def sine(first: Pair, second: Pair, size: Any, growth: Any, fall: Any) -> Any:
    r"""Return :math:`\frac12e^{-(A+B)/2}(e^c\cos(b-b')-e^{-c}\cos(b+b'))`.

    ``first`` and ``second`` hold sine and cosine of the two biases, ``size`` is
    :math:`e^{-(A+B)/2}`, ``growth`` and ``fall`` are :math:`e^c` and :math:`e^{-c}`.
    """
    (s, c), (t, d) = first, second
    return HALF * size * (growth * (c * d + s * t) - fall * (c * d - s * t))


@guarded
def kernels(shown: int = 2) -> Proof:
    r"""The kernels of erf, probit, Gaussian and sine.

    For the arcsines the derivatives agree, and at c = 0 both sides are the product of the means: 0,
    and 1/4. The Gaussian is the integral itself. The sine has a second derivative equal to itself,
    as Price's theorem asks, and at c = 0 the right value and slope. ``shown`` stands for the
    two of :math:`1+2|w|^2`.
    """

    def sides(x: Draw) -> list[Pair]:
        out = [_arcsine(x, 2, 4, 2, shown), _arcsine(x, HALF, HALF, 1, 1)]
        A, B, c = x.vector(3)
        out.append((_determinant(A, B, c, 1), (1 + A) * (1 + B) - c * c))
        angles = [(2 * v / (1 + v * v), (1 - v * v) / (1 + v * v)) for v in x.vector(2)]
        one, other, growth = x.vector(3)  # exp(-A/2), exp(-B/2), exp(c)
        up, down = Jet(1, 1, HALF), Jet(1, -1, HALF)
        anywhere = sine(angles[0], angles[1], one * other, growth * up, down / growth)
        out.append((2 * anywhere[2], anywhere[0]))
        (s, k), (t, d) = angles
        start = sine(angles[0], angles[1], one * other, up, down)
        out += [(start[0], one * s * other * t), (start[1], one * k * other * d)]
        return out

    return vanishes(
        "mfl-kernels",
        sides,
        where="erf, probit, Gaussian and sine: every weight, bias and dimension",
        relies_on=("Price's theorem", "Gaussian integrals"),
    )
