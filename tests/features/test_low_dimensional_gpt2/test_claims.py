"""The chapter's claims by other routes, and what its experiments are made of."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from iclnb import scale
from iclnb.features.low_dimensional_gpt2 import (
    DecoderConfig,
    no_context_error,
    parameter_count,
    published_decoder,
)
from iclnb.features.low_dimensional_gpt2.claims import CLAIMS
from iclnb.features.low_dimensional_gpt2.decoder import Decoder, predict
from iclnb.features.low_dimensional_gpt2.experiment import (
    kernel_errors,
    predict_one_by_one,
    query_residual,
)
from iclnb.features.low_dimensional_gpt2.layouts import interleaved, joint, pair
from iclnb.features.low_dimensional_gpt2.paper import (
    PAIRS,
    PUBLISHED,
    Course,
    course,
    make_tasks,
    published_points,
    published_speed,
    stored_course,
    stored_published,
)
from iclnb.features.low_dimensional_gpt2.training import TrainingConfig, train
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    sample_single_index_prompts,
    sample_tasks,
)

SMALL = {
    "layers": 1,
    "width": 16,
    "heads": 2,
    "batch_size": 4,
    "prompt_length": 5,
    "step_size": 1e-2,
}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def decoder(layers, *, d=3, positions=20):
    """A decoder far from its start, so that no branch is negligible."""
    model = Decoder(DecoderConfig(d, 16, layers, 4, positions), generator=generator())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.2 * torch.randn(parameter.shape, generator=generator(1))
    return model.double()


def prompt(n=6, d=3):
    g = generator(2)
    x = torch.randn(2, n, d, generator=g, dtype=torch.float64)
    return x, torch.randn(2, n, generator=g, dtype=torch.float64)


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 10
    assert {(c.part, c.chapter) for c in CLAIMS} == {("features", "low-dimensional-gpt2")}


@pytest.mark.claim("gpt2-count")
@pytest.mark.parametrize("config", [DecoderConfig(5, 24, 3, 4, 9), DecoderConfig(64, 64, 2, 2, 24)])
def test_every_part_of_the_count(config):
    model, count = Decoder(config, generator=generator()), parameter_count(config)
    seen = dict.fromkeys(("blocks", "last_norm", "positions", "read_in", "read_out"), 0)
    for name, parameter in model.named_parameters():
        seen[name.split(".")[0]] += parameter.numel()
    assert seen == {name: getattr(count, name) for name in seen}
    L, w, p, d = config.layers, config.width, config.positions, config.d
    assert count.total == L * (12 * w * w + 13 * w) + (p + d + 5) * w + 1


@pytest.mark.claim("gpt2-published-count")
def test_published_count_from_the_shapes_of_the_standard_class():
    w, words = 256, 50_257
    shapes = [(w, 3 * w), (3 * w,), (w, w), (w,), (w, 4 * w), (4 * w,), (4 * w, w), (w,)] + 4 * [
        (w,)
    ]
    without = 12 * sum(math.prod(s) for s in shapes) + 2 * w + words * w
    assert without == 22_343_424
    assert f"{without / 1e6:.1f}" == "22.3"
    count = parameter_count(published_decoder(16))
    assert without + 256 * w == count.gpt2_model == 22_408_960
    assert count.total == count.gpt2_model - words * w + 18 * w + w + 1


@pytest.mark.claim("gpt2-one-pass")
def test_one_pass_is_every_prefix_and_sees_nothing_later():
    model = decoder(3)
    x, y = prompt()
    torch.testing.assert_close(
        predict_one_by_one(model, x, y), predict(model, x, y, joint), rtol=0, atol=1e-12
    )
    x.requires_grad_(True)
    y.requires_grad_(True)
    for i in range(6):
        found = predict(model, x, y, joint)[:, i].sum()
        by_x, by_y = torch.autograd.grad(found, (x, y), allow_unused=True)
        assert torch.all(by_x[:, i + 1 :] == 0)
        assert torch.all(by_y[:, i:] == 0)
        assert torch.all(by_x[:, : i + 1].abs().sum(dim=2) > 0)
        assert torch.all(by_y[:, :i] != 0)


@pytest.mark.claim("gpt2-no-context")
@pytest.mark.parametrize(
    "law",
    [
        FiniteLaw([Link.pure(2)]),
        FiniteLaw([Link([0, 0.4, 1.0, 0.5, 2.0]), Link([0.3, 0, -0.5, 1.0])], [0.3, 0.7]),
        SphereLaw(2, 3),
    ],
)
def test_plateau_by_quadrature_in_the_plane(law):
    """r = 2: the mean label at radius R is an average over the angle of the task."""
    angle = 2 * np.pi * (np.arange(64) + 0.5) / 64
    node, weight = np.polynomial.laguerre.laggauss(20)  # R^2 / 2 is exponential
    index = np.sqrt(2 * node)[:, None] * np.cos(angle)
    table, chances = law.nodes()
    labels = np.array([Link(c)(index) for c in table])  # (laws, radii, angles)
    mean = np.einsum("k,kra->r", chances, labels) / 64
    error = np.einsum("k,kra,r->", chances, (labels - mean[:, None]) ** 2, weight) / 64
    assert error == pytest.approx(no_context_error(law, 2), rel=1e-12)


def test_the_fitted_residual_is_the_plateau():
    law = FiniteLaw([Link([0.2, 0.0, 1.0, 0.5, 2.0]), Link([0.2, 0, 0, 1.0])])
    tasks = SingleIndexTasks(np.eye(3, 5), law, noise=0.3)
    fitted = [query_residual(tasks, 20_000, rng=np.random.default_rng(s)) for s in range(12)]
    error = np.std(fitted, ddof=1) / math.sqrt(12)
    assert abs(np.mean(fitted) - no_context_error(law, 3, noise=0.3)) < 4 * error
    with pytest.raises(ValueError, match="n_prompts"):
        query_residual(tasks, 100, rng=np.random.default_rng(0))


@pytest.mark.claim("gpt2-one-block")
def test_which_layouts_bind_an_input_to_its_label():
    """Last prediction after the labels of the examples changed places, positions at zero or not."""
    x, y = prompt()
    orders = [list(o) for o in itertools.islice(itertools.permutations(range(5)), 1, None, 17)]
    for layers, positions, layout, same in (
        (1, False, interleaved, True),
        (1, True, interleaved, False),
        (2, False, interleaved, False),
        (1, False, joint, False),
        (1, False, pair, False),
    ):
        model = decoder(layers)
        if not positions:
            torch.nn.init.zeros_(model.positions.weight)
        base = predict(model, x, y, layout)[:, -1]
        moved = max(
            float((predict(model, x, y[:, [*o, 5]], layout)[:, -1] - base).abs().max().detach())
            for o in orders
        )
        assert (moved < 1e-12) is same, (layers, positions, layout.__name__)


@pytest.mark.claim("gpt2-tokens")
def test_a_smaller_task_tells_the_layouts_apart():
    """d = r = 2, where every direction matters: what is hard is the pairing, not the subspace."""
    tasks, last = make_tasks(2, 2, 0), {}
    for layout in (joint, interleaved):
        config = TrainingConfig(
            DecoderConfig(2, 32, 2, 2, 23),
            batch_size=32,
            prompt_length=12,
            step_size=5e-3,
            steps=800,
            seed=0,
            warmup=50,
            every=100,
        )
        last[layout] = train(config, tasks, layout).log.errors[-1, -1]
    assert last[joint] < 0.4 < last[interleaved]


@pytest.mark.claim("gpt2-resume")
def test_stopping_often_changes_nothing(tmp_path):
    tasks, weights = make_tasks(4, 2, 0), []
    for stops in ((12,), (1, 5, 6, 12)):
        for steps in stops:
            config = TrainingConfig(
                DecoderConfig(4, 8, 2, 2, 6),
                batch_size=4,
                prompt_length=6,
                step_size=1e-2,
                steps=steps,
                seed=1,
                warmup=3,
                precision="float64",
            )
            trained = train(config, tasks, joint, checkpoint=tmp_path / f"{len(stops)}.pt")
        weights.append(torch.nn.utils.parameters_to_vector(trained.model.parameters()))
    assert torch.equal(*weights)


class TestStored:
    @pytest.mark.claim("gpt2-dimension")
    def test_dimension_at_every_number_of_examples(self):
        """Medians over seeds from eight examples on, not the last one alone."""
        base, wide = stored_course(16, 2, width=64), stored_course(64, 2, width=64)
        ratio = np.median(wide.mean, axis=0) / np.median(base.mean, axis=0)
        assert np.all(np.abs(np.log(ratio[8:])) < math.log(2))

    @pytest.mark.claim("gpt2-rank")
    def test_rank_without_pairing_the_seeds(self):
        base, three = stored_course(16, 2, width=64), stored_course(16, 3, width=64)
        assert three.mean[:, -1].min() > base.mean[:, -1].max()
        assert np.all(np.median(three.mean, axis=0) > np.median(base.mean, axis=0))

    @pytest.mark.claim("gpt2-exit")
    def test_exit_in_the_sum_of_the_errors(self):
        """The mean error along the run: a later exit makes it larger, without a level."""
        base, far = stored_course(16, 2, width=64), stored_course(256, 2, width=64)
        assert np.all(far.last.mean(axis=1) > base.last.mean(axis=1))
        assert np.median(far.exits(0.25)) > np.median(base.exits(0.25))

    @pytest.mark.claim("gpt2-larger")
    def test_the_larger_decoder_leaves_both_plateaus_in_training(self):
        """By the errors recorded in training, not those of the trained model."""
        for r in (2, 4):
            run = stored_course(16, r, width=128)
            assert np.all(run.exits(0.6 * (1 - 1 / r)) <= 500)
            assert np.all(run.none[:, -10:].mean(axis=1) > 0.9 * (1 - 1 / r))

    def test_trained_models_start_from_their_plateau(self):
        """No model beats the best guess without examples, but by the noise of 4096 prompts."""
        for d, r in ((16, 2), (64, 2), (256, 2), (16, 3)):
            run = stored_course(d, r, width=64)
            slack = (run.mean[:, 0] - (1 - 1 / r)) / run.standard_error[:, 0]
            assert slack.min() > -4

    @pytest.mark.claim("gpt2-published-plateau")
    def test_the_published_size_on_fresh_prompts(self):
        """By the errors of the stopped models, not those recorded in training."""
        runs = stored_published()
        one = [no_context_error(make_tasks(d, r, 0, degree=4).law, r) for d, r in runs.pairs]
        ratios = runs.mean.mean(axis=1) / one
        assert ratios.mean() == pytest.approx(1, abs=0.03)
        # the mean of 20 numbers of examples, fewest against most: nothing is read
        early, late = runs.mean[:, :20].mean(), runs.mean[:, -20:].mean()
        assert late == pytest.approx(early, rel=0.06)
        typical = np.median(runs.standard_error, axis=1)
        assert np.all(np.abs(runs.mean.mean(axis=1) - 1) < typical)
        blocks = runs.loss.reshape(8, 13, 5).mean(axis=2)
        assert 0.95 < blocks[:, 2:].min() < blocks[:, 2:].max() < 1.05

    @pytest.mark.claim("gpt2-published-plateau")
    def test_what_is_stored_of_the_published_size(self):
        runs, kept = stored_published(), scale.stored(PUBLISHED).results
        assert runs.pairs == PAIRS
        assert kept["points"] == []
        (schedule,) = {point["steps"] for point in published_points()}
        assert (runs.schedule, runs.done) == (schedule, 65_000)
        np.testing.assert_array_equal(runs.steps, np.arange(1000, 65_001, 1000))
        asked = [{**point, "steps_done": 65_000} for point in published_points()]
        names = ("loss", "result")
        given = [{k: v for k, v in row.items() if k not in names} for row in kept["unfinished"]]
        assert given == asked
        for i, row in enumerate(kept["unfinished"]):
            assert runs.loss[i].tolist() == row["loss"]
            assert runs.mean[i].tolist() == row["result"]["mean"]
            assert runs.standard_error[i].tolist() == row["result"]["standard_error"]
            assert row["result"]["tokens"] == 65_000 * 8 * 199
        spent = sum(row["result"]["device_seconds"] for row in kept["unfinished"])
        assert runs.seconds == pytest.approx(spent, rel=1e-9)
        for speed in kept["speeds"]:  # what the seconds say, of all models together
            assert 8 * 65_000 * 8 * 199 / runs.seconds == pytest.approx(
                speed["tokens_per_second"], rel=0.01
            )

    @pytest.mark.claim("gpt2-links")
    def test_with_random_links_fresh_prompts_tell_the_same(self):
        """By the models after the last step, whose plateau is one, and by the whole course."""
        for degree in (3, 4):
            run = stored_course(16, 2, width=64, degree=degree)
            law = make_tasks(16, 2, 0, degree=degree).law
            assert no_context_error(law, 2) == pytest.approx(1, rel=1e-12)
            assert run.seeds == (0, 1)
            assert run.steps[-1] == 4000
            assert run.last[:, 20:].mean() == pytest.approx(1, abs=0.05)
            assert run.mean.mean() == pytest.approx(1, abs=0.05)
            gained = run.mean[:, -8:].mean() / run.mean[:, :8].mean()
            assert gained > 0.9
            assert np.all(run.exits(0.35) == math.inf)

    def test_no_run_that_was_stopped_is_said(self, monkeypatch):
        kept = scale.required(PUBLISHED)
        finished = replace(kept, results={**kept.results, "unfinished": []})
        monkeypatch.setattr(scale, "required", lambda _: finished)
        with pytest.raises(KeyError, match="no run at the published settings was stopped"):
            stored_published()

    def test_foreign_settings_are_not_found(self):
        with pytest.raises(KeyError, match="d = 17, r = 2, width = 64"):
            stored_course(17, 2, width=64)

    def test_no_result_is_said(self, monkeypatch):
        monkeypatch.setattr("iclnb.scale.published.stored", lambda *_, **__: None)
        with pytest.raises(FileNotFoundError, match=r"python -m tools\.paper low-dimensional-gpt2"):
            stored_course(16, 2, width=64)


def test_exits():
    last = np.array([[0.4, 0.2, 0.04], [0.2, 0.1, 0.02], [9.0, 9.0, 9.0]])
    run = Course(np.array([1.0, 2.0, 3.0]), last, last, last, 0 * last, (0, 1, 2))
    np.testing.assert_array_equal(run.exits(0.15), [3, 2, math.inf])


@pytest.mark.claim("gpt2-kernel")
def test_kernel_errors_are_those_of_ridge_on_monomials():
    tasks = make_tasks(4, 2, 0)
    found = kernel_errors(tasks, (3, 12), n_prompts=30, penalties=(0.1,), rng=scale.rng(0, "k"))
    rng, expected = scale.rng(0, "k"), []
    for n in (3, 12):
        sample = sample_single_index_prompts(tasks, sample_tasks(tasks, 30, rng), n, input_rng=rng)
        errors = []
        for X, y, q, t in zip(sample.X, sample.y, sample.query, sample.query_label):
            points = np.vstack([X, q])
            i, j = np.triu_indices(4)
            quadratic = points[:, i] * points[:, j] * np.where(i == j, 1, math.sqrt(2)) / 4
            phi = np.hstack([np.ones((n + 1, 1)), points * math.sqrt(2 / 4), quadratic])
            gram = phi[:-1].T @ phi[:-1] + 0.1 * n * np.eye(phi.shape[1])
            errors.append((phi[-1] @ np.linalg.solve(gram, phi[:-1].T @ y) - t) ** 2)
        expected.append(np.mean(errors))
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    more = kernel_errors(tasks, (3, 12), n_prompts=30, penalties=(0.1, 1.0), rng=scale.rng(0, "k"))
    assert np.all(more <= found)
    # the six monomials of two variables are learnt from six examples, the 153 of sixteen are not
    two, sixteen = (
        kernel_errors(
            make_tasks(d, 2, 0), (8,), n_prompts=50, penalties=(1e-9,), rng=scale.rng(1, "k")
        )[0]
        for d in (2, 16)
    )
    assert two < 1e-3 < 0.3 < sixteen


class TestCourse:
    def test_is_plain_reproducible_and_resumable(self, tmp_path):
        settings = {**SMALL, "steps": 6, "every": 3, "n_prompts": 20}
        first = course(3, 2, 5, **settings)
        assert set(first) == {
            "steps",
            "none",
            "last",
            "mean",
            "standard_error",
            "tokens",
            "cpu_seconds",
        }
        assert first["steps"] == [3, 6]
        assert len(first["mean"]) == 5
        assert first["tokens"] == 6 * 4 * 9
        path = str(tmp_path / "run.pt")
        course(3, 2, 5, **{**settings, "steps": 3}, checkpoint=path)
        resumed = course(3, 2, 5, **settings, checkpoint=path)
        for name in ("none", "last", "mean"):
            assert first[name] == resumed[name]
        assert course(3, 2, 6, **settings)["mean"] != first["mean"]
        assert course(3, 2, 5, **settings, degree=3)["mean"] != first["mean"]

    def test_tasks(self):
        tasks = make_tasks(5, 2, 3)
        assert (tasks.d, tasks.r, tasks.noise) == (5, 2, 0.0)
        np.testing.assert_array_equal(tasks.subspace, make_tasks(5, 2, 3, degree=3).subspace)
        assert no_context_error(tasks.law, 2) == pytest.approx(0.5)
        assert no_context_error(make_tasks(5, 2, 3, degree=3).law, 2) == pytest.approx(1.0)
        with pytest.raises(ValueError, match="r must not exceed d"):
            make_tasks(2, 3, 0)

    def test_published_points_fit_the_function(self):
        points = published_points(device="cpu", prompt_length=5)
        assert points[0]["steps"] == 100_000
        assert (points[0]["layers"], points[0]["width"], points[0]["heads"]) == (12, 256, 8)
        assert (points[0]["batch_size"], points[0]["step_size"]) == (8, 1e-4)
        changes = {"steps": 2, "width": 16, "layers": 1, "n_prompts": 4}
        assert course(**{**points[0], **changes})["steps"] == [2]

    def test_speed_counts_joint_tokens(self):
        found = published_speed(2, d=8, prompt_length=4)
        assert found["tokens_per_step"] == 8 * 7
        assert found["tokens_per_second"] > 0
