r"""Critical points of :math:`\|UU^\top-M\|_F^2`: no slope, their level, and two curvatures."""

from __future__ import annotations

from typing import Any

from iclnb.exact import (
    Draw,
    Matrix,
    Pair,
    Proof,
    add,
    diagonal,
    entries,
    multiply,
    scaled,
    subtract,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded

__all__ = ["completion"]


def _loss(M: Matrix, U: Matrix) -> Any:
    off = [x * x for x in entries(subtract(multiply(U, transpose(U)), M))]
    return sum(off[1:], off[0])


def _curvature(M: Matrix, U: Matrix, V: Matrix) -> Any:
    """Return the second derivative of a polynomial of degree four, from five values."""
    low, less, at, more, high = (_loss(M, add(U, scaled(s, V))) for s in (-2, -1, 0, 1, 2))
    return (16 * (more + less) - (high + low) - 30 * at) / 12


@guarded
def completion(learnt: int = 0) -> Proof:
    r"""With the eigenvalues :math:`v_j^2` and the first two learnt in three columns.

    The slope vanishes, :math:`UU^\top U=MU`, the level is the square of the missing eigenvalue,
    the empty column has the curvature :math:`-4\rho_j` and the swap of the first
    :math:`-4\rho_i(\rho_j-\rho_i)`; the near miss subtracts the other ``learnt`` one.
    """

    def sides(x: Draw) -> list[Pair]:
        v = x.vector(3)
        rho, zero = [a * a for a in v], v[0] - v[0]
        M = diagonal(rho)
        U = [[v[0], zero, zero], [zero, v[1], zero], [zero, zero, zero]]
        out: list[Pair] = [(_loss(M, U), rho[2] * rho[2])]
        pulled, pulls = multiply(U, transpose(U), U), multiply(M, U)  # the rest is zero in both
        out += [(pulled[i][i], pulls[i][i]) for i in range(2)]
        grown = [[zero] * 3, [zero] * 3, [zero, zero, zero + 1]]
        turned = [[zero] * 3, [zero] * 3, [v[0], zero, zero]]
        out.append((_curvature(M, U, grown), -4 * rho[2]))
        out.append((_curvature(M, U, turned), -4 * rho[0] * (rho[2] - rho[learnt])))
        return out

    where = "three eigenvalues, two learnt, three columns; every spectrum"
    return vanishes("saddle-matrix-factor", sides, where=where)
