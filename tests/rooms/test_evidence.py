"""The room `evidence`: claims, checks, exponents, certificates, cards."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, t

from iclnb.evidence import (
    LEVEL,
    METADATA_KEY,
    Certificate,
    CertificateError,
    Check,
    Claim,
    Control,
    Provenance,
    Verdict,
    bound,
    certify,
    chapter_claims,
    exponent,
    fit_exponent,
    from_seeds,
    identity,
    interval,
    limit,
    local_slopes,
    not_testable,
)

NAN, INF = float("nan"), float("inf")


def claim(**changes):
    """Return a complete claim, some fields replaced."""
    fields = {
        "id": "demo-square",
        "part": "demo",
        "chapter": "a-chapter",
        "source": "arithmetic, Theorem 1",
        "provenance": Provenance.QUOTED,
        "regime": "one case",
        "implements": "builtins.pow",
        "expected": Verdict.EXACT,
    }
    return Claim(**{**fields, **changes})


class TestClaim:
    def test_keeps_what_it_is_given_and_is_frozen(self):
        one = claim(figure="fig-demo")
        assert (one.id, one.figure, one.expected) == ("demo-square", "fig-demo", Verdict.EXACT)
        with pytest.raises(AttributeError):
            one.id = "another-id"

    def test_words_are_turned_into_verdict_and_provenance(self):
        one = claim(provenance="second-hand", expected="not testable")
        assert one.provenance is Provenance.SECOND_HAND
        assert one.expected is Verdict.NOT_TESTABLE

    @pytest.mark.parametrize("bad", ["square", "Demo-square", "demo_square", "-demo", "demo-", ""])
    def test_refuses_an_id_of_another_form(self, bad):
        with pytest.raises(ValueError, match="id must be"):
            claim(id=bad)

    @pytest.mark.parametrize("name", ["part", "chapter", "source", "regime", "implements"])
    def test_refuses_an_empty_text(self, name):
        with pytest.raises(ValueError, match=f"{name} of claim demo-square"):
            claim(**{name: "  "})

    @pytest.mark.parametrize("bad", [{"expected": "true"}, {"provenance": "hearsay"}])
    def test_refuses_an_unknown_word(self, bad):
        with pytest.raises(ValueError, match="is not a valid"):
            claim(**bad)

    def test_a_number_stands_in_a_paper(self):
        one = claim(paper="kim2024", number="Theorem 4.5")
        assert (one.paper, one.number) == ("kim2024", "Theorem 4.5")
        with pytest.raises(ValueError, match=r"number Theorem 4\.5 and names no paper"):
            claim(number="Theorem 4.5")

    def test_which_verdicts_support_a_statement(self):
        assert {v for v in Verdict if v.holds} == {Verdict.EXACT, Verdict.CONSISTENT}


def square():
    """Square; stands for a function of a chapter."""


FIELDS = {"source": "s", "provenance": "quoted", "regime": "r"}


class TestChapterClaims:
    def test_part_and_chapter_follow_from_the_place(self):
        make = chapter_claims("iclnb.some_part.a_chapter.claims")
        one = make("a-one", implements=".module.function", **FIELDS)
        two = make("a-two", implements="iclnb.other.function", expected="exact", **FIELDS)
        assert (one.part, one.chapter) == ("some-part", "a-chapter")
        assert one.implements == "iclnb.some_part.a_chapter.module.function"
        assert two.implements == "iclnb.other.function"
        assert (one.expected, two.expected) == (Verdict.CONSISTENT, Verdict.EXACT)
        assert make.all == (one, two)

    def test_a_function_says_its_name(self):
        make = chapter_claims("iclnb.some_part.a_chapter.claims")
        one = make("a-one", implements=square, **FIELDS)
        assert one.implements == f"{__name__}.square"
        with pytest.raises(TypeError, match="implements must be"):
            make("a-two", implements=3, **FIELDS)

    def test_an_id_stands_once(self):
        make = chapter_claims("iclnb.some_part.a_chapter.claims")
        make("a-one", implements=square, **FIELDS)
        with pytest.raises(ValueError, match="a-one stands twice"):
            make("a-one", implements=square, **FIELDS)

    @pytest.mark.parametrize(
        "name", ["iclnb.part.claims", "__main__", "iclnb.a.b.c", "x.a.b.claims"]
    )
    def test_another_place_is_refused(self, name):
        with pytest.raises(ValueError, match="module must be"):
            chapter_claims(name)


class TestIdentity:
    def test_within_the_tolerance(self):
        check = identity([1.0, 2.0 + 1e-13], [1.0, 2.0], atol=1e-12)
        assert check.verdict is Verdict.EXACT
        assert (check.predicted, check.measured) == ("2 values", "the same to 1e-12")
        assert check.settings == {"atol": 1e-12, "rtol": 0.0}

    def test_beyond_the_tolerance_the_worst_entry_is_shown(self):
        check = identity([1.0, 2.5, 3.1], [1.0, 2.0, 3.0], atol=1e-12)
        assert check.verdict is Verdict.REFUTED
        assert (check.predicted, check.measured) == ("2 (worst of 3 values)", "2.5")

    def test_the_tolerances_add_up(self):
        assert identity(101.5, 100.0, atol=1.0, rtol=1e-2).verdict is Verdict.EXACT
        assert identity(102.5, 100.0, atol=1.0, rtol=1e-2).verdict is Verdict.REFUTED
        assert identity(3.0, 3.0, atol=1e-9, rtol=1e-6).measured.endswith("1e-09 + 1e-06 relative")

    def test_rtol_is_relative_to_the_prediction(self):
        assert identity(1.0, 0.0, rtol=0.5).verdict is Verdict.REFUTED

    def test_rounding_below_the_tolerance_is_not_printed(self):
        texts = {identity(9 + e, 9, atol=1e-9).measured for e in (0.0, 3e-15, -8e-14)}
        assert texts == {"the same to 1e-09"}

    def test_a_prediction_broadcasts_but_a_measurement_does_not(self):
        assert identity(np.ones((2, 3)), 1.0, atol=1e-12).verdict is Verdict.EXACT
        with pytest.raises(ValueError):
            identity(1.0, np.ones(3), atol=1e-12)

    @pytest.mark.parametrize(
        ("measured", "predicted", "tolerances", "words"),
        [
            ([], [], {"atol": 1e-9}, "measured must not be empty"),
            (NAN, 1.0, {"atol": 1e-9}, "measured must be finite"),
            (1.0, INF, {"atol": 1e-9}, "predicted must be finite"),
            (1.0, 1.0, {}, "one must be positive"),
            (1.0, 1.0, {"atol": -1.0, "rtol": 1.0}, r"atol must lie in \[0, inf"),
        ],
    )
    def test_bad_input(self, measured, predicted, tolerances, words):
        with pytest.raises(ValueError, match=words):
            identity(measured, predicted, **tolerances)

    @pytest.mark.parametrize("tolerances", [{"atol": NAN}, {"rtol": INF}, {"atol": INF}])
    def test_a_tolerance_that_admits_everything_is_refused(self, tolerances):
        with pytest.raises(ValueError, match=next(iter(tolerances))):
            identity(1.0, 2.0, **tolerances)


class TestInterval:
    @pytest.mark.parametrize(
        ("estimate", "half_width", "verdict"),
        [
            (1.05, 0.1, Verdict.CONSISTENT),
            (1.05, 0.2, Verdict.CONSISTENT),  # a half-width of the resolution is enough
            (1.05, 0.21, Verdict.INCONCLUSIVE),
            (1.05, 0.04, Verdict.REFUTED),
            (5.0, 3.0, Verdict.REFUTED),  # too wide, and still outside
        ],
    )
    def test_the_verdict(self, estimate, half_width, verdict):
        check = interval(estimate, half_width, 1.0, resolution=0.2)
        assert check.verdict is verdict
        assert check.settings == {"resolution": 0.2}

    def test_the_printed_form(self):
        check = interval(-0.123456, 0.0345678, 0.5, resolution=1, note="how")
        assert (check.predicted, check.measured) == ("0.5", "-0.1235 ± 0.035")
        assert check.note == "how"
        assert interval(2e-7, 1e-9, 3e10, resolution=1).measured == "2e-7 ± 1e-9"
        assert interval(2e-7, 1e-9, 3e12, resolution=1).predicted == "3e+12"

    @pytest.mark.parametrize(
        ("arguments", "resolution", "words"),
        [
            ((NAN, 0.1, 1.0), 1.0, "estimate"),
            ((1.0, NAN, 1.0), 1.0, "half_width"),
            ((1.0, -0.1, 1.0), 1.0, r"half_width must lie in \[0, inf"),
            ((1.0, 0.1, INF), 1.0, "predicted"),
            ((1.0, 0.1, 1.0), 0.0, "resolution"),
            ((1.0, 0.1, 1.0), INF, "resolution"),
            ((1.0, 0.1, 1.0), NAN, "resolution"),
        ],
    )
    def test_bad_input(self, arguments, resolution, words):
        with pytest.raises(ValueError, match=words):
            interval(*arguments, resolution=resolution)


class TestFromSeeds:
    VALUES = np.array([0.9, 1.1, 1.0, 1.2, 0.8])

    def test_the_interval_is_students_at_the_level_of_the_book(self):
        half = t.ppf(0.5 + LEVEL / 2, 4) * self.VALUES.std(ddof=1) / math.sqrt(5)
        assert LEVEL == 0.999
        inside = from_seeds(self.VALUES, 1.0 + half * (1 - 1e-9), resolution=10)
        outside = from_seeds(self.VALUES, 1.0 + half * (1 + 1e-9), resolution=10)
        assert (inside.verdict, outside.verdict) == (Verdict.CONSISTENT, Verdict.REFUTED)
        assert inside.numbers["half_width"] == pytest.approx(half, rel=1e-3)
        assert inside.kind == "seeds"
        assert inside.note == "mean of 5 seeds, 99.9 % interval"

    def test_an_interval_too_wide_says_nothing(self):
        assert from_seeds(self.VALUES, 1.0, resolution=0.1).verdict is Verdict.INCONCLUSIVE

    def test_a_stated_bias_widens_the_interval(self):
        tight = np.array([1.0, 1.0, 1.0])
        assert from_seeds(tight, 1.05, resolution=0.2).verdict is Verdict.REFUTED
        widened = from_seeds(tight, 1.05, resolution=0.2, allowance=0.1)
        assert widened.verdict is Verdict.CONSISTENT
        assert widened.settings == {"resolution": 0.2, "allowance": 0.1}
        wide = from_seeds(tight, 1.05, resolution=0.2, allowance=0.3)
        assert wide.verdict is Verdict.INCONCLUSIVE

    def test_the_share_of_misses_is_what_the_level_promises(self):
        rng = np.random.default_rng(11)
        replicates, seeds = 2000, 5
        draws = rng.standard_normal((replicates, seeds))
        missed = sum(
            from_seeds(row, 0.0, resolution=100).verdict is Verdict.REFUTED for row in draws
        )
        low, high = binom.ppf([1e-4, 1 - 1e-4], replicates, 1 - LEVEL)
        assert low <= missed <= high

    @pytest.mark.parametrize(
        ("values", "settings", "words"),
        [
            ([1.0, 1.0], {}, ">= 3 seeds"),
            ([[1.0, 1.0, 1.0]], {}, ">= 3 seeds"),
            ([1.0, NAN, 1.0], {}, "values"),
            ([1.0, 2.0, 1.0], {"allowance": -0.1}, "allowance"),
            ([1.0, 2.0, 1.0], {"resolution": 0.0}, "resolution"),
        ],
    )
    def test_bad_input(self, values, settings, words):
        with pytest.raises(ValueError, match=words):
            from_seeds(values, 1.0, **{"resolution": 1.0, **settings})

    @pytest.mark.parametrize("bad", [NAN, INF])
    def test_a_bias_that_is_no_number_is_refused(self, bad):
        with pytest.raises(ValueError, match="allowance"):
            from_seeds([1.0, 2.0, 1.0], 1.0, resolution=1.0, allowance=bad)


class TestLimit:
    def test_an_approach(self):
        check = limit([2.0, 1.5, 1.1, 1.01], 1.0, resolution=0.02)
        assert check.verdict is Verdict.CONSISTENT
        assert (check.predicted, check.measured) == ("1", "2 → 1.01")
        assert check.note == "4 terms; the last must be within 0.02"

    def test_the_distance_counts_not_the_side(self):
        assert limit([0.0, 1.5, 0.8, 1.1], 1.0, resolution=0.2).verdict is Verdict.CONSISTENT

    @pytest.mark.parametrize(
        ("values", "predicted"),
        [
            ([2.0, 1.5, 1.1], 1.0),  # the last is too far
            ([1.2, 1.001, 1.005], 1.0),  # it turns away
            ([2.0, 1.5, 1.1, 1.01], 1.05),  # it passes the limit by
        ],
    )
    def test_refuted(self, values, predicted):
        assert limit(values, predicted, resolution=0.02).verdict is Verdict.REFUTED

    def test_rounding_is_no_turning_away(self):
        assert limit([1.1, 1.0, 1.0 + 2e-16], 1.0, resolution=0.1).verdict is Verdict.CONSISTENT

    @pytest.mark.parametrize(
        ("values", "predicted", "resolution", "words"),
        [
            ([1.0, 1.0], 1.0, 0.1, ">= 3 terms"),
            ([[1.0], [1.0], [1.0]], 1.0, 0.1, ">= 3 terms"),
            ([1.0, NAN, 1.0], 1.0, 0.1, "values"),
            ([1.0, 1.0, 1.0], 1.0, -0.1, "resolution"),
        ],
    )
    def test_bad_input(self, values, predicted, resolution, words):
        with pytest.raises(ValueError, match=words):
            limit(values, predicted, resolution=resolution)

    @pytest.mark.parametrize("bad", [NAN, INF])
    def test_a_limit_that_is_no_number_is_refused(self, bad):
        with pytest.raises(ValueError, match="predicted"):
            limit([3.0, 2.0, 1.0], bad, resolution=0.1)


class TestBound:
    @pytest.mark.parametrize(
        ("sense", "value", "edge", "holds"),
        [
            ("<=", 1.0, 1.0, True),
            ("<=", 1.1, 1.0, False),
            (">=", 1.0, 1.0, True),
            (">=", 0.9, 1.0, False),
            ("<", 1.0, 1.0, False),
            ("<", 0.9, 1.0, True),
            (">", 1.0, 1.0, False),
            (">", 1.1, 1.0, True),
        ],
    )
    def test_the_four_senses(self, sense, value, edge, holds):
        check = bound(value, edge, sense=sense)
        assert check.verdict is (Verdict.CONSISTENT if holds else Verdict.REFUTED)
        assert ("fails" in check.measured) is (not holds)

    def test_the_allowance_relaxes_the_weak_senses_and_tightens_the_strict(self):
        assert bound(1 + 1e-13, 1.0, rtol=1e-12).verdict is Verdict.CONSISTENT
        assert bound(-1 - 1e-13, -1.0, sense=">=", rtol=1e-12).verdict is Verdict.CONSISTENT
        assert bound(1 - 1e-13, 1.0, sense="<", rtol=1e-12).verdict is Verdict.REFUTED
        assert bound(1 + 1e-13, 1.0, sense=">", rtol=1e-12).verdict is Verdict.REFUTED

    def test_one_case_that_fails_refutes(self):
        check = bound([1.0, 2.0, 5.0], [4.0, 4.0, 4.0])
        assert check.verdict is Verdict.REFUTED
        assert (
            check.measured == "holds in 2 of 3; slack factor 0.8 at the tightest, 2 in the median"
        )
        assert check.numbers == {"cases": 3.0, "held": 2.0, "tightest": 0.8, "median": 2.0}

    def test_the_slack_is_a_factor_where_both_sides_have_one_sign(self):
        assert bound(2.0, 5.0).measured == "2, holds; slack factor 2.5"
        assert bound(10.0, 5.0, sense=">=").measured == "10, holds; slack factor 2"
        assert bound(-5.0, -2.0).measured == "-5, holds; slack factor 2.5"
        assert bound(-1.0, -2.0, sense=">=").measured == "-1, holds; slack factor 2"
        assert bound(-1.0, 2.0).measured == "-1, holds; slack difference 3"
        assert bound(0.0, 2.0).measured == "0, holds; slack difference 2"

    @pytest.mark.parametrize("sense", ["<=", ">=", "<", ">"])
    @pytest.mark.parametrize("sign", [1.0, -1.0])
    def test_a_factor_is_at_least_one_exactly_where_the_bound_holds(self, sense, sign):
        rng = np.random.default_rng(3)
        for value, edge in sign * rng.uniform(0.1, 2.0, size=(50, 2)):
            check = bound(value, edge, sense=sense)
            assert (check.numbers["tightest"] >= 1) is (check.verdict is Verdict.CONSISTENT)

    def test_the_printed_prediction(self):
        assert bound([1.0, 2.0], 5.0).predicted == "value <= bound, 2 cases"
        assert bound(1.0, 5.0).predicted == "<= 5"

    @pytest.mark.parametrize(
        ("values", "bounds", "settings", "words"),
        [
            ([], 1.0, {}, "values must not be empty"),
            (NAN, 1.0, {}, "values"),
            (1.0, NAN, {}, "bounds"),
            (1.0, 1.0, {"sense": "=="}, "sense must be"),
            (1.0, 1.0, {"rtol": -1e-9}, "rtol"),
        ],
    )
    def test_bad_input(self, values, bounds, settings, words):
        with pytest.raises(ValueError, match=words):
            bound(values, bounds, **settings)

    @pytest.mark.parametrize("bad", [NAN, INF])
    def test_an_allowance_that_is_no_number_is_refused(self, bad):
        with pytest.raises(ValueError, match="rtol"):
            bound(2.0, 1.0, rtol=bad)


def test_not_testable_needs_a_reason():
    check = not_testable("the constant is not given")
    assert (check.verdict, check.note) == (Verdict.NOT_TESTABLE, "the constant is not given")
    with pytest.raises(ValueError, match="reason"):
        not_testable(" ")


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
        y = curves(np.random.default_rng(5), slope)
        verdicts = [
            exponent(X, y, slope + off, window=WINDOW, resolution=0.06).verdict
            for off in (0.0, 0.1, -0.1)
        ]
        assert verdicts == [Verdict.CONSISTENT, Verdict.REFUTED, Verdict.REFUTED]

    def test_too_noisy_is_inconclusive(self):
        y = curves(np.random.default_rng(6), noise=0.25)
        check = exponent(X, y, -0.5, window=WINDOW, resolution=0.01)
        assert check.verdict is Verdict.INCONCLUSIVE

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
        check = exponent(X, y, -0.5, window=WINDOW, resolution=0.05)
        assert check.kind == "exponent"
        assert check.predicted == "-0.5"
        assert check.measured.startswith("-0.5 ± ")
        assert check.note == (
            "window 10 to 1000, 8 seeds, 99.9 % interval; local slopes -0.5 → -0.5"
        )
        assert check.settings == {"resolution": 0.05, "from": 10.0, "to": 1000.0}

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
            ([1.0, 2.0], [1.0, INF], "y must be finite"),
        ],
    )
    def test_bad_input_of_local_slopes(self, x, y, words):
        with pytest.raises(ValueError, match=words):
            local_slopes(x, y)


RIGHT = identity(9.0, 9.0, atol=1e-12)
WRONG = identity(27.0, 9.0, atol=1e-12)


def demo(**changes):
    """Return a certificate of the demo claim."""
    settings = {"control": Control("exponent 3 for 2", WRONG), "scale": "quick", **changes}
    return certify(claim(), RIGHT, **settings)


class TestCertify:
    def test_a_claim_that_holds(self):
        certificate = demo(seeds=[np.int64(1), 2])
        assert certificate.verdict is Verdict.EXACT
        assert certificate.seeds == (1, 2)

    def test_an_unexpected_verdict_raises_with_both_numbers(self):
        with pytest.raises(CertificateError, match=r"demo-square.*refuted.*9, measured 27"):
            certify(claim(), WRONG, control=Control("what", WRONG))

    def test_an_inconclusive_measurement_is_not_consistent(self):
        wide = interval(1.0, 5.0, 1.0, resolution=0.1)
        off = interval(1.0, 5.0, 10.0, resolution=0.1)
        with pytest.raises(CertificateError, match="inconclusive"):
            certify(claim(expected="consistent"), wide, control=Control("what", off))

    def test_a_control_that_does_not_fail_raises(self):
        with pytest.raises(CertificateError, match=r"the control \(nothing\) came out exact"):
            demo(control=Control("nothing", RIGHT))

    def test_a_control_that_says_nothing_raises(self):
        good = interval(1.0, 0.05, 1.0, resolution=0.1)
        idle = interval(1.0, 0.5, 1.1, resolution=0.1)
        with pytest.raises(CertificateError, match="inconclusive"):
            certify(claim(expected="consistent"), good, control=Control("wider", idle))

    def test_a_missing_control_raises(self):
        with pytest.raises(ValueError, match="needs a negative control"):
            demo(control=None)

    @pytest.mark.parametrize(
        "other",
        [identity(27.0, 9.0, atol=1e-3), bound(27.0, 9.0), identity(27.0, 9.0, rtol=1e-12)],
    )
    def test_a_control_by_another_check_raises(self, other):
        with pytest.raises(ValueError, match="same check with the same settings"):
            demo(control=Control("another", other))

    def test_a_refuted_claim_needs_a_correction_that_holds(self):
        refuted = claim(expected="refuted")
        certificate = certify(refuted, WRONG, control=Control("corrected", RIGHT))
        assert certificate.record()["negative_control"]["failed"] is False
        with pytest.raises(CertificateError, match="exact or consistent"):
            certify(refuted, WRONG, control=Control("also wrong", WRONG))

    def test_a_claim_that_is_not_testable_needs_none(self):
        one = claim(expected="not testable")
        certificate = certify(one, not_testable("no constant is given"))
        assert certificate.record()["negative_control"] is None
        assert "control" not in str(certificate)

    def test_not_testable_does_not_hide_a_measurement(self):
        with pytest.raises(CertificateError):
            certify(claim(expected="not testable"), RIGHT, control=Control("what", WRONG))

    def test_a_control_says_what_was_made_wrong(self):
        with pytest.raises(ValueError, match="what is empty"):
            Control("  ", WRONG)

    def test_the_scale_is_the_current_one(self, monkeypatch):
        monkeypatch.setenv("ICLNB_SCALE", "paper")
        assert demo(scale=None).scale == "paper"
        monkeypatch.delenv("ICLNB_SCALE")
        assert demo(scale=None).scale == "quick"


TEXT = """\
[exact] demo-square
  predicted: 9
  measured:  the same to 1e-12
  control:   exponent 3 for 2: refuted (27)
  seeds:     1, 2
  regime:    one case
  source:    arithmetic, Theorem 1 (quoted)"""


class TestCard:
    def test_the_text_is_stable(self):
        bundle, about = demo(seeds=(1, 2))._repr_mimebundle_()
        assert bundle["text/plain"] == TEXT
        assert str(demo(seeds=(1, 2))) == TEXT
        assert set(bundle) == {"text/plain", "text/html"}
        assert set(about) == {METADATA_KEY}

    def test_rounding_does_not_reach_the_text(self):
        nearby = identity(9.0 + 2e-15, 9.0, atol=1e-12)
        other = certify(claim(), nearby, control=Control("exponent 3 for 2", WRONG), seeds=(1, 2))
        assert str(other) == TEXT

    def test_the_page_says_the_same(self):
        html = demo(seeds=(1, 2))._repr_mimebundle_()[0]["text/html"]
        plain = re.sub(r"<[^>]*>", "|", html)
        assert 'aria-label="Certificate demo-square"' in html
        assert 'data-verdict="exact"' in html
        for row in TEXT.splitlines()[1:]:
            name, text = row.strip().split(":", 1)
            assert f"|{name}|" in plain
            assert f"|{text.strip()}|" in plain

    def test_the_page_escapes_what_is_no_markup(self):
        bad = '<b title="x">1 < 2 & 3</b>'
        one = claim(source=bad, regime=bad)
        control = Control(bad, WRONG)
        html = certify(one, RIGHT, control=control, scale="quick")._repr_mimebundle_()[0]
        assert "<b " not in html["text/html"]
        assert html["text/html"].count("&lt;b title=&quot;x&quot;&gt;1 &lt; 2 &amp; 3") == 3

    def test_every_verdict_has_a_badge_with_a_sign_and_a_word(self):
        signs = set()
        for verdict in Verdict:
            check = replace(RIGHT, verdict=verdict)
            shown = Certificate(claim(), check, None, (), "quick")._repr_mimebundle_()[0]
            found = re.search(r">(\S) ([a-z ]+)</span>", shown["text/html"])
            assert found
            assert found[2] == str(verdict)
            signs.add(found[1])
        assert len(signs) == 4  # exact and consistent share the tick

    def test_the_badge_can_be_read(self):
        """The contrast of white on each colour is at least 4.5 (WCAG 2, AA)."""
        for verdict in Verdict:
            check = replace(RIGHT, verdict=verdict)
            html = Certificate(claim(), check, None, (), "quick")._repr_mimebundle_()[0][
                "text/html"
            ]
            colour = re.search(r"background:#([0-9a-f]{6})", html)[1]
            rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)])
            linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
            assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5

    def test_the_record_is_plain_json(self):
        check = bound(np.array([1.0, 2.0]), np.float64(3.0), rtol=np.float64(1e-9))
        wrong = bound(np.array([1.0, 4.0]), np.float64(3.0), rtol=np.float64(1e-9))
        certificate = certify(
            claim(expected="consistent"), check, control=Control("what", wrong), seeds=range(2)
        )
        record = certificate.record()
        assert json.loads(json.dumps(record, allow_nan=False)) == record
        assert record["negative_control"] == {
            "what": "what",
            "verdict": "refuted",
            "predicted": "value <= bound, 2 cases",
            "measured": wrong.measured,
            "failed": True,
        }

    @pytest.mark.parametrize(
        "check",
        [
            RIGHT,
            interval(np.float64(1.0), 0.1, 1.0, resolution=1),
            from_seeds([1, 2, 1], 1.0, resolution=np.float32(5)),
            limit([3, 2, 1], 1, resolution=np.float64(0.5)),
            bound(1, 2),
            exponent(X, np.tile(X, (8, 1)), 1, window=(np.int64(10), 1000), resolution=1),
            not_testable("because"),
        ],
        ids=lambda check: check.kind,
    )
    def test_the_numbers_of_every_check_are_plain_json(self, check):
        assert isinstance(check, Check)
        for kept in (check.settings, check.numbers):
            assert json.loads(json.dumps(kept, allow_nan=False)) == kept
