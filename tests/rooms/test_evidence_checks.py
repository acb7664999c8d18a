"""The room `evidence`: the checks, their verdicts, and what they would have noticed."""

import json
import math

import numpy as np
import pytest
from scipy.stats import binom, t

from iclnb.evidence import (
    EXACT,
    LEVEL,
    Check,
    Verdict,
    bound,
    cases,
    exponent,
    from_seeds,
    identity,
    interval,
    limit,
    not_testable,
)

NAN, INF = float("nan"), float("inf")


def turned(check_of, predicted, notices):
    """Whether changes a little larger than what is noticed turn the verdict, and smaller do not.

    ``check_of`` makes the check of a changed prediction.
    """
    p = np.asarray(predicted, dtype=float)
    changed = {
        "factor": lambda e: (p * (1 + e), p / (1 + e)),
        "shift": lambda e: (p + e * notices.size, p - e * notices.size),
    }[notices.kind]
    sides = (notices.up, notices.down)
    beyond = [check_of(changed(1.001 * e)[i]).verdict for i, e in enumerate(sides)]
    within = [check_of(changed(0.999 * e)[i]).verdict for i, e in enumerate(sides)]
    return {*beyond} == {Verdict.REFUTED} and Verdict.REFUTED not in within


class TestIdentity:
    def test_within_the_tolerance(self):
        check = identity([1.0, 2.0 + 1e-13], [1.0, 2.0], atol=1e-12)
        assert check.verdict is Verdict.EXACT
        assert (check.predicted, check.measured) == ("2 values", "the same to 10⁻¹²")
        assert check.settings == {"atol": 1e-12, "rtol": 0.0}
        assert check.miss is None

    def test_the_words_of_the_card(self):
        check = identity([1.0, 2.0], [1.0, 2.0], atol=1e-12, of="answers", by="ridge regression")
        assert check.said == "2 answers, predicted by ridge regression: the same to 10⁻¹²"
        assert check.of == "answers"
        one = identity(3.5, 3.5, rtol=1e-9, of="the answer", unit="bits", by="counting")
        assert (
            one.said == "the answer: 3.5 bits, predicted by counting; the same to 10⁻⁹ (relative)"
        )
        none = identity(np.zeros(4), 0.0, atol=1e-9, of="errors", by="the theorem")
        assert none.said == "4 errors, all zero by the theorem: the same to 10⁻⁹"
        wrong = identity([1.0, 9.0], [1.0, 2.0], atol=1e-12, of="answers", by="ridge", unit="m")
        assert wrong.said == "9 m where 2 m is predicted by ridge (worst of 2 answers)"

    def test_beyond_the_tolerance_the_worst_entry_is_shown(self):
        check = identity([1.0, 2.5, 3.1], [1.0, 2.0, 3.0], atol=1e-12)
        assert check.verdict is Verdict.REFUTED
        assert (check.predicted, check.measured) == ("2 (worst of 3 values)", "2.5")
        assert (check.miss.kind, check.miss.value) == ("factor", 1.25)
        assert check.miss.text == "off by 25 %"
        assert check.notices is None

    def test_the_tolerances_add_up(self):
        assert identity(101.5, 100.0, atol=1.0, rtol=1e-2).verdict.holds
        assert identity(102.5, 100.0, atol=1.0, rtol=1e-2).verdict is Verdict.REFUTED
        both = identity(3.0, 3.0, atol=1e-9, rtol=1e-6)
        assert both.measured == "the same to 10⁻⁹ + 10⁻⁶ (relative)"

    def test_rtol_is_relative_to_the_prediction(self):
        assert identity(1.0, 0.0, rtol=0.5).verdict is Verdict.REFUTED

    def test_rounding_below_the_tolerance_reaches_nothing_that_is_shown(self):
        checks = [identity(9 + e, 9.0, atol=1e-9) for e in (0.0, 3e-15, -8e-14, 7e-10)]
        assert len({(one.measured, one.said, one.notices) for one in checks}) == 1

    @pytest.mark.parametrize(
        ("tolerance", "verdict"),
        [
            (EXACT, Verdict.EXACT),
            (1.01 * EXACT, Verdict.CONSISTENT),
            (0.04, Verdict.CONSISTENT),
            (0.06, Verdict.NOT_CONTRADICTED),
            (1.5, Verdict.INCONCLUSIVE),
        ],
    )
    def test_the_verdict_follows_from_the_tolerance(self, tolerance, verdict):
        p = np.array([0.5, 2.0, -4.0])
        assert identity(p, p, rtol=tolerance).verdict is verdict
        assert identity(p, p, atol=4.0 * tolerance).verdict is verdict

    def test_a_loose_tolerance_notices_what_turns_it(self):
        m, p = np.array([1.0, 2.03, 4.0]), np.array([1.0, 2.0, 4.0])
        check = identity(m, p, rtol=0.02)
        assert turned(lambda changed: identity(m, changed, rtol=0.02), p, check.notices)
        assert check.notices.kind == "factor"
        assert check.notices.value == 0.02  # up: the first entry; down: the second entry, sooner

    def test_a_tight_one_notices_what_passes_no_rounding(self):
        check = identity(2.0, 2.0, atol=1e-12)
        assert check.notices.value == 1e-12  # of 2: the measurement may lie 1e-12 off, either way
        for rounding in (-1e-12, 0.0, 1e-12):
            shifted = 2.0 + rounding
            assert identity(shifted, 2.0 * (1 + 1.1e-12), atol=1.0001e-12).verdict in (
                Verdict.REFUTED,
                Verdict.EXACT,
            )
            assert identity(shifted, 2.0 * (1 + 1.1e-11), atol=1e-12).verdict is Verdict.REFUTED

    def test_zeros_are_judged_by_their_size(self):
        m = np.zeros(3)
        assert identity(m, 0.0, atol=1e-9, size=10.0).verdict is Verdict.EXACT
        small = identity(m, 0.0, atol=1e-9, size=1e-3)
        assert small.verdict is Verdict.CONSISTENT
        assert small.settings["size"] == 1e-3
        assert small.notices.kind == "shift"
        assert small.notices.value == 2e-6
        assert small.notices.text == "a shift of 2·10⁻⁹"
        off = identity([0.0, 0.5], 0.0, atol=1e-9, size=2.0)
        assert (off.miss.kind, off.miss.value) == ("shift", 0.25)
        assert off.miss.text == "off by 0.5 (0.25 of 2)"

    def test_integers_need_no_tolerance(self):
        check = identity([3, 4], [3, 4], of="ranks")
        assert check.verdict is Verdict.EXACT
        assert check.said == "2 ranks: exactly the same"
        assert (check.notices.kind, check.notices.value) == ("case", 0.5)
        assert check.notices.text == "a single exception"
        wrong = identity(np.array([True, False, True]), [True, True, True])
        assert wrong.verdict is Verdict.REFUTED
        assert wrong.miss.text == "1 of 3 differ"
        assert identity(5, 4).miss.text == "5 instead"
        with pytest.raises(ValueError, match="unless both sides are integers"):
            identity([3.0, 4.0], [3, 4])

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
            (1.0, 0.0, {"atol": 1.0, "size": 0.0}, "size"),
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
            (1.0, 0.04, Verdict.CONSISTENT),
            (1.005, 0.04, Verdict.CONSISTENT),
            (1.02, 0.04, Verdict.NOT_CONTRADICTED),  # upwards only 6 % would have been noticed
            (1.05, 0.2, Verdict.NOT_CONTRADICTED),
            (1.05, 0.04, Verdict.REFUTED),
            (2.0, 1.5, Verdict.INCONCLUSIVE),
            (5.0, 3.0, Verdict.REFUTED),  # too wide, and still outside
        ],
    )
    def test_the_verdict(self, estimate, half_width, verdict):
        check = interval(estimate, half_width, 1.0)
        assert check.verdict is verdict
        assert check.settings == {}

    @pytest.mark.parametrize(("estimate", "predicted"), [(1.1, 1.0), (-3.0, -2.9), (0.5, 0.45)])
    def test_it_notices_what_turns_it(self, estimate, predicted):
        check = interval(estimate, 0.2, predicted)
        assert turned(
            lambda changed: interval(estimate, 0.2, float(changed)), predicted, check.notices
        )

    def test_what_reaches_zero_notices_nothing_below(self):
        check = interval(1.0, 1.1, 1.5)
        assert check.notices.down is None
        assert check.notices.value is None
        assert check.verdict is Verdict.INCONCLUSIVE
        assert check.notices.text == "hardly any error"
        assert check.notices.record() == {
            "kind": "factor",
            "value": None,
            "text": "hardly any error",
            "said": "would have noticed hardly any error",
        }

    def test_a_size_makes_it_a_shift(self):
        check = interval(0.01, 0.03, 0.0, size=2.0, unit="nats")
        assert (check.notices.kind, check.notices.value) == ("shift", 0.02)
        assert check.notices.text == "a shift of 0.04 nats"
        assert check.verdict is Verdict.CONSISTENT
        assert turned(lambda c: interval(0.01, 0.03, float(c), size=2.0), 0.0, check.notices)
        assert interval(0.01, 0.03, 0.0, size=0.5).verdict is Verdict.NOT_CONTRADICTED
        small = interval(0.01, 0.03, 0.005, size=2.0)
        assert (small.notices.kind, small.verdict) == ("shift", Verdict.CONSISTENT)

    def test_the_printed_form(self):
        check = interval(
            -0.123456, 0.0345678, -0.1, note="how", of="the gap", by="theory", unit="m"
        )
        assert (check.predicted, check.measured) == ("−0.1 m", "−0.1235 ± 0.035 m")
        assert check.note == "how"
        assert check.said == "the gap: −0.1235 ± 0.035 m; predicted by theory: −0.1"
        assert interval(2e-7, 1e-9, 3e10).measured == "2·10⁻⁷ ± 10⁻⁹"
        assert interval(2e-7, 1e-9, 3e12).predicted == "3·10¹²"

    def test_by_how_much_it_misses(self):
        assert interval(2.0, 0.1, 1.0).miss.value == 2.0
        assert interval(1.0, 0.1, 2.0).miss.value == 2.0
        other = interval(1.0, 0.1, -2.0).miss
        assert (other.kind, other.value) == ("shift", 3.0)
        assert other.text == "off by 3, where −2 is predicted"

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((NAN, 0.1, 1.0), "estimate"),
            ((1.0, NAN, 1.0), "half_width"),
            ((1.0, -0.1, 1.0), r"half_width must lie in \[0, inf"),
            ((1.0, 0.1, INF), "predicted"),
        ],
    )
    def test_bad_input(self, arguments, words):
        with pytest.raises(ValueError, match=words):
            interval(*arguments)


class TestFromSeeds:
    VALUES = np.array([0.9, 1.1, 1.0, 1.2, 0.8])

    def test_the_interval_is_students_at_the_level_of_the_book(self):
        half = t.ppf(0.5 + LEVEL / 2, 4) * self.VALUES.std(ddof=1) / math.sqrt(5)
        assert LEVEL == 0.999
        inside = from_seeds(self.VALUES, 1.0 + half * (1 - 1e-9))
        outside = from_seeds(self.VALUES, 1.0 + half * (1 + 1e-9))
        assert inside.verdict is not Verdict.REFUTED
        assert outside.verdict is Verdict.REFUTED
        assert inside.numbers["half_width"] == pytest.approx(half, rel=1e-3)
        assert inside.kind == "seeds"
        assert inside.note == "mean of 5 seeds, 99.9 % interval"

    def test_an_interval_too_wide_is_not_consistent(self):
        verdicts = [from_seeds(1 + (self.VALUES - 1) / k, 1.0).verdict for k in (20, 4, 1)]
        assert verdicts == ["consistent", "not contradicted", "inconclusive"]

    def test_a_stated_bias_widens_the_interval(self):
        tight = np.array([1.0, 1.0, 1.0])
        assert from_seeds(tight, 1.02).verdict is Verdict.REFUTED
        widened = from_seeds(tight, 1.02, allowance=0.025)
        assert widened.verdict is Verdict.CONSISTENT
        assert widened.settings == {"allowance": 0.025}
        assert from_seeds(tight, 1.02, allowance=0.1).verdict is Verdict.NOT_CONTRADICTED

    def test_the_share_of_misses_is_what_the_level_promises(self):
        rng = np.random.default_rng(11)
        replicates, seeds = 2000, 5
        draws = rng.standard_normal((replicates, seeds))
        missed = sum(from_seeds(row, 0.0).verdict is Verdict.REFUTED for row in draws)
        low, high = binom.ppf([1e-4, 1 - 1e-4], replicates, 1 - LEVEL)
        assert low <= missed <= high

    @pytest.mark.parametrize(
        ("values", "settings", "words"),
        [
            ([1.0, 1.0], {}, ">= 3 seeds"),
            ([[1.0, 1.0, 1.0]], {}, ">= 3 seeds"),
            ([1.0, NAN, 1.0], {}, "values"),
            ([1.0, 2.0, 1.0], {"allowance": -0.1}, "allowance"),
            ([1.0, 2.0, 1.0], {"allowance": NAN}, "allowance"),
            ([1.0, 2.0, 1.0], {"allowance": INF}, "allowance"),
        ],
    )
    def test_bad_input(self, values, settings, words):
        with pytest.raises(ValueError, match=words):
            from_seeds(values, 1.0, **settings)


class TestLimit:
    def test_an_approach(self):
        check = limit([2.0, 1.5, 1.1, 1.01], 1.0, resolution=0.02, of="the ratio", by="the law")
        assert check.verdict is Verdict.CONSISTENT
        assert (check.predicted, check.measured) == ("1", "2 → 1.01")
        assert check.note == "4 terms; the last must be within 0.02"
        assert check.said == "the ratio goes 2 → 1.01 in 4 terms; the limit by the law: 1"
        assert check.notices.value == 0.03  # upwards; downwards 0.01 is enough
        values = [2.0, 1.5, 1.1, 1.01]
        assert turned(lambda c: limit(values, float(c), resolution=0.02), 1.0, check.notices)

    def test_a_limit_seen_from_far_away(self):
        check = limit([2.0, 1.5, 1.1], 1.0, resolution=0.2)
        assert check.verdict is Verdict.NOT_CONTRADICTED

    def test_the_distance_counts_not_the_side(self):
        assert limit([0.0, 1.5, 0.8, 1.1], 1.0, resolution=0.2).verdict.holds

    def test_a_limit_of_zero_is_judged_by_its_size(self):
        values = [0.3, 0.1, 0.01]
        assert limit(values, 0.0, resolution=0.02).verdict is Verdict.CONSISTENT
        assert limit(values, 0.0, resolution=0.02, size=0.1).verdict is Verdict.NOT_CONTRADICTED

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
        assert limit([1.1, 1.0, 1.0 + 2e-16], 1.0, resolution=0.1).verdict.holds

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
        assert (check.miss is None) is holds

    def test_the_allowance_relaxes_the_weak_senses_and_tightens_the_strict(self):
        assert bound(1 + 1e-13, 1.0, rtol=1e-12).verdict is Verdict.CONSISTENT
        assert bound(-1 - 1e-13, -1.0, sense=">=", rtol=1e-12).verdict is Verdict.CONSISTENT
        assert bound(1 - 1e-13, 1.0, sense="<", rtol=1e-12).verdict is Verdict.REFUTED
        assert bound(1 + 1e-13, 1.0, sense=">", rtol=1e-12).verdict is Verdict.REFUTED

    @pytest.mark.parametrize("sense", ["<=", ">="])
    @pytest.mark.parametrize("sign", [1.0, -1.0])
    def test_it_notices_the_factor_that_turns_it(self, sense, sign):
        upper = sense == "<="
        v = sign * np.array([1.0, 2.0, 3.0])
        edge = v * (1.3 if upper == (sign > 0) else 1 / 1.3)
        check = bound(v, edge, sense=sense)
        assert check.notices.kind == "strength"
        assert check.notices.value == 1.3
        assert check.numbers["tightest"] == pytest.approx(1.3)
        divide = upper == (sign > 0)
        for factor, verdict in ((1.299, Verdict.CONSISTENT), (1.301, Verdict.REFUTED)):
            stronger = edge / factor if divide else edge * factor
            assert bound(v, stronger, sense=sense).verdict is verdict

    @pytest.mark.parametrize(
        ("slack", "verdict"),
        [(1.0, Verdict.CONSISTENT), (1.99, Verdict.CONSISTENT), (2.1, Verdict.NOT_CONTRADICTED)],
    )
    def test_a_bound_must_be_attained_within_a_factor_of_two_somewhere(self, slack, verdict):
        check = bound([1.0, 1.0], [1e6, slack])
        assert check.verdict is verdict

    def test_the_words_for_how_strong_it_is(self):
        assert bound(1.0, 1.0).notices.text == "any stronger bound: it is attained"
        assert bound(1.0, 1.04).notices.text == "a bound stronger by 4 %"
        assert bound(1.0, 80000.0).notices.text == "a bound stronger by a factor 80000"

    def test_cases_that_are_trivial_do_not_count(self):
        check = bound([-1.0, 0.0, 1.0], 1.5)
        assert check.notices.value == 1.5
        assert bound([-1.0, -2.0], 1.5).verdict is Verdict.NOT_CONTRADICTED
        assert bound([-1.0, -2.0], 1.5).notices.text == "no stronger bound"

    def test_a_bound_at_zero_is_judged_by_a_shift(self):
        near, far = [0.01, 1.0, 2.0], [0.1, 1.0, 2.0]
        assert bound(near, 0.0, sense=">").verdict is Verdict.CONSISTENT
        check = bound(far, 0.0, sense=">")
        assert check.verdict is Verdict.NOT_CONTRADICTED
        assert (check.notices.kind, check.notices.value) == ("margin", 0.1)
        assert bound(far, 0.0, sense=">", size=10.0).verdict is Verdict.CONSISTENT
        assert bound(np.negative(far), 0.0, sense="<").notices.value == 0.1

    def test_one_case_that_fails_refutes(self):
        check = bound([1.0, 2.0, 5.0], [4.0, 4.0, 4.0], of="times", by="the lemma")
        assert check.verdict is Verdict.REFUTED
        assert check.measured == "fails in 1 of 3; the worst off by 25 %"
        assert check.said == "1 of 3 times are not at most 4 by the lemma; the worst off by 25 %"
        assert check.numbers == {"cases": 3.0, "held": 2.0, "tightest": 0.8, "median": 2.0}
        assert check.miss.value == 1.25
        shift = bound([-1.0, 2.0], 0.5, sense=">")
        assert (shift.miss.kind, shift.miss.value) == ("shift", 1.0)

    @pytest.mark.parametrize("sense", ["<=", ">=", "<", ">"])
    @pytest.mark.parametrize("sign", [1.0, -1.0])
    def test_a_factor_is_at_least_one_exactly_where_the_bound_holds(self, sense, sign):
        rng = np.random.default_rng(3)
        for value, edge in sign * rng.uniform(0.1, 2.0, size=(50, 2)):
            check = bound(value, edge, sense=sense)
            assert (check.numbers["tightest"] >= 1) is check.verdict.holds

    def test_the_printed_form(self):
        check = bound([1.0, 2.0], 5.0)
        assert check.predicted == "at most 5, 2 cases"
        assert check.measured == (
            "holds in all 2; a factor 2.5 from the bound at the tightest, 3.75 in the median"
        )
        assert check.said == "2 cases, all at most 5"
        one = bound(1.0, 5.0, unit="bits", of="the code", by="counting")
        assert one.predicted == "<= 5 bits"
        assert one.said == "the code: 1 bits, at most 5 bits by counting"
        assert bound([1.0, 2.0], [5.0, 6.0]).said == "2 cases, all at most the bound"

    @pytest.mark.parametrize(
        ("values", "bounds", "settings", "words"),
        [
            ([], 1.0, {}, "values must not be empty"),
            (NAN, 1.0, {}, "values"),
            (1.0, NAN, {}, "bounds"),
            (1.0, 1.0, {"sense": "=="}, "sense must be"),
            (1.0, 1.0, {"rtol": -1e-9}, "rtol"),
            (2.0, 1.0, {"rtol": NAN}, "rtol"),
            (2.0, 1.0, {"rtol": INF}, "rtol"),
            (2.0, 0.0, {"sense": ">", "size": -1.0}, "size"),
        ],
    )
    def test_bad_input(self, values, bounds, settings, words):
        with pytest.raises(ValueError, match=words):
            bound(values, bounds, **settings)


class TestCases:
    def test_all_of_few_cases_is_not_much(self):
        check = cases([True] * 9, of="seeds")
        assert check.verdict is Verdict.NOT_CONTRADICTED
        assert check.said == "as stated in 9 of 9 seeds"
        assert check.notices.text == "exceptions in 54 % of all cases"

    def test_it_notices_exceptions_at_the_level_of_the_book(self):
        for n in (9, 133, 134, 500):
            check = cases([True] * n)
            seen = 1 - (1 - check.notices.up) ** n
            assert seen == pytest.approx(LEVEL)
            assert (check.verdict is Verdict.CONSISTENT) is (n >= 134)

    def test_cases_that_are_all_there_are(self):
        check = cases(np.ones((2, 4), dtype=bool), of="patterns", by="the sign", exhaustive=True)
        assert check.verdict is Verdict.EXACT
        assert check.said == "as stated by the sign in all of the 8 patterns"
        assert check.notices.text == "a single exception"

    def test_one_exception_refutes(self):
        check = cases([True, False, True], of="runs")
        assert check.verdict is Verdict.REFUTED
        assert check.measured == "2 of 3 runs"
        assert check.miss.text == "wrong in 1 of 3"
        assert cases([False], exhaustive=True).verdict is Verdict.REFUTED

    def test_bad_input(self):
        with pytest.raises(ValueError, match="outcomes"):
            cases([])
        with pytest.raises(TypeError, match="truth values"):
            cases([1.0, 0.0])


def test_not_testable_needs_a_reason():
    check = not_testable("the constant is not given")
    assert (check.verdict, check.note) == (Verdict.NOT_TESTABLE, "the constant is not given")
    with pytest.raises(ValueError, match="reason"):
        not_testable(" ")


X = np.geomspace(10, 1000, 9)
EVERY = [
    identity(9.0, np.float64(9.0), atol=1e-12),
    identity([True], np.array([True])),
    interval(np.float64(1.0), 0.1, 1.0),
    from_seeds([1, 2, 1], 1.0),
    limit([3, 2, 1], 1, resolution=np.float64(0.5), size=np.float32(2)),
    bound(1, 2),
    bound(1, 0, sense=">"),
    cases(np.array([True])),
    exponent(X, np.tile(X, (8, 1)), 1, window=(np.int64(10), 1000)),
    not_testable("because"),
    identity(8.0, 9.0, atol=1e-12),
    interval(1.0, 0.1, -1.0),
    bound(3.0, np.float64(2.0)),
    exponent(X, np.tile(X, (8, 1)), 2, window=(10, 1000)),
]


@pytest.mark.parametrize("check", EVERY, ids=lambda check: f"{check.kind}-{check.verdict}")
def test_what_a_check_keeps_is_plain_json(check):
    assert isinstance(check, Check)
    kept = [check.settings, check.numbers]
    kept += [one.record() for one in (check.notices, check.miss) if one is not None]
    for one in kept:
        assert json.loads(json.dumps(one, allow_nan=False)) == one
    assert check.said
    holds = check.verdict.holds or check.verdict is Verdict.INCONCLUSIVE
    assert (check.notices is not None) is holds
    assert (check.miss is not None) is (check.verdict is Verdict.REFUTED)
