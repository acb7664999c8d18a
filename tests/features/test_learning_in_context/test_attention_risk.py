"""The risk in closed form, the best features, pretraining in one call, learners of one prompt."""

import numpy as np
import pytest

from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs
from iclnb.prompts import AttentionData

HE2 = ogs.FiniteLaw([ogs.Link.pure(2)])
rng_of = np.random.default_rng


def layer(m=14, seed=0, law=HE2, noise=0.0, r=2):
    rng = rng_of(seed)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(5, r, rng), law, noise=noise)
    weights, bias = sphere_rows(m, 5, rng), rng.uniform(-1, 1, m)
    return tasks, weights, bias, rng


@pytest.mark.parametrize("r", [1, 3])
def test_spread_against_sampled_tasks(r):
    """V = E[y^2 phi phi^T] over tasks, links, inputs and noise, without the change of radius."""
    law = ogs.FiniteLaw([ogs.Link([0.2, 0.5, 1.0, -0.7]), ogs.Link.pure(2)], [0.3, 0.7])
    tasks, w, b, rng = layer(m=3, law=law, noise=0.5, r=r)
    moments = lic.attention_moments(tasks, w, bias=b, draws=2**17, rng=rng)
    drawn = ogs.sample_tasks(tasks, 400_000, rng)
    prompts = ogs.sample_single_index_prompts(tasks, drawn, 1, input_rng=rng, noise_rng=rng)
    features = prompts.y * lic.network_features(prompts.X[:, 0], w, bias=b)
    products = (features[:, :, None] * features[:, None, :]).reshape(-1, 9)
    error = products.std(axis=0) / np.sqrt(len(products))
    assert np.all(np.abs(products.mean(axis=0) - moments.spread.ravel()) < 4.5 * error)
    assert np.all(error < 0.03 * np.diag(moments.spread).max())


def test_spread_by_odd_numbers_of_inputs_at_a_time():
    """Two of three inputs are longer then, and one of one; the average is that of whole draws."""
    tasks, w, b, rng = layer(m=3, noise=0.5)
    whole = np.trace(lic.attention_moments(tasks, w, bias=b, draws=2**17, rng=rng).spread)
    found = [
        np.trace(lic.attention_moments(tasks, w, bias=b, draws=500, rng=rng, chunk=3).spread)
        for _ in range(8)
    ]
    error = np.std(found, ddof=1) / np.sqrt(8)
    assert error < 0.025 * whole
    assert abs(np.mean(found) - whole) < 4 * error


@pytest.mark.claim("idx-affine")
@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_risk_against_sampled_prompts(noise):
    tasks, w, b, rng = layer(noise=noise)
    moments = lic.attention_moments(tasks, w, bias=b, draws=2**18, rng=rng)
    Gamma = lic.best_attention(moments, prompt_length=30, penalty=1e-3)
    risk = lic.context_risk(moments, Gamma)
    for n in (6, 30):
        errors = lic.in_context_error(
            tasks,
            w,
            bias=b,
            Gamma=Gamma,
            prompt_length=n,
            n_prompts=30_000,
            task_rng=rng,
            input_rng=rng,
            noise_rng=rng,
        )
        error = errors.std() / np.sqrt(errors.size)
        assert abs(errors.mean() - noise**2 - risk.at(n)) < 4.5 * error + 0.01 * risk.at(n)


def test_best_attention_is_stationary_and_the_limit_of_ridge():
    tasks, w, b, rng = layer(m=6)
    moments = lic.attention_moments(tasks, w, bias=b, draws=2**16, rng=rng)
    penalty, n = 1e-3, 20
    best = lic.best_attention(moments, prompt_length=n, penalty=penalty)

    def objective(Gamma):
        return float(lic.context_risk(moments, Gamma).at(n)) + penalty * np.sum(Gamma**2)

    for _ in range(10):
        step = rng.standard_normal(best.shape)
        up, down = objective(best + 1e-3 * step), objective(best - 1e-3 * step)
        assert abs(up - down) < 1e-9
        assert min(up, down) > objective(best)
    data = lic.sample_network_data(
        tasks, w, bias=b, n_tasks=40_000, prompt_length=n, task_rng=rng, input_rng=rng
    )
    found = lic.context_risk(
        moments, lic.ridge_dual(AttentionData(*(part[:4000] for part in data)), penalty=penalty)
    ).at(n)
    closer = lic.context_risk(moments, lic.ridge_primal(data, penalty=penalty)).at(n)
    exact = lic.context_risk(moments, best).at(n)
    assert exact * 0.999 < closer < found
    assert closer < 1.1 * exact
    long = lic.best_attention(moments, prompt_length=np.inf, penalty=1e-12)
    limit = lic.context_risk(moments, long).limit
    assert abs(limit - lic.approximation_error(tasks, w, bias=b)) < 1e-6


def test_least_error_is_the_limit_of_many_features_and_no_layer_is_below():
    for r in (2, 3):
        tasks = ogs.SingleIndexTasks(np.eye(r, 5), HE2)
        ratios = []
        for m in (20, 60, 200):
            w, b = lic.subspace_network(tasks, m, rng_of(m), bias_range=3.0)
            moments = lic.attention_moments(tasks, w, bias=b, draws=2**16, rng=rng_of(1))
            best = lic.best_attention(moments, prompt_length=30, penalty=1e-9)
            ratios.append(lic.context_risk(moments, best).at(30) / lic.least_error(r, 30))
        assert ratios[0] > ratios[1] > ratios[2] > 0.995
        assert ratios[2] < (1.1 if r == 2 else 1.25)


@pytest.mark.claim("idx-price-of-r")
def test_least_error_by_direct_solution_on_a_grid():
    """r = 2: kernels on a polar grid, the regression of theta on all label averages, no formula."""
    n = 12.0
    u, pu = np.polynomial.legendre.leggauss(150)
    u, pu = 40 * (u + 1), 40 * pu
    turn = 2 * np.pi * np.arange(8) / 8
    circle = np.stack([np.cos(turn), np.sin(turn)], -1)
    x = (np.sqrt(u)[:, None, None] * circle).reshape(-1, 2)
    p = np.repeat(pu * np.exp(-u / 2) / 2 / 8, 8)
    H = np.stack([(np.sum(x**2, 1) - 2) / 2, (x[:, 0] ** 2 - x[:, 1] ** 2) / 2, x[:, 0] * x[:, 1]])
    theta = np.diag([0.5, 0.25, 0.25])
    V = np.einsum("ki,kl,li->i", H, theta, H)
    root = np.sqrt(p)
    signal = (H * root).T @ theta @ (H * root)
    noisy = signal + (np.diag(V) - signal) / n
    cross = theta @ (H * root)
    error = np.trace(theta) - np.trace(cross @ np.linalg.solve(noisy, cross.T))
    assert abs(error - lic.least_error(2, n)) < 1e-9
    assert abs(lic.least_error(2, 1e9) * 1e9 - 2.0447) < 1e-3
    with pytest.raises(ValueError, match="r must be at least 2"):
        lic.least_error(1, 5)
    with pytest.raises(ValueError, match="prompt_length must"):
        lic.averaging_error(2, 0.5)


def test_averaging_error_by_simulation():
    for r in (1, 3):
        rng = rng_of(r)
        tasks = ogs.SingleIndexTasks(np.eye(r, r), HE2)
        n, T = 25, 40_000
        p = ogs.sample_single_index_prompts(
            tasks, ogs.sample_tasks(tasks, T, rng), n, input_rng=rng
        )
        inner = np.einsum("tnd,td->tn", p.X, p.query)
        kernel = 0.5 * (inner**2 - np.sum(p.X**2, 2) - np.sum(p.query**2, 1)[:, None] + r)
        errors = (np.mean(p.y * kernel, axis=1) - p.query_label) ** 2
        assert abs(errors.mean() - lic.averaging_error(r, n)) < 4.5 * errors.std() / np.sqrt(T)


@pytest.mark.claim("idx-kernel-bound")
def test_kernel_bound_and_learners():
    tasks = ogs.SingleIndexTasks(np.eye(2, 12), HE2)
    for kernel in (lic.polynomial_kernel(2), lic.gaussian_kernel(1.0)):

        def learner(X, y, queries, kernel=kernel):
            return lic.kernel_ridge(kernel, X, y, queries, penalty=1e-6)

        errors = lic.learner_errors(
            tasks, learner, prompt_length=40, n_prompts=60, n_queries=40, rng=rng_of(0)
        )
        assert errors.shape == (60,)
        spread = errors.std() / np.sqrt(60)
        assert errors.mean() + 4 * spread > lic.kernel_lower_bound(12, 40)
    zero = lic.learner_errors(
        tasks,
        lambda X, y, q: np.zeros(len(q)),
        prompt_length=1,
        n_prompts=3000,
        n_queries=1,
        rng=rng_of(1),
    )
    assert abs(zero.mean() - 1) < 4 * zero.std() / np.sqrt(3000)
    assert lic.kernel_lower_bound(12, 1) == 1 - 1 / 12
    assert lic.kernel_lower_bound(12, 78) == 0.0


def test_pretraining_in_one_call():
    recipe = lic.Recipe(
        neurons=32,
        n_tasks_1=4000,
        prompt_length_1=64,
        n_tasks_2=600,
        prompt_length_2=64,
        penalty=1e-3,
    )
    first = lic.pretraining_run(HE2, recipe, rng_of(0), d=8, r=2, draws=2**13)
    again = lic.pretraining_run(HE2, recipe, rng_of(0), d=8, r=2, draws=2**13)
    assert first.risk == again.risk
    weights = first.layer.weights
    assert abs(np.sqrt(np.mean(np.sum(weights**2, axis=1))) - 0.7) < 1e-12
    assert ogs.alignment(weights, first.tasks.subspace) > ogs.alignment(
        first.layer.start, first.tasks.subspace
    )
    assert first.risk.at(64) < 0.7
    with pytest.raises(ValueError, match="n_tasks"):
        lic.Recipe(
            neurons=32,
            n_tasks_1=0,
            prompt_length_1=64,
            n_tasks_2=600,
            prompt_length_2=64,
            penalty=1e-3,
        )
    with pytest.raises(ValueError, match="penalty"):
        lic.Recipe(
            neurons=32,
            n_tasks_1=1,
            prompt_length_1=64,
            n_tasks_2=600,
            prompt_length_2=64,
            penalty=0.0,
        )


def test_label_square():
    u = np.linspace(0, 9, 7)
    expected = 0.5 * (3 * u**2 / 8 - u + 1)
    np.testing.assert_allclose(lic.label_square(HE2, np.sqrt(u), 2), expected, atol=1e-13)
    law = ogs.SphereLaw(2, 3)
    x, p = np.polynomial.hermite_e.hermegauss(20)
    mean = p @ lic.label_square(law, np.abs(x), 1, noise=0.5) / p.sum()
    assert abs(mean - ogs.mean_square(law) - 0.25) < 1e-12
    with pytest.raises(ValueError, match="radius"):
        lic.label_square(law, -1.0, 2)


def test_bad_input():
    tasks, w, b, rng = layer()
    moments = lic.attention_moments(tasks, w, bias=b, draws=100, rng=rng)
    with pytest.raises(ValueError, match="prompt_length must be at least one"):
        lic.best_attention(moments, prompt_length=0.5, penalty=1.0)
    with pytest.raises(ValueError, match="penalty"):
        lic.best_attention(moments, prompt_length=5, penalty=0.0)
    with pytest.raises(ValueError, match="prompt_length must be at least one"):
        lic.ContextRisk(0.3, 0.7).at([4.0, 0.5])
    with pytest.raises(ValueError, match=r"bias must be a number or of shape \(4,\)"):
        lic.network_features(np.ones((2, 3)), np.ones((4, 3)), bias=np.ones(3))
    with pytest.raises(ValueError, match="Gamma"):
        lic.context_risk(moments, np.eye(3))
    with pytest.raises(TypeError, match="rng"):
        lic.attention_moments(tasks, w, bias=b, draws=10, rng=0)
