"""Where a picture lies in its room, and its pixels at that size. Pure."""

import math
from typing import NamedTuple

from PIL import Image

Size = tuple[int, int]
SQUARE_CELL: Size = (1, 2)
"""A cell of half-blocks, in its own pixels."""


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
