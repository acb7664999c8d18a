r"""Two neurons, one of them the teacher's: how steep the path is, and how steep the way down.

One true feature :math:`\mathrm{erf}(u\,x_1)`. The learner has the teacher's neuron with the mass p
and a neuron of the same size that reads :math:`x_2`, with the mass 1 - p, and the feature
:math:`\propto\cos\varphi\,\mathrm{erf}(ux_1)+\sin\varphi\,\mathrm{erf}(ux_2)`, normalised to
:math:`\int|a|^2d\mu=1`. At :math:`\varphi=\frac\pi2` it is a saddle; for smaller angles the path to
the teacher has a slope. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.zonal import ErfFeatures
from iclnb.landscape.mean_field_limit.measures import Measure, axis_teacher, with_unit_moment
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics
from iclnb.landscape.strict_saddle.path import path_derivatives

from .operator import Hessian
from .spectrum import curvature_bound, density_ratio

__all__ = ["TiltScan", "tilt_scan", "tilted_pair"]


class TiltScan(NamedTuple):
    r"""The least eigenvalue of H, the bound on it, and :math:`L''/\varrho`, each of shape (m,)."""

    eigenvalue: FloatArray
    bound: FloatArray
    curvature: FloatArray


@guarded
def tilted_pair(weight: float, tilt: float, *, share: float = 0.98) -> tuple[Problem, Measure]:
    r"""Return the problem and the measure.

    Parameters
    ----------
    weight : float
        u, positive.
    tilt : float
        :math:`\varphi` in :math:`(0,\frac\pi2]`.
    share : float
        p, in (0, 1).

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its domain.
    """
    weight = check_number(weight, "weight", low=0.0, strict=True)
    tilt = check_number(tilt, "tilt", low=0.0, high=np.pi / 2)
    share = check_number(share, "share", low=0.0, high=1.0, strict=True)
    p = np.array([share, 1.0 - share])
    a = np.array([[np.cos(tilt)], [np.sin(tilt)]]) / p[:, None]
    problem = Problem(ErfFeatures(), axis_teacher(1, 2, weight=weight))
    return problem, with_unit_moment(Measure(a, weight * np.eye(2), p))


@guarded
def tilt_scan(weight: float, tilts: ArrayLike, *, share: float = 0.98) -> TiltScan:
    r"""Return eigenvalue and bounds at each tilt, for the path to the teacher, R = 1.

    Raises
    ------
    TypeError, ValueError
        As :func:`tilted_pair`.
    """
    rows = []
    for tilt in check_array(tilts, "tilts", (None,)):
        problem, mu = tilted_pair(weight, float(tilt), share=share)
        path = path_derivatives(statistics(problem, mu), np.eye(1))
        rows.append(
            (
                np.linalg.eigvalsh(Hessian(problem, mu).dense())[0],
                curvature_bound(problem, mu, np.eye(1)),
                path.curvature / density_ratio(mu, problem.teacher),
            )
        )
    return TiltScan(*np.array(rows, dtype=float).T)
