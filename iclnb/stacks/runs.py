"""Runs that are trained together, each of which could be trained alone, stopped and gone on with.

A chapter says how its models start, what is drawn, and what an error is; here is the rest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.pytorch import torch

from .blocks import StackShape, block_flops, stack_parameters, stacked_block
from .training import Moments, StackPlan, train_stack

__all__ = ["StackedRuns"]


class StackedRuns(ABC):
    """S runs of one schedule.

    Attributes
    ----------
    step : int
        Step that was reached.
    records : list of S lists
        Of each run: step, tokens and seconds of the window, errors (n,) by number of examples. The
        seconds are those of the whole stack.
    shape : StackShape
    steps, every : int
        Of the schedule; a record closes after every multiple of ``every``.
    tokens_per_step : int
        Of one run.
    """

    shape: StackShape
    steps: int
    every: int
    step_size: float
    batch_size: int
    length: int
    generators: Sequence[torch.Generator]
    rngs: Sequence[np.random.Generator] = ()

    @guarded
    def __init__(
        self,
        states: Sequence[Mapping[str, torch.Tensor]],
        *,
        device: torch.device | str,
        dtype: torch.dtype,
        bfloat16: bool,
        chunk: int,
        compiled: bool,
    ) -> None:
        self.device, self.dtype, self.bfloat16 = torch.device(device), dtype, bfloat16
        self.chunk = check_integer(chunk, "chunk")
        self.block = torch.compile(stacked_block, dynamic=False) if compiled else stacked_block
        self.step, self.moments, self.records = 0, None, [[] for _ in states]
        self._set(states)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def tokens_per_step(self) -> int:
        """Tokens of one run in a step."""
        return self.batch_size * self.length

    @property
    def flops_per_token(self) -> int:
        """Multiplications and additions that a token costs in training, in the blocks."""
        return block_flops(self.shape, self.length)

    @abstractmethod
    def identity(self, i: int) -> dict[str, object]:
        """What a checkpoint of run i must agree with."""

    @abstractmethod
    def errors(
        self, parameters: Mapping[str, torch.Tensor], X: torch.Tensor, y: torch.Tensor
    ) -> torch.Tensor:
        """Squared errors (S, B, n) on inputs (S, B, n, d) and labels (S, B, n)."""

    @abstractmethod
    def _draw(self, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
        """X and y of the next steps, with a leading axis."""

    @abstractmethod
    def _rate(self, step: int) -> float:
        """Step size of a step, from zero."""

    def _wide(self, name: str, value: torch.Tensor, i: int) -> torch.Tensor:
        """A tensor of run i as the stack has it."""
        return value

    def _narrow(self, name: str, value: torch.Tensor, i: int) -> torch.Tensor:
        """Run i's part of a stack as the run alone has it."""
        return value

    def _set(self, states: Sequence[Mapping[str, torch.Tensor]]) -> None:
        to = {"device": self.device, "dtype": self.dtype}
        self.parameters = stack_parameters([
            {name: self._wide(name, value.to(**to), i) for name, value in state.items()}
            for i, state in enumerate(states)
        ])  # fmt: skip

    def _part(self, stacked: Mapping[str, torch.Tensor], i: int) -> dict[str, torch.Tensor]:
        return {
            name: self._narrow(name, value.detach()[i], i).clone()
            for name, value in stacked.items()
        }

    @guarded
    def model_state(self, i: int) -> dict[str, torch.Tensor]:
        """The parameters of run i, named as in its model."""
        return self._part(self.parameters, i)

    @guarded
    def state(self, i: int) -> dict[str, object]:
        """Run i as a run alone would keep it: plain values and tensors."""
        alone = torch.optim.Adam([torch.zeros(1) for _ in self.parameters], lr=self.step_size)
        optimiser = alone.state_dict()
        if self.moments is not None:
            first, second = (self._part(kind, i) for kind in self.moments)
            optimiser["state"] = {
                place: {
                    "step": torch.tensor(float(self.step)),
                    "exp_avg": first[name],
                    "exp_avg_sq": second[name],
                }
                for place, name in enumerate(self.parameters)
            }
        rng = self.rngs[i].bit_generator.state if self.rngs else None
        return {
            "step": self.step, "model": self.model_state(i), "optimiser": optimiser,
            "generator": self.generators[i].get_state(), "rng": rng,
            "records": list(self.records[i]),
        }  # fmt: skip

    @guarded
    def load(self, states: Sequence[Mapping[str, Any]]) -> None:
        """Go on from what :meth:`state` gave, one of each run.

        Raises
        ------
        ValueError
            If they are not as many as the runs, or not all at one step.
        """
        reached = {int(state["step"]) for state in states}
        if len(states) != len(self) or len(reached) != 1:
            raise ValueError("states must be one of each run, all at one step")
        self._set([state["model"] for state in states])
        (self.step,) = reached
        kept = []
        for kind in ("exp_avg", "exp_avg_sq"):
            wide = {name: [] for name in self.parameters}
            for i, state in enumerate(states):
                for place, name in enumerate(self.parameters):
                    value = state["optimiser"]["state"][place][kind].to(self.device)
                    wide[name].append(self._wide(name, value, i))
            kept.append({name: torch.stack(values) for name, values in wide.items()})
        self.moments = Moments(*kept)
        for i, state in enumerate(states):
            self.generators[i].set_state(state["generator"])
            if self.rngs:
                self.rngs[i].bit_generator.state = state["rng"]
            self.records[i] = list(state["records"])

    @guarded
    def train(self, on_record: Callable[[int, float], bool]) -> bool:
        """Train on; return whether the last step was reached.

        Parameters
        ----------
        on_record : callable
            Takes the step and the seconds of its window; returns whether to stop there.
        """

        def record(step: int, seconds: float, errors: FloatArray) -> bool:
            tokens = (step - self.step) * self.tokens_per_step
            for i, row in enumerate(errors):
                self.records[i].append([step, tokens, seconds, row.tolist()])
            self.step = step
            return on_record(step, seconds)

        if self.step < self.steps:
            plan = StackPlan(
                self.errors, self._draw, self._rate, self.steps, self.every, self.chunk,
                self.bfloat16, self.device.type == "cuda",
            )  # fmt: skip
            _, self.moments = train_stack(
                plan, self.parameters, self.moments, self.step, on_record=record
            )
        return self.step == self.steps
