r"""The data model: orthonormal features, linear tasks, prompts of independent tokens.

A prompt of length N has feature indices :math:`f_1, \dots, f_N` drawn independently from p, inputs
:math:`x_i = v_{f_i}`, a task w with zero mean and identity covariance, and labels
:math:`y_i = \langle w, x_i\rangle + \sigma \xi_i` with independent standard normal :math:`\xi_i`.
The query :math:`x_q = v_k`, k drawn from p, is not a key (its label slot is masked), and its target
is the noiseless :math:`y_q = \langle w, x_q\rangle`. A noisy target would add the constant
:math:`\sigma^2/2` to every loss and change no gradient.

Source: setting of Huang, Cheng and Liang (arXiv 2310.05249), second-hand; label noise is an
addition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from iclnb.arguments import (
    check_generator,
    check_integer,
    check_number,
    check_orthonormal_rows,
    check_probabilities,
)
from iclnb.draws import orthonormal_rows


@dataclass(frozen=True, eq=False)
class DataModel:
    r"""Feature probabilities, prompt length and label noise.

    Parameters
    ----------
    p : array of shape (K,)
        Probabilities of the features, strictly positive, summing to one within 1e-12.
    prompt_length : int
        N >= 1, the number of labelled tokens (the keys).
    noise : float
        Standard deviation :math:`\sigma \ge 0` of the label noise.
    """

    p: np.ndarray
    prompt_length: int
    noise: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "p", check_probabilities(self.p, "p", positive=True))
        object.__setattr__(
            self, "prompt_length", check_integer(self.prompt_length, "prompt_length")
        )
        object.__setattr__(self, "noise", check_number(self.noise, "noise", low=0.0))

    @property
    def features(self) -> int:
        """Number K of features."""
        return self.p.size

    @classmethod
    def balanced(cls, K: int, *, prompt_length: int, noise: float = 0.0) -> DataModel:
        """All features equally likely, p_k = 1/K."""
        return cls(balanced(K), prompt_length, noise)

    @classmethod
    def imbalanced(cls, K: int, p1: float, *, prompt_length: int, noise: float = 0.0) -> DataModel:
        """First feature of probability p1, the others (1 - p1)/(K - 1) each."""
        return cls(imbalanced(K, p1), prompt_length, noise)

    @classmethod
    def zipf(cls, K: int, s: float, *, prompt_length: int, noise: float = 0.0) -> DataModel:
        """Power law, p_k proportional to k^(-s)."""
        return cls(zipf(K, s), prompt_length, noise)


def balanced(K: int) -> np.ndarray:
    """Probabilities p_k = 1/K, shape (K,)."""
    K = check_integer(K, "K")
    return np.full(K, 1.0 / K)


def imbalanced(K: int, p1: float) -> np.ndarray:
    """Probabilities p_1 = p1 and p_k = (1 - p1)/(K - 1) for k >= 2, shape (K,), K >= 2."""
    K = check_integer(K, "K", least=2)
    p1 = check_number(p1, "p1", low=0.0, high=1.0, strict=True)
    p = np.full(K, (1.0 - p1) / (K - 1))
    p[0] = p1
    return p


def zipf(K: int, s: float) -> np.ndarray:
    """Probabilities p_k proportional to k^(-s), k = 1..K, for s >= 0; shape (K,)."""
    K = check_integer(K, "K")
    s = check_number(s, "s", low=0.0)
    weights = np.arange(1, K + 1, dtype=np.float64) ** -s
    return weights / math.fsum(weights)


def orthonormal_features(K: int, dimension: int, rng: np.random.Generator) -> np.ndarray:
    """Haar-distributed orthonormal rows, shape (K, dimension), for K <= dimension."""
    K = check_integer(K, "K")
    dimension = check_integer(dimension, "dimension")
    if dimension < K:
        raise ValueError(f"K orthonormal features need K <= dimension, got {K} > {dimension}")
    return orthonormal_rows(K, dimension, rng)


class Prompts(NamedTuple):
    """A batch of prompts; B prompts, N tokens, dimension d.

    tokens (B, N) and query (B,) are feature indices; inputs (B, N, d), query_input (B, d);
    tasks (B, d); labels (B, N) carry the noise; target (B,) is noiseless.
    """

    tokens: np.ndarray
    query: np.ndarray
    inputs: np.ndarray
    query_input: np.ndarray
    tasks: np.ndarray
    labels: np.ndarray
    target: np.ndarray


def sample_prompts(
    model: DataModel,
    features: np.ndarray,
    batch: int,
    *,
    task_rng: np.random.Generator,
    token_rng: np.random.Generator,
    noise_rng: np.random.Generator,
) -> Prompts:
    """Draw prompts token by token, with standard normal tasks.

    The three generators are read independently: the tokens do not change when the noise level
    does, and `noise_rng` is not read when the noise is zero.

    Parameters
    ----------
    features : array of shape (K, d)
        Orthonormal rows, checked to 1e-10.
    """
    batch = check_integer(batch, "batch")
    check_generator(task_rng, "task_rng")
    check_generator(token_rng, "token_rng")
    check_generator(noise_rng, "noise_rng")
    features = check_orthonormal_rows(features, "features", (model.features, None))
    shape = (batch, model.prompt_length)
    probabilities = model.p / model.p.sum()
    tokens = token_rng.choice(model.features, size=shape, p=probabilities)
    query = token_rng.choice(model.features, size=batch, p=probabilities)
    tasks = task_rng.standard_normal((batch, features.shape[1]))
    values = tasks @ features.T
    labels = np.take_along_axis(values, tokens, axis=1)
    if model.noise > 0:
        labels = labels + model.noise * noise_rng.standard_normal(shape)
    target = np.take_along_axis(values, query[:, None], axis=1)[:, 0]
    return Prompts(tokens, query, features[tokens], features[query], tasks, labels, target)


def sample_counts(model: DataModel, batch: int, rng: np.random.Generator) -> np.ndarray:
    """Multinomial feature counts of `batch` prompts, integers of shape (batch, K)."""
    batch = check_integer(batch, "batch")
    check_generator(rng, "rng")
    return rng.multinomial(model.prompt_length, model.p / model.p.sum(), size=batch)
