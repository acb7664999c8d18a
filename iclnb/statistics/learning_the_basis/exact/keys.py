r"""The best keys, proved: the risk of every kernel is above theirs by squares.

A kernel is a matrix over indicators of inputs, the features of which every kernel is made; its risk
is the one that is proved, from all prompts, for every feature. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import (
    Draw,
    Matrix,
    Pair,
    Proof,
    add,
    diagonal,
    entries,
    eye,
    inverse,
    multiply,
    nonnegative,
    scaled,
    square,
    trace,
    transpose,
    vanishes,
)
from iclnb.exact.matrices import total
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.exact import exact_risk, small_law
from iclnb.statistics.nonparametric_icl.exact.steps import one_after_another

INPUTS, FUNCTIONS = 3, 2


class _Law:
    """Inputs with masses, functions, tasks of covariance L L', noise, and n = 1 + t examples."""

    def __init__(self, masses: list[Any], f: Matrix, L: Matrix, variance: Any, more: Any) -> None:
        self.masses, self.f, self.L, self.more = masses, f, L, more
        self.n, self.Sigma, self.variance = 1 + more, multiply(L, transpose(L)), variance
        self.reached = multiply(f, L)
        self.labels = [total([square(u) for u in row]) + variance for row in self.reached]

    @classmethod
    def drawn(cls, x: Draw) -> _Law:
        # shifted, so that functions and coefficients are independent where all variables are one
        masses, f, L = x.vector(INPUTS), x.matrix(INPUTS, FUNCTIONS), x.matrix(FUNCTIONS)
        f = [[v + i * j for j, v in enumerate(row)] for i, row in enumerate(f)]
        return cls(masses, f, add(L, eye(FUNCTIONS)), x(), x())

    def moments(self, keys: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        """Return A, C and G of the page, with the functions as queries."""
        W, f = diagonal(self.masses), self.f
        means = multiply(transpose(keys), W, f)
        C0 = multiply(means, self.Sigma, transpose(means))
        heavy = diagonal([m * w for m, w in zip(self.masses, self.labels, strict=True)])
        load = multiply(transpose(keys), heavy, keys)
        A = add(scaled(self.more / self.n, C0), scaled(1 / self.n, load))
        G = multiply(transpose(f), W, f)
        return A, multiply(means, self.Sigma, G), G

    def kernel(self, keys: Matrix) -> Matrix:
        """Return the kernel that the best matrix makes of the keys, at all pairs of inputs."""
        A, C, G = self.moments(keys)
        return multiply(keys, inverse(A), C, inverse(G), transpose(self.f))

    def keys(self, noise: int = 1) -> Matrix:
        """Return the functions over the variance of a label; ``noise`` 0 leaves the noise out."""
        weights = [w - (1 - noise) * self.variance for w in self.labels]
        return [[v / w for v in row] for row, w in zip(self.f, weights, strict=True)]

    def of_indicators(self) -> tuple[Matrix, Matrix, Matrix]:
        """Return A, C and G of the indicators of the inputs."""
        W = diagonal(self.masses)
        second = multiply(W, self.f, self.Sigma, transpose(self.f), W)
        heavy = diagonal([m * w for m, w in zip(self.masses, self.labels, strict=True)])
        return add(scaled(self.more / self.n, second), scaled(1 / self.n, heavy)), second, W

    def risk(self, kernel: Matrix) -> Any:
        """Return the risk of a kernel, less the variance of the tasks."""
        A, second, W = self.of_indicators()
        back = transpose(kernel)
        return trace(multiply(back, A, kernel, W)) - 2 * trace(multiply(back, second))


@guarded
def least_risks(n: int) -> tuple[Fraction, Fraction]:
    """Return the least risks of both kinds of keys on three inputs: f over its variance, and f.

    The law is that of the chapter on nonparametric learning, with coefficients of variances 1 and
    1/4 and the noise variance 1/4.
    """
    masses, f, *_ = small_law()
    L = diagonal([Fraction(1), Fraction(1, 2)])
    law = _Law(masses, f, L, Fraction(1, 4), Fraction(n - 1))
    prior = total([m * (w - law.variance) for m, w in zip(masses, law.labels, strict=True)])
    best, plain = (prior + law.risk(law.kernel(keys)) for keys in (law.keys(), f))
    return best, plain


def _stationary(noise: int) -> Proof:
    """The slope of the risk vanishes at the kernel of these keys, in every direction."""

    def sides(x: Draw) -> list[Pair]:
        law = _Law.drawn(x)
        A, C, G = law.of_indicators()
        slope = multiply(A, law.kernel(law.keys(noise)), G)
        return list(zip(entries(slope), entries(C), strict=True))

    return vanishes("kns-best-keys/slope", sides, where="3 inputs, 2 functions")


def _every_kernel() -> Proof:
    def gap(x: Draw) -> Any:
        law, change = _Law.drawn(x), x.matrix(INPUTS)
        best = law.kernel(law.keys())
        return law.risk(add(best, change)) - law.risk(best)

    def plain(x: Draw) -> Any:
        law, change = _Law.drawn(x), x.matrix(INPUTS)
        moved = multiply(transpose(law.reached), _by(law.masses, change))
        columns = list(zip(transpose(moved), law.masses, strict=True))
        drawn = total([m * total([square(v) for v in column]) for column, m in columns])
        own = total(
            [
                m * w * k * square(v)
                for m, w, row in zip(law.masses, law.labels, change, strict=True)
                for v, k in zip(row, law.masses, strict=True)
            ]
        )
        return (law.more * drawn + own) / law.n

    return nonnegative(
        "kns-best-keys", gap, plain, strict=True,
        where="3 inputs, 2 functions: every kernel, law, covariance, noise and prompt length",
    )  # fmt: skip


def _by(masses: list[Any], matrix: Matrix) -> Matrix:
    return [[m * v for v in row] for m, row in zip(masses, matrix, strict=True)]


def _the_same() -> Proof:
    """Where each input has its own function, both keys make one kernel, whatever v is."""

    def sides(x: Draw) -> list[Pair]:
        size = 3
        steps = diagonal(x.vector(size))
        law = _Law(x.vector(size), steps, diagonal(x.vector(size)), x(), x())
        apart = zip(law.kernel(law.keys()), law.kernel(steps), strict=True)
        return [
            (left[i], right[i])
            for k, (left, right) in enumerate(apart)
            for i in range(size)
            if i == k  # elsewhere both are zero
        ]

    return vanishes("kns-best-keys/steps", sides, where="three steps")


def _other_spans() -> Proof:
    """The best matrix of the keys f / w has an inverse: it is that of the sum in the bracket."""

    def sides(x: Draw) -> list[Pair]:
        law = _Law.drawn(x)
        A, C, G = law.moments(law.keys())
        H = multiply(transpose(law.keys()), diagonal(law.masses), law.f)
        bracket = add(scaled(law.more / law.n, multiply(law.Sigma, H)), eye(FUNCTIONS, 1 / law.n))
        found = multiply(bracket, multiply(inverse(A), C, inverse(G)))
        return [
            (u, v)
            for left, right in zip(found, law.Sigma, strict=True)
            for u, v in zip(left, right, strict=True)
        ]

    return vanishes("kns-best-keys/matrix", sides, where="3 inputs, 2 functions")


@guarded
def best_keys(noise: int = 1) -> Proof:
    r"""The keys :math:`f/(v+\sigma^2)` have the least risk of all kernels, and no other has it.

    The risk of another kernel, at a distance :math:`\delta`, is larger by
    :math:`(1-\frac1n)\E|\E_x L^\top f(x)\delta(x,x_q)|^2+\frac1n\E w(x)\delta(x,x_q)^2`, positive
    unless :math:`\delta=0`. So the keys f are as good only if their kernel is the same, that is
    :math:`wf=Bf`, because the best matrix K has an inverse; with steps this is so for every v.
    ``noise`` 0 leaves the noise out of the keys.
    """
    return one_after_another(
        [exact_risk, lambda: _stationary(noise), _the_same, _other_spans, _every_kernel],
        where="3 inputs, 2 functions: every kernel, law, covariance, noise and prompt length",
    )
