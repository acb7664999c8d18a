r"""The risk of linear attention, from all prompts, and the matrix that makes it least.

Nothing here uses the float library.
"""

from __future__ import annotations

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
    diagonal,
    finite,
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
from iclnb.statistics.function_spaces.exact import gram, integral, pieces

from .steps import one_after_another

__all__ = [
    "enumerated_risk",
    "exact_risk",
    "flat_least",
    "flat_optimum",
    "optimal_gamma",
    "parts",
    "risk_of_small_law",
    "small_law",
    "spline_gamma",
    "terms",
]


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
def small_law() -> tuple[list[Fraction], Matrix, list[Fraction], Matrix, Matrix, Matrix]:
    """Return a law of three inputs: weights, functions, their variances, keys, queries, Gamma."""
    third, half = Fraction(1, 3), Fraction(1, 2)
    return (
        [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)],
        [[Fraction(1), Fraction(2)], [half, Fraction(-1)], [-third, Fraction(1)]],
        [Fraction(1), half],
        [[Fraction(1), half], [Fraction(-2), third], [half, Fraction(1)]],
        [[half, Fraction(1)], [Fraction(1), -third], [Fraction(2), half]],
        [[half, -third], [Fraction(1), Fraction(1, 5)]],
    )


@guarded
def risk_of_small_law(n: int) -> Fraction:
    """Return the risk for :func:`small_law`, noise variance 1/4, over all prompts."""
    weights, functions, variances, keys, queries, gamma = small_law()
    second = multiply(functions, diagonal(variances), transpose(functions))
    return enumerated_risk(n, weights, second, keys, queries, gamma, Fraction(1, 4))


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


def _best(A: Matrix, C: Matrix, G: Matrix) -> Matrix:
    return multiply(inverse(A), C, inverse(G))


def _at_the_minimum(symmetric: bool) -> Proof:
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
        best = _best(A, C, G)
        if symmetric:
            best = scaled(Fraction(1, 2), add(best, transpose(best)))
        inner = multiply(transpose(L), H, M)
        squares = total([square(v) for row in inner for v in row])
        out.append((risk(add(best, H)) - risk(best), squares))
        return out

    return vanishes("kns-optimal-gamma", sides, where="three features; every A, G and C")


@guarded
def spline_gamma(n: int = 6) -> Matrix:
    """Return the best matrix for the three hats of level 1, all moments by integrals.

    The coefficients have the variances 1, 1/2 and 1/4, the noise 1/4; ``n`` examples.
    """
    degree, level, variances = 1, 1, [Fraction(1, 2**i) for i in range(3)]
    hats, G = pieces(degree)[::-1], gram(degree, level)
    load = [[Fraction(0)] * 3 for _ in range(3)]
    for cell, (i, p), (j, q), (k, r) in product(range(2), *[list(enumerate(hats))] * 3):
        # four functions of height 2^(1/2), a cell of length 1/2
        load[cell + i][cell + j] += 2 * variances[cell + k] * integral(p, q, r, r)
    C = multiply(G, diagonal(variances), G)
    noisy = add(load, scaled(Fraction(1, 4), G))
    A = add(scaled(1 - Fraction(1, n), C), scaled(Fraction(1, n), noisy))
    return _best(A, C, G)


@guarded
def optimal_gamma(*, symmetric: bool = False) -> Proof:
    r"""The gradient of the risk is :math:`2(A\Gamma G-C)`, and above :math:`\Gamma^*` are squares.

    With :math:`A=LL^\top` and :math:`G=MM^\top`,
    :math:`R(\Gamma^*+H)-R(\Gamma^*)=|L^\top HM|^2`. The derivatives are by series. Then the case of
    three splines whose best matrix is not symmetric. The near miss takes the symmetric part of
    :math:`\Gamma^*`.
    """

    def three_splines() -> Proof:
        found = spline_gamma()
        return finite([(int(found == transpose(found)), 0)], where="three hats, n = 6")

    return one_after_another(
        [three_splines, lambda: _at_the_minimum(symmetric)],
        where="three features; every invertible A, G; every C; and three splines, n = 6",
    )


def _walsh(j: int, x: int) -> int:
    return -1 if (j & x).bit_count() % 2 else 1


@guarded
def flat_least(spectrum: list[Any], features: int, variance: Any, n: Any, own: Number = 1) -> Any:
    r"""Return the closed form of the page; ``own`` stands before :math:`\lambda_j` in
    :math:`\tau-\lambda_j`."""
    label, out = total(spectrum) + variance, [*spectrum[features:]]
    for v in spectrum[:features]:
        rest = label - own * v
        out.append(v * rest / (n * v + rest))
    return total(out)


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
        claimed = flat_least(lam, N, variance, n, own)
        g = diagonal([n * v / (n * v + label - own * v) for v in lam[:N]])
        least = total(lam) - trace(multiply(C, inverse(A), C))
        reached = total(lam) - 2 * trace(multiply(g, C)) + trace(multiply(g, A, g))
        return [(least, claimed), (reached, claimed)]

    return vanishes(
        "kns-flat-optimum",
        sides,
        where="Walsh functions on 8 cells, N = 3; every prompt length, spectrum and noise",
    )


def _factor(lam: Any, n: Any) -> Any:
    """Return the entry of the published matrix."""
    return 1 / (1 + 1 / (n * lam))


@guarded
def parts(spectrum: list[Fraction], variance: Fraction, n: int) -> tuple[Fraction, Fraction]:
    """Return shrinkage and noise of the published matrix, term by term."""
    factors = [_factor(v, n) for v in spectrum]
    shrunk = [v * square(1 - g) for v, g in zip(spectrum, factors, strict=True)]
    return total(shrunk), variance / n * total([square(g) for g in factors])


@guarded
def terms(part: Number = 4, least: Number = 1) -> Proof:
    r"""A summand of the shrinkage is at most :math:`\frac1{4n}`, of the noise :math:`\sigma^2/n`.

    N of them are at most :math:`N/(4n)`, a quarter of the printed bound, and :math:`N\sigma^2/n`.
    The first is attained at :math:`n\lambda=1`, the second in the limit. ``part`` stands in place
    of 4, ``least`` before the second bound.
    """

    def shrinkage(x: Draw) -> Any:
        lam, n = x(), x()
        return 1 / (part * n) - lam * square(1 - _factor(lam, n))

    def plain_shrinkage(x: Draw) -> Any:
        lam, n = x(), x()
        return square(n * lam - 1) / (part * n * square(n * lam + 1))

    def noise(x: Draw) -> Any:
        lam, n, variance = x(), x(), x()
        return least * variance / n - variance * square(_factor(lam, n)) / n

    def plain_noise(x: Draw) -> Any:
        lam, n, variance = x(), x(), x()
        return variance * (2 * n * lam + 1) / (n * square(n * lam + 1))

    where = "every variance, noise, prompt length and N"
    return one_after_another(
        [
            lambda: nonnegative("kns-terms/shrinkage", shrinkage, plain_shrinkage, where=where),
            lambda: nonnegative("kns-terms/noise", noise, plain_noise, where=where),
        ],
        where=where,
    )
