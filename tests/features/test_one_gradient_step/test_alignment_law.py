"""The law of the alignment: second moments by three routes, floor, budget, simulation."""

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    alignment,
    alignment_law,
    alignment_run,
    expected_gradient,
    gradient_moments,
    he2_floor,
    neuron_alignment,
    noise_to_signal,
    population_floor,
    projection_quadrature,
    random_subspace,
    sample_single_index_prompts,
    sample_tasks,
    shared_design_gradient,
    singular_values,
    subspace_overlap,
    tasks_for_alignment,
    top_subspace,
)

HE2 = FiniteLaw([Link.pure(2)])
rng_of = np.random.default_rng


def test_second_moments_against_monte_carlo():
    rng = rng_of(5)
    d, n, r, noise, bias = 5, 6, 2, 0.3, 0.4
    tasks = SingleIndexTasks(np.eye(r, d), HE2, noise=noise)
    w = sphere_rows(1, d, rng)
    rho2 = np.sum(w[:, :r] ** 2, axis=1)
    moments = gradient_moments(HE2, d=d, r=r, prompt_length=n, rho2=rho2, bias=bias, noise=noise)
    p = sample_single_index_prompts(
        tasks, sample_tasks(tasks, 200_000, rng), n, input_rng=rng, noise_rng=rng
    )
    z, zq = p.X @ w[0] + bias, p.query @ w[0] + bias
    mean = np.mean(p.y * np.maximum(z, 0), axis=1)
    pull = np.einsum("ti,tid->td", p.y * (z > 0), p.X) / n
    g = np.maximum(zq, 0)[:, None] * pull + (mean * (zq > 0))[:, None] * p.query
    g *= p.query_label[:, None]
    for sample, exact in (
        (np.sum(g[:, :r] ** 2, 1), moments.second_inside[0]),
        (np.sum(g**2, 1), moments.second_total[0]),
    ):
        batches = sample.reshape(50, -1).mean(1)
        error = batches.std(ddof=1) / np.sqrt(50)
        assert abs(batches.mean() - exact) < 5 * error
        assert error < 0.1 * exact  # the labels have heavy tails
    outside = moments.second_total[0] - moments.second_inside[0]
    assert outside > 0.2 * moments.second_total[0]


@pytest.mark.parametrize(
    ("law", "bias", "r", "noise"),
    [(HE2, 0.0, 2, 0.0), (SphereLaw(2, 3), 0.7, 2, 0.4), (FiniteLaw([Link.pure(3)]), -0.5, 1, 0.2),
     (FiniteLaw([Link([0.5, 1.0, 0.0, -0.7, 1.0]), Link.pure(2)]), 0.3, 2, 0.1)],
)  # fmt: skip
def test_moments_by_quadrature(law, bias, r, noise):
    """Every expectation of a task by quadrature over the plane instead of Hermite expansions."""
    n, angle = 3, 0.6
    w, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    nodes, weights = np.polynomial.legendre.leggauss(160)
    half = (13 + bias) / 2
    z = -bias + half * (nodes + 1)
    pz = half * weights * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    g, pg = np.polynomial.hermite_e.hermegauss(24)
    x = z[:, None, None] * w + g[None, :, None] * across
    p = pz[:, None] * pg[None, :] / np.sqrt(2 * np.pi)
    phi = (z + bias)[:, None]
    turn = 2 * np.pi * np.arange(48) / 48
    betas = np.column_stack([np.cos(turn), np.sin(turn)])
    if r == 1:
        betas = np.array([[1.0, 0.0], [-1.0, 0.0]])
    sums, mean = {r: 0.0, 2: 0.0}, np.zeros(2)
    for c, chance in zip(*law.nodes()):
        for beta in betas:
            y = Link(c)(x @ beta)
            square = y**2 + noise**2
            B, V1 = np.sum(p * y * phi), np.sum(p * square * phi**2)
            v = np.einsum("ij,ijk->k", p * y, x)
            v3 = np.einsum("ij,ijk->k", p * square * phi, x)
            weight = chance / len(betas)
            mean += weight * 2 * B * v
            for axes in {r: slice(0, r), 2: slice(0, 2)}.values():
                V2 = np.sum(p * square * np.sum(x[..., axes] ** 2, axis=-1))
                a, b = v[axes], v3[axes]
                mean_A2 = V1 / n + (1 - 1 / n) * B**2
                mean_p2 = V2 / n + (1 - 1 / n) * a @ a
                mean_Ap = b / n + (1 - 1 / n) * B * a
                second = V1 * mean_p2 + 2 * b @ mean_Ap + mean_A2 * V2
                sums[axes.stop] += weight * second
    moments = gradient_moments(
        law,
        d=2,
        r=r,
        prompt_length=n,
        rho2=np.sum(w[:r] ** 2, keepdims=True),
        bias=bias,
        noise=noise,
    )
    np.testing.assert_allclose(moments.second_total, sums[2], rtol=1e-10)
    np.testing.assert_allclose(moments.second_inside, sums[r], rtol=1e-10)
    np.testing.assert_allclose(moments.mean_total, mean @ mean, atol=1e-11)
    np.testing.assert_allclose(moments.mean_inside, mean[:r] @ mean[:r], atol=1e-11)


def test_second_moment_of_one_example():
    """n = 1, d = r = 1: the moments by two-dimensional quadrature."""
    b, w = 0.4, 1.0
    law = FiniteLaw([Link([0.0, 0.0, 1.0, 0.5])])
    nodes, weights = np.polynomial.legendre.leggauss(200)
    half = (13 + b) / 2
    x = -b + half * (nodes + 1)
    p = half * weights * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    second = 0.0
    for sign in (1, -1):
        y = law.links[0](sign * x)
        phi = w * x + b
        g = np.outer(y, y) * (phi[:, None] * x[None, :] + phi[None, :] * x[:, None])
        second += 0.5 * p @ g**2 @ p
    moments = gradient_moments(law, d=1, r=1, prompt_length=1, rho2=[1.0], bias=b)
    np.testing.assert_allclose(moments.second_total, second, rtol=1e-11)
    np.testing.assert_allclose(moments.second_inside, second, rtol=1e-11)


def test_floor_of_he2():
    """Frobenius: E x^4(1-x) / (4 E x^3 - 3 E x^4); per neuron: E x(1-x)/(4-3x)."""
    for d, neuron in ((8, 0.9435), (16, 0.9716), (32, 0.9858), (64, 0.9919)):
        x, p = projection_quadrature(d, 2, 40)
        expected = p @ (x**4 * (1 - x)) / (4 * p @ x**3 - 3 * p @ x**4)
        floor = population_floor(HE2, d=d, r=2)
        assert abs(floor - expected) < 1e-12
        assert abs(floor / (8 / (4 * (d + 6))) - 1) < 0.4  # the leading order
        assert abs(1 - p @ (x * (1 - x) / (4 - 3 * x)) - neuron) < 0.005
    assert population_floor(HE2, d=3, r=3) < 1e-14
    weights = sphere_rows(400, 16, rng_of(0))
    tasks = SingleIndexTasks(np.eye(2, 16), HE2)
    exact = expected_gradient(tasks, weights, bias=0.0, Gamma_diagonal=1.0, keep_prediction=False)
    rho2 = np.sum(weights[:, :2] ** 2, axis=1)
    floor = population_floor(HE2, d=16, r=2, rho2=rho2)
    assert abs(1 - alignment(exact, tasks.subspace) - floor) < 1e-13
    per_neuron = 1 - np.mean(rho2 * (1 - rho2) / (4 - 3 * rho2))
    assert abs(neuron_alignment(exact, tasks.subspace).mean() - per_neuron) < 1e-13


@pytest.mark.parametrize(
    ("d", "n", "T1", "noted"),
    [(16, 256, 1024, 0.700), (16, 256, 4096, 0.850), (32, 1024, 16384, 0.890),
     (32, 64, 65536, 0.773), (64, 4096, 16384, 0.800)],
)  # fmt: skip
def test_law_is_near_the_leading_order(d, n, T1, noted):
    """The leading-order law of the notes, for the weights of their runs, within 0.04."""
    assert abs(alignment_law(HE2, d=d, r=2, n_tasks=T1, prompt_length=n) - noted) < 0.04


def test_law_against_simulation():
    d, r, n, T1 = 16, 2, 64, 32768
    found, law = [], []
    for k in range(3):
        tasks = SingleIndexTasks(random_subspace(d, r, rng_of((0, k))), HE2)
        w = sphere_rows(128, d, rng_of((1, k)))
        gradient = shared_design_gradient(
            tasks, w, bias=0.0, Gamma_diagonal=1.0, n_tasks=T1, prompt_length=n, group=64,
            task_rng=rng_of((2, k)), input_rng=rng_of((3, k)),
        )  # fmt: skip
        rho2 = np.sum((w @ tasks.subspace.T) ** 2, axis=1)
        found.append(alignment(gradient, tasks.subspace))
        law.append(alignment_law(HE2, d=d, r=r, n_tasks=T1, prompt_length=n, rho2=rho2))
    assert abs(np.mean(found) - np.mean(law)) < 0.04
    assert 0.8 < np.mean(law) < 0.95


def test_stage_one_of_the_notes():
    """d = 32, r = 2, m = 128, T1 = 32768, n = 1024, groups of 256: alignment, law and gap."""
    tasks = SingleIndexTasks(random_subspace(32, 2, rng_of(10)), HE2)
    w = sphere_rows(128, 32, rng_of(11))
    gradient = shared_design_gradient(
        tasks, w, bias=0.0, Gamma_diagonal=1.0, n_tasks=32768, prompt_length=1024, group=256,
        task_rng=rng_of(12), input_rng=rng_of(13),
    )  # fmt: skip
    found = alignment(gradient, tasks.subspace)
    rho2 = np.sum((w @ tasks.subspace.T) ** 2, axis=1)
    assert 0.86 < found < 0.96
    assert (
        abs(found - alignment_law(HE2, d=32, r=2, n_tasks=32768, prompt_length=1024, rho2=rho2))
        < 0.04
    )
    values = singular_values(gradient)
    assert values[1] / values[2] > 3
    assert subspace_overlap(top_subspace(gradient, 2), tasks.subspace) > found


def test_budget_of_constant_alignment():
    dims = np.array([64, 128, 256, 512])
    for r in (1, 2, 4):
        ratio = [noise_to_signal(HE2, d=d, r=r, prompt_length=d * d, rho2=[r / d]) for d in dims]
        leading = 0.548 * dims**2 * (r + 2) ** 2 / r + 0.131 * (r + 2) * dims**2
        np.testing.assert_allclose(ratio[-1] / leading[-1], 1, atol=0.02)
        slope = np.polyfit(np.log(dims), np.log(ratio), 1)[0]
        assert 1.85 < slope < 2.15
    counts = np.array([8, 64, 512, 4096, 32768])
    sweep = [
        noise_to_signal(HE2, d=64, r=2, prompt_length=n, rho2=[2 / 64]) * n / 64**4 for n in counts
    ]
    np.testing.assert_allclose(sweep, [4.58, 4.55, 4.58, 5.44, 8.9], rtol=0.06)
    for q in (2, 3):
        law = FiniteLaw([Link.pure(q)])
        tasks = [noise_to_signal(law, d=d, r=2, prompt_length=d**q, bias=0.7)
                 for d in (1024, 2048)]  # fmt: skip
        assert abs(np.log2(tasks[1] / tasks[0]) - q) < 0.1


def test_solving_for_the_tasks():
    args = {"d": 20, "r": 2, "prompt_length": 100, "bias": [0.2, -0.4], "noise": 0.1}
    T1 = tasks_for_alignment(HE2, 0.7, **args)
    assert abs(alignment_law(HE2, n_tasks=T1, **args) - 0.7) < 1e-12
    assert tasks_for_alignment(HE2, 0.999, **args) == float("inf")
    assert tasks_for_alignment(HE2, 1e-6, **args) == 0.0
    assert noise_to_signal(FiniteLaw([Link.pure(3)]), d=8, r=2, prompt_length=9) == float("inf")


def test_stage_one_in_one_call():
    run = alignment_run(HE2, rng_of(3), d=8, r=2, neurons=64, n_tasks=16384, prompt_length=64)
    assert abs(run.found - run.law) < 0.1
    kept = alignment_run(
        HE2, rng_of(3), d=8, r=2, neurons=64, n_tasks=16384, prompt_length=64, Gamma_diagonal=1e-6
    )
    assert abs(kept.found - run.found) < 1e-4


@pytest.mark.claim("idx-floor")
def test_he2_floor():
    for d, r in ((8, 2), (16, 5), (64, 1), (3, 3)):
        assert abs(he2_floor(d, r) - population_floor(HE2, d=d, r=r)) < 1e-12
    with pytest.raises(ValueError, match="r must not exceed d"):
        he2_floor(2, 3)
