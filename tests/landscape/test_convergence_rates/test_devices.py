"""Birth and death of neurons, and perturbations that know or do not know their number."""

import numpy as np
import pytest

from iclnb.landscape import convergence_rates as cr
from iclnb.landscape import hessian_escape as he
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss

ERF = mf.ErfFeatures()


@pytest.fixture(scope="module")
def stuck():
    return cr.stuck_start(rng=np.random.default_rng(0), neurons=20)


@pytest.fixture(scope="module")
def saddle():
    rng = np.random.default_rng(3)
    return ss.missing_feature_saddle(
        ERF, 2, 1, rng=rng, mixed=False, teacher_neurons=6, idle_neurons=6
    )


@pytest.mark.claim("rate-seeding")
def test_birth_without_outer_weight_is_free(stuck):
    problem, mu = stuck
    new = np.random.default_rng(1).standard_normal((7, 5))
    before = mf.statistics(problem, mu)
    for share in (0.0, 0.2, 0.9):
        after = mf.statistics(problem, cr.seeded(mu, new, share))
        assert np.allclose(after.residual, before.residual, rtol=0, atol=1e-13)
        assert np.allclose(after.b * (1 - share), before.b, rtol=1e-11)
    loud = mf.mix(mu, mf.Measure(np.ones((7, 2)), new), 0.2)
    assert abs(mf.loss(problem, loud) - before.loss) > 1e-4


@pytest.mark.claim("rate-restart")
def test_a_neuron_at_rest_moves_once_seeded():
    problem = mf.Problem(ERF, mf.whitened_teacher(ERF, np.ones((2, 1)), 2 * np.eye(2)))
    mu = ss.weak_critical_point(problem, [1.0, 0.5]).mu
    run = mf.integrate(problem, cr.seeded(mu, problem.teacher.w, 0.1), [0.0, 1.0, 200.0])
    assert run.loss[1] < run.loss[0] - 1e-4
    assert run.loss[-1] < 0.05 * run.loss[0]
    still = mf.integrate(problem, cr.seeded(mu, mu.w, 0.1), [0.0, 200.0])
    assert still.loss[-1] == pytest.approx(still.loss[0], rel=1e-9)


def test_rules_choose_whom_they_say(stuck):
    problem, mu = stuck
    rng = np.random.default_rng(0)
    loudest = np.argmin(cr.smallest_outer(problem, mu, rng))
    assert np.sum(mu.a[loudest] ** 2) == np.max(np.sum(mu.a**2, axis=1))
    scores = cr.largest_variation(problem, mu, rng)
    assert mu.p @ scores == pytest.approx(0.0, abs=1e-15)
    # taking a little mass away changes the loss by minus the variation
    i, h = int(np.argmax(scores)), 1e-5
    p = mu.p.copy()
    p[i] -= h
    change = mf.loss(problem, mf.Measure(mu.a, mu.w, p / p.sum())) - mf.loss(problem, mu)
    assert change / h == pytest.approx(-scores[i], rel=1e-3)
    assert len(np.unique(cr.anybody(problem, mu, rng))) == mu.n


def test_renew_replaces_the_dead_and_nothing_else(stuck):
    problem, mu = stuck
    renewal = cr.Renewal(cr.smallest_outer, fraction=0.1, spread=3.0)
    new = cr.renew(problem, mu, renewal, rng=np.random.default_rng(0))
    dead = np.argsort(np.sum(mu.a**2, axis=1))[:2]
    alive = np.setdiff1d(np.arange(mu.n), dead)
    # one matrix for all survivors, which restores the conserved moment
    matrix = np.linalg.lstsq(mu.a[alive], new.a[alive], rcond=None)[0]
    assert np.allclose(new.a[alive], mu.a[alive] @ matrix, atol=1e-12)
    assert np.allclose(new.moment, mu.moment, atol=1e-12)
    assert np.array_equal(new.w[alive], mu.w[alive])
    assert np.all(new.a[dead] == 0)
    assert np.all(new.w[dead] != mu.w[dead])
    assert mu.w[dead][:, 1].tolist() == [0.0, 0.0]


@pytest.mark.claim("rate-birth-death")
def test_renewal_frees_the_stuck_flow(stuck):
    problem, mu = stuck
    floor = problem.r0 / 2
    free = cr.renewed_flow(
        problem, mu, periods=15, renewal=cr.Renewal(cr.anybody, 0.1), rng=np.random.default_rng(1)
    )
    none = cr.renewed_flow(
        problem, mu, periods=15, renewal=cr.Renewal(cr.anybody, 0.0), rng=np.random.default_rng(1)
    )
    assert free.loss[-1] < 0.1 * floor
    assert np.all(none.loss >= floor * (1 - 1e-12))
    # half of the teacher cannot be represented in the mirror
    assert none.residual[-1] >= 0.5
    assert free.residual[-1] < 0.01
    plain = mf.integrate(problem, mu, [0.0, 150.0])
    assert none.loss[-1] == pytest.approx(plain.loss[-1], rel=1e-3)


@pytest.mark.claim("rate-death-rules")
def test_fitness_beats_chance_in_another_problem():
    ends = {}
    for rule in (cr.anybody, cr.largest_variation):
        runs = []
        for seed in range(3):
            problem, mu = cr.stuck_start(rng=np.random.default_rng(seed), neurons=30, k=2, d=4)
            runs.append(
                cr.renewed_flow(
                    problem,
                    mu,
                    periods=15,
                    renewal=cr.Renewal(rule, 0.1),
                    rng=np.random.default_rng(100 + seed),
                ).loss[-1]
            )
        ends[rule] = np.median(runs)
    assert ends[cr.largest_variation] < ends[cr.anybody]


def test_stuck_flows_share_their_starts():
    two = [
        cr.stuck_flows(cr.Renewal(r, 0.1), n_seeds=2, periods=2, rng=np.random.default_rng(5))
        for r in (cr.anybody, cr.smallest_outer)
    ]
    assert np.array_equal(two[0].level[:, :2], two[1].level[:, :2])
    assert two[0].level.shape == (2, 3)
    assert two[0].times.tolist() == [0.0, 10.0, 20.0]


@pytest.mark.claim("rate-iid-overlap")
def test_independent_noise_meets_the_direction_less_often(saddle):
    for copies in (1, 4):
        rep = cr.replica(saddle, copies)
        closed = cr.mean_square_overlap(rep.hessian, rep.pair.field)
        n = rep.hessian.mu.n
        assert closed == pytest.approx(1 / (n * 8), rel=1e-12)
        seen = cr.overlap_samples(rep, draws=4000, rng=np.random.default_rng(0)) ** 2
        assert abs(seen.mean() - closed) < 4 * seen.std() / np.sqrt(4000)


@pytest.mark.claim("rate-smooth-overlap")
def test_a_smooth_field_does_not_know_the_number(saddle):
    values = []
    for copies in (1, 3):
        rep = cr.replica(saddle, copies)
        values.append(cr.mean_square_overlap(rep.hessian, rep.pair.field, length=1.5))
    assert values[1] == pytest.approx(values[0], rel=1e-12)
    rep = cr.replica(saddle, 1)
    tiny = cr.mean_square_overlap(rep.hessian, rep.pair.field, length=1e-3)
    assert tiny == pytest.approx(cr.mean_square_overlap(rep.hessian, rep.pair.field), rel=1e-9)
    # sampled fields, before the normalisation, have the closed-form overlap up to its fluctuation
    seen = cr.overlap_samples(rep, draws=2000, rng=np.random.default_rng(0), length=1.5) ** 2
    assert abs(seen.mean() / values[0] - 1) < 4 * seen.std() / np.sqrt(2000) / values[0] + 0.1


@pytest.mark.claim("rate-iid-delay")
def test_delay_of_coupled_noise(saddle):
    """Each field of a pair has the size one and the overlap of independent noise; 4.5 errors."""
    pair = cr.replica(saddle, 9), cr.replica(saddle, 1)
    drawn = [cr.coupled_noise(*pair, rng=np.random.default_rng(seed)) for seed in range(400)]
    overlaps = []
    for rep, fields in zip(pair, zip(*drawn)):
        size = np.array([rep.hessian.inner(f, f) for f in fields])
        assert abs(size.mean() - 1) < 4.5 * size.std() / 20
        overlaps.append(np.array([rep.hessian.inner(rep.pair.field, f) for f in fields]))
        square = overlaps[-1] ** 2 / cr.mean_square_overlap(rep.hessian, rep.pair.field)
        assert abs(square.mean() - 1) < 4.5 * square.std() / 20
    assert np.allclose(overlaps[1], 3 * overlaps[0], rtol=1e-9, atol=0)
    delay = cr.escape_delays(saddle, 4, n_seeds=2, rng=np.random.default_rng(0))
    assert np.all(np.abs(delay - 0.5 * np.log(4)) < 0.001)
    smooth = cr.escape_delays(saddle, 4, n_seeds=1, rng=np.random.default_rng(0), length=2.0)
    assert np.abs(smooth[0]) < 1e-6


def test_replica_eigenpair_is_one(saddle):
    rep = cr.replica(saddle, 3)
    out = rep.hessian.apply(rep.pair.field)
    assert np.allclose(out.a, rep.pair.value * rep.pair.field.a, atol=1e-9)
    assert np.allclose(out.w, rep.pair.value * rep.pair.field.w, atol=1e-9)
    lowest = he.lowest(rep.hessian, rng=np.random.default_rng(1)).value
    assert lowest == pytest.approx(rep.pair.value, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: cr.Renewal(cr.anybody, fraction=2.0), "fraction"),
        (lambda: cr.Renewal(cr.anybody, period=0.0), "period"),
        (lambda: cr.Renewal(cr.anybody, outer=-1.0), "outer"),
        (lambda: cr.stuck_start(rng=np.random.default_rng(0), k=4, d=3), "d must"),
        (lambda: cr.seeded(mf.Measure([[1.0]], [[1.0, 0.0]]), np.ones((2, 3)), 0.1), "w must"),
    ],
)
def test_bad_input(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_bad_types(stuck, saddle):
    problem, mu = stuck
    with pytest.raises(TypeError, match="rule"):
        cr.Renewal("anybody")
    with pytest.raises(TypeError, match="rng"):
        cr.anybody(problem, mu, 0)
    bad = cr.Renewal(lambda *_: np.zeros(3))
    with pytest.raises(ValueError, match="rule"):
        cr.renew(problem, mu, bad, rng=np.random.default_rng(0))
    one, two = cr.replica(saddle, 1), cr.replica(saddle, 2)
    with pytest.raises(ValueError, match="fine"):
        cr.coupled_noise(one, two, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="length"):
        cr.mean_square_overlap(one.hessian, one.pair.field, length=-1.0)


def test_the_survivors_must_span_the_features(stuck):
    problem, mu = stuck
    with pytest.raises(ValueError, match=r"renewal\.fraction"):
        cr.renew(problem, mu, cr.Renewal(cr.anybody, fraction=1.0), rng=np.random.default_rng(0))
