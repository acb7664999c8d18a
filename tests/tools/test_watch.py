"""The preview: what changes is built again, and served."""

import os
from urllib.request import urlopen

import pytest

from tools import watch


@pytest.fixture
def root(tmp_path):
    for name in ("book/a.md", "iclnb/b.py", "_toc.yml", "tests/c.py", "book/__pycache__/d.pyc"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return tmp_path


def test_what_is_watched(root):
    names = {path.relative_to(root).as_posix() for path in watch.state(root)}
    assert names == {"book/a.md", "iclnb/b.py", "_toc.yml"}


def test_new_gone_and_written(root):
    before = watch.state(root)
    (root / "iclnb/b.py").unlink()
    (root / "book/e.md").touch()
    os.utime(root / "_toc.yml", ns=(1, 1))
    names = [path.name for path in watch.changed(before, watch.state(root))]
    assert names == ["_toc.yml", "e.md", "b.py"]
    assert watch.changed(before, before) == []


def test_a_build_follows_each_change_and_no_other(root, capsys):
    asked = []

    def build():
        asked.append(len(rounds))
        if len(asked) == 1:  # written while the site is built
            (root / "book/late.md").touch()
        return 1 if len(asked) == 3 else 0

    rounds = []

    def goes_on():
        rounds.append(None)
        if len(rounds) == 5:
            (root / "book/more.md").touch()
        return len(rounds) <= 7

    watch.watch(build, root=root, pause=0.0, goes_on=goes_on)
    assert asked == [1, 2, 5]
    said = capsys.readouterr().out
    assert "changed: book/late.md" in said
    assert said.count("not built, see above") == 1


def test_the_site_is_served_until_it_is_interrupted(root, monkeypatch, capsys):
    html = root / "_build" / "html"
    html.mkdir(parents=True)
    (html / "index.html").write_text("<p>here</p>", encoding="utf-8")
    monkeypatch.setattr(watch, "ROOT", root)

    seen = []

    def read(build):
        address = capsys.readouterr().out.split()[0]
        with urlopen(address, timeout=30) as page:
            seen.append(page.read())
        raise KeyboardInterrupt

    monkeypatch.setattr(watch, "watch", read)
    assert watch.main(["--port", "0"]) == 0
    assert seen == [b"<p>here</p>"]
