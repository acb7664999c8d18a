r"""The chapter's statements, proved: losses from their definitions against the page's displays.

Nothing here uses the float library. Neurons come with free masses, outer weights and free
covariances of their activations (:class:`Neurons`), more than any activation gives, and slopes are
read off series. Each function returns a :class:`iclnb.exact.Proof`; its argument, at its default,
is the statement of the page, and another value is a near miss that must be refuted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product
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
    inverse,
    multiply,
    scaled,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded

HALF = Fraction(1, 2)


@guarded
def total(values: Sequence[Any]) -> Any:
    """Return the sum of at least one value."""
    return sum(values[1:], values[0])


@guarded
def best_loss(S0: Matrix, C: Matrix, Sigma: Matrix) -> Any:
    r"""Return :math:`\frac12\mathrm{tr}(S_0-C\Sigma^{-1}C^\top)`."""
    return HALF * (trace(S0) - trace(multiply(C, inverse(Sigma), transpose(C))))


@guarded
def loss_with(S0: Matrix, C: Matrix, Sigma: Matrix, Gamma: Matrix) -> Any:
    r"""Return :math:`L(\mu,\Gamma)=\frac12\mathrm{tr}(S_0-2C\Gamma C^\top+C\Gamma\Sigma\Gamma^\top
    C^\top)`, the mean of :math:`\frac12|f^\circ-C\Gamma h|^2`."""
    CG = multiply(C, Gamma)
    cross = 2 * trace(multiply(CG, transpose(C)))
    return HALF * (trace(S0) - cross + trace(multiply(CG, Sigma, transpose(CG))))


@guarded
class Neurons:
    """N neurons with free masses, outer weights, and covariances of their activations.

    ``kappa`` holds the covariances among themselves, ``target`` those with the teacher's features.
    """

    def __init__(self, x: Draw, count: int, k: int) -> None:
        self.count, self.k = count, k
        self.mass, self.a = x.vector(count), x.matrix(count, k)
        self.kappa, self.target, self.S0 = x.symmetric(count), x.matrix(count, k), x.symmetric(k)

    def covariances(self, a: Matrix) -> tuple[Matrix, Matrix]:
        """Return C and Sigma for the outer weights ``a``."""
        weighted = [[m * v for v in row] for m, row in zip(self.mass, a, strict=True)]
        return (
            multiply(transpose(self.target), weighted),
            multiply(transpose(weighted), self.kappa, weighted),
        )

    def loss(self, a: Matrix, Gamma: Matrix | None = None) -> Any:
        """Return the loss at the attention ``Gamma``, by default at the best one."""
        C, Sigma = self.covariances(a)
        if Gamma is None:
            return best_loss(self.S0, C, Sigma)
        return loss_with(self.S0, C, Sigma, Gamma)

    def slopes(self, Gamma: Matrix | None = None) -> Matrix:
        r"""Return :math:`\nabla_a\frac{\delta L}{\delta\mu}` at the neurons, from the loss."""
        out = []
        for i in range(self.count):
            row = []
            for c in range(self.k):
                a = [
                    [Jet(v, 1 if (p, q) == (i, c) else 0) for q, v in enumerate(values)]
                    for p, values in enumerate(self.a)
                ]
                row.append(self.loss(a, Gamma)[1] / self.mass[i])
            out.append(row)
        return out


@guarded
def two_timescale(half: Number = HALF) -> Proof:
    r"""Completing the square in the attention.

    :math:`L(\mu,\Gamma)-L(\mu)=\frac12\mathrm{tr}(CD\Sigma D^\top C^\top)` with
    :math:`D=\Gamma-\Sigma^{-1}`; the right side is not negative, and zero at
    :math:`\Gamma=\Sigma^{-1}`. ``half`` stands in place of its factor.
    """

    def sides(x: Draw) -> list[Pair]:
        k = 3
        S0, C, Sigma, Gamma = x.symmetric(k), x.matrix(k), x.symmetric(k), x.matrix(k)
        CD = multiply(C, subtract(Gamma, inverse(Sigma)))
        gap = half * trace(multiply(CD, Sigma, transpose(CD)))
        return [(loss_with(S0, C, Sigma, Gamma) - best_loss(S0, C, Sigma), gap)]

    return vanishes(
        "mfl-two-timescale",
        sides,
        where="k = 3; every S_0, C, Sigma and Gamma, symmetric or not",
        relies_on=("tr(M Sigma M') >= 0 for Sigma > 0",),
    )


@guarded
def inner_rate(power: int = 1) -> Proof:
    r"""The entries of :math:`\Gamma-\Sigma^{-1}` decay at the rates
    :math:`\lambda_i(C^\top C)\lambda_j(\Sigma)`.

    In eigenbases, C and Sigma diagonal: the velocity of the entry is minus rate times entry, and
    the gap along one entry is :math:`\frac12\lambda_i\lambda_jD_{ij}^2`. ``power`` of
    :math:`\lambda_i`.
    """

    def sides(x: Draw) -> list[Pair]:
        k = 3
        root, sigma, D = x.vector(k), x.vector(k), x.matrix(k)  # C = diag(root)
        S0, C, Sigma = x.symmetric(k), diagonal(root), diagonal(sigma)
        Gamma = add(inverse(Sigma), D)
        out = []
        for i, j in product(range(k), repeat=2):
            moved = [
                [Jet(v, 1 if (p, q) == (i, j) else 0) for q, v in enumerate(row)]
                for p, row in enumerate(Gamma)
            ]
            slope = loss_with(S0, C, Sigma, moved)[1]
            rate = (root[i] * root[i]) ** power * sigma[j]
            out.append((slope, rate * D[i][j]))
        gap = loss_with(S0, C, Sigma, Gamma) - best_loss(S0, C, Sigma)
        shares = [
            HALF * (root[i] * root[i]) ** power * sigma[j] * D[i][j] * D[i][j]
            for i, j in product(range(k), repeat=2)
        ]
        return [*out, (gap, total(shares))]

    return vanishes("mfl-inner-rate", sides, where="k = 3; every C, Sigma and Gamma in eigenbases")


@guarded
def gl_invariance(*, inverted: bool = False) -> Proof:
    """The loss does not change under h -> Rh; the near miss turns C by the inverse."""

    def sides(x: Draw) -> list[Pair]:
        k = 3
        S0, C, Sigma, R = x.symmetric(k), x.matrix(k), x.symmetric(k), x.matrix(k)
        turned = multiply(C, inverse(R) if inverted else transpose(R))
        after = best_loss(S0, turned, multiply(R, Sigma, transpose(R)))
        return [(after, best_loss(S0, C, Sigma))]

    return vanishes("mfl-gl-invariance", sides, where="k = 3; every S_0, C, Sigma, invertible R")


@guarded
def conservation(*, weighted: bool = True) -> Proof:
    r"""Along the flow :math:`\int aa^\top d\mu` does not move; five neurons, k = 3.

    The near miss does not weight the neurons by their masses.
    """

    def sides(x: Draw) -> list[Pair]:
        at = Neurons(x, 5, 3)
        slopes, out = at.slopes(), []
        for p, q in combinations_with_replacement(range(3), 2):
            speed = [
                (at.mass[i] if weighted else 1)
                * (slopes[i][p] * at.a[i][q] + at.a[i][p] * slopes[i][q])
                for i in range(at.count)
            ]
            out.append((total(speed), 0))
        return out

    return vanishes(
        "mfl-conservation",
        sides,
        where="5 neurons, k = 3; every mass, weight and covariance",
        zero=True,
    )


@guarded
def minimisers(rank: int = 1) -> Proof:
    r"""Features :math:`h=Rf^\circ` with R of rank k - m leave :math:`mr_0/2`, k = 3.

    The readout is fitted on a basis of the features that are there. ``rank`` stands in place of
    k - m = 1.
    """

    def sides(x: Draw) -> list[Pair]:
        k, r0, u = 3, x(), [x.vector(3)]  # R = v u' : the features are multiples of u . f
        C = scaled(r0, transpose(u))
        Sigma = scaled(r0, multiply(u, transpose(u)))
        left = best_loss(diagonal([r0] * k), C, Sigma)
        return [(left, HALF * (k - rank) * r0)]

    return vanishes("mfl-minimisers", sides, where="k = 3, rank 1; every direction and every r_0")


@guarded
def finite_law(x: Draw, k: int) -> tuple[list[Any], Matrix, Matrix]:
    """Return a law on three inputs with free weights, and free features of teacher and learner.

    Every quantity with at most three independent inputs is fixed, by polarisation, by such laws.
    """
    weights = x.vector(2)
    weights.append(1 - weights[0] - weights[1])
    return weights, x.matrix(3, k), x.matrix(3, k)


@guarded
def mean_product(left: Matrix, right: Matrix, weights: Sequence[Any]) -> Matrix:
    """Return the mean of left right', inputs in rows."""
    rows = [[w * v for v in row] for w, row in zip(weights, right, strict=True)]
    return multiply(transpose(left), rows)


@guarded
def prompt_loss(pairs: Number = 1, *, query_noise: Number = 1) -> Proof:
    r"""The loss with n examples, all prompts of 1, 2 and 3 pairs enumerated.

    Tasks have :math:`\mathbb E[vv^\top]=I` and labels noise of variance :math:`\tau^2`, the query's
    label too. :math:`n^2L^n` is a quadratic polynomial in n, so that three lengths give every n.
    ``pairs`` multiplies the second trace of the display, ``query_noise`` its :math:`\tau^2/2`.
    """

    def sides(x: Draw) -> list[Pair]:
        k, out = 2, []
        weights, f, h = finite_law(x, k)
        Gamma, noise = x.matrix(k), x()
        C, Sigma = mean_product(f, h, weights), mean_product(h, h, weights)
        S0 = mean_product(f, f, weights)
        size = [w * (total([v * v for v in row]) + noise) for w, row in zip(weights, f)]
        M = mean_product(h, h, size)
        CG = multiply(C, Gamma)
        spread = trace(multiply(transpose(Gamma), M, Gamma, Sigma))
        spread = spread - pairs * trace(multiply(CG, Sigma, transpose(CG)))
        plain = loss_with(S0, C, Sigma, Gamma) + query_noise * HALF * noise
        vote = multiply(h, Gamma, transpose(h))
        for n in (1, 2, 3):
            mean: Any = 0
            for q in range(3):
                for prompt in product(range(3), repeat=n):
                    weight = weights[q]
                    for i in prompt:
                        weight = weight * weights[i]
                    square: Any = noise
                    for c in range(k):
                        answer = Fraction(1, n) * total([f[i][c] * vote[i][q] for i in prompt])
                        square = square + (answer - f[q][c]) * (answer - f[q][c])
                    heard = total([vote[i][q] * vote[i][q] for i in prompt])
                    square = square + Fraction(1, n * n) * noise * heard
                    mean = mean + HALF * weight * square
            out.append((mean, plain + HALF * Fraction(1, n) * spread))
        return out

    return vanishes(
        "mfl-prompt-loss",
        sides,
        where="k = 2; every n, every law of the inputs, features, attention and noise",
        relies_on=("polarisation: a law on three points for every law",),
    )
