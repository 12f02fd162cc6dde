"""Pictures in and out."""

import os
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import BadInput
from screens.canvas import files


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def test_what_is_saved_comes_back_and_nothing_else_is_left(tmp_path: Path) -> None:
    image = noise(32, 32)
    path = files.save(image, str(tmp_path / "drawing"))
    assert path == tmp_path / "drawing.png"
    assert files.load(str(path), (32, 32)).tobytes() == image.tobytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_mask_comes_back_as_a_mask(tmp_path: Path) -> None:
    mask = noise(16, 16).convert("L")
    path = files.save(mask, str(tmp_path / "mask.png"))
    assert files.load(str(path), (16, 16), "L").tobytes() == mask.tobytes()


@pytest.mark.parametrize("name", ["", "  ", "a.jpg", "."])
def test_a_name_that_is_no_pngs_is_one_clear_line(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as caught:
        files.save(noise(2, 2), name)
    assert "png" in str(caught.value).lower()
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_and_a_missing_picture_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot write"):
        files.save(noise(2, 2), str(tmp_path / "no" / "x.png"))
    with pytest.raises(BadInput, match="no picture"):
        files.load(str(tmp_path / "x.png"), (8, 8))


def test_whole_factors_copy_pixels_up_and_average_them_down() -> None:
    small = noise(8, 8)
    large = files.fitted(small, (24, 24))
    assert large.getpixel((23, 5)) == small.getpixel((7, 1))
    assert files.fitted(large, (8, 8)).tobytes() == small.tobytes()


@pytest.mark.parametrize(
    ("whole", "box"), [((40, 20), (10, 0, 30, 20)), ((20, 41), (0, 10, 20, 30))]
)
def test_the_centre_is_kept_and_no_side_is_pulled(whole, box) -> None:
    image = noise(*whole)
    assert files.fitted(image, (20, 20)).tobytes() == image.crop(box).tobytes()


@pytest.mark.parametrize("size", [(32, 32), (7, 5), (1, 1), (300, 2)])
@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "CMYK"])
def test_any_size_and_mode_fits(size, mode) -> None:
    found = files.fitted(Image.new(mode, size), (16, 12))
    assert (found.size, found.mode) == ((16, 12), "RGB")
