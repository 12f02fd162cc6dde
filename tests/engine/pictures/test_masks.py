"""Masks: what each colour means, how they are fitted, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.errors import BadInput
from engine.pictures import Loaded, Mask, open_mask
from engine.pictures.masks import pasted, region

WHITE, BLACK = 255, 0


def photo(size: tuple[int, int] = (48, 32)) -> Image.Image:
    """Colours of many kinds, none of them extreme."""
    red = Image.linear_gradient("L").resize(size)
    green = red.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return Image.merge("RGB", (red, green, Image.new("L", size, 120)))


def left(size: tuple[int, int] = (48, 32)) -> Image.Image:
    """The left half white."""
    mask = Image.new("L", size, BLACK)
    ImageDraw.Draw(mask).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=WHITE)
    return mask


def opened(tmp_path: Path, mask: Image.Image, picture: Image.Image | None = None) -> Mask:
    mask.save(tmp_path / "m.png")
    return open_mask(str(tmp_path / "m.png"), Loaded((picture or photo()).convert("RGB"), "photo"))


def test_white_is_replaced_and_black_stays(tmp_path: Path) -> None:
    mask = opened(tmp_path, left())
    assert mask.binary
    assert (mask.title, mask.warnings) == ("m", ())
    drawn, original = Image.new("RGB", (48, 32), "red"), photo()
    result = pasted(drawn, original, mask.image)
    assert result.crop((0, 0, 24, 32)).tobytes() == drawn.crop((0, 0, 24, 32)).tobytes()
    assert result.crop((24, 0, 48, 32)).tobytes() == original.crop((24, 0, 48, 32)).tobytes()


def test_grey_blends_and_says_so(tmp_path: Path) -> None:
    mask = opened(tmp_path, Image.new("L", (48, 32), 51))
    assert not mask.binary
    assert mask.warnings == ("the mask has greys: there the old and the new picture are blended",)
    old, new = Image.new("RGB", (48, 32), (0, 50, 100)), Image.new("RGB", (48, 32), (100, 50, 200))
    assert pasted(new, old, mask.image).getpixel((3, 3)) == (20, 50, 120)


def test_any_original_comes_back_under_black_to_the_byte() -> None:
    every = Image.fromarray(np.arange(256 * 3, dtype=np.uint8).reshape(16, 16, 3))
    for value in (0, 77, 255):
        drawn = Image.new("RGB", (16, 16), (value,) * 3)
        kept = pasted(drawn, every, Image.new("L", (16, 16), BLACK))
        assert kept.tobytes() == every.tobytes()
        new = pasted(drawn, every, Image.new("L", (16, 16), WHITE))
        assert new.tobytes() == drawn.tobytes()


def test_what_is_nearly_black_or_white_is_meant_to_be(tmp_path: Path) -> None:
    left().save(tmp_path / "m.jpg", quality=90)
    mask = open_mask(str(tmp_path / "m.jpg"), Loaded(photo(), "photo"))
    assert mask.binary
    assert mask.image.tobytes() == left().tobytes()


def test_transparent_counts_as_black(tmp_path: Path) -> None:
    image = Image.new("RGBA", (48, 32), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (0, 0, 24, 32))
    mask = opened(tmp_path, image)
    assert mask.image.tobytes() == left().tobytes()
    assert mask.note == "transparency on black"
    half = opened(tmp_path, Image.new("RGBA", (48, 32), (255, 255, 255, 128)))
    assert half.image.getpixel((0, 0)) == 128


def test_colours_count_by_their_brightness_and_it_is_said(tmp_path: Path) -> None:
    mask = opened(tmp_path, photo())
    assert mask.warnings == ("the mask has colours: their brightness counts, white is replaced",)


def test_a_mask_of_the_picture_s_shape_is_cropped_with_it(tmp_path: Path) -> None:
    mask = opened(tmp_path, left((24, 16)))
    small = mask.squared("crop").at(8)
    assert small.size == (8, 8)
    assert np.asarray(small)[0].tolist() == [WHITE] * 4 + [BLACK] * 4
    padded = mask.squared("fit").at(24)
    assert np.asarray(padded)[0].max() == BLACK
    assert np.asarray(padded)[12].tolist() == [WHITE] * 12 + [BLACK] * 12


@pytest.mark.parametrize("side", [8, 12, 31, 64, 128])
def test_black_and_white_stay_that_at_every_size(tmp_path: Path, side: int) -> None:
    small = opened(tmp_path, left((32, 32)), photo((32, 32))).squared("crop").at(side)
    assert set(np.asarray(small).ravel().tolist()) == {WHITE, BLACK}
    assert np.asarray(small).mean() == pytest.approx(127.5, rel=0.05)


def test_greys_stay_greys(tmp_path: Path) -> None:
    ramp = Image.linear_gradient("L").resize((32, 32))
    small = opened(tmp_path, ramp, photo((32, 32))).squared("crop").at(16)
    assert len(set(np.asarray(small).ravel().tolist())) > 10


def test_a_square_mask_lies_over_the_square_of_any_picture(tmp_path: Path) -> None:
    mask = opened(tmp_path, left((16, 16)))
    for how in ("crop", "fit", "stretch"):
        assert mask.squared(how).at(16).tobytes() == left((16, 16)).tobytes()


def test_sides_may_differ_by_the_rounding_of_pixels(tmp_path: Path) -> None:
    assert opened(tmp_path, left((333, 250)), photo((640, 480))).binary


def test_the_region_to_replace_is_the_picture_on_black() -> None:
    part = region(photo(), left())
    assert part.crop((0, 0, 24, 32)).tobytes() == photo().crop((0, 0, 24, 32)).tobytes()
    assert part.getpixel((30, 5)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("mask", "picture", "said"),
    [
        (left((32, 48)), photo(), "m is 32×48 and the picture 48×32: give a mask of the picture's"),
        (left((96, 32)), photo(), "or a square one for the square that the model takes"),
        (photo(), left(), "picture and mask have changed places: photo is black and white alone"),
        (photo().convert("L"), left(), "the picture comes first, then the mask"),
    ],
)
def test_what_cannot_be_a_mask_is_one_line(
    tmp_path: Path, mask: Image.Image, picture: Image.Image, said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        opened(tmp_path, mask, picture)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_drawing_in_black_and_white_may_have_a_mask(tmp_path: Path) -> None:
    assert opened(tmp_path, left(), left().transpose(Image.Transpose.FLIP_LEFT_RIGHT)).binary


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.png", "mask: no picture "),
        ("words.png", "mask: words.png is not a picture"),
        ("", "mask: no picture is named"),
    ],
)
def test_a_mask_that_cannot_be_opened_is_one_line(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "words.png").write_text("not a picture")
    with pytest.raises(BadInput) as caught:
        open_mask(str(tmp_path / name) if name else "", Loaded(photo(), "photo"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
