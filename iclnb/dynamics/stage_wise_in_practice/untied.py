r"""Separate query and key matrices: scores :math:`S=X^\top Y` instead of one free matrix.

:math:`X=W_QV^\top`, :math:`Y=W_KV^\top` (r x K) are the query and key vectors of the K features;
since the features are orthonormal, gradient descent on :math:`W_Q,W_K\in R^{r\times d}` is gradient
descent on :math:`X,Y`.  With :math:`G=\partial L/\partial S` (query first),

.. math:: \frac{\partial L}{\partial X}=YG^\top, \qquad \frac{\partial L}{\partial Y}=XG.

Conserved (derived here):

* the sum of the key vectors :math:`Y\mathbf 1`, at every discrete step, because
  :math:`G\mathbf 1=0`; the row sums :math:`S\mathbf 1=X^\top Y\mathbf 1`, conserved for one merged
  matrix, move with :math:`X` unless :math:`Y\mathbf 1=0`;
* under the flow, the balance :math:`XX^\top-YY^\top` (r x r): both terms change at the rate
  :math:`-(YG^\top X^\top+XGY^\top)`.  One step of descent changes it by exactly
  :math:`\eta^2(YG^\top GY^\top-XGG^\top X^\top)`, so its drift over a fixed flow time is
  :math:`O(\eta)`.

Rows of :math:`S` no longer move independently: a query vector learns through key vectors that all
queries share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from iclnb.arguments import FloatArray, check_array, check_generator, check_integer, check_number
from iclnb.dynamics.stage_wise_training.descent import Oracle, Path, check_schedule
from iclnb.kinds import guarded


class UntiedPath(NamedTuple):
    """Recorded query and key vectors: ``steps`` (T,), ``queries`` and ``keys`` (T, r, K)."""

    steps: NDArray[np.int64]
    queries: FloatArray
    keys: FloatArray

    def path(self) -> Path:
        r"""The scores :math:`S=X^\top Y`, query first."""
        return Path(self.steps, np.einsum("trk,trn->tkn", self.queries, self.keys))

    def balance(self) -> FloatArray:
        r""":math:`XX^\top-YY^\top`, shape (T, r, r), conserved by the flow."""
        x, y = self.queries, self.keys
        return x @ x.transpose(0, 2, 1) - y @ y.transpose(0, 2, 1)

    def key_sum(self) -> FloatArray:
        r""":math:`Y\mathbf 1`, shape (T, r), conserved at every step."""
        return self.keys.sum(axis=2)


@guarded
def random_start(
    K: int, rank: int, *, spread: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    r"""Independent :math:`X,Y` (r x K) with entries :math:`\mathcal N(0,\mathrm{scale}^2/r)`.

    A feature's query and key vector then have length about ``spread``, whatever the rank.
    """
    K = check_integer(K, "K", least=2)
    check_generator(rng, "rng")
    rank = check_integer(rank, "rank")
    spread = check_number(spread, "spread", low=0.0, strict=True) / np.sqrt(rank)
    return spread * rng.standard_normal((rank, K)), spread * rng.standard_normal((rank, K))


@guarded
def untied_descent(
    oracle: Oracle,
    queries: ArrayLike,
    keys: ArrayLike,
    *,
    step_size: float,
    steps: int,
    record: Sequence[int] | None = None,
) -> UntiedPath:
    r"""Simultaneous descent :math:`X\leftarrow X-\eta YG^\top`, :math:`Y\leftarrow Y-\eta XG`.

    Parameters
    ----------
    oracle : callable
        Scores (K, K) to gradient (K, K), query first: exact or sampled.
    queries, keys : arrays (r, K)
        Initial :math:`X`, :math:`Y`.
    step_size, steps, record
        As in :func:`.descent.descend_scores`.

    Raises
    ------
    ValueError
        If the starts are not finite matrices of one shape, or the schedule is bad.
    """
    marks = check_schedule(steps, record)
    step_size = check_number(step_size, "step_size", low=0.0, strict=True)
    x = check_array(queries, "queries", (None, None))
    y = check_array(keys, "keys", x.shape)
    kept_x, kept_y = np.empty((marks.size, *x.shape)), np.empty((marks.size, *x.shape))
    position = 0
    for step in range(int(marks[-1]) + 1):
        if step == marks[position]:
            kept_x[position], kept_y[position] = x, y
            position += 1
            if position == marks.size:
                break
        gradient = oracle(x.T @ y)
        x, y = x - step_size * y @ gradient.T, y - step_size * x @ gradient
    return UntiedPath(marks, kept_x, kept_y)
