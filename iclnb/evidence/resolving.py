"""Resolving power: the smallest change of a prediction that turns a verdict.

Every check hands over how it judges a changed prediction; the change is found by evaluating that
again and again, first on a grid that grows outwards, then by bisection. Nothing is typed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from iclnb.evidence.words import digits, rounded, share, with_unit
from iclnb.kinds import guarded

NUMBER, EXPONENT, STRENGTH = 0.05, 0.05, 2.0
"""Targets: the relative error of a number, the error of an exponent, the factor of a bound."""

_GRID = 1.25
_SMALLEST, _LARGEST = 1e-16, 1e9


@guarded
def smallest(turns: Callable[[float], bool]) -> float | None:
    """Return the smallest positive change that turns a verdict, to three digits.

    Parameters
    ----------
    turns : callable
        Whether a change of this size turns the verdict.

    Returns
    -------
    float or None
        Zero if the smallest change that is tried turns it, ``None`` if none up to 10⁹ does.
    """
    before, size = 0.0, _SMALLEST
    while not turns(size):
        if size == _LARGEST:
            return None
        before, size = size, min(size * _GRID, _LARGEST)
    if size == _SMALLEST:
        return 0.0
    low, high = before, size
    while high - low > 1e-4 * high:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if turns(middle) else (middle, high)
    return high


class Notices(NamedTuple):
    """What a check would have noticed.

    ``kind`` is ``factor`` (relative change of a number), ``shift`` (in units of ``size``),
    ``exponent``, ``strength`` (factor of a bound), ``margin`` (of a bound at zero, in units of
    ``size``), ``case`` (one exception), ``cases`` (share of exceptions), ``any`` (a proved
    identity) or ``near`` (a proved bound, which need not be attained: what it is known to notice
    is its near miss).
    ``up`` and ``down`` are the smallest changes that turn the verdict, ``None`` where none does;
    they are equal where there is one side only.
    """

    kind: str
    up: float | None
    down: float | None
    unit: str = ""
    size: float = 1.0

    @property
    def value(self) -> float | None:
        """The larger of both sides, to two digits; ``None`` if one of them never turns.

        Of a factor near one, the digits are those of its excess.
        """
        if self.up is None or self.down is None:
            return None
        most = max(self.up, self.down)
        if self.kind == "strength" and most < 1.995:
            return rounded(1 + round(most - 1, 2), 3)
        return rounded(most)

    @property
    def enough(self) -> bool:
        """Whether it reaches the target of the book."""
        value, kind = self.value, self.kind
        if kind in ("any", "near", "case"):
            return True
        if value is None:
            return False
        target = {"exponent": EXPONENT, "strength": STRENGTH}.get(kind, NUMBER)
        return value <= target

    @property
    def something(self) -> bool:
        """Whether it would notice twice the number, half of it, or the next half exponent."""
        if self.kind not in ("factor", "shift", "exponent"):
            return True
        limit = 0.5 if self.kind == "exponent" else 1.0
        return self.value is not None and self.value <= limit

    @property
    def text(self) -> str:
        """In words, after "would have noticed"."""
        value = self.value
        if self.kind == "any":
            return f"any error, by {self.unit}"
        if self.kind == "near":
            return f"its near miss, by {self.unit}"
        if value is None:
            return (
                "no stronger bound" if self.kind in ("strength", "margin") else "hardly any error"
            )
        if self.kind == "factor":
            return (
                f"an error of {share(value)}" if value < 1 else f"a factor {digits(1 + value, 2)}"
            )
        if self.kind == "shift":
            return f"a shift of {with_unit(digits(value * self.size, 2), self.unit)}"
        if self.kind == "margin":
            return f"a bound stronger by {with_unit(digits(value * self.size, 2), self.unit)}"
        if self.kind == "exponent":
            return f"an exponent off by {digits(value, 2)}"
        if self.kind == "strength":
            if value < 1.005:
                return "any stronger bound: it is attained"
            return f"a bound stronger by {_stronger(value)}"
        if self.kind == "case":
            return "a single exception"
        return f"exceptions in {share(value)} of all cases"

    @property
    def said(self) -> str:
        """The same as a phrase: it "would have noticed", or "would only have noticed" that."""
        only = "" if self.enough or self.value is None else "only "
        return f"would {only}have noticed {self.text}"

    def record(self) -> dict[str, float | str | None]:
        """Return kind and value, with the words, as plain JSON types."""
        return {"kind": self.kind, "value": self.value, "text": self.text, "said": self.said}


def _stronger(factor: float) -> str:
    return share(factor - 1) if factor < 1.5 else f"a factor {digits(factor, 2)}"


class Miss(NamedTuple):
    """By how much a prediction fails: ``factor`` (at least one) between prediction and
    measurement, ``shift`` (in units of ``size``), ``exponent``, ``cases`` (share of exceptions),
    or ``any``."""

    kind: str
    value: float
    text: str

    def record(self) -> dict[str, float | str | None]:
        """Return kind and value, with the words, as plain JSON types."""
        value = rounded(self.value, 3) if math.isfinite(self.value) else None
        return {"kind": self.kind, "value": value, "text": self.text}


@guarded
def both(
    kind: str, up: Callable[[float], bool], down: Callable[[float], bool], **more: Any
) -> Notices:
    """Return what two ways of changing a prediction have to grow to before they are noticed."""
    return Notices(kind, smallest(up), smallest(down), **more)
