r"""The gradient of one step: by moving the weight, by enumerated prompts, near the equator.

A neuron, a link and a direction enter by free numbers: the bias b with f and F for the normal
density and distribution function there, the overlaps :math:`s=\langle w,\beta\rangle`,
:math:`p=\langle v,\beta\rangle`, :math:`q=\langle v,w\rangle` of a move v. Nothing here uses the
float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import comb, factorial
from typing import Any

from iclnb.exact import Draw, Jet, Pair, Proof, vanishes
from iclnb.kinds import guarded

from .neurons import correlation, double, shown

__all__ = [
    "any_length",
    "displayed",
    "gradient",
    "leading_coefficient",
    "leading_term",
    "moved",
    "of_prompt",
    "sampled",
    "second_moment",
]

DEGREE = 4
EXPONENTS = (1, 2, 3, 4)
LENGTHS = (1, 2, 3)


@guarded
def moved(c: Sequence[Any], b: Any, f: Any, F: Any, s: Any, p: Any, q: Any) -> Jet:
    r"""Return :math:`B(w+\epsilon v)` to first order, w a unit vector.

    The weight has the length :math:`1+\epsilon q`, which takes overlap and bias along; the density
    falls by b times it, and the distribution function grows by the density.
    """
    length = Jet(1, q, order=1)
    density = Jet(f, b * b * q * f, order=1)
    below = Jet(F, -(b * q * f), order=1)
    return length * correlation(c, b / length, density, below, Jet(s, p, order=1) / length)


@guarded
def displayed(
    c: Sequence[Any], b: Any, f: Any, F: Any, s: Any, p: Any, q: Any, shift: int = 2
) -> Pair:
    r"""Return :math:`B` and :math:`\langle v,\nabla B\rangle` as the page has them.

    ``shift`` is the one between the link's and the neuron's degree in the part along w.
    """
    a = [shown(i, b, f, F) for i in range(len(c) + 2)]
    level, along, own = (_zero(s) for _ in range(3))
    for i, value in enumerate(c):
        level = level + Fraction(1, factorial(i)) * value * a[i] * s**i
        own = own + Fraction(1, factorial(i)) * value * a[i + shift] * s**i
        if i:
            along = along + Fraction(1, factorial(i - 1)) * value * a[i] * s ** (i - 1)
    return level, p * along + q * own


def _zero(value: Any) -> Any:
    return 0 * value


@guarded
def gradient(shift: int = 2) -> Proof:
    r"""Correlation, its gradient, and the slope of :math:`-2\gamma B^2`, for one task.

    Averaged over the tasks they are the proposition, whatever the law of direction and link.
    ``shift`` as in :func:`displayed`.
    """

    def sides(x: Draw) -> list[Pair]:
        c, (b, f, F, s, p, q, gamma) = x.vector(DEGREE + 1), x.vector(7)
        jet = moved(c, b, f, F, s, p, q)
        level, slope = displayed(c, b, f, F, s, p, q, shift)
        risk = -2 * gamma * (jet * jet)
        return [(jet[0], level), (jet[1], slope), (risk[1], -4 * gamma * (level * slope))]

    where = f"links up to degree {DEGREE}; every direction, weight, bias and dimension"
    return vanishes("idx-gradient", sides, where=where)


@guarded
def sampled(
    labels: Sequence[Any], features: Sequence[Any], query: Any, at_query: Any, gamma: Any
) -> Jet:
    r"""Return :math:`-2y_qf` of one prompt and one neuron, :math:`f=\gamma A\phi(x_q)`.

    Features are jets along a move of the weight: the slope is a component of the gradient.
    """
    total: Any = 0
    for y, phi in zip(labels, features, strict=True):
        total = total + y * phi
    mean = total * Fraction(1, len(labels))
    return -2 * gamma * query * (mean * at_query)


@guarded
def of_prompt(
    X: Sequence[Any], y: Sequence[Any], query: Any, answer: Any, w: Any, bias: Any
) -> list[Any]:
    """Return the gradient of one prompt in one neuron's weight, component by component."""

    def seen(x: Any, k: int) -> Jet:
        height = _inner(x, w) + bias
        return Jet(height, x[k], order=1) if height > 0 else Jet(0, 0, order=1)

    return [
        sampled(y, [seen(x, k) for x in X], answer, seen(query, k), 1)[1] for k in range(len(w))
    ]


def _inner(a: Any, b: Any) -> Any:
    first, *rest = [u * v for u, v in zip(a, b, strict=True)]
    return sum(rest, first)


class _World:
    """Inputs of a law on three points, with free weights, features and their slopes."""

    def __init__(self, x: Draw) -> None:
        self.weights = x.vector(2)
        self.weights.append(1 - self.weights[0] - self.weights[1])
        self.features = [Jet(*x.vector(2), order=1) for _ in range(3)]

    def mean(self, values: Sequence[Any]) -> Any:
        """Return the mean of a function of the input."""
        first, *rest = [w * v for w, v in zip(self.weights, values, strict=True)]
        return sum(rest, first)

    def prompts(self, n: int) -> list[tuple[tuple[int, ...], Any]]:
        """Return all prompts of n examples and a query, the query last, with their chances."""
        out = []
        for prompt in product(range(3), repeat=n + 1):
            weight: Any = 1
            for i in prompt:
                weight = weight * self.weights[i]
            out.append((prompt, weight))
        return out


@guarded
def any_length(factor: int = 4) -> Proof:
    r"""The mean of the sampled gradients of the correlation part, all prompts enumerated.

    n times it is linear in n for given tasks and inputs, so that lengths one to three give all.
    ``factor`` in the place of four; two forgets the query's own neuron.
    """

    def sides(x: Draw) -> list[Pair]:
        world, gamma = _World(x), x()
        chances, tables = x.vector(2), x.matrix(2, 3)
        shown_mean: Any = 0
        for chance, y in zip(chances, tables, strict=True):
            level = world.mean([v * phi for v, phi in zip(y, world.features, strict=True)])
            shown_mean = shown_mean + chance * (level[0] * level[1])
        out = []
        for n in LENGTHS:
            mean: Any = 0
            for chance, y in zip(chances, tables, strict=True):
                for (*prompt, last), weight in world.prompts(n):
                    labels, phi = [y[i] for i in prompt], [world.features[i] for i in prompt]
                    slope = sampled(labels, phi, y[last], world.features[last], gamma)[1]
                    mean = mean + chance * weight * slope
            out.append((mean, -factor * gamma * shown_mean))
        return out

    where = "all prompts of 1, 2, 3 examples, so every length; every law, label and neuron"
    return vanishes("idx-any-length", sides, where=where)


@guarded
def second_moment(*, squares: bool = True) -> Proof:
    r"""Both parts of the gradient are linear in the second moments of the links.

    A law of three links with two coefficients each and two neurons; all prompts are enumerated,
    with the labels of each link on one side, and of the two basic links on the other. The
    prediction part of n examples has n equal and n (n - 1) unequal pairs, so that lengths one and
    two give all. The near miss has the product of the means for the mean of the products.
    """

    def sides(x: Draw) -> list[Pair]:
        world, gammas, bases = _World(x), x.vector(2), x.matrix(2, 3)
        other = [Jet(*x.vector(2), order=1) for _ in range(3)]
        layer = list(zip(gammas, (world.features, other), strict=True))
        links, chances = x.matrix(3, 2), x.vector(3)
        pairs = list(product(range(2), repeat=2))
        means = [_inner(chances, [link[i] for link in links]) for i in range(2)]
        moments = {
            (i, k): _inner(chances, [link[i] * link[k] for link in links])
            if squares
            else means[i] * means[k]
            for i, k in pairs
        }
        out = []
        for n in LENGTHS[:2]:
            left = [0, 0]
            for chance, link in zip(chances, links, strict=True):
                labels = [link[0] * u + link[1] * v for u, v in zip(*bases, strict=True)]
                parts = _parts(world, layer, n, labels, labels)
                left = [s + chance * t for s, t in zip(left, parts, strict=True)]
            right = [0, 0]
            for i, k in pairs:
                polar = _parts(world, layer, n, bases[i], bases[k])
                right = [s + moments[i, k] * t for s, t in zip(right, polar, strict=True)]
            out.extend(zip(left, right, strict=True))
        return out

    where = "all prompts of 1 and 2 examples, so every length; every law of the links"
    return vanishes("idx-second-moment", sides, where=where)


def _parts(
    world: _World, layer: Sequence[Pair], n: int, one: Sequence[Any], other: Sequence[Any]
) -> list[Any]:
    """Return the slopes of -2 E[y_q f] and of E[f f'], the labels of both from two tables."""
    correlated: Any = 0
    squared: Any = 0
    for (*prompt, last), weight in world.prompts(n):
        answers: list[Any] = [0, 0]
        for gamma, features in layer:
            phi = [features[i] for i in prompt]
            for at, table in enumerate((one, other)):
                labels = [table[i] for i in prompt]
                answers[at] = answers[at] + sampled(labels, phi, 1, features[last], gamma)
        correlated = correlated + weight * one[last] * answers[1][1]
        squared = squared + weight * Fraction(1, 4) * (answers[0] * answers[1])[1]
    return [correlated, squared]


def rising(r: Any, factors: int) -> Any:
    """Return r (r + 2) (r + 4) ... of so many factors."""
    out: Any = 1
    for j in range(factors):
        out = out * (r + 2 * j)
    return out


def over_circle(power: int, at: int, u: Sequence[Any], r: Any) -> Any:
    r"""Return :math:`\mathbb E[\langle u,\beta\rangle^k\beta_m]`, or without :math:`\beta_m` for
    m below zero, by monomials: u spans at most two coordinates of r."""
    out: Any = 0
    for i in range(power + 1):
        a, b = i + (at == 0), power - i + (at == 1)
        if a % 2 == b % 2 == 0:
            moment = Fraction(double(a) * double(b)) / rising(r, (a + b) // 2)
            out = out + comb(power, i) * moment * u[0] ** i * u[1] ** (power - i)
    return out


@guarded
def leading_coefficient(a: Any, square: Any, r: Any, exponent: int) -> Any:
    r"""Return what stands before :math:`|P_{\mathcal S}w|^{2Q-2}P_{\mathcal S}w` on the page."""
    q = exponent
    level = 2 * a * a * square * Fraction(double(2 * q), factorial(q) * factorial(q - 1))
    return level / rising(r, q)


@guarded
def leading_term(*, rising_factors: bool = True) -> Proof:
    r"""The series of :math:`2\mathbb E[B\nabla B]` in :math:`u=P_{\mathcal S}w`, to its first term.

    Free second moments of a link of degrees Q to Q + 2, a free neuron, u in two coordinates of r;
    the terms are homogeneous in u, and are collected by their power. Along w outside of the
    subspace the series begins one power later. The near miss has powers of r for the product.
    """

    def sides(x: Draw) -> list[Pair]:
        out: list[Pair] = []
        for q in EXPONENTS:
            a, second, r, u = x.vector(q + 5), x.symmetric(3), x(), x.vector(2)
            inside: dict[int, list[Any]] = {}
            outside = set()
            for i, k in product(range(q, q + 3), repeat=2):
                level = 2 * second[i - q][k - q] * a[i] * Fraction(1, factorial(i))
                along = level * a[k] * Fraction(1, factorial(k - 1))
                for m in range(2):
                    towards = over_circle(i + k - 1, m, u, r)  # so many powers of u
                    inside.setdefault(i + k - 1, [[], []])[m].append(along * towards)
                outside.add(i + k)  # along w; times u it is a term of power i + k + 1 inside
            claimed = leading_coefficient(a[q], second[0][0], r, q)
            if not rising_factors:
                claimed = claimed * rising(r, q) / r**q
            size = (u[0] * u[0] + u[1] * u[1]) ** (q - 1)
            first = inside[2 * q - 1]
            out += [(sum(first[m][1:], first[m][0]), claimed * size * u[m]) for m in range(2)]
            out += [(min(inside), 2 * q - 1), (min(outside), 2 * q)]
        return out

    where = "Q = 1 to 4; every law of the link, neuron, r and direction of P w"
    return vanishes("idx-leading-term", sides, where=where)
