"""What a function takes when it is not told: seen in what it does."""

import numpy as np
import pytest

from iclnb.landscape import convergence_rates as cr
from iclnb.landscape import hessian_escape as he
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss
from iclnb.landscape.convergence_rates import birth_death, families, perturbation, tail

ERF = mf.ErfFeatures()


class Seen(Exception):
    """Raised by a stand-in once it was called."""


def stand_in(monkeypatch, module, name):
    """Replace a function by one that keeps its arguments and stops."""
    kept = {}

    def stop(*args, **options):
        kept.update(args=args, **options)
        raise Seen

    monkeypatch.setattr(module, name, stop)
    return kept


def test_the_smooth_field_is_a_sum_of_256_waves_of_length_one():
    """Drawn again from the same stream, wave by wave; the size is that of the Hessian's norm."""
    saddle = ss.missing_feature_saddle(ERF, 2, 1, rng=np.random.default_rng(3))
    hessian = he.Hessian(saddle.problem, saddle.mu)
    field = cr.smooth_perturbation(hessian, rng=np.random.default_rng(8))
    theta = np.concatenate([saddle.mu.a, saddle.mu.w], axis=1)
    stream = np.random.default_rng(8)
    omega = stream.standard_normal((256, theta.shape[1]))
    c, phase = stream.standard_normal(omega.shape), 2 * np.pi * stream.random(256)
    v = sum(np.outer(np.cos(theta @ o + f), x) for o, x, f in zip(omega, c, phase, strict=True))
    ours = np.concatenate(field, axis=1)
    np.testing.assert_allclose(ours * np.linalg.norm(v), v * np.linalg.norm(ours), atol=1e-9)
    assert saddle.mu.p @ np.sum(ours**2, axis=1) == pytest.approx(1.0)


def test_escape_is_followed_from_1e_5_for_24_times_the_rate(monkeypatch):
    saddle = ss.missing_feature_saddle(ERF, 2, 1, rng=np.random.default_rng(3))
    kept = stand_in(monkeypatch, perturbation, "escape_run")
    with pytest.raises(Seen):
        cr.escape_delays(saddle, 2, n_seeds=1, rng=np.random.default_rng(0))
    assert (kept["epsilon"], kept["time"], kept["steps"]) == (1e-7, 30.0, 300)
    assert kept["time"] > 1.5 * np.log(1 / kept["epsilon"])  # long enough to leave
    assert kept["steps"] == 10 * kept["time"]


def test_the_regimes_begin_with_half_of_the_moment_and_masses_a_quarter_of_the_last():
    run = cr.regime_flow([0.0, 1.0], scales=3)
    np.testing.assert_allclose(run.masses[:-1] / run.masses[1:], 4.0)
    assert run.masses.sum() == pytest.approx(0.5)  # the rest of the mass, at a ratio of two
    # c = p a with the shares p a^2: the teacher's half, and a sixth on every scale
    idle = np.sum(run.masses * 0.5 / 3)
    assert run.loss[0] == pytest.approx(0.5 * idle / (idle + 0.5 * 0.5), rel=1e-9)


def test_a_stuck_start_has_40_neurons_that_see_4_of_5_inputs():
    problem, mu = cr.stuck_start(rng=np.random.default_rng(0))
    assert (mu.n, mu.k, mu.w.shape[1]) == (40, 2, 5)
    assert np.all(mu.w[:, 1] == 0)
    assert np.all(np.std(np.delete(mu.w, 1, axis=1), axis=0) > 0.5)
    assert problem.teacher.n == 2


def test_the_tail_starts_with_80_neurons_and_a_teacher_of_10(monkeypatch):
    kept = stand_in(monkeypatch, tail, "integrate")
    with pytest.raises(Seen):
        cr.tail_flow([1.0], rng=np.random.default_rng(0))
    problem, start, times = kept["args"]
    assert (start.n, start.k, start.w.shape[1]) == (80, 3, 8)
    assert (problem.teacher.n, problem.teacher.k) == (10, 3)
    np.testing.assert_allclose(times, [0.0, 1.0])


def test_renewal_replaces_a_fiftieth_every_ten_units(monkeypatch):
    problem, mu = cr.stuck_start(rng=np.random.default_rng(1), neurons=500)
    renewal = cr.Renewal(cr.smallest_outer)
    new = cr.renew(problem, mu, renewal, rng=np.random.default_rng(2))
    changed = np.any(new.w != mu.w, axis=1)
    assert changed.sum() == 10
    assert np.all(new.a[changed] == 0)
    kept = stand_in(monkeypatch, birth_death, "integrate")
    with pytest.raises(Seen):
        cr.renewed_flow(problem, mu, periods=1, renewal=renewal, rng=np.random.default_rng(2))
    assert np.max(kept["args"][2]) == 10.0


def test_the_penalty_of_the_effective_ratio_is_1e_4_of_the_teacher(monkeypatch):
    """The normal equations of the weighted sum, not symmetrised as in the function."""
    problem, mu = cr.dictionary_measure(ERF, 2, rng=np.random.default_rng(5))
    kernel = ERF.kernel(mu.w, mu.w)
    known = ERF.kernel(mu.w, problem.teacher.w) @ problem.teacher.outer
    teacher = problem.teacher.outer
    second = teacher.T @ ERF.kernel(problem.teacher.w, problem.teacher.w) @ teacher
    penalty = 1e-4 * np.trace(second)
    v = np.linalg.solve(kernel * mu.p + penalty * np.eye(mu.n), known)
    found = cr.effective_ratio(problem, mu)
    np.testing.assert_allclose(found.ratio, np.sum(mu.p[:, None] * v**2), rtol=1e-6)
    kept = stand_in(monkeypatch, families, "effective_ratio")
    with pytest.raises(Seen):
        cr.decay_survey(ERF, 2, count=1, rng=np.random.default_rng(5))
    assert kept["relative_penalty"] == 1e-8
