"""A picture as lines of half-blocks: two pixels a cell."""

from collections.abc import Iterator
from itertools import groupby
from operator import ne
from typing import NamedTuple

from PIL import Image
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.picture.color_encoding import ColorEncoding
from screens.picture.textual_private import color_system

HALF = "▄"
SHADES = " ░▒▓█"

Cell = tuple[bytes, bytes]
"""The upper pixel, drawn as the background, and the lower one, drawn as the foreground."""


class Margin(NamedTuple):
    """Empty cells on both sides of a picture, and how they look."""

    left: int
    right: int
    ground: Style


class HalfBlocks(Strip):
    """A line that writes its own escape sequences.

    A style object for each cell costs 30 times as much as its text, and on noise no two cells are
    alike; so the segments that other strips are made of exist here only when something asks for
    them: a filter, a crop under another widget, a screenshot.
    """

    __slots__ = ("_cells", "_encoding", "_made", "_margin")

    def __init__(self, cells: list[Cell], encoding: ColorEncoding, margin: Margin) -> None:
        self._cells, self._encoding, self._margin = cells, encoding, margin
        self._made: list[Segment] | None = None
        super().__init__((), margin.left + len(cells) + margin.right)

    @property
    def _segments(self) -> list[Segment]:
        if self._made is None:
            self._made = [*self._edge(self._margin.left), *self._runs()]
            self._made += self._edge(self._margin.right)
        return self._made

    @_segments.setter
    def _segments(self, _: list[Segment]) -> None:
        """The base class assigns an empty list; the real one is made when asked for."""

    def render(self, console: Console) -> str:
        """The line as escape sequences, colours written only where they change."""
        system = color_system(console) or ColorSystem.TRUECOLOR
        left, right = (
            "".join(self.render_style(s.style or Style(), s.text, system) for s in self._edge(n))
            for n in (self._margin.left, self._margin.right)
        )
        return f"{left}{''.join(_written(self._cells, self._encoding))}\x1b[0m{right}"

    def changed(self, before: "HalfBlocks") -> str:
        """What makes the picture's cells in ``before`` these, written from the first of them."""
        alike = before._encoding is self._encoding and len(before._cells) == len(self._cells)
        old = before._cells if alike else [None] * len(self._cells)
        parts: list[str] = []
        at = here = 0
        for differs, run in groupby(map(ne, old, self._cells)):
            end = at + len(list(run))
            if differs:
                parts.append(f"\x1b[{at - here}C" if at > here else "")
                parts += _written(self._cells[at:end], self._encoding)
                here = end
            at = end
        return "".join(parts)

    def _edge(self, width: int) -> list[Segment]:
        return [Segment(" " * width, self._margin.ground)] if width else []

    def _runs(self) -> Iterator[Segment]:
        color = self._encoding.color
        for (top, low), run in groupby(self._cells):
            text = (HALF if low != top else " ") * len(list(run))
            yield Segment(text, Style.from_color(color(low), color(top)))


def _written(cells: list[Cell], encoding: ColorEncoding) -> Iterator[str]:
    fore, back = encoding.fore, encoding.back
    upper = lower = b""
    for top, low in cells:
        draws = low != top
        text = HALF if draws else " "
        if draws and low != lower:
            lower = low
            set_back = "" if top == upper else f"{back(top)};"
            upper = top
            yield f"\x1b[{set_back}{fore(low)}m{text}"
        elif top != upper:
            upper = top
            yield f"\x1b[{back(top)}m{text}"
        else:
            yield text


def half_blocks(image: Image.Image, encoding: ColorEncoding, margin: Margin) -> list[Strip]:
    """An RGB picture of even height, one strip for each two rows of pixels."""
    data, depth, stride = encoding.pixels(image), encoding.depth, image.width * encoding.depth
    rows = [
        [data[at : at + depth] for at in range(start, start + stride, depth)]
        for start in range(0, len(data), stride)
    ]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return [HalfBlocks(list(zip(top, low, strict=True)), encoding, margin) for top, low in pairs]


def shades(image: Image.Image, margin: Margin) -> list[Strip]:
    """Lightness alone, as blocks of five densities: for terminals without colours."""
    width, height = image.size
    grey = image.convert("L").resize((width, height // 2), Image.Resampling.BOX).tobytes()
    text = "".join(SHADES[value * len(SHADES) // 256] for value in grey)
    whole = margin.left + width + margin.right
    lines = (text[at : at + width] for at in range(0, len(text), width))
    return [
        Strip([Segment((" " * margin.left + line).ljust(whole), margin.ground)], whole)
        for line in lines
    ]
