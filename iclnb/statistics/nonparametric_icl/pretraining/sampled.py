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
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import check_covariance
from iclnb.statistics.nonparametric_icl.pretraining.erm import fit_diagonal, fit_full
from iclnb.statistics.nonparametric_icl.pretraining.sampling import AttentionData, attention_stream
from iclnb.statistics.nonparametric_icl.pretraining.sandwich import sandwich
from iclnb.statistics.nonparametric_icl.pretraining.u_curve import UCurve, u_curve
from iclnb.statistics.nonparametric_icl.risk.moments import Moments, basis_moments
from iclnb.statistics.nonparametric_icl.risk.population import (
    optimal_diagonal,
    optimal_risk,
    population_risk,
)


@dataclass(frozen=True, eq=False)
class Pretraining:
    r"""Tasks of a basis, a prompt length and a noise level.

    Parameters
    ----------
    functions : Basis
        The task functions, J of them; the features are the first ones.
    variances : array (J,)
        Coefficient variances.
    context : int
        n >= 1.
    noise : float
        :math:`\sigma\ge0`.
    features : int
        Largest number of features.
    """

    functions: Basis
    variances: FloatArray
    context: int
    noise: float
    features: int
    moments: Moments = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_covariance(self.variances, "variances", self.functions.size)
        moments = basis_moments(
            self.functions,
            self.variances,
            context=self.context,
            noise=self.noise,
            features=self.features,
        )
        object.__setattr__(self, "moments", moments)

    def data(self, tasks: int, *, seed: int | np.random.SeedSequence) -> AttentionData:
        """T tasks in one piece, with the largest number of features."""
        (piece,) = attention_stream(
            self.functions,
            self.variances,
            self.functions.truncate(self.features),
            tasks=tasks,
            context=self.context,
            noise=self.noise,
            seed=seed,
            chunk=tasks,
        )
        return piece


def prefix(data: AttentionData, tasks: int) -> AttentionData:
    """The first T tasks of the data."""
    count = check_integer(tasks, "tasks")
    if count > len(data.labels):
        raise ValueError(f"tasks must be at most {len(data.labels)}, got {count}")
    return AttentionData(*(part[:count] for part in data))


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


def diagonal_excess(setting: Pretraining, data: AttentionData, features: int) -> float:
    """Fit the diagonal on the first N features of the data; exact excess."""
    size = check_integer(features, "features")
    exact = setting.moments.truncate(size)
    best = population_risk(exact, optimal_diagonal(exact))
    return population_risk(exact, fit_diagonal(_first(data, size)).gamma) - best


def measured_excess(setting: Pretraining, data: AttentionData, features: int) -> Excess:
    """Fit both on the first N features of the data; exact excess of each."""
    size = check_integer(features, "features")
    exact = setting.moments.truncate(size)
    full = population_risk(exact, fit_full(_first(data, size)).gamma) - optimal_risk(exact)
    return Excess(full, diagonal_excess(setting, data, size))


def median_curve(
    setting: Pretraining,
    draws: Sequence[AttentionData],
    sizes: Sequence[int],
    *,
    tasks: int,
    diagonal: bool = False,
) -> UCurve:
    """Median over draws of training loss and exact risk, fitted on the first T tasks of each."""
    curves = [
        u_curve(prefix(data, tasks), setting.moments, sizes, diagonal=diagonal) for data in draws
    ]
    train = np.median([curve.train for curve in curves], axis=0)
    risk = np.median([curve.risk for curve in curves], axis=0)
    return UCurve(curves[0].sizes, train, risk, curves[0].optimum)


def leading_excess(setting: Pretraining, data: AttentionData, features: int) -> Leading:
    """V for the first N features, estimated on fresh tasks, and the optima."""
    size = check_integer(features, "features")
    exact, piece = setting.moments.truncate(size), _first(data, size)
    return Leading(
        sandwich(exact, piece).value,
        sandwich(exact, piece, diagonal=True).value,
        optimal_risk(exact),
        population_risk(exact, optimal_diagonal(exact)),
    )


def predicted_risk(
    setting: Pretraining, data: AttentionData, sizes: Sequence[int], *, tasks: int
) -> FloatArray:
    r"""The law :math:`R^*_N+V_N/T` of the full Gamma, V estimated on the data, one entry per N.

    A law of large T: below :math:`T\approx N^2` the fit is far worse.
    """
    count = check_integer(tasks, "tasks")
    laws = [leading_excess(setting, data, N) for N in sizes]
    return np.array([law.best_full + law.full / count for law in laws])
