"""The room `evidence`: claims, and the factory of a chapter."""

import dataclasses

import pytest

from iclnb.evidence import Claim, Provenance, Verdict, chapter_claims


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

    def test_what_says_nothing_is_expected_to_be_consistent(self):
        fields = {f.name: getattr(claim(), f.name) for f in dataclasses.fields(Claim)}
        del fields["expected"]
        assert Claim(**fields).expected is Verdict.CONSISTENT

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
        with pytest.raises(ValueError, match="must be one of"):
            claim(**bad)

    def test_a_number_stands_in_a_paper(self):
        one = claim(paper="kim2024", number="Theorem 4.5")
        assert (one.paper, one.number) == ("kim2024", "Theorem 4.5")
        with pytest.raises(ValueError, match=r"number Theorem 4\.5 and names no paper"):
            claim(number="Theorem 4.5")

    def test_which_verdicts_support_a_statement(self):
        assert [str(v) for v in Verdict if v.holds] == [
            "proved",
            "exact",
            "consistent",
            "not contradicted",
        ]


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
