r"""Rates and thresholds in T for a Hölder basis of smoothness a in dimension d, coefficients s.

With :math:`\theta=d/a` every rate is a power of n and T:

.. math:: \text{lower bound: }n^{-\frac{2s}{2s+1}}+(nT)^{-\frac2{2+\theta}},\qquad
          \text{Estimator 1: }n^{-\frac{2s}{2s+1}}+\frac{n^{2/(2s+1)}}T,\qquad
          \text{Estimator 2: }n^{-\frac{2s}{2s+1}}+\frac{n^{(1+\theta(1+s))/(2s+1)}}T,

up to logarithms (slides, "Examples" and "Mini-max lower bound"; KNS Theorem 4.5, Corollaries 4.8
and 5.2). Estimator 1 learns a full Gamma on a basis that networks represent cheaply (B-splines);
Estimator 2 learns a Hölder basis itself. Without pretraining the bound is
:math:`\max(n^{-2s/(2s+1)},n^{-2/(2+\theta)})`. Between the T that the lower bound asks for and the
T that an estimator needs lies a gap that is open.
"""

from __future__ import annotations

from iclnb.arguments import check_number
from iclnb.kinds import guarded


def _positive(**values: float) -> list[float]:
    return [check_number(value, name, low=0.0, strict=True) for name, value in values.items()]


@guarded
def task_exponent(s: float) -> float:
    r""":math:`2s/(2s+1)`: the rate with a known basis."""
    (s,) = _positive(s=s)
    return 2 * s / (2 * s + 1)


@guarded
def basis_exponent(theta: float) -> float:
    r""":math:`2/(2+\theta)=2a/(2a+d)`: the rate at which a basis can be known, in examples seen."""
    (theta,) = _positive(theta=theta)
    return 2 / (2 + theta)


@guarded
def lower_bound_rate(prompt_length: float, n_tasks: float, *, s: float, theta: float) -> float:
    r""":math:`n^{-2s/(2s+1)}+(nT)^{-2/(2+\theta)}`, constants one."""
    prompt_length, n_tasks = _positive(prompt_length=prompt_length, n_tasks=n_tasks)
    return prompt_length ** -task_exponent(s) + (prompt_length * n_tasks) ** -basis_exponent(theta)


@guarded
def scratch_rate(prompt_length: float, *, s: float, theta: float) -> float:
    r""":math:`\max(n^{-2s/(2s+1)},n^{-2/(2+\theta)})`: no pretraining."""
    (prompt_length,) = _positive(prompt_length=prompt_length)
    return max(prompt_length ** -task_exponent(s), prompt_length ** -basis_exponent(theta))


@guarded
def estimator_one_rate(prompt_length: float, n_tasks: float, *, s: float) -> float:
    r"""Best over N of :math:`N^{-2s}+N/n+N^2/T`, in order, logarithms dropped.

    :math:`N=\min(n^{1/(2s+1)},T^{1/(2s+2)})`: the second with scarce tasks gives
    :math:`T^{-s/(s+1)}+T^{1/(2s+2)}/n`. The slides print :math:`T^{2/(2(s+1))}/n` for the last
    term; N/n with this N gives the exponent 1/(2(s+1)).
    """
    prompt_length, n_tasks, s = _positive(prompt_length=prompt_length, n_tasks=n_tasks, s=s)
    N = min(prompt_length ** (1 / (2 * s + 1)), n_tasks ** (1 / (2 * s + 2)))
    return N ** (-2 * s) + N / prompt_length + N**2 / n_tasks


@guarded
def estimator_two_rate(prompt_length: float, n_tasks: float, *, s: float, theta: float) -> float:
    r""":math:`N^{-2s}+N/n+N^{1+\theta(1+s)}/T` at the best order of N, logarithms dropped.

    :math:`N=\min(n^{1/(2s+1)},T^{1/(2s+1+\theta(1+s))})`.
    """
    prompt_length, n_tasks, s, theta = _positive(
        prompt_length=prompt_length, n_tasks=n_tasks, s=s, theta=theta
    )
    power = 1 + theta * (1 + s)
    N = min(prompt_length ** (1 / (2 * s + 1)), n_tasks ** (1 / (2 * s + power)))
    return N ** (-2 * s) + N / prompt_length + N**power / n_tasks


@guarded
def lower_bound_threshold(s: float, theta: float) -> float:
    r"""x with: the basis term of the lower bound is negligible from :math:`T=n^x` on.

    :math:`x=(s\theta-1)/(2s+1)`; negative if the basis costs nothing even without pretraining
    (:math:`s\theta\le1`).
    """
    s, theta = _positive(s=s, theta=theta)
    return (s * theta - 1) / (2 * s + 1)


@guarded
def estimator_one_threshold(s: float) -> float:
    r"""x with: Estimator 1 is rate optimal from :math:`T=n^x` on, :math:`x=(2s+2)/(2s+1)`."""
    (s,) = _positive(s=s)
    return (2 * s + 2) / (2 * s + 1)


@guarded
def estimator_two_threshold(s: float, theta: float) -> float:
    r"""The same for Estimator 2: :math:`x=1+\theta(1+s)/(2s+1)` (slides).

    KNS Corollary 4.8 in its notation; Remark 5.3 there drops a factor :math:`1/\tau`.
    """
    s, theta = _positive(s=s, theta=theta)
    return 1 + theta * (1 + s) / (2 * s + 1)


@guarded
def pretraining_helps(s: float, theta: float) -> bool:
    r"""Whether pretraining changes the best possible rate: :math:`s\theta>1`.

    The basis is then harder than the task, :math:`2/(2+\theta)<2s/(2s+1)`.
    """
    return lower_bound_threshold(s, theta) > 0


@guarded
def pretraining_pays_threshold(s: float, theta: float) -> float | None:
    r"""x with: Estimator 2 beats the best method without pretraining from :math:`T=n^x` on.

    Learning from scratch has at best :math:`n^{-2/(2+\theta)}`. With :math:`N=n^u`,
    :math:`u=\frac1{s(2+\theta)}`, the approximation error is already there and
    :math:`N^{1+\theta(1+s)}/T` meets it at

    .. math:: x=\frac2{2+\theta}+\frac{1+\theta(1+s)}{s(2+\theta)} .

    None if pretraining cannot help (:math:`s\theta\le1`). Derived here.
    """
    if not pretraining_helps(s, theta):
        return None
    return 2 / (2 + theta) + (1 + theta * (1 + s)) / (s * (2 + theta))
