"""The zip of the site: all of it, in one folder, the same bytes each time."""

import zipfile

import pytest

from tools import pack


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "html"
    (folder / "book").mkdir(parents=True)
    (folder / "index.html").write_text("<a href='book/a.html'>a</a>", encoding="utf-8")
    (folder / "book/a.html").write_text("a", encoding="utf-8")
    (folder / ".buildinfo").write_text("for the builder", encoding="utf-8")
    return folder


def test_everything_stands_in_one_folder(site, tmp_path):
    with zipfile.ZipFile(pack.pack(site, tmp_path / "out/x.zip")) as archive:
        names = archive.namelist()
        assert archive.read("iclnb-book/book/a.html") == b"a"
        assert b"iclnb-book/index.html" in archive.read("iclnb-book/README.txt")
    assert names == [
        "iclnb-book/README.txt",
        "iclnb-book/book/a.html",
        "iclnb-book/index.html",
    ]


def test_the_same_site_gives_the_same_bytes(site, tmp_path):
    first = pack.pack(site, tmp_path / "1.zip").read_bytes()
    (site / "index.html").touch()
    assert pack.pack(site, tmp_path / "2.zip").read_bytes() == first
    (site / "index.html").write_text("changed", encoding="utf-8")
    assert pack.pack(site, tmp_path / "3.zip").read_bytes() != first


def test_without_a_site_it_says_so(tmp_path, capsys):
    with pytest.raises(FileNotFoundError, match="make book"):
        pack.pack(tmp_path, tmp_path / "x.zip")
    assert pack.main(["--site", str(tmp_path), "--target", str(tmp_path / "x.zip")]) == 1
    assert "make book" in capsys.readouterr().err


def test_the_command_says_what_it_wrote(site, tmp_path, capsys):
    target = tmp_path / "x.zip"
    assert pack.main(["--site", str(site), "--target", str(target)]) == 0
    assert target.exists()
    assert f"written {target}" in capsys.readouterr().out
