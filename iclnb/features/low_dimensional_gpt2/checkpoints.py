"""Checkpoints that appear whole or not at all, and only fit the run that wrote them.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

from iclnb.kinds import guarded
from iclnb.pytorch import torch
from iclnb.scale.atomic import write_atomically

__all__ = ["CheckpointMismatchError", "load_checkpoint", "save_checkpoint"]

FORMAT = 1


class CheckpointMismatchError(ValueError):
    """The checkpoint belongs to another configuration, or to no run of this kind."""


@guarded
def save_checkpoint(path: Path, identity: dict[str, object], state: dict[str, object]) -> None:
    """Write ``state`` with the run's identity (JSON values) to ``path``, atomically."""
    buffer = io.BytesIO()
    stored = {
        "format": FORMAT,
        "identity": json.dumps(identity, sort_keys=True),
        "state": state,
    }
    torch.save(stored, buffer)
    write_atomically(Path(path), buffer.getvalue())


@guarded
def load_checkpoint(
    path: Path, identity: dict[str, object], *, device: torch.device | str = "cpu"
) -> dict[str, object]:
    """Read the state that :func:`save_checkpoint` wrote.

    Raises
    ------
    CheckpointMismatchError
        If the file is no such checkpoint, or its identity differs; the message names every entry
        that does, with both values.
    FileNotFoundError
        If there is no file.
    """
    path = Path(path)
    try:
        content = torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise CheckpointMismatchError(f"{path.name} is not a readable checkpoint") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CheckpointMismatchError(f"{path.name} is not a checkpoint of this format")
    found = json.loads(content["identity"])
    wanted = json.loads(json.dumps(identity))
    names = sorted(
        name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)
    )
    if names:
        text = "; ".join(
            f"{n}: {found.get(n)!r} in the file, {wanted.get(n)!r} here" for n in names
        )
        raise CheckpointMismatchError(f"{path.name} belongs to another configuration ({text})")
    return content["state"]
