r"""The chapter's statements, proved: all prompts enumerated against the page's displays.

Nothing here uses the float library. The arguments, at their defaults, are the statements of the
page; other values are near misses.
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
    diagonal,
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
from iclnb.exact.matrices import total
from iclnb.kinds import guarded

Matrix = list[list[Any]]
Pair = tuple[Any, Any]
Number = int | Fraction


@guarded
def enumerated_risk(
    n: int,
    weights: list[Any],
    second: Matrix,
    keys: Matrix,
    queries: Matrix,
    gamma: Matrix,
    variance: Any,
) -> Any:
    r"""Return :math:`\mathbb E(\hat y-F(x_q))^2` from its definition, over all prompts and queries.

    Parameters
    ----------
    n : int
        Examples of a prompt.
    weights : list (Q,)
        Law of the inputs.
    second : matrix (Q, Q)
        :math:`\mathbb E F(x)F(z)` at the inputs.
    keys, queries : matrix (Q, N), (Q, N')
        Features of the examples and of the query.
    gamma : matrix (N, N')
        The attention matrix.
    variance : number
        Of the noise.
    """
    scores = multiply(keys, gamma, transpose(queries))
    inputs, mean = range(len(weights)), []
    for *xs, q in product(inputs, repeat=n + 1):
        chance = weights[q]
        for x in xs:
            chance = chance * weights[x]
        square_of_answer = [
            scores[x][q] * scores[z][q] * (second[x][z] + (variance if i == j else 0))
            for (i, x), (j, z) in product(enumerate(xs), repeat=2)
        ]
        mixed = [scores[x][q] * second[x][q] for x in xs]
        error = second[q][q] - Fraction(2, n) * total(mixed)
        mean.append(chance * (error + Fraction(1, n * n) * total(square_of_answer)))
    return total(mean)


@guarded
def exact_risk(pairs: Number = 1) -> Proof:
    r"""The display of the risk, for prompts of 1, 2 and 3 examples.

    :math:`n^2R` is a quadratic in n: every n. At most three inputs are independent in a summand:
    every law, by polarisation. Keys and queries have features of their own, so that a coefficient
    of :math:`\Gamma_{ab}\Gamma_{cd}` holds two keys and two queries: every number of features.
    ``pairs`` stands in place of 1 in :math:`1-1/n`.
    """

    def sides(x: Draw) -> list[Pair]:
        w = x.vector(2)
        w.append(1 - w[0] - w[1])
        second, phi, psi = x.symmetric(3), x.matrix(3, 2), x.matrix(3, 2)
        gamma, variance, out = x.matrix(2), x(), []
        law = diagonal(w)
        keys, queries = multiply(transpose(phi), law), multiply(transpose(psi), law)
        C = multiply(keys, second, transpose(queries))
        C0 = multiply(keys, second, transpose(keys))
        own = diagonal([second[i][i] + variance for i in range(3)])
        load, G = multiply(keys, own, phi), multiply(queries, psi)
        mean = total([w[i] * second[i][i] for i in range(3)])
        for n in (1, 2, 3):
            A = add(scaled(1 - Fraction(pairs, n), C0), scaled(Fraction(1, n), load))
            last = trace(multiply(transpose(gamma), A, gamma, G))
            claimed = mean - 2 * trace(multiply(transpose(gamma), C)) + last
            out.append((enumerated_risk(n, w, second, phi, psi, gamma, variance), claimed))
        return out

    return vanishes(
        "kns-exact-risk",
        sides,
        where="all prompts of 1, 2 and 3 examples; every n, law, task covariance, feature, Gamma",
    )


@guarded
def optimal_gamma(*, symmetric: bool = False) -> Proof:
    r"""The gradient of the risk is :math:`2(A\Gamma G-C)`, and above :math:`\Gamma^*` are squares.

    With :math:`A=LL^\top` and :math:`G=MM^\top`,
    :math:`R(\Gamma^*+H)-R(\Gamma^*)=|L^\top HM|^2`. The derivatives are by jets. The near miss
    takes the symmetric part of :math:`\Gamma^*`.
    """

    def sides(x: Draw) -> list[Pair]:
        k = 3
        L, M, C, H, gamma = (x.matrix(k) for _ in range(5))
        A, G = multiply(L, transpose(L)), multiply(M, transpose(M))

        def risk(g: Matrix) -> Any:
            quadratic = trace(multiply(transpose(g), A, g, G))
            return quadratic - 2 * trace(multiply(transpose(g), C))

        out, slope = [], scaled(2, subtract(multiply(A, gamma, G), C))
        for i, j in product(range(k), repeat=2):
            moved = [
                [Jet(v, 1 if (p, q) == (i, j) else 0) for q, v in enumerate(row)]
                for p, row in enumerate(gamma)
            ]
            out.append((risk(moved)[1], slope[i][j]))
        best = multiply(inverse(A), C, inverse(G))
        if symmetric:
            best = scaled(Fraction(1, 2), add(best, transpose(best)))
        inner = multiply(transpose(L), H, M)
        squares = total([square(v) for row in inner for v in row])
        out.append((risk(add(best, H)) - risk(best), squares))
        return out

    return vanishes(
        "kns-optimal-gamma", sides, where="three features; every invertible A, G; every C"
    )


def _walsh(j: int, x: int) -> int:
    return -1 if (j & x).bit_count() % 2 else 1


@guarded
def flat_optimum(own: Number = 1) -> Proof:
    r"""The least risk with Walsh functions, the second moment of the key by all prompts.

    The prompts of one and two examples give the moment for one example and for a pair, and so for
    every n. The least risk and the risk of the diagonal matrix are both compared, so that the
    best matrix is that one. ``own`` stands before :math:`\lambda_j` in :math:`\tau-\lambda_j`.
    """
    cells, N = 8, 3
    table = [[_walsh(j, x) for j in range(1, cells)] for x in range(cells)]

    def moment(kernel: Matrix, variance: Any, n: int) -> Matrix:
        out: list[list[list[Any]]] = [[[] for _ in range(N)] for _ in range(N)]
        for xs in product(range(cells), repeat=n):
            for (i, x), (k, z) in product(enumerate(xs), repeat=2):
                y2 = kernel[x][z] + (variance if i == k else 0)
                for a, b in product(range(N), repeat=2):
                    out[a][b].append(y2 * (table[x][a] * table[z][b]))
        return [[Fraction(1, cells**n) * total(v) for v in row] for row in out]

    def sides(x: Draw) -> list[Pair]:
        lam, variance, n = x.vector(cells - 1), x(), x()
        kernel = multiply(table, diagonal(lam), transpose(table))
        one = moment(kernel, variance, 1)
        pair = scaled(Fraction(1, 2), subtract(moment(kernel, variance, 2), scaled(2, one)))
        A = scaled(1 / n, add(one, scaled(n - 1, pair)))
        C, label = diagonal(lam[:N]), total(lam) + variance
        claimed, factors = total(lam[N:]), []
        for v in lam[:N]:
            rest = label - own * v
            claimed = claimed + v * rest / (n * v + rest)
            factors.append(n * v / (n * v + rest))
        g = diagonal(factors)
        least = total(lam) - trace(multiply(C, inverse(A), C))
        reached = total(lam) - 2 * trace(multiply(g, C)) + trace(multiply(g, A, g))
        return [(least, claimed), (reached, claimed)]

    return vanishes(
        "kns-flat-optimum",
        sides,
        where="Walsh functions on 8 cells, N = 3; every prompt length, spectrum and noise",
    )


def _factor(lam: Any, n: Any) -> Any:
    return n * lam / (n * lam + 1)


@guarded
def shrinkage_bound(part: Number = 4) -> Proof:
    r"""A summand of the shrinkage of the published matrix is at most :math:`1/(4n)`.

    N of them are at most :math:`N/(4n)`, a quarter of the printed bound. ``part`` stands in place
    of 4.
    """

    def gap(x: Draw) -> Any:
        lam, n = x(), x()
        return 1 / (part * n) - lam * square(1 - _factor(lam, n))

    def plain(x: Draw) -> Any:
        lam, n = x(), x()
        return square(n * lam - 1) / (part * n * square(n * lam + 1))

    return nonnegative(
        "kns-proposition-terms/shrinkage", gap, plain, where="every variance and prompt length"
    )


@guarded
def noise_bound(least: Number = 1) -> Proof:
    r"""A summand of the noise, :math:`\sigma^2g^2/n`, is at most :math:`\sigma^2/n`.

    ``least`` stands before the bound.
    """

    def gap(x: Draw) -> Any:
        lam, n, variance = x(), x(), x()
        return least * variance / n - variance * square(_factor(lam, n)) / n

    def plain(x: Draw) -> Any:
        lam, n, variance = x(), x(), x()
        return variance * (2 * n * lam + 1) / (n * square(n * lam + 1))

    return nonnegative(
        "kns-proposition-terms/noise", gap, plain, where="every variance, noise and prompt length"
    )
