"""The function with which one prompt is answered."""

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni

NOISE = 0.4
SPLINES = fs.SplineBasis(2, 2)
VARIANCES = np.array([1.0, 0.3, 0.7, 0.2, 0.5, 0.4])


def prompts(count, context=7, seed=0):
    names = ("task_rng", "input_rng", "noise_rng")
    streams = dict(zip(names, map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))))
    return ni.sample_function_prompts(
        SPLINES, VARIANCES, n_tasks=count, prompt_length=context, noise=NOISE, **streams
    )


def test_the_answer_by_the_definition_and_its_error_by_quadrature():
    drawn, gamma = prompts(1), np.random.default_rng(1).normal(size=(4, 4))
    beta, X, y = drawn.tasks[0], drawn.X[0], drawn.y[0]
    nodes, weights = SPLINES.quadrature(2)
    got = ni.answer_to_prompt(SPLINES, beta, X, y, gamma, points=nodes)
    phi = SPLINES.evaluate(nodes)[:, :4]
    by_hand = [
        np.mean([yi * SPLINES.evaluate(xi[None])[0, :4] @ gamma @ p for xi, yi in zip(X, y)])
        for p in phi
    ]
    np.testing.assert_allclose(got.values, by_hand, rtol=1e-12)
    gap = got.values - SPLINES.evaluate(nodes) @ beta
    assert abs(got.error / (weights @ gap**2) - 1) < 1e-12


def test_its_mean_is_the_moments_risk():
    drawn, gamma = prompts(4000), np.diag([0.4, 0.9, 0.2, 0.5]) + 0.1
    errors = [
        ni.answer_to_prompt(SPLINES, b, X, y, gamma, points=[[0.5]]).error
        for b, X, y in zip(drawn.tasks, drawn.X, drawn.y)
    ]
    moments = ni.basis_moments(SPLINES, VARIANCES, prompt_length=7, noise=NOISE, n_features=4)
    exact = ni.moments_risk(moments, gamma)
    assert abs(np.mean(errors) - exact) < 4 * np.std(errors) / 4000**0.5
    assert np.std(errors) / 4000**0.5 < 0.03 * exact


def test_a_vector_is_a_diagonal():
    drawn = prompts(1)
    prompt = (drawn.tasks[0], drawn.X[0], drawn.y[0])
    diagonal = np.array([0.3, 0.8, 0.1])
    some = ni.answer_to_prompt(SPLINES, *prompt, diagonal, points=[[0.2], [0.9]])
    same = ni.answer_to_prompt(SPLINES, *prompt, np.diag(diagonal), points=[[0.2], [0.9]])
    np.testing.assert_allclose(some.values, same.values, rtol=1e-14)
    assert some.error == pytest.approx(same.error, rel=1e-14)


def test_bad_input():
    drawn = prompts(1)
    beta, X, y = drawn.tasks[0], drawn.X[0], drawn.y[0]
    good = {"points": [[0.5]]}
    with pytest.raises(TypeError, match="functions"):
        ni.answer_to_prompt("splines", beta, X, y, np.eye(2), **good)
    for wrong in (np.eye(7), np.ones((2, 3)), np.ones((2, 2, 2))):
        with pytest.raises(ValueError, match="Gamma"):
            ni.answer_to_prompt(SPLINES, beta, X, y, wrong, **good)
    with pytest.raises(ValueError, match="y"):
        ni.answer_to_prompt(SPLINES, beta, X, y[:-1], np.eye(2), **good)
    with pytest.raises(ValueError, match="coefficients"):
        ni.answer_to_prompt(SPLINES, beta[:-1], X, y, np.eye(2), **good)
