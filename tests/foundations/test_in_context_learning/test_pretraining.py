"""Pretraining on tasks, the word prompt, and fine-tuning beside it."""

import numpy as np
import pytest

from iclnb.foundations import attention_as_regression as aar
from iclnb.foundations import in_context_learning as icl
from iclnb.foundations.in_context_learning.claims import CLAIMS

TASKS = aar.LinearTasks(np.diag([1.5, 0.7]), np.eye(2) / 2, noise=0.4)


def draw(T, seed, n=10):
    return icl.sample_gaussian_prompts(
        T,
        n,
        np.random.default_rng(seed),
        input_covariance=TASKS.input_covariance,
        task_covariance=TASKS.task_covariance,
        noise=TASKS.noise,
    )


@pytest.mark.claim("icl-number-prompt")
def test_the_number_prompt_by_its_normal_equations():
    X, y, query = icl.number_prompt()
    weights = np.linalg.solve(X.T @ X, X.T @ y)
    assert weights == pytest.approx([1, 1], abs=1e-12)
    answer = icl.linear_attention(X, y, query, icl.least_squares_gamma(X))
    assert answer == pytest.approx(query @ weights, abs=1e-10)


def test_the_law_of_the_prompts():
    prompts = draw(40_000, 0, n=3)
    assert prompts.X.shape == (40_000, 3, 2)
    flat = prompts.X.reshape(-1, 2)
    assert flat.T @ flat / len(flat) == pytest.approx(TASKS.input_covariance, abs=0.03)
    W = prompts.tasks
    assert W.T @ W / len(W) == pytest.approx(TASKS.task_covariance, abs=0.02)
    rest = prompts.y - np.einsum("tid,td->ti", prompts.X, W)
    assert rest.std() == pytest.approx(0.4, rel=0.02)
    assert prompts.target == pytest.approx(np.sum(prompts.query * W, axis=1), abs=1e-12)
    rest = prompts.query_label - prompts.target
    assert rest.std() == pytest.approx(0.4, rel=0.02)


def test_answers_are_linear_attention_prompt_by_prompt():
    prompts, Gamma = draw(6, 1), np.random.default_rng(2).standard_normal((2, 2))
    alone = [
        icl.linear_attention(X, y, q, Gamma) for X, y, q in zip(prompts.X, prompts.y, prompts.query)
    ]
    assert icl.answers(prompts, Gamma) == pytest.approx(alone, abs=1e-13)


@pytest.mark.parametrize("penalty", [0.0, 0.3])
def test_pretraining_is_stationary(penalty):
    prompts = draw(50, 3)
    Gamma = icl.pretrained_gamma(prompts, penalty=penalty)

    def objective(G):
        return np.mean((icl.answers(prompts, G) - prompts.query_label) ** 2) + penalty * np.sum(
            G**2
        )

    slopes = [
        objective(Gamma + e) - objective(Gamma - e) for e in np.eye(4).reshape(4, 2, 2)
    ]  # quadratic: exact
    assert slopes == pytest.approx([0, 0, 0, 0], abs=1e-11)


@pytest.mark.claim("icl-memorisation")
def test_few_prompts_are_learnt_by_heart_and_by_the_least_norm():
    prompts = draw(3, 4)
    Gamma = icl.pretrained_gamma(prompts)
    assert icl.answers(prompts, Gamma) == pytest.approx(prompts.query_label, abs=1e-10)
    c = np.einsum("tid,ti->td", prompts.X, prompts.y) / 10
    design = np.einsum("td,te->tde", c, prompts.query).reshape(3, 4)
    other = np.linalg.pinv(design) @ prompts.query_label
    assert Gamma.ravel() == pytest.approx(other, abs=1e-9)
    more = draw(9, 4)
    assert np.abs(icl.answers(more, icl.pretrained_gamma(more)) - more.query_label).max() > 0.05


@pytest.mark.claim("icl-generalisation")
def test_the_excess_is_that_of_least_squares():
    """T times the excess against its sandwich formula, with moments from other prompts."""
    best = aar.best_gamma(TASKS, prompt_length=10)
    least = aar.population_risk(TASKS, best, prompt_length=10)
    many = draw(400_000, 5)
    c = np.einsum("tid,ti->td", many.X, many.y) / 10
    design = np.einsum("td,te->tde", c, many.query).reshape(-1, 4)
    residual = icl.answers(many, best) - many.query_label
    H = design.T @ design / len(design)
    V = (design * residual[:, None] ** 2).T @ design / len(design)
    constant = np.trace(np.linalg.solve(H, V))
    assert aar.pretraining_constant(TASKS, prompt_length=10) == pytest.approx(constant, rel=0.02)
    scaled = [
        2000
        * (
            aar.population_risk(TASKS, icl.pretrained_gamma(draw(2000, 10 + s)), prompt_length=10)
            - least
        )
        for s in range(60)
    ]
    assert abs(np.mean(scaled) - constant) < 5 * np.std(scaled) / np.sqrt(60) + 0.03 * constant


class TestWords:
    def test_the_coordinates_say_what_the_words_say(self):
        prompt = icl.word_prompt()
        assert len(prompt.examples) == 4
        assert "down" not in [word for pair in prompt.examples for word in pair]
        assert prompt.examples[0] == ("left", "right")
        assert prompt.question == "up"
        assert prompt.y.tolist() == [1, 1, 1, 1]
        assert (prompt.X @ -np.ones(5)).tolist() == prompt.y.tolist()  # "opposite" explains all
        assert prompt.query @ -np.ones(5) == -1

    def test_the_law_of_the_tasks(self):
        prompts = icl.sample_word_prompts(20_000, np.random.default_rng(6), exceptions=0.2)
        moment = prompts.tasks.T @ prompts.tasks / 20_000
        assert moment == pytest.approx(0.36 + 0.64 * np.eye(5), abs=0.03)
        used = np.abs(prompts.X).sum(axis=1) + np.abs(prompts.query)
        assert np.all(used == 1)  # five scales, each once

    def test_one_scale_in_ten_is_an_exception(self):
        """Two coefficients agree on average by (1 - 0.2)^2; within five standard deviations."""
        tasks = icl.sample_word_prompts(10**5, np.random.default_rng(7)).tasks
        pairs = (tasks.sum(axis=1) ** 2 - 5) / 20
        assert abs(pairs.mean() - 0.64) < 5 * pairs.std() / np.sqrt(10**5) < 0.01

    @pytest.mark.claim("icl-word-prompt")
    @pytest.mark.parametrize("q", [0.05, 0.2])
    def test_the_answer_is_the_one_of_the_population(self, q):
        """Best off-diagonal entry 4 rho / (1 + 3 rho), rho = (1 - 2q)^2: by hand."""
        rho = (1 - 2 * q) ** 2
        prompt = icl.word_prompt()
        answers = [
            icl.linear_attention(
                prompt.X,
                prompt.y,
                prompt.query,
                icl.pretrained_gamma(
                    icl.sample_word_prompts(4000, np.random.default_rng(s), exceptions=q)
                ),
            )
            for s in range(8)
        ]
        assert np.mean(answers) == pytest.approx(-4 * rho / (1 + 3 * rho), abs=0.03)
        identity = icl.linear_attention(prompt.X, prompt.y, prompt.query, np.eye(5))
        assert identity == 0

    @pytest.mark.parametrize("q", [-0.1, 0.6, np.nan])
    def test_bad_exceptions(self, q):
        with pytest.raises(ValueError, match="exceptions"):
            icl.sample_word_prompts(3, np.random.default_rng(0), exceptions=q)


class TestFineTuning:
    @pytest.mark.claim("icl-fine-tuning")
    def test_it_is_the_forward_pass_from_zero_for_any_step(self):
        prompts = draw(1, 7)
        X, y, query = prompts.X[0], prompts.y[0], prompts.query[0]
        for step in (None, 0.05):
            weights = icl.fine_tune(X, y, steps=15, step_size=step)
            forward = icl.gradient_descent_forward(X, y, query, layers=15, step_size=step)
            assert weights[1:] @ query == pytest.approx(forward, abs=1e-12)

    def test_it_starts_where_it_is_told_and_descends(self):
        prompts = draw(1, 8)
        X, y = prompts.X[0], prompts.y[0]
        weights = icl.fine_tune(X, y, steps=500, start=[2.0, -1.0])
        assert weights[0].tolist() == [2.0, -1.0]
        losses = np.mean((y - weights @ X.T) ** 2, axis=1)
        assert np.all(np.diff(losses) <= 1e-12)
        assert weights[-1] == pytest.approx(np.linalg.lstsq(X, y, rcond=None)[0], abs=1e-9)

    @pytest.mark.parametrize(
        ("change", "match"),
        [
            ({"steps": 0}, "steps"),
            ({"step_size": -1.0}, "step_size"),
            ({"start": [1.0]}, "start"),
            ({"steps": 2000, "step_size": 1e3}, "floating point"),
        ],
    )
    def test_bad_input(self, change, match):
        prompts = draw(1, 9)
        with pytest.raises(ValueError, match=match):
            icl.fine_tune(prompts.X[0], prompts.y[0], **{"steps": 3, **change})


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda p: icl.pretrained_gamma(p, penalty=-1), ValueError, "penalty"),
        (lambda p: icl.pretrained_gamma(p._replace(y=p.y[:, :-1])), ValueError, r"prompts\.y"),
        (
            lambda p: icl.pretrained_gamma(p._replace(query_label=p.query_label * np.nan)),
            ValueError,
            r"prompts\.query_label",
        ),
        (lambda p: icl.answers(p, np.eye(3)), ValueError, "Gamma"),
        (lambda p: draw(0, 1), ValueError, "n_tasks"),
        (lambda p: draw(2, 1, n=1.5), TypeError, "prompt_length"),
    ],
)
def test_bad_input(call, error, match):
    with pytest.raises(error, match=match):
        call(draw(4, 0))


def test_ids_are_unique_and_of_this_chapter():
    assert len({c.id for c in CLAIMS}) == len(CLAIMS) == 8
    assert {(c.part, c.chapter) for c in CLAIMS} == {("foundations", "in-context-learning")}
