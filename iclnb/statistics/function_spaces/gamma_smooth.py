r"""The gamma-smooth class in infinitely many inputs, truncated.

Fourier functions of a sequence :math:`x=(x_1,x_2,\dots)`:
:math:`\psi_r(x)=\prod_i\psi_{r_i}(x_i)`, :math:`\psi_0=1`,
:math:`\psi_k=\sqrt2\cos(2\pi kx)`, :math:`\psi_{-k}=\sqrt2\sin(2\pi kx)`, with finitely many
:math:`r_i\ne0`. The block of :math:`s\in\mathbb N^\infty` holds the r with
:math:`\lfloor2^{s_i-1}\rfloor\le|r_i|<2^{s_i}`: :math:`\prod_{s_i>0}2^{s_i}` functions. A function
is gamma-smooth if :math:`\sum_s2^{2\gamma(s)}\|\delta_sf\|^2\le1` (Okumoto and Suzuki 2022; KNS
Section 4.3, with p = theta = 2), where

.. math:: \gamma_{\mathrm{mixed}}(s)=\sum_ia_is_i,\qquad
          \gamma_{\mathrm{anisotropic}}(s)=\max_ia_is_i .

Keeping the blocks with :math:`\gamma(s)\le G` leaves a worst-case squared error of at most
:math:`2^{-2G}` with N(G) functions. Inputs with :math:`a_i>G` are never used, so finitely many
remain if :math:`a_i\to\infty`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import Basis, TensorBasis
from iclnb.statistics.function_spaces.trigonometric import FourierBasis

ROUNDING = 1e-9


def _weights(smoothness: Sequence[float]) -> FloatArray:
    a = check_array(smoothness, "smoothness", (None,))
    if a.min() <= 0:
        raise ValueError("smoothness must be positive")
    return a


@guarded
def block_level(block: Sequence[int], smoothness: Sequence[float], *, mixed: bool) -> float:
    r""":math:`\gamma(s)`: :math:`\sum_ia_is_i` (mixed) or :math:`\max_ia_is_i` (anisotropic)."""
    terms = _weights(smoothness) * check_array(block, "block", (None,))
    return float(terms.sum() if mixed else terms.max())


@guarded
def blocks(smoothness: Sequence[float], cutoff: float, *, mixed: bool) -> Iterator[tuple[int, ...]]:
    r"""All s with :math:`\gamma(s)\le G`, in lexicographic order.

    Parameters
    ----------
    smoothness : sequence of d positive numbers
        :math:`a_1,\dots,a_d`; later inputs are taken to have :math:`a_i>G`.
    cutoff : float
        G >= 0.
    """
    a = _weights(smoothness)
    cutoff = check_number(cutoff, "cutoff", low=0.0) + ROUNDING
    if not mixed:
        yield from product(*(range(math.floor(cutoff / ai) + 1) for ai in a))
        return

    def extend(prefix: tuple[int, ...], left: float) -> Iterator[tuple[int, ...]]:
        if len(prefix) == len(a):
            yield prefix
            return
        step = a[len(prefix)]
        for s in range(math.floor(left / step) + 1):
            yield from extend((*prefix, s), left - s * step)

    yield from extend((), cutoff)


@guarded
def block_size(block: Sequence[int]) -> int:
    r"""Number of Fourier functions in the block of s, :math:`\prod_{s_i>0}2^{s_i}`."""
    return math.prod(2**k for k in block)


@guarded
def function_count(smoothness: Sequence[float], cutoff: float, *, mixed: bool) -> int:
    r"""N(G): the number of functions in the blocks with :math:`\gamma(s)\le G`.

    Arguments are those of :func:`blocks`. Mixed, a = (1, 2, 3, 4): 9, 57, 289, 1321 for
    G = 2, 4, 6, 8. Inputs with :math:`a_i>G` are constant in every such block and are not gone
    through, so that there may be thousands of them.
    """
    cutoff = check_number(cutoff, "cutoff", low=0.0)
    smoothness = [a for a in _weights(smoothness) if a <= cutoff + ROUNDING] or [cutoff + 1.0]
    return sum(block_size(s) for s in blocks(smoothness, cutoff, mixed=mixed))


@guarded
def rate_exponent(smoothness: Sequence[float], *, mixed: bool) -> float:
    r"""The :math:`\tilde\alpha` in :math:`2^{-G}\approx N(G)^{-\tilde\alpha}`.

    Mixed with a single smallest weight: :math:`\min_ia_i`. Anisotropic:
    :math:`(\sum_i1/a_i)^{-1}`. With a tie of the smallest weights the mixed law gains powers of
    log N, which this number does not show.
    """
    a = _weights(smoothness)
    return float(a.min() if mixed else 1.0 / np.sum(1.0 / a))


def _one_input(level: int) -> FourierBasis:
    """Functions of one input with |r| < 2^level: the constant and 2^level - 1 pairs."""
    return FourierBasis(2 ** (level + 1) - 1, constant=True)


@guarded
class GammaSmoothBasis(Basis):
    r"""The Fourier functions of all blocks with :math:`\gamma(s)\le G`, by increasing gamma.

    Parameters
    ----------
    smoothness : sequence of d positive numbers
        :math:`a_1,\dots,a_d`. The dimension is the number of inputs used, those with
        :math:`a_i\le G` (at least one).
    cutoff : float
        G >= 0.
    mixed : bool
        Mixed or anisotropic smoothness.
    """

    def __init__(self, smoothness: Sequence[float], cutoff: float, *, mixed: bool) -> None:
        a = _weights(smoothness)
        used = max(1, int(np.sum(a <= cutoff + ROUNDING)))
        a = np.sort(a)[:used]
        ordered = sorted(
            blocks(a, cutoff, mixed=mixed), key=lambda s: (block_level(s, a, mixed=mixed), s)
        )
        self.exponents = tuple(float(x) for x in a)
        self.cutoff = float(cutoff)
        self.mixed = bool(mixed)
        self.d = used
        self.levels = tuple(max(s[i] for s in ordered) for i in range(used))
        columns, weights = [], []
        for s in ordered:
            ranges = [range(1) if k == 0 else range(2**k - 1, 2 ** (k + 1) - 1) for k in s]
            chosen = list(product(*ranges))
            columns += chosen
            weights += [block_level(s, a, mixed=mixed)] * len(chosen)
        self._columns = np.array(columns, dtype=np.int64)
        self.gammas = np.array(weights)
        self.size = len(self._columns)

    @property
    def frequencies(self) -> np.ndarray:
        """The r of each function, (size, dimension): cosines have r > 0, sines r < 0."""
        c = self._columns
        return (c + 1) // 2 * np.where(c % 2 == 1, 1, -1)

    def _values(self, x: FloatArray) -> FloatArray:
        out = np.ones((len(x), self.size))
        for i, level in enumerate(self.levels):
            out *= _one_input(level)._values(x[:, i : i + 1])[:, self._columns[:, i]]
        return out

    def quadrature(self, factors: int = 4) -> Quadrature:
        return TensorBasis([_one_input(k) for k in self.levels]).quadrature(factors)

    def task_variances(self, *, margin: float = 0.0) -> FloatArray:
        r"""Variances that make a task gamma-smooth in mean: :math:`\propto2^{-2\gamma(s)}/|s|`.

        :math:`\lambda_r=2^{-2\gamma(s)(1+\epsilon)}/\prod2^{s_i}` for r in block s, with
        :math:`\epsilon` the margin; shape (size,).
        """
        margin = check_number(margin, "margin", low=0.0)
        active = np.where(
            self._columns > 0, 2.0 ** np.floor(np.log2(self._columns + 1.0)), 1.0
        ).prod(axis=1)
        return 2.0 ** (-2.0 * self.gammas * (1.0 + margin)) / active
