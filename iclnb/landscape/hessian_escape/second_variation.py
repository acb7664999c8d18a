r"""The second variation of the loss.

.. math::
   \frac{\delta^2L}{\delta\mu^2}(\theta,\theta')=-\mathrm{tr}(T_\theta\Sigma^{-1}T_{\theta'}^\top)
     +(Ba\cdot Ba')\,\kappa(w,w'),\qquad T_\theta=z(w)a^\top-(Ba)\,g(w)^\top,

with :math:`z=\mathbb E[\zeta\sigma_w]`, :math:`g=\mathbb E[h_\mu\sigma_w]`. At a critical point
(:math:`PB=0`) of an isotropic teacher :math:`B^\top z\equiv0` and, with K an orthonormal basis of
:math:`\ker C`,

.. math::
   \frac{\delta^2L}{\delta\mu^2}=-F(\theta)\cdot F(\theta')+\text{a positive kernel},\qquad
   F(\theta)=z(w)\otimes(K^\top\Sigma K)^{-1/2}K^\top a\in\mathbb R^{m^2},

so that there are at most :math:`m^2` negative directions. (The positive kernel is
:math:`(Ba\cdot Ba')` times the covariance of the neurons after projecting out h and
:math:`\zeta`.) Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics
from iclnb.landscape.mean_field_limit.variation import witness
from iclnb.landscape.strict_saddle.descent import missing

__all__ = ["negative_features", "second_variation"]


@guarded
def second_variation(
    problem: Problem, mu: Measure, a: ArrayLike, w: ArrayLike, a2: ArrayLike, w2: ArrayLike
) -> FloatArray:
    r"""Return :math:`\frac{\delta^2L}{\delta\mu^2}` between two sets of neurons.

    Parameters
    ----------
    a, w : array, shape (n, k) and (n, D)
    a2, w2 : array, shape (n2, k) and (n2, D)

    Returns
    -------
    array, shape (n, n2)

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    stats = statistics(problem, mu).require_regular()
    w, w2 = check_array(w, "w", (None, mu.w.shape[1])), check_array(w2, "w2", (None, mu.w.shape[1]))
    a, a2 = check_array(a, "a", (len(w), mu.k)), check_array(a2, "a2", (len(w2), mu.k))

    def t(outer: FloatArray, inner: FloatArray) -> FloatArray:
        z = witness(problem, mu, inner)
        g = problem.features.kernel(inner, mu.w) @ mu.outer
        return z[:, :, None] * outer[:, None, :] - (outer @ stats.b.T)[:, :, None] * g[:, None, :]

    left, right = t(a, w), t(a2, w2)
    root = np.linalg.cholesky(stats.sig)
    left = np.linalg.solve(root, left.reshape(-1, mu.k).T).T.reshape(len(w), -1)
    right = np.linalg.solve(root, right.reshape(-1, mu.k).T).T.reshape(len(w2), -1)
    outer = (a @ stats.b.T) @ (a2 @ stats.b.T).T
    return outer * problem.features.kernel(w, w2) - left @ right.T


@guarded
def negative_features(problem: Problem, mu: Measure, a: ArrayLike, w: ArrayLike) -> FloatArray:
    r"""Return :math:`F(a_i,w_i)`, shape ``(n, m * m)``, at a critical measure.

    m is the number of missing features; z is expressed in a basis of :math:`\mathrm{range}P`.
    """
    stats = statistics(problem, mu)
    found = missing(stats)
    w = check_array(w, "w", (None, mu.w.shape[1]))
    a = check_array(a, "a", (len(w), mu.k))
    z = witness(problem, mu, w) @ found.residual
    small = found.kernel.T @ stats.sig @ found.kernel
    idle = np.linalg.solve(np.linalg.cholesky(small), (a @ found.kernel).T).T
    return (z[:, :, None] * idle[:, None, :]).reshape(len(w), -1)
