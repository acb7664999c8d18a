"""The switch between the scales, and the streams of random numbers."""

import subprocess
import sys

import numpy as np
import pytest

from iclnb import scale


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
