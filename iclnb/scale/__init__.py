"""The switch between quick and paper scale, and what a run at either scale needs.

Seeds (`rng`, `child_seed`, `torch_generator`), sweeps over points with resumable storage
(`sweep`, `grid`, `records`), a progress bar (`progress`), and the committed results of runs at
paper scale (`stored`, `publish`). The room knows no part of the book, and importing it imports
neither torch nor dask.
"""

from .bars import progress
from .errors import PointError
from .provenance import Provenance, Summary, summarise
from .published import StoredResult, publish, required, stored
from .stores import Record
from .streams import child_seed, rng
from .sweeps import records, sweep
from .switch import Scale, current, pick
from .tasks import grid
from .torch_streams import torch_generator

__all__ = [
    "PointError",
    "Provenance",
    "Record",
    "Scale",
    "StoredResult",
    "Summary",
    "child_seed",
    "current",
    "grid",
    "pick",
    "progress",
    "publish",
    "records",
    "required",
    "rng",
    "stored",
    "summarise",
    "sweep",
    "torch_generator",
]
