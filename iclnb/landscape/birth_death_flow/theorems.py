r"""The three decay theorems of the slides, each evaluated along a flow on the grid.

Their statements and constants are those of :mod:`iclnb.landscape.convergence_rates`:

1. :math:`-\frac{dL}{dt}\ge\delta^2/\varrho`, with :math:`\delta=P|B|` for one feature;
2. :math:`\frac1{L(t+T)}\ge\frac1{L(t)}+\frac{8\epsilon T}{\varrho\|\sigma\|_\infty^2}` once
   :math:`L(t)=\frac{r_0}2-\epsilon`, with one :math:`\varrho` for all later times;
3. :math:`\lambda_{\min}\le-\frac{4L^2}{\varrho\|\sigma\|_\infty^2}` at a saddle, where
   :math:`L=\frac{r_0}2`.

For one feature the Hessian at a saddle is :math:`-\frac1\Sigma` times the square of the derivative
of :math:`C=\int a\,g_0\,d\mu`, of rank one, so that
:math:`\lambda_{\min}=-\frac1\Sigma\int(g_0^2+a^2g_0'^2)\,d\mu`; on the grid the integral is the sum
over the faces with the speeds that the potential :math:`-ag_0` gives. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.convergence_rates import loss_bound

from .plane import Plane, plane_fields
from .scheme import GridFlow, _faces

__all__ = [
    "Phase",
    "SaddleCurvature",
    "accelerated_phase",
    "descent_slack",
    "outer_speed",
    "saddle_curvature",
]


class Phase(NamedTuple):
    r"""``times`` (T,) since the loss was below the level, the ``loss``, the ``bound`` of the second
    theorem, and the largest ``ratio`` since then, which the bound uses."""

    times: FloatArray
    loss: FloatArray
    bound: FloatArray
    ratio: float


class SaddleCurvature(NamedTuple):
    r""":math:`\lambda_{\min}`, the ``bound`` of the third theorem, the density ``ratio``, and the
    curvature :math:`-r_0^2/\Sigma` along the ``path`` to the teacher."""

    lowest: float
    bound: float
    ratio: float
    path: float


@guarded
def descent_slack(solved: GridFlow) -> FloatArray:
    r"""Return :math:`-\frac{dL}{dt}\varrho/\delta^2`, the first theorem's slack, shape (T,)."""
    return solved.speed * solved.ratio / solved.delta**2


@guarded
def outer_speed(plane: Plane, state: FloatArray) -> float:
    r"""Return :math:`B^2\sum_jm_jz(w_j)^2`, what the outer weights of the atoms contribute to the
    speed; m is the law of the inner weights.

    With ``order`` one :func:`~.scheme.change` passes just this through its outer faces, as long as
    the outermost rows are empty.
    """
    fields = plane_fields(plane, state)
    return float(fields.b**2 * (check_array(state, "state").sum(axis=0) @ fields.z**2))


@guarded
def accelerated_phase(solved: GridFlow, r0: float, *, fraction: float = 0.5) -> Phase:
    r"""Return the second theorem's bound from the first recorded time with
    :math:`L\le` ``fraction`` :math:`\frac{r_0}2` on.

    Raises
    ------
    ValueError
        If the loss is not below that level before its last time, or ``fraction`` is not in (0, 1).
    """
    r0 = check_number(r0, "r0", low=0.0, strict=True)
    level = check_number(fraction, "fraction", low=0.0, high=1.0, strict=True) * r0 / 2.0
    below = np.flatnonzero(solved.loss <= level)
    if below.size < 2:
        raise ValueError("solved must be below the level before its last time")
    begun = int(below[0])
    since = solved.times[begun:] - solved.times[begun]
    worst, first = float(solved.ratio[begun:].max()), float(solved.loss[begun])
    promised = loss_bound(since, first, r0, ratio=worst, sup_norm=1.0)
    return Phase(since, solved.loss[begun:], promised, worst)


@guarded
def saddle_curvature(plane: Plane, state: FloatArray, *, order: int = 2) -> SaddleCurvature:
    r"""Return the lowest eigenvalue of the Hessian at a saddle, and the third theorem's bound.

    Parameters
    ----------
    state : array, shape (m, n)
        Masses for which the learnt feature is uncorrelated with the true one.
    order : int
        As in :func:`~.scheme.grid_flow`.

    Raises
    ------
    ValueError
        If the readout is not zero.
    """
    fields = plane_fields(plane, state)
    if abs(fields.b) > 1e-9:
        raise ValueError(f"state must be a saddle, its readout is {fields.b:g}")
    state = check_array(state, "state")
    order = check_integer(order, "order", most=2)
    across, u_a, along, u_w = _faces(plane, state, plane.target, order)
    gain = float(np.sum(across**2 * u_a) + np.sum(along**2 * u_w))
    taught = plane.teacher_law > 0.0
    ratio = float(np.max(plane.teacher_law[taught] / state.sum(axis=0)[taught]))
    square = 4.0 * fields.loss**2
    return SaddleCurvature(-gain / fields.sig, -square / ratio, ratio, -square / fields.sig)
