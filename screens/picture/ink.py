"""From pixels to terminal colours: exact, the 240 fixed colours, or none at all. Pure."""

from collections.abc import Callable
from functools import lru_cache

from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Paint = Callable[[Image.Image], list[list[Segment]]]
"""Draws an RGB picture (width, 2 * lines) as one list of segments a line, ``width`` cells each."""

HALF = "▄"


def truecolor(image: Image.Image) -> list[list[Segment]]:
    """Two exact pixels a cell: the upper is the cell's background, the lower its foreground."""
    return _half_blocks(image.tobytes(), image.size, 3, _rgb_style)


def _half_blocks(
    data: bytes, size: tuple[int, int], depth: int, style: Callable[[bytes, bytes], Style]
) -> list[list[Segment]]:
    width, height = size
    stride = width * depth
    rows = [data[at : at + stride] for at in range(0, height * stride, stride)]
    cells = [
        [(top[i : i + depth], low[i : i + depth]) for i in range(0, stride, depth)]
        for top, low in zip(rows[::2], rows[1::2], strict=True)
    ]
    return [[_cell(pair, style) for pair in line] for line in cells]


def _cell(pair: tuple[bytes, bytes], style: Callable[[bytes, bytes], Style]) -> Segment:
    return Segment(HALF if pair[0] != pair[1] else " ", style(*pair))


@lru_cache(8192)
def _rgb_style(top: bytes, low: bytes) -> Style:
    return Style.from_color(Color.from_rgb(*low), Color.from_rgb(*top))


def strip(segments: list[Segment], width: int) -> Strip:
    """A line of known width."""
    return Strip(segments, width)
