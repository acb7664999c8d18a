r"""Pretraining on T sampled tasks, seed by seed: excess risk, and the U-curve in N.

Prompts of tasks of a given basis are drawn by :func:`.sampling.attention_stream`; risks are exact
population risks of the fitted Gamma. With few tasks the full Gamma memorises; the law
:math:`R^*_N+V_N/T` of :mod:`.sandwich` says where its risk is least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import check_covariance
from iclnb.statistics.nonparametric_icl.pretraining.erm import fit_diagonal, fit_full
from iclnb.statistics.nonparametric_icl.pretraining.sampling import attention_stream
from iclnb.statistics.nonparametric_icl.pretraining.sandwich import sandwich
from iclnb.statistics.nonparametric_icl.pretraining.u_curve import UCurve, u_curve
from iclnb.statistics.nonparametric_icl.risk.moments import Moments, basis_moments
from iclnb.statistics.nonparametric_icl.risk.population import (
    moments_risk,
    optimal_diagonal,
    optimal_risk,
)


@guarded
@dataclass(frozen=True, eq=False)
class Pretraining:
    r"""Tasks of a basis, a prompt length and a noise level.

    Parameters
    ----------
    functions : Basis
        The task functions, J of them; the features are the first ones.
    variances : array (J,)
        Coefficient variances.
    prompt_length : int
        n >= 1.
    noise : float
        :math:`\sigma\ge0`.
    n_features : int
        Largest number of features.
    """

    functions: Basis
    variances: FloatArray
    prompt_length: int
    noise: float
    n_features: int
    moments: Moments = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_covariance(self.variances, "variances", self.functions.size)
        moments = basis_moments(
            self.functions,
            self.variances,
            prompt_length=self.prompt_length,
            noise=self.noise,
            n_features=self.n_features,
        )
        object.__setattr__(self, "moments", moments)

    def data(self, n_tasks: int, *, seed: int | np.random.SeedSequence) -> AttentionData:
        """T tasks in one piece, with the largest number of features."""
        (piece,) = attention_stream(
            self.functions,
            self.variances,
            self.functions.truncate(self.n_features),
            n_tasks=n_tasks,
            prompt_length=self.prompt_length,
            noise=self.noise,
            seed=seed,
            chunk=n_tasks,
        )
        return piece


@guarded
def prefix(data: AttentionData, n_tasks: int) -> AttentionData:
    """The first T tasks of the data."""
    count = check_integer(n_tasks, "n_tasks")
    if count > len(data.query_label):
        raise ValueError(f"n_tasks must be at most {len(data.query_label)}, got {count}")
    return data.rows(slice(count))


class Excess(NamedTuple):
    """Excess risk over the best Gamma of the same kind, for the full and the diagonal fit."""

    full: float
    diagonal: float


class Leading(NamedTuple):
    """V of the sandwich law, and :math:`R^*`, for full and for diagonal Gamma."""

    full: float
    diagonal: float
    best_full: float
    best_diagonal: float


def _first(data: AttentionData, size: int) -> AttentionData:
    return data._replace(keys=data.keys[:, :size], queries=data.queries[:, :size])


@guarded
def diagonal_excess(setting: Pretraining, data: AttentionData, n_features: int) -> float:
    """Fit the diagonal on the first N features of the data; exact excess."""
    size = check_integer(n_features, "n_features")
    exact = setting.moments.truncate(size)
    best = moments_risk(exact, optimal_diagonal(exact))
    return moments_risk(exact, fit_diagonal(_first(data, size)).Gamma) - best


@guarded
def measured_excess(setting: Pretraining, data: AttentionData, n_features: int) -> Excess:
    """Fit both on the first N features of the data; exact excess of each."""
    size = check_integer(n_features, "n_features")
    exact = setting.moments.truncate(size)
    full = moments_risk(exact, fit_full(_first(data, size)).Gamma) - optimal_risk(exact)
    return Excess(full, diagonal_excess(setting, data, size))


@guarded
def median_curve(
    setting: Pretraining,
    data_sets: Sequence[AttentionData],
    sizes: Sequence[int],
    *,
    n_tasks: int,
    diagonal: bool = False,
) -> UCurve:
    """Median over draws of training loss and exact risk, fitted on the first T tasks of each."""
    curves = [
        u_curve(prefix(data, n_tasks), setting.moments, sizes, diagonal=diagonal)
        for data in data_sets
    ]
    train = np.median([curve.train for curve in curves], axis=0)
    risk = np.median([curve.risk for curve in curves], axis=0)
    return UCurve(curves[0].sizes, train, risk, curves[0].optimum)


@guarded
def leading_excess(setting: Pretraining, data: AttentionData, n_features: int) -> Leading:
    """V for the first N features, estimated on fresh tasks, and the optima."""
    size = check_integer(n_features, "n_features")
    exact, piece = setting.moments.truncate(size), _first(data, size)
    return Leading(
        sandwich(exact, piece).value,
        sandwich(exact, piece, diagonal=True).value,
        optimal_risk(exact),
        moments_risk(exact, optimal_diagonal(exact)),
    )


@guarded
def predicted_risk(
    setting: Pretraining, data: AttentionData, sizes: Sequence[int], *, n_tasks: int
) -> FloatArray:
    r"""The law :math:`R^*_N+V_N/T` of the full Gamma, V estimated on the data, one entry per N.

    A law of large T: below :math:`T\approx N^2` the fit is far worse.
    """
    count = check_integer(n_tasks, "n_tasks")
    laws = [leading_excess(setting, data, N) for N in sizes]
    return np.array([law.best_full + law.full / count for law in laws])
