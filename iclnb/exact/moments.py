"""Moments that are known exactly: of Gaussian vectors by pairings, of uniform unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

from iclnb.exact._counts import at_least
from iclnb.exact.matrices import Matrix, total
from iclnb.kinds import guarded


@guarded
def gaussian_moment(word: Sequence[int], covariance: Matrix) -> Any:
    r"""Return :math:`\mathbb E[x_{i_1}\cdots x_{i_m}]` for centred Gaussian :math:`x`.

    ``word`` holds the indices; the value is the sum over all pairings (Isserlis, Wick).
    """
    if not word:
        return 1
    if len(word) % 2:
        return 0
    first, rest = word[0], tuple(word[1:])
    return total(
        [
            covariance[first][other] * gaussian_moment(rest[:i] + rest[i + 1 :], covariance)
            for i, other in enumerate(rest)
        ]
    )


@guarded
def sphere_moment(word: Sequence[int], dimension: int) -> Fraction:
    r"""Return :math:`\mathbb E[u_{i_1}\cdots u_{i_m}]` for :math:`u` uniform on the unit sphere of
    :math:`\mathbb R^{\text{dimension}}`."""
    at_least(dimension, "dimension")
    if any(list(word).count(i) % 2 for i in set(word)):
        return Fraction(0)
    top = prod(prod(range(1, list(word).count(i), 2)) for i in set(word))
    return Fraction(top, prod(range(dimension, dimension + len(word), 2)))
