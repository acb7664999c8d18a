"""Enclosures by ball arithmetic: numbers and functions between rational bounds, rigorously.

The balls are those of python-flint, an extra of the library (``pip install iclnb[proofs]``). An
integrand with a root or a logarithm must hand on the flag ``analytic`` of ``acb.integral``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from iclnb.exact.proofs import Proof
from iclnb.kinds import guarded

PRECISION = 113  # bits


def _flint() -> Any:
    try:
        import flint
    except ImportError as error:
        raise ImportError(
            "enclosures need python-flint: install the extra with pip install 'iclnb[proofs]'"
        ) from error
    return flint


def _rational(value: object, name: str) -> Fraction:
    if isinstance(value, str):
        return Fraction(value)
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    raise TypeError(
        f"{name} must be a whole number, a Fraction or a decimal in a text, got {value!r}"
    )


@guarded
def ball(value: object) -> Any:
    """Return a ball around an exact number; floats are refused."""
    flint = _flint()
    exact = _rational(value, "value")
    return flint.arb(flint.fmpq(exact.numerator, exact.denominator))


def entropy_term(x: Any) -> Any:
    r"""Return an enclosure of :math:`x\log(1/x)` on a ball of nonnegative numbers, 0 at 0.

    It rises up to :math:`x=1/e` and falls from there on, so that its values at the ends of the
    ball, and :math:`1/e` where the ball may hold it, are all that is needed.
    """
    ends = [v * (1 / v).log() if v > 0 else ball(0) for v in (x.lower(), x.upper())]
    turn = (-ball(1)).exp()
    out = ends[0].union(ends[1])
    return out.union(turn) if x.overlaps(turn) else out


@guarded
def enclosed(
    value: Callable[[], Any],
    low: int | str | Fraction,
    high: int | str | Fraction,
    *,
    where: str,
    relies_on: tuple[str, ...] = (),
) -> Proof:
    """Prove that a number lies strictly between ``low`` and ``high``.

    Parameters
    ----------
    value : callable
        Returns a ball, computed at 113 bits from exact numbers.
    low, high : exact numbers
        Whole numbers, fractions, or decimals as texts.

    Raises
    ------
    ValueError
        If the ball is not finite, or so wide that neither the claim nor its negation follows.
    """
    flint = _flint()
    below, above = _rational(low, "low"), _rational(high, "high")
    if not below < above:
        raise ValueError(f"low must lie below high, got {low} and {high}")
    with flint.ctx.workprec(PRECISION):
        x = value()
        if not x.is_finite():
            raise ValueError("value is not finite")
        inside = bool(x > ball(below)) and bool(x < ball(above))
        outside = bool(x < ball(below)) or bool(x > ball(above))
    if not inside and not outside:
        raise ValueError(f"the ball {x.str(20)} decides nothing of ({low}, {high})")
    strength = f"enclosed in ({low}, {high})" if inside else f"outside of ({low}, {high})"
    return Proof(inside, "enclosure", where, strength, relies_on)


@guarded
def for_all(
    gap: Callable[[Any], Any],
    low: int | str | Fraction,
    high: int | str | Fraction,
    *,
    pieces: int,
    below: int | str | Fraction,
    where: str,
    relies_on: tuple[str, ...] = (),
) -> Proof:
    """Prove that ``gap`` is positive on the whole interval from ``low`` to ``high``.

    The interval is cut into ``pieces`` balls, and the function is enclosed on each. Somewhere, at
    the end of a piece, the gap must lie below ``below``: it says how much the inequality has to
    spare, and a gap that is never so small is not the one that was meant.

    Raises
    ------
    ValueError
        If a piece decides nothing: cut finer, or rewrite the function; or if the gap is never
        below ``below``.
    """
    flint = _flint()
    a, b = _rational(low, "low"), _rational(high, "high")
    spare, near = ball(below), False
    if not a < b:
        raise ValueError(f"low must lie below high, got {low} and {high}")
    if pieces < 1:
        raise ValueError(f"pieces must be a positive integer, got {pieces!r}")
    pieces = int(pieces)
    with flint.ctx.workprec(PRECISION):
        for i in range(pieces):
            left, right = (a + (b - a) * Fraction(j, pieces) for j in (i, i + 1))
            y = gap(ball(left).union(ball(right)))
            if y.is_finite() and bool(y > 0):
                near = near or bool(gap(ball(right)) < spare)
                continue
            if y.is_finite() and bool(y <= 0):
                return Proof(False, "enclosure", where, "not positive on a piece", relies_on)
            raise ValueError(f"piece {i + 1} of {pieces} decides nothing")
    if not near:
        raise ValueError(f"below must be above the least gap, got {below}: {where}")
    strength = f"positive on {pieces} intervals that cover [{low}, {high}]"
    return Proof(True, "enclosure", where, strength, relies_on)
