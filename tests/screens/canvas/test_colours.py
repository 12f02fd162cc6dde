"""Colours by name and number."""

import pytest
from PIL import Image

from engine.errors import BadInput
from screens.canvas.colours import BLACK, PALETTE, WHITE, contrast, name, parse
from screens.picture.color_encoding import INDEXED


def test_the_palettes_sixteen_stay_apart_in_256_colours() -> None:
    assert len(set(PALETTE.values())) == 16
    strip = Image.new("RGB", (16, 1))
    strip.putdata(list(PALETTE.values()))
    assert len(set(INDEXED.pixels(strip))) == 16


@pytest.mark.parametrize("colour", [*PALETTE.values(), (1, 2, 3)])
def test_a_name_means_its_colour(colour: tuple[int, int, int]) -> None:
    assert parse(name(colour)) == colour


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#ff8000", (255, 128, 0)),
        ("FF8000", (255, 128, 0)),
        ("#f80", (255, 136, 0)),
        ("rgb(255, 128, 0)", (255, 128, 0)),
        ("rgb(100%, 50%, 0%)", (255, 128, 0)),
        ("hsl(120, 100%, 50%)", (0, 255, 0)),
        (" DarkOrange ", (255, 140, 0)),
    ],
)
def test_any_colour_can_be_typed(text: str, colour: tuple[int, int, int]) -> None:
    assert parse(text) == colour


@pytest.mark.parametrize(
    "text", ["", "#12345", "rgb(300, 0, 0)", "#ff800080", "rgba(1,2,3,4)", "reddish", "12", "\n"]
)
def test_no_colour_is_one_clear_line(text: str) -> None:
    with pytest.raises(BadInput, match="use #rrggbb") as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_contrast_is_seen_on_any_colour() -> None:
    for level in range(256):
        shown = contrast((level, level, level))
        assert abs(shown[0] - level) >= 127
    assert contrast(PALETTE["yellow"]) == BLACK
    assert contrast(PALETTE["blue"]) == WHITE
