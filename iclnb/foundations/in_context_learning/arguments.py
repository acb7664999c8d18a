"""What the foundations ask of prompts, of penalties and preconditioners, and of step sizes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iclnb.arguments import FloatArray, check_array, check_integer, check_number, check_psd
from iclnb.kinds import guarded


@guarded
def prompt_arrays(
    X: ArrayLike, y: ArrayLike, query: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return X (n, d), y (n,) and query (..., d), finite and real."""
    X = check_array(X, "X", (None, None))
    return X, check_array(y, "y", (len(X),)), check_array(query, "query", (..., X.shape[1]))


@guarded
def psd_root(matrix: ArrayLike, name: str, d: int) -> FloatArray:
    """Return F with F F^T = matrix, positive semidefinite; a number is times the identity."""
    d = check_integer(d, "d")
    M = check_array(matrix, name)
    M = check_psd(M * np.eye(d) if M.ndim == 0 else M, name, d)
    eigenvalues, vectors = np.linalg.eigh(M)
    return vectors * np.sqrt(np.clip(eigenvalues, 0.0, None))


@guarded
def check_step_size(step_size: float | None, largest: float) -> float:
    """Return the step size, by default one over the largest eigenvalue."""
    if step_size is None:
        if largest == 0:
            raise ValueError("step_size has no default where X vanishes")
        return float(1 / largest)
    return check_number(step_size, "step_size", low=0.0, strict=True)
