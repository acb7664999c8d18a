r"""Linear smoothers of one prompt, and their exact risk given the inputs.

Linear attention, softmax attention, ridge and Bayes all answer :math:`\hat y=\sum_iw_i(x_q,X)y_i`.
Given the inputs and with :math:`F=f^\top\beta`, :math:`E\beta\beta^\top=\Sigma`, the excess risk is

.. math:: \|\Sigma^{1/2}(f(x_q)-\Phi^\top w)\|^2+\sigma^2\|w\|^2 .

So all of them can be compared on the same inputs, with task and noise integrated out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_integer,
    check_number,
    check_psd,
)
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import (
    check_covariance,
    covariance_root,
    times_covariance,
)
from iclnb.statistics.nonparametric_icl.rivals.bayes import Estimate


@guarded
def smoother_risk(
    label_weights: ArrayLike,
    at_inputs: ArrayLike,
    at_queries: ArrayLike,
    task_covariance: ArrayLike,
    *,
    noise: float,
) -> FloatArray:
    """Exact risk given the inputs, one value for each query; shape (Q,).

    Parameters
    ----------
    label_weights : array (Q, n)
        Row q holds the weights of the n labels in the answer to query q.
    at_inputs : array (n, J)
        The task functions at the inputs.
    at_queries : array (Q, J)
        The task functions at the queries.
    task_covariance : array (J,) or (J, J)
        Covariance of the coefficients.
    noise : float
        Standard deviation of the label noise.
    """
    f = check_array(at_inputs, "at_inputs", (None, None))
    g = check_array(at_queries, "at_queries", (None, None))
    w = check_array(label_weights, "label_weights", (len(g), len(f)))
    root = covariance_root(check_covariance(task_covariance, "task_covariance", f.shape[1]))
    missed = times_covariance(g - w @ f, root)
    level = check_number(noise, "noise", low=0.0) ** 2
    return np.sum(missed**2, axis=1) + level * np.sum(w**2, axis=1)


@guarded
def linear_attention_weights(keys: ArrayLike, queries: ArrayLike, Gamma: ArrayLike) -> FloatArray:
    r""":math:`\frac1n\phi(x_i)^\top\Gamma\psi(x_q)`, shape (Q, n), from phi (n, N), psi (Q, N')."""
    phi = check_array(keys, "keys", (None, None))
    psi = check_array(queries, "queries", (None, None))
    Gamma = check_array(Gamma, "Gamma", (phi.shape[1], psi.shape[1]))
    return psi @ Gamma.T @ phi.T / len(phi)


@guarded
def softmax_weights(scores: ArrayLike) -> FloatArray:
    """Rows of softmax weights from scores (Q, n)."""
    return softmax(check_array(scores, "scores", (None, None)), axis=1)


@guarded
def kernel_ridge_weights(gram: ArrayLike, cross: ArrayLike, *, penalty: float) -> FloatArray:
    r""":math:`w_q=(K+n\lambda I)^{-1}k_q`, shape (Q, n).

    With the prior covariance :math:`K=\Phi\Sigma\Phi^\top` and :math:`\lambda=\sigma^2/n` this is
    Bayes; with any other kernel it is learning from scratch.

    Parameters
    ----------
    gram : array (n, n)
        K, positive semi-definite.
    cross : array (Q, n)
        Kernel between queries and inputs.
    penalty : float
        :math:`\lambda>0`, beside the mean of squares.
    """
    K = check_psd(gram, "gram")
    k = check_array(cross, "cross", (None, None))
    if k.shape[1] != len(K):
        raise ValueError(f"cross must have {len(K)} columns, got shape {k.shape}")
    shift = len(K) * check_number(penalty, "penalty", low=0.0, strict=True)
    return np.linalg.solve(K + shift * np.eye(len(K)), k.T).T


@guarded
def mean_smoother_risk(
    smoother: Callable[[FloatArray, FloatArray], FloatArray],
    functions: Basis,
    task_covariance: ArrayLike,
    *,
    prompt_length: int,
    noise: float,
    draws: int,
    n_queries: int,
    rng: np.random.Generator,
) -> Estimate:
    """Risk of a smoother over random inputs; task and noise are integrated exactly.

    Methods that are given generators in the same state are compared on the same inputs.

    Parameters
    ----------
    smoother : callable
        Maps inputs (n, d) and queries (Q, d) to weights (Q, n).
    prompt_length, draws, n_queries : int
        n, the number of input sets (at least two), and queries per input set.
    """
    prompt_length = check_integer(prompt_length, "prompt_length")
    draws = check_integer(draws, "draws", least=2)
    n_queries = check_integer(n_queries, "n_queries")
    cov = check_covariance(task_covariance, "task_covariance", functions.size)
    check_generator(rng, "rng")
    risks = np.empty(draws)
    for i in range(draws):
        x = rng.random((prompt_length + n_queries, functions.d))
        f = functions._values(x)
        w = smoother(x[:prompt_length], x[prompt_length:])
        risks[i] = smoother_risk(w, f[:prompt_length], f[prompt_length:], cov, noise=noise).mean()
    return Estimate(float(risks.mean()), float(risks.std(ddof=1) / np.sqrt(draws)))
