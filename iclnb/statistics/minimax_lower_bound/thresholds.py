r"""How many tasks a rate asks for, solved numerically, and two printed answers.

For a rate that falls with the number T of tasks, the T at which it comes down to a target. Nothing
here uses the closed exponents of :mod:`.rates`: the two are compared.

KNS write the answer for Estimator 2 twice, with :math:`\alpha` the smoothness of the class,
:math:`\tau` that of the basis and d the dimension (:math:`s=\alpha/d`, :math:`\theta=d/\tau`):

.. math:: \text{Corollary 4.8: }T\gtrsim n^{1+\frac d{2\alpha+d}\frac{\alpha+d}\tau},\qquad
          \text{Remark 5.3: }T\gtrsim n^{1+\frac{d(\alpha+d)}{2\alpha+d}} .

They agree only at :math:`\tau=1`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.optimize import brentq

from iclnb.arguments import check_number
from iclnb.kinds import guarded
from iclnb.statistics.minimax_lower_bound.rates import (
    estimator_two_rate,
    lower_bound_rate,
    scratch_rate,
    task_exponent,
)

_FAR = 690.0  # e^690 is near the largest float


@guarded
def tasks_needed(rate: Callable[[float], float], accuracy: float) -> float:
    r"""The T > 0 with rate(T) = target, for a rate that falls with T.

    Raises
    ------
    ValueError
        If the target is not positive, or no T between e^-690 and e^690 reaches it.
    """
    accuracy = check_number(accuracy, "accuracy", low=0.0, strict=True)

    def gap(log_tasks: float) -> float:
        return math.log(rate(math.exp(log_tasks))) - math.log(accuracy)

    low, high = 0.0, 0.0
    while gap(low) < 0 and low > -_FAR:
        low -= 5.0
    while gap(high) > 0 and high < _FAR:
        high += 5.0
    if gap(low) < 0 or gap(high) > 0:
        raise ValueError(f"accuracy {accuracy} is not reached by the rate")
    return math.exp(brentq(gap, low, high, xtol=1e-13, rtol=1e-13))


@guarded
def tasks_of_the_bound(prompt_length: float, s: float, theta: float) -> float:
    """The T at which the two terms of the lower bound are equal."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    target = 2 * prompt_length ** -task_exponent(s)
    return tasks_needed(lambda T: lower_bound_rate(prompt_length, T, s=s, theta=theta), target)


@guarded
def tasks_of_estimator_two(prompt_length: float, s: float, theta: float) -> float:
    """The T at which the three terms of Estimator 2's rate are equal."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    target = 3 * prompt_length ** -task_exponent(s)
    return tasks_needed(lambda T: estimator_two_rate(prompt_length, T, s=s, theta=theta), target)


@guarded
def tasks_to_pay(prompt_length: float, s: float, theta: float) -> float:
    """The T at which Estimator 2's rate is twice the lower bound without pretraining."""
    target = 2 * scratch_rate(prompt_length, s=s, theta=theta)
    return tasks_needed(lambda T: estimator_two_rate(prompt_length, T, s=s, theta=theta), target)


@guarded
def growth_exponent(
    quantity: Callable[[float], float], prompt_length: float, *, factor: float = 100.0
) -> float:
    r""":math:`\log(c(fn)/c(n))/\log f`, the local exponent of a positive quantity in n."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    factor = check_number(factor, "factor", low=1.0, strict=True)
    return math.log(quantity(factor * prompt_length) / quantity(prompt_length)) / math.log(factor)


@guarded
def corollary_exponent(*, alpha: float, tau: float, d: float) -> float:
    r""":math:`1+\frac d{2\alpha+d}\frac{\alpha+d}\tau` (KNS Corollary 4.8)."""
    tau = check_number(tau, "tau", low=0.0, strict=True)
    return 1 + (remark_exponent(alpha=alpha, d=d) - 1) / tau


@guarded
def remark_exponent(*, alpha: float, d: float) -> float:
    r""":math:`1+\frac{d(\alpha+d)}{2\alpha+d}`, as printed in KNS Remark 5.3: no :math:`\tau`."""
    alpha = check_number(alpha, "alpha", low=0.0, strict=True)
    d = check_number(d, "d", low=0.0, strict=True)
    return 1 + d * (alpha + d) / (2 * alpha + d)
