"""The exact twins: proved as stated, refuted when off by little."""

import pytest

from iclnb.features.low_dimensional_gpt2 import exact


@pytest.mark.claim("gpt2-count")
def test_the_count_of_the_tensors():
    assert exact.count().holds
    assert not exact.count(biases=12).holds


@pytest.mark.claim("gpt2-published-count")
def test_the_published_count_to_the_last_word():
    assert exact.published_count().holds
    assert not exact.published_count(words=50_256).holds


@pytest.mark.claim("gpt2-no-context")
@pytest.mark.parametrize("degree", [2, 3, 4, 6])
def test_the_plateau_at_every_degree(degree):
    assert exact.plateau(degree=degree).holds
    assert not exact.plateau(degree=degree, shift=1).holds


@pytest.mark.claim("gpt2-one-pass")
def test_a_query_in_one_pass_and_alone():
    assert exact.one_pass().holds
    assert not exact.one_pass(masked=False).holds


@pytest.mark.claim("gpt2-one-block")
def test_labels_exchanged_under_one_block():
    assert exact.one_block().holds
    assert not exact.one_block(blocks=2).holds
