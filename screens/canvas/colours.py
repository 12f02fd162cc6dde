"""Sixteen colours to draw with, and any other by what a person types."""

import re
from contextlib import suppress

from PIL import ImageColor

from engine.errors import BadInput

Colour = tuple[int, ...]
"""One level of 0 to 255 for each band of the picture that is drawn on: three for RGB."""

PALETTE: dict[str, Colour] = {
    "white": (255, 255, 255),
    "silver": (184, 188, 194),
    "grey": (104, 108, 116),
    "black": (0, 0, 0),
    "brown": (112, 68, 36),
    "skin": (236, 190, 150),
    "red": (204, 36, 32),
    "orange": (242, 132, 36),
    "yellow": (250, 216, 56),
    "lime": (142, 198, 60),
    "forest": (36, 104, 48),
    "teal": (32, 156, 152),
    "sky": (126, 190, 240),
    "blue": (36, 76, 184),
    "purple": (122, 60, 152),
    "pink": (244, 150, 180),
}
WHITE, BLACK = PALETTE["white"], PALETTE["black"]


def parse(text: str) -> Colour:
    """The colour that ``text`` names: #rrggbb, rgb(…), hsl(…), or a name of ours or of CSS.

    Raises :class:`BadInput` in one line for anything else.
    """
    said = text.strip().lower()
    if said in PALETTE:
        return PALETTE[said]
    found: Colour = ()
    with suppress(ValueError):
        found = ImageColor.getrgb(f"#{said}" if re.fullmatch("[0-9a-f]{6}", said) else said)
    if len(found) != 3 or max(found) > 255:
        raise BadInput(f"no colour {text!r}: use #rrggbb, rgb(255, 128, 0) or a name such as teal")
    return found


def name(colour: Colour) -> str:
    """Its name in the palette, or #rrggbb."""
    known = next((name for name, value in PALETTE.items() if value == colour), "")
    return known or "#" + "".join(f"{level:02x}" for level in colour)


def contrast(colour: Colour) -> Colour:
    """Black on what is light, white on what is dark: seen on any colour."""
    red, green, blue = colour
    return BLACK if 299 * red + 587 * green + 114 * blue > 127_500 else WHITE
