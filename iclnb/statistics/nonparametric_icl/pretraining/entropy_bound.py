r"""A bound on what pretraining costs, with its constants: entropy of the matrices over T.

Labels are bounded by b. The class holds the matrices with :math:`|\phi(x)^\top\Gamma\phi(x')|\le
R` for all inputs: a ball of a norm on :math:`\mathbb R^{N\times N}`, convex, and covered by
:math:`(1+2R/\delta)^{N^2}` balls of radius :math:`\delta` with centres in it (volumes). Since S is
a mean of :math:`y_i\phi(x_i)`, answers are at most :math:`D=bR`, and those of two matrices of
distance :math:`\delta` differ by at most :math:`b\delta`. Least squares over the class has

.. math:: E\,R(\hat\Gamma)-R^*\le\frac{b^2(1+R)^2}T\big(12N^2\log(1+2T)+5\big),

:math:`R^*` the least risk in the class, for every T. Derived here, with Bernstein's inequality for
each centre; the page has the proof.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_instance,
    check_integer,
    check_number,
    check_seeds,
)
from iclnb.kinds import guarded
from iclnb.prompts import Prompts
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.pretraining.sampled import Pretraining
from iclnb.statistics.nonparametric_icl.pretraining.sampling import sample_function_prompts


@guarded
def entropy_bound(
    n_tasks: int, n_features: int, *, label_bound: float, kernel_bound: float
) -> float:
    """The bound of the module: b is ``label_bound``, R is ``kernel_bound``."""
    T, N = check_integer(n_tasks, "n_tasks"), check_integer(n_features, "n_features")
    b = check_number(label_bound, "label_bound", low=0.0)
    R = check_number(kernel_bound, "kernel_bound", low=0.0)
    return b**2 * (1 + R) ** 2 * (12 * N**2 * math.log1p(2 * T) + 5) / T


@guarded
def kernel_size(Gamma: ArrayLike, features: Basis) -> float:
    r"""The largest :math:`|\phi(x)^\top\Gamma\phi(x')|` over the nodes of the features' rule.

    Of features that are constant on cells, such as Walsh functions, over all inputs.
    """
    features = check_instance(features, "features", Basis)
    Gamma = check_array(Gamma, "Gamma", (features.size, features.size))
    phi = features.evaluate(features.quadrature(4)[0])
    return float(np.abs(phi @ Gamma @ phi.T).max())


@guarded
def bounded_prompts(
    setting: Pretraining, n_tasks: int, *, seed: int | np.random.SeedSequence
) -> Prompts:
    r"""Prompts of coefficients :math:`\pm\sqrt{\lambda_j}` and noise :math:`\pm\sigma`, bounded.

    Signs are independent and fair, so that all second moments are those of the setting. The
    variances of the setting must be a vector.
    """
    n_tasks = check_integer(n_tasks, "n_tasks")
    variances = check_array(setting.variances, "variances", (setting.functions.size,))
    sequence = check_seeds(seed, "seed")
    tasks, inputs, noise = map(np.random.default_rng, sequence.spawn(3))
    coefficients = _signs(tasks, (n_tasks, len(variances))) * np.sqrt(variances)
    bare = sample_function_prompts(
        setting.functions,
        variances,
        n_tasks=n_tasks,
        prompt_length=setting.prompt_length,
        noise=0.0,
        task_rng=tasks,
        input_rng=inputs,
        noise_rng=noise,
        coefficients=coefficients,
    )
    off = setting.noise * _signs(noise, (n_tasks, setting.prompt_length + 1))
    return bare._replace(y=bare.y + off[:, :-1], query_label=bare.query_label + off[:, -1])


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return 2.0 * rng.integers(2, size=shape) - 1.0
