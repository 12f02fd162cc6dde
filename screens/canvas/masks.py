"""What is done to a mask as a whole, the masks that are ready made, and the ways to show one. Pure.

A mask is a picture of mode L: 255 is replaced, 0 stays, what lies between blends. Every function
of a mask returns a new one of the same size.
"""

from collections.abc import Callable

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from screens.canvas import stencils
from screens.canvas.colours import BLACK, WHITE, Colour
from screens.canvas.stencils import Point, Size

REPLACED = 255


def grow(mask: Image.Image) -> Image.Image:
    """One pixel more on every side, the diagonal ones too."""
    return mask.filter(ImageFilter.MaxFilter(3))


def shrink(mask: Image.Image) -> Image.Image:
    """One pixel less on every side, but for those that are the picture's own."""
    return mask.filter(ImageFilter.MinFilter(3))


def feather(mask: Image.Image) -> Image.Image:
    """A softer border: blurred with a sigma of one pixel, once more each time."""
    return mask.filter(ImageFilter.GaussianBlur(1))


def invert(mask: Image.Image) -> Image.Image:
    """What was replaced stays, and the other way round."""
    return ImageOps.invert(mask)


def wand(
    mask: Image.Image, picture: Image.Image, at: Point, tolerance: int, level: int = REPLACED
) -> Image.Image:
    """``level`` where the picture is joined to ``at`` by colours like its own.

    Like: no band differs by more than ``tolerance`` (0 to 255). Both are of one size.
    """
    changed = mask.copy()
    changed.paste(level, (0, 0), stencils.region(picture, at, tolerance))
    return changed


def edge(mask: Image.Image) -> Image.Image:
    """The outermost pixels of what is at least half replaced, 255 on 0."""
    whole = mask.point(lambda level: REPLACED if level > 127 else 0)
    around = ImageOps.expand(whole, 1).filter(ImageFilter.MinFilter(3))
    return ImageChops.subtract(whole, ImageOps.crop(around, 1))


def share(mask: Image.Image) -> float:
    """How much of the picture is replaced, 0 to 1."""
    levels = mask.histogram()
    return sum(level * count for level, count in enumerate(levels)) / (255 * sum(levels))


def legend(mask: Image.Image) -> str:
    """What white means, and how much of the picture is."""
    return f"white = replace · {share(mask):.0%}"


def centre(size: Size) -> Image.Image:
    """The square in the middle, half as wide and high."""
    (width, height) = size
    return _block(size, width // 4, height // 4, width - width // 4, height - height // 4)


def left_half(size: Size) -> Image.Image:
    """Everything left of the middle."""
    return _block(size, 0, 0, size[0] // 2, size[1])


def border(size: Size) -> Image.Image:
    """An eighth along each side, for pictures that go on beyond what they show."""
    (wide, high) = (max(1, side // 8) for side in size)
    return invert(_block(size, wide, high, size[0] - wide, size[1] - high))


PRESETS: dict[str, Callable[[Size], Image.Image]] = {
    "centre square": centre,
    "left half": left_half,
    "border, for outpainting": border,
}


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
    return Image.composite(line, picture, edge(mask))


def region(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """What is replaced alone; of the rest only a shadow."""
    return Image.composite(picture, ImageEnhance.Brightness(picture).enhance(0.12), mask)


LOOKS: dict[str, Callable[[Image.Image, Image.Image], Image.Image]] = {
    "tint": tint,
    "outline": outline,
    "region to replace": region,
}
"""From an RGB picture and a mask of its size to an RGB picture of both."""


def next_look(name: str) -> str:
    """The way to show a mask that comes after one."""
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


def _block(size: Size, left: int, top: int, right: int, bottom: int) -> Image.Image:
    mask = Image.new("L", size)
    mask.paste(REPLACED, (left, top, right, bottom))
    return mask
