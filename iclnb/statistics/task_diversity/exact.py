r"""The peak and the floor of the closed theory, and linear attention's own limit, proved.

The two branches of the theory are taken apart so that their limits are values: at
:math:`\tau=1`, after multiplication with :math:`|1-\tau|`, and at :math:`1/\kappa=1/\tau=0`.
The number m is free in the first proof, and the root of its own equation in the second. The
arguments, at their defaults, are the statements of the page.
"""

from __future__ import annotations

from typing import Any

from iclnb.exact import Draw, Number, Pair, Proof, eye, nonnegative, vanishes
from iclnb.foundations.attention_as_regression.exact import sampled_out_risk
from iclnb.kinds import guarded
from iclnb.statistics.nonparametric_icl.exact.steps import one_after_another


@guarded
def few(x: Any, mu: Any, rho: Any, tau: Any) -> Any:
    r""":math:`(1-\tau)e(\tau)` below one, as displayed."""
    bracket = 1 - tau * (1 - mu) * (1 - mu) - (1 - rho / x) * mu
    return tau * (1 + x) * bracket + (1 - tau) * (1 + rho - 2 * tau * (1 - mu))


@guarded
def many(x: Any, m: Any, rho: Any, over_kappa: Any) -> tuple[Any, Any]:
    r""":math:`e(\tau)` above one as displayed: what stays, and what is multiplied by
    :math:`\frac1{\tau-1}` (of which :math:`\frac{3-2\tau}{\tau-1}=\frac1{\tau-1}-2`)."""
    ratio = m / (1 + over_kappa * m)
    k = 1 / (1 - over_kappa * ratio * ratio)
    square = (1 + x) * (x * m) * (x * m)
    stays = k * square - 2 * m * x * x + x + rho
    rises = -square + m * x * x + (1 + rho) * m * x + rho * m
    return stays, rises


@guarded
def strength(x: Any, m: Any, rho: Any, query: Any = 1) -> Any:
    """C of the page; ``query`` multiplies the term of the noise."""
    return (1 + x) * (x * m * (1 - x * m) + query * rho * m)


@guarded
def penalised(x: Any, xi: Any, m: Any, rho: Any, tau: Any, over_kappa: Any) -> tuple[Any, Any]:
    """Errors on new tasks and on the pool's with the effective penalty ``xi``, as displayed."""
    s = x + xi
    slope = m * (m * over_kappa + 1) / (2 * s * m * over_kappa + s + 1 - over_kappa)
    g = 1 - 2 * s * m + s * s * slope
    pool = (rho + s * (1 - s * m) - xi * g) / (1 - (1 - 2 * xi * m + xi * xi * slope) / tau)
    mean = 1 + rho - 2 * (1 - s * m) + (1 + x) * g
    return mean + (1 + x) / tau * (m - xi * slope) * pool, pool


@guarded
def one_formula(share: Number = 1) -> Proof:
    r"""Without a penalty the error on new tasks is both displays.

    Below :math:`\tau=1` it is :math:`\xi m=1-\tau`, above :math:`\xi=0`; :math:`1/\kappa` follows
    from the equation of m, which is left free. Then :math:`m/\tau` solves that of
    :math:`r_{\kappa/\tau}(\lambda)`, so that :math:`\mu=\lambda m/\tau`. ``share`` multiplies
    :math:`\mu` below and the noise above.
    """

    def inverse(s: Any, m: Any) -> Any:
        return (1 - (s + 1) * m) / (s * m * m - m)

    def sides(draw: Draw) -> list[Pair]:
        x, m, rho, tau = draw(), draw(), draw(), draw()
        xi = (1 - tau) / m
        over, q = inverse(x + xi, m), m / tau
        root = x * q * q * tau * over + (x + 1 - tau * over) * q
        below, _ = penalised(x, xi, m, rho, tau, over)
        above, _ = penalised(x, 0, m, rho, tau, inverse(x, m))
        stays, rises = many(x, m, share * rho, inverse(x, m))
        return [
            (root, 1),
            (below * (1 - tau), few(x, share * x * q, rho, tau)),
            (above, stays + rises / (tau - 1)),
        ]

    return vanishes("tdv-lu-one-formula", sides, where="every lambda, kappa, tau and rho")


@guarded
def pole(query: Number = 1) -> Proof:
    r"""Both branches have the pole :math:`C/|1-\tau|`, for every x, m and rho."""

    def sides(x: Draw) -> list[Pair]:
        at, m, rho = x(), x(), x()
        _, rises = many(at, m, rho, 0)
        want = strength(at, m, rho, query)
        return [(few(at, at * m, rho, 1), want), (rises, want)]

    return vanishes("tdv-double-descent", sides, where="every lambda, m and rho")


@guarded
def saturation(more: Number = 0) -> Proof:
    r"""The value at :math:`1/\kappa=1/\tau=0`, where m = 1/(1 + x), is the floor of the page.

    ``more`` is added to one in the floor's denominator.
    """

    def sides(x: Draw) -> list[Pair]:
        at, rho = x(), x()
        stays, _ = many(at, 1 / (1 + at), rho, 0)
        return [(stays, rho + at / (1 + more + at))]

    return vanishes(
        "tdv-saturation",
        sides,
        where="every lambda and rho",
        relies_on=("continuity of the root m",),
    )


@guarded
def attention_limit(d: Any, n: Any, variance: Any, more: Number = 1) -> Any:
    """Return the display of the page; ``more`` stands for the one in d + 1."""
    return d * (d + more + variance) / (n + d + more + variance)


@guarded
def own_limit(more: Number = 1) -> Proof:
    r"""The least risk of linear attention for unlimited tasks, from the risk of all prompts.

    The second moment of a pool tends to the identity, and the best matrix is a continuous function
    of it, so that the limit is the value there. For :math:`\Gamma=gI` the risk is a square in g,
    with Gaussian moments by pairings for d = 1, 2 and n = 1, 2, 3: :math:`n^2R` is a square in n,
    and :math:`R/d` is linear in d. Then the least value, and that the risk at any other g is
    larger by a square.
    """

    def risk(d: Any, n: Any, variance: Any, g: Any) -> Any:
        return d - 2 * g * d + g * g * d * (1 + (d + 1 + variance) / n)

    def drawn(x: Draw) -> list[Pair]:
        variance, g, out = x(), x(), []
        for d in (1, 2):
            one = eye(d)
            for n in (1, 2, 3):
                counted = sampled_out_risk(n, one, one, variance, eye(d, g))
                out.append((counted, risk(d, n, variance, g)))
        return out

    def least(x: Draw) -> list[Pair]:
        d, n, variance, g = x(), x(), x(), x()
        best = n / (n + d + 1 + variance)
        value = risk(d, n, variance, best)
        apart = risk(d, n, variance, g) - value
        claimed = attention_limit(d, n, variance, more)
        return [(value, claimed), (apart, d * (g - best) * (g - best) / best)]

    return one_after_another(
        [
            lambda: vanishes("tdv-attention-limit/risk", drawn, where="d = 1, 2, n = 1, 2, 3"),
            lambda: vanishes(
                "tdv-attention-limit", least, where="every d, n and noise",
                relies_on=("the law of large numbers", "continuity of the best matrix",
                           "the symmetry of the Gaussian law"),
            ),
        ],
        where="every d, n and noise",
    )  # fmt: skip


@guarded
def ratio(more: Number = 1) -> Proof:
    r"""The ratio to ridge is below its limit by :math:`(2d+2+\sigma^2)/n` at most, relative.

    Ridge lies between :math:`\frac{\sigma^2d}{n+\sigma^2}`, by Jensen's inequality, and
    :math:`\frac{\sigma^2d}{n-d-1}`, the mean of an inverse Wishart matrix. Put into the ratio,
    both give differences of one sign. ``more`` stands for the one in d + 1 of the limit.
    """

    def parts(x: Draw) -> tuple[Any, Any, Any, Any, Any]:
        d, variance, t = x(), x(), x()
        n = d + 1 + t
        limit = (d + more + variance) / variance
        return d, variance, n, limit, attention_limit(d, n, variance)

    def below(x: Draw) -> Any:
        d, variance, n, limit, ours = parts(x)
        return limit - ours / (variance * d / (n + variance))

    def plainly_below(x: Draw) -> Any:
        d, variance, _, _, ours = parts(x)
        return ours * (d + 1) / (variance * d)

    def above(x: Draw) -> Any:
        d, variance, n, limit, ours = parts(x)
        loss = (2 * d + 2 + variance) / n
        return ours / (variance * d / (n - d - 1)) - limit * (1 - loss)

    def plainly_above(x: Draw) -> Any:
        d, variance, n, limit, _ = parts(x)
        size = d + 1 + variance
        return limit * (d + 1 + size) * size / (n * (n + size))

    def both(x: Draw) -> list[Pair]:
        given = x.vector(3)

        def again() -> Draw:
            return Draw(lambda at: given[at - 1])

        return [
            (below(again()), plainly_below(again())),
            (above(again()), plainly_above(again())),
        ]

    where = "every d, noise and n > d + 1"
    relied = ("Jensen's inequality", "the mean of an inverse Wishart matrix")
    return one_after_another(
        [
            own_limit,
            lambda: vanishes("tdv-attention-ratio", both, where=where),
            lambda: nonnegative("tdv-ratio/below", below, plainly_below, where=where),
            lambda: nonnegative(
                "tdv-ratio/above", above, plainly_above, where=where, relies_on=relied
            ),
        ],
        where=f"{where}: below the limit by (2d + 2 + σ²)/n at most, relative",
    )
