"""From pixels to a terminal's colours: exact, fixed, or none at all. Pure."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from PIL import Image
from rich.color import Color

from screens.picture.palette import FIXED, STANDARD, Palette


class ColorEncoding(NamedTuple):
    """One way to write colours: ``depth`` bytes a pixel, and what they mean.

    ``pixels`` gives the bytes of an RGB picture row by row, ``color`` the colour of one pixel,
    ``fore`` and ``back`` the parameters of the escape sequences that set it.
    """

    depth: int
    pixels: Callable[[Image.Image], bytes]
    color: Callable[[bytes], Color]
    fore: Callable[[bytes], str]
    back: Callable[[bytes], str]


def encoding_for(color_system: str | None) -> ColorEncoding | None:
    """The ink for Rich's name of what the terminal can; None where it has no colours."""
    known = {"truecolor": TRUECOLOR, "256": INDEXED, "standard": BASIC, "windows": BASIC}
    return known.get(color_system or "")


_LEVEL = [f";{level}" for level in range(256)]


def _exact_fore(pixel: bytes) -> str:
    return f"38;2{_LEVEL[pixel[0]]}{_LEVEL[pixel[1]]}{_LEVEL[pixel[2]]}"


def _exact_back(pixel: bytes) -> str:
    return f"48;2{_LEVEL[pixel[0]]}{_LEVEL[pixel[1]]}{_LEVEL[pixel[2]]}"


def _numbered(pixel: bytes) -> Color:
    return Color.from_ansi(pixel[0])


@cache
def _numbered_fore(pixel: bytes) -> str:
    return ";".join(_numbered(pixel).get_ansi_codes())


@cache
def _numbered_back(pixel: bytes) -> str:
    return ";".join(_numbered(pixel).get_ansi_codes(foreground=False))


def _indexed(palette: Palette) -> ColorEncoding:
    return ColorEncoding(1, palette.nearest, _numbered, _numbered_fore, _numbered_back)


def _exact(pixel: bytes) -> Color:
    return Color.from_rgb(*pixel)


TRUECOLOR = ColorEncoding(3, Image.Image.tobytes, _exact, _exact_fore, _exact_back)
INDEXED = _indexed(FIXED)
"""Not dithered, so that what stays the same from step to step looks the same."""
BASIC = _indexed(STANDARD)
