"""Text on one line: plain, with suggestions, or with a memory of what was typed before."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from screens.widgets.form.input_history import History


class TextField(Input):
    """A quiet one-line input."""

    DEFAULT_CSS = """
    TextField {
        width: 1fr;
        background: $foreground 5%;
        &:focus { background: $foreground 12%; background-tint: transparent; }
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

    def _on_paste(self, event: events.Paste) -> None:
        """Several lines become one: the base class would keep the first and lose the rest."""
        event.prevent_default()
        super()._on_paste(events.Paste(" ".join(event.text.split("\n")).strip()))
        event.stop()


class SuggestedField(TextField):
    """Free text with a few usual values: up and down go through those.

    ``several``: it holds values with commas between them, of which the one under the cursor moves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "suggest(-1)", "The usual value before", show=False),
        Binding("down", "suggest(1)", "The next usual value", show=False),
    ]

    def __init__(
        self, text: str, usual: Sequence[str], several: bool = False, **options: Any
    ) -> None:
        super().__init__(text, **options)
        self.several, self._usual = several, tuple(usual)

    def action_suggest(self, by: int) -> None:
        if self.several:
            at = self.value.count(",", 0, self.cursor_position)
            self.value = turned(self.value, at, by, self._usual)
            self.cursor_position = len(",".join(self.value.split(",")[: at + 1]))
        else:
            here = self._usual.index(self.text) if self.text in self._usual else -1
            self.text = self._usual[max(0, here + by) % len(self._usual)]


def turned(text: str, at: int, by: int, usual: tuple[str, ...]) -> str:
    """``text`` with its value number ``at`` the usual one ``by`` further; as it was where it has
    no such value. What is none of them becomes the first, or the last."""
    values = [value.strip() for value in text.split(",")]
    if not 0 <= at < len(values):
        return text
    here = usual.index(values[at]) if values[at] in usual else min(0, -by)
    values[at] = usual[(here + by) % len(usual)]
    return ",".join(values)


class Completer(Suggester):
    """Offers what a function makes of the text; → at its end takes it."""

    def __init__(self, complete: Callable[[str], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        longer = self._complete(value)
        return longer if longer != value else None


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
