r"""Prompts for the decoder, drawn on its device.

The law is that of :mod:`iclnb.features.one_gradient_step.tasks`: directions uniform on the sphere
of the subspace, links from the law, standard normal inputs, labels with signs of size
:math:`\tau`. Links come from the numpy generator, everything else from the torch generator.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer
from iclnb.features.one_gradient_step.hermite import factorials
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks
from iclnb.kinds import guarded
from iclnb.pytorch import torch

__all__ = ["Batch", "link_labels", "sample_batch", "sample_stack"]


class Batch(NamedTuple):
    """x (B, n, d) and y (B, n)."""

    X: torch.Tensor
    y: torch.Tensor


@guarded
def link_labels(coefficients: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    r""":math:`\sum_i\frac{c_i}{i!}\mathrm{He}_i(z)`: coefficients (B, P + 1), index (B, n)."""
    scaled = coefficients / torch.as_tensor(
        factorials(coefficients.shape[1] - 1), dtype=index.dtype, device=index.device
    )
    before, value = torch.zeros_like(index), torch.ones_like(index)
    total = scaled[:, :1] * value
    for i in range(1, scaled.shape[1]):
        before, value = value, index * value - (i - 1) * before
        total = total + scaled[:, i : i + 1] * value
    return total


@guarded
def sample_batch(
    tasks: SingleIndexTasks,
    batch_size: int,
    prompt_length: int,
    *,
    generator: torch.Generator,
    rng: np.random.Generator,
    dtype: torch.dtype = torch.float32,
) -> Batch:
    """Draw prompts of ``prompt_length`` labelled inputs, each with a task of its own.

    Parameters
    ----------
    generator : torch.Generator
        Its device is the device of the result.
    rng : numpy Generator
        Of the links.
    """
    batch_size, prompt_length = (
        check_integer(batch_size, "batch_size"),
        check_integer(prompt_length, "prompt_length"),
    )
    check_generator(rng, "rng")
    options = {"dtype": dtype, "device": generator.device}
    direction = torch.randn(batch_size, tasks.r, generator=generator, **options)
    direction = direction / torch.linalg.vector_norm(direction, dim=1, keepdim=True)
    direction = direction @ torch.as_tensor(np.array(tasks.subspace), **options)
    coefficients = torch.as_tensor(tasks.law.sample(batch_size, rng), **options)
    X = torch.randn(batch_size, prompt_length, tasks.d, generator=generator, **options)
    y = link_labels(coefficients, (X @ direction[:, :, None])[:, :, 0])
    if tasks.noise > 0:
        signs = torch.randint(0, 2, y.shape, generator=generator, device=generator.device)
        y = y + tasks.noise * (2 * signs - 1).to(dtype)
    return Batch(X, y)


def _moved(array: FloatArray, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """The array on the device, without waiting for it there."""
    tensor = torch.as_tensor(np.array(array), dtype=dtype)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


@guarded
def sample_stack(
    tasks: Sequence[SingleIndexTasks],
    batch_size: int,
    prompt_length: int,
    *,
    steps: int,
    generators: Sequence[torch.Generator],
    rngs: Sequence[np.random.Generator],
    dtype: torch.dtype = torch.float32,
) -> Batch:
    """Draw the prompts of several steps for several models: X (steps, S, B, n, d), y without d.

    Model s gets what as many calls of :func:`sample_batch` with its generators give, to rounding;
    inputs of fewer dimensions than the largest d end with zeros.

    Parameters
    ----------
    steps : int
        Number of batches.
    generators, rngs : sequences
        As in :func:`sample_batch`, those of each model; the devices agree.
    """
    steps, batch_size = check_integer(steps, "steps"), check_integer(batch_size, "batch_size")
    prompt_length = check_integer(prompt_length, "prompt_length")
    if not len(tasks) == len(generators) == len(rngs) > 0:
        raise ValueError("tasks, generators and rngs must be as many, at least one")
    device = generators[0].device
    d, terms = max(one.d for one in tasks), 1 + max(one.law.degree for one in tasks)
    head = (steps, len(tasks), batch_size)
    X = torch.zeros(*head, prompt_length, d, dtype=dtype, device=device)
    direction = torch.zeros(*head, d, dtype=dtype, device=device)
    offset = torch.zeros(*head, prompt_length, dtype=dtype, device=device)
    links = np.zeros((*head, terms))
    for s, (one, generator, rng) in enumerate(zip(tasks, generators, rngs)):
        to = {"dtype": dtype, "device": device}
        raw = torch.empty(steps, batch_size, one.r, dtype=dtype, device=device)
        for t in range(steps):
            raw[t] = torch.randn(batch_size, one.r, generator=generator, **to)
            links[t, s, :, : one.law.degree + 1] = one.law.sample(batch_size, rng)
            drawn = torch.randn(batch_size, prompt_length, one.d, generator=generator, **to)
            X[t, s, :, :, : one.d] = drawn
            if one.noise > 0:
                shape = (batch_size, prompt_length)
                signs = torch.randint(0, 2, shape, generator=generator, device=device)
                offset[t, s] = one.noise * (2 * signs - 1).to(dtype)
        raw = raw / torch.linalg.vector_norm(raw, dim=2, keepdim=True)
        direction[:, s, :, : one.d] = raw @ _moved(one.subspace, dtype, device)
    index = (X @ direction[..., None])[..., 0]
    coefficients = _moved(links.reshape(-1, terms), dtype, device)
    y = link_labels(coefficients, index.flatten(0, 2)).view_as(index)
    return Batch(X, y + offset)
