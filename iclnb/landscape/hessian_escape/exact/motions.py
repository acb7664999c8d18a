r"""The loss when atoms move in (a, w): a series, against the operator of the page.

Inputs have a law on finitely many points of the plane, the activation is a cubic, all with free
coefficients. At a saddle, or at a measure that is at rest, the teacher is built around the atoms:
their readout, and a residual with what is uncorrelated as it has to be. Nothing here uses the float
library.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
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
from iclnb.landscape.mean_field_limit.exact import best_loss, mean_product, total

__all__ = ["Atoms", "at_rest", "linear_velocity"]


class Form(NamedTuple):
    """The loss along a motion; twice the form of H on its velocity; the two parts of that of H'."""

    loss: Jet
    kernel: Any
    mixed: Any
    bent: Any


@guarded
class Atoms:
    """Atoms that move, and a law of inputs on points of the plane; everything free."""

    def __init__(self, x: Draw, atoms: int, k: int, points: int) -> None:
        self.atoms, self.k = atoms, k
        self.law, self.X, self.cubic = x.vector(points), x.matrix(points, 2), x.vector(3)
        self.mass, self.a, self.w = x.vector(atoms), x.matrix(atoms, k), x.matrix(atoms, 2)
        self.va, self.vw = x.matrix(atoms, k), x.matrix(atoms, 2)

    def activations(self) -> list[list[Jet]]:
        """Return the activation of every atom at every point, along the motion."""
        c, out = self.cubic, []
        for w, speed in zip(self.w, self.vw, strict=True):
            along = [
                Jet(multiply([w], column(y))[0][0], multiply([speed], column(y))[0][0])
                for y in self.X
            ]
            out.append([c[0] * s + c[1] * (s * s) + c[2] * (s * s * s) for s in along])
        return out

    def features(self) -> Matrix:
        """Return the features at every point, along the motion."""
        s = self.activations()
        a = [
            [Jet(u, v) for u, v in zip(row, speed, strict=True)]
            for row, speed in zip(self.a, self.va, strict=True)
        ]
        return [
            [
                total([self.mass[i] * (a[i][c] * s[i][q]) for i in range(self.atoms)])
                for c in range(self.k)
            ]
            for q in range(len(self.X))
        ]

    def residual(self, given: Sequence[Any], against: Matrix) -> list[Any]:
        """Return ``given`` less its regression on the columns of ``against``, under the law."""
        g = column(given)
        normal = inverse(mean_product(against, against, self.law))
        fitted = multiply(against, normal, mean_product(against, g, self.law))
        return [u[0] - v[0] for u, v in zip(g, fitted, strict=True)]

    def form(self, f: Matrix) -> Form:
        """Return loss and operator for the teacher's features ``f`` at the points."""
        law, h, s = self.law, self.features(), self.activations()
        loss = best_loss(mean_product(f, f, law), mean_product(f, h, law), mean_product(h, h, law))
        still, speed = ([[v[order] for v in row] for row in h] for order in range(2))
        Sigma = inverse(mean_product(still, still, law))
        B = multiply(mean_product(f, still, law), Sigma)
        zeta = subtract(f, multiply(still, transpose(B)))
        T = subtract(mean_product(zeta, speed, law), multiply(B, mean_product(speed, still, law)))
        read = multiply(speed, transpose(B))
        kernel = trace(mean_product(read, read, law)) - trace(multiply(T, Sigma, transpose(T)))
        mixed, bent = [], []
        for i in range(self.atoms):
            first = mean_product(zeta, [[v[1]] for v in s[i]], law)
            second = mean_product(zeta, [[2 * v[2]] for v in s[i]], law)
            mixed.append(self.mass[i] * multiply([self.va[i]], transpose(B), first)[0][0])
            bent.append(self.mass[i] * multiply([self.a[i]], transpose(B), second)[0][0])
        return Form(loss, kernel, -total(mixed), -total(bent))


@guarded
def linear_velocity(*, signed: bool = True) -> Proof:
    r"""Where PB = 0 the flow of moved atoms begins with :math:`-\epsilon Hv`.

    The velocity of an atom is minus the gradient of the loss over its mass. To first order in
    :math:`\epsilon` it is given by the slope of the loss, zero, and by its second derivative, the
    form of H, for every velocity, so by polarisation for every pair. The features are
    :math:`f^\circ=b\,c^\top h+\zeta`, :math:`\zeta` along a vector orthogonal to b and uncorrelated
    with h. The near miss takes b itself: then PB is not zero.
    """

    def sides(x: Draw) -> list[Pair]:
        at = Atoms(x, 3, 2, 5)
        still = [[v[0] for v in row] for row in at.features()]
        (u, v), c = x.vector(2), x.vector(2)
        left = at.residual(x.vector(5), still)
        across = (-v, u) if signed else (u, v)
        read = [c[0] * row[0] + c[1] * row[1] for row in still]
        f = [
            [u * y + across[0] * z, v * y + across[1] * z] for y, z in zip(read, left, strict=True)
        ]
        form = at.form(f)
        return [(1 + form.loss[1], 1), (2 * form.loss[2], form.kernel)]

    return vanishes(
        "esc-linear-velocity",
        sides,
        where="3 neurons, k = 2, m = 1, a cubic activation, 5 inputs, everything else free",
        relies_on=("Taylor's theorem", "polarisation of a quadratic form"),
    )


@guarded
def at_rest(*, local: bool = False) -> Proof:
    r"""One neuron at rest as two copies: is H alone the second derivative?

    k = 1; the residual is uncorrelated with :math:`\sigma` and with :math:`\nabla_w\sigma` at the
    neuron, and not zero. With the local part it is. Velocities of the copies are free.
    """

    def sides(x: Draw) -> list[Pair]:
        at = Atoms(x, 2, 1, 5)
        at.a[1], at.w[1] = at.a[0], at.w[0]
        c = at.cubic
        height = [multiply([at.w[0]], column(y))[0][0] for y in at.X]
        value = [c[0] * s + c[1] * (s * s) + c[2] * (s * s * s) for s in height]
        slope = [c[0] + 2 * (c[1] * s) + 3 * (c[2] * (s * s)) for s in height]
        seen = [[v, d * y[0], d * y[1]] for v, d, y in zip(value, slope, at.X, strict=True)]
        read, left = x(), at.residual(x.vector(5), seen)
        form = at.form([[read * v + z] for v, z in zip(value, left, strict=True)])
        whole = form.kernel + 2 * form.mixed + form.bent if local else form.kernel
        return [(1 + form.loss[1], 1), (2 * form.loss[2], whole)]

    return vanishes(
        "esc-lemma-at-rest",
        sides,
        where="one neuron in two copies at rest, k = 1, a cubic activation, 5 inputs",
    )
