r"""Learners that see one prompt, with and without what pretraining could tell them at once.

Kernel ridge regression and a two-layer network trained by gradient descent on the prompt, the two
baselines of the published comparison. Both are also given the query-only predictor
:math:`E[y\mid x]`, which takes the subspace and the law of the links to know: they then learn the
labels less that, and add it to their answer. What is left of a decoder's advantage after this is
that it reads the prompt better.

Penalties, step sizes and the time to stop are those with the least mean error on the prompts of the
test themselves, which favours the baselines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb import scale
from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.features.one_gradient_step import (
    SingleIndexTasks,
    coefficient_mean,
    sample_single_index_prompts,
    sample_tasks,
    sphere_quadrature,
)
from iclnb.features.one_gradient_step.hermite import evaluate_hermite
from iclnb.features.one_gradient_step.links import Link
from iclnb.features.one_gradient_step.tasks import random_subspace
from iclnb.kinds import guarded

__all__ = [
    "ALONE",
    "Baselines",
    "descend",
    "least",
    "prompt_baselines",
    "query_prediction",
    "ridge_errors",
    "stored_baselines",
]

#: Name of the committed result.
ALONE = "low-dimensional-gpt2-alone"


@guarded
def query_prediction(tasks: SingleIndexTasks, X: ArrayLike) -> FloatArray:
    r""":math:`E[y\mid x]` over the tasks, at inputs (..., d).

    .. math:: \sum_i\frac{E[c_i]}{i!}\,E_\beta\mathrm{He}_i(|P_{\mathcal S}x|\,\beta_1),

    with :math:`\beta_1` a coordinate of the unit sphere of :math:`\mathcal S`. For
    :math:`\mathrm{He}_2/\sqrt2` it is :math:`(|P_{\mathcal S}x|^2/r-1)/\sqrt2`.
    """
    X = check_array(X, "X")
    if X.ndim == 0 or X.shape[-1] != tasks.d:
        raise ValueError(f"X must have inputs of dimension {tasks.d}, got shape {X.shape}")
    length = np.sqrt(np.sum((X @ tasks.subspace.T) ** 2, axis=-1))
    nodes, weights = sphere_quadrature(tasks.r, tasks.law.degree)
    return evaluate_hermite(coefficient_mean(tasks.law), length[..., None] * nodes) @ weights


@guarded
def ridge_errors(
    X: ArrayLike,
    y: ArrayLike,
    query: ArrayLike,
    target: ArrayLike,
    *,
    penalties: Sequence[float],
    degree: int = 2,
) -> FloatArray:
    r"""Squared errors of ridge regression with the kernel :math:`(1+\langle x,z\rangle/d)^p`.

    Parameters
    ----------
    X, y : arrays (T, n, d), (T, n)
    query, target : arrays (T, d), (T,)
    penalties : sequence of float
        Positive, beside the mean of squares.
    degree : int
        p.

    Returns
    -------
    array (penalties, T)
    """
    X = check_array(X, "X", (None, None, None))
    T, n, d = X.shape
    y, query = check_array(y, "y", (T, n)), check_array(query, "query", (T, d))
    target = check_array(target, "target", (T,))
    degree = check_integer(degree, "degree")
    gram = (1 + X @ np.swapaxes(X, 1, 2) / d) ** degree
    across = (1 + np.einsum("tnd,td->tn", X, query) / d) ** degree
    values, vectors = np.linalg.eigh(gram)
    left, right = (np.einsum("tnk,tn->tk", vectors, v) for v in (across, y))
    rows = []
    for penalty in penalties:
        penalty = check_number(penalty, "penalties", low=0.0, strict=True)
        answer = np.sum(left * right / (np.maximum(values, 0.0) + n * penalty), axis=1)
        rows.append((answer - target) ** 2)
    return np.array(rows)


@guarded
def descend(
    X: ArrayLike,
    y: ArrayLike,
    query: ArrayLike,
    target: ArrayLike,
    *,
    neurons: int,
    step_size: float,
    steps: int,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Squared errors of a two-layer network along gradient descent on each prompt.

    :math:`f(x)=\sum_ja_j\max(\langle w_j,x\rangle+b_j,0)`, from :math:`w_j\sim N(0,2I/d)`,
    :math:`b_j=0` and :math:`a_j\sim N(0,2/m)`, less its value at the start; all are trained, on the
    mean square over the prompt.

    Parameters
    ----------
    X, y, query, target
        As in :func:`ridge_errors`.
    neurons : int
        m.
    step_size : float
    steps : int

    Returns
    -------
    array (steps + 1, T)
        After 0, 1, ... steps. Infinite where a run has left the numbers.
    """
    X = check_array(X, "X", (None, None, None))
    T, n, d = X.shape
    y, query = check_array(y, "y", (T, n)), check_array(query, "query", (T, d))
    target = check_array(target, "target", (T,))
    m, steps = check_integer(neurons, "neurons"), check_integer(steps, "steps")
    rate = check_number(step_size, "step_size", low=0.0, strict=True)
    check_generator(rng, "rng")
    W = rng.standard_normal((T, d, m)) * np.sqrt(2 / d)
    a, b = rng.standard_normal((T, m)) * np.sqrt(2 / m), np.zeros((T, m))
    points = np.concatenate([X, query[:, None]], axis=1)
    shift, errors = None, []
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            hidden = np.maximum(points @ W + b[:, None], 0.0)
            value = np.einsum("tnm,tm->tn", hidden, a)
            shift = value if shift is None else shift
            value = value - shift
            errors.append((value[:, n] - target) ** 2)
            if step == steps:
                break
            slope = 2 / n * (value[:, :n] - y)
            hidden = hidden[:, :n]
            back = slope[:, :, None] * (hidden > 0) * a[:, None]
            a = a - rate * np.einsum("tnm,tn->tm", hidden, slope)
            W = W - rate * (np.swapaxes(X, 1, 2) @ back)
            b = b - rate * back.sum(axis=1)
    found = np.array(errors)
    return np.where(np.isfinite(found), found, np.inf)


@guarded
def least(errors: ArrayLike, silent: ArrayLike, mean: float) -> tuple[float, float]:
    r"""Error in the row of least mean, and its standard error over prompts.

    Squares of polynomials have heavy tails, which an error shares with that of the answer zero,
    whose mean is known: the estimate is the ratio of the two sampled means times that mean.

    Parameters
    ----------
    errors : array (rows, T)
    silent : array (T,)
        Squared errors of the answer zero.
    mean : float
        Their expectation.
    """
    errors = np.asarray(errors, dtype=np.float64)
    silent = check_array(silent, "silent", (errors.shape[-1],))
    mean = check_number(mean, "mean", low=0.0, strict=True)
    best = errors[np.argmin(errors.mean(axis=1))]
    ratio = best.mean() / silent.mean()
    spread = (best - ratio * silent).std(ddof=1) / np.sqrt(best.size)
    return float(ratio * mean), float(spread / silent.mean() * mean)


@guarded
def prompt_baselines(
    d: int,
    r: int,
    seed: int,
    *,
    prompt_lengths: Sequence[int] = (4, 8, 12, 16, 20, 23),
    n_prompts: int = 2000,
    neurons: int = 64,
    steps: int = 200,
) -> dict[str, Any]:
    r"""Both baselines on the link :math:`\mathrm{He}_2/\sqrt2`, with and without the predictor.

    Penalties are six powers of ten from 0.001, step sizes 0.03, 0.1 and 0.3. The network is trained
    on a twentieth of the prompts, of the greatest length only.

    Parameters
    ----------
    d, r, seed : int
    prompt_lengths : sequence of int
        Numbers of examples, increasing.
    n_prompts : int
        At least 40.
    neurons, steps
        As in :func:`descend`.

    Returns
    -------
    dict
        ``kernel`` and ``kernel_given``, mean squared errors by number of examples; ``network`` and
        ``network_given``, after the greatest number; each with its standard error over prompts
        (``kernel_error`` ...).
    """
    n_prompts = check_integer(n_prompts, "n_prompts", least=40)
    tasks = SingleIndexTasks(random_subspace(d, r, scale.rng(seed, "subspace")), Link.pure(2))
    names = ("kernel", "kernel_given", "network", "network_given")
    out: dict[str, list[float]] = {k: [] for n in names for k in (n, f"{n}_error")}

    def keep(name: str, errors: FloatArray, silent: FloatArray, mean: float) -> None:
        found = least(errors, silent, mean)
        for key, value in zip((name, f"{name}_error"), found, strict=True):
            out[key].append(round(value, 5))

    for n in prompt_lengths:
        rng = scale.rng(seed, f"prompts {n}")
        drawn = sample_tasks(tasks, n_prompts, rng)
        got = sample_single_index_prompts(tasks, drawn, n, input_rng=rng, noise_rng=rng)
        known, asked = query_prediction(tasks, got.X), query_prediction(tasks, got.query)
        for name, part, mean in (("", 0.0, 1.0), ("_given", 1.0, 1 - 1 / r)):
            y, target = got.y - part * known, got.query_label - part * asked
            penalties = [10.0**k for k in range(-3, 3)]
            found = ridge_errors(got.X, y, got.query, target, penalties=penalties)
            keep(f"kernel{name}", found, target**2, mean)
            if n != prompt_lengths[-1]:
                continue
            few = n_prompts // 20
            runs = [
                descend(
                    got.X[:few], y[:few], got.query[:few], target[:few], neurons=neurons,
                    step_size=rate, steps=steps, rng=scale.rng(seed, f"network {rate}"),
                )
                for rate in (0.03, 0.1, 0.3)
            ]  # fmt: skip
            keep(f"network{name}", np.concatenate(runs), target[:few] ** 2, mean)
    kept = {key: values[0] if "network" in key else values for key, values in out.items()}
    return {"lengths": list(prompt_lengths), **kept}


class Baselines(NamedTuple):
    """The stored baselines of one setting, each with its standard error over prompts: the kernel
    without and with the predictor, by number of examples (lengths,), and the network at the last.
    """

    lengths: FloatArray
    kernel: FloatArray
    kernel_error: FloatArray
    kernel_given: FloatArray
    kernel_given_error: FloatArray
    network: float
    network_error: float
    network_given: float
    network_given_error: float


@guarded
def stored_baselines(d: int, r: int) -> Baselines:
    """Return the committed baselines of one setting.

    Raises
    ------
    FileNotFoundError
        If the package holds no result.
    KeyError
        If it holds none of this setting.
    """
    kept = scale.required(ALONE)
    for point in kept.results["points"]:
        if (point["d"], point["r"]) == (d, r):
            rows = [point["result"][name] for name in Baselines._fields]
            return Baselines(*(np.array(v) if isinstance(v, list) else v for v in rows))
    raise KeyError(f"no stored baselines of d = {d}, r = {r}")
