"""The recipe of the chapter, as its documentation says it."""

from dataclasses import asdict

import pytest

from iclnb.features import learning_in_context as lic


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
