r"""The exponents of the page, proved: powers of n on both sides of each balance.

Every rate here is a sum of powers of n and T; with :math:`T=n^x`, :math:`N=n^u` the exponent of a
sum is the least of its exponents. An estimator with terms :math:`2su`, :math:`1-u` and
:math:`x-pu` reaches :math:`\max_u\min(2su,1-u,x-pu)`: at least the value at any u, and at most
:math:`2sx/(2s+p)`, the mean of the first and the last term with the weights p and 2s, which no
longer contains u. Where the two agree the exponent is found.

Nothing here uses the float library. The arguments, at their defaults, are the statements of the
page; other values are near misses.
"""

from __future__ import annotations

from fractions import Fraction

from iclnb.exact import Draw, Number, Pair, Proof, vanishes
from iclnb.kinds import guarded


@guarded
def radii(more: Number = 0) -> Proof:
    r"""Both radii: :math:`1-y=ay/2` for the exponent y of :math:`\epsilon^2` and the entropy
    :math:`\epsilon^{-a}`; a = 1/s, and :math:`a=d/\alpha'`. ``more`` is added to the exponents.
    """

    def sides(x: Draw) -> list[Pair]:
        s, smooth, d = x(), x(), x()
        task = 2 * s / (2 * s + 1) + more
        basis = 2 * smooth / (2 * smooth + d) + more
        return [(1 - task, task / s / 2), (1 - basis, d / smooth * basis / 2)]

    return vanishes("mlb-basis-radius", sides, where="every smoothness and dimension", bound=True)


@guarded
def threshold(pretraining: Number = 1) -> Proof:
    r"""The basis term of :math:`T=n^x` has the exponent of the other one, in both notations.

    ``pretraining`` counts the prompts of T in :math:`nT^{pretraining}`.
    """

    def sides(x: Draw) -> list[Pair]:
        alpha, tau, d = x(), x(), x()
        s, theta = alpha / d, d / tau
        power = (s * theta - 1) / (2 * s + 1)
        return [
            ((1 + pretraining * power) * 2 / (2 + theta), 2 * s / (2 * s + 1)),
            (power, (alpha - tau) * d / ((2 * alpha + d) * tau)),
        ]

    return vanishes("mlb-threshold", sides, where="every smoothness and dimension")


@guarded
def estimator_two(parameters: Number = 1) -> Proof:
    r"""Estimator 2 has the rate of a known basis exactly from its threshold on, and the gap.

    ``parameters`` is the one in the power :math:`1+\theta(1+s)` of N.
    """

    def sides(x: Draw) -> list[Pair]:
        s, theta = x(), x()
        p = parameters + theta * (1 + s)
        power, u = 1 + theta * (1 + s) / (2 * s + 1), 1 / (2 * s + 1)
        rate = 2 * s / (2 * s + 1)
        gap = power - (s * theta - 1) / (2 * s + 1)
        return [
            (2 * s * u, rate),
            (1 - u, rate),
            (power - p * u, rate),
            (2 * s * power / (2 * s + p), rate),
            (gap, 1 + (1 + theta) / (2 * s + 1)),
        ]

    return vanishes("mlb-open-gap", sides, where="every s and theta")


@guarded
def pays(more: Number = 0) -> Proof:
    r"""Estimator 2 has the exponent :math:`2/(2+\theta)` exactly from this threshold on.

    The middle term is not in the way: :math:`1-u-\frac2{2+\theta}` has the sign of
    :math:`s\theta-1`. ``more`` is added to the threshold.
    """

    def sides(x: Draw) -> list[Pair]:
        s, theta = x(), x()
        p, u, rate = 1 + theta * (1 + s), 1 / (s * (2 + theta)), 2 / (2 + theta)
        power = rate + (1 + theta * (1 + s)) / (s * (2 + theta)) + more
        return [
            (2 * s * u, rate),
            (power - p * u, rate),
            (2 * s * power / (2 * s + p), rate),
            (1 - u - rate, (s * theta - 1) / (s * (2 + theta))),
        ]

    return vanishes("mlb-pretraining-pays", sides, where="every s and theta")


@guarded
def remark(*, corrected: bool = False) -> Proof:
    r"""Remark 5.3 as printed against the threshold of Estimator 2 in the letters of the paper."""

    def sides(x: Draw) -> list[Pair]:
        alpha, tau, d = x(), x(), x()
        s, theta = alpha / d, d / tau
        lost = tau if corrected else 1
        printed = 1 + d * (alpha + d) / ((2 * alpha + d) * lost)
        return [(printed, 1 + theta * (1 + s) / (2 * s + 1))]

    return vanishes("mlb-remark-tau", sides, where="every alpha, tau and d")


@guarded
def projection(*, square: bool = False) -> Proof:
    r"""Worst case of a projection on N coordinates over :math:`|\beta_j|\le j^{-p}`.

    Its exponent is :math:`\max_u\min((2p-1)u,1-u)`. Claimed is :math:`2s/(2s+1)` for p = 2s + 1, as
    printed, or, with the square, for p = s + 1/2.
    """

    def sides(x: Draw) -> list[Pair]:
        s = x()
        p = s + Fraction(1, 2) if square else 2 * s + 1
        u = 1 / (2 * p)
        return [((2 * p - 1) * u, 1 - u), (1 - u, 2 * s / (2 * s + 1))]

    return vanishes("mlb-class-square", sides, where="every s")
