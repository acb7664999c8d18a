r"""The feature layer with its hand-derived derivative, without temporary arrays.

.. math:: h(x)=\frac1N\sum_ia_i\,\sigma(w_i\cdot x),\qquad \sigma(u)=\tfrac12+\tfrac12\tanh(u/2).

For a loss with :math:`G_s=\partial L/\partial h(x_s)` the gradients *of a particle*, which are N
times those of the loss in its weights, are

.. math::
   \nabla_{a_i}=\sum_sG_s\,\sigma(w_i\cdot x_s),\qquad
   \nabla_{w_i}=\sum_s(a_i\cdot G_s)\,\sigma'(w_i\cdot x_s)\,x_s ,

so that a step :math:`\theta_i\leftarrow\theta_i-\eta\nabla_{\theta_i}` advances the mean-field flow
by the time :math:`\eta`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from iclnb.arguments import FloatArray, check_array, check_integer
from iclnb.kinds import guarded

__all__ = ["Layer", "Weights"]

#: Inputs that are treated at a time, so that the intermediate array stays in the cache.
BLOCK = 100


class Weights(NamedTuple):
    """Outer weights ``a`` (N, k), inner weights ``w`` (N, d); or gradients of these shapes."""

    a: FloatArray
    w: FloatArray


def _tanh(z: FloatArray) -> None:
    """Overwrite z by its hyperbolic tangent; without the slow one of float64."""
    if z.dtype == np.float32:
        np.tanh(z, out=z)
    else:
        z *= 2.0
        expit(z, out=z)
        z *= 2.0
        z -= 1.0


@guarded
class Layer:
    """Logistic neurons on a fixed number of inputs.

    Parameters
    ----------
    n_inputs : int
        Number of inputs per call.
    neurons : int
        N.
    single : bool
        Do the products of size n_inputs x neurons in float32. Results are float64 in any case.

    Notes
    -----
    One array of shape (n_inputs, neurons) is kept and overwritten by each call: allocating it anew
    would cost more than the arithmetic. ``pull`` uses what the last ``features`` left there.
    """

    def __init__(self, n_inputs: int, neurons: int, *, single: bool = False) -> None:
        shape = check_integer(n_inputs, "n_inputs"), check_integer(neurons, "neurons")
        self._type = np.dtype(np.float32 if single else np.float64)
        self._tanh = np.empty(shape, self._type)
        self._back = np.empty((min(BLOCK, n_inputs), neurons), self._type)

    def _blocks(self) -> list[slice]:
        return [slice(s, min(s + BLOCK, len(self._tanh))) for s in range(0, len(self._tanh), BLOCK)]

    def features(self, x: ArrayLike, weights: Weights) -> FloatArray:
        """Return h at the inputs ``x`` (n, d), shape ``(n, k)``.

        Raises
        ------
        ValueError
            If a shape does not match or an entry is not finite.
        """
        n, neurons = self._tanh.shape
        a = check_array(weights.a, "weights.a", (neurons, None))
        w = check_array(weights.w, "weights.w", (neurons, None))
        x = check_array(x, "x", (n, w.shape[1])).astype(self._type, copy=False)
        inner, outer = (0.5 * w.T).astype(self._type), a.astype(self._type)
        out = np.empty((n, a.shape[1]))
        for block in self._blocks():
            part = self._tanh[block]
            np.matmul(x[block], inner, out=part)
            _tanh(part)
            out[block] = part @ outer
        return (out + a.sum(axis=0)) * (0.5 / neurons)

    def pull(self, x: FloatArray, weights: Weights, g: ArrayLike) -> Weights:
        r"""Return the particle gradients for :math:`G=\partial L/\partial h`, shape ``(n, k)``.

        ``x`` and ``weights`` are those of the last call of ``features``.
        """
        g = check_array(g, "g", (len(self._tanh), weights.a.shape[1]))
        x, small = x.astype(self._type, copy=False), g.astype(self._type)
        quarter = (0.25 * weights.a.T).astype(self._type)
        outer = np.tile(0.5 * g.sum(axis=0), (len(weights.a), 1))
        inner = np.zeros_like(weights.w, dtype=np.float64)
        for block in self._blocks():
            part = self._tanh[block]
            back = self._back[: len(part)]
            outer += 0.5 * (part.T @ small[block])
            np.matmul(small[block], quarter, out=back)
            np.multiply(part, part, out=part)
            np.subtract(1.0, part, out=part)
            np.multiply(back, part, out=back)
            inner += back.T @ x[block]
        return Weights(outer, inner)
