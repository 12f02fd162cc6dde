"""From the engine's thread to the event loop: the one place where events become messages."""

from collections import deque
from collections.abc import Callable

from textual.message import Message

from engine.events import Event
from screens.messages import EngineEvents


class Adapter:
    """Called on the engine's thread for every event; never waits.

    The event is kept in the inbox, so that a timeline misses no step; the message that asks for a
    look at it coalesces, so that a slow terminal draws fewer of them.
    """

    def __init__(self, inbox: deque[Event], post: Callable[[Message], object]) -> None:
        self._inbox, self._post = inbox, post

    def __call__(self, event: Event) -> None:
        self._inbox.append(event)
        self._post(EngineEvents())
