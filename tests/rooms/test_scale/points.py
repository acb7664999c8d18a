"""Functions at whose points the tests of sweeps look, and what a test asks of a run."""

import json
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass

# Worker processes and killed ones have to import the functions of the sweeps, so these stand in a
# module of their own. Each call says in a log that it started; a point of which `gate` is not
# None waits until that file exists.
MODULE = "iclnb_points_of_test_scale"
SOURCE = """
import os, time
import numpy as np

def _say(log, word):
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{word}\\n".encode())
    os.close(handle)

def square(k, log, gate=None):
    _say(log, k)
    while gate is not None and not os.path.exists(gate):
        time.sleep(0.005)
    return {"square": k * k, "pair": (k, np.float64(k) / 3), "bad": float("nan")}

def cube(k, log, gate=None):
    return square(k, log, gate)

def noise(k, log):
    _say(log, k)
    return {"noise": np.random.default_rng(k).normal(size=(2, 3)), "k": k, "last": np.arange(k)}

def fails_at_two(k, log):
    _say(log, k)
    if k == 2:
        raise ZeroDivisionError("nothing to divide by")
    return {"k": k}
"""


def calls(log):
    return sorted(int(line) for line in log.read_text(encoding="utf-8").split())


def points_of(log, ks, gates=None):
    gate = {} if gates is None else gates
    return [{"k": k, "log": str(log)} | ({"gate": gate[k]} if k in gate else {}) for k in ks]


def without_nan(results):
    return [{name: value for name, value in r.items() if name != "bad"} for r in results]


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def start_sweep(points, store, workers=1, function="square"):
    """Start a process that runs the sweep, in a session of its own."""
    code = f"""
        import json, sys
        import {MODULE} as module
        from iclnb import scale
        points = json.loads(sys.argv[1])
        scale.sweep(module.{function}, points, store=sys.argv[2], workers={workers})
    """
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code), json.dumps(points), store],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@dataclass(frozen=True)
class Configuration:
    width: int = 3
