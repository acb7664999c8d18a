r"""The gradient that stochastic gradient descent sees: a batch of prompts.

Softmax attention weighs tokens of one feature alike, so a prompt enters the prediction only through
the counts :math:`n_m` and the mean label :math:`\bar y_m` of each feature.  With
:math:`a_m\propto n_me^{S_{km}}` and :math:`\hat y=\sum_ma_m\bar y_m`, the loss of a batch of
:math:`B` prompts is :math:`\frac1{2B}\sum(\hat y-y_q)^2` and its gradient (derived here)

.. math:: \frac{\partial L}{\partial S_{kn}}=\frac1B\sum_{b:\,q_b=k}
          (\hat y_b-y_{q,b})\,a_{b,n}(\bar y_{b,n}-\hat y_b).

Its expectation over task, tokens and noise is the exact population gradient.  The reduction to
counts is exact, prompt by prompt (:func:`aggregate`); drawing them directly (:func:`sample_batch`)
gives the same law at a cost free of the prompt length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iclnb.arguments import FloatArray, check_array, check_integer, check_seeds
from iclnb.dynamics.stage_wise_training.attention import grouped_attention
from iclnb.dynamics.stage_wise_training.data import (
    DataModel,
    TokenPrompts,
    sample_counts,
    sample_token_prompts,
)
from iclnb.dynamics.stage_wise_training.descent import Oracle
from iclnb.kinds import guarded


class Batch(NamedTuple):
    """What attention sees of B prompts over K features.

    counts (B, K); means (B, K), the mean label of each feature, 0 where it is absent;
    query_token (B,); target (B,), noiseless.
    """

    counts: FloatArray
    means: FloatArray
    query_token: NDArray[np.int64]
    target: FloatArray


@guarded
def aggregate(prompts: TokenPrompts, K: int) -> Batch:
    """Counts and mean labels of token-level prompts over K features."""
    K = check_integer(K, "K")
    size = len(prompts.query_token)
    cell = (np.arange(size)[:, None] * K + prompts.tokens).ravel()
    shape = (size, K)
    counts = np.bincount(cell, minlength=size * K).reshape(shape).astype(np.float64)
    totals = np.bincount(cell, weights=prompts.y.ravel(), minlength=size * K)
    means = totals.reshape(shape) / np.maximum(counts, 1.0)
    return Batch(counts, means, prompts.query_token, prompts.target)


@guarded
def sample_batch(
    data_model: DataModel,
    batch_size: int,
    *,
    task_rng: np.random.Generator,
    token_rng: np.random.Generator,
    noise_rng: np.random.Generator,
) -> Batch:
    r"""Draw counts and mean labels in law, without the tokens.

    Counts are multinomial; given a standard normal task, the mean label of a feature with
    :math:`n_m\ge1` tokens is :math:`\langle w,v_m\rangle+\sigma\xi_m/\sqrt{n_m}`.
    """
    counts = sample_counts(data_model, batch_size, token_rng).astype(np.float64)
    query_token = token_rng.choice(
        data_model.K, size=batch_size, p=data_model.p / data_model.p.sum()
    )
    values = task_rng.standard_normal(counts.shape)
    target = np.take_along_axis(values, query_token[:, None], axis=1)[:, 0]
    means = values
    if data_model.noise > 0:
        spread = data_model.noise / np.sqrt(np.maximum(counts, 1.0))
        means = values + spread * noise_rng.standard_normal(counts.shape)
    return Batch(counts, np.where(counts > 0, means, 0.0), query_token, target)


@guarded
def batch_gradient(scores: ArrayLike, batch: Batch) -> FloatArray:
    """Gradient of the batch loss by the scores, shape (K, K), query first; module docstring.

    Raises
    ------
    ValueError
        If ``scores`` is not a finite (K, K) matrix for the K features of the batch.
    """
    size, features = batch.counts.shape
    scores = check_array(scores, "scores", (features, features))
    present = np.where(batch.counts > 0, scores[batch.query_token], -np.inf)
    weight = batch.counts * np.exp(present - present.max(axis=1, keepdims=True))
    attention = weight / weight.sum(axis=1, keepdims=True)
    prediction = np.sum(attention * batch.means, axis=1)
    pull = attention * (batch.means - prediction[:, None])
    pull *= ((prediction - batch.target) / size)[:, None]
    gradient = np.zeros_like(scores)
    np.add.at(gradient, batch.query_token, pull)
    return gradient


@guarded
def attention_map(scores: ArrayLike, counts: ArrayLike) -> FloatArray:
    r"""Heat map: mean grouped attention :math:`E[a_n\mid x_q=v_k]` over prompts, shape (K, K).

    Parameters
    ----------
    scores : array (K, K)
        Query first.
    counts : array (M, K)
        Held-out counts, the same for every query (:func:`.data.sample_counts`).

    Raises
    ------
    ValueError
        If the shapes do not match or a prompt is empty.
    """
    counts = check_array(counts, "counts", (None, None))
    scores = check_array(scores, "scores", (counts.shape[1],) * 2)
    return np.stack([grouped_attention(row, counts).mean(axis=0) for row in scores])


@guarded
def minibatch_oracle(
    data_model: DataModel,
    batch_size: int,
    *,
    seed: int | np.random.SeedSequence,
    features: FloatArray | None = None,
) -> Oracle:
    """A fresh batch of prompts at every call.

    Parameters
    ----------
    batch_size : int
        B, prompts per call.
    seed : int or SeedSequence
        Source of three independent streams (tasks, tokens, noise).
    features : array (K, d), optional
        With features, prompts are drawn token by token
        (:func:`.data.sample_token_prompts`); without, their counts and mean labels are drawn
        directly, equal in law and cheaper.
    """
    batch_size = check_integer(batch_size, "batch_size")
    sequence = check_seeds(seed, "seed")
    task_rng, token_rng, noise_rng = map(np.random.default_rng, sequence.spawn(3))
    streams = {"task_rng": task_rng, "token_rng": token_rng, "noise_rng": noise_rng}

    def draw() -> Batch:
        if features is None:
            return sample_batch(data_model, batch_size, **streams)
        return aggregate(
            sample_token_prompts(data_model, features, batch_size, **streams), data_model.K
        )

    return lambda scores: batch_gradient(scores, draw())
