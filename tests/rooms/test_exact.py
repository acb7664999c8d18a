"""The room of exact proofs: what is true is proved, near misses are refuted, bounds are bounds."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy

from iclnb import exact
from iclnb.exact import Degree, Draw, Jet, Sign
from iclnb.exact.balls import ball, entropy_term
from iclnb.exact.proofs import GRID

LETTERS = sympy.symbols("a b c d")


def random_expression(rng, leaves, depth):
    """A random rational expression, built alike over any kind of leaf."""
    if depth == 0:
        return rng.choice(leaves)
    left = random_expression(rng, leaves, depth - 1)
    right = random_expression(rng, leaves, rng.randrange(depth))
    sign = rng.choice("++-**/")
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    return left / (right * right + 3 * left + 1)


class TestDegree:
    @pytest.mark.parametrize("seed", range(40))
    def test_it_bounds_the_degree_that_a_computer_algebra_system_finds(self, seed):
        symbols = random_expression(random.Random(seed), [*LETTERS, sympy.Integer(3)], 3)
        bound = random_expression(random.Random(seed), [*map(_one, LETTERS), Fraction(3)], 3)
        top, _ = sympy.fraction(sympy.cancel(sympy.together(symbols)))
        degree = sympy.Poly(sympy.expand(top), *LETTERS).total_degree()
        assert Degree.of(bound).numerator >= degree

    def test_sums_share_their_denominator(self):
        x = Degree(1)
        share = 1 / (x + 1)
        assert (x * share + 2 * share).numerator == 1
        assert (1 / (x + 1) + 1 / (x + 1)).numerator == 1  # two names for one: 1 + 1 over both

    def test_an_inverse_follows_cramer(self):
        rows = exact.inverse([[Degree(1) for _ in range(4)] for _ in range(4)])
        assert {x.numerator for row in rows for x in row} == {3}
        assert {x.denominator() for row in rows for x in row} == {4}

    @pytest.mark.parametrize("other", [0.5, "x", True, None])
    def test_it_swallows_nothing_unknown(self, other):
        with pytest.raises(TypeError):
            Degree.of(other)

    def test_branching_is_refused(self):
        with pytest.raises(TypeError, match="branch"):
            bool(Degree(1))
        with pytest.raises(TypeError, match="branch"):
            Degree(1) == 0  # noqa: B015


def _one(_):
    return Degree(1)


class TestJet:
    def test_derivatives_of_a_rational_function(self):
        x = sympy.symbols("x")
        f = (x**3 + 2) / (x**2 - 5 * x + 11)
        at, e = Fraction(7, 3), Jet(Fraction(7, 3), 1, order=4)
        jet = (e**3 + 2) / (e**2 - 5 * e + 11)
        for power in range(5):
            value = sympy.diff(f, x, power).subs(x, sympy.Rational(7, 3)) / sympy.factorial(power)
            assert Fraction(int(value.p), int(value.q)) == jet[power]
        assert at == e[0]

    def test_the_inverse_of_a_matrix_of_series(self):
        x = exact.points.of_name("jets")
        matrix = [[Jet(x(), x(), x()) for _ in range(3)] for _ in range(3)]
        product = exact.multiply(matrix, exact.inverse(matrix))
        assert [[tuple(v.coefficients) for v in row] for row in product] == [
            [(int(i == j), 0, 0) for j in range(3)] for i in range(3)
        ]

    def test_orders_do_not_mix(self):
        with pytest.raises(ValueError, match="orders 2 and 3"):
            Jet(1) + Jet(1, order=3)
        with pytest.raises(ValueError, match="order 1"):
            Jet(1, 2, 3, order=1)


class TestMatrices:
    def test_the_inverse_needs_a_pivot_that_is_not_on_the_diagonal(self):
        matrix = [[0, 2, 5], [3, 0, 1], [4, 7, 0]]
        product = exact.multiply(matrix, exact.inverse(matrix))
        assert product == exact.eye(3)

    def test_a_singular_matrix(self):
        with pytest.raises(ZeroDivisionError, match="singular"):
            exact.inverse([[1, 2], [2, 4]])

    def test_shapes_must_fit(self):
        with pytest.raises(ValueError, match="zip"):
            exact.multiply([[1, 2]], [[1, 2]])


class TestMoments:
    def test_gaussian(self):
        cov = [[Fraction(3), Fraction(1)], [Fraction(1), Fraction(5)]]
        assert exact.gaussian_moment((0, 0, 1, 1), cov) == 3 * 5 + 2
        assert exact.gaussian_moment((0,) * 6, cov) == 15 * 27
        assert exact.gaussian_moment((0, 1, 1), cov) == 0

    def test_sphere(self):
        assert exact.sphere_moment((0, 0), 3) == Fraction(1, 3)
        assert exact.sphere_moment((0, 0, 0, 0), 3) == Fraction(3, 15)
        assert exact.sphere_moment((0, 0, 2, 2), 3) == Fraction(1, 15)
        assert exact.sphere_moment((0, 1), 3) == 0


def cube(wrong=0):
    def sides(x):
        a, b = x(), x()
        right = a * a * a + (3 + wrong) * a * a * b + 3 * a * b * b + b * b * b
        return [((a + b) ** 3, right)]

    return sides


def woodbury(shift=0, size=4):
    def sides(x):
        A, U, V = x.symmetric(size), x.matrix(size, 2), x.matrix(2, size)
        left = exact.inverse(exact.add(A, exact.multiply(U, V)))
        B = exact.inverse(A)
        middle = exact.inverse(exact.add(exact.eye(2, 1 + shift), exact.multiply(V, B, U)))
        right = exact.subtract(B, exact.multiply(B, U, middle, V, B))
        return list(zip(exact.entries(left), exact.entries(right), strict=True))

    return sides


class TestVanishes:
    def test_a_small_identity_is_tried_on_its_whole_grid(self):
        proof = exact.vanishes("cube", cube(), where="all a, b")
        assert proof.holds
        assert proof.method == "grid"
        assert "16 points" in proof.strength

    def test_a_large_one_at_rational_points(self):
        proof = exact.vanishes("woodbury", woodbury(), where="size 4")
        assert proof.holds
        assert proof.method == "rational points"
        assert "below 2^-1" in proof.strength

    @pytest.mark.parametrize("salt", ["", "other", "third"])
    @pytest.mark.parametrize("wrong", [1, Fraction(1, 10**12), -Fraction(1, 10**30)])
    def test_near_misses_are_refuted(self, salt, wrong):
        assert not exact.vanishes("cube", cube(wrong), where="", salt=salt).holds
        assert not exact.vanishes("woodbury", woodbury(wrong), where="", salt=salt).holds

    def test_a_function_that_vanishes_on_part_of_the_grid_only(self):
        def sides(x):
            a = x()
            return [((a - 2) * (a - 3) * (a - 4), 0)]

        assert not exact.vanishes("roots", sides, where="", zero=True).holds

    def test_nothing_compared(self):
        with pytest.raises(ValueError, match="nothing is compared"):
            exact.vanishes("empty", lambda x: [], where="")
        with pytest.raises(ValueError, match="zero on both sides"):
            exact.vanishes("null", lambda x: [(x() * 0, 0)], where="")

    def test_a_zero_claimed_as_such(self):
        def sides(x):
            a, b = x(), x()
            return [((a + b) ** 2 - (a - b) ** 2 - 4 * a * b, 0)]

        assert exact.vanishes("zero", sides, where="", zero=True).holds

    def test_a_denominator_that_always_vanishes(self):
        def sides(x):
            a = x()
            return [(1 / (a - a), 1)]

        with pytest.raises(ZeroDivisionError, match="denominator"):
            exact.vanishes("pole", sides, where="")

    def test_a_pole_on_the_grid_leads_to_other_points(self):
        def sides(x):
            a = x()
            return [(1 / (a - 2) - 1 / (a - 3), -1 / ((a - 2) * (a - 3)))]

        proof = exact.vanishes("poles", sides, where="")
        assert (proof.holds, proof.method) == (True, "rational points")

    def test_the_size_of_the_grid_decides(self):
        def sides(x):
            v = x.vector(12)
            return [
                (exact.matrices.total(v) ** 2, exact.matrices.total([a * b for a in v for b in v]))
            ]

        assert GRID < 3**12
        assert exact.vanishes("many", sides, where="").method == "rational points"
        found = exact.vanishes("many", sides, where="", bound=True)
        assert found.method == "rational points bound"
        assert found.strength == exact.vanishes("many", sides, where="").strength

    def test_a_bound_that_follows_is_no_identity(self):
        def sides(x):
            a, b = x(), x()
            return [((a + b) ** 2, a * a + 2 * a * b + b * b)]

        proof = exact.vanishes("square", sides, where="", bound=True)
        assert (proof.holds, proof.method) == (True, "grid bound")


class TestNonnegative:
    def test_a_square_over_positive_terms(self):
        def gap(x):
            lam, n = x(), x()
            return 1 / (4 * n) - lam / (n * lam + 1) ** 2

        def plain(x):
            lam, n = x(), x()
            return exact.square(n * lam - 1) / (4 * n * (n * lam + 1) ** 2)

        proof = exact.nonnegative("quarter", gap, plain, where="all lambda, n > 0")
        assert proof.holds
        miss = exact.nonnegative("quarter", gap, plain, where="", strict=True)
        assert (miss.holds, miss.strength) == (False, "negative at a rational point")

    def test_an_inequality_that_fails_is_refuted(self):
        def gap(x):
            lam, n = x(), x()
            return 1 / (5 * n) - lam / (n * lam + 1) ** 2

        miss = exact.nonnegative("fifth", gap, gap, where="")
        assert (miss.holds, miss.strength) == (False, "negative at a rational point")

    def test_a_sign_that_is_not_plain_and_an_expression_that_differs(self):
        def gap(x):
            a, b = x(), x()
            return a * a + b * b - 2 * a * b

        with pytest.raises(ValueError, match="not plain"):
            exact.nonnegative("g", gap, gap, where="")

        def plain(x):
            a, b = x(), x()
            return exact.square(a - b) + a

        with pytest.raises(ValueError, match="differ"):
            exact.nonnegative("g", gap, plain, where="")

    @pytest.mark.parametrize(
        ("expression", "known", "strict"),
        [
            (lambda a, b: a + b, True, True),
            (lambda a, b: a - b, False, False),
            (lambda a, b: exact.square(a - b), True, False),
            (lambda a, b: exact.square(a - b) + a, True, True),
            (lambda a, b: a / exact.square(a - b), False, False),
            (lambda a, b: (a - b) ** 2, True, False),
            (lambda a, b: (a - b) ** 3, False, False),
            (lambda a, b: -1 * a, False, False),
            (lambda a, b: 2 * a / b, True, True),
        ],
    )
    def test_signs(self, expression, known, strict):
        sign = expression(Sign(True, True), Sign(True, True))
        assert (sign.known, sign.strict) == (known, strict)

    @pytest.mark.parametrize("value", [0.5, True, None])
    def test_only_exact_numbers_have_a_sign(self, value):
        with pytest.raises(TypeError, match=f"no sign for {type(value).__name__}: exact numbers"):
            Sign.of(value)


@pytest.mark.parametrize("one", [Degree(1), Jet(1), Sign(True, True)])
def test_powers_are_whole_numbers_and_nothing_branches(one):
    for power in (-1, 0.5):
        with pytest.raises(TypeError, match=f"power must be a whole number, got {power}"):
            one**power
    with pytest.raises(TypeError, match="do not branch on"):
        bool(one)


class TestFinite:
    def test_cases(self):
        assert exact.finite([(1, 1), (Fraction(1, 2), Fraction(2, 4))], where="").holds
        assert "case 2" in exact.finite([(1, 1), (1, 2)], where="").strength
        with pytest.raises(ValueError, match="nothing is compared"):
            exact.finite([], where="")
        with pytest.raises(TypeError, match="float"):
            exact.finite([(0.5, Fraction(1, 2))], where="")


class TestBalls:
    def test_a_number(self):
        import flint

        proof = exact.enclosed(
            lambda: flint.arb.pi(), "3.14159265", "3.14159266", below="3.59e-9", where="pi"
        )
        assert proof.holds
        assert not exact.enclosed(lambda: flint.arb.pi(), 3, "3.14", below=1, where="pi").holds

        with pytest.raises(ValueError, match="low must lie below high, got 4 and 3"):
            exact.enclosed(lambda: flint.arb.pi(), 4, 3, below=1, where="")

    def test_a_function_on_an_interval(self):
        gap = lambda x: x * x - x + ball("0.26")  # noqa: E731
        assert exact.for_all(gap, 0, 1, pieces=400, below="0.01001", where="").holds
        low = lambda x: x * x - x + ball("0.1")  # noqa: E731
        with pytest.raises(ValueError, match="decides nothing"):
            exact.for_all(gap, 0, 1, pieces=2, below=1, where="")
        assert not exact.for_all(low, "0.4", "0.6", pieces=400, below=1, where="").holds
        assert not exact.for_all(lambda _: ball(0), 0, 1, pieces=2, below=1, where="").holds
        with pytest.raises(ValueError, match="low must lie below high, got 1 and 1"):
            exact.for_all(gap, 1, 1, pieces=4, below=1, where="")
        assert exact.for_all(gap, 0, 1, pieces=np.int64(400), below="0.01001", where="").holds
        for pieces in (0, -1):
            with pytest.raises(ValueError, match=f"pieces must be a positive.*got {pieces}"):
                exact.for_all(gap, 0, 1, pieces=pieces, below=1, where="")

    @pytest.mark.parametrize(
        ("low", "high"),
        [("0", "0.1"), ("0.05", "0.2"), ("0.3", "0.4"), ("0", "1"), ("0.5", "0.9"), ("0.8", "1.7")],
    )
    def test_the_entropy_of_an_interval_is_enclosed_and_no_wider(self, low, high):
        import flint

        seen = entropy_term(ball(low).union(ball(high)))
        ends = [float(low), float(high)]
        values = [v * math.log(1 / v) if v else 0.0 for v in ends]
        if ends[0] < math.exp(-1) < ends[1]:
            values.append(math.exp(-1))
        assert float(seen.lower()) == pytest.approx(min(values), rel=1e-7, abs=1e-8)
        assert float(seen.upper()) == pytest.approx(max(values), rel=1e-7)
        middle = flint.arb(sum(ends) / 2)
        assert seen.contains(middle * (1 / middle).log())

    @pytest.mark.parametrize("said", ["0.00999", "0.01002", "0.011"])
    def test_what_a_bound_has_to_spare_is_neither_more_nor_less_than_said(self, said):
        gap = lambda x: x * x - x + ball("0.26")  # noqa: E731
        with pytest.raises(ValueError, match=rf"below must be the least gap, .*got {said}: he"):
            exact.for_all(gap, 0, 1, pieces=400, below=said, where="here")
        with pytest.raises(ValueError, match=r"got 0\.01001"):
            exact.for_all(
                lambda x: gap(x) + ball("0.1"), 0, 1, pieces=400, below="0.01001", where=""
            )

    def test_each_of_several_gaps_has_its_own_room(self):
        def gaps(x):
            return [1 + x, 3 - x]

        assert exact.for_all(gaps, 0, 1, pieces=2, below=("1.5005", "2.0005"), where="").holds
        assert not exact.for_all(lambda x: [1 + x, -x - 1], 0, 1, pieces=1, below=1, where="").holds
        with pytest.raises(ValueError, match="decides nothing"):
            exact.for_all(lambda x: [1 + x, x - ball("0.3")], 0, 1, pieces=1, below=1, where="")
        with pytest.raises(ValueError, match=r"got 2\.5"):
            exact.for_all(gaps, 0, 1, pieces=2, below=("1.5005", "2.5"), where="")
        with pytest.raises(ValueError, match="below must name 2 numbers, got 1: here"):
            exact.for_all(gaps, 0, 1, pieces=2, below="1.5005", where="here")

    @pytest.mark.parametrize(("low", "high", "below"), [(3, 9, "0.1416"), (-9, 4, "0.8585")])
    def test_a_number_has_its_room_to_the_nearer_end(self, low, high, below):
        import flint

        assert exact.enclosed(lambda: flint.arb.pi(), low, high, below=below, where="").holds
        for other in ("0.14", "0.9"):
            with pytest.raises(ValueError, match="below must be the least gap"):
                exact.enclosed(lambda: flint.arb.pi(), low, high, below=other, where="")

    def test_what_is_not_finite_or_undecided(self):
        import flint

        with pytest.raises(ValueError, match="not finite"):
            exact.enclosed(lambda: flint.arb("nan"), 0, 1, below=1, where="")
        with pytest.raises(ValueError, match="decides nothing"):
            exact.enclosed(lambda: flint.arb(1, 1), 0, 1, below=1, where="")

    @pytest.mark.parametrize("value", [0.1, True, None])
    def test_floats_are_refused(self, value):
        with pytest.raises(TypeError, match="value"):
            ball(value)


def test_points_follow_from_the_name_and_are_large():
    one, again, other = (exact.points.of_name(n).vector(50) for n in ("a", "a", "b"))
    assert one == again
    assert not set(one) & set(other)
    assert len(set(one)) == 50
    assert min(one) >= 1
    assert max(one) > 2**60


def test_a_draw_makes_symmetric_matrices():
    x = Draw(Fraction)
    matrix = x.symmetric(3)
    assert matrix == exact.transpose(matrix)
    assert len(set(exact.entries(matrix))) == 6
