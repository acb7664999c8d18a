"""Bases: scipy, quadrature and classical eigenvalues as second routes."""

import math

import numpy as np
import pytest
from scipy.interpolate import BSpline

from iclnb.statistics import function_spaces as fs

ORTHONORMAL = [
    fs.CosineBasis(9),
    fs.CosineBasis(9, constant=True),
    fs.FourierBasis(8),
    fs.FourierBasis(7, constant=True),
    fs.WalshBasis(11),
    fs.WalshBasis(16, constant=True),
    fs.HaarBasis(13),
    fs.LegendreBasis(7),
    fs.LegendreBasis(6, constant=False),
    fs.TensorBasis([fs.CosineBasis(3), fs.WalshBasis(4)]),
    fs.GammaSmoothBasis([1, 2, 3, 4], 3, mixed=True),
    fs.GammaSmoothBasis([1, 2], 2, mixed=False),
    fs.orthonormalised(fs.SplineBasis(3, 2)),
    fs.orthonormalised(fs.SplineBasis(2, 3), gram_schmidt=True),
    fs.random_trigonometric_basis(3, 3, 10, np.random.default_rng(0)),
]


@pytest.mark.parametrize("basis", ORTHONORMAL, ids=lambda b: type(b).__name__)
def test_orthonormal_under_an_independent_rule(basis):
    if basis.d == 1:
        nodes, weights = np.polynomial.legendre.leggauss(24)
        cells = 32
        x = ((np.arange(cells)[:, None] + 0.5 * (nodes + 1)) / cells).ravel()[:, None]
        w = np.tile(weights / 2 / cells, cells)
    else:
        x, w = basis.quadrature(2)
    values = basis.evaluate(x)
    np.testing.assert_allclose(values.T @ (w[:, None] * values), np.eye(basis.size), atol=1e-10)
    np.testing.assert_array_equal(basis.gram(), np.eye(basis.size))


@pytest.mark.parametrize(
    "basis",
    [fs.CosineBasis(6), fs.FourierBasis(6), fs.WalshBasis(6), fs.HaarBasis(6)]
    + [
        fs.LegendreBasis(6),
        fs.LegendreBasis(5, constant=False),
        fs.SplineBasis(3, 2),
        fs.SplineBasis(0, 3),
        fs.CosineBasis(1),
    ],
    ids=lambda b: type(b).__name__,
)
def test_quadrature_is_exact_for_four_factors(basis):
    x, w = basis.quadrature(4)
    f = basis.evaluate(x)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    fine = ((np.arange(16)[:, None] + 0.5 * (nodes + 1)) / 16).ravel()
    g, v = basis.evaluate(fine), np.tile(weights / 32, 16)
    got = np.einsum("q,qa,qb,qc,qd->abcd", w, f, f, f, f, optimize=True)
    want = np.einsum("q,qa,qb,qc,qd->abcd", v, g, g, g, g, optimize=True)
    np.testing.assert_allclose(got, want, atol=1e-10)
    assert abs(w.sum() - 1) < 1e-13


@pytest.mark.parametrize("degree", range(7))
def test_cardinal_spline_against_scipy(degree):
    x = np.random.default_rng(degree).uniform(-1, degree + 2, 500)
    other = BSpline.basis_element(np.arange(degree + 2), extrapolate=False)(x)
    np.testing.assert_allclose(
        fs.cardinal_bspline(x, degree), np.nan_to_num(other), atol=2e-15, rtol=0
    )


@pytest.mark.parametrize("degree", range(1, 6))
def test_cardinal_spline_is_a_convolution(degree):
    nodes, weights = np.polynomial.legendre.leggauss(8)
    for x in np.random.default_rng(7).uniform(0, degree + 1, 20):
        # N_m(x) is the integral of N_{m-1} over [x-1, x]; split at the integer knot.
        knot = math.floor(x)
        total = 0.0
        for a, b in ((x - 1, knot), (knot, x)):
            y = 0.5 * (b - a) * (nodes + 1) + a
            total += 0.5 * (b - a) * weights @ fs.cardinal_bspline(y, degree - 1)
        assert abs(total - fs.cardinal_bspline(x, degree)) < 1e-14


@pytest.mark.parametrize("degree", range(1, 7))
def test_refinement_and_the_printed_one(degree):
    x = np.linspace(-1, degree + 2, 2001)
    value = fs.cardinal_bspline(x, degree)
    np.testing.assert_allclose(fs.refined(x, degree), value, atol=1e-14)
    # The printed lemma is exact for centred splines of order m, not for N_m (degree m).
    centred = fs.centred_bspline(x - 1, degree)
    if degree > 1:  # order 1 is an indicator: the identity holds up to the jumps
        np.testing.assert_allclose(
            fs.refined_as_printed(x - 1, degree, order_m=True), centred, atol=1e-14
        )
    assert np.abs(fs.refined_as_printed(x, degree) - value).max() > 0.4


def test_size_of_the_printed_error():
    for degree, size in ((2, 0.65), (4, 0.57)):
        x = np.linspace(-degree, degree + 2, 40001)
        error = np.abs(fs.refined_as_printed(x, degree) - fs.cardinal_bspline(x, degree)).max()
        assert abs(error - size) < 0.01


@pytest.mark.parametrize(("degree", "level"), [(0, 3), (1, 2), (2, 0), (3, 4), (4, 1)])
def test_spline_basis_against_scipy_design_matrix(degree, level):
    basis = fs.SplineBasis(degree, level)
    x = np.concatenate([np.random.default_rng(0).random(200), [0.0, 1.0, 0.5]])
    knots = np.arange(-degree, 2**level + degree + 1) / 2**level
    other = BSpline.design_matrix(x, knots, degree).toarray() * 2 ** (level / 2)
    np.testing.assert_allclose(basis.evaluate(x), other, atol=1e-13)
    np.testing.assert_allclose(
        basis.evaluate(x).sum(axis=1), 2 ** (level / 2), rtol=1e-13
    )  # partition of unity
    b = np.arange(-degree, 2**level)
    inside = x < 1
    direct = fs.cardinal_bspline(2**level * x[:, None] - b, degree) * 2 ** (level / 2)
    np.testing.assert_allclose(basis.evaluate(x)[inside], direct[inside], atol=1e-13)


def test_gram_eigenvalues():
    ranges = {1: 1 / 3, 2: 2 / 15, 3: 17 / 315, 4: 62 / 2835}
    for degree, lowest in ranges.items():
        low, high = fs.periodic_gram_range(degree)
        assert abs(low - lowest) < 1e-14
        assert abs(high - 1) < 1e-14
    # On [0, 1]: stable in the level, collapsing with the degree.
    for degree, lowest, unit in ((1, 0.25, 0.5), (2, 0.0207, 0.185), (3, 6.9e-4, 0.051)):
        for level in (4, 6):
            basis = fs.SplineBasis(degree, level)
            eigenvalues = fs.gram_eigenvalues(basis)
            assert abs(eigenvalues[0] / lowest - 1) < 0.02
            assert eigenvalues[-1] <= 1 + 1e-12
            assert abs(fs.gram_eigenvalues(basis, unit_norm=True)[0] / unit - 1) < 0.02


def test_orthonormal_functions_are_the_nearest_ones_unless_taken_in_order():
    """The symmetric root moves all functions alike, Gram-Schmidt none into a later one."""
    basis = fs.SplineBasis(2, 2)
    near, ordered = fs.orthonormalised(basis), fs.orthonormalised(basis, gram_schmidt=True)
    x, weights = basis.quadrature(2)
    values = basis.evaluate(x)

    def moved(other):
        return weights @ np.sum((other.evaluate(x) - values) ** 2, axis=1)

    roots = np.sqrt(np.linalg.eigvalsh(values.T @ (weights[:, None] * values)))
    assert moved(near) == pytest.approx(np.sum((roots - 1) ** 2), rel=1e-9)  # the least there is
    assert moved(ordered) > 1.05 * moved(near)
    first = values[:, 0] / np.sqrt(weights @ values[:, 0] ** 2)
    np.testing.assert_allclose(ordered.evaluate(x)[:, 0], first, atol=1e-12)


def test_union_of_levels_is_dependent():
    union = fs.MultiresolutionSplines(2, fs.isotropic_levels(1, 4))
    assert (union.size, fs.basis_rank(union)) == (41, 18)
    with pytest.raises(ValueError, match="rank 18 of 41"):
        fs.orthonormalised(union)
    # The span is that of the finest level.
    fine = fs.SplineBasis(2, 4)
    x = np.linspace(0, 1, 200)
    residual = np.linalg.lstsq(fine.evaluate(x), union.evaluate(x), rcond=None)[0]
    np.testing.assert_allclose(fine.evaluate(x) @ residual, union.evaluate(x), atol=1e-10)


def test_square_sums():
    x = np.linspace(0, 1, 501)
    assert abs(fs.square_sum(fs.LegendreBasis(9), x).max() - 81) < 1e-9
    for degree, ratio in ((1, 3.4), (3, 10.0)):
        basis = fs.SplineBasis(degree, 6)
        assert abs(fs.square_sum_supremum(basis) / basis.size / ratio - 1) < 0.12
    basis = fs.SplineBasis(2, 3)
    nodes, weights = basis.quadrature(2)
    assert abs(weights @ fs.square_sum(basis, nodes) - basis.size) < 1e-11
    rotated = fs.CombinedBasis(basis, np.random.default_rng(0).normal(size=(10, 10)))
    np.testing.assert_allclose(fs.square_sum(rotated, x), fs.square_sum(basis, x), rtol=1e-7)


def test_tensor_and_multiresolution():
    block = fs.MultiresolutionSplines(2, [(2, 1)])
    x = np.random.default_rng(1).random((30, 2))
    a, b = fs.SplineBasis(2, 2), fs.SplineBasis(2, 1)
    want = np.einsum("qi,qj->qij", a.evaluate(x[:, 0]), b.evaluate(x[:, 1])).reshape(30, -1)
    np.testing.assert_allclose(block.evaluate(x), want, atol=1e-14)
    np.testing.assert_allclose(block.gram(), np.kron(a.gram(), b.gram()), atol=1e-13)
    assert fs.anisotropic_level([1.0, 2.0, 3.0], 6) == (6, 3, 2)


def test_gamma_smooth_counts():
    a = [1, 2, 3, 4]
    counts = [fs.function_count(a, G, mixed=True) for G in (2, 4, 6, 8)]
    assert counts == [9, 57, 289, 1321]
    for mixed in (True, False):
        basis = fs.GammaSmoothBasis(a, 3, mixed=mixed)
        assert basis.size == fs.function_count(a, 3, mixed=mixed)
        assert np.all(np.diff(basis.gammas) >= 0)
        brute = [s for s in np.ndindex(9, 5, 4, 3) if fs.block_level(s, a, mixed=mixed) <= 3]
        assert sorted(fs.blocks(a, 3, mixed=mixed)) == sorted(brute)
    # Infinitely many inputs: those with a_i > G never enter.
    assert fs.function_count(range(1, 30), 8, mixed=True) == fs.function_count(
        range(1, 9), 8, mixed=True
    )
    assert fs.GammaSmoothBasis(range(1, 30), 3, mixed=True).d == 3
    assert fs.rate_exponent([1, 2, 4], mixed=True) == 1
    assert abs(fs.rate_exponent([1, 2, 3, 4], mixed=False) - 0.48) < 1e-15
    basis = fs.GammaSmoothBasis([1, 2], 4, mixed=True)
    lam = basis.task_variances()
    # Summed with the weight 2^(2 gamma), every block contributes one.
    weighted = lam * 4.0**basis.gammas
    assert abs(weighted.sum() - len(list(fs.blocks([1, 2], 4, mixed=True)))) < 1e-12


@pytest.mark.parametrize("mixed", [True, False])
def test_task_variances_with_a_margin_by_the_block_of_each_frequency(mixed):
    """Block s of one input holds the frequencies of s binary digits, two functions for each."""
    a = [1.0, 1.7]
    basis = fs.GammaSmoothBasis(a, 4, mixed=mixed)
    assert basis.frequencies.max() > 3
    for margin in (0.0, 0.3, 2.0):
        expected = []
        for r in basis.frequencies:
            s = [int(abs(k)).bit_length() for k in r]
            gamma = fs.block_level(s, a, mixed=mixed)
            expected.append(0.5 ** (2 * gamma * (1 + margin) + sum(s)))
        np.testing.assert_allclose(basis.task_variances(margin=margin), expected, rtol=1e-12)


def test_frequencies_of_products():
    basis = fs.GammaSmoothBasis([1, 2], 3, mixed=True)
    x = np.random.default_rng(0).random((5, 2))
    for r, values in zip(basis.frequencies, basis.evaluate(x).T):
        factors = [
            1.0 if k == 0 else np.sqrt(2) * (np.cos if k > 0 else np.sin)(2 * np.pi * abs(k) * xi)
            for k, xi in zip(r, x.T)
        ]
        np.testing.assert_allclose(values, factors[0] * factors[1], atol=1e-13)
    assert basis.frequencies.tolist()[0] == [0, 0]


def test_truncation_is_a_prefix():
    x = np.random.default_rng(2).random(40)
    for basis in [b for b in ORTHONORMAL if b.d == 1] + [fs.SplineBasis(2, 2)]:
        cut = basis.truncate(basis.size - 1)
        assert cut.size == basis.size - 1
        np.testing.assert_allclose(cut.evaluate(x), basis.evaluate(x)[:, :-1], atol=1e-12)
        for bad in (0, basis.size + 1):
            with pytest.raises(ValueError, match="size"):
                basis.truncate(bad)


@pytest.mark.parametrize("basis", ORTHONORMAL + [fs.SplineBasis(2, 2)], ids=lambda b: str(b.size))
def test_points_outside_the_domain(basis):
    inside = np.full((1, basis.d), 0.5)
    basis.evaluate(inside)
    for bad in (-1e-9, 1 + 1e-9, np.nan):
        point = inside.copy()
        point[0, 0] = bad
        with pytest.raises(ValueError, match="x must"):
            basis.evaluate(point)
    with pytest.raises(ValueError, match="x must have shape"):
        basis.evaluate(np.full((3, basis.d + 1), 0.5))


def test_bad_arguments():
    with pytest.raises(ValueError, match="size"):
        fs.CosineBasis(0)
    with pytest.raises(TypeError, match="size"):
        fs.FourierBasis(2.5)
    with pytest.raises(ValueError, match="degree"):
        fs.SplineBasis(-1, 2)
    with pytest.raises(ValueError, match="finite"):
        fs.cardinal_bspline([np.nan], 2)
    with pytest.raises(ValueError, match="columns"):
        fs.CombinedBasis(fs.CosineBasis(3), np.eye(2))
    with pytest.raises(TypeError, match="Basis"):
        fs.TensorBasis([1])
    with pytest.raises(TypeError, match="bases must be a non-empty sequence of Basis"):
        fs.TensorBasis([])
    with pytest.raises(ValueError, match="one input"):
        fs.square_sum_supremum(fs.MultiresolutionSplines(1, [(1, 1)]))
    with pytest.raises(ValueError, match="positive length"):
        fs.MultiresolutionSplines(1, [(1,), (1, 2)])
    with pytest.raises(ValueError, match="smoothness"):
        fs.function_count([1, 0], 2, mixed=True)
    with pytest.raises(ValueError, match="smoothness must be positive"):
        fs.anisotropic_level([1.0, 0.0], 2)
