"""Where a figure is live and where it is static."""

import sys
from types import ModuleType

import pytest

from iclnb.explore import explorer


@pytest.fixture(autouse=True)
def in_a_kernel(monkeypatch):
    monkeypatch.delenv(explorer.VARIABLE, raising=False)
    monkeypatch.setattr(explorer, "in_kernel", lambda: True)


def test_a_kernel_has_live_figures_unless_the_variable_says_otherwise(monkeypatch):
    assert explorer.choose_mode(None) == "live"
    monkeypatch.setenv(explorer.VARIABLE, "static")
    assert explorer.choose_mode(None) == "static"


def test_without_a_kernel_they_are_static(monkeypatch):
    monkeypatch.setattr(explorer, "in_kernel", lambda: False)
    assert explorer.choose_mode(None) == "static"


def test_on_colab_they_carry_their_script_unless_asked_otherwise(monkeypatch):
    """Its widgets are older than those that live figures are tried with; its cells are apart."""
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert explorer.choose_mode(None) == "portable"
    assert explorer.choose_mode("live") == "live"


@pytest.mark.parametrize("origin", ["mode", explorer.VARIABLE])
def test_another_word_is_refused(monkeypatch, origin):
    if origin != "mode":
        monkeypatch.setenv(origin, "moving")
    with pytest.raises(ValueError, match=f"{origin} must be one of"):
        explorer.choose_mode("moving" if origin == "mode" else None)
