"""Measures, covariances, the loss, the attention, and the first variation."""

import numpy as np
import pytest

from iclnb.landscape.mean_field_limit import (
    ErfFeatures,
    GaussianFeatures,
    Measure,
    ProbitFeatures,
    Problem,
    SineFeatures,
    SingularCovarianceError,
    axis_teacher,
    correlated_start,
    covariance,
    dissipation,
    first_variation,
    gauss_hermite,
    inner_flow,
    inner_gradient,
    inner_rate,
    joint_gradients,
    joint_loss,
    loss,
    mix,
    particle_gradients,
    random_measure,
    sampling_bias,
    second_variation,
    statistics,
    statistics_of,
    trigonometric_measure,
    whitened_teacher,
    with_unit_moment,
    witness,
)

MODELS = [ErfFeatures(), ProbitFeatures(), GaussianFeatures(), SineFeatures()]


def _case(features, seed=0, k=2, k0=2, d=4, n=6, m=8):
    rng = np.random.default_rng(seed)
    teacher = whitened_teacher(features, rng.standard_normal((m, k0)), rng.standard_normal((m, d)))
    p = rng.uniform(0.5, 1.5, n)
    mu = Measure(rng.standard_normal((n, k)), rng.standard_normal((n, d)), p / p.sum())
    return Problem(features, teacher), mu


@pytest.mark.parametrize("features", MODELS, ids=lambda f: type(f).__name__)
def test_whitening(features):
    problem, _ = _case(features, k0=3)
    r0 = problem.r0
    np.testing.assert_allclose(problem.s0, r0 * np.eye(3), atol=1e-12)
    assert abs(np.trace(problem.teacher.moment) - 1.0) < 1e-13
    assert r0 <= features.sup_norm**2 / 3


@pytest.mark.claim("mfl-two-timescale")
def test_the_loss_is_the_regression_error_of_the_features():
    """Against weighted least squares of the true on the learnt features, on quadrature nodes."""
    features = ErfFeatures()
    rng = np.random.default_rng(3)
    teacher = Measure(rng.standard_normal((5, 3)), 0.4 * rng.standard_normal((5, 2)))
    mu = Measure(rng.standard_normal((4, 2)), 0.4 * rng.standard_normal((4, 2)))
    nodes = gauss_hermite(2, 60)
    root = np.sqrt(nodes.weights)[:, None]
    h, f0 = mu.features(features, nodes.x), teacher.features(features, nodes.x)
    _, remainder, _, _ = np.linalg.lstsq(root * h, root * f0, rcond=None)
    assert abs(loss(Problem(features, teacher), mu) - 0.5 * remainder.sum()) < 1e-12


def test_the_loss_against_torch(torch_erf):
    problem, mu = _case(ErfFeatures())
    assert abs(loss(problem, mu) - torch_erf(problem, mu).loss()) < 1e-14


def test_gradients_against_autograd(torch_erf):
    """Uniform or not, p_i times the velocity is the gradient in atom i."""
    problem, mu = _case(ErfFeatures(), k=3, k0=2)
    grad = particle_gradients(problem, mu)
    ours = np.concatenate([(mu.p[:, None] * grad.a).ravel(), (mu.p[:, None] * grad.w).ravel()])
    np.testing.assert_allclose(ours, torch_erf(problem, mu).gradient(), atol=1e-13)


@pytest.mark.parametrize("features", MODELS, ids=lambda f: type(f).__name__)
def test_gradients_against_differences(features):
    problem, mu = _case(features)
    rng = np.random.default_rng(1)
    da, dw = rng.standard_normal(mu.a.shape), rng.standard_normal(mu.w.shape)
    grad, h = particle_gradients(problem, mu), 1e-5
    ours = mu.p @ (np.sum(grad.a * da, axis=1) + np.sum(grad.w * dw, axis=1))
    theirs = loss(problem, mu.moved(h * da, h * dw)) - loss(problem, mu.moved(-h * da, -h * dw))
    assert abs(ours - theirs / (2.0 * h)) < 1e-9


@pytest.mark.parametrize("features", MODELS, ids=lambda f: type(f).__name__)
def test_the_first_variation_is_the_derivative_in_the_measure(features):
    """d/ds L((1-s) mu + s nu) = int dL/dmu dnu, since the integral against mu vanishes."""
    problem, mu = _case(features)
    _, nu = _case(features, seed=7)
    own = mu.p @ first_variation(problem, mu, mu.a, mu.w)
    assert abs(own) < 1e-14
    ours = nu.p @ first_variation(problem, mu, nu.a, nu.w)
    s = 1e-6
    one = (loss(problem, mix(mu, nu, s)) - loss(problem, mu)) / s
    two = (loss(problem, mix(mu, nu, 2 * s)) - loss(problem, mu)) / (2 * s)
    assert abs(2.0 * one - two - ours) < 1e-8 * max(1.0, abs(ours))


@pytest.mark.parametrize("features", MODELS, ids=lambda f: type(f).__name__)
def test_the_second_variation_is_the_second_derivative_in_the_measure(features):
    """L((1-s) mu + s nu) = L(mu + y nu) with y = s/(1-s), since the size of mu does not matter."""
    problem, mu = _case(features)
    _, nu = _case(features, seed=7, n=5)
    pairs = second_variation(problem, mu, nu.a, nu.w, nu.a, nu.w)
    np.testing.assert_allclose(pairs, pairs.T, rtol=1e-12, atol=1e-14)
    ours = nu.p @ pairs @ nu.p
    first = nu.p @ first_variation(problem, mu, nu.a, nu.w)
    sizes = 1e-3 * np.arange(1, 5)
    losses = np.array([loss(problem, mix(mu, nu, y / (1 + y))) for y in sizes])
    quotients = (losses - loss(problem, mu) - sizes * first) / (0.5 * sizes**2)
    found = np.polyfit(sizes, quotients, 3)[-1]
    assert found == pytest.approx(ours, rel=1e-4)
    # two groups of neurons, of different numbers: the mixed part alone
    rows = second_variation(problem, mu, nu.a[:2], nu.w[:2], nu.a[2:], nu.w[2:])
    np.testing.assert_allclose(rows, pairs[:2, 2:], rtol=1e-12)


def test_the_second_variation_against_the_measure_itself():
    problem, mu = _case(ErfFeatures(), k=3, k0=2)
    pairs = second_variation(problem, mu, mu.a, mu.w, mu.a, mu.w)
    assert np.abs(pairs).max() > 1e-3
    # the first variation is homogeneous of degree -1 in the measure
    first = first_variation(problem, mu, mu.a, mu.w)
    np.testing.assert_allclose(pairs @ mu.p, -first, rtol=1e-10, atol=1e-14)
    half = mu.p @ np.diag(pairs) / 2
    assert half == pytest.approx(sampling_bias(problem, mu), rel=1e-11)


@pytest.mark.claim("mfl-minimum-form")
def test_at_a_minimum_it_is_what_the_features_leave_unexplained():
    """Against the regression of the activations on the features, with kernels alone."""
    problem, _ = _case(ErfFeatures(), k0=2)
    rng = np.random.default_rng(3)
    mu = problem.teacher.push(rng.standard_normal((2, 2)))
    a, w = rng.standard_normal((7, 2)), rng.standard_normal((7, 4))
    pairs = second_variation(problem, mu, a, w, a, w)
    kernel = problem.features.kernel
    g = kernel(w, problem.teacher.w) @ problem.teacher.outer  # with the true features
    rest = kernel(w, w) - g @ np.linalg.solve(problem.s0, g.T)
    read = a @ statistics(problem, mu).b.T
    np.testing.assert_allclose(pairs, (read @ read.T) * rest, rtol=1e-9, atol=1e-13)
    assert np.linalg.eigvalsh(pairs)[0] > -1e-13
    far = correlated_start(20, 2, 4, rng=rng)
    moving = second_variation(problem, far, a, w, a, w)
    assert np.linalg.eigvalsh(moving)[0] < -1e-2 * np.linalg.eigvalsh(moving)[-1]


def test_the_gradients_are_those_of_the_first_variation():
    problem, mu = _case(ErfFeatures())
    grad, h = particle_gradients(problem, mu), 1e-6
    for e in np.eye(mu.w.shape[1]):
        up = first_variation(problem, mu, mu.a, mu.w + h * e)
        down = first_variation(problem, mu, mu.a, mu.w - h * e)
        np.testing.assert_allclose((up - down) / (2 * h), grad.w @ e, atol=1e-9)
    b = statistics(problem, mu).b
    np.testing.assert_allclose(grad.a, -witness(problem, mu, mu.w) @ b, atol=1e-14)
    assert dissipation(mu, grad) > 0.0


@pytest.mark.claim("mfl-gl-invariance")
def test_gl_invariance():
    problem, mu = _case(ErfFeatures(), k=3, k0=3)
    r = np.random.default_rng(2).standard_normal((3, 3))
    assert abs(loss(problem, mu.push(r)) - loss(problem, mu)) < 1e-12
    moved = covariance(ErfFeatures(), mu.push(r), mu)
    np.testing.assert_allclose(moved, r @ covariance(ErfFeatures(), mu, mu), atol=1e-14)
    # zero velocity of the moment: the infinitesimal form of the invariance
    rate = (mu.p[:, None] * mu.a).T @ particle_gradients(problem, mu).a
    np.testing.assert_allclose(rate, 0.0, atol=1e-14)
    # negative control: a push by a singular matrix does change the loss
    assert loss(problem, mu.push(np.diag([1.0, 1.0, 0.0]))) > loss(problem, mu) + 1e-4


@pytest.mark.claim("mfl-minimisers")
def test_zero_loss_iff_the_features_are_a_linear_image():
    problem, _ = _case(ErfFeatures(), k0=2)
    image = problem.teacher.push([[1.0, 2.0], [0.5, -1.0]])
    assert loss(problem, image) < 1e-15
    assert abs(loss(problem, problem.teacher.push([[1.0, 0.0]])) - problem.r0 / 2) < 1e-15


@pytest.mark.claim("mfl-two-timescale")
def test_the_inner_problem():
    problem, mu = _case(ErfFeatures(), k=2, k0=3)
    stats = statistics(problem, mu)
    best = np.linalg.inv(stats.sig)
    assert abs(joint_loss(stats, best) - stats.loss) < 1e-14
    gamma, h = np.random.default_rng(0).standard_normal((2, 2)), 1e-6
    step = np.random.default_rng(1).standard_normal((2, 2))
    slope = (joint_loss(stats, gamma + h * step) - joint_loss(stats, gamma - h * step)) / (2 * h)
    assert abs(slope - np.sum(inner_gradient(stats, gamma) * step)) < 1e-8
    flow = inner_flow(stats, gamma, [0.0, 1e-3, 1.0, 1e9])
    np.testing.assert_allclose(flow.Gamma[0], gamma, atol=1e-10)
    speed = (inner_flow(stats, gamma, [0.0, 1e-4]).Gamma[1] - gamma) / 1e-4
    np.testing.assert_allclose(speed, -inner_gradient(stats, gamma), rtol=1e-3)
    assert flow.loss[-1] - stats.loss < 1e-12


@pytest.mark.claim("mfl-inner-linear")
def test_the_inner_flow_is_linear_at_the_stated_rate():
    """The bound holds for random starts, is attained by one start, and fails at twice the rate."""
    problem, mu = _case(ErfFeatures(), k=3, k0=3, n=8)
    stats = statistics(problem, mu)
    rate, times = inner_rate(stats), np.linspace(0.0, 3.0, 7)[1:] / inner_rate(stats)
    for seed in range(5):
        gamma = np.random.default_rng(seed).standard_normal((3, 3))
        gap = inner_flow(stats, gamma, times).loss - stats.loss
        assert np.all(gap <= np.exp(-rate * times) * (joint_loss(stats, gamma) - stats.loss))
    _, u = np.linalg.eigh(stats.c.T @ stats.c)
    _, v = np.linalg.eigh(stats.sig)
    worst = np.linalg.inv(stats.sig) + 1e3 * np.outer(u[:, 0], v[:, 0])
    gap = inner_flow(stats, worst, times).loss - stats.loss
    start = joint_loss(stats, worst) - stats.loss
    np.testing.assert_allclose(gap, np.exp(-rate * times) * start, rtol=1e-6)
    assert np.all(gap > np.exp(-2.0 * rate * times) * start)


def test_joint_gradients():
    problem, mu = _case(ProbitFeatures(), k=2, k0=3)
    gamma = np.random.default_rng(4).standard_normal((2, 2))
    rng, h = np.random.default_rng(5), 1e-5
    da, dw = rng.standard_normal(mu.a.shape), rng.standard_normal(mu.w.shape)
    grad = joint_gradients(problem, mu, gamma)

    def value(s):
        return joint_loss(statistics(problem, mu.moved(s * da, s * dw)), gamma)

    ours = mu.p @ (np.sum(grad.a * da, axis=1) + np.sum(grad.w * dw, axis=1))
    assert abs(grad.loss - value(0.0)) < 1e-13
    assert abs((value(h) - value(-h)) / (2 * h) - ours) < 1e-9
    # at the best attention the joint gradient is the two-timescale one (envelope theorem)
    best = np.linalg.inv(statistics(problem, mu).sig)
    np.testing.assert_allclose(
        joint_gradients(problem, mu, best).w, particle_gradients(problem, mu).w, atol=1e-10
    )


def test_singular_covariance():
    """A value by the pseudo-inverse, a jump beside it, and no derivative."""
    problem, mu = _case(ErfFeatures(), k=2, k0=2)
    flat = mu.push([[1.0, 0.0], [1.0, 0.0]])
    stats = statistics(problem, flat)
    assert stats.singular
    assert stats.rank == 1
    assert abs(stats.loss - loss(problem, mu.push([[1.0, 0.0]]))) < 1e-13
    near = loss(problem, mu.push([[1.0, 0.0], [1.0, 1e-4]]))
    assert abs(near - loss(problem, mu)) < 1e-9
    assert stats.loss - near > 1e-4
    ridged = [
        statistics_of(stats.s0, stats.c, stats.sig, penalty=x).loss - stats.loss
        for x in (1e-6, 1e-8)
    ]
    assert 0.0 < ridged[1] < ridged[0] < 1e-3
    for call in (
        lambda: particle_gradients(problem, flat),
        lambda: first_variation(problem, flat, mu.a, mu.w),
        lambda: second_variation(problem, flat, mu.a, mu.w, mu.a, mu.w),
        lambda: witness(problem, flat, mu.w),
        lambda: inner_flow(stats, np.eye(2), [1.0]),
    ):
        with pytest.raises(SingularCovarianceError, match=r"singular \(rank 1 of 2\)"):
            call()
    # no features at all: the trivial prediction
    nothing = statistics(problem, mu.push(np.zeros((2, 2))))
    assert nothing.rank == 0
    assert abs(nothing.loss - problem.r0) < 1e-14
    # dependent features in no special frame, of any scale: rounding does not hide the rank
    rng = np.random.default_rng(8)
    for rank in (1, 2) * 20:
        push = rng.standard_normal((4, rank)) @ rng.standard_normal((rank, 2))
        push *= 10 ** rng.uniform(-6, 6)
        dependent = statistics(problem, mu.push(push))
        assert dependent.rank == rank
        if rank == 2:
            assert abs(dependent.loss - loss(problem, mu)) < 1e-10
    # scaling one feature to 1e-9 is not singular
    assert not statistics(problem, mu.push(np.diag([1.0, 1e-9]))).singular


@pytest.mark.parametrize(("least", "rank"), [(1.1e-13, 2), (0.9e-13, 1)])
@pytest.mark.parametrize("scale", [1.0, 1e-5])
def test_a_direction_counts_from_1e_minus_13_of_the_correlations(least, rank, scale):
    """A correlation of 1 - e has the eigenvalues e and 2 - e."""
    sig = scale * np.array([[1.0, 1.0 - least], [1.0 - least, 1.0]])
    assert statistics_of(np.eye(2), np.zeros((2, 2)), sig).rank == rank


@pytest.mark.claim("mfl-reach")
def test_reach():
    rng = np.random.default_rng(6)
    c, w = rng.standard_normal((5, 2)), rng.standard_normal((5, 4))
    mu = trigonometric_measure(c, w)
    x = rng.standard_normal((20, 3))
    np.testing.assert_allclose(
        mu.features(SineFeatures(), x), np.sin(x @ w[:, :-1].T + w[:, -1]) @ c, atol=1e-13
    )
    np.testing.assert_allclose(
        np.linalg.norm(mu.a, axis=1), np.linalg.norm(c, axis=1).sum(), rtol=1e-14
    )
    with pytest.raises(ValueError, match="zero row"):
        trigonometric_measure(np.zeros((1, 1)), np.ones((1, 2)))


def test_starts():
    rng = np.random.default_rng(0)
    mu = correlated_start(50, 2, 4, rng=rng, input_scale=[1.0, 0.1, 0.0, 1.0])
    assert np.all(mu.w[:, 2] == 0.0)
    assert abs(np.trace(random_measure(5, 3, 2, rng=rng).moment) - 1.0) < 1e-14
    teacher = axis_teacher(2, 4, weight=2.0, outer=3.0)
    r0 = Problem(ErfFeatures(), teacher).r0
    own = ErfFeatures().kernel(np.array([[2.0]]), np.array([[2.0]]))[0, 0]
    assert abs(r0 - 9.0 * own / 4.0) < 1e-14


def test_bad_measures():
    ok = np.ones((2, 1))
    for bad, message in (
        ((np.ones((0, 1)), np.ones((0, 1))), "a must not be empty"),
        ((np.ones((2, 0)), ok), "a must not be empty"),
        ((ok, np.ones((3, 1))), "w must have shape"),
        ((ok * np.inf, ok), "a must be finite"),
        ((ok, ok * np.nan), "w must be finite"),
        ((ok, ok, [0.5, 0.6]), "sum to one"),
        ((ok, ok, [1.5, -0.5]), "p must be non-negative"),
        ((ok, ok, [1.0]), "p must have shape"),
    ):
        with pytest.raises(ValueError, match=message):
            Measure(*bad)
    problem, mu = _case(ErfFeatures())
    with pytest.raises(ValueError, match="inner weights per atom"):
        loss(problem, Measure(ok, ok))
    with pytest.raises(TypeError, match="features must be a FeatureModel"):
        Problem("relu", problem.teacher)
    with pytest.raises(TypeError, match="mu must be a Measure"):
        loss(problem, mu.a)
    with pytest.raises(TypeError, match="problem must be a Problem"):
        loss(mu, mu)
    with pytest.raises(ValueError, match="isotropic"):
        _ = Problem(ErfFeatures(), mu).r0
    deaf = statistics_of(np.diag([4.0, 5.0]), np.zeros((2, 2)), np.eye(2))
    with pytest.raises(ValueError, match=r"stats\.c must not be zero: the joint loss"):
        inner_rate(deaf)
    with pytest.raises(ValueError, match="linearly independent"):
        whitened_teacher(ErfFeatures(), np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="must lie in"):
        mix(mu, mu, 1.5)
    for nu in (Measure(mu.a[:, :1], mu.w), Measure(mu.a, mu.w[:, :1])):
        with pytest.raises(ValueError, match="mu and nu must have equally many features"):
            mix(mu, nu, 0.5)
    with pytest.raises(ValueError, match="times must not be negative"):
        inner_flow(statistics(problem, mu), np.eye(2), [0.0, -1.0])
    with pytest.raises(ValueError, match="d must be at least k without mixing, got 2 < 3"):
        correlated_start(5, 3, 2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="not zero"):
        with_unit_moment(Measure(np.zeros((2, 1)), ok))
    with pytest.raises(ValueError, match="scale must be a number or have 3"):
        correlated_start(2, 1, 3, rng=np.random.default_rng(0), input_scale=[1.0, 2.0])
    with pytest.raises(ValueError, match="at least 1"):
        random_measure(0, 1, 1, rng=np.random.default_rng(0))
