r"""The best attention at finite prompts, and sums of sines as features: displays proved.

Nothing here uses the float library.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from iclnb.exact import (
    Draw,
    Jet,
    Matrix,
    Number,
    Pair,
    Proof,
    add,
    finite,
    inverse,
    multiply,
    scaled,
    subtract,
    trace,
    transpose,
    vanishes,
)
from iclnb.kinds import guarded
from iclnb.landscape.mean_field_limit.exact import HALF, best_loss, loss_with, total

__all__ = ["example", "prompt_bound", "prompt_order", "reach"]


def _loss(S0: Matrix, C: Matrix, Sigma: Matrix, M: Matrix, Gamma: Matrix, e: Any) -> Any:
    """Return the loss with 1/e examples, without noise.

    Proved in :func:`.mean_field_limit.exact.prompt_loss`.
    """
    CG = multiply(C, Gamma)
    spread = trace(multiply(transpose(Gamma), M, Gamma, Sigma))
    spread = spread - trace(multiply(CG, Sigma, transpose(CG)))
    return loss_with(S0, C, Sigma, Gamma) + HALF * (e * spread)


def _seen(C: Matrix, M: Matrix, e: Any) -> Matrix:
    """Return the second moment of the correlations that attention hears."""
    return add(scaled(1 - e, multiply(transpose(C), C)), scaled(e, M))


def _best(C: Matrix, Sigma: Matrix, M: Matrix, e: Any) -> Matrix:
    """Return the best attention with 1/e examples."""
    return multiply(inverse(_seen(C, M, e)), transpose(C), C, inverse(Sigma))


@guarded
def example(n: int) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return C, Sigma and M at one point, and the best attention there with n examples."""
    rows = ((6, 3), (2, 12)), ((12, 3), (3, 6)), ((18, 2), (2, 15))
    C, Sigma, M = ([[Fraction(v, 6) for v in row] for row in matrix] for matrix in rows)
    return C, Sigma, M, _best(C, Sigma, M, Fraction(1, n))


@guarded
def prompt_order(second: Number = 1) -> Proof:
    r"""n times the cost of finite prompts tends to its constant, and is never larger.

    The loss at the best attention is a rational function of 1/n, regular at zero for invertible C:
    its series to first order. At :math:`\Sigma^{-1}` the cost is the constant over n, exactly, and
    above that of the best attention by a square: half of
    :math:`\mathrm{tr}\,D^\top Q D\Sigma` with D the difference of the two and Q the second moment
    of what attention hears. ``second`` multiplies the second trace.
    """

    def sides(x: Draw) -> list[Pair]:
        k = 2
        S0, C, Sigma, M = x.symmetric(k), x.matrix(k), x.symmetric(k), x.symmetric(k)
        e, inner = x(), inverse(Sigma)
        constant = trace(multiply(M, inner)) - second * trace(multiply(C, inner, transpose(C)))
        constant = HALF * constant
        small = Jet(0, 1, order=1)
        lift = [[Jet(v, order=1) for v in row] for row in C]
        series = _loss(S0, lift, Sigma, M, _best(lift, Sigma, M, small), small)
        out = [(series[0], best_loss(S0, C, Sigma)), (series[1], constant)]

        best = _best(C, Sigma, M, e)
        plain = _loss(S0, C, Sigma, M, inner, e)
        out.append((plain, best_loss(S0, C, Sigma) + e * constant))
        D = subtract(inner, best)
        above = HALF * trace(multiply(transpose(D), _seen(C, M, e), D, Sigma))
        out.append((plain, _loss(S0, C, Sigma, M, best, e) + above))
        return out

    return vanishes(
        "mfl-prompt-order",
        sides,
        where="k = 2; every n, C, Sigma and M",
        relies_on=("the loss of mfl-prompt-loss",),
    )


@guarded
def prompt_bound() -> Proof:
    r"""At k = 1 the cost of finite prompts is at most :math:`\sqrt{\log1}=0`: refuted.

    A law on two inputs with equal chances, f = 1 and 3, h = 2 and 1, prompts of one example; the
    second moments by sums.
    """
    f, h = (1, 3), (2, 1)
    products = [(u * u, u * v, v * v, u * u * v * v) for u, v in zip(f, h, strict=True)]
    S0, C, Sigma, M = ([[Fraction(a + b, 2)]] for a, b in zip(*products, strict=True))
    lost = _loss(S0, C, Sigma, M, _best(C, Sigma, M, Fraction(1)), 1)
    return finite([(int(lost - best_loss(S0, C, Sigma) <= 0), 1)], where="k = 1, n = 1, two inputs")


@guarded
def reach(*, summed: bool = True) -> Proof:
    r"""A sum :math:`\sum_jq_js_j` is a feature, with all outer weights of the length
    :math:`\sum_i|q_i|`.

    Three terms in two dimensions, :math:`q_j` of free length and direction; the :math:`s_j` are
    free, whatever function they are values of. The near miss has the number of terms for the
    length.
    """

    def sides(x: Draw) -> list[Pair]:
        size, value = x.vector(3), x.vector(3)
        turned = [(2 * u / (1 + u * u), (1 - u * u) / (1 + u * u)) for u in x.vector(3)]
        length = total(size) if summed else Fraction(3)
        mass = [v / total(size) for v in size]
        outer = [[length * v for v in pair] for pair in turned]
        out = [(total(mass), 1)]
        out += [(a * a + b * b, total(size) * total(size)) for a, b in outer]
        for c in range(2):
            feature = total([mass[j] * outer[j][c] * value[j] for j in range(3)])
            out.append((feature, total([size[j] * turned[j][c] * value[j] for j in range(3)])))
        return out

    return vanishes("mfl-reach", sides, where="3 terms, k = 2; every coefficient and value")
