"""What the trained rivals take when nothing is said."""

import numpy as np
import pytest

from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.nonparametric_icl.exact import risks
from iclnb.statistics.nonparametric_icl.rivals import comparison


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def test_softmax_has_sixteen_coefficients():
    setting = ni.StationarySetting([0.5, 0.25], 2, 0.3, n_nodes=40)
    found = ni.train_softmax(setting, iterations=1)
    assert np.shape(found.coefficients) == (16,)


def test_the_comparison_trains_the_same_softmax(monkeypatch):
    kept = {}

    def stop(setting, **options):
        kept.update(options, setting=setting)
        raise Seen

    monkeypatch.setattr(comparison, "train_softmax", stop)
    with pytest.raises(Seen):
        ni.compare_attention([0.5, 0.25], [3], noise=0.3)
    assert kept["n_coefficients"] == 16
    assert kept["setting"].n_nodes >= 8 * 16  # the exponential of the kernel is resolved


def test_the_matrix_of_the_splines_is_for_six_examples():
    six, seven = risks.spline_gamma(), risks.spline_gamma(7)
    assert six == risks.spline_gamma(6)
    assert six != seven
