r"""A causal Transformer on linear prompts: the paper-scale model of Raventós et al. (2023).

Tokens alternate :math:`x_1,y_1,x_2,y_2,\dots`; the model reads out a prediction of :math:`y_k` at
the token of :math:`x_k`, from the k - 1 examples before it. The paper: d = 8, n = 16,
:math:`\sigma^2=1/4`, GPT-2 with 8 layers, width 128, 2 heads, Adam, batch 256, 500 000 steps with a
triangular learning rate up to 1e-3. Here are pre-norm blocks of torch, without dropout, and three
things differ from the public code of the paper: GELU is the exact one, with erf, and not GPT-2's
approximation by tanh; the maps that read tokens in and predictions out have biases (129 numbers at
the paper's width); and, unless ``residual_start`` is set, the maps that write into the residual
stream start with the standard deviation 0.02 of all others and not with
:math:`0.02/\sqrt{2L}` for L layers.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

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

    def __post_init__(self) -> None:
        for name in ("d", "prompt_length", "layers", "width", "heads", "steps", "batch_size"):
            check_integer(getattr(self, name), name)
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads, got {self.width}, {self.heads}")
        check_number(self.noise, "noise", low=0.0, strict=True)
        check_number(self.step_size, "step_size", low=0.0, strict=True)


@guarded
class CausalTransformer(nn.Module):
    """Predictions of every label from the examples before it; float32."""

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
        batch_size, n, _ = X.shape
        x = nn.functional.pad(X, (1, 0))
        y = nn.functional.pad(y[..., None], (0, X.shape[2]))
        tokens = torch.stack([x, y], dim=2).reshape(batch_size, 2 * n, -1)
        hidden = self.read(tokens) + self.position[: 2 * n]
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
    streams = dict(
        zip(
            ("task_rng", "input_rng", "noise_rng"),
            map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3)),
        )
    )
    model = CausalTransformer(setting, torch.Generator().manual_seed(seed)).to(setting.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=setting.step_size)
    half = setting.steps / 2
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / half, (setting.steps - step) / half, 1.0)
    )
    losses = []
    for _ in range(setting.steps):
        prompts = sample_linear_prompts(
            setting.batch_size,
            setting.prompt_length,
            noise=setting.noise,
            d=setting.d,
            pool=pool,
            **streams,
        )
        X, y = _tensors(prompts, setting.device)
        loss = (model(X, y) - y).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return TrainedTransformer(model, np.array(losses))


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
