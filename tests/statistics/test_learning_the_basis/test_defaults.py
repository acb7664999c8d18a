"""What the runs of the figures take when nothing is said: seen in what they hand on."""

import pytest

from iclnb.statistics.learning_the_basis import figure_settings, learning_runs, readouts


class Seen(Exception):
    """Raised by a stand-in once it was called."""


SMALL = {"prompt_length": 2, "n_test_tasks": 3}


def test_a_figure_has_512_tasks_of_512_examples_and_2048_new_ones(monkeypatch):
    kept = []

    def sampled(*args, n_tasks, prompt_length, **options):
        kept.append((n_tasks, prompt_length))
        if len(kept) == 2:
            raise Seen
        return "prompts"

    monkeypatch.setattr(figure_settings, "sample_function_prompts", sampled)
    monkeypatch.setattr(figure_settings, "_tensors", lambda prompts: prompts)
    with pytest.raises(Seen):
        figure_settings.figure_run("linear", 1)
    assert kept == [(512, 512), (2048, 512)]


def test_fifty_epochs_in_batches_of_32_at_a_rate_of_two_hundredths(monkeypatch):
    sizes, rates, loss = [], [], figure_settings._loss
    adam = figure_settings.torch.optim.Adam

    def counted(model, data, every_token):
        sizes.append(len(data[3]))
        assert not every_token
        return loss(model, data, every_token)

    def rated(parameters, *, lr):
        rates.append(lr)
        return adam(parameters, lr=lr)

    monkeypatch.setattr(figure_settings, "_loss", counted)
    monkeypatch.setattr(figure_settings.torch.optim, "Adam", rated)
    found = figure_settings.figure_run("linear", 1, n_tasks=33, **SMALL)
    assert found["epochs"] == [1, 2, 5, 10, 20, 30, 40, 50]
    assert sizes == [32, 1] * 50
    assert rates == [0.02]


def test_a_basis_is_learned_from_prompts_of_32_in_1600_steps(monkeypatch):
    kept = {}

    def sampled(*args, n_tasks, prompt_length, **options):
        kept.update(n_tasks=n_tasks, prompt_length=prompt_length)
        return "prompts"

    def learned(prompts, architecture, training):
        kept.update(training=training)
        raise Seen

    monkeypatch.setattr(learning_runs, "sample_function_prompts", sampled)
    monkeypatch.setattr(learning_runs, "learn_basis", learned)
    with pytest.raises(Seen):
        learning_runs.learning_run(9, 4)
    assert (kept["n_tasks"], kept["prompt_length"]) == (9, 32)
    assert (kept["training"].steps, kept["training"].seed) == (1600, 4)
    lengths = learning_runs.learning_run.__wrapped__.__kwdefaults__["prompt_lengths"]
    assert list(lengths) == [2**j for j in range(3, 9)]


def test_a_risk_is_the_mean_of_40_draws_of_25_queries(monkeypatch):
    kept = []

    def stop(*args, **options):
        kept.append(options)
        raise Seen

    unknown, variances = learning_runs.unknown_basis(3)
    readout = readouts.Readout(unknown.evaluate, variances, 0.3)
    monkeypatch.setattr(readouts, "readout_risk", stop)
    with pytest.raises(Seen):
        readouts.risk_curve(readout, unknown, variances, prompt_lengths=[5], noise=0.3, seed=1)
    assert (kept[0]["draws"], kept[0]["n_queries"], kept[0]["prompt_length"]) == (40, 25, 5)


def test_any_seed_from_zero_on_is_taken():
    with pytest.raises(ValueError, match="seed must be at least 0, got -1"):
        learning_runs.learning_run(9, -1)
