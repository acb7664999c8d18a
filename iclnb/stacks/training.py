r"""Training a stack of models: the loop that a graphics card does not have to wait for.

A step is drawn on the device, some steps in advance; it is played from one CUDA graph there; losses
are summed on the device and fetched at records only. Adam works number by number, so that one
optimiser over stacked parameters is S separate ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.pytorch import torch

__all__ = ["Moments", "StackPlan", "train_stack"]

_EAGER = 3
"""Steps before a graph is captured: they are steps as all others."""


class Moments(NamedTuple):
    """Adam's first and second moments, with the names and shapes of the parameters."""

    first: dict[str, torch.Tensor]
    second: dict[str, torch.Tensor]


class StackPlan(NamedTuple):
    """What is trained, and how.

    ``errors(parameters, X, y)`` gives squared errors (S, B, n); ``draw(k)`` the X and y of the next
    k steps, with a leading axis k; ``rate(t)`` the step size of step t, from zero. ``every`` steps
    make a record. ``bfloat16`` is autocast; ``graph`` plays steps from a CUDA graph.
    """

    errors: Callable[[Mapping[str, torch.Tensor], torch.Tensor, torch.Tensor], torch.Tensor]
    draw: Callable[[int], tuple[torch.Tensor, torch.Tensor]]
    rate: Callable[[int], float]
    steps: int
    every: int
    chunk: int
    bfloat16: bool
    graph: bool


class _Step:
    """One step on data in fixed places; after a few in the ordinary way, a graph on request."""

    def __init__(
        self, plan: StackPlan, parameters: dict[str, torch.Tensor], moments: Moments, start: int
    ) -> None:
        self.plan, self.parameters = plan, parameters
        self.device = next(iter(parameters.values())).device
        self.on_card = self.device.type == "cuda"
        rate = torch.tensor(plan.rate(start), device=self.device) if self.on_card else 1.0
        self.optimiser = torch.optim.Adam(
            list(parameters.values()), lr=rate, fused=True, capturable=self.on_card
        )
        if start:
            state = {
                i: {
                    "step": torch.tensor(float(start)),
                    "exp_avg": moments.first[name],
                    "exp_avg_sq": moments.second[name],
                }
                for i, name in enumerate(parameters)
            }
            groups = self.optimiser.state_dict()["param_groups"]
            self.optimiser.load_state_dict({"state": state, "param_groups": groups})
        self.graph, self.eager = None, 0

    def moments(self) -> Moments:
        """Return what the optimiser keeps."""
        state = self.optimiser.state
        kept = [
            {name: state[value][kind] for name, value in self.parameters.items()}
            for kind in ("exp_avg", "exp_avg_sq")
        ]
        return Moments(*kept)

    def _once(self) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.plan.bfloat16, cache_enabled=False
        ):
            squares = self.plan.errors(self.parameters, self.X, self.y)
        squares.mean(dim=(1, 2)).sum().backward()
        self.optimiser.step()
        self.window += squares.detach().mean(dim=1)

    def __call__(self, X: torch.Tensor, y: torch.Tensor, rate: float) -> None:
        """Take a step on X (S, B, n, d) and y (S, B, n)."""
        if self.eager == 0:
            self.X, self.y = X.clone(), y.clone()
            self.window = y.new_zeros(y.shape[0], y.shape[2], dtype=torch.float64)
        for group in self.optimiser.param_groups:
            if self.on_card:
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate
        self.X.copy_(X)
        self.y.copy_(y)
        if not self.plan.graph:
            self.eager += 1
            self._once()
            return
        if self.eager < _EAGER:  # as torch asks for: on a stream of its own
            self.eager += 1
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self._once()
            torch.cuda.current_stream().wait_stream(side)
            return
        if self.graph is None:
            self.optimiser.zero_grad(set_to_none=True)
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):  # records the step and does not take it
                self._once()
        self.graph.replay()


@guarded
def train_stack(
    plan: StackPlan,
    parameters: dict[str, torch.Tensor],
    moments: Moments | None,
    start: int,
    *,
    on_record: Callable[[int, float, FloatArray], bool],
) -> tuple[int, Moments]:
    """Train from step ``start`` to the last, or until a record says that it is enough.

    Parameters
    ----------
    plan : StackPlan
    parameters : dict of tensors (S, ...)
        Changed in place.
    moments : Moments, optional
        Of the steps before ``start``; unused at the start.
    on_record : callable
        Takes the step, the seconds and the mean errors (S, n) of its window, and returns whether to
        stop. Nothing is drawn beyond a record, so that a run that stops there can go on as if it
        had not.

    Returns
    -------
    (step that was reached, moments)
    """
    start = check_integer(start, "start", least=0, most=plan.steps - 1)
    step = _Step(plan, parameters, moments or Moments({}, {}), start)
    done, clock = start, time.perf_counter()
    while done < plan.steps:
        record = min(plan.steps, done + plan.every - done % plan.every)
        opened = done
        while done < record:
            X, y = plan.draw(min(plan.chunk, record - done))
            for place in range(len(X)):
                step(X[place], y[place], plan.rate(done + place))
            done += len(X)
        errors = (step.window / (done - opened)).cpu().numpy()
        step.window.zero_()
        now = time.perf_counter()
        if on_record(done, now - clock, np.asarray(errors)):
            break
        clock = now
    return done, step.moments()
