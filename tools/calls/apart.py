"""Work in a process of its own, which may hang or fill its memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

GIGABYTES = 8
END = "end of one"


def _work(pipe: Any, function: Callable[..., Any], names: Sequence[str]) -> None:
    with open(os.devnull, "w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTES << 30, GIGABYTES << 30))
    warnings.simplefilter("error")
    for name in names:
        function(name, pipe.send)
        pipe.send(END)
    pipe.close()


def apart(
    seconds: float, function: Callable[..., None], names: Sequence[str]
) -> Iterator[tuple[str, list[Any], bool]]:
    """Yield each name, what ``function(name, send)`` has sent, and whether it came to its end.

    A process that sends nothing for so many seconds is ended; another goes on with the next name.
    """
    fork = multiprocessing.get_context("fork")
    left = list(names)
    while left:
        here, there = fork.Pipe(duplex=False)
        process = fork.Process(target=_work, args=(there, function, left))
        process.start()
        there.close()
        sent: list[Any] = []
        try:
            while left and here.poll(seconds):
                one = here.recv()
                if one == END:
                    yield left.pop(0), sent, True
                    sent = []
                else:
                    sent.append(one)
        except EOFError:
            pass
        process.kill()
        process.join()
        if left:
            yield left.pop(0), sent, False
