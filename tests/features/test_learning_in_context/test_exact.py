"""The exact twins: proved as stated, refuted when off by little; their points in the library."""

from fractions import Fraction

import numpy as np
import pytest

from iclnb.features import learning_in_context as lic
from iclnb.features.learning_in_context import exact
from iclnb.prompts import AttentionData


@pytest.mark.parametrize(
    ("proof", "right", "near"),
    [
        (exact.affine, {}, {"task_part": False}),
        (exact.ridge_limit, {}, {"power": 2}),
        (exact.length_mismatch, {}, {"power": 1}),
        (exact.solvers, {}, {"prompts": False}),
        (exact.kernel_wins, {}, {"missing": 1}),
        (exact.stage_two_display, {"mean": True}, {"mean": False}),
        (exact.table, {"power": 4}, {"power": 2}),
    ],
)
def test_proved_as_stated_and_refuted_next_to_it(proof, right, near):
    assert proof(**right).holds
    assert not proof(**near).holds


def moments_of(exact_moments):
    return lic.AttentionMoments(*(np.array(part, float) for part in exact_moments))


@pytest.mark.claim("idx-affine")
@pytest.mark.parametrize("n", [1, 3])
def test_the_risk_of_a_finite_law_by_all_its_prompts(n):
    moments, Gamma, counted = exact.example(n)
    found = lic.context_risk(moments_of(moments), np.array(Gamma, float)).at(n)
    assert found == pytest.approx(float(counted), rel=1e-12)


@pytest.mark.claim("idx-length-mismatch")
@pytest.mark.parametrize("n", [3, 50])
def test_the_best_matrix_by_its_equation(n):
    moments, Gamma = exact.regularised(Fraction(1, 8), n)
    found = lic.best_attention(moments_of(moments), prompt_length=n, penalty=1 / 8)
    np.testing.assert_allclose(found, np.array(Gamma, float), rtol=1e-11)


def test_three_routes_and_the_kernel_in_exact_arithmetic():
    (keys, queries, labels, penalty), minimiser = exact.solvers_at()
    data = AttentionData(*(np.array(part, float) for part in (keys, queries, labels)))
    for found in (
        lic.ridge_primal(data, penalty=float(penalty)),
        lic.ridge_dual(data, penalty=float(penalty)),
        lic.ridge_iterative(data, penalty=float(penalty), tol=1e-13).Gamma,
    ):
        np.testing.assert_allclose(found.ravel(), np.array(minimiser, float), rtol=1e-11)
    X, y, query, answer = exact.answers_at(Fraction(1, 8))
    kernel = lic.polynomial_kernel(2)
    X, y, query = (np.array(part, float) for part in (X, y, [query]))
    found = lic.kernel_ridge(kernel, X, y, query, penalty=1 / 8)
    assert found[0] == pytest.approx(float(answer), rel=1e-12)
