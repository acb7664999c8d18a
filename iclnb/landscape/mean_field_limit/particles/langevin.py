r"""Mean-field Langevin dynamics in one dimension, solved exactly.

The contrast on the slides: for a convex functional F and temperature :math:`\lambda`,
:math:`\mathcal L(\mu)=F(\mu)+\lambda\int\log\mu\,d\mu`, the dynamics
:math:`d\theta=-\partial_\theta\frac{\delta F}{\delta\mu}dt+\sqrt{2\lambda}\,dW` satisfies

.. math:: \mathcal L(\mu_t)-\mathcal L^*\le e^{-2\alpha\lambda t}(\mathcal L(\mu_0)-\mathcal L^*)

when the proximal Gibbs measures satisfy a log-Sobolev inequality
:math:`\mathrm{KL}\le\frac1{2\alpha}\mathrm{FI}` (Nitanda, Wu, Suzuki 2022; Chizat 2022). The slides
print :math:`e^{-\lambda\alpha t}`, without the factor 2.

Here :math:`F(\mu)=\frac c2(\int\theta d\mu-y)^2+\frac g2\int\theta^2d\mu`. Gaussians stay Gaussian,
:math:`\dot m=-c(m-y)-gm`, :math:`\dot V=-2gV+2\lambda`; the proximal Gibbs measures are normal of
variance :math:`\lambda/g`, so :math:`\alpha=g/\lambda` and :math:`2\alpha\lambda=2g`. The gap is

.. math:: \tfrac{c+g}2(m-m^*)^2+\tfrac g2(V-V^*)-\tfrac\lambda2\log\frac V{V^*},\qquad
          m^*=\frac{cy}{c+g},\quad V^*=\frac\lambda g .

At :math:`c=0`, :math:`V_0=V^*` it decays as exactly :math:`e^{-2gt}`: the factor 2 is attained and
cannot be made larger. Derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded

__all__ = ["GaussianLangevin", "LangevinPath"]


class LangevinPath(NamedTuple):
    """Mean, variance and gap to the optimum at the times, each of shape (T,)."""

    mean: FloatArray
    variance: FloatArray
    gap: FloatArray


@guarded
@dataclass(frozen=True)
class GaussianLangevin:
    r"""The functional above.

    Parameters
    ----------
    coupling : float
        :math:`c\ge0`, strength of the interaction through the mean.
    confinement : float
        :math:`g>0`.
    temperature : float
        :math:`\lambda>0`.
    target : float
        y.
    """

    coupling: float = 1.0
    confinement: float = 1.0
    temperature: float = 1.0
    target: float = 1.0

    def __post_init__(self) -> None:
        check_number(self.coupling, "coupling", low=0.0)
        check_number(self.confinement, "confinement", low=0.0, strict=True)
        check_number(self.temperature, "temperature", low=0.0, strict=True)
        check_number(self.target, "target")

    @property
    def log_sobolev(self) -> float:
        r""":math:`\alpha=g/\lambda`."""
        return self.confinement / self.temperature

    @property
    def rate(self) -> float:
        r""":math:`2\alpha\lambda=2g`, the guaranteed rate of the gap."""
        return 2.0 * self.log_sobolev * self.temperature

    @property
    def optimum(self) -> tuple[float, float]:
        """Mean and variance of the minimiser."""
        stiffness = self.coupling + self.confinement
        return self.coupling * self.target / stiffness, self.temperature / self.confinement

    def objective(self, mean: ArrayLike, variance: ArrayLike) -> FloatArray:
        r"""Return :math:`\mathcal L` of a normal law (its entropy included)."""
        mean, variance = check_array(mean, "mean"), check_array(variance, "variance")
        if np.any(variance <= 0.0):
            raise ValueError("variance must be positive")
        energy = 0.5 * self.coupling * (mean - self.target) ** 2
        energy = energy + 0.5 * self.confinement * (mean**2 + variance)
        return energy - 0.5 * self.temperature * np.log(2.0 * np.pi * np.e * variance)

    def gap(self, mean: ArrayLike, variance: ArrayLike) -> FloatArray:
        r"""Return :math:`\mathcal L-\mathcal L^*` of a normal law, without cancellation."""
        mean, variance = check_array(mean, "mean"), check_array(variance, "variance")
        if np.any(variance <= 0.0):
            raise ValueError("variance must be positive")
        best, width = self.optimum
        excess = variance / width - 1.0
        offset = 0.5 * (self.coupling + self.confinement) * (mean - best) ** 2
        return offset + 0.5 * self.temperature * (excess - np.log1p(excess))

    def path(self, mean: float, variance: float, times: ArrayLike) -> LangevinPath:
        """Return the law and the gap at the times, from a normal law of mean and variance given."""
        mean = check_number(mean, "mean")
        variance = check_number(variance, "variance", low=0.0, strict=True)
        times = check_array(times, "times", (None,))
        if np.any(times < 0.0):
            raise ValueError("times must not be negative")
        best, width = self.optimum
        m = best + (mean - best) * np.exp(-(self.coupling + self.confinement) * times)
        v = width + (variance - width) * np.exp(-2.0 * self.confinement * times)
        return LangevinPath(m, v, self.gap(m, v))
