r"""The joint loss of features and attention, and the inner problem in the attention.

With infinitely long prompts the linear attention of matrix :math:`\Gamma` predicts
:math:`v^\top C\Gamma h_\mu(x)`, and

.. math::
   L(\mu,\Gamma)=\tfrac12\mathbb E\|f^\circ-C\Gamma h_\mu\|^2
     =\tfrac12\mathrm{tr}S_0-\mathrm{tr}(C\Gamma C^\top)
      +\tfrac12\mathrm{tr}(C\Gamma\Sigma\Gamma^\top C^\top).

Lemma 3.1 (second-hand): the flow :math:`\dot\Gamma=-\nabla_\Gamma L=C^\top(C-C\Gamma\Sigma)`
converges linearly to a minimiser, for which :math:`C\Gamma=C\Sigma^{-1}`. Derived here: in the
eigenbases of :math:`C^\top C` and :math:`\Sigma` the entries of :math:`\Gamma-\Sigma^{-1}` decay
independently at the rates :math:`\lambda_i(C^\top C)\lambda_j(\Sigma)`; entries with
:math:`\lambda_i=0` stay where they were and do not matter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

from .statistics import Statistics

__all__ = ["InnerFlow", "inner_flow", "inner_gradient", "inner_rate", "joint_loss"]


class InnerFlow(NamedTuple):
    """Attention ``Gamma`` (T, k, k) and joint loss (T,) at the times ``times``."""

    times: FloatArray
    Gamma: FloatArray
    loss: FloatArray


@guarded
def joint_loss(stats: Statistics, Gamma: ArrayLike) -> float:
    r"""Return :math:`L(\mu,\Gamma)`; ``Gamma`` has shape ``(k, k)``."""
    k = len(stats.sig)
    value = stats.c @ check_array(Gamma, "Gamma", (k, k))
    cross = float(np.sum(value * stats.c))
    return 0.5 * float(np.trace(stats.s0) + np.sum((value @ stats.sig) * value)) - cross


@guarded
def inner_gradient(stats: Statistics, Gamma: ArrayLike) -> FloatArray:
    r"""Return :math:`\nabla_\Gamma L=-C^\top(C-C\Gamma\Sigma)`, shape ``(k, k)``."""
    k = len(stats.sig)
    Gamma = check_array(Gamma, "Gamma", (k, k))
    return -stats.c.T @ (stats.c - stats.c @ Gamma @ stats.sig)


def _spectra(stats: Statistics) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    left, u = np.linalg.eigh(stats.c.T @ stats.c)
    right, v = np.linalg.eigh(stats.sig)
    return np.where(left > 1e-13 * max(left[-1], 1e-300), left, 0.0), u, right, v


@guarded
def inner_flow(stats: Statistics, start: ArrayLike, times: ArrayLike) -> InnerFlow:
    r"""Return the exact solution of the inner flow from :math:`\Gamma_0`.

    :math:`\Gamma(t)=\Sigma^{-1}+U\big(e^{-\lambda_i\rho_jt}\,[U^\top(\Gamma_0-\Sigma^{-1})V]_{ij}
    \big)V^\top` with :math:`C^\top C=U\lambda U^\top`, :math:`\Sigma=V\rho V^\top`.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma` is singular.
    ValueError
        If ``start`` is not (k, k), or a time is negative.
    """
    stats.require_regular()
    k = len(stats.sig)
    start, times = check_array(start, "start", (k, k)), check_array(times, "times", (None,))
    if np.any(times < 0.0):
        raise ValueError("times must not be negative")
    left, u, right, v = _spectra(stats)
    target = v @ np.diag(1.0 / right) @ v.T
    start = u.T @ (start - target) @ v
    decay = np.exp(-times[:, None, None] * np.outer(left, right))
    Gamma = target + u @ (decay * start) @ v.T
    return InnerFlow(times, Gamma, np.array([joint_loss(stats, g) for g in Gamma]))


@guarded
def inner_rate(stats: Statistics) -> float:
    r"""Return the guaranteed rate of the loss in the inner flow.

    :math:`L(\mu,\Gamma_t)-L(\mu)\le e^{-\rho t}[L(\mu,\Gamma_0)-L(\mu)]` with
    :math:`\rho=2\lambda^+_{\min}(C^\top C)\,\lambda_{\min}(\Sigma)`, the smallest *nonzero*
    eigenvalue of :math:`C^\top C`. Attained by a :math:`\Gamma_0` along that eigenpair.
    """
    stats.require_regular()
    left, _, right, _ = _spectra(stats)
    if not np.any(left > 0.0):
        raise ValueError("stats.c must not be zero: the joint loss does not depend on gamma")
    return 2.0 * float(left[left > 0.0].min() * right[0])
