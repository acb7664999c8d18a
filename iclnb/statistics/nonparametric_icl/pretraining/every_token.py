r"""Pretraining in which every token of a prompt is the query of the others.

A prompt of n examples and a query has n + 1 tokens, all with labels. The loss of a task is the mean
over its tokens of the squared error of the answer from the n others: least squares with n + 1 rows
for each task, and the minimum :math:`\Gamma^*` of one query. Rows of one task depend on one
another, so that they are worth less than as many tasks; :mod:`.token_law` says how much less. The
measured excess is steadied as in :mod:`.steady`, with the score :math:`g_t=\frac1{n+1}\sum_qz_qe_q`
of a task for its :math:`z_te_t`, and its :math:`H_t=\frac1{n+1}\sum_qz_qz_q^\top` for
:math:`z_tz_t^\top`. Derived here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

from iclnb.arguments import FloatArray, check_instance, check_integer
from iclnb.kinds import guarded
from iclnb.prompts import AttentionData, Prompts, check_prompts
from iclnb.statistics.function_spaces.basis import Basis
from iclnb.statistics.nonparametric_icl.covariances import times_covariance
from iclnb.statistics.nonparametric_icl.pretraining.sampled import Pretraining
from iclnb.statistics.nonparametric_icl.risk.population import moments_risk, optimal_gamma

_CHUNK = 1024


@guarded
def every_token_data(prompts: Prompts, features: Basis) -> AttentionData:
    """T (n + 1) rows, those of a prompt together, the query of the prompt last among them.

    No target: the values of the examples without their noise are not known.
    """
    features = check_instance(features, "features", Basis)
    prompts = check_prompts(prompts, "prompts", features.d, needs=("query", "query_label"))
    phi, y = _tokens(prompts, features)
    keys = np.einsum("ti,tik->tk", y, phi)[:, None] - y[:, :, None] * phi
    size = phi.shape[2]
    return AttentionData(
        keys.reshape(-1, size) / prompts.X.shape[1], phi.reshape(-1, size), y.ravel()
    )


def _tokens(prompts: Prompts, features: Basis) -> tuple[FloatArray, FloatArray]:
    """Features (T, n + 1, N) and labels (T, n + 1) of all tokens."""
    X = np.concatenate([prompts.X, prompts.query[:, None]], axis=1)
    y = np.column_stack([prompts.y, prompts.query_label])
    return features.evaluate(X.reshape(-1, X.shape[2])).reshape(*y.shape, -1), y


@guarded
def prefix_excess(
    setting: Pretraining, prompts: Prompts, n_features: int, sizes: Sequence[int]
) -> FloatArray:
    """Excess of the full fit on the first T tasks, one query and every token, (sizes, 2).

    Parameters
    ----------
    setting : Pretraining
        Of the prompts.
    prompts : Prompts
        As many as the largest size, or more.
    n_features : int
        N.
    sizes : sequence of int
        Numbers T of tasks, increasing, each more than N^2.
    """
    size = check_integer(n_features, "n_features")
    exact, features = setting.moments.truncate(size), setting.functions.truncate(size)
    sizes = [check_integer(T, "sizes", least=size**2 + 1) for T in sizes]
    needs = ("query", "query_label")
    prompts = check_prompts(prompts, "prompts", setting.functions.d, needs=needs)
    if not sizes or np.any(np.diff(sizes) <= 0) or sizes[-1] > len(prompts.y):
        raise ValueError(f"sizes must increase, up to {len(prompts.y)}, got {sizes}")
    best = moments_risk(exact, optimal_gamma(exact))
    tokens = prompts.X.shape[1] + 1
    normal, right = np.zeros((2, size**2, size**2)), np.zeros((2, size**2))
    out, done = [], 0
    for T in sizes:
        for start in range(done, T, _CHUNK):
            data = every_token_data(prompts.rows(slice(start, min(start + _CHUNK, T))), features)
            z = np.einsum("tk,tl->tkl", data.keys, data.queries).reshape(-1, size**2)
            for i, step in enumerate((tokens, 1)):
                rows, label = z[step - 1 :: step], data.query_label[step - 1 :: step]
                normal[i] += rows.T @ rows
                right[i] += rows.T @ label
        done = T
        fits = (cho_solve(cho_factor(M), v).reshape(size, size) for M, v in zip(normal, right))
        out.append([moments_risk(exact, Gamma) - best for Gamma in fits])
    return np.array(out)


@guarded
def steady_every_token(setting: Pretraining, prompts: Prompts, n_features: int) -> float:
    """T times the excess of the full fit on every token, its known fluctuations taken off.

    Parameters
    ----------
    setting : Pretraining
        Of the prompts; tasks and noise are Gaussian.
    prompts : Prompts
        An even number T of tasks.
    n_features : int
        N.
    """
    size = check_integer(n_features, "n_features")
    needs = ("query", "query_label")
    prompts = check_prompts(prompts, "prompts", setting.functions.d, needs=needs)
    tasks = len(prompts.y)
    if tasks % 2:
        raise ValueError(f"prompts must be an even number of tasks, got {tasks}")
    exact, features = setting.moments.truncate(size), setting.functions.truncate(size)
    best, half = optimal_gamma(exact), tasks // 2
    whiten = [cholesky(M, lower=True) for M in (exact.second, exact.query_gram)]
    curvature, seen = np.zeros((2, size**2, size**2)), []
    for start in (*range(0, half, _CHUNK), *range(half, tasks, _CHUNK)):
        stop = min(start + _CHUNK, half if start < half else tasks)
        piece = prompts.rows(slice(start, stop))
        data = every_token_data(piece, features)
        error = data.query_label - data.answers(best)
        left, right = (
            solve_triangular(root, part.T, lower=True).T
            for root, part in zip(whiten, (data.keys, data.queries))
        )
        z = np.einsum("tk,tl->tkl", left, right).reshape(len(left), -1)
        curvature[int(start >= half)] += z.T @ z * (len(piece.y) / len(z))
        z = z.reshape(len(piece.y), -1, size**2)
        own = np.mean(z * error.reshape(len(piece.y), -1, 1), axis=1)
        bent = np.mean(np.matmul(z, own[:, :, None])[:, :, 0] ** 2, axis=1)
        seen.append((own, bent, _given_inputs(setting, piece, best, size)))
    scores, bends, expected = (np.concatenate(parts) for parts in zip(*seen))

    def value(rows: slice, H: FloatArray) -> float:
        """H has the mean one here: the excess is the square of the fit's error."""
        own, count = scores[rows], len(scores[rows])
        g, H = own.mean(axis=0), H / count
        excess = np.sum(cho_solve(cho_factor(H), g) ** 2)
        second = g @ H @ g - g @ g
        alone = np.mean(bends[rows] - np.sum(own**2, axis=1)) / count**2
        return float(count * (excess - g @ g + 2 * (second - alone)) + expected[rows].mean())

    halves = (slice(half), slice(half, None))
    split = [value(rows, H) for rows, H in zip(halves, curvature)]
    return 2 * value(slice(None), curvature.sum(axis=0)) - sum(split) / 2


def _given_inputs(
    setting: Pretraining, prompts: Prompts, gamma: FloatArray, size: int
) -> FloatArray:
    r"""Mean of :math:`|g_t|^2` over task and noise, by Wick, (T,)."""
    f, _ = _tokens(prompts, setting.functions)
    phi, tokens = f[:, :, :size], f.shape[1]
    exact = setting.moments.truncate(size)
    labels = times_covariance(f.reshape(-1, f.shape[2]), setting.variances).reshape(f.shape)
    labels = labels @ f.transpose(0, 2, 1) + setting.noise**2 * np.eye(tokens)
    a = phi @ np.linalg.solve(exact.second, phi.transpose(0, 2, 1))
    b = phi @ np.linalg.solve(exact.query_gram, phi.transpose(0, 2, 1))
    others = 1.0 - np.eye(tokens)
    error = np.eye(tokens) - others * (phi @ gamma.T @ phi.transpose(0, 2, 1)) / (tokens - 1)
    common = error @ labels  # of the error at q with the label i
    both = common @ error.transpose(0, 2, 1)
    seen = common * others
    out = np.sum(b * both * (others @ (a * labels) @ others), axis=(1, 2))
    out += np.sum(b * (seen @ a @ seen.transpose(0, 2, 1)), axis=(1, 2))
    # Error q with label k, error r with label i: the terms i = q and k = r are taken off.
    out += np.sum(b * (common @ a @ common.transpose(0, 2, 1)), axis=(1, 2))
    out -= 2 * np.sum(
        np.sum(a * common, axis=2) * np.sum(b * common.transpose(0, 2, 1), axis=2), axis=1
    )
    out += np.sum(a * b * common * common.transpose(0, 2, 1), axis=(1, 2))
    return out / (tokens * (tokens - 1)) ** 2
