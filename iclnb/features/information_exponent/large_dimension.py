r"""The one-step signals in high dimension: constant, power of d, and first correction.

.. math:: \text{signal}(d)=C\,d^{\,p}\Big(1-\frac{\kappa}{d}+O(d^{-2})\Big),

so that the local slope in :math:`\log d` is :math:`p+\kappa/d+O(d^{-2})`: what a fitted exponent is
off by at finite d. For a centred link (:math:`c_0=0`) whose leading degree the neuron sees
(:math:`a_Q\ne0`). Derived here, from the series of
:mod:`.information_exponent.signals` and the moments of the sphere.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.features.one_gradient_step.hermite import factorials, relu_coefficients
from iclnb.features.one_gradient_step.links import (
    Link,
    LinkLaw,
    check_law,
    coefficient_second_moment,
)
from iclnb.features.one_gradient_step.sphere import radius_moment, sphere_moment
from iclnb.kinds import guarded

from .signals import in_context_exponent, supervised_exponent

__all__ = ["Asymptote", "in_context_asymptote", "supervised_asymptote"]


class Asymptote(NamedTuple):
    r""":math:`C`, :math:`p` and :math:`\kappa` of :math:`C\,d^p(1-\kappa/d)`."""

    constant: float
    power: float
    correction: float

    def leading(self, d: ArrayLike) -> FloatArray:
        r""":math:`C\,d^p` at dimensions d > 0."""
        d = check_array(d, "d")
        if np.any(d <= 0):
            raise ValueError("d must be positive")
        return self.constant * d**self.power

    def slope(self, d: ArrayLike) -> FloatArray:
        r"""Local slope :math:`p+\kappa/d` at dimensions d > 0."""
        d = check_array(d, "d")
        if np.any(d <= 0):
            raise ValueError("d must be positive")
        return self.power + self.correction / d


def _visible(centre: float, exponent: int, coefficient: float) -> None:
    if centre != 0:
        raise ValueError("the link must be centred, c_0 = 0")
    if coefficient == 0:
        raise ValueError(f"the activation does not see degree {exponent}")


@guarded
def supervised_asymptote(link: Link, *, bias: float = 0.0) -> Asymptote:
    r"""Asymptote of :func:`~.information_exponent.signals.supervised_signal`.

    With :math:`p_j=\frac{c_{j+1}a_{j+1}}{j!}+\frac{c_{j-1}a_{j+1}}{(j-1)!}`, the coefficient of
    :math:`s^j` in :math:`\langle\beta,\nabla B\rangle`,

    .. math:: C=|p_{Q-1}|\sqrt{(2Q-3)!!},\qquad
       \kappa=\frac{(Q-1)(Q-2)}2-\frac{2Q-1}2\,\frac{p_Q^2+2p_{Q-1}p_{Q+1}}{p_{Q-1}^2} .

    Raises
    ------
    ValueError
        If :math:`c_0\ne0` or :math:`a_Q=0`.
    """
    q = link.exponent
    a = relu_coefficients(check_number(bias, "bias"), q + 2)
    _visible(link.coefficients[0], q, a[q])
    c = np.zeros(q + 3)
    known = min(c.size, link.coefficients.size)
    c[:known] = link.coefficients[:known]

    def power(j: int) -> float:
        own = c[j - 1] * a[j + 1] / math.factorial(j - 1) if j else 0.0
        return c[j + 1] * a[j + 1] / math.factorial(j) + own

    first, second, third = power(q - 1), power(q), power(q + 1)
    series = (second**2 + 2 * first * third) / first**2
    return Asymptote(
        abs(first) * math.sqrt(math.prod(range(1, 2 * q - 2, 2))),
        supervised_exponent(q),
        (q - 1) * (q - 2) / 2 - (2 * q - 1) / 2 * series,
    )


@guarded
def in_context_asymptote(law: LinkLaw, *, r: int, bias: float = 0.0) -> Asymptote:
    r"""Asymptote of :func:`~.information_exponent.signals.in_context_signal` at fixed r.

    The part of :math:`E_\beta[B\nabla B]` inside the subspace is
    :math:`(f_0\rho^{2Q-2}+f_1\rho^{2Q}+\dots)P_{\mathcal S}w` with
    :math:`f_0=\frac{E[c_Q^2]a_Q^2\mu_{2Q}}{Q!(Q-1)!}` and

    .. math:: f_1=\mu_{2Q+2}\sum_{i+l=2Q+2}\frac{E[c_ic_l]a_ia_l}{(i-1)!\,l!}
                 +\mu_{2Q}\frac{E[c_Q^2]a_{Q+2}a_Q}{(Q!)^2},

    :math:`\mu_p` the moments of one coordinate of the sphere of :math:`\mathcal S`; then

    .. math:: C=f_0\sqrt{r(r+2)\cdots(r+4Q-4)},\qquad
              \kappa=(2Q-1)(Q-1)-\frac{f_1}{f_0}(r+4Q-2) .

    Raises
    ------
    ValueError
        If :math:`E[c_0^2]\ne0` or :math:`a_Q=0`.
    """
    r, q = check_integer(r, "r"), check_law(law, "law").exponent
    a = relu_coefficients(check_number(bias, "bias"), q + 2)
    known = coefficient_second_moment(law)
    _visible(known[0, 0], q, a[q])
    second = np.zeros((q + 3, q + 3))
    size = min(q + 3, known.shape[0])
    second[:size, :size] = known[:size, :size]
    fact = factorials(q + 2)
    low, high = sphere_moment(2 * q, r), sphere_moment(2 * q + 2, r)
    first = second[q, q] * a[q] ** 2 * low / (fact[q] * fact[q - 1])
    pairs = ((i, 2 * q + 2 - i) for i in (q, q + 1, q + 2))
    next_ = high * sum(second[i, l] * a[i] * a[l] / (fact[i - 1] * fact[l]) for i, l in pairs)
    next_ += low * second[q, q] * a[q + 2] * a[q] / fact[q] ** 2
    return Asymptote(
        first * math.sqrt(radius_moment(4 * q - 2, r)),
        in_context_exponent(q),
        (2 * q - 1) * (q - 1) - next_ / first * (r + 4 * q - 2),
    )
