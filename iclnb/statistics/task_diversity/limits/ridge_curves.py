r"""Linear attention pretrained with a ridge penalty: its errors on new tasks and on the pool's.

Setting and symbols as in :mod:`.asymptotics`; here :math:`\Gamma` minimises

.. math:: \frac1n\sum_t(y_t-x_t^\top\Gamma h_t)^2+\frac cd\|\Gamma\|_F^2 .

With :math:`R=\frac1k\sum_iw^{(i)}w^{(i)\top}` the second moment of the pool, h has the covariance
:math:`A=R+\lambda I`, and the n prompts are least squares in :math:`d^2` unknowns of covariance
:math:`\frac1dI\otimes A`. The deterministic equivalents of ridge regression give, with the
effective penalty :math:`\xi\ge0` and :math:`s=\lambda+\xi`,

.. math:: \xi=c+\frac\xi\tau(1-\xi m),\qquad m=\tfrac1d\mathrm{tr}(R+s)^{-1}=r_\kappa(s),\qquad
          m_2=\tfrac1d\mathrm{tr}(R+s)^{-2}=-r_\kappa'(s),

the mean :math:`\bar\Gamma=R(R+s)^{-1}` and

.. math:: e_{pool}&=\frac{\rho+s(1-sm)-\xi g}{1-\frac1\tau(1-2\xi m+\xi^2m_2)},\qquad
          g=1-2sm+s^2m_2,\\
          e_{new}&=1+\rho-2(1-sm)+(1+\lambda)g+\frac{1+\lambda}\tau(m-\xi m_2)\,e_{pool}.

As :math:`c\to0` the second is the two displays of :mod:`.asymptotics`. Derived here, from the
deterministic equivalents, which are not proved here for these features.
"""

from __future__ import annotations

from typing import NamedTuple

from scipy.optimize import brentq

from iclnb.arguments import check_number
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.limits.asymptotics import resolvent

__all__ = ["TaskErrors", "effective_penalty", "ridge_errors"]


class TaskErrors(NamedTuple):
    """Test error on new tasks, and on those of the pool."""

    new: float
    pool: float


@guarded
def effective_penalty(penalty: float, tau: float, *, kappa: float, x: float) -> float:
    r"""The root :math:`\xi\ge0` of :math:`\xi=c+\frac\xi\tau(1-\xi r_\kappa(\lambda+\xi))`.

    Parameters
    ----------
    penalty : float
        :math:`c\ge0`; zero is the limit from above, in which :math:`\xi=0` for :math:`\tau\ge1`.
    tau, kappa : float
        Positive.
    x : float
        :math:`\lambda>0`.
    """
    c = check_number(penalty, "penalty", low=0.0)
    tau = check_number(tau, "tau", low=0.0, strict=True)
    kappa = check_number(kappa, "kappa", low=0.0, strict=True)
    x = check_number(x, "x", low=0.0, strict=True)
    if c == 0 and tau >= 1:
        return 0.0

    def excess(xi: float) -> float:  # divided by xi: strictly decreasing from c/0 to -1
        return c / xi + (1 - xi * resolvent(kappa, x + xi)) / tau - 1

    low, high = 1e-14, 1.0
    while excess(high) > 0:
        high *= 2
    return float(brentq(excess, low, high, xtol=1e-15, rtol=1e-14))


@guarded
def ridge_errors(
    tau: float, *, kappa: float, alpha: float, noise: float, penalty: float
) -> TaskErrors:
    r"""Limits of both test errors, the noise of the query label included.

    Parameters
    ----------
    tau, kappa, alpha : float
        Positive: prompts over :math:`d^2`, tasks over d, examples over d; ``tau`` is not 1 without
        a penalty.
    noise : float
        Standard deviation :math:`\sqrt\rho\ge0` of the label noise.
    penalty : float
        :math:`c\ge0`; zero is least-norm least squares.
    """
    tau = check_number(tau, "tau", low=0.0, strict=True)
    c = check_number(penalty, "penalty", low=0.0)
    if tau == 1 and c == 0:
        raise ValueError("tau must not be 1 without a penalty: the error diverges there")
    rho = check_number(noise, "noise", low=0.0) ** 2
    x = (1 + rho) / check_number(alpha, "alpha", low=0.0, strict=True)
    xi = effective_penalty(c, tau, kappa=kappa, x=x)
    s = x + xi
    m = resolvent(kappa, s)
    # s r^2/kappa + (s + 1 - 1/kappa) r = 1, differentiated in s
    m2 = m * (m / kappa + 1) / (2 * s * m / kappa + s + 1 - 1 / kappa)
    g = 1 - 2 * s * m + s * s * m2
    pool = (rho + s * (1 - s * m) - xi * g) / (1 - (1 - 2 * xi * m + xi * xi * m2) / tau)
    new = 1 + rho - 2 * (1 - s * m) + (1 + x) * g + (1 + x) / tau * (m - xi * m2) * pool
    return TaskErrors(new, pool)
