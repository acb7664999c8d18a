"""A sweep that is killed, and two at a time."""

import os
import signal

import pytest

from iclnb import scale
from tests.rooms.test_scale.points import (
    calls,
    points_of,
    start_sweep,
    wait_for,
)


class TestKill:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_nothing_is_lost_and_nothing_computed_twice(self, module, log, tmp_path, workers):
        gate, store = tmp_path / "gate", tmp_path / "store"
        waiting = set(range(3, 3 + workers))  # each worker ends up at a closed gate
        points = points_of(log, range(6), {k: str(gate) for k in waiting})
        process = start_sweep(points, str(store), workers)
        wait_for(lambda: waiting <= set(calls(log)), process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        stored = scale.records(module.square, points, store=store)
        assert [place for place, record in enumerate(stored) if record] == [0, 1, 2]
        gate.touch()
        results = scale.sweep(module.square, points, store=store)
        assert [result["square"] for result in results] == [k * k for k in range(6)]
        assert calls(log) == sorted([*range(6), *waiting])

    def test_two_processes_on_one_store(self, module, log, tmp_path):
        gate, store = tmp_path / "gate", tmp_path / "store"
        points = points_of(log, range(12), {0: str(gate)})
        processes = [start_sweep(points, str(store)) for _ in range(2)]
        for process in processes:  # wait until both are inside the first point
            wait_for(lambda: calls(log) == [0, 0], process)
        gate.touch()
        for process in processes:
            out, err = process.communicate()
            assert (process.returncode, out, err) == (0, b"", b"")
        before = calls(log)
        assert set(before) == set(range(12))
        results = scale.sweep(module.square, points, store=store)
        assert calls(log) == before
        assert [result["square"] for result in results] == [k * k for k in range(12)]
        assert len(list(store.iterdir())) == 12  # no temporary file is left
