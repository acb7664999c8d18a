r"""The slowest start of the inner flow, for which the guaranteed rate is the true one.

The gap of the joint loss is :math:`\frac12\sum_{ij}\lambda_i\rho_j|D_{ij}|^2e^{-2\lambda_i\rho_jt}`
for :math:`D=U^\top(\Gamma_0-\Sigma^{-1})V` in the eigenbases of :math:`C^\top C` (values
:math:`\lambda_i`) and :math:`\Sigma` (values :math:`\rho_j`); with one entry only it is a pure
exponential. Derived here.
"""

from __future__ import annotations

import numpy as np

from iclnb.arguments import FloatArray, check_number
from iclnb.kinds import guarded

from .statistics import Statistics

__all__ = ["slowest_start"]


@guarded
def slowest_start(stats: Statistics, *, epsilon: float = 1.0) -> FloatArray:
    r"""Return :math:`\Sigma^{-1}+\mathrm{size}\cdot\|\Sigma^{-1}\|\,uv^\top`, shape ``(k, k)``.

    u and v are the eigenvectors of :math:`C^\top C` and :math:`\Sigma` of smallest eigenvalue (for
    :math:`C^\top C`, the smallest that is not zero).

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    ValueError
        If C is zero.
    """
    stats.require_regular()
    epsilon = check_number(epsilon, "epsilon")
    left, u = np.linalg.eigh(stats.c.T @ stats.c)
    alive = np.flatnonzero(left > 1e-13 * max(left[-1], 1e-300))
    if alive.size == 0:
        raise ValueError("stats.c must not be zero")
    right, v = np.linalg.eigh(stats.sig)
    return np.linalg.inv(stats.sig) + epsilon / right[0] * np.outer(u[:, alive[0]], v[:, 0])
