r"""Pretraining on T tasks: the empirical risk minimiser over Gamma, by streamed normal equations.

.. math:: \min_\Gamma\frac1T\sum_{t=1}^T\big(y_{q,t}-S_t^\top\Gamma\psi_t\big)^2

is least squares on :math:`z_t=\mathrm{vec}(S_t\psi_t^\top)`, NN' unknowns (slides' Estimator 1
for known features), or on :math:`S_t\circ\psi_t`, N unknowns, if Gamma is diagonal (the restriction
of Estimator 2). The normal matrix is summed piece by piece: memory :math:`(NN')^2` and one piece,
never T x NN'.

With fewer tasks than unknowns and no ridge the problem has many solutions. The one of least norm
:math:`\|\Gamma\|_F` is returned (the limit of a vanishing ridge), from the T x T matrix
:math:`(S_t^\top S_u)(\psi_t^\top\psi_u)`; the result says so in ``regularisation``. KNS's
constraint :math:`0\preceq\Gamma\preceq C_3I` and clipping are left out. The same holds, through
the normal matrix, for dependent features.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, check_attention_data

NONE, MINIMUM_NORM, RIDGE = "none", "minimum norm", "ridge"


class Fit(NamedTuple):
    """A fitted Gamma.

    Gamma : array (N, N'), or (N,) for a diagonal; train_loss : mean squared training error, against
    the noisy query labels; tasks : T; unknowns : number of parameters; regularisation : "none",
    "minimum norm" or "ridge".
    """

    Gamma: FloatArray
    train_loss: float
    tasks: int
    unknowns: int
    regularisation: str


@guarded
def as_pieces(data: AttentionData | Iterable[AttentionData]) -> Iterable[AttentionData]:
    """One data set, or a stream of pieces, as an iterable of pieces."""
    return (data,) if isinstance(data, AttentionData) else data


class _Problem(NamedTuple):
    """A linear parametrisation of Gamma.

    rows : the design of a piece; shape : of Gamma; kernel : inner products of the rows of a piece
    without forming them; assemble : Gamma from a weight for each row.
    """

    rows: Callable[[AttentionData], FloatArray]
    shape: Callable[[AttentionData], tuple[int, ...]]
    kernel: Callable[[AttentionData], FloatArray]
    assemble: Callable[[AttentionData, FloatArray], FloatArray]


_FULL = _Problem(
    rows=lambda p: np.einsum("tk,tl->tkl", p.keys, p.queries).reshape(len(p.query_label), -1),
    shape=lambda p: (p.keys.shape[1], p.queries.shape[1]),
    kernel=lambda p: (p.keys @ p.keys.T) * (p.queries @ p.queries.T),
    assemble=lambda p, weight: p.keys.T @ (weight[:, None] * p.queries),
)


def _diagonal_rows(piece: AttentionData) -> FloatArray:
    if piece.keys.shape != piece.queries.shape:
        raise ValueError("keys and queries must have the same size for a diagonal Gamma")
    return piece.keys * piece.queries


_DIAGONAL = _Problem(
    rows=_diagonal_rows,
    shape=lambda p: (p.keys.shape[1],),
    kernel=lambda p: _diagonal_rows(p) @ _diagonal_rows(p).T,
    assemble=lambda p, weight: weight @ _diagonal_rows(p),
)


@guarded
def fit_full(
    data: AttentionData | Iterable[AttentionData], *, penalty: float = 0.0, chunk: int = 512
) -> Fit:
    r"""Empirical risk minimiser over all Gamma.

    Parameters
    ----------
    data : AttentionData or iterable of it
        All tasks, or pieces of a stream. Pieces are split further so that no design matrix has more
        than ``chunk`` rows.
    penalty : float
        Penalty :math:`\rho\|\Gamma\|_F^2` added to the mean squared error.

    Raises
    ------
    ValueError
        If there is no task, an array is not finite, or the ridge is negative.
    """
    return _fit(data, _FULL, penalty, chunk)


@guarded
def fit_diagonal(
    data: AttentionData | Iterable[AttentionData], *, penalty: float = 0.0, chunk: int = 4096
) -> Fit:
    """Empirical risk minimiser over diagonal Gamma; arguments of :func:`fit_full`."""
    return _fit(data, _DIAGONAL, penalty, chunk)


def _fit(
    data: AttentionData | Iterable[AttentionData], problem: _Problem, penalty: float, chunk: int
) -> Fit:
    penalty = check_number(penalty, "penalty", low=0.0)
    chunk = check_integer(chunk, "chunk")
    normal = right = None
    total = tasks = 0
    kept: list[AttentionData] | None = []
    shape: tuple[int, ...] = ()
    for whole in as_pieces(data):
        whole = check_attention_data(whole, "data")
        for start in range(0, len(whole.query_label), chunk):
            cut = slice(start, start + chunk)
            piece = whole.rows(cut)
            z = problem.rows(piece)
            if normal is None:
                shape = problem.shape(piece)
                normal, right = np.zeros((z.shape[1],) * 2), np.zeros(z.shape[1])
            normal += z.T @ z
            right += z.T @ piece.query_label
            total += float(piece.query_label @ piece.query_label)
            tasks += len(piece.query_label)
            # Raw pieces are needed for the least-norm solution only: fewer tasks than unknowns.
            kept = None if kept is None or tasks >= len(right) else [*kept, piece]
    if normal is None:
        raise ValueError("data must hold at least one task")
    if kept is not None and penalty == 0:
        return _minimum_norm(kept, problem)
    regularisation = RIDGE if penalty > 0 else NONE
    normal[np.diag_indices_from(normal)] += penalty * tasks
    try:
        factor = cho_factor(normal)
        pivots = np.abs(np.diag(factor[0]))
        if pivots.min() <= 1e-8 * pivots.max():
            raise np.linalg.LinAlgError("singular to working precision")
        solution = cho_solve(factor, right)
    except np.linalg.LinAlgError:
        solution = np.linalg.lstsq(normal, right, rcond=1e-12)[0]
        regularisation = MINIMUM_NORM
    normal[np.diag_indices_from(normal)] -= penalty * tasks
    loss = (total - 2 * right @ solution + solution @ normal @ solution) / tasks
    return Fit(solution.reshape(shape), max(float(loss), 0.0), tasks, len(right), regularisation)


def _minimum_norm(pieces: list[AttentionData], problem: _Problem) -> Fit:
    """Least Frobenius norm among the minimisers, through the T x T kernel matrix."""
    data = AttentionData(*(np.concatenate(part) for part in zip(*(p[:3] for p in pieces))))
    kernel = problem.kernel(data)
    weight = np.linalg.lstsq(kernel, data.query_label, rcond=1e-13)[0]
    residual = data.query_label - kernel @ weight
    Gamma = problem.assemble(data, weight)
    loss = float(residual @ residual / len(residual))
    return Fit(Gamma, loss, len(residual), Gamma.size, MINIMUM_NORM)
