r"""The terms of the risk bound, and what each of them stands for.

Slides, as printed (k there is the information exponent, absolute error, noise not counted):

.. math:: \frac{r^{3P/2}}{\sqrt m}+\sqrt{\frac{r^{4P}}{T_2}}+r^{2P}\sqrt{\frac1n+\frac1{n^*}} ,

under :math:`T_1=\Theta(d^{Q+1})`, :math:`n=\tilde\Omega(d^Q)`. Theorem 1 of Oko et al.
(second-hand):

.. math:: \sqrt{\frac{r^{3P}}m+r^{4P}\Big(\frac1{T_2}+\frac1{n_2}+\frac1{n^*}\Big)}.

Neither constants nor logarithms are known: the terms order the causes, they predict no error.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh

from iclnb.arguments import check_integer, check_number
from iclnb.features.one_gradient_step.links import mean_square
from iclnb.features.one_gradient_step.population import signal_second_moment
from iclnb.features.one_gradient_step.relu_kernel import relu_kernel
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks
from iclnb.kinds import guarded

__all__ = [
    "BoundTerms",
    "approximation_error",
    "examples_for_bound",
    "paper_bound",
    "slide_bound_terms",
]


class BoundTerms(NamedTuple):
    """Width, tasks of the second stage, examples in pretraining and in the test prompt."""

    width: float
    tasks: float
    examples: float


def _sizes(**sizes: int) -> None:
    for name, value in sizes.items():
        check_integer(value, name)


@guarded
def slide_bound_terms(
    *, r: int, degree: int, neurons: int, n_tasks: int, prompt_length: int, test_prompt_length: int
) -> BoundTerms:
    """The three terms of the slides, without constants; they add up."""
    _sizes(
        r=r, degree=degree, neurons=neurons, n_tasks=n_tasks,
        prompt_length=prompt_length, test_prompt_length=test_prompt_length,
    )  # fmt: skip
    return BoundTerms(
        r ** (1.5 * degree) / math.sqrt(neurons),
        math.sqrt(r ** (4 * degree) / n_tasks),
        r ** (2 * degree) * math.sqrt(1 / prompt_length + 1 / test_prompt_length),
    )


@guarded
def paper_bound(
    *, r: int, degree: int, neurons: int, n_tasks: int, prompt_length: int, test_prompt_length: int
) -> float:
    r"""Theorem 1 (second-hand) without constants: the root of the sum of the squared terms.

    It lies between :math:`1/\sqrt3` of the slides' sum and that sum.
    """
    _sizes(
        r=r, degree=degree, neurons=neurons, n_tasks=n_tasks,
        prompt_length=prompt_length, test_prompt_length=test_prompt_length,
    )  # fmt: skip
    return math.sqrt(
        r ** (3 * degree) / neurons
        + r ** (4 * degree) * (1 / n_tasks + 1 / prompt_length + 1 / test_prompt_length)
    )


@guarded
def examples_for_bound(accuracy: float, *, r: int, degree: int) -> float:
    r"""The test examples at which :math:`r^{2P}/\sqrt{n^*}` equals ``accuracy``.

    :math:`n^*=r^{4P}/\mathrm{level}^2`, where a table of the slides says :math:`r^{2P}`.
    """
    check_integer(r, "r"), check_integer(degree, "degree")
    return r ** (4 * degree) / check_number(accuracy, "accuracy", low=0.0, strict=True) ** 2


@guarded
def approximation_error(
    tasks: SingleIndexTasks, weights: ArrayLike, *, bias: ArrayLike, tol: float = 1e-10
) -> float:
    r"""Squared error of the best readout of the features, on average over the tasks.

    .. math:: E[y^2]-\mathrm{tr}(K^+M),\quad K=E[\phi\phi^\top],\quad M=E_\beta[BB^\top],
              \quad B=E[y\phi\mid\beta],

    all in closed form: the term of the width m, with infinitely many examples. Noise is not
    counted.

    Parameters
    ----------
    tol : float
        Eigenvalues of K below this share of the largest are dropped. K of many neurons in few
        dimensions is nearly singular; its entries are exact to about 1e-15.

    Returns
    -------
    float
        In [0, E y^2] up to rounding. Derived here.
    """
    tol = check_number(tol, "tol", low=0.0, high=1.0, strict=True)
    moment = signal_second_moment(tasks, weights, bias=bias).value
    values, vectors = eigh(relu_kernel(weights, bias=bias))
    keep = values > tol * values[-1]
    inner = np.sum(vectors[:, keep] * (moment @ vectors[:, keep]), axis=0)
    return mean_square(tasks.law) - float(np.sum(inner / values[keep]))
