r"""Algorithm 1 of Oko et al. at the size of their Figure 3 (second-hand), as far as one core goes.

There: :math:`\mathrm{He}_2`, d = 32, r = 2, m = 8000, :math:`T_1=10^5` prompts of :math:`10^4`
examples, :math:`T_2=3000` of 512, :math:`\lambda_2=0.1`. Fresh inputs for each prompt of stage I
are :math:`10^{15}` operations. Here all tasks of a group share theirs, and for the quadratic link
one product serves the whole group: the labels :math:`(\langle\beta,x\rangle^2-1)/\sqrt2` are
linear in 1 and in the products of two coordinates inside the subspace, so that all tasks need is

.. math:: P_{ja}=\frac1n\sum_i1\{w_j^\top x_i+b_j>0\}\,z_{ia}\,(x_i,1),

z the vector of these :math:`r(r+1)/2+1` numbers. Every task, taken alone, has the law of an
independent prompt (:mod:`iclnb.features.one_gradient_step.shared_design`). Stage II is ridge by the
kernel of the prompts, without forming :math:`\Gamma`; the paper has stochastic gradient steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step.alignment import alignment
from iclnb.features.one_gradient_step.gradient import check_network, first_step
from iclnb.features.one_gradient_step.links import Link
from iclnb.features.one_gradient_step.tasks import (
    SingleIndexTasks,
    random_subspace,
    sample_single_index_prompts,
    sample_tasks,
)
from iclnb.kinds import guarded

from .stage_two import network_features, sample_network_data

__all__ = ["published_layer", "quadratic_gradient"]


@guarded
def quadratic_gradient(
    tasks: SingleIndexTasks,
    weights: ArrayLike,
    *,
    bias: ArrayLike,
    Gamma_diagonal: ArrayLike,
    n_tasks: int,
    prompt_length: int,
    rng: np.random.Generator,
    chunk: int = 2**10,
) -> FloatArray:
    r"""Gradient of stage I over one group of tasks that share their inputs, shape (m, d).

    The estimator of :func:`~iclnb.features.one_gradient_step.shared_design.shared_design_gradient`
    for the link :math:`\mathrm{He}_2/\sqrt2` without noise, at a cost that the number of tasks
    hardly enters. Of ``tasks`` the subspace is read. ``rng`` gives the tasks, the queries and then
    the inputs, ``chunk`` of them at a time.
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    prompt_length = check_integer(prompt_length, "prompt_length")
    chunk, d = check_integer(chunk, "chunk"), tasks.d
    net = check_network(weights, bias, Gamma_diagonal, d)
    directions = sphere_rows(n_tasks, tasks.r, check_generator(rng, "rng"))
    query = rng.standard_normal((n_tasks, d))
    rows, columns = np.triu_indices(tasks.r)
    twice = np.where(rows == columns, 1.0, 2.0)
    forms = np.column_stack(
        [np.full(n_tasks, -1.0), twice * directions[:, rows] * directions[:, columns]]
    )
    forms /= np.sqrt(2)
    pulled = np.zeros((len(net.weights), forms.shape[1], d + 1))
    for start in range(0, prompt_length, chunk):
        X = rng.standard_normal((min(chunk, prompt_length - start), d))
        inside = X @ tasks.subspace.T
        z = np.column_stack([np.ones(len(X)), inside[:, rows] * inside[:, columns]])
        right = z[:, :, None] * np.column_stack([X, np.ones(len(X))])[:, None, :]
        active = (-net.bias < X @ net.weights.T).astype(float)
        pulled += (active.T @ right.reshape(len(X), -1)).reshape(pulled.shape)
    pulled /= prompt_length
    inside = query @ tasks.subspace.T
    label = (np.sum(directions * inside, axis=1) ** 2 - 1) / np.sqrt(2)
    at_query = query @ net.weights.T + net.bias
    seen = label[:, None] * np.maximum(at_query, 0.0)
    total = np.einsum("aj,jad->jd", forms.T @ seen, pulled[:, :, :d])
    features = np.einsum("jad,jd->aj", pulled[:, :, :d], net.weights) + net.bias * pulled[:, :, d].T
    means = forms @ features
    total += np.where(at_query > 0, label[:, None] * means, 0.0).T @ query
    return -2 * net.Gamma_diagonal[:, None] * total / n_tasks


@guarded
def published_layer(
    *,
    seed: int,
    d: int = 32,
    r: int = 2,
    neurons: int = 8000,
    n_tasks_1: int = 100_000,
    prompt_length_1: int = 10_000,
    n_tasks_2: int = 3000,
    prompt_length_2: int = 512,
    penalties: Sequence[float] = (0.01, 0.1, 1.0),
    group: int = 2048,
    n_prompts: int = 400,
    prompt_lengths: Sequence[int] = (16, 32, 64, 128, 256, 512, 1024),
) -> dict[str, Any]:
    r"""Both stages and the test on fresh tasks; biases and signs as in the paper.

    Parameters
    ----------
    seed : int
        Of everything: six streams.
    d, r, neurons : int
        Sizes of the layer.
    n_tasks_1, prompt_length_1, n_tasks_2, prompt_length_2 : int
        Tasks and examples of the two stages.
    penalties : sequence of float
        :math:`\lambda_2`, beside the mean of squares.
    group : int
        Tasks that share their inputs in stage I.
    n_prompts : int
        Prompts of the test, with 16 queries each.
    prompt_lengths : sequence of int
        Those of the test.

    Returns
    -------
    dict
        The ``alignment`` after stage I; for each penalty the ``norm`` of Gamma times m, and the
        ``risk`` at each length with its standard ``error`` over prompts.
    """
    seed = check_integer(seed, "seed", least=0)
    n_prompts = check_integer(n_prompts, "n_prompts", least=2)
    for name, value in (("neurons", neurons), ("n_tasks_1", n_tasks_1), ("group", group)):
        check_integer(value, name)
    for length in prompt_lengths:
        check_integer(length, "prompt_lengths")
    for penalty in penalties:
        check_number(penalty, "penalties", low=0.0, strict=True)
    space, first, one, two, three, test = np.random.default_rng(seed).spawn(6)
    tasks = SingleIndexTasks(random_subspace(d, r, space), Link.pure(2))
    start = sphere_rows(neurons, d, first)
    bias, signs = first.uniform(-1, 1, neurons), first.choice((-1.0, 1.0), neurons)
    gradient = np.zeros_like(start)
    for begin in range(0, n_tasks_1, group):
        size = min(group, n_tasks_1 - begin)
        gradient += size * quadratic_gradient(
            tasks, start, bias=bias, Gamma_diagonal=signs,
            n_tasks=size, prompt_length=prompt_length_1, rng=one,
        )  # fmt: skip
    weights = first_step(start, gradient, rms=0.7)
    bias = two.uniform(-np.log(d), np.log(d), neurons)
    data = sample_network_data(
        tasks, weights, bias=bias, n_tasks=n_tasks_2, prompt_length=prompt_length_2,
        task_rng=two, input_rng=three, chunk=2**11,
    )  # fmt: skip
    kernel = (data.keys @ data.keys.T) * (data.queries @ data.queries.T)
    alphas = []
    for value in penalties:
        shifted = kernel + value * n_tasks_2 * np.eye(n_tasks_2)
        alphas.append(
            cho_solve(cho_factor(shifted, lower=True, overwrite_a=True), data.query_label)
        )
    norms = [neurons * np.sqrt(a @ kernel @ a) for a in alphas]
    errors = np.zeros((len(penalties), len(prompt_lengths), n_prompts))
    drawn = sample_tasks(tasks, n_prompts, test)
    for k in range(n_prompts):
        task = type(drawn)(drawn.directions[k : k + 1], drawn.coefficients[k : k + 1])
        X, y, *_ = sample_single_index_prompts(tasks, task, max(prompt_lengths), input_rng=test)
        query = test.standard_normal((16, d))
        truth = ((query @ task.directions[0]) ** 2 - 1) / np.sqrt(2)
        labelled = network_features(X[0], weights, bias=bias) * y[0][:, None]
        keys = np.array([labelled[:n].mean(axis=0) for n in prompt_lengths])
        values = network_features(query, weights, bias=bias)
        left, right = keys @ data.keys.T, values @ data.queries.T
        for p, a in enumerate(alphas):
            errors[p, :, k] = np.mean(((left * a) @ right.T - truth) ** 2, axis=1)
    return {
        "alignment": round(alignment(weights, tasks.subspace), 5),
        "norm": [round(float(v), 3) for v in norms],
        "risk": np.round(errors.mean(axis=2), 5).tolist(),
        "error": np.round(errors.std(axis=2, ddof=1) / np.sqrt(n_prompts), 5).tolist(),
    }
