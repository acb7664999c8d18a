"""The progress bar keeps quiet where nobody watches."""

import os
import select
import subprocess
import sys
import termios

import pytest

from iclnb import scale
from iclnb.scale import bars


class TestProgress:
    def run(self, settings):
        """Run a bar with a terminal as its standard error; return what it wrote where."""
        code = (
            "from iclnb import scale\n"
            "items = scale.progress(range(3), description='words')\n"
            "assert list(items) == [0, 1, 2]"
        )
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        environment.pop("ICLNB_PROGRESS", None)
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        try:
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", code],
                stdout=subprocess.PIPE,
                stderr=theirs,
                env=environment | settings,
                check=True,
            )
            ready = select.select([ours], [], [], 0)[0]
            return done.stdout, os.read(ours, 100_000) if ready else b""
        finally:
            os.close(ours)
            os.close(theirs)

    def test_bar_in_a_terminal(self):
        out, err = self.run({})
        assert out == b""
        assert b"words: 100%" in err
        assert b"3/3" in err

    @pytest.mark.parametrize("name", ["ICLNB_PROGRESS", "PYTEST_CURRENT_TEST"])
    def test_silent_on_request(self, name):
        assert self.run({name: "off"}) == (b"", b"")

    def test_silent_here(self, capfd):
        assert list(scale.progress(iter("ab"), description="words")) == ["a", "b"]
        assert capfd.readouterr() == ("", "")

    def test_kernel_is_recognised(self, monkeypatch):
        class Shell:
            kernel = object()

        class IPython:
            get_ipython = Shell

        assert not bars.in_kernel()
        monkeypatch.setitem(sys.modules, "IPython", IPython)
        assert bars.in_kernel()

    def test_bad_setting(self, monkeypatch):
        monkeypatch.setenv("ICLNB_PROGRESS", "loud")
        with pytest.raises(ValueError, match=r"ICLNB_PROGRESS.*'loud'"):
            scale.progress([])
