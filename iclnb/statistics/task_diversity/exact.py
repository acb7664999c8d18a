r"""The peak and the floor of the closed theory, proved from the two displays of the page.

The two branches are taken apart so that their limits are values: at :math:`\tau=1`, after
multiplication with :math:`|1-\tau|`, and at :math:`1/\kappa=1/\tau=0`.
The number m is free in the first proof, and the root of its own equation in the second. The
arguments, at their defaults, are the statements of the page.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Proof, vanishes
from iclnb.kinds import guarded

Number = int | Fraction
Pair = tuple[Any, Any]


@guarded
def few(x: Any, mu: Any, rho: Any, tau: Any) -> Any:
    r""":math:`(1-\tau)e(\tau)` below one, as displayed."""
    bracket = 1 - tau * (1 - mu) * (1 - mu) - (1 - rho / x) * mu
    return tau * (1 + x) * bracket + (1 - tau) * (1 + rho - 2 * tau * (1 - mu))


@guarded
def many(x: Any, m: Any, rho: Any, over_kappa: Any) -> tuple[Any, Any]:
    r""":math:`e(\tau)` above one as displayed: what stays, and what is multiplied by
    :math:`\frac1{\tau-1}` (of which :math:`\frac{3-2\tau}{\tau-1}=\frac1{\tau-1}-2`)."""
    ratio = m / (1 + over_kappa * m)
    k = 1 / (1 - over_kappa * ratio * ratio)
    square = (1 + x) * (x * m) * (x * m)
    stays = k * square - 2 * m * x * x + x + rho
    rises = -square + m * x * x + (1 + rho) * m * x + rho * m
    return stays, rises


@guarded
def strength(x: Any, m: Any, rho: Any, query: Any = 1) -> Any:
    """C of the page; ``query`` multiplies the term of the noise."""
    return (1 + x) * (x * m * (1 - x * m) + query * rho * m)


@guarded
def pole(query: Number = 1) -> Proof:
    r"""Both branches have the pole :math:`C/|1-\tau|`, for every x, m and rho."""

    def sides(x: Draw) -> list[Pair]:
        at, m, rho = x(), x(), x()
        _, rises = many(at, m, rho, 0)
        want = strength(at, m, rho, query)
        return [(few(at, at * m, rho, 1), want), (rises, want)]

    return vanishes("tdv-double-descent", sides, where="every lambda, m and rho")


@guarded
def saturation(more: Number = 0) -> Proof:
    r"""The value at :math:`1/\kappa=1/\tau=0`, where m = 1/(1 + x), is the floor of the page.

    ``more`` is added to one in the floor's denominator.
    """

    def sides(x: Draw) -> list[Pair]:
        at, rho = x(), x()
        stays, _ = many(at, 1 / (1 + at), rho, 0)
        return [(stays, rho + at / (1 + more + at))]

    return vanishes(
        "tdv-saturation",
        sides,
        where="every lambda and rho",
        relies_on=("continuity of the root m",),
    )
