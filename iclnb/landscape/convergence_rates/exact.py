r"""The chapter's statements, proved: speeds and overlaps from their definitions.

Nothing here uses the float library. Each function returns a :class:`iclnb.exact.Proof`; its
argument, at its default, is the statement of the page, and another value is a near miss that must
be refuted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Proof,
    nonnegative,
    sphere_moment,
    square,
    vanishes,
)
from iclnb.landscape.mean_field_limit.exact import Neurons, total
from iclnb.landscape.strict_saddle.exact import loss_on_path

Matrix = list[list[Any]]
Pair = tuple[Any, Any]
Number = int | Fraction


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


def descent(ratio: Number = 1) -> Proof:
    r"""Cauchy-Schwarz over the atoms.

    :math:`\int|v|^2d\mu\int|g|^2d\mu-(\int v\cdot g\,d\mu)^2\ge0`. With g the slope of the outer
    weights and v that of the path this is the theorem: the speed :math:`\int|g|^2` is at least
    :math:`\delta^2/\int|v|^2`. The gap is a sum of squares, of three atoms with two coordinates.
    ``ratio`` multiplies the square.
    """

    def drawn(x: Draw) -> tuple[list[Any], list[Any], list[Any]]:
        mass = x.vector(3)
        v, g = x.vector(6), x.vector(6)
        return [m for m in mass for _ in range(2)], v, g

    def gap(x: Draw) -> Any:
        mass, v, g = drawn(x)
        one = total([m * a * a for m, a in zip(mass, v)])
        two = total([m * b * b for m, b in zip(mass, g)])
        both = total([m * a * b for m, a, b in zip(mass, v, g)])
        return one * two - ratio * both * both

    def plain(x: Draw) -> Any:
        mass, v, g = drawn(x)
        return total(
            [
                mass[i] * mass[j] * square(v[i] * g[j] - v[j] * g[i])
                for i, j in combinations(range(6), 2)
            ]
        )

    return nonnegative(
        "rate-descent", gap, plain, where="3 atoms, 2 coordinates; every mass, v and slope"
    )


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
