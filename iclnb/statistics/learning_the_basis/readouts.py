r"""Ridge on given features, from scratch or learned, and what it achieves on new tasks.

With features :math:`\psi` and a covariance C of their coefficients the answer to a prompt is kernel
ridge with :math:`\kappa(x,x')=\psi(x)^\top C\psi(x')` and penalty :math:`\sigma^2/n`. Its risk on
tasks of *other* functions f is exact given the inputs (:func:`.smoothers.smoother_risk`), so only
inputs are sampled. Variance of the task outside the span of :math:`\psi` is never learnt
(:func:`.subspaces.missed_variance`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_seeds
from iclnb.kinds import guarded
from iclnb.prompts import Prompts
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.learning_the_basis.subspaces import estimated_covariance, whitening_matrix
from iclnb.statistics.nonparametric_icl.covariances import check_covariance, times_covariance
from iclnb.statistics.nonparametric_icl.rivals.bayes import Estimate
from iclnb.statistics.nonparametric_icl.rivals.smoothers import (
    kernel_ridge_weights,
    mean_smoother_risk,
)


class Readout(NamedTuple):
    """Features psi (a function of points), the covariance C of their coefficients, the noise.

    To n examples it answers with the penalty ``noise**2 / n`` beside the mean of squares.
    """

    features: Callable[[FloatArray], FloatArray]
    covariance: FloatArray
    noise: float


@guarded
def scratch_readout(functions: Basis, *, variance: float, noise: float) -> Readout:
    r"""Equal prior variance on every function of a generic basis.

    Parameters
    ----------
    functions : Basis
        N functions that do not know the tasks.
    variance : float
        :math:`EF^2`, spread evenly: :math:`C=\frac{EF^2}NI` (orthonormal functions).
    noise : float
        :math:`\sigma>0`.
    """
    return Readout(functions.evaluate, np.full(functions.size, variance / functions.size), noise)


@guarded
def pretrained_readout(
    features: Callable[[FloatArray], FloatArray],
    prompts: Prompts,
    nodes: ArrayLike,
    node_weights: ArrayLike,
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
    nodes, node_weights : array (Q, d), (Q,)
        A quadrature rule of the input law, for the whitening.
    noise : float
        :math:`\sigma>0`.
    """
    whiten = whitening_matrix(features(check_array(nodes, "nodes", (None, None))), node_weights)
    tasks, prompt_length, d = prompts.X.shape
    values = features(prompts.X.reshape(-1, d)) @ whiten
    keys = (
        np.einsum("ti,tin->tn", prompts.y, values.reshape(tasks, prompt_length, -1)) / prompt_length
    )
    level = float(np.mean(prompts.y**2))
    found = estimated_covariance(keys, level, prompt_length=prompt_length)
    return Readout(lambda x: features(x) @ whiten, found, noise)


@guarded
def readout_answers(readout: Readout, X: ArrayLike, y: ArrayLike, points: ArrayLike) -> FloatArray:
    """Answers of a readout to one prompt, at many queries; shape (P,).

    Parameters
    ----------
    X, y : array (n, d), (n,)
        Inputs and labels of the prompt.
    points : array (P, d)
        Queries.
    """
    inputs = check_array(X, "X", (None, None))
    labels = check_array(y, "y", (len(inputs),))
    at = check_array(points, "points", (None, inputs.shape[1]))
    return _weights(readout)(inputs, at) @ labels


def _weights(readout: Readout) -> Callable[[FloatArray, FloatArray], FloatArray]:
    """The weights of a readout, (queries, examples), as a function of inputs and queries."""
    cov = check_covariance(readout.covariance, "readout.covariance")

    def weights(x: FloatArray, q: FloatArray) -> FloatArray:
        at_inputs, at_queries = readout.features(x), readout.features(q)
        half = times_covariance(at_inputs, cov)
        kernel = half @ at_inputs.T
        return kernel_ridge_weights(
            0.5 * (kernel + kernel.T), at_queries @ half.T, penalty=readout.noise**2 / len(x)
        )

    return weights


@guarded
def readout_risk(
    readout: Readout,
    functions: Basis,
    task_covariance: ArrayLike,
    *,
    prompt_length: int,
    noise: float,
    draws: int,
    n_queries: int,
    rng: np.random.Generator,
) -> Estimate:
    """Risk of a readout on tasks of the true functions, over random inputs.

    Parameters
    ----------
    functions : Basis
        True task functions, J of them.
    task_covariance : array (J,) or (J, J)
        Covariance of their coefficients.
    prompt_length, draws, n_queries : int
        n, the number of input sets, queries per input set.
    """
    return mean_smoother_risk(
        _weights(readout),
        functions,
        task_covariance,
        prompt_length=prompt_length,
        noise=noise,
        draws=draws,
        n_queries=n_queries,
        rng=rng,
    )


@guarded
def risk_curve(
    readout: Readout,
    functions: Basis,
    task_covariance: ArrayLike,
    *,
    prompt_lengths: Sequence[int],
    noise: float,
    seed: int,
    draws: int = 40,
    n_queries: int = 25,
) -> FloatArray:
    """Mean of :func:`readout_risk` at every prompt length, shape (contexts,).

    Readouts with the same seed are compared on the same inputs.
    """
    children = check_seeds(seed, "seed").spawn(len(prompt_lengths))
    settings = {"noise": noise, "draws": draws, "n_queries": n_queries}
    return np.array(
        [
            readout_risk(
                readout,
                functions,
                task_covariance,
                prompt_length=n,
                rng=np.random.default_rng(child),
                **settings,
            ).mean
            for n, child in zip(prompt_lengths, children)
        ]
    )
