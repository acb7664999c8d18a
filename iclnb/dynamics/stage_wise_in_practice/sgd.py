r"""Training the attention layer on prompts, as a practitioner would: torch and its optimisers.

One softmax attention head, merged matrix :math:`Q\in R^{d\times d}`, value scale 1, query masked as
key: :math:`\hat y=\sum_i\mathrm{softmax}_i(x_i^\top Qx_q)\,y_i`, loss
:math:`\tfrac12(\hat y-y_q)^2` averaged over a fresh batch of prompts at every step, :math:`Q=0` at
the start, float64.

The gradient is the hand-derived one of :mod:`.minibatch`, mapped to
:math:`\partial L/\partial Q=\sum_{kn}G_{kn}v_nv_k^\top=V^\top G^\top V`; :func:`prompt_loss` is
the raw forward pass, whose automatic derivative it must equal.  The same loop runs on the exact
population gradient, so that an optimiser can be compared with itself with and without the noise of
sampling.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_integer, check_number, check_orthonormal_rows
from iclnb.dynamics.stage_wise_in_practice.minibatch import minibatch_oracle
from iclnb.dynamics.stage_wise_training.attention import (
    scores_from_weights,
    weights_from_scores,
)
from iclnb.dynamics.stage_wise_training.data import DataModel, TokenPrompts, orthonormal_features
from iclnb.dynamics.stage_wise_training.descent import (
    Oracle,
    Path,
    check_schedule,
    population_oracle,
)
from iclnb.kinds import guarded
from iclnb.pytorch import torch

OptimiserFactory = Callable[[list[torch.Tensor], float], torch.optim.Optimizer]


@guarded
def gradient_descent(parameters: list[torch.Tensor], step_size: float) -> torch.optim.SGD:
    """Plain (stochastic) gradient descent."""
    return torch.optim.SGD(parameters, lr=step_size)


@guarded
def heavy_ball(momentum: float) -> OptimiserFactory:
    r"""Momentum :math:`\beta\in[0,1)`: :math:`M\leftarrow\beta M+G`, step :math:`-\eta M`."""
    momentum = check_number(momentum, "momentum", high=1.0, strict=True)
    if momentum < 0:
        raise ValueError(f"momentum must lie in [0, 1), got {momentum}")
    return lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=momentum)


@guarded
def adam(parameters: list[torch.Tensor], step_size: float) -> torch.optim.Adam:
    """Adam with torch's default decay rates (0.9, 0.999).

    Adam rescales every coordinate of Q by the history of that coordinate's gradient, so it depends
    on the basis in which the features are written. If they are the coordinate axes, the small
    gradients of the rare rows are scaled up to those of the dominant one; if they are not, every
    coordinate mixes all rows and takes its scale from the largest.
    """
    return torch.optim.Adam(parameters, lr=step_size)


@guarded
@dataclass(frozen=True, eq=False)
class SGDConfig:
    r"""One run.

    Parameters
    ----------
    data_model : DataModel
        Probabilities, prompt length, label noise.
    d : int
        :math:`d\ge K`, the dimension of the tokens.
    batch_size : int
        B, fresh prompts per step.
    step_size : float
        :math:`\eta>0`.
    steps : int
        Number of steps.
    seed : int
        Source of the features and of all prompts.
    optimiser : callable
        Maps parameters and learning rate to a torch optimiser.
    tokenwise : bool
        Draw prompts token by token (default), or their counts and mean labels directly: the same
        law, cheaper for long prompts.
    """

    data_model: DataModel
    d: int
    batch_size: int
    step_size: float
    steps: int
    seed: int
    optimiser: OptimiserFactory = gradient_descent
    tokenwise: bool = True

    def __post_init__(self) -> None:
        check_integer(self.d, "d", least=self.data_model.K)
        check_integer(self.batch_size, "batch_size")
        check_number(self.step_size, "step_size", low=0.0, strict=True)
        check_integer(self.steps, "steps")
        check_integer(self.seed, "seed", least=0)


class Trained(NamedTuple):
    """A run: recorded scores, features (K, d) and the final matrix Q (d, d)."""

    path: Path
    features: FloatArray
    Gamma: FloatArray


@guarded
def prompt_loss(Gamma: torch.Tensor, prompts: TokenPrompts) -> torch.Tensor:
    """Loss of a batch by the raw forward pass, token by token; differentiable by ``Gamma``."""
    X, queries = torch.from_numpy(prompts.X), torch.from_numpy(prompts.query)
    scores = torch.einsum("bid,de,be->bi", X, Gamma, queries)
    prediction = (torch.softmax(scores, dim=1) * torch.from_numpy(prompts.y)).sum(dim=1)
    return 0.5 * torch.mean((prediction - torch.from_numpy(prompts.target)) ** 2)


@guarded
def run_optimiser(
    oracle: Oracle,
    features: ArrayLike,
    *,
    optimiser: OptimiserFactory,
    step_size: float,
    steps: int,
    record: Sequence[int] | None = None,
) -> Trained:
    r"""Optimise :math:`Q\in R^{d\times d}` from zero with gradients of the scores from an oracle.

    Parameters
    ----------
    oracle : callable
        Scores (K, K) to gradient (K, K), query first: exact or sampled.
    features : array (K, d)
        Orthonormal rows.
    optimiser, step_size, steps
        As in :class:`SGDConfig`.
    record : sequence of int, optional
        Steps whose scores are kept; default: all.

    Raises
    ------
    ValueError
        On a bad schedule or learning rate, or if the features are not orthonormal to 1e-10.
    """
    marks = check_schedule(steps, record)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    v = check_orthonormal_rows(features, "features")
    kept = np.empty((marks.size, v.shape[0], v.shape[0]))
    Gamma = torch.zeros(v.shape[1], v.shape[1], dtype=torch.float64)
    update = optimiser([Gamma], step_size)
    position = 0
    for step in range(int(marks[-1]) + 1):
        scores = scores_from_weights(Gamma.numpy(), v)
        if step == marks[position]:
            kept[position] = scores
            position += 1
            if position == marks.size:
                break
        Gamma.grad = torch.from_numpy(weights_from_scores(oracle(scores), v))
        update.step()
    return Trained(Path(marks, kept), v, Gamma.numpy().copy())


@guarded
def train(setting: SGDConfig, *, record: Sequence[int] | None = None) -> Trained:
    """Train on sampled prompts.

    Deterministic given ``setting``; two runs that differ only in optimiser, learning rate or steps
    see the same features and the same prompts.
    """
    sequence = np.random.SeedSequence(setting.seed)
    feature_seed, prompt_seed = sequence.spawn(2)
    features = orthonormal_features(
        setting.data_model.K, setting.d, np.random.default_rng(feature_seed)
    )
    oracle = minibatch_oracle(
        setting.data_model, setting.batch_size, seed=prompt_seed,
        features=features if setting.tokenwise else None,
    )  # fmt: skip
    return run_optimiser(
        oracle, features, optimiser=setting.optimiser,
        step_size=setting.step_size, steps=setting.steps, record=record,
    )  # fmt: skip


@guarded
def train_population(
    data_model: DataModel,
    features: FloatArray,
    *,
    optimiser: OptimiserFactory = gradient_descent,
    step_size: float,
    steps: int,
    record: Sequence[int] | None = None,
) -> Trained:
    """The same optimiser on the exact population gradient: no sampling noise."""
    return run_optimiser(
        population_oracle(data_model), features,
        optimiser=optimiser, step_size=step_size, steps=steps, record=record,
    )  # fmt: skip
