r"""Where the speeds are attained: families of two and more neurons, from the loss by series.

The speed of the outer weights is exact; that of the inner ones vanishes in the limit, as the page
says. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, vanishes
from iclnb.kinds import guarded
from iclnb.landscape.convergence_rates.exact import descent
from iclnb.landscape.mean_field_limit.exact import Neurons, total
from iclnb.landscape.strict_saddle.exact import loss_on_path
from iclnb.landscape.strict_saddle.exact.slopes import sharp_slope

__all__ = ["accelerated_speed", "descent_attained", "diffuse", "second_power"]

HALF = Fraction(1, 2)


@guarded
def descent_attained(shift: int = 1) -> Proof:
    r"""The speed of the outer weights at the slow measure is :math:`1+(\varrho-1)\epsilon^2` times
    the bound :math:`\delta^2/\varrho`.

    The teacher's neuron of mass :math:`1/\varrho` and an idle one, orthogonal and of one strength,
    with the outer weights :math:`\epsilon^2` and :math:`\epsilon` over the masses: the speed from
    the loss by series, the slope from that of the path. ``shift`` is taken off the ratio.
    """

    def sides(x: Draw) -> list[Pair]:
        ratio, e, strength = x.vector(3)
        two = Neurons(x, 2, 1)
        two.mass = [1 / ratio, 1 - 1 / ratio]
        two.a = [[e * e * ratio], [e / two.mass[1]]]
        two.kappa = [[strength, 0], [0, strength]]
        two.target, two.S0 = [[strength], [0]], [[strength]]
        speed = total([m * row[0] * row[0] for m, row in zip(two.mass, two.slopes(), strict=True)])
        C, Sigma = two.covariances(two.a)
        slope = loss_on_path(two.S0, C, Sigma, [[1]])[1]
        return [(speed * ratio, slope * slope * (1 + (ratio - shift) * e * e))]

    return vanishes(
        "rate-descent-attained",
        sides,
        where="every ratio, size and strength of the neurons",
        relies_on=("inner forces are bounded by the outer weights",),
    )


@guarded
def accelerated_speed(factor: Number = 1) -> Proof:
    r"""The speed below the first saddle: :func:`descent` with the sharp slope, and attained.

    Both are run first; the square of the slope over :math:`\varrho` is the bound. It is attained
    by one feature on two neurons: the teacher's, of mass :math:`1/\varrho` and outer weight zero,
    and another one with all of :math:`\int|a|^2d\mu=1`. There the speed of the outer weights, from
    the loss by series, is :math:`4L^2(r_0-2L)/(\varrho\Sigma)` with
    :math:`\Sigma=(1-1/\varrho)\vartheta`, and :math:`\vartheta` tends to one with the inner
    weights. ``factor`` multiplies the bound.
    """
    for proof in (descent, sharp_slope):
        found = proof()
        if not found.holds:
            return found

    def sides(x: Draw) -> list[Pair]:
        a, r0, c, theta = x.vector(4)
        keep = 1 / (a * a)
        two = Neurons(x, 2, 1)
        two.mass, two.a = [1 - keep, keep], [[0], [a]]
        two.kappa, two.target, two.S0 = [[r0, c], [c, theta]], [[r0], [c]], [[r0]]
        speed = total([m * row[0] * row[0] for m, row in zip(two.mass, two.slopes(), strict=True)])
        loss = two.loss(two.a)
        bound = 4 * factor * loss * loss * (r0 - 2 * loss) * (1 - keep)
        return [(speed, bound / (keep * theta))]

    return vanishes(
        "rate-accelerated-speed",
        sides,
        where="the bound at k = 1 to 5; attained by two neurons of any strength and angle",
        relies_on=(*sharp_slope().relies_on, "inner forces of order 1/weight"),
    )


def _diffuse(first: Any, keep: Any, e: Any) -> tuple[Any, Any]:
    """Return loss and speed; ``first`` is the square of the first outer weight, e = 1/M."""
    mass, rest = 1 - keep, keep * e * HALF
    strength = mass * mass * first
    Sigma = strength + rest
    read = strength / (Sigma * Sigma)  # the square of the readout
    speed = read * rest * rest * mass / (Sigma * Sigma)
    return HALF * rest / Sigma, speed + read * read * keep * e * rest


@guarded
def diffuse(ratio: Fraction, idle: int) -> tuple[Fraction, Fraction]:
    """Return loss and speed of the diffuse measure with so many idle neurons."""
    return _diffuse(HALF * ratio, 1 - 1 / ratio, Fraction(1, idle))


@guarded
def second_power(constant: Number = 16) -> Proof:
    r"""The diffuse measure has a speed :math:`\sim16L^2` and a loss :math:`\sim(\varrho-1)/(2M)`.

    The teacher's neuron and M idle ones, orthonormal in the limit of signs; the speed of the outer
    weights and the loss from the definition at M = 1, 2 and 3, and as functions of 1/M and
    :math:`\varrho`, expanded at 1/M = 0. ``constant`` stands for 16.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for idle in (1, 2, 3):
            # masses (1 - keep) and keep/M; each half of the second moment: keep b^2 = 1/2
            b, first = x(), x()
            keep = HALF / (b * b)
            at = Neurons(x, idle + 1, 1)
            at.mass = [1 - keep, *[keep * Fraction(1, idle)] * idle]
            at.a = [[first], *[[b]] * idle]
            at.kappa = [[int(i == j) for j in range(idle + 1)] for i in range(idle + 1)]
            at.target, at.S0 = [[1], *[[0]] * idle], [[1]]
            pairs = zip(at.mass, at.slopes(), strict=True)
            speed = total([m * row[0] * row[0] for m, row in pairs])
            loss, claimed = _diffuse(first * first, keep, Fraction(1, idle))
            out += [(at.loss(at.a), loss), (speed, claimed)]
        ratio = x()
        loss, speed = _diffuse(HALF * ratio, 1 - 1 / ratio, Jet(0, 1))
        out.append((loss[1], HALF * (ratio - 1)))
        out.append((speed[2], constant * loss[1] * loss[1]))
        return out

    return vanishes(
        "rate-second-power",
        sides,
        where="every ratio; M = 1, 2, 3 from the definition, M to infinity as a series",
        relies_on=("inner forces of order 1/weight",),
    )
