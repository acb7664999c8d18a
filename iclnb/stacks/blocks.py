r"""S Transformers of one size as one: every parameter has a leading axis S.

A single small model leaves a graphics card idle. Stacked, its matrix products become batched ones
(``torch.baddbmm``), and attention folds S into the batch. The blocks are pre-norm,

.. math:: h\leftarrow h+\mathrm{Attention}(\mathrm{LN}(h)),\qquad
          h\leftarrow h+\mathrm{MLP}(\mathrm{LN}(h)),

as in both Transformers of the library, whose parameters go by the names in a
:class:`StackShape`. No model sees another: the gradient of the sum of their losses is the gradient
of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from iclnb.kinds import guarded
from iclnb.pytorch import functional, torch

__all__ = ["StackShape", "block_flops", "stack_parameters", "stacked_block", "stacked_forward"]

Parameters = Mapping[str, torch.Tensor]


class StackShape(NamedTuple):
    """Size of the models, form of GELU (``"tanh"`` or ``"none"``), and the names of their
    parameters: ``positions`` (P, width) whole, all others with ``weight`` or ``bias`` in the last
    gap; ``block`` has those of a block in the order of :func:`stacked_block`."""

    layers: int
    width: int
    heads: int
    gelu: str
    read_in: str
    positions: str
    block: tuple[str, ...]
    last_norm: str
    read_out: str


@guarded
def stack_parameters(states: Sequence[Parameters]) -> dict[str, torch.Tensor]:
    """Parameters of several models of one shape with a leading axis, ready to be trained.

    Raises
    ------
    ValueError
        If there is no model, or names or shapes differ.
    """
    if not states:
        raise ValueError("states must not be empty")
    first = {name: value.shape for name, value in states[0].items()}
    for state in states[1:]:
        if {name: value.shape for name, value in state.items()} != first:
            raise ValueError("states must have the same names and shapes")
    return {
        name: torch.stack([state[name].detach() for state in states]).requires_grad_()
        for name in first
    }


def _linear(h: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return torch.baddbmm(bias[:, None], h, weight.mT)


def _norm(h: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return functional.layer_norm(h, h.shape[-1:]) * weight[:, None] + bias[:, None]


def stacked_block(
    h: torch.Tensor,
    weights: Sequence[torch.Tensor],
    mask: torch.Tensor | None,
    batch_size: int,
    heads: int,
    gelu: str,
) -> torch.Tensor:
    """One block on hidden states (S, B L, width); kinds unchecked, for ``torch.compile``.

    Parameters
    ----------
    weights : sequence of tensors
        Weight and bias of the attention's norm, of queries, keys and values, of the attention's
        way out, of the network's norm, its way in and its way out: twelve, each (S, ...).
    mask : tensor (L, L), optional
        True where attended; causal without one.
    """
    n_models, rows, width = h.shape
    parts = _linear(_norm(h, *weights[0:2]), *weights[2:4])
    parts = parts.view(n_models * batch_size, rows // batch_size, 3, heads, width // heads)
    query, key, value = parts.permute(2, 0, 3, 1, 4)
    mixed = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=mask, is_causal=mask is None
    )
    h = h + _linear(mixed.transpose(1, 2).reshape(h.shape), *weights[4:6])
    inner = functional.gelu(_linear(_norm(h, *weights[6:8]), *weights[8:10]), approximate=gelu)
    return h + _linear(inner, *weights[10:12])


@guarded
def stacked_forward(
    parameters: Parameters,
    shape: StackShape,
    values: torch.Tensor,
    positions: torch.Tensor,
    mask: torch.Tensor | None = None,
    *,
    block: Callable[..., torch.Tensor] = stacked_block,
) -> torch.Tensor:
    """Outputs (S, B, L) from the tokens (S, B, L, inputs) of each model.

    Parameters
    ----------
    positions : tensor (L,)
        Whole numbers, the same for all models.
    mask : tensor (L, L), optional
        True where attended; causal without one.
    block : callable
        :func:`stacked_block`, or what ``torch.compile`` makes of it.
    """
    n_models, batch_size, length, _ = values.shape

    def both(name: str) -> list[torch.Tensor]:
        return [parameters[name.format(part)] for part in ("weight", "bias")]

    h = _linear(values.flatten(1, 2), *both(shape.read_in)).unflatten(1, (batch_size, length))
    h = (h + parameters[shape.positions].index_select(1, positions)[:, None]).flatten(1, 2)
    for layer in range(shape.layers):
        names = [name.format(layer, "{}") for name in shape.block]
        weights = [tensor for name in names for tensor in both(name)]
        h = block(h, weights, mask, batch_size, shape.heads, shape.gelu)
    out = _linear(_norm(h, *both(shape.last_norm)), *both(shape.read_out))
    return out.view(n_models, batch_size, length)


@guarded
def block_flops(shape: StackShape, length: int) -> int:
    r"""Multiplications and additions that a token costs in training, in the blocks.

    :math:`3\cdot2\cdot(12w^2+2Lw)` for each layer: the backward pass costs twice the forward one,
    and attention is counted over all pairs of tokens.
    """
    w = shape.width
    return 6 * shape.layers * (12 * w * w + 2 * length * w)
