"""The way out: through the driver that Textual writes with, and the answers that come back."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, ClassVar

from textual import events
from textual.driver import Driver
from textual.message import Message

Answered = Callable[[int, float], None]

ASK = "\x1b7\x1b[2;{column}H\x1b[6n\x1b8"
"""Where is the cursor? It is put into a column of its own first, so that answers have numbers."""


class Outlet(Driver):
    """Mixed into Textual's driver: hears answers as they are read, and says farewell in time.

    ``farewell`` gives what is to be written before the terminal is handed back, at the end and
    when the program is suspended; ``answered`` is called in the thread that reads the keys.
    """

    farewell: Callable[[], str] | None = None
    answered: Answered | None = None

    def send(self, data: str, ticket: int) -> None:
        """Write a piece of a picture; the answer comes when the terminal has got so far."""
        self._quiet = ticket
        self._heard.clear()
        self.write(data + ASK.format(column=ticket + 1))

    def last_words(self, seconds: float) -> None:
        """Wait for the answer to what was sent last: one that comes later is typed in a shell."""
        if seconds > 0:
            self._heard.wait(seconds)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition) and self.answered is not None:
            if message.x == self._quiet:
                self._heard.set()
            self.answered(message.x, monotonic())
        super().process_message(message)

    def stop_application_mode(self) -> None:
        if self.farewell is not None:
            self.write(self.farewell())
        super().stop_application_mode()  # type: ignore[safe-super]

    _quiet = 0
    _heard: ClassVar[threading.Event] = threading.Event()


def with_outlet(kind: type[Driver]) -> type[Driver]:
    """A driver class that pictures can be sent through."""
    if issubclass(kind, Outlet):
        return kind
    made: dict[str, Any] = {"_heard": threading.Event()}
    return type(f"Picture{kind.__name__}", (Outlet, kind), made)
