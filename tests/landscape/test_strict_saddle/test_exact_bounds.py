"""The exact bounds: proved as stated, refuted when off by little; their points in the library."""

from fractions import Fraction

import numpy as np
import pytest

from iclnb.exact.balls import ball
from iclnb.landscape.mean_field_limit import ErfFeatures, statistics, statistics_of
from iclnb.landscape.strict_saddle import (
    curvature_direction,
    random_covariances,
    scan_rotations,
    steepest_descent,
    steepest_sign_measure,
    trace_bound,
)
from iclnb.landscape.strict_saddle.exact import curvatures, slopes
from iclnb.landscape.strict_saddle.exact.mirror import mirror

LARGER = Fraction(21, 20)


@pytest.mark.parametrize(
    ("proof", "near"),
    [
        (slopes.spectral_slope, {"power": 1}),
        (slopes.sharp_slope, {"factor": LARGER}),
        (slopes.printed_slope, {"power": 2}),
        (slopes.attained, {"factor": LARGER}),
        (curvatures.best_curvature, {"on_kernel": False}),
        (curvatures.trace_bound, {"factor": LARGER}),
        (curvatures.missing_curvature, {"power": 2}),
        (curvatures.printed_curvature, {"inverted": False}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, near):
    assert proof().holds
    assert not proof(**near).holds


def test_what_is_printed_is_refuted_and_its_correction_is_not():
    assert not curvatures.strict_sign().holds
    assert curvatures.strict_sign(strict=False).holds
    assert not curvatures.printed_loss().holds
    assert curvatures.printed_loss(halved=True).holds


def test_the_exact_saddle_is_one_in_the_library():
    *covariances, value = curvatures.point()
    stats = statistics_of(*(np.array(m, float) for m in covariances))
    assert np.abs(stats.residual @ stats.b).max() < 1e-12
    assert curvature_direction(stats).value == pytest.approx(float(value), rel=1e-12)


@pytest.mark.claim("saddle-sharp-attained")
@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("angle", [0.02, 0.7, 1.5])
def test_the_slope_of_the_nearly_worst_measure_in_closed_form(k, angle):
    """And its loss, from the correlation of two signs, nearly."""
    worst = steepest_sign_measure(k, weight=4.0, share=0.3, angle=angle)
    seen = statistics(worst.problem, worst.mu)
    theta = 2 / np.pi * np.arcsin(32 / 33)
    rho = np.arcsin(32 / 33 * np.cos(angle)) / np.arcsin(32 / 33)
    assert 2 * seen.loss == pytest.approx(worst.problem.r0 * (1 - rho**2), rel=1e-10)
    bound = 2 * seen.loss * np.sqrt(worst.problem.r0 - 2 * seen.loss)
    assert -steepest_descent(seen).value == pytest.approx(bound / 0.7 / np.sqrt(theta), rel=1e-10)


@pytest.mark.parametrize("weight", [10, 33])
def test_what_a_steep_neuron_lacks_of_a_sign(weight):
    """1 - theta by the kernel of the library lies just below the line of the twin: t^2/3 below,
    t^2 = 2 y^2 + ... = 1/w^2."""
    w = np.array([[0.0, weight, 0.0]])
    lacking = 1.0 - ErfFeatures().kernel(w, w)[0, 0]
    y = ball(1) / (weight * ball(2).sqrt())
    line = float((y * slopes.linear_share(y)).mid())
    assert weight**2 * (line / lacking - 1) == pytest.approx(1 / 3, rel=0.02)


@pytest.mark.claim("saddle-best-curvature")
def test_no_rotation_of_the_plane_curves_more_than_the_best_one():
    """By a scan of O(2) at the exact saddle with two features learnt badly."""
    S0, Sigma = 2 * np.eye(2), np.array([[0.7, 0.2], [0.2, 0.3]])
    stats = statistics_of(S0, np.zeros((2, 2)), Sigma)
    best = curvature_direction(stats).value
    scanned = scan_rotations(stats, np.linspace(0, 2 * np.pi, 181))[:, 1]
    assert scanned.min() == pytest.approx(best, rel=1e-9)
    assert best == pytest.approx(-4 * np.trace(np.linalg.inv(Sigma)), rel=1e-12)


@pytest.mark.claim("saddle-trace")
def test_the_root_of_a_covariance_is_at_most_the_sup_norm():
    drawn = random_covariances(ErfFeatures(), 3, count=60, rng=np.random.default_rng(3))
    roots = np.sqrt(np.linalg.eigvalsh(drawn)).sum(axis=1)
    assert roots.max() <= 1
    assert np.trace(np.linalg.inv(drawn), axis1=1, axis2=2).min() >= trace_bound(3, sup_norm=1.0)
    assert np.all(np.trace(np.linalg.inv(drawn), axis1=1, axis2=2) >= 27 / roots**2)


def test_the_mirror_and_a_feature_that_is_not_odd():
    assert mirror().holds
    assert not mirror(odd=False).holds
