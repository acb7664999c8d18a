"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from pathlib import Path

from iclnb.kinds import guarded


@guarded
def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that no reader, and no crash, ever sees a part of it.

    The bytes go to a temporary file of a unique, hidden name in the same directory, are synced
    to the disk, and the file is then renamed. A process killed in between leaves the temporary
    file behind, which nothing reads; see :func:`remove_leftovers`.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex}.tmp")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


@guarded
def remove_leftovers(directory: Path, *, older_than: float) -> None:
    """Remove the temporary files of killed processes that were last written so many seconds ago."""
    for part in directory.glob(".*.tmp"):
        with contextlib.suppress(FileNotFoundError):  # another process removes them too
            if time.time() - part.stat().st_mtime > older_than:
                part.unlink()


def _sync_directory(directory: Path) -> None:
    # The rename itself reaches the disk with its directory; not every system lets one be opened.
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
