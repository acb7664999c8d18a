r"""What simple methods reach in the sequence model: upper bounds beside the lower ones.

Sequence model: :math:`z_j=\beta_j+\frac\sigma{\sqrt n}\xi_j`, independent standard normal
:math:`\xi_j`: what n examples tell if the empirical Gram matrix is replaced by its mean. Class:
:math:`|\beta_j|\le j^{-p}`.

Keeping N coordinates has the worst-case risk :math:`\sum_{j>N}j^{-2p}+N\sigma^2/n`, least at
:math:`N=\lfloor(n/\sigma^2)^{1/(2p)}\rfloor`. The best linear method has

.. math:: \sum_j\frac{j^{-2p}\sigma^2}{nj^{-2p}+\sigma^2},

the number that :mod:`.van_trees` has for a Gaussian prior with these variances: the same formula is
an upper bound for one problem and a lower bound for the other. No method is better than 0.8 times
it (Donoho, Liu and MacGibbon 1990, known here by its statement only).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import hyp2f1, zeta

from iclnb.arguments import check_number
from iclnb.kinds import guarded

_HEAD = 200


@guarded
def projection_risk(prompt_length: float, power: float, noise: float) -> float:
    r"""Least over N of :math:`\sum_{j>N}j^{-2p}+N\sigma^2/n`.

    Parameters
    ----------
    prompt_length : float
        Prompt length, positive.
    power : float
        p > 1/2; :math:`p=s+\frac12` in this chapter.
    noise : float
        :math:`\sigma>0`.
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2 / prompt_length
    p = check_number(power, "power", low=0.5, strict=True)
    N = math.floor(level ** (-1 / (2 * p)))
    return float(zeta(2 * p, N + 1)) + N * level


@guarded
def linear_minimax_risk(prompt_length: float, s: float, noise: float) -> float:
    r""":math:`\sum_j\lambda_j\sigma^2/(n\lambda_j+\sigma^2)`, :math:`\lambda_j=j^{-2s-1}`.

    The worst case over :math:`|\beta_j|\le\lambda_j^{1/2}` of the best linear method, sequence
    model: the number of :func:`.van_trees.van_trees_bound`, here in constant time, with 200 terms
    and the rest as an integral with the first term of Euler and Maclaurin.
    """
    n = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    q = 2 * check_number(s, "s", low=0.0, strict=True) + 1
    a = n / check_number(noise, "noise", low=0.0, strict=True) ** 2
    terms = 1 / (a + np.arange(1.0, _HEAD + 2.0) ** q)
    edge = _HEAD + 0.5
    rest = edge ** (1 - q) / (q - 1) * hyp2f1(1, 1 - 1 / q, 2 - 1 / q, -a * edge**-q)
    return math.fsum(terms[:-1]) + float(rest) + float(terms[-1] - terms[-2]) / 24


@guarded
def fano_over_linear(s: float) -> float:
    r"""Limit for long prompts of Fano's bound over the best linear method's worst case.

    With :math:`k=4/\log2` and :math:`\phi=\pi/(2s+1)`

    .. math:: \frac{\frac18\frac{2s+1}{4s+1}\big(k\frac{4s+1}{2s}\big)^{-2s/(2s+1)}}
                   {\phi/\sin\phi} .

    The numerator is :math:`\max_u\frac18u^{-2s}(1-ku^{-2s-1})`, with
    :math:`N=u(n/\sigma^2)^{1/(2s+1)}` and amplitude one; the denominator
    :math:`\int_0^\infty dv/(1+v^{2s+1})`. Derived here.
    """
    s = check_number(s, "s", low=0.0, strict=True)
    k = 4 / math.log(2.0)
    phi = math.pi / (2 * s + 1)
    top = (2 * s + 1) / (4 * s + 1) / 8 * (k * (4 * s + 1) / (2 * s)) ** (-2 * s / (2 * s + 1))
    return top * math.sin(phi) / phi
