"""The stored runs: what they must satisfy, and the same statements on small fresh runs."""

import math

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import learning_the_basis as lb
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis import figure_settings, learning_runs
from iclnb.statistics.learning_the_basis.figure_settings import Setting
from iclnb.statistics.learning_the_basis.random_wavelets import wavelet_moments

NOISE = math.sqrt(0.1)
LENGTHS = (8, 16, 32, 64, 128, 256)


@pytest.mark.claim("kns-learned-seeds")
def test_a_learned_basis_stands_between_bayes_and_scratch():
    runs = learning_runs.stored_runs()
    for run in runs.values():
        assert run.learned.shape == (8, len(LENGTHS))
        assert (run.learned > run.bayes).all()
        # Outside the span nothing is learnt; the mean over sampled inputs may be a little less.
        assert (run.learned > 0.8 * run.missed[:, None]).all()
        # A direction missed by the largest angle costs at least the least variance of the three.
        assert (run.missed > 0.6 * (1 - run.least**2) - 1e-4).all()
    assert (runs[512].learned[:, :4] < runs[512].scratch[:, :4]).all()
    medians = {T: np.median(run.learned / run.scratch, axis=0) for T, run in runs.items()}
    assert (medians[512][:3] < 3 / 40).all()
    assert medians[32][0] > 3 / 40
    assert (np.median(runs[512].missed) < np.median(runs[32].missed)).all()


@pytest.mark.claim("kns-learned-seeds")
@pytest.mark.parametrize("seed", [1, 5])
def test_the_rivals_of_a_stored_run_are_computed_anew(seed):
    """Bayes and ridge from scratch by their definitions, on other inputs."""
    run = learning_runs.stored_runs()[512]
    unknown, variances = learning_runs.unknown_basis(seed)
    rng = np.random.default_rng(seed)
    for place, n in ((2, 32), (4, 128)):
        bayes = ni.bayes_risk(unknown, variances, prompt_length=n, noise=NOISE, draws=100, rng=rng)
        assert abs(run.bayes[seed - 1, place] / bayes.mean - 1) < 0.1
        errors = []
        for _ in range(60):
            x, q = rng.random(n), rng.random(200)
            beta = rng.standard_normal(3) * np.sqrt(variances)
            y = unknown.evaluate(x) @ beta + NOISE * rng.standard_normal(n)
            phi = fs.FourierBasis(40).evaluate(x)
            w = ni.ridge_coefficients(phi, y, np.full(40, 0.1 * 40 / 2.4 / n))
            miss = fs.FourierBasis(40).evaluate(q) @ w - unknown.evaluate(q) @ beta
            errors.append(np.mean(miss**2))
        error = np.std(errors) / math.sqrt(60)
        assert abs(run.scratch[seed - 1, place] - np.mean(errors)) < 5 * error


@pytest.mark.claim("kns-one-query")
def test_one_query_and_all_of_them():
    """What the page says of the sweep, and that its rivals are those of the other stored runs."""
    sweep, older = learning_runs.stored_sweep(), learning_runs.stored_runs()
    assert set(sweep) == {(False, T) for T in (32, 512, 2048, 8192)} | {
        (True, T) for T in (32, 512, 2048)
    }
    for runs in sweep.values():
        assert runs.learned.shape == (3, len(LENGTHS))
        np.testing.assert_allclose(runs.scratch, older[512].scratch[:3], rtol=1e-3)
        np.testing.assert_allclose(runs.bayes, older[512].bayes[:3], rtol=1e-3)
        assert (runs.learned > 0.8 * runs.missed[:, None]).all()
    share = {key: runs.learned / runs.scratch for key, runs in sweep.items()}
    many = np.concatenate([share[False, T] for T in (512, 2048, 8192)])
    assert (many[:, :3] < 1).all()
    assert (many[:, 3] > 1).any()
    assert (share[False, 32] > 1).all()
    assert (share[True, 2048] < 1).all()
    alike = np.median(share[True, 32], axis=0) / np.median(share[False, 8192], axis=0)
    assert (np.abs(np.log(alike[:4])) < np.log(1.3)).all()
    assert min(sweep[False, T].missed.min() for T in (32, 512, 2048, 8192)) > 0.03
    assert sweep[True, 2048].missed.max() < 0.005


@pytest.mark.claim("kns-one-query")
def test_what_a_run_hands_on(monkeypatch):
    """Steps, batch, seed and kind of query reach the training; there are T prompts of length n."""
    seen = []
    learn = learning_runs.learn_basis

    def spy(prompts, architecture, training):
        seen.append((prompts.X.shape, architecture, training))
        return learn(prompts, architecture, training)

    monkeypatch.setattr(learning_runs, "learn_basis", spy)
    learning_runs.learning_run(6, 2, prompt_lengths=(4,), prompt_length=5, steps=3)
    learning_runs.learning_run(6, 2, prompt_lengths=(4,), steps=3, batch_size=4, every_token=False)
    (shape, _, first), (other, _, second) = seen
    assert (shape, other) == ((6, 5, 1), (6, 32, 1))
    assert (first.steps, first.seed, first.batch_size, first.every_token) == (3, 2, 32, True)
    assert (second.steps, second.seed, second.batch_size, second.every_token) == (3, 2, 4, False)


def test_a_short_learning_run_is_repeatable():
    first = learning_runs.learning_run(8, 1, steps=5, prompt_lengths=(4, 8))
    assert first == learning_runs.learning_run(8, 1, steps=5, prompt_lengths=(4, 8))
    assert len(first["learned"]) == 2
    assert first["cosines"] == sorted(first["cosines"], reverse=True)
    other = learning_runs.learning_run(9, 1, steps=5, prompt_lengths=(4, 8))
    assert other["bayes"] == first["bayes"]  # same basis, same inputs of the test
    assert other["learned"] != first["learned"]


def test_the_basis_is_that_of_the_seed():
    first, second = (learning_runs.unknown_basis(seed)[0] for seed in (1, 2))
    x = np.linspace(0, 1, 9)
    assert not np.allclose(first.evaluate(x), second.evaluate(x))
    np.testing.assert_allclose(first.gram(), np.eye(3), atol=1e-12)
    with pytest.raises(ValueError, match="seed"):
        learning_runs.unknown_basis(-1)


@pytest.mark.claim("kns-figure-settings")
def test_one_query_per_prompt_is_not_enough():
    """At a sixteenth of the data, on another seed, the gain is there and smaller."""
    small = {"prompt_length": 128, "n_tasks": 128, "epochs": 20, "n_test_tasks": 256}
    one = figure_settings.figure_run("linear", 11, **small)
    every = figure_settings.figure_run("linear", 11, every_token=True, **small)
    assert every["test"][-1] < one["test"][-1] * 0.9
    assert every["zero"] == one["zero"]


@pytest.mark.claim("kns-figure-settings")
def test_the_stored_errors_stand_where_theory_allows():
    runs = figure_settings.stored_runs()
    one, every = (runs[Setting("linear", every_token=flag)] for flag in (False, True))
    np.testing.assert_array_equal(one.zero, every.zero)  # the same test prompts
    assert abs(one.zero.mean() - 1) < 5 * one.zero.std() / math.sqrt(len(one.zero))
    assert (every.test[5:, -1] < one.test[5:, -1] * 2 / 3).all()
    assert (every.test[:, -1] < every.zero).all()
    # One query: the prompts are learnt by heart, at least in the median.
    assert np.median(one.train[:, -1] / one.test[:, -1]) < 0.5
    # Even the best linear attention on the true basis is far from both zero and one.
    best = [
        ni.optimal_risk(
            wavelet_moments(*figure_settings.wavelet_tasks(seed), prompt_length=512, noise=NOISE)
        )
        for seed in range(3)
    ]
    assert min(best) > 0.2
    assert max(best) < 0.5


def test_summaries_of_the_stored_figures():
    runs = figure_settings.stored_runs()
    run = runs[Setting("linear")]
    spread = run.on_new_tasks()
    ratios = run.test / run.zero[:, None]
    assert (spread.low <= spread.median).all()
    assert (spread.median <= spread.high).all()
    np.testing.assert_allclose(spread.median[-1], np.median(ratios[:, -1]))
    assert run.on_prompts().median[-1] < spread.median[-1]
    for parameter, reference in (("n_tasks", 512), ("prompt_length", 512), ("n_features", 32)):
        values, ends = figure_settings.swept(runs, "linear", parameter, n_seeds=3)
        assert values == sorted(set(values))
        assert values == list(lb.FIGURE_3[parameter].values)
        np.testing.assert_allclose(ends.median[values.index(reference)], np.median(ratios[:3, -1]))
        again = runs[Setting("linear", **{parameter: values[0]})]
        np.testing.assert_allclose(ends.low[0], (again.test[:, -1] / again.zero)[:3].min())
    with pytest.raises(ValueError, match="seeds"):
        figure_settings.swept(runs, "linear", "n_tasks", n_seeds=0)
    for kind, parameter, named in (("cnn", "n_tasks", "kind"), ("linear", "width", "parameter")):
        with pytest.raises(ValueError, match=named):
            figure_settings.swept(runs, kind, parameter, n_seeds=1)


def test_published_errors_in_ratios():
    """The point that Figures 2, 3a and 3c share; ratios are one there; the axes as printed."""
    for traced in lb.FIGURE_3.values():
        for kind in ("linear", "softmax", "encoder"):
            ratios = traced.ratios(kind)
            assert ratios.shape == (len(traced.values),)
            assert ratios[traced.reference] == 1
    shared = [lb.FIGURE_3[name].errors["linear"][3] for name in ("n_features", "n_tasks")]
    np.testing.assert_allclose(shared, lb.FIGURE_2["linear"][1], atol=0.06)
    assert lb.FIGURE_3["prompt_length"].errors["linear"][2] == pytest.approx(6.24)
    np.testing.assert_allclose(lb.FIGURE_3["n_features"].ratios("softmax")[0], 14.6 / 3.15)
    with pytest.raises(ValueError, match="kind"):
        lb.FIGURE_3["n_tasks"].ratios("cnn")
