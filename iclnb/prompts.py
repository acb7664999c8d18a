r"""The prompt, one record for all chapters: labelled examples, and a query that wants its answer.

A prompt t holds n examples :math:`(x_i,y_i)` and a query :math:`x_q`. The arrays of T prompts stand
one above the other; a sampler says what its inputs, tasks and labels are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_instance
from iclnb.kinds import guarded

__all__ = ["AttentionData", "Prompts", "check_attention_data", "check_prompts"]


class Prompts(NamedTuple):
    """T prompts of n examples in dimension d.

    Parameters
    ----------
    X : array (T, n, d)
        Inputs.
    y : array (T, n)
        Their labels, with whatever noise they carry.
    query : array (T, d), optional
        The queries; without them every example is a query of those before it.
    query_label : array (T,), optional
        The labels of the queries, with noise as the others.
    target : array (T,), optional
        The same without noise: what is to be predicted.
    tasks : array (T, ...), optional
        The tasks, in the coordinates of the sampler.
    """

    X: FloatArray
    y: FloatArray
    query: FloatArray = None
    query_label: FloatArray = None
    target: FloatArray = None
    tasks: FloatArray = None

    def rows(self, which: slice) -> Prompts:
        """Return some of the prompts."""
        return Prompts(*(None if part is None else part[which] for part in self))

    @classmethod
    def single(cls, X: ArrayLike, y: ArrayLike, query: ArrayLike) -> Prompts:
        """Return one prompt, T = 1, of inputs (n, d), labels (n,) and a query (d,)."""
        X = check_array(X, "X", (None, None))
        y = check_array(y, "y", (len(X),))
        return cls(X[None], y[None], check_array(query, "query", (X.shape[1],))[None])


@guarded
def check_prompts(
    value: object, name: str, d: int | None = None, *, needs: tuple[str, ...] = ("query",)
) -> Prompts:
    """Return prompts whose arrays are finite, real, and fit together.

    Of the optional arrays those in ``needs`` must be there; the tasks are not looked at.

    Raises
    ------
    TypeError
        If it is no :class:`Prompts`, an array that is needed is missing, or one is not of real
        numbers.
    ValueError
        If the inputs have not ``d`` coordinates, the shapes do not fit, or an entry is not finite.
    """
    prompts = check_instance(value, name, Prompts)
    X = check_array(prompts.X, f"{name}.X", (None, None, d))
    T, n, d = X.shape
    shapes = {"y": (T, n), "query": (T, d), "query_label": (T,), "target": (T,)}
    found = {}
    for field, shape in shapes.items():
        array = getattr(prompts, field)
        if array is None and field != "y" and field not in needs:
            continue
        if array is None:
            raise TypeError(f"{name}.{field} must be given")
        found[field] = check_array(array, f"{name}.{field}", shape)
    return prompts._replace(X=X, **found)


class AttentionData(NamedTuple):
    r"""What linear attention sees of T prompts: two rows of features, and what they should give.

    The answer of :math:`\Gamma` is ``keys[t] @ Gamma @ queries[t]``, and is linear in it.

    Parameters
    ----------
    keys : array (T, N)
        :math:`\frac1n\sum_iy_i\phi(x_i)`.
    queries : array (T, N')
        :math:`\psi(x_q)`.
    query_label : array (T,)
        The labels of the queries, with their noise.
    target : array (T,), optional
        The same without noise.
    """

    keys: FloatArray
    queries: FloatArray
    query_label: FloatArray
    target: FloatArray = None

    def rows(self, which: slice) -> AttentionData:
        """Return some of the prompts."""
        return AttentionData(*(None if part is None else part[which] for part in self))

    def answers(self, Gamma: ArrayLike) -> FloatArray:
        """Return the answers of a matrix (N, N'), or of a diagonal (N,), shape (T,)."""
        data, Gamma = check_attention_data(self, "data"), check_array(Gamma, "Gamma")
        if Gamma.ndim == 1:
            Gamma = check_array(Gamma, "Gamma", (data.keys.shape[1],))
            return np.einsum("tk,k,tk->t", data.keys, Gamma, data.queries, optimize=True)
        Gamma = check_array(Gamma, "Gamma", (data.keys.shape[1], data.queries.shape[1]))
        return np.einsum("tk,tk->t", data.keys @ Gamma, data.queries)


@guarded
def check_attention_data(value: object, name: str, needs: tuple[str, ...] = ()) -> AttentionData:
    """Return data whose arrays are finite, real, and have one row for each prompt.

    The target is looked at if it is in ``needs``.

    Raises
    ------
    TypeError
        If it is no :class:`AttentionData`, or an array is missing or not of real numbers.
    ValueError
        If the numbers of rows differ, or an entry is not finite.
    """
    data = check_instance(value, name, AttentionData)
    keys = check_array(data.keys, f"{name}.keys", (None, None))
    queries = check_array(data.queries, f"{name}.queries", (len(keys), None))
    label = check_array(data.query_label, f"{name}.query_label", (len(keys),))
    target = data.target
    if "target" in needs:
        if target is None:
            raise TypeError(f"{name}.target must be given")
        target = check_array(target, f"{name}.target", (len(keys),))
    return AttentionData(keys, queries, label, target)
