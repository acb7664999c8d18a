r"""Sizes of the decoder, and where its parameters are.

A block of width w has :math:`12w^2+13w` parameters: :math:`4w^2+4w` in the attention,
:math:`8w^2+5w` in the network of hidden width 4w, and 4w in two layer norms. Around the blocks
stand the positions (one vector each), a last layer norm (2w), the map that reads tokens of d + 1
numbers, and the map that reads a number out.

The standard GPT2Model with 12 layers of width 256 and 256 positions counts 22,408,960: 9,477,632 in
blocks and last norm, 65,536 in positions, and 12,865,792 in the table of 50,257 words, which inputs
that are vectors never touch. The "22M" of the slides is this size (the paper says 22.3M,
second-hand): what acts is under half of it. ``VOCABULARY`` is the number of those words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

__all__ = ["VOCABULARY", "DecoderConfig", "ParameterCount", "parameter_count", "published_decoder"]

#: Words of the standard GPT2Model, whose table inputs that are vectors never touch.
VOCABULARY = 50_257


@guarded
@dataclass(frozen=True)
class DecoderConfig:
    """A decoder.

    Parameters
    ----------
    d : int
        d, the dimension of the inputs; a token has d + 1 numbers.
    width : int
        Embedding width, a multiple of ``heads``.
    layers, heads : int
    positions : int
        Greatest position a token can have; see the layouts for what they need.
    """

    d: int
    width: int
    layers: int
    heads: int
    positions: int

    def __post_init__(self) -> None:
        for name in ("d", "width", "layers", "heads", "positions"):
            check_integer(getattr(self, name), name)
        if self.width % self.heads:
            raise ValueError(f"width {self.width} must be a multiple of heads {self.heads}")


@guarded
def published_decoder(d: int, *, positions: int = 256) -> DecoderConfig:
    """12 layers, width 256, 8 heads: the published size (Oko et al., second-hand).

    The number of positions is not known from the sources; 256 is ours.
    """
    return DecoderConfig(d, width=256, layers=12, heads=8, positions=positions)


class ParameterCount(NamedTuple):
    """Parameters by their place; ``unused_vocabulary`` is what GPT2Model has beside them."""

    blocks: int
    last_norm: int
    positions: int
    read_in: int
    read_out: int
    unused_vocabulary: int

    @property
    def total(self) -> int:
        """Parameters of the decoder here, without the vocabulary."""
        return self.blocks + self.last_norm + self.positions + self.read_in + self.read_out

    @property
    def gpt2_model(self) -> int:
        """Parameters of a GPT2Model of the same size: vocabulary, but no maps in and out."""
        return self.blocks + self.last_norm + self.positions + self.unused_vocabulary


@guarded
def parameter_count(setting: DecoderConfig) -> ParameterCount:
    """Count by formula; the module of :mod:`.decoder` has exactly ``total`` (tests)."""
    w = setting.width
    return ParameterCount(
        blocks=setting.layers * (12 * w * w + 13 * w),
        last_norm=2 * w,
        positions=setting.positions * w,
        read_in=(setting.d + 2) * w,
        read_out=w + 1,
        unused_vocabulary=VOCABULARY * w,
    )
