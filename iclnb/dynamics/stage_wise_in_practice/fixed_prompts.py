r"""Training on a fixed set of prompts, drawn once and used at every step.

With :math:`M` prompts the loss is :math:`\hat L=\frac1{2M}\sum_b(\hat y_b-y_{q,b})^2`, whose
gradient is that of one batch (:mod:`.minibatch`). Rows move alone and keep their sums, as on the
population loss. What changes is the pace of a row (derived here): at :math:`S=0` and for long
prompts every prompt has the attention :math:`a=p`, and

.. math:: -\frac{\partial\hat L}{\partial S_{kk}}
          =\frac{p_k}M\sum_{b:\,q_b=k}
          \Big(\langle w_b,v_k\rangle-\sum_mp_m\langle w_b,v_m\rangle\Big)^2,

whose mean over the other features is, to leading order in small frequencies,
:math:`p_k\hat p_k` with :math:`\hat p_k=\frac1M\sum_{b:\,q_b=k}y_{q,b}^2`. On the population loss
it is :math:`p_k\,p_k`: the *share of the query*, :math:`p_k`, is replaced by
:math:`\hat p_k` (:func:`query_share`), so a rare feature that few prompts ask for, or ask for with
small answers, is found late.

Source of the setting: Huang, Cheng and Liang (arXiv 2310.05249), Section 5 and Appendix B, train on
300 prompts that were drawn once; their sizes are not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from iclnb.arguments import FloatArray, check_integer
from iclnb.dynamics.stage_wise_in_practice.minibatch import Batch, batch_gradient, sample_batch
from iclnb.dynamics.stage_wise_training.data import DataModel
from iclnb.dynamics.stage_wise_training.descent import Path, descend_scores
from iclnb.kinds import guarded


class FixedRun(NamedTuple):
    """A run on fixed prompts: the ``path`` of the scores, and the prompts as one ``batch``."""

    path: Path
    batch: Batch


@guarded
def query_share(batch: Batch) -> FloatArray:
    r"""The share :math:`\hat p_k=\frac1M\sum_{b:\,q_b=k}y_{q,b}^2` of each query, shape (K,).

    Its mean over prompts is :math:`p_k`; zero for a feature that no prompt asks for.
    """
    K = batch.counts.shape[1]
    total = np.bincount(batch.query_token, weights=batch.target**2, minlength=K)
    return total / len(batch.target)


@guarded
def asked_share(batch: Batch) -> FloatArray:
    """The share of the prompts that ask for each feature, shape (K,)."""
    K = batch.counts.shape[1]
    return np.bincount(batch.query_token, minlength=K) / len(batch.target)


@guarded
def fixed_descent(
    data_model: DataModel,
    n_prompts: int,
    *,
    seed: int,
    step_size: float,
    steps: int,
    record: Sequence[int] | None = None,
) -> FixedRun:
    r"""Draw :math:`M` prompts once and descend their loss from zero scores.

    Parameters
    ----------
    data_model : DataModel
        Frequencies, prompt length, label noise.
    n_prompts : int
        M, at least 1; all of them are used at every step.
    seed : int
        Source of the prompts.
    step_size, steps, record
        As in :func:`iclnb.dynamics.stage_wise_training.descent.descend_scores`.

    Raises
    ------
    ValueError
        If an argument is outside of its domain.
    """
    n_prompts = check_integer(n_prompts, "n_prompts")
    streams = np.random.SeedSequence(check_integer(seed, "seed", least=0)).spawn(3)
    task, token, noise = (np.random.default_rng(s) for s in streams)
    batch = sample_batch(data_model, n_prompts, task_rng=task, token_rng=token, noise_rng=noise)
    path = descend_scores(
        lambda scores: batch_gradient(scores, batch), np.zeros((data_model.K,) * 2),
        step_size=step_size, steps=steps, record=record,
    )  # fmt: skip
    return FixedRun(path, batch)
