r"""With noisy labels attention learns to shrink: a limit with a remainder for every K, N and noise.

The loss on the balanced ray comes from all prompts, tasks and noises; it is a function of
:math:`u=e^{-z}`, z the gap. Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb
from typing import Any

from iclnb.dynamics.stage_wise_training.exact.chains import chain
from iclnb.exact import Draw, Jet, Pair, Proof, enclosed, nonnegative, vanishes
from iclnb.exact.balls import ball
from iclnb.exact.matrices import total
from iclnb.kinds import guarded

__all__ = ["bayes_shrinkage", "noisy_by_definition", "optimal", "ray_loss", "ray_slope"]

HALF = Fraction(1, 2)
START = 8
"""The least fourth root of N: K is at least 2, and N at least (4K)^4."""


@guarded
def noisy_by_definition(u: Any, size: int, length: int, own: int, noise: Any) -> Any:
    """Return the sum of the losses of all prompts that show the query's feature ``own`` times.

    Each is the mean over signs of the task and of the noise of every label; the own key has weight
    one, the others u.
    """
    out: Any = 0
    for prompt in product(range(size), repeat=length):
        if prompt.count(0) != own:
            continue
        weights = [1 if n == 0 else u for n in prompt]
        mass = own + (length - own) * u
        mean: Any = 0
        for task in product((1, -1), repeat=size):
            for signs in product((1, -1), repeat=length):
                labels = [task[n] + s * noise for n, s in zip(prompt, signs, strict=True)]
                answer = total([w * y for w, y in zip(weights, labels, strict=True)]) / mass
                mean = mean + (answer - task[0]) * (answer - task[0])
        out = out + HALF * mean * Fraction(1, 2 ** (size + length))
    return out


def _spill(size: Any, rest: Any, variance: Any) -> Any:
    """Return g, the page's."""
    share = 1 / (size - 1)
    return rest * rest * (1 + share) + rest * (1 - share) + variance * rest


@guarded
def ray_loss(u: Any, size: Any, own: Any, rest: Any, variance: Any) -> Any:
    """Return the mean loss of the prompts with ``own`` and ``rest`` tokens, the page's display."""
    mass = own + u * rest
    return HALF * (u * u * _spill(size, rest, variance) + variance * own) / (mass * mass)


@guarded
def ray_slope(u: Fraction, size: int, length: int, variance: Fraction) -> Fraction:
    """Return minus the slope L'(z) over u, the mean over all prompts, as an exact number."""
    out = Fraction(0)
    for own in range(length + 1):
        rest = length - own
        chance = Fraction(comb(length, own) * (size - 1) ** rest, size**length)
        gap = u * _spill(Fraction(size), rest, variance) - variance * rest
        out += chance * own * gap / (own + u * rest) ** 3
    return out


@guarded
def optimal(size: int, length: int, variance: Fraction, halvings: int = 70) -> Any:
    """Return a ball around a stationary gap: the slope changes sign between its bounds."""
    low = variance / (_level(Fraction(size), length - 1, variance))
    high = variance / (2 + variance)
    for _ in range(halvings):
        middle = (low + high) / 2
        if ray_slope(middle, size, length, variance) < 0:
            low = middle
        else:
            high = middle
    return -ball(low).union(ball(high)).log()


def _level(size: Any, rest: Any, variance: Any) -> Any:
    """Return G in u g - sigma^2 r = r (u G - sigma^2)."""
    return rest * size / (size - 1) + (size - 2) / (size - 1) + variance


def _ray() -> Proof:
    """The display of the loss: numerators are quadratic in both counts, so 1 to 3 tokens do."""

    def sides(x: Draw) -> list[Pair]:
        u, noise = x(), x()
        out = []
        for size, length in product((2, 3), (1, 2, 3)):
            for own in range(length + 1):
                rest = length - own
                count = comb(length, own) * (size - 1) ** rest
                shown = ray_loss(u, Fraction(size), own, rest, noise * noise)
                defined = noisy_by_definition(u, size, length, own, noise)
                out.append((defined, count * shown))
        return out

    return vanishes("hcl-shrinkage-loss", sides, where="K = 2 and 3, all prompts of 1, 2, 3 tokens")


def _slope(whole: bool) -> Proof:
    """The slope, its factor, and the constant before the leading term of G."""

    def sides(x: Draw) -> list[Pair]:
        u, size, own, rest, variance = x.vector(5)
        slope = ray_loss(Jet(u, -u, order=1), size, own, rest, variance)[1]
        mass = own + u * rest
        level = _level(size, rest, variance)
        claimed = -u * own * rest * (u * level - variance) / (mass * mass * mass)
        shown = -u * own * (u * _spill(size, rest, variance) - variance * rest)
        limit = variance if whole else variance * (1 - 1 / size)
        # limit/((N - N/K) u) with u = variance/G and G = N (1 - 1/K) K/(K-1) + ...
        lead = limit / (1 - 1 / size) / variance * (size / (size - 1)) * (1 - 1 / size)
        one = size / size
        return [(slope, claimed), (slope, shown / (mass * mass * mass)), (lead, one)]

    return vanishes("hcl-shrinkage-slope", sides, where="every K, count, noise and gap")


def _rises(x: Draw) -> Any:
    size, rest, variance = x() + 1, x(), x()
    return _level(size, rest + 1, variance) - (2 + variance)


def _rises_plain(x: Draw) -> Any:
    more, rest, _ = x(), x(), x()
    return rest * (more + 1) / more


def _kept(x: Draw) -> Any:
    """(q - eta)(1 - q - eta) - 9q/32, where q = 1/K = 1/(2 + t) and eta = q/4 at most."""
    t, s = x(), x()
    q = 1 / (2 + t)
    eta = q / 4 * (s / (1 + s))
    return (q - eta) * (1 - q - eta) - Fraction(9, 32) * q


def _kept_plain(x: Draw) -> Any:
    t, s = x(), x()
    q = 1 / (2 + t)
    w = 1 / (1 + s)  # eta = q (1 - w)/4
    room = Fraction(5, 8) * t * q + q * w / 4  # 1 - q - eta - 3/8
    return q * (Fraction(3, 4) * room + w / 4 * (Fraction(3, 8) + room))


def _falls(x: Draw) -> Any:
    s = START + x()
    return 4 * s - 10 / s  # minus the derivative of log(s^10 e^(-2 s^2))


def _falls_plain(x: Draw) -> Any:
    t = x()
    return (4 * t * t + 64 * t + 246) / (START + t)


@guarded
def bayes_shrinkage(*, whole: bool = False) -> Proof:
    r"""For all K, :math:`N\ge(4K)^4` and noise, at every stationary gap

    .. math:: \Big|\frac{\sigma^2(1-1/K)}{(N-N/K)e^{-z}}-1\Big|\le3N^{-1/4}+\frac{1+\sigma^2}N .

    The slope is :math:`-u` times the mean of :math:`\frac{nr}{(n+ur)^3}(uG-\sigma^2)`, with n own
    tokens, r = N - n and :math:`G=\frac K{K-1}r+\frac{K-2}{K-1}+\sigma^2\ge2+\sigma^2`. So it has
    both signs, and where it vanishes u < 1 and :math:`\sigma^2/u` is a mean of G with the weights
    :math:`\frac{nr}{(n+ur)^3}`. These lie between :math:`\frac{9q}{32N}`, q = 1/K, and N, if n/N is
    within :math:`\eta=N^{-1/4}\le q/4` of q, and are at most N else; by Hoeffding the rest has
    probability :math:`2e^{-2\sqrt N}`, so its share is at most :math:`\frac{32}9s^9e^{-2s^2}
    \le\frac1{2s}`, :math:`s=N^{1/4}`. So the mean of r/N is within :math:`\frac32\eta` of 1 - q.

    The near miss is the limit :math:`\sigma^2`.
    """
    where = "every K ≥ 2, noise and N ≥ (4K)⁴: within 3 N^(-1/4) + (1 + σ²)/N"
    hoeffding = ("Hoeffding's inequality",)
    return chain(
        _ray,
        lambda: _slope(whole),
        lambda: nonnegative("hcl-shrinkage-level", _rises, _rises_plain, where=where),
        lambda: nonnegative("hcl-shrinkage-kept", _kept, _kept_plain, where=where),
        lambda: nonnegative("hcl-shrinkage-falls", _falls, _falls_plain, where=where),
        lambda: enclosed(
            lambda: ball(Fraction(64, 9)) * ball(START) ** 10 * ball(-2 * START**2).exp(),
            0, 1, below="1.965e-46", where=where, relies_on=hoeffding,
        ),
    )  # fmt: skip
