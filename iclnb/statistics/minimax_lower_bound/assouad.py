r"""Coordinate-wise (Assouad) lower bounds on the minimax risk, with constants.

Class: :math:`F=\sum_j\beta_jf_j`, :math:`f_j` orthonormal, :math:`|\beta_j|\le j^{-s-1/2}`. Under a
prior of independent :math:`\beta_j=\pm a_j`, reveal all coordinates but one. Given the inputs the
last one is a sign seen with signal-to-noise ratio :math:`q=a_j^2\sum_if_j(x_i)^2/\sigma^2`, and its
risk is a decreasing convex function of q, so that :math:`Eq=t^2=a_j^2n/\sigma^2` may be put in:

.. math:: \inf\sup R\ge\frac{\sigma^2}n\sum_j\max_{t\le t_j}t^2g(t),\qquad
          t_j=j^{-s-1/2}\sqrt n/\sigma,

with :math:`g(t)=\Phi(-t)` (the error probability of the sign: Assouad's lemma) or with the exact
risk of two points, :math:`g(t)=1-E\tanh(t^2+tZ)`, which is about 2.7 times larger; with W of
density :math:`\tfrac12\operatorname{sech}(\pi w/2)` it is :math:`Ee^{-q(1+W^2)/2}`, so convex.
In the sequence model the second is the Bayes risk of the prior itself. Both are bounds on the
*minimax* risk of the class; they do not chain with a Gaussian Bayes risk. Constants worked out
here.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from iclnb.arguments import FloatArray, check_number
from iclnb.kinds import guarded

_Z = np.linspace(-12.0, 12.0, 481)
_DENSITY = norm.pdf(_Z) * (_Z[1] - _Z[0])
_HEAD = 200


@guarded
def two_point_risk(t: ArrayLike) -> FloatArray:
    r""":math:`1-E\tanh(t^2+tZ)`, Z standard normal: the risk of a sign seen as :math:`t\beta+Z`.

    The posterior mean of the sign given y is :math:`\tanh(ty)`; its mean square equals its mean
    given the true sign is +1. Trapezoidal rule, accurate to 1e-12 for 0 <= t <= 3.
    """
    t = np.asarray(t, dtype=np.float64)
    if not np.all(np.isfinite(t)) or np.any(t < 0):
        raise ValueError("t must be finite and non-negative")
    return 1.0 - np.tanh(t[..., None] ** 2 + t[..., None] * _Z) @ _DENSITY


@guarded
def sign_error(t: ArrayLike) -> FloatArray:
    r""":math:`\Phi(-t)`, the probability of a wrong sign."""
    return norm.sf(np.asarray(t, dtype=np.float64))


@guarded
def best_amplitude(risk: Callable[[ArrayLike], FloatArray]) -> float:
    r"""The t that maximises :math:`t^2g(t)`: 1.19 for the sign error, 1.23 for the exact risk."""
    found = minimize_scalar(
        lambda t: -(t**2) * float(risk(t)), bounds=(0.1, 3.0), options={"xatol": 1e-10}
    )
    return float(found.x)


@guarded
def coordinate_bound(
    prompt_length: float,
    s: float,
    noise: float,
    *,
    risk: Callable[[ArrayLike], FloatArray] = two_point_risk,
) -> float:
    r""":math:`\frac{\sigma^2}n\sum_j\max_{t\le t_j}t^2g(t)` over all coordinates.

    Parameters
    ----------
    prompt_length, s, noise : float
        Prompt length, decay, standard deviation of the noise; all positive.
    risk : callable
        g: :func:`two_point_risk` (default) or :func:`sign_error`. Coordinates that reach the best
        amplitude are counted, the next few hundred are summed, and the sum over the rest is an
        integral with the first term of Euler and Maclaurin.
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    s = check_number(s, "s", low=0.0, strict=True)
    scale = math.sqrt(prompt_length) / check_number(noise, "noise", low=0.0, strict=True)
    best = best_amplitude(risk)
    full = math.floor((scale / best) ** (1 / (s + 0.5)))  # coordinates that reach the best t
    head = scale * np.arange(full + 1.0, full + _HEAD + 2.0) ** (-s - 0.5)
    terms = head**2 * risk(head)
    edge = scale * (full + _HEAD + 0.5) ** (-s - 0.5)
    rest = _tail(risk, edge, s) * scale ** (1 / (s + 0.5)) + (terms[-1] - terms[-2]) / 24
    total = full * best**2 * float(risk(best)) + math.fsum(terms[:-1]) + rest
    return float(total) / scale**2


def _tail(risk: Callable[[ArrayLike], FloatArray], edge: float, s: float) -> float:
    r"""Return :math:`p\int_0^{edge}t^{1-p}g(t)dt`, :math:`p=1/(s+\frac12)`: small amplitudes."""
    p = 1 / (s + 0.5)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    v = 0.5 * edge ** (2 - p) * (1 + nodes)
    t = v ** (1 / (2 - p))
    return float(0.5 * edge ** (2 - p) * weights @ risk(t)) * p / (2 - p)
