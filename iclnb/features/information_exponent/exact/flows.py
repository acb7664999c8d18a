r"""The times of the flows on the sphere, with a remainder for every dimension beyond a stated one.

The flow is that of the correlation, projected on the sphere; its time is an integral of one over
the speed, of which the primitive is an identity of rational functions and the rest is enclosed on
the whole range of starts :math:`z=d^{-1/2}`. Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, for_all, nonnegative, square, vanishes
from iclnb.exact.balls import ball, entropy_term
from iclnb.kinds import guarded

__all__ = [
    "context_flow",
    "easy_flow",
    "equal_signs",
    "flow_time",
    "product_time",
    "ratio",
    "three",
]

END = Fraction(9, 10)
LEVEL = Fraction(3, 10)
START = Fraction(1, 10)
"""The largest start: dimension 100."""
PIECES = 100
#: What the half has to spare, by the power.
SPARE = {3: "0.1399", 4: "0.01895", 5: "0.2059", 6: "0.292", 7: "0.3287", 8: "0.3469"}


def _unit(x: Draw) -> list[Any]:
    """Return a unit vector of three coordinates, free up to its antipode's image."""
    u, v = x(), x()
    size = 1 + u * u + v * v
    return [2 * u / size, 2 * v / size, (2 - size) / size]


def _projected(w: list[Any], slope: list[Any]) -> list[Any]:
    along = sum((a * b for a, b in zip(w, slope, strict=True)), 0)
    return [b - a * along for a, b in zip(w, slope, strict=True)]


def _slope(value: Callable[[list[Any]], Any], w: list[Any]) -> list[Any]:
    """Return the gradient, coordinate by coordinate, from series."""
    return [
        value([Jet(u, 1 if i == j else 0, order=1) for j, u in enumerate(w)])[1]
        for i in range(len(w))
    ]


def _speeds(power: int) -> Proof:
    """The flow of C = s^Q, and of C = mu rho^(2Q), in the overlap and in the length alone."""

    def sides(x: Draw) -> list[Pair]:
        w, mu = _unit(x), x()
        s, rho2 = w[0], w[0] * w[0] + w[1] * w[1]
        one = _projected(w, _slope(lambda v: v[0] ** power, w))
        many = _projected(w, _slope(lambda v: mu * (v[0] * v[0] + v[1] * v[1]) ** power, w))
        claimed = 2 * (2 * power * mu * rho2**power * (1 - rho2))  # of rho^2: twice rho times that
        moved = 2 * (w[0] * many[0] + w[1] * many[1])
        return [(one[0], power * s ** (power - 1) * (1 - s * s)), (moved, claimed)]

    return vanishes(f"ie-speed-{power}", sides, where="three dimensions; every unit vector")


def _poles(power: int) -> list[int]:
    """Exponents p of the terms -s^(-p)/p of the primitive, beside the first one's."""
    return list(range(power - 2, 0, -2))


def _primitive(power: int) -> Proof:
    """The primitive of s^(1-Q)/(1-s^2): poles, and artanh s or log(s/sqrt(1-s^2))."""

    def sides(x: Draw) -> list[Pair]:
        s = x()
        rest = 1 / (1 - s * s) if power % 2 else 1 / s + s / (1 - s * s)
        slope = sum((1 / s ** (p + 1) for p in _poles(power)), rest)
        return [(slope, 1 / (s ** (power - 1) * (1 - s * s)))]

    return vanishes(f"ie-primitive-{power}", sides, where="every s")


def _remainder(power: int, z: Any) -> Any:
    """Return h in Q(Q-2) t z^(Q-2) = 1 + z h, enclosed on a ball of starts z >= 0."""
    end = ball(END)
    half = ball(Fraction(1, 2))

    def plain(s: Any) -> Any:  # the part without a pole, without log s
        return s.atanh() if power % 2 else -half * (1 - s * s).log()

    last = plain(end) + (0 if power % 2 else end.log())
    for p in _poles(power):
        last = last - 1 / (p * end**p)
    lead = power - 2
    out = lead * z ** (power - 3) * (last - plain(z))
    for p in _poles(power)[1:]:
        out = out + ball(Fraction(lead, p)) * z ** (power - 3 - p)
    if power % 2 == 0:
        out = out + lead * z ** (power - 4) * entropy_term(z)
    return out


def speed(power: int, s: Any) -> Any:
    """Return the speed of the overlap, :math:`Qs^{Q-1}(1-s^2)`."""
    return power * s ** (power - 1) * (1 - s * s)


@guarded
def ratio(power: int, start: Fraction) -> Any:
    """Return a ball around the time from ``start`` to 0.9 over its law, for Q >= 3."""
    z = ball(start)
    return 1 + z * _remainder(power, z)


def _first_failing(*proofs: Callable[[], Proof]) -> Proof:
    """Run them in turn, up to the first that fails; else return the last."""
    for proof in proofs:
        found = proof()
        if not found.holds:
            break
    return found


def _within(power: int, factor: Number, where: str) -> Proof:
    """The time over its law, times ``factor``, is within z/2 of one, for all starts to 1/10."""
    half = ball(Fraction(1, 2))

    def gap(z: Any) -> Any:
        h = _remainder(power, z)
        if factor == 1:  # divided by z
            return half - abs(h)
        return half * z - abs(ball(factor) * (1 + z * h) - 1)

    return for_all(gap, 0, START, pieces=PIECES, below=SPARE[power], where=where)


@guarded
def flow_time(factor: Number = 1) -> Proof:
    r"""For Q = 3 to 8 the time to 0.9 is :math:`d^{(Q-2)/2}/(Q(Q-2))`, within the relative error
    :math:`1/(2\sqrt d)`, in every dimension from 100 on.

    The speed from the correlation by series, the primitive as an identity, the rest by balls.
    ``factor`` multiplies the time.
    """
    steps: list[Callable[[], Proof]] = []
    for power in range(3, 9):
        steps += [
            lambda q=power: _speeds(q),
            lambda q=power: _primitive(q),
            lambda q=power: _within(q, factor, "Q = 3 to 8; every d from 100 on, within 1/(2 √d)"),
        ]
    return _first_failing(*steps)


@guarded
def context_flow(factor: Number = 1) -> Proof:
    r"""For Q = 2, 3, 4 the time in context to 0.9, within :math:`\sqrt{r/d}/2` of its law.

    The flow on :math:`\mu\varrho^{2Q}` has the speed of exponent 2Q, times :math:`\mu`.
    """
    where = "Q = 2 to 4; every r, and d from 100 r on, within √(r/d)/2"
    steps: list[Callable[[], Proof]] = []
    for power in (2, 3, 4):
        steps += [
            lambda q=power: _speeds(q),
            lambda q=power: _primitive(2 * q),
            lambda q=power: _within(2 * q, factor, where),
        ]
    return _first_failing(*steps)


@guarded
def easy_flow(coefficient: Number = Fraction(1, 4)) -> Proof:
    r"""The times at exponents one and two: :math:`\operatorname{artanh}0.9-\operatorname{artanh}z`
    and :math:`\frac14\log(d-1)+\frac12\log\frac{0.9}{\sqrt{0.19}}`.

    Both fall with z at the rate one over the speed, and are zero at z = 0.9; the second is so
    because :math:`(0.9^{-2}-1)\,0.9^2/0.19=1`. ``coefficient`` before the first logarithm.
    """

    def rates(x: Draw) -> list[Pair]:
        z = x()
        grown = coefficient * (-2 / z**3) / (1 / z**2 - 1)  # d/dz of log(1/z^2 - 1)
        return [(1 / (1 - z * z), 1 / speed(1, z)), (-grown, 1 / speed(2, z))]

    def ends(x: Draw) -> list[Pair]:
        end = END + 0 * x()
        return [((1 / end**2 - 1) * end**2 / (1 - end**2), 1)]

    return _first_failing(
        lambda: _speeds(1),
        lambda: _speeds(2),
        lambda: vanishes("ie-flow-end", ends, where="the end 0.9"),
        lambda: vanishes("ie-flow-easy", rates, where="Q = 1 and 2; every d"),
    )


@guarded
def three(w: list[Any], a: Any) -> list[Any]:
    """Return the flow of a neuron on the product of three of a unit vector's coordinates."""
    return _projected(w, _slope(lambda v: a * v[0] * v[1] * v[2], w))


@guarded
def equal_signs(*, neuron: bool = True, factors: int = 3) -> Proof:
    r"""From equal magnitudes v all three move alike: :math:`\dot v=\eta v^2(1-3v^2)`,
    :math:`\eta=a_3` times the product of the signs.

    All eight patterns, from the correlation by series; and :math:`1-3v^2` is positive for
    :math:`v<3^{-1/2}`, written with :math:`v^2=1/(3+t)`. So v rises to its maximum where
    :math:`\eta>0`, that is B > 0, and sinks to zero where :math:`\eta<0`. One near miss leaves
    the sign of :math:`a_3` out, the other one has ``factors`` for 3.
    """

    def sides(x: Draw) -> list[Pair]:
        v, a, out = x(), x(), []
        for signs in product((1, -1), repeat=3):
            eta = (-a if neuron else a) * (signs[0] * signs[1] * signs[2])
            moved = three([s * v for s in signs], -a)  # a neuron with a_3 < 0
            out += [
                (s * m, eta * v * v * (1 - factors * v * v))
                for s, m in zip(signs, moved, strict=True)
            ]
        return out

    def rising(x: Draw) -> Any:
        t = x()
        return 1 / (3 + t) * (1 - Fraction(3) / (3 + t))

    def plainly(x: Draw) -> Any:
        t = x()
        return t / square(3 + t)

    return _first_failing(
        lambda: nonnegative("ie-rise", rising, plainly, where="v below the maximum", strict=True),
        lambda: vanishes(
            "ie-product-signs",
            sides,
            where="all 8 patterns of signs; every equal magnitude, a_3 of both signs",
            relies_on=("monotonicity of a flow on the line",),
        ),
    )


@guarded
def product_time(factors: int = 3) -> Proof:
    r"""The time to 0.3 on the product is within :math:`2.7/\sqrt d` of :math:`\sqrt d`, relative.

    From equal coordinates z it is :math:`\frac1z-\frac1{0.3}+\sqrt3(\operatorname{artanh}
    0.3\sqrt3-\operatorname{artanh}\sqrt3z)`, the primitive of one over the speed of
    :func:`equal_signs`; times z this is 1 + z h, and h is enclosed. ``factors`` as there.
    """

    def sides(x: Draw) -> list[Pair]:
        v = x()
        slope = 1 / v**2 + Fraction(3) / (1 - 3 * v * v)  # of -1/v + sqrt 3 artanh(sqrt 3 v)
        return [(slope, 1 / (v * v * (1 - 3 * v * v)))]

    def gap(z: Any) -> Any:
        root = ball(3).sqrt()
        level = ball(LEVEL)
        h = root * ((root * level).atanh() - (root * z).atanh()) - 1 / level
        return ball(Fraction(27, 10)) - abs(h)

    return _first_failing(
        lambda: equal_signs(factors=factors),
        lambda: vanishes("ie-product-primitive", sides, where="every v"),
        lambda: for_all(
            gap,
            0,
            START,
            pieces=PIECES,
            below="0.06095",
            where="every d from 100 on, within 2.7/√d",
        ),
    )
