"""The way out: through the driver that Textual writes with, and the answers that come back."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, ClassVar

from textual import events
from textual.driver import Driver
from textual.message import Message

from screens.picture.pacer import ProbeIds

Answered = Callable[[int, float], None]

ACROSS = 10
"""Columns that numbers are told by; more than that many take another line."""


def question(number: int) -> str:
    """Where is the cursor? It is put into a cell of its own first, so that answers have numbers."""
    line, column = divmod(number, ACROSS)
    return f"\x1b7\x1b[{line + 2};{column + 1}H\x1b[6n\x1b8"


def number(column: int, line: int) -> int:
    """Which question an answer is to; both from 0."""
    return (line - 1) * ACROSS + column


class PictureDriver(Driver):
    """Mixed into Textual's driver: hears answers as they are read, and frees pictures in time.

    ``farewell`` gives what is to be written before the terminal is handed back, at the end and
    when the program is suspended; ``answered`` is called in the thread that reads the keys.
    """

    cleanup_sequence: Callable[[], str] | None = None
    answered: Answered | None = None

    def send(self, data: str, probes: ProbeIds) -> None:
        """Write a chunk of a picture between questions, answered when the terminal got so far."""
        self._last = probes.tail
        self._heard.clear()
        self.write(question(probes.head) + data + question(probes.tail))

    def drain(self, seconds: float) -> None:
        """Wait for the answer to what was sent last: one that comes later is typed in a shell."""
        if seconds > 0:
            self._heard.wait(seconds)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition) and self.answered is not None:
            probe = number(message.x, message.y)
            if probe == self._last:
                self._heard.set()
            self.answered(probe, monotonic())
        super().process_message(message)

    def stop_application_mode(self) -> None:
        if self.cleanup_sequence is not None:
            self.write(self.cleanup_sequence())
        super().stop_application_mode()  # type: ignore[safe-super]

    _last = 0
    _heard: ClassVar[threading.Event] = threading.Event()


def with_picture_driver(kind: type[Driver]) -> type[Driver]:
    """A driver class that pictures can be sent through."""
    if issubclass(kind, PictureDriver):
        return kind
    made: dict[str, Any] = {"_heard": threading.Event()}
    return type(f"Picture{kind.__name__}", (PictureDriver, kind), made)
