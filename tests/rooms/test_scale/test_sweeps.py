"""Sweeps: order, resuming, workers, failures, bad input."""

import numpy as np
import pytest

from iclnb import scale
from tests.rooms.test_scale.points import (
    Configuration,
    calls,
    points_of,
    without_nan,
)


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
        log.write_text("", encoding="utf-8")
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
        assert len(log.read_text(encoding="utf-8").split()) == len(runs) + 2

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
            (iter([{"k": 1}, 3]), {}, TypeError, r"points\[1\] must be a dict, not int"),
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
