r"""The least risk on gamma-smooth tasks, exactly, shell by shell.

Tasks are sums of the Fourier functions of :mod:`~iclnb.statistics.function_spaces.gamma_smooth` in
sequences of inputs. With smoothness :math:`a_i` in whole numbers the cost :math:`\gamma(s)` is one,
g; N(g) functions cost at most g, and each of those that cost g has the variance
:math:`\lambda_g=2^{-2g}/N(g)`, so that a shell has the energy :math:`2^{-2g}` or less. Sines and
cosines of a frequency have one variance: that of a task is the same at every input, and with the
functions of cost at most G as features

.. math:: R^*=\sum_{g>G}c_g\lambda_g+\sum_{g\le G}\frac{c_g\lambda_g(\tau-\lambda_g)}
          {n\lambda_g+\tau-\lambda_g},\qquad c_g=N(g)-N(g-1).

Derived here, from the formula for constant variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_array, check_integer, check_length, check_number
from iclnb.kinds import guarded

_TAIL = 40
"""Shells beyond the last one that are summed: 4^-40 is left out."""


class Shells(NamedTuple):
    """Numbers of functions of cost g, and their variance, g = 0, 1, ..."""

    counts: FloatArray
    variances: FloatArray


@guarded
def gamma_shells(smoothness: Sequence[float], cutoff: int, *, mixed: bool) -> Shells:
    r"""Shells of cost 0 to ``cutoff``.

    Parameters
    ----------
    smoothness : sequence of d positive whole numbers
        :math:`a_1,\dots,a_d`; inputs with :math:`a_i` above the largest cost are not used.
    cutoff : int
        The largest cost, at least zero.
    mixed : bool
        Whether the cost is the sum of the :math:`a_is_i` or their maximum.

    Raises
    ------
    ValueError
        If a smoothness is not a positive whole number, or the variances would underflow.
    """
    a = check_array(smoothness, "smoothness", (None,))
    if a.min() <= 0 or np.any(a != np.round(a)):
        raise ValueError("smoothness must be positive whole numbers")
    top = check_integer(cutoff, "cutoff", least=0)
    used, cost = [int(x) for x in a if x <= top], np.arange(top + 1)
    bits = sum(top // x + 1 for x in used)  # there are fewer than 2^bits functions
    if bits + 2 * top > 1000:
        raise ValueError(f"cutoff = {top} is too large: variances would underflow")
    if mixed:
        shell = np.eye(1, top + 1)[0]
        for x in used:  # one more input of level s multiplies by 2^s and costs x s
            for g in range(x, top + 1):
                shell[g] += 2 * shell[g - x]
        total = np.cumsum(shell)
    else:
        total = np.prod([2.0 ** (cost // x + 1) - 1 for x in used], axis=0) * np.ones(top + 1)
        shell = np.diff(total, prepend=0.0)
    return Shells(shell, 4.0**-cost / total)


@guarded
def gamma_smooth_risk(
    smoothness: Sequence[float],
    cutoff: int,
    *,
    mixed: bool,
    prompt_length: float,
    noise: float,
) -> float:
    """The display of the module: the least risk with the functions of cost at most ``cutoff``.

    Arguments are those of :func:`gamma_shells`; the prompt length may be any number from one on.
    """
    top = check_integer(cutoff, "cutoff", least=0)
    n = check_length(prompt_length, "prompt_length")
    sigma = check_number(noise, "noise", low=0.0)
    shells = gamma_shells(smoothness, top + _TAIL, mixed=mixed)
    energy = shells.counts * shells.variances
    other = energy.sum() + sigma**2 - shells.variances
    kept, lam, rest = (part[: top + 1] for part in (energy, shells.variances, other))
    return float(energy[top + 1 :].sum() + np.sum(kept * rest / (n * lam + rest)))
