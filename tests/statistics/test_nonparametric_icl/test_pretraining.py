"""Sampling, empirical risk minimisers, the sandwich law, the U-curve."""

import math

import numpy as np
import pytest

from iclnb.prompts import AttentionData
from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni

NOISE = math.sqrt(0.1)
BASIS, LAM = fs.CosineBasis(32), fs.power_law(32, 1.0)


def stream(features, tasks, *, context=16, seed=0, chunk=1000, basis=BASIS, lam=LAM):
    return ni.attention_stream(
        basis,
        lam,
        basis.truncate(features),
        n_tasks=tasks,
        prompt_length=context,
        noise=NOISE,
        seed=seed,
        chunk=chunk,
    )


def joined(pieces):
    return AttentionData(*(np.concatenate(part) for part in zip(*pieces)))


def design(data):
    return np.einsum("tk,tl->tkl", data.keys, data.queries).reshape(len(data.query_label), -1)


def test_streams_are_separate():
    def draw(task=0, inputs=1, noise=2, level=0.3):
        return ni.sample_function_prompts(
            BASIS,
            LAM,
            n_tasks=5,
            prompt_length=4,
            noise=level,
            task_rng=np.random.default_rng(task),
            input_rng=np.random.default_rng(inputs),
            noise_rng=np.random.default_rng(noise),
        )

    base = draw()
    for other in (draw(noise=9), draw(level=0.7)):
        np.testing.assert_array_equal(other.tasks, base.tasks)
        np.testing.assert_array_equal(other.X, base.X)
        np.testing.assert_array_equal(other.target, base.target)
        assert not np.allclose(other.y, base.y)
    assert np.array_equal(draw(inputs=9).tasks, base.tasks)
    assert np.array_equal(draw(task=9).X, base.X)
    clean = draw(level=0.0)
    for t in range(5):
        values = BASIS.evaluate(clean.X[t]) @ clean.tasks[t]
        np.testing.assert_allclose(clean.y[t], values, atol=1e-12)
    np.testing.assert_array_equal(clean.query_label, clean.target)


def test_tasks_have_their_covariance():
    root = np.random.default_rng(0).normal(size=(3, 3))
    sigma = root @ root.T
    beta = ni.sample_coefficients(3, sigma, 200000, np.random.default_rng(1))
    np.testing.assert_allclose(beta.T @ beta / len(beta), sigma, atol=0.05)


def test_attention_data_is_the_definition():
    (data,) = stream(3, 4, context=5)
    seeds = np.random.SeedSequence(0).spawn(3)
    prompts = ni.sample_function_prompts(
        BASIS,
        LAM,
        n_tasks=4,
        prompt_length=5,
        noise=NOISE,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), map(np.random.default_rng, seeds))),
    )
    phi = BASIS.truncate(3)
    gamma = np.arange(9.0).reshape(3, 3)
    for t in range(4):
        keys = phi.evaluate(prompts.X[t])
        query = phi.evaluate(prompts.query[t : t + 1])[0]
        answer = np.mean([y * k @ gamma @ query for y, k in zip(prompts.y[t], keys)])
        assert abs(data.answers(gamma)[t] - answer) < 1e-12
    np.testing.assert_allclose(data.answers(np.diag(gamma)), data.answers(np.diag(np.diag(gamma))))


def test_full_fit_against_dense_least_squares():
    pieces = list(stream(5, 3000))
    data = joined(pieces)
    dense, *_ = np.linalg.lstsq(design(data), data.query_label, rcond=None)
    for fit in (ni.fit_full(iter(pieces)), ni.fit_full(data, chunk=7), ni.fit_full(data)):
        np.testing.assert_allclose(fit.Gamma.ravel(), dense, atol=1e-9)
        assert (fit.tasks, fit.unknowns, fit.regularisation) == (3000, 25, "none")
        loss = np.mean((data.answers(fit.Gamma) - data.query_label) ** 2)
        assert abs(fit.train_loss - loss) < 1e-12
    conjugate = ni.fit_conjugate(data)
    np.testing.assert_allclose(conjugate.Gamma.ravel(), dense, atol=1e-9)
    assert abs(conjugate.train_loss - loss) < 1e-12
    assert conjugate.iterations < 40


def test_rectangular_gamma():
    (data,) = stream(5, 800)
    data = data._replace(queries=data.queries[:, :3])
    dense, *_ = np.linalg.lstsq(design(data), data.query_label, rcond=None)
    for fit in (ni.fit_full(data), ni.fit_conjugate(data)):
        np.testing.assert_allclose(fit.Gamma, dense.reshape(5, 3), atol=1e-9)
    with pytest.raises(ValueError, match="diagonal"):
        ni.fit_diagonal(data)


@pytest.mark.parametrize("tasks", [1, 20, 35])
def test_underdetermined_fits_take_the_least_norm(tasks):
    (data,) = stream(6, tasks)
    fit = ni.fit_full(data)
    dense, *_ = np.linalg.lstsq(design(data), data.query_label, rcond=None)
    np.testing.assert_allclose(fit.Gamma.ravel(), dense, atol=1e-6 * np.abs(dense).max())
    assert fit.regularisation == "minimum norm"
    assert fit.train_loss < 1e-15
    with pytest.raises(ValueError, match="underdetermined"):
        ni.fit_conjugate(data)
    # The limit of a vanishing ridge.
    ridge = ni.fit_full(data, penalty=1e-9)
    if tasks < 30:
        np.testing.assert_allclose(ridge.Gamma, fit.Gamma, atol=1e-3 * np.abs(dense).max())
    assert ridge.regularisation == "ridge"


def test_ridge_and_diagonal_against_dense():
    (data,) = stream(5, 400)
    z = design(data)
    want = np.linalg.solve(z.T @ z + 400 * 0.03 * np.eye(25), z.T @ data.query_label)
    np.testing.assert_allclose(ni.fit_full(data, penalty=0.03).Gamma.ravel(), want, atol=1e-10)
    np.testing.assert_allclose(ni.fit_conjugate(data, penalty=0.03).Gamma.ravel(), want, atol=1e-9)
    z = data.keys * data.queries
    want, *_ = np.linalg.lstsq(z, data.query_label, rcond=None)
    fit = ni.fit_diagonal(data, chunk=64)
    np.testing.assert_allclose(fit.Gamma, want, atol=1e-11)
    assert fit.unknowns == 5
    few = AttentionData(*(part[:3] for part in data))
    want, *_ = np.linalg.lstsq(z[:3], data.query_label[:3], rcond=None)
    fit = ni.fit_diagonal(few)
    np.testing.assert_allclose(fit.Gamma, want, atol=1e-9)
    assert fit.regularisation == "minimum norm"


def test_dependent_features_take_the_least_norm_too():
    (data,) = stream(3, 400)
    doubled = data._replace(
        keys=np.hstack([data.keys, data.keys[:, :1]]),
        queries=np.hstack([data.queries, data.queries[:, :1]]),
    )
    fit = ni.fit_full(doubled)
    want = np.linalg.lstsq(design(doubled), data.query_label, rcond=1e-10)[0]
    np.testing.assert_allclose(fit.Gamma.ravel(), want, atol=1e-8)
    assert fit.regularisation == "minimum norm"
    assert abs(fit.train_loss - ni.fit_full(data).train_loss) < 1e-12


def test_chunks_do_not_change_the_stream_for_one_piece():
    (whole,) = stream(3, 50, chunk=50)
    (again,) = stream(3, 50, chunk=5000)
    np.testing.assert_array_equal(whole.keys, again.keys)


@pytest.mark.claim("kns-full-excess")
@pytest.mark.parametrize("features", [2, 4, 8])
def test_excess_follows_the_sandwich(features):
    basis, lam = fs.FourierBasis(32), fs.paired_power_law(16, 1.0)
    tasks, seeds = 4096, 8
    moments = ni.basis_moments(basis, lam, prompt_length=16, noise=NOISE, n_features=features)
    fresh = list(stream(features, 16384, seed=99, basis=basis, lam=lam, chunk=8192))
    full = ni.sandwich(moments, fresh)
    diagonal = ni.sandwich(moments, fresh, diagonal=True)
    assert (full.unknowns, diagonal.unknowns) == (features**2, features)
    best = ni.optimal_risk(moments)
    best_diagonal = ni.moments_risk(moments, ni.optimal_diagonal(moments))
    excess = []
    for seed in range(seeds):
        pieces = list(stream(features, tasks, seed=seed, basis=basis, lam=lam, chunk=tasks))
        excess.append(
            (
                ni.moments_risk(moments, ni.fit_full(pieces).Gamma) - best,
                ni.moments_risk(moments, ni.fit_diagonal(pieces).Gamma) - best_diagonal,
            )
        )
    ratio = np.mean(excess, axis=0) * tasks / [full.value, diagonal.value]
    # Relative spread of a chi-square mean with p x seeds degrees of freedom, times four, plus the
    # next order in 1/T.
    for value, p in zip(ratio, (features**2, features)):
        assert abs(value - 1) < 4 * math.sqrt(2 / (p * seeds)) + 0.1


def test_the_textbook_excess_is_too_small():
    # Error and design depend on each other; by how much depends on the basis.
    for basis, lam, low, high in (
        (fs.CosineBasis(32), fs.power_law(32, 1.0), 1.25, 1.5),
        (fs.FourierBasis(32), fs.paired_power_law(16, 1.0), 1.1, 1.25),
    ):
        moments = ni.basis_moments(basis, lam, prompt_length=16, noise=NOISE, n_features=4)
        result = ni.sandwich(moments, stream(4, 16384, basis=basis, lam=lam, chunk=8192))
        limit = (0.1 + ni.optimal_risk(moments)) * result.unknowns
        assert low < result.value / limit < high
        classical = ni.classical_excess(10**9, result.unknowns, 0.1 + ni.optimal_risk(moments))
        assert abs(classical * 1e9 / limit - 1) < 1e-7


def test_sandwich_leverage_against_the_dense_matrix():
    moments = ni.basis_moments(BASIS, LAM, prompt_length=16, noise=NOISE, n_features=3)
    (data,) = stream(3, 200, seed=5)
    gamma = ni.optimal_gamma(moments)
    H = np.kron(moments.second, moments.query_gram)
    z = design(data)
    error = data.target - z @ gamma.ravel()
    want = np.mean((error**2 + 0.1) * np.sum(z * np.linalg.solve(H, z.T).T, axis=1))
    assert abs(ni.sandwich(moments, data).value - want) < 1e-10


def test_u_curve_peak_and_second_descent():
    basis = fs.CosineBasis(64)
    lam = fs.power_law(64, 1.0)
    (data,) = stream(24, 256, context=256, seed=1, basis=basis, lam=lam)
    moments = ni.basis_moments(basis, lam, prompt_length=256, noise=NOISE, n_features=24)
    curve = ni.u_curve(data, moments, [2, 4, 6, 8, 12, 16, 20, 24])
    assert curve.best_size in (2, 4, 6)
    assert curve.risk[5] > 10  # N^2 = T
    assert curve.risk[7] < 1.0  # the least-norm solution beyond
    assert np.all(curve.train[5:] < 1e-12)
    assert np.all(np.diff(curve.train[:6]) < 0)
    assert np.all(curve.risk >= curve.optimum)
    assert np.all(np.diff(curve.optimum) < 0)
    assert 0.4 * curve.risk[4] > curve.train[4]
    diagonal = ni.u_curve(data, moments, [4, 12, 24], diagonal=True)
    assert diagonal.risk.max() < 0.08


def test_infinite_context():
    data = ni.infinite_prompt_data(
        BASIS,
        LAM,
        BASIS.truncate(4),
        n_tasks=20000,
        noise=NOISE,
        task_rng=np.random.default_rng(0),
        input_rng=np.random.default_rng(1),
        noise_rng=np.random.default_rng(2),
        mixed_gram=np.eye(4, 32),
    )
    moments = ni.basis_moments(BASIS, LAM, prompt_length=math.inf, noise=NOISE, n_features=4)
    assert abs(ni.optimal_risk(moments) - LAM[4:].sum()) < 1e-12
    np.testing.assert_allclose(ni.optimal_gamma(moments), np.eye(4), atol=1e-10)
    loss = (data.answers(np.eye(4)) - data.target) ** 2
    assert abs(loss.mean() - LAM[4:].sum()) < 4 * loss.std() / math.sqrt(len(loss))
    fit = ni.fit_full(data)
    assert np.abs(fit.Gamma - np.eye(4)).max() < 0.1


def test_bad_input():
    (data,) = stream(3, 30)
    with pytest.raises(ValueError, match="n_tasks"):
        next(stream(3, 0))
    with pytest.raises(ValueError, match="prompt_length"):
        next(stream(3, 5, context=0))
    with pytest.raises(ValueError, match="at least one task"):
        ni.fit_full(iter(()))
    with pytest.raises(ValueError, match="penalty"):
        ni.fit_full(data, penalty=-1.0)
    with pytest.raises(ValueError, match="finite"):
        ni.fit_full(data._replace(query_label=np.full(30, np.nan)))
    with pytest.raises(ValueError, match="query_label"):
        ni.fit_full(data._replace(query_label=np.ones(29)))
    with pytest.raises(ValueError, match="dependent"):
        ni.fit_conjugate(data._replace(queries=np.ones((30, 3))))
    with pytest.raises(RuntimeError, match="convergence"):
        ni.fit_conjugate(data, iterations=1)
    with pytest.raises(ValueError, match="tasks must exceed"):
        ni.classical_excess(5, 4, 1.0)
    moments = ni.basis_moments(BASIS, LAM, prompt_length=16, noise=NOISE, n_features=3)
    with pytest.raises(ValueError, match="data must hold at least one task"):
        ni.sandwich(moments, iter(()))
    with pytest.raises(TypeError, match=r"data\.target must be given"):
        ni.sandwich(moments, data._replace(target=None))
    with pytest.raises(ValueError, match="sizes"):
        ni.u_curve(data, moments, [4])
    with pytest.raises(ValueError, match="semi-definite"):
        ni.sample_coefficients(2, [[1.0, 2.0], [2.0, 1.0]], 3, np.random.default_rng(0))
    with pytest.raises(TypeError, match="rng"):
        ni.sample_coefficients(2, [1.0, 1.0], 3, 0)
    with pytest.raises(ValueError, match="size"):
        fs.random_trigonometric_basis(5, 3, 4, np.random.default_rng(0))
