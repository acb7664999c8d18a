"""What is changed, what is held fixed while it is, and the stored results."""

from types import SimpleNamespace

import numpy as np
import pytest

from iclnb import scale
from iclnb.landscape import three_transformers as tt
from iclnb.landscape.three_transformers import choices, paper

TINY = {"n_prompts": 40, "prompt_length": 8, "neurons": 12}


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def handed_on(monkeypatch, module, run):
    """Return what `train` is called with in a run of the module."""
    kept = {}

    def stop(trial, model, **options):
        kept.update(options, setting=trial, model=model)
        raise Seen

    monkeypatch.setattr(module, "draw", lambda setting, _: setting)
    monkeypatch.setattr(module, "train", stop)
    with pytest.raises(Seen):
        run()
    return kept


def call(monkeypatch, kind="modified", **changed):
    return handed_on(monkeypatch, choices, lambda: tt.changed_course(kind, 0, **changed))


def test_the_reference_is_the_run_at_the_papers_size_but_for_two_sizes(monkeypatch):
    mine = call(monkeypatch, "attention", prompt_length=1000, neurons=500)
    kept = handed_on(monkeypatch, paper, lambda: paper.course("a", "attention", 0))
    del mine["records"], kept["records"]
    assert mine == kept
    small = call(monkeypatch)
    assert (small["batches"].prompt_length, small["setting"].neurons) == (100, 200)
    assert small["model"] == tt.MODIFIED
    assert (small["steps"], small["records"]) == (1000, 2)


def test_a_course_of_both_modules_ends_alike():
    short = {"n_prompts": 2, "prompt_length": 20}
    mine = tt.changed_course("attention", 0, **{**short, "n_prompts": 4}, batch_size=2, neurons=500)
    theirs = paper.course(
        "a", "attention", 0, steps=2, **short, step_size=4e-4, gamma_step_size=4e-4, records=3
    )
    assert abs(mine["loss"] - theirs["loss"][-1]) < 2e-6
    assert abs(mine["own"] - theirs["own"][-1]) < 2e-6
    assert not mine["diverged"]


@pytest.mark.parametrize(
    ("changed", "step", "steps", "every"),
    [
        ({}, 2e-3, 1000, 25),
        ({"momentum": 0.0}, 2e-2, 1000, 25),
        ({"momentum": 0.97}, 6e-4, 1000, 25),
        ({"batch_size": 2}, 4e-4, 5000, 125),
        ({"batch_size": 50}, 1e-2, 200, 5),
    ],
)
def test_a_pass_lasts_as_long_and_has_as_many_rounds(monkeypatch, changed, step, steps, every):
    kept = call(monkeypatch, **changed)
    used = kept["optimiser"]
    assert abs(used.step_size - step) < 1e-12
    assert abs(used.gamma_step_size - step) < 1e-12
    assert kept["steps"] == steps
    assert kept["model"].disturbance.every == every
    assert abs(steps * used.step_size / (1 - used.momentum) - 20) < 1e-9
    assert steps // every == 40


@pytest.mark.parametrize(
    ("name", "value"),
    [("start_size", 0.5), ("start_spread", 1.0), ("teacher_neurons", 5), ("teacher_norm", 4.0)],
)
def test_start_and_teacher_are_those_of_the_setting(monkeypatch, name, value):
    assert getattr(call(monkeypatch, **{name: value})["setting"], name) == value
    assert call(monkeypatch)["setting"] == tt.Setting(neurons=200)
    assert call(monkeypatch, bias=1.0)["setting"].bias == 1.0


def test_steps_of_the_two_and_the_rounds_are_passed_on(monkeypatch):
    kept = call(monkeypatch, gamma_step_size=0.008, share=0.05, epsilon=0.03, length=0.2)
    assert (kept["optimiser"].step_size, kept["optimiser"].gamma_step_size) == (0.002, 0.008)
    assert kept["model"].disturbance == tt.Disturbance(25, 0.05, 0.03, 0.2)
    assert call(monkeypatch, "static", share=0.05)["model"] == tt.STATIC


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("fast", {}, "kind"),
        ("static", {"batch_size": 50}, "batch_size"),
        ("static", {"momentum": 1.0}, "momentum"),
    ],
)
def test_bad_values(kind, changed, words):
    with pytest.raises(ValueError, match=words):
        tt.changed_course(kind, 0, **{**TINY, **changed})


def test_a_short_field_moves_neurons_apart_from_one_another():
    """At the length 0.2 neighbours of the start's law have no correlation, at 1 they have some."""
    rng = np.random.default_rng(0)
    weights = tt.Weights(rng.standard_normal((2, 5)), rng.standard_normal((2, 20)))
    found = []
    for length in (0.2, 1.0):
        fields = [tt.gaussian_field(weights, rng=rng, length=length).w for _ in range(1500)]
        first, second = np.moveaxis(np.array(fields), 1, 0).reshape(2, -1)
        found.append(np.corrcoef(first, second)[0, 1])
    assert abs(found[0]) < 0.05
    assert found[1] > 0.2


@pytest.mark.claim("tt-choices-order")
def test_the_stored_choices():
    """Three seeds of each; a model that a choice cannot change is not run again."""
    found = tt.stored_choices()
    assert found[0].changed == {}
    names = [tuple(c.changed) for c in found]
    assert names.count(("gamma_step_size", "step_size")) == names.count(("start_size",)) == 2
    for choice in found:
        name = ["", *choice.changed][-1]
        only = {"gamma_step_size": {"attention", "own"}}
        only |= {key: {"modified"} for key in ("share", "epsilon")}
        assert set(choice.over_static) == only.get(name, {"attention", "own", "modified"})
        for ratios in choice.over_static.values():
            assert len(ratios) >= 3
            assert np.all(ratios > 0.5)
        if "own" in choice.over_static:
            assert np.all(choice.over_static["own"] >= choice.over_static["attention"])


@pytest.mark.claim("tt-choices-order")
def test_a_stored_course_can_be_repeated():
    """The one of fewest steps, on any machine: in single precision, so not to the last digit."""
    points = scale.stored(choices.NAME).results["points"]
    same = {"kind": "static", "seed": 0, "batch_size": 50}
    (kept,) = (p for p in points if {k: v for k, v in p.items() if k != "result"} == same)
    found = tt.changed_course("static", 0, batch_size=50)
    assert abs(found["loss"] / kept["result"]["loss"] - 1) < 1e-3


@pytest.mark.claim("tt-choices-order")
def test_ratios_by_hand(monkeypatch):
    def point(kind, seed, loss, own=None, diverged=False, **changed):
        result = {"loss": loss, "own": own or loss, "diverged": diverged}
        return {"kind": kind, "seed": seed, **changed, "result": result}

    points = [
        point("attention", 0, 0.2, 0.4),
        point("static", 0, 0.1),
        point("modified", 0, 0.05),
        point("attention", 1, 0.8, 1.0),
        point("static", 1, 0.1),
        point("modified", 1, 0.2),
        point("attention", 0, 0.3, 0.6, bias=1.0),
        point("static", 0, 0.3, bias=1.0),
        point("modified", 0, 0.6, bias=1.0),
        point("modified", 0, 0.3, share=0.0),
        point("attention", 0, 0.3, 0.6, True, gamma_step_size=1.0),
    ]
    stored = SimpleNamespace(results={"points": points})
    monkeypatch.setattr(choices.scale, "required", lambda _: stored)
    large = tt.Runs(
        np.array([0, 1]),
        (0,),
        {},
        {("a", m): np.array([[1.0, e]]) for m, e in zip(tt.MODELS, (0.3, 0.1, 0.2))},
        {("a", "attention"): np.array([[1.0, 0.5]])},
        {},
    )
    monkeypatch.setattr(choices, "stored_runs", lambda: large)
    first, bias, share, gamma, paper_size = tt.stored_choices()
    assert (first.changed, bias.changed, share.changed) == ({}, {"bias": 1.0}, {"share": 0.0})
    np.testing.assert_allclose(first.over_static["attention"], [2, 8])
    np.testing.assert_allclose(first.over_static["own"], [4, 10])
    np.testing.assert_allclose(first.over_static["modified"], [0.5, 2])
    assert abs(first.middle("attention").mean - 4) < 1e-12
    assert abs(first.middle("modified").low * first.middle("modified").high - 1) < 1e-9
    np.testing.assert_allclose(bias.over_static["modified"], [2])
    assert set(share.over_static) == {"modified"}
    np.testing.assert_allclose(share.over_static["modified"], [3])
    assert set(gamma.over_static) == {"attention", "own"}
    assert np.isinf(gamma.over_static["own"]).all()
    assert paper_size.changed == {"neurons": 500, "prompt_length": 1000}
    ratios = [paper_size.over_static[m] for m in ("attention", "own", "modified")]
    np.testing.assert_allclose(np.ravel(ratios), [3, 5, 2])
