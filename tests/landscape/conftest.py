"""An independent implementation for the landscape tests: erf features in torch, by autograd."""

import math

import numpy as np
import pytest
import torch


def _erf_kernel(w, v):
    top = 2.0 * w @ v.T
    left, right = 1.0 + 2.0 * (w * w).sum(1), 1.0 + 2.0 * (v * v).sum(1)
    return 2.0 / math.pi * torch.arcsin(top / torch.sqrt(left[:, None] * right[None, :]))


def _loss(theta, p, a0, w0, p0, k):
    """Return half the trace of the residual covariance, as a function of the flat atoms."""
    n = len(p)
    a, w = theta[: n * k].reshape(n, k), theta[n * k :].reshape(n, -1)
    outer, outer0 = p[:, None] * a, p0[:, None] * a0
    sig = outer.T @ _erf_kernel(w, w) @ outer
    c = outer0.T @ _erf_kernel(w0, w) @ outer
    s0 = outer0.T @ _erf_kernel(w0, w0) @ outer0
    return 0.5 * torch.trace(s0 - c @ torch.linalg.solve(sig, c.T))


class TorchErf:
    """Loss, gradient and Hessian in the atoms (all a first, then all w)."""

    def __init__(self, problem, mu):
        teacher = problem.teacher
        self.theta = torch.tensor(np.concatenate([mu.a.ravel(), mu.w.ravel()]))
        # read-only arrays are copied, so that torch does not warn
        rest = [torch.tensor(x.copy()) for x in (mu.p, teacher.a, teacher.w, teacher.p)]
        self._function = lambda theta: _loss(theta, *rest, mu.k)

    def loss(self):
        return float(self._function(self.theta))

    def gradient(self):
        theta = self.theta.clone().requires_grad_(True)
        (out,) = torch.autograd.grad(self._function(theta), theta)
        return out.numpy()

    def hessian(self):
        return torch.autograd.functional.hessian(self._function, self.theta).numpy()


@pytest.fixture(scope="session")
def torch_erf():
    return TorchErf
