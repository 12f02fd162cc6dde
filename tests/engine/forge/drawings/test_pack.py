"""Drawings in one file: as few as the concepts need, and the same pictures made of them."""

import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import BadInput
from engine.forge import emoji, pack
from engine.forge.drawings import catalogue, folder
from engine.forge.drawings.catalogue import CATALOGUE
from engine.forge.drawings.folder import Rendering
from engine.forge.drawings.rendering import Recipe, Renderer
from engine.forge.timed import data
from tests.engine.forge.drawings import made_up

TABLE = "1f680 | a rocket\n1f411 | a sheep\n1f6a2 | a ship\n1f680+1f411 | a barista\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sets as if they were installed: one of icons, one of files, one of which is held out."""
    cache = tmp_path / "cache"
    made_up.icons(cache / "npm-icons-1")
    made_up.files(cache / "npm-files-1" / "art")
    made_up.picture((1, 2, 3)).save(cache / "npm-files-1" / "art" / "1f4a9.png")
    one, other = list(CATALOGUE.values())[:2]
    entries = {
        "icons": replace(one, package="npm:icons@1", inside="icons.json"),
        "files": replace(other, package="npm:files@1", inside="art", held_out=True),
    }
    monkeypatch.setattr(catalogue, "CATALOGUE", entries)
    for module in (pack, catalogue):
        monkeypatch.setattr(module, "CATALOGUE", entries)
    return cache


def here(rendering: Rendering, make: Callable[[], Renderer], *_: object) -> None:
    """Renders in this process: others know nothing of these sets."""
    for span in rendering.blocks():
        folder.write_block(rendering.out, span, renderer=make())
    rendering.finish()


def test_what_is_packed_is_what_the_concepts_need(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "drawings.tar.xz"
    pack.pack(file, cache, TABLE, lambda line: None)
    with tarfile.open(file) as tar:
        assert sorted(tar.getnames()) == [
            "NOTICE", "npm-files-1/art/1F411-FE0F.webp", "npm-files-1/art/emoji_u1f680.png",
            "npm-icons-1/chars.json", "npm-icons-1/icons.json",
        ]  # fmt: skip
    assert "foreign" not in (pack.unpacked(file, tmp_path) / "npm-icons-1/icons.json").read_text()


@pytest.mark.parametrize("name", ["icons", "files"])
def test_pictures_are_the_same_as_of_the_sets_themselves(
    cache: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "drawings.tar.xz"
    pack.pack(file, cache, TABLE, lambda line: None)
    place = pack.unpacked(file, tmp_path)
    there, here = (Recipe((name,), place, TABLE, 32, 7) for place in (cache, place))
    assert there.told() == here.told()
    one, other = there.renderer(), here.renderer()
    for index in range(8):
        (picture, row), (again, too) = one.sample(index), other.sample(index)
        assert (picture.tobytes(), row) == (again.tobytes(), too)


def test_the_command_packs_and_the_renderer_draws_from_it(
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(folder, "render", here)
    (tmp_path / "table").write_text(TABLE)
    file = str(tmp_path / "drawings.tar.xz")
    how = ["--concepts", str(tmp_path / "table")]
    assert pack.main([file, "--cache", str(cache), *how]) == 0
    assert f"{file}: 0.0 MB" in capsys.readouterr().err
    for flags, name in (([], "icons"), (["--held-out"], "files")):
        out = tmp_path / f"of-{name}"
        line = [str(out), "--drawings", file, "--cache", str(tmp_path / "other"), "--count", "4",
                "--size", "32", *how, *flags]  # fmt: skip
        assert emoji.main(line) == 0
        assert f'"set": "{name}"' in (out / "metadata.jsonl").read_text()


def test_a_timed_training_renders_what_is_packed_and_what_is_held_out(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "render", here)
    monkeypatch.setattr(data, "HELD_OUT", 3)
    file, out = tmp_path / "drawings.tar.xz", tmp_path / "out"
    pack.pack(file, cache, TABLE, lambda line: None)
    trained, held_out = data.renderings(file, None, out, 32, 5, 60.0, 7)
    assert held_out is not None
    for place, name, count in ((trained, "icons", 5), (held_out, "files", 3)):
        told = [json.loads(line) for line in (place / "metadata.jsonl").read_text().splitlines()]
        assert [row["set"] for row in told] == [name] * count
        assert Image.open(place / str(told[0]["file_name"])).size == (32, 32)
    assert data.renderings(trained, None, out, 32, 5, 60.0, 7) == (trained, None)
    named = tmp_path / "named"
    assert data.renderings(file, named, out, 32, 5, 60.0, 7) == (trained, named)


def test_a_file_that_holds_no_drawings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive")
    with pytest.raises(BadInput, match="cannot unpack text"):
        pack.unpacked(tmp_path / "text", tmp_path)
    with pytest.raises(BadInput, match=r"cannot read .*: no such file"):
        pack.unpacked(tmp_path / "none", tmp_path)
