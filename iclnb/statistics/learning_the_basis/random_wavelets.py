r"""Random tensor-product splines in many dimensions: tasks of KNS's figures.

On one axis the B-splines of degree m and level 0 on [0, 1] are :math:`N_m(x-b)`, b = -m..0. A
function takes one shift per axis, :math:`\psi(x)\propto\prod_iN_m(x_i-b_i)`, with norm one; there
are :math:`(m+1)^d` of them, of which ``count`` are drawn. All moments factorise over the axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.function_spaces.polynomials import gauss_legendre
from iclnb.statistics.function_spaces.splines import active_splines
from iclnb.statistics.nonparametric_icl.risk.moments import Moments


@guarded
class RandomWavelets(Basis):
    """Distinct products of one-dimensional splines of level 0, each of norm one.

    Parameters
    ----------
    d : int
        d.
    size : int
        N, at most (degree + 1)^d.
    rng : Generator
        Draws the shifts, without replacement.
    degree : int
        m >= 1; "order-2 wavelets" is m = 2.
    """

    orthonormal = False

    def __init__(self, d: int, size: int, rng: np.random.Generator, *, degree: int = 2) -> None:
        self.d = check_integer(d, "d")
        self.size = check_integer(size, "size")
        self.degree = check_integer(degree, "degree")
        self.smoothness = degree + 0.5
        available = (degree + 1) ** d
        if size > available:
            raise ValueError(f"size must be at most {available}, got {size}")
        chosen = check_generator(rng, "rng").choice(available, size=size, replace=False)
        # Shifts as digits, shape (N, d): 0 is the leftmost spline.
        self.shifts = chosen[:, None] // (degree + 1) ** np.arange(d) % (degree + 1)
        nodes, weights = gauss_legendre(2 * degree + 1)
        axis = active_splines(nodes, degree)
        self._axis = axis / np.sqrt(weights @ axis**2)
        self._weights = weights
        self._norms = np.sqrt(weights @ axis**2)

    def _values(self, x: FloatArray) -> FloatArray:
        out = np.ones((len(x), self.size))
        for i in range(self.d):
            out *= (active_splines(x[:, i], self.degree) / self._norms)[:, self.shifts[:, i]]
        return out

    def quadrature(self, factors: int = 4) -> Quadrature:
        """The moments factorise: see :meth:`gram` and :func:`wavelet_moments`."""
        raise NotImplementedError("a product rule would have too many nodes; see wavelet_moments")

    def gram(self) -> FloatArray:
        """Gram matrix, shape (N, N), one axis after another."""
        axis = self._axis.T @ (self._weights[:, None] * self._axis)
        out = np.ones((self.size, self.size))
        for b in self.shifts.T:
            out *= axis[b[:, None], b[None, :]]
        return out

    def square_products(self) -> FloatArray:
        r""":math:`E\psi_j^2\psi_k\psi_l`, shape (N, N, N)."""
        a = self._axis
        axis = np.einsum("q,qj,qk,ql->jkl", self._weights, a * a, a, a, optimize=True)
        out = np.ones((self.size,) * 3)
        for b in self.shifts.T:
            out *= axis[b[:, None, None], b[None, :, None], b[None, None, :]]
        return out


@guarded
def wavelet_moments(
    functions: RandomWavelets, variances: ArrayLike, *, prompt_length: float, noise: float
) -> Moments:
    r"""Exact moments of linear attention whose features are the task functions themselves.

    Parameters
    ----------
    functions : RandomWavelets
        N functions.
    variances : array (N,)
        :math:`\lambda_j`, the variances of independent coefficients.
    prompt_length : float
        n >= 1 or infinity.
    noise : float
        A standard deviation.
    """
    lam = check_array(variances, "variances", (functions.size,))
    gram = functions.gram()
    second = gram @ (lam[:, None] * gram)
    load = np.einsum("j,jkl->kl", lam, functions.square_products())
    variance = float(lam @ np.diag(gram))
    second = 0.5 * (second + second.T)
    return Moments(second, second, load, gram, gram, variance, prompt_length, noise)
