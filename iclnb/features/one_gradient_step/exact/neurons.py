r"""What a ReLU with a bias sees of a link: half-line moments of a Gaussian, for every bias.

An integral over :math:`z>-b` is :math:`P(b)\varphi(b)+Q(b)\Phi(b)` with polynomials P and Q. The
two functions enter as free variables f and F, so that what agrees here agrees for every bias.
Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, factorial, prod
from typing import Any

from iclnb.exact import Draw, Pair, Proof, vanishes
from iclnb.kinds import guarded

__all__ = ["coefficient", "correlation", "hermite_coefficients", "odd_links", "shown"]

HIGHEST = 30
"""The last degree at which the coefficients of a neuron are compared."""
LAST_ODD = 25
"""The last odd degree of a link."""


def double(m: int) -> int:
    """Return (m - 1)!! for even m."""
    return prod(range(1, m, 2))


def powers(degree: int) -> dict[int, Fraction]:
    r"""Return :math:`\mathrm{He}_i/i!` by its powers, from the generating function
    :math:`e^{zt-t^2/2}`."""
    return {
        degree - 2 * m: Fraction((-1) ** m, 2**m * factorial(m) * factorial(degree - 2 * m))
        for m in range(degree // 2 + 1)
    }


def half_line(size: int, b: Any, f: Any, F: Any) -> list[Any]:
    r"""Return :math:`\mathbb E[z^n1(z>-b)]`, n below ``size``, by parts:
    :math:`(-b)^{n-1}\varphi(b)` and n - 1 times the one two below."""
    out = [F, f]
    edge = f
    for n in range(2, size):
        edge = edge * -b
        out.append(edge + (n - 1) * out[n - 2])
    return out[:size]


@guarded
def coefficient(degree: int, b: Any, f: Any, F: Any) -> Any:
    r"""Return :math:`\mathbb E[\mathrm{He}_i(z)\max(z+b,0)]` with f and F for density and
    distribution function at b."""
    moments = half_line(degree + 2, b, f, F)
    out: Any = 0
    for n, c in powers(degree).items():
        out = out + c * factorial(degree) * (moments[n + 1] + b * moments[n])
    return out


@guarded
def shown(degree: int, b: Any, f: Any, F: Any, sign: int = -1) -> Any:
    r"""Return :math:`a_i` as the page has it; ``sign`` stands before b in the polynomial."""
    if degree < 2:
        return (f + b * F, F)[degree]
    before, now = 0, 1
    for i in range(degree - 2):
        before, now = now, sign * b * now - i * before
    return now * f


@guarded
def correlation(c: Sequence[Any], b: Any, f: Any, F: Any, s: Any) -> Any:
    r"""Return :math:`\mathbb E[\sigma_*(t)\max(z+b,0)]` for a Gaussian pair of covariance s.

    Given z, :math:`t` is Gaussian with mean sz and variance :math:`1-s^2`; c holds the
    coefficients of the link.
    """
    moments = half_line(len(c) + 1, b, f, F)
    out: Any = 0
    for i, value in enumerate(c):
        for m, of_power in powers(i).items() if not _nought(value) else ():
            for k in range(0, m + 1, 2):
                paired = comb(m, k) * double(k) * of_power
                seen = moments[m - k + 1] + b * moments[m - k]
                out = out + paired * s ** (m - k) * (1 - s * s) ** (k // 2) * seen * value
    return out


def _nought(value: Any) -> bool:
    return isinstance(value, int) and value == 0


@guarded
def hermite_coefficients(sign: int = -1) -> Proof:
    """The coefficients of a neuron, every degree up to thirty, every bias.

    The near miss turns the sign of the bias.
    """

    def sides(x: Draw) -> list[Pair]:
        b, f, F = x(), x(), x()
        return [(coefficient(i, b, f, F), shown(i, b, f, F, sign)) for i in range(HIGHEST + 1)]

    return vanishes("idx-hermite", sides, where=f"degrees 0 to {HIGHEST}, every bias")


@guarded
def odd_links(first: int = 3) -> Proof:
    r"""The correlation of a pure odd link with a ReLU without bias is zero at every overlap.

    Both parts of the gradient are sums of products with it or its gradient. ``first`` stands for
    the lowest degree.
    """

    def sides(x: Draw) -> list[Pair]:
        s, f, c = x(), x(), x()
        return [
            (correlation([0] * i + [c], Fraction(0), f, Fraction(1, 2), s), 0)
            for i in range(first, LAST_ODD + 1, 2)
        ]

    where = f"odd degrees {first} to {LAST_ODD}, every overlap"
    return vanishes("idx-odd-links", sides, where=where, zero=True)
