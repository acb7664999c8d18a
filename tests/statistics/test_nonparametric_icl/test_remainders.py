"""What the laws of whole spectra leave, at one prompt length: the sums themselves decide.

The proofs bound the remainder of a sum by balls and have room to spare; here the ball of the sum is
put in its place, so that every formula around it must be right.
"""

from fractions import Fraction

import pytest

from iclnb.exact.balls import ball
from iclnb.statistics.nonparametric_icl.exact import laws

flint = pytest.importorskip("flint")
NOISE = Fraction(1, 10)


def sums(q, m, kappa):
    """Return the sum of kappa/(m + kappa j^q): a thousand terms, then by zeta."""
    out, ratio = flint.arb(0), ball(m) / kappa
    for j in range(1, 1001):
        out = out + kappa / (ball(m) + kappa * ball(j**q))
    for i in range(12):
        out = out + (-ratio) ** i * ball(q * (i + 1)).zeta(ball(1001))
    return out


def left_of(q, m, kappa):
    """Return the remainder of the sum, times m^(1 + 1/q)."""
    part = 1 / ball(q)
    angle = flint.arb.pi() / q
    main = angle / angle.sin() * (kappa / m) ** (1 - part) - kappa / (2 * m)
    return (sums(q, m, kappa) - main) * ball(m) ** (1 + part)


def risks(q, n):
    """Return both risks from their sums: linear attention's least one, and Jensen's bound."""
    trace = ball(q).zeta()
    tau = trace + ball(NOISE)
    ours = (n * sums(q, n - 1, tau) - trace) / (n - 1)
    return ours, sums(q, n, ball(NOISE)), trace, tau


@pytest.mark.parametrize(("q", "m", "kappa"), [(3, 40, Fraction(1, 3)), (5, 9, 2), (7, 10**4, 1)])
def test_a_sum_is_cut_where_its_ball_ends(q, m, kappa, monkeypatch):
    """Three terms of the series: their error is nearly the first term left out, and its sign."""
    monkeypatch.setattr(laws, "ORDERS", 3)
    with flint.ctx.workprec(200):
        said = laws._sum(q, m, ball(kappa))
        off = sums(q, m, ball(kappa)) - said.mid()
        assert 0.7 * float(said.rad()) < -float(off) < float(said.rad())


@pytest.fixture
def known(monkeypatch):
    """Put the true remainders of the sums where the proofs have a bound; return the places."""

    def put(q, n):
        _, _, _, tau = risks(q, n)
        at = {"ours": left_of(q, n - 1, tau), "theirs": left_of(q, n, ball(NOISE))}

        def rest(power, kappa):
            assert power == q
            return at["ours"] if bool(kappa > 1) else at["theirs"]

        monkeypatch.setattr(laws, "sum_rest", rest)

    return put


@pytest.mark.parametrize(("q", "n"), [(7, 100), (11, 100), (3, 8000), (5, 10**5), (7, 3 * 10**6)])
def test_the_remainder_of_two_terms_is_that_of_the_sums(q, n, known):
    with flint.ctx.workprec(200):
        ours, _, trace, tau = risks(q, n)
        e = 1 / ball(n).root(q)
        angle = flint.arb.pi() / q
        law = angle / angle.sin() * (tau / n) ** (1 - 1 / ball(q)) - (tau / 2 + trace) / n
        true = (ours - law) * n / e  # times n^(1 + 1/q)
        known(q, n)
        said = laws._remainder(q, e)
        assert said.overlaps(true)
        assert float(said.rad()) < (2e-4 * abs(float(true.mid())) if n > 100 else 2e-3)


@pytest.mark.parametrize(("q", "n"), [(3, 8000), (5, 10**5)])
def test_the_ratio_to_bayes_leaves_what_the_sums_leave(q, n, known, monkeypatch):
    gaps = []

    def keep(gap, *_, **__):
        gaps.append(gap)
        return laws.Proof(True, "enclosure", "", "", ())

    with flint.ctx.workprec(200):
        ours, theirs, _, tau = risks(q, n)
        limit = (tau / ball(NOISE)) ** (1 - 1 / ball(q))
        e = 1 / ball(n).root(q)
        true = 2 - abs(ours / theirs / limit - 1) / e
        monkeypatch.setattr(laws, "for_all", keep)
        monkeypatch.setattr(laws, "two_terms", lambda: laws.Proof(True, "sum", "", "", ()))
        laws.bayes_factor()
        known(q, n)
        said = gaps[laws.POWERS.index(q)](e)
        assert said.overlaps(true)
        assert float(said.rad()) < 1e-4


@pytest.mark.parametrize("q", [3, 5, 7])
def test_the_steepest_slope_is_hardly_below_its_bound(q):
    """u^(q-1)/(1+u^q)^2 is largest at u^q = (q-1)/(q+1), above 0.28; the other part less."""
    top = (q - 1) / (q + 1)
    highest = top ** ((q - 1) / q) / (1 + top) ** 2
    assert 0.24 < highest < 1 / 3
    assert laws.steepest(q).holds
    with pytest.raises(ValueError, match="decides nothing"):
        laws.steepest(q, share=Fraction(highest) * Fraction(999, 1000))


@pytest.mark.parametrize("q", [1, 4, 9])
def test_the_steepest_slope_is_stated_for_three_powers(q):
    with pytest.raises(ValueError, match=f"q must be 3, 5 or 7, got {q}"):
        laws.steepest(q)
