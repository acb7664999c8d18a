r"""The mean-field flow with births and deaths, by finite volumes.

.. math:: \partial_t\mu=\nabla\cdot\Big(\mu\nabla\frac{\delta L}{\delta\mu}\Big)
          +\gamma\,(\delta_0\otimes\pi-\mu),\qquad \frac{\delta L}{\delta\mu}(a,w)=-a\,B\,z(w).

Through the face between two cells mass flows at the speed
:math:`v=-\Delta\frac{\delta L}{\delta\mu}/h`, the difference of the two centres, out of the cell
that lies upstream. ``order`` one takes the mean of that cell, two a limited slope inside it (van
Leer). So

* the mass changes by :math:`\gamma(1-|\mu|)` only, since what leaves a cell enters its neighbour;
* no cell becomes negative if :math:`\Delta t\,(2\max|v_a|/h_a+2\max|v_w|/h_w+\gamma)\le1`: a face
  value is at most twice the cell's mean, and mass leaves through two faces at most on each axis
  with values that add up to twice the mean;
* the loss falls: :math:`\frac{dL}{dt}=\sum_{ij}\frac{\delta L}{\delta\mu}\dot p_{ij}
  =-\sum_{\rm faces}v^2u\le0`, where u is the mass at the face; births at :math:`a=0` and deaths add
  nothing, as :math:`\sum p\,\frac{\delta L}{\delta\mu}=0`.

Time steps are those of Heun, two Euler steps and a mean, each within the bound. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_flag,
    check_increasing,
    check_integer,
    check_number,
)
from iclnb.kinds import guarded

from .plane import Plane, plane_fields

__all__ = ["Change", "GridFlow", "change", "grid_flow"]

_SAFETY = 0.8


class Change(NamedTuple):
    r"""What moves a state: its ``rate`` (m, n) of change, the dissipation through the ``outer`` and
    the ``inner`` faces, :math:`\sum v^2u`, and ``largest``, the inverse of the longest step."""

    rate: FloatArray
    outer: float
    inner: float
    largest: float


class GridFlow(NamedTuple):
    r"""A flow at some times (T,): ``loss``, ``outer`` and ``inner`` dissipation, ``delta`` =
    :math:`P|B|`, density ``ratio`` :math:`\varrho` of the inner weights, ``mass``, second
    ``moment`` of the outer weights, ``law`` of the inner weights (T, n), ``states`` (T, m, n), and
    the number of ``steps``."""

    times: FloatArray
    loss: FloatArray
    outer: FloatArray
    inner: FloatArray
    delta: FloatArray
    ratio: FloatArray
    mass: FloatArray
    moment: FloatArray
    law: FloatArray
    states: FloatArray
    steps: int

    @property
    def speed(self) -> FloatArray:
        r""":math:`-dL/dt`, shape (T,)."""
        return self.outer + self.inner


def _slopes(state: FloatArray, axis: int, periodic: bool) -> FloatArray:
    """Return the limited differences of each cell (van Leer), zero where the state turns."""
    if periodic:
        up = np.roll(state, -1, axis) - state
        down = np.roll(up, 1, axis)
    else:
        edge = np.diff(state, axis=axis)
        none = np.zeros_like(np.take(state, [0], axis))
        up, down = np.concatenate([edge, none], axis), np.concatenate([none, edge], axis)
    product = up * down
    rising = product > 0.0
    return np.where(rising, 2.0 * product / np.where(rising, up + down, 1.0), 0.0)


def _faces(plane: Plane, state: FloatArray, slope: FloatArray, order: int):
    """Return speeds and masses at the outer (m - 1, n) and inner faces, for the potential -a z."""
    last = np.roll(slope, -1) if plane.periodic else slope[1:]
    first = slope if plane.periodic else slope[:-1]
    h_w = plane.spacing[1]
    across = np.broadcast_to(slope, (len(plane.outer_weights) - 1, len(slope)))
    along = plane.outer_weights[:, None] * ((last - first) / h_w)
    if order == 1:
        left = right = low = high = state
    else:
        half_a = 0.5 * _slopes(state, 0, False)
        half_w = 0.5 * _slopes(state, 1, plane.periodic)
        low, high, left, right = state - half_a, state + half_a, state - half_w, state + half_w
    ahead = np.roll(left, -1, 1) if plane.periodic else left[:, 1:]
    behind = right if plane.periodic else right[:, :-1]
    return (
        across,
        np.where(across > 0.0, high[:-1], low[1:]),
        along,
        np.where(along > 0.0, behind, ahead),
    )


def _change(plane: Plane, state: FloatArray, turnover: float, births: bool, order: int) -> Change:
    fields = plane_fields(plane, state)
    h_a, h_w = plane.spacing
    across, u_a, along, u_w = _faces(plane, state, fields.b * fields.z, order)
    flux_a, flux_w = across * u_a / h_a, along * u_w / h_w
    rate = -turnover * state
    rate[:-1] -= flux_a
    rate[1:] += flux_a
    if plane.periodic:
        rate -= flux_w - np.roll(flux_w, 1, 1)
    else:
        rate[:, :-1] -= flux_w
        rate[:, 1:] += flux_w
    if births:
        rate[len(plane.outer_weights) // 2] += turnover / len(plane.inner_weights)
    fast = 2.0 * (np.abs(across).max() / h_a + np.abs(along).max() / h_w) + turnover
    # the loss is quadratic near its end: relaxation of the outer and of the inner weights
    moment = float(plane.outer_weights**2 @ state.sum(axis=1))
    bent = np.abs(np.diff(plane.overlaps, 2, axis=0)).max() / h_w**2
    stiff = fields.b**2 * (plane.overlaps.max() * state.sum() + bent * moment)
    return Change(
        rate,
        float(np.sum(across**2 * u_a)),
        float(np.sum(along**2 * u_w)),
        max(fast, float(stiff)) / _SAFETY,
    )


@guarded
def change(
    plane: Plane,
    state: FloatArray,
    *,
    turnover: float = 0.0,
    births: bool = True,
    order: int = 2,
) -> Change:
    r"""Return how a state changes; the arguments are those of :func:`grid_flow`.

    Raises
    ------
    SingularCovarianceError
        If the learnt feature is zero.
    """
    state = check_array(state, "state", (len(plane.outer_weights), len(plane.inner_weights)))
    turnover = check_number(turnover, "turnover", low=0.0)
    births = check_flag(births, "births")
    return _change(plane, state, turnover, births, check_integer(order, "order", most=2))


def _step(plane: Plane, state: FloatArray, at: Change, longest: float, how: tuple):
    """Return the state after a step of Heun and its length, both Euler steps within the bound."""
    step = min(longest, 1.0 / at.largest)
    while True:
        middle = state + step * at.rate
        later = _change(plane, middle, *how)
        if step * later.largest * _SAFETY <= 1.0:
            return 0.5 * (state + middle + step * later.rate), step
        step *= 0.5


@guarded
def grid_flow(
    plane: Plane,
    start: FloatArray,
    times: ArrayLike,
    *,
    turnover: float = 0.0,
    births: bool = True,
    order: int = 2,
) -> GridFlow:
    r"""Integrate the flow on the grid.

    Parameters
    ----------
    start : array, shape (m, n)
        Masses of the cells, not negative.
    times : array, shape (T,)
        Increasing, from zero.
    turnover : float
        :math:`\gamma`, deaths and births per neuron and unit of time; :math:`\pi` is uniform on the
        cells of the inner weights.
    births : bool
        Without births neurons die only and mass goes: the learnt feature becomes smaller, and the
        readout larger, exactly as with births, and nobody is new.
    order : int
        1: upwind, for which the theorem on the speed holds on the grid itself; 2: limited slopes.

    Raises
    ------
    SingularCovarianceError
        If the learnt feature is zero at the start.
    ValueError
        If an argument is not as stated.
    """
    state = check_array(start, "start", (len(plane.outer_weights), len(plane.inner_weights)))
    if state.min() < 0.0:
        raise ValueError("start must not be negative")
    times = check_increasing(times, "times", frozen=True)
    if times[0] != 0.0:
        raise ValueError("times must begin at zero")
    turnover = check_number(turnover, "turnover", low=0.0)
    how = (turnover, check_flag(births, "births"), check_integer(order, "order", most=2))
    rows, laws, states, now, steps = [], [], [], 0.0, 0
    for stop in times:
        while now < stop:
            at = _change(plane, state, *how)
            state, step = _step(plane, state, at, stop - now, how)
            now, steps = (stop if stop - now - step < 1e-12 else now + step), steps + 1
        at, fields, law = _change(plane, state, *how), plane_fields(plane, state), state.sum(axis=0)
        taught = plane.teacher_law > 0.0
        with np.errstate(divide="ignore"):
            ratio = np.max(plane.teacher_law[taught] / law[taught])
        moment = plane.outer_weights**2 @ state.sum(axis=1)
        delta = 2.0 * fields.loss * abs(fields.b)
        rows.append((fields.loss, at.outer, at.inner, delta, ratio, law.sum(), moment))
        laws.append(law)
        states.append(state)
    columns = np.array(rows).T
    return GridFlow(times, *columns, np.array(laws), np.array(states), steps)
