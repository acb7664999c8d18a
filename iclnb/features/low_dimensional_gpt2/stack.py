r"""Several decoders trained as one, for a graphics card: the same runs, one by one.

Runs may differ in d, r, link, noise and seed, not in the size of the decoder nor in the schedule.
An input of fewer dimensions than the largest ends with zeros; the weights that meet them stay where
they start, at zero, so that the smaller decoder is in the stack exactly. A run goes on from the
checkpoint of :func:`~iclnb.features.low_dimensional_gpt2.training.train`, and leaves one.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from iclnb.features.one_gradient_step.tasks import SingleIndexTasks
from iclnb.kinds import guarded
from iclnb.pytorch import functional, torch
from iclnb.stacks.blocks import StackShape, stacked_forward
from iclnb.stacks.runs import StackedRuns

from .decoder import Decoder
from .layouts import Layout
from .sampling import sample_stack
from .training import Trained, TrainingConfig, TrainingLog, generators_of, run_identity

__all__ = ["DecoderStack", "decoder_shape"]

_READ_IN = "read_in.weight"


@guarded
def decoder_shape(layers: int, width: int, heads: int) -> StackShape:
    """The size of a decoder, and the names of its parameters."""
    parts = (
        "attention_norm", "query_key_value", "attention_out",
        "network_norm", "network_in", "network_out",
    )  # fmt: skip
    return StackShape(
        layers, width, heads, "tanh", "read_in.{}", "positions.weight",
        tuple(f"blocks.{{}}.{part}.{{}}" for part in parts), "last_norm.{}", "read_out.{}",
    )  # fmt: skip


def _common(setting: TrainingConfig) -> dict[str, Any]:
    """What the runs of a stack share."""
    decoder = {n: getattr(setting.decoder, n) for n in ("width", "layers", "heads", "positions")}
    names = (
        "batch_size", "prompt_length", "step_size", "steps", "warmup", "every", "precision",
    )  # fmt: skip
    return decoder | {name: getattr(setting, name) for name in names}


class DecoderStack(StackedRuns):
    """Runs of the chapter that are trained together.

    Parameters
    ----------
    settings, tasks : sequences
        Of each run, as :func:`~iclnb.features.low_dimensional_gpt2.training.train` takes them.
    layout : callable
        One of :mod:`.layouts`.
    device : device
    chunk : int
        Steps that are drawn at a time; the numbers do not depend on it.
    compiled : bool
        Whether ``torch.compile`` makes the block's kernels.

    Raises
    ------
    ValueError
        If there is no run, or two differ in what a stack shares.
    """

    @guarded
    def __init__(
        self,
        settings: Sequence[TrainingConfig],
        tasks: Sequence[SingleIndexTasks],
        layout: Layout,
        *,
        device: torch.device | str = "cpu",
        chunk: int = 50,
        compiled: bool = False,
    ) -> None:
        if not len(settings) == len(tasks) > 0:
            raise ValueError("settings and tasks must be as many, at least one")
        first = settings[0]
        if any(_common(one) != _common(first) for one in settings):
            raise ValueError("settings must share all but d and seed")
        for setting, one in zip(settings, tasks):
            if one.d != setting.decoder.d:
                raise ValueError(f"tasks have d = {one.d}, the decoder reads {setting.decoder.d}")
        self.settings, self.tasks, self.layout = tuple(settings), tuple(tasks), layout
        self.d, n = max(one.d for one in tasks), first.prompt_length
        size = first.decoder
        self.shape = decoder_shape(size.layers, size.width, size.heads)
        self.steps, self.every, self.step_size = first.steps, first.every, first.step_size
        self.batch_size = first.batch_size
        self.length = layout(torch.zeros(1, n, 1), torch.zeros(1, n)).values.shape[1]
        pairs = [generators_of(one.seed, torch.device(device)) for one in settings]
        starts, self.generators = zip(*pairs)
        self.rngs = [
            np.random.default_rng(np.random.SeedSequence(one.seed, spawn_key=(1,)))
            for one in settings
        ]
        models = (Decoder(one.decoder, generator=g) for one, g in zip(settings, starts))
        super().__init__(
            [model.state_dict() for model in models],
            device=device,
            dtype=torch.float64 if first.precision == "float64" else torch.float32,
            bfloat16=first.precision == "bfloat16",
            chunk=chunk,
            compiled=compiled,
        )

    def _wide(self, name: str, value: torch.Tensor, i: int) -> torch.Tensor:
        d = self.settings[i].decoder.d
        if name != _READ_IN or d == self.d:
            return value
        return torch.cat([functional.pad(value[:, :d], (0, self.d - d)), value[:, d:]], dim=1)

    def _narrow(self, name: str, value: torch.Tensor, i: int) -> torch.Tensor:
        d = self.settings[i].decoder.d
        if name != _READ_IN or d == self.d:
            return value
        return torch.cat([value[:, :d], value[:, self.d :]], dim=1)

    def _rate(self, step: int) -> float:
        return self.step_size * min(1.0, (step + 1) / max(1, self.settings[0].warmup))

    def _draw(self, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        return sample_stack(
            self.tasks, self.batch_size, self.settings[0].prompt_length,
            steps=steps, generators=self.generators, rngs=self.rngs, dtype=self.dtype,
        )  # fmt: skip

    @guarded
    def identity(self, i: int) -> dict[str, object]:
        """What a checkpoint of run i must agree with."""
        return run_identity(self.settings[i], self.tasks[i], self.layout)

    @guarded
    def errors(
        self, parameters: Mapping[str, torch.Tensor], X: torch.Tensor, y: torch.Tensor
    ) -> torch.Tensor:
        """Squared errors (S, B, n) on inputs (S, B, n, d) and labels (S, B, n)."""
        tokens = self.layout(X.flatten(0, 1), y.flatten(0, 1))
        values = tokens.values.unflatten(0, X.shape[:2])
        out = stacked_forward(
            parameters, self.shape, values, tokens.positions, tokens.mask, block=self.block
        )
        return (out.index_select(2, tokens.readout).to(y.dtype) - y) ** 2

    @guarded
    def trained(self, i: int) -> Trained:
        """Run i's model and log."""
        model = Decoder(self.settings[i].decoder, generator=torch.Generator())
        model = model.to(device=self.device, dtype=self.dtype)
        model.load_state_dict(self.model_state(i))
        columns = [np.array(column, dtype=np.float64) for column in zip(*self.records[i])]
        return Trained(model, TrainingLog(*columns))
