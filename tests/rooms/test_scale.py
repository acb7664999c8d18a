"""The room `scale`: the switch, the streams, sweeps with their stores, published results."""

import json
import os
import select
import signal
import subprocess
import sys
import termios
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from iclnb import scale
from iclnb.scale import atomic, bars, executors
from iclnb.scale.stores import Store
from iclnb.scale.tasks import tasks_of

# Worker processes and killed ones have to import the functions of the sweeps, so these stand in a
# module of their own. Each call says in a log that it started; a point of which `gate` is not
# None waits until that file exists.
MODULE = "iclnb_points_of_test_scale"
SOURCE = """
import os, time
import numpy as np

def _say(log, word):
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{word}\\n".encode())
    os.close(handle)

def square(k, log, gate=None):
    _say(log, k)
    while gate is not None and not os.path.exists(gate):
        time.sleep(0.005)
    return {"square": k * k, "pair": (k, np.float64(k) / 3), "bad": float("nan")}

def cube(k, log, gate=None):
    return square(k, log, gate)

def noise(k, log):
    _say(log, k)
    return {"noise": np.random.default_rng(k).normal(size=(2, 3)), "k": k, "last": np.arange(k)}

def fails_at_two(k, log):
    _say(log, k)
    if k == 2:
        raise ZeroDivisionError("nothing to divide by")
    return {"k": k}
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    from joblib.externals.loky import get_reusable_executor

    directory = tmp_path_factory.mktemp("module")
    (directory / f"{MODULE}.py").write_text(SOURCE)
    get_reusable_executor().shutdown(wait=True)  # older workers would not find the module
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(directory))
        patch.setenv("PYTHONPATH", str(directory))
        yield __import__(MODULE)
    get_reusable_executor().shutdown(wait=True)
    sys.modules.pop(MODULE, None)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"
    path.touch()
    return path


def calls(log):
    return sorted(int(line) for line in log.read_text().split())


def points_of(log, ks, gates=None):
    gate = {} if gates is None else gates
    return [{"k": k, "log": str(log)} | ({"gate": gate[k]} if k in gate else {}) for k in ks]


def without_nan(results):
    return [{name: value for name, value in r.items() if name != "bad"} for r in results]


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def start_sweep(points, store, workers=1, function="square"):
    """Start a process that runs the sweep, in a session of its own."""
    code = f"""
        import json, sys
        import {MODULE} as module
        from iclnb import scale
        points = json.loads(sys.argv[1])
        scale.sweep(module.{function}, points, store=sys.argv[2], workers={workers})
    """
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code), json.dumps(points), store],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


class TestSwitch:
    def test_quick_is_the_default(self, monkeypatch):
        monkeypatch.delenv("ICLNB_SCALE", raising=False)
        assert scale.current() == "quick"
        assert scale.pick(quick=1, paper=2) == 1

    def test_paper(self, monkeypatch):
        monkeypatch.setenv("ICLNB_SCALE", "paper")
        assert scale.current() == "paper"
        assert scale.pick(quick=1, paper=2) == 2

    @pytest.mark.parametrize("value", ["Paper", "", "large"])
    def test_unknown(self, monkeypatch, value):
        monkeypatch.setenv("ICLNB_SCALE", value)
        with pytest.raises(ValueError, match=f"ICLNB_SCALE.*{value!r}"):
            scale.current()
        with pytest.raises(ValueError, match="ICLNB_SCALE"):
            scale.sweep(dict, [{}])


class TestStreams:
    def test_pinned(self):
        assert scale.child_seed(0, "a") == 8590925543402201351
        assert scale.rng(0, "a").random() == 0.08144087968500546
        # the same stream from the documented key alone
        words = [0xCA, 0x97, 0x81, 0x12, 0xCA, 0x1B, 0xBD, 0xCA, 0xFA, 0xC2, 0x31, 0xB3]
        words += [0x9A, 0x23, 0xDC, 0x4D]  # SHA-256 of "a"
        key = [int.from_bytes(words[i : i + 4], "little") for i in range(0, 16, 4)]
        sequence = np.random.SeedSequence(0, spawn_key=(*key, 0))
        assert scale.rng(0, "a").random() == np.random.default_rng(sequence).random()

    def test_same_and_different(self):
        keys = [(s, p, r) for s in (0, 1, 2**64) for p in ("a", "b", "α") for r in (0, 1, 7)]
        first = {scale.rng(*key).integers(2**63) for key in keys}
        assert len(first) == len(keys)
        assert first == {scale.rng(*key).integers(2**63) for key in keys}
        seeds = {scale.child_seed(*key) for key in keys}
        assert len(seeds) == len(keys)
        assert all(0 <= seed < 2**63 for seed in seeds)
        assert scale.child_seed(np.int64(1), "a") == scale.child_seed(1, "a")

    def test_streams_are_uncorrelated(self):
        x = np.stack([scale.rng(3, p, r).normal(size=4000) for p in "ab" for r in range(3)])
        correlation = np.corrcoef(x)[np.triu_indices(6, 1)]
        assert np.abs(correlation).max() < 5 / np.sqrt(4000)

    @pytest.mark.parametrize(
        ("arguments", "error", "name"),
        [
            ((-1, "a"), ValueError, "seed"),
            ((2**128, "a"), ValueError, "seed"),
            ((1.0, "a"), TypeError, "seed"),
            ((True, "a"), TypeError, "seed"),
            ((None, "a"), TypeError, "seed"),
            ((0, ""), ValueError, "purpose"),
            ((0, b"a"), TypeError, "purpose"),
            ((0, "a", -1), ValueError, "replicate"),
            ((0, "a", 2**32), ValueError, "replicate"),
            ((0, "a", "0"), TypeError, "replicate"),
        ],
    )
    def test_bad_input(self, arguments, error, name):
        for function in (scale.rng, scale.child_seed, scale.torch_generator):
            with pytest.raises(error, match=name):
                function(*arguments)

    def test_torch_generator(self):
        generator = scale.torch_generator(5, "weights", 2)
        assert generator.initial_seed() == scale.child_seed(5, "weights", 2)

    def test_room_imports_neither_torch_nor_dask(self):
        code = "import sys, iclnb.scale; print({'torch', 'distributed'} & set(sys.modules))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout == "set()\n"


class TestGrid:
    def test_order(self):
        points = scale.grid(n=np.array([8, 16]), seed=range(2))
        assert points == [{"n": n, "seed": s} for n in (8, 16) for s in (0, 1)]
        assert type(points[0]["n"]) is int
        assert scale.grid() == [{}]

    @pytest.mark.parametrize(
        ("axis", "error"), [("ab", TypeError), (3, TypeError), ([], ValueError), ([{1}], TypeError)]
    )
    def test_bad_axis(self, axis, error):
        with pytest.raises(error, match="axis n"):
            scale.grid(n=axis)


@dataclass(frozen=True)
class Configuration:
    width: int = 3


class TestSweep:
    def test_order_and_plain_results(self, module, log):
        results = scale.sweep(module.square, points_of(log, [3, 1, 2]))
        assert without_nan(results) == [{"square": k * k, "pair": [k, k / 3]} for k in (3, 1, 2)]
        assert np.isnan(results[0]["bad"])
        assert type(results[0]["pair"][1]) is float
        assert scale.sweep(module.square, []) == []

    @pytest.mark.parametrize("name", ["square", "noise"])
    def test_resume_computes_nothing_twice(self, module, log, tmp_path, name):
        function, store = getattr(module, name), tmp_path / "store"
        fresh = scale.sweep(function, points_of(log, [0, 1, 2, 3]))
        log.write_text("")
        scale.sweep(function, points_of(log, [1, 2]), store=store)
        resumed = scale.sweep(function, points_of(log, [0, 1, 2, 3]), store=store)
        loaded = scale.sweep(function, points_of(log, [0, 1, 2, 3]), store=store)
        assert calls(log) == [0, 1, 2, 3]
        np.testing.assert_equal(resumed, fresh)
        np.testing.assert_equal(loaded, fresh)
        assert [list(result) for result in loaded] == [list(result) for result in fresh]
        assert {path.suffix for path in store.iterdir()} == {
            ".json" if name == "square" else ".npz"
        }

    def test_two_workers(self, module, log, tmp_path):
        points = points_of(log, range(6))
        parallel = scale.sweep(module.noise, points, store=tmp_path / "store", workers=2)
        assert calls(log) == list(range(6))
        np.testing.assert_equal(parallel, scale.sweep(module.noise, points))
        scale.sweep(module.noise, points, store=tmp_path / "store", workers=2)
        assert len(calls(log)) == 12  # the six in parallel, and the six without a store

    def test_functions_and_configurations_never_mix(self, module, log, tmp_path):
        points = points_of(log, [1])
        runs = [
            (module.square, None),
            (module.cube, None),
            (module.square, {"width": 2}),
            (module.square, Configuration()),
        ]
        for function, configuration in runs * 2:
            scale.sweep(function, points, store=tmp_path, configuration=configuration)
        assert len(calls(log)) == len(runs)
        scale.sweep(module.square, points, store=tmp_path, configuration={"width": 3})
        scale.sweep(module.square, [points[0] | {"k": True}], store=tmp_path)
        scale.sweep(module.square, [points[0] | {"k": 1.0}], store=tmp_path)
        assert len(log.read_text().split()) == len(runs) + 2

    @pytest.mark.parametrize("workers", [1, 2])
    def test_failure_names_the_point_and_keeps_the_others(self, module, log, tmp_path, workers):
        points = points_of(log, [0, 1, 2])
        scale.sweep(module.fails_at_two, points[:1], store=tmp_path / "store", workers=workers)
        with pytest.raises(scale.PointError, match=r"'k': 2.*nothing to divide by") as caught:
            scale.sweep(module.fails_at_two, points[::-1], store=tmp_path / "store")
        assert caught.value.point == points[2]
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        with pytest.raises(scale.PointError, match=r"'k': 2.*nothing to divide by") as caught:
            scale.sweep(module.fails_at_two, points, store=tmp_path / "store", workers=workers)
        assert caught.value.point == points[2]
        kept = scale.records(module.fails_at_two, points, store=tmp_path / "store")
        assert kept[0].result == {"k": 0}
        assert kept[2] is None
        if workers == 1:
            assert kept[1].result == {"k": 1}

    @pytest.mark.parametrize(
        "result", [3, None, {"a": {1}}, {1: 2}, {"a": np.array([None])}, {"a": [np.zeros(2)]}]
    )
    def test_bad_result(self, result):
        with pytest.raises(scale.PointError, match="result"):
            scale.sweep(lambda k: result, [{"k": 1}])

    @pytest.mark.parametrize(
        ("points", "options", "error", "words"),
        [
            ([{"k": 1}, {"k": 1}], {}, ValueError, r"points\[1\] repeats points\[0\]"),
            ([{"k": np.nan}], {}, ValueError, "finite"),
            ([{"k": {1}}], {}, TypeError, r"points\[0\]\['k'\]"),
            ([{1: 1}], {}, TypeError, "str keys"),
            ([{"j": 1}], {}, TypeError, r"points\[0\] does not fit"),
            ([3], {}, TypeError, r"points\[0\]"),
            ({"k": 1}, {}, TypeError, "points"),
            ([{"k": 1}], {"workers": 0}, ValueError, "workers"),
            ([{"k": 1}], {"workers": 1.5}, TypeError, "workers"),
            ([{"k": 1}], {"workers": True}, TypeError, "workers"),
            ([{"k": 1}], {"workers": 2, "scheduler": "tcp://a:1"}, ValueError, "workers"),
            ([{"k": 1}], {"scheduler": 3}, TypeError, "scheduler"),
            ([{"k": 1}], {"scheduler": ""}, ValueError, "scheduler"),
            ([{"k": 1}], {"configuration": 3}, TypeError, "configuration"),
            ([{"k": 1}], {"configuration": {"a": np.inf}}, ValueError, "configuration"),
            ([{"k": 1}], {"store": "store"}, ValueError, "function must be a named function"),
            ([{"k": 1}], {"store": __file__}, ValueError, "store must be a directory"),
        ],
    )
    def test_bad_input(self, points, options, error, words):
        def must_not_run(k):
            raise AssertionError

        with pytest.raises(error, match=words):
            scale.sweep(must_not_run, points, **options)

    def test_function_that_cannot_be_called(self):
        with pytest.raises(TypeError, match="function"):
            scale.sweep(3, [])

    def test_missing_dask(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(ImportError, match=r"iclnb\[cluster\]"):
            scale.sweep(dict, [{}], scheduler="tcp://127.0.0.1:1")

    def test_dask(self, module, log, tmp_path):
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
        text = path.read_text()
        for old, new, words in [
            ('"square":9', '"square":8', "checksum"),
            ('"schema":1', '"schema":2', "schema 2"),
        ]:
            assert text.count(old) == 1
            path.write_text(text.replace(old, new))
            with pytest.raises(ValueError, match=f"{path.name}.*{words}"):
                scale.sweep(module.square, points, store=tmp_path / "store")

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

    def test_stored_meanwhile_is_not_computed_again(self, module, log, tmp_path):
        points = points_of(log, [3])
        (task,) = tasks_of(module.square, points, None, lasting=True)
        scale.sweep(module.square, points, store=tmp_path / "store")
        _, record = executors.execute(module.square, task, Store(tmp_path / "store"), 0)
        assert record.result["square"] == 9
        assert calls(log) == [3]

    def test_provenance(self, module, log, tmp_path, monkeypatch):
        monkeypatch.setenv("ICLNB_SCALE", "paper")
        points = points_of(log, [3])
        options = {"store": tmp_path / "store", "configuration": Configuration()}
        scale.sweep(module.noise, points, **options)
        (record,) = scale.records(module.noise, points, **options)
        origin = record.provenance
        assert (origin.function, origin.scale) == (f"{MODULE}.noise", "paper")
        assert origin.point == points[0]
        assert origin.configuration == {"width": 3}
        assert origin.versions["numpy"] == np.__version__
        assert {"iclnb", "scipy"} <= set(origin.versions)
        assert ("torch" in origin.versions) == ("torch" in sys.modules)
        assert origin.date.endswith("+00:00")
        assert origin.duration_seconds > 0
        assert "thread" in origin.device


def origins(seeds):
    def point(n, seed, noise_seed):
        return {}

    points = [{"n": 8, "seed": seed, "noise_seed": 7} for seed in seeds]
    tasks = tasks_of(point, points, {"a": 1}, lasting=False)
    return [executors.execute(point, task, None, 0)[1].provenance for task in tasks]


class TestPublished:
    def test_round_trip(self, tmp_path):
        results = {"n": np.array([8, 16]), "rate": -0.5, "pairs": [(1, 2)]}
        points = origins([2, 0])
        path = scale.publish("a-result", results, provenance=points, directory=tmp_path)
        again = scale.stored("a-result", directory=tmp_path)
        assert again.results == {"n": [8, 16], "rate": -0.5, "pairs": [[1, 2]]}
        assert again.provenance == scale.summarise(points)
        assert again.provenance.points == 2
        assert again.provenance.seeds == {"seed": [0, 2], "noise_seed": [7]}
        assert again.provenance.configuration == [{"a": 1}]
        text = path.read_text()
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) + "\n"
        one = origins([0])[0]
        scale.publish("a-result", [], provenance=one, directory=tmp_path)
        assert scale.stored("a-result", directory=tmp_path).results == []

    def test_missing(self, tmp_path):
        assert scale.stored("there-is-none") is None
        assert scale.stored("there-is-none", 3, directory=tmp_path) == 3

    @pytest.mark.parametrize(
        "content", [b"", b"[]", b"{}", b"\xff", b'{"schema":2}', b'{"schema":1,"name":"other"}']
    )
    def test_unreadable(self, tmp_path, content):
        (tmp_path / "a.json").write_bytes(content)
        with pytest.raises(ValueError, match=r"a\.json"):
            scale.stored("a", directory=tmp_path)

    @pytest.mark.parametrize(
        ("name", "results", "error", "words"),
        [
            ("A", [], ValueError, "name"),
            ("../a", [], ValueError, "name"),
            (3, [], TypeError, "name"),
            ("a", [np.nan], ValueError, "finite"),
            ("a", {"x": object()}, TypeError, "results"),
            ("a", "x" * 500_000, ValueError, "at most 500000 bytes"),
        ],
    )
    def test_bad_input(self, tmp_path, name, results, error, words):
        with pytest.raises(error, match=words):
            scale.publish(name, results, provenance=origins([0]), directory=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_bad_provenance(self, tmp_path):
        with pytest.raises(ValueError, match="origins"):
            scale.publish("a", [], provenance=[], directory=tmp_path)
        with pytest.raises(TypeError, match="origins"):
            scale.publish("a", [], provenance=[{}], directory=tmp_path)

    def test_committed_files_are_readable(self):
        directory = Path(scale.__file__).with_name("results")
        for path in directory.glob("*.json"):
            assert scale.stored(path.stem).name == path.stem


class TestProgress:
    def run(self, settings):
        """Run a bar with a terminal as its standard error; return what it wrote where."""
        code = (
            "from iclnb import scale\n"
            "items = scale.progress(range(3), description='words')\n"
            "assert list(items) == [0, 1, 2]"
        )
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        environment.pop("ICLNB_PROGRESS", None)
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        try:
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", code],
                stdout=subprocess.PIPE,
                stderr=theirs,
                env=environment | settings,
                check=True,
            )
            ready = select.select([ours], [], [], 0)[0]
            return done.stdout, os.read(ours, 100_000) if ready else b""
        finally:
            os.close(ours)
            os.close(theirs)

    def test_bar_in_a_terminal(self):
        out, err = self.run({})
        assert out == b""
        assert b"words: 100%" in err
        assert b"3/3" in err

    @pytest.mark.parametrize("name", ["ICLNB_PROGRESS", "PYTEST_CURRENT_TEST"])
    def test_silent_on_request(self, name):
        assert self.run({name: "off"}) == (b"", b"")

    def test_silent_here(self, capfd):
        assert list(scale.progress(iter("ab"), description="words")) == ["a", "b"]
        assert capfd.readouterr() == ("", "")

    def test_kernel_is_recognised(self, monkeypatch):
        class Shell:
            kernel = object()

        class IPython:
            get_ipython = Shell

        assert not bars._in_kernel()
        monkeypatch.setitem(sys.modules, "IPython", IPython)
        assert bars._in_kernel()

    def test_bad_setting(self, monkeypatch):
        monkeypatch.setenv("ICLNB_PROGRESS", "loud")
        with pytest.raises(ValueError, match=r"ICLNB_PROGRESS.*'loud'"):
            scale.progress([])
