r"""Training at the settings of KNS's Figures 2 and 3.

Given there: input dimension 8, all widths 32, random combinations of order-2 wavelets with
:math:`\alpha=1`, T = n = 512, 50 epochs of Adam with learning rate 0.02; models (a) linear
attention on a two-layer ReLU network, (b) softmax attention on it, (c) two encoder layers. Chosen
here, since not stated: 32 functions of the coarsest level drawn at random, coefficient variances
:math:`\lambda_j\propto j^{-2s-1}`, :math:`s=\alpha/d`, :math:`EF^2=1`, noise variance 0.1, batches
of 32 prompts, the start, one query per prompt, float32.

``python -m tools.paper learned-basis-figures`` makes the committed results, :func:`stored_runs`
reads them. This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.statistics.function_spaces.spectra import power_law
from iclnb.statistics.learning_the_basis.encoder import Encoder
from iclnb.statistics.learning_the_basis.network import (
    Architecture,
    LinearAttention,
    SoftmaxAttention,
)
from iclnb.statistics.learning_the_basis.random_wavelets import RandomWavelets
from iclnb.statistics.nonparametric_icl.pretraining.sampling import Prompts, sample_prompts

__all__ = [
    "ALPHA",
    "DIMENSION",
    "MODELS",
    "NAME",
    "NOISE",
    "Figure",
    "Spread",
    "by_tasks",
    "figure_run",
    "stored_runs",
    "wavelet_tasks",
]

#: Name of the committed result.
NAME = "learned-basis-figures"
DIMENSION, WIDTH, ALPHA, NOISE = 8, 32, 1.0, 0.1**0.5

#: The three models of KNS and how each is built.
MODELS: dict[str, Callable[[torch.Generator], nn.Module]] = {
    "linear": lambda generator: LinearAttention(_network(), generator),
    "softmax": lambda generator: SoftmaxAttention(_network(), generator),
    "encoder": lambda generator: Encoder(
        Architecture(dimension=DIMENSION, width=WIDTH, depth=2), generator
    ),
}


def _network() -> Architecture:
    return Architecture(
        dimension=DIMENSION, width=WIDTH, depth=1, features=WIDTH, scale=0.5, activation=nn.ReLU
    )


def wavelet_tasks(seed: int, *, count: int = WIDTH) -> tuple[RandomWavelets, FloatArray]:
    r"""The random functions of one seed and the variances of their coefficients, trace one."""
    rng = np.random.default_rng([check_integer(seed, "seed", least=0), 0])
    variances = power_law(count, ALPHA / DIMENSION)
    return RandomWavelets(DIMENSION, count, rng), variances / variances.sum()


def _tensors(prompts: Prompts) -> tuple[torch.Tensor, ...]:
    parts = prompts.inputs, prompts.labels, prompts.query[:, None], prompts.query_label
    return tuple(torch.tensor(part, dtype=torch.float32) for part in parts)


def _loss(model: nn.Module, data: tuple[torch.Tensor, ...], every_token: bool) -> torch.Tensor:
    inputs, labels, query, target = data
    if every_token:
        labels = torch.cat([labels, target[:, None]], dim=1)
        return (model.leave_one_out(torch.cat([inputs, query], dim=1), labels) - labels).square()
    return (model(inputs, labels, query)[:, 0] - target).square()


def figure_run(
    model: str,
    seed: int,
    *,
    context: int = 512,
    tasks: int = 512,
    epochs: int = 50,
    batch: int = 32,
    rate: float = 0.02,
    every_token: bool = False,
    test: int = 2048,
) -> dict[str, Any]:
    """Train one model on T fixed prompts of length n; errors on them and on new tasks.

    Parameters
    ----------
    model : str
        One of :data:`MODELS`.
    seed : int
        Of the functions, the prompts and the start.
    context, tasks : int
        n and T.
    every_token : bool
        Every token of a prompt is a query of the others, in place of one query per prompt; not
        for the encoder.
    test : int
        Number of new tasks, of prompts of the same length.

    Returns
    -------
    dict
        ``epochs`` at which the model was tested; ``train``, the mean squared error against the
        noisy labels of the epoch that ends there; ``test``, that against noiseless values of new
        tasks; ``zero``, the error of the answer zero on these.
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {list(MODELS)}, got {model!r}")
    if every_token and model == "encoder":
        raise ValueError("every_token is for linear and softmax attention only")
    numbers = {"context": context, "tasks": tasks, "epochs": epochs, "batch": batch, "test": test}
    for name, value in numbers.items():
        check_integer(value, name)
    rate = check_number(rate, "rate", low=0.0, strict=True)
    functions, variances = wavelet_tasks(seed)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence([seed, 1]).spawn(3)]
    given = {"context": context, "noise": NOISE}
    given |= dict(zip(("task_rng", "input_rng", "noise_rng"), streams))
    seen = _tensors(sample_prompts(functions, variances, tasks=tasks, **given))
    fresh = sample_prompts(functions, variances, tasks=test, **given)
    inputs, labels, query, _ = _tensors(fresh)
    generator = torch.Generator().manual_seed(seed)
    trained = MODELS[model](generator).float()
    optimiser = torch.optim.Adam(trained.parameters(), lr=rate)
    marks = sorted({1, 2, 5, *range(10, epochs + 1, 10), epochs} & set(range(1, epochs + 1)))
    train, tested = [], []
    for epoch in range(1, epochs + 1):
        total = 0.0
        for chosen in torch.randperm(tasks, generator=generator).split(batch):
            loss = _loss(trained, tuple(part[chosen] for part in seen), every_token).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(chosen) / tasks
        if epoch in marks:
            train.append(total)
            with torch.no_grad():
                pieces = zip(inputs.split(batch), labels.split(batch), query.split(batch))
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


def by_tasks(
    runs: dict[tuple[str, int, int, bool], Figure], *, seeds: int, context: int = 512
) -> tuple[list[int], Spread]:
    """Numbers T of tasks, and the last error on new tasks of linear attention, one query each.

    Only the first ``seeds`` seeds are used, at every T.
    """
    count = check_integer(seeds, "seeds")
    kept = {
        T: run
        for (*kind, T, every), run in runs.items()
        if kind == ["linear", context] and not every
    }
    sizes = sorted(kept)
    last = [(kept[T].test[:, -1] / kept[T].zero)[:count] for T in sizes]
    return sizes, _spread(np.array(last).T)


def stored_runs() -> dict[tuple[str, int, int, bool], Figure]:
    """Return the committed runs by (model, context, tasks, every_token), seeds in order.

    Raises
    ------
    FileNotFoundError
        If the package holds none.
    """
    found = scale.stored(NAME)
    if found is None:
        raise FileNotFoundError(f"no stored result {NAME!r}: python -m tools.paper {NAME} makes it")
    groups: dict[tuple[str, int, int, bool], list[dict[str, Any]]] = {}
    for point in found.results["points"]:
        key = (
            point["model"],
            point.get("context", 512),
            point.get("tasks", 512),
            point.get("every_token", False),
        )
        groups.setdefault(key, []).append(point["result"])
    return {
        key: Figure(
            np.array(runs[0]["epochs"]),
            *(np.array([run[name] for run in runs]) for name in ("train", "test")),
            np.array([run["zero"][0] for run in runs]),
        )
        for key, runs in groups.items()
    }
