"""Packages are unpacked once, bounded, and without what is no drawing."""

import errno
import io
import os
import random
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


ECONNREFUSED = """npm error code ECONNREFUSED
npm error FetchError: request to http://127.0.0.1:9/a failed
npm error     at ClientRequest.<anonymous> (index.js:130:14)"""


@pytest.mark.parametrize(
    ("said", "told"),
    [(ECONNREFUSED, "cannot be reached (ECONNREFUSED); with a network, the same command goes on"),
     ("npm error code ETARGET\nnpm error notarget No matching version", ": ETARGET"),
     ("E: Unable to locate package b", ": E: Unable to locate package b"), ("", "no reason")],
)  # fmt: skip
def test_a_client_that_fails_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    (tmp_path / "said").write_text(said)
    monkeypatch.setitem(install.CLIENTS, "npm", ["sh", "-c", f"cat {tmp_path}/said >&2; exit 1"])
    heard: list[str] = []
    with pytest.raises(Unavailable, match="cannot fetch b@1") as raised:
        install.installed("npm:b@1", tmp_path / "cache", heard.append)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert heard == ["fetching npm:b@1"]


def test_a_damaged_download_is_said_in_a_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = archive(tmp_path / "a.tgz", {"package/a.svg": random.Random(0).randbytes(90_000)})
    data = whole.read_bytes()
    wrong = [data[:40_000], data[:40_000] + bytes(1000) + data[41_000:], b"no archive" * 99]
    for damaged in wrong:
        fetch = lambda package, folder, d=damaged: (folder / "a.tgz").write_bytes(d)  # noqa: E731
        monkeypatch.setattr(install, "_fetch", fetch)
        with pytest.raises(BadInput, match="damaged or unsound; the same command") as raised:
            install.installed("npm:a@1", tmp_path / "cache")
        assert "\n" not in str(raised.value)
        assert list((tmp_path / "cache").iterdir()) == []


def test_a_full_disk_is_said_and_what_a_killed_process_left_is_tidied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = archive(tmp_path / "a.tgz", {"package/a.svg": b"<svg/>"})
    old, new = (tmp_path / "cache" / f"{install.FETCHING}{name}" for name in ("old", "new"))
    for left in (old, new):
        left.mkdir(parents=True)
    os.utime(old, (0, 0))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(install, "_fetch", lambda package, folder: shutil.copy(made, folder))
    monkeypatch.setattr(tarfile.TarFile, "extract", full)
    with pytest.raises(BadInput, match=r"cannot write .*no space left on device"):
        install.installed("npm:a@1", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == [new]


def test_a_cache_that_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot write"):
        install.installed("npm:a@1", tmp_path / "file")
