r"""What a feature model is: a neuron :math:`\sigma_w(x)` with a computable covariance.

Everything in these chapters depends on the data law only through the kernel

.. math:: \kappa(w,w') = \mathbb E_x[\sigma_w(x)\,\sigma_{w'}(x)],

so that a model is its kernel together with four contractions of the kernel's derivatives. They are
matrix products; no array of size :math:`N\times N'\times d` is ever formed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

__all__ = ["FeatureModel", "KernelPair"]


@guarded
class KernelPair(ABC):
    r"""The kernel between neurons ``w`` (:math:`n\times D`) and ``v`` (:math:`n'\times D`).

    :math:`D` is the number of inner weights of a neuron (the input dimension, plus one for a
    trainable bias). Below :math:`\nabla_1,\nabla_2` act on the first and second argument.
    """

    @property
    @abstractmethod
    def value(self) -> FloatArray:
        r""":math:`\kappa(w_i,v_j)`, shape ``(n, n')``."""

    @abstractmethod
    def grad(self, m: FloatArray) -> FloatArray:
        r""":math:`\sum_j m_{ij}\nabla_1\kappa(w_i,v_j)`, shape ``(n, D)``."""

    @abstractmethod
    def slope(self, omega: FloatArray) -> FloatArray:
        r""":math:`\omega_j\cdot\nabla_2\kappa(w_i,v_j)`, shape ``(n, n')``; ``omega (n', D)``."""

    @abstractmethod
    def mixed(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        r""":math:`\sum_j m_{ij}\nabla_1\nabla_2\kappa(w_i,v_j)\,\omega_j`, shape ``(n, D)``."""

    @abstractmethod
    def hess(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        r""":math:`\sum_j m_{ij}\nabla_1^2\kappa(w_i,v_j)\,\omega_i`, shape ``(n, D)``."""


@guarded
class FeatureModel(ABC):
    """A neuron with its covariance under the data law.

    Attributes
    ----------
    sup_norm : float
        Supremum of ``|sigma|``, the constant of the theorems.
    odd : bool
        Whether ``sigma(-x) = -sigma(x)``: neurons with orthogonal weights are then uncorrelated.
    """

    sup_norm: float
    odd: bool

    @abstractmethod
    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        r""":math:`\sigma_{w_i}(x_s)`, shape ``(len(x), len(w))``."""

    @abstractmethod
    def _pair(self, w: FloatArray, v: FloatArray) -> KernelPair:
        """Return the kernel of validated weights."""

    def pair(self, w: ArrayLike, v: ArrayLike) -> KernelPair:
        """Return the kernel between two sets of neurons, with its derivatives.

        Parameters
        ----------
        w, v : array, shape (n, D) and (n', D)
            Inner weights.

        Raises
        ------
        ValueError
            If the widths differ or an entry is not finite.
        """
        w = check_array(w, "w", (None, None))
        return self._pair(w, check_array(v, "v", (None, w.shape[1])))

    def kernel(self, w: FloatArray, v: FloatArray) -> FloatArray:
        r"""Return :math:`\kappa(w_i,v_j)`, shape ``(n, n')``."""
        return self.pair(w, v).value
