"""Where a result comes from: what was run, on what, when, and for how long."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from iclnb.kinds import guarded

from .tasks import Task


@guarded
@dataclass(frozen=True)
class Provenance:
    """The origin of the result of one point.

    Attributes
    ----------
    function, point, configuration
        What was computed.
    seeds : Mapping
        The arguments of the point that are seeds: ``seed``, ``seeds`` and ``*_seed``.
    versions : Mapping
        Versions of iclnb, numpy and scipy, and of torch if it was imported.
    python : str
        The version of Python.
    device : str
        ``"cpu, N threads"``, or the name of the CUDA device if torch had one in use.
    duration_seconds : float
        Wall-clock time of the point.
    date : str
        When it was finished, in UTC, ISO 8601.
    """

    function: str
    point: Mapping[str, Any]
    configuration: Mapping[str, Any]
    seeds: Mapping[str, Any]
    versions: Mapping[str, str]
    python: str
    device: str
    duration_seconds: float
    date: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a dict that JSON can hold."""
        return asdict(self)


@guarded
@dataclass(frozen=True)
class Summary:
    """The common origin of many points; a field in which they differ lists the different values.

    `seeds` maps each seed argument to its sorted values, `duration_seconds` is the sum over the
    `points` points, and `date` is the latest.
    """

    function: list[str]
    configuration: list[dict[str, Any]]
    seeds: dict[str, list[Any]]
    versions: dict[str, list[str]]
    python: list[str]
    device: list[str]
    points: int
    duration_seconds: float
    date: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a dict that JSON can hold."""
        return asdict(self)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _versions() -> dict[str, str]:
    packages = ["iclnb", "numpy", "scipy"] + (["torch"] if "torch" in sys.modules else [])
    return {package: _version(package) for package in packages}


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # what this process may use, where the system tells
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _device() -> str:
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        return torch.cuda.get_device_name()
    if torch is not None:
        threads = torch.get_num_threads()
    else:
        limit = os.environ.get("OMP_NUM_THREADS", "")
        threads = int(limit) if limit.isdigit() and int(limit) else _processors()
    return f"cpu, {threads} thread{'' if threads == 1 else 's'}"


def _is_seed(name: str) -> bool:
    return name in ("seed", "seeds") or name.endswith("_seed")


@guarded
def provenance_of(task: Task, duration_seconds: float) -> Provenance:
    """Return the provenance of a task that this process has just finished."""
    return Provenance(
        function=task.function,
        point=task.point,
        configuration=task.configuration,
        seeds={name: value for name, value in task.point.items() if _is_seed(name)},
        versions=_versions(),
        python=platform.python_version(),
        device=_device(),
        duration_seconds=duration_seconds,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _distinct(values: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


@guarded
def summarise(origins: Sequence[Provenance]) -> Summary:
    """Return the common provenance of many points.

    Raises
    ------
    TypeError
        If `origins` holds anything but `Provenance`.
    ValueError
        If `origins` is empty.
    """
    if not origins:
        raise ValueError("origins must not be empty")
    for origin in origins:
        if not isinstance(origin, Provenance):
            raise TypeError(f"origins must hold Provenance, not {type(origin).__name__}")
    seeds = sorted({name for origin in origins for name in origin.seeds})
    packages = sorted({name for origin in origins for name in origin.versions})
    return Summary(
        function=_distinct([origin.function for origin in origins]),
        configuration=_distinct([dict(origin.configuration) for origin in origins]),
        seeds={
            name: sorted(_distinct([o.seeds[name] for o in origins if name in o.seeds]), key=repr)
            for name in seeds
        },
        versions={
            name: _distinct([o.versions[name] for o in origins if name in o.versions])
            for name in packages
        },
        python=_distinct([origin.python for origin in origins]),
        device=_distinct([origin.device for origin in origins]),
        points=len(origins),
        duration_seconds=sum(origin.duration_seconds for origin in origins),
        date=max(origin.date for origin in origins),
    )
