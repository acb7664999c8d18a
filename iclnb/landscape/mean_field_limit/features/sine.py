r"""The sine neuron with a trainable bias, :math:`\sigma_{(w,b)}(x)=\sin(w\cdot x+b)`.

For :math:`x\sim N(0,I)`

.. math:: \kappa = \tfrac12\big[e^{-|w-v|^2/2}\cos(b-c) - e^{-|w+v|^2/2}\cos(b+c)\big].

With :math:`G_\epsilon=\exp(-\frac12|w-\epsilon v|^2+i(b-\epsilon c))`, :math:`\epsilon=\pm1`,
:math:`\kappa=\frac12\mathrm{Re}\sum_\epsilon\epsilon G_\epsilon`, and with
:math:`u=(-w+\epsilon v,\;i)` and :math:`J=\mathrm{diag}(-I,0)`

.. math::
   \nabla_1G_\epsilon=uG_\epsilon,\quad \nabla_2G_\epsilon=-\epsilon uG_\epsilon,\quad
   \nabla_1(\omega\cdot\nabla_2G_\epsilon)=-\epsilon[(u\cdot\omega)u+J\omega]G_\epsilon,\quad
   (\nabla_1^2G_\epsilon)\omega=[(u\cdot\omega)u+J\omega]G_\epsilon .

Derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from iclnb.arguments import FloatArray
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.model import FeatureModel, KernelPair

__all__ = ["SineFeatures"]


@guarded
@dataclass(frozen=True)
class SineFeatures(FeatureModel):
    r""":math:`\sin(w\cdot x+b)`; the weights of a neuron are :math:`(w,b)\in\mathbb R^{d+1}`."""

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = False

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return np.sin(x @ w[:, :-1].T + w[:, -1])

    def _pair(self, w: FloatArray, v: FloatArray) -> KernelPair:
        if w.shape[1] < 2:
            raise ValueError("w must have at least two columns: the weights and the bias")
        return _SinePair(w, v)


class _SinePair(KernelPair):
    def __init__(self, w: FloatArray, v: FloatArray) -> None:
        square = np.sum(w[:, :-1] ** 2, axis=1)[:, None] + np.sum(v[:, :-1] ** 2, axis=1)[None, :]
        inner = w[:, :-1] @ v[:, :-1].T
        b, c = w[:, -1:], v[None, :, -1]
        self._waves = tuple(
            (sign, np.exp(-0.5 * square + sign * inner + 1j * (b - sign * c)))
            for sign in (1.0, -1.0)
        )
        # u_ij = own_i + sign * other_j
        self._own = np.concatenate([-w[:, :-1], np.full((len(w), 1), 1j)], axis=1)
        self._other = np.concatenate([v[:, :-1], np.zeros((len(v), 1))], axis=1)

    @property
    def value(self) -> FloatArray:
        return 0.5 * sum(sign * wave.real for sign, wave in self._waves)

    def _on_u(self, m: NDArray[np.complex128], sign: float) -> NDArray[np.complex128]:
        """Return sum_j m_ij u_ij."""
        return m.sum(axis=1)[:, None] * self._own + sign * (m @ self._other)

    def grad(self, m: FloatArray) -> FloatArray:
        return 0.5 * sum(sign * self._on_u(m * g, sign).real for sign, g in self._waves)

    def slope(self, omega: FloatArray) -> FloatArray:
        own = np.einsum("jd,jd->j", self._other, omega)[None, :]
        along = self._own @ omega.T
        return -0.5 * sum(((along + sign * own) * g).real for sign, g in self._waves)

    def mixed(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        own = np.einsum("jd,jd->j", self._other, omega)[None, :]
        along = self._own @ omega.T
        flat = np.concatenate([-omega[:, :-1], np.zeros((len(omega), 1))], axis=1)
        terms = (
            self._on_u(m * (along + sign * own) * g, sign) + (m * g) @ flat
            for sign, g in self._waves
        )
        return -0.5 * sum(term.real for term in terms)

    def hess(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        own = np.einsum("id,id->i", self._own, omega)[:, None]
        along = omega @ self._other.T
        flat = np.concatenate([-omega[:, :-1], np.zeros((len(omega), 1))], axis=1)
        terms = (
            sign
            * (self._on_u(m * (own + sign * along) * g, sign) + (m * g).sum(axis=1)[:, None] * flat)
            for sign, g in self._waves
        )
        return 0.5 * sum(term.real for term in terms)
