r"""What one step leaves outside of the subspace, for the quadratic link and no bias.

Given the task, with :math:`y=(t^2-1)/\sqrt2` and :math:`x_\perp` independent of t, the moments of
the page are, outside of the subspace,
:math:`V_1=\frac12(1+4s^2)`, :math:`V_2=\frac{d-r}2`, :math:`v_3=\frac12w_\perp`,
:math:`B=\frac f{\sqrt2}s^2`, :math:`v=-\frac f{\sqrt2}s^2w_\perp`, f the normal density at zero: an
even integrand has half of its mean on a half space. So noise over signal is a polynomial in
:math:`p=1/f^2=2\pi` and 1/n with coefficients that are rational in d and r. Nothing here uses the
float library.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, nonnegative, vanishes
from iclnb.kinds import guarded

from .gradients import over_circle, rising
from .neurons import double

__all__ = ["budget", "floor", "noise", "share_outside", "theorem_budget", "trade_off"]

ABOVE, BELOW = Fraction(44, 7), Fraction(157, 25)
"""Bounds of 2 pi."""
PI = "157/50 < π < 22/7"
LEAST = 16
"""The least dimension of the budget."""


def overlap(power: int, more: int, d: Any, r: Any) -> Any:
    r"""Return the mean of :math:`s^i\rho^{2j}` over direction and weight, even i."""
    half = power // 2
    return double(power) * rising(r, half + more) / (rising(r, half) * rising(d, half + more))


def energies(d: Any, r: Any) -> tuple[Any, Any]:
    r"""Return the mean squares of :math:`2\mathbb E[s^3\beta]-\mathbb E[s^4]w` inside and outside,
    over those of :math:`\mu_4`; the moments of :math:`\rho^2` are those of a Beta law."""
    u3, u4, u5 = (rising(r, k) / rising(d, k) for k in (3, 4, 5))
    return 4 * u3 - 4 * u4 + u5, u4 - u5


@guarded
def share_outside(d: Any, r: Any) -> Any:
    """Return the share of the mean gradient's energy outside of the subspace."""
    inside, outside = energies(d, r)
    return outside / (inside + outside)


@guarded
def floor(six: Number = 6) -> Proof:
    r"""The share outside, and its order.

    The mean gradient of a task by the monomials of the direction, its squared lengths, and their
    means. ``six`` in the numerator.
    """

    def sides(x: Draw) -> list[Pair]:
        d, r, outside, u = x(), x(), x(), x.vector(2)
        size = u[0] * u[0] + u[1] * u[1]
        level = over_circle(4, -1, u, r)
        mean = [2 * over_circle(3, m, u, r) - level * u[m] for m in range(2)]
        moment = 3 / (r * (r + 2))
        out = [
            (mean[0] * mean[0] + mean[1] * mean[1], moment * moment * size**3 * (2 - size) ** 2),
            (level * level * outside, moment * moment * size**4 * outside),
        ]
        shown = (r + six) * (d - r) / ((d + 8) * (4 * d - 3 * r + 6))
        out.append((share_outside(d, r), shown))
        e = Jet(0, 1, order=1)  # 1/d
        series = e * (r + six) * (1 - r * e) / ((1 + 8 * e) * (4 - 3 * r * e + 6 * e))
        out.append((series[1], (r + six) / 4))
        return out

    where = "every d and r"
    relies_on = ("the Beta law of a projection",)
    return vanishes("idx-floor", sides, where=where, relies_on=relies_on)


def sizes(d: Any, r: Any) -> tuple[Any, Any, Any, Any]:
    """Return what stands before p^2/n, p (1 - 1/n) and -1 in the noise, and the signal."""

    def mean(i: int, j: int) -> Any:
        return overlap(i, j, d, r)

    single = (d - r) * Fraction(1, 2) * (1 + 4 * mean(2, 0)) + Fraction(1, 2) * (1 - mean(0, 1))
    first, second = mean(4, 0) - mean(4, 1), mean(6, 0) - mean(6, 1)
    # V_1 |v|^2 + V_2 B^2 + 2 B v_3 v
    lasting = Fraction(1, 4) * first + second + Fraction(1, 4) * (d - r) * mean(4, 0)
    lasting = lasting - Fraction(1, 2) * first
    inside, outside = energies(d, r)
    moment = 3 / (r * (r + 2))
    return single, lasting, moment * moment * outside, moment * moment * inside


@guarded
def noise(d: Any, r: Any, n: Any, p: Any) -> Any:
    r"""Return the tasks at which noise outside and signal inside are equal, :math:`p=2\pi`."""
    single, lasting, mean, signal = sizes(d, r)
    return (p * p * single / n + p * (1 - Fraction(1) / n) * lasting - mean) / signal


Sides = Callable[[list[Any]], tuple[Any, Any]]
"""The larger and the smaller side of an inequality between polynomials."""


def _expanded(name: str, sides: Sides, size: int, where: str, seen: list[Fraction]) -> Proof:
    """Prove that the first side less the second is a polynomial without a negative coefficient.

    The coefficients are interpolated, and checked. To ``seen`` goes how close the sides come at the
    points of the interpolation: the largest ratio of the second to the first, if that is not zero.
    """

    def gap(v: list[Any]) -> Any:
        large, small = sides(v)
        return large - small

    points = range(13)
    given = {at: sides([Fraction(v) for v in at]) for at in product(points, repeat=size)}
    seen.append(max(small / large for large, small in given.values() if large))
    values: dict[tuple[int, ...], Any] = {at: u - v for at, (u, v) in given.items()}
    for axis in range(size):
        values = _powers(values, axis, len(points))

    def plain(x: Draw) -> Any:
        free = x.vector(size)
        out: Any = 0
        for powers, c in values.items():
            term: Any = c
            for v, power in zip(free, powers, strict=True):
                term = term * v**power
            if c:
                out = out + term
        return out

    return nonnegative(name, lambda x: gap(x.vector(size)), plain, where=where, relies_on=(PI,))


def _close(seen: list[Fraction], told: str) -> None:
    """Check that the largest ratio seen lies between 999/1000 of ``told`` and ``told``."""
    if not 999 * Fraction(told) < 1000 * max(seen) < 1000 * Fraction(told):
        raise ValueError(f"the two sides come as close as {float(max(seen)):.6f}, not {told}")


def _powers(values: dict[tuple[int, ...], Any], axis: int, count: int) -> dict[Any, Any]:
    """Turn values at 0, 1, 2, ... along one axis into coefficients of powers."""
    out = {}
    for rest in {at[:axis] + at[axis + 1 :] for at in values}:
        keys = [(*rest[:axis], i, *rest[axis:]) for i in range(count)]
        table = [values[key] for key in keys]
        for level in range(1, count):
            for i in range(count - 1, level - 1, -1):
                table[i] = (table[i] - table[i - 1]) / level
        coefficients: list[Any] = [Fraction(0)] * count
        for i in range(count - 1, -1, -1):  # Horner in the factors (v - i)
            shifted = [Fraction(0), *coefficients[:-1]]
            coefficients = [u - i * v for u, v in zip(shifted, coefficients, strict=True)]
            coefficients[0] += table[i]
        out.update(zip(keys, coefficients, strict=True))
    return out


def _common(d: Any, r: Any) -> Any:
    return rising(d, 5) * r * (r + 2)


@guarded
def theorem_budget(share: Number = 1) -> Proof:
    r"""At :math:`T_1=d^3r^2` and :math:`n=d^2/r` the noise is at most ``share``/d of the signal.

    For r below sixteen one by one, with d = 16 + t; from there on with d = r + t. The noise grows
    with p, so that the bound of :math:`2\pi` from above is enough.
    """

    def both(d: Any, r: Any) -> tuple[Any, Any]:
        single, lasting, mean, signal = sizes(d, r)
        above = ABOVE * ABOVE * single * r + ABOVE * (d * d - r) * lasting - mean * d * d
        return share * d**4 * r * r * signal * _common(d, r), above * _common(d, r)

    where = f"He_2, b = 0, constants one: every d from {LEAST} on, every r up to d"
    name, seen = "idx-theorem-budget", []
    steps: list[tuple[str, Sides, int]] = [
        (f"{name}-{r}", lambda v, r=Fraction(r): both(LEAST + v[0], r), 1) for r in range(1, LEAST)
    ]
    steps.append((name, lambda v: both(LEAST + v[0] + v[1], LEAST + v[1]), 2))
    for step, sides, size in steps:
        found = _expanded(step, sides, size, where, seen)
        if not found.holds:
            return found
    _close(seen, "0.9841")
    return found


@guarded
def trade_off(share: Fraction = Fraction(3, 200)) -> Proof:
    r"""n times the tasks is linear in n: its growth up to :math:`n=d^2/16`, and its slope.

    It grows, by at most ``share`` of itself; and the number of tasks never falls below
    :math:`rd^2/16`, for :math:`r\le d/2`.
    """

    def little(d: Any, r: Any) -> tuple[Any, Any]:
        single, lasting, mean, _ = sizes(d, r)
        return share * (BELOW * single - mean / BELOW), d * d * lasting / 16

    def grows(d: Any, r: Any) -> tuple[Any, Any]:
        _, lasting, mean, _ = sizes(d, r)
        return BELOW * lasting, mean

    def single_largest(d: Any, r: Any) -> tuple[Any, Any]:
        single, lasting, _, _ = sizes(d, r)
        return BELOW * single, lasting

    def needed(d: Any, r: Any) -> tuple[Any, Any]:
        _, lasting, mean, signal = sizes(d, r)
        return BELOW * lasting, mean + r * d * d * signal / 16

    where = "He_2, b = 0: every r and d > r, every n; the last part r up to d/2"
    seen: list[list[Fraction]] = []
    for name, sides, factor in (
        ("little", little, 1), ("grows", grows, 1), ("single", single_largest, 1),
        ("needed", needed, 2),
    ):  # fmt: skip
        seen.append([])
        found = _expanded(
            f"idx-trade-off-{name}",
            lambda v, sides=sides, k=factor: _cleared(sides, k * (1 + v[1]) + v[0], 1 + v[1]),
            2,
            where,
            seen[-1],
        )
        if not found.holds:
            return found
    for ratios, close in zip(seen, ("0.7586", "0.03716", "0.01067", "0.4733"), strict=True):
        _close(ratios, close)
    return found


def _cleared(sides: Callable[[Any, Any], tuple[Any, Any]], d: Any, r: Any) -> tuple[Any, Any]:
    """Return both sides without denominators."""
    large, small = sides(d, r)
    return large * _common(d, r), small * _common(d, r)


@guarded
def budget(power: int = 4) -> Proof:
    r"""The tasks at which noise and signal are equal, between two bounds, for every n.

    They are :math:`\alpha/n+\beta`, with :math:`\alpha` between 2/5 and 3/2 of :math:`Rd^4` and
    :math:`\beta` between 1/9 and 1/4 of :math:`Rd^2`, :math:`R=r(r+2)/(r+4)`. Both grow with p, so
    that bounds of :math:`2\pi` are enough; r = 1 + u and d = 2r + 14 + t. ``power`` of d in the
    first.
    """

    def both(at: int, d: Any, r: Any) -> tuple[Any, Any]:
        single, lasting, mean, signal = (part * _common(d, r) for part in sizes(d, r))
        unit = signal * r * (r + 2) / (r + 4)
        if at < 2:
            first, p = d**power * unit, (BELOW, ABOVE)[at]
            alpha = p * (p * single - lasting)
            return ((alpha, first * 2 / 5), (first * 3 / 2, alpha))[at]
        last, p = d * d * unit, (BELOW, ABOVE)[at - 2]
        beta = p * lasting - mean
        return ((beta, last / 9), (last / 4, beta))[at - 2]

    where = "He_2, b = 0: every r, every d from 2r + 14 on, every n"
    seen: list[list[Fraction]] = []
    for at in range(4):
        seen.append([])
        found = _expanded(
            f"idx-budget-{at}",
            lambda v, at=at: both(at, 16 + 2 * v[1] + v[0], 1 + v[1]),
            2,
            where,
            seen[-1],
        )
        if not found.holds:
            return found
    for ratios, close in zip(seen, ("0.5569", "0.889", "0.7459", "0.8569"), strict=True):
        _close(ratios, close)
    return found
