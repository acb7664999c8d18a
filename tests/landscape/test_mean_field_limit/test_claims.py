"""Claims that no identity of the modules holds already, and the small modules behind them."""

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    GaussianLangevin,
    Measure,
    Problem,
    axis_teacher,
    correlated_start,
    finite_prompt_loss,
    fourth_moment,
    gauss_hermite,
    inner_flow,
    inner_rate,
    integrate,
    joint_loss,
    loss,
    optimal_finite_prompt,
    statistics,
)
from iclnb.landscape.mean_field_limit.claims import CLAIMS
from iclnb.landscape.mean_field_limit.particles.particle_scan import correlated_law
from iclnb.landscape.mean_field_limit.prompts.simulated import (
    prompt_constant,
    simulated_prompt_loss,
)
from iclnb.landscape.mean_field_limit.slowest import slowest_start

ERF = ErfFeatures()


def _case(k=2, d=2, n=20, seed=0):
    problem = Problem(ERF, axis_teacher(k, d, weight=2.0))
    mu = correlated_start(n, k, d, rng=np.random.default_rng(seed), mixing=np.eye(k, d))
    return problem, mu, statistics(problem, mu)


@pytest.mark.claim("mfl-inner-linear")
def test_the_slowest_start_is_a_pure_exponential_also_in_the_gamma_itself():
    _, _, stats = _case(3, 5, 30)
    gamma = slowest_start(stats, epsilon=-2.0)
    rate, best = inner_rate(stats), np.linalg.inv(stats.sig)
    out = inner_flow(stats, gamma, np.array([0.5, 1.0, 2.0]) / rate)
    shares = np.linalg.norm(out.Gamma - best, axis=(1, 2)) / np.linalg.norm(gamma - best)
    np.testing.assert_allclose(shares, np.exp([-0.25, -0.5, -1.0]), rtol=1e-9)
    dead = statistics(Problem(ERF, axis_teacher(1, 2)), Measure([[1.0]], [[0.0, 1.0]]))
    with pytest.raises(ValueError, match="not be zero"):
        slowest_start(dead)


@pytest.mark.claim("mfl-prompt-order")
@pytest.mark.claim("mfl-prompt-bound")
def test_the_order_of_the_prompt_term():
    """The first difference in 1/n, with and without noise; the optimum and the fixed attention."""
    problem, mu, stats = _case()
    moment = fourth_moment(problem, mu, gauss_hermite(2, 40))
    gamma = np.linalg.inv(stats.sig)
    for noise in (0.0, 0.3):
        constant = prompt_constant(stats, moment, noise=noise)
        base = stats.loss + 0.5 * noise**2
        fixed = finite_prompt_loss(stats, gamma, moment, 7, noise=noise) - base
        assert abs(7 * fixed / constant - 1.0) < 1e-10
        best = [
            n * (optimal_finite_prompt(stats, moment, n, noise=noise).loss - base) / constant
            for n in (10**4, 10**5)
        ]
        assert abs((1.0 - best[0]) / (1.0 - best[1]) - 10.0) < 0.1
    for n in (2, 30, 400):
        gap = optimal_finite_prompt(stats, moment, n).loss - stats.loss
        assert 0.0 < gap < np.sqrt(np.log(2.0) / n)
    # negative control: with the exponent two in the place of one half it fails for long prompts
    assert gap > np.log(2.0) / n**2


@pytest.mark.claim("mfl-prompt-loss")
def test_simulated_prompts():
    """Another attention, length and noise than on the page; 4.5 standard errors."""
    problem, mu, stats = _case(seed=3)
    gamma = np.linalg.inv(stats.sig) @ np.array([[0.5, 0.2], [0.0, 0.8]])
    moment = fourth_moment(problem, mu, gauss_hermite(2, 60))
    values = np.array(
        [
            simulated_prompt_loss(
                problem, mu, gamma, 3, n_prompts=2000, noise=0.5, rng=np.random.default_rng(i)
            )
            for i in range(16)
        ]
    )
    exact = finite_prompt_loss(stats, gamma, moment, 3, noise=0.5)
    error = values.std(ddof=1) / 4.0
    assert abs(values.mean() - exact) < 4.5 * error
    assert abs(values.mean() - joint_loss(stats, gamma) - 0.125) > 4.5 * error
    with pytest.raises(ValueError, match="n_prompts"):
        simulated_prompt_loss(problem, mu, gamma, 3, n_prompts=0, rng=np.random.default_rng(0))


@pytest.mark.claim("mfl-langevin-bound")
def test_the_printed_exponent_is_never_attained():
    """The slack of the slides' bound is at least the factor exp(alpha lambda t)."""
    times = np.linspace(0.1, 3.0, 9)
    rng = np.random.default_rng(2)
    for _ in range(50):
        model = GaussianLangevin(*rng.uniform(0.1, 3.0, 4))
        share = model.path(1.5, 0.7, times).gap / model.gap(1.5, 0.7)
        printed = np.exp(-model.log_sobolev * model.temperature * times)
        assert np.all(share <= printed**2 * (1.0 + 1e-9) + 1e-15)


@pytest.mark.claim("mfl-conservation")
def test_the_moment_is_kept_by_unequal_weights_too():
    problem, mu, _ = _case(2, 3, 6)
    mu = Measure(mu.a, mu.w, np.arange(1.0, 7.0) / 21.0)
    run = integrate(problem, mu, [0.0, 20.0], rtol=1e-10, atol=1e-12)
    end = run.measure(-1)
    np.testing.assert_allclose(end.moment, mu.moment, atol=1e-8)
    assert np.max(np.abs(end.a - mu.a)) > 1e-2
    assert loss(problem, end) < loss(problem, mu)


def test_bad_scans():
    with pytest.raises(ValueError, match="d must be at least k"):
        correlated_law(3, 2)


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) >= 7
    assert {(c.part, c.chapter) for c in CLAIMS} == {("landscape", "mean-field-limit")}
    assert all(c.id.startswith("mfl-") for c in CLAIMS)
