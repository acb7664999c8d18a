"""How fast coefficients decay."""

import numpy as np
import pytest
from scipy.special import zeta

from iclnb.statistics import function_spaces as fs


def test_spectra():
    for s in (0.5, 1.0, 2.0):
        assert abs(fs.power_tail(0, s) - zeta(2 * s + 1)) < 1e-15
        total = fs.power_law(1000, s).sum() + fs.power_tail(1000, s)
        assert abs(total - zeta(2 * s + 1)) < 1e-13
    assert np.array_equal(fs.paired_power_law(2, 1.0), [0.5, 0.5, 1 / 16, 1 / 16])
    ratio = fs.logarithmic_law(5, 1.0) / fs.power_law(5, 1.0)
    np.testing.assert_allclose(ratio, np.log(np.arange(2, 7)) ** -2)
    np.testing.assert_allclose(fs.besov_variances(1, [0, 1], 1.0), [1, 1] + [2**-3 / 4] * 3)


def test_a_law_of_no_resolutions():
    with pytest.raises(ValueError, match="resolutions must not be empty"):
        fs.besov_variances(1, [], 1.0)
