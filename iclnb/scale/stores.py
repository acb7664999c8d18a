"""A directory of finished points: one file each, written atomically, checked when read."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from iclnb.kinds import guarded

from .atomic import remove_leftovers, write_atomically
from .plain import compact
from .provenance import Provenance
from .tasks import Task

SCHEMA = 2


class Record(NamedTuple):
    """The result of a point and where it comes from."""

    result: dict[str, Any]
    provenance: Provenance


@guarded
@dataclass(frozen=True)
class Store:
    """The finished points of sweeps, each in the file ``<function>-<key>.json`` or ``.npz``.

    A JSON file holds the whole record. A result with arrays goes to an npz file: the arrays are
    ``array_0``, ``array_1``, ..., and ``record`` holds the rest as JSON in UTF-8 bytes, with the
    names of the arrays. Nothing is pickled. NaN and infinities stand in the JSON as Python
    writes them.
    """

    directory: Path

    def _path(self, task: Task, suffix: str) -> Path:
        return self.directory / f"{task.function.rpartition('.')[2]}-{task.key}{suffix}"

    def open(self) -> None:
        """Make the directory; remove what killed processes left unfinished an hour ago or more."""
        self.directory.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self.directory, older_than=3600.0)

    def load(self, task: Task) -> Record | None:
        """Return the record of a finished task, None if it is not finished.

        Raises
        ------
        ValueError
            If there is a file for the task that cannot be read, is damaged, or holds another
            task; the message names the file.
        """
        for suffix in (".json", ".npz"):
            path = self._path(task, suffix)
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ValueError(f"{path} cannot be read: {error}") from error
            try:
                record = _from_json(content) if suffix == ".json" else _from_npz(content)
            except Exception as error:  # a damaged file can fail in any way at all
                raise ValueError(
                    f"{path} is damaged ({type(error).__name__}: {error}); "
                    "remove it to compute its point again"
                ) from error
            origin = record.provenance
            if Task(origin.function, origin.point, origin.configuration).key != task.key:
                raise ValueError(f"{path} holds another point than its name says; remove it")
            return record
        return None

    def save(self, task: Task, record: Record) -> None:
        """Write the record of a finished task, atomically."""
        arrays = {k: v for k, v in record.result.items() if isinstance(v, np.ndarray)}
        members = {f"array_{place}": array for place, array in enumerate(arrays.values())}
        body = {
            "schema": SCHEMA,
            "names": list(record.result),
            "arrays": list(arrays),
            "values": {k: v for k, v in record.result.items() if k not in arrays},
            "provenance": record.provenance.as_dict(),
        }
        body["sha256"] = _digest(body, list(members.values()))
        text = compact(body, finite=False, sort=False).encode()
        if not arrays:
            write_atomically(self._path(task, ".json"), text + b"\n")
            return
        buffer = io.BytesIO()
        record_bytes = np.frombuffer(text, dtype=np.uint8)
        np.savez_compressed(buffer, record=record_bytes, **members)
        write_atomically(self._path(task, ".npz"), buffer.getvalue())


def _digest(body: dict[str, Any], arrays: list[np.ndarray]) -> str:
    checked = {name: value for name, value in body.items() if name != "sha256"}
    digest = hashlib.sha256(compact(checked, finite=False, sort=False).encode())
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _from_json(content: bytes) -> Record:
    return _record(json.loads(content), [])


def _from_npz(content: bytes) -> Record:
    with np.load(io.BytesIO(content), allow_pickle=False) as members:
        body = json.loads(members["record"].tobytes())
        arrays = [members[f"array_{place}"] for place in range(len(body["arrays"]))]
    return _record(body, arrays)


def _record(body: dict[str, Any], arrays: list[np.ndarray]) -> Record:
    if body["schema"] != SCHEMA:
        raise ValueError(f"schema {body['schema']!r} instead of {SCHEMA}")
    if body["sha256"] != _digest(body, arrays):
        raise ValueError("the checksum does not match")
    values = body["values"] | dict(zip(body["arrays"], arrays, strict=True))
    return Record({name: values[name] for name in body["names"]}, Provenance(**body["provenance"]))
