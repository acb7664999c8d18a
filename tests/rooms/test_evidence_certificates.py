"""The room `evidence`: certificates, proofs, and the cards they display."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from iclnb.evidence import (
    METADATA_KEY,
    Certificate,
    CertificateError,
    Claim,
    Control,
    Provenance,
    Verdict,
    bound,
    cases,
    certify,
    from_seeds,
    identity,
    interval,
    not_testable,
    proved,
)
from iclnb.evidence.card import BADGES


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


RIGHT = identity(9.0, 9.0, atol=1e-12, of="the square", by="multiplication")
WRONG = identity(27.0, 9.0, atol=1e-12, of="the square", by="multiplication")


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

    @pytest.mark.parametrize(
        ("half_width", "verdict"),
        [(0.01, "consistent"), (0.5, "not contradicted"), (2.0, "inconclusive")],
    )
    def test_the_book_must_say_how_strong_the_evidence_is(self, half_width, verdict):
        check, off = interval(1.0, half_width, 1.0), interval(1.0, half_width, 10.0)
        for said in ("consistent", "not contradicted", "inconclusive"):
            one = claim(expected=said)
            if said == verdict:
                assert certify(one, check, control=Control("what", off)).verdict == said
            else:
                with pytest.raises(CertificateError, match=f"says {said}, the.* {verdict}"):
                    certify(one, check, control=Control("what", off))

    @pytest.mark.parametrize("half_width", [0.5, 2.0])
    def test_a_control_that_is_not_refuted_raises(self, half_width):
        good, idle = interval(1.0, 0.05, 1.0), interval(1.0, half_width, 1.1)
        with pytest.raises(CertificateError, match="had to be refuted"):
            certify(claim(expected="not contradicted"), good, control=Control("wider", idle))

    def test_a_control_that_does_not_fail_raises(self):
        with pytest.raises(CertificateError, match=r"the control \(nothing\) came out exact"):
            demo(control=Control("nothing", RIGHT))

    def test_a_missing_control_raises(self):
        with pytest.raises(ValueError, match="needs a negative control"):
            demo(control=None)

    @pytest.mark.parametrize(
        "other",
        [
            identity(27.0, 9.0, atol=1e-3),
            bound(27.0, 9.0),
            identity(27.0, 9.0, rtol=1e-12),
            identity(27.0, 9.0, atol=1e-12, size=9.0),
        ],
    )
    def test_a_control_by_another_check_raises(self, other):
        with pytest.raises(ValueError, match="same check with the same settings"):
            demo(control=Control("another", other))

    def test_a_refuted_claim_needs_a_right_form_that_holds(self):
        refuted = claim(expected="refuted")
        certificate = certify(refuted, WRONG, control=Control("the square", RIGHT))
        record = certificate.record()
        assert record["negative_control"]["failed"] is False
        assert record["notices"] == RIGHT.notices.record()  # of the right form
        assert record["negative_control"]["miss"] == WRONG.miss.record()  # of the printed one
        with pytest.raises(
            CertificateError, match=r"right form .* came out refuted; it had to hold"
        ):
            certify(refuted, WRONG, control=Control("also wrong", WRONG))
        idle = interval(27.0, 30.0, 9.0)
        with pytest.raises(CertificateError, match="came out inconclusive; it had to hold"):
            certify(refuted, interval(27.0, 1.0, 9.0), control=Control("wide", idle))

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


def proven(**changes):
    """Return what an exact computation hands over."""
    fields = {
        "holds": True,
        "method": "rational points",
        "where": "every covariance",
        "strength": "equal at 3 rational points",
        "relies_on": (),
    }
    return SimpleNamespace(**{**fields, **changes})


class TestProved:
    def test_a_proof(self):
        check = proved(proven(relies_on=("Wick",)), bridge=RIGHT)
        assert check.verdict is Verdict.PROVED
        assert check.said == "Every covariance: equal at 3 rational points."
        assert check.notices.text == "any error, by exact arithmetic"
        assert check.note.startswith("uses Wick; the library agrees: the square: 9, predicted")

    @pytest.mark.parametrize(
        ("method", "arithmetic"),
        [
            ("sign", "exact arithmetic"),
            ("enclosure", "ball arithmetic"),
            ("finite bound", "exact arithmetic"),
            ("rational points bound", "exact arithmetic"),
        ],
    )
    def test_a_bound_is_known_to_notice_its_near_miss_only(self, method, arithmetic):
        notices = proved(proven(method=method)).notices
        assert notices.said == f"would have noticed its near miss, by {arithmetic}"
        assert notices.enough
        assert (notices.kind, notices.value) == ("near", 0.0)

    def test_a_near_miss(self):
        check = proved(proven(holds=False, strength="different at a rational point"))
        assert check.verdict is Verdict.REFUTED
        assert check.miss.text == "different at a rational point"
        made = certify(
            claim(expected="proved"),
            proved(proven(), bridge=RIGHT),
            control=Control("one more", check),
        )
        assert made.record()["negative_control"]["miss"]["kind"] == "any"

    def test_a_library_that_disagrees_is_refuted(self):
        assert proved(proven(), bridge=WRONG).verdict is Verdict.REFUTED
        with pytest.raises(ValueError, match="must be exact"):
            proved(proven(), bridge=identity(9.0, 9.0, rtol=1e-3))

    def test_a_real_proof(self):
        from iclnb.exact import vanishes

        def square_of_a_sum(x):
            a, b = x(), x()
            return [((a + b) * (a + b), a * a + 2 * a * b + b * b)]

        def near(x):
            a, b = x(), x()
            return [((a + b) * (a + b), a * a + 3 * a * b + b * b)]

        assert proved(vanishes("demo", square_of_a_sum, where="all a, b")).verdict == "proved"
        assert proved(vanishes("demo", near, where="all a, b")).verdict == "refuted"


TEXT = """\
[exact] demo-square: The square: 9, predicted by multiplication; the same to 10⁻¹².
  would notice: an error of 2·10⁻¹³ (relative)
  control:      exponent 3 for 2: off by a factor 3
  seeds:        1, 2, 5–8
  regime:       one case
  source:       arithmetic, Theorem 1 (quoted)"""

SEEDS = (1, 2, 5, 6, 7, 8)


class TestCard:
    def test_the_text_is_stable(self):
        bundle, about = demo(seeds=SEEDS)._repr_mimebundle_()
        assert bundle["text/plain"] == TEXT
        assert str(demo(seeds=SEEDS)) == TEXT
        assert set(bundle) == {"text/plain", "text/html"}
        assert set(about) == {METADATA_KEY}

    def test_rounding_does_not_reach_the_text(self):
        nearby = identity(
            9.0 + 2e-15, 9.0, atol=1e-12, of="the square", by="multiplication"
        )  # fmt: skip
        control = Control("exponent 3 for 2", WRONG)
        assert str(certify(claim(), nearby, control=control, seeds=SEEDS)) == TEXT

    def test_the_page_says_the_same(self):
        html = demo(seeds=SEEDS)._repr_mimebundle_()[0]["text/html"]
        plain = re.sub(r"<[^>]*>", "|", html)
        assert html.startswith(
            '<details class="iclnb-card tex2jax_process" data-claim="demo-square"'
        )
        assert 'data-verdict="exact"' in html
        for row in TEXT.splitlines()[1:]:
            name, text = row.strip().split(":", 1)
            assert f"|{name}|" in plain
            assert f"|{text.strip()}|" in plain

    def line(self, certificate):
        """Return the words of a card's line."""
        html = certificate._repr_mimebundle_()[0]["text/html"]
        return re.sub(r"<[^>]*>", "", re.search(r"<summary.*?</summary>", html)[0])

    def test_the_line_holds_verdict_resolving_power_and_control(self):
        assert self.line(demo()) == (
            "✓ exact · would have noticed an error of 2·10⁻¹³ (relative)"
            " · control: exponent 3 for 2, off by a factor 3"
        )
        refuted = certify(
            claim(expected="refuted"), WRONG, control=Control("the square", RIGHT), scale="quick"
        )
        assert self.line(refuted) == (
            "✗ refuted · as printed off by a factor 3 · right form: the square, exact"
            " · would have noticed an error of 2·10⁻¹³ (relative)"
        )
        wide = certify(
            claim(expected="not contradicted"),
            interval(1.0, 0.5, 1.0),
            control=Control("ten times as much", interval(1.0, 0.5, 10.0)),
        )
        assert self.line(wide) == (
            "○ not contradicted · would only have noticed a factor 2"
            " · control: ten times as much, off by a factor 10"
        )
        untested = certify(claim(expected="not testable"), not_testable("No constant."))
        assert self.line(untested) == "– not testable · No constant."

    def test_one_provenance(self):
        one = claim(source="Wick's formula (derived here)", provenance="derived here")
        text = str(certify(one, RIGHT, control=Control("what", WRONG), scale="quick"))
        assert text.count("derived here") == 1
        numbered = claim(source="Kim and Suzuki", paper="kim2024", number="Theorem 4.5")
        text = str(certify(numbered, RIGHT, control=Control("what", WRONG), scale="quick"))
        assert text.endswith("Kim and Suzuki, Theorem 4.5 (quoted)")

    def test_no_boolean_is_shown_as_a_slack(self):
        one = claim(expected="exact")
        check = cases([True, True], of="runs", exhaustive=True)
        control = Control("what", cases([True, False], of="runs", exhaustive=True))
        text = str(certify(one, check, control=control, scale="quick"))
        assert text.startswith("[exact] demo-square: As stated in all of the 2 runs.\n")
        assert "control:      what: wrong in 1 of 2\n" in text

    def test_the_page_escapes_what_is_no_markup(self):
        bad = '<b title="x">1 < 2 & 3</b>'
        one = claim(source=bad, regime=bad)
        check = identity(9.0, 9.0, atol=1e-12, of=bad)
        html = certify(one, check, control=Control(bad, WRONG), scale="quick")._repr_mimebundle_()
        assert "<b " not in html[0]["text/html"]
        assert html[0]["text/html"].count("&lt;b title=&quot;x&quot;&gt;1 &lt; 2 &amp; 3") == 5

    def test_every_verdict_has_a_badge_with_a_sign_and_a_word(self):
        signs = set()
        for verdict in Verdict:
            check = replace(RIGHT, verdict=verdict)
            shown = Certificate(claim(), check, None, (), "quick")._repr_mimebundle_()[0]
            found = re.search(r">(\S)</span> ([a-z ]+)</span>", shown["text/html"])
            assert found
            assert found[2] == str(verdict)
            signs.add(found[1])
        assert set(BADGES) == {str(verdict) for verdict in Verdict}
        assert len(signs) == 6  # exact and consistent share the tick

    def test_the_badge_can_be_read(self):
        """The contrast of white on each colour is at least 4.5 (WCAG 2, AA)."""
        for _, colour in BADGES.values():
            rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
            linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
            assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5

    @pytest.mark.parametrize(
        ("check", "wrong", "expected"),
        [
            (RIGHT, WRONG, "exact"),
            (bound([1.0, 2.0], np.float64(3.0)), bound([1.0, 4.0], 3.0), "consistent"),
            (from_seeds([1, 1, 1], 1.0), from_seeds([1, 1, 1], -1.0), "consistent"),
            (interval(1.0, 2.0, 1.0), interval(1.0, 2.0, 9.0), "inconclusive"),
        ],
    )
    def test_the_record_is_plain_json(self, check, wrong, expected):
        certificate = certify(
            claim(expected=expected), check, control=Control("what", wrong), seeds=range(2)
        )
        record = certificate.record()
        assert json.loads(json.dumps(record, allow_nan=False)) == record
        assert record["negative_control"] == {
            "what": "what",
            "verdict": "refuted",
            "said": record["negative_control"]["said"],
            "predicted": wrong.predicted,
            "measured": wrong.measured,
            "failed": True,
            "miss": wrong.miss.record(),
        }
