"""A Textual screen as a PNG: every cell drawn exactly, half-blocks as the two pixels they are.

The SVG export leaves half-blocks to a font, which puts gaps between them; here they are filled
rectangles. Used for the README's pictures.
"""

import unicodedata
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.terminal_theme import MONOKAI
from textual.app import App

CELL = (10, 20)
FONTS = (
    "DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/System/Library/Fonts/Menlo.ttc",
    "LiberationMono-Regular.ttf",
)
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
HALVES = {"▀": (0, 0, 1, 0.5), "▄": (0, 0.5, 1, 1), "█": (0, 0, 1, 1), "▌": (0, 0, 0.5, 1)}


def save(app: App[object], path: Path) -> None:
    """Draw the app's screen to ``path``, 10x20 pixels a cell."""
    size = app.size
    image = Image.new("RGB", (size.width * CELL[0], size.height * CELL[1]), "#101010")
    draw, font = ImageDraw.Draw(image), _font()
    for y, strip in enumerate(app.screen._compositor.render_strips(app.screen.size)):
        x = 0
        for segment in strip:
            x = _segment(draw, font, x, y, segment)
    image.save(path, optimize=True)


def _segment(
    draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, x: int, y: int, segment: Segment
) -> int:
    fore, back = _colours(segment)
    for letter in _letters(segment.text):
        _cell(draw, font, (x * CELL[0], y * CELL[1]), letter, (tuple(fore), tuple(back)))
        x += 1
    return x


def _letters(text: str) -> list[str]:
    """One string a cell: a combining mark belongs to the letter before it."""
    letters: list[str] = []
    for letter in text:
        if letters and unicodedata.combining(letter):
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


def _cell(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont,
    at: tuple[int, int],
    letter: str,
    colours: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    (left, top), (fore, back) = at, colours
    draw.rectangle((left, top, left + CELL[0] - 1, top + CELL[1] - 1), fill=back)
    if letter in HALVES:
        a, b, c, d = HALVES[letter]
        box = (left + a * CELL[0], top + b * CELL[1])
        draw.rectangle((*box, left + c * CELL[0] - 1, top + d * CELL[1] - 1), fill=fore)
        return
    if "\u2800" <= letter[0] <= "\u28ff":
        _dots(draw, (left, top), ord(letter) - 0x2800, fore)
        return
    for mark in letter if letter != " " else "":
        # marks lie over their letter by their own metrics; without shaping, that is a cell back
        shift = CELL[0] if unicodedata.combining(mark) else 0
        draw.text((left + shift, top + 2), mark, fill=fore, font=font)


def _dots(draw: ImageDraw.ImageDraw, at: tuple[int, int], dots: int, fill: tuple[int, ...]) -> None:
    """A braille cell: bits 0 to 2 and 6 are its left column, 3 to 5 and 7 its right."""
    for bit, (column, row) in enumerate(DOTS):
        if dots >> bit & 1:
            x, y = at[0] + column * CELL[0] // 2 + 1, at[1] + row * CELL[1] // 4 + 1
            draw.rectangle((x, y, x + 2, y + 2), fill=fill)


def _colours(segment: Segment) -> tuple[ColorTriplet, ColorTriplet]:
    style = segment.style
    if style is None:
        return MONOKAI.foreground_color, MONOKAI.background_color
    fore = style.color.get_truecolor(MONOKAI) if style.color else MONOKAI.foreground_color
    back = (
        style.bgcolor.get_truecolor(MONOKAI, False) if style.bgcolor else MONOKAI.background_color
    )
    return (back, fore) if style.reverse else (fore, back)


def _font() -> ImageFont.FreeTypeFont:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, 16)
        except OSError:
            continue
    raise SystemExit("no monospaced font found: install DejaVu Sans Mono")
