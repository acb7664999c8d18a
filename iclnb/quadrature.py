"""Products of quadrature rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded

__all__ = ["Quadrature", "product_rule"]


class Quadrature(NamedTuple):
    """Nodes (Q, d) and their weights (Q,)."""

    nodes: FloatArray
    weights: FloatArray


@guarded
def product_rule(rules: Iterable[tuple[ArrayLike, ArrayLike]]) -> Quadrature:
    r"""The rule for a product law, :math:`\sum_{q,r}w_qw'_r\,f(x_q,x'_r)`, the last index first.

    Parameters
    ----------
    rules : iterable of (nodes, weights)
        One rule for each factor: nodes (Q,) of an axis or (Q, d), weights (Q,).

    Raises
    ------
    TypeError, ValueError
        If there is no rule, or one is not as stated.
    """
    product = None
    for x, w in rules:
        nodes = check_array(x, "nodes")
        nodes = nodes[:, None] if nodes.ndim == 1 else check_array(nodes, "nodes", (None, None))
        rule = Quadrature(nodes, check_array(w, "weights", (len(nodes),)))
        if product is None:
            product = rule
            continue
        known, mass = product
        left = np.repeat(known, len(nodes), axis=0)
        right = np.tile(nodes, (len(known), 1))
        product = Quadrature(np.hstack([left, right]), np.outer(mass, rule.weights).ravel())
    if product is None:
        raise ValueError("rules must not be empty")
    return product
