r"""The density ratio of particles is infinite; what can take its place.

For every representation :math:`f_v=\int v(w)\,\sigma_w\,d\mu` by the neurons that are there,

.. math::
   -\frac{dL}{dt}\ \ge\ \frac{\delta_v^2}{\varrho_v},\qquad
   \delta_v=\big\|\mathbb E[f_v\zeta^\top]B\big\|_*,\quad \varrho_v=\int|v|^2d\mu ,

because the slope towards :math:`Rf_v` is :math:`-\int(Rv)^\top B^\top z\,d\mu`. If the teacher is
representable, :math:`f_v=f^\circ`, then :math:`\delta_v=\delta`, and the least second moment

.. math:: \varrho_{\rm eff}=\min\Big\{\int|v|^2d\mu:\int v\,\sigma_w\,d\mu=f^\circ\Big\}
          \ \le\ \varrho\int|a|^2d\mu^\circ

is a sharper constant than :math:`\varrho`: take :math:`v=\mathbb E_{\mu^\circ}[a|w]\,
d\mu^\circ_w/d\mu_w` for the inequality. A ridge penalty makes it computable for any measure,
together with the part of the teacher that is not represented. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics

__all__ = ["Effective", "effective_ratio"]


class Effective(NamedTuple):
    r"""A representation of the teacher by the neurons of a measure.

    ``ratio`` is :math:`\varrho_v`, ``residual`` is
    :math:`\mathbb E|f^\circ-f_v|^2/\mathbb E|f^\circ|^2`, ``delta`` is :math:`\delta_v`, and ``v``
    has shape (N, k0).
    """

    ratio: float
    residual: float
    delta: float
    v: FloatArray


@guarded
def effective_ratio(problem: Problem, mu: Measure, *, relative_penalty: float = 1e-4) -> Effective:
    r"""Return the teacher's representation of least size by the neurons of :math:`\mu`.

    It minimises :math:`\mathbb E|f^\circ-f_v|^2+\lambda\int|v|^2d\mu` over v.

    Parameters
    ----------
    relative_penalty : float
        :math:`\lambda` as a fraction of :math:`\mathbb E|f^\circ|^2`, positive. As it tends to zero
        ``ratio`` increases to :math:`\varrho_{\rm eff}` if the teacher is representable.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    relative_penalty = check_number(relative_penalty, "relative_penalty", low=0.0, strict=True)
    stats = statistics(problem, mu).require_regular()
    if np.any(mu.p <= 0.0):
        raise ValueError("mu must give every atom a positive weight")
    root = np.sqrt(mu.p)[:, None]
    gram = root * problem.features.kernel(mu.w, mu.w) * root.T
    known = problem.features.kernel(mu.w, problem.teacher.w) @ problem.teacher.outer
    total = float(np.trace(stats.s0))
    shifted = gram + relative_penalty * total * np.eye(mu.n)
    u = np.linalg.solve(shifted, root * known)
    rest = total - 2.0 * float(np.sum(u * root * known)) + float(np.sum(u * (gram @ u)))
    # E[f_v zeta^T] = sum_i p_i v_i z_i^T with z = known - E[sigma h^T] B^T
    z = known - problem.features.kernel(mu.w, mu.w) @ mu.outer @ stats.b.T
    slope = (root * u).T @ z @ stats.b
    delta = float(np.linalg.svd(slope, compute_uv=False).sum())
    return Effective(float(np.sum(u**2)), max(rest, 0.0) / total, delta, u / root)
