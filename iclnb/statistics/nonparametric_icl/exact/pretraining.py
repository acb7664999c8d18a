r"""Pretraining: when the training loss can be zero, what a matrix costs, and how many features.

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import (
    Draw,
    Matrix,
    Pair,
    Proof,
    column,
    diagonal,
    entries,
    finite,
    inverse,
    multiply,
    vanishes,
)
from iclnb.exact.matrices import total
from iclnb.kinds import guarded

from .steps import one_after_another

__all__ = [
    "full_to_diagonal",
    "interpolating",
    "memorisation",
    "prompts",
    "scarce",
]

LARGEST = 5


def _cosines(c: Fraction, count: int) -> list[Fraction]:
    r"""Return :math:`\cos(\pi jx)`, j = 1 to ``count``, where :math:`\cos\pi x=c`."""
    out = [Fraction(1), c]
    while len(out) <= count:
        out.append(2 * c * out[-1] - out[-2])
    return out[1 : count + 1]


@guarded
def prompts(features: int, tasks: int) -> tuple[Matrix, Matrix, list[Fraction]]:
    r"""Return keys (T, N), queries (T, N) and labels of T prompts of two examples.

    Cosines, without the factor :math:`\sqrt2`, at inputs with rational cosine; the labels are any
    numbers, as they are with noise.
    """
    keys, queries, labels = [], [], []
    for t in range(tasks):
        xs = [_cosines(Fraction((7 * t + 3 * i) % 19 - 9, 10 + i), features) for i in range(2)]
        ys = [Fraction((5 * t + 2) % 13 - 6 or 7, 3), Fraction((3 * t + 1) % 11 - 5 or 6, 4)]
        keys.append([total([y * x[j] for x, y in zip(xs, ys, strict=True)]) / 2
                     for j in range(features)])  # fmt: skip
        queries.append(_cosines(Fraction((11 * t * t + 4 * t) % 23 - 11, 12), features))
        labels.append(Fraction((9 * t) % 7 - 3, 2))
    return keys, queries, labels


def _rows(keys: Matrix, queries: Matrix) -> Matrix:
    """Return the regressors, all products of a key with a query, a row for each prompt."""
    return [[u * v for u in s for v in q] for s, q in zip(keys, queries, strict=True)]


def _rank(matrix: Matrix) -> int:
    """Return the rank of a matrix of exact numbers, by elimination."""
    rows, rank = [list(row) for row in matrix], 0
    for at in range(len(matrix[0])):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][at] != 0), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            factor = rows[i][at] / rows[rank][at]
            if factor:
                rows[i] = [u - factor * v for u, v in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


@guarded
def interpolating(features: int) -> list[Fraction]:
    """Return the entries of the matrix without training error on as many tasks as it has."""
    keys, queries, labels = prompts(features, features**2)
    return entries(multiply(inverse(_rows(keys, queries)), column(labels)))


@guarded
def memorisation(more: int = 0) -> Proof:
    r"""With :math:`N^2` tasks the regressors are independent, and so are those of fewer tasks.

    One case of full rank makes the determinant, an analytic function of inputs and labels, vanish
    almost nowhere. Independent rows reach any labels: the training loss is zero. ``more`` tasks
    than unknowns are a near miss.
    """

    def cases() -> Iterator[tuple[int, int]]:
        for features in range(1, LARGEST + 1):
            tasks = features**2 + more
            keys, queries, _ = prompts(features, tasks)
            yield _rank(_rows(keys, queries)), tasks

    return finite(
        cases(),
        where="N = 1 to 5 cosines, up to N² tasks; almost all inputs and labels",
        relies_on=("an analytic function vanishes almost nowhere or everywhere",),
    )


def _walsh(j: int, x: int) -> int:
    return -1 if (j & x).bit_count() % 2 else 1


def _mean(values: list[tuple[Any, Any]]) -> Any:
    return total([chance * value for chance, value in values])


def _costs(x: Draw, features: int, cells: int) -> Pair:
    """Return both V from their definition: all prompts of one example, all queries and tasks.

    Coefficients and noises have two values each, plus or minus a free number: their mean squares,
    and that they are uncorrelated, is all that the best matrix knows of the tasks.
    """
    size, noise = x.vector(cells - 1), x()
    table = [[_walsh(j, at) for j in range(1, cells)] for at in range(cells)]
    full, thin = [], []
    chance = Fraction(1, cells**2 * 2 ** (cells + 1))
    for signs in product((1, -1), repeat=cells - 1):
        beta = [s * b for s, b in zip(signs, size, strict=True)]
        values = [total([b * f for b, f in zip(beta, row, strict=True)]) for row in table]
        for at, q, one, two in product(range(cells), range(cells), (1, -1), (1, -1)):
            y, target = values[at] + one * noise, values[q] + two * noise
            keys = [y * f for f in table[at][:features]]
            products = [u * v for u in keys for v in table[q][:features]]
            full.append((products, target))
            thin.append((products[:: features + 1], target))
    return _sandwich(full, chance), _sandwich(thin, chance)


def _sandwich(rows: list[tuple[list[Any], Any]], chance: Fraction) -> Any:
    r"""Return :math:`\mathbb E[e^2z^\top H^{-1}z]` of the regressors z and the labels."""
    width = len(rows[0][0])
    H = [
        [chance * total([z[i] * z[j] for z, _ in rows]) for j in range(width)] for i in range(width)
    ]
    mean = [chance * total([z[i] * y for z, y in rows]) for i in range(width)]
    inverted = inverse(H)
    best = entries(multiply(inverted, column(mean)))
    out = []
    for z, y in rows:
        error = y - total([g * v for g, v in zip(best, z, strict=True)])
        out.append(error * error * multiply([z], inverted, column(z))[0][0])
    return chance * total(out)


@guarded
def full_to_diagonal(power: int = 1) -> Proof:
    r"""With Walsh functions V of the full matrix is N times that of the diagonal one, exactly.

    First for every prompt and query: :math:`z^\top H^{-1}z` with :math:`z=S\otimes\phi` and
    :math:`H=A\otimes I`, against N times that of :math:`S\circ\phi` and A, for A diagonal. The
    errors are the same, because the best full matrix is diagonal. Then both V from their
    definition. ``power`` of N is the near miss.
    """

    def pointwise(x: Draw) -> list[Pair]:
        out = []
        for features in range(2, 5):
            S, A = x.vector(features), x.vector(features)
            for at in range(8):
                phi = [_walsh(j, at) for j in range(1, features + 1)]
                z = [u * v for u in S for v in phi]
                weights = diagonal([1 / a for a in A for _ in phi])
                full = multiply([z], weights, column(z))[0][0]
                thin = total([s * s * f * f / a for s, f, a in zip(S, phi, A, strict=True)])
                out.append((full, features**power * thin))
        return out

    def defined(x: Draw) -> list[Pair]:
        full, thin = _costs(x, 2, 4)
        return [(full, 2**power * thin)]

    return one_after_another(
        [
            lambda: vanishes("kns-full-to-diagonal", pointwise, where="N = 2 to 4"),
            lambda: vanishes("kns-full-to-diagonal/definition", defined, where="N = 2 of 3"),
        ],
        where="Walsh functions: N = 2 to 4, every prompt; N = 2 of 3, n = 1 from the definition",
    )


@guarded
def scarce(*, printed: bool = False) -> Proof:
    r"""With few tasks the share N/n of the prompt is :math:`T^{1/(2s+2)}/n`.

    Powers of T: :math:`N=T^u` balances :math:`N^{-2s}` and :math:`N^2/T`, which fixes u. With it
    the two halves of the bound agree where both choose the same N, at
    :math:`T=n^{(2s+2)/(2s+1)}`. ``printed`` has the exponent of the slides.
    """

    def sides(x: Draw) -> list[Pair]:
        s = x()
        u = 1 / (2 * s + 2)
        share = 2 / (2 * (s + 1)) if printed else 1 / (2 * (s + 1))
        tasks = (2 * s + 2) / (2 * s + 1)  # T = n^tasks
        return [
            (2 * s * u, 1 - 2 * u),
            (share, u),
            (share * tasks - 1, -2 * s / (2 * s + 1)),
        ]

    return vanishes("kns-scarce-printed", sides, where="every s")
