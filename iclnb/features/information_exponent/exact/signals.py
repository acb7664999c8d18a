r"""The one-step signals as exact functions of the dimension, for free links and neurons.

A link :math:`\sum_i\frac{c_i}{i!}\mathrm{He}_i` and a neuron with Hermite coefficients
:math:`a_i` enter by these numbers alone; averages over the sphere are rational functions of
:math:`\epsilon=1/d` without a pole at zero, so their series are limits and corrections at once.
Gradients are Gaussian moments by pairings. Nothing here uses the float library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, prod
from typing import Any

from iclnb.exact import Draw, Jet, Pair, Proof, vanishes
from iclnb.kinds import guarded

from .blindness import hermite

__all__ = [
    "context_signal",
    "context_square",
    "correction",
    "supervised_signal",
    "supervised_square",
]

EXPONENTS = (1, 2, 3, 4)
DEGREES = "Q = 1 to 4; every link of degrees Q to Q + 2 and every neuron"


def odd(m: int) -> int:
    """Return (m - 1)!! for even m."""
    return prod(range(1, m, 2))


def rising(r: Any, factors: int) -> Any:
    """Return r (r + 2) (r + 4) ... of so many factors."""
    out = 1
    for j in range(factors):
        out = out * (r + 2 * j)
    return out


def powers(first: Sequence[Any], shift: int = 0) -> dict[int, Any]:
    """Return :math:`\\sum_i\\frac{v_i}{(i-m)!}\\mathrm{He}_{i-m}` as powers, m the shift."""
    out: dict[int, Any] = {}
    for i, value in list(enumerate(first))[shift:]:
        for power, c in enumerate(hermite(i - shift)):
            if c:
                term = Fraction(c, factorial(i - shift)) * value
                out[power] = out[power] + term if power in out else term
    return out


def table(size: int, s: Any) -> list[list[Any]]:
    """Return :math:`\\mathbb E[t^iz^j]` for a Gaussian pair of covariance s, by pairings of t."""
    out: list[list[Any]] = [[0] * size for _ in range(size)]
    for j in range(0, size, 2):
        out[0][j] = odd(j)
    for i in range(1, size):
        for j in range(size):
            terms = []
            if i > 1:
                terms.append((i - 1) * out[i - 2][j])
            if j:
                terms.append(j * (s * out[i - 1][j - 1]))
            out[i][j] = sum(terms, 0)
    return out


def pull(c: Sequence[Any], a: Sequence[Any], p: Any, q: Any, s: Any) -> Any:
    """Return E[y sigma'(z) v], v Gaussian with covariances p and q with t and z."""
    label, slope = powers(c), powers(a, 1)
    moments = table(1 + max(*label, *slope), s)
    out: Any = 0
    for i, y in label.items():
        for j, h in slope.items():
            paired = (i * p * moments[i - 1][j] if i else 0) + (
                j * q * moments[i][j - 1] if j else 0
            )
            out = out + y * h * paired
    return out


def parts(c: Sequence[Any], a: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the coefficients of the powers of s before beta and before w."""
    along = [c[i] * a[i] * Fraction(1, factorial(i - 1)) for i in range(1, len(c))]
    own = [c[i] * a[i + 2] * Fraction(1, factorial(i)) for i in range(len(c))]
    return along, own


def value_at(terms: Sequence[Any], s: Any) -> Any:
    """Return the polynomial at s."""
    out: Any = 0
    for value in reversed(list(terms)):
        out = out * s + value
    return out


def add_up(*lists: Sequence[Any]) -> list[Any]:
    """Return the sum of polynomials."""
    size = max(map(len, lists))
    return [sum((v[i] for v in lists if i < len(v)), 0) for i in range(size)]


def times(u: Sequence[Any], v: Sequence[Any]) -> list[Any]:
    """Return the product of two polynomials."""
    out: list[Any] = [0] * (len(u) + len(v) - 1)
    for i, x in enumerate(u):
        for j, y in enumerate(v):
            out[i + j] = out[i + j] + x * y
    return out


def over_sphere(terms: Sequence[Any], e: Any) -> Any:
    r"""Return the mean over the overlaps s, :math:`\mathbb Es^{2m}=(2m-1)!!/(d(d+2)\cdots)`."""
    out: Any = 0
    for m, value in enumerate(terms[::2]):
        out = out + value * (odd(2 * m) * shrink(m, e))
    return out


def shrink(m: int, e: Any) -> Any:
    """Return :math:`1/(d(d+2)\\cdots(d+2m-2))` with e = 1/d."""
    out: Any = 1
    for i in range(m):
        out = out * e / (1 + 2 * i * e)
    return out


@guarded
def supervised_square(c: Sequence[Any], a: Sequence[Any], e: Any) -> Any:
    """Return the squared signal of one task in dimension 1/e; a has two entries more than c."""
    along, own = parts(c, a)
    slope = add_up(along, [0, *own])
    return over_sphere(times(slope, slope), e)


@guarded
def context_square(second: Sequence[Sequence[Any]], a: Sequence[Any], r: Any, e: Any) -> Any:
    r"""Return the squared signal in context from the second moments of the link's coefficients.

    With :math:`\mathbb E_\beta[s^k\beta]=\mu_{k+1}\varrho^{k-1}P_{\mathcal S}w`.
    """
    size = len(second)
    f: list[Any] = [0] * (2 * size)  # by powers of rho^2
    for i in range(size):
        for k in range(size):
            if (i + k) % 2 or i + k == 0:
                continue
            half = (i + k) // 2
            level = second[i][k] * a[i] * odd(i + k) / rising(r, half)
            if k:
                f[half - 1] = f[half - 1] + level * a[k] * Fraction(
                    1, factorial(i) * factorial(k - 1)
                )
            f[half] = f[half] + level * a[k + 2] * Fraction(1, factorial(i) * factorial(k))
    out: Any = 0
    for m, value in enumerate(times(f, f), start=1):
        if isinstance(e, Jet) and m > e.order:
            break  # nothing is left of it in the series
        out = out + value * (rising(r, m) * shrink(m, e))
    return out


def link(x: Draw, q: int, *, pure: bool = False) -> list[Any]:
    """Return free coefficients of degrees q to q + 2, or of q alone."""
    return [0] * q + ([x()] if pure else x.vector(3))


@guarded
def supervised_signal(shift: int = 1) -> Proof:
    r"""The leading term of the signal of one task.

    The pull towards :math:`\beta` from pairings, at every overlap; and its mean square over the
    sphere, as a series in 1/d. ``shift`` in the place of 1 in :math:`(Q-1)!`.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for q in EXPONENTS:
            c, a, s = link(x, q), x.vector(q + 6), x()
            along, own = parts(c, a)
            out.append((pull(c, a, 1, s, s), value_at(along, s) + s * value_at(own, s)))
            level = c[q] * a[q] * Fraction(1, factorial(q - shift))
            out.append(
                (supervised_square(c, a, Jet(0, 1, order=q))[q - 1], level * level * odd(2 * q - 2))
            )
        return out

    return vanishes("ie-supervised-signal", sides, where=DEGREES)


@guarded
def context_signal(shift: int = 1) -> Proof:
    r"""The leading term of the signal in context.

    Free second moments of the link's coefficients, so links of any law; the parts of the gradient
    before :math:`\beta` and before w from pairings with a third variable. ``shift`` as in
    :func:`supervised_signal`.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for q in EXPONENTS:
            c, a, (p, t, s) = link(x, q), x.vector(q + 6), x.vector(3)
            along, own = parts(c, a)
            out.append((pull(c, a, p, t, s), p * value_at(along, s) + t * value_at(own, s)))
            free, r = x.symmetric(3), x()
            second = [[0] * (q + 3) for _ in range(q + 3)]
            for i in range(3):
                for k in range(3):
                    second[q + i][q + k] = free[i][k]
            series = context_square(second, a, r, Jet(0, 1, order=2 * q - 1))
            level = free[0][0] * a[q] * a[q] * odd(2 * q) / rising(r, q)
            level = level * Fraction(1, factorial(q) * factorial(q - shift))
            out.append((series[2 * q - 1], level * level * rising(r, 2 * q - 1)))
        return out

    return vanishes("ie-context-signal", sides, where=f"{DEGREES}, every r")


@guarded
def correction(*, next_seen: bool = True) -> Proof:
    r"""The next term of both, for a pure link: :math:`-2\kappa` times the leading one.

    The near miss leaves the next coefficient of the neuron out.
    """

    def sides(x: Draw) -> list[Pair]:
        out = []
        for q in EXPONENTS:
            c, a, r = link(x, q, pure=True), x.vector(q + 3), x()
            ratio = a[q + 2] / a[q] * Fraction(1, q) if next_seen else 0
            kappa = Fraction((q - 1) * (q - 2), 2) - (2 * q - 1) * ratio
            one = supervised_square(c, a, Jet(0, 1, order=q))
            out.append((one[q], -2 * kappa * one[q - 1]))
            second = [[u * v for v in c] for u in c]
            kappa = (2 * q - 1) * (q - 1) - (r + 4 * q - 2) * ratio
            many = context_square(second, a, r, Jet(0, 1, order=2 * q))
            out.append((many[2 * q], -2 * kappa * many[2 * q - 1]))
        return out

    return vanishes("ie-local-slope", sides, where="Q = 1 to 4, pure links; every neuron and r")
