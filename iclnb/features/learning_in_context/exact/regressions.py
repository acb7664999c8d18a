r"""Regressions: three routes to the matrix of stage two, kernels that know a quadratic, and two
displays of the slides.

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
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
    transpose,
    vanishes,
)
from iclnb.kinds import guarded

from .algebra import add_up, dot, gradient
from .risks import small

__all__ = [
    "Data",
    "answers_at",
    "kernel_wins",
    "solvers",
    "solvers_at",
    "stage_two_display",
    "table",
]


Data = tuple[Matrix, Matrix, list[Any], Any]


def _objective(data: Data, Gamma: Matrix) -> Any:
    G, F, y, penalty = data
    errors = [t - multiply([g], Gamma, column(f))[0][0] for g, f, t in zip(G, F, y, strict=True)]
    size = add_up([v * v for v in entries(Gamma)])
    return Fraction(1, len(y)) * add_up([e * e for e in errors]) + penalty * size


def _outer(u: Sequence[Any], v: Sequence[Any]) -> list[Any]:
    return [a * b for a in u for b in v]


def _kronecker(A: Matrix, B: Matrix) -> Matrix:
    return [_outer(p, q) for p in A for q in B]


def _normal(data: Data) -> tuple[Matrix, list[Any]]:
    """Return the normal equations for the entries of the matrix."""
    G, F, y, penalty = data
    design = [_outer(g, f) for g, f in zip(G, F, strict=True)]
    gram = multiply(transpose(design), design)
    system = add(gram, eye(len(gram), len(y) * penalty))
    return system, multiply([y], design)[0]


def _dual(data: Data, shift: Any) -> list[Any]:
    G, F, y, _ = data
    kernel = [
        [dot(g, other) * dot(f, also) for other, also in zip(G, F, strict=True)]
        for g, f in zip(G, F, strict=True)
    ]
    alpha = multiply(inverse(add(kernel, eye(len(y), shift))), column(y))
    return _sum_rows(
        [[a[0] * v for v in _outer(g, f)] for a, g, f in zip(alpha, G, F, strict=True)]
    )


def _sum_rows(rows: Matrix) -> list[Any]:
    return [add_up(values) for values in transpose(rows)]


def _conjugate(data: Data, steps: int) -> list[Any]:
    """Return conjugate gradients after so many steps, preconditioned by the second moments."""
    G, F, y, penalty = data
    system, right = _normal(data)
    T = len(y)
    left, turn = (scaled(Fraction(1, T), multiply(transpose(A), A)) for A in (G, F))
    solve = inverse(scaled(T, add(_kronecker(left, turn), eye(len(right), penalty))))
    solution = [0 * v for v in right]
    residual = list(right)
    solved = direction = multiply([residual], solve)[0]
    inner = dot(residual, solved)
    for step in range(steps):
        image = multiply([direction], system)[0]
        rate = inner / dot(direction, image)
        solution = [s + rate * v for s, v in zip(solution, direction, strict=True)]
        residual = [r - rate * v for r, v in zip(residual, image, strict=True)]
        if step < steps - 1:
            solved = multiply([residual], solve)[0]
            before, inner = inner, dot(residual, solved)
            direction = [s + inner / before * v for s, v in zip(solved, direction, strict=True)]
    return solution


def _data(x: Draw, prompts: int, size: tuple[int, int]) -> Data:
    return x.matrix(prompts, size[0]), x.matrix(prompts, size[1]), x.vector(prompts), x()


def _routes(data: Data, shift: Any) -> tuple[list[Any], list[Any], list[Any]]:
    system, right = _normal(data)
    primal = [row[0] for row in multiply(inverse(system), column(right))]
    return primal, _dual(data, shift), _conjugate(data, len(right))


@guarded
def solvers(*, prompts: bool = True) -> Proof:
    r"""Three routes to the minimiser: the gradient of the objective, from series, vanishes there.

    Five prompts, keys and queries of two entries; conjugate gradients after as many steps as
    there are unknowns, four. The near miss leaves the number of prompts out of the kernel form.
    """

    def sides(x: Draw) -> list[Pair]:
        data = _data(x, 5, (2, 2))
        penalty = data[3]
        primal, dual, conjugate = _routes(data, 5 * penalty if prompts else penalty)
        Gamma = [primal[:2], primal[2:]]
        out = [(g + penalty, penalty) for g in gradient(lambda A: _objective(data, A), Gamma)]
        for other in (dual, conjugate):
            out += list(zip(other, primal, strict=True))
        return out

    return vanishes("idx-solvers", sides, where="5 prompts, 2 x 2 entries; all data and penalties")


@guarded
def solvers_at() -> tuple[Data, list[Any]]:
    """Return data at one point and the minimiser there, entry by entry."""
    data = _data(small(), 5, (2, 2))
    data = (*data[:3], abs(data[3]))
    return data, _routes(data, 5 * data[3])[0]


def _monomials(point: Sequence[Any]) -> list[Any]:
    """Return the features of the kernel (1 + <x, x'>/d)^2: its products, with their weights."""
    d = len(point)
    out: list[Any] = [(1, 1)]
    out += [(Fraction(2, d), v) for v in point]
    for i, j in combinations_with_replacement(range(d), 2):
        out.append((Fraction(1 if i == j else 2, d * d), point[i] * point[j]))
    return out


def _quadratic(values: Sequence[Any], point: Sequence[Any]) -> Any:
    return dot(values, [v for _, v in _monomials(point)])


def _kernel(u: Sequence[Any], v: Sequence[Any]) -> Any:
    inner = 1 + Fraction(1, len(u)) * dot(u, v)
    return inner * inner


def _answer(X: Matrix, y: Sequence[Any], query: Sequence[Any], shift: Any) -> Any:
    """Return the answer of kernel ridge regression, the shift on the diagonal."""
    gram = [[_kernel(u, v) for v in X] for u in X]
    if shift is not None:
        gram = add(gram, eye(len(X), shift))
    return multiply([[_kernel(query, v) for v in X]], inverse(gram), column(y))[0][0]


def _primal(X: Matrix, y: Sequence[Any], query: Sequence[Any], shift: Any) -> Any:
    """Return the same from the features of the kernel."""
    weights = [w for w, _ in _monomials(query)]
    rows = [[v for _, v in _monomials(u)] for u in X]
    gram = [
        [add_up([r[i] * r[j] for r in rows]) for j in range(len(weights))]
        for i in range(len(weights))
    ]
    if shift is not None:
        gram = add(
            gram,
            [
                [shift / w if i == j else 0 for j in range(len(weights))]
                for i, w in enumerate(weights)
            ],
        )
    right = multiply([y], rows)
    return multiply(right, inverse(gram), column([v for _, v in _monomials(query)]))[0][0]


@guarded
def kernel_wins(missing: int = 0) -> Proof:
    r"""From :math:`\binom{d+2}2` examples on the quadratic kernel answers any quadratic exactly.

    * For every d the values of a quadratic at :math:`0,e_i,2e_i,e_i+e_j` give its coefficients, by
      differences of two coordinates at a time: so many generic examples determine it.
    * d = 2, six free examples: the kernel's answer without penalty is the quadratic at any query.
    * d = 1, three and four examples: with a penalty the answer is that of the features of the
      kernel, and these give the quadratic when it tends to zero.

    ``missing`` examples fewer in the second.
    """

    def sides(x: Draw) -> list[Pair]:
        f = x.vector(6)

        def at(u: int, v: int) -> Any:
            return _quadratic(f, [Fraction(u), Fraction(v)])

        one, two, mixed = at(1, 0), at(2, 0), at(1, 1)
        out = [(at(0, 0), f[0]), (Fraction(1, 2) * (two - 2 * one + f[0]), f[3])]
        out += [(one - f[0] - f[3], f[1]), (mixed - one - at(0, 1) + f[0], f[4])]

        X, query = x.matrix(6 - missing, 2), x.vector(2)
        y = [_quadratic(f, row) for row in X]
        out.append((_answer(X, y, query, None), _quadratic(f, query)))

        f, query, shift = x.vector(3), x.vector(1), x()
        for n in (3, 4):
            X = x.matrix(n, 1)
            y = [_quadratic(f, row) for row in X]
            out.append((_answer(X, y, query, shift), _primal(X, y, query, shift)))
            out.append((_primal(X, y, query, None), _quadratic(f, query)))
        return out

    where = "kernels at d = 1 and 2; that so many examples determine a quadratic, every d"
    return vanishes("idx-kernel-wins", sides, where=where)


@guarded
def answers_at(penalty: Fraction) -> tuple[Matrix, list[Any], list[Any], Any]:
    """Return examples of a quadratic in the plane, a query, and the kernel's answer."""
    x = small()
    f, X, query = x.vector(6), x.matrix(7, 2), x.vector(2)
    y = [_quadratic(f, row) for row in X]
    return X, y, query, _answer(X, y, query, 7 * penalty)


@guarded
def stage_two_display(*, mean: bool) -> Proof:
    r"""The display after stage 2 on its own prompt against ridge regression, n = 3, m = 2.

    Ridge regression is where the gradient of :math:`\frac1n\sum_i(y_i-v^\top\phi_i)^2+\lambda|v|^2`
    vanishes. With the ``mean`` the display has :math:`\frac1nF_tY_t`, without it is as printed.
    """

    def sides(x: Draw) -> list[Pair]:
        F, y, penalty, n = x.matrix(2, 3), x.vector(3), x(), 3  # one column an example
        pooled = add(scaled(Fraction(1, n), multiply(F, transpose(F))), eye(2, penalty))
        pulled = scaled(Fraction(1, n) if mean else Fraction(1), multiply(F, column(y)))

        def objective(v: Matrix) -> Any:
            errors = [t - a for t, a in zip(y, multiply(transpose(v), F)[0], strict=True)]
            size = add_up([u * u for u in entries(v)])
            return Fraction(1, n) * add_up([e * e for e in errors]) + penalty * size

        slopes = gradient(objective, multiply(inverse(pooled), pulled))
        return [(slope + penalty, penalty) for slope in slopes]

    where = "n = 3, 2 features; every prompt and penalty"
    return vanishes("aar-stage-two-display", sides, where=where)


@guarded
def table(power: int) -> Proof:
    r"""With :math:`n^*=r^{pP}/\varepsilon^2`, p the ``power``, is the square of the bound's term
    :math:`r^{2P}/\sqrt{n^*}` that of :math:`\varepsilon`?"""

    def sides(x: Draw) -> list[Pair]:
        r, accuracy, out = x(), x(), []
        for degree in (1, 2, 3, 4):
            examples = r ** (power * degree) / accuracy**2
            out.append((r ** (2 * degree) * r ** (2 * degree) / examples, accuracy**2))
        return out

    return vanishes("idx-table", sides, where="P = 1 to 4; every r and accuracy")
