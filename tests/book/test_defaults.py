"""A default that leaves something out is the neutral value, and one word has it everywhere.

All others stand a second time in ``defaults.yml``: a caller who leaves them out trusts them.
"""

import importlib
import inspect
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from tools.library import PARTS, ROOMS, modules
from tools.notebooks import ROOT

NEUTRAL = [
    (
        0,
        "allowance bias feature_error fewer initial margin momentum more noise panel penalty "
        "replicate rng_seed row_sum start_bias tail warmup",
    ),
    (
        1,
        "amplitude bias_range factor length moving norm outer own pairs preconditioner "
        "prior_weight push query r0 spread start time_unit workers",
    ),
    (
        False,
        "as_printed corrected diagonal full inner_only joint keep_prediction odd order_m printed "
        "query_as_key single",
    ),
    ("", "by description note of said salt summary unit zlabel"),
]
"""What is added is nothing, what multiplies changes nothing, and what is switched is off."""

ALSO = {
    "noise": [0.3, 0.5, 1],  # of an example, of a training, and in a proof for one noise
    "margin": [0.04],  # around a picture
    "momentum": [0.9],  # of an optimiser
    "more": [1],  # n + 1 in a limit
    "factor": [0.1, Fraction(21, 10), 4, 5, 100.0],  # true constants of proofs; steps and spans
    "outer": [0.0],  # of what is born
    "of": ["new"],  # which tasks an error is of, in one chapter
    "odd": [True],  # of the error function
    "own": [True],
    "panel": ["a"],
    "start": [0.5],
    "query_as_key": [True],  # in a layer of softmax
}
"""Where the word means something else."""


def defaults():
    """Yield the name of each public function, class and method, a parameter and its default."""
    for name in [m for p in (*PARTS, *ROOMS) for m in modules(ROOT / "iclnb" / p, ROOT)]:
        module = importlib.import_module(name)
        for key in getattr(module, "__all__", [k for k in vars(module) if k[0] != "_"]):
            thing = getattr(module, key)
            if getattr(thing, "__module__", None) != name or not callable(thing):
                continue
            if inspect.isclass(thing) and issubclass(thing, BaseException):
                continue
            own = vars(thing) if inspect.isclass(thing) else {}
            methods = [getattr(v, "__func__", v) for k, v in own.items() if k[0] != "_"]
            for called in (thing, *(v for v in methods if inspect.isfunction(v))):
                for parameter in inspect.signature(called).parameters.values():
                    if parameter.default is not parameter.empty:
                        where = f"{name}.{called.__qualname__}"
                        yield where, parameter.name, parameter.default


FOUND = list(defaults())


def the_same(one, other):
    """Whether two values are equal, and both or neither a switch."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)


@pytest.mark.parametrize(
    ("word", "neutral"), [(word, value) for value, words in NEUTRAL for word in words.split()]
)
def test_what_is_left_out_is_left_out_everywhere(word, neutral):
    found = [(where, d) for where, w, d in FOUND if w == word and d is not None]
    assert found, "no function has this word: take it off the list"
    allowed = [neutral, *ALSO.get(word, [])]
    assert not [x for x in found if not any(the_same(x[1], value) for value in allowed)]


@pytest.mark.parametrize("word", ALSO)
def test_the_exceptions_are_used(word):
    found = [d for _, w, d in FOUND if w == word]
    assert all(any(the_same(d, value) for d in found) for value in ALSO[word])


SAID = yaml.safe_load(Path(__file__).with_name("defaults.yml").read_text(encoding="utf-8"))


def shown(value):
    """Return a default as the table has it: a function, a class or a field by its name."""
    if inspect.isclass(value) or inspect.isfunction(value):
        return value.__name__
    return "made anew" if "HAS_DEFAULT_FACTORY" in type(value).__name__ else str(value)


def others():
    """Return the defaults that the neutral values do not settle, by the place."""
    settled = {word for _, words in NEUTRAL for word in words.split()} - ALSO.keys()
    out = {}
    for where, word, value in FOUND:
        if word not in settled and value is not None:
            out.setdefault(where, {})[word] = shown(value)
    return out


OTHERS = others()


@pytest.mark.parametrize("where", sorted({*OTHERS, *SAID}))
def test_a_default_is_that_of_the_table(where):
    assert OTHERS.get(where) == SAID.get(where)


def test_the_table_has_numbers_words_and_names():
    assert len(OTHERS) > 300
    assert [shown(v) for v in (0.5, Fraction(1, 3), True, "gpu", max, int, shown)] == [
        *("0.5", "1/3", "True", "gpu", "<built-in function max>", "int", "shown"),
    ]
