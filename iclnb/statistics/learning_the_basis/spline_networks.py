r"""ReLU networks for the quadratic B-spline: the error against depth and width.

On the cells of [0, 3] the spline is a quadratic with the leading coefficients 1/2, -1, 1/2. With
:math:`g` the tent on [0, 1], :math:`c_i=\min(\max(x-i,0),1)` and g iterated :math:`\ell` times,

.. math:: A_L(x)=\tfrac12(c_0-c_2)+\sum_{\ell=1}^L4^{-\ell}
          \big(g^{\ell}(c_1)-\tfrac12g^{\ell}(c_0)-\tfrac12g^{\ell}(c_2)\big)

is the interpolant of the spline on cells of length :math:`2^{-L}`, and off by exactly
:math:`4^{-L-1}`. Seven units and then five a layer compute it. A piecewise linear function of P
pieces on [0, 3] is off by at least :math:`\big(\frac{2+\sqrt2}{4(P+2)}\big)^2`; a network with L
hidden layers of w units has at most :math:`(w+1)^L` pieces. Derived here; the squares by iterated
tents are Yarotsky's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded

Layer = tuple[FloatArray, FloatArray]

# The two tents and the sum from the seven units x - i/2 of the first layer, i = 0..6.
_FIRST = np.array(
    [
        [2.0, -4.0, 2.0, 0.0, 2.0, -4.0, 2.0],
        [0.0, 0.0, 2.0, -4.0, 2.0, 0.0, 0.0],
        [0.5, 0.0, -0.5, 0.0, -0.5, 0.0, 0.5],
    ]
)
_UNITS = np.array([[1.0, 0, 0], [1.0, 0, 0], [0, 1.0, 0], [0, 1.0, 0], [0, 0, 1.0]])
_SHIFTS = np.array([0.0, -0.5, 0.0, -0.5, 0.0])
_NEXT = np.array([[2.0, -4, 0, 0, 0], [0, 0, 2.0, -4, 0], [0, 0, 0, 0, 1.0]])


def _summed(tents: FloatArray, layer: int) -> FloatArray:
    """The new tents, and the sum to which their difference is added."""
    out = tents.copy()
    out[2] += (tents[1] - 0.5 * tents[0]) / 4**layer
    return out


@guarded
def spline_network(depth: int) -> list[Layer]:
    """Weights and biases of the layers, the last one the output: L hidden layers, 7, 5, 5, ...

    Parameters
    ----------
    depth : int
        L, the number of hidden layers.
    """
    depth = check_integer(depth, "depth")
    layers: list[Layer] = [(np.ones((7, 1)), -0.5 * np.arange(7.0))]
    state = _summed(_FIRST, 1)
    for layer in range(2, depth + 1):
        layers.append((_UNITS @ state, _SHIFTS))
        state = _summed(_NEXT, layer)
    return [*layers, (state[2:], np.zeros(1))]


@guarded
def network_values(network: list[Layer], x: ArrayLike) -> FloatArray:
    """Values of a ReLU network of one input at points, shape (Q,).

    Parameters
    ----------
    network : list of (weights, biases)
        Of shapes (units, inputs) and (units,); no ReLU after the last one.
    x : array (Q,)
        Points.
    """
    h = check_array(x, "x", (None,))[:, None]
    for i, (weights, biases) in enumerate(network):
        h = h @ weights.T + biases
        if i + 1 < len(network):
            h = np.maximum(h, 0.0)
    return h[:, 0]


@guarded
def least_spline_error(pieces: int) -> float:
    r"""What every piecewise linear function of P pieces on [0, 3] misses at least, in the maximum.

    On an interval of length h a line misses :math:`|c|h^2/8` of a quadratic with leading
    coefficient c. The P pieces, cut at 1 and 2 into at most P + 2, have lengths with
    :math:`\sum\sqrt{|c|}h=\sqrt2+1`, so that the largest misses
    :math:`\frac18\big(\frac{1+\sqrt2}{P+2}\big)^2`.
    """
    return ((1 + 2**0.5) / (check_integer(pieces, "pieces") + 2)) ** 2 / 8
