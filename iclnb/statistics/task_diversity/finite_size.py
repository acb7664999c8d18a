r"""Simulations at several sizes, their extrapolation, and the published ones.

The closed curve is a limit; at size d the error differs from it by about c/d. Two uses of that:
extrapolating own small runs to 1/d = 0, and predicting by how much somebody's run at d = 100 should
miss the curve. Near tau = 1 neither works at small d: there are d(d+1) unknowns, not :math:`d^2`,
so that the peak of the error stands at tau = 1 + 1/d.

:data:`STORED_TAU` and :data:`STORED_KAPPA` are the simulated values in the public repository of Lu
et al. (second-hand: read from stored outputs, their own sampling error is not given).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.asymptotics import icl_error
from iclnb.statistics.task_diversity.extrapolation import Extrapolation, extrapolate
from iclnb.statistics.task_diversity.simulation import LuSetting, simulated_error


class Stored(NamedTuple):
    """Abscissae, simulated errors, and the parameters they share."""

    x: tuple[float, ...]
    simulated: tuple[float, ...]
    d: int
    alpha: float
    noise: float


STORED_TAU = Stored(
    (0.2, 0.5, 0.85, 1.15, 1.5, 2.0),
    (1.0466, 1.3050, 3.274, 4.167, 1.770, 1.2785),
    d=100,
    alpha=1.0,
    noise=0.1,
)
"""Against tau, kappa = 1/2."""

STORED_KAPPA = Stored(
    (1.0, 5.0, 10.0, 50.0),
    (0.3527, 0.2660, 0.2656, 0.2653),
    d=50,
    alpha=100.0,
    noise=0.5,
)
"""Against kappa, tau = 100."""


class SizeStudy(NamedTuple):
    """Sizes d, mean errors over seeds, their standard errors, the fit, and the closed limit."""

    sizes: FloatArray
    means: FloatArray
    errors: FloatArray
    fit: Extrapolation
    limit: float

    def at(self, d: float) -> float:
        """The closed limit plus the measured correction :math:`c_1/d`."""
        return self.limit + self.fit.slope / d


@guarded
def size_study(
    n_seeds: Mapping[int, int], *, tau: float, kappa: float, alpha: float, noise: float
) -> SizeStudy:
    """Simulate each size d with its number of seeds (at least two), and fit a line in 1/d.

    Raises
    ------
    ValueError
        On fewer than two sizes or two seeds, or parameters outside their domains.
    """
    limit = icl_error(tau, kappa=kappa, alpha=alpha, noise=noise)
    means, errors = [], []
    for d, count in n_seeds.items():
        count = check_integer(count, "n_seeds", least=2)
        setting = LuSetting(d, tau, kappa, alpha, noise)
        found = [simulated_error(setting, np.random.default_rng([d, i])) for i in range(count)]
        means.append(np.mean(found))
        errors.append(np.std(found, ddof=1) / math.sqrt(count))
    sizes = np.array(list(n_seeds), dtype=np.float64)
    fit = extrapolate(sizes, means, errors)
    return SizeStudy(sizes, np.array(means), np.array(errors), fit, limit)
