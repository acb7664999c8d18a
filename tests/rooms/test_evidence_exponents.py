"""The room `evidence`: power laws, fitted on a window."""

import math

import numpy as np
import pytest
from scipy.stats import binom, t

from iclnb.evidence import LEVEL, Verdict, exponent, fit_exponent, local_slopes

NAN, INF = float("nan"), float("inf")
X = np.geomspace(10, 1000, 9)
WINDOW = (10, 1000)


def curves(rng, slope=-0.5, *, seeds=12, noise=0.05):
    """Return curves whose mean is a power law: noise on the points and on the whole curves."""
    points = 1 + noise * rng.standard_normal((seeds, X.size))
    whole = 1 + noise * rng.standard_normal((seeds, 1))
    return 3.0 * X**slope * points * whole


class TestExponent:
    def test_local_slopes_of_a_power_law_are_its_exponent(self):
        for slope in (-2.0, -0.5, 0.0, 1.75):
            at, local = local_slopes(X, 7.0 * X**slope)
            np.testing.assert_allclose(local, slope, atol=1e-12)
            np.testing.assert_allclose(at, np.sqrt(X[1:] * X[:-1]), rtol=1e-15)

    def test_local_slopes_show_a_bend(self):
        _, local = local_slopes(X, X**-1.0 + X**-0.5)
        assert np.all(np.diff(local) > 0)
        assert -1 < local[0] < local[-1] < -0.5

    def test_the_fit_of_an_exact_power_law_is_exact(self):
        fit = fit_exponent(X, np.tile(2.0 * X**1.5, (8, 1)), window=WINDOW)
        assert fit.slope == pytest.approx(1.5, abs=1e-12)
        assert fit.intercept == pytest.approx(math.log(2.0), abs=1e-12)
        assert fit.half_width < 1e-12

    @pytest.mark.parametrize("slope", [-2.0, -0.5, 0.75])
    def test_right_is_consistent_and_wrong_is_refuted(self, slope):
        y = curves(np.random.default_rng(5), slope, seeds=60)
        verdicts = [exponent(X, y, slope + off, window=WINDOW).verdict for off in (0.0, 0.1, -0.1)]
        assert verdicts == [Verdict.CONSISTENT, Verdict.REFUTED, Verdict.REFUTED]

    @pytest.mark.parametrize(
        ("noise", "verdict"),
        [(0.01, "consistent"), (0.3, "not contradicted"), (1.5, "inconclusive")],
    )
    def test_the_verdict_follows_from_what_would_have_been_noticed(self, noise, verdict):
        rng = np.random.default_rng(6)
        y = X**-0.5 * np.exp(noise * rng.standard_normal((10, X.size)))
        check = exponent(X, y, -0.5, window=WINDOW)
        assert check.verdict == verdict
        fit = fit_exponent(X, y, window=WINDOW)
        expected = fit.half_width + abs(fit.slope + 0.5)
        assert check.notices.kind == "exponent"
        assert check.notices.value == pytest.approx(expected, rel=0.05)
        just = 1.02 * expected * (1 if fit.slope < -0.5 else -1)
        assert exponent(X, y, -0.5 + just, window=WINDOW).verdict is Verdict.REFUTED

    @pytest.mark.parametrize(("growth", "replicates"), [(1.0, 400), (20.0, 2500)])
    def test_the_share_of_misses_is_what_the_level_promises(self, growth, replicates):
        """Eight seeds, the noise the same at every point or growing twentyfold on the window."""
        rng = np.random.default_rng(4)
        noise = np.geomspace(0.2 / growth, 0.2, X.size)
        missed = 0
        for replicate in range(replicates):
            y = X**-0.5 * (1 + noise * rng.standard_normal((8, X.size)))
            fit = fit_exponent(X, y, window=WINDOW, rng_seed=replicate)
            missed += abs(fit.slope + 0.5) > fit.half_width
        assert missed <= binom.ppf(0.999, replicates, 1 - LEVEL)

    def test_the_half_width_agrees_with_the_spread_of_the_slopes_of_single_curves(self):
        # Without noise on the points each curve is a power law of its own: the slope of the mean
        # curve varies as the mean of the slopes, whose Student interval is known.
        rng = np.random.default_rng(7)
        slopes = -0.5 + 0.01 * rng.standard_normal(40)
        fit = fit_exponent(X, X ** slopes[:, None], window=WINDOW)
        known = t.ppf(0.5 + LEVEL / 2, 39) * slopes.std(ddof=1) / math.sqrt(40)
        assert fit.slope == pytest.approx(slopes.mean(), abs=1e-3)
        assert fit.half_width == pytest.approx(known, rel=0.1)

    def test_only_the_window_counts(self):
        y = curves(np.random.default_rng(8))
        bent = y.copy()
        bent[:, X > 150] *= 50.0
        window = (10, 150)
        one, other = (fit_exponent(X, v, window=window) for v in (y, bent))
        assert one.slope == other.slope
        assert one.at.max() < 150
        assert abs(fit_exponent(X, bent, window=WINDOW).slope - one.slope) > 0.5

    def test_scaling_the_measurement_changes_the_intercept_only(self):
        y = curves(np.random.default_rng(9))
        one, other = (fit_exponent(X, v, window=WINDOW) for v in (y, 1e6 * y))
        assert other.slope == pytest.approx(one.slope, abs=1e-12)
        assert other.half_width == pytest.approx(one.half_width, rel=1e-9)
        assert other.intercept - one.intercept == pytest.approx(math.log(1e6), abs=1e-9)

    def test_the_bootstrap_repeats_with_its_seed(self):
        y = curves(np.random.default_rng(10))
        one, same, other = (
            fit_exponent(X, y, window=WINDOW, rng_seed=seed).half_width for seed in (1, 1, 2)
        )
        assert one == same
        assert one == pytest.approx(other, rel=0.15)

    def test_the_printed_form(self):
        y = np.tile(2.0 * X**-0.5, (8, 1)) * np.linspace(0.9, 1.1, 8)[:, None]
        check = exponent(X, y, -0.5, window=WINDOW, of="the excess risk", by="the square root law")
        assert check.kind == "exponent"
        assert check.predicted == "−0.5"
        assert check.measured.startswith("−0.5 ± ")
        assert check.said.startswith("exponent of the excess risk: −0.5 ± ")
        assert check.said.endswith("; predicted by the square root law: −0.5")
        assert check.note == (
            "window 10 to 1000, 8 seeds, 99.9 % interval; local slopes −0.5 → −0.5"
        )
        assert check.settings == {"from": 10.0, "to": 1000.0}

    def test_a_wrong_exponent_says_by_how_much(self):
        y = np.tile(2.0 * X**-0.5, (8, 1)) * np.linspace(0.9, 1.1, 8)[:, None]
        check = exponent(X, y, -0.25, window=WINDOW)
        assert check.notices is None
        assert check.miss.kind == "exponent"
        assert check.miss.value == pytest.approx(0.25)
        assert check.miss.text == "the exponent off by 0.25"

    @pytest.mark.parametrize(
        ("x", "y", "window", "words"),
        [
            (X, np.ones((7, 9)), WINDOW, "at least 8"),
            (X, np.ones((8, 8)), WINDOW, "shape"),
            (X, np.ones(9), WINDOW, "shape"),
            (X, np.ones((8, 9)), (10, 20), "window"),
            (X, np.ones((8, 9)), (1000, 10), "window"),
            (X, -np.ones((8, 9)), WINDOW, "positive"),
            (X[::-1], np.ones((8, 9)), WINDOW, "increase"),
            (X - 10.0, np.ones((8, 9)), (0, 1000), "positive"),
            (X, np.full((8, 9), NAN), WINDOW, "y must be finite"),
        ],
    )
    def test_bad_input(self, x, y, window, words):
        with pytest.raises(ValueError, match=words):
            fit_exponent(x, y, window=window)

    def test_one_measurement_that_is_not_positive_is_refused(self):
        y = np.ones((8, 9))
        y[3, 4] = -0.5  # the mean over the seeds stays positive
        with pytest.raises(ValueError, match="positive"):
            fit_exponent(X, y, window=WINDOW)

    @pytest.mark.parametrize(
        ("x", "y", "words"),
        [
            ([1.0], [1.0], "length >= 2"),
            ([1.0, 2.0], [1.0, 2.0, 3.0], "one length"),
            ([1.0, 1.0], [1.0, 2.0], "increase"),
            ([0.0, 1.0], [1.0, 2.0], "positive"),
            ([1.0, 2.0], [0.0, 2.0], "positive"),
            ([1.0, 2.0], [1.0, INF], "y must be finite"),
        ],
    )
    def test_bad_input_of_local_slopes(self, x, y, words):
        with pytest.raises(ValueError, match=words):
            local_slopes(x, y)
