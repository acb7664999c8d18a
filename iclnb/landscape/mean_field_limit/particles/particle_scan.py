r"""Bias and spread of N particles along the flow: the constants, and runs that measure them.

The flow of N particles is the flow of measures, started at their empirical measure:
:math:`L_N(t)=\Phi_t(\mu_N)`. With the two variations of :math:`\Phi_t`, normalised to mean zero,

.. math::
   N\,(\mathbb E\,\Phi_t(\mu_N)-\Phi_t(\mu))\to\tfrac12\int\frac{\delta^2\Phi_t}{\delta\mu^2}
   (\theta,\theta)\,d\mu,\qquad
   \sqrt N\,\mathrm{sd}(\Phi_t(\mu_N))\to\Big(\int\big(\tfrac{\delta\Phi_t}{\delta\mu}\big)^2d\mu
   \Big)^{1/2}.

A law on M neurons makes :math:`\Phi_t` a function of M masses, since N draws from it are the same
M neurons with multinomial masses: the variations are its derivatives, and a run costs the same for
every N. Derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.flow import rk4
from iclnb.landscape.mean_field_limit.measures import Measure, correlated_start
from iclnb.landscape.mean_field_limit.statistics import Problem, loss

__all__ = [
    "FlowExpansion",
    "Fluctuation",
    "correlated_law",
    "expand_flow",
    "sample_fluctuation",
]

Start = Callable[[int, np.random.Generator], Measure]


class FlowExpansion(NamedTuple):
    r"""The loss at a time of the flow, as a function of the masses at its start.

    ``loss`` is :math:`\Phi_t(\mu)`, ``first`` (M,) and ``second`` (M, M) are its derivatives along
    :math:`\delta_{\theta_i}-\mu`. ``bias`` and ``spread`` are the limits of N times the bias and of
    :math:`\sqrt N` times the standard deviation.
    """

    loss: float
    first: FloatArray
    second: FloatArray
    bias: float
    spread: float


class Fluctuation(NamedTuple):
    r"""Estimates of N times the bias, and of :math:`\sqrt N` times the standard deviation."""

    bias: float
    spread: float


@guarded
def correlated_law(k: int, d: int) -> Start:
    r"""Return ``start(n, rng)``: n independent draws with :math:`a=w_{1:k}+\xi`.

    :math:`w\sim N(0,I_d)`, :math:`\xi\sim0.3\,N(0,I_k)`: a fixed law, whatever n; see
    :func:`~iclnb.landscape.mean_field_limit.measures.correlated_start`.

    Raises
    ------
    ValueError
        If ``d < k``.
    """
    k, d = check_integer(k, "k"), check_integer(d, "d")
    if d < k:
        raise ValueError(f"d must be at least k, got {d} < {k}")

    def start(n: int, rng: np.random.Generator) -> Measure:
        return correlated_start(n, k, d, rng=rng, mixing=np.eye(k, d))

    return start


def _after(problem: Problem, mu: Measure, p: FloatArray, time: float, steps: int) -> float:
    """The loss after the flow of the atoms of ``mu`` with the masses ``p``."""
    start = Measure(mu.a, mu.w, p)
    if time == 0.0:
        return loss(problem, start)
    return float(rk4(problem, start, step_size=time / steps, steps=steps, every=steps).loss[-1])


@guarded
def expand_flow(
    problem: Problem, mu: Measure, time: float, *, steps: int = 10, epsilon: float = 1e-3
) -> FlowExpansion:
    r"""Return :math:`\Phi_t` to second order in the masses of :math:`\mu`, by central differences.

    Parameters
    ----------
    time : float
        Not negative; at zero the variations are those of the loss.
    steps : int
        Runge-Kutta steps of each of the :math:`M^2+M+1` runs.
    epsilon : float
        Size of the differences, at most half of the smallest mass.

    Raises
    ------
    ValueError
        If ``epsilon`` is too large for the masses.
    """
    time, steps = check_number(time, "time", low=0.0), check_integer(steps, "steps")
    epsilon = check_number(epsilon, "epsilon", low=0.0, strict=True)
    if epsilon > 0.5 * mu.p.min():
        raise ValueError(f"epsilon must be at most half of the smallest mass, got {epsilon}")
    n, along = mu.n, np.eye(mu.n) - mu.p

    def run(direction: FloatArray) -> float:
        return _after(problem, mu, mu.p + epsilon * direction, time, steps)

    middle, ahead, back = run(np.zeros(n)), [run(q) for q in along], [run(-q) for q in along]
    ahead, back = np.array(ahead), np.array(back)
    first, bend = ahead - back, ahead + back - 2.0 * middle
    second = np.diag(bend)
    for i in range(n):
        for j in range(i):
            both = along[i] + along[j]
            twice = run(both) + run(-both) - 2.0 * middle
            second[i, j] = second[j, i] = 0.5 * (twice - bend[i] - bend[j])
    first, second = first / (2.0 * epsilon), second / epsilon**2
    first = first - mu.p @ first
    spread = float(np.sqrt(mu.p @ first**2))
    return FlowExpansion(middle, first, second, 0.5 * float(mu.p @ np.diag(second)), spread)


@guarded
def sample_fluctuation(
    problem: Problem,
    mu: Measure,
    time: float,
    neurons: int,
    expansion: FlowExpansion,
    *,
    runs: int,
    draws: int,
    rng: np.random.Generator,
    steps: int = 10,
) -> Fluctuation:
    r"""Return bias and spread at ``time`` over draws of ``neurons`` particles from :math:`\mu`.

    Most of both comes from the linear and the quadratic part of ``expansion``, which cost nothing:
    these are averaged over ``draws`` draws, and what they leave over ``runs`` flows. The estimate
    of the bias is unbiased whatever the expansion is; a wrong one makes it noisy.

    Raises
    ------
    ValueError
        If the expansion is not one of as many atoms.
    """
    time, neurons = check_number(time, "time", low=0.0), check_integer(neurons, "neurons")
    runs, draws = check_integer(runs, "runs"), check_integer(draws, "draws", least=2)
    first = check_array(expansion.first, "expansion", (mu.n,))
    rng = check_generator(rng, "rng")

    def parts(masses: FloatArray) -> tuple[FloatArray, FloatArray]:
        off = masses - mu.p
        return masses @ first, 0.5 * np.einsum("ij,ij->i", off @ expansion.second, off)

    cheap, dear = (rng.multinomial(neurons, mu.p, size=size) / neurons for size in (draws, runs))
    line, curve = parts(cheap)
    at, bend = parts(dear)
    found = np.array([_after(problem, mu, p, time, steps) for p in dear]) - expansion.loss
    bias = np.mean(curve) + np.mean(found - at - bend)
    square = np.mean((line + curve) ** 2) + np.mean(found**2 - (at + bend) ** 2)
    return Fluctuation(float(neurons * bias), float(np.sqrt(neurons * (square - bias**2))))
