"""Colours to choose from, and a field for any other."""

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from engine.errors import BadInput
from screens.canvas.colours import Colour, name, parse
from screens.widgets.canvas.swatches import Swatches
from screens.widgets.form.text_field import TextField


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
