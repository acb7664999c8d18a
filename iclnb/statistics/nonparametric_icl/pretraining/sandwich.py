r"""How much pretraining on T tasks loses: the sandwich law V/T.

With :math:`e=y_q-z^\top\mathrm{vec}\,\Gamma^*` and :math:`H=E[zz^\top]` the risk of the empirical
risk minimiser exceeds the optimum by

.. math:: R(\hat\Gamma)-R(\Gamma^*)\approx\frac VT,\qquad V=E\big[e^2\,z^\top H^{-1}z\big],
          \qquad T\to\infty .

For the full Gamma :math:`H=A\otimes G` exactly, so :math:`z^\top H^{-1}z=
(S^\top A^{-1}S)(\psi^\top G^{-1}\psi)`; for a diagonal :math:`H=A\circ G`. The textbook value
:math:`\rho^2p/(T-p-1)`, :math:`\rho^2=\sigma^2+R^*`, assumes e independent of z, and is too small
here. Source: M-estimation (Huber's sandwich); this form derived here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, check_attention_data
from iclnb.statistics.nonparametric_icl.pretraining.erm import as_pieces
from iclnb.statistics.nonparametric_icl.risk.moments import Moments
from iclnb.statistics.nonparametric_icl.risk.population import optimal_diagonal, optimal_gamma


class Sandwich(NamedTuple):
    """V, its Monte Carlo standard error, and the number of unknowns p."""

    value: float
    error: float
    unknowns: int


@guarded
def sandwich(
    moments: Moments,
    data: AttentionData | Iterable[AttentionData],
    *,
    diagonal: bool = False,
    Gamma: ArrayLike | None = None,
) -> Sandwich:
    r"""Estimate V on fresh tasks; the noise of the query label is integrated exactly.

    Parameters
    ----------
    moments : Moments
        Of the same features, tasks, prompt length and noise as the data.
    data : AttentionData or iterable of it
        Fresh tasks, with noiseless targets.
    diagonal : bool
        The diagonal problem instead of the full one.
    Gamma : array, optional
        Evaluate at this Gamma instead of the optimum.
    """
    if Gamma is None:
        Gamma = optimal_diagonal(moments) if diagonal else optimal_gamma(moments)
    second, gram = moments.second, moments.query_gram
    values = []
    for piece in as_pieces(data):
        piece = check_attention_data(piece, "data", needs=("target",))
        if diagonal:
            z = piece.keys * piece.queries
            leverage = np.sum(z.T * np.linalg.solve(second * gram, z.T), axis=0)
        else:
            leverage = np.sum(piece.keys.T * np.linalg.solve(second, piece.keys.T), axis=0)
            leverage *= np.sum(piece.queries.T * np.linalg.solve(gram, piece.queries.T), axis=0)
        error = piece.target - piece.answers(Gamma)
        values.append((error**2 + moments.noise**2) * leverage)
    if not values:
        raise ValueError("data must hold at least one task")
    all_values = np.concatenate(values)
    check_integer(len(all_values), "data", least=2)
    unknowns = gram.shape[0] if diagonal else second.shape[0] * gram.shape[0]
    error = all_values.std(ddof=1) / np.sqrt(len(all_values))
    return Sandwich(float(all_values.mean()), float(error), unknowns)


@guarded
def classical_excess(n_tasks: int, unknowns: int, residual_variance: float) -> float:
    r""":math:`\rho^2p/(T-p-1)`, the law of least squares with independent Gaussian errors."""
    n_tasks = check_integer(n_tasks, "n_tasks")
    unknowns = check_integer(unknowns, "unknowns")
    if n_tasks <= unknowns + 1:
        raise ValueError(f"n_tasks must exceed unknowns + 1 = {unknowns + 1}, got {n_tasks}")
    residual_variance = check_number(residual_variance, "residual_variance", low=0.0)
    return residual_variance * unknowns / (n_tasks - unknowns - 1)
