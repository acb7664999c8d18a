r"""Training at the settings of KNS's Figures 2 and 3.

Given there: input dimension 8, all widths 32, random combinations of order-2 wavelets with
:math:`\alpha=1`, T = n = 512, 50 epochs of Adam with learning rate 0.02; models (a) linear
attention on a network of two ReLU layers and an output layer, (b) softmax attention on it, (c) two
encoder layers. Chosen here, since not stated: 32 functions of the coarsest level drawn at random,
coefficient variances :math:`\lambda_j\propto j^{-2s-1}`, :math:`s=\alpha/d`, :math:`EF^2=1`, noise
variance 0.1, batches of 32 prompts, the start, one query per prompt, float32. N, swept in Figure
3a, is taken to be the number of outputs of the network, and the width of the encoder.

``python -m tools.paper learned-basis-figures`` makes the committed results, :func:`stored_runs`
reads them. This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.prompts import Prompts
from iclnb.pytorch import nn, torch
from iclnb.statistics.function_spaces.spectra import power_law
from iclnb.statistics.learning_the_basis.encoder import Encoder
from iclnb.statistics.learning_the_basis.network import (
    Architecture,
    LinearAttention,
    SoftmaxAttention,
)
from iclnb.statistics.learning_the_basis.random_wavelets import RandomWavelets
from iclnb.statistics.nonparametric_icl.pretraining.sampling import sample_function_prompts

__all__ = [
    "ALPHA",
    "DIMENSION",
    "MODELS",
    "NAME",
    "NOISE",
    "Figure",
    "Setting",
    "Spread",
    "figure_run",
    "stored_runs",
    "swept",
    "wavelet_tasks",
]

#: Name of the committed result.
NAME = "learned-basis-figures"
DIMENSION, WIDTH, ALPHA, NOISE = 8, 32, 1.0, 0.1**0.5

#: The three models of KNS and how each is built.
MODELS: dict[str, Callable[[torch.Generator, int], nn.Module]] = {
    "linear": lambda generator, size: LinearAttention(_network(size), generator),
    "softmax": lambda generator, size: SoftmaxAttention(_network(size), generator),
    "encoder": lambda generator, size: Encoder(
        Architecture(d=DIMENSION, width=size, depth=2), generator
    ),
}


def _network(size: int) -> Architecture:
    return Architecture(
        d=DIMENSION, width=WIDTH, depth=2, n_features=size, first_spread=0.5, activation=nn.ReLU
    )


@guarded
def wavelet_tasks(seed: int, *, size: int = WIDTH) -> tuple[RandomWavelets, FloatArray]:
    r"""The random functions of one seed and the variances of their coefficients, trace one."""
    rng = np.random.default_rng([check_integer(seed, "seed", least=0), 0])
    variances = power_law(size, ALPHA / DIMENSION)
    return RandomWavelets(DIMENSION, size, rng), variances / variances.sum()


def _tensors(prompts: Prompts) -> tuple[torch.Tensor, ...]:
    parts = prompts.X, prompts.y, prompts.query[:, None], prompts.query_label
    return tuple(torch.tensor(part, dtype=torch.float32) for part in parts)


def _loss(model: nn.Module, data: tuple[torch.Tensor, ...], every_token: bool) -> torch.Tensor:
    X, y, query, target = data
    if every_token:
        y = torch.cat([y, target[:, None]], dim=1)
        return (model.leave_one_out(torch.cat([X, query], dim=1), y) - y).square()
    return (model(X, y, query)[:, 0] - target).square()


@guarded
def figure_run(
    kind: str,
    seed: int,
    *,
    prompt_length: int = 512,
    n_tasks: int = 512,
    n_features: int = WIDTH,
    epochs: int = 50,
    batch_size: int = 32,
    step_size: float = 0.02,
    every_token: bool = False,
    n_test_tasks: int = 2048,
) -> dict[str, Any]:
    """Train one model on T fixed prompts of length n; errors on them and on new tasks.

    Parameters
    ----------
    kind : str
        One of :data:`MODELS`.
    seed : int
        Of the functions, the prompts and the start.
    prompt_length, n_tasks : int
        n and T.
    n_features : int
        N: outputs of the network, whose hidden layers keep their width; of the encoder its width.
    every_token : bool
        Every token of a prompt is a query of the others, in place of one query per prompt; not
        for the encoder.
    n_test_tasks : int
        Number of new tasks, of prompts of the same length.

    Returns
    -------
    dict
        ``epochs`` at which the kind was tested; ``train``, the mean squared error against the
        noisy labels of the epoch that ends there; ``test``, that against noiseless values of new
        tasks; ``zero``, the error of the answer zero on these.
    """
    if kind not in MODELS:
        raise ValueError(f"kind must be one of {list(MODELS)}, got {kind!r}")
    if every_token and kind == "encoder":
        raise ValueError("every_token is for linear and softmax attention only")
    numbers = {
        "prompt_length": prompt_length,
        "n_tasks": n_tasks,
        "n_features": n_features,
        "epochs": epochs,
        "batch_size": batch_size,
        "n_test_tasks": n_test_tasks,
    }
    for name, value in numbers.items():
        check_integer(value, name)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    functions, variances = wavelet_tasks(seed)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence([seed, 1]).spawn(3)]
    given = {"prompt_length": prompt_length, "noise": NOISE}
    given |= dict(zip(("task_rng", "input_rng", "noise_rng"), streams))
    seen = _tensors(sample_function_prompts(functions, variances, n_tasks=n_tasks, **given))
    fresh = sample_function_prompts(functions, variances, n_tasks=n_test_tasks, **given)
    X, y, query, _ = _tensors(fresh)
    generator = torch.Generator().manual_seed(seed)
    trained = MODELS[kind](generator, n_features).float()
    optimiser = torch.optim.Adam(trained.parameters(), lr=step_size)
    marks = sorted({1, 2, 5, *range(10, epochs + 1, 10), epochs} & set(range(1, epochs + 1)))
    train, tested = [], []
    for epoch in range(1, epochs + 1):
        total = 0.0
        for chosen in torch.randperm(n_tasks, generator=generator).split(batch_size):
            loss = _loss(trained, tuple(part[chosen] for part in seen), every_token).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(chosen) / n_tasks
        if epoch in marks:
            train.append(total)
            with torch.no_grad():
                pieces = zip(X.split(batch_size), y.split(batch_size), query.split(batch_size))
                answers = torch.cat([trained(*piece)[:, 0] for piece in pieces])
            tested.append(float(np.mean((answers.double().numpy() - fresh.target) ** 2)))
    rounded = {"train": train, "test": tested, "zero": [float(np.mean(fresh.target**2))]}
    rounded = {name: [float(f"{v:.5g}") for v in values] for name, values in rounded.items()}
    return {"epochs": marks, **rounded}


class Spread(NamedTuple):
    """Median, least and greatest over the seeds."""

    median: FloatArray
    low: FloatArray
    high: FloatArray


def _spread(values: FloatArray) -> Spread:
    return Spread(np.median(values, axis=0), values.min(axis=0), values.max(axis=0))


class Figure(NamedTuple):
    """Stored runs of one setting: epochs (e,), errors (seeds, e), error of the answer zero."""

    epochs: FloatArray
    train: FloatArray
    test: FloatArray
    zero: FloatArray

    def on_new_tasks(self) -> Spread:
        """Error on new tasks over that of the answer zero, at each epoch."""
        return _spread(self.test / self.zero[:, None])

    def on_prompts(self) -> Spread:
        """Error on the prompts of pretraining, noise included, in the same unit."""
        return _spread(self.train / self.zero[:, None])


class Setting(NamedTuple):
    """What a stored run was made with; the defaults are the published reference."""

    kind: str
    prompt_length: int = 512
    n_tasks: int = 512
    n_features: int = WIDTH
    every_token: bool = False


@guarded
def swept(
    stored: dict[Setting, Figure], kind: str, parameter: str, *, n_seeds: int
) -> tuple[list[int], Spread]:
    """Values of one parameter, the others at their reference, and the last errors on new tasks.

    Errors are over that of the answer zero; only the first ``n_seeds`` seeds are used everywhere.

    Raises
    ------
    ValueError
        If no parameter of a :class:`Setting` has this name, or no run this kind.
    """
    count = check_integer(n_seeds, "n_seeds")
    if parameter not in Setting._fields[1:]:
        raise ValueError(f"parameter must be one of {Setting._fields[1:]}, got {parameter!r}")
    reference = Setting(kind)
    kept = {
        getattr(setting, parameter): run
        for setting, run in stored.items()
        if setting._replace(**{parameter: getattr(reference, parameter)}) == reference
    }
    if not kept:
        raise ValueError(f"kind must be one of the stored ones, got {kind!r}")
    values = sorted(kept)
    last = [(kept[v].test[:, -1] / kept[v].zero)[:count] for v in values]
    return values, _spread(np.array(last).T)


def stored_runs() -> dict[Setting, Figure]:
    """Return the committed runs by their settings, seeds in order.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    found = scale.required(NAME)
    groups: dict[Setting, list[dict[str, Any]]] = {}
    for point in found.results["points"]:
        given = {name: point[name] for name in Setting._fields if name in point}
        groups.setdefault(Setting(**given), []).append(point["result"])
    return {
        key: Figure(
            np.array(runs[0]["epochs"]),
            *(np.array([run[name] for run in runs]) for name in ("train", "test")),
            np.array([run["zero"][0] for run in runs]),
        )
        for key, runs in groups.items()
    }
