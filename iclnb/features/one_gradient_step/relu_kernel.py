r"""Second moments of ReLU features under Gaussian inputs, with any weights and biases.

For standard normal X, Y of correlation :math:`\rho`, :math:`\tau=\sqrt{1-\rho^2}`, the distribution
function :math:`\Phi_2` and the density :math:`\varphi_2` of the pair,

.. math:: E(X+p)_+(Y+q)_+=(pq+\rho)\Phi_2(p,q)+q\,\varphi(p)\Phi\big(\tfrac{q-\rho p}\tau\big)
   +p\,\varphi(q)\Phi\big(\tfrac{p-\rho q}\tau\big)+\tau^2\varphi_2(p,q),

and :math:`\Phi_2` by Owen's T function. Derived here (two derivatives in p and q give
:math:`\Phi_2`); at p = q = 0 it is the arc-cosine kernel of order one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, owens_t

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

from .hermite import normal_density

__all__ = ["KernelSlope", "bivariate_normal_cdf", "relu_kernel", "relu_kernel_slope"]


@guarded
def bivariate_normal_cdf(p: ArrayLike, q: ArrayLike, correlation: ArrayLike) -> FloatArray:
    r""":math:`P(X\le p,Y\le q)` for standard normals of correlation :math:`\rho\in[-1,1]`.

    Broadcasts. By :math:`\tfrac12(\Phi(p)+\Phi(q))-T(p,\tfrac{q-\rho p}{p\tau})
    -T(q,\tfrac{p-\rho q}{q\tau})-\tfrac12\{\text{opposite sides of zero}\}` (Owen 1956).

    Raises
    ------
    ValueError
        If a correlation lies outside [-1, 1] by more than 1e-12.
    """
    p, q, correlation = np.broadcast_arrays(
        check_array(p, "p"),
        check_array(q, "q"),
        _correlation(check_array(correlation, "correlation")),
    )
    tau = np.sqrt((1 - correlation) * (1 + correlation))
    with np.errstate(divide="ignore", invalid="ignore"):
        first = owens_t(p, np.where(p == 0, np.sign(q) * np.inf, (q - correlation * p) / (p * tau)))
        second = owens_t(
            q, np.where(q == 0, np.sign(p) * np.inf, (p - correlation * q) / (q * tau))
        )
    opposite = (p * q < 0) | ((p * q == 0) & (p + q < 0))
    value = 0.5 * (ndtr(p) + ndtr(q)) - first - second - 0.5 * opposite
    value = np.where((p == 0) & (q == 0), 0.25 + np.arcsin(correlation) / (2 * np.pi), value)
    value = np.where(correlation == 1, ndtr(np.minimum(p, q)), value)
    value = np.where(correlation == -1, np.maximum(ndtr(p) - ndtr(-q), 0.0), value)
    return np.clip(value, 0.0, 1.0)


def _correlation(rho: FloatArray) -> FloatArray:
    if np.any(np.abs(rho) > 1 + 1e-12):
        raise ValueError("rho must lie in [-1, 1]")
    # Rounding of inner products: within a few units of the last place, the vectors are parallel.
    return np.where(np.abs(rho) > 1 - 4e-15, np.sign(rho), rho)


def _tail(mean: FloatArray, tau: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P(G > 0) and E max(G, 0) for G ~ N(mean, tau^2), tau = 0 included."""
    safe = np.where(tau > 0, tau, 1.0)
    chance = np.where(tau > 0, ndtr(mean / safe), np.heaviside(mean, 0.5))
    excess = mean * chance + np.where(tau > 0, safe * normal_density(mean / safe), 0.0)
    return chance, excess


def _pairs(
    weights: ArrayLike, bias: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    w = check_array(weights, "weights", (None, None))
    b = np.broadcast_to(check_array(bias, "bias"), w.shape[:1])
    norms = np.linalg.norm(w, axis=1)
    if np.any(norms == 0):
        raise ValueError("weights must have no zero row")
    unit = w / norms[:, None]
    rho = _correlation(unit @ unit.T)
    np.fill_diagonal(rho, 1.0)
    return w, norms, b / norms, rho, np.sqrt((1 - rho) * (1 + rho))


@guarded
def relu_kernel(weights: ArrayLike, *, bias: ArrayLike) -> FloatArray:
    r""":math:`K_{jk}=E[\phi_j(x)\phi_k(x)]`, :math:`\phi_j=\max(w_j^\top x+b_j,0)`, x standard.

    Parameters
    ----------
    weights : array (m, d)
        Rows that are not zero.
    bias : array (m,) or a number

    Returns
    -------
    array (m, m)
        Symmetric, positive semidefinite up to rounding.
    """
    _, norms, shift, rho, tau = _pairs(weights, bias)
    p, q = shift[:, None], shift[None, :]
    given_p, given_q = _tail(q - rho * p, tau)[0], _tail(p - rho * q, tau)[0]
    safe = np.where(tau > 0, tau, 1.0)
    density = normal_density(p) * normal_density((q - rho * p) / safe) * tau
    value = (p * q + rho) * bivariate_normal_cdf(p, q, rho)
    value += q * normal_density(p) * given_p + p * normal_density(q) * given_q + density
    value = 0.5 * (value + value.T)
    return norms[:, None] * norms[None, :] * value


class KernelSlope(NamedTuple):
    r""":math:`E[\phi_j'(x)\phi_k(x)x]=\mathtt{own}_{jk}w_j+\mathtt{other}_{jk}w_k`, each (m, m)."""

    own: FloatArray
    other: FloatArray


@guarded
def relu_kernel_slope(weights: ArrayLike, *, bias: ArrayLike) -> KernelSlope:
    r"""Derivative of :func:`relu_kernel` in the first neuron.

    By Stein's identity, with :math:`p=b_j/|w_j|`, :math:`q=b_k/|w_k|`,

    .. math:: E[\phi_j'\phi_kx]=\frac{|w_k|}{|w_j|}\varphi(p)\,E\big(N(q-\rho p,\tau^2)\big)_+\,w_j
              +\Phi_2(p,q)\,w_k .

    Then :math:`\partial K_{jj}/\partial w_j=2E[\phi_j'\phi_jx]`. Derived here.
    """
    _, norms, shift, rho, tau = _pairs(weights, bias)
    p, q = shift[:, None], shift[None, :]
    _, excess = _tail(q - rho * p, tau)
    own = norms[None, :] / norms[:, None] * normal_density(p) * excess
    return KernelSlope(own, bivariate_normal_cdf(p, q, rho))
