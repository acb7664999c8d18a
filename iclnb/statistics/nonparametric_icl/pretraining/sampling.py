r"""Prompts: tasks, inputs and noise from three separate streams.

A task is :math:`F=\sum_j\beta_jf_j`, :math:`\beta\sim N(0,\Sigma)`; a prompt of length n has inputs
uniform on the cube and labels :math:`y_i=F(x_i)+\sigma\xi_i`; the query is one more uniform input.
Changing the noise level or the noise stream changes neither tasks nor inputs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_instance,
    check_integer,
    check_number,
    check_seeds,
)
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, Prompts, check_prompts
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import (
    check_covariance,
    covariance_root,
    times_covariance,
)


@guarded
def sample_coefficients(
    size: int, task_covariance: ArrayLike, n_tasks: int, rng: np.random.Generator
) -> FloatArray:
    r""":math:`\beta\sim N(0,\Sigma)`, shape (n_tasks, size); Sigma a vector or a matrix."""
    root = covariance_root(
        check_covariance(task_covariance, "task_covariance", check_integer(size, "size"))
    )
    normal = check_generator(rng, "rng").standard_normal((check_integer(n_tasks, "n_tasks"), size))
    return times_covariance(normal, root)


@guarded
def sample_function_prompts(
    functions: Basis,
    task_covariance: ArrayLike,
    *,
    n_tasks: int,
    prompt_length: int,
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
    task_covariance : array (J,) or (J, J)
        Covariance of the coefficients, positive semi-definite.
    n_tasks, prompt_length : int
        T and n, both at least one.
    noise : float
        Standard deviation :math:`\sigma\ge0` of the label noise.
    task_rng, input_rng, noise_rng : Generator
        Read independently of one another.
    coefficients : array (T, J), optional
        Tasks to use instead of drawing them (``task_rng`` is then not read).

    Returns
    -------
    Prompts
        Their ``tasks`` are the coefficients (T, J).
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    prompt_length = check_integer(prompt_length, "prompt_length")
    noise = check_number(noise, "noise", low=0.0)
    if coefficients is None:
        beta = sample_coefficients(functions.size, task_covariance, n_tasks, task_rng)
    else:
        beta = check_array(coefficients, "coefficients", (n_tasks, functions.size))
    check_generator(input_rng, "input_rng")
    X = input_rng.random((n_tasks, prompt_length + 1, functions.d))
    flat = functions._values(X.reshape(-1, functions.d))
    values = np.einsum("tij,tj->ti", flat.reshape(n_tasks, prompt_length + 1, -1), beta)
    noisy = values + noise * check_generator(noise_rng, "noise_rng").standard_normal(values.shape)
    return Prompts(X[:, :-1], noisy[:, :-1], X[:, -1], noisy[:, -1], values[:, -1], beta)


@guarded
def attention_data(prompts: Prompts, features: Basis, query: Basis | None = None) -> AttentionData:
    r"""Keys :math:`\frac1n\sum_iy_i\phi(x_i)` and queries :math:`\psi(x_q)` (default psi = phi)."""
    check_instance(features, "features", Basis)
    psi = features if query is None else check_instance(query, "query", Basis)
    prompts = check_prompts(prompts, "prompts", features.d, needs=("query", "query_label"))
    n_tasks, prompt_length, d = prompts.X.shape
    phi = features.evaluate(prompts.X.reshape(-1, d)).reshape(n_tasks, prompt_length, -1)
    keys = np.einsum("ti,tin->tn", prompts.y, phi) / prompt_length
    queries = psi.evaluate(prompts.query)
    return AttentionData(keys, queries, prompts.query_label, prompts.target)


@guarded
def infinite_prompt_data(
    functions: Basis,
    task_covariance: ArrayLike,
    features: Basis,
    *,
    n_tasks: int,
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
    n_tasks = check_integer(n_tasks, "n_tasks")
    noise = check_number(noise, "noise", low=0.0)
    beta = sample_coefficients(functions.size, task_covariance, n_tasks, task_rng)
    query = check_generator(input_rng, "input_rng").random((n_tasks, functions.d))
    target = np.einsum("tj,tj->t", functions._values(query), beta)
    label = target + noise * check_generator(noise_rng, "noise_rng").standard_normal(n_tasks)
    return AttentionData(beta @ matrix.T, features.evaluate(query), label, target)


@guarded
def attention_stream(
    functions: Basis,
    task_covariance: ArrayLike,
    features: Basis,
    *,
    n_tasks: int,
    prompt_length: int,
    noise: float,
    seed: int | np.random.SeedSequence,
    chunk: int = 1024,
) -> Iterator[AttentionData]:
    """T prompts in pieces of at most ``chunk``; only one piece is in memory at a time.

    Three child streams of the seed (tasks, inputs, noise) are read one after another, so that the
    prompts depend on the seed and on ``chunk`` only.
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    chunk = check_integer(chunk, "chunk")
    sequence = check_seeds(seed, "seed")
    task_rng, input_rng, noise_rng = map(np.random.default_rng, sequence.spawn(3))
    for start in range(0, n_tasks, chunk):
        prompts = sample_function_prompts(
            functions,
            task_covariance,
            n_tasks=min(chunk, n_tasks - start),
            prompt_length=prompt_length,
            noise=noise,
            task_rng=task_rng,
            input_rng=input_rng,
            noise_rng=noise_rng,
        )
        yield attention_data(prompts, features)
