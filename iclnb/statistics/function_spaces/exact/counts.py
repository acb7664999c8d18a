r"""Functions counted block by block, and products of cosines by their Fourier coefficients.

Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from iclnb.exact import Draw, Proof, finite, nonnegative
from iclnb.kinds import guarded

__all__ = [
    "anisotropic_count",
    "blocks",
    "count",
    "mixed_exponent",
    "product_norm",
    "products",
]

HALF = Fraction(1, 2)


@guarded
def blocks(smoothness: Sequence[int], accuracy: int, *, mixed: bool) -> Iterator[tuple[int, ...]]:
    r"""Give the blocks whose cost, the sum or the maximum of :math:`a_i\ell_i`, is within reach."""
    for block in product(*(range(accuracy // a + 1) for a in smoothness)):
        costs = [a * level for a, level in zip(smoothness, block, strict=True)]
        if (sum(costs) if mixed else max(costs)) <= accuracy:
            yield block


@guarded
def count(smoothness: Sequence[int], accuracy: int, *, mixed: bool) -> int:
    """Return the number of functions in all blocks within reach, block by block."""
    return sum(prod(2**k for k in block) for block in blocks(smoothness, accuracy, mixed=mixed))


INPUTS = 4


@guarded
def mixed_exponent(*, printed: bool = False) -> Proof:
    r"""With e the least :math:`a_i`, a block of cost :math:`\gamma` has at most
    :math:`2^{\gamma/e}` functions, and one has as many.

    So :math:`N\approx2^{G/e}`, up to the number of blocks, at most :math:`\prod_i(1+G/a_i)`.
    ``printed`` takes the largest :math:`a_i`.
    """

    def draw(x: Draw) -> tuple[list[Any], list[Any], list[Any]]:
        more, levels = [x() for _ in range(INPUTS - 1)], x.vector(INPUTS)
        a = [x()]
        for step in more:
            a.append(a[-1] + step)
        return a, more, levels

    def gap(x: Draw) -> Any:
        a, _, levels = draw(x)
        cost = sum((u * v for u, v in zip(a, levels, strict=True)), 0)
        bits = sum(levels, 0)
        return cost / (a[-1] if printed else a[0]) - bits

    def plain(x: Draw) -> Any:
        a, more, levels = draw(x)
        out: Any = 0
        for i in range(1, INPUTS):
            out = out + sum(more[:i], 0) * levels[i]  # zero for the roughest input: attained
        return out / a[0]

    return nonnegative(
        "kns-mixed-printed", gap, plain, where="4 inputs, every smoothness and accuracy",
        relies_on=("there are polynomially many blocks",),
    )  # fmt: skip


@guarded
def anisotropic_count(*, mixed: bool = False) -> Proof:
    r"""The count is within a factor :math:`2^d` of :math:`2^{G\sum_i1/a_i}`, from both sides.

    Input i has :math:`2p-1` functions, :math:`p=2^{\lfloor G/a_i\rfloor}`, and
    :math:`2^{G/a_i}=p\varphi` with :math:`1\le\varphi<2`. First the product of these against the
    count block by block, then the bounds for every p and :math:`\varphi`. ``mixed`` has the
    exponent of the roughest input alone.
    """

    def draw(x: Draw) -> tuple[list[Any], list[Any], list[Any]]:
        size, below, over = x.vector(INPUTS), x.vector(INPUTS), x.vector(INPUTS)
        whole = [b + o for b, o in zip(below, over, strict=True)]
        part = [b / w for b, w in zip(below, whole, strict=True)]  # phi - 1, between 0 and 1
        rest = [o / w for o, w in zip(over, whole, strict=True)]  # 2 - phi
        return size, part, rest

    def law(size: list[Any], part: list[Any]) -> list[Any]:
        seen = [(1 + t) * (1 + u) for t, u in zip(size, part, strict=True)]
        return [*seen[:1], *[1] * (INPUTS - 1)] if mixed else seen

    def times(values: list[Any]) -> Any:
        out = values[0]
        for value in values[1:]:
            out = out * value
        return out

    def above(x: Draw) -> Any:
        size, part, _ = draw(x)
        return 2**INPUTS * times(law(size, part)) - times([1 + 2 * t for t in size])

    def below(x: Draw) -> Any:
        size, part, _ = draw(x)
        return times([1 + 2 * t for t in size]) - times(law(size, part)) / 2**INPUTS

    def telescoped(large: list[Any], small: list[Any], apart: list[Any]) -> Any:
        out: Any = 0
        for i in range(INPUTS):
            factors = [*small[:i], apart[i], *large[i + 1 :]]
            out = out + times(factors)
        return out

    def plainly_above(x: Draw) -> Any:
        size, part, _ = draw(x)
        large = [2 * (1 + t) * (1 + u) for t, u in zip(size, part, strict=True)]
        apart = [1 + 2 * u + 2 * t * u for t, u in zip(size, part, strict=True)]
        return telescoped(large, [1 + 2 * t for t in size], apart)

    def plainly_below(x: Draw) -> Any:
        size, part, rest = draw(x)
        small = [(1 + t) * (1 + u) * HALF for t, u in zip(size, part, strict=True)]
        apart = [t + (1 + t) * v * HALF for t, v in zip(size, rest, strict=True)]
        return telescoped([1 + 2 * t for t in size], small, apart)

    counted = finite(
        (
            (count(a, G, mixed=False), prod(2 ** (G // b + 1) - 1 for b in a))
            for a, G in product(((1, 2, 3, 4), (2, 3, 5, 7)), range(13))
        ),
        where="two sets of four inputs",
    )
    if not counted.holds:
        return counted
    where = "4 inputs, every smoothness and accuracy: within a factor of 16"
    high = nonnegative("kns-anisotropic-count/above", above, plainly_above, where=where)
    if not high.holds:
        return high
    return nonnegative("kns-anisotropic-count/below", below, plainly_below, where=where)


def _squared(frequency: int, phase: int, *, printed: bool) -> dict[int, Fraction]:
    r"""Return the Fourier coefficients of the square of one factor.

    A cosine is :math:`(e_r+e_{-r})/2`, a sine :math:`(e_r-e_{-r})/(2i)`; the square of the factor
    before them is two, or one at frequency zero unless ``printed``.
    """
    if frequency == 0 and not printed:
        return {0: Fraction(1)}
    sign = -1 if phase else 1
    out: dict[int, Fraction] = {}
    for (r, u), (q, v) in product(((frequency, 1), (-frequency, sign)), repeat=2):
        out[r + q] = out.get(r + q, Fraction(0)) + 2 * sign * Fraction(u * v, 4)
    return out


@guarded
def product_norm(
    frequencies: Sequence[int], phases: Sequence[int], *, printed: bool = False
) -> Fraction:
    """Return the squared norm of the product, the mean value of each squared factor."""
    factors = zip(frequencies, phases, strict=True)
    return prod((_squared(r, phase, printed=printed)[0] for r, phase in factors), start=Fraction(1))


@guarded
def products(*, printed: bool = False) -> Proof:
    r"""The products have norm one, with one or two inputs in use of one to six, any phases.

    With it, of the printed ones: each unused input with phase 0 doubles the squared norm, and
    phase 1 makes it zero. ``printed`` takes the printed ones to have norm one.
    """

    def cases() -> Iterator[tuple[Fraction, Fraction]]:
        for d in range(1, 7):
            for used, phases in product((1, 2), product((0, 1), repeat=d)):
                used = min(used, d)
                frequencies = [*(2**i for i in range(used)), *[0] * (d - used)]
                if printed:
                    yield product_norm(frequencies, phases, printed=True), Fraction(1)
                    continue
                yield product_norm(frequencies, phases), Fraction(1)
                grown = Fraction(0 if any(phases[used:]) else 2 ** (d - used))
                yield product_norm(frequencies, phases, printed=True), grown

    return finite(cases(), where="1 to 6 inputs, 1 or 2 of them in use, all phases")
