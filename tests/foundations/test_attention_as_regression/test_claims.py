"""The list of claims."""

from iclnb.foundations.attention_as_regression.claims import CLAIMS


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) == 13
    assert {(c.part, c.chapter) for c in CLAIMS} == {("foundations", "attention-as-regression")}
