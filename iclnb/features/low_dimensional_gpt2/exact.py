r"""The chapter's counts, plateau and layouts, proved: free sizes and coefficients, any decoder.

Nothing here uses the float library. Each function returns a :class:`iclnb.exact.Proof`; its
argument, at its default, is the statement of the page, and another value is a near miss that must
be refuted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial, prod
from typing import Any

from iclnb.exact import Draw, Pair, Proof, finite, vanishes
from iclnb.features.information_exponent.exact import hermite
from iclnb.kinds import guarded

__all__ = ["count", "one_block", "one_pass", "plateau", "published_count"]

Mask = list[list[int]]
WORDS = 50_257
"""Words in the table of the standard class."""
FIELD = 2**61 - 1
ANY = "any maps of tokens and scores of pairs, as tables over a field of 2^61 - 1 elements"


def block(w: Any) -> list[Any]:
    """Entries of the tensors of one block: attention, network, two norms."""
    maps = [w * (3 * w), 3 * w, w * w, w, w * (4 * w), 4 * w, (4 * w) * w, w]
    return maps + [w] * 4


@guarded
def count(biases: int = 13) -> Proof:
    """L(12 w^2 + 13 w) + (p + d + 5) w + 1, from the list of tensors; ``biases`` for the 13."""

    def sides(x: Draw) -> list[Pair]:
        L, w, p, d = x.vector(4)
        around = [p * w, (d + 1) * w, w, w, w, w, 1]
        listed = L * sum(block(w), 0) + sum(around, 0)
        return [(listed, L * (12 * w * w + biases * w) + (p + d + 5) * w + 1)]

    return vanishes("gpt2-count", sides, where="all L, w, p and d")


@guarded
def published_count(words: int = WORDS) -> Proof:
    """12 layers of width 256: 22 343 424 with the table and without positions, 22 408 960 with 256
    of them; ``words`` in the table."""
    w = 256
    without = 12 * sum(block(w)) + 2 * w + words * w
    acts = 12 * sum(block(w)) + 2 * w
    cases = [(acts, 9_477_632), (words * w, 12_865_792), (without, 22_343_424)]
    cases += [(without + 256 * w, 22_408_960), (round(Fraction(without, 10**5)), 223)]
    return finite(cases, where="the published size; 22.3 million after rounding")


def _odd(m: int) -> int:
    return prod(range(1, m, 2))


def _rising(r: Any, factors: int) -> Any:
    out = 1
    for j in range(factors):
        out = out * (r + 2 * j)
    return out


@guarded
def plateau(degree: int = 4, shift: int = 0) -> Proof:
    r""":math:`\mathbb Ey^2-\mathbb E(\mathbb E[y\mid x])^2` is the display of the page.

    Free r, means and second moments of the coefficients :math:`c_0,\dots` of the link up to
    ``degree``. The mean of the label over the tasks is computed as a polynomial in the length
    :math:`\varrho` of the query in the subspace, from :math:`\mathbb E_\beta\langle\beta,x\rangle^k
    =\varrho^k(k-1)!!/(r(r+2)\cdots)`, and squared with :math:`\mathbb E\varrho^{2k}=r(r+2)\cdots`.
    ``shift`` is added to r in the display.
    """

    def sides(x: Draw) -> list[Pair]:
        r = x()
        mean, second = x.vector(degree + 1), x.vector(degree + 1)
        power = 0
        for i in range(degree + 1):
            square = sum(
                u * v * _odd(k + m)
                for k, u in enumerate(hermite(i))
                for m, v in enumerate(hermite(i))
                if (k + m) % 2 == 0
            )
            power = power + Fraction(square, factorial(i) ** 2) * second[i]
        guess = [0] * (degree + 1)
        for i in range(degree + 1):
            for k, c in enumerate(hermite(i)):
                if c and k % 2 == 0:
                    part = Fraction(c * _odd(k), factorial(i)) * mean[i] / _rising(r, k // 2)
                    guess[k] = guess[k] + part
        explained = 0
        for k, u in enumerate(guess):
            for m, v in enumerate(guess):
                if k % 2 == m % 2 == 0:
                    explained = explained + u * v * _rising(r, (k + m) // 2)
        said = 0
        for i in range(degree + 1):
            moment = Fraction(_odd(i)) / _rising(r + shift, i // 2) if i % 2 == 0 else 0
            said = said + Fraction(1, factorial(i)) * (second[i] - mean[i] * mean[i] * moment)
        return [(power - explained, said)]

    return vanishes(
        "gpt2-no-context",
        sides,
        where=f"links up to degree {degree} with any law; all r",
        relies_on=("the orthogonality of Hermite polynomials",),
    )


class _Unknown:
    """A decoder whose maps of tokens and scores of pairs are unknown functions.

    They are tables by SHA-512 over the field of :math:`2^{61}-1` elements: read-in with position,
    score and value in attention, what a block does with its input and the mean of the values, and
    read-out. An equality that holds for these holds for any maps, but for an accident of the hash.
    """

    def __init__(self, layers: int, width: int = 2) -> None:
        self.layers, self.width = layers, width

    def _table(self, name: str, key: object, size: int) -> tuple[int, ...]:
        word = hashlib.sha512(f"{name}/{key}".encode()).digest()
        parts = (int.from_bytes(word[16 * i : 16 * i + 16], "big") for i in range(size))
        return tuple(1 + part % (FIELD - 1) for part in parts)

    def outputs(self, tokens: Sequence[object], places: Sequence[int], sees: Mask) -> list[int]:
        """Return the output at every token; ``sees[i]`` holds the tokens that i attends to."""
        pairs = zip(tokens, places, strict=True)
        state = [self._table("in", pair, self.width) for pair in pairs]
        for block in range(self.layers):
            moved = []
            for i, seen in enumerate(sees):
                scores = [self._table(f"score {block}", (state[i], state[j]), 1)[0] for j in seen]
                values = [self._table(f"value {block}", state[j], self.width) for j in seen]
                share = pow(sum(scores), -1, FIELD)
                mixed = tuple(
                    sum(e * v[c] for e, v in zip(scores, values, strict=True)) * share % FIELD
                    for c in range(self.width)
                )
                moved.append(self._table(f"block {block}", (state[i], mixed), self.width))
            state = moved
        return [self._table("out", h, 1)[0] for h in state]


def _causal(length: int) -> Mask:
    return [list(range(i + 1)) for i in range(length)]


@guarded
def one_pass(*, masked: bool = True) -> Proof:
    r"""The prediction at a query among joint tokens is that of its own sequence.

    Examples, then queries; an example sees the examples up to itself, a query the examples before
    it and itself, at the position after them. The near miss has a mask that is only causal.
    """
    n, model = 5, _Unknown(layers=3)
    examples, queries = ([(kind, i) for i in range(n)] for kind in ("example", "query"))
    tokens, places = examples[:-1] + queries, [*range(n - 1), *range(n)]
    sees = _causal(n - 1) + [[*range(i), n - 1 + i] for i in range(n)]
    together = model.outputs(tokens, places, sees if masked else _causal(2 * n - 1))[n - 1 :]
    alone = [
        model.outputs([*examples[:i], queries[i]], range(i + 1), _causal(i + 1))[-1]
        for i in range(n)
    ]
    cases = list(zip(together, alone, strict=True))
    return finite(cases, where=f"3 blocks, 5 queries; {ANY}")


@guarded
def one_block(blocks: int = 1) -> Proof:
    r"""One block, interleaved tokens, no positions: labels may be exchanged, all 24 orders of four.

    ``blocks`` in the place of one.
    """
    n, model, out = 4, _Unknown(blocks), []
    for order in permutations(range(n)):
        tokens = [token for i in range(n) for token in (("input", i), ("label", order[i]))]
        tokens.append(("input", n))
        out.append(model.outputs(tokens, [0] * (2 * n + 1), _causal(2 * n + 1))[-1])
    return finite([(value, out[0]) for value in out[1:]], where=f"4 examples, 24 orders; {ANY}")
