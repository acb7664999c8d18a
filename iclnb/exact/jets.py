"""Truncated power series: exact derivatives with no formula for them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.kinds import guarded


@guarded
class Jet:
    r"""A power series :math:`c_0+c_1\epsilon+\dots+c_m\epsilon^m`, cut after ``order`` :math:`m`.

    The coefficients are numbers, degrees, signs or whatever adds and multiplies; the second
    derivative at zero is ``2 * jet[2]``.

    >>> from fractions import Fraction
    >>> e = Jet(0, 1)  # the variable, to second order
    >>> (1 / (1 - e))[2], (e * e * e)[2]
    (Fraction(1, 1), 0)
    """

    __slots__ = ("coefficients",)

    def __init__(self, *coefficients: Any, order: int = 2) -> None:
        if len(coefficients) > order + 1:
            raise ValueError(f"order {order} has {order + 1} coefficients, got {len(coefficients)}")
        self.coefficients = (*coefficients, *(0,) * (order + 1 - len(coefficients)))

    @property
    def order(self) -> int:
        """The power after which the series is cut."""
        return len(self.coefficients) - 1

    def __getitem__(self, power: int) -> Any:
        return self.coefficients[power]

    def _like(self, value: Any) -> Jet:
        if isinstance(value, Jet):
            if value.order != self.order:
                raise ValueError(f"series of orders {self.order} and {value.order} do not mix")
            return value
        return Jet(value, order=self.order)

    def __add__(self, other: Any) -> Jet:
        o = self._like(other)
        pairs = zip(self.coefficients, o.coefficients, strict=True)
        return Jet(*(a + b for a, b in pairs), order=self.order)

    def __neg__(self) -> Jet:
        return Jet(*(-a for a in self.coefficients), order=self.order)

    def __sub__(self, other: Any) -> Jet:
        return self + (-self._like(other))

    def __rsub__(self, other: Any) -> Jet:
        return self._like(other) - self

    def __mul__(self, other: Any) -> Jet:
        a, b = self.coefficients, self._like(other).coefficients
        sums = []
        for power in range(self.order + 1):
            total = a[0] * b[power]
            for i in range(1, power + 1):
                total = total + a[i] * b[power - i]
            sums.append(total)
        return Jet(*sums, order=self.order)

    def reciprocal(self) -> Jet:
        """Return one over the series; its constant coefficient must have a reciprocal."""
        a = self.coefficients
        first = Fraction(1) / a[0]
        out = [first]
        for power in range(1, self.order + 1):
            total = a[1] * out[power - 1]
            for i in range(2, power + 1):
                total = total + a[i] * out[power - i]
            out.append(-(first * total))
        return Jet(*out, order=self.order)

    def __truediv__(self, other: Any) -> Jet:
        return self * self._like(other).reciprocal()

    def __rtruediv__(self, other: Any) -> Jet:
        return self._like(other) * self.reciprocal()

    def __pow__(self, power: int) -> Jet:
        if isinstance(power, bool) or not isinstance(power, int) or power < 0:
            raise TypeError(f"power must be a whole number, got {power!r}")
        out = Jet(1, order=self.order)
        for _ in range(power):
            out = out * self
        return out

    def __bool__(self) -> bool:
        raise TypeError("a series has no truth value: do not branch on a free variable")

    __radd__, __rmul__ = __add__, __mul__
