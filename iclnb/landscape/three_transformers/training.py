r"""Stochastic gradient descent for the three Transformers.

*Attention* descends :math:`L(\mu,\Gamma)` in both, *static* descends :math:`L(\mu)`, *modified* is
static with rounds of birth-death and Gaussian-process noise. One step with momentum
:math:`m\leftarrow\beta m+\nabla`, :math:`\theta\leftarrow\theta-\eta m`, with the gradient of a
particle, lasts :math:`\eta/(1-\beta)` of flow time. All models of a seed see the same data.

Every figure of the source beyond d, k, N and the numbers of prompts and pairs is unknown; see
:class:`Optimiser` and :class:`Batches` for what is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded

from .disturb import Disturbance, birth_death, gaussian_field
from .layer import Layer, Weights
from .objectives import (
    Pull,
    prompt_joint,
    prompt_static,
    token_joint,
    token_static,
)
from .setting import Trial
from .tasks import task_error

__all__ = [
    "ATTENTION",
    "MODIFIED",
    "STATIC",
    "Batches",
    "Course",
    "Optimiser",
    "Score",
    "Transformer",
    "evaluate",
    "train",
]

#: A run whose loss exceeds this many times the power of the teacher has diverged.
CEILING = 1e3


@guarded
@dataclass(frozen=True)
class Transformer:
    r"""Which loss is descended: ``joint`` in :math:`(\mu,\Gamma)` or not; with what disturbance."""

    joint: bool = False
    disturbance: Disturbance | None = None

    def __post_init__(self) -> None:
        if self.disturbance is not None and not isinstance(self.disturbance, Disturbance):
            raise TypeError("disturbance must be a Disturbance or None")


ATTENTION = Transformer(joint=True)
STATIC = Transformer()
MODIFIED = Transformer(disturbance=Disturbance())


@guarded
@dataclass(frozen=True)
class Optimiser:
    """Step sizes of the particles and of the attention, and the momentum, in [0, 1)."""

    step_size: float = 0.01
    gamma_step_size: float = 0.02
    momentum: float = 0.9

    def __post_init__(self) -> None:
        check_number(self.step_size, "step_size", low=0.0, strict=True)
        check_number(self.gamma_step_size, "gamma_step_size", low=0.0)
        if check_number(self.momentum, "momentum", low=0.0) >= 1.0:
            raise ValueError(f"momentum must lie in [0, 1), got {self.momentum}")


@guarded
@dataclass(frozen=True)
class Batches:
    """The data of a step.

    Parameters
    ----------
    n_prompts : int
        Prompts per step, each with a task of its own and one query; zero means one set of inputs,
        with the task integrated out.
    prompt_length : int
        Inputs per prompt, or of the set.
    single : bool
        Float32 for the large products.
    """

    n_prompts: int = 0
    prompt_length: int = 1000
    single: bool = False

    def __post_init__(self) -> None:
        check_integer(self.prompt_length, "prompt_length")
        if self.n_prompts != 0:
            check_integer(self.n_prompts, "n_prompts")

    @property
    def inputs(self) -> int:
        """Number of inputs of a step."""
        return self.n_prompts * (self.prompt_length + 1) if self.n_prompts else self.prompt_length


class Score(NamedTuple):
    r"""Errors on the test inputs.

    ``loss``: :math:`L(\mu)`, ``own``: the loss that the model descends, both over
    :math:`\frac12\mathrm{tr}S_0`; ``tasks`` (3,): nonlinear tasks over their variance;
    ``moment``: :math:`\int|a|^2d\mu`.
    """

    loss: float
    own: float
    tasks: FloatArray
    moment: float


class Course(NamedTuple):
    """Scores at the steps ``steps`` (T,), and what was reached.

    ``training``: loss on the batches, over the power of the teacher, in the mean over the steps
    since the last record; the first is that of the first batch alone.
    A run that diverged ends early: ``diverged`` is true, and the arrays stop at the last record.
    """

    steps: FloatArray
    training: FloatArray
    loss: FloatArray
    own: FloatArray
    tasks: FloatArray
    moment: FloatArray
    weights: Weights
    Gamma: FloatArray | None
    diverged: bool


@guarded
def evaluate(trial: Trial, weights: Weights, Gamma: FloatArray | None = None) -> Score:
    """Return the errors of a model on the test inputs; ``Gamma`` None means the best attention."""
    h = Layer(len(trial.x), len(weights.a)).features(trial.x, weights)
    loss = token_static(trial.true, h).loss / trial.power
    own = loss if Gamma is None else token_joint(trial.true, h, Gamma).loss / trial.power
    moment = float(np.sum(weights.a**2)) / len(weights.a)
    return Score(loss, own, task_error(trial.tasks, h, Gamma).total, moment)


def _pull(
    trial: Trial, batches: Batches, layer: Layer, weights: Weights, Gamma, rng
) -> tuple[FloatArray, Pull]:
    x = trial.setting.extend(rng.standard_normal((batches.inputs, trial.setting.d)))
    f, h = trial.targets(x), layer.features(x, weights)
    if not batches.n_prompts:
        return x, token_static(f, h) if Gamma is None else token_joint(f, h, Gamma)
    cut = batches.n_prompts * batches.prompt_length
    v = rng.standard_normal((batches.n_prompts, f.shape[1]))
    labels = np.einsum(
        "pik,pk->pi", f[:cut].reshape(batches.n_prompts, batches.prompt_length, -1), v
    )
    data = h[:cut], labels, h[cut:], np.sum(f[cut:] * v, axis=1)
    return x, prompt_static(*data) if Gamma is None else prompt_joint(*data, Gamma)


def _schedule(steps: int, records: int) -> FloatArray:
    return np.unique(np.round(np.linspace(0, steps, min(records, steps + 1))).astype(int))


@guarded
def train(
    trial: Trial,
    model: Transformer,
    *,
    seed: int,
    steps: int,
    optimiser: Optimiser | None = None,
    batches: Batches | None = None,
    records: int = 11,
) -> Course:
    """Train one model and record its errors ``records`` times, the start and the end included.

    Parameters
    ----------
    seed : int
        Seed of the data; models of one seed see the same inputs and tasks.
    steps : int
        Number of steps, each on fresh data.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    optimiser, batches = optimiser or Optimiser(), batches or Batches()
    marks = _schedule(check_integer(steps, "steps"), check_integer(records, "records"))
    data = scale.rng(seed, "three transformers: data")
    noise = scale.rng(seed, "three transformers: disturbance")
    layer = Layer(batches.inputs, trial.setting.neurons, single=batches.single)
    weights, Gamma = trial.weights(), trial.Gamma.copy() if model.joint else None
    speed = Weights(np.zeros_like(weights.a), np.zeros_like(weights.w))
    turn: FloatArray | float = 0.0
    scores = [evaluate(trial, weights, Gamma)]
    diverged, start = False, trial.power * CEILING
    training, since = [], []
    for step in range(1, steps + 1):
        x, pull = _pull(trial, batches, layer, weights, Gamma, data)
        if not pull.loss < start:
            diverged = True
            break
        since.append(pull.loss / trial.power)
        training = training or since[:1]
        grad = layer.pull(x, weights, pull.features)
        speed = Weights(*(optimiser.momentum * s + g for s, g in zip(speed, grad)))
        weights = Weights(*(v - optimiser.step_size * s for v, s in zip(weights, speed)))
        if Gamma is not None:
            turn = optimiser.momentum * turn + pull.Gamma
            Gamma = Gamma - optimiser.gamma_step_size * turn
        if model.disturbance is not None and step % model.disturbance.every == 0:
            weights, speed = _disturb(trial, model.disturbance, weights, speed, noise)
        if step in marks:
            scores.append(evaluate(trial, weights, Gamma))
            training, since = [*training, float(np.mean(since))], []
    loss, own, tasks, moment = (np.array(x) for x in zip(*scores))
    found = np.array(training or [np.nan]), loss, own, tasks, moment
    return Course(marks[: len(scores)], *found, weights, Gamma, diverged)


def _disturb(
    trial: Trial, how: Disturbance, weights: Weights, speed: Weights, rng: np.random.Generator
) -> tuple[Weights, Weights]:
    spread = trial.setting.start_spread
    weights, born = birth_death(weights, share=how.share, spread=spread, rng=rng)
    field = gaussian_field(weights, rng=rng, length=how.length)
    weights = Weights(*(v + how.epsilon * f for v, f in zip(weights, field)))
    return weights, Weights(*(np.where(born[:, None], 0.0, s) for s in speed))
