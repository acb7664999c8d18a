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
import numbers
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

PROBABILITY_TOLERANCE = 1e-12


def check_positive_integer(value: object, name: str, *, least: int = 1) -> int:
    """Return `value` as an int, or raise if it is not an integer of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def check_real(
    value: object, name: str, *, above: float = -math.inf, below: float = math.inf
) -> float:
    """Return `value` as a float, or raise if it is not a finite number in the open interval."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    if not (math.isfinite(value) and above < value < below):
        raise ValueError(f"{name} must be finite and in ({above}, {below}), got {value}")
    return float(value)


def check_noise(value: object) -> float:
    """Return the noise level as a float, or raise if it is not finite and non-negative."""
    noise = check_real(value, "noise")
    if noise < 0:
        raise ValueError(f"noise must be non-negative, got {noise}")
    return noise


def check_probabilities(p: object, name: str = "p") -> np.ndarray:
    r"""Return p as a read-only float64 vector.

    Raises
    ------
    ValueError
        Unless p is a non-empty vector of finite, strictly positive numbers with
        :math:`|\sum_m p_m - 1| \le 10^{-12}`. A feature of probability zero is no feature.
    """
    array = np.array(p, dtype=np.float64)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be a non-empty vector, got shape {array.shape}")
    if not np.all(np.isfinite(array)) or np.any(array <= 0):
        raise ValueError(f"{name} must hold finite, strictly positive probabilities")
    if abs(math.fsum(array) - 1.0) > PROBABILITY_TOLERANCE:
        raise ValueError(f"{name} must sum to one within 1e-12, got {math.fsum(array)!r}")
    array.setflags(write=False)
    return array


def check_scores(scores: object, features: int, name: str = "scores") -> np.ndarray:
    """Return the score matrix as float64 of shape (K, K), or raise ValueError."""
    array = np.asarray(scores, dtype=np.float64)
    if array.shape != (features, features):
        raise ValueError(f"{name} must have shape {(features, features)}, got {array.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite")
    return array


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
        object.__setattr__(self, "p", check_probabilities(self.p))
        object.__setattr__(
            self, "prompt_length", check_positive_integer(self.prompt_length, "prompt_length")
        )
        object.__setattr__(self, "noise", check_noise(self.noise))

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
    K = check_positive_integer(K, "K")
    return np.full(K, 1.0 / K)


def imbalanced(K: int, p1: float) -> np.ndarray:
    """Probabilities p_1 = p1 and p_k = (1 - p1)/(K - 1) for k >= 2, shape (K,), K >= 2."""
    K = check_positive_integer(K, "K", least=2)
    p1 = check_real(p1, "p1", above=0.0, below=1.0)
    p = np.full(K, (1.0 - p1) / (K - 1))
    p[0] = p1
    return p


def zipf(K: int, s: float) -> np.ndarray:
    """Probabilities p_k proportional to k^(-s), k = 1..K, for s >= 0; shape (K,)."""
    K = check_positive_integer(K, "K")
    s = check_real(s, "s")
    if s < 0:
        raise ValueError(f"s must be non-negative, got {s}")
    weights = np.arange(1, K + 1, dtype=np.float64) ** -s
    return weights / math.fsum(weights)


def orthonormal_features(K: int, dimension: int, rng: np.random.Generator) -> np.ndarray:
    """Haar-distributed orthonormal rows, shape (K, dimension), for K <= dimension."""
    K = check_positive_integer(K, "K")
    dimension = check_positive_integer(dimension, "dimension")
    if dimension < K:
        raise ValueError(f"K orthonormal features need K <= dimension, got {K} > {dimension}")
    q, r = np.linalg.qr(rng.standard_normal((dimension, K)))
    return (q * np.sign(np.diag(r))).T


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
    batch = check_positive_integer(batch, "batch")
    features = np.asarray(features, dtype=np.float64)
    if features.ndim != 2 or features.shape[0] != model.features:
        raise ValueError(f"features must have {model.features} rows, got shape {features.shape}")
    if not np.allclose(features @ features.T, np.eye(model.features), rtol=0.0, atol=1e-10):
        raise ValueError("features must have orthonormal rows")
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
    batch = check_positive_integer(batch, "batch")
    return rng.multinomial(model.prompt_length, model.p / model.p.sum(), size=batch)
