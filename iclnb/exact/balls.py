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
    below: int | str | Fraction,
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
    below : exact number
        How much there is to spare: the distance to the nearer end, as in :func:`for_all`.

    Raises
    ------
    ValueError
        If the ball is not finite, or so wide that neither the claim nor its negation follows; or
        if ``below`` is not what there is to spare.
    """
    flint = _flint()
    bottom, top = _rational(low, "low"), _rational(high, "high")
    if not bottom < top:
        raise ValueError(f"low must lie below high, got {low} and {high}")
    with flint.ctx.workprec(PRECISION):
        x = value()
        if not x.is_finite():
            raise ValueError("value is not finite")
        inside = bool(x > ball(bottom)) and bool(x < ball(top))
        outside = bool(x < ball(bottom)) or bool(x > ball(top))
        if inside:
            _spares((x - ball(bottom)).min(ball(top) - x), below, where)
    if not inside and not outside:
        raise ValueError(f"the ball {x.str(20)} decides nothing of ({low}, {high})")
    strength = f"enclosed in ({low}, {high})" if inside else f"outside of ({low}, {high})"
    return Proof(inside, "enclosure", where, strength, relies_on)


def _spares(gap: Any, below: int | str | Fraction, where: str) -> None:
    """Check that the least of the gap lies between 999/1000 of ``below`` and ``below``."""
    told, gap = ball(below), gap.lower()
    if not (bool(gap < told) and bool(gap > told * 999 / 1000)):
        raise ValueError(
            f"below must be the least gap, {gap.str(8, radius=False)}, or up to 1/1000 more,"
            f" got {below}: {where}"
        )


def _several(gaps: Any) -> list[Any]:
    return gaps if isinstance(gaps, list) else [gaps]


@guarded
def for_all(
    gap: Callable[[Any], Any],
    low: int | str | Fraction,
    high: int | str | Fraction,
    *,
    pieces: int,
    below: int | str | Fraction | tuple[str, ...],
    where: str,
    relies_on: tuple[str, ...] = (),
) -> Proof:
    """Prove that ``gap`` is positive on the whole interval from ``low`` to ``high``.

    The interval is cut into ``pieces`` balls, and the function is enclosed on each. ``below`` says
    how much the inequality has to spare: at the ends of the pieces the least gap must lie below it,
    and above 999/1000 of it. Another gap than the one that was meant has another least value. A
    list of gaps has one ``below`` for each.

    Raises
    ------
    ValueError
        If a piece decides nothing: cut finer, or rewrite the function; or if ``below`` is not what
        there is to spare.
    """
    flint = _flint()
    a, b = _rational(low, "low"), _rational(high, "high")
    spare = below if isinstance(below, tuple) else (below,)
    least: list[Any] = []
    if not a < b:
        raise ValueError(f"low must lie below high, got {low} and {high}")
    if pieces < 1:
        raise ValueError(f"pieces must be a positive integer, got {pieces!r}")
    pieces = int(pieces)
    with flint.ctx.workprec(PRECISION):
        for i in range(pieces):
            left, right = (a + (b - a) * Fraction(j, pieces) for j in (i, i + 1))
            found = _several(gap(ball(left).union(ball(right))))
            if any(y.is_finite() and bool(y <= 0) for y in found):
                return Proof(False, "enclosure", where, "not positive on a piece", relies_on)
            if not all(y.is_finite() and bool(y > 0) for y in found):
                raise ValueError(f"piece {i + 1} of {pieces} decides nothing")
            ends = _several(gap(ball(right)))
            least = [u.min(v) for u, v in zip(least, ends, strict=True)] if least else ends
        if len(least) != len(spare):
            raise ValueError(f"below must name {len(least)} numbers, got {len(spare)}: {where}")
        for at_least, told in zip(least, spare, strict=True):
            _spares(at_least, told, where)
    strength = f"positive on {pieces} intervals that cover [{low}, {high}]"
    return Proof(True, "enclosure", where, strength, relies_on)
