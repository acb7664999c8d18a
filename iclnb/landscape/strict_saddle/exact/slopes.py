r"""The bounds on the slope, from identities and squares, and where the sharp one is attained.

Each names the inequalities of matrices that it uses and does not compute. Nothing here uses the
float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import (
    Draw,
    Number,
    Pair,
    Proof,
    diagonal,
    entries,
    eye,
    for_all,
    inverse,
    multiply,
    nonnegative,
    square,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded

__all__ = [
    "attained",
    "printed_slope",
    "sharp_slope",
    "spectral_slope",
]

NORMS = "|X|_* <= |X Y|_* |Y^(-1)|_op"
SUP = "tr Sigma <= |sigma|^2 by Cauchy and Schwarz"


@guarded
def spectral_slope(power: int = 2) -> Proof:
    r"""The singular values of :math:`PB\Sigma^{1/2}` are :math:`p_i\sqrt{r_0-p_i}`.

    With :math:`S_0=r_0I` the square :math:`PB\Sigma B^\top P` is :math:`P^2(r_0-P)`; taking
    :math:`\Sigma^{1/2}` off costs at most the factor :math:`\|\Sigma\|_{\rm op}^{1/2}`. ``power``
    of P.
    """

    def sides(x: Draw) -> list[Pair]:
        k, out = 3, []
        r0, C, Sigma = x(), x.matrix(k), x.symmetric(k)
        B = multiply(C, inverse(Sigma))
        P = subtract(eye(k, r0), multiply(B, transpose(C)))
        left = multiply(P, B, Sigma, transpose(B), P)
        right = multiply(*[P] * power, subtract(eye(k, r0), P))
        out += list(zip(entries(left), entries(right), strict=True))
        return out

    return vanishes(
        "saddle-spectral-slope",
        sides,
        where="k = 3; every r_0, C and Sigma",
        bound=True,
        relies_on=(NORMS,),
    )


def _from_spectrum(size: int, factor: Number) -> Proof:
    r""":math:`\sum_ip_i\sqrt{r_0-p_i}\ge2L\sqrt{r_0-2L}` with :math:`2L=\sum_ip_i<r_0`.

    With :math:`q=\sqrt{r_0-2L}` and :math:`q_i=\sqrt{r_0-p_i}` a difference :math:`q_i-q` is
    :math:`(2L-p_i)/(q_i+q)`, and :math:`2L-p_i` a sum of the other :math:`p_j`. So the variables
    are the :math:`p_i`, q, and what :math:`q_i` is above q, bound to them by
    :math:`q_i^2=q^2+2L-p_i`; here :math:`q_i=q+(2L-p_i)/(q+q_i)` with a free positive
    :math:`q+q_i`, which is more than is asked.
    """

    def roots(x: Draw) -> tuple[list[Any], Any, list[Any]]:
        p, q, sums = x.vector(size), x(), x.vector(size)
        rest = [sum((p[j] for j in range(size) if j != i), 0) for i in range(size)]
        return p, q, [r / s for r, s in zip(rest, sums, strict=True)]

    def gap(x: Draw) -> Any:
        p, q, above = roots(x)
        total = sum(p[1:], p[0])
        slope = [v * (q + more) for v, more in zip(p, above, strict=True)]
        return sum(slope[1:], slope[0]) - factor * total * q

    def plain(x: Draw) -> Any:
        p, _, above = roots(x)
        terms = [v * more for v, more in zip(p, above, strict=True)]
        return sum(terms[1:], terms[0])

    return nonnegative(f"saddle-sharp-{size}", gap, plain, where="every spectrum")


@guarded
def printed_slope(power: int = 1) -> Proof:
    r"""The sharp bound is :math:`\sqrt k` times the printed one, or more.

    With :math:`q=\sqrt{r_0-2L}` and :math:`\varsigma^2=kr_0+u`, of a teacher with normalised outer
    weights, the difference of the squares of :math:`2Lq/\varsigma` and
    :math:`\sqrt k\,4L(r_0/2-L)/\varsigma^2`. :func:`spectral_slope` and the scalar step are run
    first. ``power`` of k.
    """
    first = _slope()
    if not first.holds:
        return first

    def gap(x: Draw) -> Any:
        twice, q, k, more = x.vector(4)
        r0 = q * q + twice
        size = k * r0 + more  # the square of the sup norm
        sharp = twice * q * twice * q / size
        printed = 2 * twice * (r0 / 2 - twice / 2) / size
        return sharp - k**power * printed * printed

    def plain(x: Draw) -> Any:
        twice, q, k, more = x.vector(4)
        size = k * (q * q + twice) + more
        return square(twice * q / size) * (k * twice + more)

    found = nonnegative("saddle-printed-slope", gap, plain, where="")
    return Proof(found.holds, found.method, first.where, found.strength, first.relies_on)


def _slope(factor: Number = 1) -> Proof:
    found = spectral_slope()
    for size in (2, 3, 4, 5):
        if found.holds:
            found = _from_spectrum(size, factor)
    where = "k = 1 to 5; every spectrum with 2 L < r_0"
    return Proof(found.holds, found.method, where, found.strength, (NORMS, SUP))


@guarded
def sharp_slope(factor: Number = 1) -> Proof:
    r"""The slope in the loss alone, from the spectrum.

    :func:`spectral_slope` is run first, and the comparison with the printed bound; for k = 1 the
    two sides are one. ``factor`` multiplies the bound.
    """
    compared = printed_slope()
    return _slope(factor) if compared.holds else compared


def linear_share(y: Any) -> Any:
    r"""Return :math:`\frac2\pi\sqrt{2+y^2}` for a ball y: y times it is above
    :math:`1-\vartheta`."""
    return 2 / y.pi() * (2 + y * y).sqrt()


@guarded
def attained(factor: Number = 1) -> Proof:
    r"""At the nearly worst measure the slope is the sharp bound over :math:`(1-s)\sqrt\vartheta`.

    One feature :math:`(1-s)\sigma` of strength :math:`\vartheta` and correlation c, and the others
    exact with small factors; the squares are compared, k = 5. Here
    :math:`1-\vartheta=\frac2\pi\arctan(y\sqrt{2+y^2})` with :math:`y=1/(\omega\sqrt2)` for
    the weight :math:`\omega`, at most :math:`\frac2\pi y\sqrt{2+y^2}`, which is below y for all
    :math:`\omega\ge10`: so the ratio tends to one. ``factor`` multiplies the bound.
    """

    def sides(x: Draw) -> list[Pair]:
        k, (r0, c, theta, keep) = 5, x.vector(4)
        small = x.vector(k - 1)
        C = diagonal([keep * c, *(r0 * v for v in small)])
        Sigma = diagonal([keep * keep * theta, *(r0 * v * v for v in small)])
        B = multiply(C, inverse(Sigma))
        P = subtract(eye(k, r0), multiply(B, transpose(C)))
        slope, twice = trace(multiply(P, B)), trace(P)  # PB has one entry that is not zero
        bound = factor * factor * twice * twice * (r0 - twice)
        return [(slope * slope * (keep * keep * theta), bound)]

    near = for_all(
        lambda y: 1 - linear_share(y),
        0,
        Fraction(1, 14),
        pieces=4,
        below="0.09854",
        where="every weight from 10 on",
    )
    if not near.holds:
        return near
    where = "k = 5; every loss, weight, share and r_0, the limit from weight 10 on"
    return vanishes("saddle-sharp-attained", sides, where=where, relies_on=("arctan t <= t",))
