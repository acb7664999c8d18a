r"""Tasks with few large coefficients: one fixed span against a choice of terms for each task.

On a level of M orthonormal functions a *spike* is one of them. A span of N functions, whatever
they are, misses :math:`1-N/M` of the M spikes in the mean square (the trace of a projection is its
rank), while a single term, if it may be chosen, misses nothing. In a Besov class with p = 1 the
coefficients of level k have :math:`\sum_b|\beta_{k,b}|\le2^{-k(\alpha-1/2)}`: all of this may be in
one spike. Derived here; that no fixed span does better on the class is the Kolmogorov width of KNS,
Remark C.3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis


@guarded
def fixed_span_error(size: int, n_features: int) -> float:
    r"""Return :math:`1-N/M`: what any N functions miss of M orthonormal ones, in the mean.

    It is the square of the Kolmogorov width of the ball :math:`\sum_b|\beta_b|\le1`, for
    :math:`0\le N\le M`.
    """
    size = check_integer(size, "size")
    return 1.0 - check_integer(n_features, "n_features", least=0, most=size) / size


def _radii(alpha: float, levels: int) -> FloatArray:
    alpha = check_number(alpha, "alpha", low=0.5, strict=True)
    return 2.0 ** (-np.arange(check_integer(levels, "levels")) * (alpha - 0.5))


@guarded
def fixed_width(n_features: int, alpha: float, *, levels: int = 40) -> float:
    r"""A lower bound on the squared error of any N fixed functions on the Besov class, p = 1.

    .. math:: \max_k2^{-2k(\alpha-1/2)}\big(1-N2^{-k}\big)_+,

    one level at a time, :math:`2^k` functions on level k; of order
    :math:`N^{-2\alpha+1}` for :math:`\alpha>\frac12`.

    Parameters
    ----------
    n_features : int
        N >= 0.
    alpha : float
        The smoothness, above one half.
    levels : int
        How many levels are tried, from 0 on.
    """
    n = check_integer(n_features, "n_features", least=0)
    radii = _radii(alpha, levels)
    return float(np.max(radii**2 * np.maximum(1.0 - n / 2.0 ** np.arange(levels), 0.0)))


@guarded
def chosen_terms(n_features: int, alpha: float, *, levels: int = 40) -> float:
    r"""An upper bound on the squared error of the best N terms, chosen for each task.

    The :math:`N_k` largest coefficients of level k are kept, with
    :math:`N_k=\min(2^k,\lfloor cr_k\rfloor)` in proportion to the radius
    :math:`r_k=2^{-k(\alpha-1/2)}`, and the largest c for which they are N at most. What is left of
    a level is at most :math:`r_k^2\max_{N_k<m\le2^k}(m-N_k)/m^2`: m equal coefficients are the
    worst. Of order :math:`N^{-2\alpha}`. Parameters are those of :func:`fixed_width`.
    """
    n = check_integer(n_features, "n_features", least=0)
    radii, sizes = _radii(alpha, levels), 2.0 ** np.arange(levels)

    if n >= sizes.sum():
        return 0.0

    def kept(c: float) -> FloatArray:
        return np.minimum(sizes, np.floor(c * radii))

    low, high = 0.0, 1.0
    while kept(high).sum() <= n:
        low, high = high, 2 * high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kept(middle).sum() <= n else (low, middle)
    terms = kept(low)
    worst = np.where(
        terms == 0,
        1.0,
        np.where(
            2 * terms <= sizes,
            1.0 / (4.0 * np.maximum(terms, 1.0)),
            np.maximum(sizes - terms, 0.0) / sizes**2,
        ),
    )
    return float(np.sum(radii**2 * worst))


class ChosenSpike(NamedTuple):
    """Mean squared error of a choice, and its standard error."""

    risk: float
    standard_error: float


@guarded
def chosen_spike(
    functions: Basis,
    *,
    prompt_length: int,
    noise: float,
    n_prompts: int,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator,
) -> ChosenSpike:
    r"""Risk of answering with the one function that goes best with the labels, by simulation.

    The task is :math:`\pm f_j`, sign and j at random; with
    :math:`S_j=\frac1n\sum_iy_if_j(x_i)` the answer is :math:`\mathrm{sign}(S_j)f_j(x_q)` for the j
    with the largest :math:`|S_j|`. Its error is 0, 2 for a wrong j, and 4 for a wrong sign.

    Parameters
    ----------
    functions : Basis
        M orthonormal functions.
    prompt_length : int
        n, the examples of a prompt.
    noise : float
        Standard deviation of the labels' noise.
    n_prompts : int
        How many prompts are drawn, at least two.
    task_rng, input_rng, noise_rng : numpy.random.Generator
        Streams of the tasks, of the inputs, and of the noise.

    Raises
    ------
    ValueError
        If the functions are not orthonormal by construction, or a number is out of range.
    """
    if not functions.orthonormal:
        raise ValueError("functions must be orthonormal")
    n = check_integer(prompt_length, "prompt_length")
    prompts = check_integer(n_prompts, "n_prompts", least=2)
    noise = check_number(noise, "noise", low=0.0)
    found = np.empty(prompts)
    for i in range(prompts):
        j, sign = int(task_rng.integers(functions.size)), 2 * int(task_rng.integers(2)) - 1
        values = functions.evaluate(input_rng.random((n, functions.d)))
        labels = sign * values[:, j] + noise * noise_rng.standard_normal(n)
        key = labels @ values
        best = int(np.argmax(np.abs(key)))
        found[i] = 2.0 if best != j else (0.0 if key[best] * sign > 0 else 4.0)
    return ChosenSpike(float(found.mean()), float(found.std(ddof=1) / np.sqrt(prompts)))
