r"""The stages of one run, as a few numbers: a point of a sweep over seeds and sizes.

Setting: one dominant feature of probability :math:`p_1`, :math:`K-1` rare ones of equal
probability.  The marks are read off a recorded path of scores, exact or sampled, in steps. Times
between records are interpolated linearly.

On a sampled path the rare rows differ; their marks use the means over the rare rows of
:math:`A_k`, :math:`B_{k,1}` and of the exact losses :math:`L_k`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import check_integer, check_number
from iclnb.dynamics.stage_wise_in_practice.minibatch import minibatch_oracle
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.dynamics.stage_wise_training.descent import (
    Path,
    descend_scores,
    exact_descent,
    first_crossing,
)
from iclnb.dynamics.stage_wise_training.population import population_loss_per_query
from iclnb.dynamics.stage_wise_training.reduced import finite_plane_flow
from iclnb.kinds import guarded


class StageMarks(NamedTuple):
    r"""Steps at which the stages of a run end (``nan``: not reached).

    dominant: :math:`L_1=\varepsilon_1`; switch: :math:`\dot A=|\dot B_1|` at the mean rare row;
    growth: mean :math:`A_k=\log K`; rare: mean :math:`L_k=\varepsilon_u` over :math:`k\ge2`.
    """

    dominant: float
    switch: float
    growth: float
    rare: float


@guarded
def stage_marks(
    run: Path, data_model: DataModel, *, dominant_loss: float = 0.02, rare_loss: float = 0.05
) -> StageMarks:
    """Read the marks off a path that starts at zero scores.

    Raises
    ------
    ValueError
        If the probabilities of the features 2..K differ, or a loss level is not positive.
    """
    p, K = data_model.p, data_model.K
    if K < 3 or not np.allclose(p[1:], p[1], rtol=1e-12, atol=0.0):
        raise ValueError("data_model must have one dominant and at least two equal rare features")
    dominant_loss = check_number(dominant_loss, "dominant_loss", low=0.0, strict=True)
    rare_loss = check_number(rare_loss, "rare_loss", low=0.0, strict=True)
    steps = run.steps
    target = run.target()[:, 1:].mean(axis=1)
    first = run.competitor()[:, 1:].mean(axis=1)
    losses = np.array([population_loss_per_query(s, data_model) for s in run.scores])
    lead = []
    for state in np.stack([target, first], axis=1):
        rise, fall = finite_plane_flow(
            state,
            K=K,
            p1=float(p[0]),
            prompt_length=data_model.prompt_length,
            noise=data_model.noise,
        )
        lead.append(rise - abs(fall))
    return StageMarks(
        first_crossing(steps, losses[:, 0], dominant_loss),
        first_crossing(steps, lead, 0.0),
        first_crossing(steps, target, math.log(K)),
        first_crossing(steps, losses[:, 1:].mean(axis=1), rare_loss),
    )


def _schedule(steps: int, early: int, every: int) -> Sequence[int]:
    """Every step up to ``early``, then every ``every`` steps, and the last one."""
    head = np.arange(min(early, steps) + 1)
    return np.unique(np.concatenate([head, np.arange(0, steps + 1, every), [steps]])).tolist()


@guarded
def sgd_run(
    seed: int,
    K: int,
    prompt_length: int,
    *,
    p1: float = 0.5,
    noise: float = 0.0,
    batch_size: int = 64,
    step_size: float = 5.0,
    steps: int = 1500,
    early: int = 40,
    every: int = 10,
) -> dict[str, float]:
    """Marks of one run of stochastic gradient descent; a JSON-able dict of steps.

    Prompts are drawn as counts and mean labels (:func:`.minibatch.sample_batch`): the same law
    as tokens. Scores are recorded at every step up to ``early``, then every ``every`` steps.
    """
    check_integer(seed, "seed", least=0)
    check_integer(early, "early")
    check_integer(every, "every")
    check_integer(steps, "steps")
    data_model = DataModel.imbalanced(K, p1, prompt_length=prompt_length, noise=noise)
    path = descend_scores(
        minibatch_oracle(data_model, batch_size, seed=seed), np.zeros((K, K)),
        step_size=step_size, steps=steps, record=_schedule(steps, early, every),
    )  # fmt: skip
    return {key: float(value) for key, value in stage_marks(path, data_model)._asdict().items()}


@guarded
def exact_run(
    K: int,
    prompt_length: int,
    *,
    p1: float = 0.5,
    noise: float = 0.0,
    step_size: float = 5.0,
    steps: int = 1500,
    early: int = 40,
    every: int = 10,
) -> dict[str, float]:
    """Marks of gradient descent on the exact population loss, as :func:`sgd_run`."""
    check_integer(early, "early")
    check_integer(every, "every")
    check_integer(steps, "steps")
    data_model = DataModel.imbalanced(K, p1, prompt_length=prompt_length, noise=noise)
    path = exact_descent(
        data_model, step_size=step_size, steps=steps, record=_schedule(steps, early, every)
    )
    return {key: float(value) for key, value in stage_marks(path, data_model)._asdict().items()}
