"""Tasks with few large coefficients: spans, widths and choices by second routes."""

import itertools

import numpy as np
import pytest

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni


@pytest.mark.claim("kns-sparse-width")
@pytest.mark.parametrize("n_features", [0, 1, 3, 5])
def test_a_span_by_projection(n_features):
    """By singular vectors for a span inside; a span that sticks out misses more."""
    rng = np.random.default_rng(2)
    inside = np.linalg.svd(rng.normal(size=(5, n_features)), full_matrices=False)[0]
    missed = np.mean([1 - inside[b] @ inside[b] for b in range(5)])
    assert fs.fixed_span_error(5, n_features) == pytest.approx(missed, abs=1e-13)
    if n_features:
        outside = np.linalg.qr(rng.normal(size=(7, n_features)))[0][:5]
        assert np.mean(1 - np.sum(outside**2, axis=1)) > missed + 0.01


@pytest.mark.claim("kns-sparse-width")
def test_linear_attention_misses_as_much():
    """The best matrix on three of six functions, with endless prompts, leaves one half."""
    walsh = fs.WalshBasis(6)
    nodes, weights = walsh.quadrature(4)
    values, law = walsh.evaluate(nodes), np.full(6, 1 / 6)
    mixed = values @ np.linalg.qr(np.random.default_rng(3).normal(size=(6, 3)))[0]
    for length, more in ((np.inf, 0.0), (12, 0.1)):
        moments = ni.quadrature_moments(
            mixed, values, weights, law, prompt_length=length, noise=0.3
        )
        risk = ni.optimal_risk(moments)
        floor = fs.fixed_span_error(6, 3)
        assert risk == pytest.approx(floor, rel=1e-12) if more == 0 else risk > floor + more


def test_the_width_one_level_at_a_time():
    for n, alpha in ((1, 1.3), (5, 0.8), (12, 2.1)):
        levels = [4.0 ** (-k * (alpha - 0.5)) * (1 - n / 2**k) for k in range(20)]
        assert fs.fixed_width(n, alpha, levels=20) == pytest.approx(max(levels), rel=1e-13)
    assert fs.fixed_width(0, 1.3) == 1.0
    # a power of two: the level of twice as many functions, alpha up to about 1.3
    assert fs.fixed_width(16, 1.2) == pytest.approx(2**-2.4 * 16**-1.4, rel=1e-12)


def test_chosen_terms_by_the_worst_coefficients():
    """Few levels, all budgets: no task of the class leaves more; at most N terms are kept."""
    rng = np.random.default_rng(5)
    alpha, levels = 1.1, 4
    radii = 2.0 ** (-np.arange(levels) * (alpha - 0.5))
    for n in (0, 1, 3, 6, 10):
        claimed = fs.chosen_terms(n, alpha, levels=levels)
        worst = 0.0
        for counts in itertools.product(*(range(1, 2**k + 1) for k in range(levels))):
            parts = [np.full(m, r / m) for m, r in zip(counts, radii, strict=True)]
            left = np.sort(np.concatenate(parts))[: max(sum(counts) - n, 0)]
            worst = max(worst, np.sum(left**2))
        for _ in range(50):
            parts = [r * rng.dirichlet(np.full(2**k, 0.3)) for k, r in enumerate(radii)]
            left = np.sort(np.concatenate(parts))[: 15 - n]
            worst = max(worst, np.sum(left**2))
        assert worst <= claimed * (1 + 1e-12)
    assert fs.chosen_terms(0, alpha, levels=levels) == pytest.approx(np.sum(radii**2))
    assert fs.chosen_terms(15, alpha, levels=levels) == 0.0
    # one term on a level of four: three equal ones lose two ninths, four 3/16, two one quarter
    only = fs.chosen_terms(2, 0.51, levels=2) - fs.chosen_terms(3, 0.51, levels=2)
    assert only == pytest.approx(4**-0.01 * 0.25, rel=1e-12)


def test_widths_have_the_exponents_of_the_page():
    sizes = 2 ** np.arange(6, 13)
    for alpha in (1.0, 1.2):
        fixed = [fs.fixed_width(int(n), alpha) for n in sizes]
        chosen = [fs.chosen_terms(int(n), alpha) for n in sizes]
        np.testing.assert_allclose(np.diff(np.log2(fixed)), 1 - 2 * alpha, atol=1e-10)
        slope = (np.log2(chosen[-1]) - np.log2(chosen[0])) / 6
        assert abs(slope + 2 * alpha) < 0.05


def streams():
    return {
        f"{name}_rng": np.random.default_rng(i) for i, name in enumerate(("task", "input", "noise"))
    }


def test_a_choice_by_hand():
    walsh = fs.WalshBasis(8, constant=True)
    found = fs.chosen_spike(walsh, prompt_length=3, noise=0.6, n_prompts=40, **streams())
    task, inputs, noise = streams().values()
    errors = []
    nodes = (np.arange(8) + 0.5)[:, None] / 8
    for _ in range(40):
        j = task.integers(8)
        sign = 1 if task.integers(2) else -1
        x = inputs.random((3, 1))
        y = sign * walsh.evaluate(x)[:, j] + 0.6 * noise.standard_normal(3)
        best = max(range(8), key=lambda b: abs(y @ walsh.evaluate(x)[:, b]))
        answer = np.sign(y @ walsh.evaluate(x)[:, best]) * walsh.evaluate(nodes)[:, best]
        errors.append(np.mean((answer - sign * walsh.evaluate(nodes)[:, j]) ** 2))
    assert found.risk == pytest.approx(np.mean(errors), rel=1e-12)
    assert found.standard_error == pytest.approx(np.std(errors, ddof=1) / np.sqrt(40), rel=1e-12)
    assert {0.0, 2.0} <= {round(e, 9) for e in errors}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fs.fixed_span_error(4, 5), "n_features"),
        (lambda: fs.fixed_span_error(0, 0), "size"),
        (lambda: fs.fixed_width(3, 0.5), "alpha"),
        (lambda: fs.fixed_width(-1, 1.0), "n_features"),
        (lambda: fs.chosen_terms(3, 1.0, levels=0), "levels"),
        (lambda: fs.aggregation_weights(2, 3, -1), "levels"),
        (
            lambda: fs.chosen_spike(
                fs.SplineBasis(1, 2), prompt_length=3, noise=0.1, n_prompts=2, **streams()
            ),
            "functions must be orthonormal",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=rf"^{words}"):
        call()
