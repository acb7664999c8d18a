r"""The chapter's statements, proved: derivatives of the loss against the displays of the page.

Nothing here uses the float library. The loss of a mixture is a rational function of the
covariances :math:`S_0`, :math:`C`, :math:`\Sigma` and of :math:`R`, so its derivatives are read off
series (:class:`iclnb.exact.Jet`). The covariances are free, more than any measure gives. Each
function returns a :class:`iclnb.exact.Proof`; its argument, at its default, is the statement of the
page, and another value is a near miss that must be refuted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
    Number,
    Pair,
    Proof,
    add,
    diagonal,
    entries,
    eye,
    inverse,
    multiply,
    nonnegative,
    scaled,
    square,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.exact.points import of_name
from iclnb.kinds import guarded

HALF = Fraction(1, 2)


@guarded
def loss_on_path(S0: Matrix, C: Matrix, Sigma: Matrix, R: Matrix, *, penalty: Any = 0) -> Jet:
    r"""Return the loss of :math:`h_s=(1-s)h_\mu+sRf^\circ` as a series in s, from its definition.

    :math:`L=\frac12\mathrm{tr}(S_0-C_s(\Sigma_s+\lambda I)^{-1}C_s^\top)` with the covariances of
    :math:`h_s` and a ridge :math:`\lambda`.
    """
    s = Jet(0, 1)
    keep, cross = 1 - s, multiply(R, C)
    C_s = add(scaled(keep, C), scaled(s, multiply(S0, transpose(R))))
    Sigma_s = add(
        scaled(keep * keep, Sigma),
        scaled(s * keep, add(cross, transpose(cross))),
        scaled(s * s, multiply(R, S0, transpose(R))),
        eye(len(Sigma), penalty),
    )
    return HALF * (trace(S0) - trace(multiply(C_s, inverse(Sigma_s), transpose(C_s))))


def example() -> tuple[Matrix, Matrix, Matrix, Matrix]:
    r"""Return :math:`S_0,C,\Sigma,R` in small fractions, for the bridge to the library."""
    x = of_name("example")

    def small() -> Fraction:
        return Fraction(int(x()) % 19 - 9, 7)

    root, C, R = ([[small() for _ in range(3)] for _ in range(3)] for _ in range(3))
    Sigma = add(multiply(root, transpose(root)), eye(3, Fraction(5)))
    return eye(3, Fraction(9)), C, Sigma, R


@guarded
def path(slopes: Number = 2) -> Proof:
    """Slope and curvature at the start; ``slopes`` stands in place of 2 before dL/ds."""

    def sides(x: Draw) -> list[Pair]:
        k = 3
        S0, C, Sigma, R = x.symmetric(k), x.matrix(k), x.symmetric(k), x.matrix(k)
        B = multiply(C, inverse(Sigma))
        P = subtract(S0, multiply(B, transpose(C)))
        BR = multiply(B, R)
        slope = -trace(multiply(P, BR))
        off = subtract(multiply(P, transpose(R)), multiply(BR, C))
        curvature = -trace(multiply(off, inverse(Sigma), transpose(off)))
        curvature = curvature + trace(multiply(BR, S0, transpose(BR))) + slopes * slope
        series = loss_on_path(S0, C, Sigma, R)
        return [(series[1], slope), (2 * series[2], curvature)]

    return vanishes("saddle-path", sides, where="k = 3; every S_0, C, Sigma and R")


@guarded
def a_rotation(x: Draw, size: int) -> Matrix:
    """Return a rational orthogonal matrix with free parameters, by Cayley's formula."""
    upper = [[x() if j > i else 0 for j in range(size)] for i in range(size)]
    skew = subtract(upper, transpose(upper))
    return multiply(inverse(add(eye(size), skew)), subtract(eye(size), skew))


@guarded
def rotation(*, transposed: bool = True) -> Proof:
    r"""The slope at :math:`R=VU^\top` is minus the sum of the singular values of PB.

    The near miss is :math:`R=UV^\top`.
    """

    def sides(x: Draw) -> list[Pair]:
        k = 3
        U, V, values = a_rotation(x, k), a_rotation(x, k), x.vector(k)
        PB = multiply(U, diagonal(values), transpose(V))
        R = multiply(V, transpose(U)) if transposed else multiply(U, transpose(V))
        return [
            (-trace(multiply(PB, R)), -(values[0] + values[1] + values[2])),
            (trace(multiply(transpose(R), R)), Fraction(k)),
        ]

    return vanishes(
        "saddle-rotation",
        sides,
        where="k = 3; every PB",
        relies_on=("von Neumann's trace inequality: no R does better",),
    )


@guarded
def critical(x: Draw, k: int, m: int) -> tuple[Any, Matrix, Matrix, Matrix, Matrix]:
    r"""Return :math:`r_0,S_0,C,\Sigma,K` of every point with PB = 0, up to a rotation.

    In the basis in which P is :math:`r_0` times a projection the last m true features are missing;
    K spans the kernel of C, in the coordinates of the learnt features.
    """
    r0, V, D = x(), x.matrix(k), x.symmetric(m)
    learnt = k - m
    inner = [
        [
            r0 if i == j < learnt else (D[i - learnt][j - learnt] if min(i, j) >= learnt else 0)
            for j in range(k)
        ]
        for i in range(k)
    ]
    C = [[r0 * v for v in V[i]] if i < learnt else [0] * k for i in range(k)]
    kernel = [row[learnt:] for row in inverse(V)]
    return r0, eye(k, r0), C, multiply(transpose(V), inner, V), kernel


@guarded
def levels(power: int = 1) -> Proof:
    """PB = 0 makes P r_0 times a projection and L = m r_0/2; ``power`` of m."""

    def sides(x: Draw) -> list[Pair]:
        k, out = 3, []
        S0, C, Sigma = x.symmetric(k), x.matrix(k), x.symmetric(k)
        B = multiply(C, inverse(Sigma))
        P = subtract(S0, multiply(B, transpose(C)))
        left = multiply(P, subtract(S0, P))
        right = multiply(P, B, Sigma, transpose(B))
        out += list(zip(entries(left), entries(right), strict=True))
        for m in (1, 2, 3):
            r0, S0, C, Sigma, _ = critical(x, k, m)
            P = subtract(S0, multiply(C, inverse(Sigma), transpose(C)))
            out.append((HALF * trace(P), HALF * m**power * r0))
        return out

    return vanishes(
        "saddle-levels",
        sides,
        where="k = 3, m = 1, 2, 3; P(S_0 - P) = PB Sigma B' everywhere, L = m r_0/2 where PB = 0",
    )


@guarded
def curvature(*, on_kernel: bool = True) -> Proof:
    r"""The curvature at a saddle takes :math:`\Sigma^{-1}` on the kernel of C only.

    The near miss has :math:`\Sigma^{-1}` itself.
    """

    def sides(x: Draw) -> list[Pair]:
        k, out = 3, []
        for m in (1, 2, 3):
            _, S0, C, Sigma, K = critical(x, k, m)
            R = x.matrix(k)
            P = subtract(S0, multiply(C, inverse(Sigma), transpose(C)))
            middle = inverse(Sigma)
            if on_kernel:
                inner = inverse(multiply(transpose(K), Sigma, K))
                middle = multiply(K, inner, transpose(K))
            claimed = -trace(multiply(P, transpose(R), middle, R, P))
            series = loss_on_path(S0, C, Sigma, R)
            out.append((2 * series[2], claimed))
        return out

    return vanishes(
        "saddle-curvature", sides, where="k = 3, m = 1, 2, 3; every point with PB = 0, every R"
    )


def no_slope() -> Proof:
    """At every point with PB = 0 the slope vanishes along every path to a turned teacher."""

    def sides(x: Draw) -> list[Pair]:
        out = []
        for m in (1, 2):
            _, S0, C, Sigma, _ = critical(x, 3, m)
            out.append((loss_on_path(S0, C, Sigma, x.matrix(3))[1], 0))
        return out

    return vanishes(
        "saddle-no-slope", sides, where="k = 3, m = 1, 2; every point with PB = 0", zero=True
    )


@guarded
def trace_inequality(size: int, factor: Number = 1) -> Proof:
    r"""With :math:`v_i^2` the eigenvalues of :math:`\Sigma`,
    :math:`\mathrm{tr}\,\Sigma^{-1}(\mathrm{tr}\,\Sigma^{1/2})^2\ge m^3`.

    Two identities of Lagrange: :math:`m\sum v_i^{-2}-(\sum v_i^{-1})^2` is a sum of squares, and
    :math:`\sum v_i\sum v_i^{-1}-m^2` one of squares over products. ``factor`` multiplies
    :math:`m^3`; ``size`` is m.
    """

    def gap(x: Draw) -> Any:
        v = x.vector(size)
        return _sum([1 / (a * a) for a in v]) * square(_sum(v)) - factor * size**3

    def plain(x: Draw) -> Any:
        v = x.vector(size)
        pairs = list(combinations(v, 2))
        first = _sum([square(1 / a - 1 / b) for a, b in pairs])
        second = _sum([square(a - b) / (a * b) for a, b in pairs])
        # m^3 gap = (first + inverse^2) total^2 / m - m^3 with inverse * total = m^2 + second
        return (first * square(_sum(v)) + 2 * size**2 * second + square(second)) / size

    return nonnegative(
        f"saddle-trace-{size}",
        gap,
        plain,
        where=f"m = {size}; every spectrum",
        relies_on=("tr Sigma^(1/2) <= |sigma|_sup int |a| dmu, shown on the page",),
    )


def _sum(values: Sequence[Any]) -> Any:
    return sum(values[1:], values[0])


@guarded
def jump(*, missing: int = 2) -> Proof:
    r"""With m features zero and the others the teacher's, L = m r_0/2; and L = 0 at every s > 0.

    At s = 0 the readout is fitted on the features that are there. ``missing`` is the m of the right
    side; the point has m = 2 of k = 4.
    """

    def sides(x: Draw) -> list[Pair]:
        k, m, r0, s = 4, 2, x(), x()
        own = [r0] * (k - m)
        at_zero = HALF * (k * r0 - _sum([v * v / v for v in own]))
        keep = [1] * (k - m) + [s] * m  # the features of the mixture are multiples of the teacher's
        C = diagonal([v * r0 for v in keep])
        Sigma = diagonal([v * v * r0 for v in keep])
        after = HALF * (k * r0 - trace(multiply(C, inverse(Sigma), C)))
        return [(at_zero, HALF * missing * r0), (after + r0, r0)]

    return vanishes("saddle-jump", sides, where="k = 4, m = 2; every r_0 and every s > 0")


@guarded
def ridge(missing: Number = 2) -> Proof:
    r"""With a ridge :math:`\lambda` the curvature onto the missing features, exactly.

    It is :math:`-\frac{mr_0^2}\lambda+(k-m)\big(\frac{4\lambda r_0^3}{(r_0+\lambda)^3}
    -\frac{\lambda r_0^2}{(r_0+\lambda)^2}\big)`, so that the rest vanishes with :math:`\lambda`.
    ``missing`` stands in place of m = 2 in the first term; k = 3.
    """

    def sides(x: Draw) -> list[Pair]:
        k, m, r0, lam = 3, 2, x(), x()
        learnt = [r0] * (k - m) + [0] * m
        onto = diagonal([0] * (k - m) + [1] * m)
        series = loss_on_path(eye(k, r0), diagonal(learnt), diagonal(learnt), onto, penalty=lam)
        total = r0 + lam
        rest = 4 * lam * r0**3 / (total * total * total) - lam * r0 * r0 / (total * total)
        return [(2 * series[2], -missing * r0 * r0 / lam + (k - m) * rest)]

    return vanishes("saddle-ridge", sides, where="k = 3, m = 2; every r_0 and every ridge")


@guarded
def swap(*, learnt: int = 0) -> Proof:
    r"""Feature j in place of a learnt i has the curvature :math:`-r_j(r_j-r_i)`.

    Strengths are squares :math:`v_i^2`, features 0 and 1 are learnt, 2 goes into the place of 0;
    the near miss subtracts the strength of the other ``learnt`` one.
    """

    def sides(x: Draw) -> list[Pair]:
        v = x.vector(3)
        strength = [a * a for a in v]
        S0 = diagonal(strength)
        C = [[v[0], 0], [0, v[1]], [0, 0]]
        one = v[0] / v[0]
        R = [[0, 0, one], [0, 0, 0]]
        series = loss_on_path(S0, C, eye(2, one), R)
        return [(2 * series[2], -strength[2] * (strength[2] - strength[learnt]))]

    return vanishes("saddle-swap", sides, where="three features, two learnt; every strength")
