"""The claims of the chapter, by other routes than the notebook's; no long training."""

import math

import numpy as np
import pytest

from iclnb.evidence import Verdict, not_testable
from iclnb.statistics import task_diversity as td
from iclnb.statistics.task_diversity import double_descent, exact_curves, finite_size
from iclnb.statistics.task_diversity.claims import CLAIMS, PAPER_SCALE
from iclnb.statistics.task_diversity.trainable import TrainingSetting
from iclnb.statistics.task_diversity.transformer import TransformerSetting
from iclnb.statistics.task_diversity.transition import Transition, transition


def prompts(n_prompts, prompt_length, *, noise, pool=None, d=None, seed=0):
    names = ("task_rng", "input_rng", "noise_rng")
    streams = dict(zip(names, map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))))
    return td.sample_linear_prompts(
        n_prompts, prompt_length, noise=noise, pool=pool, d=d, **streams
    )


@pytest.mark.claim("tdv-dmmse")
def test_dmmse_is_unbeaten_on_its_pool_by_other_weights():
    """The posterior mean has the least risk among tempered versions of itself."""
    pool = td.sample_pool(6, 2, np.random.default_rng(0))
    data = prompts(20000, 3, noise=0.8, pool=pool)
    risks = {}
    for rule in (0.5, 0.8, 1.3):
        guess = td.dmmse(data.X, data.y, pool, noise=rule)
        risks[rule] = np.mean(np.sum((guess - data.tasks) ** 2, axis=1))
    assert min(risks, key=risks.get) == 0.8


@pytest.mark.claim("tdv-two-rules")
def test_either_rule_loses_on_the_other_ones_tasks():
    pool = td.sample_pool(16, 4, np.random.default_rng(1))
    for own in (True, False):
        data = prompts(4000, 8, noise=0.5, **({"pool": pool} if own else {"d": 4}))
        memory = np.sum((td.dmmse(data.X, data.y, pool, noise=0.5) - data.tasks) ** 2, axis=1)
        rule = np.sum((td.ridge(data.X, data.y, noise=0.5) - data.tasks) ** 2, axis=1)
        difference = memory - rule
        z = difference.mean() / (difference.std() / math.sqrt(len(difference)))
        assert z < -5 if own else z > 5


@pytest.mark.claim("tdv-slow-decay")
def test_a_large_pool_is_still_far_from_ridge():
    """Another pool, and a floor without dMMSE: even the nearest task of the pool is far away."""
    rng = np.random.default_rng(77)
    pool = td.sample_pool(16384, 8, rng)
    risk = td.dmmse_risk(pool, 16, noise=0.5, draws=300, seed=7, own_pool=False)
    assert risk.mean - 4 * risk.error > 4 * 0.2633
    nearest = [np.min(np.sum((pool - w) ** 2, axis=1)) for w in rng.standard_normal((100, 8))]
    assert 0.5 < np.mean(nearest) / risk.mean < 1


@pytest.mark.claim("tdv-attention-limit")
def test_the_limit_of_linear_attention_by_its_formula():
    for d, n, noise in ((8, 16, 0.5), (3, 5, 1.0)):
        gamma = td.attention_gamma(np.eye(d), n, noise=noise)
        limit = d * (d + 1 + noise**2) / (n + d + 1 + noise**2)
        assert td.attention_risk(gamma, np.eye(d), n, noise=noise) == pytest.approx(limit)
        pool = td.sample_pool(200000, d, np.random.default_rng(0))
        tuned = td.attention_gamma(pool.T @ pool / len(pool), n, noise=noise)
        risk = td.attention_risk(tuned, np.eye(d), n, noise=noise)
        assert limit < risk < limit + 1e-3


@pytest.mark.claim("tdv-attention-ratio")
def test_the_ratio_with_the_mean_of_an_inverse_wishart_matrix():
    """For long prompts ridge is least squares, of risk d sigma^2 / (n - d - 1)."""
    n, d, level = 10**6, 8, 0.25
    attention = d * (d + 1 + level) / (n + d + 1 + level)
    assert attention / (d * level / (n - d - 1)) == pytest.approx(37.0, rel=1e-4)
    ridge = td.ridge_risk(d, 2000, noise=0.5, draws=40, rng=np.random.default_rng(0))
    assert ridge.mean == pytest.approx(d * level / (2000 - d - 1), rel=5e-3)


@pytest.mark.claim("tdv-transition")
def test_the_ends_of_the_transition_in_a_short_training():
    setting = TrainingSetting(steps=250, width=48, batch_size=128)
    found = transition(setting, (4, 256), seed=3, draws=2000)
    np.testing.assert_array_equal(found.leaning()[:, 1], 1)
    assert found.leaning()[0, 0] == -1
    again = transition(setting, (4, 256), seed=3, draws=2000)
    np.testing.assert_array_equal(found.new_risk, again.new_risk)


def test_the_crossing_of_known_curves():
    sizes = np.array([4.0, 16.0, 64.0])
    falling, rising = np.array([4.0, 2.0, 1.0]), np.array([1.0, 2.0, 4.0])
    known = Transition(sizes, rising, falling, rising, 2 * falling, falling, falling)
    pool, new = known.crossings()
    assert pool == pytest.approx(16.0)
    assert new == pytest.approx(32.0)
    np.testing.assert_array_equal(known.leaning()[:, [0, 2]], [[-1, 1], [-1, 1]])


@pytest.mark.claim("tdv-slide-ridge")
def test_more_tasks_bring_the_short_training_nearer_to_ridge():
    setting = TrainingSetting(steps=250, width=48, batch_size=128)
    found = transition(setting, (4, 256), seed=3, draws=2000)
    ridge = td.ridge_risk(4, 16, noise=0.5, draws=2000, rng=np.random.default_rng(0)).mean
    assert ridge < found.new_risk[1] < 0.25 * found.new_risk[0]


@pytest.mark.claim("tdv-paper-threshold")
def test_the_library_holds_the_configuration_that_is_not_run():
    paper = TransformerSetting()
    assert (paper.layers, paper.width, paper.steps, paper.batch_size) == (8, 128, 500_000, 256)
    assert PAPER_SCALE.expected is Verdict.NOT_TESTABLE
    assert not_testable("too long").verdict is PAPER_SCALE.expected


@pytest.mark.claim("tdv-lu-few-prompts")
def test_few_prompts_by_another_setting_of_the_parameters():
    """Where a wrong argument of the resolvent would move the curve by a tenth."""
    setting = {"kappa": 1.0, "alpha": 3.0, "noise": 0.5}
    study = finite_size.size_study({18: 80, 24: 60, 32: 40}, tau=0.3, **setting)
    margin = 3.3 * study.fit.error + 0.02 * study.limit
    assert abs(study.fit.limit - study.limit) < margin < 0.06 * study.limit
    wrong = td.icl_error(0.3, **{**setting, "kappa": 0.3**2})  # kappa tau for kappa / tau
    assert abs(study.fit.limit - wrong) > margin


@pytest.mark.claim("tdv-lu-many-prompts")
def test_many_prompts_by_another_setting_of_the_parameters():
    """Where the last term of the noise is a fifth of the error."""
    setting = {"kappa": 1.0, "alpha": 4.0, "noise": 0.7}
    study = finite_size.size_study({12: 120, 16: 80, 20: 60, 24: 30}, tau=3.0, **setting)
    margin = 3.3 * study.fit.error + 0.02 * study.limit
    assert abs(study.fit.limit - study.limit) < margin
    last = td.last_noise_term(3.0, **setting)
    assert last > 1.2 * margin
    assert abs(study.fit.limit - (study.limit - last)) > margin


@pytest.mark.claim("tdv-lu-stored-runs")
def test_the_stored_runs_lie_above_the_curve_and_their_excess_grows_to_the_peak():
    table = finite_size.STORED_TAU
    closed = [td.icl_error(t, kappa=0.5, alpha=table.alpha, noise=table.noise) for t in table.x]
    excess = np.divide(table.simulated, closed) - 1
    assert np.all((excess > 0) & (excess < 0.14))
    assert np.argmax(excess) == table.x.index(1.15)
    tau = double_descent.effective_tau(1.15, table.d)
    counted = td.icl_error(tau, kappa=0.5, alpha=table.alpha, noise=table.noise)
    assert abs(4.167 / counted - 1) < 0.5 * excess.max()


@pytest.mark.claim("tdv-lu-diversity")
def test_the_error_falls_with_diversity_and_is_flat_after_a_few_tasks_per_dimension():
    table = finite_size.STORED_KAPPA
    closed = [td.icl_error(100.0, kappa=k, alpha=table.alpha, noise=table.noise) for k in table.x]
    assert np.all(np.diff(closed) < 0)
    np.testing.assert_allclose(table.simulated[1:], closed[1:], rtol=2e-3)
    assert table.simulated[0] / closed[0] == pytest.approx(1.04, abs=0.01)


@pytest.mark.claim("tdv-saturation")
def test_the_saturated_error_is_linear_attentions_own_limit():
    """The best multiple of the identity, in the limit of large d, from the exact test error."""
    alpha, rho, d = 2.0, 0.3, 4000
    setting = td.LuSetting(d, 1.0, 1.0, alpha, math.sqrt(rho))
    ones = np.hstack([np.eye(d), np.zeros((d, 1))])
    x = (1 + rho) / alpha
    best = td.new_task_error(ones / (1 + x), setting)
    assert best == pytest.approx(td.saturated_error(alpha=alpha, noise=math.sqrt(rho)), abs=1e-3)


@pytest.mark.claim("tdv-double-descent")
def test_the_pole_from_both_sides_converges_linearly():
    for kappa, alpha, rho in ((0.5, 1.0, 0.01), (3.0, 0.7, 0.4)):
        want = double_descent.pole_strength(kappa=kappa, alpha=alpha, noise=math.sqrt(rho))
        for side in (-1, 1):
            gaps = [
                abs(
                    h * td.icl_error(1 + side * h, kappa=kappa, alpha=alpha, noise=math.sqrt(rho))
                    - want
                )
                for h in (1e-3, 1e-4)
            ]
            assert gaps[1] < 0.11 * gaps[0]


def test_the_answers_in_the_plane():
    new = td.answers_in_the_plane(16, 4, noise=0.5, seed=1, own_pool=False)
    own = td.answers_in_the_plane(64, 8, noise=0.5, seed=1, own_pool=True)
    np.testing.assert_array_equal(new.pool, own.pool[:16])
    np.testing.assert_array_equal(own.task, own.pool[0])
    assert own.weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(own.weights @ own.pool, own.memory)
    np.testing.assert_allclose(new.ellipse[:-1].mean(axis=0), new.ridge, atol=1e-12)
    np.testing.assert_allclose(new.ellipse[0], new.ellipse[-1])
    covered = 0
    for seed in range(400):
        a = td.answers_in_the_plane(1, 6, noise=0.5, seed=seed, own_pool=False)
        half = 0.5 * (a.ellipse[[0, 16]] - a.ridge)  # a factor of the posterior covariance
        covered += np.sum(np.linalg.solve(half.T, a.task - a.ridge) ** 2) < 4
    assert covered / 400 == pytest.approx(1 - math.exp(-2), abs=4 * 0.018)


def test_pool_curves_and_studies_are_reproducible():
    options = {"d": 3, "prompt_length": 4, "noise": 0.5, "pools": 3, "draws": 20, "seed": 0}
    both = exact_curves.pool_curves([2, 8], **options)
    alone = exact_curves.pool_curves([8], **options)
    assert both.new[1] == alone.new[0]
    assert both.attention[1] == alone.attention[0]
    study = finite_size.size_study({5: 3, 8: 3}, tau=0.5, kappa=1.0, alpha=1.0, noise=0.1)
    assert study.at(1e12) == pytest.approx(study.limit)
    assert study.at(10) - study.limit == pytest.approx(study.fit.slope / 10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: double_descent.pole_strength(kappa=0.0, alpha=1, noise=0), "kappa"),
        (lambda: double_descent.pole_strength(kappa=1.0, alpha=0, noise=0), "alpha"),
        (lambda: double_descent.effective_tau(1.0, 0), "d"),
        (lambda: td.last_noise_term(1.0, kappa=1.0, alpha=1.0, noise=0.1), "tau"),
        (lambda: td.answers_in_the_plane(0, 1, noise=1.0, seed=0, own_pool=True), "pool_size"),
        (lambda: finite_size.size_study({5: 1, 8: 3}, tau=0.5, kappa=1, alpha=1, noise=0), "seeds"),
        (lambda: finite_size.size_study({5: 3, 8: 3}, tau=1, kappa=1, alpha=1, noise=0), "tau"),
        (
            lambda: exact_curves.pool_curves(
                [4], d=2, prompt_length=3, noise=0.5, pools=1, draws=9, seed=0
            ),
            "pools",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_claims_are_distinct():
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
