r"""A weight after the step as two lengths: inside the subspace of the tasks, and outside of it.

For a unit weight w with :math:`\rho^2=|P_{\mathcal S}w|^2`, with h the gradient of one task's
prompt and :math:`\bar h=E[h\mid w]`, the mean over :math:`T_1` tasks has

.. math:: E|\Pi h_{T_1}|^2=|\Pi\bar h|^2+\tfrac1{T_1}\big(E|\Pi h|^2-|\Pi\bar h|^2\big),
   \qquad\Pi=P_{\mathcal S},\ I-P_{\mathcal S}.

The unit of length is the root mean square over weights that are uniform on the sphere, so that the
mean squares of the two add up to one, and the mean square inside is the alignment. Moments as in
:mod:`.alignment_law`. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_orthonormal_rows
from iclnb.kinds import guarded

from .alignment_law import gradient_moments
from .links import LinkLaw, check_law
from .sphere import projection_quadrature

__all__ = ["Lengths", "expected_lengths", "lengths"]


class Lengths(NamedTuple):
    """Lengths inside and outside of the subspace, one entry a weight."""

    inside: FloatArray
    outside: FloatArray


@guarded
def lengths(weights: ArrayLike, subspace: ArrayLike) -> Lengths:
    r""":math:`|P_{\mathcal S}w_j|` and :math:`|w_j-P_{\mathcal S}w_j|`, arrays (m,).

    Parameters
    ----------
    weights : array (m, d)
        One weight a row.
    subspace : array (r, d)
        Orthonormal rows that span the subspace.
    """
    w = check_array(weights, "weights", (None, None))
    subspace = check_orthonormal_rows(subspace, "subspace", (None, w.shape[1]))
    inside = w @ subspace.T
    return Lengths(np.linalg.norm(inside, axis=1), np.linalg.norm(w - inside @ subspace, axis=1))


@guarded
def expected_lengths(
    law: LinkLaw,
    *,
    d: int,
    r: int,
    n_tasks: float,
    prompt_length: int,
    rho2: ArrayLike,
    bias: float = 0.0,
    noise: float = 0.0,
) -> Lengths:
    r"""Root mean square lengths of one weight after a step on ``n_tasks`` tasks.

    Parameters
    ----------
    law : LinkLaw
    d, r, prompt_length : int
        Dimensions, :math:`r\le d`, and prompt length.
    n_tasks : float
        Tasks, positive; ``inf`` allowed.
    rho2 : array
        :math:`|P_{\mathcal S}w|^2` before the step, any shape.
    bias, noise : float
        Of all neurons; of the labels.

    Raises
    ------
    ValueError
        If the gradient vanishes identically, or an argument is out of its domain.
    """
    check_law(law, "law")
    if not (isinstance(n_tasks, (int, float, np.integer, np.floating)) and n_tasks > 0):
        raise ValueError(f"n_tasks must be positive, got {n_tasks!r}")
    share = 0.0 if np.isinf(n_tasks) else 1 / float(n_tasks)

    def squares(at: ArrayLike) -> tuple[FloatArray, FloatArray]:
        m = gradient_moments(
            law, d=d, r=r, prompt_length=prompt_length, rho2=at, bias=bias, noise=noise
        )
        inside = m.mean_inside + share * (m.second_inside - m.mean_inside)
        return inside, m.mean_total + share * (m.second_total - m.mean_total)

    inside, total = squares(rho2)
    nodes, weights = projection_quadrature(d, r, 4 * law.degree + 4)
    unit = float(squares(nodes)[1] @ weights)
    if unit <= 0:
        raise ValueError("the population gradient vanishes: the activation does not see the link")
    outside = np.maximum(total - inside, 0.0)
    return Lengths(np.sqrt(inside / unit), np.sqrt(outside / unit))
