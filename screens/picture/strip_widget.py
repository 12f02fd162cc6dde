"""Widgets whose lines are drawn pixels: they reach the terminal as they were encoded."""

from collections.abc import Sequence

from PIL import Image
from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from screens.picture.color_encoding import ColorEncoding, encoding_for
from screens.picture.half_blocks import Margin, half_blocks, shades


class StripWidget(Widget):
    """Draws in :meth:`render_line`; subclasses cache their strips."""

    ALLOW_SELECT = False

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines as they were drawn: the cache of styles would take every cell apart again."""
        plain = not self.styles.gutter and not self.styles.tint.a and self.opacity == 1
        if not plain or crop.column_span != (0, self.size.width):
            return super().render_lines(crop)
        strips = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return strips

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without the one that makes colours exact: here they are, or the terminal has few."""
        filters = super().get_line_filters()
        return [f for f in filters if not isinstance(f, ANSIToTruecolor)]

    def encoded(self, image: Image.Image, margin: Margin) -> list[Strip]:
        """An RGB picture of even height as the lines that this terminal can draw."""
        encoding = self.encoding
        return half_blocks(image, encoding, margin) if encoding else shades(image, margin)

    def worded(self, words: str, left: int, style: Style) -> Strip:
        """A line with ``words`` from the column ``left`` on, cut where the room ends."""
        width, ground = self.content_size.width, self.ground
        text = set_cell_size(words, max(0, min(width - left, cell_len(words))))
        line = [Segment(" " * left, ground), Segment(text, ground + style)]
        return Strip(line).adjust_cell_length(width, ground)

    @property
    def ground(self) -> Style:
        """What lies behind what is drawn."""
        return Style.from_color(bgcolor=self.background_colors[1].rich_color)

    def colour(self, rgb: tuple[int, ...]) -> Color | None:
        """One colour as pixels of it are drawn; None where there are none."""
        encoding = self.encoding
        return encoding.color(encoding.pixels(Image.new("RGB", (1, 1), rgb))) if encoding else None

    @property
    def encoding(self) -> ColorEncoding | None:
        """What this terminal can draw with; None where it has no colours."""
        system = "truecolor" if self.app.is_headless else self.app.console.color_system
        greys = system in ("truecolor", "256") and not self.app.native_ansi_color
        return None if self.app.no_color and not greys else encoding_for(system)


def band(width: int, margin: Margin, style: Style) -> Strip:
    """A line of nothing but ``style``, ``width`` cells of it between its margins."""
    left, right = (Segment(" " * n, margin.ground) for n in (margin.left, margin.right))
    return Strip([left, Segment(" " * width, style), right])
