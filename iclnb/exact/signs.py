"""Signs, carried through a computation in the place of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.kinds import guarded


@guarded
class Sign:
    """Positive, not negative, or unknown, of an expression in positive variables.

    Sums and products of positive values are positive, of values that are not negative likewise; a
    difference is unknown. A square is written with :func:`square`, so that it is known for one.
    """

    __slots__ = ("known", "strict")

    def __init__(self, known: bool, strict: bool) -> None:
        self.known, self.strict = known, strict

    @staticmethod
    def of(value: object) -> Sign:
        """Return the sign of a value; exact numbers have one."""
        if isinstance(value, Sign):
            return value
        if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
            return Sign(value >= 0, value > 0)
        raise TypeError(f"no sign for {type(value).__name__}: exact numbers only")

    def __add__(self, other: object) -> Sign:
        o = Sign.of(other)
        known = self.known and o.known
        return Sign(known, known and (self.strict or o.strict))

    def __mul__(self, other: object) -> Sign:
        o = Sign.of(other)
        return Sign(self.known and o.known, self.strict and o.strict)

    def __truediv__(self, other: object) -> Sign:
        o = Sign.of(other)
        return Sign(self.known and o.strict, self.strict and o.strict)

    def __rtruediv__(self, other: object) -> Sign:
        return Sign.of(other) / self

    def __pow__(self, power: int) -> Sign:
        if isinstance(power, bool) or not isinstance(power, int) or power < 0:
            raise TypeError(f"power must be a whole number, got {power!r}")
        return Sign(self.known or power % 2 == 0, self.strict)

    def __neg__(self) -> Sign:
        return Sign(False, False)

    def __sub__(self, other: object) -> Sign:
        Sign.of(other)
        return Sign(False, False)

    def __bool__(self) -> bool:
        raise TypeError("a sign has no truth value: do not branch on a free variable")

    __radd__, __rmul__, __rsub__ = __add__, __mul__, __sub__


@guarded
def square(value: Any) -> Any:
    """Return the square of a value; of a sign, that it is not negative."""
    if isinstance(value, Sign):
        return Sign(True, value.strict)
    return value * value
