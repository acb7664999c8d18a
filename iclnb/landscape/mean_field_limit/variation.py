r"""The two variations of the loss and the velocity of the particles.

.. math::
   \frac{\delta L}{\delta\mu}(a,w)=-a^\top B^\top z(w),\qquad
   z(w)=\mathbb E[\zeta\,\sigma_w]=g_0(w)-B\,g(w),

with :math:`g_0=\mathbb E[f^\circ\sigma_w]`, :math:`g=\mathbb E[h_\mu\sigma_w]`. Hence
:math:`\nabla_a=-B^\top z(w)`, which depends on w only, and
:math:`\nabla_w=-\mathbb E[(Ba\cdot\zeta)\nabla_w\sigma_w]`. Since :math:`L(Rh)=L(h)` for every
invertible R, :math:`\int\frac{\delta L}{\delta\mu}d\mu=0` and :math:`\int aa^\top d\mu_t` is
constant along the flow. For the joint loss, with :math:`e=f^\circ-C\Gamma h_\mu`,

.. math::
   \frac{\delta L}{\delta\mu}=-a^\top\big[(C\Gamma)^\top\mathbb E[e\,\sigma_w]
     +\Gamma\,\mathbb E[h_\mu e^\top]\,g_0(w)\big].

Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

from .measures import Measure
from .statistics import Problem, statistics, statistics_of

__all__ = [
    "Gradients",
    "dissipation",
    "first_variation",
    "joint_gradients",
    "particle_gradients",
    "second_variation",
    "witness",
]


class Gradients(NamedTuple):
    r""":math:`\nabla_a` (N, k) and :math:`\nabla_w` (N, D) of the variation, and the loss."""

    a: FloatArray
    w: FloatArray
    loss: float


@guarded
def witness(problem: Problem, mu: Measure, w: ArrayLike) -> FloatArray:
    r"""Return :math:`z(w_i)=\mathbb E[\zeta\,\sigma_{w_i}]`, shape ``(n, k0)``.

    The measure is critical (in every direction, with full support) iff :math:`B^\top z\equiv0`.
    """
    stats = statistics(problem, mu).require_regular()
    w = check_array(w, "w", (None, mu.w.shape[1]))
    known = problem.features.kernel(w, problem.teacher.w) @ problem.teacher.outer
    return known - problem.features.kernel(w, mu.w) @ mu.outer @ stats.b.T


@guarded
def first_variation(problem: Problem, mu: Measure, a: ArrayLike, w: ArrayLike) -> FloatArray:
    r"""Return :math:`\frac{\delta L}{\delta\mu}(a_i,w_i)`, shape ``(n,)``.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    w = check_array(w, "w", (None, mu.w.shape[1]))
    a = check_array(a, "a", (len(w), mu.k))
    stats = statistics(problem, mu)
    return -np.einsum("ik,ik->i", a @ stats.b.T, witness(problem, mu, w))


@guarded
def second_variation(
    problem: Problem,
    mu: Measure,
    a: ArrayLike,
    w: ArrayLike,
    other_a: ArrayLike,
    other_w: ArrayLike,
) -> FloatArray:
    r"""Return :math:`\frac{\delta^2L}{\delta\mu^2}(\theta_i,\theta'_j)`, shape ``(n, m)``.

    .. math::
       (Ba\cdot Ba')\,\kappa(w,w')-\mathrm{tr}\big(T(\theta)\Sigma^{-1}T(\theta')^\top\big),\qquad
       T(\theta)=z(w)\,a^\top-(Ba)\,g(w)^\top,

    the second part being what the readout gains by moving with the measure.

    Parameters
    ----------
    a, w : array_like, shapes (n, k), (n, D)
        The neurons :math:`\theta_i`.
    other_a, other_w : array_like, shapes (m, k), (m, D)
        The neurons :math:`\theta'_j`.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    w, other_w = (
        check_array(value, name, (None, mu.w.shape[1]))
        for value, name in ((w, "w"), (other_w, "other_w"))
    )
    a, other_a = (
        check_array(a, "a", (len(w), mu.k)),
        check_array(other_a, "other_a", (len(other_w), mu.k)),
    )
    stats = statistics(problem, mu).require_regular()
    reads, shifts = [], []
    for outer, inner in ((a, w), (other_a, other_w)):
        read, g = outer @ stats.b.T, problem.features.kernel(inner, mu.w) @ mu.outer
        z = witness(problem, mu, inner)
        reads.append(read)
        shifts.append(z[:, :, None] * outer[:, None, :] - read[:, :, None] * g[:, None, :])
    gained = np.einsum("ipk,kl,jpl->ij", shifts[0], np.linalg.inv(stats.sig), shifts[1])
    return (reads[0] @ reads[1].T) * problem.features.kernel(w, other_w) - gained


@guarded
def particle_gradients(problem: Problem, mu: Measure) -> Gradients:
    r"""Return :math:`\nabla_\theta\frac{\delta L}{\delta\mu}` at the atoms of :math:`\mu`.

    These are N times the gradients of the loss in the particles when the weights are uniform.
    """
    return _gradients(problem, mu, None)


@guarded
def joint_gradients(problem: Problem, mu: Measure, Gamma: ArrayLike) -> Gradients:
    r"""Return the particle gradients (and value) of the joint loss at fixed :math:`\Gamma`."""
    return _gradients(problem, mu, check_array(Gamma, "Gamma", (mu.k, mu.k)))


def _gradients(problem: Problem, mu: Measure, Gamma: FloatArray | None) -> Gradients:
    features, teacher = problem.features, problem.teacher
    own, cross = features.pair(mu.w, mu.w), features.pair(mu.w, teacher.w)
    g, g0 = own.value @ mu.outer, cross.value @ teacher.outer
    stats = statistics_of(problem.s0, g0.T @ mu.outer, g.T @ mu.outer)
    if Gamma is None:
        stats.require_regular()
        value, on_teacher, on_self = stats.loss, stats.b, stats.b.T @ stats.b
    else:
        m = stats.c @ Gamma
        error = stats.c - m @ stats.sig
        value = 0.5 * float(np.trace(stats.s0 - m @ stats.c.T - error @ m.T))
        on_teacher, on_self = m + error @ Gamma.T, m.T @ m
    grad_a = g @ on_self - g0 @ on_teacher
    pull = mu.a @ on_self @ mu.outer.T
    push = mu.a @ on_teacher.T @ teacher.outer.T
    return Gradients(grad_a, own.grad(pull) - cross.grad(push), value)


@guarded
def dissipation(mu: Measure, gradients: Gradients) -> float:
    r"""Return :math:`\int|\nabla\frac{\delta L}{\delta\mu}|^2d\mu=-dL/dt` along the flow."""
    square = np.sum(gradients.a**2, axis=1) + np.sum(gradients.w**2, axis=1)
    return float(mu.p @ square)
