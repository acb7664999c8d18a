r"""The curvature in terms of the level: two proofs composed, and the saddles that attain it.

Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Proof, diagonal, vanishes
from iclnb.kinds import guarded
from iclnb.landscape.hessian_escape.exact import curvature_bound
from iclnb.landscape.mean_field_limit.exact import Neurons, total
from iclnb.landscape.strict_saddle.exact.curvatures import missing_curvature

__all__ = ["curvature"]

Pair = tuple[Any, Any]
Number = int | Fraction


@guarded
def curvature(factor: Number = 1) -> Proof:
    r"""The eigenvalue at the level :math:`mr_0/2`, and attained.

    At a saddle L' = 0, so that :math:`\lambda_{\min}\le L''/\varrho`
    (:func:`iclnb.landscape.hessian_escape.exact.curvature_bound`), with the best curvature of
    :func:`iclnb.landscape.strict_saddle.exact.curvatures.missing_curvature`; both are run first. It
    is attained by m useless neurons of strength :math:`\vartheta` and the m neurons of the teacher
    with outer weight zero and a share q of the mass, all uncorrelated: there the form of H on
    every velocity of the outer weights, from the loss by series, is
    :math:`-4mL^2q/(\vartheta(1-q)^2)` times the squared length on the teacher's neurons, so that
    this is its least eigenvalue; :math:`\varrho=1/q`. ``factor`` multiplies the bound.
    """
    for proof in (curvature_bound, missing_curvature):
        found = proof()
        if not found.holds:
            return found

    def sides(x: Draw) -> list[Pair]:
        out = []
        for m in (1, 2, 3):
            q, strength, theta = x.vector(3)
            at, v = Neurons(x, 2 * m, m), x.matrix(2 * m, m)
            at.mass = [q * Fraction(1, m)] * m + [(1 - q) * Fraction(1, m)] * m
            at.a = [[0] * m for _ in range(m)] + diagonal([1] * m)
            at.kappa = diagonal([strength] * m + [theta] * m)
            at.target = diagonal([strength * Fraction(1, m)] * m) + [[0] * m for _ in range(m)]
            at.S0 = diagonal([strength * Fraction(1, m * m)] * m)
            moved = [
                [Jet(a, s) for a, s in zip(row, speed, strict=True)]
                for row, speed in zip(at.a, v, strict=True)
            ]
            series = at.loss(moved)
            length = total([at.mass[i] * s * s for i in range(m) for s in v[i]])
            level = 4 * m * factor * series[0] * series[0] * q
            out += [(series[0], strength * Fraction(1, 2 * m)), (1 + series[1], 1)]
            out.append((2 * series[2], -(level / (theta * (1 - q) ** 2)) * length))
        return out

    return vanishes(
        "rate-curvature",
        sides,
        where="the bound at m = 1 to 6; attained at m = 1, 2, 3 as q tends to 0 and ϑ to 1",
        relies_on=(*missing_curvature().relies_on, "inner forces of order 1/weight"),
    )
