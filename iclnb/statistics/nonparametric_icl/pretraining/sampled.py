r"""Pretraining on T sampled tasks, seed by seed: the law of its excess, and the U-curve in N.

Prompts of tasks of a given basis are drawn by :func:`.sampling.sample_function_prompts`; risks are
exact population risks of the fitted Gamma. With few tasks the full Gamma memorises; the law
:math:`R^*_N+V_N/T` of :mod:`.sandwich` says where its risk is least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer, check_seeds
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, Prompts
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import check_covariance
from iclnb.statistics.nonparametric_icl.pretraining.exact_sandwich import exact_sandwich
from iclnb.statistics.nonparametric_icl.pretraining.sampling import (
    attention_data,
    sample_function_prompts,
)
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

    def prompts(self, n_tasks: int, *, seed: int | np.random.SeedSequence) -> Prompts:
        """T prompts, each with a task of its own; three streams of the seed."""
        sequence = check_seeds(seed, "seed")
        names = ("task_rng", "input_rng", "noise_rng")
        streams = zip(names, map(np.random.default_rng, sequence.spawn(3)), strict=True)
        return sample_function_prompts(
            self.functions,
            self.variances,
            n_tasks=n_tasks,
            prompt_length=self.prompt_length,
            noise=self.noise,
            **dict(streams),
        )

    def data(self, n_tasks: int, *, seed: int | np.random.SeedSequence) -> AttentionData:
        """What attention sees of them, with the largest number of features."""
        prompts = self.prompts(n_tasks, seed=seed)
        return attention_data(prompts, self.functions.truncate(self.n_features))


@guarded
def prefix(data: AttentionData, n_tasks: int) -> AttentionData:
    """The first T tasks of the data."""
    count = check_integer(n_tasks, "n_tasks")
    if count > len(data.query_label):
        raise ValueError(f"n_tasks must be at most {len(data.query_label)}, got {count}")
    return data.rows(slice(count))


class Leading(NamedTuple):
    """V of the sandwich law, and :math:`R^*`, for full and for diagonal Gamma."""

    full: float
    diagonal: float
    best_full: float
    best_diagonal: float


def _first(data: AttentionData, size: int) -> AttentionData:
    return data._replace(keys=data.keys[:, :size], queries=data.queries[:, :size])


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
def exact_leading(setting: Pretraining, n_features: int) -> Leading:
    """The same exactly, for Gaussian tasks and noise: see :mod:`.exact_sandwich`."""
    exact = setting.moments.truncate(check_integer(n_features, "n_features"))
    law = setting.functions, setting.variances
    return Leading(
        exact_sandwich(exact, *law),
        exact_sandwich(exact, *law, diagonal=True),
        optimal_risk(exact),
        moments_risk(exact, optimal_diagonal(exact)),
    )


@guarded
def predicted_risk(setting: Pretraining, sizes: Sequence[int], *, n_tasks: int) -> FloatArray:
    r"""The law :math:`R^*_N+V_N/T` of the full Gamma, V exact, one entry per N.

    A law of large T: below :math:`T\approx N^2` the fit is far worse.
    """
    count = check_integer(n_tasks, "n_tasks")
    cut = [setting.moments.truncate(check_integer(N, "sizes")) for N in sizes]
    law = setting.functions, setting.variances
    return np.array([optimal_risk(exact) + exact_sandwich(exact, *law) / count for exact in cut])
