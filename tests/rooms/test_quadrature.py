"""Products of quadrature rules: exactness, order of the nodes, bad input."""

import numpy as np
import pytest

from iclnb.quadrature import product_rule


def test_a_product_of_gauss_rules_integrates_polynomials():
    x, w = np.polynomial.legendre.leggauss(3)
    y, v = np.polynomial.hermite_e.hermegauss(2)
    nodes, weights = product_rule([(x, w), (y, v), (x, w)])
    assert nodes.shape == (18, 3)
    value = weights @ (nodes[:, 0] ** 4 * nodes[:, 1] ** 2 * nodes[:, 2] ** 2)
    assert abs(value - 0.4 * np.sqrt(2 * np.pi) * 2 / 3) < 1e-13


def test_the_last_index_runs_first_and_factors_may_have_several_columns():
    rules = ([0.0, 1.0], [1.0, 2.0]), ([[5.0, 6.0], [7.0, 8.0]], [3.0, 4.0])
    nodes, weights = product_rule(rules)
    np.testing.assert_array_equal(nodes, [[0, 5, 6], [0, 7, 8], [1, 5, 6], [1, 7, 8]])
    np.testing.assert_array_equal(weights, [3, 4, 6, 8])


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([], "rules"),
        ([([0.0, 1.0], [1.0])], "weights"),
        ([([np.inf], [1.0])], "nodes"),
        ([(1.0, [1.0])], "nodes"),
    ],
)
def test_bad_input(rules, words):
    with pytest.raises(ValueError, match=words):
        product_rule(rules)
