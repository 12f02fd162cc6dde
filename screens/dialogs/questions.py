"""A question over whatever is shown: a short list to choose from, or one line for the answer."""

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.errors import BadInput
from screens import keys
from screens.widgets.form.input_history import History
from screens.widgets.form.text_field import LongField


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


Answer = TypeVar("Answer")


class TextPrompt(ModalScreen[Answer | None], Generic[Answer]):
    """Dismissed with what ``act`` makes of the line, off the event loop; with None when left.

    Where ``act`` raises :class:`BadInput`, its line is shown and what was typed stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("line")]
    DEFAULT_CSS = """
    TextPrompt { align: center middle; }
    TextPrompt > Vertical {
        width: 90%; max-width: 100; height: auto; background: $panel; padding: 1 2;
    }
    TextPrompt .title { color: $text-accent; height: auto; margin-bottom: 1; }
    TextPrompt .note { color: $text-muted; margin-top: 1; height: auto; min-height: 1; }
    TextPrompt .note.-wrong { color: $text-error; }
    """

    def __init__(
        self, title: str, act: Callable[[str], Answer], history: History, text: str = ""
    ) -> None:
        super().__init__()
        self._title, self._act = title, act
        self._field = LongField(history, text)
        self._note = Static("enter answers · ctrl+o leaves", classes="note", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._title, classes="title", markup=False)
            yield self._field
            yield self._note

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            answer = await asyncio.to_thread(self._act, event.value)
        except BadInput as error:
            self._note.update(str(error))
            self._note.add_class("-wrong")
        else:
            self._field.history.add(event.value)
            self.dismiss(answer)

    def action_dismiss_none(self) -> None:
        self.dismiss(None)
