"""Weights as two lengths: by hand, against the law of the alignment, and against sampled steps."""

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step import (
    Link,
    SingleIndexTasks,
    alignment,
    alignment_law,
    expected_lengths,
    lengths,
    projection_quadrature,
    random_subspace,
    streamed_gradient,
)

HE2 = Link.pure(2)


def test_lengths_by_hand():
    subspace = np.array([[0.6, 0.8, 0.0]])
    found = lengths([[3.0, 4.0, 12.0], [-0.8, 0.6, 0.0]], subspace)
    np.testing.assert_allclose(found.inside, [5.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(found.outside, [12.0, 1.0], atol=1e-15)


def test_lengths_and_alignment():
    rng = np.random.default_rng(0)
    subspace, w = random_subspace(7, 3, rng), rng.normal(size=(5, 7))
    inside, outside = lengths(w, subspace)
    share = np.sum(inside**2) / np.sum(inside**2 + outside**2)
    assert abs(share - alignment(w, subspace)) < 1e-14


@pytest.mark.parametrize("n_tasks", [3.0, 500.0, np.inf])
def test_mean_squares_are_the_law_of_the_alignment(n_tasks):
    x, p = projection_quadrature(9, 2, 16)
    options = {"d": 9, "r": 2, "n_tasks": n_tasks, "prompt_length": 11, "noise": 0.3}
    inside, outside = expected_lengths(HE2, rho2=x, bias=0.4, **options)
    assert abs((inside**2 + outside**2) @ p - 1) < 1e-12
    assert abs(inside**2 @ p - alignment_law(HE2, bias=[0.4], **options)) < 1e-12


def test_infinitely_many_tasks_without_bias():
    x = np.linspace(0.05, 0.9, 7)
    inside, outside = expected_lengths(HE2, d=8, r=3, n_tasks=np.inf, prompt_length=1, rho2=x)
    np.testing.assert_allclose(
        inside / outside, (2 - x) * np.sqrt(x) / (x * np.sqrt(1 - x)), rtol=1e-12
    )
    cubes = inside / (x**1.5 * (2 - x))
    np.testing.assert_allclose(cubes, cubes[0], rtol=1e-12)


def test_against_sampled_steps():
    rng = np.random.default_rng(1)
    tasks = SingleIndexTasks(random_subspace(5, 2, rng), HE2)
    w = sphere_rows(3, 5, rng)
    rho2 = lengths(w, tasks.subspace).inside ** 2
    squares = []
    for _ in range(600):
        step = streamed_gradient(
            tasks,
            w,
            bias=0.0,
            Gamma_diagonal=1.0,
            n_tasks=1500,
            prompt_length=8,
            task_rng=rng,
            input_rng=rng,
        )
        squares.append(np.square(lengths(step, tasks.subspace)))
    mean, error = np.mean(squares, axis=0), np.std(squares, axis=0) / np.sqrt(600)
    exact = np.square(expected_lengths(HE2, d=5, r=2, n_tasks=1500.0, prompt_length=8, rho2=rho2))
    unit = np.sum(mean * exact / error**2) / np.sum(exact**2 / error**2)
    assert np.all(np.abs(mean - unit * exact) < 4.5 * error)
    assert np.all(error < 0.1 * mean)  # the labels have heavy tails


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"n_tasks": 0.0}, ValueError, "n_tasks"),
        ({"rho2": 1.5}, ValueError, "rho2"),
        ({"law": Link.pure(3), "n_tasks": np.inf}, ValueError, "vanishes"),
        ({"law": "He_2"}, TypeError, "law"),
        ({"r": 9}, ValueError, "r must not exceed d"),
    ],
)
def test_bad_input(change, error, match):
    options = {"law": HE2, "d": 6, "r": 2, "n_tasks": 5.0, "prompt_length": 4, "rho2": 0.3} | change
    with pytest.raises(error, match=match):
        expected_lengths(options.pop("law"), **options)
    with pytest.raises(ValueError, match="orthonormal"):
        lengths(np.eye(3), 2 * np.eye(3))
