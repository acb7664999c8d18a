r"""Loss and gradient from the definition: all prompts, all tasks of a finite law, free scores.

:math:`e^{S_{kn}}` is a free positive variable, and moves by :math:`e^S(1+\epsilon)` with its score.
The task has independent signs for entries; as the loss is a quadratic form of the task, every law
with identity covariance gives the same. The identities are tried on lists of all prompts, with free
frequencies, and on one prompt with free counts: then on every prompt. Nothing here uses the float
library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import Draw, Jet, Pair, Proof, nonnegative, square, vanishes
from iclnb.exact.matrices import total
from iclnb.kinds import guarded

from .chains import chain

__all__ = [
    "conservation",
    "few_variables",
    "gradient",
    "gradient_by_definition",
    "loss_by_definition",
    "loss_identity",
    "monotone",
    "step",
]

FEATURES = 3
LENGTHS = (1, 2, 3)
TWO = 2
WIDE = (2, 3, 4, 5)
"""Numbers of features in a prompt with free counts."""
WHERE = "K = 3, all prompts of 1, 2, 3 tokens; K = 2 to 5, every prompt"


def attention(weights: Sequence[Any], counts: Sequence[Any]) -> list[Any]:
    """Return the attention on one token of each feature."""
    mass = total([c * e for c, e in zip(counts, weights, strict=True)])
    return [e / mass for e in weights]


def error(each: Sequence[Any], counts: Sequence[Any], k: int) -> Any:
    """Return half the mean square error of a prompt, over all signs of the task."""
    size = len(each)
    out: Any = 0
    for task in product((1, -1), repeat=size):
        answer = total([c * w * a for c, w, a in zip(counts, task, each, strict=True)])
        missed = answer - task[k]
        out = out + missed * missed
    return Fraction(1, 2 ** (size + 1)) * out


def told(weights: Sequence[Any], counts: Sequence[Any], k: int) -> Any:
    """Return the loss of a prompt with these counts, for the query k."""
    return error(attention(weights, counts), counts, k)


def listed(p: Sequence[Any], length: int) -> list[tuple[Any, tuple[int, ...]]]:
    """Return all prompts: the product of the frequencies, and the counts."""
    out = []
    for prompt in product(range(len(p)), repeat=length):
        weight: Any = 1
        for n in prompt:
            weight = weight * p[n]
        out.append((weight, tuple(prompt.count(n) for n in range(len(p)))))
    return out


@guarded
def loss_by_definition(weights: Sequence[Any], p: Sequence[Any], length: int, k: int) -> Any:
    """Return the loss of the query k: all prompts, all signs of the task.

    Parameters
    ----------
    weights : sequence
        e to the power of the scores of row k.
    p : sequence
        Frequencies; if they do not add up to one, the loss comes times a power of their sum.
    """
    seen: dict[tuple[int, ...], Any] = {}
    out: Any = 0
    for weight, counts in listed(p, length):
        if counts not in seen:
            seen[counts] = told(weights, counts, k)
        out = out + weight * seen[counts]
    return out


def shown(a: Sequence[Any], k: int) -> Any:
    """Return the display of the loss of one prompt, twice it, without its first square."""
    return total([v * v for m, v in enumerate(a) if m != k]) if len(a) > 1 else 0


def speed(a: Sequence[Any], k: int, n: int, norm: int = 1) -> Any:
    """Return the display of the speed of S_kn of one prompt, without p_k."""
    squares = total([v * v for v in a])
    return a[n] * ((1 if n == k else 0) - a[n] + norm * squares - a[k])


def moved(weights: Sequence[Any], n: int) -> list[Jet]:
    """Return the weights with the score n moved."""
    return [Jet(e, e if m == n else 0, order=1) for m, e in enumerate(weights)]


@guarded
def gradient_by_definition(
    rows: Sequence[Sequence[Any]], p: Sequence[Any], length: int, k: int, n: int
) -> Any:
    """Return dL/dS_kn of the loss of all queries, by a series."""
    own = [
        moved(row, n) if j == k else [Jet(e, order=1) for e in row] for j, row in enumerate(rows)
    ]
    return total([p[j] * loss_by_definition(own[j], p, length, j) for j in range(len(p))])[1]


def _free(x: Draw, size: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Return free weights, free counts, and the attention on the features."""
    weights, counts = x.vector(size), x.vector(size)
    each = attention(weights, counts)
    return weights, counts, [c * a for c, a in zip(counts, each, strict=True)]


@guarded
def loss_identity(*, others: bool = True) -> Proof:
    r"""The loss is :math:`\frac12\mathbb E[(1-a_k)^2+\sum_{m\ne k}a_m^2]`.

    The near miss leaves the off-target attention out.
    """

    def formula(a: Sequence[Any]) -> Any:
        rest = shown(a, 0) if others else 0
        return Fraction(1, 2) * ((1 - a[0]) * (1 - a[0]) + rest)

    def sides(x: Draw) -> list[Pair]:
        out = []
        for size in WIDE:
            weights, counts, a = _free(x, size)
            out.append((told(weights, counts, 0), formula(a)))
        weights, p = x.vector(FEATURES), x.vector(FEATURES)
        for length in LENGTHS:
            claimed: Any = 0
            for weight, counts in listed(p, length):
                each = attention(weights, counts)
                claimed = claimed + weight * formula(
                    [c * a for c, a in zip(counts, each, strict=True)]
                )
            out.append((loss_by_definition(weights, p, length, 0), claimed))
        return out

    return vanishes("hcl-loss-identity", sides, where=WHERE)


@guarded
def gradient(norm: int = 1) -> Proof:
    r"""The gradient, at every entry, of the loss of all queries.

    ``norm`` before :math:`\|\mathbf a\|^2`.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for size in WIDE:
            weights, counts, a = _free(x, size)
            for n in (0, 1):
                slope = told(moved(weights, n), counts, 0)[1]
                out.append((-slope, speed(a, 0, n, norm)))
            own = a[0] * ((1 - a[0]) * (1 - a[0]) + shown(a, 0))
            out.append((speed(a, 0, 0, norm), own))
        rows, p = x.matrix(FEATURES), x.vector(FEATURES)
        for length in LENGTHS:
            for n in (0, 1):
                claimed: Any = 0
                for weight, counts in listed(p, length):
                    each = attention(rows[0], counts)
                    a = [c * v for c, v in zip(counts, each, strict=True)]
                    claimed = claimed + p[0] * weight * speed(a, 0, n, norm)
                if length > 1:  # one token takes all attention, and nothing moves
                    out.append((-gradient_by_definition(rows, p, length, 0, n), claimed))
        return out

    return vanishes("hcl-gradient", sides, where=WHERE)


@guarded
def step(
    scores: Sequence[Any], rows: Sequence[Sequence[Any]], p: Sequence[Any], length: int, eta: Any
) -> list[Any]:
    """Return row 0 of the scores after one step of gradient descent; ``rows`` are their powers."""
    return [s - eta * gradient_by_definition(rows, p, length, 0, n) for n, s in enumerate(scores)]


@guarded
def conservation(*, rows_kept: bool = True) -> Proof:
    r"""A row of the scores keeps its sum in a step of any size, and sees no other row.

    One step from free scores; and its change with the other rows replaced by free numbers. The near
    miss takes the sum of a column.
    """

    def sides(x: Draw) -> list[Pair]:
        scores, rows, p, eta = x.vector(FEATURES), x.matrix(FEATURES), x.vector(FEATURES), x()
        other = [rows[0], *x.matrix(FEATURES - 1, FEATURES)]
        speeds = [gradient_by_definition(r, p, TWO, 0, 1) for r in (rows, other)]
        if rows_kept:
            after = step(scores, rows, p, TWO, eta)
        else:
            after = [
                s - eta * gradient_by_definition(rows, p, TWO, k, 0) for k, s in enumerate(scores)
            ]
        out = [(total(after), total(scores)), (speeds[0], speeds[1])]
        for size in WIDE:
            weights, counts, _ = _free(x, size)
            shift = x()
            out.append((told([shift * e for e in weights], counts, 0), told(weights, counts, 0)))
        return out

    return vanishes(
        "hcl-conservation", sides, where="K = 3, all prompts of 2 tokens; K = 2 to 5, every prompt"
    )


@guarded
def monotone(*, own: bool = True, shortest: int = 2) -> Proof:
    r"""The own score grows: its speed is a sum of squares over positive terms, and positive.

    First with free counts of all features, that is for every prompt that shows the own feature and
    one to four others; then over all prompts. ``own=False`` takes another score, ``shortest`` the
    shortest prompt.
    """
    n = 0 if own else 1

    def prompt_gap(x: Draw, size: int) -> Any:
        weights, counts = x.vector(size), x.vector(size)
        return -told(moved(weights, n), counts, 0)[1]

    def plain_speed(a: Sequence[Any]) -> Any:
        return a[0] * (square(total(list(a[1:]))) + total([square(v) for v in a[1:]]))

    def prompt_plain(x: Draw, size: int) -> Any:
        return plain_speed(_free(x, size)[2])

    def mean_gap(x: Draw, length: int) -> Any:
        weights, p = x.vector(FEATURES), x.vector(FEATURES)
        return -p[0] * loss_by_definition(moved(weights, n), p, length, 0)[1]

    def mean_plain(x: Draw, length: int) -> Any:
        weights, p = x.vector(FEATURES), x.vector(FEATURES)
        out: Any = 0
        for weight, counts in listed(p, length):
            each = attention(weights, counts)
            a = [c * v for c, v in zip(counts, each, strict=True)]
            out = out + p[0] * weight * plain_speed(a)
        return out

    def prompt(size: int) -> Proof:
        return nonnegative(
            f"hcl-monotone-{size}", lambda x: prompt_gap(x, size), lambda x: prompt_plain(x, size),
            where=WHERE, strict=True,
        )  # fmt: skip

    def mean(length: int) -> Proof:
        return nonnegative(
            f"hcl-monotone-mean-{length}", lambda x: mean_gap(x, length),
            lambda x: mean_plain(x, length), where="K = 3, all prompts of 2 and 3 tokens; K = 2 to"
            " 5, every prompt that shows all", strict=True,
        )  # fmt: skip

    return chain(
        *(lambda size=size: prompt(size) for size in WIDE),
        *(lambda length=length: mean(length) for length in (shortest, 3)),
    )


@guarded
def few_variables(*, alike: bool = True) -> Proof:
    r"""Two keys of one probability and one score move alike.

    For every prompt together with the one in which the two features are exchanged, which is as
    probable; and over all prompts, with a dominant key of its own probability and score. A number
    added to a row changes nothing, so that its sum is kept and fixes one score more. The near miss
    gives the two keys their own frequencies.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for size in (3, 4, 5):
            weights, counts, shift = x.vector(size), x.vector(size), x()
            weights[2] = weights[1]
            swapped = [counts[0], counts[2], counts[1], *counts[3:]]
            speeds = [
                told(moved(weights, n), counts, 0)[1] + told(moved(weights, n), swapped, 0)[1]
                for n in (1, 2)
            ]
            out.append((speeds[0], speeds[1]))
            out.append((told([shift * e for e in weights], counts, 0), told(weights, counts, 0)))
        target, dominant, rest = x.vector(3)
        weights, p = [target, dominant, rest, rest], x.vector(4)
        if alike:
            p[3] = p[2]
        speeds = [loss_by_definition(moved(weights, n), p, TWO, 0)[1] for n in (2, 3)]
        return [*out, (speeds[0], speeds[1])]

    where = "K = 4, all prompts of 2 tokens; K = 3 to 5, every prompt and its mirror image"
    return vanishes("hcl-few-variables", sides, where=where)
