r"""How a prompt becomes tokens. All layouts give every prefix's prediction in one pass.

* joint, the slides' matrix E: examples :math:`(x_i,y_i)` and the query :math:`(x_q,0)`. Here every
  input is also a query: query i sees the examples before it and itself, at position i, so its
  prediction is exactly that of the sequence :math:`(x_1,y_1),\dots,(x_{i-1},y_{i-1}),(x_i,0)`;
* pair: :math:`(x_i,y_{i-1})`, half the tokens; an input and its label stand in different tokens;
* interleaved: :math:`x_1,y_1,x_2,y_2,\dots`, the layout of Garg et al. (2022).

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from iclnb.kinds import guarded
from iclnb.pytorch import torch

__all__ = ["Layout", "Tokens", "interleaved", "joint", "pair"]


class Tokens(NamedTuple):
    """values (B, L, d + 1); positions (L,); mask (L, L), true where attended, or None for causal;
    readout (n,): the token that predicts label i from i examples; span: positions needed."""

    values: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor | None
    readout: torch.Tensor
    span: int


Layout = Callable[[torch.Tensor, torch.Tensor], Tokens]


def _check(X: torch.Tensor, y: torch.Tensor) -> None:
    if X.ndim != 3 or y.shape != X.shape[:2] or X.shape[1] < 1:
        raise ValueError(
            f"X and y must have shapes (B, n, d) and (B, n), got {tuple(X.shape)}, {tuple(y.shape)}"
        )


@guarded
def joint(X: torch.Tensor, y: torch.Tensor) -> Tokens:
    """n - 1 examples (x_i, y_i), then n queries (x_i, 0); positions used: n."""
    _check(X, y)
    n, device = X.shape[1], X.device
    examples = torch.cat([X, y[:, :, None]], dim=2)[:, : n - 1]
    queries = torch.cat([X, torch.zeros_like(y)[:, :, None]], dim=2)
    index = torch.arange(n, device=device)
    order = torch.cat([index[: n - 1], index])
    is_query = torch.arange(2 * n - 1, device=device) >= n - 1
    # An example is seen by later examples, by itself, and by later queries; a query by itself.
    sees = torch.where(
        is_query[:, None], order[None, :] < order[:, None], order[None, :] <= order[:, None]
    )
    mask = (sees & ~is_query[None, :]) | torch.eye(2 * n - 1, dtype=torch.bool, device=device)
    return Tokens(torch.cat([examples, queries], dim=1), order, mask, index + n - 1, n)


@guarded
def pair(X: torch.Tensor, y: torch.Tensor) -> Tokens:
    """n tokens (x_i, y_{i-1}), the first with label zero; positions used: n."""
    _check(X, y)
    before = torch.cat([torch.zeros_like(y[:, :1]), y[:, :-1]], dim=1)
    index = torch.arange(X.shape[1], device=X.device)
    return Tokens(torch.cat([X, before[:, :, None]], dim=2), index, None, index, X.shape[1])


@guarded
def interleaved(X: torch.Tensor, y: torch.Tensor) -> Tokens:
    """2n - 1 tokens (x_1, 0), (0, y_1), ..., (x_n, 0); positions used: 2n - 1."""
    _check(X, y)
    batch_size, n, d = X.shape
    values = X.new_zeros(batch_size, 2 * n, d + 1)
    values[:, 0::2, :d] = X
    values[:, 1::2, d] = y
    index = torch.arange(2 * n - 1, device=X.device)
    return Tokens(values[:, : 2 * n - 1], index, None, index[0::2], 2 * n - 1)
