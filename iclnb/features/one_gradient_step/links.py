r"""Links by their Hermite coefficients, and laws of random links.

.. math:: \sigma_*(g)=\sum_{i=0}^P\frac{c_i}{i!}\mathrm{He}_i(g),\qquad
          \operatorname{Var}\sigma_*(g)=\sum_{i\ge1}\frac{c_i^2}{i!},\quad g\sim N(0,1).

The information exponent Q is the least degree :math:`i\ge1` with :math:`c_i\ne0`, the degree P the
greatest. The paper (Oko et al., second-hand) has :math:`2\le Q\le P`, :math:`c_0=c_1=0`,
:math:`E[c_Q^2]=\Theta(1)`; nothing here needs that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_instance,
    check_integer,
    check_probabilities,
)
from iclnb.draws import sphere_rows
from iclnb.kinds import guarded

from .hermite import evaluate_hermite, factorials

__all__ = [
    "FiniteLaw",
    "Link",
    "LinkLaw",
    "SphereLaw",
    "coefficient_mean",
    "coefficient_second_moment",
    "label_variance",
    "mean_square",
]


@guarded
@dataclass(frozen=True, eq=False)
class Link:
    r"""A link :math:`\sigma_*=\sum_i\frac{c_i}{i!}\mathrm{He}_i`; also the law that has it always.

    Parameters
    ----------
    coefficients : array (P + 1,)
        :math:`c_0,\dots,c_P`; trailing zeros are dropped.

    Raises
    ------
    ValueError
        If the link has zero variance (all :math:`c_i`, :math:`i\ge1`, vanish).
    """

    coefficients: FloatArray

    def __post_init__(self) -> None:
        c = check_array(self.coefficients, "coefficients", (None,), frozen=True)
        nonzero = np.flatnonzero(c[1:])
        if nonzero.size == 0:
            raise ValueError("coefficients describe a link with zero variance")
        object.__setattr__(self, "coefficients", c[: nonzero[-1] + 2])

    def __call__(self, g: ArrayLike) -> FloatArray:
        """Value at ``g``, any shape."""
        return evaluate_hermite(self.coefficients, g)

    @property
    def degree(self) -> int:
        """Degree P."""
        return self.coefficients.size - 1

    @property
    def exponent(self) -> int:
        """Information exponent Q."""
        return int(np.flatnonzero(self.coefficients[1:])[0]) + 1

    @property
    def variance(self) -> float:
        r"""Variance :math:`\sum_{i\ge1}c_i^2/i!`."""
        return float(np.sum((self.coefficients**2 / factorials(self.degree))[1:]))

    def normalised(self) -> Link:
        """The link divided by its standard deviation."""
        return Link(self.coefficients / math.sqrt(self.variance))

    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """The law that always has this link: its coefficients (1, P + 1) and the weight one."""
        return self.coefficients[None], np.ones(1)

    def sample(self, draws: int, rng: np.random.Generator) -> FloatArray:
        """Coefficients of this link, shape (draws, P + 1); draws nothing."""
        check_generator(rng, "rng")
        return np.repeat(self.coefficients[None], check_integer(draws, "draws"), axis=0)

    @classmethod
    def pure(cls, degree: int) -> Link:
        r""":math:`\mathrm{He}_i/\sqrt{i!}` for :math:`i\ge1`: variance one, exponent = degree."""
        degree = check_integer(degree, "degree")
        c = np.zeros(degree + 1)
        c[degree] = math.sqrt(math.factorial(degree))
        return cls(c)


@runtime_checkable
class LinkLaw(Protocol):
    """A law of random links; :class:`Link`, :class:`FiniteLaw` and :class:`SphereLaw` are some."""

    @property
    def degree(self) -> int:
        """Greatest degree that occurs."""

    @property
    def exponent(self) -> int:
        """Least degree from one on that occurs."""

    def sample(self, draws: int, rng: np.random.Generator) -> FloatArray:
        """Coefficients of independent links, shape (draws, P + 1)."""

    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """Coefficients (K, P + 1) and weights (K,): exact for polynomials of degree four in c."""


@guarded
@dataclass(frozen=True, eq=False)
class FiniteLaw:
    r"""Finitely many links with probabilities.

    Parameters
    ----------
    links : sequence of Link
        At least one.
    probabilities : array, optional
        Positive, of sum one within 1e-12; equal by default.
    """

    links: Sequence[Link]
    probabilities: FloatArray | None = None

    def __post_init__(self) -> None:
        links = (self.links,) if isinstance(self.links, Link) else tuple(self.links)
        if not links or not all(isinstance(link, Link) for link in links):
            raise TypeError("links must be a non-empty sequence of Link")
        if self.probabilities is None:
            p = np.full(len(links), 1 / len(links))
        else:
            p = self.probabilities
        p = check_probabilities(p, "probabilities", len(links), positive=True)
        object.__setattr__(self, "links", links)
        object.__setattr__(self, "probabilities", p)

    @property
    def degree(self) -> int:
        """Greatest degree that occurs."""
        return max(link.degree for link in self.links)

    @property
    def exponent(self) -> int:
        """Least degree from one on that occurs."""
        return min(link.exponent for link in self.links)

    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """The links themselves, padded to one length, and their probabilities."""
        table = np.zeros((len(self.links), self.degree + 1))
        for row, link in zip(table, self.links):
            row[: link.degree + 1] = link.coefficients
        return table, np.array(self.probabilities)

    def sample(self, draws: int, rng: np.random.Generator) -> FloatArray:
        """Coefficients of independent links, shape (draws, P + 1); draws nothing for one link."""
        draws = check_integer(draws, "draws")
        check_generator(rng, "rng")
        table, p = self.nodes()
        if len(self.links) == 1:
            return np.repeat(table, draws, axis=0)
        return table[rng.choice(len(self.links), size=draws, p=p / p.sum())]


@guarded
@dataclass(frozen=True)
class SphereLaw:
    r""":math:`(c_i/\sqrt{i!})_{Q\le i\le P}` uniform on the unit sphere: variance one.

    With Q = P the sign is random: :math:`\pm\mathrm{He}_Q/\sqrt{Q!}`.

    Parameters
    ----------
    exponent, degree : int
        :math:`1\le Q\le P`.
    """

    exponent: int
    degree: int

    def __post_init__(self) -> None:
        exponent = check_integer(self.exponent, "exponent")
        degree = check_integer(self.degree, "degree")
        if exponent > degree:
            raise ValueError(f"information exponent {exponent} is above the degree {degree}")

    def _coefficients(self, units: FloatArray) -> FloatArray:
        table = np.zeros((units.shape[0], self.degree + 1))
        table[:, self.exponent :] = units * np.sqrt(factorials(self.degree)[self.exponent :])
        return table

    def nodes(self) -> tuple[FloatArray, FloatArray]:
        r"""A cubature of the sphere that is exact to degree five.

        With q coordinates: :math:`\pm e_i` of weight :math:`(4-q)/(2q(q+2))` and
        :math:`(\pm e_i\pm e_j)/\sqrt2` of weight :math:`1/(q(q+2))`; weights are negative for
        q > 4. Checked in the tests against the moments of the sphere.
        """
        q = self.degree - self.exponent + 1
        eye = np.eye(q)
        points = [sign * eye[i] for i in range(q) for sign in (1, -1)]
        weights = [(4 - q) / (2 * q * (q + 2))] * len(points)
        for i in range(q):
            for j in range(i):
                for first in (1, -1):
                    for second in (1, -1):
                        points.append((first * eye[i] + second * eye[j]) / math.sqrt(2))
                        weights.append(1 / (q * (q + 2)))
        return self._coefficients(np.array(points)), np.array(weights)

    def sample(self, draws: int, rng: np.random.Generator) -> FloatArray:
        """Coefficients of independent links, shape (draws, P + 1)."""
        draws = check_integer(draws, "draws")
        return self._coefficients(sphere_rows(draws, self.degree - self.exponent + 1, rng))


def check_law(value: object, name: str) -> LinkLaw:
    """Return a law of links, or raise a TypeError that names the argument."""
    return check_instance(value, name, LinkLaw)


@guarded
def coefficient_mean(law: LinkLaw) -> FloatArray:
    """E[c], shape (P + 1,)."""
    table, weights = check_law(law, "law").nodes()
    return weights @ table


@guarded
def coefficient_second_moment(law: LinkLaw) -> FloatArray:
    """E[c c^T], shape (P + 1, P + 1)."""
    table, weights = check_law(law, "law").nodes()
    return (table * weights[:, None]).T @ table


@guarded
def mean_square(law: LinkLaw) -> float:
    r"""Second moment of a noiseless label, :math:`\sum_iE[c_i^2]/i!`."""
    return float(np.sum(np.diag(coefficient_second_moment(law)) / factorials(law.degree)))


@guarded
def label_variance(law: LinkLaw) -> float:
    r"""Variance of a noiseless label of a random task, :math:`\sum_iE[c_i^2]/i!-E[c_0]^2`."""
    return mean_square(law) - float(coefficient_mean(law)[0]) ** 2
