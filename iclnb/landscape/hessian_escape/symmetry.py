r"""One measure, several descriptions: copies of the atoms, and rotated inputs.

Neither changes the features' law: :math:`\sum_ip_i\delta_{\theta_i}` does not know into how many
equal pieces an atom is cut, and for :math:`x\sim N(0,I)` rotating the inner weights of teacher and
learner together leaves every covariance. The spectrum of H is invariant under both. That of
:math:`H+H'` is not, under copies: n copies of an atom may part, and then each feels
:math:`H'=\nabla^2\frac{\delta L}{\delta\mu}` alone, so that n - 1 times its eigenvalues are added.
Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array, check_instance, check_integer
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem

__all__ = ["Turned", "replicate", "rotate_inputs"]


class Turned(NamedTuple):
    """A problem and a measure, seen in rotated coordinates of the inputs."""

    problem: Problem
    mu: Measure


@guarded
def replicate(mu: Measure, copies: int) -> Measure:
    r"""Return :math:`\mu` with every atom written as ``copies`` equal atoms: the same measure."""
    mu, copies = check_instance(mu, "mu", Measure), check_integer(copies, "copies")
    return Measure(
        np.tile(mu.a, (copies, 1)), np.tile(mu.w, (copies, 1)), np.tile(mu.p, copies) / copies
    )


@guarded
def rotate_inputs(problem: Problem, mu: Measure, q: ArrayLike) -> Turned:
    r"""Return teacher and measure with :math:`w\mapsto q^\top w`.

    Parameters
    ----------
    q : array, shape (D, D)
        Orthogonal, to 1e-9.

    Raises
    ------
    ValueError
        If ``q`` is not orthogonal.
    """
    mu, width = check_instance(mu, "mu", Measure), problem.teacher.w.shape[1]
    q = check_array(q, "q", (width, width))
    if np.max(np.abs(q.T @ q - np.eye(width))) > 1e-9:
        raise ValueError("q must be orthogonal")
    teacher = Measure(problem.teacher.a, problem.teacher.w @ q, problem.teacher.p)
    return Turned(Problem(problem.features, teacher), Measure(mu.a, mu.w @ q, mu.p))
