r"""The loss of short prompts, with every prompt written out.

If the inputs take finitely many values, so do the prompts of n examples, and the loss is a finite
sum over them: it knows nothing of covariances or fourth moments. Derived here.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array, check_integer, check_number, check_probabilities
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.features.sampled import Nodes
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem

__all__ = ["enumerated_prompt_loss"]

_MOST = 10**6


@guarded
def enumerated_prompt_loss(
    problem: Problem,
    mu: Measure,
    nodes: Nodes,
    Gamma: ArrayLike,
    prompt_length: int,
    *,
    noise: float = 0.0,
) -> float:
    r"""Return the mean of :math:`\frac12(y_q-\hat y)^2` over all prompts of n examples.

    The tasks, with second moment I, and the label noise are averaged by hand: given the inputs,
    :math:`\mathbb E(y_q-\hat y)^2=|\frac1n\sum_iV_{iq}f^\circ(x_i)-f^\circ(x_q)|^2
    +\tau^2(1+\frac1{n^2}\sum_iV_{iq}^2)` with the votes :math:`V_{iq}=h(x_i)^\top\Gamma h(x_q)`.

    Parameters
    ----------
    nodes : Nodes
        The values of the inputs and their probabilities.
    Gamma : array, shape (k, k)
        Attention.
    prompt_length : int
        n.
    noise : float
        :math:`\tau`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated, or there are more than a million prompts.
    """
    n = check_integer(prompt_length, "prompt_length")
    noise = check_number(noise, "noise", low=0.0)
    Gamma = check_array(Gamma, "Gamma", (mu.k, mu.k))
    x = check_array(nodes.x, "nodes.x", (None, mu.w.shape[1]))
    chance = check_probabilities(nodes.weights, "nodes.weights", len(x))
    if len(x) ** n > _MOST:
        raise ValueError(f"nodes must allow at most a million prompts, got {len(x)}^{n}")
    h = mu.features(problem.features, x)
    f = problem.teacher.features(problem.features, x)
    vote, total = h @ Gamma @ h.T, 0.0
    for prompt in product(range(len(x)), repeat=n):
        rows = list(prompt)
        answer = vote[rows].T @ f[rows] / n
        square = np.sum((answer - f) ** 2, axis=1)
        square += noise**2 * (1.0 + np.sum(vote[rows] ** 2, axis=0) / n**2)
        total += float(np.prod(chance[rows]) * (chance @ square))
    return 0.5 * total
