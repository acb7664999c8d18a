r"""The chapter's statements, proved: losses from their definitions against the page's displays.

Nothing here uses the float library. Each function returns a :class:`iclnb.exact.Proof`; its
argument, at its default, is the statement of the page, and another value is a near miss that must
be refuted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
    Number,
    Pair,
    Proof,
    add,
    column,
    diagonal,
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
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import (
    HALF,
    Neurons,
    best_loss,
    loss_with,
    mean_product,
    total,
)


@guarded
def joint_conserved(*, symmetric: bool = True) -> Proof:
    r"""Along the joint flow :math:`\int aa^\top d\mu-\frac1c(\Gamma\Gamma^\top+\Gamma^\top\Gamma)`
    does not move.

    The speed c of the attention cancels. The near miss has :math:`2\Gamma\Gamma^\top`.
    """

    def sides(x: Draw) -> list[Pair]:
        at, k, Gamma, out = Neurons(x, 4, 3), 3, x.matrix(3), []
        slopes = at.slopes(Gamma)
        turned = []
        for i in range(k):
            row = []
            for j in range(k):
                moved = [
                    [Jet(v, 1 if (p, q) == (i, j) else 0) for q, v in enumerate(values)]
                    for p, values in enumerate(Gamma)
                ]
                row.append(at.loss(at.a, moved)[1])
            turned.append(row)
        left = add(multiply(turned, transpose(Gamma)), multiply(Gamma, transpose(turned)))
        right = add(multiply(transpose(turned), Gamma), multiply(transpose(Gamma), turned))
        for p, q in product(range(k), repeat=2):
            weights = total(
                [
                    at.mass[i] * (slopes[i][p] * at.a[i][q] + at.a[i][p] * slopes[i][q])
                    for i in range(at.count)
                ]
            )
            out.append((weights, left[p][q] + (right if symmetric else left)[p][q]))
        return out

    return vanishes(
        "tt-joint-conserved", sides, where="4 neurons, k = 3; every Gamma, mass and speed"
    )


@guarded
def envelope(*, best: bool = True) -> Proof:
    r"""The slope of :math:`L(\mu)` is that of :math:`L(\mu,\Gamma)` at :math:`\Gamma=\Sigma^{-1}`.

    The near miss takes twice that matrix.
    """

    def sides(x: Draw) -> list[Pair]:
        at = Neurons(x, 4, 2)
        _, Sigma = at.covariances(at.a)
        Gamma = scaled(1 if best else 2, inverse(Sigma))
        left, right = at.slopes(), at.slopes(Gamma)
        return [(a, b) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)]

    return vanishes("tt-envelope", sides, where="4 neurons, k = 2; every batch covariance")


@guarded
def noise_floor(fourth: Number = 3) -> Proof:
    r"""The mean batch loss of attention at the teacher, all batches of 1 to 4 inputs enumerated.

    A law on three inputs with free weights and free features, of second moment
    :math:`S_0=I` by a change of basis: the statement then is
    :math:`\mathbb E\,\mathrm{tr}(\Delta^2+\Delta^3)` with :math:`\Delta=\hat\Sigma-I`, and
    :math:`m_p` a moment of the norm in the basis in which :math:`S_0=I`. :math:`n^3` times it is a
    polynomial of degree 3 in n. ``fourth`` stands in place of 3 before :math:`m_4`.
    """

    def sides(x: Draw) -> list[Pair]:
        k, out = 2, []
        weights = x.vector(2)
        weights.append(1 - weights[0] - weights[1])
        f = x.matrix(3, k)
        inner = inverse(mean_product(f, f, weights))  # S_0 to the power -1 in the place of I
        norms = [multiply([row], inner, column(row))[0][0] for row in f]
        m4 = total([w * v * v for w, v in zip(weights, norms)])
        m6 = total([w * v * v * v for w, v in zip(weights, norms)])
        for n in (1, 2, 3, 4):
            mean: Any = 0
            for batch in product(range(3), repeat=n):
                weight = weights[batch[0]]
                for i in batch[1:]:
                    weight = weight * weights[i]
                S = scaled(Fraction(1, n), _gram(f, batch))
                off = subtract(multiply(inner, S), eye(k))
                two = multiply(off, off)
                mean = mean + weight * (trace(two) + trace(multiply(two, off)))
            claimed = Fraction(1, n) * (m4 - k)
            claimed = claimed + Fraction(1, n * n) * (m6 - fourth * m4 + 2 * k)
            out.append((mean, claimed))
        return out

    return vanishes(
        "tt-noise-floor",
        sides,
        where="k = 2; every batch size, all laws on three inputs and their features",
    )


def _gram(f: Matrix, batch: tuple[int, ...]) -> Matrix:
    rows = [f[i] for i in batch]
    return multiply(transpose(rows), rows)


@guarded
def one_prompt(
    f: Matrix, h: Matrix, place: Sequence[int], task: Sequence[Any], Gamma: Matrix
) -> Any:
    """Return half of the squared error of a prompt, from its labels; the query comes last."""
    labels = [total([u * v for u, v in zip(f[i], task, strict=True)]) for i in place]
    share = Fraction(1, len(place) - 1)
    heard = [
        share * total([y * h[i][c] for y, i in zip(labels[:-1], place[:-1], strict=True)])
        for c in range(len(Gamma))
    ]
    off = multiply([heard], Gamma, column(h[place[-1]]))[0][0] - labels[-1]
    return HALF * (off * off)


@guarded
def literal_loss(pairs: Number = 1) -> Proof:
    r"""The mean loss of literal prompts: all inputs, and all tasks of four with
    :math:`\mathbb E[vv^\top]=I`, enumerated.

    Three true and two learnt features. The loss is quadratic in the task, so that four signs stand
    for the Gaussian; :math:`n^2` times it is quadratic in n. ``pairs`` multiplies the second trace.
    """

    def sides(x: Draw) -> list[Pair]:
        weights = x.vector(2)
        weights.append(1 - weights[0] - weights[1])
        f, h, Gamma, out = x.matrix(3), x.matrix(3, 2), x.matrix(2), []
        C, Sigma = mean_product(f, h, weights), mean_product(h, h, weights)
        size = [w * total([v * v for v in row]) for w, row in zip(weights, f, strict=True)]
        CG = multiply(C, Gamma)
        spread = trace(multiply(transpose(Gamma), mean_product(h, h, size), Gamma, Sigma))
        spread = spread - pairs * trace(multiply(CG, Sigma, transpose(CG)))
        plain = loss_with(mean_product(f, f, weights), C, Sigma, Gamma)
        signs = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
        for n in (1, 2, 3):
            mean: Any = 0
            for place in product(range(3), repeat=n + 1):
                weight = weights[place[0]]
                for i in place[1:]:
                    weight = weight * weights[i]
                losses = [one_prompt(f, h, place, task, Gamma) for task in signs]
                mean = mean + weight * Fraction(1, 4) * total(losses)
            out.append((mean, plain + HALF * Fraction(1, n) * spread))
        return out

    return vanishes(
        "tt-literal-loss",
        sides,
        where="3 true and 2 learnt features; every n, every law of the inputs",
        relies_on=("polarisation: a law on three points for every law",),
    )


@guarded
def unexplained(C: Matrix, Sigma: Matrix, r0: Any) -> Any:
    r"""Return :math:`\frac12(k_0-k)r_0+\frac12r_0\mathrm{tr}\,\Sigma^{-1}R`, R the second moment of
    :math:`h-C^\top f^\circ/r_0`."""
    rest = subtract(Sigma, scaled(1 / r0, multiply(transpose(C), C)))
    return HALF * r0 * (len(C) - len(Sigma) + trace(multiply(inverse(Sigma), rest)))


@guarded
def least_error(missing: Number = 1) -> Proof:
    r"""The loss is at least :math:`\frac12(k_0-k)r_0`.

    The identity of :func:`unexplained` for seven and five features. Then, for three and two, with
    :math:`h=K^\top f^\circ+\rho` and two residuals, which is all that a loss depends on, the gap
    at the attention :math:`\Sigma^{-1}+D/(\det\Sigma)^2` times :math:`(\det\Sigma)^4`, as a sum
    of squares; the determinant by Cauchy and Binet. ``missing`` stands for :math:`k_0-k=1`.
    """

    def sides(x: Draw) -> list[Pair]:
        C, Sigma, r0 = x.matrix(7, 5), x.symmetric(5), x()
        return [(best_loss(diagonal([r0] * 7), C, Sigma), unexplained(C, Sigma, r0))]

    def features(x: Draw) -> tuple[Any, Matrix, Matrix, Matrix, Matrix]:
        r0, K, rho, off = x(), x.matrix(3, 2), x.matrix(2), x.matrix(2)
        K = [[v + int(i == j) for j, v in enumerate(row)] for i, row in enumerate(K)]
        Sigma = add(scaled(r0, multiply(transpose(K), K)), multiply(transpose(rho), rho))
        return r0, scaled(r0, K), rho, Sigma, off

    def gap(x: Draw) -> Any:
        r0, C, _, Sigma, off = features(x)
        volume = Sigma[0][0] * Sigma[1][1] - Sigma[0][1] * Sigma[1][0]
        Gamma = add(inverse(Sigma), scaled(1 / (volume * volume), off))
        loss = loss_with(diagonal([r0] * 3), C, Sigma, Gamma)
        return volume**4 * (loss - HALF * missing * r0)

    def plain(x: Draw) -> Any:
        r0, C, rho, _, off = features(x)
        seen = [*([v / r0 for v in row] for row in C), *rho]  # with the weights r0 and one
        weights, pairs = [r0] * 3 + [1, 1], list(product(range(5), repeat=2))
        crossed = [[square(u[0] * v[1] - u[1] * v[0]) for v in seen] for u in seen]
        volume = HALF * total([weights[i] * weights[j] * crossed[i][j] for i, j in pairs])
        left = total([weights[j] * crossed[i][j] for i, j in pairs if i > 2])
        away = [
            w * square(row[0] * v[0] + row[1] * v[1])
            for row in multiply(C, off)
            for w, v in zip(weights, seen, strict=True)
        ]
        return HALF * (total(away) + r0 * left * volume**3)

    first = vanishes("tt-floor-identity", sides, where="k = 5 of 7")
    if not first.holds:
        return first
    where = "k = 2 of 3: every law of the inputs, every attention; the identity for 5 of 7"
    return nonnegative("tt-floor", gap, plain, where=where)


@guarded
def self_scaling(power: int = 2) -> Proof:
    r"""What one step does to the outer weights' second moment.

    It changes :math:`\int aa^\top d\mu` by :math:`\eta^2\int\nabla\nabla^\top d\mu`, exactly.
    ``power`` of the step on the right side.
    """

    def sides(x: Draw) -> list[Pair]:
        at, step = Neurons(x, 4, 2), x()
        slopes, out = at.slopes(), []
        for p, q in product(range(2), repeat=2):
            change, wanted = [], []
            for i in range(at.count):
                old, slope = at.a[i], slopes[i]
                new = [v - step * s for v, s in zip(old, slope, strict=True)]
                change.append(at.mass[i] * (new[p] * new[q] - old[p] * old[q]))
                wanted.append(step**power * at.mass[i] * slope[p] * slope[q])
            out.append((total(change), total(wanted)))
        return out

    return vanishes("tt-self-scaling", sides, where="4 neurons, k = 2; every batch and step")


@guarded
def best_attention(*, centred: bool = True) -> Proof:
    r"""Pythagoras: the error of attention :math:`\Gamma` on any task g.

    :math:`\mathbb E(g-c^\top\Gamma h)^2` from second moments, k = 3. The near miss leaves
    :math:`\Sigma^{-1}` out of the difference.
    """

    def sides(x: Draw) -> list[Pair]:
        k, size = 3, x()  # size = E g^2
        c, Sigma, Gamma = x.vector(k), x.symmetric(k), x.matrix(k)

        def error(G: Matrix) -> Any:
            row = multiply([c], G)
            cross = 2 * multiply(row, column(c))[0][0]
            return size - cross + multiply(row, Sigma, transpose(row))[0][0]

        off = multiply([c], subtract(Gamma, inverse(Sigma)) if centred else Gamma)
        more = multiply(off, Sigma, transpose(off))[0][0]
        return [(error(Gamma), error(inverse(Sigma)) + more)]

    return vanishes("tt-best-attention", sides, where="k = 3; every task, Sigma and Gamma")
