"""The child streams of `iclnb.scale.streams` for torch, which is imported on the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iclnb.kinds import guarded

from .streams import child_seed

if TYPE_CHECKING:
    import torch


@guarded
def torch_generator(
    seed: int, purpose: str, replicate: int = 0, device: str | torch.device = "cpu"
) -> torch.Generator:
    """Return a ``torch.Generator`` on `device`, seeded with `child_seed`.

    The numbers of a stream differ between kinds of device: torch uses another algorithm on each.
    Arguments and errors are those of `rng`.
    """
    start = child_seed(seed, purpose, replicate)
    from iclnb.pytorch import torch

    return torch.Generator(device=device).manual_seed(start)
