"""Sweeps: one function at many points, resumable, in this process, in parallel, on a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

from .bars import progress
from .executors import import_distributed, run_here, run_in_processes, run_on_cluster
from .stores import Record, Store
from .tasks import tasks_of

if TYPE_CHECKING:
    import distributed

StorePath = str | os.PathLike[str]


def _store(path: StorePath) -> Store:
    directory = Path(path)
    if directory.exists() and not directory.is_dir():
        raise ValueError(f"store must be a directory, and {directory} is none")
    return Store(directory.absolute())


def _check_workers(workers: int, scheduler: Any) -> int:
    count = check_integer(workers, "workers")
    if scheduler is not None and count > 1:
        raise ValueError("workers must be 1 where a scheduler is given: the cluster has its own")
    return count


def _check_scheduler(scheduler: Any) -> None:
    if isinstance(scheduler, str):
        if not scheduler:
            raise ValueError("scheduler must be an address such as 'tcp://host:8786', not ''")
        import_distributed()
    elif scheduler is not None and not isinstance(scheduler, import_distributed().Client):
        raise TypeError(
            f"scheduler must be an address or a distributed.Client, not {type(scheduler).__name__}"
        )


@guarded
def sweep(
    function: Callable[..., Mapping[str, Any]],
    points: Iterable[Mapping[str, Any]],
    *,
    store: StorePath | None = None,
    scheduler: str | distributed.Client | None = None,
    workers: int = 1,
    description: str = "",
    configuration: Any = None,
) -> list[dict[str, Any]]:
    """Run ``function(**point)`` at every point and return the results in the order of the points.

    Parameters
    ----------
    function : Callable
        Returns a dict of JSON-able values and numpy arrays (arrays at the top level). It may
        depend on nothing but its arguments and the configuration: not on the environment, and
        not on a global generator. With a store it must be a named function of a module.
    points : Iterable of Mapping
        The keyword arguments of each point, JSON-able and finite; `grid` makes products. The
        function receives numpy scalars as Python's and tuples as lists.
    store : path, optional
        A directory that keeps each finished point from the moment it is finished, under the hash
        of (name of the function, point, configuration). What it holds is not computed again.
        Processes may share a store. Worker processes store their points themselves; on a
        cluster, a point is finished when its result has arrived here.
    scheduler : str or distributed.Client, optional
        The address or the client of a Dask cluster to run on.
    workers : int
        The number of worker processes; 1 runs the points one by one in this process.
    description : str
        The words before the progress bar.
    configuration : Mapping or dataclass instance, optional
        What else determines the results, such as constants of the function or a version of its
        algorithm. It is part of the key and of the provenance; it is not passed on.

    Returns
    -------
    list of dict
        The results, the same whether computed or loaded: tuples are lists and numpy scalars are
        Python's.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, if a point occurs twice, or if a stored file is damaged
        (it is then neither trusted nor replaced; the message names it). All of this is found
        before any point is computed.
    PointError
        If a point raises or returns something else; the message names the point. The points
        finished until then stay in the store.
    ImportError
        If a scheduler is given and dask is not installed.
    """
    count = _check_workers(workers, scheduler)
    _check_scheduler(scheduler)
    shelf = None if store is None else _store(store)
    tasks = tasks_of(function, points, configuration, lasting=shelf is not None)
    done: dict[int, Record] = {}
    if shelf is not None:
        shelf.open()
        loaded = {place: shelf.load(task) for place, task in enumerate(tasks)}
        done = {place: record for place, record in loaded.items() if record is not None}
    left = {place: task for place, task in enumerate(tasks) if place not in done}
    if not left:
        finished = iter(())
    elif scheduler is not None:
        finished = run_on_cluster(function, left, shelf, scheduler)
    elif count > 1:
        finished = run_in_processes(function, left, shelf, count)
    else:
        finished = run_here(function, left, shelf)
    done.update(progress(finished, total=len(tasks), initial=len(done), description=description))
    return [done[place].result for place in range(len(tasks))]


@guarded
def records(
    function: Callable[..., Mapping[str, Any]],
    points: Iterable[Mapping[str, Any]],
    *,
    store: StorePath,
    configuration: Any = None,
) -> list[Record | None]:
    """Return the stored result and provenance of each point, None where it is not finished.

    The arguments and errors are those of `sweep`; nothing is computed.
    """
    shelf = _store(store)
    tasks = tasks_of(function, points, configuration, lasting=True)
    return [shelf.load(task) for task in tasks]
