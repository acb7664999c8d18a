r"""A small model that can be either Bayes rule: unrolled gradient steps plus a perceptron.

From :math:`c=X^\top y/n` and :math:`S=X^\top X/n` the model computes L steps of linear attention,

.. math:: \hat w_{l+1}=\hat w_l+P_l(c-S\hat w_l),\qquad\hat w_0=0,

with learned matrices :math:`P_l` (ridge is near), and adds a perceptron of
:math:`(c,S,\hat w_L)` (a pool is memorised there). It answers :math:`\hat w^\top x_q`; the query is
N(0, I) and integrated: the loss is :math:`|\hat w-w|^2`. The smallest model in which the move from
dMMSE to ridge shows within seconds on one core; where it happens depends on the number of steps,
the distance and the test tasks.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts
from iclnb.pytorch import nn, torch
from iclnb.statistics.task_diversity.predictors import dmmse, ridge, task_distance
from iclnb.statistics.task_diversity.prompts import sample_linear_prompts


@guarded
@dataclass(frozen=True)
class TrainingSetting:
    r"""One run.

    Parameters
    ----------
    d, prompt_length : int
        d and n.
    noise : float
        :math:`\sigma>0`.
    unrolled : int
        L, number of gradient steps in the model.
    width : int
        Width of the perceptron's two hidden layers.
    steps, batch_size : int
        AdamW steps and fresh prompts per step.
    step_size : float
        Highest rate; it rises linearly over the first tenth of the steps and falls along a cosine.
    """

    d: int = 4
    prompt_length: int = 16
    noise: float = 0.5
    unrolled: int = 4
    width: int = 128
    steps: int = 2000
    batch_size: int = 256
    step_size: float = 3e-3

    def __post_init__(self) -> None:
        for name in ("d", "prompt_length", "unrolled", "width", "steps", "batch_size"):
            check_integer(getattr(self, name), name)
        check_number(self.noise, "noise", low=0.0, strict=True)
        check_number(self.step_size, "step_size", low=0.0, strict=True)


@guarded
class UnrolledModel(nn.Module):
    """Gradient steps plus a perceptron, float64; see the module docstring."""

    def __init__(self, setting: TrainingSetting, generator: torch.Generator) -> None:
        super().__init__()
        d, width = setting.d, setting.width
        start = 0.5 * torch.eye(d, dtype=torch.float64).repeat(setting.unrolled, 1, 1)
        self.steps = nn.Parameter(start)
        rows, columns = torch.triu_indices(d, d)
        self.register_buffer("upper", rows * d + columns)
        sizes = [2 * d + len(rows), width, width, d]
        layers: list[nn.Module] = []
        for i in range(3):
            layer = nn.utils.skip_init(nn.Linear, sizes[i], sizes[i + 1], dtype=torch.float64)
            gain = 0.0 if i == 2 else (2.0 / sizes[i]) ** 0.5  # the perceptron starts at zero
            with torch.no_grad():
                layer.weight.normal_(0.0, 1.0, generator=generator).mul_(gain)
                layer.bias.zero_()
            layers += [layer, nn.GELU()]
        self.correction = nn.Sequential(*layers[:-1])

    def forward(self, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Estimated tasks (B, d) from inputs (B, n, d) and labels (B, n)."""
        n = y.shape[1]
        c = torch.einsum("bni,bn->bi", X, y) / n
        S = torch.einsum("bni,bnj->bij", X, X) / n
        w = torch.zeros_like(c)
        for P in self.steps:
            w = w + (c - torch.einsum("bij,bj->bi", S, w)) @ P.T
        seen = torch.cat([c, S.flatten(1)[:, self.upper], w], dim=1)
        return w + self.correction(seen)


class TrainedModel(NamedTuple):
    """A model and its training loss at every step, shape (steps,)."""

    model: UnrolledModel
    losses: FloatArray


def _streams(seed: int, count: int) -> list[np.random.Generator]:
    return [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(count)]


@guarded
def train(setting: TrainingSetting, pool: ArrayLike | None, *, seed: int) -> TrainedModel:
    """Train on prompts with tasks from the pool (M, d), or from N(0, I) if ``pool`` is None.

    The stream of inputs does not depend on the pool: runs with the same seed and different M differ
    in their tasks only.
    """
    seed = check_integer(seed, "seed", least=0)
    task_rng, input_rng, noise_rng = _streams(seed, 3)
    generator = torch.Generator().manual_seed(seed)
    model = UnrolledModel(setting, generator)
    optimiser = torch.optim.AdamW(model.parameters(), lr=setting.step_size, weight_decay=0.0)
    warm = max(1, setting.steps // 10)

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        done = (step - warm) / max(1, setting.steps - warm)
        return 0.5 * (1 + np.cos(np.pi * done))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, factor)
    losses = []
    for _ in range(setting.steps):
        prompts = sample_linear_prompts(
            setting.batch_size,
            setting.prompt_length,
            noise=setting.noise,
            d=setting.d,
            pool=pool,
            task_rng=task_rng,
            input_rng=input_rng,
            noise_rng=noise_rng,
        )
        guess = model(torch.from_numpy(prompts.X), torch.from_numpy(prompts.y))
        loss = (guess - torch.from_numpy(prompts.tasks)).square().sum(dim=1).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return TrainedModel(model, np.array(losses))


@guarded
def estimates(model: UnrolledModel, prompts: Prompts) -> FloatArray:
    """The model's estimated tasks, shape (B, d)."""
    with torch.no_grad():
        return model(torch.from_numpy(prompts.X), torch.from_numpy(prompts.y)).numpy()


class Distances(NamedTuple):
    """Distances per dimension on pool prompts and on new tasks, and the model's risks there."""

    pool_dmmse: float
    pool_ridge: float
    new_dmmse: float
    new_ridge: float
    pool_risk: float
    new_risk: float


@guarded
def distances(
    model: UnrolledModel, setting: TrainingSetting, pool: ArrayLike, *, draws: int, seed: int
) -> Distances:
    r""":math:`\Delta=E|\hat w-\hat w'|^2/d` between the model and each Bayes rule."""
    W = check_array(pool, "pool", (None, None))
    draws = check_integer(draws, "draws")
    found: list[float] = []
    risks: list[float] = []
    for own in (True, False):
        task_rng, input_rng, noise_rng = _streams(seed, 3)
        prompts = sample_linear_prompts(
            draws,
            setting.prompt_length,
            noise=setting.noise,
            d=setting.d,
            pool=W if own else None,
            task_rng=task_rng,
            input_rng=input_rng,
            noise_rng=noise_rng,
        )
        guess = estimates(model, prompts)
        bayes = dmmse(prompts.X, prompts.y, W, noise=setting.noise)
        linear = ridge(prompts.X, prompts.y, noise=setting.noise)
        found += [task_distance(guess, bayes), task_distance(guess, linear)]
        risks.append(float(np.mean(np.sum((guess - prompts.tasks) ** 2, axis=1))))
    return Distances(*found, *risks)


@guarded
def crossing(
    sizes: Sequence[float], to_dmmse: Sequence[float], to_ridge: Sequence[float]
) -> float | None:
    r"""The M at which :math:`\Delta_{dMMSE}=\Delta_{ridge}`, log-log interpolated.

    The first change of sign from below; None if there is none.
    """
    M = check_array(sizes, "sizes", (None,))
    first = check_array(to_dmmse, "to_dmmse", M.shape)
    gap = np.log(first) - np.log(check_array(to_ridge, "to_ridge", M.shape))
    for i in range(len(M) - 1):
        if gap[i] <= 0 < gap[i + 1]:
            share = -gap[i] / (gap[i + 1] - gap[i])
            return float(np.exp(np.log(M[i]) + share * (np.log(M[i + 1]) - np.log(M[i]))))
    return None
