r"""The dominant key fades: bounds of its attention and the own one's up to 9/10 of growth.

In the notation of :mod:`.rows`, for :math:`\frac14\le p_1\le\frac34` and :math:`K\ge10^6`, with
:math:`M=K-2` and :math:`x=M^{-1/2}`, while :math:`\tau\le\frac9{10}M(1+4x^2)`:

* :math:`y\ge M-(1+3x^2)\tau`, since :math:`rh\le1+3x^2`; with :math:`a\le1/y` the integral of a is
  at most 5/2, and with :math:`c\le x^2` that of a + c at most 7/2;
* :math:`V\le\sqrt{2\tau}+\frac{15}2`: from :math:`V(0)\le4` and :math:`\dot v\le\frac1V+a+c`, V
  less the integral of a + c is at most :math:`\sqrt{16+2\tau}`;
* :math:`V\ge\sqrt{2(1-\theta)\tau}-5`, with :math:`\theta=\max V/M`: G, of slope
  :math:`(1+v)^3/v^2`, grows at least at the speed :math:`1-2a-\theta`, starts above -6, and is at
  most :math:`\frac12(v+6)^2-21`, as :math:`\log v\le v-1`;
* :math:`y\le M-\tau+\frac{15}2+I`, as :math:`rh\ge1-3a-b`, I the integral of :math:`b\le\frac1V`:
  at most :math:`(50+2\sqrt{2\tau})/(1-\theta)`.

Each is a line of algebra from the signs of :mod:`.rows`; what is enclosed here, for all x and all
times, is what they imply. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any

from iclnb.exact import Draw, Jet, Number, Proof, enclosed, for_all, vanishes
from iclnb.exact.balls import ball
from iclnb.kinds import guarded

from .chains import chain
from .rows import row_signs

__all__ = ["corridor", "power_law", "switch_third"]

SMALLEST = Fraction(1001, 10**6)
#: What the four distances of the power law have to spare.
SPARE = ("7.18", "3.227", "39.93", "11.79")
"""The largest x: K is at least one million."""
THIRD = Fraction(1, 3)
USED = ("the inequalities of the proof on the page, integrated", "log v ≤ v - 1")


def part(p: int, q: int = 1) -> Any:
    """Return a ball around a fraction."""
    return ball(Fraction(p, q))


def clock_of_v(v: Any) -> Any:
    """Return G without its logarithm."""
    return v * v / 2 + 3 * v - 1 / v


@guarded
def start(push: int = 1) -> Proof:
    """The signs; G has the slope stated, and G(v) is above -6 at the least start, 33/100."""

    def slope(x: Draw) -> list[tuple[Any, Any]]:
        v = x()
        risen = clock_of_v(Jet(v, 1, order=1))[1] + 3 / v
        return [(risen, (1 + v) ** 3 / (v * v))]

    def least() -> Any:
        v = part(33, 100)
        return clock_of_v(v) + 3 * v.log()

    return chain(
        lambda: row_signs(push),
        lambda: vanishes("hcl-fading-clock", slope, where="every v"),
        lambda: enclosed(least, -6, 0, below="0.6882", where="v(0) from 33/100 on", relies_on=USED),
        lambda: enclosed(
            lambda: -(part(1, 10) - part(9, 10**6)).log(),
            0,
            Fraction(5, 2),
            below="0.1974",
            where="the integral of a",
        ),
    )


def spread(x: Any) -> Any:
    """Return theta over x."""
    return part(9, 5).sqrt() * (1 + 2 * x * x) + part(15, 2) * x


def slowest(x: Any, m: Any) -> Any:
    """Return x times the lower bound of V, at the square root m of 2 tau/M."""
    return (1 - x * spread(x)) * m - 5 * x


def shown(x: Any, m: Any) -> Any:
    """Return the integral I over sqrt(M), at m."""
    return (50 * x + 2 * m) / (1 - x * spread(x))


@guarded
def power_law(factor: Number = 1, push: int = 1) -> Proof:
    r"""At :math:`t=u\frac{K^2}{1-p_1}`, :math:`\frac1{10}\le u\le\frac9{10}`, the attention
    :math:`a_1\sqrt{2Ku}` is within :math:`20x` of one and :math:`a_kK(1-u)` within :math:`40x`.

    For every K from one million on and :math:`p_1` from 1/4 to 3/4; :math:`x=1/\sqrt{K-2}`, and
    :math:`uM\le\tau\le uM(1+4x^2)`. ``factor`` before :math:`a_1\sqrt{2Ku}`, ``push`` as in
    :func:`.rows.row_speeds`.
    """

    def gap(x: Any, u: Any) -> Any:
        m, late, rest = (2 * u).sqrt(), 1 + 2 * x * x, 1 - u
        low = slowest(x, m)
        most = x / (rest - 8 * x * x * u)  # a/x
        own_high = 74 * x / (1 - 72 * x * x)
        own_low = 1 / low + (part(17, 2) * x + shown(x, m * late)) / rest
        high = (m * x + m * spread(x) + 5) / low
        low_by = 2 * x + part(15, 2) / m + most
        if factor == 1:  # all divided by x
            return [20 - high, 20 - low_by, 40 - own_high, 40 - own_low]
        off = ball(factor) * (1 + x * high.union(-low_by)) - 1
        return [20 * x - abs(off)]

    def all_times(x: Any) -> Any:
        cuts = [Fraction(1, 10) + Fraction(i, 50) for i in range(41)]
        gaps = [gap(x, ball(a).union(ball(b))) for a, b in pairwise(cuts)]
        return [reduce(lambda a, b: a.min(b), each) for each in zip(*gaps, strict=True)]

    where = "every K ≥ 10⁶, p_1 from 1/4 to 3/4, u from 1/10 to 9/10: within 20 and 40 /√(K-2)"
    return chain(
        lambda: start(push),
        lambda: for_all(all_times, 0, SMALLEST, pieces=20, below=SPARE, where=where),
    )


def _early(x: Any) -> Any:
    """Show that the dominant key leads up to tau = M/20: b^2 times this is at most -D.

    All that is subtracted rises with tau.
    """
    s = part(1, 20)
    grown = (2 * s).sqrt() + part(15, 2) * x
    rest = 1 - (1 + 3 * x * x) * s
    a = x * x / rest
    most = part(7501, 10000)
    ratio = grown * grown / rest / ((1 - a) * (1 - a)) * (1 + most * most + x * x)
    return 1 - most - ratio - x * grown / (1 - a)


def _before(x: Any) -> Any:
    """Show that it leads up to tau = (1/3 - 10 x) M, where the bound is largest; divided by x.

    It is :math:`(1-s-3x^2s)(1-b-c/b)-(\\sqrt{2s}+\\frac{15}2x)^2(1+b^2+c)/(1-a)^2`.
    """
    root, s = part(2, 3).sqrt(), ball(THIRD) - 10 * x
    rest = 1 - s - 3 * x * x * s
    a = x * x / rest
    share = 1 / slowest(x, part(1, 10).sqrt())  # b/x is at most this, from tau = M/20 on
    more = x * (share * share + 1 + 2 / rest) / ((1 - a) * (1 - a))  # of the factor, less 1, over x
    grown = 2 * s + 15 * x * root + part(225, 4) * x * x
    lost = share + (root + part(15, 2) * x) / (1 - a)
    return 30 - 3 * x * s - rest * lost - 15 * root - part(225, 4) * x - grown * more


def _after(x: Any) -> Any:
    """Show that the own key leads at tau = (1/3 + 10 x) M; divided by x."""
    s = ball(THIRD) + 10 * x
    m = (2 * s).sqrt()
    a_over = x / (1 - s - 3 * x * x * s)
    lost = 2 * m * (spread(x) * m + 5) + 2 * s * (2 / slowest(x, m) + 2 * a_over)
    return 30 - lost - part(17, 2) * x - shown(x, m)


@guarded
def switch_third(share: Number = THIRD, push: int = 1) -> Proof:
    r"""The switch comes at :math:`\tau` within :math:`10xM` of :math:`\frac13M`, where
    :math:`a_1\sqrt{2K/3}` is within :math:`40x` of one.

    By the two bounds of D in :mod:`.rows`: D < 0 up to :math:`\tau=M/20` with
    :math:`b\le0.7501`, from there to :math:`(\frac13-10x)M` with :math:`b\le\frac1V`, and D > 0 at
    :math:`(\frac13+10x)M`. K and :math:`p_1` as in :func:`power_law`. ``share`` stands in place of
    one third, ``push`` as there.
    """

    def held(x: Any) -> Any:
        n = part(2, 3).sqrt()
        low = (1 - x * spread(x)) * n * (1 - 30 * x) - 5 * x
        high = (n * x + n * (spread(x) + 30) + 5) / low
        low_by = 15 + part(15, 2) / n + 2 * x
        return [40 - high, 40 - low_by]

    def time(x: Any) -> Any:  # 3 s (1 - 2/K)(1 - 1/K) lies between these
        s = ball(THIRD) + 10 * x * part(-1).union(part(1))
        ratio = s / ball(share) * (1 - 3 * x * x).union(part(1))
        if share == THIRD:  # divided by x
            return 1 - 3 * x * (1 + 30 * x)
        return 31 * x - abs(ratio - 1)

    where = "every K ≥ 10⁶, p_1 from 1/4 to 3/4: time within 31, attention within 40 /√(K-2)"
    return chain(
        lambda: start(push),
        *(
            lambda gap=gap, spare=spare: for_all(
                gap, 0, SMALLEST, pieces=50, below=spare, where=where
            )
            for gap, spare in (
                (_early, "0.07719"),
                (_before, "14.96"),
                (_after, "16.48"),
                (held, ("1.068", "15.82")),
                (time, "0.997"),
            )
        ),
    )


@guarded
def corridor(factor: Number = 1, push: int = 1) -> Proof:
    r"""The line :math:`B_{k,1}=-c\log K` is reached at :math:`\frac{1-p_1}{2p_1^2}K^{1+2c}`, within
    the relative error :math:`42g`, :math:`g=K^{-c}`, if :math:`K^c\ge300` and
    :math:`K^{1/2-c}\ge3`.

    There :math:`v=v_0K^ce^C`, C the other keys' score, at most x/50, and
    :math:`(v-\frac{13}2)^2\le2\tau\le\frac{(v+6)^2}{1-\theta}`; the time over its law is
    :math:`\frac{2\tau}{v^2}e^{2C}(\frac M{M+1})^2\frac{K-1}K`. So :math:`\frac1v\le3.04g`, and
    :math:`x\le0.334g`. K, p_1 and ``push`` as in :func:`power_law`; ``factor`` multiplies the time.
    """

    def before(x: Any) -> Any:  # v at 9/10 of growth, over the square root of M, less v on the line
        return slowest(x, part(9, 5).sqrt()) - x - part(1001, 1000)

    def gap(g: Any) -> Any:
        x = part(0).union(part(334, 1000) * g.upper())
        share, each, bend = part(334, 1000), part(304, 100), part(1, 20)  # of x, 1/v and e^2C
        high = (12 + 36 * each * g) * each * (1 + bend * x) + share * (bend + spread(x))
        high = high / (1 - x * spread(x))
        low = 13 * each + share * (bend + 3 * x)
        if factor == 1:  # divided by g
            return [42 - high, 42 - low]
        off = ball(factor) * (1 + g * high.union(-low)) - 1
        return 42 * g - abs(off)

    where = "every K ≥ 10⁶, p_1 from 1/4 to 3/4, K^c ≥ 300, K^(1/2-c) ≥ 3: within 42/K^c"
    return chain(
        lambda: start(push),
        lambda: for_all(before, 0, SMALLEST, pieces=20, below="0.3329", where=where),
        lambda: for_all(
            gap, 0, Fraction(1, 300), pieces=400, below=("3.885", "2.463"), where=where
        ),
    )
