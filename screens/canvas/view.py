"""Which part of a picture is seen in a room of cells, and how large; the cursor on it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from screens.canvas.colours import contrast
from screens.canvas.stencils import Point, Size, inside

GAP = 2
"""Pixels from the edge of the brush to each arm of the cross around it."""


@dataclass(frozen=True)
class View:
    """A picture at a whole ``factor``, in half-cells: one is a column wide and half a line high.

    ``first`` is the top left pixel seen, ``seen`` how many there are across and down; ``left``
    counts columns and ``top`` lines before them.
    """

    factor: int
    first: Point
    seen: Size
    left: int
    top: int

    @classmethod
    def of(cls, picture: Size, room: Size, at: Point, before: Point = (0, 0)) -> "View":
        """``picture`` as large as ``room`` (columns, lines) allows.

        Where not even one half-cell a pixel fits, a window of it that moves from ``before`` only
        as far as it must to show the pixel ``at``.
        """
        halves = (max(1, room[0]), max(2, 2 * room[1]))
        factor = max(1, min(have // need for have, need in zip(halves, picture, strict=True)))
        across, down = (min(n, have // factor) for n, have in zip(picture, halves, strict=True))
        first = (
            _window(before[0], across, picture[0], at[0]),
            _window(before[1], down, picture[1], at[1]),
        )
        lines = -(-down * factor // 2)
        left, top = (room[0] - across * factor) // 2, (room[1] - lines) // 2
        return cls(factor, first, (across, down), max(0, left), max(0, top))

    @property
    def size(self) -> Size:
        """Columns and half-lines that it takes."""
        return self.seen[0] * self.factor, self.seen[1] * self.factor

    @property
    def lines(self) -> int:
        """Whole lines that it takes."""
        return -(-self.size[1] // 2)

    def pixel(self, column: float, line: float) -> Point:
        """The pixel under a place of the room; outside of the picture where the place is."""
        across = (column - self.left) // self.factor
        down = (2 * (line - self.top)) // self.factor
        return self.first[0] + int(across), self.first[1] + int(down)

    def place(self, at: Point) -> Point:
        """The column and half-line where a pixel begins, from the top left of what is seen."""
        return (at[0] - self.first[0]) * self.factor, (at[1] - self.first[1]) * self.factor


def _window(start: int, length: int, whole: int, at: int) -> int:
    """Where a window over ``whole`` begins so that it shows ``at``."""
    near = min(max(start, at - length + 1), at)
    return max(0, min(near, whole - length))


def with_cursor(image: Image.Image, at: Point, factor: int, size: int = 1) -> Image.Image:
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
