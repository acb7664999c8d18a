"""Sampled gradients of stage I, the step, and the geometry of weights."""

import numpy as np
import pytest
import torch

from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    alignment,
    alignment_law,
    expected_gradient,
    first_step,
    gradient_moments,
    neuron_alignment,
    normalise_rows,
    project_rows,
    prompt_gradient,
    random_subspace,
    sample_single_index_prompts,
    sample_tasks,
    shared_design_gradient,
    shared_prompt_gradient,
    singular_values,
    streamed_gradient,
    subspace_overlap,
    tasks_for_alignment,
    top_subspace,
)
from iclnb.prompts import Prompts

HE2 = FiniteLaw([Link.pure(2)])
rng_of = np.random.default_rng


def autograd(prompts, w, b, gamma, keep):
    X, y, q, t = (torch.from_numpy(np.ascontiguousarray(part)) for part in prompts[:4])
    weights = torch.from_numpy(w.copy()).requires_grad_()
    features = torch.relu(X @ weights.T + torch.from_numpy(b))
    query = torch.relu(q @ weights.T + torch.from_numpy(b))
    f = ((y[:, :, None] * features).mean(1) * torch.from_numpy(gamma) * query).sum(1)
    loss = ((t - f) ** 2).mean() if keep else (-2 * t * f).mean()
    loss.backward()
    return weights.grad.numpy()


@pytest.mark.parametrize("keep", [False, True])
def test_gradient_equals_autograd(keep):
    rng = rng_of(0)
    tasks = SingleIndexTasks(random_subspace(5, 2, rng), SphereLaw(2, 4), noise=0.5)
    prompts = sample_single_index_prompts(
        tasks, sample_tasks(tasks, 7, rng), 11, input_rng=rng, noise_rng=rng
    )
    w, b, gamma = rng.normal(size=(6, 5)), rng.normal(size=6), rng.normal(size=6)
    gradient = prompt_gradient(prompts, w, bias=b, Gamma_diagonal=gamma, keep_prediction=keep)
    np.testing.assert_allclose(gradient, autograd(prompts, w, b, gamma, keep), atol=1e-13)


@pytest.mark.parametrize("keep", [False, True])
def test_shared_design_equals_the_general_gradient(keep):
    rng = rng_of(1)
    X, labels = rng.normal(size=(9, 4)), rng.normal(size=(5, 9))
    queries, targets = rng.normal(size=(5, 4)), rng.normal(size=5)
    w, b, gamma = rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=6)
    args = {"bias": b, "Gamma_diagonal": gamma, "keep_prediction": keep}
    shared = shared_prompt_gradient(X, labels, queries, targets, w, **args)
    prompts = Prompts(np.broadcast_to(X, (5, 9, 4)), labels, queries, targets)
    np.testing.assert_allclose(shared, prompt_gradient(prompts, w, **args), atol=1e-14)


def test_streaming_sums_the_chunks():
    # The links are drawn, so that it matters how many directions stand before them.
    tasks = SingleIndexTasks(random_subspace(6, 2, rng_of(0)), SphereLaw(2, 3), noise=0.1)
    w = sphere_rows(5, 6, rng_of(1))
    args = {"bias": 0.3, "Gamma_diagonal": 0.2, "keep_prediction": True}
    streamed = streamed_gradient(
        tasks,
        w,
        n_tasks=10,
        prompt_length=7,
        task_rng=rng_of(2),
        input_rng=rng_of(3),
        noise_rng=rng_of(4),
        chunk=28,
        **args,
    )
    t, x, e = rng_of(2), rng_of(3), rng_of(4)
    total = 0.0
    for size in (4, 4, 2):
        prompts = sample_single_index_prompts(
            tasks, sample_tasks(tasks, size, t), 7, input_rng=x, noise_rng=e
        )
        total = total + size * prompt_gradient(prompts, w, **args)
    np.testing.assert_allclose(streamed, total / 10, atol=1e-15)


def test_generators_are_separate():
    tasks = SingleIndexTasks(random_subspace(6, 2, rng_of(0)), SphereLaw(2, 3))
    noisy = SingleIndexTasks(tasks.subspace, tasks.law, noise=0.5)
    drawn = sample_tasks(tasks, 4, rng_of(1))
    clean = sample_single_index_prompts(tasks, drawn, 9, input_rng=rng_of(2))
    shaken = sample_single_index_prompts(noisy, drawn, 9, input_rng=rng_of(2), noise_rng=rng_of(3))
    np.testing.assert_array_equal(clean.X, shaken.X)
    np.testing.assert_allclose(np.abs(shaken.y - clean.y), 0.5, atol=1e-14)
    np.testing.assert_allclose(np.abs(shaken.query_label - clean.query_label), 0.5, atol=1e-14)
    inside = project_rows(drawn.directions, tasks.subspace)
    np.testing.assert_allclose(inside, drawn.directions, atol=1e-14)
    np.testing.assert_allclose(np.linalg.norm(drawn.directions, axis=1), 1, atol=1e-14)


def test_shared_design_is_unbiased():
    tasks = SingleIndexTasks(random_subspace(4, 2, rng_of(0)), HE2)
    w = sphere_rows(3, 4, rng_of(1))
    parts = np.array(
        [
            shared_design_gradient(
                tasks,
                w,
                bias=0.2,
                Gamma_diagonal=1.0,
                n_tasks=512,
                prompt_length=64,
                group=32,
                task_rng=rng_of((2, k)),
                input_rng=rng_of((3, k)),
            )
            for k in range(60)
        ]
    )
    exact = expected_gradient(tasks, w, bias=0.2, Gamma_diagonal=1.0, keep_prediction=False)
    error = parts.std(axis=0, ddof=1) / np.sqrt(60)
    assert np.all(np.abs(parts.mean(0) - exact) < 4.5 * error)
    assert np.max(np.abs(exact) / error) > 10  # the check has power


def test_steps_and_geometry():
    rng = rng_of(3)
    w, g = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    np.testing.assert_array_equal(first_step(w, g, step_size=0.5), -0.5 * g)
    np.testing.assert_allclose(first_step(w, g, step_size=0.5, decay=2.0), -0.5 * g, atol=1e-15)
    np.testing.assert_allclose(first_step(w, g, step_size=0.5, decay=0.0), w - 0.5 * g)
    moved = first_step(w, g, rms=0.7)
    assert abs(np.mean(np.sum(moved**2, 1)) - 0.49) < 1e-14
    np.testing.assert_allclose(np.linalg.norm(normalise_rows(w, norm=2.0), axis=1), 2.0)
    basis = random_subspace(6, 2, rng)
    inside = project_rows(w, basis)
    assert abs(alignment(inside, basis) - 1) < 1e-14
    assert alignment(w - inside, basis) < 1e-28
    np.testing.assert_allclose(
        neuron_alignment(w, basis) @ np.sum(w**2, 1) / np.sum(w**2), alignment(w, basis), rtol=1e-13
    )
    assert abs(subspace_overlap(top_subspace(inside, 2), basis) - 1) < 1e-12
    assert np.all(singular_values(inside)[2:] < 1e-14)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_tasks": 0}, "n_tasks must be"),
        ({"prompt_length": 0}, "prompt_length must be"),
        ({"bias": np.ones(2)}, "bias must be"),
        ({"chunk": 0}, "chunk"),
    ],
)
def test_bad_stream(change, message):
    tasks = SingleIndexTasks(np.eye(2, 4), HE2)
    args = {"bias": 0.0, "Gamma_diagonal": 1.0, "n_tasks": 4, "prompt_length": 4}
    args |= {"task_rng": rng_of(0), "input_rng": rng_of(1)}
    with pytest.raises(ValueError, match=message):
        streamed_gradient(tasks, np.ones((3, 4)), **(args | change))


def test_bad_input():
    tasks = SingleIndexTasks(np.eye(2, 4), HE2, noise=0.1)
    with pytest.raises(TypeError, match="noise_rng"):
        sample_single_index_prompts(
            tasks, sample_tasks(tasks, 2, rng_of(0)), 3, input_rng=rng_of(1)
        )
    lone = Prompts(np.ones((2, 3, 4)), np.ones((2, 3)))
    for name, given in (("query", lone), ("query_label", lone._replace(query=np.ones((2, 4))))):
        with pytest.raises(TypeError, match=rf"prompts\.{name} must be given"):
            prompt_gradient(given, np.ones((3, 4)), bias=0.0, Gamma_diagonal=1.0)
    with pytest.raises(TypeError, match="n_tasks must be an integer"):
        streamed_gradient(
            tasks,
            np.ones((3, 4)),
            bias=0.0,
            Gamma_diagonal=1.0,
            n_tasks=2.5,
            prompt_length=3,
            task_rng=rng_of(0),
            input_rng=rng_of(1),
        )
    with pytest.raises(ValueError, match="r must not exceed d"):
        alignment_law(HE2, d=2, r=3, n_tasks=10, prompt_length=10)
    with pytest.raises(ValueError, match="n_tasks must be positive"):
        alignment_law(HE2, d=4, r=3, n_tasks=0, prompt_length=10)
    with pytest.raises(ValueError, match="vanishes"):
        alignment_law(FiniteLaw([Link.pure(3)]), d=4, r=2, n_tasks=np.inf, prompt_length=10)
    with pytest.raises(ValueError, match="level"):
        tasks_for_alignment(HE2, 1.0, d=4, r=2, prompt_length=10)
    with pytest.raises(ValueError, match="rho2"):
        gradient_moments(HE2, d=4, r=2, prompt_length=10, rho2=[1.5])
    with pytest.raises(ValueError, match="one where r = d"):
        gradient_moments(HE2, d=2, r=2, prompt_length=10, rho2=[0.5])
    with pytest.raises(ValueError, match="all be zero"):
        alignment(np.zeros((2, 4)), np.eye(2, 4))
    for call in (lambda w: neuron_alignment(w, np.eye(1, 2)), normalise_rows):
        with pytest.raises(ValueError, match="weights must have no zero row"):
            call([[1.0, 2.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="exactly one"):
        first_step(np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="decay must not be given beside rms"):
        first_step(np.ones((2, 2)), np.ones((2, 2)), decay=0.1, rms=1.0)
    with pytest.raises(ValueError, match="must not be zero"):
        first_step(np.ones((2, 2)), np.zeros((2, 2)), rms=1.0)
    with pytest.raises(ValueError, match=r"subspaces must have one shape, got \(2, 4\) and \(1"):
        subspace_overlap(np.eye(2, 4), np.eye(1, 4))
    with pytest.raises(ValueError, match="r must not exceed"):
        top_subspace(np.ones((2, 4)), 3)
