"""Sweeps on a cluster."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from iclnb import scale
from iclnb.scale import executors
from iclnb.scale.stores import Store
from iclnb.scale.tasks import tasks_of
from tests.rooms.test_scale.points import (
    calls,
    points_of,
    without_nan,
)


def test_missing_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"iclnb\[cluster\]"):
        scale.sweep(dict, [{}], scheduler="tcp://127.0.0.1:1")


def test_dask(module, log, tmp_path):
    distributed = pytest.importorskip("distributed")
    points = points_of(log, range(4))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        by_address = scale.sweep(module.noise, points, scheduler=address, store=tmp_path / "a")
        with distributed.Client(cluster, set_as_default=False) as client:
            options = {"scheduler": client, "store": tmp_path / "b"}
            by_client = scale.sweep(module.noise, points, **options)
            assert len(calls(log)) == 8
            scale.sweep(module.noise, points, **options)
            assert len(calls(log)) == 8
            with pytest.raises(scale.PointError, match=r"'k': 2.*nothing to divide by"):
                scale.sweep(module.fails_at_two, points, **options)
            assert client.status == "running"
            # stopped after the first arrival: what else is finished is kept
            tasks = dict(enumerate(tasks_of(module.cube, points, None, lasting=True)))
            run = executors.run_on_cluster(module.cube, tasks, Store(tmp_path / "b"), client)
            next(run)
            while any(future.status == "pending" for future in client.futures.values()):
                time.sleep(0.005)
            run.close()
            assert None not in scale.records(module.cube, points, store=tmp_path / "b")
    here = scale.sweep(module.noise, points)
    np.testing.assert_equal(by_client, here)
    np.testing.assert_equal(by_address, here)
    np.testing.assert_equal(scale.sweep(module.noise, points, store=tmp_path / "b"), here)


def test_a_worker_that_is_killed(module, log, tmp_path):
    """Two worker processes, one killed in the middle of a point: all is computed, little twice."""
    distributed = pytest.importorskip("distributed")
    gates = {k: str(tmp_path / f"gate-{k}") for k in (0, 1)}
    points = points_of(log, range(6), gates)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        ThreadPoolExecutor(1) as pool,
    ):
        options = {"scheduler": cluster.scheduler_address, "store": tmp_path / "store"}
        running = pool.submit(scale.sweep, module.square, points, **options)
        end = time.monotonic() + 60
        while not (log.exists() and {0, 1} <= set(calls(log))) and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        for gate in gates.values():
            Path(gate).touch()
        results = running.result(timeout=120)
    assert without_nan(results) == without_nan(scale.sweep(module.square, points))
    before = calls(log)[:]
    scale.sweep(module.square, points, store=tmp_path / "store")
    assert calls(log) == before  # every point was stored
    times = [before.count(k) - 1 for k in range(6)]  # and once here, just now
    assert min(times) >= 1
    assert sum(times) >= 7  # the killed one was lost


def test_a_client_of_another_package():
    """A class that shares only its name with the client of dask."""
    pytest.importorskip("distributed")
    with pytest.raises(TypeError, match=r"scheduler must be an address or a distributed\.Client"):
        scale.sweep(dict, [{}], scheduler=type("Client", (), {})())
