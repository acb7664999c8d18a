r"""Birth and death of neurons: how the density ratio is kept finite.

* *Birth.* A neuron with outer weight zero is not seen by the features, whatever its inner weight:

  .. math:: L\big((1-\epsilon)\mu+\epsilon\,\delta_0\otimes\pi\big)=L(\mu),

  exactly, since the features are only scaled. Afterwards :math:`\varrho\le\frac1\epsilon
  \|d\mu^\circ_w/d\pi\|_\infty` and :math:`\delta\to\delta/(1-\epsilon)`: what had stopped moves.
* *Death.* To make room some neurons go; the loss jumps. To first order the mass taken from
  :math:`\theta` changes it by :math:`-\frac{\delta L}{\delta\mu}(\theta)`, whose mean is zero. A
  rule says who dies: anybody, the smallest :math:`|a|`, or the largest
  :math:`\frac{\delta L}{\delta\mu}`.

The slides name the process as what "could ensure" a finite ratio; its rule in the paper is not
known (second-hand: a base measure :math:`\pi` with bounded :math:`d\mu^\circ/d\pi`). Derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_instance,
    check_integer,
    check_number,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.flow import integrate
from iclnb.landscape.mean_field_limit.measures import Measure, mix
from iclnb.landscape.mean_field_limit.statistics import Problem
from iclnb.landscape.mean_field_limit.variation import first_variation

from .effective import effective_ratio

__all__ = [
    "Renewal",
    "RenewedFlow",
    "Rule",
    "anybody",
    "largest_variation",
    "renew",
    "renewed_flow",
    "seeded",
    "smallest_outer",
]

#: Scores of the atoms, shape (N,); those with the largest scores die.
Rule = Callable[[Problem, Measure, np.random.Generator], FloatArray]


@guarded
def anybody(problem: Problem, mu: Measure, rng: np.random.Generator) -> FloatArray:
    """Return independent uniform scores: death at random."""
    return check_generator(rng, "rng").random(check_instance(mu, "mu", Measure).n)


@guarded
def smallest_outer(problem: Problem, mu: Measure, rng: np.random.Generator) -> FloatArray:
    r"""Return :math:`-|a_i|^2`: death of the neurons that count least, newborns included."""
    return -np.sum(check_instance(mu, "mu", Measure).a ** 2, axis=1)


@guarded
def largest_variation(problem: Problem, mu: Measure, rng: np.random.Generator) -> FloatArray:
    r"""Return :math:`\frac{\delta L}{\delta\mu}(\theta_i)`: death where it lowers the loss most."""
    return first_variation(problem, mu, mu.a, mu.w)


@guarded
@dataclass(frozen=True)
class Renewal:
    r"""A birth-death process in discrete time.

    Parameters
    ----------
    rule : callable
        Who dies: :func:`anybody`, :func:`smallest_outer`, :func:`largest_variation`, or another.
    fraction : float
        Part of the neurons replaced at each event, in [0, 1]; rounded to a number of neurons.
    period : float
        Time between events.
    spread : float
        The new inner weights are :math:`N(0,\mathrm{spread}^2I)`.
    outer : float
        The new outer weights are :math:`N(0,\mathrm{outer}^2I)`; zero for a birth without a jump.
    """

    rule: Rule
    fraction: float = 0.02
    period: float = 10.0
    spread: float = 1.0
    outer: float = 0.0

    def __post_init__(self) -> None:
        if not callable(self.rule):
            raise TypeError("rule must be a function of (problem, mu, rng)")
        check_number(self.fraction, "fraction", low=0.0, high=1.0)
        check_number(self.period, "period", low=0.0, strict=True)
        check_number(self.spread, "spread", low=0.0)
        check_number(self.outer, "outer", low=0.0)


class RenewedFlow(NamedTuple):
    r"""Times (T,) and, at each, the loss, :math:`\varrho_v` and the unrepresented part of the
    teacher (:func:`~.effective.effective_ratio`)."""

    times: FloatArray
    loss: FloatArray
    effective: FloatArray
    residual: FloatArray


@guarded
def seeded(mu: Measure, w: ArrayLike, share: float) -> Measure:
    r"""Return :math:`(1-\epsilon)\mu+\epsilon\,\delta_0\otimes\pi`, π uniform on ``w``.

    Parameters
    ----------
    w : array, shape (n, D)
        Inner weights of the new neurons.
    share : float
        :math:`\epsilon` in [0, 1).
    """
    w = check_array(w, "w", (None, check_instance(mu, "mu", Measure).w.shape[1]))
    return mix(mu, Measure(np.zeros((len(w), mu.k)), w), share)


@guarded
def renew(problem: Problem, mu: Measure, renewal: Renewal, *, rng: np.random.Generator) -> Measure:
    r"""Return the measure after one event: the dead replaced, with the masses of their atoms.

    At the end all outer weights are multiplied by the one triangular matrix that restores
    :math:`\int aa^\top d\mu`. The loss does not feel it, and the clock of the flow does: without it
    a rule that kills large outer weights would seem to be fast.

    Raises
    ------
    ValueError
        If the outer weights of the survivors do not span the features.
    """
    rng = check_generator(rng, "rng")
    count = round(renewal.fraction * mu.n)
    scores = np.asarray(renewal.rule(problem, mu, rng), dtype=np.float64)
    if scores.shape != (mu.n,):
        raise ValueError(f"rule must give one score per atom, got shape {scores.shape}")
    dead = np.argsort(-scores, kind="stable")[:count]
    a, w = mu.a.copy(), mu.w.copy()
    a[dead] = renewal.outer * rng.standard_normal((count, mu.k))
    w[dead] = renewal.spread * rng.standard_normal((count, mu.w.shape[1]))
    if count == 0:
        return mu
    new = Measure(a, w, mu.p)
    if np.linalg.matrix_rank(new.moment) < mu.k:
        raise ValueError("renewal.fraction must leave neurons that span the features")
    old, now = np.linalg.cholesky(mu.moment), np.linalg.cholesky(new.moment)
    return new.push(np.linalg.solve(now.T, old.T).T)


@guarded
def renewed_flow(
    problem: Problem,
    mu: Measure,
    *,
    periods: int,
    renewal: Renewal,
    rng: np.random.Generator,
    relative_penalty: float = 1e-4,
    rtol: float = 1e-4,
) -> RenewedFlow:
    r"""Alternate the exact gradient flow and renewal, ``periods`` times.

    The state is recorded at the start and at the end of each period, before the event. With
    ``renewal.fraction`` zero this is the plain flow.

    Parameters
    ----------
    relative_penalty : float
        Of :func:`~.effective.effective_ratio`.
    rtol : float
        Tolerance of the integration between events.
    """
    rng, now = check_generator(rng, "rng"), check_instance(mu, "mu", Measure)
    eff = effective_ratio(problem, now, relative_penalty=relative_penalty)
    rows = []
    for index in range(check_integer(periods, "periods")):
        run = integrate(problem, now, [0.0, renewal.period], rtol=rtol, atol=1e-3 * rtol)
        if index == 0:
            rows.append((0.0, run.loss[0], eff.ratio, eff.residual))
        now = run.measure(-1)
        eff = effective_ratio(problem, now, relative_penalty=relative_penalty)
        rows.append(((index + 1) * renewal.period, run.loss[-1], eff.ratio, eff.residual))
        now = renew(problem, now, renewal, rng=rng)
    return RenewedFlow(*np.array(rows).T)
