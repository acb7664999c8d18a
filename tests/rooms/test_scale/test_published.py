"""Published results."""

import json
from pathlib import Path

import numpy as np
import pytest

from iclnb import scale
from iclnb.scale import executors
from iclnb.scale.tasks import tasks_of


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
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) + "\n"
        one = origins([0])[0]
        scale.publish("a-result", [], provenance=one, directory=tmp_path)
        assert scale.stored("a-result", directory=tmp_path).results == []

    def test_missing(self, tmp_path):
        assert scale.stored("there-is-none") is None
        assert scale.stored("there-is-none", 3, directory=tmp_path) == 3
        command = r"no stored result 'there-is-none': python -m tools\.paper there-is-none makes it"
        with pytest.raises(FileNotFoundError, match=command):
            scale.required("there-is-none", directory=tmp_path)

    def test_one_that_is_required_is_the_stored_one(self, tmp_path):
        scale.publish("a-result", [7], provenance=origins([0]), directory=tmp_path)
        found = scale.required("a-result", directory=tmp_path)
        assert found == scale.stored("a-result", directory=tmp_path)

    @pytest.mark.parametrize(
        "content", [b"", b"[]", b"{}", b"\xff", b'{"schema":1}', b'{"schema":2,"name":"other"}']
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
        with pytest.raises(TypeError, match="provenance"):
            scale.publish("a", [], provenance=[{}], directory=tmp_path)

    def test_committed_files_are_readable(self):
        directory = Path(scale.__file__).with_name("results")
        for path in directory.glob("*.json"):
            assert scale.stored(path.stem).name == path.stem
