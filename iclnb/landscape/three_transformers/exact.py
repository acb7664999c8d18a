r"""The chapter's statements, proved: losses from their definitions against the page's displays.

Nothing here uses the float library. Each function returns a :class:`iclnb.exact.Proof`; its
argument, at its default, is the statement of the page, and another value is a near miss that must
be refuted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Proof,
    add,
    column,
    eye,
    inverse,
    multiply,
    scaled,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import Neurons, mean_product, total

Matrix = list[list[Any]]
Pair = tuple[Any, Any]
Number = int | Fraction


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
