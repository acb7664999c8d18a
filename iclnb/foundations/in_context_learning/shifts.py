r"""Prompts off the law of pretraining: one evaluation of four readers.

Pretraining has :math:`x\sim N(0,I)`, :math:`w\sim N(0,I/d)` and noise :math:`\sigma`. The shifts of
tasks, queries, inputs and of a covariance drawn for each prompt are those of Zhang, Frei and
Bartlett; scaled inputs and labels, more noise, half subspaces, opposite quadrants, and queries that
are orthogonal to the examples or one of them those of Garg et al. Readers are tuned on the law of
pretraining and not again.

One layer under Gaussian inputs of covariance :math:`\Sigma_x` and queries of covariance
:math:`\Sigma_q` has, with :math:`A_n=E[cc^\top]`, the risk

.. math:: \mathrm{tr}(\Sigma_\beta\Sigma_q)-2\,\mathrm{tr}(\Gamma^\top\Sigma_x\Sigma_\beta\Sigma_q)
          +\mathrm{tr}(\Gamma^\top A_n\Gamma\Sigma_q),\qquad A_n=\tfrac{n+1}n\Sigma_x\Sigma_\beta
          \Sigma_x+\tfrac{\mathrm{tr}(\Sigma_\beta\Sigma_x)+\sigma^2}n\Sigma_x .

Derived here.
"""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import (
    FloatArray,
    check_array,
    check_generator,
    check_integer,
    check_length,
    check_number,
    check_psd,
)
from iclnb.kinds import guarded

from .readers import (
    descent_votes,
    layer_votes,
    ridge_votes,
    risk_given_inputs,
    softmax_votes,
    tuned_softmax,
    tuned_step,
)

__all__ = ["READERS", "SHIFTS", "Evaluation", "evaluate_shifts", "shifted_risk"]

READERS = ("ridge", "several layers", "one layer", "softmax")

#: The two variances of a coordinate where each prompt has a covariance of its own.
VARIANCES = (0.2, 1.8)


class Shift(NamedTuple):
    """Size of tasks, noise, inputs and queries over that of pretraining, and the kind of inputs."""

    name: str
    tasks: float = 1.0
    noise: float = 1.0
    inputs: float = 1.0
    query: float = 1.0
    half: bool = False
    drawn: bool = False
    quadrants: bool = False
    orthogonal: bool = False
    repeated: bool = False


SHIFTS = (
    Shift("as in pretraining"),
    Shift("tasks twice as large", tasks=2.0),
    Shift("queries twice as large", query=2.0),
    Shift("labels twice as large", tasks=2.0, noise=2.0),
    Shift("noise twice as large", noise=2.0),
    Shift("inputs half as large", inputs=0.5, query=0.5),
    Shift("inputs twice as large", inputs=2.0, query=2.0),
    Shift("a covariance for each prompt", drawn=True),
    Shift("inputs in half of the space", half=True),
    Shift("query orthogonal to the examples", orthogonal=True),
    Shift("query one of the examples", repeated=True),
    Shift("query in the opposite quadrant", quadrants=True),
)


class Evaluation(NamedTuple):
    """Risks over that of the answer zero, one row a shift, one column a reader.

    ``risk`` and its standard ``error`` (shifts, 4); ``least`` (shifts,): of the posterior mean that
    knows the new law; ``exact`` (shifts,): closed form for one layer, NaN where there is none;
    ``step_size`` of the several layers, ``temperature`` and ``factor`` of softmax.
    """

    risk: FloatArray
    error: FloatArray
    least: FloatArray
    exact: FloatArray
    step_size: float
    temperature: float
    factor: float


@guarded
def shifted_risk(
    Gamma: ArrayLike,
    *,
    input_covariance: ArrayLike,
    query_covariance: ArrayLike,
    task_covariance: ArrayLike,
    noise: float,
    prompt_length: float,
) -> float:
    r"""Return the risk of one layer with the attention :math:`\Gamma` under a Gaussian law.

    Parameters
    ----------
    Gamma : array_like, shape (d, d)
        Any matrix, of whatever pretraining.
    input_covariance, query_covariance, task_covariance : array_like, shape (d, d)
        :math:`\Sigma_x,\Sigma_q,\Sigma_\beta`, positive semidefinite.
    noise : float
        :math:`\sigma\ge0`; that of the query's own label is left out.
    prompt_length : int or infinity
        n.
    """
    Gamma = check_array(Gamma, "Gamma", (None, None))
    x, q, b = (
        check_psd(value, name, len(Gamma))
        for value, name in (
            (input_covariance, "input_covariance"),
            (query_covariance, "query_covariance"),
            (task_covariance, "task_covariance"),
        )
    )
    n, noise = check_length(prompt_length, "prompt_length"), check_number(noise, "noise", low=0.0)
    signal = x @ b @ x
    second = (1 + 1 / n) * signal + (np.sum(b * x) + noise**2) / n * x
    cross = np.sum((x @ b @ q) * Gamma)
    return float(np.sum(b * q) - 2 * cross + np.sum((second @ Gamma @ q) * Gamma))


def _draw(
    shift: Shift, n_prompts: int, n: int, d: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    X = shift.inputs * rng.standard_normal((n_prompts, n, d))
    query = shift.query * rng.standard_normal((n_prompts, d))
    if shift.drawn:
        size = np.sqrt(rng.choice(VARIANCES, (n_prompts, d)))
        X, query = X * size[:, None], query * size
    if shift.half:
        X[..., d // 2 :], query[:, d // 2 :] = 0.0, 0.0
    if shift.orthogonal:
        X[..., -1], query[:, :-1] = 0.0, 0.0
    if shift.repeated:
        query = X[:, 0].copy()
    if shift.quadrants:
        X, query = np.abs(X), -np.abs(query)
    return X, query


def _exact(shift: Shift, gamma: float, n: int, d: int, noise: float) -> float:
    """Return the risk of one layer with a multiple of the identity, over that of zero, or NaN."""
    if shift.repeated or shift.quadrants:
        return float("nan")
    held, b = shift.noise * noise, shift.tasks**2 / d
    inputs, query = shift.inputs**2 * np.eye(d), shift.query**2 * np.eye(d)
    if shift.half:
        inputs[d // 2 :] = query[d // 2 :] = 0.0
    if shift.orthogonal:
        inputs[-1], query[:-1] = 0.0, 0.0
    laws = [(1.0, inputs, query)]
    if shift.drawn:  # by the number of large variances
        low, high = VARIANCES
        laws = [
            (comb(d, j) / 2**d, np.diag(v), np.diag(v))
            for j in range(d + 1)
            for v in [np.where(np.arange(d) < j, high, low)]
        ]
    options = {"task_covariance": b * np.eye(d), "noise": held, "prompt_length": n}
    risks = [
        p * shifted_risk(gamma * np.eye(d), input_covariance=x, query_covariance=q, **options)
        for p, x, q in laws
    ]
    return sum(risks) / sum(p * b * float(np.trace(q)) for p, _, q in laws)


@guarded
def evaluate_shifts(
    *,
    d: int,
    prompt_length: int,
    noise: float,
    layers: int,
    n_prompts: int,
    rng: np.random.Generator,
) -> Evaluation:
    r"""Return the risks of the four :data:`READERS` on the :data:`SHIFTS`.

    Ridge has the penalty :math:`\sigma^2d/n` of the posterior mean of pretraining; one layer the
    best :math:`\Gamma`, a multiple of the identity; step size, temperature and factor are those of
    least risk on ``n_prompts`` prompts of pretraining. Tasks and noise are integrated out, inputs
    sampled: ``n_prompts`` for each shift, the same for all readers.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as stated.
    """
    d, n = check_integer(d, "d", least=2), check_integer(prompt_length, "prompt_length")
    noise = check_number(noise, "noise", low=0.0, strict=True)
    layers, rng = check_integer(layers, "layers"), check_generator(rng, "rng")
    n_prompts = check_integer(n_prompts, "n_prompts", least=2)
    tasks = np.eye(d) / d
    gamma = 1.0 / (1.0 + (1.0 + d * (1.0 + noise**2)) / n)
    known = {"task_covariance": tasks, "noise": noise}
    first = _draw(SHIFTS[0], n_prompts, n, d, rng)
    step_size = tuned_step(*first, layers=layers, **known)
    soft = tuned_softmax(*first, **known)
    rows, errors, least, exact = [], [], [], []
    for shift in SHIFTS:
        X, query = _draw(shift, n_prompts, n, d, rng)
        law = {"task_covariance": shift.tasks**2 * tasks, "noise": shift.noise * noise}
        votes = (
            ridge_votes(X, query, penalty=noise**2 * d / n),
            descent_votes(X, query, layers=layers, step_size=step_size),
            layer_votes(X, query, Gamma=gamma * np.eye(d)),
            softmax_votes(X, query, temperature=soft.temperature, factor=soft.factor),
        )
        found = np.array([risk_given_inputs(X, query, s, **law) for s in votes])
        zero = float(np.mean(risk_given_inputs(X, query, np.zeros(X.shape[:2]), **law)))
        knowing = ridge_votes(X, query, penalty=law["noise"] ** 2 * d / n / shift.tasks**2)
        rows.append(found.mean(axis=1) / zero)
        errors.append(found.std(axis=1, ddof=1) / np.sqrt(n_prompts) / zero)
        least.append(float(np.mean(risk_given_inputs(X, query, knowing, **law))) / zero)
        exact.append(_exact(shift, gamma, n, d, noise))
    numbers = np.array(rows), np.array(errors), np.array(least), np.array(exact)
    return Evaluation(*numbers, step_size, *soft)
