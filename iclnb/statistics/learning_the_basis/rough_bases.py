r"""Tasks that are smoother than the functions they are made of: does pretraining change the rate?

The unknown functions are random of smoothness :math:`\tau`: N orthonormal combinations of K sines
and cosines, got from Gaussian coefficients of standard deviation :math:`k^{-\tau-1/2}` at the
frequency k. The tasks have the smoothness :math:`s>\tau` in *them*, coefficients of variance
:math:`\lambda_j\propto j^{-2s-1}`. For orthonormal features :math:`\phi_j` and a diagonal
:math:`\Gamma` the risk of linear attention splits over the features:

.. math:: R=\mathrm{tr}\,\Sigma+\sum_j\gamma_j^2A_j-2\gamma_jq_j,\quad
          q_j=\sum_i\lambda_i(E\phi_j\psi_i)^2,\quad
          A_j=(1-\tfrac1n)q_j+\tfrac1nE[(v+\sigma^2)\phi_j^2].

This holds for the unknown functions, for sines and cosines, and for what is learned. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_integer,
    check_length,
    check_number,
    check_probabilities,
)
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import CombinedBasis
from iclnb.statistics.function_spaces.spectra import power_law
from iclnb.statistics.function_spaces.trigonometric import FourierBasis


@guarded
def rough_basis(size: int, n_generic: int, tau: float, rng: np.random.Generator) -> CombinedBasis:
    r"""N orthonormal random functions of smoothness :math:`\tau`, of K sines and cosines.

    Parameters
    ----------
    size, n_generic : int
        N and K >= N, even.
    tau : float
        Their smoothness :math:`\tau>0`.
    """
    size, n_generic = check_integer(size, "size"), check_integer(n_generic, "n_generic")
    if n_generic < size or n_generic % 2:
        raise ValueError(f"n_generic must be even and at least size, got {n_generic}")
    tau = check_number(tau, "tau", low=0.0, strict=True)
    generic = FourierBasis(n_generic)
    drawn = check_generator(rng, "rng").standard_normal((n_generic, size))
    q, _ = np.linalg.qr(generic.frequencies[:, None] ** (-tau - 0.5) * drawn)
    return CombinedBasis(generic, q.T, orthonormal=True)


@guarded
def task_variances(size: int, s: float) -> FloatArray:
    r""":math:`\lambda_j\propto j^{-2s-1}`, j = 1..N, of sum one."""
    variances = power_law(size, s)
    return variances / variances.sum()


class FeatureMoments(NamedTuple):
    r"""Of orthonormal features: q (N,) and :math:`E[v\phi_j^2]` (N,); of the tasks :math:`EF^2`."""

    signal: FloatArray
    load: FloatArray
    variance: float


@guarded
def feature_moments(
    features: ArrayLike, function_values: ArrayLike, node_weights: ArrayLike, variances: ArrayLike
) -> FeatureMoments:
    """Moments of orthonormal features on tasks of other functions, both given at nodes.

    Parameters
    ----------
    features : array (Q, N)
        Orthonormal under the weights.
    function_values : array (Q, J)
        The functions of the tasks.
    node_weights : array (Q,)
        Weights of the input law.
    variances : array (J,)
        Of independent coefficients.

    Raises
    ------
    ValueError
        If the features are not of mean square one.
    """
    phi = check_array(features, "features", (None, None))
    f = check_array(function_values, "function_values", (len(phi), None))
    w = check_probabilities(node_weights, "node_weights", len(phi))
    lam = check_array(variances, "variances", (f.shape[1],))
    if np.abs(w @ phi**2 - 1).max() > 1e-8:
        raise ValueError("features must have mean square one")
    v = f**2 @ lam
    signal = ((phi * w[:, None]).T @ f) ** 2 @ lam
    return FeatureMoments(signal, (w * v) @ phi**2, float(w @ v))


@guarded
def diagonal_risk(
    moments: FeatureMoments,
    *,
    prompt_length: float,
    noise: float,
    multipliers: ArrayLike | None = None,
) -> float:
    r"""Risk of linear attention with a diagonal :math:`\Gamma`, by default the best one.

    Parameters
    ----------
    prompt_length : int or ``math.inf``
        n >= 1.
    noise : float
        :math:`\sigma`.
    multipliers : array (N,), optional
        The diagonal of :math:`\Gamma`.
    """
    n = check_length(prompt_length, "prompt_length")
    q, variance = moments.signal, check_number(noise, "noise", low=0.0) ** 2
    second = q + (moments.load + variance - q) / n
    best = q / second
    if multipliers is not None:
        best = check_array(multipliers, "multipliers", q.shape)
    return float(moments.variance + np.sum(best * (best * second - 2 * q)))


class Pretrained(NamedTuple):
    """What T prompts show: directions (K, m) among K generic functions, variances (m,), E y^2."""

    directions: FloatArray
    variances: FloatArray
    label_square: float

    def multipliers(self, prompt_length: float) -> FloatArray:
        r"""The diagonal :math:`\lambda/((1-\frac1n)\lambda+\frac1nEy^2)`, shape (m,)."""
        n = check_length(prompt_length, "prompt_length")
        return self.variances / (self.variances + (self.label_square - self.variances) / n)


@guarded
def pretrain(
    generic: ArrayLike,
    function_values: ArrayLike,
    variances: ArrayLike,
    *,
    n_tasks: int,
    prompt_length: int,
    noise: float,
    rng: np.random.Generator,
) -> Pretrained:
    r"""Learn the basis of the tasks from T prompts, by second moments.

    The keys :math:`S,S'` of the two halves of a prompt on K generic functions have
    :math:`E[SS'^\top]=E\beta\beta^\top`, without bias. Of the mean over T prompts, symmetrised, the
    eigenvectors are kept whose eigenvalues exceed the size of the most negative one: that is
    noise. Inputs are drawn from the nodes, which carry equal weights.

    Parameters
    ----------
    generic : array (Q, K)
        Orthonormal functions at the nodes.
    function_values : array (Q, J)
        The unknown functions, from which the prompts are made.
    variances : array (J,)
        Of their coefficients.
    n_tasks, prompt_length : int
        T, and n >= 2, even.
    """
    phi = check_array(generic, "generic", (None, None))
    f = check_array(function_values, "function_values", (len(phi), None))
    lam = check_array(variances, "variances", (f.shape[1],))
    T, n = check_integer(n_tasks, "n_tasks"), check_integer(prompt_length, "prompt_length", least=2)
    if n % 2:
        raise ValueError(f"prompt_length must be even, got {n}")
    noise = check_number(noise, "noise", low=0.0)
    rng, nodes = check_generator(rng, "rng"), len(phi)
    second, squares = np.zeros((phi.shape[1],) * 2), 0.0
    for first in range(0, T, 1024):
        tasks = min(1024, T - first)
        at = rng.integers(nodes, size=(tasks, n))
        values = (rng.standard_normal((tasks, len(lam))) * np.sqrt(lam)) @ f.T
        y = np.take_along_axis(values, at, axis=1) + noise * rng.standard_normal((tasks, n))
        cell = at + nodes * np.arange(tasks)[:, None]
        keys = [
            np.bincount(c.ravel(), u.ravel(), nodes * tasks).reshape(tasks, nodes) @ phi * 2 / n
            for c, u in zip(np.split(cell, 2, axis=1), np.split(y, 2, axis=1), strict=True)
        ]
        second += keys[0].T @ keys[1]
        squares += float(np.sum(y**2))
    eigenvalues, vectors = np.linalg.eigh((second + second.T) / (2 * T))
    keep = eigenvalues > max(-eigenvalues[0], 0.0)
    return Pretrained(vectors[:, keep][:, ::-1], eigenvalues[keep][::-1], squares / (T * n))
