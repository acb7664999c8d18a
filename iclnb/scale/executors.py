"""The three ways of running the points of a sweep: here, in worker processes, on a cluster."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from iclnb.kinds import guarded

from .errors import PointError
from .plain import plain_result
from .provenance import provenance_of
from .stores import Record, Store
from .tasks import Task

if TYPE_CHECKING:
    import distributed

Finished = Iterator[tuple[int, Record]]


@guarded
def execute(
    function: Callable[..., Any], task: Task, store: Store | None, place: int
) -> tuple[int, Record]:
    """Run one point, store its record if there is a store, and return its place and record.

    A point that another process has stored meanwhile is loaded instead.
    """
    if store is not None and (record := store.load(task)) is not None:
        return place, record
    start = time.perf_counter()
    try:
        result = plain_result(function(**copy.deepcopy(dict(task.point))))
    except Exception as error:
        raise PointError.of(task.function, task.point, error) from error
    record = Record(result, provenance_of(task, time.perf_counter() - start))
    if store is not None:
        store.save(task, record)
    return place, record


@guarded
def run_here(function: Callable[..., Any], tasks: dict[int, Task], store: Store | None) -> Finished:
    """Run the points one after another in this process; nothing is pickled."""
    for place, task in tasks.items():
        yield execute(function, task, store, place)


@guarded
def run_in_processes(
    function: Callable[..., Any], tasks: dict[int, Task], store: Store | None, workers: int
) -> Finished:
    """Run the points in worker processes by joblib; each worker stores what it finishes."""
    import joblib

    parallel = joblib.Parallel(
        n_jobs=workers,
        backend="loky",
        batch_size=1,
        max_nbytes=None,
        return_as="generator_unordered",
    )
    run = joblib.delayed(execute)
    yield from parallel(run(function, task, store, place) for place, task in tasks.items())


@guarded
def run_on_cluster(
    function: Callable[..., Any],
    tasks: dict[int, Task],
    store: Store | None,
    scheduler: str | distributed.Client,
) -> Finished:
    """Run the points on a Dask cluster.

    The workers need not see the store: this process stores each record when it arrives.
    """
    distributed = import_distributed()
    # A client that came from outside stays open.
    if isinstance(scheduler, str):
        opened = distributed.Client(scheduler, set_as_default=False)
    else:
        opened = nullcontext(scheduler)
    with opened as client:
        waiting = {
            client.submit(execute, function, task, None, place, pure=False): task
            for place, task in tasks.items()
        }
        try:
            for future in distributed.as_completed(list(waiting), loop=client.loop):
                task = waiting.pop(future)
                error = future.exception()
                if isinstance(error, PointError):
                    raise error
                if error is not None:
                    raise PointError.of(task.function, task.point, error) from error
                place, record = future.result()
                if store is not None:
                    store.save(task, record)
                yield place, record
        finally:
            # Only after an error or an interrupt is anything left: keep what is finished.
            for future, task in waiting.items():
                if store is not None and future.status == "finished":
                    store.save(task, future.result()[1])
            client.cancel(list(waiting))


def import_distributed() -> Any:
    """Return the module ``distributed``.

    Raises
    ------
    ImportError
        If it is not installed; the message names the extra that installs it.
    """
    try:
        import distributed
    except ImportError as error:
        raise ImportError(
            "scheduler needs dask and distributed; install the extra 'cluster': "
            "pip install 'iclnb[cluster]'"
        ) from error
    return distributed
