r"""Prompts: tasks, inputs and noise from three separate streams.

A task is :math:`F=\sum_j\beta_jf_j`, :math:`\beta\sim N(0,\Sigma)`; a prompt of length n has inputs
uniform on the cube and labels :math:`y_i=F(x_i)+\sigma\xi_i`; the query is one more uniform input.
Changing the noise level or the noise stream changes neither tasks nor inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import (
    check_covariance,
    covariance_root,
    times_covariance,
)


class Prompts(NamedTuple):
    """T prompts of length n in dimension d.

    coefficients (T, J); inputs (T, n, d); labels (T, n), noisy; query (T, d); query_label (T,),
    noisy; target (T,), noiseless.
    """

    coefficients: FloatArray
    inputs: FloatArray
    labels: FloatArray
    query: FloatArray
    query_label: FloatArray
    target: FloatArray


class AttentionData(NamedTuple):
    r"""What linear attention sees of T prompts.

    keys (T, N): :math:`S=\frac1n\sum_iy_i\phi(x_i)`; queries (T, N'): :math:`\psi(x_q)`; labels
    (T,), noisy; targets (T,), noiseless.
    """

    keys: FloatArray
    queries: FloatArray
    labels: FloatArray
    targets: FloatArray


def sample_tasks(size: int, sigma: ArrayLike, count: int, rng: np.random.Generator) -> FloatArray:
    r""":math:`\beta\sim N(0,\Sigma)`, shape (count, size); Sigma a vector or a matrix."""
    root = covariance_root(check_covariance(sigma, "covariance", check_integer(size, "size")))
    normal = check_generator(rng, "rng").standard_normal((check_integer(count, "count"), size))
    return times_covariance(normal, root)


def sample_prompts(
    functions: Basis,
    sigma: ArrayLike,
    *,
    tasks: int,
    context: int,
    noise: float,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator,
    coefficients: ArrayLike | None = None,
) -> Prompts:
    r"""Draw prompts.

    Parameters
    ----------
    functions : Basis
        The task functions :math:`f_1..f_J`.
    sigma : array (J,) or (J, J)
        Covariance of the coefficients, positive semi-definite.
    tasks, context : int
        T and n, both at least one.
    noise : float
        Standard deviation :math:`\sigma\ge0` of the label noise.
    task_rng, input_rng, noise_rng : Generator
        Read independently of one another.
    coefficients : array (T, J), optional
        Tasks to use instead of drawing them (``task_rng`` is then not read).
    """
    tasks = check_integer(tasks, "tasks")
    context = check_integer(context, "context")
    noise = check_number(noise, "noise", low=0.0)
    if coefficients is None:
        beta = sample_tasks(functions.size, sigma, tasks, task_rng)
    else:
        beta = check_array(coefficients, "coefficients", (tasks, functions.size))
    check_generator(input_rng, "input_rng")
    inputs = input_rng.random((tasks, context + 1, functions.dimension))
    flat = functions._values(inputs.reshape(-1, functions.dimension))
    values = np.einsum("tij,tj->ti", flat.reshape(tasks, context + 1, -1), beta)
    noisy = values + noise * check_generator(noise_rng, "noise_rng").standard_normal(values.shape)
    return Prompts(beta, inputs[:, :-1], noisy[:, :-1], inputs[:, -1], noisy[:, -1], values[:, -1])


def attention_data(prompts: Prompts, features: Basis, query: Basis | None = None) -> AttentionData:
    r"""Keys :math:`\frac1n\sum_iy_i\phi(x_i)` and queries :math:`\psi(x_q)` (default psi = phi)."""
    tasks, context, dimension = prompts.inputs.shape
    phi = features.evaluate(prompts.inputs.reshape(-1, dimension)).reshape(tasks, context, -1)
    keys = np.einsum("ti,tin->tn", prompts.labels, phi) / context
    queries = (query or features).evaluate(prompts.query)
    return AttentionData(keys, queries, prompts.query_label, prompts.target)


def infinite_context_data(
    functions: Basis,
    sigma: ArrayLike,
    features: Basis,
    *,
    tasks: int,
    noise: float,
    task_rng: np.random.Generator,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator,
    mixed_gram: ArrayLike,
) -> AttentionData:
    r"""The data at n = infinity, where :math:`S=M\beta`, :math:`M=E\phi f^\top` (N, J).

    Noise remains on the query label only.
    """
    matrix = check_array(mixed_gram, "mixed_gram", (features.size, functions.size))
    tasks = check_integer(tasks, "tasks")
    noise = check_number(noise, "noise", low=0.0)
    beta = sample_tasks(functions.size, sigma, tasks, task_rng)
    query = check_generator(input_rng, "input_rng").random((tasks, functions.dimension))
    target = np.einsum("tj,tj->t", functions._values(query), beta)
    label = target + noise * check_generator(noise_rng, "noise_rng").standard_normal(tasks)
    return AttentionData(beta @ matrix.T, features.evaluate(query), label, target)


def attention_stream(
    functions: Basis,
    sigma: ArrayLike,
    features: Basis,
    *,
    tasks: int,
    context: int,
    noise: float,
    seed: int | np.random.SeedSequence,
    chunk: int = 1024,
) -> Iterator[AttentionData]:
    """T prompts in pieces of at most ``chunk``; only one piece is in memory at a time.

    Three child streams of the seed (tasks, inputs, noise) are read one after another, so that the
    prompts depend on the seed and on ``chunk`` only.
    """
    tasks = check_integer(tasks, "tasks")
    chunk = check_integer(chunk, "chunk")
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    task_rng, input_rng, noise_rng = map(np.random.default_rng, sequence.spawn(3))
    for start in range(0, tasks, chunk):
        prompts = sample_prompts(
            functions,
            sigma,
            tasks=min(chunk, tasks - start),
            context=context,
            noise=noise,
            task_rng=task_rng,
            input_rng=input_rng,
            noise_rng=noise_rng,
        )
        yield attention_data(prompts, features)


def predictions(data: AttentionData, gamma: ArrayLike) -> FloatArray:
    r"""Answers :math:`S^\top\Gamma\psi(x_q)`, shape (T,); a vector Gamma is a diagonal."""
    gamma = check_array(gamma, "gamma")
    if gamma.ndim == 1:
        return np.einsum("tk,k,tk->t", data.keys, gamma, data.queries, optimize=True)
    return np.einsum("tk,tk->t", data.keys @ gamma, data.queries)
