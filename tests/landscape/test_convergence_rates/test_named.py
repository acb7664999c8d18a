"""Functions that claims name, at one generic case, by a second route."""

import math

import numpy as np
import pytest

from iclnb.landscape import convergence_rates as cr
from iclnb.landscape import hessian_escape as he
from iclnb.landscape import mean_field_limit as mf


def slope_along(problem, mu, nu, h=1e-4):
    """Slope of the loss of (1 - s) mu + s nu at s = 0, one-sided, of second order."""
    losses = [mf.loss(problem, mf.mix(mu, nu, s)) for s in (h, 2 * h)]
    return (4 * losses[0] - losses[1] - 3 * mf.loss(problem, mu)) / (2 * h)


@pytest.fixture(scope="module")
def pair():
    return cr.stuck_start(rng=np.random.default_rng(2), neurons=9, k=2, d=4)


@pytest.mark.claim("rate-descent")
@pytest.mark.claim("rate-death-rules")
def test_slopes_by_differences(pair):
    problem, mu = pair
    rng = np.random.default_rng(0)
    nu = mf.Measure(rng.standard_normal((3, 2)), rng.standard_normal((3, 4)), [0.5, 0.2, 0.3])
    found = cr.slope_towards(problem, mu, nu)
    assert found == pytest.approx(slope_along(problem, mu, nu), rel=1e-5)
    variation = cr.largest_variation(problem, mu, rng)
    atoms = [slope_along(problem, mu, mf.Measure(a[None], w[None])) for a, w in zip(mu.a, mu.w)]
    np.testing.assert_allclose(variation, atoms, atol=1e-5 * np.abs(atoms).max())


@pytest.mark.claim("rate-birth-death")
def test_two_periods_with_renewal_by_hand(pair):
    problem, mu = pair
    renewal = cr.Renewal(cr.anybody, 0.3)
    found = cr.renewed_flow(
        problem, mu, periods=2, renewal=renewal, rng=np.random.default_rng(3), rtol=1e-6
    )
    rng, now, rows = np.random.default_rng(3), mu, []
    for period in range(2):
        run = mf.integrate(problem, now, [0.0, renewal.period], rtol=1e-6, atol=1e-9)
        states = [(0.0, now)] if period == 0 else []
        for time, state in [*states, ((period + 1) * renewal.period, run.measure(-1))]:
            share = cr.effective_ratio(problem, state, relative_penalty=1e-4)
            rows.append((time, mf.loss(problem, state), share.ratio, share.residual))
        now = cr.renew(problem, run.measure(-1), renewal, rng=rng)
    np.testing.assert_allclose(np.array(found).T, rows, rtol=1e-9)


@pytest.mark.claim("rate-iid-overlap")
@pytest.mark.claim("rate-smooth-overlap")
@pytest.mark.parametrize("length", [None, 0.8])
def test_mean_square_overlap_pair_by_pair(pair, length):
    """E (sum p_i u_i xi_i)^2 / D, the noise at two atoms with correlation exp(-r^2 / 2 l^2)."""
    rng = np.random.default_rng(1)
    mu = mf.Measure(rng.standard_normal((3, 2)), rng.standard_normal((3, 4)), [0.5, 0.2, 0.3])
    field = he.VelocityField(rng.standard_normal((3, 2)), rng.standard_normal((3, 4)))
    total = 0.0
    for i in range(3):
        for j in range(3):
            apart = math.dist([*mu.a[i], *mu.w[i]], [*mu.a[j], *mu.w[j]])
            same = float(i == j) if length is None else math.exp(-((apart / length) ** 2) / 2)
            product = sum(part[i] @ part[j] for part in field)
            total += mu.p[i] * mu.p[j] * same * product / 6
    found = cr.mean_square_overlap(he.Hessian(pair[0], mu), field, length=length)
    assert found == pytest.approx(total, rel=1e-12)
