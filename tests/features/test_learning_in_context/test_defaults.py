"""The recipe of the chapter, as its documentation says it."""

from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs
from iclnb.features.learning_in_context import pretraining


@pytest.mark.parametrize(("d", "options", "multiple"), [(5, {}, 32), (7, {"multiple": 3}, 3)])
def test_the_recipe_of_the_chapter(d, options, multiple):
    said = lic.Recipe.growing.__doc__
    for words in ("multiple * d**2", "2000 tasks of 256 examples", "96 neurons", "penalty 1e-4"):
        assert words in " ".join(said.split())
    recipe = asdict(lic.Recipe.growing(d, **options))
    assert recipe == {
        "neurons": 96,
        "n_tasks_1": multiple * d**2,
        "prompt_length_1": d**2,
        "n_tasks_2": 2000,
        "prompt_length_2": 256,
        "penalty": 1e-4,
        "rms": 0.7,
        "bias_range": 1.0,
        "start_bias": 0.0,
        "group": 256,
    }


def test_the_rows_of_the_big_step_have_norm_one_on_average():
    """The network drawn again from the same streams, its ridge by the normal equations."""
    rng = np.random.default_rng(0)
    X, y, query = rng.normal(size=(12, 3)), rng.normal(size=12), rng.normal(size=(4, 3))
    found = lic.big_step_network(X, y, query, neurons=6, penalty=0.1, rng=np.random.default_rng(9))
    stream = np.random.default_rng(9)
    start = sphere_rows(6, 3, stream)
    signs, bias = stream.choice((-1.0, 1.0), 6), stream.uniform(-1, 1, 6)
    step = np.zeros((6, 3))
    for j, (w, sign, b) in enumerate(zip(start, signs, bias, strict=True)):
        for x, label in zip(X, y, strict=True):
            step[j] += sign * label * (x @ w + b > 0) * x
    step *= np.sqrt(6 / np.sum(step**2))
    bias = stream.uniform(-1, 1, 6)
    seen, asked = (np.maximum(x @ step.T + bias, 0) for x in (X, query))
    second = seen.T @ seen / 12 + 0.1 * np.eye(6)
    np.testing.assert_allclose(found, asked @ np.linalg.solve(second, seen.T @ y / 12), rtol=1e-9)


def test_a_replicate_is_evaluated_on_2_to_the_15_inputs(monkeypatch):
    kept = {}

    class Seen(Exception):
        """Raised by the stand-in once it was called."""

    def stop(*_, **options):
        kept.update(options)
        raise Seen

    monkeypatch.setattr(pretraining, "pretrain", lambda *_: SimpleNamespace(weights=0, bias=0))
    monkeypatch.setattr(pretraining, "attention_moments", stop)
    law = ogs.FiniteLaw([ogs.Link([0.2, 0.5, 1.0])])
    with pytest.raises(Seen):
        lic.pretraining_run(law, lic.Recipe.growing(5), np.random.default_rng(0), d=5, r=2)
    assert kept["draws"] == 32768
