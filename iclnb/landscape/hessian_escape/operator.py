r"""The Hessian of the mean-field loss as an operator on velocity fields.

:math:`H(\theta,\theta')=\nabla_\theta\nabla_{\theta'}\frac{\delta^2L}{\delta\mu^2}` acts by
:math:`(Hv)(\theta)=\int H(\theta,\theta')v(\theta')d\mu(\theta')`; the full second variation adds
the block :math:`(H'v)(\theta)=\nabla^2\frac{\delta L}{\delta\mu}(\theta)\,v(\theta)`. Moving the
atoms by :math:`\epsilon v`, the loss changes to second order by
:math:`\frac{\epsilon^2}2\langle v,(H+H')v\rangle_\mu`, so that for N equal weights N times the
ordinary Hessian in the particles is :math:`H(\theta_i,\theta_j)/N+\delta_{ij}H'`. At a point with
:math:`PB=0` the first variation vanishes everywhere, H' = 0, and the two agree.

With :math:`v_j=(\alpha_j,\omega_j)`, :math:`J_z=\nabla z`, :math:`J_g=\nabla g`, let

.. math::
   U=\sum_jp_j\big[J_z\omega_ja_j^\top+z_j\alpha_j^\top-(B\alpha_j)g_j^\top-(Ba_j)(J_g\omega_j)^\top
     \big],\qquad M=U\Sigma^{-1}.

Then

.. math::
   (Hv)_a&=-M^\top z+B^\top Mg
     +B^\top\sum_jp_j[B\alpha_j\kappa_j+Ba_j\,\omega_j\cdot\nabla_2\kappa_j], \\
   (Hv)_w&=-J_z^\top Ma+J_g^\top M^\top Ba
     +\sum_jp_j[(Ba\cdot B\alpha_j)\nabla_1\kappa_j+(Ba\cdot Ba_j)\nabla_1\nabla_2\kappa_j\omega_j],

a few matrix products of size N by N; nothing of size :math:`(N(k+D))^2` is formed. Derived here;
Kim & Suzuki, Lemma 4.1, state the dynamics with H alone (second-hand), which is right where H' = 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.linalg import LinearOperator

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics

__all__ = ["Hessian", "VelocityField"]


class VelocityField(NamedTuple):
    """A velocity of every atom: ``a`` (N, k) and ``w`` (N, D)."""

    a: FloatArray
    w: FloatArray


@guarded
class Hessian:
    r"""H, H' and their sum at a measure with regular covariance; kernels are computed once.

    Parameters
    ----------
    problem : Problem
    mu : Measure
        All weights positive.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    ValueError
        If an atom has weight zero.
    """

    def __init__(self, problem: Problem, mu: Measure) -> None:
        stats = statistics(problem, mu).require_regular()
        if np.any(mu.p <= 0.0):
            raise ValueError("mu must give every atom a positive weight")
        self.mu, self.stats = mu, stats
        self._teacher = problem.teacher
        self._own = problem.features.pair(mu.w, mu.w)
        self._cross = problem.features.pair(mu.w, problem.teacher.w)
        self._back = problem.features.pair(problem.teacher.w, mu.w)
        self._inverse = np.linalg.inv(stats.sig)
        self._ba = mu.a @ stats.b.T
        self._g = self._own.value @ mu.outer
        self._z = self._cross.value @ problem.teacher.outer - self._g @ stats.b.T
        self._gram = self._ba @ (mu.p[:, None] * self._ba).T

    @property
    def size(self) -> int:
        """Dimension N (k + D) of the space of velocity fields."""
        return self.mu.a.size + self.mu.w.size

    def _field(self, v: VelocityField) -> VelocityField:
        return VelocityField(
            check_array(v[0], "v.a", self.mu.a.shape), check_array(v[1], "v.w", self.mu.w.shape)
        )

    def _pull(self, on_z: FloatArray, on_g: FloatArray, extra: FloatArray | float) -> FloatArray:
        r"""Return :math:`\nabla_w[c_i\cdot z(w)+d_i\cdot g(w)+\sum_je_{ij}\kappa(w,w_j)]`."""
        on_h = on_g - on_z @ self.stats.b
        return self._own.grad(on_h @ self.mu.outer.T + extra) + self._cross.grad(
            on_z @ self._teacher.outer.T
        )

    def _push(self, slope: FloatArray, omega: FloatArray) -> tuple[FloatArray, FloatArray]:
        r"""Return :math:`J_z(w_i)\omega_i` and :math:`J_g(w_i)\omega_i`; kappa is symmetric."""
        jg = slope.T @ self.mu.outer
        return self._back.slope(omega).T @ self._teacher.outer - jg @ self.stats.b.T, jg

    def apply(self, v: VelocityField) -> VelocityField:
        r"""Return :math:`Hv`, the kernel part of the second variation."""
        alpha, omega = self._field(v)
        mu, b = self.mu, self.stats.b
        slope = self._own.slope(omega)
        jz, jg = self._push(slope, omega)
        weight = mu.p[:, None]
        balpha = alpha @ b.T
        u = (weight * jz).T @ mu.a + (weight * self._z).T @ alpha
        u -= (weight * balpha).T @ self._g + (weight * self._ba).T @ jg
        m = u @ self._inverse
        inner = self._own.value @ (weight * balpha) + slope @ (weight * self._ba)
        on_a = -self._z @ m + self._g @ m.T @ b + inner @ b
        on_w = self._pull(-mu.a @ m.T, self._ba @ m, self._ba @ (weight * balpha).T)
        return VelocityField(on_a, on_w + self._own.mixed(self._gram, omega))

    def apply_local(self, v: VelocityField) -> VelocityField:
        r"""Return :math:`H'v=\nabla^2\frac{\delta L}{\delta\mu}\,v`, atom by atom."""
        alpha, omega = self._field(v)
        mu, b = self.mu, self.stats.b
        jz, _ = self._push(self._own.slope(omega), omega)
        on_w = -self._pull(alpha @ b.T, np.zeros_like(mu.a), 0.0)
        # minus dL/dmu = (Ba).(g0 - B g): the coefficients of kappa in it
        on_w += self._own.hess(self._gram, omega)
        on_w -= self._cross.hess(self._ba @ self._teacher.outer.T, omega)
        return VelocityField(-jz @ b, on_w)

    def apply_full(self, v: VelocityField) -> VelocityField:
        r"""Return :math:`(H+H')v`."""
        kernel, local = self.apply(v), self.apply_local(v)
        return VelocityField(kernel.a + local.a, kernel.w + local.w)

    def inner(self, u: VelocityField, v: VelocityField) -> float:
        r"""Return :math:`\langle u,v\rangle_\mu=\int u\cdot v\,d\mu`."""
        u, v = self._field(u), self._field(v)
        return float(self.mu.p @ (np.sum(u.a * v.a, axis=1) + np.sum(u.w * v.w, axis=1)))

    def to_vector(self, v: VelocityField) -> FloatArray:
        r"""Return :math:`(\sqrt{p_i}\,v_i)` as one vector: an isometry of :math:`L^2(\mu)`."""
        v = self._field(v)
        root = np.sqrt(self.mu.p)[:, None]
        return np.concatenate([(root * v.a).ravel(), (root * v.w).ravel()])

    def to_field(self, x: ArrayLike) -> VelocityField:
        """Return the velocity field of a vector; the inverse of :meth:`to_vector`."""
        x = np.asarray(x, dtype=np.float64).reshape(-1)
        if x.shape != (self.size,):
            raise ValueError(f"x must have {self.size} entries, got {x.size}")
        root, cut = np.sqrt(self.mu.p)[:, None], self.mu.a.size
        return VelocityField(
            x[:cut].reshape(self.mu.a.shape) / root, x[cut:].reshape(self.mu.w.shape) / root
        )

    def operator(self, *, full: bool = False) -> LinearOperator:
        r"""Return H (or H + H') as a symmetric operator on vectors, see :meth:`to_vector`.

        Its eigenvalues are those of the integral operator on :math:`L^2(\mu)`.
        """
        act = self.apply_full if full else self.apply

        def matvec(x: FloatArray) -> FloatArray:
            return self.to_vector(act(self.to_field(x)))

        return LinearOperator(
            (self.size, self.size), matvec=matvec, rmatvec=matvec, dtype=np.float64
        )

    def dense(self, *, full: bool = False) -> FloatArray:
        """Return the symmetric matrix of :meth:`operator`; for small N only."""
        operator = self.operator(full=full)
        out = np.stack([operator.matvec(e) for e in np.eye(self.size)], axis=1)
        return 0.5 * (out + out.T)
