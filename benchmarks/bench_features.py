"""Ratios for the features part: the gradient of stage I, and the ridge of stage II.

Run with ``pytest benchmarks/bench_features.py --benchmark-only``, one thread a process. Compare
within a group. The group *gradient* takes the gradient over the same number of tasks by automatic
differentiation of the whole batch (torch), by streaming, and with inputs shared by groups of tasks;
``GFLOP/s`` counts the products that the route cannot do without, and ``share`` divides
it by what the same process reaches on one large matrix product in double precision. The group
*ridge* solves for one matrix by three routes; the peaks are those of numpy's allocations, measured
in a separate run, and for automatic differentiation those of torch's resident memory.
"""

import math
import resource
import time
import tracemalloc

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs

torch = pytest.importorskip("torch")

HE2 = ogs.FiniteLaw([ogs.Link.pure(2)])
D, R, N, M = 32, 2, 1024, 128
TASKS = {
    "autograd": 256,
    "streamed": 256,
    "shared by 16": 1024,
    "shared by 64": 4096,
    "shared by 256": 8192,
}


@pytest.fixture(scope="module")
def limit():
    """GFLOP/s of one matrix product, the best of five."""
    a, b = np.random.default_rng(0).standard_normal((2, 1024, 1024))
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - start)
    return 2 * 1024**3 / best / 1e9


def tasks():
    return ogs.SingleIndexTasks(ogs.coordinate_subspace(D, R), HE2)


def autograd(size, weights, seed):
    """The mean gradient of -2 y f over a batch of prompts, by backward through the network."""
    rng = np.random.default_rng(seed)
    prompts = ogs.sample_single_index_prompts(
        tasks(), ogs.sample_tasks(tasks(), size, rng), N, input_rng=rng
    )
    X, y, queries, targets = (torch.from_numpy(part) for part in prompts[:4])
    W = torch.from_numpy(weights).requires_grad_()
    keys = torch.relu(X @ W.T)
    answers = torch.sum(torch.einsum("tn,tnm->tm", y, keys) / N * torch.relu(queries @ W.T), 1)
    (-2 * torch.mean(targets * answers)).backward()
    return W.grad.numpy()


def gradient(name, weights, seed, **options):
    rng = np.random.default_rng(seed)
    streams = {"task_rng": rng, "input_rng": rng}
    sizes = {"bias": 0.0, "Gamma_diagonal": 1.0, "n_tasks": TASKS[name], "prompt_length": N}
    if name == "autograd":
        return autograd(TASKS[name], weights, seed)
    if name == "streamed":
        return ogs.streamed_gradient(tasks(), weights, **sizes, **streams, **options)
    group = int(name.rsplit(" ", 1)[1])
    return ogs.shared_design_gradient(tasks(), weights, **sizes, **streams, group=group)


def operations(name):
    """Multiplications and additions of the products, per task."""
    if name in ("autograd", "streamed"):
        return 4 * N * D * M
    group = int(name.rsplit(" ", 1)[1])
    return (4 * N * D * M + 4 * N * group * M) / group


def streamed(T1, weights):
    rng = np.random.default_rng(0)
    return ogs.streamed_gradient(
        tasks(),
        weights,
        bias=0.0,
        Gamma_diagonal=1.0,
        n_tasks=T1,
        prompt_length=N,
        task_rng=rng,
        input_rng=rng,
    )


@pytest.mark.parametrize("T1", [64, 512])
def test_memory(benchmark, T1):
    """Streaming holds one chunk whatever the number of tasks; differentiation holds them all."""
    benchmark.group = f"memory, T1 = {T1}: time of the streamed gradient"
    weights = sphere_rows(M, D, np.random.default_rng(1))
    benchmark.pedantic(streamed, (T1, weights), rounds=1)
    tracemalloc.start()
    streamed(T1, weights)
    benchmark.extra_info["streamed peak MiB"] = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    autograd(T1, weights, 0)
    benchmark.extra_info["table"] = False  # of memory
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**10
    benchmark.extra_info["autograd MiB above the peak before"] = grown


def test_the_two_routes_agree():
    weights = sphere_rows(M, D, np.random.default_rng(1))
    whole = gradient("streamed", weights, 2, chunk_rows=TASKS["streamed"] * N)
    np.testing.assert_allclose(whole, gradient("autograd", weights, 2), atol=1e-13)


@pytest.mark.parametrize("name", list(TASKS))
def test_gradient(benchmark, limit, name):
    torch.set_num_threads(1)
    benchmark.group = f"gradient, d = {D}, n = {N}, m = {M}"
    weights = sphere_rows(M, D, np.random.default_rng(1))
    benchmark.pedantic(gradient, (name, weights, 2), rounds=3, warmup_rounds=1)
    task = benchmark.stats.stats.min / TASKS[name]
    rate = operations(name) / task / 1e9
    benchmark.extra_info["us a task"] = 1e6 * task
    benchmark.extra_info["GFLOP/s"] = rate
    benchmark.extra_info["share"] = rate / limit
    benchmark.extra_info.update(seconds=task, unit="a task", peer=name == "autograd")


@pytest.fixture(scope="module")
def problems():
    out = {}
    for m, T2 in ((48, 3000), (128, 3000)):
        rng = np.random.default_rng(3)
        weights = sphere_rows(m, D, rng)
        out[m] = lic.sample_network_data(
            tasks(),
            weights,
            bias=rng.uniform(-1, 1, m),
            n_tasks=T2,
            prompt_length=64,
            task_rng=rng,
            input_rng=rng,
        )
    return out


def iterative(data, *, penalty):
    return lic.ridge_iterative(data, penalty=penalty, tol=1e-10).Gamma


@pytest.mark.parametrize(
    ("m", "route"),
    [
        (48, lic.ridge_primal),
        (48, lic.ridge_dual),
        (48, iterative),
        (128, lic.ridge_dual),
        (128, iterative),
    ],
)
def test_ridge(benchmark, problems, m, route):
    benchmark.group = f"ridge, m = {m}, T = 3000"
    data = problems[m]
    found = benchmark.pedantic(route, (data,), {"penalty": 1e-3}, rounds=2, warmup_rounds=0)
    reference = lic.ridge_dual(data, penalty=1e-3)
    np.testing.assert_allclose(found, reference, atol=1e-6 * np.abs(reference).max())
    benchmark.extra_info["peer"] = route is (lic.ridge_primal if m == 48 else lic.ridge_dual)
    tracemalloc.start()
    route(data, penalty=1e-3)
    benchmark.extra_info["peak MiB"] = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    benchmark.extra_info["primal would need MiB"] = 8 * m**4 / 2**20
