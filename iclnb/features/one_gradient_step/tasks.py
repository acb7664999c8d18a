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

from .hermite import evaluate_hermite
from .links import LinkLaw, check_law

__all__ = [
    "Drawn",
    "Prompts",
    "SingleIndexTasks",
    "coordinate_subspace",
    "random_subspace",
    "sample_prompts",
    "sample_tasks",
]


def _dimensions(d: int, r: int) -> tuple[int, int]:
    d, r = check_integer(d, "d"), check_integer(r, "r")
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    return d, r


def coordinate_subspace(d: int, r: int) -> FloatArray:
    """The span of the first r unit vectors: orthonormal rows, shape (r, d)."""
    d, r = _dimensions(d, r)
    return np.eye(r, d)


def random_subspace(d: int, r: int, rng: np.random.Generator) -> FloatArray:
    """A Haar-distributed subspace: orthonormal rows, shape (r, d).

    Raises
    ------
    ValueError
        If r > d.
    """
    d, r = _dimensions(d, r)
    return orthonormal_rows(r, d, rng)


@dataclass(frozen=True, eq=False)
class SingleIndexTasks:
    r"""The law of the tasks.

    Parameters
    ----------
    basis : array (r, d)
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

    basis: FloatArray
    law: LinkLaw
    noise: float = 0.0

    def __post_init__(self) -> None:
        basis = check_orthonormal_rows(self.basis, "basis", frozen=True)
        check_law(self.law, "law")
        object.__setattr__(self, "basis", basis)
        object.__setattr__(self, "noise", check_number(self.noise, "noise", low=0.0))

    @property
    def d(self) -> int:
        """Dimension of the inputs."""
        return self.basis.shape[1]

    @property
    def r(self) -> int:
        """Dimension of the subspace."""
        return self.basis.shape[0]


class Drawn(NamedTuple):
    """Tasks: unit directions (T, d) in the subspace and link coefficients (T, P + 1)."""

    directions: FloatArray
    coefficients: FloatArray


class Prompts(NamedTuple):
    """Prompts: X (T, n, d), y (T, n), queries (T, d), targets (T,); T tasks, n examples."""

    X: FloatArray
    y: FloatArray
    queries: FloatArray
    targets: FloatArray


def sample_tasks(tasks: SingleIndexTasks, size: int, rng: np.random.Generator) -> Drawn:
    """Draw independent tasks: the directions first, then the links."""
    directions = sphere_rows(size, tasks.r, rng) @ tasks.basis
    return Drawn(directions, tasks.law.sample(size, rng))


def noisy(labels: FloatArray, noise: float, rng: np.random.Generator | None) -> FloatArray:
    """Labels with signs of size ``noise`` added; reads ``rng`` only if there is noise."""
    if noise == 0:
        return labels
    return labels + noise * check_generator(rng, "noise_rng").choice((-1.0, 1.0), labels.shape)


def sample_prompts(
    tasks: SingleIndexTasks,
    drawn: Drawn,
    n: int,
    *,
    rng: np.random.Generator,
    noise_rng: np.random.Generator | None = None,
) -> Prompts:
    """Draw one prompt of ``n`` examples, and a query, for every task of ``drawn``.

    Parameters
    ----------
    n : int
        Length of the prompts, at least one.
    rng : Generator
        Of the inputs.
    noise_rng : Generator, optional
        Of the label noise; needed, and read, only if ``tasks.noise > 0``. The query's label is
        noisy as well.
    """
    n = check_integer(n, "n")
    check_generator(rng, "rng")
    if tasks.noise > 0:
        check_generator(noise_rng, "noise_rng")
    size = drawn.directions.shape[0]
    inputs = rng.standard_normal((size, n + 1, tasks.d))
    index = np.matmul(inputs, drawn.directions[:, :, None])[:, :, 0]
    labels = noisy(evaluate_hermite(drawn.coefficients[:, None, :], index), tasks.noise, noise_rng)
    return Prompts(inputs[:, :n], labels[:, :n], inputs[:, n], labels[:, n])
