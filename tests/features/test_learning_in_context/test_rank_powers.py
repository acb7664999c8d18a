"""What r costs with both stages at their limits, by the library's other functions."""

import numpy as np
import pytest
from scipy.optimize import brentq

from iclnb import scale
from iclnb.draws import sphere_rows
from iclnb.features import learning_in_context as lic
from iclnb.features import one_gradient_step as ogs

SIZES = {"r": 2, "neurons": 80, "seed": 3, "d": 9, "accuracy": 0.25, "draws": 3000}


@pytest.mark.claim("idx-r-matters")
def test_the_examples_and_the_norm_by_other_functions():
    run = lic.rank_run(**SIZES)
    space, start, drawn, *inputs = np.random.default_rng([3, 2, 80]).spawn(5)
    tasks = ogs.SingleIndexTasks(ogs.random_subspace(9, 2, space), ogs.Link.pure(2))
    before = sphere_rows(80, 9, start)
    step = -ogs.expected_gradient(tasks, before, bias=0.0, Gamma_diagonal=1.0)
    weights = step / np.sqrt(np.mean(np.sum(step**2, axis=1)))
    bias = drawn.uniform(-1, 1, 80)
    first, other = (
        lic.attention_moments(tasks, weights, bias=bias, draws=3000, rng=rng) for rng in inputs
    )

    def trained(n, penalty):
        Gamma = lic.best_attention(first, prompt_length=n, penalty=penalty * 80**2)
        return Gamma, lic.context_risk(other, Gamma)

    # Newton stops at one per cent, and its last step is much shorter.
    n = run["examples"]
    assert float(trained(n, 1e-12)[1].at(n)) == pytest.approx(0.25, rel=2e-3)
    assert float(trained(n / 2, 1e-12)[1].at(n / 2)) > 0.3
    penalty = np.exp(
        brentq(
            lambda x: 80 * np.linalg.norm(trained(2 * n, np.exp(x))[0]) - run["norm"],
            np.log(1e-12),
            np.log(1e-3),
        )
    )
    _, risk = trained(2 * n, penalty)
    assert float(risk.at(2 * n)) == pytest.approx(0.25, rel=0.02)  # a penalty known to 5 %
    assert run["slope"] == pytest.approx(risk.slope, rel=0.01)


@pytest.mark.claim("idx-r-matters")
def test_no_layer_does_with_fewer_examples_than_the_least():
    points = scale.stored("rank-powers").results["points"]
    least = {r: lic.least_examples(r, 0.1) for r in (2, 3, 4, 6, 8, 12)}
    assert all(p["result"]["examples"] > least[p["r"]] for p in points)
    assert float(lic.least_error(3, least[3])) == pytest.approx(0.1, rel=1e-9)
    first = next(p for p in points if p["r"] == 2 and p["seed"] == 0)
    again = lic.rank_run(r=2, neurons=first["neurons"], seed=0)
    for name, value in first["result"].items():
        assert again[name] == pytest.approx(value, rel=1e-4)


def test_what_cannot_be():
    with pytest.raises(ValueError, match="too few"):
        lic.rank_run(**{**SIZES, "neurons": 4, "accuracy": 0.01})
    with pytest.raises(ValueError, match="accuracy"):
        lic.least_examples(2, 1.0)
