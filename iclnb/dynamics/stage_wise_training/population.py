r"""Exact population loss and gradient at any prompt length, by one-dimensional quadrature.

Given the counts n of a prompt, :math:`a_m = n_m e^{S_{km}}/D`, :math:`D = \sum_j n_j e^{S_{kj}}`.
Averaging over the task and the label noise (derived here; for the noiseless target)

.. math:: L_k = \tfrac12 E\Big[\|a - e_k\|^2 + \sigma^2 \sum_m a_m^2/n_m\Big],

.. math:: -\frac{\partial L}{\partial S_{kn}} = p_k E\Big[a_n(1\{n=k\} - a_n + \|a\|^2 - a_k)
          + \sigma^2 a_n\Big(\sum_m \frac{a_m^2}{n_m} - \frac{a_n}{n_n}\Big)\Big].

Each expectation is a sum of terms :math:`E[X/D^r]`, r = 2, 3, X a polynomial in the counts. With
:math:`D^{-r} = \int_0^\infty t^{r-1} e^{-tD}\,dt/\Gamma(r)` and
:math:`E\,e^{-tD} = G(t)^N`, :math:`G = \sum_m p_m e^{-t w_m}`, :math:`w_m = e^{S_{km}}`, the counts
disappear. In :math:`q_m = p_m\, t w_m e^{-t w_m}`, :math:`Q_1 = \sum_{m\ne k} q_m`,
:math:`Q_2 = \sum_{m\ne k} q_m^2`, :math:`Q_w = \sum_{m \ne k} t w_m q_m`, :math:`N_j = N!/(N-j)!`,

.. math:: L_k = \tfrac12\int \Big\{N_2 (Q_1^2 + Q_2) G^{N-2}
          + N_1\big[2 Q_w + \sigma^2 (Q_w + t w_k q_k)\big] G^{N-1}\Big\}\,\frac{dt}{t}.

Accuracy. The trapezoidal rule in log t with step h makes the relative error
:math:`2|\Gamma(r + 2\pi i/h)|/\Gamma(r)` on :math:`D^{-r}`, whatever D is; for h = 0.2 and r = 3
that is 5e-18. The two cut-offs lose less than 1e-18. Hence rounding (about 1e-14 relative, from
powers of G) is all that is left, uniformly in K, N, p and the scores. The loss and the diagonal of
the noiseless
gradient are integrals of positive functions, so this is a *relative* accuracy, also for scores far
apart. Off the diagonal, differences between competitors of the same score and probability vanish
identically; other differences are accurate relative to their own terms.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import check_array, check_integer, check_number
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.kinds import guarded

STEP = 0.2
LEFT_CUT = 1e-9
RIGHT_CUT = 45.0
MAX_SPREAD = 600.0


class ClassRow(NamedTuple):
    r"""A query feature and its competitors, grouped in classes.

    target_probability : :math:`p_k`;
    probabilities : shape (C,), the probability of *each* member of a class;
    multiplicities : shape (C,), the number of members (positive; need not be an integer type).
    They satisfy :math:`p_k + \sum_c M_c p_c = 1` within 1e-12.
    """

    target_probability: float
    probabilities: np.ndarray
    multiplicities: np.ndarray


class RowGradient(NamedTuple):
    r"""Derivatives of :math:`L = \sum_k p_k L_k` by the scores of one row.

    target : :math:`\partial L/\partial S_{kk}`; classes : shape (C,),
    :math:`\partial L/\partial S_{kn}` for *one* member n of each class.
    Conservation: target + sum(multiplicities * classes) = 0.
    """

    target: float
    classes: np.ndarray


class _Grid(NamedTuple):
    """Values on the quadrature grid (T points): of the target (T,), of the competitors (C, T)."""

    rate_k: np.ndarray
    q_k: np.ndarray
    rate: np.ndarray
    q: np.ndarray
    power: list[np.ndarray | float]


def _grid(
    target_score: float, scores: np.ndarray, row: ClassRow, prompt_length: int, orders: int
) -> _Grid:
    """Evaluate t w, q and N_j G^(N-j), j = 0..orders, on the grid in log t."""
    shift = max(target_score, float(scores.max(initial=-math.inf)))
    low = min(target_score, float(scores.min(initial=math.inf)))
    if shift - low > MAX_SPREAD:
        raise ValueError(f"scores of a row must not differ by more than {MAX_SPREAD}")
    start = math.log(LEFT_CUT / prompt_length)
    stop = math.log(RIGHT_CUT / prompt_length) + (shift - low)
    log_t = start + STEP * np.arange(math.ceil((stop - start) / STEP) + 1)
    rate_k = np.exp(log_t + (target_score - shift))
    rate = np.exp(log_t + (scores - shift)[:, None])
    survive_k = row.target_probability * np.exp(-rate_k)
    survive = row.probabilities[:, None] * np.exp(-rate)
    loss = row.target_probability * np.expm1(-rate_k) + (
        row.multiplicities * row.probabilities
    ) @ np.expm1(-rate)
    total = survive_k + row.multiplicities @ survive
    log_g = np.where(loss > -0.5, np.log1p(np.maximum(loss, -0.5)), np.log(total))
    power: list[np.ndarray | float] = []
    for j in range(orders + 1):
        left = prompt_length - j
        falling = math.prod(range(left + 1, prompt_length + 1)) if left >= 0 else 0
        power.append(falling * np.exp(left * log_g) if left > 0 else float(falling))
    return _Grid(rate_k, rate_k * survive_k, rate, rate * survive, power)


def _row_loss(
    target_score: float, scores: np.ndarray, row: ClassRow, prompt_length: int, noise: float
) -> float:
    """Loss L_k of one row; see the module's formula."""
    g = _grid(target_score, scores, row, prompt_length, 2)
    mult = row.multiplicities
    q1, q2, qw = mult @ g.q, mult @ g.q**2, mult @ (g.rate * g.q)
    first = 2.0 * qw + noise**2 * (qw + g.rate_k * g.q_k)
    return 0.5 * STEP * float(np.sum(g.power[2] * (q1**2 + q2) + g.power[1] * first))


def _row_gradient(
    target_score: float, scores: np.ndarray, row: ClassRow, prompt_length: int, noise: float
) -> RowGradient:
    r"""Gradient of one row.

    With :math:`P_j = N_j G^{N-j}`, the descent direction over :math:`p_k` is, for the target and
    for a competitor n,

    .. math:: \tfrac12\int q_k\Big\{P_3(Q_1^2 + Q_2) + 2 P_2 Q_w
              + \sigma^2 P_2 \sum_{m\ne k} q_m\, t(w_m - w_k)\Big\}\frac{dt}{t},

    .. math:: -\tfrac12\int q_n\Big\{q_k\big[P_3(Q_1 + q_n) + 2P_2 t w_n\big]
              + \sum_{m\ne k} q_m\big[P_3(q_n - q_m) + (1+\sigma^2)P_2\,t(w_n-w_m)\big]
              - \sigma^2 P_2 q_k\,t(w_k - w_n)\Big\}\frac{dt}{t}.
    """
    if scores.size == 0:
        return RowGradient(0.0, np.zeros(0))
    g = _grid(target_score, scores, row, prompt_length, 3)
    mult, extra = row.multiplicities, noise**2
    two, three = g.power[2], g.power[3]
    q1, q2, qw = mult @ g.q, mult @ g.q**2, mult @ (g.rate * g.q)
    pull = g.q_k * (three * (q1**2 + q2) + 2.0 * two * qw)
    if extra:
        pull = pull + extra * two * g.q_k * (mult @ (g.q * (g.rate - g.rate_k)))
    # Differences are taken from the heaviest competitor at each t, so that ties cancel exactly.
    heavy = np.argmax(mult[:, None] * g.q, axis=0)[None]
    dq = g.q - np.take_along_axis(g.q, heavy, axis=0)
    dr = g.rate - np.take_along_axis(g.rate, heavy, axis=0)
    push = g.q_k * (three * (q1 + g.q) + 2.0 * two * g.rate)
    push += three * (dq * q1 - mult @ (g.q * dq))
    push += (1.0 + extra) * two * (dr * q1 - mult @ (g.q * dr))
    if extra:
        push += extra * two * g.q_k * (g.rate - g.rate_k)
    scale = 0.5 * STEP * row.target_probability
    return RowGradient(-scale * float(np.sum(pull)), scale * np.sum(g.q * push, axis=1))


def _full_row(p: np.ndarray, k: int) -> ClassRow:
    """Row k of the full model: every competitor is a class of its own."""
    others = np.delete(p, k)
    return ClassRow(float(p[k]), others, np.ones_like(others))


@guarded
def population_loss_per_query(scores: ArrayLike, data_model: DataModel) -> np.ndarray:
    """Exact losses L_k for the score matrix, shape (K,).

    Parameters
    ----------
    scores : array of shape (K, K)
        Row k holds the scores of the keys for query k; finite, spread in a row at most 600.
    data_model : DataModel
        Any probabilities, prompt length and noise.

    Raises
    ------
    ValueError
        If the scores have the wrong shape, are not finite or are too far apart.
    """
    s = check_array(scores, "scores", (data_model.K,) * 2)
    return np.array(
        [
            _row_loss(
                float(s[k, k]),
                np.delete(s[k], k),
                _full_row(data_model.p, k),
                data_model.prompt_length,
                data_model.noise,
            )
            for k in range(data_model.K)
        ]
    )


@guarded
def population_loss(scores: np.ndarray, data_model: DataModel) -> float:
    """Exact population loss L = sum_k p_k L_k; arguments as in `population_loss_per_query`."""
    return float(data_model.p @ population_loss_per_query(scores, data_model))


@guarded
def population_gradient(scores: ArrayLike, data_model: DataModel) -> np.ndarray:
    """Exact gradient dL/dS, shape (K, K); arguments as in `population_loss_per_query`.

    Gradient descent on Q moves the scores by minus eta times this gradient, since the features are
    orthonormal.
    """
    s = check_array(scores, "scores", (data_model.K,) * 2)
    gradient = np.empty_like(s)
    for k in range(data_model.K):
        row = _row_gradient(
            float(s[k, k]),
            np.delete(s[k], k),
            _full_row(data_model.p, k),
            data_model.prompt_length,
            data_model.noise,
        )
        gradient[k] = np.insert(row.classes, k, row.target)
    return gradient


def _check_row(
    target_score: float, class_scores: np.ndarray, row: ClassRow
) -> tuple[float, np.ndarray, ClassRow]:
    """Validate a row of classes and return it as float64."""
    target_score = check_number(target_score, "target_score")
    scores = check_array(class_scores, "class_scores", (None,))
    p = check_array(row.probabilities, "probabilities", scores.shape)
    mult = check_array(row.multiplicities, "multiplicities", scores.shape)
    target = check_number(row.target_probability, "target_probability", low=0.0, strict=True)
    if p.min() <= 0:
        raise ValueError("probabilities must be strictly positive")
    if mult.min() <= 0:
        raise ValueError("multiplicities must be strictly positive")
    if abs(target + math.fsum(mult * p) - 1.0) > 1e-12:
        raise ValueError("probabilities times multiplicities must sum to one within 1e-12")
    return target_score, scores, ClassRow(target, p, mult)


@guarded
def class_row_loss(
    target_score: float,
    class_scores: np.ndarray,
    row: ClassRow,
    *,
    prompt_length: int,
    noise: float = 0.0,
) -> float:
    """Exact loss L_k of a row whose competitors form classes of equal score and probability.

    The cost grows with the number of classes, not with K. Raises ValueError on inconsistent shapes,
    non-finite or non-positive entries, or probabilities that do not sum to one.
    """
    target_score, scores, row = _check_row(target_score, class_scores, row)
    prompt_length = check_integer(prompt_length, "prompt_length")
    noise = check_number(noise, "noise", low=0.0)
    return _row_loss(target_score, scores, row, prompt_length, noise)


@guarded
def class_row_gradient(
    target_score: float,
    class_scores: np.ndarray,
    row: ClassRow,
    *,
    prompt_length: int,
    noise: float = 0.0,
) -> RowGradient:
    """Exact dL/dS of such a row, one entry per class member; arguments as in `class_row_loss`."""
    target_score, scores, row = _check_row(target_score, class_scores, row)
    prompt_length = check_integer(prompt_length, "prompt_length")
    noise = check_number(noise, "noise", low=0.0)
    return _row_gradient(target_score, scores, row, prompt_length, noise)
