r"""The law of the alignment of one gradient step in :math:`T_1,n,d,r`, from exact second moments.

One task contributes, up to the factor :math:`-2\gamma`, the vector
:math:`g=y_q[\phi(x_q)\frac1n\sum_iy_ih(x_i)x_i+A\,h(x_q)x_q]`, :math:`h=1\{w^\top x+b>0\}`. Given
the task, with :math:`V_1=E[y^2\phi^2]`, :math:`V_2=E[y^2h|\Pi x|^2]`, :math:`v_3=E[y^2\phi x]`,
:math:`B=E[y\phi]`, :math:`v=E[yhx]` and any projection :math:`\Pi` that commutes with the
problem,

.. math:: E|\Pi g|^2=\tfrac2n\big(V_1V_2+|\Pi v_3|^2\big)
   +\big(1-\tfrac1n\big)\big(V_1|\Pi v|^2+V_2B^2+2B\,\Pi v_3\cdot\Pi v\big),
   \qquad E[\Pi g]=2B\,\Pi v .

Every term is a polynomial in :math:`s=\langle w,\beta\rangle` and
:math:`\rho^2=|P_{\mathcal S}w|^2` by Hermite expansion and Stein's identity, so averages over
:math:`\beta`, the link and w are finite sums. With the mean :math:`\mu` and the second moments
:math:`M` inside the subspace and in total,

.. math:: \mathrm{align}(T_1)\approx
   \frac{E_w[|P_{\mathcal S}\mu|^2+(M_{\mathcal S}-|P_{\mathcal S}\mu|^2)/T_1]}
        {E_w[|\mu|^2+(M-|\mu|^2)/T_1]},

a ratio of expectations, where simulation has the expectation of a ratio: close for many effective
tasks, low when one task dominates. Weights have unit norm, the prediction part is dropped, prompts
are independent. Derived here; second moments are exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded

from .hermite import factorials, relu_coefficients, square_coefficients, squared_relu_coefficients
from .links import LinkLaw, check_law
from .sphere import projection_quadrature, sphere_quadrature

__all__ = [
    "GradientMoments",
    "alignment_law",
    "gradient_moments",
    "he2_floor",
    "noise_to_signal",
    "population_floor",
    "tasks_for_alignment",
]


class GradientMoments(NamedTuple):
    r"""Squared norms of :math:`E[g]` and second moments of g, inside the subspace and in total.

    Arrays of the shape of ``rho2``; the gradient of one task is :math:`-2\gamma g`.
    """

    mean_inside: FloatArray
    mean_total: FloatArray
    second_inside: FloatArray
    second_total: FloatArray


def _series(coefficients: FloatArray, s: FloatArray) -> FloatArray:
    """Sum of coefficients[i] s^i / i!, leading axis i; the other axes broadcast with s."""
    total = np.zeros(np.broadcast_shapes(coefficients.shape[1:], s.shape))
    fact = factorials(coefficients.shape[0] - 1)
    for i in range(coefficients.shape[0] - 1, -1, -1):
        total = total * s + coefficients[i] / fact[i]
    return total


def _product(first: FloatArray, second: FloatArray, shift: int, other: int) -> FloatArray:
    """Coefficients first[i + shift] second[i + other] for as many i as both have."""
    left, right = first[shift:], second[other:]
    size = min(left.shape[0], right.shape[0])
    return left[:size].reshape(size, *([1] * (right.ndim - 1))) * right[:size]


@guarded
def gradient_moments(
    law: LinkLaw,
    *,
    d: int,
    r: int,
    prompt_length: int,
    rho2: ArrayLike,
    bias: ArrayLike = 0.0,
    noise: float = 0.0,
) -> GradientMoments:
    r"""Exact first and second moments of one task's gradient for unit weights.

    Parameters
    ----------
    law : LinkLaw
        Its nodes must be exact to degree four in the coefficients.
    d, r, prompt_length : int
        Dimensions, :math:`r\le d`, and prompt length.
    rho2 : array
        :math:`|P_{\mathcal S}w|^2\in[0,1]` of each neuron.
    bias : array
        Broadcast against ``rho2``.
    noise : float
        :math:`\tau`, on prompt and query labels.

    Raises
    ------
    ValueError
        If r > d, n < 1, ``rho2`` leaves [0, 1], or r = d and it is not one.
    """
    check_law(law, "law")
    d, r, prompt_length = (
        check_integer(d, "d"),
        check_integer(r, "r"),
        check_integer(prompt_length, "prompt_length"),
    )
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    rho2, bias = np.broadcast_arrays(check_array(rho2, "rho2"), check_array(bias, "bias"))
    if np.any((rho2 < 0) | (rho2 > 1 + 1e-12)):
        raise ValueError("rho2 must lie in [0, 1]")
    if r == d and np.any(np.abs(rho2 - 1) > 1e-9):
        raise ValueError("rho2 must be one where r = d")
    noise = check_number(noise, "noise", low=0.0)
    degree = law.degree
    nodes, node_weights = sphere_quadrature(r, 8 * degree + 8)
    s = np.sqrt(rho2)[..., None] * nodes
    a = relu_coefficients(bias, 2 * degree + 3)[..., None]
    square = squared_relu_coefficients(bias, 2 * degree)[..., None]
    inside, total = np.zeros((2, *rho2.shape)), np.zeros((2, *rho2.shape))
    drift = np.zeros((2, *rho2.shape))
    table, link_weights = law.nodes()
    for c, chance in zip(table, link_weights):
        e = square_coefficients(c)
        e[0] += noise**2
        B = _series(_product(c, a, 0, 0), s)
        v = _series(_product(c, a, 1, 1), s), _series(_product(c, a, 0, 2), s)
        third = _series(_product(e, a, 1, 0), s), _series(_product(e, a, 0, 1), s)
        V1 = _series(_product(e, square, 0, 0), s)
        flat = _series(_product(e, a, 0, 1), s)
        curve = _series(_product(e, a, 2, 1), s) + 2 * s * _series(_product(e, a, 1, 2), s)
        bend = _series(_product(e, a, 0, 3), s)
        weight = chance * node_weights
        drift[0] += np.sum(weight * B * v[0] * s, axis=-1)
        drift[1] += np.sum(weight * B * v[1], axis=-1)
        for out, size, length in ((inside, r, rho2[..., None]), (total, d, 1.0)):
            V2 = size * flat + curve + length * bend
            vv = v[0] ** 2 + 2 * s * v[0] * v[1] + length * v[1] ** 2
            v33 = third[0] ** 2 + 2 * s * third[0] * third[1] + length * third[1] ** 2
            v3v = third[0] * v[0] + s * (third[0] * v[1] + third[1] * v[0])
            v3v = v3v + length * third[1] * v[1]
            out[0] += np.sum(weight * 2 * (V1 * V2 + v33), axis=-1)
            out[1] += np.sum(weight * (V1 * vv + V2 * B**2 + 2 * B * v3v), axis=-1)
    # E[B v] = drift[0] P w / rho^2 + drift[1] w
    across = np.divide(drift[0] ** 2, rho2, out=np.zeros(rho2.shape), where=rho2 > 0)
    cross = 2 * drift[0] * drift[1]
    return GradientMoments(
        4 * (across + cross + rho2 * drift[1] ** 2),
        4 * (across + cross + drift[1] ** 2),
        inside[0] / prompt_length + (1 - 1 / prompt_length) * inside[1],
        total[0] / prompt_length + (1 - 1 / prompt_length) * total[1],
    )


def _averaged(
    law: LinkLaw,
    *,
    d: int,
    r: int,
    prompt_length: int,
    bias: ArrayLike,
    noise: float,
    rho2: ArrayLike | None,
) -> GradientMoments:
    check_law(law, "law")
    bias = check_array(bias, "bias")
    if rho2 is not None:
        moments = gradient_moments(
            law, d=d, r=r, prompt_length=prompt_length, rho2=rho2, bias=bias, noise=noise
        )
        return GradientMoments(*(np.mean(part) for part in moments))
    x, weights = projection_quadrature(d, r, 4 * law.degree + 4)
    moments = gradient_moments(
        law, d=d, r=r, prompt_length=prompt_length, rho2=x, bias=bias.reshape(-1, 1), noise=noise
    )  # fmt: skip
    return GradientMoments(*(np.mean(part @ weights) for part in moments))


@guarded
def alignment_law(
    law: LinkLaw,
    *,
    d: int,
    r: int,
    n_tasks: float,
    prompt_length: int,
    bias: ArrayLike = 0.0,
    noise: float = 0.0,
    rho2: ArrayLike | None = None,
) -> float:
    r"""Alignment (Frobenius) after one step on ``n_tasks`` tasks; see the module for the formula.

    Parameters
    ----------
    n_tasks : float
        Positive, ``inf`` allowed (:func:`population_floor` gives what is missing to one).
    bias : array
        Without ``rho2``: a list of biases, averaged over. With it: broadcast against it.
    rho2 : array, optional
        :math:`|P_{\mathcal S}w_j|^2` of the actual weights; default: the average over the sphere.
    law, d, r, prompt_length, noise
        As in :func:`gradient_moments`.

    Raises
    ------
    ValueError
        If the gradient vanishes identically (a link that the activation does not see) or an
        argument is out of its domain.
    """
    if not (isinstance(n_tasks, (int, float, np.integer, np.floating)) and n_tasks > 0):
        raise ValueError(f"n_tasks must be positive, got {n_tasks!r}")
    m = _averaged(law, d=d, r=r, prompt_length=prompt_length, bias=bias, noise=noise, rho2=rho2)
    share = 0.0 if np.isinf(n_tasks) else 1 / n_tasks
    below = m.mean_total + (m.second_total - m.mean_total) * share
    if below <= 0:
        raise ValueError("the population gradient vanishes: the activation does not see the link")
    return float((m.mean_inside + (m.second_inside - m.mean_inside) * share) / below)


@guarded
def population_floor(
    law: LinkLaw, *, d: int, r: int, bias: ArrayLike = 0.0, rho2: ArrayLike | None = None
) -> float:
    r"""What infinitely many tasks leave outside: :math:`1-E|P_{\mathcal S}\mu|^2/E|\mu|^2`.

    It does not depend on n or on noise. For :math:`\mathrm{He}_2` and b = 0 it is
    :func:`he2_floor`.
    """
    return 1 - alignment_law(law, d=d, r=r, n_tasks=np.inf, prompt_length=1, bias=bias, rho2=rho2)


@guarded
def he2_floor(d: int, r: int) -> float:
    r"""The floor for :math:`\mathrm{He}_2` and b = 0 on average over the sphere.

    .. math:: \frac{E[x^4(1-x)]}{E[4x^3-3x^4]}=\frac{(r+6)(d-r)}{(d+8)(4d-3r+6)},
       \qquad x\sim\mathrm{Beta}(\tfrac r2,\tfrac{d-r}2) .

    Derived here.

    Raises
    ------
    ValueError
        If r > d.
    """
    d, r = check_integer(d, "d"), check_integer(r, "r")
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    return (r + 6) * (d - r) / ((d + 8) * (4 * d - 3 * r + 6))


@guarded
def tasks_for_alignment(
    law: LinkLaw,
    level: float,
    *,
    d: int,
    r: int,
    prompt_length: int,
    bias: ArrayLike = 0.0,
    noise: float = 0.0,
    rho2: ArrayLike | None = None,
) -> float:
    """The (real) number of tasks at which :func:`alignment_law` equals ``level``.

    Infinite where the floor forbids the target; zero where one task's share already exceeds it.

    Raises
    ------
    ValueError
        If the target is not in (0, 1) or another argument is out of its domain.
    """
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    m = _averaged(law, d=d, r=r, prompt_length=prompt_length, bias=bias, noise=noise, rho2=rho2)
    gain = m.mean_inside - level * m.mean_total
    if gain <= 0:
        return float("inf")
    cost = level * (m.second_total - m.mean_total) - (m.second_inside - m.mean_inside)
    return float(max(cost / gain, 0.0))


@guarded
def noise_to_signal(
    law: LinkLaw,
    *,
    d: int,
    r: int,
    prompt_length: int,
    bias: ArrayLike = 0.0,
    noise: float = 0.0,
    rho2: ArrayLike | None = None,
) -> float:
    r"""The number of tasks at which the noise outside the subspace equals the signal inside.

    .. math:: \frac{E_w[M-M_{\mathcal S}-|\mu|^2+|P_{\mathcal S}\mu|^2]}
                   {E_w|P_{\mathcal S}\mu|^2} .

    For exponent Q it grows like :math:`d^{2Q}/n` up to :math:`n\asymp d^Q` and like :math:`d^Q`
    beyond: the pretraining budget of constant alignment. Infinite if there is no signal.
    """
    m = _averaged(law, d=d, r=r, prompt_length=prompt_length, bias=bias, noise=noise, rho2=rho2)
    if m.mean_inside <= 0:
        return float("inf")
    outside = (m.second_total - m.mean_total) - (m.second_inside - m.mean_inside)
    return float(outside / m.mean_inside)
