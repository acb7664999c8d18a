r"""What the modified Transformer adds: birth and death, and a Gaussian process.

*Birth-death*: :math:`\mu\leftarrow(1-\beta)\mu+\beta\pi`. Each neuron dies with probability
:math:`\beta` and is born again with inner weights of the start's law and outer weight zero, which
is enough for the theory (the velocity of a depends on w only). *Gaussian process*:
:math:`\theta\leftarrow\theta+\epsilon\,\xi(\theta)` with one smooth random field for all neurons,
here of 64 random Fourier features. Rates, law of birth and kernel of the source are unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.kinds import guarded

from .layer import Weights

__all__ = ["Disturbance", "birth_death", "gaussian_field"]


@guarded
@dataclass(frozen=True)
class Disturbance:
    r"""One round of both, each ``every`` steps.

    Parameters
    ----------
    every : int
        Steps between rounds.
    share : float
        :math:`\beta\in[0,1]`.
    epsilon : float
        :math:`\epsilon\ge0`, relative to the root mean square of a and of w.
    length : float
        Length over which the field varies; at 0.2 or less the neurons move nearly independently.
    """

    every: int = 25
    share: float = 0.01
    epsilon: float = 0.01
    length: float = 1.0

    def __post_init__(self) -> None:
        check_integer(self.every, "every")
        check_number(self.share, "share", low=0.0, high=1.0)
        check_number(self.epsilon, "epsilon", low=0.0)
        check_number(self.length, "length", low=0.0, strict=True)


@guarded
def birth_death(
    weights: Weights, *, share: float, spread: float, rng: np.random.Generator
) -> tuple[Weights, FloatArray]:
    """Return the weights after one round, and who was born (N,), a truth value.

    Parameters
    ----------
    share : float
        Probability of death.
    spread : float
        The inner weights of the newborn are ``spread`` times standard normal.
    """
    share = check_number(share, "share", low=0.0, high=1.0)
    spread = check_number(spread, "spread", low=0.0, strict=True)
    rng = check_generator(rng, "rng")
    born = rng.random(len(weights.a)) < share
    fresh = spread * rng.standard_normal(weights.w.shape)
    a = np.where(born[:, None], 0.0, weights.a)
    return Weights(a, np.where(born[:, None], fresh, weights.w)), born


@guarded
def gaussian_field(
    weights: Weights, *, rng: np.random.Generator, waves: int = 64, length: float = 1.0
) -> Weights:
    r"""Return :math:`\xi(\theta_i)` of unit size, of the shapes of the weights.

    :math:`\xi(\theta)=\sqrt{2/F}\sum_jc_j\cos(\omega_j\cdot\hat\theta+b_j)` with
    :math:`\hat\theta=(a/|a|_{rms},w/|w|_{rms})`, :math:`\omega_j\sim
    N(0,I/(\ell^2(k+d)))`, :math:`c_j\sim N(0,I)`, :math:`b_j` uniform: nearly a Gaussian process
    with kernel :math:`e^{-|\hat\theta-\hat\theta'|^2/(2\ell^2(k+d))}`. Neurons at one place move
    together, however many there are.
    """
    waves = check_integer(waves, "waves")
    length = check_number(length, "length", low=0.0, strict=True)
    rng = check_generator(rng, "rng")
    a, w = weights
    rms = [max(float(np.sqrt(np.mean(x**2))), 1e-300) for x in (a, w)]
    theta = np.concatenate([a / rms[0], w / rms[1]], axis=1)
    dimension = theta.shape[1]
    omega = rng.standard_normal((dimension, waves)) / (length * np.sqrt(dimension))
    phase = rng.uniform(0.0, 2.0 * np.pi, waves)
    value = np.cos(theta @ omega + phase) @ rng.standard_normal((waves, dimension))
    value *= np.sqrt(2.0 / waves)
    return Weights(rms[0] * value[:, : a.shape[1]], rms[1] * value[:, a.shape[1] :])
