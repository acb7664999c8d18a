r"""The two radii of the information-theoretic bound, solved as fixed points.

The bound of KNS Proposition 5.1 (Yang and Barron's method) compares what n(T+1) examples say about
the basis and n about the coefficients with the sizes of the two classes, measured by their metric
entropies:

.. math:: nT\,\epsilon_1^2=V_1(\epsilon_1),\qquad n\,\epsilon_2^2=V_2(\epsilon_2),\qquad
          R\gtrsim\epsilon_1^2+\epsilon_2^2 .

Coefficients of decay s: :math:`V_2(\epsilon)=\epsilon^{-1/s}`. A Hölder basis of smoothness
:math:`\alpha'` in dimension d: :math:`V_1(\epsilon)=\epsilon^{-d/\alpha'}`, with a factor
:math:`\log(1/\epsilon)` if the number of basis functions that matter grows. Constants are not part
of the statement; both sides here have constant one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from scipy.optimize import brentq

from iclnb.arguments import check_number
from iclnb.kinds import guarded

Entropy = Callable[[float], float]

_FAR = 1e3  # a gap larger than any between two positive floats


@guarded
def power_entropy(exponent: float, *, logarithm: bool = False) -> Entropy:
    r""":math:`V(\epsilon)=\epsilon^{-a}`, or :math:`\epsilon^{-a}\log(e+1/\epsilon)`.

    The shift by Euler's number keeps the logarithm at least one.
    """
    exponent = check_number(exponent, "exponent", low=0.0, strict=True)
    if logarithm:
        return lambda eps: eps**-exponent * math.log(math.e + 1.0 / eps)
    return lambda eps: eps**-exponent


@guarded
def critical_radius(entropy: Entropy, n_samples: float) -> float:
    r"""The :math:`\epsilon` with :math:`\epsilon^2m=V(\epsilon)`, for any non-increasing V.

    V may come down to zero, as :math:`\epsilon^{-a}\log(1/\epsilon)` does at one:

    >>> import math
    >>> paper = critical_radius(lambda eps: eps**-2 * math.log(1 / eps), 1e6)
    >>> shifted = critical_radius(power_entropy(2, logarithm=True), 1e6)
    >>> round(shifted**2 / paper**2, 3)
    1.016

    Parameters
    ----------
    entropy : callable
        V, non-increasing; where it is not positive the root lies below.
    n_samples : float
        m > 0.

    Raises
    ------
    ValueError
        If m is not positive, or no root lies in [1e-100, 1e100].
    """
    m = check_number(n_samples, "n_samples", low=0.0, strict=True)

    def gap(log_eps: float) -> float:
        size = entropy(math.exp(log_eps))
        if size <= 0.0:  # V has come down to zero: the root lies below
            return _FAR
        return 2 * log_eps + math.log(m) - math.log(size)

    low, high = 0.0, 0.0
    while gap(low) > 0:
        low -= 5.0
        if low < -230:
            raise ValueError("entropy has no critical radius above 1e-100")
    while gap(high) < 0:
        high += 5.0
        if high > 230:
            raise ValueError("entropy has no critical radius below 1e100")
    if low == high:
        return 1.0
    return math.exp(brentq(gap, low, high, xtol=1e-14, rtol=1e-14))


class Radii(NamedTuple):
    """Squared radii: of the basis (nT examples) and of the coefficients (n examples)."""

    basis: float
    coefficients: float

    @property
    def bound(self) -> float:
        """Their sum, the order of the lower bound."""
        return self.basis + self.coefficients


@guarded
def squared_radii(
    prompt_length: float, n_tasks: float, *, basis_entropy: Entropy, coefficient_entropy: Entropy
) -> Radii:
    r""":math:`(\epsilon_1^2,\epsilon_2^2)` for n examples a prompt and T pretraining tasks.

    T = 0 means no pretraining: the basis is then seen through the prompt's own n examples. In
    general n(T + 1) examples carry information about it.
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    n_tasks = check_number(n_tasks, "n_tasks", low=0.0)
    return Radii(
        critical_radius(basis_entropy, prompt_length * (n_tasks + 1)) ** 2,
        critical_radius(coefficient_entropy, prompt_length) ** 2,
    )
