"""Which part of a picture is seen in a room of cells, how large, and where a cell points. Pure."""

from dataclasses import dataclass

from screens.canvas.stencils import Point, Size


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
