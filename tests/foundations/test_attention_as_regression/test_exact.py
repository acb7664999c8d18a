"""The exact twins: proved as stated, refuted when off by little, and tied to the library."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl
from iclnb.foundations.attention_as_regression import exact

LITTLE = Fraction(1, 10**9)

NEAR_MISSES = [
    (exact.ridge_identity, {"factor": 5 + LITTLE}),
    (exact.ridge_identity, {"factor": 1}),
    (exact.posterior_mean, {"shrinkage": Fraction(1, 5) + LITTLE}),
    (exact.posterior_mean, {"shrinkage": Fraction(1, 4)}),
    (exact.exact_risk, {"signal": 0}),
    (exact.exact_risk, {"signal": 1 + LITTLE}),
    (exact.best_gamma, {"strength": 0}),
    (exact.best_gamma, {"strength": 1 - LITTLE}),
    (exact.zfb_risk, {"middle": 1}),
    (exact.zfb_risk, {"middle": 2 + LITTLE}),
    (exact.length_floor, {"power": 1}),
    (exact.forward_descent, {"symmetric": False}),
    (exact.special_weights, {"below": True}),
    (exact.softmax_series, {"centred": 0}),
    (exact.softmax_series, {"centred": 1 + LITTLE}),
    (exact.gaussian_tilt, {"shift": 1 + LITTLE}),
]


@pytest.mark.parametrize("twin", dict.fromkeys(twin for twin, _ in NEAR_MISSES))
def test_as_stated(twin):
    proof = twin()
    assert proof.holds
    assert proof.where


@pytest.mark.parametrize(("twin", "wrong"), NEAR_MISSES)
def test_near_misses(twin, wrong):
    assert not twin(**wrong).holds


def floats(values):
    return np.array(values, dtype=float)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_library_gives_the_enumerated_risk(n):
    inputs, tasks, noise, Gamma = exact.example(2)
    value = exact.sampled_out_risk(n, inputs, tasks, noise, Gamma)
    law = aar.LinearTasks(floats(inputs), floats(tasks), noise=float(noise) ** 0.5)
    risk = aar.population_risk(law, floats(Gamma), prompt_length=n)
    assert risk == pytest.approx(float(value), rel=1e-12)


def test_the_moment_of_the_display_is_that_of_the_library():
    inputs, tasks, noise, _ = exact.example(3)
    law = aar.LinearTasks(floats(inputs), floats(tasks), noise=float(noise) ** 0.5)
    A = exact.correlation_moment(Fraction(4), inputs, tasks, noise)
    np.testing.assert_allclose(aar.correlation_moment(law, prompt_length=4), floats(A), rtol=1e-12)


def test_an_attention_layer_votes():
    X, y, query = floats([[1, 2], [3, -1], [2, 5]]), floats([2, -3, 4]), floats([[1, 7]])
    Gamma = floats([[2, 1], [-1, 3]])
    votes = sum(label * row @ Gamma @ query[0] for label, row in zip(y, X)) / 3
    assert icl.linear_attention(X, y, query, Gamma) == pytest.approx(votes, rel=1e-14)
