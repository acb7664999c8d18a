r"""What r costs: linear attention on :math:`\mathrm{He}_2` tasks with the best features.

The labels are :math:`y=\sum_k\theta_kH_k(x)` in the orthonormal quadratic polynomials of
:math:`P_{\mathcal S}x` of mean zero: the radial one,
:math:`H_0=(|P_{\mathcal S}x|^2-r)/\sqrt{2r}`, and :math:`D=r(r+1)/2-1` others. Over the tasks
:math:`E\theta_0^2=\tau_0=1/r` and :math:`E\theta_k^2=\tau_1=(1-1/r)/D`. Linear attention with any
features answers with some kernel, :math:`\hat y=\frac1n\sum_iy_i\kappa(x_i,x_q)`. The best kernel
of all weighs an example by :math:`1/V(x)`, :math:`V(x)=E[y^2\mid x]`, and its risk is

.. math:: R_n^*=\frac{\tau_0q_0}{n\tau_0+q_0}+D\,\frac{\tau_1q_1}{n\tau_1+q_1},\qquad
   q=\frac1j-\tau,\quad j_0=E\frac{H_0^2}V,\quad
   j_1=\frac1DE\frac{\sum_{k\ge1}H_k^2}V .

So no features and no matrix do better, and :math:`nR_n^*\to q_0+Dq_1\sim r^2/2`. The kernel that
only averages, :math:`\kappa=\sum_kH_k(x)H_k(x')`, is unbiased with the risk
:math:`\frac1n(\frac{(r+4)(r+5)}2-1)`. The dimension d occurs nowhere. Derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import chi2

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded

__all__ = ["Ideal", "averaging_error", "ideal_attention", "least_error", "least_examples"]


class Ideal(NamedTuple):
    r"""Prior variances :math:`\tau` and noise constants q of the radial direction and of each of
    the ``others`` directions."""

    radial: float
    radial_noise: float
    each: float
    each_noise: float
    others: int


@guarded
def ideal_attention(r: int) -> Ideal:
    r"""The constants of :math:`R_n^*`, by integrals over :math:`|P_{\mathcal S}x|^2\sim\chi^2_r`.

    Parameters
    ----------
    r : int
        At least two: in one dimension :math:`\pm\beta` are one task.
    """
    r = check_integer(r, "r", least=2)
    others = r * (r + 1) // 2 - 1

    def mean(function: Callable[[float], float]) -> float:
        top = chi2.isf(1e-18, r)
        return quad(
            lambda u: chi2.pdf(u, r) * function(u) / (1.5 * u * u / (r * (r + 2)) - u / r + 0.5),
            0, top, points=(0.5 * r, r, 2.0 * r), limit=200, epsabs=1e-13, epsrel=1e-12,
        )[0]  # fmt: skip

    radial = mean(lambda u: (u - r) ** 2 / (2 * r))
    whole = mean(lambda u: 0.5 * (u * u - 2 * u + r))
    each = (1 - 1 / r) / others
    return Ideal(1 / r, 1 / radial - 1 / r, each, others / (whole - radial) - each, others)


def _examples(n: ArrayLike) -> FloatArray:
    n = check_array(n, "prompt_length")
    if np.any(n < 1):
        raise ValueError("prompt_length must be at least one")
    return n


@guarded
def least_error(r: int, prompt_length: ArrayLike) -> FloatArray:
    r"""The least risk :math:`R_n^*` of linear attention with any features, for r >= 2."""
    prompt_length, ideal = _examples(prompt_length), ideal_attention(r)
    radial = ideal.radial * ideal.radial_noise / (prompt_length * ideal.radial + ideal.radial_noise)
    each = ideal.each * ideal.each_noise / (prompt_length * ideal.each + ideal.each_noise)
    return radial + ideal.others * each


@guarded
def least_examples(r: int, accuracy: float) -> float:
    r"""The length at which :math:`R_n^*` is ``accuracy``, as a real number.

    Parameters
    ----------
    r : int
        At least two.
    accuracy : float
        Between 0 and the least risk at one example, both excluded.

    Raises
    ------
    ValueError
        If an argument is not as stated.
    """
    start = float(least_error(r, 1.0))
    accuracy = check_number(accuracy, "accuracy", low=0.0, high=start, strict=True)
    constant = 1e9 * float(least_error(r, 1e9))  # n R_n rises to it
    return brentq(lambda n: float(least_error(r, n)) - accuracy, 1.0, 2 * constant / accuracy + 1)


@guarded
def averaging_error(r: int, prompt_length: ArrayLike) -> FloatArray:
    r"""Risk :math:`\frac1n(\frac{(r+4)(r+5)}2-1)` of averaging :math:`y_iH(x_i)`."""
    r = check_integer(r, "r")
    return ((r + 4) * (r + 5) / 2 - 1) / _examples(prompt_length)
