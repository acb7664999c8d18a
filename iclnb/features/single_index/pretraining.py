r"""Both stages of pretraining in one call: what a trained layer is, and how it is tested.

Algorithm 1 of Oko et al. (second-hand), with the choices of this book: shared inputs in stage I
(:mod:`.shared_design`), the row norms of the step kept and their root mean square set to a number
of order one in place of a step size, biases drawn anew, ridge with a fixed penalty for
:math:`\Gamma`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows

from .alignment import alignment
from .alignment_law import alignment_law
from .attention_risk import AttentionMoments, ContextRisk, attention_moments, context_risk
from .gradient import first_step
from .links import LinkLaw
from .shared_design import shared_design_gradient
from .stage_two import ridge_dual, sample_attention_data
from .tasks import SingleIndexTasks, random_subspace

__all__ = [
    "AlignmentRun",
    "Layer",
    "Recipe",
    "Trial",
    "alignment_run",
    "pretrain",
    "stage_one",
    "stage_two",
    "subspace_network",
    "trial",
]


@dataclass(frozen=True)
class Recipe:
    r"""Sizes of pretraining.

    Parameters
    ----------
    m : int
        Width.
    T1, n1 : int
        Tasks and examples of stage I.
    T2, n2 : int
        Tasks and examples of stage II.
    penalty : float
        :math:`\lambda_2>0`, the ridge penalty of stage II.
    rms : float
        Root mean square of the row norms after the step.
    bias_range : float
        Biases of stage II are uniform in [-bias_range, bias_range].
    start_bias : float
        Bias of all neurons in stage I.
    group : int
        Tasks that share their inputs in stage I.
    """

    m: int
    T1: int
    n1: int
    T2: int
    n2: int
    penalty: float
    rms: float = 0.7
    bias_range: float = 1.0
    start_bias: float = 0.0
    group: int = 256

    def __post_init__(self) -> None:
        for name in ("m", "T1", "n1", "T2", "n2", "group"):
            check_integer(getattr(self, name), name)
        for name in ("penalty", "rms", "bias_range"):
            check_number(getattr(self, name), name, low=0.0, strict=True)
        check_number(self.start_bias, "start_bias")

    @classmethod
    def growing(cls, d: int, *, tasks: int = 32) -> Recipe:
        """The recipe of the chapter: ``tasks * d**2`` tasks of ``d**2`` examples in stage I, 2000
        tasks of 256 examples in stage II, 96 neurons, penalty 1e-4."""
        d, tasks = check_integer(d, "d"), check_integer(tasks, "tasks")
        return cls(m=96, T1=tasks * d * d, n1=d * d, T2=2000, n2=256, penalty=1e-4)


@dataclass(frozen=True, eq=False)
class Layer:
    """A pretrained layer: weights (m, d), biases (m,), Gamma (m, m), and the weights (m, d) from
    which stage I started."""

    weights: FloatArray
    bias: FloatArray
    Gamma: FloatArray
    start: FloatArray


def stage_one(
    tasks: SingleIndexTasks, recipe: Recipe, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Weights at the start and after one large step, each (m, d); the prediction is dropped."""
    start_rng, task_rng, data_rng, noise_rng = check_generator(rng, "rng").spawn(4)
    start = sphere_rows(recipe.m, tasks.d, start_rng)
    gradient = shared_design_gradient(
        tasks, start, bias=recipe.start_bias, gamma=1.0, T1=recipe.T1, n=recipe.n1,
        group=recipe.group, task_rng=task_rng, data_rng=data_rng, noise_rng=noise_rng,
    )  # fmt: skip
    return start, first_step(start, gradient, rms=recipe.rms)


def stage_two(
    tasks: SingleIndexTasks,
    weights: FloatArray,
    bias: FloatArray,
    recipe: Recipe,
    rng: np.random.Generator,
) -> FloatArray:
    """Gamma (m, m) by ridge on fresh prompts."""
    task_rng, data_rng, noise_rng = check_generator(rng, "rng").spawn(3)
    data = sample_attention_data(
        tasks, weights, bias=bias, T2=recipe.T2, n=recipe.n2,
        task_rng=task_rng, data_rng=data_rng, noise_rng=noise_rng,
    )  # fmt: skip
    return ridge_dual(data, penalty=recipe.penalty)


def pretrain(tasks: SingleIndexTasks, recipe: Recipe, rng: np.random.Generator) -> Layer:
    """Stage I, fresh biases, stage II; three streams are spawned from ``rng``."""
    first, drawn, second = check_generator(rng, "rng").spawn(3)
    start, weights = stage_one(tasks, recipe, first)
    bias = drawn.uniform(-recipe.bias_range, recipe.bias_range, recipe.m)
    return Layer(weights, bias, stage_two(tasks, weights, bias, recipe, second), start)


class Trial(NamedTuple):
    """A pretrained layer with its tasks and its risk as a function of the prompt length."""

    tasks: SingleIndexTasks
    layer: Layer
    moments: AttentionMoments
    risk: ContextRisk


def trial(
    law: LinkLaw, recipe: Recipe, rng: np.random.Generator, *, d: int, r: int, samples: int = 2**15
) -> Trial:
    r"""Draw a subspace, pretrain on it, and evaluate: one replicate of the experiment.

    Parameters
    ----------
    law : LinkLaw
    recipe : Recipe
    rng : Generator
        Three streams are spawned: subspace, pretraining, evaluation.
    d, r : int
        Dimensions, :math:`r\le d`.
    samples : int
        Inputs of the evaluation, see :func:`~.attention_risk.attention_moments`.
    """
    space, training, testing = check_generator(rng, "rng").spawn(3)
    tasks = SingleIndexTasks(random_subspace(d, r, space), law)
    layer = pretrain(tasks, recipe, training)
    moments = attention_moments(
        tasks, layer.weights, bias=layer.bias, samples=samples, rng=testing
    )  # fmt: skip
    return Trial(tasks, layer, moments, context_risk(moments, layer.Gamma))


class AlignmentRun(NamedTuple):
    """Alignment of one sampled gradient, and the law for the same initial weights."""

    found: float
    law: float


def alignment_run(
    law: LinkLaw,
    rng: np.random.Generator,
    *,
    d: int,
    r: int,
    m: int,
    T1: int,
    n: int,
    group: int = 64,
    gamma: float | None = None,
) -> AlignmentRun:
    r"""One sampled gradient of stage I, with zero biases.

    Parameters
    ----------
    law : LinkLaw
    rng : Generator
        Four streams are spawned: subspace, start, tasks, inputs.
    d, r, m, T1, n, group : int
        Sizes, as in :func:`~.shared_design.shared_design_gradient`.
    gamma : float, optional
        Diagonal of :math:`\Gamma` at the start, with random signs; the prediction is then kept in
        the residual. By default it is dropped, the limit of small :math:`\gamma`, and this is what
        the law describes.
    """
    space, first, task_rng, data_rng = check_generator(rng, "rng").spawn(4)
    tasks = SingleIndexTasks(random_subspace(d, r, space), law)
    start = sphere_rows(m, d, first)
    diagonal = 1.0
    if gamma is not None:
        diagonal = check_number(gamma, "gamma", low=0.0, strict=True) * first.choice((-1.0, 1.0), m)
    gradient = shared_design_gradient(
        tasks, start, bias=0.0, gamma=diagonal, T1=T1, n=n, group=group,
        task_rng=task_rng, data_rng=data_rng, keep_prediction=gamma is not None,
    )  # fmt: skip
    rho2 = np.sum((start @ tasks.basis.T) ** 2, axis=1)
    expected = alignment_law(law, d=d, r=r, T1=T1, n=n, rho2=rho2)
    return AlignmentRun(alignment(gradient, tasks.basis), expected)


def subspace_network(
    tasks: SingleIndexTasks, m: int, rng: np.random.Generator, *, bias_range: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Weights (m, d) uniform on the unit sphere of the subspace itself, biases (m,) uniform."""
    bias_range = check_number(bias_range, "bias_range", low=0.0, strict=True)
    inside = sphere_rows(m, tasks.r, check_generator(rng, "rng"))
    return inside @ tasks.basis, rng.uniform(-bias_range, bias_range, m)
