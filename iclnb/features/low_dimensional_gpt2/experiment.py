r"""What the chapter measures beside the training: one prompt at a time, and two baselines.

This module imports torch; the package does not import this module.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer
from iclnb.features.learning_in_context import kernel_ridge, polynomial_kernel
from iclnb.features.one_gradient_step import (
    SingleIndexTasks,
    sample_single_index_prompts,
    sample_tasks,
)
from iclnb.kinds import guarded
from iclnb.pytorch import torch

from .decoder import Decoder
from .layouts import pair

__all__ = ["kernel_errors", "predict_one_by_one", "query_residual"]


@guarded
def predict_one_by_one(model: Decoder, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    r"""Predictions from the sequences :math:`(x_1,y_1),\dots,(x_{i-1},y_{i-1}),(x_i,0)`, one for
    each i: what :func:`~.decoder.predict` finds with joint tokens in one pass.

    Parameters
    ----------
    X, y : tensors (B, n, d), (B, n)

    Returns
    -------
    tensor (B, n)
    """
    columns = []
    for i in range(1, X.shape[1] + 1):
        labels = torch.cat([y[:, : i - 1], torch.zeros_like(y[:, :1])], dim=1)
        tokens = pair(X[:, :i], y[:, :i])
        values = torch.cat([X[:, :i], labels[:, :, None]], dim=2)
        columns.append(model(tokens._replace(values=values))[:, -1])
    return torch.stack(columns, dim=1)


@guarded
def query_residual(tasks: SingleIndexTasks, n_prompts: int, *, rng: np.random.Generator) -> float:
    r"""Mean squared error of the best polynomial in :math:`|P_{\mathcal S}x_q|^2`, fitted.

    :math:`E[y\mid x_q]` is one, of degree at most half of the link's: this is
    :func:`~.plateau.no_context_error` without its formula. The fit is divided by the degrees of
    freedom that are left.

    Parameters
    ----------
    n_prompts : int
        Labelled queries, each of a task of its own; more than 100.
    """
    n_prompts = check_integer(n_prompts, "n_prompts", least=101)
    drawn = sample_tasks(tasks, n_prompts, check_generator(rng, "rng"))
    sample = sample_single_index_prompts(tasks, drawn, 1, input_rng=rng, noise_rng=rng)
    square = np.sum((sample.query @ tasks.subspace.T) ** 2, axis=1) / tasks.r
    design = square[:, None] ** np.arange(tasks.law.degree // 2 + 1)
    fitted = design @ np.linalg.lstsq(design, sample.query_label, rcond=None)[0]
    return float(np.sum((sample.query_label - fitted) ** 2) / (n_prompts - design.shape[1]))


@guarded
def kernel_errors(
    tasks: SingleIndexTasks,
    prompt_lengths: Sequence[int],
    *,
    n_prompts: int,
    penalties: Sequence[float],
    rng: np.random.Generator,
    degree: int = 2,
) -> FloatArray:
    r"""Error of kernel ridge regression on each prompt alone, with the penalty that is best.

    The penalty is chosen for each number of examples on the prompts themselves: the errors are
    lower than those of any one penalty, which favours the kernel.

    Parameters
    ----------
    prompt_lengths : sequence of int
        Numbers of examples.
    n_prompts : int
        Fresh prompts for each of them, with one query each.
    penalties : sequence of float
        Positive.
    degree : int
        Of the polynomial kernel.

    Returns
    -------
    array, one error for each number of examples
    """
    kernel, least = polynomial_kernel(degree), []
    for n in prompt_lengths:
        drawn = sample_tasks(
            tasks, check_integer(n_prompts, "n_prompts"), check_generator(rng, "rng")
        )
        sample = sample_single_index_prompts(tasks, drawn, n, input_rng=rng, noise_rng=rng)
        each = zip(sample.X, sample.y, sample.query, sample.query_label)
        errors = [
            [(kernel_ridge(kernel, X, y, q[None], penalty=p)[0] - t) ** 2 for p in penalties]
            for X, y, q, t in each
        ]
        least.append(np.mean(errors, axis=0).min())
    return np.array(least)
