r"""The plateau of training: what can be predicted without reading the prompt.

The best prediction from the query alone is :math:`E[y\mid x_q]`, the average over tasks. Degree i
of the link contributes :math:`E\langle\beta,\beta'\rangle^i=\mu_i(r)` of its power, so

.. math:: E\big(y-E[y\mid x_q]\big)^2=\sum_i\frac{E[c_i^2]-E[c_i]^2\mu_i(r)}{i!}+\tau^2,\qquad
          \mu_i=\frac{(i-1)!!}{r(r+2)\cdots(r+i-2)}

(zero for odd i, one for i = 0). For :math:`\mathrm{He}_2/\sqrt2` it is :math:`1-1/r`; with a random
sign it is one. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array, check_increasing, check_integer, check_number
from iclnb.features.one_gradient_step.hermite import factorials
from iclnb.features.one_gradient_step.links import (
    LinkLaw,
    check_law,
    coefficient_mean,
    coefficient_second_moment,
)
from iclnb.features.one_gradient_step.sphere import sphere_moment
from iclnb.kinds import guarded

__all__ = ["no_context_error", "plateau_exit"]


@guarded
def no_context_error(law: LinkLaw, r: int, *, noise: float = 0.0) -> float:
    r"""Mean squared error of :math:`E[y\mid x_q]`: the plateau, and the floor at no example.

    Parameters
    ----------
    law : LinkLaw
    r : int
        Dimension of the subspace; the dimension d does not enter.
    noise : float
        :math:`\tau` of the label to be predicted.
    """
    check_law(law, "law")
    r = check_integer(r, "r")
    noise = check_number(noise, "noise", low=0.0)
    moments = np.array([sphere_moment(i, r) for i in range(law.degree + 1)])
    spread = np.diag(coefficient_second_moment(law)) - coefficient_mean(law) ** 2 * moments
    return float(np.sum(spread / factorials(law.degree))) + noise**2


@guarded
def plateau_exit(recorded_steps: ArrayLike, errors: ArrayLike, *, level: float) -> float:
    """The first recorded step whose error is below ``level``; infinite if there is none.

    Parameters
    ----------
    recorded_steps, errors : arrays (K,)
        Increasing steps and the errors recorded there.
    level : float
    """
    recorded_steps = check_increasing(recorded_steps, "recorded_steps")
    errors = check_array(errors, "errors", recorded_steps.shape)
    below = np.flatnonzero(errors < check_number(level, "level"))
    return float(recorded_steps[below[0]]) if below.size else float("inf")
