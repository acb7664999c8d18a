r"""Single-index tasks on a subspace, and prompts of them.

.. math:: y_i=\sigma_*(\langle\beta,x_i\rangle)+\varsigma_i,\qquad x_i\sim N(0,I_d),\quad
   \beta\sim\mathrm{Unif}(\text{unit sphere of }\mathcal S),\quad
   \varsigma_i\sim\mathrm{Unif}\{\pm\tau\},

with :math:`\dim\mathcal S=r\le d` and a link drawn anew for every task (Oko et al. 2024, section 2,
second-hand). The subspace, the tasks, the inputs and the label noise are drawn from separate
generators: the tasks do not change when the prompt length does, nor the inputs with the noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from iclnb.arguments import (
    FloatArray,
    check_generator,
    check_integer,
    check_number,
    check_orthonormal_rows,
)
from iclnb.draws import orthonormal_rows, sphere_rows
from iclnb.kinds import guarded
from iclnb.prompts import Prompts

from .hermite import evaluate_hermite
from .links import LinkLaw, check_law

__all__ = [
    "Drawn",
    "SingleIndexTasks",
    "coordinate_subspace",
    "random_subspace",
    "sample_single_index_prompts",
    "sample_tasks",
]


def _dimensions(d: int, r: int) -> tuple[int, int]:
    d, r = check_integer(d, "d"), check_integer(r, "r")
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    return d, r


@guarded
def coordinate_subspace(d: int, r: int) -> FloatArray:
    """The span of the first r unit vectors: orthonormal rows, shape (r, d)."""
    d, r = _dimensions(d, r)
    return np.eye(r, d)


@guarded
def random_subspace(d: int, r: int, rng: np.random.Generator) -> FloatArray:
    """A Haar-distributed subspace: orthonormal rows, shape (r, d).

    Raises
    ------
    ValueError
        If r > d.
    """
    d, r = _dimensions(d, r)
    return orthonormal_rows(r, d, rng)


@guarded
@dataclass(frozen=True, eq=False)
class SingleIndexTasks:
    r"""The law of the tasks.

    Parameters
    ----------
    subspace : array (r, d)
        Orthonormal rows (to 1e-10) that span :math:`\mathcal S`.
    law : LinkLaw
        Law of the links.
    noise : float
        :math:`\tau\ge0`.

    Raises
    ------
    ValueError
        If r > d, the rows are not orthonormal, or the noise is negative.
    """

    subspace: FloatArray
    law: LinkLaw
    noise: float = 0.0

    def __post_init__(self) -> None:
        subspace = check_orthonormal_rows(self.subspace, "subspace", frozen=True)
        check_law(self.law, "law")
        object.__setattr__(self, "subspace", subspace)
        object.__setattr__(self, "noise", check_number(self.noise, "noise", low=0.0))

    @property
    def d(self) -> int:
        """Dimension of the inputs."""
        return self.subspace.shape[1]

    @property
    def r(self) -> int:
        """Dimension of the subspace."""
        return self.subspace.shape[0]


class Drawn(NamedTuple):
    """Tasks: unit directions (T, d) in the subspace and link coefficients (T, P + 1)."""

    directions: FloatArray
    coefficients: FloatArray


@guarded
def sample_tasks(tasks: SingleIndexTasks, n_tasks: int, rng: np.random.Generator) -> Drawn:
    """Draw independent tasks: the directions first, then the links."""
    n_tasks = check_integer(n_tasks, "n_tasks")
    directions = sphere_rows(n_tasks, tasks.r, rng) @ tasks.subspace
    return Drawn(directions, tasks.law.sample(n_tasks, rng))


def noisy(y: FloatArray, noise: float, rng: np.random.Generator | None) -> FloatArray:
    """Labels with signs of size ``noise`` added; reads ``rng`` only if there is noise."""
    if noise == 0:
        return y
    return y + noise * check_generator(rng, "noise_rng").choice((-1.0, 1.0), y.shape)


@guarded
def sample_single_index_prompts(
    tasks: SingleIndexTasks,
    drawn: Drawn,
    prompt_length: int,
    *,
    input_rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
) -> Prompts:
    """Draw one prompt of ``prompt_length`` examples, and a query, for every task of ``drawn``.

    Parameters
    ----------
    prompt_length : int
        Length of the prompts, at least one.
    input_rng : Generator
        Of the inputs.
    noise_rng : Generator, optional
        Of the label noise; needed, and read, only if ``tasks.noise > 0``. The query's label is
        noisy as well.

    Returns
    -------
    Prompts
        Their ``tasks`` are the directions (T, d).
    """
    prompt_length = check_integer(prompt_length, "prompt_length")
    check_generator(input_rng, "input_rng")
    if tasks.noise > 0:
        check_generator(noise_rng, "noise_rng")
    size = drawn.directions.shape[0]
    X = input_rng.standard_normal((size, prompt_length + 1, tasks.d))
    index = np.matmul(X, drawn.directions[:, :, None])[:, :, 0]
    values = evaluate_hermite(drawn.coefficients[:, None, :], index)
    y = noisy(values, tasks.noise, noise_rng)
    return Prompts(X[:, :-1], y[:, :-1], X[:, -1], y[:, -1], values[:, -1], drawn.directions)
