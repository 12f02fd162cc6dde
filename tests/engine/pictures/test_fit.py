"""Squares for a model, and arrays and pictures that turn into each other."""

import numpy as np
import pytest
import torch
from PIL import Image

from engine.pictures import How, fitted, to_array, to_image
from engine.sampling.step_events import images

WAYS: tuple[How, ...] = ("crop", "fit", "stretch")


def _three_bars() -> Image.Image:
    """60 × 20: red, green and blue squares."""
    bars = Image.new("RGB", (60, 20))
    for i, colour in enumerate(("red", "lime", "blue")):
        bars.paste(colour, (20 * i, 0, 20 * i + 20, 20))
    return bars


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("size", [(1, 1), (64, 64), (1, 900), (300, 7), (63, 65), (3000, 2000)])
def test_always_a_square_of_that_side(how: How, size: tuple[int, int]) -> None:
    done = fitted(Image.new("LA", size, (90, 255)), 64, how)
    assert (done.size, done.mode) == ((64, 64), "RGB")
    assert done.getpixel((32, 32)) == (90, 90, 90) or how == "fit"


@pytest.mark.parametrize("how", WAYS)
def test_a_square_of_the_side_is_untouched(how: How) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    assert np.array_equal(np.asarray(fitted(Image.fromarray(noise), 64, how)), noise)


def test_crop_takes_the_middle() -> None:
    assert fitted(_three_bars(), 20).getcolors() == [(400, (0, 255, 0))]


def test_fit_shows_all_of_it_on_white() -> None:
    done = fitted(_three_bars(), 30, "fit")
    assert [done.getpixel((x, 15)) for x in (4, 14, 25)] == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert [done.getpixel((15, y)) for y in (0, 8, 21, 29)] == [(255, 255, 255)] * 4


def test_stretch_shows_all_of_it_everywhere() -> None:
    done = fitted(_three_bars(), 30, "stretch")
    assert [done.getpixel((x, 1)) for x in (4, 14, 25)] == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def test_by_a_whole_factor_a_pixel_is_the_mean_of_what_it_covers() -> None:
    wide = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    means = wide.reshape(16, 4, 16, 4, 3).mean((1, 3))
    done = np.asarray(fitted(Image.fromarray(wide), 16), float)
    assert np.abs(done - means).max() <= 1


def test_every_level_comes_back() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    picture = Image.fromarray(np.stack([levels, levels.T, 255 - levels], -1))
    array = to_array(picture)
    assert (array.dtype, array.shape, array.min(), array.max()) == (np.float32, (3, 16, 16), -1, 1)
    assert to_image(array).tobytes() == picture.tobytes()


def test_an_array_looks_as_the_engine_shows_it() -> None:
    x = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert to_image(x[0].numpy()).tobytes() == images(x)[0].tobytes()
