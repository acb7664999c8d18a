r"""Learning the basis: a multilayer perceptron phi and a matrix Gamma, trained on T tasks.

.. math:: \text{linear: }\hat y=\frac1n\sum_iy_i\,\phi(x_i)^\top\Gamma\phi(x_q),\qquad
          \text{softmax: }\hat y=\sum_iy_i\,
          \mathrm{softmax}_i\big(\phi(x_i)^\top\Gamma\phi(x_q)\big)

(slides B-2 and B-1; KNS Section 2 and Appendix E). Every one of the n + 1 tokens of a prompt serves
as the query of the other n: an estimate of the same population risk with less variance than one
query per prompt, which is what KNS analyse.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.statistics.function_spaces.basis import check_points
from iclnb.statistics.nonparametric_icl.pretraining.sampling import Prompts


@dataclass(frozen=True)
class Architecture:
    """A feature map: ``depth`` hidden layers of ``width``, then a linear layer to ``features``.

    KNS's figures: dimension 8, width 32, features 32. Inputs are mapped to [-1, 1]; the
    first layer's weights are normal of standard deviation ``scale`` and its biases uniform in
    [-scale, scale], so that the kinks cover the domain and are sharp. With scale 1 a perceptron
    learns frequencies of ten and more far too slowly.
    """

    dimension: int = 1
    width: int = 64
    depth: int = 3
    features: int = 6
    scale: float = 5.0
    activation: Callable[[], nn.Module] = nn.GELU

    def __post_init__(self) -> None:
        for name in ("dimension", "width", "depth", "features"):
            check_integer(getattr(self, name), name)
        check_number(self.scale, "scale", low=0.0, strict=True)


@dataclass(frozen=True)
class Training:
    """AdamW with a cosine schedule to zero, on ``batch`` of the T given tasks per step.

    The gradient is clipped to norm ``clip``: the loss has heavy tails over the prompts.
    """

    steps: int = 2400
    learning_rate: float = 7e-3
    batch: int = 32
    weight_decay: float = 1e-4
    clip: float = 1.0
    seed: int = 0
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_integer(self.steps, "steps")
        check_integer(self.batch, "batch")
        check_integer(self.seed, "seed", least=0)
        check_number(self.learning_rate, "learning_rate", low=0.0, strict=True)
        check_number(self.clip, "clip", low=0.0, strict=True)
        check_number(self.weight_decay, "weight_decay", low=0.0)


class LinearAttention(nn.Module):
    """Linear attention on learned features, float64."""

    def __init__(self, architecture: Architecture, generator: torch.Generator) -> None:
        super().__init__()
        width, scale = architecture.width, architecture.scale
        first = linear_layer(architecture.dimension, width, scale, generator)
        with torch.no_grad():
            first.bias.uniform_(-scale, scale, generator=generator)
        # The second layer undoes the scale, so that phi starts at size one.
        spread = (2.0 / width) ** 0.5
        outputs = [width] * (architecture.depth - 1) + [architecture.features]
        layers: list[nn.Module] = [first]
        for i, size in enumerate(outputs):
            gain = spread / scale if i == 0 else spread
            layers += [architecture.activation(), linear_layer(width, size, gain, generator)]
        self.phi = nn.Sequential(*layers)
        self.gamma = nn.Parameter(torch.eye(architecture.features, dtype=torch.float64))

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """phi at points of the unit cube, shape (..., features)."""
        return self.phi(2.0 * x - 1.0)

    def forward(
        self, inputs: torch.Tensor, labels: torch.Tensor, query: torch.Tensor
    ) -> torch.Tensor:
        """Answers (B, q) from inputs (B, n, d), labels (B, n), query (B, q, d)."""
        keys = self.features(inputs)
        mean = torch.einsum("bi,bik->bk", labels, keys) / labels.shape[1]
        return torch.einsum("bk,bqk->bq", mean @ self.gamma, self.features(query))

    def leave_one_out(self, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Answer for every token from the others, (B, n+1)."""
        phi = self.features(inputs)
        weighted = labels[..., None] * phi
        mean = (weighted.sum(1, keepdim=True) - weighted) / (labels.shape[1] - 1)
        return torch.einsum("bik,bik->bi", mean @ self.gamma, phi)


class SoftmaxAttention(LinearAttention):
    """Softmax attention on the same learned features."""

    def forward(
        self, inputs: torch.Tensor, labels: torch.Tensor, query: torch.Tensor
    ) -> torch.Tensor:
        scores = self.features(query) @ self.gamma.T @ self.features(inputs).transpose(1, 2)
        return torch.einsum("bqi,bi->bq", scores.softmax(-1), labels)

    def leave_one_out(self, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        phi = self.features(inputs)
        scores = phi @ self.gamma.T @ phi.transpose(1, 2)
        own = torch.eye(labels.shape[1], dtype=torch.bool, device=labels.device)
        return torch.einsum("bqi,bi->bq", scores.masked_fill(own, -torch.inf).softmax(-1), labels)


def linear_layer(inputs: int, outputs: int, spread: float, generator: torch.Generator) -> nn.Linear:
    """Linear layer, weights normal of standard deviation ``spread``, biases zero."""
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.normal_(0.0, spread, generator=generator)
        layer.bias.zero_()
    return layer


class Learned(NamedTuple):
    """A trained model and its loss at every step, shape (steps,)."""

    model: LinearAttention
    losses: FloatArray


def learn_basis(
    prompts: Prompts,
    architecture: Architecture,
    training: Training,
    *,
    attention: type[LinearAttention] = LinearAttention,
) -> Learned:
    """Train feature map and Gamma on the T given prompts.

    Parameters
    ----------
    prompts : Prompts
        The query is used as one more token, with its noisy label. Tasks are never redrawn.
    attention : class
        :class:`LinearAttention` or :class:`SoftmaxAttention`.

    Raises
    ------
    ValueError
        If the prompts' dimension differs from the architecture's.
    """
    if prompts.inputs.shape[2] != architecture.dimension:
        raise ValueError(f"prompts must have dimension {architecture.dimension}")
    generator = torch.Generator().manual_seed(training.seed)
    model = attention(architecture, generator).to(training.device)
    tokens = np.concatenate([prompts.inputs, prompts.query[:, None]], axis=1)
    labels = np.concatenate([prompts.labels, prompts.query_label[:, None]], axis=1)
    inputs = torch.tensor(tokens, device=training.device)
    targets = torch.tensor(labels, device=training.device)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, training.steps)
    losses = []
    tasks = len(inputs)
    for _ in range(training.steps):
        chosen = torch.randperm(tasks, generator=generator)[: training.batch]
        error = model.leave_one_out(inputs[chosen], targets[chosen]) - targets[chosen]
        loss = error.square().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), training.clip)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return Learned(model, np.array(losses))


def feature_values(model: LinearAttention, x: ArrayLike) -> FloatArray:
    """The learned features at points of the unit cube, shape (points, features)."""
    dimension = model.phi[0].in_features
    device = model.gamma.device
    with torch.no_grad():
        values = model.features(torch.tensor(check_points(x, "x", dimension), device=device))
    return values.cpu().numpy()


def attention_matrix(model: LinearAttention) -> FloatArray:
    """Gamma, shape (features, features)."""
    return model.gamma.detach().cpu().numpy().copy()
