r"""The Wasserstein gradient flow of a finite measure: an ordinary differential equation.

.. math:: \dot\theta_i=-\nabla_\theta\frac{\delta L(\mu_t)}{\delta\mu}(\theta_i),\qquad
          \mu_t=\sum_ip_i\delta_{\theta_i(t)} .

The loss never increases, :math:`dL/dt=-\int|\nabla\frac{\delta L}{\delta\mu}|^2d\mu`, and
:math:`\int aa^\top d\mu_t` is conserved. With :math:`\dot\Gamma=-c\,\nabla_\Gamma L(\mu,\Gamma)`
beside it (:func:`integrate_joint`) the limit :math:`c\to\infty` is the two-timescale flow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_increasing,
    check_instance,
    check_integer,
    check_number,
)
from iclnb.kinds import guarded

from .attention import inner_gradient
from .measures import Measure
from .statistics import Problem, SingularCovarianceError, statistics
from .variation import joint_gradients, particle_gradients

__all__ = ["Trajectory", "integrate", "integrate_joint", "rk4"]


@guarded
@dataclass(frozen=True, eq=False)
class Trajectory:
    """A flow at chosen times.

    Attributes
    ----------
    times : array, shape (T,)
    a, w : array, shape (T, N, k) and (T, N, D)
    p : array, shape (N,)
    loss : array, shape (T,)
        Two-timescale loss, or the joint loss of a joint flow.
    Gamma : array, shape (T, k, k), or None
        Attention of a joint flow.
    evaluations : int
        Number of evaluations of the velocity.
    """

    times: FloatArray
    a: FloatArray
    w: FloatArray
    p: FloatArray
    loss: FloatArray
    evaluations: int
    Gamma: FloatArray | None = None

    def measure(self, index: int) -> Measure:
        """Return the measure at ``times[index]``."""
        index = check_integer(index, "index", least=-len(self.a), most=len(self.a) - 1)
        return Measure(self.a[index], self.w[index], self.p)


def _unpack(mu: Measure, y: FloatArray) -> Measure:
    cut = mu.a.size
    return Measure(y[:cut].reshape(mu.a.shape), y[cut:].reshape(mu.w.shape), mu.p)


def _pack(mu: Measure) -> FloatArray:
    return np.concatenate([mu.a.ravel(), mu.w.ravel()])


def _collect(mu: Measure, times: FloatArray, states: FloatArray) -> tuple[FloatArray, FloatArray]:
    cut = mu.a.size
    return (
        states[:, :cut].reshape(len(times), *mu.a.shape),
        states[:, cut : cut + mu.w.size].reshape(len(times), *mu.w.shape),
    )


def _solve(velocity, start: FloatArray, times: FloatArray, rtol: float, atol: float):
    check_number(rtol, "rtol", low=0.0, high=1.0, strict=True)
    check_number(atol, "atol", low=0.0, strict=True)

    def guarded(t: float, y: FloatArray) -> FloatArray:
        # a trial step may leave the domain: no number makes the method reject it and shorten it
        if not np.all(np.abs(y) < 1e50):
            return np.full_like(y, np.nan)
        try:
            return velocity(t, y)
        except SingularCovarianceError:
            return np.full_like(y, np.nan)

    out = solve_ivp(
        guarded, (times[0], times[-1]), start, "DOP853", t_eval=times, rtol=rtol, atol=atol
    )
    if not out.success:
        raise RuntimeError(f"the flow could not be integrated: {out.message}")
    return out.y.T, int(out.nfev)


@guarded
def integrate(
    problem: Problem, mu: Measure, times: ArrayLike, *, rtol: float = 1e-6, atol: float = 1e-9
) -> Trajectory:
    r"""Integrate the gradient flow of :math:`L(\mu)` with an adaptive method of order eight.

    Parameters
    ----------
    times : array, shape (T,)
        Increasing; ``mu`` is the state at the first.
    rtol, atol : float
        Tolerances of the method (Dormand-Prince 8(5,3)).

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular at the start.
    RuntimeError
        If the step becomes too small, as it does where the flow runs into a singular covariance.
    """
    times = check_increasing(times, "times", entries=2, frozen=True)
    statistics(problem, mu).require_regular()

    def velocity(_: float, y: FloatArray) -> FloatArray:
        grad = particle_gradients(problem, _unpack(mu, y))
        return -np.concatenate([grad.a.ravel(), grad.w.ravel()])

    states, count = _solve(velocity, _pack(mu), times, rtol, atol)
    a, w = _collect(mu, times, states)
    loss = np.array([statistics(problem, _unpack(mu, y)).loss for y in states])
    return Trajectory(times, a, w, mu.p, loss, count)


@guarded
def integrate_joint(
    problem: Problem,
    mu: Measure,
    Gamma: ArrayLike,
    times: ArrayLike,
    *,
    speed: float = 1.0,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> Trajectory:
    r"""Integrate features and attention together, :math:`\dot\Gamma=-\mathrm{speed}\,\nabla_\Gamma
    L`.

    ``Gamma`` is :math:`\Gamma_0`, shape (k, k). :math:`\Sigma_{\mu,\mu}` may be singular here: the
    joint loss is a polynomial in the features.
    """
    times, mu = (
        check_increasing(times, "times", entries=2, frozen=True),
        check_instance(mu, "mu", Measure),
    )
    Gamma = check_array(Gamma, "Gamma", (mu.k, mu.k))
    speed = check_number(speed, "speed", low=0.0)
    cut = mu.a.size + mu.w.size

    def velocity(_: float, y: FloatArray) -> FloatArray:
        now, g = _unpack(mu, y[:cut]), y[cut:].reshape(mu.k, mu.k)
        grad = joint_gradients(problem, now, g)
        inner = speed * inner_gradient(statistics(problem, now), g)
        return -np.concatenate([grad.a.ravel(), grad.w.ravel(), inner.ravel()])

    states, count = _solve(velocity, np.concatenate([_pack(mu), Gamma.ravel()]), times, rtol, atol)
    a, w = _collect(mu, times, states)
    gammas = states[:, cut:].reshape(-1, mu.k, mu.k)
    loss = np.array(
        [joint_gradients(problem, _unpack(mu, y[:cut]), g).loss for y, g in zip(states, gammas)]
    )
    return Trajectory(times, a, w, mu.p, loss, count, gammas)


@guarded
def rk4(
    problem: Problem, mu: Measure, *, step_size: float, steps: int, every: int = 1
) -> Trajectory:
    r"""Integrate the gradient flow by the classical Runge-Kutta method of fixed step.

    The result is a fixed sequence of matrix products, so that another implementation can reproduce
    it to rounding. The state is recorded at the start and after each ``every`` steps.

    Raises
    ------
    ValueError
        If ``step_size`` is not positive, or ``steps`` is not a multiple of ``every``.
    """
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    steps, every = check_integer(steps, "steps"), check_integer(every, "every")
    if steps % every:
        raise ValueError("steps must be a multiple of every")
    mu = check_instance(mu, "mu", Measure)

    def velocity(a: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        grad = particle_gradients(problem, Measure(a, w, mu.p))
        return -grad.a, -grad.w

    a, w = mu.a, mu.w
    saved_a, saved_w = [a], [w]
    for index in range(1, steps + 1):
        a1, w1 = velocity(a, w)
        a2, w2 = velocity(a + 0.5 * step_size * a1, w + 0.5 * step_size * w1)
        a3, w3 = velocity(a + 0.5 * step_size * a2, w + 0.5 * step_size * w2)
        a4, w4 = velocity(a + step_size * a3, w + step_size * w3)
        a = a + (step_size / 6.0) * (a1 + 2.0 * a2 + 2.0 * a3 + a4)
        w = w + (step_size / 6.0) * (w1 + 2.0 * w2 + 2.0 * w3 + w4)
        if index % every == 0:
            saved_a.append(a)
            saved_w.append(w)
    times = step_size * every * np.arange(len(saved_a))
    loss = [statistics(problem, Measure(x, y, mu.p)).loss for x, y in zip(saved_a, saved_w)]
    return Trajectory(times, np.array(saved_a), np.array(saved_w), mu.p, np.array(loss), 4 * steps)
