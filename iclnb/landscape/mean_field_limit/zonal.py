r"""Kernels that depend on :math:`s=w\cdot w'`, :math:`q=|w|^2`, :math:`q'=|w'|^2` alone.

For :math:`x\sim N(0,I_d)` and :math:`\sigma_w(x)=\sigma(w\cdot x)` the pair
:math:`(w\cdot x,w'\cdot x)` is Gaussian, so :math:`\kappa(w,w')=F(s,q,q')`. The chain rule gives

.. math::
   \nabla_1\kappa &= F_s\,w' + 2F_q\,w, \\
   \nabla_1(\omega\cdot\nabla_2\kappa) &= F_{ss}(w\cdot\omega)w' + F_s\,\omega
      + 2F_{sq}(w\cdot\omega)w + 2F_{sq'}(w'\cdot\omega)w' + 4F_{qq'}(w'\cdot\omega)w, \\
   (\nabla_1^2\kappa)\,\omega &= F_{ss}(w'\cdot\omega)w' + 2F_{sq}[(w'\cdot\omega)w
      + (w\cdot\omega)w'] + 4F_{qq}(w\cdot\omega)w + 2F_q\,\omega .

With :math:`D=1+\beta q`, :math:`D'=1+\beta q'`, :math:`E=DD'-\beta^2s^2`:

* sigmoidal: :math:`F=c_0+c_1\arcsin(\beta s/\sqrt{DD'})`. Here :math:`\mathrm{erf}(t)` has
  :math:`(c_0,c_1,\beta)=(0,2/\pi,2)` (C. Williams, 1997) and the probit
  :math:`\Phi(t)=\frac12[1+\mathrm{erf}(t/\sqrt2)]` has :math:`(1/4,1/(2\pi),1)`;
* bell: :math:`\sigma(t)=e^{-t^2/2}` has :math:`F=E^{-1/2}` with :math:`\beta=1`.

The arcsine is computed as :math:`\mathrm{atan2}(\beta s,\sqrt E)`, which keeps its digits when the
two neurons are nearly parallel. Derived here; tested against Gauss-Hermite quadrature.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.special import erf, ndtr

from .checks import FloatArray
from .features import FeatureModel, KernelPair

__all__ = ["ErfFeatures", "GaussianFeatures", "ProbitFeatures"]


class _First(NamedTuple):
    s: FloatArray
    q: FloatArray
    r: FloatArray


class _Second(NamedTuple):
    ss: FloatArray
    sq: FloatArray
    sr: FloatArray
    qr: FloatArray
    qq: FloatArray


class _ZonalFeatures(FeatureModel):
    """A model whose kernel is a profile ``F(s, q, r)``, ``r`` being the second squared norm."""

    @abstractmethod
    def _value(self, s: FloatArray, q: FloatArray, r: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _first(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _First: ...

    @abstractmethod
    def _second(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Second: ...

    def _pair(self, w: FloatArray, v: FloatArray) -> KernelPair:
        return _ZonalPair(self, w, v)


class _ZonalPair(KernelPair):
    def __init__(self, model: _ZonalFeatures, w: FloatArray, v: FloatArray) -> None:
        self._model, self._w, self._v = model, w, v
        self._s = w @ v.T
        self._q = np.einsum("id,id->i", w, w)[:, None]
        self._r = np.einsum("id,id->i", v, v)[None, :]

    @cached_property
    def value(self) -> FloatArray:
        return self._model._value(self._s, self._q, self._r)

    @cached_property
    def _f(self) -> _First:
        return self._model._first(self._s, self._q, self._r)

    @cached_property
    def _ff(self) -> _Second:
        return self._model._second(self._s, self._q, self._r)

    def grad(self, m: FloatArray) -> FloatArray:
        f = self._f
        return (m * f.s) @ self._v + 2.0 * np.einsum("ij,ij->i", m, f.q)[:, None] * self._w

    def slope(self, omega: FloatArray) -> FloatArray:
        own = np.einsum("jd,jd->j", self._v, omega)[None, :]
        return self._f.s * (self._w @ omega.T) + 2.0 * self._f.r * own

    def mixed(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        f, g = self._f, self._ff
        across = self._w @ omega.T
        own = np.einsum("jd,jd->j", self._v, omega)[None, :]
        on_v = (m * (g.ss * across + 2.0 * g.sr * own)) @ self._v
        on_w = np.einsum("ij,ij->i", m, 2.0 * g.sq * across + 4.0 * g.qr * own)
        return on_v + (m * f.s) @ omega + on_w[:, None] * self._w

    def hess(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        f, g = self._f, self._ff
        across = omega @ self._v.T
        own = np.einsum("id,id->i", self._w, omega)[:, None]
        on_v = (m * (g.ss * across + 2.0 * g.sq * own)) @ self._v
        on_w = np.einsum("ij,ij->i", m, 2.0 * g.sq * across + 4.0 * g.qq * own)
        on_omega = 2.0 * np.einsum("ij,ij->i", m, f.q)
        return on_v + on_w[:, None] * self._w + on_omega[:, None] * omega


class _ArcsineFeatures(_ZonalFeatures):
    _c0: ClassVar[float]
    _c1: ClassVar[float]
    _beta: ClassVar[float]

    def _parts(self, s: FloatArray, q: FloatArray, r: FloatArray) -> tuple[FloatArray, ...]:
        d, e = 1.0 + self._beta * q, 1.0 + self._beta * r
        # D D' - (beta s)^2, without cancellation for parallel weights, at least one
        gap = 1.0 + self._beta * (q + r) + self._beta**2 * np.maximum(q * r - s * s, 0.0)
        return d, e, gap

    def _value(self, s: FloatArray, q: FloatArray, r: FloatArray) -> FloatArray:
        _, _, gap = self._parts(s, q, r)
        return self._c0 + self._c1 * np.arctan2(self._beta * s, np.sqrt(gap))

    def _first(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _First:
        d, e, gap = self._parts(s, q, r)
        f_s = self._c1 * self._beta / np.sqrt(gap)
        half = -0.5 * self._beta * s * f_s
        return _First(f_s, half / d, half / e)

    def _second(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Second:
        d, e, gap = self._parts(s, q, r)
        f_s = self._c1 * self._beta / np.sqrt(gap)
        cube = f_s / gap
        b = self._beta
        return _Second(
            ss=b * b * s * cube,
            sq=-0.5 * b * e * cube,
            sr=-0.5 * b * d * cube,
            qr=0.25 * b * b * s * cube,
            qq=0.5 * b * b * s * (f_s / d**2 + 0.5 * e * cube / d),
        )


@dataclass(frozen=True)
class ErfFeatures(_ArcsineFeatures):
    r""":math:`\sigma_w(x)=\mathrm{erf}(w\cdot x)`, odd, :math:`x\sim N(0,I)`.

    :math:`\kappa(w,w')=\frac2\pi\arcsin\frac{2w\cdot w'}{\sqrt{(1+2|w|^2)(1+2|w'|^2)}}`.
    """

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = True
    _c0: ClassVar[float] = 0.0
    _c1: ClassVar[float] = 2.0 / np.pi
    _beta: ClassVar[float] = 2.0

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return erf(x @ w.T)


@dataclass(frozen=True)
class ProbitFeatures(_ArcsineFeatures):
    r""":math:`\sigma_w(x)=\Phi(w\cdot x)`, the normal distribution function, :math:`x\sim N(0,I)`.

    :math:`\kappa(w,w')=\frac14+\frac1{2\pi}\arcsin\frac{w\cdot w'}{\sqrt{(1+|w|^2)(1+|w'|^2)}}`.
    The probit at :math:`t/1.702` is within 0.0095 of the logistic function at :math:`t`.
    """

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = False
    _c0: ClassVar[float] = 0.25
    _c1: ClassVar[float] = 0.5 / np.pi
    _beta: ClassVar[float] = 1.0

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return ndtr(x @ w.T)


@dataclass(frozen=True)
class GaussianFeatures(_ZonalFeatures):
    r""":math:`\sigma_w(x)=e^{-(w\cdot x)^2/2}`, :math:`x\sim N(0,I)`.

    :math:`\kappa(w,w')=[(1+|w|^2)(1+|w'|^2)-(w\cdot w')^2]^{-1/2}`.
    """

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = False

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return np.exp(-0.5 * (x @ w.T) ** 2)

    def _parts(self, s: FloatArray, q: FloatArray, r: FloatArray) -> tuple[FloatArray, ...]:
        d, e = 1.0 + q, 1.0 + r
        gap = 1.0 + q + r + np.maximum(q * r - s * s, 0.0)
        return d, e, gap, gap**-0.5

    def _value(self, s: FloatArray, q: FloatArray, r: FloatArray) -> FloatArray:
        return self._parts(s, q, r)[3]

    def _first(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _First:
        d, e, gap, f = self._parts(s, q, r)
        cube = f / gap
        return _First(s * cube, -0.5 * e * cube, -0.5 * d * cube)

    def _second(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Second:
        d, e, gap, f = self._parts(s, q, r)
        cube = f / gap
        fifth = cube / gap
        return _Second(
            ss=cube + 3.0 * s * s * fifth,
            sq=-1.5 * s * e * fifth,
            sr=-1.5 * s * d * fifth,
            qr=-0.5 * cube + 0.75 * d * e * fifth,
            qq=0.75 * e * e * fifth,
        )
