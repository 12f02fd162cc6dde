"""Sixels decode to the picture, enlarged, in its own palette, and never leave their box."""

import re

import numpy as np
import pytest
from PIL import Image

from screens.picture.encode.sixel import LIMIT, drawn, sixel, snug
from screens.picture.quality import reduced
from tests.screens.picture.encode.noise import noise, smooth, x_t
from tests.support.terminal.decoders import sixel as decode

ROUNDING = 2
"""Colours go in percent: a step of 2.55."""


def nearest(image: Image.Image, width: int, height: int) -> np.ndarray:
    """The picture enlarged: pixel x reaches from ⌊x·width/columns⌋ to where the next begins."""
    pixels = np.asarray(image)
    columns, rows = image.size
    widths = np.diff(np.arange(columns + 1) * width // columns)
    heights = np.diff(np.arange(rows + 1) * height // rows)
    return pixels.repeat(heights, 0).repeat(widths, 1).astype(int)


@pytest.mark.parametrize("box", [(400, 400), (384, 384), (400, 397), (800, 400), (64, 64)])
@pytest.mark.parametrize("colours", [2, 16, 64, 256])
@pytest.mark.parametrize("make", [noise, x_t, smooth])
def test_pixels_come_back_enlarged(make, colours, box):
    image = make(64)
    found = np.asarray(decode.decoded(sixel(image, *box, colours)), int)
    told = nearest(reduced(image, colours).convert("RGB"), *box)
    assert found.shape == (box[1], box[0], 4)
    assert (found[..., 3] == 255).all()
    assert abs(found[..., :3] - told).max() <= ROUNDING


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (13, 7)])
@pytest.mark.parametrize("box", [(200, 200), (201, 205), (1000, 211)])
def test_any_shape_of_picture_and_box(size, box):
    image = noise(*size)
    found = np.asarray(decode.decoded(sixel(image, *box)), int)
    assert abs(found[..., :3] - nearest(reduced(image, 256).convert("RGB"), *box)).max() <= ROUNDING


@pytest.mark.parametrize("box", [(5, 4), (1, 1), (50, 3), (7, 300)])
def test_a_picture_larger_than_its_box_is_averaged_down(box):
    image = decode.decoded(sixel(noise(64), *box, 256))
    assert image.size == box
    assert image.getextrema()[3] == (255, 255)


def test_equal_pixels_above_each_other_are_painted_at_once():
    assert len(sixel(Image.new("RGB", (256, 256), "teal"), 400, 400)) < 700


def test_a_rows_bytes_go_with_its_pixels_not_with_the_box():
    small, large = (len(sixel(noise(64), n, n)) for n in (384, 384 * 2))
    assert large < 2.4 * small


@pytest.mark.parametrize("colours", [16, 64, 256])
def test_registers_are_no_more_than_asked(colours):
    data = sixel(noise(128), 400, 400, colours)
    assert len(set(re.findall(rb"#(\d+);2;", data))) <= colours


def test_one_megabyte_is_never_passed():
    assert LIMIT == 1_000_000
    assert len(sixel(noise(600), 600, 600)) <= LIMIT


@pytest.mark.parametrize("limit", [80_000, 40_000, 5_000])
def test_what_would_be_too_long_has_fewer_colours_and_then_fewer_pixels(monkeypatch, limit):
    monkeypatch.setattr("screens.picture.encode.sixel.LIMIT", limit)
    data = sixel(noise(150), 150, 150)
    assert limit / 8 < len(data) <= limit
    assert decode.decoded(data).size == (150, 150)


def test_drawn_at_a_cell_in_one_go():
    data = sixel(noise(8), 40, 40)
    sent = drawn(data, 4, 2)
    assert sent.startswith(b"\x1b[?2026h\x1b7\x1b[3;5H\x1bP")
    assert sent.endswith(b"\x1b\\\x1b8\x1b[?2026l")
    (found,) = decode.drawn(b"text" + sent + b"more")
    assert (found.column, found.line) == (4, 2)
    assert found.image.tobytes() == decode.decoded(data).tobytes()


def test_the_last_line_ends_without_a_new_band():
    """A new band at the end would scroll a screen whose last line it touches."""
    assert sixel(noise(8), 48, 48)[-3:-2] not in (b"-", b"$")


@pytest.mark.parametrize(
    ("picture", "room", "size"),
    [
        ((64, 64), (400, 400), (384, 384)),
        ((64, 64), (800, 810), (768, 768)),
        ((64, 64), (200, 200), (192, 192)),
        ((32, 16), (400, 200), (384, 192)),
        ((64, 64), (360, 360), (360, 360)),
        ((256, 256), (400, 400), (400, 400)),
        ((256, 256), (100, 100), (100, 100)),
    ],
)
def test_a_snug_size_has_equal_pixels_or_is_all_the_room(picture, room, size):
    assert snug(picture, room) == size


def test_a_snug_size_saves_bytes():
    assert len(sixel(noise(64), 384, 384)) < 0.62 * len(sixel(noise(64), 400, 400))


def test_parts_of_a_reduced_picture_keep_its_palette():
    whole = reduced(noise(64), 16)
    told = np.asarray(whole.convert("RGB"), int)
    found = decode.decoded(sixel(whole.crop((0, 32, 64, 64)), 64, 32, 64)).convert("RGB")
    assert abs(np.asarray(found, int) - told[32:]).max() <= ROUNDING
