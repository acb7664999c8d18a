"""Token matrices, softmax attention and its expansion."""

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl
from iclnb.foundations.attention_as_regression import transformer


@pytest.fixture
def prompt():
    rng = np.random.default_rng(3)
    return rng.standard_normal((7, 3)), rng.standard_normal(7) + 0.5, rng.standard_normal(3)


@pytest.fixture
def Gamma():
    return np.random.default_rng(4).standard_normal((3, 3))


@pytest.mark.claim("aar-special-weights")
def test_the_special_matrices_written_out(prompt, Gamma):
    X, y, q = prompt
    s = np.array([x @ Gamma @ q for x in X]) / 1.7
    own = np.exp(q @ Gamma @ q / 1.7)
    E = aar.token_matrix(X, y, q)
    assert E.shape == (4, 8)
    assert E[3, 7] == 0
    for star in (0.0, 5.0):
        weights = aar.special_weights(Gamma, right=np.full(3, star), corner=star)
        literal = aar.softmax_attention(E, weights, temperature=1.7)
        assert literal[0] == pytest.approx(y @ np.exp(s) / (np.exp(s).sum() + own), rel=1e-12)
        masked = aar.softmax_attention(E, weights, temperature=1.7, query_as_key=False)
        assert masked[0] == pytest.approx(y @ np.exp(s) / np.exp(s).sum(), rel=1e-12)
    for key in (True, False):
        same = aar.softmax_answer(X, y, q, Gamma, temperature=1.7, query_as_key=key)
        matrix = aar.softmax_attention(E, weights, temperature=1.7, query_as_key=key)
        assert same == pytest.approx(matrix[0], rel=1e-12)


def test_the_stars_of_the_special_matrices_are_nought_unless_filled(Gamma):
    product = aar.special_weights(Gamma)[1]
    np.testing.assert_array_equal(product[:3, :3], Gamma)
    assert not product[3].any()
    assert not product[:, 3].any()


def test_several_queries_at_once_and_large_scores(prompt, Gamma):
    X, y, _ = prompt
    queries = np.random.default_rng(5).standard_normal((4, 2, 3))
    both = [
        aar.softmax_answer(X, y, queries, Gamma, temperature=1e-4, query_as_key=k)
        for k in (False, True)
    ]
    assert both[0].shape == both[1].shape == (4, 2)
    assert np.isfinite(both).all()
    scores = queries @ Gamma.T @ X.T
    assert both[0] == pytest.approx(y[np.argmax(scores, axis=-1)])  # nearest key takes all


@pytest.mark.claim("aar-first-order")
def test_the_coefficients_are_derivatives(prompt, Gamma):
    """Taylor coefficients of the answer in 1/lambda at zero, by central differences."""
    X, y, q = prompt
    s = X @ Gamma @ q

    h = 1e-3
    low, middle, high = (np.exp(e * s) @ y / np.exp(e * s).sum() for e in (-h, 0, h))
    differences = [middle, (high - low) / (2 * h), (high - 2 * middle + low) / (2 * h**2)]
    found = aar.softmax_expansion(X, y, q, Gamma, order=2)
    assert found == pytest.approx(differences, rel=1e-4)
    centred = icl.linear_attention(X, y - y.mean(), q, Gamma)
    assert found[1] == pytest.approx(centred, abs=1e-13)
    assert aar.softmax_expansion(X, y, q, Gamma, order=0) == pytest.approx([y.mean()])


@pytest.mark.claim("aar-raw-labels")
def test_what_each_dropping_leaves(prompt, Gamma):
    X, y, q = prompt
    raw = aar.dropped(X, y, q, Gamma, temperature=1e6)
    assert raw.full - raw.both == pytest.approx(y.mean(), rel=1e-4)
    assert raw.both == pytest.approx(icl.linear_attention(X, y, q, Gamma / 1e6), rel=1e-12)
    s = X @ Gamma @ q
    assert (raw.normaliser - raw.full) * 1e6 == pytest.approx(y.mean() * s.mean(), rel=1e-4)
    y0 = y - y.mean()
    centred = aar.dropped(X, y0, q, Gamma, temperature=1e4)
    slope = s @ y0 / 7
    assert (centred.full - centred.both) * 1e8 == pytest.approx(
        y0 @ (s - s.mean()) ** 2 / 14, rel=1e-2
    )
    assert (centred.normaliser - centred.full) * 1e8 == pytest.approx(s.mean() * slope, rel=1e-2)


@pytest.mark.claim("aar-gaussian-tilt")
def test_the_gaussian_tilt_by_sampling_and_by_quadrature():
    rng = np.random.default_rng(6)
    C, w = np.array([[1.0, -0.2], [-0.2, 0.6]]), np.array([0.5, 1.0])
    G, q = 0.5 * rng.standard_normal((2, 2)), rng.standard_normal(2)
    closed = aar.gaussian_tilt_answer(w, q, G, input_covariance=C, temperature=0.8)
    assert closed == pytest.approx(w @ C @ G @ q / 0.8, rel=1e-14)
    law = aar.gaussian_law(C, n_nodes=40)
    assert np.sum(law.probabilities) == pytest.approx(1.0)
    assert law.inputs.T * law.probabilities @ law.inputs == pytest.approx(C, abs=1e-12)
    by_law = aar.long_prompt_answer(law, law.inputs @ w, q, G, temperature=0.8)
    assert by_law == pytest.approx(closed, rel=1e-10)
    runs = []
    for _ in range(20):
        X = rng.standard_normal((20_000, 2)) @ np.linalg.cholesky(C).T
        runs.append(aar.softmax_answer(X, X @ w, q, G, temperature=0.8))
    assert abs(np.mean(runs) - closed) < 5 * np.std(runs, ddof=1) / np.sqrt(20) + 1e-4


def test_uniform_inputs_are_not_linear():
    C, w = np.eye(2), np.array([1.0, 0.0])
    law = aar.uniform_law(C, n_nodes=40)
    assert law.inputs.T * law.probabilities @ law.inputs == pytest.approx(C, abs=1e-12)
    query = np.array([3.0, 0.0])
    answer = aar.long_prompt_answer(law, law.inputs @ w, query, np.eye(2), temperature=1.0)
    r = 3 * np.sqrt(3.0)  # the mean of a tilted uniform law: a Langevin function
    assert answer == pytest.approx(np.sqrt(3.0) * (1 / np.tanh(r) - 1 / r), rel=1e-10)


@pytest.mark.claim("aar-forward-descent")
@pytest.mark.parametrize("layers", [1, 6])
def test_layers_are_steps(prompt, layers):
    X, y, q = prompt
    rng = np.random.default_rng(7)
    root = rng.standard_normal((3, 3))
    M = root @ root.T / 3
    w, answers = np.zeros(3), []
    for _ in range(layers):
        w = w + 0.1 * M @ X.T @ (y - X @ w) / 7
        answers.append(q @ w)
    weights = aar.descent_weights(3, step_size=0.1, preconditioner=M)
    assert aar.forward_pass(X, y, q, weights, layers=layers) == pytest.approx(answers, abs=1e-13)
    E = transformer.linear_layer(aar.token_matrix(X, y, q), weights)
    first = 0.1 * M @ X.T @ y / 7
    assert E[3] == pytest.approx(np.append(y - X @ first, -q @ first), abs=1e-13)
    assert E[:3] == pytest.approx(aar.token_matrix(X, y, q)[:3])


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda X, y, q: aar.softmax_answer(X, y, q, np.eye(3), temperature=0), ValueError, "temp"),
        (
            lambda X, y, q: aar.softmax_answer(X, y, q, np.eye(2), temperature=1),
            ValueError,
            "Gamma",
        ),
        (lambda X, y, q: aar.softmax_expansion(X, y, q, np.eye(3), order=3), ValueError, "order"),
        (lambda X, y, q: aar.dropped(X, y, q, np.eye(3), temperature=np.inf), ValueError, "temp"),
        (lambda X, y, q: aar.special_weights(np.ones((2, 3))), ValueError, "Gamma"),
        (lambda X, y, q: aar.special_weights(np.eye(2), right=[1.0]), ValueError, "right"),
        (lambda X, y, q: aar.token_matrix(X, y, [q, q]), ValueError, "query"),
        (lambda X, y, q: aar.descent_weights(3, step_size=-1), ValueError, "step"),
        (
            lambda X, y, q: aar.descent_weights(3, step_size=1, preconditioner=-1),
            ValueError,
            "preconditioner",
        ),
        (
            lambda X, y, q: aar.forward_pass(
                X, y, q, aar.descent_weights(2, step_size=1), layers=1
            ),
            ValueError,
            "matrices",
        ),
        (lambda X, y, q: aar.gaussian_law(np.eye(2), n_nodes=0), ValueError, "n_nodes"),
        (lambda X, y, q: aar.uniform_law(np.ones((2, 3)), n_nodes=3), ValueError, "covariance"),
    ],
)
def test_bad_input(prompt, call, error, match):
    with pytest.raises(error, match=match):
        call(*prompt)


def test_divergence_is_said(prompt):
    weights = aar.descent_weights(3, step_size=50.0)
    with pytest.raises(ValueError, match="layers"):
        aar.forward_pass(*prompt, weights, layers=500)
