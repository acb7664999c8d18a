"""Committed results of runs at paper scale: small JSON files inside the package."""

from __future__ import annotations

import importlib.resources
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from iclnb.kinds import guarded

from .atomic import write_atomically
from .plain import compact, plain
from .provenance import Provenance, Summary, summarise

SCHEMA = 2
SIZE_LIMIT = 500_000

T = TypeVar("T")


@guarded
@dataclass(frozen=True)
class StoredResult:
    """A committed result: its name, the results as JSON holds them, and where they come from."""

    name: str
    results: Any
    provenance: Summary


def _check_name(name: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"name must be a str, not {type(name).__name__}")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"name must be lower-case words joined by hyphens, not {name!r}")
    return name


def _directory(directory: str | os.PathLike[str] | None) -> Any:
    if directory is not None:
        return Path(directory)
    return importlib.resources.files(__package__) / "results"


@guarded
def stored(
    name: str, default: T = None, *, directory: str | os.PathLike[str] | None = None
) -> StoredResult | T:
    """Return the committed result `name`, or `default` (None) if there is none.

    Parameters
    ----------
    name : str
        Lower-case words joined by hyphens: the file is ``<name>.json``.
    default : Any
        What to return if the file does not exist.
    directory : path, optional
        Where to look instead of in the package.

    Raises
    ------
    TypeError, ValueError
        If the name is malformed, or if the file is unreadable or of another schema; the message
        names the file.
    """
    path = _directory(directory) / f"{_check_name(name)}.json"
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return default
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    try:
        body = json.loads(content)
        if body["schema"] != SCHEMA:
            raise ValueError(f"schema {body['schema']!r} instead of {SCHEMA}")
        if body["name"] != name:
            raise ValueError(f"it is named {body['name']!r} inside")
        return StoredResult(name, body["results"], Summary(**body["provenance"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no stored result ({type(error).__name__}: {error})") from error


@guarded
def required(name: str, *, directory: str | os.PathLike[str] | None = None) -> StoredResult:
    """Return the committed result `name`, as `stored` does; a missing one is an error.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says which command makes it.
    TypeError, ValueError
        As in `stored`.
    """
    found = stored(name, directory=directory)
    if found is None:
        raise FileNotFoundError(f"no stored result {name!r}: python -m tools.paper {name} makes it")
    return found


@guarded
def publish(
    name: str,
    results: Any,
    *,
    provenance: Provenance | Sequence[Provenance],
    directory: str | os.PathLike[str] | None = None,
) -> Path:
    """Write results to the file that `stored` reads, atomically, and return its path.

    Parameters
    ----------
    name : str
        Lower-case words joined by hyphens.
    results : Any
        JSON-able and finite; arrays become nested lists. Round what need not be exact: the file
        may have 500 000 bytes.
    provenance : Provenance or sequence of Provenance
        That of the points behind the results, as in ``[r.provenance for r in records(...)]``.
    directory : path, optional
        Where to write instead of into the package.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, or the file would be too large. Nothing is written then.
    """
    _check_name(name)
    origins = [provenance] if isinstance(provenance, Provenance) else list(provenance)
    body = {
        "schema": SCHEMA,
        "name": name,
        "results": plain(results, "results", arrays=True),
        "provenance": plain(summarise(origins).as_dict(), "provenance"),
    }
    content = compact(body).encode() + b"\n"
    if len(content) > SIZE_LIMIT:
        raise ValueError(
            f"results must take at most {SIZE_LIMIT} bytes, not {len(content)}: {name}"
        )
    path = Path(str(_directory(directory))) / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)
    return path
