"""The one place where the library imports torch, which is an extra: exact results do without it.

A module that trains writes ``from iclnb.pytorch import functional, nn, torch``, and a reader who
has no torch is told in one sentence how to get it.
"""

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ModuleNotFoundError(
        "this part of the book trains networks and needs torch, the extra 'train' of iclnb: run"
        "  pip install torch --index-url https://download.pytorch.org/whl/cpu"
        "  or, with a graphics card,  pip install torch",
        name="torch",
    ) from None

__all__ = ["functional", "nn", "torch"]
