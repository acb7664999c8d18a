"""The bounds inside the proofs of the row, one by one, against their definitions in plain numbers.

A proof holds with room to spare, so that a bound may be wrong and the verdict right; here each
bound is what the inequalities that the modules state say, term by term.
"""

import math
from fractions import Fraction

import pytest
from scipy.integrate import quad

from iclnb.dynamics.stage_wise_training.exact import bursting, fading, times
from iclnb.exact.balls import ball


def high(x):
    return float(x.upper())


def low(x):
    return float(x.lower())


def lows(gaps):
    return [low(gap) for gap in gaps]


@pytest.fixture
def gaps(monkeypatch):
    """Return the gaps that a proof would have enclosed, in order."""
    found = []
    for module in (fading, bursting, times):
        monkeypatch.setattr(module, "for_all", lambda gap, *_, **__: found.append(gap))
        monkeypatch.setattr(module, "chain", lambda *steps: [step() for step in steps])
    for name in ("start", "_ready"):
        monkeypatch.setattr(bursting, name, lambda push: None)
    monkeypatch.setattr(fading, "start", lambda push: None)
    return found


def apart(factor, unit, up, down):
    """Return the greater distance from one of ``factor`` times 1 - unit down to 1 + unit up."""
    return max(abs(factor * (1 + unit * up) - 1), abs(factor * (1 - unit * down) - 1))


class Fading:
    """What fading states of y, V, a, b and c while tau is at most 9/10 of M."""

    def __init__(self, x):
        self.x, self.M = x, x**-2
        most = math.sqrt(1.8 * self.M) * (1 + 2 * x * x)  # at least the root of 1 + 4 x^2
        self.theta = (most + 7.5) / self.M

    def at(self, tau):
        y = self.M - (1 + 3 * self.x**2) * tau
        return 1 / y, y, math.sqrt(2 * tau) + 7.5, self.x**2

    def least(self, tau):
        return math.sqrt(2 * tau) * (1 - self.theta) - 5


@pytest.mark.parametrize("x", [1e-2, 1e-3])
def test_bounds_of_the_fading(x):
    row = Fading(x)
    assert high(fading.spread(ball(Fraction(x)))) == pytest.approx(row.theta / x, rel=1e-6)
    tau = 0.37 * row.M
    m = ball(Fraction(math.sqrt(0.74)))
    slowest = fading.slowest(ball(Fraction(x)), m)
    assert high(slowest) == pytest.approx(x * row.least(tau), rel=1e-12)
    integral = (50 + 2 * math.sqrt(2 * tau)) / (1 - row.theta)
    assert high(fading.shown(ball(Fraction(x)), m)) == pytest.approx(x * integral, rel=1e-12)


@pytest.mark.parametrize("x", [1e-2, 1e-3])
def test_the_dominant_key_leads_up_to_a_twentieth(x):
    row, b = Fading(x), 0.7501
    a, y, V, c = row.at(row.M / 20)
    known = 1 - b - c * V / (1 - a) - V**2 / y / (1 - a) ** 2 * (1 + b * b + c)
    assert high(fading._early(ball(Fraction(x)))) == pytest.approx(known, abs=1e-10)


@pytest.mark.parametrize("x", [1e-2, 1e-3])
def test_the_dominant_key_leads_shortly_before_a_third(x):
    """The bound of V with 2/3 for 2 tau/M, in V^2 beside the true first term."""
    row = Fading(x)
    s = 1 / 3 - 10 * x
    a, y, _, c = row.at(s * row.M)
    V = math.sqrt(2 / 3 * row.M) + 7.5
    squared = 2 * s * row.M + V**2 - 2 / 3 * row.M
    b = 1 / row.least(row.M / 20)
    known = y * (1 - b - c * V / (1 - a)) - squared * (1 + b * b + c) / (1 - a) ** 2
    assert high(fading._before(ball(Fraction(x)))) == pytest.approx(x * known, abs=1e-5)


@pytest.mark.parametrize(("x", "room"), [(1e-3, 0.6), (1e-5, 6e-3)])
def test_the_own_key_leads_shortly_after_a_third(x, room):
    row = Fading(x)
    tau = (1 / 3 + 10 * x) * row.M
    a, V = row.at(tau)[0], row.least(tau)
    y = row.M - tau + 7.5 + (50 + 2 * math.sqrt(2 * tau)) / (1 - row.theta)
    known = V**2 * (1 - 2 * a - 1 / V) * (1 - 1 / V) - (1 + y)
    said = high(fading._after(ball(Fraction(x))))
    assert x * known - room < said <= x * known


@pytest.mark.parametrize("factor", [1, Fraction(101, 100)])
@pytest.mark.parametrize(("x", "u"), [(1e-3, 0.1), (1e-3, 0.9), (0.01, 0.5), (0.05, 0.8)])
def test_distances_of_the_power_law(x, u, factor, gaps, monkeypatch):
    cuts = []

    def only(found):
        cuts.extend(found)
        return [(Fraction(u), Fraction(u))]

    monkeypatch.setattr(fading, "pairwise", only)
    fading.power_law(factor)
    said = lows(gaps[0](ball(Fraction(x))))
    assert (cuts[0], cuts[-1]) == (Fraction(1, 10), Fraction(9, 10))
    row = Fading(x)
    tau = u * row.M
    root, late = math.sqrt(2 * tau), 1 + 2 * x * x
    up = (math.sqrt(2 * row.M * u) * (1 + x * x) / row.least(tau) - 1) / x
    a = 1 / (row.M - (1 + 8 * x * x) * tau)
    down = (a + 2 * x * x + 7.5 / root) / x
    own_up = (late / (1 - 72 * x * x) - 1) / x
    y = row.M - tau + 7.5 + (50 + 2 * root * late) / (1 - row.theta)
    own_down = (1 / row.least(tau) + (1 + y) / (row.M * (1 - u)) - 1) / x
    known = [20 - up, 20 - down, 40 - own_up, 40 - own_down]
    if factor != 1:
        known = [20 * x - apart(float(factor), x, up, down)]
    assert said == pytest.approx(known, abs=1e-7)


@pytest.mark.parametrize("x", [1e-3, 1e-5])
def test_distances_of_the_switch(x, gaps):
    fading.switch_third()
    row, s = Fading(x), 1 / 3 - 10 * x
    held, time = lows(gaps[3](ball(Fraction(x)))), low(gaps[4](ball(Fraction(x))))
    law = math.sqrt(2 / 3 * row.M)
    slowest = law * (1 - 30 * x) * (1 - row.theta) - 5
    assert slowest <= row.least(s * row.M)
    up = (law * (x * x + 30 * x + row.theta) + 5) / slowest / x  # at least law (1 + x^2) less that
    down = 15 + 7.5 * x * row.M / law + 2 * x
    assert 1 - law * (1 - 2 * x * x) / (math.sqrt(2 * (1 / 3 + 10 * x) * row.M) + 7.5) < x * down
    assert held == pytest.approx([40 - up, 40 - down], abs=1e-6)
    assert time == pytest.approx(31 - (1 - (1 - 30 * x) * (1 - 3 * x * x)) / x, abs=200 * x * x)
    share = Fraction(3, 10)
    fading.switch_third(share)
    far = (1 / 3 + 10 * x) / 0.3 - 1
    assert low(gaps[-1](ball(Fraction(x)))) == pytest.approx(31 * x - far, abs=1e-7)


@pytest.mark.parametrize("factor", [1, Fraction(99, 100)])
@pytest.mark.parametrize("g", [Fraction(1, 300), Fraction(1, 2000), Fraction(1, 150)])
def test_distances_of_the_corridor(g, factor, gaps):
    fading.corridor(factor)
    x = float(Fraction(334, 1000) * g)
    inverse, score = 3.04 * float(g), 1 + x / 20
    spread = high(fading.spread(ball(Fraction(334, 1000) * g)))
    up = ((1 + 6 * inverse) ** 2 * score / (1 - x * spread) - 1) / float(g)
    down = (13 * inverse + x / 20 + 3 * x * x) / float(g)
    known = [42 - up, 42 - down]
    if factor != 1:
        known = [42 * float(g) - apart(float(factor), float(g), up, down)]
    said = gaps[1](ball(g))
    assert lows(said if factor == 1 else [said]) == pytest.approx(known, abs=1e-6)
    row = Fading(x)
    least = x * (row.least(0.9 * row.M) - 1) - 1.001
    assert low(gaps[0](ball(Fraction(334, 1000) * g))) == pytest.approx(least, abs=1e-4)


class Burst:
    """What bursting states at a logarithm lam of M, in tau and V themselves."""

    def __init__(self, lam):
        self.lam, self.M = lam, math.exp(lam)
        self.x = self.M**-0.5
        ell = lam + 7
        self.ell, self.j = ell, 2 * math.sqrt(ell) + 5
        self.theta = (math.sqrt(10 * self.M) + ell + 9) / self.M
        self.w = math.sqrt(10 * self.M)
        self.logs = math.log(self.w)
        self.squares = (2 * self.j**2 + self.logs + 1) / (1 - self.theta)
        self.inverse = (2 * self.j**2 + self.j * self.logs) / (1 - self.theta)  # less w
        self.late = 1 + 3 * self.x**2
        self.beside = 7 * (3 * lam + 11) + self.late * (self.inverse + 4.01 * self.squares)
        self.excess = (self.late * self.w / (1 - self.theta) + self.beside) / self.M
        self.short = (7 + 2 * self.late * self.squares) / self.M

    def above(self):
        """Return epsilon of the time's upper bound."""
        root = math.sqrt(2 * self.M)
        grown = root * (1 + self.excess / 2)
        return (self.late * grown / (1 - self.theta) + self.beside) / root - 1

    def score(self):
        """Return the distances of log v from its law, above and below, with the rest of both."""
        root = math.sqrt(2 * self.M)
        up = self.excess / 2 + (self.ell + 8) / root
        lost = self.theta + self.short + (self.j + 1) / root
        rest = (2 * self.lam + 6) / self.M
        return lost / (1 - lost) + rest, up + rest

    def below(self):
        """Return minus epsilon: from 7, the integral of b, and that of its square, twice."""
        own = 4 + (self.ell + 5) * math.log(4 * math.sqrt(self.M)) + 4 * self.ell + self.squares
        root = math.sqrt(2 * self.M)
        return (7 + own + 2 * self.late * self.squares) / root + self.short


@pytest.mark.parametrize("lam", [7, 10, 18, 20, 25])
def test_bounds_of_the_burst(lam):
    """At 7 and 10, where the proof does not go, the terms in 3/M are seen."""
    row, z = Burst(lam), ball(Fraction(1, lam))
    unit, tight = row.x * lam**2, {"rel": 1e-7}
    assert high(bursting._shift(z)) == pytest.approx(row.j / math.sqrt(lam), **tight)
    assert high(bursting._logs(z)) == pytest.approx(row.logs / lam, **tight)
    assert high(bursting._theta(z)) == pytest.approx(row.theta / row.x, **tight)
    assert high(bursting._second(z)) == pytest.approx(row.squares / lam**2, **tight)
    assert high(bursting._loss(z)) == pytest.approx(row.beside / lam**2, **tight)
    assert high(bursting._longer(z)) == pytest.approx(row.excess / row.x, **tight)
    assert high(bursting._above(z)) == pytest.approx(row.above() / unit, **tight)
    assert high(bursting._short(z)) == pytest.approx(row.short / (row.x * lam) ** 2, **tight)
    assert high(bursting._below(z)) == pytest.approx(row.below() / unit, **tight)


@pytest.mark.parametrize(("lam", "room"), [(7, 0.12), (18, 1e-6), (25, 1e-6)])
def test_what_the_burst_takes_for_granted(lam, room):
    """At 7 the bound of V decides, with wide balls; later the width."""
    row = Burst(lam)
    least = math.sqrt(2 * row.M) * (1 - row.theta) * (1 - row.short) - row.j - 4
    shortest = 5 - 4.01 * (1 + (3 * lam + 11) / row.M)
    wide = 4 - (row.w + 4 + row.ell + 5) / math.sqrt(row.M)
    known = [row.x * least, shortest, wide]
    for said, true in zip(lows(bursting._seen(ball(Fraction(1, lam)))), known, strict=True):
        assert true - room < said < true + 1e-7


@pytest.mark.parametrize("lam", [18, 25])
def test_distances_of_the_growth(lam, gaps):
    """K for M and K - 1 for K take up to 2.3 x."""
    bursting.rare_growth()
    row = Burst(lam)
    unit, K = row.x * lam**2, row.M + 2
    tau = row.M + math.sqrt(2 * row.M) * (1 - row.below())
    seen = (tau * (K - 1) / K**2 - 1) * math.sqrt(K / 2)
    up, down = row.above() / unit, (1 - seen) / unit
    for said, true in zip(lows(gaps[0](ball(Fraction(1, lam)))), (9 - up, 9 - down), strict=True):
        assert true - 0.2 / lam**2 < said < true + 1e-7


@pytest.mark.parametrize("lam", [10, 18, 25])
def test_distances_of_the_dominant_score(lam, gaps):
    row, z = Burst(lam), ball(Fraction(1, lam))
    unit = row.x * lam
    up, down = row.score()
    bursting.dominant_score()
    assert lows(gaps[0](z)) == pytest.approx([1.9 - up / unit, 1.9 - down / unit], abs=1e-6)


@pytest.mark.parametrize("factor", [1, Fraction(19, 20), Fraction(50, 49)])
@pytest.mark.parametrize("d", [Fraction(1, 50), Fraction(1, 333)])
def test_the_distance_of_the_tail_from_both_sides(factor, d, gaps):
    """From attention 7/10 on, the time by quadrature."""
    times._tail(
        "hcl-balanced-tail", lambda: times.clock(ball(Fraction(7, 10))), factor, "", ("", "")
    )
    delta = float(d)
    clock = quad(lambda a: 1 / (a * a * (1 - a) ** 3), 0.7, 1 - delta, epsrel=1e-12)[0]
    ratio = 2 * delta**2 * clock * float(factor)
    unit = delta if factor == 1 else 1
    known = [(ratio - 1 - 3 * delta) / unit, (1 + 5 * delta - ratio) / unit]
    assert lows(gaps[0](ball(d))) == pytest.approx(known, abs=1e-7)
