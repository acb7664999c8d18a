"""Random vectors of the laws that several parts need."""

from __future__ import annotations

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer
from iclnb.kinds import guarded

__all__ = ["orthonormal_rows", "sphere_rows"]


@guarded
def orthonormal_rows(rows: int, columns: int, rng: np.random.Generator) -> FloatArray:
    r"""Orthonormal rows of Haar's law, shape (rows, columns): :math:`VV^\top=I`.

    The factor Q of a Gaussian matrix, its columns signed so that R has a positive diagonal:
    without the signs the law is not invariant under rotations.

    Raises
    ------
    TypeError, ValueError
        On sizes that are no positive integers, more rows than columns, or no generator.
    """
    columns = check_integer(columns, "columns")
    rows = check_integer(rows, "rows", most=columns)
    q, r = np.linalg.qr(check_generator(rng, "rng").standard_normal((columns, rows)))
    return np.ascontiguousarray((q * np.sign(np.diag(r))).T)


@guarded
def sphere_rows(n_rows: int, d: int, rng: np.random.Generator) -> FloatArray:
    """Independent rows, uniform on the unit sphere, shape (size, d).

    Raises
    ------
    TypeError, ValueError
        On sizes that are no positive integers, or no generator.
    """
    shape = check_integer(n_rows, "n_rows"), check_integer(d, "d")
    normal = check_generator(rng, "rng").standard_normal(shape)
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)
