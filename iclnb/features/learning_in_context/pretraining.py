r"""Both stages of pretraining in one call: what a trained layer is, and how it is tested.

Algorithm 1 of Oko et al. (second-hand), with the choices of this book: stage I with shared inputs
(:func:`iclnb.features.one_gradient_step.runs.stage_one`), the row norms of the step kept and their
root mean square set to a number of order one in place of a step size, biases drawn anew, ridge with
a fixed penalty for :math:`\Gamma`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step.links import LinkLaw
from iclnb.features.one_gradient_step.runs import stage_one
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks, random_subspace
from iclnb.kinds import guarded

from .attention_risk import AttentionMoments, ContextRisk, attention_moments, context_risk
from .stage_two import network_features, ridge_dual, sample_network_data

__all__ = [
    "PretrainedLayer",
    "PretrainingRun",
    "Recipe",
    "pretrain",
    "pretraining_run",
    "stage_two",
    "subspace_network",
]


@guarded
@dataclass(frozen=True)
class Recipe:
    r"""Sizes of pretraining.

    Parameters
    ----------
    neurons : int
        Width.
    n_tasks_1, prompt_length_1 : int
        Tasks and examples of stage I.
    n_tasks_2, prompt_length_2 : int
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

    neurons: int
    n_tasks_1: int
    prompt_length_1: int
    n_tasks_2: int
    prompt_length_2: int
    penalty: float
    rms: float = 0.7
    bias_range: float = 1.0
    start_bias: float = 0.0
    group: int = 256

    def __post_init__(self) -> None:
        for name in (
            "neurons",
            "n_tasks_1",
            "prompt_length_1",
            "n_tasks_2",
            "prompt_length_2",
            "group",
        ):
            check_integer(getattr(self, name), name)
        for name in ("penalty", "rms", "bias_range"):
            check_number(getattr(self, name), name, low=0.0, strict=True)
        check_number(self.start_bias, "start_bias")

    @classmethod
    def growing(cls, d: int, *, multiple: int = 32) -> Recipe:
        """The recipe of the chapter: ``multiple * d**2`` tasks of ``d**2`` examples in stage I,
        2000 tasks of 256 examples in stage II, 96 neurons, penalty 1e-4."""
        d, multiple = check_integer(d, "d"), check_integer(multiple, "multiple")
        return cls(
            neurons=96,
            n_tasks_1=multiple * d * d,
            prompt_length_1=d * d,
            n_tasks_2=2000,
            prompt_length_2=256,
            penalty=1e-4,
        )


@guarded
@dataclass(frozen=True, eq=False)
class PretrainedLayer:
    """A pretrained layer: weights (m, d), biases (m,), Gamma (m, m), and the weights (m, d) from
    which stage I started."""

    weights: FloatArray
    bias: FloatArray
    Gamma: FloatArray
    start: FloatArray

    def answers(self, X: ArrayLike, y: ArrayLike, query: ArrayLike) -> FloatArray:
        r"""Answers to several queries of one prompt, :math:`\frac1n\sum_iy_i\phi(x_i)^\top\Gamma
        \phi(x_q)`; a :data:`~.baselines.Learner`.

        Parameters
        ----------
        X, y : array (n, d), array (n,)
            The prompt.
        query : array (q, d)

        Returns
        -------
        array (q,)
        """
        X = check_array(X, "X", (None, self.weights.shape[1]))
        y = check_array(y, "y", (len(X),))
        query = check_array(query, "query", (None, self.weights.shape[1]))
        seen = y @ network_features(X, self.weights, bias=self.bias) / len(X)
        return network_features(query, self.weights, bias=self.bias) @ (seen @ self.Gamma)


@guarded
def stage_two(
    tasks: SingleIndexTasks,
    weights: FloatArray,
    bias: FloatArray,
    recipe: Recipe,
    rng: np.random.Generator,
) -> FloatArray:
    """Gamma (m, m) by ridge on fresh prompts."""
    task_rng, input_rng, noise_rng = check_generator(rng, "rng").spawn(3)
    data = sample_network_data(
        tasks, weights, bias=bias, n_tasks=recipe.n_tasks_2, prompt_length=recipe.prompt_length_2,
        task_rng=task_rng, input_rng=input_rng, noise_rng=noise_rng,
    )  # fmt: skip
    return ridge_dual(data, penalty=recipe.penalty)


@guarded
def pretrain(tasks: SingleIndexTasks, recipe: Recipe, rng: np.random.Generator) -> PretrainedLayer:
    """Stage I, fresh biases, stage II; three streams are spawned from ``rng``."""
    first, drawn, second = check_generator(rng, "rng").spawn(3)
    start, weights = stage_one(
        tasks, first, neurons=recipe.neurons,
        n_tasks=recipe.n_tasks_1, prompt_length=recipe.prompt_length_1,
        group=recipe.group, bias=recipe.start_bias, rms=recipe.rms,
    )  # fmt: skip
    bias = drawn.uniform(-recipe.bias_range, recipe.bias_range, recipe.neurons)
    return PretrainedLayer(weights, bias, stage_two(tasks, weights, bias, recipe, second), start)


class PretrainingRun(NamedTuple):
    """A pretrained layer with its tasks and its risk as a function of the prompt length."""

    tasks: SingleIndexTasks
    layer: PretrainedLayer
    moments: AttentionMoments
    risk: ContextRisk


@guarded
def pretraining_run(
    law: LinkLaw, recipe: Recipe, rng: np.random.Generator, *, d: int, r: int, draws: int = 2**15
) -> PretrainingRun:
    r"""Draw a subspace, pretrain on it, and evaluate: one replicate of the experiment.

    Parameters
    ----------
    law : LinkLaw
    recipe : Recipe
    rng : Generator
        Three streams are spawned: subspace, pretraining, evaluation.
    d, r : int
        Dimensions, :math:`r\le d`.
    draws : int
        Inputs of the evaluation, see :func:`~.attention_risk.attention_moments`.
    """
    space, training, testing = check_generator(rng, "rng").spawn(3)
    tasks = SingleIndexTasks(random_subspace(d, r, space), law)
    layer = pretrain(tasks, recipe, training)
    moments = attention_moments(
        tasks, layer.weights, bias=layer.bias, draws=draws, rng=testing
    )  # fmt: skip
    return PretrainingRun(tasks, layer, moments, context_risk(moments, layer.Gamma))


@guarded
def subspace_network(
    tasks: SingleIndexTasks, neurons: int, rng: np.random.Generator, *, bias_range: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Weights (m, d) uniform on the unit sphere of the subspace itself, biases (m,) uniform."""
    bias_range = check_number(bias_range, "bias_range", low=0.0, strict=True)
    inside = sphere_rows(neurons, tasks.r, check_generator(rng, "rng"))
    return inside @ tasks.subspace, rng.uniform(-bias_range, bias_range, neurons)
