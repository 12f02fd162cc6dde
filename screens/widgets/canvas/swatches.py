"""The palette: sixteen colours on one line, the one in hand marked."""

from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from screens.canvas.colours import PALETTE, Colour, contrast
from screens.picture.strip_widget import StripWidget

WIDEST = 3
"""Columns of one colour, where there is room."""


class Swatches(StripWidget):
    """A left click takes a colour, a right click makes it the ground."""

    class Chosen(Message):
        """A colour, or another ground."""

        def __init__(self, colour: Colour, ground: bool) -> None:
            super().__init__()
            self.colour, self.ground = colour, ground

    DEFAULT_CSS = """
    Swatches { height: 1; width: 48; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._colour_held: Colour = ()

    def show(self, colour: Colour) -> None:
        """Mark the colour in hand."""
        if colour != self._colour_held:
            self._colour_held = colour
            self.refresh()

    @property
    def _wide(self) -> int:
        return max(1, min(WIDEST, self.content_size.width // len(PALETTE)))

    def render_line(self, y: int) -> Strip:
        ground = self._ground()
        line = [self._swatch(name, colour) for name, colour in PALETTE.items()]
        return Strip(line).adjust_cell_length(self.content_size.width, ground)

    def _swatch(self, name: str, colour: Colour) -> Segment:
        """Where there are no colours, the first letters of its name."""
        here, look = colour == self._colour_held, self._colour(colour)
        text = ("●" if here else " " if look else name).center(self._wide)[: self._wide]
        return Segment(text, Style(color=self._colour(contrast(colour)), bgcolor=look))

    def on_click(self, event: events.Click) -> None:
        at = event.x // self._wide
        if at < len(PALETTE):
            self.post_message(self.Chosen(list(PALETTE.values())[at], event.button == 3))
