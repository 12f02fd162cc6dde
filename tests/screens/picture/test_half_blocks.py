"""Pixels come back from the escape sequences that a line writes, and from its segments."""

import os
import re

import pyte
import pytest
from PIL import Image
from rich.color import Color
from rich.console import Console
from rich.style import Style

from screens.picture.color_encoding import BASIC, INDEXED, TRUECOLOR, encoding_for
from screens.picture.half_blocks import HALF, Margin, half_blocks, shades

NONE = Margin(0, 0, Style())
CONSOLES = {name: Console(color_system=name, force_terminal=True) for name in ("truecolor", "256")}


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def drawn(strips, console=CONSOLES["truecolor"]) -> Image.Image:
    """What a terminal shows of exact half-blocks, decoded by pyte."""
    width = strips[0].cell_length
    screen = pyte.Screen(width, len(strips))
    pyte.Stream(screen).feed("\r\n".join(s.render(console) for s in strips))
    image = Image.new("RGB", (width, len(strips) * 2))
    for y in range(len(strips)):
        for x in range(width):
            cell = screen.buffer[y][x]
            low = cell.fg if cell.data == HALF else cell.bg
            image.putpixel((x, 2 * y), tuple(bytes.fromhex(cell.bg)))
            image.putpixel((x, 2 * y + 1), tuple(bytes.fromhex(low)))
    return image


@pytest.mark.parametrize("size", [(40, 40), (1, 2), (7, 4)])
def test_noise_comes_back_exactly(size):
    image = noise(*size)
    assert drawn(half_blocks(image, TRUECOLOR, NONE)).tobytes() == image.tobytes()


def test_few_colours_come_back_exactly():
    """Runs of equal pixels take the paths that leave colours out."""
    image = noise(3, 3).resize((30, 30), Image.Resampling.NEAREST)
    assert drawn(half_blocks(image, TRUECOLOR, NONE)).tobytes() == image.tobytes()


def test_flat_areas_cost_a_byte_a_cell():
    strip = half_blocks(Image.new("RGB", (60, 2), "navy"), TRUECOLOR, NONE)[0]
    assert len(strip.render(CONSOLES["truecolor"])) < 60 + 30


@pytest.mark.parametrize("one", [TRUECOLOR, INDEXED, BASIC])
def test_segments_say_the_same_as_sequences(one):
    image = noise(6, 2)
    strip = half_blocks(image, one, Margin(2, 1, Style()))[0]
    cells = [(char, seg.style) for seg in strip for char in seg.text]
    assert len(cells) == strip.cell_length == 9
    pixels = one.pixels(image)
    for x, (_, style) in enumerate(cells[2:-1]):
        at = x * one.depth
        under = at + 6 * one.depth
        assert style.bgcolor == one.color(pixels[at : at + one.depth])
        assert style.color == one.color(pixels[under : under + one.depth])


def test_cropped_and_divided_strips_keep_their_pixels():
    image = noise(10, 2)
    strip = half_blocks(image, TRUECOLOR, NONE)[0]
    crop = drawn([strip.crop(3, 8)])
    assert crop.tobytes() == image.crop((3, 0, 8, 2)).tobytes()
    left, right = strip.divide([4, 10])
    assert drawn([left]).tobytes() == image.crop((0, 0, 4, 2)).tobytes()
    assert drawn([right]).tobytes() == image.crop((4, 0, 10, 2)).tobytes()


def test_margins_are_the_ground():
    ground = Style(bgcolor="#123456")
    strip = half_blocks(noise(2, 2), TRUECOLOR, Margin(3, 4, ground))[0]
    assert strip.cell_length == 9
    screen = pyte.Screen(9, 1)
    pyte.Stream(screen).feed(strip.render(CONSOLES["truecolor"]))
    assert [screen.buffer[0][x].bg for x in (0, 2, 5, 8)] == ["123456"] * 4


def test_256_colours_never_use_the_sixteen_that_themes_change():
    text = "".join(s.render(CONSOLES["256"]) for s in half_blocks(noise(40, 40), INDEXED, NONE))
    numbers = {int(n) for n in re.findall(r"[34]8;5;(\d+)", text)}
    assert numbers
    assert min(numbers) >= 16
    assert "38;2;" not in text


@pytest.mark.parametrize("number", [16, 21, 46, 196, 226, 231, 232, 244, 255])
def test_a_fixed_colour_stays_itself(number):
    rgb = Color.from_ansi(number).get_truecolor()
    found = INDEXED.pixels(Image.new("RGB", (1, 1), tuple(rgb)))[0]
    gap = max(abs(a - b) for a, b in zip(Color.from_ansi(found).get_truecolor(), rgb, strict=True))
    assert gap <= 8  # 32 levels a channel: a near twin, such as 244 and 102, may win


def test_greys_stay_grey_and_hues_stay_hues():
    for level in range(256):
        r, g, b = Color.from_ansi(_number((level,) * 3)).get_truecolor()
        assert max(r, g, b) - min(r, g, b) <= 0
        assert abs(r - level) <= 12
    red, green, blue = Color.from_ansi(_number((180, 100, 100))).get_truecolor()
    assert red > green
    assert red > blue


def _number(rgb: tuple[int, int, int]) -> int:
    return INDEXED.pixels(Image.new("RGB", (1, 1), rgb))[0]


def test_sixteen_colours_stay_sixteen():
    numbers = set(BASIC.pixels(noise(40, 40)))
    assert len(numbers) > 8
    assert max(numbers) <= 15


def test_encoding_for_what_rich_calls_a_terminal():
    assert encoding_for("truecolor") is TRUECOLOR
    assert encoding_for("256") is INDEXED
    assert encoding_for("standard") is BASIC
    assert encoding_for(None) is None


def test_shades_without_any_colour():
    image = Image.new("RGB", (5, 2))
    image.putdata([(v, v, v) for v in (0, 60, 128, 190, 255)] * 2)
    (strip,) = shades(image, Margin(1, 2, Style()))
    assert strip.text == "  ░▒▓█  "
    assert strip.cell_length == 8
