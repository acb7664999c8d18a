"""The picture without JavaScript: the default frame drawn at build, by the script of the page."""

from __future__ import annotations

import importlib.util
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from . import assets

_SECONDS = 60


def draw(data: dict[str, Any]) -> str:
    """The panels of the default frame as HTML with inline SVG; the same text for the same data.

    Raises
    ------
    ImportError
        If mini-racer, a JavaScript engine, is not installed.
    """
    if importlib.util.find_spec("py_mini_racer") is None:
        raise ImportError(
            "a static figure is drawn with mini-racer: pip install 'iclnb[book]', or ask for "
            "mode='live' or mode='portable'"
        )
    text = json.dumps(json.dumps(data, allow_nan=False))
    return evaluate(f"iclnbExplore.still({text})")


def evaluate(expression: str) -> str:
    """What an expression of the script says, in an engine that lives as long as the call.

    It runs in a thread of its own: a notebook's thread runs an event loop, in which the engine
    would have to be awaited.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_evaluate, expression).result()


def _evaluate(expression: str) -> str:
    from py_mini_racer import JSEvalException, MiniRacer

    engine = MiniRacer()
    try:
        engine.eval(assets.drawing(), timeout_sec=_SECONDS)
        return str(engine.eval(expression, timeout_sec=_SECONDS))
    except JSEvalException as error:  # its text holds the whole script
        raise RuntimeError(f"the picture was not drawn: {str(error)[:200]}") from None
    finally:
        engine.close()  # without this the interpreter sometimes does not end
