"""Ratios for the statistics part: streamed pretraining against dense least squares, splines.

Run with ``pytest benchmarks/bench_statistics.py --benchmark-only``. Compare within a group. The
group *pretraining* fits the full Gamma, N^2 unknowns, to T tasks by three routes to the same
minimiser; each stores its peak of allocated memory, measured in a separate run. The group *basis*
evaluates all B-splines of one level; scipy's route is the sparse design matrix, made dense.
"""

import math
import tracemalloc

import numpy as np
import pytest
from scipy.interpolate import BSpline

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni

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
    design = np.einsum("tk,tl->tkl", data.keys, data.queries).reshape(len(data.y), -1)
    return np.linalg.lstsq(design, data.y, rcond=None)[0].reshape(data.keys.shape[1], -1)


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

    values = benchmark(basis.evaluate if route == "here" else scipy_route, x)
    np.testing.assert_allclose(values, scipy_route(x), atol=1e-12)


@pytest.mark.parametrize("route", ["here", "scipy"])
def test_cardinal_spline(benchmark, route):
    benchmark.group = "one cardinal spline of degree 3, 200000 points"
    x = np.random.default_rng(0).uniform(-1, 5, 200000)
    element = BSpline.basis_element(np.arange(5), extrapolate=False)

    def scipy_route(points):
        return np.nan_to_num(element(points))

    values = benchmark(
        lambda v: fs.cardinal_bspline(v, 3) if route == "here" else scipy_route(v), x
    )
    np.testing.assert_allclose(values, scipy_route(x), atol=1e-12)
