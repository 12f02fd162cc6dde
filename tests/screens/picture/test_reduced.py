"""Fewer colours: as many as asked at most, and near enough even on noise."""

import numpy as np
import pytest
from PIL import Image

from screens.picture.quality import reduced
from tests.screens.picture.encode.noise import noise, smooth, x_t


def error(image: Image.Image, colours: int) -> float:
    """Root mean square, of 255."""
    found = np.asarray(reduced(image, colours).convert("RGB"), float)
    return float(np.sqrt(((found - np.asarray(image)) ** 2).mean()))


@pytest.mark.parametrize("colours", [2, 3, 16, 63, 64, 65, 200, 256])
def test_no_more_colours_than_asked(colours):
    for image in (noise(64), smooth(100, 30), Image.new("L", (1, 1), 7)):
        assert len(reduced(image, colours).getcolors()) <= colours


def test_all_colours_are_the_picture_itself():
    image = noise(30)
    assert reduced(image, None).tobytes() == image.tobytes()
    assert reduced(Image.new("LA", (2, 2)), None).mode == "RGB"


@pytest.mark.parametrize(("colours", "most"), [(256, 20), (64, 26), (32, 34), (16, 48), (8, 62)])
def test_noise_is_never_far_off(colours, most):
    assert error(noise(64), colours) < most
    assert error(x_t(64), colours) < most


def test_a_picture_of_few_colours_keeps_them():
    image = noise(4).resize((64, 64), Image.Resampling.NEAREST)
    assert error(image, 64) < 3


@pytest.mark.parametrize("colours", [0, 1, 257])
def test_what_no_palette_can_hold_is_refused(colours):
    with pytest.raises(ValueError, match="use 2 to 256"):
        reduced(noise(4), colours)


def test_reducing_twice_changes_nothing():
    once = reduced(noise(64), 64)
    assert reduced(once, 64) is once
    assert reduced(once, None) is once
    assert len(reduced(once, 16).getcolors()) <= 16


def test_a_picture_whose_palette_is_too_short_is_made_anew():
    broken = Image.new("P", (4, 4), 9)
    broken.putpalette([255, 0, 0])
    assert len(reduced(broken, 16).getpalette()) >= 3
    assert reduced(broken, None).mode == "RGB"
