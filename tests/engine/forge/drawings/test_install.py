"""Packages are unpacked once, bounded, and without what is no drawing."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from engine.errors import BadInput, Unavailable
from engine.forge.drawings import install


def archive(path: Path, files: dict[str, bytes], link: str = "") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        if link:
            member = tarfile.TarInfo(link)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(member)
    return path


def test_drawings_are_unpacked_and_nothing_else(tmp_path: Path) -> None:
    made = archive(
        tmp_path / "a.tgz", {"package/a.svg": b"<svg/>", "package/run.js": b"1"}, "l.png"
    )
    install.unpack(made, tmp_path / "out")
    assert [f.name for f in (tmp_path / "out").rglob("*") if not f.is_dir()] == ["a.svg"]


def test_what_would_lie_outside_or_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = archive(tmp_path / "a.tgz", {"../b.svg": b"<svg/>"})
    with pytest.raises(BadInput, match="cannot unpack"):
        install.unpack(outside, tmp_path / "out")
    assert not (tmp_path / "b.svg").exists()
    monkeypatch.setattr(install, "MOST_WHOLE", 9)
    large = archive(tmp_path / "c.tgz", {"a.svg": b"<svg/>", "b.svg": b"<svg/>"})
    with pytest.raises(BadInput, match="larger"):
        install.unpack(large, tmp_path / "out")


def test_a_package_is_fetched_once_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = archive(tmp_path / "a.tgz", {"package/a.svg": b"<svg/>"})
    fetched: list[str] = []

    def fetch(package: str, folder: Path) -> None:
        fetched.append(package)
        shutil.copy(made, folder)

    monkeypatch.setattr(install, "_fetch", fetch)
    place = install.installed("npm:@a/b@1.0", tmp_path / "cache")
    assert install.installed("npm:@a/b@1.0", tmp_path / "cache") == place
    assert fetched == ["npm:@a/b@1.0"]
    assert (place / "a.svg").is_file()
    assert [entry.name for entry in (tmp_path / "cache").iterdir()] == [place.name]


def test_a_client_that_is_missing_or_fails_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(install.CLIENTS, "npm", [str(tmp_path / "no-such-program")])
    with pytest.raises(Unavailable, match="needs the program"):
        install.installed("npm:a@1", tmp_path / "cache")
    monkeypatch.setitem(install.CLIENTS, "npm", ["sh", "-c", "echo E404 >&2; exit 1"])
    with pytest.raises(Unavailable, match="cannot fetch a@1: E404"):
        install.installed("npm:a@1", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
