"""Layers as steps of descent, the special matrices, and softmax as a series in its temperature."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
    Number,
    Proof,
    add,
    column,
    diagonal,
    entries,
    gaussian_moment,
    multiply,
    scaled,
    subtract,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded


@guarded
def forward_descent(*, symmetric: bool = True) -> Proof:
    """Three layers of linear attention on the token matrix are three steps, at n = 4 and d = 2.

    A preconditioner that is not symmetric is the near miss: the layer then steps with its
    transpose.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        n, d, out = 4, 2, []
        X, y, query, step = x.matrix(n, d), x.vector(n), x.vector(d), x()
        M = x.symmetric(d) if symmetric else x.matrix(d)
        E = transpose([[*row, label] for row, label in zip(X, y)] + [[*query, 0]])
        values = diagonal([0] * d + [-1])
        scores = [[*(step * m for m in row), 0] for row in M] + [[0] * (d + 1)]
        w = column([0] * d)
        for _ in range(3):
            residual = subtract(column(y), multiply(X, w))
            w = add(w, scaled(step * Fraction(1, n), multiply(M, transpose(X), residual)))
            keys = [row[:-1] for row in E]
            moved = multiply(values, keys, multiply(transpose(keys), scores, E))
            E = add(E, scaled(Fraction(1, n), moved))
            out.append((-E[d][n], multiply([query], w)[0][0]))
        return out

    return vanishes(
        "aar-forward-descent",
        sides,
        where="n = 4, d = 2, layers 1 to 3; every prompt, step and symmetric preconditioner",
        relies_on=("one layer is one step, so that induction gives every number of layers",),
    )


@guarded
def special_weights(*, below: bool = False) -> Proof:
    """The scores of the special matrices, for every star; n = 4, d = 2.

    Softmax is one function of these scores and the labels, whatever the function. The near miss has
    entries ``below`` Gamma, which let the labels into the scores.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        n, d = 4, 2
        X, y, query, Gamma = x.matrix(n, d), x.vector(n), x.vector(d), x.matrix(d)
        stars = x.vector(d + 1)
        under = x.vector(d)
        E = transpose([[*row, label] for row, label in zip(X, y)] + [[*query, 0]])
        scores = [[*row, star] for row, star in zip(Gamma, stars)]
        scores.append([*(under if below else [0] * d), stars[d]])
        last = [[row[n]] for row in E]
        found = multiply(transpose(E), scores, last)
        wanted = multiply([*X, query], Gamma, column(query))
        return list(zip(entries(found), entries(wanted), strict=True))

    return vanishes(
        "aar-special-weights",
        sides,
        where="n = 4, d = 2; every prompt, Gamma and star; softmax is then the same function",
    )


@guarded
def softmax_series(centred: Number = 1) -> Proof:
    r"""The first three coefficients of softmax attention in :math:`1/\lambda`, at n = 5.

    The weights :math:`e^{s_i/\lambda}` are series with coefficients :math:`s_i^k/k!`. ``centred``
    multiplies :math:`\bar s` in the second-order term.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        n = 5
        y, s = x.vector(n), x.vector(n)
        weights = [Jet(1, v, Fraction(1, 2) * v * v) for v in s]
        above = [w * label for w, label in zip(weights, y)]
        answer = sum(above[1:], above[0]) / sum(weights[1:], weights[0])
        mean_y, mean_s = _mean(y), _mean(s)
        first = _mean([(label - mean_y) * v for label, v in zip(y, s)])
        spread = [v - centred * mean_s for v in s]
        second = _mean([(label - mean_y) * v * v for label, v in zip(y, spread)])
        return [
            (answer[0], mean_y),
            (answer[1], first),
            (answer[2], Fraction(1, 2) * second),
        ]

    return vanishes(
        "aar-first-order", sides, where="n = 5; every prompt: orders 0, 1 and 2 in 1/temperature"
    )


def _mean(values: Sequence[Any]) -> Any:
    return Fraction(1, len(values)) * sum(values[1:], values[0])


@guarded
def gaussian_tilt(shift: Number = 1) -> Proof:
    r"""A Gaussian under exponential weights is a shifted Gaussian: moments up to order 8, d = 2.

    With :math:`g=\Gamma x_q/\lambda`, :math:`\mathbb E[(w^\top x)(x^\top g)^k]` must be
    :math:`k\,w^\top\Sigma_xg\,\mathbb E[(x^\top g)^{k-1}]`; summed over k with 1/k! this is the
    statement. ``shift`` multiplies the right side.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        d, out = 2, []
        inputs, w, g = x.symmetric(d), x.vector(d), x.vector(d)
        joint = [[*row] for row in _joint_covariance(inputs, w, g)]
        for k in (1, 3, 5, 7):
            left = gaussian_moment((0, *[1] * k), joint)
            right = gaussian_moment((1,) * (k - 1), joint)
            out.append((left, shift * k * multiply([w], inputs, column(g))[0][0] * right))
        return out

    return vanishes(
        "aar-gaussian-tilt",
        sides,
        where="d = 2; every covariance, task and query; orders 0 to 8 in 1/temperature",
        relies_on=("Stein's lemma, for every order",),
    )


def _joint_covariance(inputs: Matrix, w: Sequence[Any], g: Sequence[Any]) -> Matrix:
    rows = [list(w), list(g)]
    return multiply(rows, inputs, transpose(rows))
