r"""The own key bursts: the time of attention one half, and the dominant score there.

In the notation of :mod:`.rows` and :mod:`.fading`, for :math:`\frac14\le p_1\le\frac34` and
:math:`\lambda=\log M\ge18`, from y = M down to y = 1/2. Attention one half lies between y = 1,
where :math:`a=\frac{1-b}2`, and y = 1/2, if :math:`b\le\frac14` there. With
:math:`\ell=\lambda+7`, :math:`j=2\sqrt\ell+5`, :math:`Q=3\lambda+11`:

* :math:`d\tau=-dy/(rh)`, :math:`h\ge(1-a)^2` and :math:`1-a\ge\frac y{1+y}`, so the integral of a
  is at most that of :math:`(1+y)^2/y^3`, below :math:`\ell`;
* as :math:`b\le0.7501`, :math:`\tau\le\int(1+\frac1y)^3\frac{dy}{1-b}`, below 5 M; and with
  :math:`\frac1{1-b}\le1+b+4.01b^2` it is at most :math:`M+7Q+(1+3x^2)(I+4.01I_2)`, where I and
  :math:`I_2` are the integrals of :math:`\frac1V` and :math:`\frac1{V^2}` over :math:`\tau`;
* as in :mod:`.fading`, :math:`V\le\sqrt{2\tau}+\ell+9` and, with :math:`w=\sqrt{2(1-\theta)\tau}`,
  :math:`V\ge\max(1,w-j)`, so that :math:`(1-\theta)I\le2j^2+w+j\log w` and
  :math:`(1-\theta)I_2\le2j^2+\log w+1`;
* at y = 1, :math:`\tau\ge\int_1(1+b)(1-b^2-3x^2)dy\ge M-7+\int b\,dy-2\int b^2dy`, and
  :math:`\int b\,dy\ge\int(\frac1V-4a-\frac1{V^2})d\tau`, with
  :math:`I\ge\sqrt{2\tau}-4-(\ell+5)\log(4\sqrt M)`.

The functions give bounds over powers of :math:`\lambda` and x, at :math:`z=1/\lambda`; x times a
power of :math:`\lambda` falls with :math:`\lambda` and is enclosed from zero on. The constants
proved leave room for log K in the place of :math:`\lambda`. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Number, Proof, for_all, vanishes
from iclnb.exact.balls import ball
from iclnb.kinds import guarded

from .chains import chain
from .fading import part, start

__all__ = ["dominant_score", "rare_growth"]

LATEST = Fraction(1, 18)
"""The largest z: K is at least 10^8."""
PIECES = 400


def _small(z: Any, power: int) -> Any:
    """Return a ball around x times a power of lambda, from zero on."""
    late = 1 / z.upper()
    return part(0).union((-late / 2).exp() * late**power)


def _root(z: Any) -> Any:
    """Return a ball around the square root of z."""
    top = z.upper().sqrt()
    return top.union(z.lower().sqrt() if bool(z.lower() > 0) else part(0))


def _theta(z: Any) -> Any:
    """Return theta over x."""
    return part(10).sqrt() + _small(z, 1) * (1 + 16 * z)


def _shift(z: Any) -> Any:
    """Return j over the square root of lambda."""
    return 2 * (1 + 7 * z).sqrt() + 5 * _root(z)


def _logs(z: Any) -> Any:
    """Return log w over lambda, at most."""
    return (1 + z * part(10).log()) / 2


def _second(z: Any) -> Any:
    """Return the integral of 1/V^2 over lambda^2, at most."""
    x = _small(z, 0)
    inner = 2 * _shift(z) ** 2 * z + _logs(z) * z + z * z
    return inner / (1 - x * _theta(z))


def _loss(z: Any) -> Any:
    """Return what comes in the upper bound of the time beside M and w, over lambda^2."""
    x = _small(z, 0)
    logs = 2 * _shift(z) ** 2 * z + _shift(z) * _logs(z) * _root(z)
    first = logs / (1 - x * _theta(z))
    return 7 * (3 + 11 * z) * z + (1 + 3 * x * x) * (first + part(401, 100) * _second(z))


def _longer(z: Any) -> Any:
    """Return the relative excess of the time over M, over x, at most."""
    x = _small(z, 0)
    return part(10).sqrt() * (1 + 3 * x * x) / (1 - x * _theta(z)) + _small(z, 2) * _loss(z)


def _above(z: Any) -> Any:
    """Return epsilon in tau = M + sqrt(2M)(1 + epsilon), over x lambda^2, at most."""
    x, eta = _small(z, 0), _longer(z)
    roots = eta / 2 + 3 * x + 3 * x * x * eta / 2 + _theta(z)
    return z * z * roots / (1 - x * _theta(z)) + _loss(z) / part(2).sqrt()


def _short(z: Any) -> Any:
    """Return zeta over x^2 lambda^2: the time at y = 1 is at least M (1 - zeta)."""
    x = _small(z, 0)
    return 7 * z * z + 2 * (1 + 3 * x * x) * _second(z)


def _below(z: Any) -> Any:
    """Return minus epsilon, over x lambda^2, at most."""
    x = _small(z, 0)
    logs = (1 + 12 * z) * (part(1, 2) + z * part(4).log()) + 4 * (1 + 7 * z) * z
    inner = 11 * z * z + logs + _second(z) * (3 + 6 * x * x)
    return inner / part(2).sqrt() + x * _short(z)


def _seen(z: Any) -> Any:
    """Show what the bounds take for granted.

    V is 4 at y = 1/2, where w is at least its least at y = 1; the time is below 5 M; and
    :math:`\\sqrt{16+2\\tau}+\\ell+5` below :math:`4\\sqrt M`.
    """
    x, fallen = _small(z, 0), _small(z, 1)
    j = fallen * _shift(z) * _root(z)  # over the square root of M
    least = part(2).sqrt() * (1 - x * _theta(z)) * (1 - fallen * fallen * _short(z))
    time = 5 - part(401, 100) * (1 + x * fallen * (3 + 11 * z))
    wide = 4 - part(10).sqrt() - 4 * x - fallen * (1 + 12 * z)
    return [least - j - 4 * x, time, wide]


def _primitives(x: Draw) -> list[tuple[Any, Any]]:
    """The two integrals over y, without their logarithms."""
    y = x()
    inverse = 1 / Jet(y, 1, order=1)
    own = (-2 * inverse - inverse * inverse / 2)[1] + 1 / y
    whole = (Jet(y, 1, order=1) - 3 * inverse - inverse * inverse / 2)[1] + 3 / y
    return [(own, (1 + y) ** 2 / y**3), (whole, (1 + 1 / y) ** 3)]


def _ready(push: int) -> Proof:
    where = "every K ≥ 10⁸, p_1 from 1/4 to 3/4"
    return chain(
        lambda: start(push),
        lambda: vanishes("hcl-burst-primitives", _primitives, where=where),
        lambda: for_all(
            _seen, 0, LATEST, pieces=PIECES, below=("1.412", "0.99", "0.8336"), where=where
        ),
    )


@guarded
def rare_growth(factor: Number = 1, push: int = 1) -> Proof:
    r"""At attention one half :math:`t=\frac{K^2}{1-p_1}(1+\sqrt{2/K}(1+\epsilon))` with
    :math:`|\epsilon|\le10\log^2K/\sqrt K`.

    For every K from 10^8 on and :math:`p_1` from 1/4 to 3/4. ``factor`` stands before the root,
    ``push`` is that of :func:`.rows.row_speeds`.
    """

    def gap(z: Any) -> Any:
        x = _small(z, 0)
        extra = z * z * (part(23, 10) + 7 * x)  # K for M, and K - 1 for K, in e
        high, low = _above(z), _below(z) + extra
        if factor == 1:  # divided by x lambda^2; 10 allows for K in the place of M
            return [9 - high, 9 - low]
        unit = _small(z, 2)
        off = 1 + unit * high.union(-low) - ball(factor)
        return 10 * unit - abs(off)

    where = "every K ≥ 10⁸, p_1 from 1/4 to 3/4: the constant within 10 log² K/√K"
    return chain(
        lambda: _ready(push),
        lambda: for_all(gap, 0, LATEST, pieces=PIECES, below=("2.64", "5.05"), where=where),
    )


@guarded
def dominant_score(*, two: bool = True, push: int = 1) -> Proof:
    r"""At attention one half :math:`B_{k,1}=-\frac12\log(2K)+\log\frac{1-p_1}{p_1}+\epsilon`,
    :math:`|\epsilon|\le2\log K/\sqrt K`.

    There :math:`B_{k,1}=-\log v+\log\frac{1-p_1}{p_1}+\log\frac M{M+1}+C`, with the other keys'
    score :math:`C=-(\log\frac My+\log\frac{v_0}v)/(M+2)`, as the row has the sum zero. K, p_1
    and ``push`` as in :func:`rare_growth`; ``two=False`` says :math:`\log K`.
    """

    def whole(x: Draw) -> list[tuple[Any, Any]]:
        own, dominant, size = x.vector(3)  # scores less C, and M
        other = -(own + dominant) / (size + 2)
        return [(own + other + dominant + other + size * other, 0)]

    def gap(z: Any) -> Any:
        x = _small(z, 0)
        rest = x * (2 + 3 * z) + 3 * x * z  # of C, of K for M and of M/(M + 1)
        high_v = _longer(z) * z / 2 + (1 + 15 * z) / part(2).sqrt()
        lost = (
            z * _theta(z) + _small(z, 1) * _short(z) + (_shift(z) * _root(z) + z) / part(2).sqrt()
        )
        low_v = lost / (1 - _small(z, 1) * lost)
        high, low = low_v + rest, high_v + rest
        if two:  # divided by x lambda; 2 allows for K in the place of M
            return [part(19, 10) - high, part(19, 10) - low]
        unit = _small(z, 1)
        off = unit * high.union(-low) - part(2).log() / 2
        return 2 * unit - abs(off)

    where = "every K ≥ 10⁸, p_1 from 1/4 to 3/4: within 2 log K/√K"
    return chain(
        lambda: _ready(push),
        lambda: vanishes("hcl-score-sum", whole, where=where, zero=True),
        lambda: for_all(gap, 0, LATEST, pieces=PIECES, below=("1.088", "0.5056"), where=where),
    )
