"""Ridge regression, the posterior mean, and the risks of a fixed matrix, in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import (
    Draw,
    Matrix,
    Number,
    Proof,
    add,
    column,
    entries,
    eye,
    gaussian_moment,
    inverse,
    multiply,
    scaled,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.exact.points import of_name
from iclnb.kinds import guarded


def _pairs(left: Matrix, right: Matrix) -> list[tuple[Any, Any]]:
    return list(zip(entries(left), entries(right), strict=True))


@guarded
def ridge_identity(factor: Number = 5) -> Proof:
    r"""Ridge regression on the prompt is linear attention, at n = 5 and d = 3.

    ``factor`` stands in place of n in :math:`X^\top X+n\Lambda`.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        n, d = 5, 3
        X, y, penalty, query = x.matrix(n, d), x.vector(n), x.symmetric(d), x.vector(d)
        gram = multiply(transpose(X), X)
        ridge = multiply([y], X, inverse(add(gram, scaled(factor, penalty))), column(query))
        Gamma = inverse(add(scaled(Fraction(1, n), gram), penalty))
        votes = [yi * multiply([xi], Gamma, column(query))[0][0] for yi, xi in zip(y, X)]
        return [(ridge[0][0], Fraction(1, n) * sum(votes[1:], votes[0]))]

    return vanishes(
        "aar-ridge-identity",
        sides,
        where="n = 5, d = 3; every prompt and every symmetric penalty",
        relies_on=("(A + nB)^-1 = (A/n + B)^-1 / n, for every n and d",),
    )


@guarded
def posterior_mean(shrinkage: Number = Fraction(1, 5)) -> Proof:
    r"""The posterior mean in kernel form is linear attention, at n = 5 and d = 3.

    ``shrinkage`` stands in place of 1/n in
    :math:`\Gamma=(S+\frac{\sigma^2}n\Sigma_\beta^{-1})^{-1}`.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        n, d = 5, 3
        X, y, query = x.matrix(n, d), x.vector(n), x.vector(d)
        prior, noise = x.symmetric(d), x()
        kernel = multiply(X, prior, transpose(X))
        weights = inverse(add(kernel, eye(n, noise)))
        bayes = multiply([query], prior, transpose(X), weights, column(y))
        S = scaled(Fraction(1, n), multiply(transpose(X), X))
        Gamma = inverse(add(S, scaled(shrinkage * noise, inverse(prior))))
        c = scaled(Fraction(1, n), multiply([y], X))
        return [(bayes[0][0], multiply(c, Gamma, column(query))[0][0])]

    return vanishes(
        "aar-posterior-mean",
        sides,
        where="n = 5, d = 3; every prompt, prior covariance and noise",
        relies_on=("the push-through identity, for every n and d",),
    )


@guarded
def sampled_out_risk(n: int, inputs: Matrix, tasks: Matrix, noise: Any, Gamma: Matrix) -> Any:
    r"""Return :math:`\mathbb E(c^\top\Gamma x_q-w^\top x_q)^2` by expanding the square.

    Each term is a product of coordinates of the inputs, whose mean is the sum over pairings;
    ``tasks`` is :math:`\mathbb E[ww^\top]`, ``noise`` the variance of the labels' noise.
    """
    d = len(inputs)
    # coefficient, example, its coordinates, whether the noise of that example, task, query
    terms: list[tuple[Any, int | None, tuple[int, ...], int | None, int | None, int]] = []
    for a, e in product(range(d), repeat=2):
        for i in range(n):
            share = Fraction(1, n) * Gamma[a][e]
            terms += [(share, i, (a, b), None, b, e) for b in range(d)]
            terms.append((share, i, (a,), i, None, e))
    terms += [(-1, None, (), None, a, a) for a in range(d)]
    total: Any = 0
    known: dict[tuple[int, ...], Any] = {}
    for left, right in product(terms, repeat=2):
        if left[3] != right[3]:
            continue  # noises of different examples, or noise and signal
        value = left[0] * right[0] * inputs[left[5]][right[5]]
        value = value * (noise if left[3] is not None else tasks[left[4]][right[4]])
        words = [left[2] + right[2]] if left[1] == right[1] else [left[2], right[2]]
        for word in words:
            if word not in known:
                known[word] = gaussian_moment(word, inputs)
            value = value * known[word]
        total = total + value
    return total


@guarded
def example(d: int) -> tuple[Matrix, Matrix, Fraction, Matrix]:
    """Return covariances of inputs and tasks, a variance of the noise and a matrix, all small."""
    x = of_name("example")

    def small() -> Fraction:
        return Fraction(1 + int(x()) % 9, 7)

    roots = [[[small() for _ in range(d)] for _ in range(d)] for _ in range(3)]
    inputs, tasks = (multiply(root, transpose(root)) for root in roots[:2])
    return inputs, tasks, Fraction(3, 4), roots[2]


@guarded
def correlation_moment(
    n: Any, inputs: Matrix, tasks: Matrix, noise: Any, signal: Any = 1
) -> Matrix:
    r"""The display of :math:`A_n`; ``signal`` multiplies the 1/n of the first term."""
    first = scaled(1 + signal / n, multiply(inputs, tasks, inputs))
    strength = trace(multiply(tasks, inputs)) + noise
    return add(first, scaled(strength / n, inputs))


@guarded
def exact_risk(signal: Number = 1) -> Proof:
    r"""The exact risk of any matrix; ``signal`` multiplies the 1/n in :math:`1+\frac1n`.

    :math:`n^2R_n` is a quadratic polynomial in n (two examples are equal or not), so that n = 1, 2
    and 3 give every n.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        d, out = 3, []
        inputs, tasks, noise, Gamma = x.symmetric(d), x.symmetric(d), x(), x.matrix(d)
        for n in (1, 2, 3):
            A = correlation_moment(Fraction(n), inputs, tasks, noise, signal)
            claimed = trace(multiply(tasks, inputs))
            claimed = claimed - 2 * trace(multiply(transpose(Gamma), inputs, tasks, inputs))
            claimed = claimed + trace(multiply(transpose(Gamma), A, Gamma, inputs))
            out.append((sampled_out_risk(n, inputs, tasks, noise, Gamma), claimed))
        return out

    return vanishes(
        "aar-exact-risk",
        sides,
        where="d = 3; every n, every pair of covariances, every noise and every matrix",
    )


@guarded
def best_gamma(strength: Number = 1) -> Proof:
    r"""The slope of the risk vanishes at the display of :math:`\Gamma_n^*`, for every n.

    ``strength`` multiplies the trace of the signal in it; 0 gives a matrix that counts the noise of
    the labels only.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        d = 3
        inputs, tasks, noise, n = x.symmetric(d), x.symmetric(d), x(), x()
        signal = trace(multiply(tasks, inputs))
        shrink = scaled((strength * signal + noise) / n, inverse(tasks))
        best = inverse(add(scaled(1 + 1 / n, inputs), shrink))
        A = correlation_moment(n, inputs, tasks, noise)
        return _pairs(multiply(A, best), multiply(inputs, tasks))

    return vanishes(
        "aar-best-gamma",
        sides,
        where="d = 3; every n, every pair of covariances, every noise",
        relies_on=("A_n is positive definite, so that the stationary matrix is the minimum",),
    )


@guarded
def zfb_risk(middle: Number = 2) -> Proof:
    r"""Theorem 4.2 of Zhang, Frei and Bartlett for linear labels: every N; M = 1, 2, 3, so every M.

    ``middle`` stands in place of 2 before :math:`\mathrm{tr}(\Lambda)\|a\|^2`.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        d, out = 3, []
        inputs, a, noise, share = x.symmetric(d), x.vector(d), x(), x()  # share = 1/N
        matrix = add(scaled(1 + share, inputs), eye(d, share * trace(inputs)))
        attention = inverse(matrix)
        twice, image = multiply(attention, attention), multiply(inputs, column(a))
        label = add(
            multiply(image, transpose(image)),
            scaled(multiply([a], image)[0][0] + noise, inputs),
        )
        norms = []
        weighted = twice
        for _ in range(3):
            weighted = multiply(weighted, inputs)
            norms.append(multiply([a], weighted, column(a))[0][0])
        size = trace(inputs)
        bias = norms[2] + middle * size * norms[1] + size * size * norms[0]
        tasks = multiply(column(a), [a])
        for M in (1, 2, 3):
            claimed = Fraction(1, M) * trace(multiply(label, twice, inputs)) + share * share * bias
            out.append((sampled_out_risk(M, inputs, tasks, noise, attention), claimed))
        return out

    return vanishes(
        "aar-zfb-risk",
        sides,
        where="d = 3, linear labels; every N and M, every covariance, task and noise",
    )


@guarded
def length_floor(power: int = 2) -> Proof:
    r"""The floor of endless test prompts is the bias of Theorem 4.2; ``power`` of the bracket.

    The display has :math:`(\Lambda+\mathrm{tr}(\Lambda)I)^2`; its definition is
    :math:`\|\Lambda^{1/2}(\Gamma_{ZFB}^{-1}\Lambda-I)a\|^2`, the risk when c is its mean.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        d = 3
        inputs, a, share = x.symmetric(d), x.vector(d), x()
        matrix = add(scaled(1 + share, inputs), eye(d, share * trace(inputs)))
        attention = inverse(matrix)
        miss = multiply(subtract(multiply(attention, inputs), eye(d)), column(a))
        left = multiply(transpose(miss), inputs, miss)[0][0]
        bracket = add(inputs, eye(d, trace(inputs)))
        middle = multiply(*[bracket] * power, attention, attention, inputs)
        return [(left, share * share * multiply([a], middle, column(a))[0][0])]

    return vanishes("aar-length-floor", sides, where="d = 3; every N, every covariance and task")
