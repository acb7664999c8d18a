r"""The chapter's statements, proved: second derivatives of the loss against the page's displays.

Nothing here uses the float library. Each function returns a :class:`iclnb.exact.Proof`; its
argument, at its default, is the statement of the page, and another value is a near miss that must
be refuted.
"""

from __future__ import annotations

from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
    Number,
    Pair,
    Proof,
    column,
    inverse,
    multiply,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import Neurons
from iclnb.landscape.strict_saddle.exact import critical, loss_on_path

from .motions import Atoms, at_rest, linear_velocity

__all__ = [
    "Atoms",
    "at_rest",
    "blocks_agree",
    "curvature_bound",
    "linear_velocity",
    "negative_directions",
    "replicas",
    "second_variation",
]


@guarded
def second_variation(mixed: Number = 2) -> Proof:
    r"""H + H' is the second derivative of the loss when atoms move in (a, w).

    Three atoms, k = 2, inputs with a law on six points of the plane, a cubic activation with free
    coefficients: the loss as a series against the operator of the page. ``mixed`` stands in place
    of 2 before the mixed derivative in H'.
    """

    def sides(x: Draw) -> list[Pair]:
        form = Atoms(x, 3, 2, 6).form(x.matrix(6, 2))
        return [(2 * form.loss[2], form.kernel + mixed * form.mixed + form.bent)]

    return vanishes(
        "esc-second-variation",
        sides,
        where="3 atoms, k = 2, d = 2, a cubic activation, a law on 6 points, everything free",
    )


@guarded
def blocks_agree(*, critical_point: bool = True) -> Proof:
    r"""PB = 0 makes :math:`\mathbb E|B^\top\zeta|^2=\mathrm{tr}(B^\top PB)` zero, and so H' = 0.

    The near miss is any measure.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for m in (1, 2):
            if critical_point:
                _, S0, C, Sigma, _ = critical(x, 3, m)
            else:
                S0, C, Sigma = x.symmetric(3), x.matrix(3), x.symmetric(3)
            B = multiply(C, inverse(Sigma))
            P = subtract(S0, multiply(B, transpose(C)))
            out.append((trace(multiply(transpose(B), P, B)), 0))
        return out

    return vanishes(
        "esc-blocks-agree", sides, where="k = 3, m = 1, 2; every point with PB = 0", zero=True
    )


@guarded
def negative_directions(*, projected: bool = True) -> Proof:
    r"""At a saddle the kernel is :math:`-F\cdot F'` plus a positive one, for any two atoms.

    The second one is :math:`Ba\cdot Ba'` times the covariance of the two activations given the
    features and :math:`\zeta`. The near miss does not condition on :math:`\zeta`.
    """

    def sides(x: Draw) -> list[Pair]:
        k, m = 3, 2
        r0, _, C, Sigma, K = critical(x, k, m)
        inner = inverse(Sigma)
        B = multiply(C, inner)
        on_kernel = multiply(K, inverse(multiply(transpose(K), Sigma, K)), transpose(K))
        a, g = x.matrix(2, k), x.matrix(2, k)  # outer weights; covariances with the features
        z = [[0] * (k - m) + x.vector(m) for _ in range(2)]  # with zeta: in the range of P
        kappa = x()
        T = []
        for i in range(2):
            read = multiply(B, column(a[i]))
            T.append(subtract(multiply(column(z[i]), [a[i]]), multiply(read, [g[i]])))
        both = multiply([a[0]], transpose(B), B, column(a[1]))[0][0]
        kernel = both * kappa - trace(multiply(T[0], inner, transpose(T[1])))
        zz = multiply([z[0]], column(z[1]))[0][0]
        F = zz * multiply([a[0]], on_kernel, column(a[1]))[0][0]
        left = kappa - multiply([g[0]], inner, column(g[1]))[0][0]
        if projected:
            left = left - zz / r0
        return [(kernel, both * left - F)]

    return vanishes(
        "esc-negative-directions",
        sides,
        where="k = 3, m = 2; every saddle, every pair of atoms",
        relies_on=("a covariance matrix times a Gram matrix is positive semidefinite (Schur)",),
    )


@guarded
def curvature_bound(slopes: Number = 2) -> Proof:
    r"""The form of H at the velocity that the path lends to the outer weights.

    At every measure :math:`\langle v,Hv\rangle=L''-2L'` for :math:`v=(Ra^\circ d\mu^\circ/d\mu,0)`.
    And :math:`\langle v,Hv\rangle=0` for :math:`v=(Qa,0)`, whatever Q, so that
    :math:`\lambda_{\min}(H) \le0` always. With :math:`\int|v|^2d\mu\le\varrho` this is the theorem.
    ``slopes`` stands in place of 2; 0 is the line of the slides without criticality. Four neurons,
    k = 3.
    """

    def sides(x: Draw) -> list[Pair]:
        k, count = 3, 4
        at = Neurons(x, count, k)
        mass0, a0, R = x.vector(count), x.matrix(count, k), x.matrix(k)
        teacher = [[m * v for v in row] for m, row in zip(mass0, a0, strict=True)]
        at.target = multiply(at.kappa, teacher)  # the teacher's neurons are among these
        at.S0 = multiply(transpose(teacher), at.kappa, teacher)
        C, Sigma = at.covariances(at.a)
        weighted = [[m * v for v in row] for m, row in zip(at.mass, at.a, strict=True)]
        g = multiply(at.kappa, weighted)
        inner = inverse(Sigma)
        B = multiply(C, inner)
        z = subtract(at.target, multiply(g, transpose(B)))

        def form(v: Matrix) -> Any:
            moved = [[m * y for y in row] for m, row in zip(at.mass, v, strict=True)]
            T = subtract(multiply(transpose(z), moved), multiply(B, transpose(moved), g))
            read = multiply(moved, transpose(B))
            up = trace(multiply(transpose(read), at.kappa, read))
            return up - trace(multiply(T, inner, transpose(T)))

        turned = multiply(a0, transpose(R))
        v = [[m0 / m * y for y in row] for m0, m, row in zip(mass0, at.mass, turned, strict=True)]
        series = loss_on_path(at.S0, C, Sigma, R)
        nothing = form(multiply(at.a, x.matrix(k)))
        return [
            (form(v), 2 * series[2] - slopes * series[1]),
            (series[0] + nothing, series[0]),
        ]

    return vanishes(
        "esc-curvature-bound",
        sides,
        where="4 neurons, k = 3; every measure, teacher on the same neurons, every R",
        bound=True,
    )


@guarded
def replicas(factor: Number = 1) -> Proof:
    """Cutting an atom into two leaves the quadratic form on velocities that are equal on both.

    The form of the loss along the motion is that of the uncut atom; ``factor`` multiplies it.
    """

    def sides(x: Draw) -> list[Pair]:
        at, share = Neurons(x, 3, 2), x()
        velocity = x.matrix(3, 2)

        def along(neurons: Neurons, v: Matrix) -> Any:
            a = [
                [Jet(p, q) for p, q in zip(row, speed, strict=True)]
                for row, speed in zip(neurons.a, v, strict=True)
            ]
            return neurons.loss(a)[2]

        cut = Neurons.__new__(Neurons)
        cut.count, cut.k, cut.S0 = 4, 2, at.S0
        cut.mass = [*at.mass[:2], share * at.mass[2], (1 - share) * at.mass[2]]
        cut.a, cut.target = [*at.a, at.a[2]], [*at.target, at.target[2]]
        kappa = [[*row, row[2]] for row in at.kappa]
        cut.kappa = [*kappa, kappa[2]]
        return [(along(cut, [*velocity, velocity[2]]), factor * along(at, velocity))]

    return vanishes("esc-replicas", sides, where="3 atoms and one of them in two, k = 2")
