"""A JupyterLab of our own, on a folder, for the browser."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},  # all cells stand at once
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@contextmanager
def lab(folder, scratch):
    """Serve a folder; yield the address of its JupyterLab, which asks for no password."""
    for name, values in SETTINGS.items():
        path = scratch / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    for name in ("home", "runtime"):
        (scratch / name).mkdir()
    environment = {
        **os.environ,
        "HOME": str(scratch / "home"),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("ICLNB_FIGURES", None)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.port=0", "--IdentityProvider.token=", "--ServerApp.password="]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    log = scratch / "lab.log"
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        yield _address(server, log)
    finally:
        server.terminate()
        server.wait(20)


def _address(server, log):
    """Wait until the server answers; return its address."""
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(
            r"http://(?:127\.0\.0\.1|localhost):\d+/lab", log.read_text(encoding="utf-8")
        ):
            with urlopen(found[0].replace("/lab", "/api"), timeout=60):
                return found[0]
        time.sleep(0.2)
    raise RuntimeError(f"no JupyterLab: {log.read_text(encoding='utf-8')[-2000:]}")


def copied(site, names, folder):
    """Copy plain notebooks of the site into a folder; return it."""
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site / "_sources" / name, target)
    return folder
