"""A short list to choose one thing from, over whatever is shown."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens import keys


class Picker(ModalScreen[str | None]):
    """Dismissed with the id of what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("modal")]
    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 80%;
        background: $panel; padding: 1 2;
    }
    Picker .title { color: $text-accent; height: auto; }
    Picker .note { color: $text-muted; margin-top: 1; height: auto; }
    Picker OptionList { height: auto; max-height: 16; background: $panel; }
    Picker OptionList, Picker OptionList:focus { border: none; padding: 0; }
    """

    def __init__(self, title: str, options: Iterable[tuple[str, str]], note: str = "") -> None:
        super().__init__()
        self._title, self._options, self._note = title, list(options), note

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._title, classes="title", markup=False)
            yield OptionList(*(Option(text, id=key) for key, text in self._options), markup=False)
            yield Static(self._note or "enter chooses · q leaves", classes="note", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_dismiss_none(self) -> None:
        self.dismiss(None)
