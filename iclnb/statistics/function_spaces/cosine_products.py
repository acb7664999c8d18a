r"""The product of cosines of the gamma-smooth class, as printed and as it has to be.

The slides write :math:`f(x)=\prod_k\sqrt2\cos(2\pi\,2^{s_k}x_k-\delta_k\pi/2)` over *all* inputs.
An input of frequency zero must contribute the factor 1, not :math:`\sqrt2\cos0=\sqrt2`: with d
inputs, one of them in use, the printed function has squared norm :math:`2^{d-1}`. (If the frequency
:math:`2^{s_k}\ge1` is never zero, every input is in use, and the product over infinitely many has
no limit.) Derived here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import TensorBasis, check_points
from iclnb.statistics.function_spaces.trigonometric import FourierBasis


@guarded
def cosine_product(
    x: ArrayLike,
    frequencies: Sequence[int],
    phases: ArrayLike | None = None,
    *,
    as_printed: bool = False,
) -> FloatArray:
    r""":math:`\prod_k c_k\cos(2\pi r_kx_k-\delta_k\pi/2)`, shape (points,).

    :math:`c_k=\sqrt2`, except :math:`c_k=1` where :math:`r_k=0` unless ``as_printed``.

    Parameters
    ----------
    x : array (points, d)
        Points of the unit cube.
    frequencies : sequence of d int
        :math:`r_k\ge0`.
    phases : array (d,), optional
        :math:`\delta_k`, 0 for a cosine (the default) or 1 for a sine.
    """
    r = [check_integer(k, "frequencies", least=0) for k in frequencies]
    x = check_points(x, "x", len(r))
    delta = np.zeros(len(r)) if phases is None else check_array(phases, "phases", (None,))
    if delta.shape != (len(r),):
        raise ValueError(f"phases must have {len(r)} entries, got {delta.shape}")
    size = np.where((np.array(r) > 0) | as_printed, np.sqrt(2.0), 1.0)
    return np.prod(size * np.cos(2 * np.pi * x * np.array(r) - delta * np.pi / 2), axis=1)


@guarded
def product_norm(frequencies: Sequence[int], *, as_printed: bool = False) -> float:
    """Squared norm of :func:`cosine_product` with phases zero, by exact quadrature."""
    axes = [FourierBasis(max(2 * k, 1), constant=k == 0) for k in frequencies]
    nodes, weights = TensorBasis(axes).quadrature(2)
    return float(weights @ cosine_product(nodes, frequencies, as_printed=as_printed) ** 2)
