"""The calls that are kept, made again with other arguments."""

from __future__ import annotations

import functools
import hashlib
import inspect
import itertools
import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.calls.public import public_functions
from tools.calls.values import read
from tools.notebooks import ROOT

MOST_ITEMS = 1000  # of an endless result
CALLS = Path("tests/book/calls.jsonl")


class Late(BaseException):
    """The call computes: it has accepted its arguments."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise ``Late`` in the main thread where the work takes more of the processor's time.

    Again every second, for code may swallow one.
    """

    def late(*_: Any) -> None:
        raise Late

    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("only the main thread can be interrupted")
    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


@functools.cache
def functions() -> dict[str, tuple[Callable[..., Any], type | None]]:
    """Return the public functions by name."""
    return {name: (function, owner) for name, function, owner in public_functions()}


@functools.cache
def calls(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """Return the call of each function, as written."""
    lines = (root / CALLS).read_text(encoding="utf-8").splitlines()
    return {line["of"]: line for line in map(json.loads, lines)}


def shuffled(only: str = "", seed: int = 7) -> list[str]:
    """Return the functions that have a call, in an order that depends on the seed alone."""
    names = [name for name in calls() if name.startswith(only)]
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


def arguments(name: str) -> inspect.BoundArguments:
    """Return the arguments of the kept call, fresh; of a constructor without the object."""
    function, _ = functions()[name]
    form = calls()[name]
    signature = inspect.signature(function)
    if function.__name__ == "__init__":
        kept = list(signature.parameters.values())[1:]
        signature = signature.replace(parameters=kept)
    options = {key: read(value) for key, value in form["options"].items()}
    return signature.bind(*[read(value) for value in form["args"]], **options)


def call(name: str, bound: inspect.BoundArguments) -> Any:
    """Call the function."""
    function, owner = functions()[name]
    thing = owner if owner is not None and function.__name__ == "__init__" else function
    out = thing(*bound.args, **bound.kwargs)
    return list(itertools.islice(out, MOST_ITEMS)) if inspect.isgenerator(out) else out


def refused(error: BaseException, argument: str) -> bool:
    """Say whether an error refuses the argument by its name."""
    text = str(error)
    named = text.startswith(argument) and not text[len(argument) :][:1].isalnum()
    return isinstance(error, TypeError | ValueError) and named and text[len(argument) :][:1] != "_"
