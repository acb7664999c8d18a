"""Features with one inner product for all pairs: loss, flow and the course of a rare row."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from iclnb.dynamics import stage_wise_training as st
from iclnb.dynamics.stage_wise_in_practice import coherence as co

P = np.array([0.4, 0.3, 0.2, 0.1])


def test_the_features_have_their_inner_products():
    for c in (-0.3, 0.0, 0.6):
        V = co.coherent_features(4, c)
        np.testing.assert_allclose(V @ V.T, (1 - c) * np.eye(4) + c, atol=1e-14)


@pytest.mark.claim("hcl-coherent")
@pytest.mark.parametrize("c", [-0.2, 0.0, 0.35])
def test_the_flow_by_automatic_differentiation(c):
    """The features turned and put into six dimensions, softmax and loss written out in torch."""
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.standard_normal((6, 4)))[0]
    V = co.coherent_features(4, c) @ turn.T
    Q = torch.tensor(0.4 * rng.standard_normal((6, 6)), requires_grad=True)
    v, p = torch.tensor(V), torch.tensor(P)
    scores = v @ Q.T @ v.T
    held = torch.softmax(scores + torch.log(p), dim=1)
    loss = 0.5 * torch.sum(p * torch.sum((held @ v - v) ** 2, dim=1))
    loss.backward()
    moved = -V @ Q.grad.numpy().T @ V.T
    S = scores.detach().numpy()
    assert co.feature_loss(Q.detach().numpy(), V, P) == pytest.approx(loss.item(), rel=1e-12)
    assert loss.item() == pytest.approx((1 - c) * st.limit_loss(S, P), rel=1e-12)
    np.testing.assert_allclose(co.coherent_flow(S, P, coherence=c), moved, rtol=1e-9, atol=1e-14)


@pytest.mark.claim("hcl-coherent")
def test_balanced_features_change_the_clock_only():
    S = np.full((5, 5), -0.2) + 1.1 * np.eye(5)
    p = np.full(5, 0.2)
    slow = co.coherent_flow(S, p, coherence=0.3)
    np.testing.assert_allclose(slow, 0.7**3 * st.limit_flow(S, p), rtol=1e-12)


@pytest.mark.claim("hcl-coherent-phases")
def test_the_course_is_that_of_all_scores():
    K, p1, c = 6, 0.4, 0.25
    course = co.coherent_course(K, p1, coherence=c, records=60)
    p = st.imbalanced(K, p1)

    def flow(t, s):
        return co.coherent_flow(s.reshape(K, K), p, coherence=c).ravel()

    run = solve_ivp(
        flow,
        (0, course.times[-1]),
        np.zeros(K * K),
        t_eval=course.times[::10],
        rtol=1e-9,
        atol=1e-12,
    )
    for i, state in enumerate(run.y.T):
        S = state.reshape(K, K)
        held = st.limit_attention(S, p)[2, [2, 0, 4]]
        np.testing.assert_allclose(course.attention[10 * i], held, rtol=1e-5)
        np.testing.assert_allclose(
            course.speeds[10 * i], flow(0, state).reshape(K, K)[2, [2, 0, 4]], rtol=1e-4, atol=1e-9
        )
        assert course.loss[10 * i] == pytest.approx((1 - c) * st.limit_loss(S, p), rel=1e-5)
    half = np.interp(0.5, course.attention[:, 0], course.times)
    assert course.times[-1] == pytest.approx(4 * half, rel=0.02)


@pytest.mark.claim("hcl-coherent-phases")
def test_without_coherence_the_phases_are_those_of_the_chapter_before():
    course, known = co.coherent_course(20, 0.5, coherence=0.0), st.rare_turns(20, 0.5)
    seen = st.turns(course.times, course.speeds, course.attention, 0)
    assert seen.phases == known.phases == 4
    np.testing.assert_allclose(seen[:3], known[:3], rtol=0.01)
    course = co.coherent_course(20, 0.5, coherence=0.25, records=800)
    assert st.turns(course.times, course.speeds, course.attention, 0).phases == 6


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: co.coherent_features(4, 1.0), "coherence"),
        (lambda: co.coherent_features(1, 0.0), "K must"),
        (lambda: co.coherent_flow(np.zeros((4, 4)), P, coherence=-0.4), "coherence"),
        (lambda: co.coherent_course(2, 0.5, coherence=0.1), "K must"),
        (lambda: co.coherent_course(6, 0.5, coherence=0.1, records=2), "records"),
        (lambda: co.feature_loss(np.eye(3), np.eye(4), P), "Q must"),
    ],
)
def test_bad_values(make, words):
    with pytest.raises(ValueError, match=words):
        make()
