"""Stores: damaged, changed and renamed files, whole files only, provenance."""

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from iclnb import scale
from iclnb.scale import atomic, executors
from iclnb.scale.stores import Store
from iclnb.scale.tasks import tasks_of
from tests.rooms.test_scale.points import (
    MODULE,
    Configuration,
    calls,
    points_of,
)


class Trap:
    """What makes a directory as soon as it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


class TestStore:
    @pytest.mark.parametrize("name", ["square", "noise"])
    @pytest.mark.parametrize("damage", ["empty", "cut", "text", "array", "directory"])
    def test_damaged_file(self, module, log, tmp_path, name, damage):
        function, points = getattr(module, name), points_of(log, [3])
        scale.sweep(function, points, store=tmp_path / "store")
        (path,) = (tmp_path / "store").iterdir()
        content = path.read_bytes()
        path.unlink()
        if damage == "directory":
            path.mkdir()
        else:
            damaged = {
                "empty": b"",
                "cut": content[:-40],
                "text": b"nothing\n",
                "array": b"[]",
            }
            path.write_bytes(damaged[damage])
        for call in (scale.sweep, scale.records):
            with pytest.raises(ValueError, match=path.name):
                call(function, points, store=tmp_path / "store")
        assert calls(log) == [3]

    @pytest.mark.parametrize("name", ["square", "noise"])
    def test_no_flipped_bit_changes_a_result(self, module, log, tmp_path, name):
        function, points = getattr(module, name), points_of(log, [3])
        scale.sweep(function, points, store=tmp_path / "store")
        (true,) = scale.records(function, points, store=tmp_path / "store")
        (path,) = (tmp_path / "store").iterdir()
        content = path.read_bytes()
        refused = idle = 0
        places = range(0, len(content), 5)
        for place in places:
            flipped = bytes([content[place] ^ 1])
            path.write_bytes(content[:place] + flipped + content[place + 1 :])
            try:
                (record,) = scale.records(function, points, store=tmp_path / "store")
            except ValueError as error:
                refused += path.name in str(error)
                continue
            # a byte that says nothing, such as the date of a member of the archive
            np.testing.assert_equal(record, true)
            idle += 1
        assert refused + idle == len(places)
        assert refused > len(places) / 2

    def test_changed_number_and_other_schema(self, module, log, tmp_path):
        points = points_of(log, [3])
        scale.sweep(module.square, points, store=tmp_path / "store")
        (path,) = (tmp_path / "store").iterdir()
        text = path.read_text(encoding="utf-8")
        for old, new, words in [
            ('"square":9', '"square":8', "checksum"),
            ('"schema":2', '"schema":1', "schema 1"),
        ]:
            assert text.count(old) == 1
            path.write_text(text.replace(old, new), encoding="utf-8")
            with pytest.raises(ValueError, match=f"{path.name}.*{words}"):
                scale.sweep(module.square, points, store=tmp_path / "store")

    @pytest.mark.parametrize("member", ["record", "array_0"])
    def test_no_file_runs_what_it_holds(self, module, log, tmp_path, member):
        points, made = points_of(log, [3]), tmp_path / "made"
        scale.sweep(module.noise, points, store=tmp_path / "store")
        (path,) = (tmp_path / "store").iterdir()
        with np.load(path) as whole:
            members = dict(whole)
        assert member in members
        np.savez(path, **{**members, member: np.array([Trap(made)], dtype=object)})
        with pytest.raises(ValueError, match="is damaged"):
            scale.records(module.noise, points, store=tmp_path / "store")
        assert not made.exists()
        with np.load(path, allow_pickle=True) as opened:
            assert opened[member].size == 1
        assert made.exists()  # so it was a trap

    def test_renamed_file(self, module, log, tmp_path):
        points = points_of(log, [3, 4])
        scale.sweep(module.square, points[:1], store=tmp_path / "store")
        (path,) = (tmp_path / "store").iterdir()
        (task,) = tasks_of(module.square, points[1:], None, lasting=True)
        path.rename(Store(tmp_path / "store")._path(task, ".json"))
        with pytest.raises(ValueError, match="holds another point"):
            scale.sweep(module.square, points, store=tmp_path / "store")

    def test_only_whole_files_are_seen(self, tmp_path, monkeypatch):
        path = tmp_path / "file"
        path.write_bytes(b"old")
        seen = []

        def replace(source, target):
            seen.append((Path(source).read_bytes(), Path(target).read_bytes()))
            assert Path(source).parent == tmp_path
            assert Path(source).name.startswith(".")
            raise OSError("stopped before the rename")

        with monkeypatch.context() as patch:
            patch.setattr(atomic.os, "replace", replace)
            with pytest.raises(OSError, match="stopped"):
                atomic.write_atomically(path, b"new")
        assert seen == [(b"new", b"old")]
        assert [p.name for p in tmp_path.iterdir()] == ["file"]
        assert path.read_bytes() == b"old"
        atomic.write_atomically(path, b"new")
        assert path.read_bytes() == b"new"

    def test_what_a_killed_process_left_is_removed_later(self, module, log, tmp_path):
        store = tmp_path / "store"
        store.mkdir()
        old, new = store / ".square-a.json.17.c0ffee.tmp", store / ".square-a.json.18.decade.tmp"
        for part in (old, new):
            part.write_bytes(b"{")
        os.utime(old, (time.time() - 3700,) * 2)
        scale.sweep(module.square, points_of(log, [3]), store=store)
        assert (old.exists(), new.exists()) == (False, True)
        assert len(list(store.glob("square-*.json"))) == 1

    def test_stored_meanwhile_is_not_computed_again(self, module, log, tmp_path):
        points = points_of(log, [3])
        (task,) = tasks_of(module.square, points, None, lasting=True)
        scale.sweep(module.square, points, store=tmp_path / "store")
        _, record = executors.execute(module.square, task, Store(tmp_path / "store"), 0)
        assert record.result["square"] == 9
        assert calls(log) == [3]

    def test_provenance(self, module, log, tmp_path):
        points = points_of(log, [3])
        options = {"store": tmp_path / "store", "configuration": Configuration()}
        scale.sweep(module.noise, points, **options)
        (record,) = scale.records(module.noise, points, **options)
        origin = record.provenance
        assert origin.function == f"{MODULE}.noise"
        assert origin.point == points[0]
        assert origin.configuration == {"width": 3}
        assert origin.versions["numpy"] == np.__version__
        assert {"iclnb", "scipy"} <= set(origin.versions)
        assert ("torch" in origin.versions) == ("torch" in sys.modules)
        assert origin.date.endswith("+00:00")
        assert origin.duration_seconds > 0
        assert "thread" in origin.device
