r"""Stage I in one call: a random start, the gradient of many tasks, and the step.

Inputs are shared by groups of tasks (:mod:`.shared_design`), which changes no expectation and is
much cheaper than the fresh inputs of the paper.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.kinds import guarded

from .alignment import alignment
from .alignment_law import alignment_law
from .gradient import first_step
from .links import LinkLaw
from .shared_design import shared_design_gradient
from .tasks import SingleIndexTasks, random_subspace

__all__ = ["AlignmentRun", "FirstStep", "alignment_run", "stage_one"]


class FirstStep(NamedTuple):
    """Weights (m, d) at the start and after the one large step."""

    start: FloatArray
    weights: FloatArray


@guarded
def stage_one(
    tasks: SingleIndexTasks,
    rng: np.random.Generator,
    *,
    neurons: int,
    n_tasks: int,
    prompt_length: int,
    group: int = 256,
    bias: float = 0.0,
    rms: float = 0.7,
) -> FirstStep:
    r"""Weights at the start and after one large step; the prediction is dropped.

    Parameters
    ----------
    tasks : SingleIndexTasks
    rng : Generator
        Four streams are spawned: start, tasks, inputs, label noise.
    neurons, n_tasks, prompt_length, group : int
        Width; tasks, examples of each, and tasks that share their inputs.
    bias : float
        Bias of all neurons.
    rms : float
        Root mean square of the row norms after the step, in place of a step size.
    """
    neurons = check_integer(neurons, "neurons")
    start_rng, task_rng, input_rng, noise_rng = check_generator(rng, "rng").spawn(4)
    start = sphere_rows(neurons, tasks.d, start_rng)
    gradient = shared_design_gradient(
        tasks, start, bias=bias, Gamma_diagonal=1.0,
        n_tasks=n_tasks, prompt_length=prompt_length, group=group,
        task_rng=task_rng, input_rng=input_rng, noise_rng=noise_rng,
    )  # fmt: skip
    return FirstStep(start, first_step(start, gradient, rms=rms))


class AlignmentRun(NamedTuple):
    """Alignment of one sampled gradient, and the law for the same initial weights."""

    found: float
    law: float


@guarded
def alignment_run(
    law: LinkLaw,
    rng: np.random.Generator,
    *,
    d: int,
    r: int,
    neurons: int,
    n_tasks: int,
    prompt_length: int,
    group: int = 64,
    Gamma_diagonal: float | None = None,
) -> AlignmentRun:
    r"""One sampled gradient of stage I, with zero biases.

    Parameters
    ----------
    law : LinkLaw
    rng : Generator
        Four streams are spawned: subspace, start, tasks, inputs.
    d, r, neurons, n_tasks, prompt_length, group : int
        Sizes, as in :func:`~.shared_design.shared_design_gradient`.
    Gamma_diagonal : float, optional
        Diagonal of :math:`\Gamma` at the start, with random signs; the prediction is then kept in
        the residual. By default it is dropped, the limit of small :math:`\gamma`, and this is what
        the law describes.
    """
    neurons = check_integer(neurons, "neurons")
    space, first, task_rng, input_rng = check_generator(rng, "rng").spawn(4)
    tasks = SingleIndexTasks(random_subspace(d, r, space), law)
    start = sphere_rows(neurons, d, first)
    diagonal = 1.0
    if Gamma_diagonal is not None:
        diagonal = check_number(
            Gamma_diagonal, "Gamma_diagonal", low=0.0, strict=True
        ) * first.choice((-1.0, 1.0), neurons)
    gradient = shared_design_gradient(
        tasks, start, bias=0.0, Gamma_diagonal=diagonal,
        n_tasks=n_tasks, prompt_length=prompt_length, group=group,
        task_rng=task_rng, input_rng=input_rng, keep_prediction=Gamma_diagonal is not None,
    )  # fmt: skip
    rho2 = np.sum((start @ tasks.subspace.T) ** 2, axis=1)
    expected = alignment_law(law, d=d, r=r, n_tasks=n_tasks, prompt_length=prompt_length, rho2=rho2)
    return AlignmentRun(alignment(gradient, tasks.subspace), expected)
