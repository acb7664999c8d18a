r"""The row of a rare feature: its two speeds from the loss, and what they imply by signs.

:math:`N=\infty`, time :math:`\tau=p_kt`, :math:`M=K-2`. The row holds a on its own key, b on the
dominant one and r on the others, c = r/M on each; :math:`y=r/a` falls from M, :math:`v=r/b` rises,
and :math:`V=1+v`. With free positive numbers for all that can vary:

.. math:: -\dot y=rh,\quad h=(1-a)^2+(1-\tfrac ca)(b^2+rc)+c(1-a)+\tfrac{c^2}a,\qquad
          \dot v=r(1-\tfrac vM)(b(1-b)+a(1-a)+c(1-r)).

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from iclnb.exact import Draw, Jet, Pair, Proof, nonnegative, square, vanishes
from iclnb.kinds import guarded

from .chains import chain

__all__ = ["Row", "row_flow", "row_signs", "row_speeds"]

WHERE = "N = ∞; every K, p_1 and state of the row"


class Row(NamedTuple):
    """A state of the row: attentions, the number of other keys, and the two excesses over c.

    The attentions are R/M + own, R/M + dominant and R over their sum: so c is below a and b.
    """

    a: Any
    b: Any
    r: Any
    c: Any
    size: Any
    own: Any  # (a - c)/a
    dominant: Any  # (b - c)/b


def _row(x: Draw) -> Row:
    rest, size, own, dominant = x.vector(4)
    each = rest / size
    mass = each + own + each + dominant + rest
    a, b = (each + own) / mass, (each + dominant) / mass
    return Row(
        a, b, rest / mass, each / mass, size, own / (each + own), dominant / (each + dominant)
    )


def _loss(own: Any, dominant: Any, one: Any, others: Any, more: Any) -> Any:
    """Return L_k from weights: own key, dominant key, one other, and ``more`` others."""
    mass = own + dominant + one + more * others
    a, b, c, d = own / mass, dominant / mass, one / mass, others / mass
    return ((1 - a) * (1 - a) + b * b + c * c + more * d * d) / 2


def norm(s: Row) -> Any:
    """Return the squared length of the attention."""
    return s.a * s.a + s.b * s.b + s.r * s.c


def lead(s: Row) -> Any:
    """Return the own score's speed less that of the dominant key's fall."""
    return s.a * (1 - 2 * s.a + norm(s)) - s.b * (s.b + s.a - norm(s))


def _h(s: Row) -> Any:
    squares = s.b * s.b + s.r * s.c
    return (s.b + s.r) ** 2 + s.own * squares + s.c * (s.b + s.r) + s.c * s.c / s.a


def _rise(s: Row) -> Any:
    ends = s.b * (s.a + s.r) + s.a * (s.b + s.r) + s.c * (s.a + s.b)
    return s.r * s.dominant * ends


@guarded
def row_flow(own: Any, dominant: Any, other: Any, size: Any) -> tuple[Any, Any, Any]:
    """Return the speeds in tau of the scores of the own key, the dominant one and each other one.

    By series of the loss; the arguments are probability times e to the power of the score, of
    each key, and the number of other keys.
    """
    weights = (own, dominant, other, other)
    speeds = []
    for n in range(3):
        moved = [Jet(w, w if m == n else 0, order=1) for m, w in enumerate(weights)]
        speeds.append(-_loss(*moved, size - 1)[1])
    return speeds[0], speeds[1], speeds[2]


@guarded
def row_speeds(push: int = 1) -> Proof:
    r"""The speeds of y and v in :math:`\tau`, from the loss by series in each score.

    ``push`` multiplies the speed of the dominant key's score.
    """

    def sides(x: Draw) -> list[Pair]:
        s = _row(x)
        own, dominant, other = row_flow(s.a, s.b, s.c, s.size)
        dominant = push * dominant
        y, v = s.r / s.a, s.r / s.b
        speeds = [(y * (own - other), s.r * _h(s)), (v * (other - dominant), _rise(s))]
        return [*speeds, (own + dominant, lead(s))]

    return vanishes("hcl-row-speeds", sides, where=WHERE)


def _signs() -> list[tuple[str, Callable[[Row], Any], Callable[[Row], Any]]]:
    """Return what is not negative, and a form of it that shows this."""

    def share(s: Row) -> Any:  # v/M = c/b
        return s.c / s.b

    def at_most(s: Row) -> Any:
        last = s.c * (s.a + s.b + s.c / s.a * s.r) + s.c * s.a + s.c * s.own
        return s.a * (1 + s.b + s.r) + s.c / s.a * s.b * s.b + last

    def whole(s: Row) -> Any:
        gap = s.a + s.b * (s.a + s.b + s.r * (s.a + s.r))
        return gap + 3 / s.size * (s.a + s.b) * (1 + s.r)

    def room(s: Row) -> Any:
        inner = s.a + s.b + s.r * s.a
        first = s.b * inner / (s.b + s.r) + s.r * s.b * (s.b + share(s) * (s.a + s.r))
        second = s.a * (inner + s.r * share(s) * (s.b + s.r))
        return first + second + s.c * (s.a + s.b + s.r * s.r + s.r * share(s) * (s.a + s.b))

    def ahead(s: Row) -> Any:
        first = s.r * s.b * s.a * s.b / (s.b + s.r)
        return s.dominant * (first + s.r * s.a * (s.b + s.r) + s.r * s.c * (s.a + s.b))

    def inverse(s: Row) -> Any:  # 1/V
        return s.b / (s.b + s.r)

    return [
        ("h-low", lambda s: _h(s) - (1 - s.a) ** 2,
         lambda s: s.own * (s.b * s.b + s.r * s.c) + s.c * (s.b + s.r) + s.c * s.c / s.a),
        ("h-high", lambda s: 1 + s.b * s.b + 3 * s.c - _h(s), at_most),
        ("fall", lambda s: 1 + 3 / s.size - s.r * (1 + s.b * s.b + 3 * s.c), whole),
        ("rise-high", lambda s: inverse(s) + s.a + s.c - _rise(s), room),
        ("rise-low", lambda s: _rise(s) - (1 - s.a) ** 2 * (1 - share(s)) * inverse(s)
         * (1 - inverse(s)) ** 2, ahead),
        ("slack", lambda s: (1 - s.a) ** 2 * (1 - share(s)) - (1 - 2 * s.a - share(s)),
         lambda s: s.a * s.a + share(s) * s.a * (1 + s.b + s.r)),
        ("held", lambda s: s.r * (1 - s.a) ** 3 - (1 - 4 * s.a - inverse(s)),
         lambda s: s.a * s.a * (2 + square(1 + s.b + s.r))
         + inverse(s) * s.a * (1 + s.b + s.r) * (1 + (s.b + s.r) ** 2)),
        ("rest", lambda s: s.r * (1 - s.a) ** 2 - (1 - 3 * s.a - s.b),
         lambda s: s.a * s.a * (2 + s.b + s.r) + s.a * s.b * (1 + s.b + s.r)),
        ("pull", lambda s: s.a + s.b - norm(s),
         lambda s: s.a * (s.b + s.r) + s.a * s.b + s.r * s.dominant * s.b),
        ("lead-high", lambda s: s.a * (1 + s.b * s.b + s.c) - s.b * s.b * (1 - s.b) + s.b * s.c
         - lead(s),
         lambda s: s.a * s.a * (1 + s.b + s.r) + s.a * s.c * (s.a + s.b)
         + s.b * s.a * (s.b + s.r) + s.b * s.c * (s.a + s.b)),
        ("lead-low", lambda s: lead(s) - s.a * (1 - 2 * s.a - s.b) + s.b * s.b,
         lambda s: (s.a + s.b) * norm(s)),
    ]  # fmt: skip


@guarded
def row_signs(push: int = 1) -> Proof:
    r"""The speeds, and what follows by signs, where :math:`c\le a` and :math:`c\le b`.

    * :math:`(1-a)^2\le h\le1+b^2+3c` and :math:`rh\le1+\frac3M`;
    * :math:`(1-a)^2(1-\frac vM)\frac{v^2}{V^3}\le\dot v\le\frac1V+a+c`, and
      :math:`(1-a)^2(1-\frac vM)\ge1-2a-\frac vM`;
    * :math:`r(1-a)^3\ge1-4a-\frac1V` and :math:`r(1-a)^2\ge1-3a-b`;
    * the dominant key's score falls, and the own score's lead D over its speed has
      :math:`a(1-2a-b)-b^2\le D\le a(1+b^2+c)-b^2(1-b)+bc`.
    """

    def one(name: str, gap: Callable[[Row], Any], plain: Callable[[Row], Any]) -> Proof:
        return nonnegative(
            f"hcl-row-{name}", lambda x: gap(_row(x)), lambda x: plain(_row(x)), where=WHERE
        )

    steps = [lambda name=n, gap=g, plain=p: one(name, gap, plain) for n, g, p in _signs()]
    return chain(lambda: row_speeds(push), *steps)
