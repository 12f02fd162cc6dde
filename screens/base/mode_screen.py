"""The frame that every place shares: the places and the engine above, the keys below."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from engine.events import Event
from engine.runs.run_state import RunState
from screens.messages import SaveUiState
from screens.session import Session
from screens.widgets.key_line import KeyLine
from screens.widgets.top_bar import TopBar


class ModeScreen(Screen[None]):
    """A peer screen, kept alive while another is shown; it hears of everything that happens.

    ``memory`` holds plain values that are there again at the next start; ``cascade`` is the model,
    stage II and device that the program was started with.
    """

    NAME: ClassVar[str]
    AUTO_FOCUS: ClassVar[str] = ""

    def __init__(
        self,
        session: Session,
        places: Iterable[str],
        memory: dict[str, Any],
        cascade: dict[str, str],
    ) -> None:
        super().__init__()
        self.session, self.memory, self.cascade = session, memory, cascade
        self.places = tuple(places)
        self.top = TopBar(self.places, self.NAME)

    def compose(self) -> ComposeResult:
        yield self.top
        yield from self.body()
        yield KeyLine()

    def body(self) -> Iterable[Widget]:
        """What lies between the first line and the last."""
        return ()

    def heard(self, batch: list[Event]) -> None:
        """Something happened in the engine."""

    def open(self, trace: RunState) -> None:
        """Show a run of this place's kind on its timeline."""

    def remember(self, **values: Any) -> None:
        """Keep values for the next start."""
        self.memory.update(values)
        self.post_message(SaveUiState())

    def on_mount(self) -> None:
        self.session.listeners.append(self._listen)
        self.top.line = self.session.line()

    def on_unmount(self) -> None:
        self.session.listeners.remove(self._listen)

    def _listen(self, batch: list[Event]) -> None:
        if self.is_mounted:
            self.top.line = self.session.line()
            self.heard(batch)
