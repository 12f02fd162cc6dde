"""Masks by name, and the difference that is nought outside them."""

from pathlib import Path

import pytest
from PIL import Image

from engine.errors import BadInput
from screens.canvas import files, masks
from screens.inpaint import panes, saved_masks


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    noise = Image.effect_noise((48, 32), 90).convert("RGB")
    noise.save("photo.png")
    masks.left_half((48, 32)).save("half.png")
    return tmp_path


def test_a_mask_of_the_pictures_shape_is_cropped_as_the_picture_is() -> None:
    mask = saved_masks.read("half.png", "photo.png", "crop", 16)
    assert mask.tobytes() == masks.left_half((16, 16)).tobytes()


@pytest.mark.parametrize(
    ("mask", "image", "said"),
    [
        ("gone.png", "photo.png", "mask: no picture gone.png"),
        ("photo.png", "half.png", "picture and mask have changed places"),
        ("half.png", "tower", "mask: half is 48×32 and the picture 256×256"),
    ],
)
def test_a_mask_that_does_not_suit_is_said_in_one_line(mask: str, image: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        saved_masks.read(mask, image, "crop", 16)
    assert "\n" not in str(caught.value)


def test_a_name_alone_is_one_of_the_kept_masks_unless_a_file_here_is_called_so() -> None:
    path = saved_masks.target("hair")
    assert path == files.folder("mask") / "hair.png"
    masks.centre((16, 16)).save(path)
    assert saved_masks.known("hair") == saved_masks.known("hair.png") == str(path)
    assert saved_masks.lasts(str(path))
    assert saved_masks.listed() == [path]
    assert saved_masks.known("half.png") == "half.png"
    assert saved_masks.target("./hair") == Path.cwd() / "hair.png"


def test_a_kept_mask_is_read_as_it_was() -> None:
    path = files.keep(masks.border((32, 32)), saved_masks.KIND)
    found = saved_masks.read(path.stem, "tower", "crop", 32)
    assert found.tobytes() == masks.border((32, 32)).tobytes()


def test_one_level_outside_the_mask_is_found_and_any_inside_is_not() -> None:
    original = Image.effect_noise((32, 32), 60).convert("RGB")
    mask = masks.centre((32, 32))
    result = original.copy()
    result.paste((255, 0, 0), (8, 8, 24, 24))
    assert panes.largest_outside(result, original, mask) == 0
    red, green, blue = result.getpixel((3, 4))
    result.putpixel((3, 4), (red, green ^ 1, blue))
    assert panes.largest_outside(result, original, mask) == 1
    assert panes.difference(result, original).getpixel((3, 4)) == (0, panes.GAIN, 0)


def test_a_pixel_that_is_replaced_in_part_is_not_outside() -> None:
    original, mask = Image.new("RGB", (8, 8)), Image.new("L", (8, 8), 1)
    assert panes.largest_outside(Image.new("RGB", (8, 8), (9, 9, 9)), original, mask) == 0
