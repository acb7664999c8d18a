r"""Beyond correlation: what a transform of the labels sees, and one step on transformed labels.

The *generative exponent* of a link :math:`\sigma_*` is the least degree :math:`k\ge1` with
:math:`E[f(Y)\mathrm{He}_k(X)]\ne0` for some function f of the label :math:`Y=\sigma_*(X)`,
:math:`X\sim N(0,1)` (Damian, Pillaud-Vivien, Lee and Bruna 2024, from memory); the information
exponent is that for the label itself. Powers of the label are enough to show that a degree is seen.

One step on the *tail* of the labels, :math:`f(Y)=1\{Y>\tau\}-P(Y>\tau)`, is computed exactly, by
its Hermite coefficients, and sampled with its exact law: given the labels and the neuron, the part
of the gradient across their plane is Gaussian.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike
from scipy.special import ndtr

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.features.one_gradient_step.hermite import (
    factorials,
    hermite_polynomials,
    normal_density,
)
from iclnb.features.one_gradient_step.links import Link
from iclnb.kinds import guarded

from .one_step_cost import DirectionMoments, examples_for_label

__all__ = [
    "LabelSeries",
    "bump_table",
    "least_degree",
    "moments_from_steps",
    "power_table",
    "sampled_examples",
    "sampled_steps",
    "tail_label",
    "tail_series",
]


@guarded
def power_table(link: Link, powers: int, degree: int) -> FloatArray:
    r""":math:`E[Y^j\mathrm{He}_k(X)]` for j = 1..powers, k = 0..degree: (powers, degree + 1).

    Gauss's rule with enough nodes: exact but for rounding, for a polynomial link.

    Parameters
    ----------
    link : Link
    powers, degree : int
        At least one.
    """
    powers, degree = check_integer(powers, "powers"), check_integer(degree, "degree")
    x, weights = hermegauss((powers * link.degree + degree) // 2 + 1)
    weights = weights / math.sqrt(2 * math.pi)
    label = link(x)[None, :] ** np.arange(1, powers + 1)[:, None]
    return (label * weights) @ hermite_polynomials(x, degree).T


@guarded
def bump_table(powers: int, degree: int, *, damping: float = 1.0) -> FloatArray:
    r"""The same for the link :math:`x^2e^{-\lambda x^2}`, in closed form.

    With :math:`v=1/(1+2\lambda j)`, the variance under the weight of the j-th power,

    .. math:: E[Y^jX^m]=\sqrt v\,E[G^{2j+m}],\qquad G\sim N(0,v).

    Parameters
    ----------
    powers, degree : int
        At least one.
    damping : float
        :math:`\lambda>0`.
    """
    powers, degree = check_integer(powers, "powers"), check_integer(degree, "degree")
    damping = check_number(damping, "damping", low=0.0, strict=True)
    table = np.zeros((powers, degree + 1))
    for j in range(1, powers + 1):
        v = 1 / (1 + 2 * damping * j)
        moment = np.zeros(degree + 1)
        for m in range(0, degree + 1, 2):
            moment[m] = math.sqrt(v) * v ** (j + m // 2) * math.prod(range(1, 2 * j + m, 2))
        for k in range(degree + 1):
            power = np.polynomial.hermite_e.herme2poly(np.eye(k + 1)[k])
            table[j - 1, k] = power @ moment[: k + 1]
    return table


@guarded
def least_degree(table: ArrayLike) -> int:
    r"""Least degree from one on that a row of :math:`E[f_j(Y)\mathrm{He}_k]` does not miss.

    One row, of the label itself, gives the information exponent; several, a bound from above of the
    generative exponent, which is attained for enough of them. Zero means below 1e-9 of the largest
    entry of a row over :math:`\sqrt{k!}`.

    Parameters
    ----------
    table : array (J, K + 1)

    Raises
    ------
    ValueError
        If no degree is seen.
    """
    table = check_array(table, "table", (None, None))
    scaled = np.abs(table) / np.sqrt(factorials(table.shape[1] - 1))
    seen = np.any(scaled > 1e-9 * scaled.max(axis=1, keepdims=True), axis=0)
    if not seen[1:].any():
        raise ValueError("table sees no degree from one on")
    return int(np.flatnonzero(seen[1:])[0]) + 1


def _probability(threshold: float, two_sided: bool) -> float:
    return float(ndtr(-threshold)) * (2 if two_sided else 1)


@guarded
def tail_label(x: ArrayLike, threshold: float, *, two_sided: bool = False) -> FloatArray:
    r""":math:`1\{x>t\}-P(x>t)`, or :math:`1\{|x|>t\}-P(|x|>t)`, at overlaps x of any shape."""
    x, t = check_array(x, "x"), check_number(threshold, "threshold", low=0.0)
    return ((np.abs(x) if two_sided else x) > t) - _probability(t, two_sided)


class LabelSeries(NamedTuple):
    """Hermite coefficients of a label and of its square, (K + 1,) each."""

    coefficients: FloatArray
    squares: FloatArray


@guarded
def tail_series(threshold: float, degree: int, *, two_sided: bool = False) -> LabelSeries:
    r"""Series of :math:`1\{x>t\}-P(x>t)`, or of :math:`1\{|x|>t\}-P(|x|>t)`.

    .. math:: E[1\{x>t\}\mathrm{He}_i]=\mathrm{He}_{i-1}(t)\,\varphi(t)\quad(i\ge1);

    on two sides even degrees are doubled and odd ones vanish. With p the probability, the square
    has :math:`e_0=p(1-p)` and :math:`e_i=(1-2p)c_i`.

    Parameters
    ----------
    threshold : float
        t, not negative.
    degree : int
        Last degree of the series, at least two.
    """
    t = check_number(threshold, "threshold", low=0.0)
    degree = check_integer(degree, "degree", least=2)
    c = np.zeros(degree + 1)
    p = _probability(t, two_sided)
    c[1:] = hermite_polynomials(np.array([t]), degree - 1)[:, 0] * normal_density(np.array([t]))
    if two_sided:
        c[1::2] = 0.0
        c = 2 * c
    e = (1 - 2 * p) * c
    e[0] = p * (1 - p)
    return LabelSeries(c, e)


@guarded
def sampled_steps(
    label: Callable[[FloatArray], FloatArray],
    *,
    d: int,
    prompt_length: int,
    bias: float = 0.0,
    neurons: int,
    rng: np.random.Generator,
    chunk: int = 2**20,
) -> FloatArray:
    r"""Squares of one step on n examples, along :math:`\beta` and in all, (neurons, 2).

    A step is the mean of :math:`f(\langle\beta,x_i\rangle)1\{w^\top x_i+b>0\}x_i`. With
    :math:`w=s\beta+\sqrt{1-s^2}\,u` its parts along :math:`\beta` and u are sampled as they stand;
    the rest is, given those, Gaussian in d - 2 dimensions, with the variance
    :math:`n^{-2}\sum_if_i^2`. The law is that of d-dimensional examples, fresh for each neuron, at
    a cost that does not depend on d.

    Parameters
    ----------
    label : callable
        f, of an array of overlaps.
    d : int
        At least three.
    prompt_length : int
        n.
    neurons : int
        With weights uniform on the sphere.
    """
    d, n = check_integer(d, "d", least=3), check_integer(prompt_length, "prompt_length")
    neurons, chunk = check_integer(neurons, "neurons"), check_integer(chunk, "chunk")
    bias = check_number(bias, "bias")
    check_generator(rng, "rng")
    found = np.empty((neurons, 2))
    for row in found:
        g = rng.standard_normal()
        s = g / math.sqrt(g * g + rng.chisquare(d - 1))
        along = across = square = 0.0
        for start in range(0, n, chunk):
            z, other = rng.standard_normal((2, min(chunk, n - start)))
            f = label(z) * (s * z + math.sqrt(1 - s * s) * other + bias > 0)
            along, across = along + float(f @ z), across + float(f @ other)
            square += float(f @ f)
        rest = square * rng.chisquare(d - 2)
        row[:] = along**2 / n**2, (along**2 + across**2 + rest) / n**2
    return found


@guarded
def moments_from_steps(
    short: ArrayLike, long: ArrayLike, prompt_lengths: tuple[int, int]
) -> DirectionMoments:
    r"""Moments of one example from mean squares at two numbers of examples.

    Both mean squares are :math:`A+(M-A)/n`, so two lengths give A and M.

    Parameters
    ----------
    short, long : array (2,)
        Means of :func:`sampled_steps` over neurons.
    prompt_lengths : (int, int)
        Their n, the short one first.
    """
    short, long = check_array(short, "short", (2,)), check_array(long, "long", (2,))
    n, m = (check_integer(length, "prompt_lengths") for length in prompt_lengths)
    if n >= m:
        raise ValueError(f"prompt_lengths must increase, got {prompt_lengths}")
    spread = (short - long) / (1 / n - 1 / m)
    mean = long - spread / m
    return DirectionMoments(*mean.tolist(), *(mean + spread).tolist())


@guarded
def sampled_examples(
    label: Callable[[FloatArray], FloatArray],
    level: float,
    *,
    d: int,
    prompt_length: float,
    bias: float = 0.0,
    neurons: int,
    rng: np.random.Generator,
) -> float:
    """The number of examples at which a step has the alignment ``level``, by sampling.

    From steps on half and on twice ``prompt_length`` examples, through
    :func:`moments_from_steps` and :func:`~.one_step_cost.examples_for_label`.

    Parameters
    ----------
    label, d, bias, neurons
        As in :func:`sampled_steps`.
    level : float
        In (0, 1).
    prompt_length : float
        A guess of the answer, at least two.
    """
    middle = check_number(prompt_length, "prompt_length", low=2.0)
    lengths = int(middle / 2), int(2 * middle)
    options = {"d": d, "bias": bias, "neurons": neurons, "rng": rng}
    means = [sampled_steps(label, prompt_length=n, **options).mean(axis=0) for n in lengths]
    return examples_for_label(moments_from_steps(*means, lengths), level)
