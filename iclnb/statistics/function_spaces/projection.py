r"""Best approximation by the span of a basis, in the mean square over uniform inputs.

The distance of a function from a span is what no use of these features can remove: for a task
:math:`F=\sum_j\beta_jf_j` with independent coefficients of variance :math:`\lambda_j` it is
:math:`\sum_j\lambda_j\|f_j-Pf_j\|^2` in the mean, P the projection on the span. All integrals are
sums over one quadrature rule, which must be fine enough for both families.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_instance
from iclnb.kinds import guarded
from iclnb.quadrature import Quadrature
from iclnb.statistics.function_spaces.basis import Basis


def _weighted(basis: Basis, rule: Quadrature) -> FloatArray:
    nodes, weights = rule
    return basis.evaluate(nodes) * np.sqrt(weights)[:, None]


@guarded
def span_distances(basis: Basis, functions: Basis, *, rule: Quadrature) -> FloatArray:
    r"""Squared distances :math:`\|f_j-Pf_j\|^2` of J functions from the span of a basis; (J,).

    Parameters
    ----------
    basis : Basis
        Its span is approximated in; linear dependence does no harm.
    functions : Basis
        What is approximated.
    rule : Quadrature
        Nodes and weights of the input law, fine enough for all products.
    """
    span = _weighted(check_instance(basis, "basis", Basis), rule)
    target = _weighted(check_instance(functions, "functions", Basis), rule)
    rest = target - span @ np.linalg.lstsq(span, target, rcond=None)[0]
    return np.sum(rest**2, axis=0)


@guarded
def best_approximation(
    basis: Basis, functions: Basis, coefficients: ArrayLike, *, rule: Quadrature, points: ArrayLike
) -> FloatArray:
    r"""Values at the points of the best approximation of :math:`\sum_j\beta_jf_j`; shape (P,).

    Parameters are those of :func:`span_distances`; coefficients (J,) are the :math:`\beta_j`, and
    points (P, d) lie in the cube.
    """
    span = _weighted(check_instance(basis, "basis", Basis), rule)
    beta = check_array(coefficients, "coefficients", (functions.size,))
    target = _weighted(check_instance(functions, "functions", Basis), rule) @ beta
    return basis.evaluate(points) @ np.linalg.lstsq(span, target, rcond=None)[0]
