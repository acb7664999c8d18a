r"""Teacher, start and test inputs of one trial, for each panel of the experiment.

Inputs :math:`x\sim N(0,I_d)`. The teacher has ten neurons with :math:`|w|=2` and its features are
whitened on the test inputs, :math:`S_0=\mathrm{diag}(1,\dots,1,0,\dots)`. The start has
:math:`w\sim N(0,s^2I)`, :math:`a=Qw+\xi`, then scaled to :math:`\Sigma=c^2I`; the attention starts
at its best, :math:`\Gamma=\Sigma^{-1}=c^{-2}I`, and c = 1 unless said otherwise. From the sources:
d = 20, k = 5, 500 logistic neurons, rank below k in panel (b), two extra features in panel (c),
which can be read as the teacher's or the model's. All else is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from iclnb import scale
from iclnb.arguments import FloatArray, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.sampled import LOGISTIC, SampledFeatures, sample
from iclnb.landscape.mean_field_limit.measures import (
    Measure,
    correlated_start,
    whitened_teacher,
)
from iclnb.landscape.mean_field_limit.statistics import covariance

from .layer import Layer, Weights
from .tasks import nonlinear_tasks

__all__ = ["BIASED", "DEGENERATE", "MISSPECIFIED", "STANDARD", "WIDE", "Setting", "Trial", "draw"]


@guarded
@dataclass(frozen=True)
class Setting:
    r"""What is learnt, by how large a model, from what start.

    Parameters
    ----------
    d, k, neurons : int
        Inputs, features of the model, neurons.
    k0 : int
        Features of the teacher.
    rank : int or None
        Number of true features that are not zero; all if None.
    teacher_neurons : int
        Neurons of the teacher, at least ``k0``.
    teacher_norm, start_spread, start_noise : float
        Norm of the teacher's inner weights, spread of the inner weights at the start, noise of the
        outer ones.
    start_size : float
        c: the features start with :math:`\Sigma=c^2I`.
    bias : float
        Spread of the teacher's biases. Above zero each input is followed by a one, and the model's
        neurons have biases that start like their other inner weights; at zero no neuron has any.
    n_test_inputs : int
        Number of inputs on which all errors are computed.

    Raises
    ------
    ValueError
        If a size is below one, ``rank`` exceeds ``k0`` or ``k0`` the teacher's neurons.
    """

    d: int = 20
    k: int = 5
    k0: int = 5
    rank: int | None = None
    neurons: int = 500
    teacher_neurons: int = 10
    teacher_norm: float = 2.0
    start_spread: float = 0.5
    start_noise: float = 0.3
    start_size: float = 1.0
    bias: float = 0.0
    n_test_inputs: int = 4000

    def __post_init__(self) -> None:
        for name in ("d", "k", "k0", "neurons", "teacher_neurons", "n_test_inputs"):
            check_integer(getattr(self, name), name)
        for name in ("teacher_norm", "start_spread", "start_size"):
            check_number(getattr(self, name), name, low=0.0, strict=True)
        for name in ("start_noise", "bias"):
            check_number(getattr(self, name), name, low=0.0)
        if self.k0 > self.teacher_neurons:
            raise ValueError("k0 must be at most teacher_neurons")
        if self.rank is not None and not 1 <= check_integer(self.rank, "rank") <= self.k0:
            raise ValueError(f"rank must be at most k0, got {self.rank} > {self.k0}")

    @property
    def floor(self) -> float:
        r"""Least possible :math:`L/(\frac12\mathrm{tr}S_0)`: the share of the features beyond k."""
        strong = self.k0 if self.rank is None else self.rank
        return max(strong - self.k, 0) / strong

    def extend(self, x: FloatArray) -> FloatArray:
        """Return the inputs (n, d) as the neurons see them: with a last one if there are biases."""
        return np.append(x, np.ones((len(x), 1)), axis=1) if self.bias else x


#: Panel (a), panel (b) and panel (c); panel (d) tests the models of (a).
STANDARD, DEGENERATE, MISSPECIFIED = Setting(), Setting(rank=3), Setting(k0=7)
#: Panel (c) with the two features too many in the model, and panel (a) with biases.
WIDE, BIASED = Setting(k=7), Setting(bias=1.0)


class Trial(NamedTuple):
    r"""One draw of everything that is random but the training data.

    ``features`` is the exact model of the law of the test inputs, ``x`` (M, d); ``true`` (M, k0)
    are the true features there, ``tasks`` (M, 3) the nonlinear tasks; ``power`` is
    :math:`\frac12\mathrm{tr}S_0`, ``Gamma`` (k, k) the attention at the start.
    """

    setting: Setting
    features: SampledFeatures
    teacher: Measure
    start: Measure
    x: FloatArray
    true: FloatArray
    tasks: FloatArray
    power: float
    Gamma: FloatArray

    def targets(self, x: FloatArray) -> FloatArray:
        """Return the true features at other inputs, shape ``(n, k0)``."""
        return self.teacher.features(self.features, x)

    def weights(self) -> Weights:
        """Return copies of the weights at the start."""
        return Weights(self.start.a.copy(), self.start.w.copy())


@guarded
def draw(setting: Setting, seed: int) -> Trial:
    """Return the trial of a seed. All panels and models of a seed share their test inputs.

    Raises
    ------
    TypeError
        If ``setting`` is not a :class:`Setting`.
    """
    d, n0 = setting.d, setting.teacher_neurons
    nodes = sample(d, setting.n_test_inputs, rng=scale.rng(seed, "three transformers: test inputs"))
    nodes = nodes._replace(x=setting.extend(nodes.x))
    features = SampledFeatures(LOGISTIC, nodes)
    rng = scale.rng(seed, "three transformers: teacher")
    w0 = rng.standard_normal((n0, d))
    w0 *= setting.teacher_norm / np.linalg.norm(w0, axis=1, keepdims=True)
    outer = rng.standard_normal((n0, setting.k0))
    if setting.bias:
        w0 = np.append(w0, setting.bias * rng.standard_normal((n0, 1)), axis=1)
    teacher = whitened_teacher(features, outer, w0)
    level = covariance(features, teacher, teacher)[0, 0]
    kept = np.arange(setting.k0) < (setting.rank or setting.k0)
    teacher = teacher.push(np.diag(kept / np.sqrt(level)))
    start = correlated_start(
        setting.neurons,
        setting.k,
        w0.shape[1],
        rng=scale.rng(seed, "three transformers: start"),
        input_scale=setting.start_spread,
        outer_noise=setting.start_noise,
    )
    layer = Layer(setting.n_test_inputs, setting.neurons)
    h = layer.features(nodes.x, Weights(start.a, start.w))
    values, vectors = np.linalg.eigh(h.T @ h / len(h))
    start = start.push(setting.start_size * vectors @ np.diag(values**-0.5) @ vectors.T)
    Gamma = np.eye(setting.k) / setting.start_size**2
    true = teacher.features(features, nodes.x)
    power = 0.5 * float(np.mean(np.sum(true**2, axis=1)))
    tasks = nonlinear_tasks(true)
    return Trial(setting, features, teacher, start, nodes.x, true, tasks, power, Gamma)
