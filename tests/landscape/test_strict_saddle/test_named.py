"""Functions that claims name, at one generic case, by a second route."""

import numpy as np
import pytest

from iclnb.landscape import strict_saddle as ss
from iclnb.landscape.mean_field_limit import ErfFeatures, whitened_teacher
from iclnb.landscape.mean_field_limit.statistics import statistics_of
from iclnb.landscape.strict_saddle import bounds, path


@pytest.mark.claim("saddle-printed-slope")
@pytest.mark.claim("saddle-strict-sign")
@pytest.mark.claim("saddle-trace")
@pytest.mark.claim("saddle-missing-curvature")
def test_bounds_by_hand():
    slope = bounds.printed_first_bound([0.3, 0.5], 1.4, sup_norm=1.7)
    np.testing.assert_allclose(slope, [-0.48 / 2.89, -0.4 / 2.89], rtol=1e-12)
    np.testing.assert_allclose(ss.critical_levels(3, 0.7), [0.0, 0.35, 0.7, 1.05], rtol=1e-12)
    assert bounds.trace_bound(3, sup_norm=1.7) == pytest.approx(27 / 2.89, rel=1e-12)
    curved = bounds.missing_second_bound([0.3, 0.5], 3, sup_norm=1.7)
    np.testing.assert_allclose(curved, [-1.08 / 2.89, -3.0 / 2.89], rtol=1e-12)


@pytest.mark.claim("saddle-ridge")
def test_path_derivatives_with_a_ridge_by_differences():
    rng = np.random.default_rng(0)
    c, R, root = rng.normal(size=(3, 2)), rng.normal(size=(2, 3)), rng.normal(size=(2, 2))
    stats = statistics_of(np.diag([4.0, 5.0, 6.0]), c, root @ root.T + np.eye(2))
    h, s = 1e-3, 0.3
    below, here, above = (path.path_loss(stats, R, s + x, penalty=0.4) for x in (-h, 0, h))
    found = path.path_derivatives(stats, R, s, penalty=0.4)
    assert found.loss == pytest.approx(here, rel=1e-12)
    assert found.slope == pytest.approx((above - below) / (2 * h), rel=1e-4)
    assert found.curvature == pytest.approx((above - 2 * here + below) / h**2, rel=1e-3)


@pytest.mark.claim("saddle-levels")
def test_a_saddle_from_its_stream():
    """Half of the mass rebuilds turned true features, half useless ones; then they are mixed."""
    k, m, sizes = 3, 2, {"signal": 4, "idle": 3, "teacher_neurons": 5, "idle_neurons": 4}
    features, rng = ErfFeatures(), np.random.default_rng(1)
    found = ss.missing_feature_saddle(features, k, m, rng=np.random.default_rng(1), **sizes)
    w0 = np.hstack([rng.standard_normal((5, 4)), np.zeros((5, 3))])
    w1 = np.hstack([np.zeros((4, 4)), rng.standard_normal((4, 3))])
    teacher = whitened_teacher(features, rng.standard_normal((5, k)), w0)
    turn = np.linalg.qr(rng.standard_normal((k, k)))[0]
    useless = whitened_teacher(features, rng.standard_normal((4, m)), w1)
    mixing = np.eye(k) + 0.3 / np.sqrt(k) * rng.standard_normal((k, k))
    a = [mixing[:, m:] @ (turn[:, m:].T @ row) for row in teacher.a]
    a += [mixing[:, :m] @ row for row in useless.a]
    p = np.repeat([0.1, 0.125], [5, 4])
    np.testing.assert_allclose(found.mu.p, p, rtol=1e-12)
    np.testing.assert_allclose(found.mu.w, np.vstack([w0, w1]), rtol=1e-12)
    np.testing.assert_allclose(found.mu.a, a / np.sqrt(p @ np.sum(np.square(a), axis=1)), rtol=1e-9)
    np.testing.assert_allclose(found.problem.teacher.a, teacher.a, rtol=1e-12)
    assert found.missing == m
