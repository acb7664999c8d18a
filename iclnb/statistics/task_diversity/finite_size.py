r"""Simulations at several sizes, their extrapolation, and the published ones.

The closed curve is a limit; at size d the error differs from it by powers of 1/d, which are fitted.
There are d(d+1) unknowns: where prompts are counted by :math:`d^2` the peak stands at
tau = 1 + 1/d, and near it no power series helps; counted by unknowns it stands at tau = 1.

:data:`STORED_TAU` and :data:`STORED_KAPPA` are the simulated values in the public repository of Lu
et al. (second-hand: read from stored outputs, their own sampling error is not given). Own runs at
the same sizes and at others are committed (:func:`stored_errors`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import stdtrit

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.extrapolation import Extrapolation, extrapolate
from iclnb.statistics.task_diversity.limits.ridge_curves import TaskErrors
from iclnb.statistics.task_diversity.simulation import LuSetting, simulated_errors

#: Names of the committed runs: sizes up to 100, and one larger size.
NAMES = ("task-diversity-sizes", "task-diversity-large")

_NOT_OF_THE_SETTING = ("d", "first", "count", "probes", "result")


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


class SizeErrors(NamedTuple):
    """Sizes d, seeds of each, mean errors, and their standard deviations over seeds, (k,)."""

    sizes: FloatArray
    counts: FloatArray
    means: FloatArray
    spreads: FloatArray

    def half_width_of_one(self) -> float:
        """Of a 99.9 % interval for one more run of the first size, around the mean."""
        n = float(self.counts[0])
        quantile = float(stdtrit(n - 1, 0.9995))
        return quantile * float(self.spreads[0]) * math.sqrt(1 + 1 / n)

    @property
    def standard_errors(self) -> FloatArray:
        """Of the means, (k,)."""
        return self.spreads / np.sqrt(self.counts)


class SizeStudy(NamedTuple):
    """Errors at several sizes, and the powers of 1/d fitted to them."""

    errors: SizeErrors
    fit: Extrapolation

    @property
    def neglected(self) -> float:
        """The last term of the fit at the largest size, for the powers that it leaves out."""
        return abs(self.fit.last) / float(self.errors.sizes.max()) ** self.fit.order

    @property
    def half_width(self) -> float:
        """Of a 99.9 % interval for the limit: 3.3 standard errors, and what is neglected."""
        return 3.3 * self.fit.error + self.neglected


@guarded
def size_run(
    d: int,
    tau: float,
    *,
    kappa: float,
    alpha: float,
    noise: float,
    count: int,
    first: int = 0,
    penalty: float = 0.0,
    per_unknown: bool = False,
    probes: int = 0,
) -> dict[str, list[float]]:
    r"""Simulate one size with several seeds: mean and variance of both errors, over the seeds.

    Parameters
    ----------
    d : int
    tau, kappa, alpha, noise : float
        As in :class:`.simulation.LuSetting`.
    count, first : int
        Seeds ``first, ..., first + count - 1``, at least two.
    penalty : float
        That of :func:`.least_squares.ridgeless`.
    probes : int
        As in :func:`.simulation.simulated_errors`.
    per_unknown : bool
        Draw :math:`\tau d(d+1)` prompts and not :math:`\tau d^2`, so that the peak stands at
        :math:`\tau=1` for every d.
    """
    count, first = check_integer(count, "count", least=2), check_integer(first, "first", least=0)
    setting = LuSetting(d, tau * (1 + 1 / d) if per_unknown else tau, kappa, alpha, noise)
    found = [
        simulated_errors(setting, np.random.default_rng([d, i]), penalty=penalty, probes=probes)
        for i in range(first, first + count)
    ]
    columns = np.transpose(found)
    return {
        name: [float(f"{v:.8g}") for v in (column.mean(), column.var(ddof=1))]
        for name, column in zip(TaskErrors._fields, columns)
    }


@guarded
def pooled(points: Sequence[Mapping[str, Any]], of: Literal["new", "pool"] = "new") -> SizeErrors:
    """Put runs together by size.

    Parameters
    ----------
    points : sequence of mappings
        ``d``, ``count`` and, under ``result``, what :func:`size_run` returned; not empty.
    of : {"new", "pool"}
        The tasks of the test.
    """
    if not points:
        raise ValueError("points must not be empty")
    rows = []
    for d in sorted({p["d"] for p in points}):
        own = [p for p in points if p["d"] == d]
        n = np.array([p["count"] for p in own], dtype=np.float64)
        mean, variance = np.transpose([p["result"][of] for p in own])
        total = float(n @ mean / n.sum())
        squares = (n - 1) @ variance + n @ (mean - total) ** 2
        rows.append((d, n.sum(), total, math.sqrt(squares / (n.sum() - 1))))
    return SizeErrors(*np.array(rows, dtype=np.float64).T)


@guarded
def stored_errors(of: Literal["new", "pool"] = "new", **setting: Any) -> SizeErrors:
    """Errors of the committed runs of a setting, by size.

    Parameters
    ----------
    of : {"new", "pool"}
        The tasks of the test.
    **setting
        ``tau, kappa, alpha, noise`` and, if given to the runs, ``penalty`` and ``per_unknown``.

    Raises
    ------
    FileNotFoundError
        If the package holds no runs.
    ValueError
        If none is of this setting.
    """
    own = []
    for name in NAMES:
        found = scale.required(name)
        own += [
            point
            for point in found.results["points"]
            if {k: v for k, v in point.items() if k not in _NOT_OF_THE_SETTING} == setting
        ]
    if not own:
        raise ValueError(f"setting: no stored runs with {setting}")
    return pooled(own, of)


@guarded
def size_study(errors: SizeErrors, *, order: int = 2) -> SizeStudy:
    """Fit powers of 1/d, up to ``order``, to errors at more than ``order`` sizes."""
    fit = extrapolate(errors.sizes, errors.means, errors.standard_errors, order=order)
    return SizeStudy(errors, fit)
