"""Ratios for the statistics part: streamed pretraining against dense least squares, splines.

Run with ``pytest benchmarks/bench_statistics.py --benchmark-only``. Compare within a group. The
group *pretraining* fits the full Gamma, N^2 unknowns, to T tasks by three routes to the same
minimiser; each stores its peak of allocated memory, measured in a separate run. The group *basis*
evaluates all B-splines of one level; scipy's route is the sparse design matrix, made dense. The
groups of the discrete Bayes rule and of ridge regression answer many prompts at once; the peer
writes out the residuals of every task, or fits prompt by prompt. The last two compare a closed form
with the simulation that a reader would write, repeated until its error is one per cent.
"""

import math
import tracemalloc

import numpy as np
import pytest
from scipy.interpolate import BSpline
from scipy.special import softmax

from iclnb.foundations import attention_as_regression as aar
from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics import task_diversity as td

TASKS = 16384
NOISE = math.sqrt(0.1)


@pytest.fixture(scope="module")
def tasks():
    (data,) = ni.attention_stream(
        fs.CosineBasis(32),
        fs.power_law(32, 1.0),
        fs.CosineBasis(32),
        n_tasks=TASKS,
        prompt_length=16,
        noise=NOISE,
        seed=0,
        chunk=TASKS,
    )
    return data


def first(data, size):
    return data._replace(keys=data.keys[:, :size], queries=data.queries[:, :size])


def dense(data):
    design = np.einsum("tk,tl->tkl", data.keys, data.queries).reshape(len(data.query_label), -1)
    return np.linalg.lstsq(design, data.query_label, rcond=None)[0].reshape(data.keys.shape[1], -1)


def streamed(data):
    return ni.fit_full(data).Gamma


def conjugate(data):
    return ni.fit_conjugate(data).Gamma


def megabytes(function, data):
    """Peak of what the call allocates, in MiB (numpy reports to tracemalloc; LAPACK's own
    workspace is not seen)."""
    tracemalloc.start()
    function(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


@pytest.mark.parametrize("size", [8, 16])
@pytest.mark.parametrize("route", [dense, streamed, conjugate], ids=lambda f: f.__name__)
def test_pretraining(benchmark, tasks, size, route):
    benchmark.group = f"pretraining, N = {size}, T = {TASKS}"
    data = first(tasks, size)
    gamma = benchmark(route, data)
    np.testing.assert_allclose(gamma, dense(data), atol=1e-7)
    benchmark.extra_info["peer"] = route is dense
    peak, reference = megabytes(route, data), megabytes(dense, data)
    benchmark.extra_info["peak MiB"] = peak
    benchmark.extra_info["dense peak over this peak"] = reference / peak


@pytest.mark.parametrize("route", ["here", "scipy"])
@pytest.mark.parametrize(("degree", "level"), [(2, 4), (3, 7)])
def test_basis(benchmark, degree, level, route):
    benchmark.group = f"basis, degree {degree}, level {level}, 20000 points"
    basis = fs.SplineBasis(degree, level)
    x = np.random.default_rng(0).random(20000)
    knots = np.arange(-degree, 2**level + degree + 1) / 2**level

    def scipy_route(points):
        return BSpline.design_matrix(points, knots, degree).toarray() * 2 ** (level / 2)

    benchmark.extra_info["peer"] = route == "scipy"
    values = benchmark(basis.evaluate if route == "here" else scipy_route, x)
    np.testing.assert_allclose(values, scipy_route(x), atol=1e-12)


@pytest.mark.parametrize("route", ["here", "scipy"])
def test_cardinal_spline(benchmark, route):
    benchmark.group = "one cardinal spline of degree 3, 200000 points"
    x = np.random.default_rng(0).uniform(-1, 5, 200000)
    element = BSpline.basis_element(np.arange(5), extrapolate=False)

    def scipy_route(points):
        return np.nan_to_num(element(points))

    benchmark.extra_info["peer"] = route == "scipy"
    values = benchmark(
        lambda v: fs.cardinal_bspline(v, 3) if route == "here" else scipy_route(v), x
    )
    np.testing.assert_allclose(values, scipy_route(x), atol=1e-12)


@pytest.fixture(scope="module")
def prompts():
    names = ("task_rng", "input_rng", "noise_rng")
    streams = dict(zip(names, map(np.random.default_rng, np.random.SeedSequence(2).spawn(3))))
    pool = np.random.default_rng(3).standard_normal((64, 8))
    return td.sample_linear_prompts(2048, 16, noise=0.5, d=8, pool=pool, **streams), pool


def dmmse_by_residuals(X, y, pool, noise):
    residuals = y[:, :, None] - X @ pool.T
    weights = softmax(-np.sum(residuals**2, axis=1) / (2 * noise**2), axis=1)
    return weights @ pool


@pytest.mark.parametrize("route", ["here", "all residuals"])
def test_discrete_bayes(benchmark, prompts, route):
    benchmark.group = "discrete Bayes rule, 64 tasks, 2048 prompts of 16"
    benchmark.extra_info["peer"] = route != "here"
    data, pool = prompts
    rule = td.dmmse if route == "here" else dmmse_by_residuals
    found = benchmark(rule, data.X, data.y, pool, noise=0.5)
    np.testing.assert_allclose(found, dmmse_by_residuals(data.X, data.y, pool, 0.5), atol=1e-10)


def ridge_one_by_one(X, y, noise):
    eye = noise**2 * np.eye(X.shape[2])
    return np.array([np.linalg.solve(a.T @ a + eye, a.T @ b) for a, b in zip(X, y)])


@pytest.mark.parametrize("route", ["here", "one by one"])
def test_ridge_of_many_prompts(benchmark, prompts, route):
    benchmark.group = "ridge regression, 2048 prompts of 16"
    benchmark.extra_info["peer"] = route != "here"
    data, _ = prompts
    rule = td.ridge if route == "here" else ridge_one_by_one
    found = benchmark(rule, data.X, data.y, noise=0.5)
    np.testing.assert_allclose(found, ridge_one_by_one(data.X, data.y, 0.5), atol=1e-10)


@pytest.mark.parametrize("route", ["closed form", "simulation"])
def test_limiting_error(benchmark, route):
    benchmark.group = "test error on new tasks after pretraining"
    sizes = {"kappa": 0.5, "alpha": 2.0, "noise": 0.5}
    if route == "closed form":
        benchmark(td.icl_error, 2.0, **sizes)
        return
    setting, rng = td.LuSetting(40, 2.0, **sizes), np.random.default_rng(4)
    draws = [td.simulated_errors(setting, rng).new for _ in range(12)]
    benchmark.pedantic(lambda: td.simulated_errors(setting, rng), rounds=3)
    error = float(np.std(draws, ddof=1) / np.mean(draws))
    if benchmark.stats is not None:
        seconds = benchmark.stats.stats.median * (error / 0.01) ** 2
        benchmark.extra_info.update(seconds=seconds, unit="to 1 %", peer=True)


@pytest.mark.parametrize("route", ["closed form", "sampled prompts"])
def test_risk_of_linear_attention(benchmark, route):
    benchmark.group = "risk of linear attention, d = 8, prompts of 20"
    rng = np.random.default_rng(5)
    covariance = np.cov(rng.standard_normal((8, 30)))
    tasks, Gamma = aar.LinearTasks(covariance, np.eye(8), noise=0.3), np.linalg.inv(covariance)
    if route == "closed form":
        benchmark(aar.population_risk, tasks, Gamma, prompt_length=20)
        return
    sizes = {"prompt_length": 20, "n_prompts": 2000, "rng": rng}
    draws = [aar.sampled_risk(tasks, Gamma, **sizes) for _ in range(40)]
    benchmark(aar.sampled_risk, tasks, Gamma, **sizes)
    error = float(np.std(draws, ddof=1) / np.mean(draws))
    if benchmark.stats is not None:
        seconds = benchmark.stats.stats.median * (error / 0.01) ** 2
        benchmark.extra_info.update(seconds=seconds, unit="to 1 %", peer=True)
