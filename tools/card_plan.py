"""What a graphics card would do with the published sizes: kinds of runs, and an order of worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from iclnb.features.low_dimensional_gpt2 import paper as decoders
from iclnb.stacks.runs import StackedRuns
from iclnb.statistics.task_diversity import pool_runs


class Kind(NamedTuple):
    """A kind of run: the function that does one point, what stacks points, what measures one."""

    function: Callable[..., dict[str, Any]]
    stack: Callable[..., StackedRuns]
    result: Callable[..., dict[str, Any]]
    measure: str


KINDS = {
    "low-dimensional-gpt2-published": Kind(
        decoders.course, decoders.course_stack, decoders.stacked_course, "n_prompts"
    ),
    "task-diversity-paper": Kind(
        pool_runs.pool_run, pool_runs.pool_stack, pool_runs.stacked_pool_run, "draws"
    ),
}


class Group(NamedTuple):
    """Points that can be stacked, and the run that they belong to."""

    name: str
    words: str
    points: tuple[Mapping[str, Any], ...]


def _decoders(degree: int, seed: int) -> Group:
    return Group(
        "low-dimensional-gpt2-published",
        f"decoders, links of degree {degree}, seed {seed}",
        tuple(decoders.published_points(degree=degree, seed=seed)),
    )


def _pools(words: str, powers: Sequence[int], steps: int = 500_000) -> Group:
    setting = {
        "seed": 0, "records": 50, "steps": steps, "residual_start": True, "on_device": True,
        "precision": "bfloat16", "device": "cuda",
    }  # fmt: skip
    points = tuple({"n_tasks": 2**k, **setting} for k in powers)
    return Group("task-diversity-paper", f"{words}, {steps:,} steps", points)


_EVEN, _ODD, _ENDS = range(4, 19, 2), range(5, 18, 2), (1, 2, 3, 19, 20)

#: In the order of worth: Oko et al.'s Figure 2 as captioned; every fourth pool of Raventós et al.
#: with a tenth of the steps; Figure 2 with the links of the text, which has Figure 1; second and
#: third seeds; the pools with all steps.
PLAN: tuple[Group, ...] = (
    _decoders(4, 0),
    _pools("pools of 2^4, 2^6, ... 2^18", _EVEN, 50_000),
    _decoders(3, 0),
    _decoders(4, 1),
    _pools("pools of 2^5, 2^7, ... 2^17", _ODD, 50_000),
    _decoders(3, 1),
    _decoders(4, 2),
    _decoders(3, 2),
    _pools("pools of 2^4, 2^6, ... 2^18", _EVEN),
    _pools("pools of 2^5, 2^7, ... 2^17", _ODD),
    _pools("pools of 2, 4, 8, 2^19, 2^20", _ENDS),
)

_TINY = {
    "low-dimensional-gpt2-published": {
        "layers": 1, "width": 8, "heads": 2, "batch_size": 2, "prompt_length": 4, "steps": 6,
        "every": 2, "n_prompts": 8, "precision": "float32",
    },
    "task-diversity-paper": {
        "d": 2, "layers": 1, "width": 8, "heads": 2, "batch_size": 4, "prompt_length": 3,
        "steps": 6, "records": 3, "draws": 8, "precision": "float32",
    },
}  # fmt: skip


def tiny(group: Group, *, count: int = 3) -> Group:
    """The first points of a group, with models of a few numbers on the CPU."""
    changes = {**_TINY[group.name], "device": "cpu"}
    small = [{**point, **changes} for point in group.points[:count]]
    for place, point in enumerate(small):
        if "r" in point:
            point.update(d=2 + place, r=1 + place % 2)
        else:
            point.update(n_tasks=2 + place)
    return group._replace(words=f"tiny {group.words}", points=tuple(small))
