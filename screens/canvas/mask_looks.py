"""Ways to show a mask over its picture. Pure."""

from collections.abc import Callable

from PIL import Image, ImageEnhance

from screens.canvas import masks
from screens.canvas.colours import BLACK, WHITE, Colour

TINT: Colour = (255, 0, 96)
DEPTH = 0.6
"""How much of the tint is seen where all is replaced."""


def tint(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """A colour over what is replaced, deeper where more of it is."""
    colour = Image.new("RGB", picture.size, TINT)
    return Image.composite(colour, picture, mask.point(lambda level: round(DEPTH * level)))


def outline(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """A line of black and white pixels in turn around what is replaced."""
    line = Image.new("RGB", picture.size, BLACK)
    line.paste(WHITE, mask=_chequered(picture.size))
    return Image.composite(line, picture, masks.edge(mask))


def region(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """What is replaced alone; of the rest only a shadow."""
    return Image.composite(picture, ImageEnhance.Brightness(picture).enhance(0.12), mask)


LOOKS: dict[str, Callable[[Image.Image, Image.Image], Image.Image]] = {
    "tint": tint,
    "outline": outline,
    "region to replace": region,
}
"""From an RGB picture and a mask of its size to an RGB picture of both."""


def after(name: str) -> str:
    """The next way."""
    names = list(LOOKS)
    return names[(names.index(name) + 1) % len(names)] if name in LOOKS else names[0]


def _chequered(size: tuple[int, int]) -> Image.Image:
    tile = Image.new("L", (2, 2))
    tile.putpixel((0, 0), 255)
    tile.putpixel((1, 1), 255)
    board = Image.new("L", size)
    for top in range(0, size[1], 2):
        for left in range(0, size[0], 2):
            board.paste(tile, (left, top))
    return board
