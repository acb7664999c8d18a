"""The chapter's statements, proved: the definition on one side, the display on the other.

Nothing here uses the float library; a bridge in the certificates ties the two together. Each
function returns an :class:`iclnb.exact.Proof`; its argument, at its default, is the statement of
the page, and another value is a near miss that must be refuted.

* :mod:`.risks`: ridge regression, the posterior mean, the exact risks of a fixed matrix;
* :mod:`.layers`: layers as steps of descent, the special matrices, softmax in its temperature.
"""

from iclnb.foundations.attention_as_regression.exact.layers import (
    forward_descent,
    gaussian_tilt,
    softmax_series,
    special_weights,
)
from iclnb.foundations.attention_as_regression.exact.risks import (
    best_gamma,
    correlation_moment,
    exact_risk,
    example,
    length_floor,
    posterior_mean,
    ridge_identity,
    sampled_out_risk,
    zfb_risk,
)

__all__ = [
    "best_gamma",
    "correlation_moment",
    "exact_risk",
    "example",
    "forward_descent",
    "gaussian_tilt",
    "length_floor",
    "posterior_mean",
    "ridge_identity",
    "sampled_out_risk",
    "softmax_series",
    "special_weights",
    "zfb_risk",
]
