"""A part of a picture stays inside of it, however it is moved and zoomed."""

import random

import numpy as np
import pytest
from PIL import Image

from screens.picture.fit import Viewport

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8))


def test_the_whole_at_its_own_size_is_the_picture() -> None:
    assert Viewport().of(NOISE, NOISE.size).tobytes() == NOISE.tobytes()


def test_any_walk_stays_inside_and_keeps_the_aspect() -> None:
    draw, part = random.Random(1), Viewport()
    for _ in range(500):
        move = draw.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
        part = draw.choice([part.moved(*move), part.zoomed(draw.choice([-1, 1]), NOISE.size)])
        left, top, right, bottom = part.box(NOISE.size)
        assert 0 <= left < right <= 64
        assert 0 <= top < bottom <= 48
        assert (right - left) / (bottom - top) == pytest.approx(64 / 48)
        assert bottom - top >= 4


def test_closer_and_back_is_where_it_was() -> None:
    part = Viewport()
    for by in (1, 1, 1, -1, -1, -1):
        part = part.zoomed(by, NOISE.size)
    assert part == Viewport()


def test_sharp_pixels_are_those_of_the_picture_and_smooth_ones_are_not() -> None:
    part = Viewport(zoom=4)
    sharp, smooth = part.of(NOISE, (160, 120)), part._replace(smooth=True).of(NOISE, (160, 120))
    own = {tuple(pixel) for row in np.asarray(NOISE)[18:30, 24:40] for pixel in row}
    assert {tuple(pixel) for row in np.asarray(sharp) for pixel in row} == own
    assert not {tuple(pixel) for row in np.asarray(smooth) for pixel in row} <= own
    assert sharp.getpixel((0, 0)) == NOISE.getpixel((24, 18))


def test_what_is_made_smaller_is_never_sharp() -> None:
    checks = Image.fromarray((np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)).convert(
        "RGB"
    )
    low, high = Viewport().of(checks, (16, 16)).convert("L").crop((2, 2, 14, 14)).getextrema()
    assert 110 < low <= high < 145


def test_it_says_what_is_seen() -> None:
    assert Viewport().said((64, 48)) == "· 64 × 48 · sharp"
    assert Viewport(zoom=1.5, smooth=True).said((64, 48)) == "· 64 × 48 · ×1.5 · smooth"
