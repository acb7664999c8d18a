r"""The peak of the double-descent curve.

On both sides of :math:`\tau=1` the closed error of :mod:`.asymptotics` has the same simple pole,

.. math:: e(\tau)\sim\frac{C}{|1-\tau|},\qquad C=(1+\lambda)\big(\lambda m(1-\lambda m)+\rho m\big),

with :math:`m=r_\kappa(\lambda)`. Derived here: the two branches look different and meet in C.
"""

from __future__ import annotations

from iclnb.arguments import check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.task_diversity.limits.asymptotics import resolvent


@guarded
def pole_strength(*, kappa: float, alpha: float, noise: float) -> float:
    """C, for kappa > 0, alpha > 0 and noise of standard deviation ``noise``, rho its square."""
    rho = check_number(noise, "noise", low=0.0) ** 2
    x = (1 + rho) / check_number(alpha, "alpha", low=0.0, strict=True)
    m = resolvent(kappa, x)
    return (1 + x) * (x * m * (1 - x * m) + rho * m)


@guarded
def effective_tau(tau: float, d: int) -> float:
    r""":math:`\tau d/(d+1)`: prompts over the d(d+1) unknowns that there are at size d."""
    d = check_integer(d, "d")
    return check_number(tau, "tau", low=0.0, strict=True) * d / (d + 1)
