r"""Learning the basis: a multilayer perceptron phi and a matrix Gamma, trained on T tasks.

.. math:: \text{linear: }\hat y=\frac1n\sum_iy_i\,\phi(x_i)^\top\Gamma\phi(x_q),\qquad
          \text{softmax: }\hat y=\sum_iy_i\,
          \mathrm{softmax}_i\big(\phi(x_i)^\top\Gamma\phi(x_q)\big)

(slides B-2 and B-1; KNS Section 2 and Appendix E). By default every one of the n + 1 tokens of a
prompt serves as the query of the other n: an estimate of the same population risk with less
variance than one query per prompt, which is what KNS analyse.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts
from iclnb.pytorch import nn, torch
from iclnb.statistics.function_spaces.basis import check_points


@guarded
@dataclass(frozen=True)
class Architecture:
    """A feature map: ``depth`` hidden layers of ``width``, then a linear layer to ``n_features``.

    KNS's figures: dimension 8, width 32, features 32. Inputs are mapped to [-1, 1]; the
    first layer's weights are normal of standard deviation ``first_spread``, its biases uniform in
    [-first_spread, first_spread], so that the kinks cover the domain and are sharp. With
    one in its place a perceptron learns frequencies of ten and more far too slowly.
    """

    d: int = 1
    width: int = 64
    depth: int = 3
    n_features: int = 6
    first_spread: float = 5.0
    activation: Callable[[], nn.Module] = nn.GELU

    def __post_init__(self) -> None:
        for name in ("d", "width", "depth", "n_features"):
            check_integer(getattr(self, name), name)
        check_number(self.first_spread, "first_spread", low=0.0, strict=True)


@guarded
@dataclass(frozen=True)
class Training:
    """AdamW with a cosine schedule to zero, on ``batch_size`` of the T given tasks per step.

    The gradient is clipped to norm ``clip``: the loss has heavy tails over the prompts. With
    ``every_token`` each of the n + 1 tokens is the query of the others; without, only the query is,
    as in the empirical risk of KNS and of the slides.
    """

    steps: int = 2400
    step_size: float = 7e-3
    batch_size: int = 32
    weight_decay: float = 1e-4
    clip: float = 1.0
    seed: int = 0
    device: str = "cpu"
    every_token: bool = True

    def __post_init__(self) -> None:
        check_integer(self.steps, "steps")
        check_integer(self.batch_size, "batch_size")
        check_integer(self.seed, "seed", least=0)
        check_number(self.step_size, "step_size", low=0.0, strict=True)
        check_number(self.clip, "clip", low=0.0, strict=True)
        check_number(self.weight_decay, "weight_decay", low=0.0)


@guarded
class LinearAttention(nn.Module):
    """Linear attention on learned features, float64."""

    def __init__(self, architecture: Architecture, generator: torch.Generator) -> None:
        super().__init__()
        width, first_spread = architecture.width, architecture.first_spread
        first = linear_layer(architecture.d, width, first_spread, generator)
        with torch.no_grad():
            first.bias.uniform_(-first_spread, first_spread, generator=generator)
        # The second layer undoes the spread, so that phi starts at size one.
        spread = (2.0 / width) ** 0.5
        outputs = [width] * (architecture.depth - 1) + [architecture.n_features]
        layers: list[nn.Module] = [first]
        for i, size in enumerate(outputs):
            gain = spread / first_spread if i == 0 else spread
            layers += [architecture.activation(), linear_layer(width, size, gain, generator)]
        self.phi = nn.Sequential(*layers)
        self.Gamma = nn.Parameter(torch.eye(architecture.n_features, dtype=torch.float64))

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """phi at points of the unit cube, shape (..., features)."""
        return self.phi(2.0 * x - 1.0)

    def forward(self, X: torch.Tensor, y: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
        """Answers (B, q) from inputs (B, n, d), labels (B, n), query (B, q, d)."""
        keys = self.features(X)
        mean = torch.einsum("bi,bik->bk", y, keys) / y.shape[1]
        return torch.einsum("bk,bqk->bq", mean @ self.Gamma, self.features(query))

    def leave_one_out(self, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Answer for every token from the others, (B, n+1)."""
        phi = self.features(X)
        weighted = y[..., None] * phi
        mean = (weighted.sum(1, keepdim=True) - weighted) / (y.shape[1] - 1)
        return torch.einsum("bik,bik->bi", mean @ self.Gamma, phi)


@guarded
class SoftmaxAttention(LinearAttention):
    """Softmax attention on the same learned features."""

    def forward(self, X: torch.Tensor, y: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
        scores = self.features(query) @ self.Gamma.T @ self.features(X).transpose(1, 2)
        return torch.einsum("bqi,bi->bq", scores.softmax(-1), y)

    def leave_one_out(self, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        phi = self.features(X)
        scores = phi @ self.Gamma.T @ phi.transpose(1, 2)
        own = torch.eye(y.shape[1], dtype=torch.bool, device=y.device)
        return torch.einsum("bqi,bi->bq", scores.masked_fill(own, -torch.inf).softmax(-1), y)


@guarded
def linear_layer(
    n_inputs: int, n_outputs: int, spread: float, generator: torch.Generator
) -> nn.Linear:
    """Linear layer, weights normal of standard deviation ``spread``, biases zero."""
    layer = nn.utils.skip_init(nn.Linear, n_inputs, n_outputs, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.normal_(0.0, spread, generator=generator)
        layer.bias.zero_()
    return layer


class Learned(NamedTuple):
    """A trained model and its loss at every step, shape (steps,)."""

    model: LinearAttention
    losses: FloatArray


@guarded
def learn_basis(
    prompts: Prompts,
    architecture: Architecture,
    training: Training,
    *,
    model_class: type[LinearAttention] = LinearAttention,
) -> Learned:
    """Train feature map and Gamma on the T given prompts.

    Parameters
    ----------
    prompts : Prompts
        The query is used as one more token, with its noisy label. Tasks are never redrawn.
    model_class : class
        :class:`LinearAttention` or :class:`SoftmaxAttention`.

    Raises
    ------
    ValueError
        If the prompts' dimension differs from the architecture's.
    """
    if prompts.X.shape[2] != architecture.d:
        raise ValueError(f"prompts must have dimension {architecture.d}")
    generator = torch.Generator().manual_seed(training.seed)
    model = model_class(architecture, generator).to(training.device)
    tokens = np.concatenate([prompts.X, prompts.query[:, None]], axis=1)
    y = np.concatenate([prompts.y, prompts.query_label[:, None]], axis=1)
    X = torch.tensor(tokens, device=training.device)
    targets = torch.tensor(y, device=training.device)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=training.step_size, weight_decay=training.weight_decay
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, training.steps)
    losses = []
    tasks = len(X)
    for _ in range(training.steps):
        chosen = torch.randperm(tasks, generator=generator)[: training.batch_size]
        error = model.leave_one_out(X[chosen], targets[chosen]) - targets[chosen]
        loss = (error if training.every_token else error[:, -1]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), training.clip)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return Learned(model, np.array(losses))


@guarded
def feature_values(model: LinearAttention, x: ArrayLike) -> FloatArray:
    """The learned features at points of the unit cube, shape (points, features)."""
    d = model.phi[0].in_features
    device = model.Gamma.device
    with torch.no_grad():
        values = model.features(torch.tensor(check_points(x, "x", d), device=device))
    return values.cpu().numpy()


@guarded
def attention_matrix(model: LinearAttention) -> FloatArray:
    """Gamma, shape (features, features)."""
    return model.Gamma.detach().cpu().numpy().copy()
