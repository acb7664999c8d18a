r"""A GPT-2-style decoder on vectors: pre-norm blocks, causal attention, GELU, learnt positions.

.. math:: h\leftarrow h+\mathrm{Attention}(\mathrm{LN}(h)),\qquad
          h\leftarrow h+\mathrm{MLP}(\mathrm{LN}(h)),

a last layer norm, a linear map in from tokens of d + 1 numbers and one out to a number. GELU is the
tanh form, weights start normal of standard deviation 0.02, the last maps of each branch
:math:`0.02/\sqrt{2\cdot\mathrm{layers}}`, biases zero, as in GPT-2. No dropout.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import math

from iclnb.kinds import guarded
from iclnb.pytorch import functional, nn, torch

from .config import DecoderConfig
from .layouts import Layout, Tokens

__all__ = ["Decoder", "predict"]


class Block(nn.Module):
    """Attention and network, each behind a layer norm and added to its input."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.network_norm = nn.LayerNorm(width)
        self.network_in = nn.Linear(width, 4 * width)
        self.network_out = nn.Linear(4 * width, width)

    def forward(self, h: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """(B, L, width) to the same shape; ``mask=None`` is causal."""
        batch_size, length, width = h.shape
        parts = self.query_key_value(self.attention_norm(h))
        parts = parts.view(batch_size, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, is_causal=mask is None
        )
        mixed = mixed.transpose(1, 2).reshape(batch_size, length, width)
        h = h + self.attention_out(mixed)
        inner = functional.gelu(self.network_in(self.network_norm(h)), approximate="tanh")
        return h + self.network_out(inner)


@guarded
class Decoder(nn.Module):
    """The decoder of a :class:`~.config.DecoderConfig`.

    Parameters
    ----------
    setting : DecoderConfig
    generator : torch.Generator
        Source of the initial weights, on the CPU.
    """

    def __init__(self, setting: DecoderConfig, *, generator: torch.Generator) -> None:
        super().__init__()
        self.setting = setting
        with torch.random.fork_rng(devices=[]):  # torch's own start is drawn and then replaced
            self.read_in = nn.Linear(setting.d + 1, setting.width)
            self.positions = nn.Embedding(setting.positions, setting.width)
            self.blocks = nn.ModuleList(
                Block(setting.width, setting.heads) for _ in range(setting.layers)
            )
            self.last_norm = nn.LayerNorm(setting.width)
            self.read_out = nn.Linear(setting.width, 1)
        residual = 0.02 / math.sqrt(2 * setting.layers)
        for name, parameter in self.named_parameters():
            if "norm" in name:
                continue
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
                continue
            last = name.endswith(("attention_out.weight", "network_out.weight"))
            nn.init.normal_(parameter, std=residual if last else 0.02, generator=generator)

    def forward(self, tokens: Tokens) -> torch.Tensor:
        """Output at every token, shape (B, L)."""
        if tokens.values.shape[-1] != self.setting.d + 1:
            raise ValueError(
                f"tokens must have {self.setting.d + 1} numbers, got {tokens.values.shape[-1]}"
            )
        if tokens.span > self.setting.positions:
            raise ValueError(
                f"tokens need {tokens.span} positions, the decoder has {self.setting.positions}"
            )
        h = self.read_in(tokens.values) + self.positions(tokens.positions)
        for block in self.blocks:
            h = block(h, tokens.mask)
        return self.read_out(self.last_norm(h))[:, :, 0]


@guarded
def predict(model: Decoder, X: torch.Tensor, y: torch.Tensor, layout: Layout) -> torch.Tensor:
    """Predictions of every label from the examples before it, shape (B, n).

    Parameters
    ----------
    X, y : tensors (B, n, d), (B, n)
        Entry i of the result does not depend on ``y[:, i:]`` or ``X[:, i + 1:]``.
    """
    tokens = layout(X, y)
    return model(tokens)[:, tokens.readout]
