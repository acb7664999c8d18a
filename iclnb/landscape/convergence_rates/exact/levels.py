r"""Curvature in terms of the level, and the time below it: proofs composed.

Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, diagonal, nonnegative, square, vanishes
from iclnb.kinds import guarded
from iclnb.landscape.convergence_rates.exact.attained import accelerated_speed
from iclnb.landscape.hessian_escape.exact import curvature_bound
from iclnb.landscape.mean_field_limit.exact import Neurons, total
from iclnb.landscape.strict_saddle.exact.curvatures import missing_curvature

__all__ = ["accelerated_phase", "curvature", "later"]


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


@guarded
def later(loss: Any, r0: Any, time: Any, ratio: Any, size: Any, factor: Number = 1) -> Any:
    r"""Return :math:`(1/L+8\epsilon T/(\varrho\|\sigma\|_\infty^2))^{-1}`, ``size`` the squared
    norm."""
    return 1 / (1 / loss + 8 * factor * (Fraction(1, 2) * r0 - loss) * time / (ratio * size))


@guarded
def accelerated_phase(factor: Number = 1) -> Proof:
    r"""1/L grows at least at the rate :math:`8\epsilon/(\varrho\|\sigma\|_\infty^2)`.

    The rate is the speed over :math:`L^2`, with the bound of
    :func:`.attained.accelerated_speed`, which is run first; a loss that has fallen by s since is
    :math:`r_0/2-\epsilon-s`. Then the consequence for the loss. ``factor`` multiplies the rate.
    """
    found = accelerated_speed()
    if not found.holds:
        return found

    def rate(x: Draw) -> Any:
        loss, margin, ratio, size = x.vector(4)
        r0 = 2 * (loss + margin + square(x() - 1))
        speed = 4 * loss * loss * (r0 - 2 * loss) / (ratio * size)
        return speed / (loss * loss) - 8 * factor * margin / (ratio * size)

    def rate_plain(x: Draw) -> Any:
        _, _, ratio, size = x.vector(4)
        return 8 * square(x() - 1) / (ratio * size)

    def below(x: Draw) -> Any:
        loss, margin, time, ratio, size = x.vector(5)
        end = later(loss, 2 * (loss + margin), time, ratio, size, factor)
        return ratio * size / (8 * margin * time) - end

    def below_plain(x: Draw) -> Any:
        loss, margin, time, ratio, size = x.vector(5)
        speed = 8 * margin * time / (ratio * size)
        return (1 / loss) / (speed * (1 / loss + speed))

    relies = (*found.relies_on, "a loss falls along its flow", "integration of an inequality")
    where = "k = 1 to 5; every flow with one bound of the ratio for all times"
    found = nonnegative("rate-phase", rate, rate_plain, where=where, relies_on=relies)
    if not found.holds:
        return found
    return nonnegative(
        "rate-accelerated-phase", below, below_plain, where=where, strict=True, relies_on=relies
    )
