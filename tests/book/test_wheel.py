"""The library without the repository: built as a wheel, installed elsewhere, used."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tools.notebooks import ROOT

USED = """
import doctest, importlib, json, pkgutil, sys
from pathlib import Path

import iclnb
from iclnb import scale

names = ["iclnb"] + [m.name for m in pkgutil.walk_packages(iclnb.__path__, "iclnb.")]
examples = [doctest.testmod(importlib.import_module(name)) for name in names]
folder = Path(iclnb.__file__).parent
stored = [path.stem for path in (folder / "scale" / "results").glob("*.json")]
json.dump({
    "where": str(folder),
    "version": iclnb.__version__,
    "modules": len(names),
    "failed": sum(found.failed for found in examples),
    "tried": sum(found.attempted for found in examples),
    "stored": {
        name: len(results["points"]) + len(results.get("unfinished", []))
        for name in stored
        for results in [scale.stored(name).results]
    },
    "files": sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()),
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """Build the wheel from a copy, install it into an empty folder, and use it from there."""
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "iclnb", source / "iclnb", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(ROOT / name, source)
    target = tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheels = ["wheel", "--no-deps", "--no-build-isolation", "-w", str(source / "dist")]
    subprocess.run([*pip, *wheels, str(source)], check=True)
    (wheel,) = (source / "dist").glob("*.whl")
    install = ["install", "--no-deps", "--no-compile", "--target", str(target), str(wheel)]
    subprocess.run([*pip, *install], check=True)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", USED],
        cwd=target,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["where"] == str(target / "iclnb")
    return found


def test_every_module_is_there_and_the_examples_of_the_docstrings_are_right(used):
    sources = list((ROOT / "iclnb").rglob("*.py"))
    assert used["modules"] == len(sources)
    assert used["failed"] == 0
    assert used["tried"] >= 20


def test_the_stored_results_are_in_it(used):
    here = {path.stem for path in (ROOT / "iclnb/scale/results").glob("*.json")}
    assert set(used["stored"]) == here
    assert all(used["stored"].values())


def test_fonts_and_licences_and_marks_of_types_are_in_it(used):
    other = {
        p.relative_to(ROOT / "iclnb").as_posix()
        for p in (ROOT / "iclnb").rglob("*")
        if p.is_file() and p.suffix not in (".py", ".pyc")
    }
    assert other
    assert other <= set(used["files"])
