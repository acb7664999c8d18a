"""The number prompt and the three matrices that turn linear attention into regression."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import minimize

from iclnb.foundations.in_context_learning import (
    gradient_descent_forward,
    gradient_descent_gamma,
    least_squares_gamma,
    linear_attention,
    number_prompt,
    ridge_gamma,
    ridge_prediction,
)

PROMPT = number_prompt()


@pytest.fixture
def prompt():
    """Seven noisy examples in four dimensions, of unequal scales, and three queries."""
    rng = np.random.default_rng(2024)
    X = rng.standard_normal((7, 4)) * np.array([3.0, 1.0, 0.5, 0.2])
    return X, rng.standard_normal(7), rng.standard_normal((3, 4))


@pytest.fixture
def penalty():
    """A full positive definite penalty matrix."""
    root = np.random.default_rng(5).standard_normal((4, 4))
    return root @ root.T + 0.1 * np.eye(4)


class TestNumberPrompt:
    def test_labels_are_the_sums_and_the_query_is_the_printed_one(self):
        assert PROMPT.X.tolist() == [[1, 1], [2, 3], [8, 13], [6, 0], [10, 1]]
        assert PROMPT.y.tolist() == PROMPT.X.sum(axis=1).tolist()
        assert PROMPT.query.tolist() == [5, 27]

    def test_arrays_are_fresh(self):
        number_prompt().X[0, 0] = 99
        assert number_prompt().X[0, 0] == 1

    def test_least_squares_answers_32(self):
        X, y, query = PROMPT
        assert linear_attention(X, y, query, least_squares_gamma(X)) == pytest.approx(32, abs=1e-10)

    def test_identity_answers_1951_point_4(self):
        # by hand: (1/5) sum y_i (5 x_i1 + 27 x_i2) = (64 + 455 + 8211 + 180 + 847) / 5
        X, y, query = PROMPT
        assert linear_attention(X, y, query, np.eye(2)) == pytest.approx(9757 / 5, abs=1e-10)

    @pytest.mark.parametrize(
        ("beside_sum", "printed"), [(1.0, 31.8854), (5.0, 31.4376), (0.0, 32.0)]
    )
    def test_ridge_by_its_penalty_beside_the_sum_of_squares(self, beside_sum, printed):
        X, y, query = PROMPT
        Gamma = ridge_gamma(X, penalty=beside_sum / len(X))
        answer = linear_attention(X, y, query, Gamma)
        assert answer == pytest.approx(printed, abs=5e-5)

    @pytest.mark.parametrize(
        ("layers", "printed"),
        [(1, 31.0590), (2, 31.2713), (5, 31.6615), (10, 31.9057), (50, 32.0000)],
    )
    def test_gradient_descent_with_the_default_step(self, layers, printed):
        X, y, query = PROMPT
        answer = linear_attention(X, y, query, gradient_descent_gamma(X, layers=layers))
        assert answer == pytest.approx(printed, abs=5e-5)


class TestLinearAttention:
    def test_is_the_sum_written_out(self, prompt):
        X, y, queries = prompt
        Gamma = np.random.default_rng(1).standard_normal((4, 4))
        by_hand = [
            sum(y[i] * X[i, a] * Gamma[a, b] * query[b]
                for i in range(7) for a in range(4) for b in range(4)) / 7
            for query in queries
        ]  # fmt: skip
        assert linear_attention(X, y, queries, Gamma) == pytest.approx(by_hand, abs=1e-12)
        transposed = linear_attention(X, y, queries, Gamma.T)
        assert np.abs(transposed - by_hand).max() > 0.1  # the key stands on the left

    def test_shapes_follow_the_queries(self, prompt):
        X, y, queries = prompt
        single = linear_attention(X, y, queries[0], np.eye(4))
        assert isinstance(single, np.float64)
        assert linear_attention(X, y, queries, np.eye(4))[0] == pytest.approx(single, abs=1e-14)
        assert linear_attention(X, y, queries.reshape(3, 1, 4), np.eye(4)).shape == (3, 1)

    def test_order_and_repetition_of_the_examples_do_not_matter(self, prompt):
        X, y, queries = prompt
        answer = linear_attention(X, y, queries, np.eye(4))
        order = np.random.default_rng(3).permutation(7)
        assert linear_attention(X[order], y[order], queries, np.eye(4)) == pytest.approx(answer)
        twice = linear_attention(np.tile(X, (2, 1)), np.tile(y, 2), queries, np.eye(4))
        assert twice == pytest.approx(answer, abs=1e-12)

    def test_accepts_lists_of_integers(self):
        assert linear_attention([[1], [2]], [3, 4], [5], [[1]]) == pytest.approx(55 / 2)


class TestRegression:
    def test_least_squares_is_lstsq(self, prompt):
        X, y, queries = prompt
        weights = np.linalg.lstsq(X, y, rcond=None)[0]
        answer = linear_attention(X, y, queries, least_squares_gamma(X))
        assert answer == pytest.approx(queries @ weights, abs=1e-10)

    def test_least_squares_does_not_depend_on_the_basis_but_ridge_does(self, prompt):
        X, y, queries = prompt
        A = np.random.default_rng(4).standard_normal((4, 4))

        def moved_by(gamma):
            changed = linear_attention(X @ A, y, queries @ A, gamma(X @ A))
            return np.abs(changed - linear_attention(X, y, queries, gamma(X))).max()

        assert moved_by(least_squares_gamma) < 1e-10
        assert moved_by(lambda inputs: ridge_gamma(inputs, penalty=1.0)) > 1e-2

    def test_ridge_is_least_squares_on_extended_data(self, prompt, penalty):
        X, y, queries = prompt
        extended = np.vstack([X, np.sqrt(len(X)) * np.linalg.cholesky(penalty).T])
        weights = np.linalg.lstsq(extended, np.concatenate([y, np.zeros(4)]), rcond=None)[0]
        answer = linear_attention(X, y, queries, ridge_gamma(X, penalty=penalty))
        assert answer == pytest.approx(queries @ weights, abs=1e-11)

    def test_ridge_minimises_the_stated_objective(self, prompt, penalty):
        X, y, queries = prompt

        def objective(w):
            return np.mean((y - X @ w) ** 2) + w @ penalty @ w

        weights = minimize(objective, np.zeros(4), method="BFGS", options={"gtol": 1e-7}).x
        answer = linear_attention(X, y, queries, ridge_gamma(X, penalty=penalty))
        assert answer == pytest.approx(queries @ weights, abs=1e-5)

    @pytest.mark.parametrize("examples", [1, 3, 7])
    def test_textbook_ridge_equals_linear_attention(self, prompt, penalty, examples):
        X, y, queries = prompt
        X, y = X[:examples], y[:examples]
        attention = linear_attention(X, y, queries, ridge_gamma(X, penalty=penalty))
        textbook = ridge_prediction(X, y, queries, penalty=penalty)
        assert attention == pytest.approx(textbook, abs=1e-11)

    def test_the_penalty_is_that_of_the_slides(self, prompt, penalty):
        X, _, _ = prompt
        expected = np.linalg.inv(X.T @ X / 7 + penalty)
        assert ridge_gamma(X, penalty=penalty) == pytest.approx(expected, abs=1e-11)
        assert np.abs(ridge_gamma(X, penalty=7 * penalty) - expected).max() > 0.1

    def test_without_the_mean_the_answer_is_n_times_too_large(self):
        X, y, query = PROMPT
        summed = query @ np.linalg.solve(X.T @ X / 5, X.T @ y)
        assert summed == pytest.approx(5 * 32, abs=1e-9)


class TestGradientDescent:
    @pytest.mark.parametrize("step", [None, 0.01, 0.5, 0.9])
    @pytest.mark.parametrize("layers", [1, 2, 17])
    def test_closed_form_is_the_iteration_is_the_forward_pass(self, prompt, layers, step):
        X, y, queries = prompt
        eta = 1 / np.linalg.eigvalsh(X.T @ X / 7)[-1] if step is None else step
        w, states = np.zeros(4), []
        for _ in range(layers):
            w = w + eta * X.T @ (y - X @ w) / 7
            states.append(queries @ w)
        Gamma = gradient_descent_gamma(X, layers=layers, step_size=step)
        answer = linear_attention(X, y, queries, Gamma)
        scale = np.abs(states).max()
        assert answer / scale == pytest.approx(states[-1] / scale, abs=1e-11)
        forward = gradient_descent_forward(X, y, queries, layers=layers, step_size=step)
        assert forward.shape == (layers, 3)
        assert forward / scale == pytest.approx(np.array(states) / scale, abs=1e-11)

    def test_preconditioned_closed_form_is_the_iteration(self, prompt, penalty):
        X, y, queries = prompt
        w = np.zeros(4)
        for _ in range(6):
            w = w + 0.02 * penalty @ X.T @ (y - X @ w) / 7
        Gamma = gradient_descent_gamma(X, layers=6, step_size=0.02, preconditioner=penalty)
        answer = linear_attention(X, y, queries, Gamma)
        assert answer == pytest.approx(queries @ w, abs=1e-11)
        assert Gamma == pytest.approx(Gamma.T, abs=1e-12)

    def test_one_step_with_the_inverse_covariance_is_least_squares(self, prompt):
        X, _, _ = prompt
        exact = least_squares_gamma(X)
        one = gradient_descent_gamma(X, layers=1, step_size=1.0, preconditioner=exact)
        assert one == pytest.approx(exact, abs=1e-10)
        many = gradient_descent_gamma(X, layers=9, preconditioner=exact)
        assert many == pytest.approx(exact, abs=1e-10)

    def test_one_plain_step_is_a_multiple_of_the_identity(self, prompt):
        X, _, _ = prompt
        one = gradient_descent_gamma(X, layers=1, step_size=0.3)
        assert one == pytest.approx(0.3 * np.eye(4), abs=1e-14)

    def test_a_number_as_preconditioner_only_rescales_the_step(self, prompt):
        X, _, _ = prompt
        a = gradient_descent_gamma(X, layers=4, step_size=0.02, preconditioner=5.0)
        assert a == pytest.approx(gradient_descent_gamma(X, layers=4, step_size=0.1), abs=1e-12)

    def test_many_layers_give_least_squares(self, prompt):
        X, _, _ = prompt
        many = gradient_descent_gamma(X, layers=10**6)
        assert many == pytest.approx(least_squares_gamma(X), rel=1e-9)

    def test_fewer_examples_than_dimensions_give_the_minimum_norm_solution(self, prompt):
        X, y, queries = prompt
        X, y = X[:2], y[:2]
        weights = np.linalg.lstsq(X, y, rcond=None)[0]
        Gamma = gradient_descent_gamma(X, layers=10**5)
        answer = linear_attention(X, y, queries, Gamma)
        assert answer == pytest.approx(queries @ weights, abs=1e-9)

    def test_a_flat_direction_gains_step_times_layers(self):
        Gamma = gradient_descent_gamma([[2.0, 0.0]], layers=3, step_size=0.1)
        assert Gamma == pytest.approx(np.diag([(1 - 0.6**3) / 4, 0.3]), abs=1e-15)

    def test_twice_the_critical_step_oscillates_and_beyond_it_diverges(self):
        X = np.array([[1.0]])
        assert gradient_descent_gamma(X, layers=4, step_size=2.0) == pytest.approx(0, abs=1e-12)
        assert gradient_descent_gamma(X, layers=5, step_size=2.0) == pytest.approx(2, abs=1e-12)
        assert abs(gradient_descent_gamma(X, layers=20, step_size=2.5)[0, 0]) > 1000

    def test_no_layer_loses_ground_on_the_number_prompt(self):
        X, y, query = PROMPT
        errors = 32 - gradient_descent_forward(X, y, query, layers=60)
        assert np.all(np.diff(errors) < 0)
        assert np.all(errors > 0)


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "error", "match"),
        [
            ({"X": [1.0, 2.0]}, ValueError, "X must have shape"),
            ({"X": np.empty((0, 2))}, ValueError, "X must not be empty"),
            ({"X": np.full((5, 2), np.nan)}, ValueError, "X must be finite"),
            ({"X": [["a", "b"]] * 5}, TypeError, "X must be an array of real numbers"),
            ({"X": [["1", "2"]] * 5}, TypeError, "X must be an array of real numbers"),
            ({"X": [[1.0, 2.0], [3.0]]}, ValueError, "X must be a rectangular array"),
            ({"X": np.full((5, 2), 1j)}, TypeError, "X must be an array of real numbers"),
            ({"y": np.ones(4)}, ValueError, r"y must have shape \(5,\)"),
            ({"y": np.ones((5, 1))}, ValueError, "y must have shape"),
            ({"y": [1, 2, 3, 4, np.inf]}, ValueError, "y must be finite"),
            ({"query": np.ones(3)}, ValueError, "query must have shape"),
            ({"query": 1.0}, ValueError, "query must have shape"),
            ({"query": [1.0, np.nan]}, ValueError, "query must be finite"),
            ({"Gamma": np.ones((2, 3))}, ValueError, "Gamma must have shape"),
            ({"Gamma": 1.0}, ValueError, "Gamma must have shape"),
            ({"Gamma": None}, TypeError, "Gamma must be"),
        ],
    )
    def test_linear_attention_refuses(self, change, error, match):
        arguments = {**PROMPT._asdict(), "Gamma": np.eye(2), **change}
        with pytest.raises(error, match=match):
            linear_attention(**arguments)

    @pytest.mark.parametrize(
        ("penalty", "error"),
        [
            (-1.0, ValueError),
            (np.nan, ValueError),
            ("strong", TypeError),
            (None, TypeError),
            (np.ones(2), ValueError),
            (np.eye(3), ValueError),
            (np.diag([1.0, -1.0]), ValueError),
            (np.array([[1.0, 0.5], [0.0, 1.0]]), ValueError),
        ],
    )
    def test_ridge_refuses_the_penalty(self, penalty, error):
        X, y, query = PROMPT
        with pytest.raises(error, match="penalty"):
            ridge_gamma(X, penalty=penalty)
        with pytest.raises(error, match="penalty"):
            ridge_prediction(X, y, query, penalty=penalty)

    def test_collinear_inputs_need_a_penalty(self):
        X = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
        with pytest.raises(ValueError, match="full column rank"):
            least_squares_gamma(X)
        with pytest.raises(ValueError, match="full column rank"):
            ridge_prediction(X, np.ones(3), np.ones(2), penalty=0.0)
        assert np.isfinite(ridge_gamma(X, penalty=1e-3)).all()

    @pytest.mark.parametrize(
        ("arguments", "error", "match"),
        [
            ({"layers": 0}, ValueError, "layers"),
            ({"layers": True}, TypeError, "layers"),
            ({"layers": 2.0}, TypeError, "layers"),
            ({"layers": "2"}, TypeError, "layers"),
            ({"layers": 2, "step_size": 0.0}, ValueError, "step_size"),
            ({"layers": 2, "step_size": -0.1}, ValueError, "step_size"),
            ({"layers": 2, "step_size": np.inf}, ValueError, "step_size"),
            ({"layers": 2, "step_size": [0.1, 0.2]}, TypeError, "step_size"),
            ({"layers": 10**4, "step_size": 1.0}, ValueError, "leaves the floating point numbers"),
        ],
    )
    def test_gradient_descent_refuses(self, arguments, error, match):
        X, y, query = PROMPT
        with pytest.raises(error, match=match):
            gradient_descent_gamma(X, **arguments)
        with pytest.raises(error, match=match):
            gradient_descent_forward(X, y, query, **arguments)

    def test_gradient_descent_refuses_the_preconditioner(self):
        for preconditioner in (-1.0, np.ones((2, 3)), np.array([[1.0, 1.0], [0.0, 1.0]])):
            with pytest.raises(ValueError, match="preconditioner"):
                gradient_descent_gamma(PROMPT.X, layers=2, preconditioner=preconditioner)

    def test_vanishing_inputs_have_no_default_step(self):
        with pytest.raises(ValueError, match="step_size"):
            gradient_descent_gamma(np.zeros((3, 2)), layers=2)
        flat = gradient_descent_gamma(np.zeros((3, 2)), layers=2, step_size=0.5)
        assert flat == pytest.approx(np.eye(2))


def test_importing_the_module_does_not_import_torch():
    code = "import sys, iclnb.foundations.in_context_learning; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
