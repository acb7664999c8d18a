"""One source of truth: what pip, Binder and CI install agrees with the pins, and is installed."""

import functools
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.notebooks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in LINES}
BINDER = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PIP = next(part["pip"] for part in BINDER["dependencies"] if isinstance(part, dict))
POST_BUILD = [
    line
    for line in (ROOT / "postBuild").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
INDEX = "https://download.pytorch.org/whl/cpu"
EXTRAS = PROJECT["optional-dependencies"]


def requirements():
    """Return the requirements of the package and of all its extras, but those on itself."""
    texts = [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]
    found = [Requirement(text) for text in texts]
    return [r for r in found if canonicalize_name(r.name) != "iclnb"]


MACHINES = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "Mac": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


@functools.cache
def requires(name):
    """Return what a distribution asks for; nothing if it is not installed on this machine."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def closure(roots, machine=None):
    """Return the distributions that requirements lead to, by the markers of a kind of machine.

    Without a ``machine`` of this one.
    """
    todo = [(r, frozenset()) for r in roots]
    seen = set()
    while todo:
        requirement, asked = todo.pop()
        marker = requirement.marker
        given = MACHINES[machine] if machine else {}
        if marker and not any(marker.evaluate({**given, "extra": e}) for e in asked | {""}):
            continue
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        for text in requires(requirement.name):
            todo.append((Requirement(text), key[1]))
    return {name for name, _ in seen}


def pin_faults(lines):
    """Return the lines that are not exact pins of released versions, or are out of order."""
    exact = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*")
    faults = [line for line in lines if not exact.fullmatch(line)]
    names = [canonicalize_name(line.split("==")[0]) for line in lines]
    faults += sorted({name for name in names if names.count(name) > 1})
    plain = [line.split("==")[0].lower() for line in lines]
    if plain != sorted(plain):
        faults.append("not sorted")
    return faults


def test_the_pins_are_exact_sorted_and_each_there_once():
    assert pin_faults(LINES) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["a>=1.0"],
        ["a==1.*"],
        ["torch==2.13.0+cpu"],
        ["a @ https://example.org/a.whl"],
        ["--index-url https://example.org"],
        ["a==1.0 ; python_version > '3'"],
        ["a==1.0", "A==1.1"],
        ["b==1.0", "a==1.0"],
        ["a"],
    ],
)
def test_what_is_no_list_of_pins_is_seen(lines):
    assert pin_faults(lines) != []


def test_every_requirement_is_pinned_within_its_bounds():
    for requirement in requirements():
        pin = PINS.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not pinned"
        assert requirement.specifier.contains(Version(pin)), f"{requirement} excludes {pin}"


# Parts of torch and of CUDA that its builds for GPUs bring along: pip chooses them by the build.
OF_THE_BUILD = re.compile(r"nvidia-|cuda-|triton")


OUTSIDE = {"setuptools", "pip", "wheel"}


@functools.cache
def needed(machine=None):
    return {name for name in closure(requirements(), machine) if not OF_THE_BUILD.match(name)}


@pytest.mark.parametrize("machine", [None, *MACHINES])
def test_all_that_the_requirements_lead_to_is_pinned(machine):
    assert sorted(needed(machine) - set(PINS) - OUTSIDE) == []


def test_no_pin_is_needed_nowhere():
    assert sorted(set(PINS) - set().union(*map(needed, MACHINES))) == []


def test_every_pin_can_be_installed_on_the_oldest_python_that_is_promised():
    """A pin that asks for 3.11.5 shuts out the 3.11.2 of Debian 12."""
    floor = Version("3.11.0")
    assert PROJECT["requires-python"] == ">=3.11"
    asked = {name: metadata.metadata(name)["Requires-Python"] for name in needed() & set(PINS)}
    refused = {
        name: text for name, text in asked.items() if text and floor not in SpecifierSet(text)
    }
    assert len(asked) > 100
    assert refused == {}


def test_what_is_installed_is_what_is_pinned():
    """The build of a version (``+cpu``) may differ; the version may not."""
    installed = {
        canonicalize_name(d.name): Version(d.version).public for d in metadata.distributions()
    }
    here = {n: v for n, v in PINS.items() if n in needed()}
    differ = {n: (v, installed.get(n)) for n, v in here.items() if installed.get(n) != v}
    assert differ == {}


def test_jupyter_book_stays_below_2():
    """Version 2 is another program, which builds an empty site from this book and succeeds."""
    (book,) = (r for r in requirements() if r.name == "jupyter-book")
    assert not book.specifier.contains(Version("2.0.0"))
    assert Version(PINS["jupyter-book"]) < Version("2")


class TestBinder:
    def test_name_channel_and_python(self):
        assert BINDER["name"] == "iclnb"
        assert BINDER["channels"] == ["conda-forge"]
        conda = [part for part in BINDER["dependencies"] if isinstance(part, str)]
        assert conda == ["python=3.11", "pip"]
        python = conda[0].split("=")[1]
        assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python)

    def test_the_running_python_is_one_that_is_supported(self):
        assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(
            ".".join(map(str, sys.version_info[:3]))
        )

    def test_pip_installs_the_pins_and_this_commit_from_the_ordinary_index(self):
        """A second index is asked for every package, and stalls where it is out of reach."""
        assert PIP == ["-c constraints.txt", "ipykernel", "-e ."]

    def test_torch_for_the_cpu_comes_afterwards_and_its_index_is_asked_for_nothing_else(self):
        assert [
            "set -euo pipefail",
            f"pip install --no-cache-dir -c constraints.txt --no-deps --index-url {INDEX} torch",
            "pip install --no-cache-dir -c constraints.txt -e '.[proofs,train]'",
        ] == POST_BUILD
        assert os.access(ROOT / "postBuild", os.X_OK)

    def test_what_a_launched_notebook_imports_is_in_it(self):
        """Sliders need the kernel's side of the widgets; everything else is the package's own."""
        names = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
        assert {"numpy", "scipy", "matplotlib", "ipywidgets", "joblib", "tqdm"} <= names
        assert {Requirement(text).name for text in EXTRAS["train"]} == {"torch"}


def test_torch_is_in_what_builds_and_tests_the_book_and_not_in_the_plain_library():
    """On Linux the build that pip takes is 5 GB."""
    assert "iclnb[proofs,train]" in EXTRAS["book"]
    assert any(text.startswith("iclnb[book") for text in EXTRAS["test"])
    assert not [text for text in PROJECT["dependencies"] if text.startswith("torch")]


def test_the_workflow_installs_the_same_python_and_the_same_torch():
    text = (ROOT / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    pythons = {step["with"]["python-version"] for step in steps if "python" in step.get("uses", "")}
    assert pythons == {"3.11"}
    commands = [step["run"] for step in steps if "run" in step]
    assert "make test" in commands
    assert "make book" in commands
    assert workflow["env"]["TORCH_INDEX"] == INDEX


def test_the_scheduled_workflow_tries_what_a_push_does_not():
    text = (ROOT / ".github" / "workflows" / "scheduled.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    jobs = {
        name: " ".join(step.get("run", "") for step in job["steps"])
        for name, job in workflow["jobs"].items()
    }
    assert set(jobs) == {"machines", "newest", "deep"}
    strategy = workflow["jobs"]["machines"]["strategy"]["matrix"]
    assert {"3.12", "3.13", "3.14"} <= set(strategy["python"])
    assert any(system.startswith("macos") for system in strategy["os"])
    assert "-c constraints.txt" not in jobs["newest"]
    assert all(command in jobs["deep"] for command in ("make audit", "make digits", "--check"))


def test_the_makefile_installs_by_the_pins():
    installs = [
        line
        for line in (ROOT / "Makefile")
        .read_text(encoding="utf-8")
        .replace("\\\n", " ")
        .splitlines()
        if "pip install" in line
    ]
    assert installs
    assert all("-c constraints.txt" in line for line in installs)


def test_the_version_is_written_once_in_meaning():
    import iclnb

    assert iclnb.__version__ == PROJECT["version"] == metadata.version("iclnb")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == PROJECT["version"]


def test_the_list_of_fonts_is_that_of_the_environment(tmp_path):
    """Two environments of one user would otherwise share a list, and one can spoil the other's."""
    (tmp_path / "Makefile").write_text(
        f"include {ROOT / 'Makefile'}\n\nwhere:\n\t@echo $$MPLCONFIGDIR\n", encoding="utf-8"
    )
    ran = subprocess.run(
        ["make", "-s", "where"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == str(tmp_path / ".venv" / "matplotlib")
