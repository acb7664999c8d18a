"""Functions that claims name, at one generic case, by a second route."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from iclnb.landscape import three_transformers as tt
from iclnb.landscape.mean_field_limit.flow import Trajectory
from iclnb.landscape.three_transformers import paper

rng_of = np.random.default_rng
FEW = tt.Batches(prompt_length=20)


@pytest.mark.claim("tt-self-scaling")
def test_static_loss_by_least_squares_and_differences():
    rng = rng_of(0)
    f, h, shift = rng.normal(size=(7, 3)), rng.normal(size=(7, 2)), 1e-5 * rng.normal(size=(7, 2))

    def loss(at):
        return np.sum((f - at @ np.linalg.lstsq(at, f, rcond=None)[0]) ** 2) / 14

    found = tt.token_static(f, h)
    assert found.loss == pytest.approx(loss(h), rel=1e-10)
    slope = (loss(h + shift) - loss(h - shift)) / 2
    assert np.sum(found.features * shift) == pytest.approx(slope, rel=1e-5)


@pytest.mark.claim("tt-noise-floor")
def test_floor_over_all_batches_of_two():
    true = np.sqrt(5) * np.linalg.qr(rng_of(1).normal(size=(5, 2)))[0]
    losses = []
    for batch in product(range(5), repeat=2):
        f = true[list(batch)]
        losses.append(np.sum((f - f @ (f.T @ f / 2)) ** 2) / 4)
    assert tt.predict_attention_floor(true, 2) == pytest.approx(np.mean(losses), rel=1e-10)


@pytest.mark.claim("tt-joint-conserved")
def test_conserved_in_a_loop():
    rng = rng_of(2)
    a, w, g = rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 2, 2))
    p = np.array([0.5, 0.2, 0.3])
    run = Trajectory(np.array([0.0, 0.4]), a, w, p, np.array([0.7, 0.6]), 3, g)
    found = tt.conserved(run, 1.7)
    for t, i, j in product(range(2), repeat=3):
        outer = sum(p[n] * a[t, n, i] * a[t, n, j] for n in range(3))
        turn = sum(g[t, i, m] * g[t, j, m] + g[t, m, i] * g[t, m, j] for m in range(2))
        assert found[t, i, j] == pytest.approx(outer - turn / 1.7, rel=1e-12)


@pytest.mark.claim("tt-tasks-not-monotone")
def test_error_of_tasks_from_predictions():
    rng = rng_of(3)
    h, g, gamma = rng.normal(size=(9, 2)), rng.normal(size=(9, 3)), rng.normal(size=(2, 2))
    best = np.mean((g - h @ np.linalg.lstsq(h, g, rcond=None)[0]) ** 2, axis=0)
    given = np.mean((g - h @ gamma.T @ (h.T @ g / 9)) ** 2, axis=0)
    found = tt.task_error(g, h, gamma)
    np.testing.assert_allclose(found.total, given / g.var(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found.attention, (given - best) / g.var(axis=0), rtol=1e-10)


@pytest.mark.claim("tt-literal-loss")
def test_prompts_one_by_one():
    rng = rng_of(4)
    true, h, gamma = rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), rng.normal(size=(2, 2))
    found = tt.literal_losses(true, h, gamma, n_prompts=4, prompt_length=3, rng=rng_of(5))
    again = rng_of(5)
    place, tasks = again.integers(6, size=(4, 4)), again.standard_normal((4, 3))
    for row, v, loss in zip(place, tasks, found):
        guess = sum((true[i] @ v) * (h[i] @ gamma @ h[row[3]]) for i in row[:3]) / 3
        assert loss == pytest.approx((guess - true[row[3]] @ v) ** 2 / 2, rel=1e-10)


@pytest.mark.claim("tt-modified-no-gain")
def test_who_is_born_from_the_stream():
    a, w = rng_of(6).normal(size=(8, 2)), rng_of(7).normal(size=(8, 3))
    found, born = tt.birth_death(tt.Weights(a, w), share=0.4, spread=0.7, rng=rng_of(8))
    again = rng_of(8)
    chance, fresh = again.random(8), again.standard_normal((8, 3))
    assert 0 < np.sum(born) < 8
    for i in range(8):
        dies = chance[i] < 0.4
        assert born[i] == dies
        np.testing.assert_allclose(found.a[i], [0.0, 0.0] if dies else a[i], rtol=1e-12)
        np.testing.assert_allclose(found.w[i], 0.7 * fresh[i] if dies else w[i], rtol=1e-12)


@pytest.mark.claim("tt-agreement")
@pytest.mark.claim("tt-degenerate")
@pytest.mark.claim("tt-misspecified")
def test_a_panel_is_its_single_runs():
    options = {"steps": 1, "records": 2, "batches": FEW}
    found = tt.run_panels(seeds=[3], panels=["b"], **options)
    trial = tt.draw(tt.PANELS["b"], 3)
    for name, model in tt.MODELS.items():
        run = tt.train(trial, model, seed=3, **options)
        for what in ("loss", "own", "tasks"):
            one = getattr(found, what)["b", name][0]
            np.testing.assert_allclose(one, getattr(run, what), rtol=1e-9)


@pytest.mark.claim("tt-paper-scale")
def test_a_course_is_one_run():
    sizes = {"n_prompts": 2, "prompt_length": 10}
    found = paper.course("b", "static", 2, steps=1, records=2, **sizes)
    run = tt.train(
        tt.draw(tt.PANELS["b"], 2), tt.STATIC, seed=2, steps=1, records=2,
        optimiser=tt.Optimiser(step_size=0.002), batches=tt.Batches(**sizes, single=True),
    )  # fmt: skip
    for what in ("loss", "own", "tasks"):
        np.testing.assert_allclose(found[what], getattr(run, what), atol=1e-6)


@pytest.mark.claim("tt-step-size")
def test_a_scan_of_steps_is_its_single_runs():
    found = tt.scan_steps([0.03, 0.5], start_size=0.4, seed=2, steps=1, gamma_step_size=0.01)
    trial = tt.draw(replace(tt.STANDARD, start_size=0.4), 2)
    np.testing.assert_array_equal(found.step_sizes, [0.03, 0.5])
    for i, model in enumerate((tt.ATTENTION, tt.STATIC)):
        for j, rate in enumerate((0.03, 0.5)):
            optimiser = tt.Optimiser(step_size=rate, gamma_step_size=0.01)
            run = tt.train(trial, model, seed=2, steps=1, records=2, optimiser=optimiser)
            assert found.error[i, j] == pytest.approx(run.loss[-1], rel=1e-9)
            assert found.moment[i, j] == pytest.approx(run.moment[-1], rel=1e-9)
            assert found.diverged[i, j] == run.diverged
