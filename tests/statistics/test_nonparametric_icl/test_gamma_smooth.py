"""The least risk on gamma-smooth tasks: shells by enumeration, the risk by quadrature."""

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl.risk import gamma_smooth

NOISE = 0.6


@pytest.mark.claim("kns-gamma-risk")
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("a", [(1, 2), (1, 1, 3), (2, 3, 9, 40)])
def test_shells_by_counting(a, mixed):
    counts, variances = ni.gamma_shells(a, 12, mixed=mixed)
    N = [fs.function_count(a, G, mixed=mixed) for G in range(13)]
    np.testing.assert_allclose(counts, np.diff(N, prepend=0))
    np.testing.assert_allclose(variances, [4.0**-g / count for g, count in enumerate(N)])
    few = [x for x in a if x <= 12]
    for found, want in zip(ni.gamma_shells(few, 12, mixed=mixed), (counts, variances)):
        np.testing.assert_array_equal(found, want)  # inputs out of reach are not used


@pytest.mark.claim("kns-gamma-risk")
@pytest.mark.parametrize("mixed", [False, True])
def test_risk_by_quadrature(mixed):
    """The general formula on the functions themselves; what lies beyond has constant variance."""
    a, G, n = (1, 2), 2, 7
    basis = fs.GammaSmoothBasis(a, G, mixed=mixed)
    shells = ni.gamma_shells(a, G + 60, mixed=mixed)
    variances = shells.variances[np.round(basis.gammas).astype(int)]
    tail = np.sum((shells.counts * shells.variances)[G + 1 :])
    exact = ni.basis_moments(basis, variances, prompt_length=n, noise=NOISE, tail=tail)
    found = ni.gamma_smooth_risk(a, G, mixed=mixed, prompt_length=n, noise=NOISE)
    assert found == pytest.approx(ni.optimal_risk(exact), rel=1e-10)


def test_more_functions_and_more_examples_are_better():
    for mixed in (False, True):
        risks = [
            [
                ni.gamma_smooth_risk((1, 3), G, mixed=mixed, prompt_length=n, noise=0.3)
                for n in (5, 50, np.inf)
            ]
            for G in (1, 4)
        ]
        assert np.all(np.diff(risks, axis=0) < 0)
        assert np.all(np.diff(risks, axis=1) < 0)


def test_bad_input():
    with pytest.raises(ValueError, match="whole"):
        ni.gamma_shells((1.5, 2), 4, mixed=True)
    with pytest.raises(ValueError, match="cutoff"):
        ni.gamma_shells((1, 1, 1), 400, mixed=False)
    with pytest.raises(ValueError, match="cutoff"):
        ni.gamma_smooth_risk((1, 2), -1, mixed=False, prompt_length=3, noise=0.1)
    with pytest.raises(ValueError, match="prompt_length"):
        ni.gamma_smooth_risk((1, 2), 1, mixed=False, prompt_length=0, noise=0.1)
    assert gamma_smooth.__doc__
