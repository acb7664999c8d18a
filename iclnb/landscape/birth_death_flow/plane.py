r"""The plane of neurons as a grid: one outer weight, and one coordinate for the inner weight.

One feature, :math:`k=1`. A neuron is a point :math:`(a,w)`; the cells have the sides :math:`h_a`
and :math:`h_w`, and all the mass of a cell sits at its centre, so that a state is a measure of
atoms and every quantity of the chapter on convergence rates is a number, without quadrature:

.. math:: C=\sum_{ij}p_{ij}a_i\,g_0(w_j),\quad \Sigma=\mathbb E h^2,\quad B=\frac C\Sigma,\quad
          L=\frac12\Big(r_0-\frac{C^2}\Sigma\Big),\quad z(w_j)=g_0(w_j)-B\,g(w_j),

with :math:`g_0=\mathbb E[f^\circ\sigma_w]` and :math:`g=\mathbb E[h\,\sigma_w]`. The inner weight
is either an angle, :math:`\sigma_w(x)=\mathrm{erf}(\omega\,(x_1\cos w+x_2\sin w))` for
:math:`x\sim N(0,I_2)`, or a number, :math:`\sigma_w(x)=\mathrm{erf}(wx)` for :math:`x\sim N(0,1)`
and :math:`|w|\le W`. Derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_flag,
    check_integer,
    check_number,
    check_probabilities,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    Measure,
    Problem,
    SingularCovarianceError,
)

__all__ = [
    "LINE_TEACHER",
    "TEACHER",
    "Bump",
    "Fields",
    "Plane",
    "circle_plane",
    "line_particles",
    "line_plane",
    "loss_slope",
    "plane_fields",
    "product_state",
]


@guarded
@dataclass(frozen=True)
class Bump:
    r"""A law of inner weights with one hump: :math:`e^{-(w-c)^2/2s^2}`, on the circle
    :math:`e^{(\cos(w-c)-1)/s^2}`, up to its factor.

    Parameters
    ----------
    centre : float
        c.
    width : float
        s, positive.
    """

    centre: float
    width: float

    def __post_init__(self) -> None:
        check_number(self.centre, "centre")
        check_number(self.width, "width", low=0.0, strict=True)

    def at(self, w: FloatArray, periodic: bool) -> FloatArray:
        """Return the function at some inner weights, one at its centre."""
        gap = w - self.centre
        square = 2.0 * (1.0 - np.cos(gap)) if periodic else gap**2
        return np.exp(-0.5 * square / self.width**2)


#: The teachers of the chapter, on the circle and on the line.
TEACHER, LINE_TEACHER = Bump(0.0, 6.0**-0.5), Bump(2.0, 0.3)


@guarded
@dataclass(frozen=True, eq=False)
class Plane:
    r"""The cells, the kernel of the neurons at their centres, and the teacher.

    Parameters
    ----------
    outer_weights : array, shape (m,)
        Evenly spaced, symmetric, m odd: the middle one is zero.
    inner_weights : array, shape (n,)
        Evenly spaced.
    overlaps : array, shape (n, n)
        :math:`\mathbb E[\sigma_w\sigma_{w'}]`.
    teacher_law : array, shape (n,)
        The law :math:`m^\circ` of the teacher's inner weights; its outer weights are one.
    periodic : bool
        Whether the inner weights close to a circle.

    Raises
    ------
    ValueError
        If the shapes do not match, the weights are not as stated, or ``teacher_law`` is no law.
    """

    outer_weights: FloatArray
    inner_weights: FloatArray
    overlaps: FloatArray
    teacher_law: FloatArray
    periodic: bool

    def __post_init__(self) -> None:
        outer = check_array(self.outer_weights, "outer_weights", (None,), frozen=True)
        inner = check_array(self.inner_weights, "inner_weights", (None,), frozen=True)
        n = len(inner)
        if len(outer) < 3 or len(outer) % 2 == 0 or np.abs(outer + outer[::-1]).max() > 1e-12:
            raise ValueError("outer_weights must be symmetric, an odd number, at least 3")
        if n < 4:
            raise ValueError(f"inner_weights must have at least 4 entries, got {n}")
        for name, value in (("outer_weights", outer), ("inner_weights", inner)):
            gaps = np.diff(value)
            if gaps.min() <= 0.0 or np.ptp(gaps) > 1e-9 * gaps.max():
                raise ValueError(f"{name} must be evenly spaced and increasing")
        kernel = check_array(self.overlaps, "overlaps", (n, n), frozen=True)
        law = check_probabilities(self.teacher_law, "teacher_law", n)
        check_flag(self.periodic, "periodic")
        for name, value in (
            ("outer_weights", outer),
            ("inner_weights", inner),
            ("overlaps", kernel),
            ("teacher_law", law),
        ):
            object.__setattr__(self, name, value)

    @property
    def spacing(self) -> tuple[float, float]:
        r""":math:`(h_a,h_w)`."""
        return (
            float(self.outer_weights[1] - self.outer_weights[0]),
            float(self.inner_weights[1] - self.inner_weights[0]),
        )

    @property
    def target(self) -> FloatArray:
        r""":math:`g_0(w_j)=\mathbb E[f^\circ\sigma_{w_j}]`, shape (n,)."""
        return self.overlaps @ self.teacher_law

    @property
    def r0(self) -> float:
        r""":math:`r_0=\mathbb E(f^\circ)^2`."""
        return float(self.teacher_law @ self.overlaps @ self.teacher_law)


class Fields(NamedTuple):
    r"""``loss``, readout ``b``, second moment ``sig``, and :math:`z(w_j)`, shape (n,)."""

    loss: float
    b: float
    sig: float
    z: FloatArray


@guarded
def plane_fields(plane: Plane, state: FloatArray) -> Fields:
    r"""Return loss, readout, :math:`\Sigma` and :math:`z` of a state, masses of shape (m, n).

    Raises
    ------
    SingularCovarianceError
        If the learnt feature is zero.
    """
    state = check_array(state, "state", (len(plane.outer_weights), len(plane.inner_weights)))
    weighted = plane.outer_weights @ state
    known = plane.overlaps @ weighted
    c, sig = float(weighted @ plane.target), float(weighted @ known)
    if not sig > 0.0:
        raise SingularCovarianceError("state must give a feature that is not zero")
    b = c / sig
    return Fields(0.5 * (plane.r0 - c * b), b, sig, plane.target - b * known)


@guarded
def loss_slope(plane: Plane, state: FloatArray, moving: FloatArray) -> float:
    r"""Return the slope of the loss at a state with the rate of change ``moving``, by covariances.

    :math:`\dot L=-B\dot C+\frac12B^2\dot\Sigma` with :math:`\dot C=\sum\dot pa\,g_0` and
    :math:`\dot\Sigma=2\,\mathbb E[h\dot h]`; it knows neither the potential nor faces.
    """
    fields = plane_fields(plane, state)
    moving = check_array(moving, "moving", np.shape(state))
    changed = plane.outer_weights @ moving
    c = float(changed @ plane.target)
    sig = 2.0 * float(changed @ plane.overlaps @ (plane.outer_weights @ state))
    return 0.5 * fields.b**2 * sig - fields.b * c


@guarded
def line_particles(
    outer_law: Bump, inner_law: Bump, *, teacher_law: Bump = LINE_TEACHER, n_nodes: int = 14
) -> tuple[Problem, Measure]:
    r"""Return problem and measure of one input as particles, for :func:`line_plane`.

    Evenly spaced nodes to four widths on either side of a centre, ``n_nodes`` in each weight of
    the learner, 41 for the teacher.
    """
    x = np.linspace(-4.0, 4.0, check_integer(n_nodes, "n_nodes", least=2))
    mass = np.exp(-0.5 * x**2)
    a, w = np.meshgrid(
        outer_law.centre + outer_law.width * x,
        inner_law.centre + inner_law.width * x,
        indexing="ij",
    )
    p = np.outer(mass, mass).ravel()
    x = np.linspace(-4.0, 4.0, 41)
    law = np.exp(-0.5 * x**2)
    v = teacher_law.centre + teacher_law.width * x
    teacher = Measure(np.ones((41, 1)), v[:, None], law / law.sum())
    learner = Measure(a.reshape(-1, 1), w.reshape(-1, 1), p / p.sum())
    return Problem(ErfFeatures(), teacher), learner


def _plane(outer, inner, weights, teacher_law: Bump, periodic: bool) -> Plane:
    law = teacher_law.at(inner, periodic)
    kernel = ErfFeatures().kernel(weights, weights)
    return Plane(outer, inner, kernel, law / law.sum(), periodic)


def _outer(n_outer: int, reach: float) -> FloatArray:
    half = check_integer(n_outer, "n_outer", least=1)
    reach = check_number(reach, "reach", low=0.0, strict=True)
    return np.arange(-half, half + 1) * (reach / half)


@guarded
def circle_plane(
    n_outer: int,
    n_inner: int,
    *,
    reach: float = 3.0,
    inner_length: float = 2.0,
    teacher_law: Bump = TEACHER,
) -> Plane:
    r"""Return the plane whose inner weights are directions in the plane of the inputs.

    Parameters
    ----------
    n_outer : int
        Cells on either side of the outer weight zero.
    n_inner : int
        Cells around the circle; the first is centred at :math:`-\pi`.
    reach : float
        The largest outer weight at a centre.
    inner_length : float
        :math:`\omega`, the length of every inner weight.
    teacher_law : Bump
        Law of the teacher's directions.
    """
    n = check_integer(n_inner, "n_inner", least=4)
    length = check_number(inner_length, "inner_length", low=0.0, strict=True)
    inner = -np.pi + 2.0 * np.pi / n * np.arange(n)
    weights = length * np.stack([np.cos(inner), np.sin(inner)], axis=1)
    return _plane(_outer(n_outer, reach), inner, weights, teacher_law, True)


@guarded
def line_plane(
    n_outer: int,
    n_inner: int,
    *,
    reach: float = 3.0,
    span: float = 4.0,
    teacher_law: Bump = LINE_TEACHER,
) -> Plane:
    r"""Return the plane whose inner weights are numbers, for one input, :math:`d=1`.

    ``span`` is W; the other arguments are those of :func:`circle_plane`, and there are
    ``2 n_inner + 1`` cells between :math:`-W` and W.
    """
    n = check_integer(n_inner, "n_inner", least=2)
    span = check_number(span, "span", low=0.0, strict=True)
    inner = np.arange(-n, n + 1) * (span / n)
    return _plane(_outer(n_outer, reach), inner, inner[:, None], teacher_law, False)


@guarded
def product_state(plane: Plane, outer_law: Bump, inner_law: Bump) -> FloatArray:
    r"""Return the masses of a product of two laws, shape (m, n): outer weights times inner ones."""
    a = outer_law.at(plane.outer_weights, False)
    w = inner_law.at(plane.inner_weights, plane.periodic)
    return np.outer(a / a.sum(), w / w.sum())
