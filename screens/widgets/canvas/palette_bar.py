"""Colours to choose from, and a field for any other."""

from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from engine.errors import BadInput
from screens.canvas.colours import PALETTE, Colour, contrast, name, parse
from screens.picture.strip_widget import StripWidget
from screens.widgets.form.text_field import TextField

WIDEST = 3
"""Columns of one colour, where there is room."""


class Swatches(StripWidget):
    """The palette: sixteen colours on one line, the one in hand marked.

    A left click takes a colour, a right click makes it the ground.
    """

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
        ground = self.ground
        line = [self._swatch(label, colour) for label, colour in PALETTE.items()]
        return Strip(line).adjust_cell_length(self.content_size.width, ground)

    def _swatch(self, label: str, colour: Colour) -> Segment:
        """Where there are no colours, the first letters of its name."""
        here, look = colour == self._colour_held, self.colour(colour)
        text = ("●" if here else " " if look else label).center(self._wide)[: self._wide]
        return Segment(text, Style(color=self.colour(contrast(colour)), bgcolor=look))

    def on_click(self, event: events.Click) -> None:
        at = event.x // self._wide
        if at < len(PALETTE):
            self.post_message(self.Chosen(list(PALETTE.values())[at], event.button == 3))


class PaletteBar(Horizontal):
    """Swatches and a field that says which colour is in hand, until another is typed."""

    class Typed(Message):
        """A colour was entered; None where nothing was, and the focus wants to go back."""

        def __init__(self, colour: Colour | None) -> None:
            super().__init__()
            self.colour = colour

    class Wrong(Message):
        """What was entered is no colour: one line; it is still there."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    DEFAULT_CSS = """
    PaletteBar { height: 1; width: 1fr; padding: 0 1; }
    PaletteBar > TextField { margin: 0 0 0 1; max-width: 24; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.swatches = Swatches()
        self.field = TextField(placeholder="#rrggbb or a name")
        self._held: Colour = ()

    def compose(self) -> ComposeResult:
        yield self.swatches
        yield self.field

    def show(self, colour: Colour) -> None:
        """Mark the colour in hand."""
        self._held = colour
        self.swatches.show(colour)
        if not self.field.has_focus:
            self._say()

    def ask(self) -> None:
        """Let a colour be typed."""
        self.field.text = ""
        self.field.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            colour = parse(event.value) if event.value.strip() else None
        except BadInput as error:
            self.field.add_class("-wrong")
            self.post_message(self.Wrong(str(error)))
        else:
            self.post_message(self.Typed(colour))

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self.field.remove_class("-wrong")

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        event.stop()
        self._say()

    def _say(self) -> None:
        self.field.text = name(self._held)
