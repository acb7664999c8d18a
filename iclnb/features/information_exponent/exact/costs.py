r"""What the signals cost in examples: second moments of the gradients, and their ratio.

As in :mod:`.exact.signals`: rational functions of e = 1/d, from Gaussian moments by pairings. The
squares of label and neuron enter by their own Hermite coefficients. Nothing here uses the float
library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import factorial
from typing import Any

from iclnb.exact import Draw, Jet, Number, Pair, Proof, vanishes
from iclnb.kinds import guarded

from .blindness import hermite
from .signals import (
    EXPONENTS,
    add_up,
    context_square,
    link,
    odd,
    over_sphere,
    parts,
    powers,
    rising,
    shrink,
    table,
    times,
    value_at,
)

__all__ = ["examples", "pretraining_cost", "step_cost", "tasks"]

HALF = Fraction(1, 2)


def _square(c: Sequence[Any]) -> dict[int, Any]:
    """Return the squared label as powers of t."""
    y, out = powers(c), {}
    for (u, left), (v, right) in product(y.items(), repeat=2):
        out[u + v] = out[u + v] + left * right if u + v in out else left * right
    return out


def _squared(c: Sequence[Any]) -> list[Any]:
    """Return the Hermite coefficients of the squared label."""
    square = _square(c)
    out = []
    for i in range(1 + max(square)):
        value: Any = 0
        for (k, h), (u, label) in product(enumerate(hermite(i)), square.items()):
            if h and (k + u) % 2 == 0:
                value = value + h * odd(k + u) * label
        out.append(value)
    return out


def _mean(label: dict[int, Any], neuron: dict[int, Any], s: Any) -> Any:
    """Return E[label(t) neuron(z)], by pairings."""
    moments = table(1 + max(*label, *neuron), s)
    out: Any = 0
    for (i, u), (j, v) in product(label.items(), neuron.items()):
        out = out + u * v * moments[i][j]
    return out


def _length(c: Sequence[Any], a: Sequence[Any], d: Any, s: Any) -> Any:
    """Return E[y^2 sigma'(z) |x|^2], by pairings: d of no x, and those of x with t and z."""
    square, slope = _square(c), powers(a, 1)
    moments = table(1 + max(*square, *slope), s)
    out: Any = 0
    for (i, label), (j, h) in product(square.items(), slope.items()):
        paired = d * moments[i][j]
        if i > 1:
            paired = paired + i * (i - 1) * moments[i - 2][j]
        if i and j:
            paired = paired + 2 * i * j * (s * moments[i - 1][j - 1])
        if j > 1:
            paired = paired + j * (j - 1) * moments[i][j - 2]
        out = out + label * h * paired
    return out


def _series(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Return :math:`u_iv_i/i!`, before the powers of s."""
    pairs = zip(first, second, strict=False)
    return [u * v * Fraction(1, factorial(i)) for i, (u, v) in enumerate(pairs)]


def _second(e: Sequence[Any], a: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Return flat, curve and bend: the parts of the second moment, by powers of s."""
    mixed = [2 * v for v in _series(e[1:], a[2:])]
    return _series(e, a[1:]), add_up(_series(e[2:], a[1:]), [0, *mixed]), _series(e, a[3:])


def _dot(u: tuple[list[Any], list[Any]], v: tuple[list[Any], list[Any]]) -> list[Any]:
    """Return the product of two vectors, parts before beta and w, but for the length of w."""
    crossed = add_up(times(u[0], v[1]), times(u[1], v[0]))
    return add_up(times(u[0], v[0]), [0, *crossed])


@guarded
def examples(c: Sequence[Any], a: Sequence[Any], e: Any) -> tuple[Any, Any]:
    """Return the examples for alignment one half: numerator, times e, and denominator."""
    along, own = v = parts(c, a)
    slope = add_up(along, [0, *own])
    total = add_up(_dot(v, v), times(own, own))
    flat, curve, bend = _second(_squared(c), a)
    signal, whole = over_sphere(times(slope, slope), e), over_sphere(total, e)
    second_along = over_sphere(add_up(flat, curve, [0, 0, *bend]), e)
    second = over_sphere(flat, e) + e * over_sphere(add_up(curve, bend), e)
    above = HALF * (second - e * whole) - e * (second_along - signal)
    return above, signal - HALF * whole


@guarded
def step_cost(factor: Number = 1) -> Proof:
    r"""The examples for alignment one half, :math:`\Phi(b)\mathbb E[y^2]d^Q/C_1^2`.

    The alignment is a ratio of means, with the second moment of the gradient by pairings. Here
    :math:`\Phi(b)=a_1`, and :math:`\mathbb Ey^2` is the constant coefficient of the squared label.
    ``factor`` before the right side.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for q in EXPONENTS:
            c, d, s = link(x, q, pure=True), x(), x()
            a, square = x.vector(2 * q + 5), _squared(c)
            flat, curve, bend = (value_at(part, s) for part in _second(square, a))
            out.append((_length(c, a, d, s), d * flat + curve + bend))
            above, below = examples(c, a, Jet(0, 1, order=q))
            level = c[q] * a[q] * Fraction(1, factorial(q - 1))
            claimed = factor * a[1] * square[0] / (level * level * odd(2 * q - 2))
            out.append((above[0] / below[q - 1], claimed))
        return out

    return vanishes("ie-step-cost", sides, where="Q = 1 to 4, pure links; every neuron")


def _gradient(
    c: Sequence[Any], a: Sequence[Any], b: Sequence[Any], n: Any, size: Any, scale: Any
) -> tuple[list[Any], list[Any]]:
    """Return E|g|^2 of one task times ``scale``, by powers of s: without the squared length of w,
    and what stands before it. ``size`` is the dimension times ``scale``."""
    e = _squared(c)
    flat, curve, bend = _second(e, a)
    B, V1 = _series(c, a), _series(e, b)
    v, third = parts(c, a), (_series(e[1:], a), _series(e, a[1:]))
    long = [[scale * x for x in times(p[1], q[1])] for p, q in ((third, third), (v, v), (third, v))]
    bare = [[scale * x for x in _dot(p, q)] for p, q in ((third, third), (v, v), (third, v))]
    flat = add_up([size * x for x in flat], [scale * x for x in curve])
    out = []
    for V2, (v33, vv, v3v) in ((flat, bare), ([scale * x for x in bend], long)):
        one = add_up(times(V1, V2), v33)
        two = add_up(times(V1, vv), times(times(B, B), V2), [2 * x for x in times(B, v3v)])
        share = Fraction(1) / n
        out.append(add_up([2 * share * x for x in one], [(1 - share) * x for x in two]))
    return out[0], out[1]


def _inside(bare: Sequence[Any], long: Sequence[Any], r: Any, e: Any) -> Any:
    """Return the mean over beta and w of terms without and with :math:`\\varrho^2`."""
    out: Any = 0
    for more, terms in enumerate((bare, long)):
        for m, value in enumerate(terms[::2]):
            if not (isinstance(e, Jet) and m + more > e.order):
                moved = rising(r, m + more) * (Fraction(1) / rising(r, m)) * shrink(m + more, e)
                out = out + value * (odd(2 * m) * moved)
    return out


@guarded
def tasks(
    c: Sequence[Any], a: Sequence[Any], b: Sequence[Any], n: Any, r: Any, e: Any
) -> tuple[Any, Any]:
    """Return the tasks for alignment one half: numerator, times e, and denominator.

    ``e`` is 1/d, or a series in it for the denominator; then the numerator is taken at zero.
    """
    short = Jet(0, order=0) if isinstance(e, Jet) else e
    inside, outside = _mean_parts(c, a, r, e)
    kept, lost = _mean_parts(c, a, r, short)
    within = _inside(*_gradient(c, a, b, n, r, 1), r, short)
    whole = over_sphere(add_up(*_gradient(c, a, b, n, 1, short)), short)
    above = HALF * (whole - short * (kept + lost)) - short * (within - kept)
    return above, inside - HALF * (inside + outside)


def _mean_parts(c: Sequence[Any], a: Sequence[Any], r: Any, e: Any) -> tuple[Any, Any]:
    """Return :math:`E_w|2E_\\beta[B\\nabla B]|^2` inside of the subspace and outside."""
    second = [[u * v for v in c] for u in c]
    own: list[Any] = []  # before w, by powers of rho^2
    for m, value in enumerate(times(_series(c, a), _series(c, a[2:]))[::2]):
        own.append(value * (Fraction(odd(2 * m)) / rising(r, m)))
    outside: Any = 0
    for m, value in enumerate(times(own, own)):
        if isinstance(e, Jet) and m > e.order:
            break
        outside = outside + value * (rising(r, m) * shrink(m, e))
        if not (isinstance(e, Jet) and m + 1 > e.order):
            outside = outside - value * (rising(r, m + 1) * shrink(m + 1, e))
    return 4 * context_square(second, a, r, e), 4 * outside


def _prompts(x: Draw, n: int) -> Pair:
    """Return n^2 E|g|^2 over all prompts of n examples and a query, and the page's sum.

    A task on three inputs of the plane, with free weights, labels, features and slopes.
    """
    weights = x.vector(2)
    weights.append(1 - weights[0] - weights[1])
    y, f, h, X = x.vector(3), x.vector(3), x.vector(3), x.matrix(3, 2)
    whole: Any = 0
    for query, *prompt in product(range(3), repeat=n + 1):
        weight = weights[query]
        for i in prompt:
            weight = weight * weights[i]
        for axis in range(2):
            pulled = sum((y[i] * h[i] * X[i][axis] for i in prompt), 0)
            answer = sum((y[i] * f[i] for i in prompt), 0)
            g = y[query] * (f[query] * pulled + answer * h[query] * X[query][axis])
            whole = whole + weight * g * g

    def mean(values: list[Any]) -> Any:
        return sum((p * v for p, v in zip(weights, values, strict=True)), 0)

    B, V1 = mean([y[i] * f[i] for i in range(3)]), mean([(y[i] * f[i]) ** 2 for i in range(3)])
    V2 = vv = v33 = v3v = 0
    for axis in range(2):
        V2 = V2 + mean([(y[i] * h[i] * X[i][axis]) ** 2 for i in range(3)])
        v = mean([y[i] * h[i] * X[i][axis] for i in range(3)])
        v3 = mean([y[i] ** 2 * f[i] * h[i] * X[i][axis] for i in range(3)])
        vv, v33, v3v = vv + v * v, v33 + v3 * v3, v3v + v3 * v
    claimed = 2 * n * (V1 * V2 + v33) + n * (n - 1) * (V1 * vv + V2 * B * B + 2 * B * v3v)
    return whole, claimed


@guarded
def pretraining_cost(factor: Number = 1) -> Proof:
    r"""The examples in all for alignment one half,
    :math:`\mathbb E[\phi^2]\Phi(b)\mathbb E[y^2]^2d^{2Q}/(2C_r^2)`.

    First the second moment of a task's gradient, by enumeration of all prompts of 1, 2 and 3
    examples with a query: :math:`n^2` times it is a polynomial of degree two in n. Then its parts
    by pairings, and the ratio as a function of 1/d at 1/d = 0, with free n and r. Here
    :math:`\mathbb E\phi^2=b_0` and :math:`\Phi(b)=a_1`. ``factor`` before the right side.
    """

    def prompts(x: Draw) -> list[Pair]:
        return [_prompts(x, n) for n in (1, 2, 3)]

    def limit(x: Draw) -> list[Pair]:
        out = []
        for q in EXPONENTS:
            c, s, n, r = link(x, q, pure=True), x(), x(), x()
            a, b, square = x.vector(2 * q + 5), x.vector(2 * q + 1), _squared(c)
            out.append((_mean(_square(c), powers(b), s), value_at(_series(square, b), s)))
            out.append((_mean(powers(c), powers(a), s), value_at(_series(c, a), s)))
            above, below = tasks(c, a, b, n, r, Jet(0, 1, order=2 * q - 1))
            level = c[q] * a[q] * c[q] * a[q] * odd(2 * q) / rising(r, q)
            level = level * Fraction(1, factorial(q) * factorial(q - 1))
            signal = level * level * rising(r, 2 * q - 1)
            claimed = factor * b[0] * a[1] * square[0] * square[0] / (2 * signal)
            out.append((n * above[0] / below[2 * q - 1], claimed))
        return out

    first = vanishes("ie-pretraining-prompts", prompts, where="prompts of 1, 2, 3 examples")
    if not first.holds:
        return first
    where = "Q = 1 to 4, pure links; every neuron, r and prompt length"
    return vanishes("ie-pretraining-cost", limit, where=where)
