"""Degrees of rational functions, carried through a computation in the place of numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import count

from iclnb.kinds import guarded

_NAMES = count()

Factors = dict[int, tuple[int, int]]
"""The name of each denominator, with its degree and power."""


@guarded
class Degree:
    r"""A bound on the degree of the numerator of a rational function, with its denominators.

    A value stands for :math:`N/\prod_j D_j^{p_j}`: ``numerator`` bounds the degree of :math:`N`,
    and ``factors`` maps the name of each :math:`D_j` to its degree and power. A sum is put over the
    least common denominator of the named factors, so that the bound stays close to the truth. A
    free variable has degree one, a number degree zero; nothing else is taken.
    """

    __slots__ = ("factors", "numerator")

    def __init__(self, numerator: int, factors: dict[int, tuple[int, int]] | None = None) -> None:
        self.numerator = numerator
        self.factors = factors or {}

    @staticmethod
    def of(value: object) -> Degree:
        """Return the degree of a value; an exact number has degree zero.

        Raises
        ------
        TypeError
            If the value is neither a degree nor an exact number: a bound that swallows what it does
            not know is no bound.
        """
        return _of(value)

    def over(self, factors: dict[int, tuple[int, int]]) -> int:
        """Return the degree of the numerator over a larger denominator."""
        return _over(self, factors)

    @staticmethod
    def common(*values: Degree) -> dict[int, tuple[int, int]]:
        """Return the least common denominator of the named factors."""
        return _common(*values)

    def denominator(self) -> int:
        """Return the degree of the whole denominator."""
        return sum(size * power for size, power in self.factors.values())

    # Sums and products are made by the million, of degrees that were looked at when they came in.

    def __add__(self, other: object) -> Degree:
        if not isinstance(other, (Degree, int, Fraction)):
            return NotImplemented
        o = _of(other)
        if not self.factors and not o.factors:
            return _made(max(self.numerator, o.numerator), {})
        factors = _common(self, o)
        return _made(max(_over(self, factors), _over(o, factors)), factors)

    def __mul__(self, other: object) -> Degree:
        if not isinstance(other, (Degree, int, Fraction)):
            return NotImplemented
        o = _of(other)
        if not o.factors:
            return _made(self.numerator + o.numerator, self.factors)
        factors = dict(self.factors)
        for name, (size, power) in o.factors.items():
            factors[name] = (size, power + factors[name][1] if name in factors else power)
        return _made(self.numerator + o.numerator, factors)

    def __truediv__(self, other: object) -> Degree:
        if not isinstance(other, (Degree, int, Fraction)):
            return NotImplemented
        return self * _of(other).reciprocal()

    def __rtruediv__(self, other: object) -> Degree:
        return _of(other) * self.reciprocal()

    def reciprocal(self) -> Degree:
        """Return the degree of one over the value; its numerator becomes a named factor."""
        if self.numerator == 0:
            return Degree(self.denominator())
        return Degree(self.denominator(), {next(_NAMES): (self.numerator, 1)})

    def __pow__(self, power: int) -> Degree:
        if isinstance(power, bool) or not isinstance(power, int) or power < 0:
            raise TypeError(f"power must be a whole number, got {power!r}")
        out = Degree(0)
        for _ in range(power):
            out = out * self
        return out

    def __neg__(self) -> Degree:
        return self

    def __bool__(self) -> bool:
        raise TypeError("a degree has no truth value: do not branch on a free variable")

    def __eq__(self, other: object) -> bool:
        raise TypeError("a degree cannot be compared: do not branch on a free variable")

    __hash__ = None  # type: ignore[assignment]
    __radd__ = __sub__ = __rsub__ = __add__
    __rmul__ = __mul__


def _made(numerator: int, factors: Factors) -> Degree:
    """Return the degree with these parts, which are not looked at again."""
    made = object.__new__(Degree)
    made.numerator, made.factors = numerator, factors
    return made


def _of(value: object) -> Degree:
    if isinstance(value, Degree):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return _made(0, {})
    raise TypeError(f"no degree for {type(value).__name__}: exact numbers only")


def _over(value: Degree, factors: Factors) -> int:
    own, lift = value.factors, 0
    for name, (size, power) in factors.items():
        lift += size * (power - own[name][1] if name in own else power)
    return value.numerator + lift


def _common(*values: Degree) -> Factors:
    out: Factors = {}
    for value in values:
        for name, (size, power) in value.factors.items():
            out[name] = (size, max(power, out[name][1]) if name in out else max(power, 0))
    return out


@guarded
def inverse_of_degrees(matrix: list[list[object]]) -> list[list[Degree]]:
    """Return the degrees of an inverse, by Cramer's rule over one common denominator."""
    values = [Degree.of(x) for row in matrix for x in row]
    size, factors = len(matrix), Degree.common(*values)
    top = max(value.over(factors) for value in values)
    lift = sum(degree * power for degree, power in factors.values())
    if top == 0:
        return [[Degree(lift) for _ in range(size)] for _ in range(size)]
    named = {next(_NAMES): (size * top, 1)}
    return [
        [Degree(lift + (size - 1) * top, dict(named)) for _ in range(size)] for _ in range(size)
    ]
