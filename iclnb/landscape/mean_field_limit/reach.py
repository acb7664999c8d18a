r"""Which functions are features of a network: the Barron-type statement, as far as it is known.

Proposition 2.1 of the paper starts: with a bias included, if each coordinate of a continuous f
satisfies an integral condition on its extension's Fourier transform, then :math:`f=h_\mu`. The
condition itself is cut off in the text at hand (a first moment of
:math:`|\hat f|`, from memory). What can be shown exactly is the mechanism, for trigonometric
polynomials :math:`f(x)=\sum_jc_j\sin(\omega_j\cdot x+b_j)` and sine neurons: choosing neuron j with
probability :math:`|c_j|/\|c\|_1` and outer weight :math:`\|c\|_1c_j/|c_j|` gives :math:`f=h_\mu`
with :math:`|a|=\|c\|_1=\sum_j|c_j|` on every neuron, which is the least possible
:math:`\sup|a|` on these neurons. Derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array
from iclnb.kinds import guarded

from .measures import Measure

__all__ = ["trigonometric_measure"]


@guarded
def trigonometric_measure(coefficients: ArrayLike, frequencies: ArrayLike) -> Measure:
    r"""Return :math:`\mu` with :math:`h_\mu(x)=\sum_jc_j\sin(\omega_j\cdot x+b_j)`.

    Parameters
    ----------
    coefficients : array, shape (J, k)
        :math:`c_j\in\mathbb R^k`, none of them zero.
    frequencies : array, shape (J, d + 1)
        :math:`(\omega_j,b_j)`.

    Returns
    -------
    Measure
        With :math:`|a_j|=\sum_i|c_i|` for every atom.
    """
    c = check_array(coefficients, "coefficients", (None, None))
    w = check_array(frequencies, "frequencies", (len(c), None))
    size = check_array(np.linalg.norm(c, axis=1), "sizes of coefficients", (None,))
    if np.any(size == 0.0):
        raise ValueError("coefficients must not contain a zero row")
    total = size.sum()
    return Measure(total * c / size[:, None], w, size / total)
