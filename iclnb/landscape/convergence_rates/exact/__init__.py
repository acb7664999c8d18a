r"""The chapter's statements, proved: speeds and overlaps from their definitions.

Nothing here uses the float library. Each function returns a :class:`iclnb.exact.Proof`; its
argument, at its default, is the statement of the page, and another value is a near miss that must
be refuted.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Number,
    Pair,
    Proof,
    nonnegative,
    sphere_moment,
    square,
    vanishes,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import Neurons, total
from iclnb.landscape.strict_saddle.exact import loss_on_path

LITTLE = Fraction(1, 10**9)


@guarded
def path_slope(factor: Number = 1) -> Proof:
    r"""The slope of the path as an integral over the atoms.

    Towards :math:`f_v` it is :math:`\int v\cdot\nabla_a\frac{\delta L}{\delta\mu}d\mu` for every v
    on the atoms, with :math:`f_v=\int v\,\sigma\,d\mu` in place of the teacher's features on the
    path. ``factor`` multiplies the right side. Four neurons, k = 2.
    """

    def sides(x: Draw) -> list[Pair]:
        at, k = Neurons(x, 4, 2), 2
        v = x.matrix(4, k)
        e = Jet(0, 1)
        moved = [
            [(1 - e) * a + e * b for a, b in zip(row, other, strict=True)]
            for row, other in zip(at.a, v, strict=True)
        ]
        slopes = at.slopes()
        along = total(
            [
                at.mass[i] * total([p * q for p, q in zip(v[i], slopes[i], strict=True)])
                for i in range(at.count)
            ]
        )
        return [(at.loss(moved)[1], factor * along)]

    return vanishes("rate-path-slope", sides, where="4 neurons, k = 2; every measure and every v")


@guarded
def descent(factor: Number = 1) -> Proof:
    r"""Theorem (1), as an inequality of Cauchy and Schwarz with a ratio.

    :math:`\varrho\int|a|^2d\mu^\circ\int|g|^2d\mu\ge(\int a\cdot g\,d\mu^\circ)^2`. With g the
    slope of the outer weights the right side is the squared slope of the path
    (:func:`path_slope`, which is run first), so the speed :math:`\int|g|^2d\mu` is at least
    :math:`\delta^2/\varrho`. Three neurons with two outer weights: the teacher's masses are
    :math:`p^\circ_i`, those of :math:`\mu` are :math:`p_i=(p^\circ_i+s_i)/\varrho` with any
    :math:`s_i\ge0`, a square here, so that :math:`\varrho` bounds the ratio. ``factor`` multiplies
    the right side.
    """
    return _cauchy("rate-descent", _with_ratio, factor, "every p, p°, outer weight and slope")


@guarded
def effective(factor: Number = 1) -> Proof:
    r"""The same for any representation v on the neurons that are there.

    :math:`\int|v|^2d\mu\int|g|^2d\mu\ge(\int v\cdot g\,d\mu)^2`; the right side is the squared
    slope towards :math:`f_v` (:func:`path_slope`, which is run first). ``factor`` multiplies the
    right side.
    """
    return _cauchy("rate-effective-ratio", _without_ratio, factor, "every mass, v and slope")


Terms = tuple[list[Any], list[Any], list[Any], list[Any]]


def _with_ratio(x: Draw) -> Terms:
    """Return masses, what is added to them, and the two vectors; v is a p°/p."""
    ratio, own, more = x(), x.vector(3), [square(x() - 1) for _ in range(3)]
    mass = [(q + s) / ratio for q, s in zip(own, more, strict=True)]
    a, g = x.vector(6), x.vector(6)
    weights = [m for m in mass for _ in range(2)]
    teacher = [q for q in own for _ in range(2)]
    v = [a[i] * teacher[i] / weights[i] for i in range(6)]
    # rho |a|^2 p° - |v|^2 p = |a|^2 p° s/p
    rest = [square(a[i]) * teacher[i] * more[i // 2] / weights[i] for i in range(6)]
    return weights, v, g, rest


def _without_ratio(x: Draw) -> Terms:
    mass, v, g = x.vector(3), x.vector(6), x.vector(6)
    return [m for m in mass for _ in range(2)], v, g, [0] * 6


def _cauchy(name: str, terms: Callable[[Draw], Terms], factor: Number, where: str) -> Proof:
    slope = path_slope()
    if not slope.holds:
        return slope

    def gap(x: Draw) -> Any:
        weights, v, g, rest = terms(x)
        one = total([m * p * p + r for m, p, r in zip(weights, v, rest, strict=True)])
        two = total([m * q * q for m, q in zip(weights, g, strict=True)])
        both = total([m * p * q for m, p, q in zip(weights, v, g, strict=True)])
        return one * two - factor * both * both

    def plain(x: Draw) -> Any:
        weights, v, g, rest = terms(x)
        force = total([m * square(q) for m, q in zip(weights, g, strict=True)])
        crossed = [
            weights[i] * weights[j] * square(v[i] * g[j] - v[j] * g[i])
            for i, j in combinations(range(6), 2)
        ]
        return total(crossed) + total(rest) * force

    return nonnegative(
        name,
        gap,
        plain,
        where=f"3 neurons, 2 outer weights; {where}",
        relies_on=("|Ra| <= |a|",),
    )


@guarded
def seeding(power: int = 2) -> Proof:
    r"""Birth with outer weight zero scales the features by :math:`1-\epsilon`, and the loss not.

    After it the slope towards the teacher is :math:`\delta/(1-\epsilon)`. ``power`` of
    :math:`1-\epsilon` in the covariance of the scaled features.
    """

    def sides(x: Draw) -> list[Pair]:
        k, e = 3, x()
        S0, C, Sigma, R = x.symmetric(k), x.matrix(k), x.symmetric(k), x.matrix(k)
        keep = 1 - e
        before = loss_on_path(S0, C, Sigma, R)
        scaled_C = [[keep * v for v in row] for row in C]
        scaled_Sigma = [[keep**power * v for v in row] for row in Sigma]
        after = loss_on_path(S0, scaled_C, scaled_Sigma, R)
        return [(after[0], before[0]), (keep * after[1], before[1])]

    return vanishes("rate-seeding", sides, where="k = 3; every measure, R and share of newborn")


@guarded
def iid_overlap(shift: int = 0) -> Proof:
    r"""Independent noise overlaps a unit direction by :math:`\mathbb Ec^2=1/(N(k+d))`.

    N neurons of mass 1/N, the noise uniform on the unit sphere of the :math:`N(k+d)` coordinates
    scaled to norm one in :math:`L^2(\mu)`: N = 3, k + d = 2 by the moments of the sphere. ``shift``
    is added to k + d.
    """

    def sides(x: Draw) -> list[Pair]:
        N, D = 3, 2
        u = x.matrix(N, D)
        size = Fraction(1, N) * total([v * v for row in u for v in row])
        flat = [v for row in u for v in row]
        mean: Any = 0
        for i, p in enumerate(flat):
            for j, q in enumerate(flat):
                # noise of norm one in L^2(mu): sqrt(N) times a unit vector
                moment = N * sphere_moment((i, j), N * D)
                mean = mean + Fraction(1, N * N) * moment * p * q
        return [(mean, size / (N * (D + shift)))]

    return vanishes("rate-iid-overlap", sides, where="N = 3, k + d = 2; every direction")


@guarded
def restart(power: int = 2) -> Proof:
    r"""After births the speed is at least :math:`q\delta^2/((1-q)^2s)`, s the ratio of the laws.

    :func:`descent` with the slope of :func:`seeding`, which are run first, at the ratio s/q: here
    the slope from the series of the loss before and after. ``power`` of :math:`1-q`.
    """
    for proof in (descent, seeding):
        found = proof()
        if not found.holds:
            return found

    def sides(x: Draw) -> list[Pair]:
        k, q, ratio = 2, x(), x()
        S0, C, Sigma, R = x.symmetric(k), x.matrix(k), x.symmetric(k), x.matrix(k)
        keep = 1 - q
        before = loss_on_path(S0, C, Sigma, R)[1]
        scaled_C = [[keep * v for v in row] for row in C]
        scaled_Sigma = [[keep * keep * v for v in row] for row in Sigma]
        after = loss_on_path(S0, scaled_C, scaled_Sigma, R)[1]
        return [(after * after / (ratio / q), q * before * before / (keep**power * ratio))]

    return vanishes(
        "rate-restart",
        sides,
        where="k = 2; every measure and share",
        bound=True,
        relies_on=("|Ra| <= |a|",),
    )
