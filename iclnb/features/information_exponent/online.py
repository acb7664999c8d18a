r"""Online stochastic gradient ascent on the sphere, exactly in law, in one dimension.

One fresh example a step: :math:`w\leftarrow w+\delta\,y\,\sigma'(w^\top x)\,(I-ww^\top)x`, then w
is normalised; link and neuron are both :math:`\mathrm{He}_Q/\sqrt{Q!}`. Write
:math:`x=g_1w+g_2u+\dots` with u the unit vector of :math:`\beta-sw`, and :math:`\chi^2` for the
squared length of the other d - 2 coordinates. Then :math:`y=\sigma_*(sg_1+\sqrt{1-s^2}\,g_2)`, and
with :math:`p=\delta\,y\,\sigma'(g_1)`

.. math:: s\leftarrow\frac{s+p\,g_2\sqrt{1-s^2}}{\sqrt{1+p^2(g_2^2+\chi^2)}} :

a Markov chain in the overlap :math:`s=\langle w,\beta\rangle` alone, for any d. Derived here.
With :math:`\delta\asymp d^{-\max(1,Q/2)}` drift, noise and retraction balance at
:math:`s\asymp d^{-1/2}` for Q > 2. The number of steps is of order d, :math:`d\log d` and
:math:`d^{Q-1}` for Q = 1, 2 and more, up to further logarithms: the theorem of Ben Arous, Gheissari
and Jagannath (2021, second-hand).
"""

from __future__ import annotations

import math

import numpy as np

from iclnb.arguments import (
    FloatArray,
    check_generator,
    check_integer,
    check_number,
)
from iclnb.features.one_gradient_step.hermite import evaluate_hermite
from iclnb.kinds import guarded

__all__ = ["online_exponent", "online_hitting_steps", "online_step_size"]

_BLOCK = 256


@guarded
def online_exponent(exponent: int) -> int:
    """Power of d in the number of steps, max(1, Q - 1), without logarithms."""
    return max(1, check_integer(exponent, "exponent") - 1)


@guarded
def online_step_size(exponent: int, *, d: int, factor: float = 0.1) -> float:
    r""":math:`\delta=\text{scale}\cdot d^{-\max(1,Q/2)}`."""
    exponent, d = check_integer(exponent, "exponent"), check_integer(d, "d")
    return check_number(factor, "factor", low=0.0, strict=True) * d ** -max(1.0, exponent / 2)


@guarded
def online_hitting_steps(
    exponent: int,
    *,
    d: int,
    step_size: float,
    level: float,
    steps: int,
    chains: int,
    rng: np.random.Generator,
    positive_start: bool = False,
    share: float = 1.0,
) -> FloatArray:
    r"""Steps at which :math:`|s|` first reaches a level, one a chain; ``inf`` if it has not.

    Parameters
    ----------
    exponent : int
        Q of link and neuron.
    d : int
        At least three.
    step_size : float
        :math:`\delta>0`.
    level : float
        In (0, 1).
    steps, chains : int
        Longest run, and number of independent runs from uniform starts.
    rng : Generator
    positive_start : bool
        Start in the hemisphere :math:`s>0`, as the theorem does, not on the whole sphere. For odd
        Q from three on the other half has to cross the equator by noise.
    share : float
        In (0, 1]: the run stops when this share of the chains has arrived.
    """
    exponent, d = check_integer(exponent, "exponent"), check_integer(d, "d", least=3)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    steps, chains = check_integer(steps, "steps"), check_integer(chains, "chains")
    if not 0 < check_number(share, "share") <= 1:
        raise ValueError(f"share must lie in (0, 1], got {share}")
    check_generator(rng, "rng")
    link = np.zeros(exponent + 1)
    link[exponent] = math.sqrt(math.factorial(exponent))
    slope = link[1:]  # Hermite coefficients of the derivative
    g = rng.standard_normal(chains)
    s = (np.abs(g) if positive_start else g) / np.sqrt(g**2 + rng.chisquare(d - 1, chains))
    reached = np.where(np.abs(s) >= level, 0.0, np.inf)
    for start in range(0, steps, _BLOCK):
        size = min(_BLOCK, steps - start)
        g1, g2 = rng.standard_normal((2, size, chains))
        length = g2**2 + rng.chisquare(d - 2, (size, chains))
        pull = step_size * evaluate_hermite(slope, g1)
        for k in range(size):
            across = np.sqrt(1 - s * s)
            push = pull[k] * _value(link, s * g1[k] + across * g2[k])
            s = (s + push * across * g2[k]) / np.sqrt(1 + push * push * length[k])
            arrived = (np.abs(s) >= level) & np.isinf(reached)
            reached[arrived] = start + k + 1
        if np.mean(np.isfinite(reached)) >= share:
            break
    return reached


def _value(link: FloatArray, x: FloatArray) -> FloatArray:
    """He_Q / sqrt(Q!) by its recurrence, without checks: the inner loop."""
    before, value = np.zeros_like(x), np.ones_like(x)
    for i in range(link.size - 1):
        before, value = value, x * value - i * before
    return value / math.sqrt(math.factorial(link.size - 1))
