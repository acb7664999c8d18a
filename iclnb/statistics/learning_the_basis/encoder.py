r"""A small Transformer encoder on prompts: model (c) of KNS's figures.

Tokens :math:`(x_i,y_i)`, i = 1..n, and the query :math:`(x_q,0)`; two blocks

.. math:: h\leftarrow h+O\,\mathrm{softmax}\Big(\frac{QK^\top}{\sqrt w}\Big)V,\qquad
          h\leftarrow h+W_2\,\mathrm{ReLU}(W_1h),

one head, no layer norm, all widths w (KNS Appendix E); the answer is linear in the query's last
token. Tokens see all tokens, in the last block only the query's row is computed. The start is
chosen here.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from iclnb.kinds import guarded
from iclnb.pytorch import functional, nn, torch
from iclnb.statistics.learning_the_basis.network import Architecture, linear_layer


@guarded
class Block(nn.Module):
    """Attention and perceptron, each added to its input; float64."""

    def __init__(self, width: int, generator: torch.Generator) -> None:
        super().__init__()
        spread = (1.0 / width) ** 0.5
        self.query, self.key, self.value, self.out, self.inner, self.outer = (
            linear_layer(width, width, gain * spread, generator) for gain in (1, 1, 1, 0.5, 1, 0.5)
        )

    def forward(self, h: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        """(B, L, w) to the same shape, or to (B, 1, w), the last token."""
        target = h[:, -1:] if last_only else h
        parts = self.query(target), self.key(h), self.value(h)
        target = target + self.out(functional.scaled_dot_product_attention(*parts))
        return target + self.outer(functional.relu(self.inner(target)))


@guarded
class Encoder(nn.Module):
    """The blocks of a network.

    ``depth`` and ``width`` are those of the :class:`~.learning_the_basis.network.Architecture`; its
    features, scale and activation are not used.
    """

    def __init__(self, architecture: Architecture, generator: torch.Generator) -> None:
        super().__init__()
        X, width = architecture.d + 1, architecture.width
        self.read = linear_layer(X, width, (3.0 / X) ** 0.5, generator)
        self.blocks = nn.ModuleList(Block(width, generator) for _ in range(architecture.depth))
        self.write = linear_layer(width, 1, (1.0 / width) ** 0.5, generator)

    def forward(self, X: torch.Tensor, y: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
        """Answers (B, 1) from inputs (B, n, d), labels (B, n) and one query each, (B, 1, d)."""
        x = 2.0 * torch.cat([X, query], dim=1) - 1.0
        y = functional.pad(y, (0, 1))[..., None]
        h = self.read(torch.cat([x, y], dim=2))
        for block in self.blocks[:-1]:
            h = block(h)
        return self.write(self.blocks[-1](h, last_only=True))[:, :, 0]
