r"""Separate query and key matrices: what a step of gradient descent keeps.

The scores are :math:`S=X^\top Y`. As :math:`e^{S_{kn}}` is a free variable for each k and n, and X
and Y are free, the statement is proved for more than it says. Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iclnb.dynamics.stage_wise_training.exact.losses import told
from iclnb.exact import Draw, Jet, Proof, multiply, transpose, vanishes
from iclnb.exact.matrices import scaled, subtract, total
from iclnb.kinds import guarded

__all__ = ["by_keys", "by_scores", "untied_conservation"]

Matrix = Sequence[Sequence[Any]]
FEATURES, RANK = 3, 2


def _slope(speeds: Matrix, rows: Matrix, p: Sequence[Any], counts: Sequence[Any]) -> Any:
    """Return the derivative of the loss of all queries when the scores move at these speeds."""
    losses = [
        p[k] * told([Jet(e, e * v, order=1) for e, v in zip(row, speed, strict=True)], counts, k)
        for k, (row, speed) in enumerate(zip(rows, speeds, strict=True))
    ]
    return total(losses)[1]


@guarded
def by_scores(rows: Matrix, p: Sequence[Any], counts: Sequence[Any]) -> list[list[Any]]:
    r"""Return :math:`G=\partial L/\partial S` of a prompt, each entry by a series.

    ``rows`` are e to the power of the scores; with the frequencies for ``counts`` it is that of
    prompts without end.
    """
    size = range(len(p))
    return [
        [
            _slope([[int((i, j) == (k, n)) for j in size] for i in size], rows, p, counts)
            for n in size
        ]
        for k in size
    ]


@guarded
def by_keys(
    queries: Matrix, rows: Matrix, p: Sequence[Any], counts: Sequence[Any]
) -> list[list[Any]]:
    r"""Return :math:`\partial L/\partial Y`: with :math:`Y_{ij}` each :math:`S_{kj}` moves by
    :math:`X_{ik}`."""
    size = range(len(p))
    return [
        [
            _slope([[query[k] if n == j else 0 for n in size] for k in size], rows, p, counts)
            for j in size
        ]
        for query in queries
    ]


@guarded
def untied_conservation(*, keys: bool = True) -> Proof:
    r"""A step keeps :math:`Y\mathbf 1`, and :math:`\partial L/\partial Y=X\,\partial L/\partial S`.

    The row sums of the scores change: a step of any size from :math:`Y\mathbf 1=s` moves them by
    :math:`-\eta\,GY^\top s`, with :math:`G=\partial L/\partial S`. The near miss says that they are
    kept.
    """

    def sides(x: Draw) -> list[tuple[Any, Any]]:
        queries, below = x.matrix(RANK, FEATURES), x.matrix(RANK, FEATURES)
        rows, p, counts, eta = x.matrix(FEATURES), x.vector(FEATURES), x.vector(FEATURES), x()
        slopes, onward = by_scores(rows, p, counts), by_keys(queries, rows, p, counts)
        out = []
        for left, right in zip(onward, multiply(queries, slopes), strict=True):
            out += list(zip(left, right, strict=True))
        after = subtract(below, scaled(eta, onward))
        turned = subtract(queries, scaled(eta, multiply(below, transpose(slopes))))
        ones = [[1] for _ in range(FEATURES)]
        sums, kept = multiply(below, ones), multiply(after, ones)
        before = multiply(transpose(queries), sums)
        moved = multiply(transpose(turned), kept)
        if not keys:
            return [*out, *((new[0], old[0]) for new, old in zip(moved, before, strict=True))]
        out += [(new[0], old[0]) for new, old in zip(kept, sums, strict=True)]
        pushed = scaled(eta, multiply(slopes, transpose(below), sums))
        for old, new, push in zip(before, moved, pushed, strict=True):
            out.append((new[0] - old[0], -push[0]))
        return out

    return vanishes("hcl-untied-conservation", sides, where="K = 3, rank 2; every prompt, X and Y")
