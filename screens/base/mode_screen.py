"""The frame that every mode shares: the modes and the engine above, the keys below."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from engine.events import Event
from engine.runs.run_state import RunState
from screens import keys
from screens.base import binding_chain
from screens.messages import SaveUiState
from screens.session import Session
from screens.widgets.key_line import KeyLine
from screens.widgets.top_bar import TopBar


class ModeScreen(Screen[None]):
    """A peer screen, kept alive while another is shown; it hears of everything that happens.

    ``memory`` holds plain values that are there again at the next start; ``cascade`` is the model,
    stage II and device that the program was started with. Keys belong to the widget that has the
    focus and bubble up; then come those of :attr:`command_widgets`, wherever the focus is.
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
        self.command_widgets: Callable[[], Iterable[Widget]] = tuple

    def compose(self) -> ComposeResult:
        yield self.top
        yield from self.body()
        yield KeyLine()

    def body(self) -> Iterable[Widget]:
        """What lies between the first line and the last."""
        return ()

    def take_events(self, batch: list[Event]) -> None:
        """Something happened in the engine."""

    def show_run(self, run: RunState) -> None:
        """Show a run of this screen's kind."""

    def on_mount(self) -> None:
        self.session.listeners.append(self._listen)
        self.top.line = self.session.line()

    def on_unmount(self) -> None:
        self.session.listeners.remove(self._listen)

    def on_save_ui_state(self, message: SaveUiState) -> None:
        """Keep what a widget chose for the next start; the program writes it down."""
        self.memory.update(message.values)

    def _listen(self, batch: list[Event]) -> None:
        if self.is_mounted:
            self.top.line = self.session.line()
            self.take_events(batch)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Textual's, in the order in which the keys are declared, whichever widgets have them."""
        active = super().active_bindings.items()
        return dict(sorted(active, key=lambda item: keys.order(item[1].binding)))

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        return binding_chain.extended(super()._binding_chain, self, self.command_widgets())
