"""Folders of captioned pictures: what is read, what is refused."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from engine.errors import BadInput
from engine.forge import pictures


def test_pictures_are_centre_squares_in_two_sizes(captioned: Path, tmp_path: Path) -> None:
    loaded = pictures.load(captioned, 8, 16, tmp_path / "cache.safetensors")
    assert (loaded.small.shape, loaded.large.shape) == ((12, 3, 8, 8), (12, 3, 16, 16))
    assert loaded.captions[:2] == ["a red square", "a green square"]
    assert loaded.small[2].float().mean((1, 2)).tolist() == [40, 60, 220]


def test_the_cache_is_used_until_the_folder_changes(captioned: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.safetensors"
    pictures.load(captioned, 8, 16, cache)
    before = cache.stat().st_mtime_ns
    pictures.load(captioned, 8, 16, cache)
    assert cache.stat().st_mtime_ns == before
    assert pictures.load(captioned, 4, 16, cache).small.shape[-1] == 4


def test_text_files_beside_pictures_are_captions(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "one.png")
    (tmp_path / "one.txt").write_text("Night \n")
    (tmp_path / "alone.txt").write_text("no picture")
    assert pictures.rows(tmp_path) == [(tmp_path / "one.png", "Night")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (None, "", "no captioned pictures"),
        ("metadata.jsonl", "{", "line 1"),
        ("metadata.jsonl", '{"text": "no file"}', "file_name and text"),
        ("metadata.jsonl", '{"file_name": "gone.png", "text": "x"}', r"gone\.png"),
    ],
)
def test_an_unfit_folder_is_one_clear_line(
    tmp_path: Path, name: str | None, content: str, said: str
) -> None:
    if name:
        (tmp_path / name).write_text(content)
    with pytest.raises(BadInput, match=said) as caught:
        pictures.load(tmp_path, 8, 16, tmp_path / "cache.safetensors")
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        pictures.rows(tmp_path / "none")


def test_every_epoch_sees_every_picture_once_in_another_order() -> None:
    drawn = torch.cat([pictures.draw_indices(10, 4, seed=3, step=step) for step in range(5)])
    first, second = drawn[:10], drawn[10:]
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(10))
    assert first.tolist() != second.tolist()
    assert torch.equal(drawn[8:12], pictures.draw_indices(10, 4, seed=3, step=2))
