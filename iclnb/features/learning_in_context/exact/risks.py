r"""The risk at every prompt length, from all prompts; and the matrix that is best at a length.

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import (
    Draw,
    Matrix,
    Pair,
    Proof,
    add,
    column,
    entries,
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

from .algebra import add_up, dot, gradient

__all__ = [
    "affine",
    "example",
    "length_mismatch",
    "regularised",
    "ridge_limit",
    "small",
]


class _Tasks:
    """Tasks with free chances on three inputs with free weights and features, noise of two signs.

    A label is the task's value plus or minus ``noise``, which has the second moment of any noise
    of mean zero; all that is below is linear in the law of the noise at each example.
    """

    def __init__(self, x: Draw, features: int = 2, tasks: int = 2) -> None:
        self.weights = x.vector(2)
        self.weights.append(1 - self.weights[0] - self.weights[1])
        self.features = x.matrix(3, features)
        self.chances = x.vector(tasks - 1)
        self.chances.append(1 - add_up(self.chances))
        self.values = x.matrix(tasks, 3)
        self.noise = x()

    def mean(self, values: Sequence[Any]) -> Any:
        """Return the mean of a function of the input."""
        return dot(self.weights, values)

    def risk(self, n: int, Gamma: Matrix) -> Any:
        """Return n^2 times the risk, all tasks, prompts of n examples and queries enumerated."""
        out: Any = 0
        outcomes = list(product(range(3), (1, -1)))
        for chance, value in zip(self.chances, self.values, strict=True):
            for prompt in product(outcomes, repeat=n):
                weight = chance * Fraction(1, 2**n)
                for i, _ in prompt:
                    weight = weight * self.weights[i]
                g = [
                    add_up(
                        [(value[i] + sign * self.noise) * self.features[i][k] for i, sign in prompt]
                    )
                    for k in range(len(Gamma))
                ]
                answers = multiply([g], Gamma, transpose(self.features))[0]
                errors = [(n * v - a) * (n * v - a) for v, a in zip(value, answers, strict=True)]
                out = out + weight * self.mean(errors)
        return out

    def moments(self) -> tuple[Any, Matrix, Matrix, Matrix]:
        """Return E F^2 and the matrices M, K, V of the page."""
        f, m = self.features, len(self.features[0])
        pairs = list(product(range(m), repeat=2))

        def matrix(values: list[Any]) -> Matrix:
            return [values[i * m : (i + 1) * m] for i in range(m)]

        B = [
            [self.mean([v * row[k] for v, row in zip(value, f, strict=True)]) for k in range(m)]
            for value in self.values
        ]
        squares = [
            add_up([c * (v[i] * v[i]) for c, v in zip(self.chances, self.values, strict=True)])
            for i in range(3)
        ]
        drawn = [v + self.noise * self.noise for v in squares]
        M = [
            add_up([c * b[p] * b[q] for c, b in zip(self.chances, B, strict=True)])
            for p, q in pairs
        ]
        K = [self.mean([row[p] * row[q] for row in f]) for p, q in pairs]
        V = [
            self.mean([s * row[p] * row[q] for s, row in zip(drawn, f, strict=True)])
            for p, q in pairs
        ]
        return self.mean(squares), matrix(M), matrix(K), matrix(V)


def _risk_parts(target: Any, M: Matrix, K: Matrix, V: Matrix, Gamma: Matrix) -> tuple[Any, Any]:
    """Return the limit and the slope of the page."""
    G = transpose(Gamma)
    inner = subtract(scaled(2, eye(len(K))), multiply(Gamma, K))
    limit = target - trace(multiply(G, M, inner))
    return limit, trace(multiply(G, subtract(V, M), Gamma, K))


@guarded
def affine(*, task_part: bool = True) -> Proof:
    r"""The risk is :math:`\ell+\nu/n`, all prompts of one, two and three examples enumerated.

    :math:`n^2` times the risk is a polynomial of degree two in n, and involves three independent
    inputs, so three prompt lengths and laws on three points give all. The near miss has V in the
    place of V - M.
    """

    def sides(x: Draw) -> list[Pair]:
        tasks, out = _Tasks(x), []
        Gamma = x.matrix(2)
        target, M, K, V = tasks.moments()
        limit, slope = _risk_parts(target, M, K, V, Gamma)
        if not task_part:
            slope = trace(multiply(transpose(Gamma), V, Gamma, K))
        for n in (1, 2, 3):
            out.append((tasks.risk(n, Gamma), n * n * limit + n * slope))
        return out

    where = "2 features; every prompt length, Gamma, noise, law of the tasks and of the inputs"
    return vanishes("idx-affine", sides, where=where)


@guarded
def small() -> Draw:
    """Give small fractions, one after the other: a point for the bridges."""
    return Draw(lambda at: Fraction((7 * at) % 11 - 5 or 6, 4 + at % 3))


def _task_point() -> Draw:
    """Give weights and chances that are positive, and other small fractions."""
    given, rest = {1: Fraction(1, 5), 2: Fraction(1, 3), 9: Fraction(2, 7)}, small()
    return Draw(lambda at: given.get(at) or rest())


@guarded
def example(n: int) -> tuple[tuple[Any, Matrix, Matrix, Matrix], Matrix, Any]:
    """Return moments, a matrix, and the risk at n examples by enumeration, at one point."""
    x = _task_point()
    tasks = _Tasks(x)
    Gamma = x.matrix(2)
    return tasks.moments(), Gamma, tasks.risk(n, Gamma) / (n * n)


def _best(M: Matrix, K: Matrix, V: Matrix, e: Any) -> Matrix:
    """Return the best matrix at prompts of 1/e examples."""
    return multiply(inverse(add(M, scaled(e, subtract(V, M)))), M, inverse(K))


def _layer(x: Draw) -> tuple[Matrix, Matrix, Matrix, Any]:
    """Return a free B of rank two in three features, N = V - M, K and e = 1/n."""
    return x.matrix(3, 2), x.symmetric(3), x.symmetric(3), x()


def _gap(B: Matrix, N: Matrix, e: Any) -> Matrix:
    """Return (e + S)^-1 with S = B' N^-1 B."""
    S = multiply(transpose(B), inverse(N), B)
    return inverse(add(S, eye(len(S), e)))


@guarded
def ridge_limit(power: int = 1) -> Proof:
    r"""The best matrix, at every prompt length: on the correlations that occur it answers like
    :math:`K^{-1}` but for :math:`-\frac1n(\frac1n+S)^{-1}B^\top K^{-1}`.

    Any M of rank two is :math:`BB^\top`, and :math:`S=B^\top(V-M)^{-1}B`. That the matrix is the
    best one is the gradient of the risk, from series. ``power`` of 1/n in the remainder.
    """

    def sides(x: Draw) -> list[Pair]:
        B, N, K, e = _layer(x)
        M = multiply(B, transpose(B))
        V = add(M, N)
        best = _best(M, K, V, e)

        def risk(Gamma: Matrix) -> Any:
            limit, slope = _risk_parts(0, M, K, V, Gamma)
            return limit + e * slope

        pull = 2 * trace(M)  # the gradient is zero: compared with a number that is not
        out = [(g + pull, pull) for g in gradient(risk, best)]
        answers = multiply(transpose(B), subtract(best, inverse(K)))
        rest = multiply(scaled(-(e**power), _gap(B, N, e)), transpose(B), inverse(K))
        return out + list(zip(entries(answers), entries(rest), strict=True))

    where = "3 features, M of rank 2; every prompt length, K and V"
    return vanishes("idx-ridge-limit", sides, where=where)


@guarded
def length_mismatch(power: int = 2) -> Proof:
    r"""What the best matrix for n examples loses at infinitely many is
    :math:`\frac1{n^2}\mathrm{tr}\,T B^\top K^{-1}B\,T`, :math:`T=(\frac1n+S)^{-1}`.

    The loss is the difference of two risks, by the formula of :func:`affine`. T falls with 1/n, so
    the loss is at most :math:`\frac1{n^2}\mathrm{tr}\,S^{-1}B^\top K^{-1}BS^{-1}`.
    ``power`` of 1/n.
    """

    def sides(x: Draw) -> list[Pair]:
        B, N, K, e = _layer(x)
        M = multiply(B, transpose(B))
        V = add(M, N)
        limit, _ = _risk_parts(0, M, K, V, _best(M, K, V, e))
        endless, _ = _risk_parts(0, M, K, V, inverse(K))
        T = _gap(B, N, e)
        lost = trace(multiply(T, transpose(B), inverse(K), B, T))
        return [(limit - endless, e**power * lost)]

    where = "3 features, M of rank 2; every prompt length, K and V"
    return vanishes(
        "idx-length-mismatch",
        sides,
        where=where,
        relies_on=("the risk of idx-affine", "T falls as a matrix in 1/n"),
    )


@guarded
def regularised(penalty: Fraction, n: int) -> tuple[tuple[Any, Matrix, Matrix, Matrix], Matrix]:
    """Return moments and the solution of the page's equation with a penalty, at one point."""
    moments, _, _ = example(1)
    _, M, K, V = moments
    G = add(M, scaled(Fraction(1, n), subtract(V, M)))
    unknowns = list(product(range(2), repeat=2))
    system = [
        [G[i][k] * K[m][j] + (penalty if (i, j) == (k, m) else 0) for k, m in unknowns]
        for i, j in unknowns
    ]
    solved = multiply(inverse(system), column(entries(M)))
    return moments, [[solved[2 * i + j][0] for j in range(2)] for i in range(2)]
