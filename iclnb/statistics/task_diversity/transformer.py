r"""A causal Transformer on linear prompts: the paper-scale model of Raventós et al. (2023).

Tokens alternate :math:`x_1,y_1,x_2,y_2,\dots`; the model reads out a prediction of :math:`y_k` at
the token of :math:`x_k`, from the k - 1 examples before it. The paper: d = 8, n = 16,
:math:`\sigma^2=1/4`, GPT-2 with 8 layers, width 128, 2 heads, Adam, batch 256, 500 000 steps with a
triangular learning rate up to 1e-3. Where the model here differs from that of the paper's public
code stands at :class:`CausalTransformer`.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts
from iclnb.pytorch import nn, torch
from iclnb.statistics.task_diversity.prompts import sample_linear_prompts

_RESIDUAL = ("self_attn.out_proj.weight", "linear2.weight")
"""The maps that write into the residual stream."""


@guarded
@dataclass(frozen=True)
class TransformerSetting:
    r"""The paper's configuration by default, but for the start of the weights.

    ``residual_start`` divides the initial weights of the maps into the residual stream by
    :math:`\sqrt{2L}`, L the number of ``layers``, as GPT-2 does; the stored runs do not.
    ``on_device`` draws the prompts with torch where the model is, so that a graphics card does not
    wait for them; the stored runs draw them with numpy. ``precision="bfloat16"`` is autocast:
    weights and optimiser stay in float32.
    """

    d: int = 8
    prompt_length: int = 16
    noise: float = 0.5
    layers: int = 8
    width: int = 128
    heads: int = 2
    steps: int = 500_000
    batch_size: int = 256
    step_size: float = 1e-3
    device: str = "cpu"
    residual_start: bool = False
    on_device: bool = False
    precision: Literal["float32", "bfloat16"] = "float32"

    def __post_init__(self) -> None:
        for name in ("d", "prompt_length", "layers", "width", "heads", "steps", "batch_size"):
            check_integer(getattr(self, name), name)
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads, got {self.width}, {self.heads}")
        check_number(self.noise, "noise", low=0.0, strict=True)
        check_number(self.step_size, "step_size", low=0.0, strict=True)
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision must be float32 or bfloat16, got {self.precision!r}")


@guarded
def alternating(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Tokens (0, x_1), (y_1, 0), (0, x_2), ... of shape (B, 2n, d + 1)."""
    x = nn.functional.pad(X, (1, 0))
    y = nn.functional.pad(y[..., None], (0, X.shape[2]))
    return torch.stack([x, y], dim=2).flatten(1, 2)


@guarded
class CausalTransformer(nn.Module):
    r"""Predictions of every label from the examples before it; float32.

    Pre-norm blocks of torch with biases and without dropout, a learnt vector for each of the 2n
    positions, weights normal of standard deviation 0.02: as in the public code of Raventós et al.
    (github.com/mansheej/icl-task-diversity, ``icl/gpt2.py`` and ``icl/models.py``), but for these:

    * GELU is the exact one, with erf; there it is the approximation by tanh (at most 5e-4 apart).
    * The maps that read tokens in and predictions out have biases, 129 numbers at the paper's
      width, which start at zero; there they have none.
    * The maps into the residual stream start like all others; there with the standard deviation
      :math:`0.02/\sqrt{2L}`, as here with ``TransformerSetting(residual_start=True)``.

    Their learning rate starts at zero and here one step later in the triangle (:func:`triangle`);
    their streams of random numbers are others.
    """

    def __init__(self, setting: TransformerSetting, generator: torch.Generator) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):  # torch's own initial values are overwritten
            self.read = nn.Linear(setting.d + 1, setting.width)
            self.position = nn.Parameter(torch.zeros(2 * setting.prompt_length, setting.width))
            block = nn.TransformerEncoderLayer(
                setting.width,
                setting.heads,
                4 * setting.width,
                dropout=0.0,
                activation="gelu",
                batch_first=True,
                norm_first=True,
            )
            self.blocks = nn.TransformerEncoder(block, setting.layers, enable_nested_tensor=False)
            self.norm = nn.LayerNorm(setting.width)
            self.write = nn.Linear(setting.width, 1)
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if parameter.ndim > 1:
                    parameter.normal_(0.0, 0.02, generator=generator)
                    if setting.residual_start and name.endswith(_RESIDUAL):
                        parameter /= math.sqrt(2 * setting.layers)
                elif name.endswith("bias"):
                    parameter.zero_()

    def forward(self, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Predictions (B, n) from inputs (B, n, d) and labels (B, n)."""
        n = X.shape[1]
        hidden = self.read(alternating(X, y)) + self.position[: 2 * n]
        mask = torch.full((2 * n, 2 * n), -torch.inf, device=X.device).triu(1)
        hidden = self.norm(self.blocks(hidden, mask=mask, is_causal=True))
        return self.write(hidden[:, ::2])[..., 0]


class TrainedTransformer(NamedTuple):
    """A model and its training loss at every step, shape (steps,)."""

    model: CausalTransformer
    losses: FloatArray


@guarded
def train_transformer(
    setting: TransformerSetting, pool: ArrayLike | None, *, seed: int
) -> TrainedTransformer:
    """Train on prompts with tasks from the pool (M, d), or from N(0, I) if ``pool`` is None.

    The loss is the mean squared error over all positions, against the noisy labels.
    """
    seed = check_integer(seed, "seed", least=0)
    draw = _on_device(setting, pool, seed) if setting.on_device else _by_numpy(setting, pool, seed)
    model = CausalTransformer(setting, torch.Generator().manual_seed(seed)).to(setting.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=setting.step_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: triangle(setting, step))
    losses = torch.empty(setting.steps, device=setting.device)
    kind = torch.device(setting.device).type
    for step in range(setting.steps):
        X, y = draw()
        with torch.autocast(kind, torch.bfloat16, enabled=setting.precision == "bfloat16"):
            guess = model(X, y)
        loss = (guess.to(y.dtype) - y).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses[step] = loss.detach()
    return TrainedTransformer(model, losses.double().cpu().numpy())


@guarded
def triangle(setting: TransformerSetting, index: int) -> float:
    """Share of the largest step size at a step, counted from zero: up to the middle, then down."""
    half = setting.steps / 2
    return min((index + 1) / half, (setting.steps - index) / half, 1.0)


Draw = Callable[[], tuple[torch.Tensor, torch.Tensor]]


def _by_numpy(setting: TransformerSetting, pool: ArrayLike | None, seed: int) -> Draw:
    names = ("task_rng", "input_rng", "noise_rng")
    spawned = np.random.SeedSequence(seed).spawn(3)
    streams = {name: np.random.default_rng(one) for name, one in zip(names, spawned)}

    def draw() -> tuple[torch.Tensor, torch.Tensor]:
        prompts = sample_linear_prompts(
            setting.batch_size,
            setting.prompt_length,
            noise=setting.noise,
            d=setting.d,
            pool=pool,
            **streams,
        )
        return _tensors(prompts, setting.device)

    return draw


def _on_device(setting: TransformerSetting, pool: ArrayLike | None, seed: int) -> Draw:
    generator = prompt_generator(seed, setting.device)
    if pool is not None:
        pool = torch.as_tensor(np.asarray(pool), dtype=torch.float32, device=setting.device)
    return lambda: tuple(part[0] for part in draw_prompts(setting, pool, 1, generator))


@guarded
def prompt_generator(seed: int, device: str | torch.device) -> torch.Generator:
    """The source of the prompts that are drawn on a device."""
    return scale.torch_generator(seed, "prompts on the device", device=device)


@guarded
def draw_prompts(
    setting: TransformerSetting, pool: torch.Tensor | None, steps: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Prompts of several steps, X (steps, B, n, d) and y (steps, B, n), drawn step by step.

    Parameters
    ----------
    pool : tensor (M, d), optional
        On the device of the generator; without one every prompt has a task of its own.
    """
    size, to = (setting.batch_size, setting.prompt_length), {"device": generator.device}
    tasks = torch.empty(steps, size[0], setting.d, **to)
    X, noise = torch.empty(steps, *size, setting.d, **to), torch.empty(steps, *size, **to)
    for t in range(steps):
        if pool is None:
            tasks[t] = torch.randn(size[0], setting.d, generator=generator, **to)
        else:
            row = torch.randint(len(pool), (size[0],), generator=generator, **to)
            tasks[t] = pool.index_select(0, row)
        X[t] = torch.randn(*size, setting.d, generator=generator, **to)
        noise[t] = torch.randn(*size, generator=generator, **to)
    return X, (X @ tasks[..., None])[..., 0] + setting.noise * noise


def _tensors(prompts: Prompts, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    return tuple(
        torch.tensor(part, dtype=torch.float32, device=device) for part in (prompts.X, prompts.y)
    )


@guarded
def transformer_predictions(model: CausalTransformer, prompts: Prompts) -> FloatArray:
    """Predictions (B, n), comparable with :func:`.predictors.prefix_predictions`."""
    with torch.no_grad():
        X, y = _tensors(prompts, model.position.device)
        return model(X, y).double().cpu().numpy()


@guarded
def memory_predictions(
    X: ArrayLike, y: ArrayLike, pool: ArrayLike, *, noise: float, device: torch.device | str = "cpu"
) -> FloatArray:
    r"""What :func:`.predictors.prefix_predictions` gives with a pool, on a device, (B, n).

    All prefixes at once: with :math:`G_k` and :math:`m_k` the running sums of :math:`xx^\top` and
    :math:`xy`, the scores of the tasks are :math:`(w^\top m_k-\tfrac12w^\top G_kw)/\sigma^2`, one
    product of matrices in float64. It loses :math:`\epsilon|w|^2|X|^2/\sigma^2` to rounding.
    """
    to = {"dtype": torch.float64, "device": device}
    X, y = (torch.as_tensor(np.asarray(part), **to) for part in (X, y))
    W = torch.as_tensor(np.asarray(pool), **to)
    level = check_number(noise, "noise", low=0.0, strict=True) ** 2
    moment = (X * y[..., None]).cumsum(1) - X * y[..., None]
    square = X[..., :, None] * X[..., None, :]
    gram = (square.cumsum(1) - square).flatten(2)
    rows = torch.cat([moment, -0.5 * gram], dim=2).flatten(0, 1) / level
    columns = torch.cat([W, (W[:, :, None] * W[:, None, :]).flatten(1)], dim=1)
    size = max(1, 2**26 // len(W))  # half a gigabyte of scores
    means = [torch.softmax(piece @ columns.T, dim=1) @ W for piece in rows.split(size)]
    return (torch.cat(means).view(X.shape) * X).sum(dim=2).cpu().numpy()
