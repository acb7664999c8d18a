r"""Ridge on given features, from scratch or learned, and what it achieves on new tasks.

With features :math:`\psi` and a covariance C of their coefficients the answer to a prompt is kernel
ridge with :math:`\kappa(x,x')=\psi(x)^\top C\psi(x')` and penalty :math:`\rho`. Its risk on tasks
of *other* functions f is exact given the inputs (:func:`.smoothers.smoother_risk`), so only inputs
are sampled. Variance of the task outside the span of :math:`\psi` is never learnt
(:func:`.subspaces.missed_variance`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.learning_the_basis.subspaces import estimated_covariance, whitening_matrix
from iclnb.statistics.nonparametric_icl.covariances import check_covariance, times_covariance
from iclnb.statistics.nonparametric_icl.pretraining.sampling import Prompts
from iclnb.statistics.nonparametric_icl.rivals.bayes import Estimate
from iclnb.statistics.nonparametric_icl.rivals.smoothers import (
    kernel_ridge_weights,
    mean_smoother_risk,
)


class Readout(NamedTuple):
    """Features psi (a function of points), the covariance C of their coefficients, the penalty."""

    features: Callable[[FloatArray], FloatArray]
    covariance: FloatArray
    penalty: float


def scratch_readout(functions: Basis, *, variance: float, noise: float) -> Readout:
    r"""Equal prior variance on every function of a generic basis, :math:`\rho=\sigma^2`.

    Parameters
    ----------
    functions : Basis
        N functions that do not know the tasks.
    variance : float
        :math:`EF^2`, spread evenly: :math:`C=\frac{EF^2}NI` (orthonormal functions).
    noise : float
        :math:`\sigma>0`.
    """
    return Readout(functions.evaluate, np.full(functions.size, variance / functions.size), noise**2)


def pretrained_readout(
    features: Callable[[FloatArray], FloatArray],
    prompts: Prompts,
    nodes: ArrayLike,
    weights: ArrayLike,
    *,
    noise: float,
) -> Readout:
    r"""Whitened features with the covariance that the pretraining prompts show.

    Only the prompts are used, not the true functions: :math:`\hat\Sigma` is
    :func:`.subspaces.estimated_covariance` of the whitened keys.

    Parameters
    ----------
    features : callable
        Maps points (Q, d) to values (Q, N).
    prompts : Prompts
        The T pretraining prompts of length n >= 2.
    nodes, weights : array (Q, d), (Q,)
        A quadrature rule of the input law, for the whitening.
    noise : float
        :math:`\sigma>0`; the penalty is :math:`\sigma^2`.
    """
    whiten = whitening_matrix(features(check_array(nodes, "nodes", (None, None))), weights)
    tasks, context, dimension = prompts.inputs.shape
    values = features(prompts.inputs.reshape(-1, dimension)) @ whiten
    keys = np.einsum("ti,tin->tn", prompts.labels, values.reshape(tasks, context, -1)) / context
    level = float(np.mean(prompts.labels**2))
    found = estimated_covariance(keys, level, context=context)
    return Readout(lambda x: features(x) @ whiten, found, noise**2)


def readout_risk(
    readout: Readout,
    functions: Basis,
    sigma: ArrayLike,
    *,
    context: int,
    noise: float,
    draws: int,
    queries: int,
    rng: np.random.Generator,
) -> Estimate:
    """Risk of a readout on tasks of the true functions, over random inputs.

    Parameters
    ----------
    functions : Basis
        True task functions, J of them.
    sigma : array (J,) or (J, J)
        Covariance of their coefficients.
    context, draws, queries : int
        n, the number of input sets, queries per input set.
    """
    cov = check_covariance(readout.covariance, "readout.covariance")

    def weights(x: FloatArray, q: FloatArray) -> FloatArray:
        at_inputs, at_queries = readout.features(x), readout.features(q)
        half = times_covariance(at_inputs, cov)
        kernel = half @ at_inputs.T
        return kernel_ridge_weights(
            0.5 * (kernel + kernel.T), at_queries @ half.T, penalty=readout.penalty
        )

    return mean_smoother_risk(
        weights,
        functions,
        sigma,
        context=context,
        noise=noise,
        draws=draws,
        queries=queries,
        rng=rng,
    )


def risk_curve(
    readout: Readout,
    functions: Basis,
    sigma: ArrayLike,
    *,
    contexts: Sequence[int],
    noise: float,
    seed: int,
    draws: int = 40,
    queries: int = 25,
) -> FloatArray:
    """Mean of :func:`readout_risk` at every prompt length, shape (contexts,).

    Readouts with the same seed are compared on the same inputs.
    """
    children = np.random.SeedSequence(seed).spawn(len(contexts))
    settings = {"noise": noise, "draws": draws, "queries": queries}
    return np.array(
        [
            readout_risk(
                readout, functions, sigma, context=n, rng=np.random.default_rng(child), **settings
            ).mean
            for n, child in zip(contexts, children)
        ]
    )
