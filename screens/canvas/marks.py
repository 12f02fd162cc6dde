"""The cursor, drawn so that it is seen on any colour. Pure."""

from collections.abc import Iterator

from PIL import Image

from screens.canvas.colours import contrast
from screens.canvas.stencils import Point, inside

GAP = 2
"""Pixels from the edge of the brush to each arm of the cross around it."""


def cursor(image: Image.Image, at: Point, factor: int, size: int = 1) -> Image.Image:
    """A copy of an enlarged RGB picture with a cursor on the pixel whose top left is ``at``.

    Every second point of it and of the four arms around a brush of ``size`` is black on light and
    white on dark; the rest shows what is there.
    """
    marked = image.copy()
    for x, y in _points(at, factor, size):
        if inside(image.size, (x, y)):
            marked.putpixel((x, y), contrast(image.getpixel((x, y))))  # type: ignore[arg-type]
    return marked


def _points(at: Point, factor: int, size: int) -> Iterator[Point]:
    before, after = (factor * (half + GAP) for half in ((size - 1) // 2, size // 2))
    for right, down in ((0, 0), (-before, 0), (after, 0), (0, -before), (0, after)):
        for n in range(factor * factor):
            x, y = n % factor, n // factor
            if (x + y) % 2 == 0:
                yield at[0] + right + x, at[1] + down + y
