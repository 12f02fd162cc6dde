"""What a tool touches: mode L pictures, 255 where it does and 0 elsewhere. Pure.

Points are (x, y) in pixels from the top left. They may lie outside; only what is inside is touched.
"""

from collections.abc import Iterator, Sequence
from functools import cache, reduce

from PIL import Image, ImageChops, ImageDraw, ImageOps

Point = tuple[int, int]
Size = tuple[int, int]
TOUCHED, JOINED = 255, 128


@cache
def tip(size: int, round_: bool) -> Image.Image:
    """The end of a brush, ``size`` pixels across."""
    if not round_ or size < 3:
        return Image.new("L", (size, size), TOUCHED)
    return ellipse((size, size), (0, 0), (size - 1, size - 1))


def path(start: Point, end: Point) -> Iterator[Point]:
    """Every pixel from ``start`` to ``end``, each a neighbour of the one before (Bresenham)."""
    (x, y), (right, down) = start, (end[0] - start[0], end[1] - start[1])
    steps = max(abs(right), abs(down))
    yield start
    for n in range(1, steps + 1):
        yield x + _rounded(right * n, steps), y + _rounded(down * n, steps)


def line(size: Size, start: Point, end: Point, point: Image.Image) -> Image.Image:
    """A brush drawn straight from ``start`` to ``end``; ``point`` is its :func:`tip`."""
    stencil = Image.new("L", size)
    back = (point.width - 1) // 2
    for x, y in path(start, end):
        stencil.paste(TOUCHED, (x - back, y - back), point)
    return stencil


def rectangle(size: Size, start: Point, end: Point, width: int = 0) -> Image.Image:
    """Between two corners: filled, or with an edge of ``width`` pixels inwards."""
    left, top, right, bottom = _box(start, end)
    stencil = Image.new("L", size)
    stencil.paste(TOUCHED, (left, top, right + 1, bottom + 1))
    inner = (left + width, top + width, right + 1 - width, bottom + 1 - width)
    if width and inner[0] < inner[2] and inner[1] < inner[3]:
        stencil.paste(0, inner)  # Pillow's own wide outlines leave their box
    return stencil


def ellipse(size: Size, start: Point, end: Point, width: int = 0) -> Image.Image:
    """The one that fits between two corners: filled, or with an edge of ``width`` inwards."""
    if start == end:  # Pillow draws none
        return rectangle(size, start, end)
    stencil = Image.new("L", size)
    inner = None if width else TOUCHED
    ImageDraw.Draw(stencil).ellipse(_box(start, end), inner, TOUCHED, max(1, width))
    return stencil


def polygon(size: Size, corners: Sequence[Point]) -> Image.Image:
    """What lies between its corners, in their order; a line where there are only two."""
    stencil = Image.new("L", size)
    if len(set(corners)) < 3:
        return line(size, corners[0], corners[-1], tip(1, False))
    ImageDraw.Draw(stencil).polygon(corners, TOUCHED, TOUCHED)
    return stencil


def region(image: Image.Image, at: Point, tolerance: int = 0) -> Image.Image:
    """The pixels joined to ``at`` by their sides whose colours are like its own.

    Like: no band differs by more than ``tolerance`` (0 to 255). Nothing where ``at`` is outside.
    """
    if not inside(image.size, at):
        return Image.new("L", image.size)
    ground = Image.new(image.mode, image.size, image.getpixel(at))
    bands = ImageChops.difference(image, ground).split()
    like = [band.point(lambda gap: TOUCHED if gap <= tolerance else 0) for band in bands]
    joined = reduce(ImageChops.darker, like)
    ImageDraw.floodfill(joined, at, JOINED)
    return joined.point(lambda value: TOUCHED if value == JOINED else 0)


def both(one: Image.Image, other: Image.Image) -> Image.Image:
    """What either of them touches."""
    return ImageChops.lighter(one, other)


def mirrored(stencil: Image.Image) -> Image.Image:
    """What it touches, and the same with left and right exchanged."""
    return both(stencil, ImageOps.mirror(stencil))


def inside(size: Size, at: Point) -> bool:
    """Whether a picture of ``size`` has a pixel there."""
    return 0 <= at[0] < size[0] and 0 <= at[1] < size[1]


def _box(start: Point, end: Point) -> tuple[int, int, int, int]:
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(start, end, strict=True))
    return left, top, right, bottom


def _rounded(numerator: int, denominator: int) -> int:
    """To the nearest whole number, halves away from zero: left and right are drawn alike."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole
