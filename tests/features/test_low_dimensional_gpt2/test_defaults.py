"""What a course of the chapter takes when nothing is said: seen in what it hands on."""

import pytest

from iclnb.features.low_dimensional_gpt2 import paper
from iclnb.features.low_dimensional_gpt2.config import DecoderConfig
from iclnb.features.low_dimensional_gpt2.training import TrainingConfig


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def test_a_course_is_recorded_every_50_steps_and_measured_on_4096_prompts(monkeypatch):
    kept = {}

    def trained(setting, tasks, tokens, **options):
        kept.update(setting=setting, tasks=tasks, options=options)
        return None, None

    def measured(*_, **options):
        kept.update(options)
        raise Seen

    monkeypatch.setattr(paper, "train", trained)
    monkeypatch.setattr(paper, "context_errors", measured)
    with pytest.raises(Seen):
        paper.course(
            5, 2, 3, layers=1, width=8, heads=2, batch_size=4, prompt_length=6, step_size=0.1,
            steps=7,
        )  # fmt: skip
    setting = kept["setting"]
    assert (setting.every, setting.warmup, setting.precision) == (50, 0, "float32")
    assert (kept["n_prompts"], kept["prompt_length"]) == (4096, 6)
    assert kept["options"] == {"device": "cpu", "checkpoint": None}


def test_the_published_points_have_each_r_at_several_d_and_each_d_at_several_r():
    points = paper.published_points()
    pairs = [(p["d"], p["r"]) for p in points]
    assert {d for d, r in pairs if r == 4} == {16, 32, 64, 128}
    assert {r for d, r in pairs if d == 64} == {2, 4, 8}
    assert {(16, 8), (32, 8)} < set(pairs)  # Figure 1
    names = ("prompt_length", "device", "degree", "seed")
    assert {tuple(p[name] for name in names) for p in points} == {(100, "cuda", 4, 0)}


def test_a_training_is_recorded_every_hundred_steps_from_the_first_at_full_rate():
    config = TrainingConfig(
        DecoderConfig(4, 8, 1, 2, 6), batch_size=3, prompt_length=6, step_size=0.1, steps=7, seed=1
    )
    assert (config.every, config.warmup, config.precision) == (100, 0, "float32")
