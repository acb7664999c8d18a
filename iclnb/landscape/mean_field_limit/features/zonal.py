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

The arcsine is computed as :math:`\arctan(\beta s/\sqrt E)`, which keeps its digits when the two
neurons are nearly parallel. Derived here; tested against Gauss-Hermite quadrature.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.special import erf, ndtr

from iclnb.arguments import FloatArray
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.model import FeatureModel, KernelPair

__all__ = ["ErfFeatures", "GaussianFeatures", "ProbitFeatures"]


class _Second(NamedTuple):
    ss: FloatArray
    sq: FloatArray
    sr: FloatArray
    qr: FloatArray
    qq: FloatArray


class _Profile(ABC):
    """F and its derivatives at given ``s`` (n, n'), ``q`` (n, 1) and ``r`` = q' (1, n')."""

    def __init__(self, beta: float, s: FloatArray, q: FloatArray, r: FloatArray) -> None:
        self.beta, self.s = beta, s
        self.d, self.e = 1.0 + beta * q, 1.0 + beta * r
        # D D' - (beta s)^2, written without cancellation of the ones, and at least one
        gap = q * r
        gap -= s * s
        np.maximum(gap, 0.0, out=gap)
        gap *= beta * beta
        gap += self.d
        gap += beta * r
        self.gap = gap

    value: FloatArray
    second: _Second
    f_s: FloatArray
    f_q: FloatArray
    f_r: FloatArray


class _Arcsine(_Profile):
    def __init__(self, c0: float, c1: float, beta: float, *where: FloatArray) -> None:
        super().__init__(beta, *where)
        self._c0, self._c1 = c0, c1

    @cached_property
    def _slope(self) -> FloatArray:
        return self.beta / np.sqrt(self.gap)

    @cached_property
    def value(self) -> FloatArray:
        out = self._slope * self.s
        np.arctan(out, out=out)
        out *= self._c1
        out += self._c0
        return out

    @cached_property
    def f_s(self) -> FloatArray:
        return self._c1 * self._slope

    @cached_property
    def f_q(self) -> FloatArray:
        return self.f_s * self.s * (-0.5 * self.beta / self.d)

    @cached_property
    def f_r(self) -> FloatArray:
        return self.f_s * self.s * (-0.5 * self.beta / self.e)

    @cached_property
    def second(self) -> _Second:
        cube, b = self.f_s / self.gap, self.beta
        bend = b * b * self.s * cube
        return _Second(
            ss=bend,
            sq=-0.5 * b * self.e * cube,
            sr=-0.5 * b * self.d * cube,
            qr=0.25 * bend,
            qq=0.5 * b * b * self.s * self.f_s / self.d**2 + 0.25 * bend * self.e / self.d,
        )


class _Bell(_Profile):
    @cached_property
    def value(self) -> FloatArray:
        return 1.0 / np.sqrt(self.gap)

    @cached_property
    def _cube(self) -> FloatArray:
        return self.value / self.gap

    @cached_property
    def f_s(self) -> FloatArray:
        return self.s * self._cube

    @cached_property
    def f_q(self) -> FloatArray:
        return self._cube * (-0.5 * self.e)

    @cached_property
    def f_r(self) -> FloatArray:
        return self._cube * (-0.5 * self.d)

    @cached_property
    def second(self) -> _Second:
        cube, fifth = self._cube, self._cube / self.gap
        return _Second(
            ss=cube + 3.0 * self.s * self.s * fifth,
            sq=-1.5 * self.s * self.e * fifth,
            sr=-1.5 * self.s * self.d * fifth,
            qr=-0.5 * cube + 0.75 * self.d * self.e * fifth,
            qq=0.75 * self.e * self.e * fifth,
        )


class _ZonalFeatures(FeatureModel):
    """A model whose kernel is a profile of the inner product and the two squared norms."""

    @abstractmethod
    def _profile(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Profile: ...

    def _pair(self, w: FloatArray, v: FloatArray) -> KernelPair:
        s = w @ v.T
        q = np.einsum("id,id->i", w, w)[:, None]
        r = np.einsum("id,id->i", v, v)[None, :]
        return _ZonalPair(self._profile(s, q, r), w, v)


def _rows(m: FloatArray) -> FloatArray:
    """Return the sums of the rows as a column."""
    return m.sum(axis=1)[:, None]


class _ZonalPair(KernelPair):
    def __init__(self, profile: _Profile, w: FloatArray, v: FloatArray) -> None:
        self._f, self._w, self._v = profile, w, v

    @property
    def value(self) -> FloatArray:
        return self._f.value

    def grad(self, m: FloatArray) -> FloatArray:
        f = self._f
        return (m * f.f_s) @ self._v + 2.0 * _rows(m * f.f_q) * self._w

    def slope(self, omega: FloatArray) -> FloatArray:
        own = np.einsum("jd,jd->j", self._v, omega)[None, :]
        return self._f.f_s * (self._w @ omega.T) + 2.0 * self._f.f_r * own

    def mixed(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        g = self._f.second
        across = self._w @ omega.T
        own = np.einsum("jd,jd->j", self._v, omega)[None, :]
        on_v = (m * (g.ss * across + 2.0 * g.sr * own)) @ self._v
        on_w = _rows(m * (2.0 * g.sq * across + 4.0 * g.qr * own))
        return on_v + (m * self._f.f_s) @ omega + on_w * self._w

    def hess(self, m: FloatArray, omega: FloatArray) -> FloatArray:
        g = self._f.second
        across = omega @ self._v.T
        own = np.einsum("id,id->i", self._w, omega)[:, None]
        on_v = (m * (g.ss * across + 2.0 * g.sq * own)) @ self._v
        on_w = _rows(m * (2.0 * g.sq * across + 4.0 * g.qq * own))
        return on_v + on_w * self._w + 2.0 * _rows(m * self._f.f_q) * omega


@guarded
@dataclass(frozen=True)
class ErfFeatures(_ZonalFeatures):
    r""":math:`\sigma_w(x)=\mathrm{erf}(w\cdot x)`, odd, :math:`x\sim N(0,I)`.

    :math:`\kappa(w,w')=\frac2\pi\arcsin\frac{2w\cdot w'}{\sqrt{(1+2|w|^2)(1+2|w'|^2)}}`.
    """

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = True

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return erf(x @ w.T)

    def _profile(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Profile:
        return _Arcsine(0.0, 2.0 / np.pi, 2.0, s, q, r)


@guarded
@dataclass(frozen=True)
class ProbitFeatures(_ZonalFeatures):
    r""":math:`\sigma_w(x)=\Phi(w\cdot x)`, the normal distribution function, :math:`x\sim N(0,I)`.

    :math:`\kappa(w,w')=\frac14+\frac1{2\pi}\arcsin\frac{w\cdot w'}{\sqrt{(1+|w|^2)(1+|w'|^2)}}`.
    The probit at :math:`t/1.702` is within 0.0095 of the logistic function at :math:`t`.
    """

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = False

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return ndtr(x @ w.T)

    def _profile(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Profile:
        return _Arcsine(0.25, 0.5 / np.pi, 1.0, s, q, r)


@guarded
@dataclass(frozen=True)
class GaussianFeatures(_ZonalFeatures):
    r""":math:`\sigma_w(x)=e^{-(w\cdot x)^2/2}`, :math:`x\sim N(0,I)`.

    :math:`\kappa(w,w')=[(1+|w|^2)(1+|w'|^2)-(w\cdot w')^2]^{-1/2}`.
    """

    sup_norm: ClassVar[float] = 1.0
    odd: ClassVar[bool] = False

    def evaluate(self, x: FloatArray, w: FloatArray) -> FloatArray:
        return np.exp(-0.5 * (x @ w.T) ** 2)

    def _profile(self, s: FloatArray, q: FloatArray, r: FloatArray) -> _Profile:
        return _Bell(1.0, s, q, r)
