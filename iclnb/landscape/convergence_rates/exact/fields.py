r"""A smooth random field on the neurons: its overlap with a direction, and copies of neurons.

Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from iclnb.exact import Draw, Matrix, Number, Pair, Proof, gaussian_moment, vanishes
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import total

__all__ = ["displayed", "drawn", "smooth_overlap"]


@guarded
def drawn(mass: list[Any], K: Matrix, u: Matrix) -> Any:
    r"""Return :math:`\mathbb E\langle u,\xi\rangle_\mu^2/\mathbb E|\xi|_\mu^2` of the field.

    All coordinates of all neurons as one Gaussian vector, its moments by pairings.
    """
    size = len(u[0])
    at = list(product(range(len(mass)), range(size)))  # neuron and coordinate
    covariance = [[K[i][j] if p == q else 0 for j, q in at] for i, p in at]
    mean, norm = [], []
    for one, (i, p) in enumerate(at):
        norm.append(mass[i] * gaussian_moment((one, one), covariance))
        for other, (j, q) in enumerate(at):
            moment = gaussian_moment((one, other), covariance)
            mean.append(mass[i] * u[i][p] * mass[j] * u[j][q] * moment)
    return total(mean) / total(norm)


@guarded
def displayed(mass: list[Any], K: Matrix, u: Matrix) -> Any:
    r"""Return :math:`\frac1{k+d}\iint K\,u\cdot u'\,d\mu\,d\mu'`."""
    pairs = product(range(len(mass)), repeat=2)
    terms = [
        mass[i] * mass[j] * K[i][j] * total([p * q for p, q in zip(u[i], u[j], strict=True)])
        for i, j in pairs
    ]
    return total(terms) * Fraction(1, len(u[0]))


@guarded
def smooth_overlap(together: Number = 1) -> Proof:
    r"""The overlap of a smooth field is that of the page, and copies do not change it.

    Two neurons with free masses, covariance and direction, k + d = 3; then the second one in two
    parts of any shares. ``together`` is the covariance of the field at the copies, which stand at
    one place; independent noise has zero.
    """

    def sides(x: Draw) -> list[Pair]:
        first, share, k = x.vector(3)
        mass, K, u = [first, 1 - first], [[1, k], [k, 1]], x.matrix(2, 3)
        whole = displayed(mass, K, u)
        cut = [first, share * (1 - first), (1 - share) * (1 - first)]
        copies = [[1, k, k], [k, 1, together], [k, together, 1]]
        return [(drawn(mass, K, u), whole), (drawn(cut, copies, [*u, u[1]]), whole)]

    return vanishes(
        "rate-smooth-overlap",
        sides,
        where="2 neurons, one of them in two, k + d = 3; every mass, kernel, direction and share",
    )
