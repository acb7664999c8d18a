r"""The budget of stage I that the theorem calls sufficient.

Theorem 1 of Oko et al. (second-hand): :math:`T_1=\tilde\Omega(d^{Q+1}r^Q)` tasks with
:math:`n_1T_1=\tilde\Omega(d^{2Q+1}r)` examples; the slides, :math:`T_1=\Theta(d^{Q+1})` and
:math:`n=\tilde\Omega(d^Q)`. Neither constants nor logarithms are known. What a budget buys is in
:mod:`.alignment_law`.
"""

from __future__ import annotations

from typing import NamedTuple

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

__all__ = ["Budget", "sufficient_budget"]


class Budget(NamedTuple):
    """Tasks, examples and their product that a theorem calls sufficient, without constants."""

    n_tasks: float
    prompt_length: float
    product: float


@guarded
def sufficient_budget(*, d: int, r: int, exponent: int) -> Budget:
    r""":math:`T_1=d^{Q+1}r^Q`, :math:`n_1T_1=d^{2Q+1}r`, and :math:`n_1` their ratio
    (Theorem 1, second-hand).

    Raises
    ------
    ValueError
        If r > d.
    """
    d, r = check_integer(d, "d"), check_integer(r, "r")
    exponent = check_integer(exponent, "exponent")
    if r > d:
        raise ValueError(f"r must not exceed d, got r = {r} > d = {d}")
    n_tasks = float(d) ** (exponent + 1) * float(r) ** exponent
    product = float(d) ** (2 * exponent + 1) * r
    return Budget(n_tasks, product / n_tasks, product)
