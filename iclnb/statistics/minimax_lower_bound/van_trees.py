r"""A lower bound that is exact under a Gaussian prior, on the axes of the upper curves.

For :math:`\beta_j\sim N(0,j^{-2s-1})` no method that sees n examples has a risk below the Bayes
risk, and

.. math:: \sum_j\frac{\lambda_j\sigma^2}{n\lambda_j+\sigma^2}\le R_{\mathrm{Bayes}}(n)\le
          R^*_\infty(n)=\sum_j\frac{\lambda_j(\tau-\lambda_j)}{n\lambda_j+\tau-\lambda_j}.

The left side is van Trees' inequality (Fisher information n/sigma^2 of the data, 1/lambda_j of the
prior), here an instance of Jensen's. The same exponent on both sides; the ratio tends to
:math:`(\tau/\sigma^2)^{2s/(2s+1)}`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array
from iclnb.kinds import guarded
from iclnb.statistics.minimax_lower_bound.assouad import coordinate_bound
from iclnb.statistics.minimax_lower_bound.fano import fano_bound
from iclnb.statistics.nonparametric_icl.risk.infinite import flat_risk
from iclnb.statistics.nonparametric_icl.rivals.bayes import jensen_power_law


@guarded
def van_trees_bound(prompt_length: float, s: float, noise: float) -> float:
    r""":math:`\sum_{j\ge1}\lambda_j\sigma^2/(n\lambda_j+\sigma^2)`, :math:`\lambda_j=j^{-2s-1}`."""
    return jensen_power_law(prompt_length, s, noise)


@guarded
def van_trees_of(prior_information: ArrayLike, data_information: ArrayLike) -> float:
    r"""Van Trees' inequality for given informations: :math:`\mathrm{tr}(I_{prior}+I_{data})^{-1}`.

    Parameters
    ----------
    prior_information, data_information : arrays (J, J)
        Symmetric positive semi-definite with a positive definite sum.

    Raises
    ------
    ValueError
        If the sum is singular.
    """
    prior = check_array(prior_information, "prior_information", (None, None))
    total = prior + check_array(data_information, "data_information", prior.shape)
    eigenvalues = np.linalg.eigvalsh(total)
    if eigenvalues[0] <= 0:
        raise ValueError("prior_information + data_information must be positive definite")
    return float(np.sum(1.0 / eigenvalues))


class BoundTable(NamedTuple):
    """One entry per prompt length: bounds and the risk of the best linear attention."""

    prompt_lengths: FloatArray
    fano: FloatArray
    two_point: FloatArray
    van_trees: FloatArray
    attention: FloatArray

    @property
    def attention_over_van_trees(self) -> FloatArray:
        """Upper over lower for the Gaussian prior."""
        return self.attention / self.van_trees

    @property
    def attention_over_fano(self) -> FloatArray:
        """Not a ratio of one problem: minimax below, Gaussian above; shown for its constant."""
        return self.attention / self.fano


@guarded
def bound_table(prompt_lengths: ArrayLike, s: float, noise: float) -> BoundTable:
    """All bounds at prompt lengths n (k,), each at least one."""
    grid = check_array(prompt_lengths, "prompt_lengths", (None,))
    return BoundTable(
        grid,
        np.array([fano_bound(float(m), s, noise).value for m in grid]),
        np.array([coordinate_bound(float(m), s, noise) for m in grid]),
        np.array([van_trees_bound(float(m), s, noise) for m in grid]),
        np.array([flat_risk(float(m), s, noise) for m in grid]),
    )
