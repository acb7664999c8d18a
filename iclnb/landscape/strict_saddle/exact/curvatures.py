r"""The best curvature, its bounds from identities and squares, and what is refuted by one saddle.

Each names the inequalities of matrices that it uses and does not compute. Nothing here uses the
float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import (
    Draw,
    Matrix,
    Number,
    Pair,
    Proof,
    diagonal,
    enclosed,
    entries,
    eye,
    finite,
    inverse,
    multiply,
    nonnegative,
    square,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.exact.balls import ball
from iclnb.exact.points import of_name
from iclnb.kinds import guarded
from iclnb.landscape.strict_saddle.exact import (
    a_rotation,
    critical,
    loss_on_path,
    trace_inequality,
)

__all__ = [
    "best_curvature",
    "missing_curvature",
    "point",
    "printed_curvature",
    "printed_loss",
    "saddle_point",
    "strict_sign",
    "trace_bound",
]


@guarded
def strict_sign(*, strict: bool = True) -> Proof:
    r"""At a point with PB = 0 that misses one feature of three the loss is :math:`r_0/2`, not more.

    One exact instance: PB = 0, B is not zero, and the comparison of :math:`2L` with :math:`r_0`.
    """
    x = of_name("strict sign")
    r0, S0, C, Sigma, _ = critical(
        Draw(lambda _: Fraction(int(x()) % 17 - 8, 5) or Fraction(1)), 3, 1
    )
    B = multiply(C, inverse(Sigma))
    P = subtract(S0, multiply(B, transpose(C)))
    cases = [(entry, 0) for entry in entries(multiply(P, B))]
    twice = trace(P)
    cases.append((int(twice > r0 if strict else twice >= r0), 1))
    return finite(cases, where="a critical point with k = 3, m = 1")


@guarded
def printed_loss(*, halved: bool = False) -> Proof:
    r"""The printed constant 4 of the curvature for k = m = 1, at a neuron of weight 10.

    The loss without one half is :math:`r_0`, its curvature :math:`-2r_0^2/\Sigma` with
    :math:`\Sigma=\frac2\pi\arcsin\frac{200}{201}`: in units of the squared loss 4 is not reached.
    With one half these are :math:`r_0/2` and :math:`-r_0^2/\Sigma`.
    """

    def value() -> Any:
        strength = 2 * ball(Fraction(200, 201)).asin() / ball(1).pi()
        return (4 if halved else 2) / strength

    return enclosed(
        value,
        4,
        100,
        below="0.2714",
        where="k = m = 1, erf, weight 10: curvature over squared loss",
    )


@guarded
def saddle_point(x: Draw, k: int, m: int) -> tuple[Any, Matrix, Matrix, Matrix, Matrix, Matrix]:
    r"""Return :math:`r_0,S_0,C,\Sigma`, an orthonormal K and the best R at a critical point.

    In the basis in which P is :math:`r_0` on the last m true features. R turns these onto the
    kernel of C, of which the last m columns of R are then a basis.
    """
    R = a_rotation(x, k)
    r0, S0, C, Sigma, _ = critical(x, k, m)
    learnt = k - m
    # C = r_0 (first rows of V): let these be combinations of the first columns of R
    mix = x.matrix(learnt) if learnt else []
    V = x.matrix(k)
    span = multiply(mix, [list(column) for column in transpose(R)][:learnt]) if learnt else []
    V = span + V[learnt:]
    inner = [
        [r0 if i == j < learnt else (Sigma[i][j] if min(i, j) >= learnt else 0) for j in range(k)]
        for i in range(k)
    ]
    C = [[r0 * v for v in V[i]] if i < learnt else [0] * k for i in range(k)]
    K = [row[learnt:] for row in R]
    return r0, S0, C, multiply(transpose(V), inner, V), K, R


@guarded
def best_curvature(*, on_kernel: bool = True) -> Proof:
    r"""The curvature at the best R is :math:`-r_0^2\mathrm{tr}(K^\top\Sigma K)^{-1}`, else more.

    The curvature from the series of the loss. For any orthogonal Q it is above this value by
    :math:`r_0^2\sum_ju_j^\top(K^\top\Sigma K)^{-1}u_j`, the sum over the learnt features, with
    :math:`u_j=K^\top Qe_j`: forms of a positive matrix. Over the convex hull a concave function
    is least at an orthogonal Q. The near miss has :math:`\Sigma^{-1}` in the value.
    """

    def sides(x: Draw) -> list[Pair]:
        k, out = 3, []
        for m in (1, 2, 3):
            r0, S0, C, Sigma, K, R = saddle_point(x, k, m)
            small = inverse(multiply(transpose(K), Sigma, K))
            least = -(r0 * r0) * trace(small if on_kernel else inverse(Sigma))
            out.append((2 * loss_on_path(S0, C, Sigma, R)[2], least))
            turn = a_rotation(x, k)
            for Q in (turn, multiply(turn, diagonal([-1, 1, 1]))):
                U = multiply(transpose(K), Q)
                learnt = [row[: k - m] for row in U]
                above = 0
                if m < k:
                    above = r0 * r0 * trace(multiply(transpose(learnt), small, learnt))
                out.append((2 * loss_on_path(S0, C, Sigma, Q)[2], least + above))
        return out

    return vanishes(
        "saddle-best-curvature",
        sides,
        where="k = 3, m = 1, 2, 3; every critical point and every orthogonal matrix",
        relies_on=("a concave function is least at an extreme point",),
    )


@guarded
def point() -> tuple[Matrix, Matrix, Matrix, Any]:
    """Return the covariances of one critical point, k = 3, m = 1, and its best curvature."""
    x = of_name("saddle point")
    r0, S0, C, Sigma, K, _ = saddle_point(Draw(lambda _: Fraction(1 + int(x()) % 9, 5)), 3, 1)
    small = inverse(multiply(transpose(K), Sigma, K))
    return S0, C, Sigma, -(r0 * r0) * trace(small)


@guarded
def trace_bound(factor: Number = 1) -> Proof:
    r""":math:`\mathrm{tr}\,\Sigma^{-1}\ge m^3/(\mathrm{tr}\,\Sigma^{1/2})^2`, m = 1 to 6.

    And :math:`\mathrm{tr}\,\Sigma^{1/2}` is the nuclear norm of :math:`\int a\,\sigma(w^\top x)\,
    d\mu`, a sum of terms of norm :math:`|a|\,\|\sigma(w^\top x)\|`. ``factor`` multiplies
    :math:`m^3`.
    """
    for size in (2, 3, 4, 5, 6):
        found = trace_inequality(size, factor)
        if not found.holds:
            return found
    relies = ("the triangle inequality of the nuclear norm",)
    return Proof(True, found.method, "m = 1 to 6; every spectrum", found.strength, relies)


def _level(power: int, letter: str) -> Proof:
    """The curvature :math:`-r_0^2m^3/\\varsigma^2` at :math:`L=mr_0/2` is the one in the loss."""

    def sides(x: Draw) -> list[Pair]:
        r0, sup, out = x(), x(), []
        for m in (1, 2, 3, 4, 5, 6):
            loss = Fraction(m, 2) * r0
            out.append((-r0 * r0 * m**3 / (sup * sup), -4 * m**power * loss * loss / (sup * sup)))
        return out

    return vanishes(f"saddle-missing-{letter}", sides, where="m = 1 to 6")


@guarded
def missing_curvature(power: int = 1) -> Proof:
    r"""The curvature in the loss: :func:`best_curvature` with :func:`trace_bound`, and attained.

    At sign-like useless neurons, :math:`K^\top\Sigma K=\vartheta m^{-2}I` with
    :math:`\vartheta<1` that tends to one, the best curvature is :math:`-4mL^2/\vartheta`, from the
    series of the loss. ``power`` of m.
    """

    def attained(x: Draw) -> list[Pair]:
        k, out = 3, []
        for m in (1, 2, 3):
            r0, share, theta = x.vector(3)
            own = [share] * (k - m)
            S0 = eye(k, r0)
            C = diagonal([*(r0 * v for v in own), *[0] * m])
            useless = theta * Fraction(1, m * m)
            Sigma = diagonal([*(r0 * v * v for v in own), *[useless] * m])
            loss = Fraction(m, 2) * r0
            curved = 2 * loss_on_path(S0, C, Sigma, eye(k))[2]
            out.append((curved, -4 * m**power * loss * loss / theta))
        return out

    for proof in (best_curvature, trace_bound):
        found = proof()
        if not found.holds:
            return found
    level = _level(power, "level")
    if not level.holds:
        return level
    relies = ("saddle-best-curvature", "saddle-trace for the useless features")
    where = "m = 1 to 6; attained at k = 3"
    return vanishes("saddle-missing-curvature", attained, where=where, relies_on=relies)


@guarded
def printed_curvature(*, inverted: bool = True) -> Proof:
    r"""The printed curvature is weaker: :math:`4m-4/k\ge0` for :math:`k\ge m\ge1`.

    With k = m + t and m = 1 + s the gap is a sum of positive terms; :func:`missing_curvature` is
    run first. The near miss has k in the place of 1/k.
    """
    first = missing_curvature()
    if not first.holds:
        return first

    def gap(x: Draw) -> Any:
        s, t, loss = x.vector(3)
        m, k = 1 + s, 1 + s + t
        return 4 * (m - (1 / k if inverted else k)) * loss * loss

    def plain(x: Draw) -> Any:
        s, t, loss = x.vector(3)
        return 4 * (s + (s + t) / (1 + s + t)) * square(loss)

    found = nonnegative("saddle-printed-curvature", gap, plain, where="every k >= m >= 1")
    return Proof(found.holds, found.method, found.where, found.strength, first.relies_on)
