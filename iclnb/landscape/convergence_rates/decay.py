r"""How fast the loss falls: the decay theorems of the slides, with their constants.

Let :math:`\varrho=\|d\mu^\circ_w/d\mu_w\|_\infty`, the density ratio of the laws of the inner
weights, :math:`\delta=\|PB\|_*` the steepest slope towards a rotated teacher,
:math:`\varsigma=\|\sigma\|_\infty` and :math:`\int|a|^2d\mu^\circ\le1`. Along the gradient flow

.. math::
   -\frac{dL}{dt}=\int\Big|\nabla\frac{\delta L}{\delta\mu}\Big|^2d\mu
   \ \ge\ \int|B^\top z|^2d\mu_w\ \ge\ \frac1\varrho\int|B^\top z|^2d\mu^\circ_w
   \ \ge\ \frac{\delta^2}\varrho ,

the last step by Cauchy-Schwarz, since the slope is :math:`-\int(Ra)^\top B^\top z\,d\mu^\circ` with
:math:`z(w)=\mathbb E[\zeta\sigma_w]`. Only :math:`\nabla_a=-B^\top z(w)` is used, which depends on
w alone: so only the w-marginals matter, and :math:`R\#\mu^\circ` has the teacher's. With
:math:`\delta\ge2L\sqrt{r_0-2L}/\varsigma` (:math:`\int|a|^2d\mu\le1`, :math:`L<r_0/2`)

.. math:: -\frac{dL}{dt}\ge\frac{4L^2(r_0-2L)}{\varrho\varsigma^2},\qquad
          L(t+T)\le\Big(\frac1{L(t)}+\frac{8\varepsilon T}{\varrho\varsigma^2}\Big)^{-1}
          \quad\text{once}\quad L(t)\le\frac{r_0}2-\varepsilon .

The printed slope :math:`\delta\ge\frac4{\varsigma^2}L(\frac{r_0}2-L)` gives
:math:`16\varepsilon^2/(\varrho\varsigma^4)` in the place of :math:`8\varepsilon/(\varrho
\varsigma^2)`; with :math:`\varepsilon\sim r_0\sim1/k` this is the slides' :math:`O(\varrho k^2/T)`,
and the sharper one is :math:`O(\varrho k/T)`. Statements: slides, "Decay speed of objective";
constants derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_number
from iclnb.kinds import guarded
from iclnb.landscape.hessian_escape.spectrum import density_ratio
from iclnb.landscape.mean_field_limit.measures import Measure
from iclnb.landscape.mean_field_limit.statistics import Problem, statistics
from iclnb.landscape.mean_field_limit.variation import dissipation, particle_gradients
from iclnb.landscape.strict_saddle.bounds import sharp_first_bound
from iclnb.landscape.strict_saddle.descent import steepest_descent

__all__ = [
    "Decay",
    "accelerated_decay_bound",
    "decay",
    "descent_decay_bound",
    "loss_bound",
    "printed_loss_bound",
    "slope_towards",
]


class Decay(NamedTuple):
    r"""What the theorems relate, at one measure.

    ``rate`` is :math:`-dL/dt`, ``outer`` its part :math:`\int|\nabla_a|^2d\mu`, ``delta`` is
    :math:`\|PB\|_*`, ``ratio`` is :math:`\varrho` (infinite if a neuron of the teacher is no atom).
    """

    rate: float
    outer: float
    delta: float
    ratio: float
    loss: float


@guarded
def decay(problem: Problem, mu: Measure) -> Decay:
    r"""Return the decay of the loss under the gradient flow at :math:`\mu`, and what bounds it.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    """
    grad = particle_gradients(problem, mu)
    outer = float(mu.p @ np.sum(grad.a**2, axis=1))
    delta = -steepest_descent(statistics(problem, mu)).value
    return Decay(dissipation(mu, grad), outer, delta, density_ratio(mu, problem.teacher), grad.loss)


@guarded
def slope_towards(problem: Problem, mu: Measure, nu: Measure) -> float:
    r"""Return the slope of the loss at :math:`\mu` along :math:`(1-s)\mu+s\nu`, by neurons.

    .. math:: \frac{dL}{ds}\Big|_{s=0}=-\int a\cdot B^\top z(w)\,d\nu(a,w),\qquad
              z(w)=\mathbb E[\zeta\,\sigma(w^\top x)] .

    For :math:`\nu=R\sharp\mu^\circ` the chapter on strict saddles has it from covariances. Derived
    here.

    Raises
    ------
    SingularCovarianceError
        If :math:`\Sigma_{\mu,\mu}` is singular.
    ValueError
        If ``nu`` has other dimensions.
    """
    if nu.k != mu.k or nu.w.shape[1] != mu.w.shape[1]:
        raise ValueError(f"nu must have the dimensions of mu, got {nu.a.shape} and {nu.w.shape}")
    stats, kernel = statistics(problem, mu).require_regular(), problem.features.kernel
    known = kernel(nu.w, problem.teacher.w) @ problem.teacher.outer
    z = known - kernel(nu.w, mu.w) @ mu.outer @ stats.b.T
    return -float(np.sum(nu.outer * (z @ stats.b)))


def _ratio(ratio: ArrayLike) -> FloatArray:
    out = np.asarray(ratio, dtype=np.float64)
    if np.any(np.isnan(out)) or np.any(out <= 0.0):
        raise ValueError("ratio must be positive (infinity is allowed)")
    return out


@guarded
def descent_decay_bound(delta: ArrayLike, ratio: ArrayLike) -> FloatArray:
    r"""Return :math:`\delta^2/\varrho`, a lower bound of :math:`-dL/dt`.

    Theorem (1) of the slides; it asks for :math:`\int|a|^2d\mu^\circ\le1`.
    """
    delta = np.asarray(delta, dtype=np.float64)
    if not np.all(np.isfinite(delta)) or np.any(delta < 0.0):
        raise ValueError("delta must be finite and not negative")
    return delta**2 / _ratio(ratio)


@guarded
def accelerated_decay_bound(
    loss: ArrayLike, r0: float, ratio: ArrayLike, *, sup_norm: float
) -> FloatArray:
    r"""Return :math:`4L^2(r_0-2L)/(\varrho\varsigma^2)`, or 0 for :math:`L\ge r_0/2`.

    Derived here from the sharper slope of the chapter on strict saddles; it asks for
    :math:`\int|a|^2\le1` of :math:`\mu` and of :math:`\mu^\circ`.
    """
    return descent_decay_bound(-sharp_first_bound(loss, r0, sup_norm=sup_norm), ratio)


def _phase(loss: float, r0: float, times: ArrayLike) -> tuple[float, float, FloatArray]:
    r0 = check_number(r0, "r0", low=0.0, strict=True)
    loss = check_number(loss, "loss", low=0.0, high=0.5 * r0, strict=True)
    times = check_array(times, "times", (None,))
    if np.any(times < 0.0):
        raise ValueError("times must not be negative")
    return loss, 0.5 * r0 - loss, times


@guarded
def loss_bound(
    times: ArrayLike, loss: float, r0: float, *, ratio: float, sup_norm: float
) -> FloatArray:
    r"""Return :math:`(1/L_0+8\varepsilon T/(\varrho\varsigma^2))^{-1}` at the times T.

    Parameters
    ----------
    times : array, shape (T,)
        Since the loss was ``loss``.
    loss : float
        :math:`L_0` in :math:`(0,r_0/2)`; :math:`\varepsilon=r_0/2-L_0`.
    ratio : float
        A bound on :math:`\varrho` that holds all the time.
    """
    loss, epsilon, times = _phase(loss, r0, times)
    size = check_number(sup_norm, "sup_norm", low=0.0, strict=True)
    speed = 8.0 * epsilon / (_ratio(ratio) * size**2)
    return 1.0 / (1.0 / loss + speed * times)


@guarded
def printed_loss_bound(
    times: ArrayLike, loss: float, r0: float, *, ratio: float, sup_norm: float
) -> FloatArray:
    r"""Return :math:`(1/L_0+16\varepsilon^2T/(\varrho\varsigma^4))^{-1}`.

    What theorem (2) of the slides says, :math:`O(\varrho k^2/T)` for :math:`\varepsilon\sim1/k`,
    with the constant that its printed ingredients give.
    """
    loss, epsilon, times = _phase(loss, r0, times)
    size = check_number(sup_norm, "sup_norm", low=0.0, strict=True)
    return 1.0 / (1.0 / loss + 16.0 * epsilon**2 / (_ratio(ratio) * size**4) * times)
