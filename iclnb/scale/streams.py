r"""Child streams of random numbers, one per seed, purpose and replicate.

The stream is that of ``numpy.random.SeedSequence(entropy=seed, spawn_key=key)``, where

.. math:: \text{key} = (h_1, h_2, h_3, h_4, \text{replicate})

and :math:`h_1, \dots, h_4` are the first four 32-bit little-endian words of the SHA-256 digest
of the purpose in UTF-8. The key has a fixed length, so that no two keys run into each other.
"""

from __future__ import annotations

import hashlib

import numpy as np

from iclnb.arguments import check_integer
from iclnb.kinds import guarded

_SEEDS = 2**128  # the pool of a SeedSequence: a longer seed would run into the key
_REPLICATES = 2**32


def _sequence(seed: int, purpose: str, replicate: int) -> np.random.SeedSequence:
    entropy = check_integer(seed, "seed", least=0, most=_SEEDS - 1)
    if not purpose:
        raise ValueError("purpose must not be empty")
    last = check_integer(replicate, "replicate", least=0, most=_REPLICATES - 1)
    digest = hashlib.sha256(purpose.encode("utf-8")).digest()
    words = np.frombuffer(digest[:16], dtype="<u4").tolist()
    return np.random.SeedSequence(entropy=entropy, spawn_key=(*words, last))


@guarded
def rng(seed: int, purpose: str, replicate: int = 0) -> np.random.Generator:
    """Return the generator of the child stream (`seed`, `purpose`, `replicate`).

    Parameters
    ----------
    seed : int
        The seed of the experiment, in [0, 2**128).
    purpose : str
        What the numbers are for, such as ``"tasks"`` or ``"initialisation"``; not empty.
    replicate : int
        The number of the independent repetition, in [0, 2**32).

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or lies outside its domain.
    """
    return np.random.default_rng(_sequence(seed, purpose, replicate))


@guarded
def child_seed(seed: int, purpose: str, replicate: int = 0) -> int:
    """Return an integer in [0, 2**63) drawn from the child stream's seed sequence.

    It is meant for generators that take a plain integer, such as torch's. Arguments and errors
    are those of `rng`.
    """
    state = _sequence(seed, purpose, replicate).generate_state(1, np.uint64)
    return int(state[0]) >> 1
