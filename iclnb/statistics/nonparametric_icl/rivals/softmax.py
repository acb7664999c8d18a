r"""Softmax attention with a translation-invariant kernel on the circle: its exact risk, trained.

.. math:: \hat y=\frac{\sum_ie^{g(x_i-x_q)}y_i}{\sum_ie^{g(x_i-x_q)}},\qquad
          g(u)=\sum_{k=1}^Ka_k\cos2\pi ku,

for tasks of stationary covariance :math:`E F(x)F(x')=\sum_k2\lambda_k\cos2\pi k(x-x')` (the k-th
Fourier pair has variance :math:`\lambda_k` in each function). Inputs are independent and uniform,
so with :math:`\kappa=e^g`, :math:`p(t)=Ee^{-t\kappa(u)}` and :math:`1/S=\int e^{-tS}dt`,
:math:`1/S^2=\int te^{-tS}dt`

.. math:: R=C(0)-2n\!\int\!p^{n-1}E[\kappa Ce^{-t\kappa}]dt
          +n(C(0)+\sigma^2)\!\int\!tp^{n-1}E[\kappa^2e^{-t\kappa}]dt
          +n(n-1)\!\int\!tp^{n-2}\sum_k2\lambda_k|\hat b_k(t)|^2dt,

:math:`\hat b_k` the Fourier coefficient of :math:`\kappa e^{-t\kappa}`. One integral in t, sums
over a grid in u: no sampling. Derived here. The gradient by the :math:`a_k` is exact too, so that
"trained" means trained on the population risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from iclnb.arguments import FloatArray, check_array, check_integer, check_number
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.covariances import check_variances

# Scores are floored this far below the largest.
SCORE_RANGE = 200.0


@guarded
@dataclass(frozen=True, eq=False)
class StationarySetting:
    r"""Prompts on the circle.

    Parameters
    ----------
    pair_variances : array (P,)
        :math:`\lambda_k` of each function of the k-th cosine-sine pair.
    prompt_length : int
        n >= 1.
    noise : float
        :math:`\sigma\ge0`.
    n_nodes : int
        Points of the circle, more than 2 P.
    log_step : float
        Step of the trapezoidal rule in :math:`\log t`; the error falls exponentially in 1/step.
    """

    pair_variances: FloatArray
    prompt_length: int
    noise: float
    n_nodes: int = 256
    log_step: float = 0.125

    def __post_init__(self) -> None:
        lam = check_variances(self.pair_variances, "pair_variances")
        object.__setattr__(self, "pair_variances", lam)
        object.__setattr__(
            self, "prompt_length", check_integer(self.prompt_length, "prompt_length")
        )
        object.__setattr__(self, "noise", check_number(self.noise, "noise", low=0.0))
        check_integer(self.n_nodes, "n_nodes", least=2 * len(lam) + 1)
        check_number(self.log_step, "log_step", low=0.0, strict=True)

    @property
    def offsets(self) -> FloatArray:
        """The grid of offsets u, shape (grid,)."""
        return np.arange(self.n_nodes) / self.n_nodes


@guarded
def cosine_scores(coefficients: ArrayLike, offsets: ArrayLike) -> FloatArray:
    r""":math:`g(u)=\sum_{k=1}^Ka_k\cos2\pi ku` at any offsets."""
    a = check_array(coefficients, "coefficients", (None,))
    u = np.asarray(offsets, dtype=np.float64)
    return np.cos(2 * np.pi * u[..., None] * np.arange(1, len(a) + 1)) @ a


def _nodes(kernel: FloatArray, n: int, step: float) -> FloatArray:
    """Nodes t, equidistant in log t, where the integrands are not negligible; n >= 2."""
    low = -np.log(n * kernel.mean()) - 40.0
    high = np.log(800.0) - np.log(kernel.min())
    coarse = np.exp(np.arange(low, high + 1.0))
    p = np.exp(-coarse[:, None] * kernel).mean(axis=1)
    # All integrands carry p to the power n - 3 at least, and kernel x decay in place of the rest.
    alive = max(n - 3, 1) * np.log(np.maximum(p, 1e-300)) > -300.0
    high = min(high, float(np.log(coarse[alive][-1])) + 2.0)
    return np.exp(np.arange(low, high, step))


def _risk_and_gradient(setting: StationarySetting, scores: FloatArray) -> tuple[float, FloatArray]:
    """Risk and its derivative by the scores on the grid, shape (grid,)."""
    n, Q = setting.prompt_length, setting.n_nodes
    scores = scores - scores.max()
    inside = scores > -SCORE_RANGE
    scores = np.maximum(scores, -SCORE_RANGE)
    kernel = np.exp(scores)
    lam2 = np.zeros(Q // 2 + 1)
    lam2[1 : len(setting.pair_variances) + 1] = 2 * setting.pair_variances
    cov = np.fft.irfft(lam2 * 0.5 * Q, Q)
    variance = float(lam2.sum())
    if n == 1:
        return 2 * variance - 2 * float(cov.mean()) + setting.noise**2, np.zeros(Q)
    h = setting.log_step
    t = _nodes(kernel, n, h)[:, None]
    decay = np.exp(-t * kernel)
    p = decay.mean(axis=1)
    mass = h * t[:, 0]
    with np.errstate(divide="ignore"):
        log_p = np.log(p)

    def power(k: int) -> FloatArray:
        return np.exp(k * np.where(np.isfinite(log_p), log_p, -1e300)) if k else np.ones_like(p)

    b = kernel * decay
    linear = (b @ cov) / Q
    square = (b @ kernel) / Q
    total = variance + setting.noise**2
    one, tt = mass * power(n - 1), mass * t[:, 0] * power(n - 1)
    risk = variance - 2 * n * np.sum(one * linear) + n * total * np.sum(tt * square)
    # Derivative by kernel(u), per unit of du = 1/Q: first the explicit factors, then p.
    slope = (1 - t * kernel) * decay
    grad = -2 * n * (one @ slope) * cov + n * total * (tt @ ((2 - t * kernel) * kernel * decay))
    lower = power(n - 2)
    smooth = np.fft.irfft(np.fft.rfft(b, axis=1) * lam2 * 0.5, Q, axis=1)
    quad = np.mean(b * smooth, axis=1)
    weight = mass * t[:, 0] * lower
    risk += n * (n - 1) * np.sum(weight * quad)
    grad += 2 * n * (n - 1) * (weight @ (slope * smooth))
    inner = n * (n - 1) * mass * lower * (total * square * t[:, 0] - 2 * linear)
    if n > 2:
        inner = inner + n * (n - 1) * (n - 2) * mass * t[:, 0] * power(n - 3) * quad
    grad -= (inner * t[:, 0]) @ decay
    return float(risk), np.where(inside, grad * kernel / Q, 0.0)


@guarded
def softmax_risk(setting: StationarySetting, coefficients: ArrayLike) -> float:
    """Exact population risk for kernel coefficients (K,), K < grid / 2."""
    return softmax_risk_of_scores(setting, cosine_scores(coefficients, setting.offsets))


@guarded
def softmax_risk_of_scores(setting: StationarySetting, scores: ArrayLike) -> float:
    """Exact population risk for any scores g on the grid of offsets, shape (grid,)."""
    values = check_array(scores, "scores", (None,))
    if len(values) != setting.n_nodes:
        raise ValueError(f"scores must have {setting.n_nodes} entries, got {len(values)}")
    return _risk_and_gradient(setting, values)[0]


@guarded
def softmax_risk_gradient(setting: StationarySetting, coefficients: ArrayLike) -> FloatArray:
    """Gradient of :func:`softmax_risk` by the coefficients, shape (K,)."""
    a = check_array(coefficients, "coefficients", (None,))
    design = np.cos(2 * np.pi * setting.offsets[:, None] * np.arange(1, len(a) + 1))
    return _risk_and_gradient(setting, design @ a)[1] @ design


class TrainedSoftmax(NamedTuple):
    """Coefficients (K,), their risk, and the number of iterations used."""

    coefficients: FloatArray
    risk: float
    iterations: int


@guarded
def train_softmax(
    setting: StationarySetting,
    *,
    n_coefficients: int = 16,
    iterations: int = 200,
    start: ArrayLike | None = None,
) -> TrainedSoftmax:
    """Minimise the exact risk over the kernel coefficients by L-BFGS.

    Parameters
    ----------
    n_coefficients : int
        K, number of cosine coefficients.
    iterations : int
        Largest number of L-BFGS iterations.
    start : array (K,), optional
        First coefficients (default :math:`a_k=1/k`); a neighbouring prompt length's optimum saves
        time.

    Raises
    ------
    ValueError
        If K is not below half the grid.
    """
    K = check_integer(n_coefficients, "n_coefficients")
    iterations = check_integer(iterations, "iterations")
    if setting.n_nodes <= 2 * K:
        raise ValueError(f"n_coefficients must be below n_nodes / 2, got {K} for {setting.n_nodes}")
    first = 1.0 / np.arange(1, K + 1) if start is None else check_array(start, "start", (None,))
    if len(first) != K:
        raise ValueError(f"start must have {K} entries, got {len(first)}")
    design = np.cos(2 * np.pi * setting.offsets[:, None] * np.arange(1, K + 1))

    def objective(a: FloatArray) -> tuple[float, FloatArray]:
        risk, grad = _risk_and_gradient(setting, design @ a)
        return risk, grad @ design

    options = {"maxiter": iterations, "ftol": 1e-13, "gtol": 1e-9}
    result = minimize(objective, first, jac=True, method="L-BFGS-B", options=options)
    return TrainedSoftmax(result.x, float(result.fun), int(result.nit))
