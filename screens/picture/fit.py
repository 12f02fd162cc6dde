"""Where a picture lies in its room, its pixels there, and which part is looked at. Pure."""

import math
from typing import NamedTuple

from PIL import Image

Size = tuple[int, int]
SQUARE_CELL: Size = (1, 2)
"""A cell of half-blocks, in its own pixels."""
ZOOMS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
LEAST = 4
"""Pixels of the shorter side that are seen at the closest."""
STEP = 0.25
"""Of what is seen, by which it moves."""


class Box(NamedTuple):
    """A rectangle in half-cells: one is a column wide and half a line high, so it is square."""

    left: int
    top: int
    width: int
    height: int


def box(picture: Size, cells: Size) -> Box:
    """The largest centred rectangle of the picture's aspect in ``cells`` (columns, lines).

    It depends on the aspect alone, so a stage that enlarges the picture does not move it; its top
    and its height are even, so that it begins and ends with a whole cell. Empty where no room is.
    """
    columns, lines = cells
    wide, high = picture
    if min(columns, lines, wide, high) < 1:
        return Box(0, 0, 0, 0)
    height = min(lines, max(1, columns * high // wide // 2)) * 2
    width = min(columns, max(1, round(height * wide / high)))
    return Box((columns - width) // 2, (lines * 2 - height) // 4 * 2, width, height)


def fitted(picture: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the picture's aspect in ``room``, in pixels."""
    factor = min(room[0] / picture[0], room[1] / picture[1])
    width, height = (max(1, round(side * factor)) for side in picture)
    return min(width, room[0]), min(height, room[1])


def scaled(image: Image.Image, size: Size) -> Image.Image:
    """The picture at ``size``, RGB: Lanczos down; up by pixels that are all the same size.

    A whole factor is nearest neighbour. Between two whole factors nearest would make some pixels
    twice as wide as their neighbours, so there each output pixel is the mean of what it covers.
    """
    image = image.convert("RGB")
    if image.width >= size[0] and image.height >= size[1]:
        return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
    factor = math.ceil(max(size[0] / image.width, size[1] / image.height))
    large = image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)
    return large if large.size == size else large.resize(size, Image.Resampling.BOX)


class Viewport(NamedTuple):
    """``zoom`` 1 is the whole picture; ``x`` and ``y`` are the middle of the part, 0 to 1."""

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5
    smooth: bool = False

    def zoomed(self, by: int, picture: Size) -> "Viewport":
        """Closer (1) or farther (-1), as far as a picture of that size allows."""
        allowed = [z for z in ZOOMS if z == 1 or min(picture) / z >= LEAST]
        at = min(range(len(allowed)), key=lambda n: abs(allowed[n] - self.zoom)) + by
        return self._replace(zoom=allowed[max(0, min(at, len(allowed) - 1))])._inside()

    def moved(self, right: int, down: int) -> "Viewport":
        """A quarter of what is seen to the right and down, not beyond the picture's edge."""
        by = STEP / self.zoom
        return self._replace(x=self.x + right * by, y=self.y + down * by)._inside()

    def box(self, picture: Size) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the part, in pixels of the picture."""
        wide, high = picture[0] / self.zoom, picture[1] / self.zoom
        left, top = self.x * picture[0] - wide / 2, self.y * picture[1] - high / 2
        return (
            max(0.0, left),
            max(0.0, top),
            min(picture[0], left + wide),
            min(picture[1], top + high),
        )

    def of(self, image: Image.Image, size: Size) -> Image.Image:
        """The part of an RGB picture, ``size`` pixels large. What is made smaller is smooth."""
        box = self.box(image.size)
        smaller = box[2] - box[0] > size[0] or box[3] - box[1] > size[1]
        way = Image.Resampling.LANCZOS if self.smooth or smaller else Image.Resampling.NEAREST
        return image.resize(size, way, box=box)

    def said(self, picture: Size) -> str:
        """``64 × 64 · ×4 · smooth``."""
        words = [f"{picture[0]} × {picture[1]}"]
        if self.zoom > 1:
            words.append(f"×{self.zoom:g}")
        return " · ".join(["", *words, "smooth" if self.smooth else "sharp"]).removeprefix(" ")

    def _inside(self) -> "Viewport":
        half = 0.5 / self.zoom
        x, y = (max(half, min(1 - half, middle)) for middle in (self.x, self.y))
        return self._replace(x=x, y=y)
