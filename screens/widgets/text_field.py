"""Text on one line, and text that remembers what was typed before."""

from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from screens.widgets.history import History


class TextField(Input):
    """A quiet one-line input."""

    DEFAULT_CSS = """
    TextField {
        background: $surface;
        &:focus { background: $panel; background-tint: transparent; }
        &.-wrong { color: $text-error; }
    }
    """

    def __init__(self, text: str = "", **options: Any) -> None:
        super().__init__(text, compact=True, select_on_focus=False, **options)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.value

    @text.setter
    def text(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)


class LongField(TextField):
    """Text with a line of its own: up and down walk through what was typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "back", "Typed before", show=False),
        Binding("down", "forth", "Typed after", show=False),
    ]

    def __init__(self, history: History, text: str = "", **options: Any) -> None:
        super().__init__(text, **options)
        self.history = history

    def action_back(self) -> None:
        self.text = self.history.back(self.text)

    def action_forth(self) -> None:
        self.text = self.history.forth(self.text)
