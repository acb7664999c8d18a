"""What the hand-derived formulas of the landscape chapters save, and what bounds the rest.

Run with ``pytest benchmarks/bench_landscape.py --benchmark-only``. Setting: d = 20, k = 5, erf
features, ten teacher neurons.

* Groups ``gradient in N neurons``: one gradient in all neurons, by hand (numpy) and by automatic
  derivatives (torch), in double and, for torch, single precision. Each stores which part of its
  time two matrix products of the sizes (N, d, N) and (N, N, k + d) take, which it cannot do without
  (``share``). The rest goes to passes over N x N arrays: roots, arctangents, products of entries.
  Peak memory is that of numpy's arrays.
* Groups ``least eigenvalue of the Hessian``: of the operator of dimension n, by Lanczos on products
  and from the dense matrix.
"""

import time
import tracemalloc

import numpy as np
import pytest
import torch

from iclnb.landscape import hessian_escape as he
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss

D, K = 20, 5
SIZES = (500, 1000, 2000)
ERF = mf.ErfFeatures()


def setting(n):
    rng = np.random.default_rng(0)
    teacher = mf.whitened_teacher(
        ERF, rng.standard_normal((10, K)), rng.standard_normal((10, D)) / np.sqrt(D)
    )
    return mf.Problem(ERF, teacher), mf.correlated_start(n, K, D, rng=rng)


def torch_loss(problem, n, dtype):
    """Return the loss as a function of (a, w), written for automatic derivatives."""
    a0, w0 = (
        torch.tensor(np.array(x), dtype=dtype) for x in (problem.teacher.outer, problem.teacher.w)
    )
    s0 = torch.tensor(problem.s0, dtype=dtype)

    def kernel(w, v):
        size = [1 + 2 * (x * x).sum(1) for x in (w, v)]
        cosine = 2 * w @ v.T / torch.sqrt(size[0][:, None] * size[1][None, :])
        return 2 / np.pi * torch.arcsin(cosine)

    def loss(a, w):
        outer = a / n
        sig = outer.T @ kernel(w, w) @ outer
        c = a0.T @ kernel(w0, w) @ outer
        return 0.5 * torch.trace(s0 - c @ torch.linalg.solve(sig, c.T))

    return loss


def torch_gradient(loss, a, w):
    a.grad = w.grad = None
    loss(a, w).backward()
    return a.grad, w.grad


def limit_seconds(n, dtype, repeats=5):
    """Seconds of the products (N x d)(d x N) and (N x N)(N x (k + d)), best of some."""
    rng = np.random.default_rng(0)
    w = rng.standard_normal((n, D)).astype(dtype)
    m, v = rng.standard_normal((n, n)).astype(dtype), rng.standard_normal((n, D + K)).astype(dtype)
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        w @ w.T
        m @ v
        best = min(best, time.perf_counter() - start)
    return best


def report(benchmark, n, dtype):
    benchmark.extra_info["matrix of N x N, MB"] = n * n * np.dtype(dtype).itemsize / 1e6
    if benchmark.stats is not None:
        share = limit_seconds(n, dtype) / benchmark.stats.stats.min
        benchmark.extra_info["share"] = round(share, 3)


@pytest.mark.parametrize("n", SIZES)
def test_gradient_by_hand(benchmark, n):
    benchmark.group = f"gradient in {n} neurons"
    problem, mu = setting(n)
    benchmark.pedantic(mf.particle_gradients, (problem, mu), rounds=5, warmup_rounds=1)
    report(benchmark, n, np.float64)
    tracemalloc.start()
    mf.particle_gradients(problem, mu)
    benchmark.extra_info["peak memory, MB"] = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_gradient_by_autograd(benchmark, n, dtype):
    benchmark.group = f"gradient in {n} neurons"
    problem, mu = setting(n)
    kind = getattr(torch, dtype)
    a, w = (torch.tensor(np.array(x), dtype=kind, requires_grad=True) for x in (mu.a, mu.w))
    # arcsine of the cosine has an infinite slope only at parallel infinite weights: none here
    loss = torch_loss(problem, n, kind)
    out = benchmark.pedantic(torch_gradient, (loss, a, w), rounds=5, warmup_rounds=1)
    report(benchmark, n, dtype)
    benchmark.extra_info["peer"] = dtype == "float64"
    exact = mf.particle_gradients(problem, mu)
    error = np.max(np.abs(n * out[0].numpy() - exact.a)) / np.max(np.abs(exact.a))
    benchmark.extra_info["relative deviation from the hand-derived gradient"] = float(error)
    assert error < (1e-9 if dtype == "float64" else 1e-2)


def saddle(n):
    rng = np.random.default_rng(0)
    out = ss.missing_feature_saddle(ERF, 3, 2, rng=rng, teacher_neurons=n // 2, idle_neurons=n // 2)
    return he.Hessian(out.problem, out.mu)


@pytest.mark.parametrize("n", [20, 60, 120])
def test_eigenvalue_matrix_free(benchmark, n):
    hessian = saddle(n)
    benchmark.group = f"least eigenvalue of the Hessian, dimension {hessian.size}"
    benchmark.extra_info["memory of the operator, MB"] = 8e-6 * 4 * n * n
    pair = benchmark.pedantic(
        lambda: he.lowest(hessian, rng=np.random.default_rng(0)), rounds=3, warmup_rounds=1
    )
    assert pair.value < 0


@pytest.mark.parametrize("n", [20, 60, 120])
def test_eigenvalue_dense(benchmark, n):
    hessian = saddle(n)
    benchmark.group = f"least eigenvalue of the Hessian, dimension {hessian.size}"
    benchmark.extra_info["peer"] = True
    benchmark.extra_info["memory of the matrix, MB"] = 8e-6 * hessian.size**2
    value = benchmark.pedantic(lambda: np.linalg.eigvalsh(hessian.dense())[0], rounds=1)
    free = he.lowest(hessian, rng=np.random.default_rng(0)).value
    assert value == pytest.approx(free, rel=1e-8)
