r"""Splines as piecewise polynomials: refinement, Gram matrices of all levels.

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import comb, floor, prod

from iclnb.exact import Number, Proof, finite
from iclnb.exact._counts import at_least
from iclnb.kinds import guarded

__all__ = [
    "aggregation",
    "at",
    "cell_gram",
    "determinant",
    "gram",
    "integral",
    "near_orthonormal",
    "pieces",
    "refined",
    "refinement",
    "spline",
    "weights",
]

Polynomial = tuple[Fraction, ...]
Matrix = list[list[Fraction]]
HALF = Fraction(1, 2)
DEGREES = range(1, 9)


@guarded
def at(polynomial: Polynomial, t: Number) -> Fraction:
    """Return the value of a polynomial, coefficients from the constant up."""
    out = Fraction(0)
    for c in reversed(polynomial):
        out = out * t + c
    return out


@guarded
def integral(*factors: Polynomial) -> Fraction:
    """Return the integral of a product of polynomials from 0 to 1."""
    out: Polynomial = (Fraction(1),)
    for factor in factors:
        wider = [Fraction(0)] * (len(out) + len(factor) - 1)
        for (i, u), (j, v) in product(enumerate(out), enumerate(factor)):
            wider[i + j] += u * v
        out = tuple(wider)
    return sum((c / (i + 1) for i, c in enumerate(out)), Fraction(0))


@guarded
@lru_cache(maxsize=32)
def pieces(degree: int) -> tuple[Polynomial, ...]:
    r"""Return the pieces of the spline, the (m+1)-fold convolution of the indicator of [0, 1].

    :math:`\mathcal N_m(x)=\int_{x-1}^x\mathcal N_{m-1}`: on cell k, at offset t, the integral over
    the rest of cell k - 1 from t on, and over cell k up to t.
    """
    at_least(degree, "degree", 0)
    out: list[Polynomial] = [(Fraction(1),)]
    for m in range(1, degree + 1):
        zero = (Fraction(0),) * m
        wider = []
        for k in range(m + 1):
            before = out[k - 1] if k else zero
            here = out[k] if k < m else zero
            slope = [u - v for u, v in zip(here, before, strict=True)]
            rising = [c / (i + 1) for i, c in enumerate(slope)]
            wider.append((integral(before), *rising))
        out = wider
    return tuple(out)


@guarded
def spline(x: Number, degree: int) -> Fraction:
    """Return the value of the spline at a point."""
    at_least(degree, "degree", 0)
    k = floor(x)
    return at(pieces(degree)[k], x - k) if 0 <= k <= degree else Fraction(0)


@guarded
def refined(x: Number, degree: int, *, printed: bool = False, centred: bool = False) -> Fraction:
    r"""Return the sum over finer copies, right or as printed; the latter also for the centred
    spline of order m, :math:`\mathcal N_{m-1}(x+\frac m2)`."""
    at_least(degree, "degree", int(centred))
    if not printed:
        copies = [comb(degree + 1, j) * spline(2 * x - j, degree) for j in range(degree + 2)]
        return Fraction(1, 2**degree) * sum(copies, Fraction(0))
    shift = Fraction(degree, 2)
    order, more = (degree - 1, shift) if centred else (degree, Fraction(0))
    copies = [comb(degree, j) * spline(2 * x - j + shift + more, order) for j in range(degree + 1)]
    return Fraction(2, 2**degree) * sum(copies, Fraction(0))


@guarded
def refinement(*, printed: bool = False) -> Proof:
    r"""The refinement for m = 1 to 8, at m + 1 points of every half cell, which fix a polynomial.

    With it, for even m, the printed one of the centred spline of order m. ``printed`` takes the
    printed one of the spline of degree m, for even m.
    """

    def cases() -> Iterator[tuple[Fraction, Fraction]]:
        for m in DEGREES:
            if printed and m % 2:
                continue
            # from -m to 2m + 1: everything that either side reaches
            for cell, i in product(range(-2 * m, 4 * m + 2), range(m + 1)):
                x = HALF * (cell + Fraction(2 * i + 1, 2 * m + 2))
                yield refined(x, m, printed=printed), spline(x, m)
                if not printed and m % 2 == 0:
                    middle = spline(x + Fraction(m, 2), m - 1)
                    yield refined(x, m, printed=True, centred=True), middle

    return finite(cases(), where="m = 1 to 8, all x")


@guarded
def weights(degree: int, finer: int) -> list[Fraction]:
    r"""Return the weights of a spline in its copies that are ``finer`` levels finer.

    The refinement, again and again: :math:`\mathcal N_m(x)=\sum_jw_j\mathcal N_m(2^rx-j)`.
    """
    at_least(degree, "degree", 0)
    out = [Fraction(1)]
    for _ in range(at_least(finer, "finer", 0)):
        wider = [Fraction(0)] * (2 * len(out) + degree)
        for i, w in enumerate(out):
            for j in range(degree + 2):
                wider[2 * i + j] += w * Fraction(comb(degree + 1, j), 2**degree)
        out = wider
    return out


@guarded
def aggregation(sum_of_weights: Number = 1) -> Proof:
    r"""The weights are right, at points that fix every polynomial piece, for m = 0 to 4 and one to
    three levels; and those of all coarse splines in one fine spline add up to one: the weights
    :math:`w_j` of one residue of j modulo :math:`2^r`."""

    def cases() -> Iterator[tuple[Fraction, Number]]:
        for m, r in product(range(5), range(1, 4)):
            w, finer = weights(m, r), 2**r
            for cell, i in product(range((m + 1) * finer), range(m + 1)):
                x = Fraction(cell, finer) + Fraction(2 * i + 1, finer * (2 * m + 2))
                copies = (c * spline(finer * x - j, m) for j, c in enumerate(w))
                yield sum(copies, Fraction(0)), spline(x, m)
            for residue in range(finer):
                yield sum(w[residue::finer], Fraction(0)), sum_of_weights
            yield min(w), abs(min(w))

    return finite(cases(), where="m = 0 to 4, one to three levels finer")


@guarded
def cell_gram(degree: int) -> Matrix:
    """Return the integrals over one cell, of length one, of products of its m + 1 splines."""
    found = pieces(degree)[::-1]
    return [[integral(p, q) for q in found] for p in found]


@guarded
def gram(degree: int, resolution: int) -> Matrix:
    r"""Return the Gram matrix of one level on [0, 1], the sum over its cells.

    The copies :math:`2^{a/2}\mathcal N_m(2^ax-b)` have the products of a cell of length one.
    """
    cells = 2 ** at_least(resolution, "resolution", 0)
    out = [[Fraction(0)] * (cells + degree) for _ in range(cells + degree)]
    for cell, (i, row) in product(range(cells), enumerate(cell_gram(degree))):
        for j, value in enumerate(row):
            out[cell + i][cell + j] += value
    return out


def _pivots(matrix: Matrix) -> Iterator[Fraction]:
    """Eliminate a banded symmetric matrix without exchanges; give the pivots."""
    rows = [list(row) for row in matrix]
    for k, row in enumerate(rows):
        yield row[k]
        if row[k] == 0:
            return
        for i in range(k + 1, min(k + 3, len(rows))):
            factor = rows[i][k] / row[k]
            if factor:
                rows[i] = [u - factor * v for u, v in zip(rows[i], row, strict=True)]


def _eliminated(form: Matrix, least: Number) -> Matrix:
    """Add one cell to a form in its first two coefficients, and take the least over the first."""
    E = cell_gram(2)
    whole = [[E[i][j] + (form[i][j] if i < 2 and j < 2 else 0) for j in range(3)] for i in range(3)]
    pivot = whole[0][0] - least
    if pivot <= 0:
        raise ValueError("the pivot is not positive")
    return [[whole[i][j] - whole[i][0] * whole[0][j] / pivot for j in (1, 2)] for i in (1, 2)]


def _below(small: Matrix, large: Matrix) -> Iterator[tuple[int, int]]:
    """Give the signs that say that large - small is positive definite."""
    a, b, c = (large[i][j] - small[i][j] for i, j in ((0, 0), (0, 1), (1, 1)))
    yield int(a > 0), 1
    yield int(a * c - b * b > 0), 1


def _barrier(least: Number) -> Matrix:
    """Return a form that elimination raises: what twelve cells leave, less a little."""
    form = [[Fraction(0)] * 2 for _ in range(2)]
    for _ in range(12):
        form = _eliminated(form, least)
    slack = [[Fraction(3, 10**4), 0], [0, Fraction(1, 10**4)]]
    return [
        [Fraction(round(10**6 * v), 10**6) - w for v, w in zip(row, less, strict=True)]
        for row, less in zip(form, slack, strict=True)
    ]


@guarded
def near_orthonormal(least: Number = Fraction(18, 1000)) -> Proof:
    r"""Quadratic splines: the Gram matrix of every level from 2 on lies between ``least`` and 1.

    Above: the splines add up to one, so a row adds up to at most one. Below: the pivots of
    levels 2 and 3. For all other levels the cells are eliminated from both ends. What is left by
    the cells to the left is a quadratic form in two coefficients; a form P is found that the
    first eight cells exceed, and that one cell more raises. Elimination is monotone, so every
    number of cells from eight on leaves more than P, and from the right the same, mirrored. Where
    the ends meet, P and its mirror are above ``least``.
    """

    def cases() -> Iterator[tuple[Number, Number]]:
        for level in range(2, 4):
            matrix = gram(2, level)
            yield from ((int(sum(row) <= 1), 1) for row in matrix)
            shifted = [
                [v - (least if i == j else 0) for j, v in enumerate(row)]
                for i, row in enumerate(matrix)
            ]
            yield from ((int(pivot > 0), 1) for pivot in _pivots(shifted))
        form = [[Fraction(0)] * 2 for _ in range(2)]
        for _ in range(8):
            form = _eliminated(form, least)
        barrier = _barrier(least)
        yield from _below(barrier, form)
        yield from _below(barrier, _eliminated(barrier, least))
        (a, b), (_, c) = barrier
        yield from _below([[least, 0], [0, least]], [[a + c, 2 * b], [2 * b, a + c]])

    return finite(cases(), where="m = 2, every level from 2 on", bound=True)


@guarded
def determinant(degree: int, resolution: int) -> Fraction:
    """Return the determinant of the Gram matrix, for degrees up to two."""
    return prod(_pivots(gram(degree, resolution)), start=Fraction(1))
