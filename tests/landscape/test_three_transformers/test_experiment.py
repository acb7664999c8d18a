"""Trials, training, the exact flow and the nonlinear tasks, on small models."""

from dataclasses import replace

import numpy as np
import pytest

from iclnb import scale
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import three_transformers as tt
from iclnb.landscape.three_transformers import claims, paper

SMALL = tt.Setting(d=6, k=2, k0=2, neurons=60, teacher_neurons=4, n_test_inputs=800)
BATCHES = tt.Batches(prompt_length=300)


def small_run(setting, model, seed, *, steps=300, rate=0.02, **keywords):
    return tt.train(
        tt.draw(setting, seed),
        model,
        seed=seed,
        steps=steps,
        batches=BATCHES,
        optimiser=tt.Optimiser(step_size=rate),
        **keywords,
    )


@pytest.mark.parametrize(
    ("setting", "diagonal"),
    [(SMALL, [1, 1]), (replace(SMALL, k0=4), [1] * 4), (replace(SMALL, rank=1), [1, 0])],
)
def test_a_trial_is_whitened_on_its_test_inputs(setting, diagonal):
    trial = tt.draw(setting, 0)
    n = len(trial.x)
    assert np.allclose(trial.true.T @ trial.true / n, np.diag(diagonal), rtol=0, atol=1e-9)
    assert abs(trial.power - 0.5 * sum(diagonal)) < 1e-9
    h = tt.Layer(n, 60).features(trial.x, trial.weights())
    assert np.allclose(h.T @ h / n, np.eye(2), rtol=0, atol=1e-9)
    assert np.array_equal(trial.targets(trial.x), trial.true)


def test_the_size_of_the_start_scales_features_and_attention():
    one, small = tt.draw(SMALL, 3), tt.draw(replace(SMALL, start_size=0.1), 3)
    assert np.allclose(small.start.a, 0.1 * one.start.a)
    assert np.array_equal(small.start.w, one.start.w)
    assert np.allclose(small.Gamma, 100 * np.eye(2))
    scores = [tt.evaluate(t, t.weights(), t.Gamma) for t in (one, small)]
    assert abs(scores[0].own - scores[1].own) < 1e-12
    assert abs(scores[0].own - scores[0].loss) < 1e-12


def test_training_is_reproducible_and_the_data_are_shared():
    first, second = (small_run(SMALL, tt.MODIFIED, 1, steps=60) for _ in range(2))
    assert np.array_equal(first.weights.a, second.weights.a)
    still = tt.Transformer(disturbance=tt.Disturbance(share=0.0, epsilon=0.0))
    a, b = (small_run(SMALL, m, 1, steps=60) for m in (still, tt.STATIC))
    assert np.array_equal(a.loss, b.loss)
    assert first.steps[0] == 0
    assert first.steps[-1] == 60


def test_attention_at_a_standstill_in_gamma_is_static_for_one_step():
    """The first step of the two from Gamma = Sigma^{-1} of the same inputs differs little."""
    runs = [small_run(SMALL, m, 0, steps=1, rate=1e-4) for m in (tt.ATTENTION, tt.STATIC)]
    moves = [r.weights.w - tt.draw(SMALL, 0).start.w for r in runs]
    cosine = np.sum(moves[0] * moves[1]) / np.prod([np.linalg.norm(m) for m in moves])
    assert cosine > 0.95


@pytest.mark.claim("tt-agreement")
def test_small_models_agree_on_large_batches():
    """Batches of 4000 inputs: attention has a noise floor of order 1/n, static has none."""
    for seed in (0, 1):
        trial = tt.draw(SMALL, seed)
        options = {"seed": seed, "steps": 150, "batches": tt.Batches(prompt_length=4000)}
        losses = [tt.train(trial, m, **options).loss[-1] for m in (tt.ATTENTION, tt.STATIC)]
        assert max(losses) < 0.05
        assert 0.5 < losses[0] / losses[1] < 2.0


@pytest.mark.claim("tt-noise-floor")
@pytest.mark.parametrize("n", [1, 6, 40])
def test_losses_at_the_teacher(n):
    true = tt.draw(SMALL, 0).true
    expected = tt.predict_attention_floor(true, n)
    if n == 1:  # all batches of one input can be listed
        losses = [tt.token_joint(f[None], f[None], np.eye(2)).loss for f in true]
        assert abs(np.mean(losses) - expected) < 1e-9 * expected
        return
    attention, static = tt.batch_losses(true, n, n_batches=20_000, rng=np.random.default_rng(0))
    assert abs(attention.mean() - expected) < 5 * attention.std() / np.sqrt(20_000)
    assert static.max() < 1e-9
    with pytest.raises(ValueError, match="second moment"):
        tt.predict_attention_floor(2.0 * true, n)


@pytest.mark.claim("tt-floor")
@pytest.mark.claim("tt-misspecified")
def test_two_features_of_four():
    setting = replace(SMALL, k0=4)
    assert setting.floor == 0.5
    assert replace(SMALL, k0=4, rank=2).floor == 0.0
    for model in (tt.ATTENTION, tt.STATIC, tt.MODIFIED):
        run = small_run(setting, model, 0, steps=400)
        assert np.all(run.loss >= 0.5 - 1e-9)
        assert np.all(run.own >= run.loss - 1e-9)
        assert run.loss[-1] < 0.55
    three = small_run(replace(setting, k=3), tt.STATIC, 0, steps=400)
    assert three.loss[-1] < 0.5


@pytest.mark.claim("tt-degenerate")
def test_a_feature_that_is_zero():
    for model in (tt.ATTENTION, tt.STATIC, tt.MODIFIED):
        run = small_run(replace(SMALL, rank=1), model, 1)
        assert run.loss[0] > 0.3
        assert run.loss[-1] < 0.05


@pytest.mark.claim("tt-modified-no-gain")
def test_birth_death_and_field():
    """More disturbance is worse, not better, once the sampling noise has freed the particles."""
    strong = tt.Transformer(disturbance=tt.Disturbance(share=0.1, epsilon=0.1))
    for seed in (0, 1):
        plain, disturbed = (small_run(SMALL, m, seed).loss[-1] for m in (tt.STATIC, strong))
        assert disturbed > plain


def test_birth_death_by_hand():
    rng = np.random.default_rng(0)
    weights = tt.Weights(rng.standard_normal((4000, 2)), rng.standard_normal((4000, 3)))
    out, born = tt.birth_death(weights, share=0.25, spread=0.5, rng=rng)
    assert abs(born.mean() - 0.25) < 5 * np.sqrt(0.25 * 0.75 / 4000)
    assert np.all(out.a[born] == 0.0)
    assert np.array_equal(out.w[~born], weights.w[~born])
    assert abs(out.w[born].std() - 0.5) < 0.03
    none, _ = tt.birth_death(weights, share=0.0, spread=0.5, rng=rng)
    assert np.array_equal(none.a, weights.a)


def test_the_field_moves_equal_neurons_equally_and_has_the_kernel():
    rng = np.random.default_rng(1)
    a, w = rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    twice = tt.Weights(np.concatenate([a, a]), np.concatenate([w, w]))
    fields = [tt.gaussian_field(twice, rng=rng, length=0.7) for _ in range(4000)]
    assert all(np.allclose(f.a[:6], f.a[6:]) for f in fields[:5])
    values = np.stack([f.w[:2, 0] for f in fields])
    rms = [np.sqrt(np.mean(v**2)) for v in twice]
    gap = np.sum((a[0] - a[1]) ** 2) / rms[0] ** 2 + np.sum((w[0] - w[1]) ** 2) / rms[1] ** 2
    expected = np.exp(-gap / (2 * 0.7**2 * 5))
    measured = np.mean(values[:, 0] * values[:, 1]) / rms[1] ** 2
    assert abs(measured - expected) < 5 * np.sqrt(2 / 4000)


@pytest.mark.claim("tt-self-scaling")
def test_plain_steps_add_the_square_of_the_gradient():
    trial = tt.draw(SMALL, 2)
    rng, weights, layer = np.random.default_rng(0), trial.weights(), tt.Layer(100, 60)
    for gamma in (None, np.eye(2) + 0.2 * rng.standard_normal((2, 2))):
        x = rng.standard_normal((100, 6))
        f, h = trial.targets(x), layer.features(x, weights)
        pull = tt.token_static(f, h) if gamma is None else tt.token_joint(f, h, gamma)
        grad = layer.pull(x, weights, pull.features).a
        after = weights.a - 3.0 * grad
        defect = after.T @ after - weights.a.T @ weights.a - 9.0 * grad.T @ grad
        size = np.abs(defect).max() / np.abs(grad.T @ grad).max()
        assert (size < 1e-9) == (gamma is None)


@pytest.mark.claim("tt-step-size")
def test_small_features_diverge_with_attention_only():
    setting = replace(SMALL, start_size=0.03)
    for seed in (0, 1):
        attention = small_run(setting, tt.ATTENTION, seed, rate=1.0, steps=100)
        static = small_run(setting, tt.STATIC, seed, rate=1.0, steps=100)
        assert attention.diverged
        assert len(attention.loss) == len(attention.steps)
        assert not static.diverged
        assert static.loss[-1] < 0.3
        assert static.moment[-1] > 10 * static.moment[0]


@pytest.mark.claim("tt-literal-loss")
@pytest.mark.parametrize("pairs", [1, 5, 50])
def test_literal_prompts_have_the_exact_mean(pairs):
    trial = tt.draw(SMALL, 0)
    problem = mf.Problem(trial.features, trial.teacher)
    stats = mf.statistics(problem, trial.start)
    moment = mf.fourth_moment(problem, trial.start, trial.features.nodes)
    gamma = np.array([[1.0, 0.3], [-0.2, 0.8]])
    h = tt.Layer(800, 60).features(trial.x, trial.weights())
    losses = tt.literal_losses(
        trial.true, h, gamma, n_prompts=40_000, prompt_length=pairs, rng=np.random.default_rng(1)
    )
    expected = mf.finite_prompt_loss(stats, gamma, moment, pairs)
    error = losses.std() / np.sqrt(len(losses))
    assert abs(losses.mean() - expected) < 5 * error
    if pairs == 1:
        assert abs(losses.mean() - mf.joint_loss(stats, gamma)) > 5 * error


def test_training_on_literal_prompts_runs_and_learns():
    trial = tt.draw(SMALL, 0)
    batches = tt.Batches(n_prompts=20, prompt_length=100, single=True)
    for model in (tt.ATTENTION, tt.STATIC):
        run = tt.train(
            trial,
            model,
            seed=0,
            steps=200,
            batches=batches,
            optimiser=tt.Optimiser(step_size=0.003),
        )
        assert run.loss[-1] < 0.5 * run.loss[0]


@pytest.mark.claim("tt-joint-conserved")
@pytest.mark.claim("tt-two-timescale")
def test_exact_flow_of_a_small_model():
    problem, start = tt.exact_trial(1, d=6, k=2, k0=2, neurons=15)
    assert np.allclose(problem.s0, np.eye(2), rtol=0, atol=1e-9)
    speeds = (0.3, 3.0, 30.0)
    runs = tt.compare(problem, start, [0.0, 0.5, 1.0, 2.0], speeds=speeds)
    assert np.allclose(runs.attention[:, 0], runs.static[0], rtol=1e-9)
    assert np.all(runs.own >= runs.attention - 1e-12)
    gaps = np.max(np.abs(np.log(runs.attention / runs.static)), axis=1)
    assert np.all(np.diff(gaps) < 0)
    assert gaps[-1] < 0.05
    for run, speed in zip(runs.joint, speeds):
        kept, wrong = tt.conserved(run, speed), tt.conserved(run, speed, sign=1.0)
        assert np.abs(kept - kept[0]).max() < 1e-6 * np.abs(kept[0]).max()
        assert np.abs(wrong - wrong[0]).max() > 1e-3


@pytest.mark.claim("tt-best-attention")
def test_error_of_a_task_from_its_predictions():
    rng = np.random.default_rng(0)
    h, g = rng.standard_normal((300, 3)), rng.standard_normal((300, 2)) + 1.0
    gamma = rng.standard_normal((3, 3))
    direct = np.mean((g - h @ gamma.T @ (h.T @ g / 300)) ** 2, axis=0) / g.var(axis=0)
    out = tt.task_error(g, h, gamma)
    assert np.allclose(out.total, direct, rtol=1e-12)
    assert np.all(out.attention > 0)
    fit = g - h @ np.linalg.lstsq(h, g, rcond=None)[0]
    assert np.allclose(tt.task_error(g, h).total, np.mean(fit**2, axis=0) / g.var(axis=0))
    best = np.linalg.inv(h.T @ h / 300)
    assert np.allclose(tt.task_error(g, h, best).attention, 0.0, atol=1e-12)


@pytest.mark.claim("tt-norm-tasks")
def test_a_constant_feature_is_what_the_norm_lacks():
    """By symmetry an odd teacher knows nothing of the norm: error E g^2 / Var g without, 1 with."""
    rng = np.random.default_rng(0)
    half = np.tanh(rng.standard_normal((4000, 3)))
    true = np.concatenate([half, -half])
    tasks = tt.nonlinear_tasks(true)[:, 1:]
    total = tt.task_error(tasks, true).total
    assert np.allclose(total, np.mean(tasks**2, axis=0) / tasks.var(axis=0), rtol=1e-12)
    with_one = tt.task_error(tasks, np.concatenate([true, np.ones((8000, 1))], axis=1)).total
    assert np.allclose(with_one, 1.0, rtol=0, atol=1e-12)
    floors = tt.task_floors([11])
    assert np.all(floors[:, 1:] > 1.0)
    assert np.all(tt.task_floors([11], constant=True) < 1.0)


@pytest.mark.claim("tt-tasks-not-monotone")
def test_better_features_can_be_worse_for_a_task():
    """The true features, mixed with the task itself, are further from the teacher, and better."""
    trial = tt.draw(SMALL, 0)
    mixed = trial.true + 0.5 * trial.tasks[:, 1:2]
    assert tt.token_static(trial.true, mixed).loss > tt.token_static(trial.true, trial.true).loss
    errors = [tt.task_error(trial.tasks, h).total[1] for h in (trial.true, mixed)]
    assert errors[0] > 1.1 * errors[1]


@pytest.mark.claim("tt-paper-scale")
@pytest.mark.claim("tt-wider")
def test_the_stored_runs():
    """On fresh prompts the batches' error is the model's own, and that of a finite prompt more."""
    runs = tt.stored_runs()
    assert runs.steps[-1] == 1000
    assert set(runs.loss) == {(p, m) for p in ("a", "b", "c", "wide") for m in tt.MODELS}
    for key, loss in runs.loss.items():
        assert loss.shape == (len(loss), len(runs.steps))
        assert 2 <= len(loss) <= len(runs.seeds)
        assert runs.tasks[key].shape == (*loss.shape, 3)
        assert np.all(loss[:, -1] < loss[:, 0])
        assert np.all(loss >= tt.VARIANTS[key[0]].floor - 1e-5)
        late = runs.training[key][:, 20:].mean() / runs.own[key][:, 20:].mean()
        assert 0.85 < late < 1.2


@pytest.mark.claim("tt-paper-scale")
@pytest.mark.claim("tt-wider")
def test_a_course_at_paper_scale_can_be_repeated():
    """The first stored record is the start, which any machine can compute."""
    runs = tt.stored_runs()
    for panel in ("a", "b", "c", "wide"):
        trial = tt.draw(tt.VARIANTS[panel], runs.seeds[0])
        start = tt.evaluate(trial, trial.weights(), trial.Gamma)
        assert abs(runs.loss[panel, "static"][0, 0] - start.loss) < 1e-5
        assert np.allclose(runs.tasks[panel, "attention"][0, 0], start.tasks, atol=1e-4)
    tiny = paper.course("a", "attention", 0, steps=2, n_prompts=2, prompt_length=20, records=3)
    assert tiny["steps"] == [0, 1, 2]
    assert not tiny["diverged"]
    assert tiny["training"][0] == tiny["training"][1]


def test_the_training_error_is_that_of_the_batches():
    """Small steps: the mean over many batches is the test error of the start, or a little more."""
    trial = tt.draw(SMALL, 0)
    still = tt.Optimiser(step_size=1e-9, gamma_step_size=0.0)
    for model in (tt.ATTENTION, tt.STATIC):
        run = tt.train(trial, model, seed=0, steps=200, records=3, batches=BATCHES, optimiser=still)
        assert run.training.shape == run.own.shape == (3,)
        assert abs(run.training[1:].mean() / run.own[0] - 1) < 0.05


def test_biases_are_one_more_input():
    biased = replace(SMALL, bias=1.0)
    trial, plain = tt.draw(biased, 3), tt.draw(SMALL, 3)
    assert trial.x.shape == (800, 7)
    assert np.all(trial.x[:, -1] == 1.0)
    assert np.array_equal(trial.x[:, :-1], plain.x)
    assert np.array_equal(trial.teacher.w[:, :-1], plain.teacher.w)
    assert trial.start.w.shape == (60, 7)
    assert np.array_equal(biased.extend(plain.x), trial.x)
    assert SMALL.extend(plain.x) is plain.x
    shape = np.linalg.norm(trial.teacher.w[:, -1]) / 2
    assert 0.2 < shape < 3.0
    run = small_run(biased, tt.STATIC, 3, steps=200)
    assert run.loss[-1] < 0.3 * run.loss[0]
    assert np.std(run.weights.w[:, -1]) > 0


def test_the_band_is_students():
    values = np.random.default_rng(0).standard_normal((4, 3))
    found = tt.band(values)
    half = 3.182446305284263 * values.std(axis=0, ddof=1) / 2
    np.testing.assert_allclose(found.mean, values.mean(axis=0))
    np.testing.assert_allclose(found.high - found.mean, half, rtol=1e-9)
    np.testing.assert_allclose(found.mean - found.low, half, rtol=1e-9)
    with pytest.raises(ValueError, match="two seeds"):
        tt.band(values[:1])


def test_run_panels_and_scan():
    runs = tt.run_panels(seeds=(0,), steps=2, panels=("a",), batches=tt.Batches(prompt_length=60))
    assert runs.steps.tolist() == [0, 1, 2]
    assert runs.final("a", "static").shape == (1,)
    assert np.array_equal(runs.excess("a", "static", place=0), runs.loss["a", "static"][:, 0])
    scan = tt.scan_steps([0.01], start_size=1.0, seed=0, steps=1)
    assert scan.error.shape == (2, 1)
    assert not scan.diverged.any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tt.Setting(d=0), "d must be"),
        (lambda: tt.Setting(k0=11), "k0"),
        (lambda: tt.Setting(rank=6), "rank"),
        (lambda: tt.Setting(start_size=0.0), "start_size"),
        (lambda: tt.Setting(bias=-1.0), "bias"),
        (lambda: tt.Optimiser(momentum=1.0), "momentum"),
        (lambda: tt.Optimiser(step_size=-1.0), "step_size"),
        (lambda: tt.Batches(n_prompts=-1), "n_prompts"),
        (lambda: tt.Disturbance(share=1.5), "share"),
        (lambda: tt.Disturbance(every=0), "every"),
        (lambda: tt.task_error(np.ones((5, 1)), np.ones((5, 1))), "constant"),
        (lambda: paper.course("d", "static", 0), "panel"),
    ],
)
def test_bad_values(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_bad_types():
    trial = tt.draw(SMALL, 0)
    with pytest.raises(TypeError, match="setting"):
        tt.draw("a", 0)
    with pytest.raises(TypeError, match="model"):
        tt.train(trial, "static", seed=0, steps=1)
    with pytest.raises(TypeError, match="disturbance"):
        tt.Transformer(disturbance=0.1)
    with pytest.raises(TypeError, match="rng"):
        tt.gaussian_field(trial.weights(), rng=0)
    with pytest.raises(ValueError, match="steps"):
        tt.train(trial, tt.STATIC, seed=0, steps=0)
    problem, start = tt.exact_trial(0, d=4, k=2, k0=2, neurons=6)
    with pytest.raises(ValueError, match="joint flow"):
        tt.conserved(mf.integrate(problem, start, [0.0, 0.01]), 1.0)


def test_the_claims_are_distinct():
    assert len({claim.id for claim in claims.CLAIMS}) == len(claims.CLAIMS)
    assert scale.current() in ("quick", "paper")
