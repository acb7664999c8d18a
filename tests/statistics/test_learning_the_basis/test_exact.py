"""The exact twin of the best keys: proved, refuted next to the statement, by quadrature."""

import numpy as np
import pytest

from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis import exact
from iclnb.statistics.nonparametric_icl.exact import small_law


@pytest.mark.claim("kns-best-keys")
def test_proved_as_stated_and_refuted_next_to_it():
    assert exact.best_keys().holds
    assert not exact.best_keys(noise=0).holds


@pytest.mark.claim("kns-best-keys")
@pytest.mark.parametrize("n", [1, 5])
def test_least_risks_of_both_keys(n):
    masses, f, *_ = (np.array(part, float) for part in small_law())
    variances = np.array([1.0, 0.25])
    w = f**2 @ variances + 0.25
    for keys, found in zip((f / w[:, None], f), exact.least_risks(n), strict=True):
        moments = ni.quadrature_moments(
            keys, f, masses, variances, prompt_length=n, noise=0.5, queries=f
        )
        assert float(found) == pytest.approx(ni.optimal_risk(moments), rel=1e-12)
