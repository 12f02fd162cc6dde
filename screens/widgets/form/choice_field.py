"""One of a few values, cycled with a key."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class ChoiceField(Widget, can_focus=True):
    """Left and right (or up, down, space) go through the values; Enter asks for the run."""

    class Changed(Message):
        """Another value was chosen."""

    class Submitted(Message):
        """Enter was pressed."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up,minus", "cycle(-1)", "The one before", show=False),
        Binding("right,down,space,plus", "cycle(1)", "The next one", show=False),
        Binding("enter", "submit", "Run", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceField {
        width: 1fr;
        height: 1;
        background: $foreground 5%;
        &:focus { background: $foreground 12%; }
        &.-wrong { color: $text-error; }
    }
    """
    text: reactive[str] = reactive("")

    def __init__(self, text: str, choices: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self._choices = tuple(choices)
        self.set_reactive(ChoiceField.text, text)

    def watch_text(self) -> None:
        self.post_message(self.Changed())

    def action_cycle(self, by: int) -> None:
        here = self._choices.index(self.text) if self.text in self._choices else -by
        self.text = self._choices[(here + by) % len(self._choices)]

    def action_submit(self) -> None:
        self.post_message(self.Submitted())

    def on_click(self, _: events.Click) -> None:
        self.action_cycle(1)

    def render(self) -> Text:
        arrows = "‹ ›" if self.has_focus else ""
        gap = max(1, self.content_size.width - len(self.text) - len(arrows))
        return Text(f"{self.text}{' ' * gap}{arrows}", no_wrap=True)
