r"""Fano's lower bound on the minimax risk, with its constant.

Class: :math:`F=\sum_j\beta_jf_j`, :math:`f_j` orthonormal, :math:`|\beta_j|\le j^{-s-1/2}`; n
uniform inputs, Gaussian noise of variance :math:`\sigma^2`.

Fano over a Varshamov-Gilbert cube: coordinates 1..N, :math:`\beta_j=\pm a`,
:math:`a=c\,N^{-s-1/2}`, c <= 1. At least :math:`M=2^{N/8}` sign vectors differ pairwise in N/8
places, so :math:`\|F-F'\|^2\ge\delta^2=\tfrac N84a^2`; each law is within Kullback-Leibler distance
:math:`nNa^2/(2\sigma^2)` of that of F = 0, hence

.. math:: \inf\sup R\ge\frac{\delta^2}4\Big(1-\frac{nNa^2/(2\sigma^2)+\log2}{\log M}\Big).

This bounds the *minimax* risk of the class, not a Gaussian Bayes risk: it does not chain with
:mod:`.van_trees`. Its exponent is right and its constant several hundred times too small. Standard
argument (Tsybakov 2009, Section 2), constants worked out here.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.kinds import guarded


class Cube(NamedTuple):
    """A packing of functions, and what a prompt tells about which of them it came from.

    distance : least distance of two of them; entropy : the logarithm of their number;
    information : the most that a prompt tells, in nats; bound : Fano's bound on the risk.
    """

    distance: float
    entropy: float
    information: float
    bound: float


class FanoBound(NamedTuple):
    """The bound, the dimension N of the cube and its amplitude factor c."""

    value: float
    n_features: int
    amplitude: float


@guarded
def cube_of_signs(
    prompt_length: float, s: float, noise: float, n_features: int, amplitude: float = 1.0
) -> Cube:
    """The packing by sign vectors of N coordinates, with its numbers.

    Parameters
    ----------
    prompt_length : float
        Prompt length, positive.
    s, noise : float
        Decay and standard deviation of the noise, both positive.
    n_features : int
        N >= 8 (below, the packing is empty).
    amplitude : float
        c in (0, 1].
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    s = check_number(s, "s", low=0.0, strict=True)
    noise = check_number(noise, "noise", low=0.0, strict=True)
    N = check_integer(n_features, "n_features", least=8)
    c = check_number(amplitude, "amplitude", low=0.0, strict=True)
    if c > 1:
        raise ValueError(f"amplitude must be at most 1, got {c}")
    square = (c * N ** (-s - 0.5)) ** 2
    entropy = N / 8 * math.log(2.0)
    information = prompt_length * N * square / (2 * noise**2)
    bracket = 1 - (information + math.log(2.0)) / entropy
    return Cube(math.sqrt(N / 2 * square), entropy, information, max(0.0, N / 8 * square * bracket))


@guarded
def fano_bound_of_cube(
    prompt_length: float, s: float, noise: float, n_features: int, amplitude: float
) -> float:
    """The Fano bound of one cube, zero where the bracket is negative; see :func:`cube_of_signs`."""
    return cube_of_signs(prompt_length, s, noise, n_features, amplitude).bound


@guarded
def separated_signs(n_features: int, count: int, rng: np.random.Generator) -> FloatArray:
    """Sign vectors, (count, N), that differ pairwise in at least N/8 places; a part of the packing.

    Raises
    ------
    ValueError
        If ``count`` exceeds 2^(N/8), the number that exists for sure.
    """
    N = check_integer(n_features, "n_features", least=8)
    count = check_integer(count, "count")
    if count > 2 ** (N / 8):
        raise ValueError(f"count must be at most 2^(N/8), got {count}")
    rng = check_generator(rng, "rng")
    kept: list[FloatArray] = []
    while len(kept) < count:
        word = rng.choice([-1.0, 1.0], size=N)
        if all(8 * np.sum(word != other) >= N for other in kept):
            kept.append(word)
    return np.array(kept)


@guarded
def fano_bound(prompt_length: float, s: float, noise: float) -> FanoBound:
    r"""The largest Fano bound over all cubes.

    For each N the best c is explicit: the bound is :math:`Ac^2(B-Cc^2)`, largest at
    :math:`c^2=\min(1,B/(2C))`.
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    s = check_number(s, "s", low=0.0, strict=True)
    noise = check_number(noise, "noise", low=0.0, strict=True)
    highest = 64 + math.ceil(20 * (prompt_length / noise**2) ** (1 / (2 * s + 1)))
    N = np.arange(9, highest + 1, dtype=np.float64)
    entropy = N / 8 * math.log(2.0)
    B = 1 - math.log(2.0) / entropy
    C = prompt_length * N ** (-2 * s) / (2 * noise**2) / entropy
    c2 = np.minimum(1.0, B / (2 * C))
    values = N / 8 * N ** (-2 * s - 1) * c2 * (B - C * c2)
    best = int(np.argmax(values))
    return FanoBound(float(values[best]), int(N[best]), float(np.sqrt(c2[best])))


class PropositionBound(NamedTuple):
    """A lower bound, the number N of signs, how many of them the cover knows, and the number of
    places in which two vectors of the packing differ at least."""

    value: float
    n_features: int
    known: int
    places: int


@guarded
def proposition_bound(prompt_length: float, s: float, noise: float) -> PropositionBound:
    r"""Kim, Nakamaki & Suzuki, Proposition 5.1, with its constants, for known functions.

    If :math:`\frac n{2\sigma^2}\epsilon_2^2\le\log Q_2\le\frac18\log M` and
    :math:`\log M\ge4\log2`, the minimax risk is at least :math:`\delta^2/4`: :math:`Q_2` balls of
    radius :math:`\epsilon_2` cover the coefficients, M of them have pairwise distance
    :math:`\delta`. The functions are orthonormal; the coefficients are N signs times
    :math:`a\le N^{-s-1/2}`. The balls know K signs: :math:`Q_2=2^K`,
    :math:`\epsilon_2^2=(N-K)a^2`. By Gilbert's bound :math:`\log M\ge N(\log2-h(D/N))` vectors
    differ in D places, :math:`D\le\frac N2`, h the entropy of a coin in nats;
    :math:`\delta^2=4Da^2`. Larger than Fano's bound of this module, whose packing is that of
    Varshamov and Gilbert. The choice of N, K, D is made here.

    Parameters
    ----------
    prompt_length, s, noise : float
        n, s and :math:`\sigma`, positive.
    """
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    s = check_number(s, "s", low=0.0, strict=True)
    noise = check_number(noise, "noise", low=0.0, strict=True)
    highest = 256 + 20 * (prompt_length / noise**2) ** (1 / (2 * s + 1))
    sizes = np.unique(np.geomspace(16, highest, 200).astype(np.int64))[:, None]
    places = np.ceil(sizes * np.linspace(0.02, 0.4, 39)).astype(np.int64)
    share = places / sizes
    entropy = -share * np.log(share) - (1 - share) * np.log1p(-share)
    packing = sizes * (math.log(2.0) - entropy)
    known = np.floor(packing / (8 * math.log(2.0)))
    told = 2 * noise**2 * known * math.log(2.0) / (prompt_length * (sizes - known))
    square = np.minimum(sizes ** (-2.0 * s - 1), told)
    values = np.where(packing >= 4 * math.log(2.0), places * square, 0.0)
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return PropositionBound(
        float(values[row, column]),
        int(sizes[row, 0]),
        int(known[row, column]),
        int(places[row, column]),
    )
