"""A rendered folder: the same however it was made, gone on with, never mixed."""

import json
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.forge import emoji
from engine.forge.drawings import folder, rendering
from engine.forge.drawings.folder import Rendering
from engine.forge.drawings.rendering import Recipe
from engine.forge.pictures import rows
from tests.engine.forge.drawings import made_up

TABLE = "1f680 x2 | a rocket\n1f411 | a sheep\n1f4a9 | a thing that nobody draws\n"


@pytest.fixture
def asked(tmp_path: Path) -> Recipe:
    return Recipe((str(made_up.files(tmp_path / "files")),), tmp_path, TABLE, 32, 7)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "BLOCK", 3)


def in_this_process(rendering: Rendering, asked: Recipe, most: int = 99) -> None:
    renderer = asked.renderer()
    for span in rendering.blocks()[:most]:
        folder.write_block(rendering.out, span, renderer)


def contents(out: Path) -> list[tuple[str, bytes]]:
    return [(text, file.read_bytes()) for file, text in sorted(rows(out))]


def test_a_folder_that_was_broken_off_is_gone_on_with(tmp_path: Path, asked: Recipe) -> None:
    whole = Rendering(tmp_path / "whole", asked.told(), 8)
    in_this_process(whole, asked)
    whole.finish()
    parts = Rendering(tmp_path / "parts", asked.told(), 8)
    in_this_process(parts, asked, most=1)
    assert [span.start for span in parts.blocks()] == [3, 6]
    in_this_process(parts, asked)
    assert parts.blocks() == []
    parts.finish()
    assert contents(whole.out) == contents(parts.out)
    assert len({data for _, data in contents(whole.out)}) == 8
    assert [file.name for file in parts.out.glob("*.jsonl")] == ["metadata.jsonl"]


def test_a_finished_folder_can_grow(tmp_path: Path, asked: Recipe) -> None:
    first = Rendering(tmp_path / "out", asked.told(), 3)
    in_this_process(first, asked)
    first.finish()
    grown = Rendering(tmp_path / "out", asked.told(), 6)
    assert [list(span) for span in grown.blocks()] == [[3, 4, 5]]
    in_this_process(grown, asked)
    grown.finish()
    assert len(rows(grown.out)) == 6


def test_pictures_of_another_recipe_are_not_mixed_in(
    tmp_path: Path, asked: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    Rendering(tmp_path / "out", asked.told(), 3).blocks()
    monkeypatch.setattr(rendering, "EDITION", 99)
    with pytest.raises(BadInput, match="another recipe"):
        Rendering(tmp_path / "out", asked.told(), 3).blocks()


def test_the_command_renders_on_several_cores_and_says_whose_drawings_they_are(
    tmp_path: Path, asked: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "table").write_text(TABLE)
    out = tmp_path / "out"
    said = [str(out), "--set", asked.sets[0], "--concepts", str(tmp_path / "table"),
            "--count", "5", "--size", "32", "--seed", "7", "--processes", "2"]  # fmt: skip
    assert emoji.main(said) == 0
    progress = capsys.readouterr().err
    assert "files: 2 of 3; Squares, by A. Hand, CC0-1.0, https://a.hand" in progress
    assert "rendered 5 of 5 pictures, done" in progress
    assert "- Squares, by A. Hand, CC0-1.0, https://a.hand" in (out / "NOTICE").read_text()
    direct = Rendering(tmp_path / "direct", asked.told(), 5)
    in_this_process(direct, asked)
    assert contents(out) == contents(direct.out)
    row = json.loads((out / "metadata.jsonl").read_text().splitlines()[0])
    assert (row["concept"], row["set"]) == ("a rocket", "files")
    assert (out / "vocabulary.json").is_file()


def test_what_cannot_be_asked_for_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["--set", "fxemoji", "--set", "noto", "--cache", str(tmp_path)]
    assert emoji.main([str(tmp_path / "out"), *both]) == 2
    assert "held out" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        emoji.main([str(tmp_path / "out"), "--size", "8"])
