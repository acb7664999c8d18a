r"""The learned basis over several unknown bases and seeds.

Each run draws its own basis of k random trigonometric polynomials, its own T prompts and its own
start, trains a perceptron and Gamma on them (:mod:`.network`) and measures the principal
angles, the variance outside the learned span and the risk of ridge on the learned features, beside
ridge from scratch. ``python -m tools.paper learned-basis`` makes the committed results.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer
from iclnb.kinds import guarded
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.function_spaces.trigonometric import (
    FourierBasis,
    random_trigonometric_basis,
)
from iclnb.statistics.learning_the_basis.network import (
    Architecture,
    Training,
    feature_values,
    learn_basis,
)
from iclnb.statistics.learning_the_basis.readouts import (
    Readout,
    pretrained_readout,
    risk_curve,
    scratch_readout,
)
from iclnb.statistics.learning_the_basis.subspaces import (
    missed_variance,
    principal_cosines,
)
from iclnb.statistics.nonparametric_icl.pretraining.sampling import sample_function_prompts

__all__ = [
    "NAME",
    "SWEEP",
    "LearnedRuns",
    "learning_run",
    "stored_runs",
    "stored_sweep",
    "unknown_basis",
]

#: Names of the committed results: eight bases at two T, and one or all queries at many T.
NAME, SWEEP = "learned-basis", "learned-basis-tasks"
_VARIANCES, _NOISE = (1.0, 0.8, 0.6), 0.1**0.5
_FREQUENCIES, _SCRATCH = (3, 10), 40


def _streams(seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence([seed, 7]).spawn(5)


@guarded
def unknown_basis(seed: int) -> tuple[Basis, FloatArray]:
    """The basis of one seed and the variances of its coefficients."""
    rng = np.random.default_rng(_streams(check_integer(seed, "seed", least=0))[0])
    variances = np.array(_VARIANCES)
    return random_trigonometric_basis(len(variances), *_FREQUENCIES, rng), variances


@guarded
def learning_run(
    n_tasks: int,
    seed: int,
    *,
    prompt_length: int = 32,
    steps: int = 1600,
    batch_size: int = 32,
    every_token: bool = True,
    prompt_lengths: Sequence[int] = (8, 16, 32, 64, 128, 256),
) -> dict[str, Any]:
    r"""Learn one basis from T tasks and measure it.

    Parameters
    ----------
    n_tasks : int
        T.
    seed : int
        Of the basis, the prompts, the start and the inputs of the test; runs of one seed and
        different T share basis and test inputs.
    prompt_length, steps, batch_size : int
        Examples per pretraining prompt, training steps, tasks in each of them.
    every_token : bool
        Whether each token of a prompt is a query of the others, or only one.
    prompt_lengths : sequence of int
        Prompt lengths at which the risks are taken.

    Returns
    -------
    dict
        ``cosines`` of the principal angles, descending; ``missed``, the variance of a task outside
        the learned span; the risks ``learned``, ``scratch`` and ``bayes`` at each length.
    """
    seed = check_integer(seed, "seed", least=0)
    _, of_tests, *streams = _streams(seed)
    unknown, variances = unknown_basis(seed)
    names = ("task_rng", "input_rng", "noise_rng")
    prompts = sample_function_prompts(
        unknown,
        variances,
        n_tasks=n_tasks,
        prompt_length=prompt_length,
        noise=_NOISE,
        **{name: np.random.default_rng(s) for name, s in zip(names, streams)},
    )
    training = Training(steps=steps, batch_size=batch_size, seed=seed, every_token=every_token)
    model = learn_basis(prompts, Architecture(), training).model

    def features(x: FloatArray) -> FloatArray:
        return feature_values(model, x)

    nodes, weights = FourierBasis(120).quadrature(4)
    true, learned = unknown.evaluate(nodes), features(nodes)
    ways = {
        "learned": pretrained_readout(features, prompts, nodes, weights, noise=_NOISE),
        "scratch": scratch_readout(
            FourierBasis(_SCRATCH), variance=float(variances.sum()), noise=_NOISE
        ),
        "bayes": Readout(unknown.evaluate, variances, _NOISE),
    }
    start = int(of_tests.generate_state(1)[0])
    risks = {
        name: risk_curve(
            way, unknown, variances, prompt_lengths=prompt_lengths, noise=_NOISE, seed=start
        )
        for name, way in ways.items()
    }
    rounded = {name: [float(f"{r:.5g}") for r in values] for name, values in risks.items()}
    return {
        "cosines": principal_cosines(true, learned, weights).round(6).tolist(),
        "missed": float(f"{missed_variance(true, learned, weights, variances):.5g}"),
        **rounded,
    }


class LearnedRuns(NamedTuple):
    """Stored runs of one T: least cosine (s,), missed variance (s,), and risks (s, lengths)."""

    least: FloatArray
    missed: FloatArray
    learned: FloatArray
    scratch: FloatArray
    bayes: FloatArray


def _stored(name: str) -> list[dict[str, Any]]:
    found = scale.required(name)
    return found.results["points"]


def _together(runs: list[dict[str, Any]]) -> LearnedRuns:
    return LearnedRuns(
        np.array([run["cosines"][-1] for run in runs]),
        *(
            np.array([run[name] for run in runs])
            for name in ("missed", "learned", "scratch", "bayes")
        ),
    )


def stored_runs() -> dict[int, LearnedRuns]:
    """Return the committed runs by T, seeds in order.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    groups: dict[int, list[dict[str, Any]]] = {}
    for point in _stored(NAME):
        groups.setdefault(point["n_tasks"], []).append(point["result"])
    return {tasks: _together(runs) for tasks, runs in groups.items()}


def stored_sweep() -> dict[tuple[bool, int], LearnedRuns]:
    """Return the committed runs by (every token a query, T), seeds in order.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    groups: dict[tuple[bool, int], list[dict[str, Any]]] = {}
    for point in _stored(SWEEP):
        groups.setdefault((point["every_token"], point["n_tasks"]), []).append(point["result"])
    return {key: _together(runs) for key, runs in groups.items()}
