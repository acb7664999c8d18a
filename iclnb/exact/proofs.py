"""What counts as a proof here, and how it is stated."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from iclnb.exact.degrees import Degree
from iclnb.exact.points import BITS, Draw, of_name, of_values
from iclnb.exact.signs import Sign
from iclnb.kinds import guarded

Pair = tuple[Any, Any]
"""Both sides of an identity."""
Number = int | Fraction
"""An exact number."""
Sides = Callable[[Draw], Sequence[Pair]]

GRID = 128
"""Largest number of points of a full grid: up to here an identity is tried everywhere."""

_REDRAWS = 5


@guarded
@dataclass(frozen=True)
class Proof:
    """The outcome of an exact computation.

    Attributes
    ----------
    holds : bool
        Whether it came out as claimed. If not, the claim is refuted with certainty.
    method : str
        ``rational points``, ``grid``, ``sign``, ``finite`` or ``enclosure``. With `` bound`` after
        it the claim is a bound that follows from what was computed, and need not be attained.
    where : str
        For what it is proved, in words.
    strength : str
        What is known, in one phrase; rounded so that it is stable.
    relies_on : tuple of str
        Theorems that are used and not computed.
    """

    holds: bool
    method: str
    where: str
    strength: str
    relies_on: tuple[str, ...] = ()


@guarded
def vanishes(
    name: str,
    sides: Sides,
    *,
    where: str,
    zero: bool = False,
    points: int = 3,
    salt: str = "",
    bound: bool = False,
    relies_on: tuple[str, ...] = (),
) -> Proof:
    r"""Prove that pairs of expressions in free variables agree as rational functions.

    Parameters
    ----------
    name : str
        From it the rational points follow.
    sides : callable
        Called with a :class:`Draw`; returns pairs (left, right), made by the four operations from
        its variables and exact numbers. It is run on degrees, and then on rational numbers.
    where : str
        For what this proves the claim, in words ("k = 3; every covariance").
    zero : bool
        Whether the claim is that the left sides are zero. Without it a pair whose right side is
        zero everywhere is refused, for it would compare nothing.
    points : int
        How many rational points are tried where the full grid is too large.
    salt : str
        Other points for another salt.
    bound : bool
        Whether what follows from the identity is a bound, so that it need not be attained.
    relies_on : tuple of str
        Theorems used and not computed.

    Raises
    ------
    ValueError
        If there is no pair, or a right side vanishes and ``zero`` is not set.
    ZeroDivisionError
        If a denominator vanishes at every point tried.
    """
    count, total, each = _degrees(sides)
    size = math.prod(degree + 1 for degree in each)
    more = " bound" if bound else ""
    if size <= GRID:
        try:
            return _tried(
                "grid", more, sides, _grid(each), size, count, total, zero, where, relies_on
            )
        except ZeroDivisionError:
            pass  # a denominator vanishes somewhere on the grid: points far apart instead
    names = (f"{salt}{name}/{trial}" for trial in range(points * _REDRAWS))
    draws = (of_name(word) for word in names)
    return _tried(
        "rational points",
        more,
        _redrawn(sides),
        draws,
        points,
        count,
        total,
        zero,
        where,
        relies_on,
    )


def _redrawn(sides: Sides) -> Sides:
    """Give no pairs where a denominator vanishes."""

    def tried(draw: Draw) -> Sequence[Pair]:
        try:
            return sides(draw)
        except ZeroDivisionError:
            return []

    return tried


def _tried(
    way: str,
    more: str,
    sides: Sides,
    draws: Iterable[Draw],
    wanted: int,
    count: int,
    total: int,
    zero: bool,
    where: str,
    relies_on: tuple[str, ...],
) -> Proof:
    method, seen, apart = way + more, 0, [zero] * count
    for draw in draws:
        pairs = sides(draw)
        if not pairs:
            continue
        if any(left != right for left, right in pairs):
            return Proof(False, method, where, "different at a rational point", relies_on)
        apart = [a or right != 0 for a, (_, right) in zip(apart, pairs, strict=True)]
        seen += 1
        if seen == wanted:
            break
    if seen < wanted:
        raise ZeroDivisionError("a denominator vanishes at nearly every point")
    if not all(apart):
        raise ValueError("a pair is zero on both sides; set zero if that is the claim")
    return Proof(True, method, where, _strength(way, total, seen), relies_on)


def _strength(method: str, degree: int, points: int) -> str:
    if method == "grid":
        return f"equal on a full grid of {points} points: an identity of rational functions"
    chance = points * (BITS - math.log2(max(degree, 1))) - 1
    bound = 10 * math.ceil(degree / 10)
    return (
        f"equal at {points} rational points out of 2^{BITS} a variable; degree at most {bound},"
        f" so false with probability below 2^-{10 * int(chance // 10)}"
    )


def _degrees(sides: Sides) -> tuple[int, int, list[int]]:
    """Return the number of pairs, the degree of their differences, and that in each variable."""

    def degree(draw: Draw) -> tuple[int, int]:
        pairs = list(sides(draw))
        if not pairs:
            raise ValueError("sides gives no pair: nothing is compared")
        return len(pairs), max(
            (Degree.of(left) - Degree.of(right)).numerator for left, right in pairs
        )

    draw = Draw(lambda _: Degree(1))
    count, total = degree(draw)
    each = []
    for variable in range(1, draw.count + 1):
        if math.prod(d + 1 for d in each) > GRID:
            break
        one = Draw(lambda at, v=variable: Degree(1 if at == v else 0))
        each.append(degree(one)[1])
    else:
        return count, total, each
    return count, total, [GRID]


def _grid(each: list[int]) -> Iterable[Draw]:
    """All points of a product of sets that have, for each variable, one element more than the
    degree; the sets begin at different primes, to keep clear of simple denominators."""
    starts = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
    ranges = [
        range(starts[i % len(starts)], starts[i % len(starts)] + degree + 1)
        for i, degree in enumerate(each)
    ]
    for values in itertools.product(*ranges):
        yield of_values(list(values))


@guarded
def nonnegative(
    name: str,
    gap: Callable[[Draw], Any],
    plain: Callable[[Draw], Any],
    *,
    where: str,
    strict: bool = False,
    salt: str = "",
    relies_on: tuple[str, ...] = (),
) -> Proof:
    """Prove that ``gap`` is not negative for all positive variables.

    ``plain`` is an expression of the same variables, in the same order, whose sign is plain: sums,
    products and quotients of positive variables and of :func:`square`. It is shown to equal the
    gap, and its sign is computed.

    A gap that is negative at a point is refuted: all ones, and three rational points, are tried.

    Raises
    ------
    ValueError
        If neither follows: the two expressions differ, or the sign is not plain. As
        :func:`vanishes` otherwise.
    """
    ones = Draw(lambda _: Fraction(1))
    for draw in (ones, *(of_name(f"{salt}{name}/sign/{trial}") for trial in range(3))):
        value = gap(draw)
        if value < 0 or (strict and value == 0):
            return Proof(False, "sign", where, "negative at a rational point", relies_on)
    sign = Sign.of(plain(Draw(lambda _: Sign(True, True))))
    if not (sign.strict if strict else sign.known):
        raise ValueError(f"{name}: the sign of the second expression is not plain")
    equal = vanishes(
        name,
        lambda x: _both(x, gap, plain),
        where=where,
        salt=salt,
        relies_on=relies_on,
    )
    if not equal.holds:
        raise ValueError(f"{name}: the two expressions differ")
    word = "positive" if strict else "squares over positive terms"
    return Proof(True, "sign", where, f"the gap is {word}; {equal.strength}", relies_on)


def _both(draw: Draw, gap: Callable[[Draw], Any], plain: Callable[[Draw], Any]) -> list[Pair]:
    """Give both functions the same variables."""
    given: list[Any] = []

    def first(_: int) -> Any:
        given.append(draw())
        return given[-1]

    left = gap(Draw(first))
    again = iter(given)
    right = plain(Draw(lambda _: next(again)))
    return [(left, right)]


@guarded
def finite(
    cases: Iterable[Pair],
    *,
    where: str,
    bound: bool = False,
    relies_on: tuple[str, ...] = (),
) -> Proof:
    """Prove that both entries of every pair of exact numbers are equal.

    ``bound`` says that what follows from the cases is a bound, so that it need not be attained.

    Raises
    ------
    TypeError
        If an entry is no exact number.
    ValueError
        If there is no case.
    """
    count, method = 0, "finite bound" if bound else "finite"
    for left, right in cases:
        for value in (left, right):
            if not isinstance(value, (int, Fraction)):
                raise TypeError(f"cases must hold exact numbers, got {type(value).__name__}")
        count += 1
        if left != right:
            return Proof(False, method, where, f"different in case {count}", relies_on)
    if count == 0:
        raise ValueError("cases is empty: nothing is compared")
    return Proof(True, method, where, f"equal in all {count} cases", relies_on)
