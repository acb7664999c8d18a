"""Sphinx, run on a small book in a process of its own."""

import os
import subprocess
import sys

from tools.notebooks import ROOT

PROGRAM = "import sys, tools; from sphinx.cmd.build import main; sys.exit(main(sys.argv[1:]))"
"""As ``python -m sphinx``, after the package of the tools, which spares it a slow import."""


def sphinx(folder, *options):
    """Build the pages of a folder into ``_build`` beside them; return the process that has run."""
    command = [sys.executable, "-c", PROGRAM, "-q", *options, "-b", "html", ".", "_build"]
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True)


STRICT = ("-n", "-W", "--keep-going")
