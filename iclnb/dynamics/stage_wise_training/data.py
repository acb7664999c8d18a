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
from numpy.typing import ArrayLike

from iclnb.arguments import (
    check_generator,
    check_integer,
    check_number,
    check_orthonormal_rows,
    check_probabilities,
)
from iclnb.draws import orthonormal_rows
from iclnb.kinds import guarded


@guarded
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
    def K(self) -> int:
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
    def zipf(cls, K: int, exponent: float, *, prompt_length: int, noise: float = 0.0) -> DataModel:
        """Power law, p_k proportional to k^(-s)."""
        return cls(zipf(K, exponent), prompt_length, noise)


@guarded
def balanced(K: int) -> np.ndarray:
    """Probabilities p_k = 1/K, shape (K,)."""
    K = check_integer(K, "K")
    return np.full(K, 1.0 / K)


@guarded
def imbalanced(K: int, p1: float) -> np.ndarray:
    """Probabilities p_1 = p1 and p_k = (1 - p1)/(K - 1) for k >= 2, shape (K,), K >= 2."""
    K = check_integer(K, "K", least=2)
    p1 = check_number(p1, "p1", low=0.0, high=1.0, strict=True)
    p = np.full(K, (1.0 - p1) / (K - 1))
    p[0] = p1
    return p


@guarded
def zipf(K: int, exponent: float) -> np.ndarray:
    """Probabilities p_k proportional to k^(-s), k = 1..K, for s >= 0; shape (K,)."""
    K = check_integer(K, "K")
    exponent = check_number(exponent, "exponent", low=0.0)
    weights = np.arange(1, K + 1, dtype=np.float64) ** -exponent
    return weights / math.fsum(weights)


@guarded
def orthonormal_features(K: int, d: int, rng: np.random.Generator) -> np.ndarray:
    """Haar-distributed orthonormal rows, shape (K, dimension), for K <= dimension."""
    K = check_integer(K, "K")
    d = check_integer(d, "d")
    if d < K:
        raise ValueError(f"K orthonormal features need K <= d, got {K} > {d}")
    return orthonormal_rows(K, d, rng)


class TokenPrompts(NamedTuple):
    """A batch of prompts; B prompts, N tokens, dimension d.

    tokens (B, N) and query_token (B,) are feature indices; X (B, N, d) and query (B, d) the
    features themselves; tasks (B, d); y (B, N) carries the noise; target (B,) is noiseless.
    """

    tokens: np.ndarray
    query_token: np.ndarray
    X: np.ndarray
    query: np.ndarray
    tasks: np.ndarray
    y: np.ndarray
    target: np.ndarray


@guarded
def sample_token_prompts(
    data_model: DataModel,
    features: ArrayLike,
    n_prompts: int,
    *,
    task_rng: np.random.Generator,
    token_rng: np.random.Generator,
    noise_rng: np.random.Generator,
) -> TokenPrompts:
    """Draw prompts token by token, with standard normal tasks.

    The three generators are read independently: the tokens do not change when the noise level
    does, and `noise_rng` is not read when the noise is zero.

    Parameters
    ----------
    features : array of shape (K, d)
        Orthonormal rows, checked to 1e-10.
    """
    n_prompts = check_integer(n_prompts, "n_prompts")
    check_generator(task_rng, "task_rng")
    check_generator(token_rng, "token_rng")
    check_generator(noise_rng, "noise_rng")
    features = check_orthonormal_rows(features, "features", (data_model.K, None))
    shape = (n_prompts, data_model.prompt_length)
    probabilities = data_model.p / data_model.p.sum()
    tokens = token_rng.choice(data_model.K, size=shape, p=probabilities)
    query_token = token_rng.choice(data_model.K, size=n_prompts, p=probabilities)
    tasks = task_rng.standard_normal((n_prompts, features.shape[1]))
    values = tasks @ features.T
    y = np.take_along_axis(values, tokens, axis=1)
    if data_model.noise > 0:
        y = y + data_model.noise * noise_rng.standard_normal(shape)
    target = np.take_along_axis(values, query_token[:, None], axis=1)[:, 0]
    return TokenPrompts(
        tokens, query_token, features[tokens], features[query_token], tasks, y, target
    )


@guarded
def sample_counts(data_model: DataModel, n_prompts: int, rng: np.random.Generator) -> np.ndarray:
    """Multinomial feature counts of `n_prompts` prompts, integers of shape (n_prompts, K)."""
    n_prompts = check_integer(n_prompts, "n_prompts")
    check_generator(rng, "rng")
    return rng.multinomial(
        data_model.prompt_length, data_model.p / data_model.p.sum(), size=n_prompts
    )
