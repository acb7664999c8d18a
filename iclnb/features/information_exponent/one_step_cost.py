r"""How many examples one gradient step needs for one task, beside what pretraining needs.

For one task and one neuron the gradient of n examples is the mean of
:math:`g=y\,1\{w^\top x+b>0\}\,x`. With :math:`v=E[g]=\nabla B(w)`,
:math:`S=E_w\langle\beta,v\rangle^2` and the second moments
:math:`M_\beta=E\langle\beta,g\rangle^2`, :math:`M=E|g|^2`,

.. math:: \mathrm{align}(n)\approx\frac{S+(M_\beta-S)/n}{E_w|v|^2+(M-E_w|v|^2)/n},

a ratio of expectations, the counterpart of
:mod:`iclnb.features.one_gradient_step.alignment_law`. Because :math:`M\sim d\,\Phi(b)E[y^2]` and
:math:`S\sim C^2d^{-(Q-1)}`, constant alignment takes :math:`n\asymp d^Q` for every task anew.
Derived here.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.features.one_gradient_step.hermite import (
    factorials,
    relu_coefficients,
    square_coefficients,
    squared_relu_coefficients,
)
from iclnb.features.one_gradient_step.links import Link, LinkLaw, mean_square
from iclnb.features.one_gradient_step.sphere import sphere_quadrature
from iclnb.kinds import guarded

from .large_dimension import in_context_asymptote, supervised_asymptote

__all__ = [
    "DirectionMoments",
    "direction_alignment",
    "direction_moments",
    "examples_for_direction",
    "examples_for_label",
    "label_moments",
    "leading_examples",
    "leading_pretraining",
]


class DirectionMoments(NamedTuple):
    r""":math:`S`, :math:`E_w|v|^2`, :math:`M_\beta`, :math:`M`."""

    mean_along: float
    mean_total: float
    second_along: float
    second_total: float


def _series(first: ArrayLike, second: ArrayLike, s: FloatArray) -> FloatArray:
    """Sum over i of first[i] second[i] s^i / i!."""
    size = min(len(first), len(second))
    product = np.asarray(first)[:size] * np.asarray(second)[:size] / factorials(size - 1)
    return np.polynomial.polynomial.polyval(s, product)


@guarded
def direction_moments(link: Link, *, d: int, bias: float = 0.0) -> DirectionMoments:
    r"""Moments of the gradient of one example, averaged over w uniform on the sphere, exactly.

    With the Hermite coefficients :math:`e_i` of :math:`\sigma_*^2`, by Stein's identity,

    .. math:: E\langle\beta,g\rangle^2=\sum_i\frac{s^i}{i!}\big[(e_i+e_{i+2})a_{i+1}
       +2s\,e_{i+1}a_{i+2}+s^2e_ia_{i+3}\big],

    and for :math:`E|g|^2` the first :math:`e_i` times d, the last :math:`s^2` replaced by one.

    Parameters
    ----------
    link : Link
    d : int
    bias : float
    """
    c = link.coefficients
    return label_moments(c, square_coefficients(c), d=d, bias=bias)


@guarded
def label_moments(
    coefficients: ArrayLike, squares: ArrayLike, *, d: int, bias: float = 0.0
) -> DirectionMoments:
    r"""The same for any label of :math:`\langle\beta,x\rangle`, by its Hermite coefficients.

    Parameters
    ----------
    coefficients : array (K + 1,)
        :math:`c_i=E[f\,\mathrm{He}_i]`, for the label f.
    squares : array (L + 1,)
        :math:`e_i=E[f^2\mathrm{He}_i]`; L at least two.
    d : int
    bias : float
    """
    d, bias = check_integer(d, "d"), check_number(bias, "bias")
    c = check_array(coefficients, "coefficients", (None,))
    e = check_array(squares, "squares", (None,))
    if c.size < 2 or e.size < 3:
        raise ValueError("coefficients must reach degree one and squares degree two")
    size = max(c.size, e.size)
    a = relu_coefficients(bias, size + 3)
    s, weights = sphere_quadrature(d, 2 * size + 4)
    along, own = _series(c[1:], a[1:], s), _series(c, a[2:], s)
    flat, bend = _series(e, a[1:], s), _series(e, a[3:], s)
    curve = _series(e[2:], a[1:], s) + 2 * s * _series(e[1:], a[2:], s)
    averages = (
        (along + s * own) ** 2,
        along**2 + 2 * s * along * own + own**2,
        flat + curve + s * s * bend,
        d * flat + curve + bend,
    )
    return DirectionMoments(*(float(weights @ value) for value in averages))


@guarded
def direction_alignment(link: Link, *, d: int, prompt_length: float, bias: float = 0.0) -> float:
    """Alignment with the direction after one step on n > 0 examples of one task."""
    prompt_length = check_number(prompt_length, "prompt_length", low=0.0, strict=True)
    m = direction_moments(link, d=d, bias=bias)
    above = m.mean_along + (m.second_along - m.mean_along) / prompt_length
    return above / (m.mean_total + (m.second_total - m.mean_total) / prompt_length)


@guarded
def examples_for_direction(link: Link, level: float, *, d: int, bias: float = 0.0) -> float:
    """The (real) number of examples at which :func:`direction_alignment` equals ``level``.

    Infinite where the step points elsewhere however many examples there are; zero where one
    example's share exceeds the target already.
    """
    return examples_for_label(direction_moments(link, d=d, bias=bias), level)


@guarded
def examples_for_label(one_example: DirectionMoments, level: float) -> float:
    """The same from the moments of any label: :func:`label_moments`, or estimates of them."""
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    m = one_example
    gain = m.mean_along - level * m.mean_total
    if gain <= 0:
        return math.inf
    cost = level * (m.second_total - m.mean_total) - (m.second_along - m.mean_along)
    return max(cost / gain, 0.0)


@guarded
def leading_examples(link: Link, level: float, *, d: ArrayLike, bias: float = 0.0) -> FloatArray:
    r"""Leading term of :func:`examples_for_direction`,

    .. math:: n\sim\frac{t}{1-t}\,\frac{\Phi(b)\,E[y^2]}{C^2}\,d^{Q},

    t the target and C the constant of :func:`~.large_dimension.supervised_asymptote`.
    """
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    signal = supervised_asymptote(link, bias=bias).leading(d)
    noise = np.asarray(d, dtype=np.float64) * float(ndtr(bias)) * link.variance
    return level / (1 - level) * noise / signal**2


@guarded
def leading_pretraining(
    law: LinkLaw, level: float, *, d: ArrayLike, r: int, bias: float = 0.0
) -> FloatArray:
    r"""Leading term of :math:`T_1n` in pretraining, for d to infinity at fixed n and r,

    .. math:: T_1n\sim\frac{t}{1-t}\,\frac{E[\phi^2]\,\Phi(b)\,E[y^2]^2}{2C^2}\,d^{2Q},

    C the constant of :func:`~.large_dimension.in_context_asymptote`; tasks and examples enter
    through their product only. Compare
    :func:`iclnb.features.one_gradient_step.alignment_law.tasks_for_alignment`.
    """
    level = check_number(level, "level", low=0.0, high=1.0, strict=True)
    signal = in_context_asymptote(law, r=r, bias=bias).leading(d)
    square = float(squared_relu_coefficients(bias, 0)[0]) * float(ndtr(bias))
    noise = np.asarray(d, dtype=np.float64) * square * mean_square(law) ** 2
    return level / (1 - level) * noise / (2 * signal**2)
