r"""The same flow along its characteristics: no grid, no cells, and the density exactly.

On the circle, without births and deaths. The kernel is :math:`\sum_n\kappa_n\cos n(w-w')` over odd
n, so the field is a trigonometric polynomial,

.. math:: z(w)=\mathrm{Re}\sum_n\kappa_n\big(c^\circ_n-B\,c_n\big)e^{-inw},\qquad
          c_n=\int a\,e^{inw}d\mu,\quad c^\circ_n=\int e^{inw}d\mu^\circ .

The characteristics are :math:`\dot a=Bz(w)`, :math:`\dot w=aBz'(w)`; along them the density obeys
:math:`\frac{d}{dt}\log\mu_t=-aBz''(w)`. So the law of the inner weights at a place is an integral
over the outer weight of :math:`\mu_0` at the foot of a characteristic that is followed backwards.
It shares neither cells nor faces nor kernel matrix with :mod:`.scheme`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded

from .plane import TEACHER, Bump

__all__ = ["Characteristics", "characteristic_flow", "inner_density"]

_POINTS = 256  # of the circle, on which the laws are expanded
_CUT = 1e-13  # Fourier coefficients of the kernel below this part of the first are left out


class Characteristics(NamedTuple):
    r"""A flow by its characteristics.

    ``times`` (T + 1,) of all steps, the ``loss`` there, :math:`r_0`, and what the way back needs:
    the odd ``modes``, the ``waves`` (T + 1, modes) of :math:`B z`, and the start.
    """

    times: FloatArray
    loss: FloatArray
    r0: float
    modes: FloatArray
    waves: np.ndarray
    outer_law: Bump
    inner_law: Bump


def _expand(law: Bump, modes: FloatArray) -> np.ndarray:
    """Return the integrals of exp(i n w) under a law on the circle; even spacing is exact here."""
    w = 2.0 * np.pi / _POINTS * np.arange(_POINTS)
    mass = law.at(w, True)
    return np.exp(1j * np.outer(modes, w)) @ (mass / mass.sum())


def _waves(modes: FloatArray, w: FloatArray) -> np.ndarray:
    """Return exp(-i n w) for the odd modes, shape (N, modes)."""
    first = np.exp(-1j * w)
    out = np.empty((len(w), len(modes)), dtype=complex)
    out[:, 0] = first
    square = first * first
    for index in range(1, len(modes)):
        out[:, index] = out[:, index - 1] * square
    return out


@guarded
def characteristic_flow(
    outer_law: Bump,
    inner_law: Bump,
    *,
    stop: float,
    steps: int,
    inner_length: float = 2.0,
    teacher_law: Bump = TEACHER,
    n_nodes: int = 24,
) -> Characteristics:
    r"""Follow the characteristics by the method of Runge and Kutta of order four.

    Parameters
    ----------
    outer_law, inner_law : Bump
        Laws of the outer weights, a Gaussian, and of the directions at the start.
    stop : float
        The time at which it ends.
    steps : int
        Number of steps, even.
    inner_length : float
        Length of every inner weight.
    teacher_law : Bump
        Law of the teacher's directions; its outer weights are one.
    n_nodes : int
        Nodes of the Gauss rule in the outer weight; there are four times as many directions.

    Raises
    ------
    ValueError
        If an argument is not as stated.
    """
    stop = check_number(stop, "stop", low=0.0, strict=True)
    steps = check_integer(steps, "steps", least=2)
    if steps % 2:
        raise ValueError(f"steps must be even, got {steps}")
    length = check_number(inner_length, "inner_length", low=0.0, strict=True)
    n = check_integer(n_nodes, "n_nodes", least=2)
    around = 2.0 * np.pi / _POINTS * np.arange(_POINTS)
    full = 2.0 * np.pi**-1 * np.arcsin(2 * length**2 * np.cos(around) / (1 + 2 * length**2))
    modes = np.arange(1.0, _POINTS // 2, 2.0)
    kappa = 2.0 / _POINTS * np.cos(np.outer(modes, around)) @ full
    modes, kappa = modes[kappa > _CUT * kappa[0]], kappa[kappa > _CUT * kappa[0]]
    taught = _expand(teacher_law, modes)
    r0 = float(kappa @ np.abs(taught) ** 2)
    x, weights = np.polynomial.hermite_e.hermegauss(n)
    w = 2.0 * np.pi / (4 * n) * np.arange(4 * n)
    mass = np.outer(
        weights / weights.sum(), inner_law.at(w, True) / inner_law.at(w, True).sum()
    ).ravel()
    a, w = (
        g.ravel() for g in np.meshgrid(outer_law.centre + outer_law.width * x, w, indexing="ij")
    )

    def look(a: FloatArray, w: FloatArray):
        waves = _waves(modes, w)
        learnt = (mass * a) @ waves.conj()
        sig = float(kappa @ np.abs(learnt) ** 2)
        c = float(kappa @ (taught * learnt.conj()).real)
        force = kappa * (c / sig) * (taught - c / sig * learnt)
        up = (waves @ force).real
        turn = a * (waves @ (-1j * modes * force)).real
        return up, turn, force, 0.5 * (r0 - c * c / sig)

    h, kept, loss = stop / steps, [], []
    for _ in range(steps):
        u1, v1, force, value = look(a, w)
        kept.append(force)
        loss.append(value)
        u2, v2, *_ = look(a + h / 2 * u1, w + h / 2 * v1)
        u3, v3, *_ = look(a + h / 2 * u2, w + h / 2 * v2)
        u4, v4, *_ = look(a + h * u3, w + h * v3)
        a = a + h / 6 * (u1 + 2 * u2 + 2 * u3 + u4)
        w = w + h / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
    _, _, force, value = look(a, w)
    times = h * np.arange(steps + 1)
    return Characteristics(
        times, np.array([*loss, value]), r0, modes, np.array([*kept, force]), outer_law, inner_law
    )


@guarded
def inner_density(
    followed: Characteristics, w: ArrayLike, index: int, *, n_nodes: int = 81, reach: float = 4.0
) -> FloatArray:
    r"""Return the density of the law of the inner weights at some directions, shape (n,).

    Parameters
    ----------
    followed : Characteristics
        The followed.
    w : array, shape (n,)
        Directions.
    index : int
        The time is ``followed.times[index]``; even, since the steps back are twice as long.
    n_nodes : int
        Nodes of the trapezoidal rule in the outer weight, between plus and minus ``reach``.
    """
    w = check_array(w, "w", (None,))
    index = check_integer(index, "index", least=0, most=len(followed.times) - 1)
    if index % 2:
        raise ValueError(f"index must be even, got {index}")
    reach = check_number(reach, "reach", low=0.0, strict=True)
    nodes = np.linspace(-reach, reach, check_integer(n_nodes, "n_nodes", least=3))
    a, at = (g.ravel() for g in np.meshgrid(nodes, w, indexing="ij"))
    sink, h = np.zeros(a.size), 2.0 * float(followed.times[1])
    turn, bend = -1j * followed.modes, -(followed.modes**2)

    def look(a: FloatArray, at: FloatArray, wave: np.ndarray):
        up, side, curved = (
            _waves(followed.modes, at) @ np.stack([wave, turn * wave, bend * wave], axis=1)
        ).real.T
        return up, a * side, a * curved

    for k in range(index, 0, -2):
        late, middle, early = followed.waves[k], followed.waves[k - 1], followed.waves[k - 2]
        u1, v1, s1 = look(a, at, late)
        u2, v2, s2 = look(a - h / 2 * u1, at - h / 2 * v1, middle)
        u3, v3, s3 = look(a - h / 2 * u2, at - h / 2 * v2, middle)
        u4, v4, s4 = look(a - h * u3, at - h * v3, early)
        a = a - h / 6 * (u1 + 2 * u2 + 2 * u3 + u4)
        at = at - h / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
        sink += h / 6 * (s1 + 2 * s2 + 2 * s3 + s4)
    around = 2.0 * np.pi / _POINTS * np.arange(_POINTS)
    norm = followed.inner_law.at(around, True).sum() * 2.0 * np.pi / _POINTS
    start = followed.outer_law.at(a, False) / (np.sqrt(2.0 * np.pi) * followed.outer_law.width)
    density = start * followed.inner_law.at(at, True) / norm * np.exp(-sink)
    return density.reshape(len(nodes), len(w)).sum(axis=0) * (nodes[1] - nodes[0])
