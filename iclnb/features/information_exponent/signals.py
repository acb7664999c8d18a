r"""What one gradient step sees of a link, as a function of the dimension.

A neuron :math:`\max(w^\top x+b,0)` starts uniform on the unit sphere of :math:`R^d`. With
:math:`B(w)=E[y\,\max(w^\top x+b,0)]` for one task,

* supervised (one task, direction :math:`\beta`): signal
  :math:`\big(E_w\langle\beta,\nabla B\rangle^2\big)^{1/2}\asymp d^{-(Q-1)/2}`;
* in context (tasks on a subspace): signal
  :math:`\big(E_w|P_{\mathcal S}E_\beta[B\nabla B]|^2\big)^{1/2}\asymp d^{-(Q-1/2)}`,

for information exponent Q: the first is of order :math:`s^{Q-1}` in the overlap
:math:`s\sim d^{-1/2}`, the second of order :math:`s^{2Q-1}`, because prompt and query must both see
the link. Derived here, in closed form for any link; the leading powers are those of Oko et al.
(second-hand). Sampled counterparts stand beside.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_generator,
    check_integer,
    check_number,
)
from iclnb.draws import sphere_rows
from iclnb.evidence import local_slopes
from iclnb.features.one_gradient_step.alignment_law import gradient_moments
from iclnb.features.one_gradient_step.gradient import streamed_gradient
from iclnb.features.one_gradient_step.hermite import evaluate_hermite, factorials, relu_coefficients
from iclnb.features.one_gradient_step.links import Link, LinkLaw, check_law
from iclnb.features.one_gradient_step.sphere import projection_quadrature, sphere_quadrature
from iclnb.features.one_gradient_step.tasks import SingleIndexTasks, coordinate_subspace
from iclnb.kinds import guarded

__all__ = [
    "Costs",
    "costs",
    "in_context_exponent",
    "in_context_signal",
    "log_slopes",
    "sampled_in_context_power",
    "sampled_supervised_power",
    "seen_degrees",
    "supervised_exponent",
    "supervised_signal",
]


@guarded
def supervised_exponent(exponent: int) -> float:
    """Power of d in the supervised signal, -(Q - 1)/2."""
    return -(check_integer(exponent, "exponent") - 1) / 2


@guarded
def in_context_exponent(exponent: int) -> float:
    """Power of d in the in-context signal, -(Q - 1/2)."""
    return -(check_integer(exponent, "exponent") - 0.5)


@guarded
def supervised_signal(link: Link, *, d: int, bias: float = 0.0) -> float:
    r"""Root mean square over w of :math:`\langle\beta,\nabla B(w)\rangle`, exactly.

    .. math:: \langle\beta,\nabla B\rangle=\sum_{i\ge1}\tfrac{c_i}{(i-1)!}a_is^{i-1}
              +\sum_i\tfrac{c_i}{i!}a_{i+2}s^{i+1},\qquad s=\langle w,\beta\rangle .

    Parameters
    ----------
    link : Link
    d : int
        At least one.
    bias : float
        b of the neuron.
    """
    d, bias = check_integer(d, "d"), check_number(bias, "bias")
    c, degree = link.coefficients, link.degree
    a, fact = relu_coefficients(bias, degree + 2), factorials(degree)
    s, weights = sphere_quadrature(d, 2 * degree + 4)
    powers = s[None, :] ** np.arange(degree + 2)[:, None]
    i = np.arange(1, degree + 1)
    along = (c[1:] * i / fact[1:] * a[1 : degree + 1]) @ powers[:degree]
    along += (c / fact * a[2:]) @ powers[1:]
    return float(np.sqrt(weights @ along**2))


@guarded
def in_context_signal(law: LinkLaw, *, d: int, r: int, bias: float = 0.0) -> float:
    r"""Root mean square over w of :math:`|P_{\mathcal S}E_\beta[B\nabla B]|`, exactly.

    Parameters
    ----------
    law : LinkLaw
    d, r : int
        :math:`1\le r\le d`.
    bias : float
    """
    check_law(law, "law")
    bias = check_number(bias, "bias")
    x, weights = projection_quadrature(d, r, 2 * law.degree + 4)
    moments = gradient_moments(law, d=d, r=r, prompt_length=1, rho2=x, bias=bias)
    return float(np.sqrt(np.maximum(weights @ moments.mean_inside, 0.0)) / 2)


@guarded
def log_slopes(x: ArrayLike, y: ArrayLike) -> FloatArray:
    r"""Slopes :math:`\Delta\log y/\Delta\log x` between neighbours, shape (len(x) - 1,).

    Raises
    ------
    ValueError
        If a value is not positive or x does not increase.
    """
    return local_slopes(x, y)[1]


@guarded
def seen_degrees(degree: int, *, bias: float) -> tuple[int, ...]:
    r"""Degrees :math:`1\le i\le` ``degree`` with :math:`a_i(b)\ne0`.

    At b = 0 the ReLU is :math:`(z+|z|)/2`: it sees degree one and the even degrees, and the
    gradient of a link of odd degrees from three on vanishes, supervised and in context. A bias
    different from zero sees degree i unless :math:`\mathrm{He}_{i-2}(-b)=0`. Zero means below 1e-12
    of :math:`\sqrt{i!}\,e^{-b^2/2}`.
    """
    bias = check_number(bias, "bias")
    a = relu_coefficients(bias, check_integer(degree, "degree"))
    scale = np.exp(-bias * bias / 2) * np.sqrt(factorials(degree))
    return tuple(int(i) for i in range(1, degree + 1) if abs(a[i]) > 1e-12 * scale[i])


@guarded
def sampled_supervised_power(
    link: Link,
    *,
    d: int,
    bias: float = 0.0,
    draws: int,
    neurons: int,
    rng: np.random.Generator,
    chunk: int = 2**14,
) -> FloatArray:
    r"""Unbiased estimates of :math:`\langle\beta,\nabla B(w)\rangle^2`, one a neuron, (neurons,).

    The product of the gradients on two independent halves of the samples; its mean over neurons
    estimates the square of :func:`supervised_signal`. Single values may be negative.

    Parameters
    ----------
    draws : int
        In each half; all neurons share them, which correlates their estimates.
    rng : Generator
        Neurons first, then the inputs.
    """
    draws = check_integer(draws, "draws")
    bias = check_number(bias, "bias")
    chunk = check_integer(chunk, "chunk")
    check_generator(rng, "rng")
    neurons = check_integer(neurons, "neurons")
    weights = sphere_rows(neurons, d, rng)
    halves = []
    for _ in range(2):
        total = np.zeros(weights.shape[0])
        for start in range(0, draws, chunk):
            X = rng.standard_normal((min(chunk, draws - start), weights.shape[1]))
            pull = evaluate_hermite(link.coefficients, X[:, 0]) * X[:, 0]
            total += pull @ (X @ weights.T + bias > 0)
        halves.append(total / draws)
    return halves[0] * halves[1]


@guarded
def sampled_in_context_power(
    law: LinkLaw,
    *,
    d: int,
    r: int,
    bias: float = 0.0,
    n_tasks: int,
    prompt_length: int,
    neurons: int,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Unbiased estimates of :math:`|P_{\mathcal S}E[B\nabla B]|^2`, one a neuron, (neurons,).

    From two independent stage-I gradients over ``n_tasks`` tasks of ``prompt_length`` examples
    each; the sibling of :func:`in_context_signal`.
    """
    check_generator(rng, "rng")
    tasks = SingleIndexTasks(coordinate_subspace(d, r), law)
    neurons = check_integer(neurons, "neurons")
    weights = sphere_rows(neurons, d, rng)
    first, second = (
        streamed_gradient(
            tasks,
            weights,
            bias=bias,
            Gamma_diagonal=-0.25,
            n_tasks=n_tasks,
            prompt_length=prompt_length,
            task_rng=rng,
            input_rng=rng,
        )[:, :r]
        for _ in range(2)
    )
    return np.sum(first * second, axis=1)


class Costs(NamedTuple):
    """Samples, without constants and logarithms, in the slides' table; the last entry is ours."""

    kernel: float
    correlational: float
    in_context_table: float
    in_context_bound: float
    pretraining_tasks: float
    pretraining_examples: float


@guarded
def costs(*, d: int, r: int, exponent: int, degree: int) -> Costs:
    r"""What each method pays, as powers.

    Kernel methods :math:`d^P`; correlational (CSQ) methods :math:`d^{Q/2}`; in context
    :math:`r^{2P}` in the table of the slides, where the bound above it asks for :math:`r^{4P}`;
    pretraining :math:`T_1=d^{Q+1}` and :math:`n=d^Q`. From the slides, as printed.

    Raises
    ------
    ValueError
        If r > d or the information exponent is above the degree.
    """
    d, r = check_integer(d, "d"), check_integer(r, "r")
    exponent, degree = check_integer(exponent, "exponent"), check_integer(degree, "degree")
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    if exponent > degree:
        raise ValueError(f"information exponent {exponent} is above the degree {degree}")
    return Costs(
        math.pow(d, degree), math.pow(d, exponent / 2), math.pow(r, 2 * degree),
        math.pow(r, 4 * degree), math.pow(d, exponent + 1), math.pow(d, exponent),
    )  # fmt: skip
