r"""The moments that fix the population risk of linear attention.

Answer :math:`\hat y=S^\top\Gamma\psi(x_q)`, :math:`S=\frac1n\sum_iy_i\phi(x_i)`,
:math:`y=F+\sigma\xi`, :math:`F=\sum_j\beta_jf_j`, :math:`E\beta\beta^\top=\Sigma`. With
:math:`M_\phi=E\phi f^\top` and the task variance :math:`v(x)=f(x)^\top\Sigma f(x)`,

.. math:: C=E[SF(x_q)\psi^\top]=M_\phi\Sigma M_\psi^\top,\quad
          C_0=M_\phi\Sigma M_\phi^\top,\quad
          A=E[SS^\top]=(1-\tfrac1n)C_0+\tfrac1n(E[v\phi\phi^\top]+\sigma^2E\phi\phi^\top),\quad
          G=E\psi\psi^\top.

Only second moments of the tasks enter, and independence of tasks, inputs and noise: no Gaussian
law. KNS's clipping of the answer and their constraint on Gamma are left out. Derived here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_integer,
    check_length,
    check_number,
    check_probabilities,
    check_psd,
)
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import (
    check_covariance,
    check_variances,
    times_covariance,
)


@guarded
@dataclass(frozen=True, eq=False)
class Moments:
    r"""Second moments of one setting; N keys, N' queries.

    Parameters
    ----------
    cross : array (N, N')
        :math:`C=E[SF(x_q)\psi^\top]`.
    mean_second : array (N, N)
        :math:`C_0`, the second moment of the key at n = infinity.
    load : array (N, N)
        :math:`E[v\phi\phi^\top]` with :math:`v(x)=E_FF(x)^2`: what one example adds to the second
        moment of the key, :math:`A=(1-\frac1n)C_0+\frac1n(\mathrm{load}+\sigma^2E\phi\phi^\top)`.
    key_gram : array (N, N)
        :math:`E\phi\phi^\top`.
    query_gram : array (N', N')
        :math:`G=E\psi\psi^\top`.
    variance : float
        :math:`E F(x)^2`, all functions of the task included.
    prompt_length : int or ``math.inf``
        n >= 1.
    noise : float
        :math:`\sigma\ge0`, a standard deviation.
    """

    cross: FloatArray
    mean_second: FloatArray
    load: FloatArray
    key_gram: FloatArray
    query_gram: FloatArray
    variance: float
    prompt_length: float
    noise: float

    def __post_init__(self) -> None:
        cross = check_array(self.cross, "cross", (None, None))
        n, m = cross.shape
        object.__setattr__(self, "cross", cross)
        for name, size in (("mean_second", n), ("load", n), ("key_gram", n), ("query_gram", m)):
            object.__setattr__(self, name, check_psd(getattr(self, name), name, size))
        object.__setattr__(self, "variance", check_number(self.variance, "variance", low=0.0))
        object.__setattr__(self, "prompt_length", check_length(self.prompt_length, "prompt_length"))
        object.__setattr__(self, "noise", check_number(self.noise, "noise", low=0.0))

    @property
    def second(self) -> FloatArray:
        """A, the second moment of the key, shape (N, N)."""
        extra = self.load + self.noise**2 * self.key_gram
        return self.mean_second + (extra - self.mean_second) / self.prompt_length

    def at(self, *, prompt_length: float | None = None, noise: float | None = None) -> Moments:
        """The same features and tasks at another prompt length or noise level."""
        return replace(
            self,
            prompt_length=self.prompt_length if prompt_length is None else prompt_length,
            noise=self.noise if noise is None else noise,
        )

    def truncate(self, size: int) -> Moments:
        """Only the first ``size`` keys and queries; the task is not truncated."""
        size = check_integer(size, "size")
        if size > min(self.cross.shape):
            raise ValueError(f"size must be at most {min(self.cross.shape)}, got {size}")
        cut = slice(size)
        return replace(
            self,
            cross=self.cross[cut, cut],
            mean_second=self.mean_second[cut, cut],
            load=self.load[cut, cut],
            key_gram=self.key_gram[cut, cut],
            query_gram=self.query_gram[cut, cut],
        )


@guarded
def quadrature_moments(
    keys: ArrayLike,
    function_values: ArrayLike,
    node_weights: ArrayLike,
    task_covariance: ArrayLike,
    *,
    prompt_length: float,
    noise: float,
    queries: ArrayLike | None = None,
    tail: float = 0.0,
) -> Moments:
    r"""Moments from values at quadrature nodes: any features, any functions, any covariance.

    Parameters
    ----------
    keys : array (Q, N)
        :math:`\phi` at the nodes.
    function_values : array (Q, J)
        :math:`f_1..f_J` at the nodes.
    node_weights : array (Q,)
        Weights of the input law, non-negative, summing to one within 1e-10.
    task_covariance : array (J,) or (J, J)
        Covariance of the coefficients.
    queries : array (Q, N'), optional
        :math:`\psi` at the nodes; by default the keys.
    tail : float
        Variance of a further part of the task, of constant variance over x and orthogonal to all
        features: it adds to :math:`EF^2` and to v.
    """
    f = check_array(function_values, "function_values", (None, None))
    w = check_probabilities(node_weights, "node_weights", len(f))
    phi = check_array(keys, "keys", (None, None))
    psi = phi if queries is None else check_array(queries, "queries", (None, None))
    if len(phi) != len(f) or len(psi) != len(f):
        raise ValueError("keys, queries and functions must have one row per node")
    cov = check_covariance(task_covariance, "task_covariance", f.shape[1])
    tail = check_number(tail, "tail", low=0.0)
    v = np.sum(times_covariance(f, cov) * f, axis=1) + tail
    m_phi = (phi * w[:, None]).T @ f
    m_psi = m_phi if queries is None else (psi * w[:, None]).T @ f
    left = times_covariance(m_phi, cov)

    def gram(values: FloatArray, density: FloatArray) -> FloatArray:
        out = values.T @ (density[:, None] * values)
        return 0.5 * (out + out.T)

    mean_second = left @ m_phi.T
    return Moments(
        cross=left @ m_psi.T,
        mean_second=0.5 * (mean_second + mean_second.T),
        load=gram(phi, w * v),
        key_gram=gram(phi, w),
        query_gram=gram(psi, w),
        variance=float(w @ v),
        prompt_length=prompt_length,
        noise=noise,
    )


@guarded
def basis_moments(
    functions: Basis,
    task_covariance: ArrayLike,
    *,
    prompt_length: float,
    noise: float,
    n_features: int | None = None,
    tail: float = 0.0,
) -> Moments:
    """Moments when the features are the first functions of the task basis (default: all).

    The basis' own quadrature makes every entry exact up to rounding.
    """
    nodes, weights = functions.quadrature(4)
    values = functions.evaluate(nodes)
    size = functions.size if n_features is None else check_integer(n_features, "n_features")
    if size > functions.size:
        raise ValueError(f"n_features must be at most {functions.size}, got {size}")
    return quadrature_moments(
        values[:, :size],
        values,
        weights,
        task_covariance,
        prompt_length=prompt_length,
        noise=noise,
        tail=tail,
    )


@guarded
def flat_moments(
    variances: ArrayLike, trace: float, *, prompt_length: float, noise: float
) -> Moments:
    r"""Orthonormal features and constant variance :math:`v(x)=\mathrm{tr}\,\Sigma`: K = tr Sigma I.

    True for Walsh functions and for Fourier pairs of equal variance.

    Parameters
    ----------
    variances : array (N,)
        :math:`\lambda_1..\lambda_N` of the features.
    trace : float
        :math:`\mathrm{tr}\,\Sigma` over all functions, at least the sum of `variances`.
    """
    lam = check_variances(variances, "variances")
    trace = check_number(trace, "trace", low=0.0)
    if trace < lam.sum() * (1 - 1e-12):
        raise ValueError("trace must be at least the sum of the variances")
    one = np.eye(len(lam))
    return Moments(np.diag(lam), np.diag(lam), trace * one, one, one, trace, prompt_length, noise)


@guarded
def cosine_moments(
    variances: ArrayLike, trace: float, *, prompt_length: float, noise: float
) -> Moments:
    r"""The cosine basis :math:`\sqrt2\cos(\pi jx)`, j >= 1, in closed form (derived here).

    .. math:: K_{kl}=(\mathrm{tr}\,\Sigma)\delta_{kl}
              +\tfrac12\lambda_{|k-l|/2}[k\ne l,\ k-l\text{ even}]
              +\tfrac12\lambda_{(k+l)/2}[k+l\text{ even}].

    Parameters are those of :func:`flat_moments`; no quadrature, so that N may be large.
    """
    flat = flat_moments(variances, trace, prompt_length=prompt_length, noise=noise)
    lam = np.diag(flat.cross)
    k = np.arange(1, len(lam) + 1)
    difference = np.abs(k[:, None] - k)
    total = k[:, None] + k
    even = total % 2 == 0
    load = flat.load.copy()
    off = even & (difference > 0)
    load[off] += 0.5 * lam[difference[off] // 2 - 1]
    load[even] += 0.5 * lam[total[even] // 2 - 1]
    return replace(flat, load=load)


@guarded
def best_key_features(
    function_values: ArrayLike, task_covariance: ArrayLike, *, noise: float, tail: float = 0.0
) -> FloatArray:
    r"""Key features :math:`f/w`, :math:`w=v+\sigma^2`, at the points; shape (Q, J).

    With queries f, optimising Gamma over these keys gives the least risk of all linear answers
    :math:`\frac1n\sum_iy_i\kappa(x_i,x_q)` over all kernels: :math:`K+\sigma^2I` is replaced by
    :math:`H^{-1}\preceq K+\sigma^2I`, :math:`H=E[ff^\top/w]`, with equality when v is constant.
    Derived here.
    """
    f = check_array(function_values, "function_values", (None, None))
    cov = check_covariance(task_covariance, "task_covariance", f.shape[1])
    w = np.sum(times_covariance(f, cov) * f, axis=1) + check_number(tail, "tail", low=0.0)
    w = w + check_number(noise, "noise", low=0.0) ** 2
    if w.min() <= 0:
        raise ValueError("label variance v + noise^2 must be positive at every point")
    return f / w[:, None]
