r"""The U-curve: training loss and exact risk against the number of features, for T tasks.

Small T: many features memorise (training loss 0, a peak of the risk where the number of unknowns
meets T, then a second descent of the least-norm solution). Large T: they generalise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, check_attention_data
from iclnb.statistics.nonparametric_icl.pretraining.erm import fit_diagonal, fit_full
from iclnb.statistics.nonparametric_icl.risk.moments import Moments
from iclnb.statistics.nonparametric_icl.risk.population import (
    moments_risk,
    optimal_diagonal,
    optimal_risk,
)


class UCurve(NamedTuple):
    """One entry per number of features: sizes, training loss, exact risk, best possible risk."""

    sizes: FloatArray
    train: FloatArray
    risk: FloatArray
    optimum: FloatArray

    @property
    def best_size(self) -> int:
        """Number of features of least risk."""
        return int(self.sizes[np.argmin(self.risk)])


@guarded
def u_curve(
    data: AttentionData,
    moments: Moments,
    sizes: Sequence[int],
    *,
    diagonal: bool = False,
    penalty: float = 0.0,
) -> UCurve:
    """Fit Gamma on the first N features for every N, on the same tasks.

    Parameters
    ----------
    data : AttentionData
        T training tasks with the largest number of features; smaller ones are its first columns.
    moments : Moments
        Exact moments for the largest number of features.
    sizes : sequence of int
        Numbers of features, each at most that of the data.
    diagonal : bool
        Fit a diagonal Gamma.
    penalty : float
        As in :func:`.erm.fit_full`; without it underdetermined fits take the least norm.
    """
    data = check_attention_data(data, "data")
    largest = data.keys.shape[1]
    sizes = [check_integer(N, "sizes") for N in sizes]
    if not sizes or max(sizes) > min(largest, moments.cross.shape[0]):
        raise ValueError(f"sizes must be a non-empty list of at most {largest}")
    fit = fit_diagonal if diagonal else fit_full
    train, risk, optimum = [], [], []
    for N in sizes:
        piece = data._replace(keys=data.keys[:, :N], queries=data.queries[:, :N])
        exact = moments.truncate(N)
        result = fit(piece, penalty=penalty)
        train.append(result.train_loss)
        risk.append(moments_risk(exact, result.Gamma))
        best = moments_risk(exact, optimal_diagonal(exact)) if diagonal else optimal_risk(exact)
        optimum.append(best)
    return UCurve(np.array(sizes), np.array(train), np.array(risk), np.array(optimum))
