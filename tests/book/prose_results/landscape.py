"""Results that the prose of the chapters on the landscape quotes."""

from inspect import signature

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, ndtr

from iclnb import scale
from iclnb.landscape import mean_field_limit as mf
from iclnb.landscape import strict_saddle as ss
from iclnb.landscape import three_transformers as tt
from iclnb.landscape.hessian_escape import one_neuron
from iclnb.landscape.three_transformers import paper
from tests.book.prose import AtMost, claim, quoted

RACE = "landscape/three-transformers"


@quoted("landscape/hessian-escape", "which is $#$ at $w_2=1$")
def curvature_across_the_mirror():
    return -one_neuron.neuron_curvature(1.0)


@quoted("landscape/mean-field-limit", "its argument over # is within # of it")
def probit_for_logistic():
    t = np.linspace(0, 10, 10_001)
    best = minimize_scalar(
        lambda c: np.abs(expit(t) - ndtr(t / c)).max(), bounds=(1.5, 2), method="bounded"
    )
    return best.x, AtMost(best.fun)


@quoted("landscape/mean-field-limit", "of the figure it equals the loss at # examples")
def prompt_as_dear_as_the_features():
    problem = mf.Problem(mf.ErfFeatures(), mf.axis_teacher(2, 2, weight=2.0))
    mu = mf.correlated_start(30, 2, 2, rng=scale.rng(0, "thirty"), mixing=np.eye(2))
    found, moment = (
        mf.statistics(problem, mu),
        mf.fourth_moment(problem, mu, mf.gauss_hermite(2, 60)),
    )
    lengths = np.arange(5, 30)
    losses = [mf.optimal_finite_prompt(found, moment, int(n)).loss for n in lengths]
    return np.interp(0, 2 * found.loss - np.array(losses), lengths)


@quoted("landscape/strict-saddle", "for $\\frac12$, with $#$, then $2$ for $1$, with $#$")
def best_swaps():
    strengths = [3.0, 2.0, 1.0, 0.5]
    return ss.swap_curvature(strengths, 3, 0), ss.swap_curvature(strengths, 2, 1)


@quoted(RACE, "| data | # prompts of 1000 pairs")
@quoted(RACE, "One pass over # prompts of 1000 pairs")
def prompts_of_one_pass():
    given = signature(paper.course).parameters
    return given["steps"].default * given["n_prompts"].default


@quoted(RACE, "in each of the nine runs, by # or more, by # in the median")
def price_of_the_help():
    ratios = claim("tt-modified-no-gain")["numbers"]
    return ratios["tightest"] - 1, ratios["median"] - 1


def over_static(kind, what):
    """Return the error of a model over the loss of static, less the least possible value."""
    runs = tt.stored_runs()
    errors = getattr(runs, what)
    return np.concatenate([
        (errors[p, kind][:, -1] - tt.PANELS[p].floor) / runs.excess(p, "static") for p in "abc"
    ])  # fmt: skip


@quoted(RACE, "with the trained $\\Gamma$, by up to a factor of #")
def own_error_of_attention():
    return over_static("attention", "own").max()


@quoted(RACE, "Modified ends between # and # times static")
def modified_over_static():
    ratios = over_static("modified", "loss")
    assert (np.sum(ratios > 1), ratios.size) == (10, 15)  # "higher in 10 of the 15"
    assert 1.4 < over_static("attention", "loss").max() < 1.5  # "by up to a half"
    assert over_static("attention", "loss").min() > 1
    return ratios.min(), ratios.max()


@quoted(RACE, "# to # for the maximum, from # to # for the norm and from # to # for its square")
def nonlinear_tasks():
    errors = tt.stored_runs().tasks["a", "static"].mean(axis=0)
    return errors[[0, -1]].T.ravel()
