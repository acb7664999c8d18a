r"""The flow on a dictionary: inner weights frozen, so that the density ratio never changes.

.. math:: \dot a_i=B^\top z(w_i),\qquad \dot w_i=0 .

The decay theorems use the velocity of the outer weights only, so they hold for this flow as they
stand, with one :math:`\varrho` for all time; :math:`\int aa^\top d\mu` is conserved here too. It is
the only setting with finitely many neurons in which theorem (2) can be tested without a birth-death
process. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from iclnb.arguments import FloatArray, check_increasing, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics, statistics_of

__all__ = ["DictionaryFlow", "dictionary_flow"]


class DictionaryFlow(NamedTuple):
    """Times (T,), loss (T,) and the measure at the last time."""

    times: FloatArray
    loss: FloatArray
    last: Measure


@guarded
def dictionary_flow(
    problem: Problem, mu: Measure, times: ArrayLike, *, rtol: float = 1e-8, atol: float = 1e-11
) -> DictionaryFlow:
    r"""Integrate the flow of the outer weights alone, by an implicit method of variable order.

    Parameters
    ----------
    times : array, shape (T,)
        Increasing; ``mu`` is the state at the first.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular at the start.
    RuntimeError
        If the step becomes too small.
    """
    times = check_increasing(times, "times", entries=2, frozen=True)
    check_number(rtol, "rtol", low=0.0, high=1.0, strict=True)
    check_number(atol, "atol", low=0.0, strict=True)
    statistics(problem, mu).require_regular()
    own = problem.features.kernel(mu.w, mu.w)
    known = problem.features.kernel(mu.w, problem.teacher.w) @ problem.teacher.outer

    def at(y: FloatArray):
        outer = mu.p[:, None] * y.reshape(mu.a.shape)
        g = own @ outer
        return statistics_of(problem.s0, known.T @ outer, g.T @ outer), g

    def velocity(_: float, y: FloatArray) -> FloatArray:
        stats, g = at(y)
        return ((known - g @ stats.b.T) @ stats.b).ravel()

    out = solve_ivp(
        velocity, (times[0], times[-1]), mu.a.ravel(), "LSODA", t_eval=times, rtol=rtol, atol=atol
    )
    if not out.success:
        raise RuntimeError(f"the flow could not be integrated: {out.message}")
    loss = np.array([at(y)[0].loss for y in out.y.T])
    return DictionaryFlow(times, loss, Measure(out.y[:, -1].reshape(mu.a.shape), mu.w, mu.p))
