r"""Neurons on a line: a law of (a, w) in the plane, the feature that it makes, and its spread.

One input, one feature: :math:`w\sim N(0,1)` and :math:`a=w+\tau\xi` with :math:`\xi\sim N(0,1)`,
the law of :func:`~iclnb.landscape.mean_field_limit.particles.particle_scan.correlated_law` for
k = d = 1 (:math:`\tau=0.3`). For :math:`\sigma=\mathrm{erf}`, by Stein's identity,

.. math:: h_\mu(x)=\mathbb E[w\,\mathrm{erf}(wx)]=x\,\mathbb E[\mathrm{erf}'(wx)]
          =\frac2{\sqrt\pi}\frac x{\sqrt{1+2x^2}} .

A network of N neurons has the variance :math:`\frac1N\mathrm{Var}(a\,\mathrm{erf}(wx))` around it.
Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded

__all__ = ["NOISE", "cloud_density", "cloud_feature", "cloud_spread"]

NOISE = 0.3
r""":math:`\tau`, the part of the outer weight that is independent of the inner one."""


@guarded
def cloud_density(w: ArrayLike, a: ArrayLike, *, noise: float = NOISE) -> FloatArray:
    r"""Return the density of the law at (w, a), of shapes that broadcast.

    Raises
    ------
    TypeError, ValueError
        If an entry is not finite or the noise not positive.
    """
    noise = check_number(noise, "noise", low=0.0, strict=True)
    w, a = check_array(w, "w"), check_array(a, "a")
    return np.exp(-0.5 * (w**2 + ((a - w) / noise) ** 2)) / (2.0 * np.pi * noise)


@guarded
def cloud_feature(x: ArrayLike) -> FloatArray:
    r"""Return :math:`h_\mu(x)=\frac2{\sqrt\pi}\frac x{\sqrt{1+2x^2}}`; it does not depend on
    :math:`\tau`.

    Raises
    ------
    TypeError, ValueError
        If an entry is not finite.
    """
    x = check_array(x, "x")
    return 2.0 / np.sqrt(np.pi) * x / np.sqrt(1.0 + 2.0 * x**2)


@guarded
def cloud_spread(x: ArrayLike, *, noise: float = NOISE) -> FloatArray:
    r"""Return the standard deviation of :math:`a\,\mathrm{erf}(wx)`, by the trapezoidal rule in w.

    Raises
    ------
    TypeError, ValueError
        If an entry is not finite or the noise negative.
    """
    noise = check_number(noise, "noise", low=0.0)
    x = check_array(x, "x")
    w = np.linspace(-9.0, 9.0, 1801)
    weight = np.exp(-0.5 * w**2)
    weight /= weight.sum()
    square = erf(np.multiply.outer(x, w)) ** 2 @ (weight * (w**2 + noise**2))
    return np.sqrt(np.maximum(square - cloud_feature(x) ** 2, 0.0))
