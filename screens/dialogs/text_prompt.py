"""One question with one line for the answer, over whatever is shown."""

import asyncio
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from engine.errors import BadInput
from screens import keys
from screens.widgets.form.input_history import History
from screens.widgets.form.text_field import LongField

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
