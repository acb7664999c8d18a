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
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb import scale
from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.extrapolation import Extrapolation, extrapolate
from iclnb.statistics.task_diversity.simulation import LuSetting, simulated_errors

#: Name of the committed runs.
NAME = "task-diversity-sizes"


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

    @property
    def neglected(self) -> float:
        """What the fit leaves out is taken to be at most its last term at the largest size."""
        return abs(float(self.fit.last)) / float(self.sizes.max()) ** self.fit.order

    @property
    def half_width(self) -> float:
        """Of a 99.9 % interval for the limit: 3.3 standard errors and what is neglected."""
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
) -> dict[str, list[float]]:
    r"""Simulate one size with several seeds: errors on ``new`` tasks and on those of the ``pool``.

    Parameters
    ----------
    d : int
    tau, kappa, alpha, noise : float
        As in :class:`.simulation.LuSetting`.
    count, first : int
        Seeds ``first, ..., first + count - 1``.
    penalty : float
        That of :func:`.simulation.ridgeless`.
    per_unknown : bool
        Draw :math:`\tau d(d+1)` prompts and not :math:`\tau d^2`, so that the peak stands at
        :math:`\tau=1` for every d.
    """
    count, first = check_integer(count, "count"), check_integer(first, "first", least=0)
    setting = LuSetting(d, tau * (1 + 1 / d) if per_unknown else tau, kappa, alpha, noise)
    found = [
        simulated_errors(setting, np.random.default_rng([d, i]), penalty=penalty)
        for i in range(first, first + count)
    ]
    return {
        "new": [float(f"{e.new:.5g}") for e in found],
        "pool": [float(f"{e.pool:.5g}") for e in found],
    }


@guarded
def size_study(runs: Mapping[int, ArrayLike], limit: float, *, order: int = 1) -> SizeStudy:
    """Fit powers of 1/d to the errors of each size d, one for each of at least two seeds.

    Raises
    ------
    ValueError
        On fewer than ``order + 1`` sizes or two seeds.
    """
    errors = {d: check_array(values, "runs", (None,)) for d, values in runs.items()}
    if min((e.size for e in errors.values()), default=0) < 2:
        raise ValueError("runs must hold at least two seeds of each size")
    sizes = np.array(list(errors), dtype=np.float64)
    means = np.array([e.mean() for e in errors.values()])
    spread = np.array([e.std(ddof=1) / math.sqrt(e.size) for e in errors.values()])
    return SizeStudy(sizes, means, spread, extrapolate(sizes, means, spread, order=order), limit)


@guarded
def stored_errors(of: Literal["new", "pool"] = "new", **setting: Any) -> dict[int, FloatArray]:
    """Errors of the committed runs of a setting, by size d, one for each seed.

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
    found = scale.stored(NAME)
    if found is None:
        raise FileNotFoundError(f"no stored result {NAME!r}: python -m tools.paper {NAME} makes it")
    errors: dict[int, list[float]] = {}
    for point in found.results["points"]:
        own = {k: v for k, v in point.items() if k not in ("d", "first", "count", "result")}
        if own == setting:
            errors.setdefault(point["d"], []).extend(point["result"][of])
    if not errors:
        raise ValueError(f"setting: no stored runs with {setting}")
    return {d: np.array(errors[d]) for d in sorted(errors)}
