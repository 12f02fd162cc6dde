"""Where a picture lies, and what its pixels are at that size."""

import itertools

import pytest
from PIL import Image

from screens.picture.fit import Box, box, scaled


@pytest.mark.parametrize(
    ("picture", "cells", "expected"),
    [
        ((64, 64), (40, 20), Box(0, 0, 40, 40)),
        ((64, 64), (80, 20), Box(20, 0, 40, 40)),
        ((64, 64), (20, 40), Box(0, 30, 20, 20)),
        ((64, 32), (40, 20), Box(0, 10, 40, 20)),
        ((32, 64), (40, 20), Box(10, 0, 20, 40)),
        ((64, 64), (33, 40), Box(0, 24, 32, 32)),
        ((64, 64), (0, 20), Box(0, 0, 0, 0)),
        ((64, 64), (20, 0), Box(0, 0, 0, 0)),
        ((1000, 1), (40, 20), Box(0, 18, 40, 2)),
        ((1, 1000), (40, 20), Box(19, 0, 1, 40)),
    ],
)
def test_box(picture, cells, expected):
    assert box(picture, cells) == expected


def test_box_is_whole_cells_inside_the_room():
    for columns, lines in itertools.product(range(1, 50), range(1, 30)):
        left, top, width, height = box((64, 64), (columns, lines))
        assert 0 <= left <= left + width <= columns
        assert 0 <= top <= top + height <= lines * 2
        assert top % 2 == height % 2 == 0
        assert abs(width - height) <= 1


def test_stage_two_lies_where_stage_one_lay():
    assert box((32, 32), (57, 23)) == box((64, 64), (57, 23)) == box((256, 256), (57, 23))


def test_whole_factor_is_nearest_neighbour():
    small = Image.effect_noise((8, 8), 90).convert("RGB")
    large = scaled(small, (24, 24))
    assert all(
        large.getpixel((x, y)) == small.getpixel((x // 3, y // 3))
        for x in range(24)
        for y in range(24)
    )


def test_pixels_keep_one_size_between_whole_factors():
    stripes = Image.new("L", (4, 1))
    stripes.putdata([0, 255, 0, 255])
    row = [scaled(stripes, (6, 2)).getpixel((x, 0))[0] for x in range(6)]
    assert row == [0, 128, 255, 0, 128, 255]


def test_down_is_smooth():
    checks = Image.new("L", (64, 64))
    checks.putdata([255 * ((x + y) % 2) for y in range(64) for x in range(64)])
    inner = scaled(checks, (16, 16)).convert("L").crop((2, 2, 14, 14))
    low, high = inner.getextrema()
    assert 110 < low <= high < 145


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_any_mode_becomes_rgb(mode):
    assert scaled(Image.new(mode, (4, 4)), (8, 8)).mode == "RGB"
