"""The pole and the floor of the closed theory: proved as stated, refuted when off by little."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity import exact

LITTLE = Fraction(1, 10**9)


@pytest.mark.claim("tdv-double-descent")
def test_the_pole():
    assert exact.pole().holds
    assert not exact.pole(query=0).holds
    assert not exact.pole(query=1 + LITTLE).holds


@pytest.mark.claim("tdv-saturation")
def test_the_floor():
    assert exact.saturation().holds
    assert not exact.saturation(more=LITTLE).holds


@pytest.mark.claim("tdv-lu-one-formula")
def test_one_formula():
    assert exact.one_formula().holds
    assert not exact.one_formula(share=1 + LITTLE).holds


@pytest.mark.claim("tdv-lu-few-prompts")
@pytest.mark.parametrize(
    ("tau", "kappa", "alpha", "rho"), [(0.4, 0.7, 2.0, 0.3), (2.5, 0.7, 2.0, 0.3)]
)
def test_the_displays_of_the_twin_are_those_of_the_library(tau, kappa, alpha, rho):
    x = (1 + rho) / alpha
    if tau < 1:
        mu = x * td.resolvent(kappa / tau, x)
        value = exact.few(x, mu, rho, tau) / (1 - tau)
    else:
        stays, rises = exact.many(x, td.resolvent(kappa, x), rho, 1 / kappa)
        value = stays + rises / (tau - 1)
    library = td.icl_error(tau, kappa=kappa, alpha=alpha, noise=rho**0.5)
    assert value == pytest.approx(library, rel=1e-13)


@pytest.mark.claim("tdv-attention-limit")
def test_linear_attention_has_its_own_limit():
    assert exact.own_limit().holds
    assert not exact.own_limit(more=0).holds
    assert not exact.own_limit(more=1 + LITTLE).holds


@pytest.mark.claim("tdv-attention-ratio")
def test_the_ratio_to_ridge_stays_below_its_limit():
    assert exact.ratio().holds
    assert not exact.ratio(more=0).holds
    assert not exact.ratio(more=1 + LITTLE).holds
    for d, n in ((3, 20), (5, 400)):
        ridge = td.ridge_risk(d, n, noise=0.5, draws=400, rng=np.random.default_rng(n))
        found = exact.attention_limit(d, n, 0.25) / (ridge.mean + 4 * ridge.error)
        upper = exact.attention_limit(d, n, 0.25) / (ridge.mean - 4 * ridge.error)
        limit = (d + 1.25) / 0.25
        assert found < limit
        assert upper > limit * (1 - (2 * d + 2.25) / n)
