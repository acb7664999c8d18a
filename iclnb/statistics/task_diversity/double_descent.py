r"""The peak of the double-descent curve.

On both sides of :math:`\tau=1` the closed error of :mod:`.asymptotics` has the same simple pole,

.. math:: e(\tau)\sim\frac{C}{|1-\tau|},\qquad C=(1+x^*)\big(x^*m(1-x^*m)+\rho m\big),

with :math:`m=M_\kappa(x^*)`. Derived here: the two branches look different and meet in C.
"""

from __future__ import annotations

from iclnb.statistics.nonparametric_icl.checks import non_negative, positive_integer, real
from iclnb.statistics.task_diversity.asymptotics import resolvent


def pole_strength(*, kappa: float, alpha: float, rho: float) -> float:
    """C, for kappa > 0, alpha > 0, rho >= 0."""
    rho = non_negative(rho, "rho")
    x = (1 + rho) / real(alpha, "alpha", above=0.0)
    m = resolvent(kappa, x)
    return (1 + x) * (x * m * (1 - x * m) + rho * m)


def effective_tau(tau: float, dimension: int) -> float:
    r""":math:`\tau d/(d+1)`: prompts over the d(d+1) unknowns that there are at size d."""
    d = positive_integer(dimension, "dimension")
    return real(tau, "tau", above=0.0) * d / (d + 1)
