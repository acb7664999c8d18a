r"""A lower bound with constants in which the number of tasks matters: one function is hidden.

All tasks share a function that nobody knows, and have coefficients of their own on functions that
everybody knows, all of them orthonormal:

.. math:: F_t=\sum_k\eta_ke_{2k-1}+\sum_j\beta_{t,j}e_{2j},\qquad
          |\eta_k|\le k^{-1/\theta-1/2},\quad|\beta_{t,j}|\le j^{-s-1/2}.

The first sum is a basis function of roughness :math:`\theta` with the coefficient one. Under
independent signs everywhere, all coordinates but one revealed, the sign of :math:`\eta_k` is seen
in n(T+1) examples and that of :math:`\beta_{T+1,j}` in n, so that with A the bound of
:func:`~iclnb.statistics.minimax_lower_bound.assouad.coordinate_bound`

.. math:: \inf\sup R\ge A(n,s)+A(n(T+1),1/\theta),

of the orders :math:`n^{-2s/(2s+1)}` and :math:`(nT)^{-2/(2+\theta)}`. In the sequence model the
best linear rules reach the same with :math:`\sum_j\lambda_j\sigma^2/(n\lambda_j+\sigma^2)` for A.
Derived here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from scipy.optimize import brentq

from iclnb.arguments import check_number
from iclnb.kinds import guarded
from iclnb.statistics.minimax_lower_bound.assouad import coordinate_bound
from iclnb.statistics.minimax_lower_bound.sequence_model import linear_minimax_risk

_signs = lru_cache(maxsize=4096)(coordinate_bound)


class HiddenRisk(NamedTuple):
    """The two parts of a risk: of the new task's coefficients, and of the hidden function."""

    coefficients: float
    hidden: float

    @property
    def total(self) -> float:
        """Their sum."""
        return self.coefficients + self.hidden


def _examples(prompt_length: float, n_tasks: float, theta: float) -> tuple[float, float]:
    n = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    T = check_number(n_tasks, "n_tasks", low=0.0)
    return n * (T + 1), 1 / check_number(theta, "theta", low=0.0, strict=True)


@guarded
def hidden_bound(
    prompt_length: float, n_tasks: float, *, s: float, theta: float, noise: float
) -> HiddenRisk:
    r"""No method has a worst-case risk below :math:`A(n,s)+A(n(T+1),1/\theta)`.

    Parameters
    ----------
    prompt_length, n_tasks : float
        Examples in a prompt, positive, and pretraining tasks T >= 0.
    s, theta, noise : float
        Decay of the coefficients, roughness of the hidden function, standard deviation of the
        noise; positive.
    """
    examples, smooth = _examples(prompt_length, n_tasks, theta)
    return HiddenRisk(_signs(prompt_length, s, noise), _signs(examples, smooth, noise))


@guarded
def hidden_linear_risk(
    prompt_length: float, n_tasks: float, *, s: float, theta: float, noise: float
) -> HiddenRisk:
    """The worst case of the best linear rules in the sequence model: an upper bound."""
    examples, smooth = _examples(prompt_length, n_tasks, theta)
    return HiddenRisk(
        linear_minimax_risk(prompt_length, s, noise), linear_minimax_risk(examples, smooth, noise)
    )


@guarded
def tasks_until_known(prompt_length: float, *, s: float, theta: float, noise: float) -> float:
    """The T at which both parts of :func:`hidden_bound` are equal; negative if no task is needed.

    From there on the hidden function costs less than the new task's own coefficients.
    """
    examples, smooth = _examples(prompt_length, 0.0, theta)
    target = coordinate_bound(prompt_length, s, noise)

    def gap(log_ratio: float) -> float:
        return coordinate_bound(examples * 10**log_ratio, smooth, noise) - target

    return 10 ** float(brentq(gap, -12.0, 14.0, xtol=1e-10)) - 1
