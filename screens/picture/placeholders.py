"""Lines of cells in which kitty draws a picture."""

from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.picture.encode import kitty
from screens.picture.half_blocks import Margin
from screens.picture.textual_private import color_system

WIDTH = 3
"""Characters of a cell: the placeholder, its row, its column."""


class Placeholders(Strip):
    """A line of a picture; it writes its own sequences, so that the colour is exact.

    Cut under another widget it is segments, one a cell, each of which says where it belongs.
    """

    __slots__ = ("_colour", "_ground", "_made", "_margin", "_written")

    def __init__(self, cells: str, colour: Color, ground: Style, margin: Margin) -> None:
        self._written, self._colour, self._ground, self._margin = cells, colour, ground, margin
        self._made: list[Segment] | None = None
        super().__init__((), margin.left + len(cells) // WIDTH + margin.right)

    @property
    def _segments(self) -> list[Segment]:
        if self._made is None:
            text, style = self._written, self._ground + Style.from_color(self._colour)
            cells = [Segment(text[at : at + WIDTH], style) for at in range(0, len(text), WIDTH)]
            left, right = ([self._blank(n)] if n else [] for n in self._margin[:2])
            self._made = [*left, *cells, *right]
        return self._made

    @_segments.setter
    def _segments(self, _: list[Segment]) -> None:
        """The base class assigns an empty list; the real one is made when asked for."""

    def render(self, console: Console) -> str:
        """The line as escape sequences."""
        system = color_system(console)
        fore = ";".join(self._colour.get_ansi_codes())
        left, middle, right = (
            "" if system is None or not n else self.render_style(self._ground, " " * n, system)
            for n in (self._margin.left, 1, self._margin.right)
        )
        begin = middle.partition(" ")[0]
        return f"{left}{begin}\x1b[{fore}m{self._written}\x1b[0m{right}"

    def _blank(self, width: int) -> Segment:
        return Segment(" " * width, self._ground)


def placeholders(ident: int, columns: int, rows: int, margin: Margin) -> list[Strip]:
    """The lines of the picture ``ident``; numbers below 256 need no exact colours."""
    named = Color.from_ansi(ident) if ident < 256 else Color.from_rgb(*kitty.colour(ident))
    ground = margin.ground
    return [Placeholders(line, named, ground, margin) for line in kitty.rows(ident, columns, rows)]
